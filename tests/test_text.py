"""Text in two languages, folding, tidying, the Vietnamese alphabet, and the nearest word."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stregistry.text import Text, collation_key, fold, nearest, tidy

VIETNAMESE = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệfghiìỉĩíịjklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvwxyỳỷỹýỵz"


def test_a_text_needs_both_languages() -> None:
    """What was forgotten in one language cannot be loaded."""
    for vi, en in (("", "Deal"), ("Hợp đồng", "")):
        with pytest.raises(ValueError, match="both vi and en"):
            Text(vi, en)


def test_a_text_speaks_the_language_asked_for() -> None:
    """And English when printed."""
    label = Text("Hợp đồng", "Deal")
    assert (label["vi"], label["en"], str(label)) == ("Hợp đồng", "Deal", "Deal")


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("  Cần   Thơ ", "Cần Thơ"),
        ("Ca\u0302\u0300n\u00a0Tho\u031b", "Cần Thơ"),
        ("Cần\u200b Thơ\ufeff", "Cần Thơ"),
        ("e\u200d\u0301", "é"),
        ("a\tb\r\nc\x0bd", "a b c d"),
        ("a\r", "a"),
        ("a\x1cb", "a b"),
        ("", ""),
        (" \u00a0\u200b", ""),
    ],
)
def test_tidy_leaves_what_a_reader_sees(raw: str, clean: str) -> None:
    """Composed letters and single spaces; nothing invisible."""
    assert tidy(raw) == clean


@given(st.text())
def test_tidy_is_done_after_one_time(value: str) -> None:
    """Tidying tidied text changes nothing, it is in NFC and has no white space but single spaces."""
    once = tidy(value)
    assert tidy(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert once == " ".join(once.split())


@given(st.text(st.characters(max_codepoint=127)))
def test_tidy_treats_plain_text_like_any_other(value: str) -> None:
    """The short way for ASCII gives what the long way gives."""
    assert tidy(value) == tidy(value + " ế").removesuffix("ế").rstrip()


def test_fold_knows_every_vietnamese_letter() -> None:
    """Upper or lower case, composed or not, each becomes one plain letter."""
    for letter in VIETNAMESE:
        plain = "d" if letter == "đ" else unicodedata.normalize("NFD", letter)[0]
        for form in (letter, letter.upper(), unicodedata.normalize("NFD", letter)):
            assert fold(form) == plain


@given(st.text())
def test_fold_is_plain_lower_case_and_done_after_one_time(value: str) -> None:
    """ASCII only, and folding again changes nothing."""
    once = fold(value)
    assert once.isascii()
    assert once == once.lower() == fold(once)


def test_the_alphabet_is_the_vietnamese_one() -> None:
    """Letters in their own order, tones only between equals: level, huyền, hỏi, ngã, sắc, nặng."""
    assert "".join(sorted(set(VIETNAMESE), key=collation_key)) == VIETNAMESE
    words = ["Đà", "da", "Dứa", "dừa", "dưa", "dua", "Ăn", "Án", "An Giang", "An", "Ân", "Cần Thơ", "Cà Mau"]
    assert sorted(words, key=collation_key) == [
        "An", "Án", "An Giang", "Ăn", "Ân", "Cà Mau", "Cần Thơ", "da", "dua", "dưa", "dừa", "Dứa", "Đà",
    ]  # fmt: skip


def test_tones_decide_after_all_letters() -> None:
    """A tone early in a word weighs less than a letter late in it."""
    assert sorted(["hoà b", "hoa c", "hoa b"], key=collation_key) == ["hoa b", "hoà b", "hoa c"]


@pytest.mark.parametrize(
    ("word", "known", "found"),
    [
        ("transferer", ["transferor", "broker"], "transferor"),
        ("CAN THO", ["Cần Thơ", "Cà Mau"], "Cần Thơ"),
        ("dong nai", ["Đồng Nai", "Đồng Tháp"], "Đồng Nai"),
        ("xyz", ["transferor", "broker"], None),
        ("a", [], None),
    ],
)
def test_the_nearest_word_is_suggested_or_none(word: str, known: list[str], found: str | None) -> None:
    """Compared folded, given as it is written; far away is nobody."""
    assert nearest(word, known) == found
