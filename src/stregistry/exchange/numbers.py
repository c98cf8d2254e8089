"""Numbers as people write them: 1.234.567,89 or 1,234,567.89, decided once for a whole column."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Final, Literal

import attrs

from stregistry.exchange.cells import Cell, as_text

Style = Literal["vi", "en"]  # vi: a comma before the decimals; en: a point

LARGEST: Final = 2**63 - 1

_PLAIN = re.compile(r"[+-]?\d+")
_GROUPED = {"vi": re.compile(r"[+-]?\d{1,3}(\.\d{3})+(,\d+)?"), "en": re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")}
_DECIMAL = {"vi": re.compile(r"[+-]?\d+,\d+"), "en": re.compile(r"[+-]?\d+\.\d+")}
_SPACED = re.compile(r"(?<=\d)[ \u202f](?=\d{3}(?!\d))")


@attrs.frozen
class Decision:
    """How a column writes its numbers.

    style: None when nothing depends on it. unsure: a cell that cannot be read either way without
    guessing. vi, en: the cells that show each style; both are given only when the column has both.
    """

    style: Style | None
    unsure: str | None = None
    vi: str | None = None
    en: str | None = None


def written(cell: Cell) -> str:
    """A number cell as text without the spaces that part its thousands."""
    text = as_text(cell)
    return _SPACED.sub("", text) if " " in text or "\u202f" in text else text


def styles_of(text: str) -> frozenset[Style]:
    """The styles a written number can be read in; both for `1.234`, none for what is no number.

    >>> sorted(styles_of("1.234.567")), sorted(styles_of("12,5")), sorted(styles_of("1,234"))
    (['vi'], ['vi'], ['en', 'vi'])
    """
    return frozenset(s for s in ("vi", "en") if _GROUPED[s].fullmatch(text) or _DECIMAL[s].fullmatch(text))


def decide(cells: Iterable[Cell]) -> Decision:
    """The number style of a column, from its distinct cells.

    Workbook numbers and plain digits fit both. `0.125` can only have decimals, since no thousands
    begin with a zero.
    """
    shown: dict[str, str] = {}
    unsure = None
    for cell in cells:
        if not isinstance(cell, str) or cell.isdecimal():
            continue
        text = written(cell)
        styles = styles_of(text)
        if len(styles) == 2 and text.lstrip("+-").startswith("0"):
            styles = frozenset({"en" if "." in text else "vi"})
        if len(styles) == 2:
            unsure = unsure or text
        elif styles:
            shown.setdefault(next(iter(styles)), text)
    if len(shown) == 2:
        return Decision(None, vi=shown["vi"], en=shown["en"])
    if shown:
        return Decision("vi" if "vi" in shown else "en")
    return Decision(None, unsure=unsure)


def parse_number(cell: Cell, style: Style | None) -> Decimal | None:
    """The exact value of a number cell in the column's style; None when it is no number.

    >>> parse_number("1.234.567,89", "vi"), parse_number("1 500", None), parse_number("12 tỷ", "vi")
    (Decimal('1234567.89'), Decimal('1500'), None)
    """
    if not isinstance(cell, str):
        return Decimal(cell) if isinstance(cell, (int, Decimal)) else None
    text = written(cell)
    if _PLAIN.fullmatch(text):
        return Decimal(text)
    if style is None or not (_GROUPED[style].fullmatch(text) or _DECIMAL[style].fullmatch(text)):
        return None
    thousands, point = (".", ",") if style == "vi" else (",", ".")
    return Decimal(text.replace(thousands, "").replace(point, "."))
