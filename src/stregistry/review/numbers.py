"""Numbers and days as each language writes them in a report."""

import datetime as dt


def number(value: float | None, lang: str) -> str:
    """Thousands apart, the decimal mark of the language, at most two decimals (four below 1); empty for None.

    >>> number(1234567.891, "vi"), number(0.785, "en"), number(-0.0001, "en")
    ('1.234.567,89', '0.785', '-0.0001')
    """
    if value is None:
        return ""
    text = f"{value:,.{2 if abs(value) >= 1 else 4}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    text = "0" if text in ("-0", "") else text
    return text.translate(str.maketrans(",.", ".,")) if lang == "vi" else text


def signed(value: float | None, lang: str) -> str:
    """A change: with its sign, one decimal of a percent being enough; 0 has none.

    >>> signed(12.345, "vi"), signed(-3.0, "en"), signed(0.0, "vi")
    ('+12,35', '-3', '0')
    """
    text = number(value, lang)
    return f"+{text}" if value is not None and value > 0 and text != "0" else text


def day(value: dt.date | None, lang: str) -> str:
    """17/05/2024 in Vietnamese, 2024-05-17 in English."""
    if value is None:
        return ""
    return f"{value:%d/%m/%Y}" if lang == "vi" else value.isoformat()
