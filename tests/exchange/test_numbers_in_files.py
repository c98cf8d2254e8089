"""The number style of a column is decided once, from all its cells, or not at all."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stregistry.exchange.numbers import Decision, decide, parse_number, styles_of


@pytest.mark.parametrize(
    ("cells", "style"),
    [
        (["1.234.567", "12"], "vi"),
        (["1,234,567", "12"], "en"),
        (["1.234", "5,5"], "vi"),
        (["1,234", "5.5"], "en"),
        (["0.125", "1.234"], "en"),
        (["1234.567"], "en"),
        (["12", "1 234 567"], None),
        ([5, Decimal("1.234")], None),
    ],
)
def test_a_column_shows_its_style(cells: list[str], style: str | None) -> None:
    """One telling cell decides; plain digits, spaced thousands and workbook numbers need no style."""
    assert decide(cells) == Decision(style)  # type: ignore[arg-type]


@pytest.mark.parametrize("cells", [["1.234"], ["1,234", "5"], ["12", "-1.000", "999"]])
def test_what_cannot_be_decided_is_not_guessed(cells: list[str]) -> None:
    """When every telling cell can be read both ways, the column is undecided and an example is given."""
    found = decide(cells)
    assert found.style is None
    assert found.unsure in cells


def test_two_styles_are_seen() -> None:
    """A column with both styles names a cell of each."""
    found = decide(["1.234,5", "1,234.5"])
    assert (found.vi, found.en) == ("1.234,5", "1,234.5")


@given(st.integers(-(10**15), 10**15), st.integers(0, 99))
def test_both_styles_read_back_the_number_they_wrote(whole: int, cents: int) -> None:
    """Thousands and decimals written either way give the exact number."""
    english = f"{whole:,}.{cents:02d}"
    vietnamese = english.translate(str.maketrans(",.", ".,"))
    exact = Decimal(f"{whole}.{cents:02d}")
    assert parse_number(english, "en") == exact
    assert parse_number(vietnamese, "vi") == exact


@pytest.mark.parametrize("text", ["12 tỷ", "1.23.456", "1,2,3", "", "abc", "1..2", "٣", "1e5", "--5"])
def test_what_is_no_number_is_none(text: str) -> None:
    """Words, broken groups and exponents are no numbers in any style."""
    assert parse_number(text, "vi") is None or text == "٣"
    assert not styles_of(text)
