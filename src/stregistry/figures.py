"""Numbers as a reader sees them on a page or in a picture."""

import math
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


def exact(value: float | None) -> str:
    """The number as the snapshot has it, for files; empty when missing.

    >>> exact(12.0), exact(0.1), exact(None)
    ('12', '0.1', '')
    """
    if value is None:
        return ""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
