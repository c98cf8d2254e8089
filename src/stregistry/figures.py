"""Numbers as a reader sees them on a page or in a picture."""

import math
from collections.abc import Sequence
from typing import Final

_SWAP: Final = str.maketrans(",.", ".,")
NONE: Final = "–"


def number(value: float | None, lang: str) -> str:
    """A number in the marks of a language: no more digits than can be told apart, never a zero that is none.

    >>> number(1234567.8, "vi"), number(0.04321, "en"), number(12.5, "vi"), number(-3, "en"), number(None, "vi")
    ('1.234.568', '0.0432', '12,5', '−3', '–')
    """
    if value is None or not math.isfinite(value):
        return NONE
    size = abs(value)
    if value == int(value):
        text = f"{int(size):,}"
    elif size >= 1e-6:
        decimals = 0 if size >= 1000 else 1 if size >= 100 else 2 if size >= 1 else 2 - math.floor(math.log10(size))
        text = f"{size:,.{decimals}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    else:
        text = f"{size:.3g}"
    text = text.translate(_SWAP) if lang == "vi" else text
    return f"−{text}" if value < 0 else text


def with_decimals(value: float, decimals: int, lang: str) -> str:
    """A number with that many decimals in the marks of a language, for a column of them.

    >>> with_decimals(-1234.5, 2, "vi"), with_decimals(7, 1, "en")
    ('−1.234,50', '7.0')
    """
    text = f"{abs(value):,.{decimals}f}"
    text = text.translate(_SWAP) if lang == "vi" else text
    return f"−{text}" if value < 0 else text


def with_unit(said: str, unit: str) -> str:
    """A figure with its unit behind it; the sign of per cent stands at the figure, as documents write it.

    >>> with_unit("12,5", "%"), with_unit("8", "%/năm"), with_unit("3", "tỷ đồng"), with_unit("3", "")
    ('12,5%', '8%/năm', '3 tỷ đồng', '3')
    """
    return f"{said}{unit}" if unit.startswith("%") else f"{said} {unit}".rstrip()


_BLOCKS: Final = "▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[float | None]) -> str:
    """The course of figures in one line of letters, from the lowest to the highest; a gap where one is missing.

    "" for fewer than two figures.

    >>> sparkline([1, 2, None, 9]), sparkline([3, 3]), sparkline([5, None])
    ('▁▂ █', '▄▄', '')
    """
    known = [v for v in values if v is not None and math.isfinite(v)]
    if len(known) < 2:
        return ""
    low, high = min(known), max(known)
    step = (high - low) / (len(_BLOCKS) - 1)

    def block(value: float | None) -> str:
        if value is None or not math.isfinite(value):
            return " "
        return _BLOCKS[round((value - low) / step) if step else 3]

    return "".join(map(block, values))


def exact(value: float | None) -> str:
    """The number as the snapshot has it, for files; empty when missing.

    >>> exact(12.0), exact(0.1), exact(None)
    ('12', '0.1', '')
    """
    if value is None:
        return ""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
