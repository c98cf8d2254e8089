"""Numbers and days as each language writes them in a report."""

import datetime as dt

from stregistry.dates import show_date


def number(value: float | None, lang: str, decimals: int = 2) -> str:
    """Thousands apart, the decimal mark of the language, so many decimals at most (two more below 1); empty for None.

    >>> number(1234567.891, "vi"), number(0.785, "en"), number(-0.0001, "en")
    ('1.234.567,89', '0.785', '-0.0001')
    """
    if value is None:
        return ""
    text = f"{value:,.{decimals if abs(value) >= 1 else decimals + 2}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    text = "0" if text in ("-0", "") else text
    return text.translate(str.maketrans(",.", ".,")) if lang == "vi" else text


def signed(value: float | None, lang: str, decimals: int = 2) -> str:
    """A change: with its sign; 0 has none.

    >>> signed(12.345, "vi"), signed(-3.04, "en", 1), signed(0.0, "vi")
    ('+12,35', '-3', '0')
    """
    text = number(value, lang, decimals)
    return f"+{text}" if value is not None and value > 0 and text != "0" else text


def day(value: dt.date | None, lang: str) -> str:
    """17/05/2024 in Vietnamese, 2024-05-17 in English."""
    if value is None:
        return ""
    return show_date(value, lang)
