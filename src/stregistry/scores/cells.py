"""Single cells of a table: numbers, labels and periods."""

import math
import numbers
import re
from decimal import Decimal
from typing import Any, Final

from stregistry.dates import Period
from stregistry.text import Text, tidy

_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_COMMA: Final = re.compile(r"[+-]?\d+,\d+")
_STEPS: Final = {"year": 1, "half": 2, "quarter": 4, "month": 12, "months": 12}


def number(cell: Any) -> float | Text:
    """The cell as a number, NaN when it is empty or NA, or what is wrong with it."""
    if isinstance(cell, str):
        cell = cell.strip()
    if cell is None or cell in ("", "NA"):
        return math.nan
    if isinstance(cell, str) and not _NUMBER.fullmatch(cell):
        return _not_a_number(cell)
    if not isinstance(cell, str | numbers.Real | Decimal) or isinstance(cell, bool):
        return _not_a_number(str(cell))
    try:
        value = float(cell)
    except OverflowError:
        value = math.inf
    if math.isinf(value):
        return Text(
            f"'{cell}' là vô cực. Sửa số liệu gốc, hoặc để trống ô này nếu chưa đo được.",
            f"'{cell}' is infinite. Mend the source figure, or leave the cell empty if it was not measured.",
        )
    return value


def _not_a_number(cell: str) -> Text:
    if cell.lower().lstrip("+-") in ("inf", "infinity"):
        return Text(
            f"'{cell}' là vô cực. Để trống ô này nếu chưa đo được.",
            f"'{cell}' is infinite. Leave the cell empty if it was not measured.",
        )
    if _COMMA.fullmatch(cell):
        point = cell.replace(",", ".")
        return Text(
            f"'{cell}' không phải là số. Dùng dấu chấm thập phân: {point}.",
            f"'{cell}' is not a number. Write a decimal point: {point}.",
        )
    return Text(
        f"'{cell}' không phải là số. Ghi số như 1234.5; để trống hoặc ghi NA nếu chưa đo được.",
        f"'{cell}' is not a number. Write one such as 1234.5; leave it empty or write NA if it was not measured.",
    )


def label(cell: Any) -> str:
    """The cell as a label: text in one form, a whole number without its `.0`; "" for an empty cell."""
    if cell is None:
        return ""
    # A data frame turns years into floats as soon as one is missing.
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return tidy(str(cell))


def time_of(period: Period) -> float:
    """The period as a number that rises by 1 from one period of its kind to the next."""
    steps = _STEPS[period.kind]
    within = int(period.label[5:]) - 1 if steps > 1 else 0
    return float(int(period.label[:4]) * steps + within)
