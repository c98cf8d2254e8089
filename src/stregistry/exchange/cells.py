"""A cell of a file, and how it reads as text: CSV has only text, workbooks have numbers and dates too."""

import datetime as dt
from decimal import Decimal

from stregistry.store.layout import show_decimal
from stregistry.text import tidy

# A number that is whole is an int, whatever the workbook calls it; an empty cell is "".
Cell = str | int | Decimal | dt.date


def is_blank(cell: Cell) -> bool:
    """Whether a cell is empty or of nothing but spaces."""
    return isinstance(cell, str) and (not cell or not cell.strip())


def as_text(cell: Cell) -> str:
    """The cell as tidied text; empty for an empty cell.

    >>> as_text(" Cần  Thơ "), as_text(5), as_text(dt.date(2024, 5, 17))
    ('Cần Thơ', '5', '2024-05-17')
    """
    if isinstance(cell, str):
        return tidy(cell)
    if isinstance(cell, Decimal):
        return show_decimal(cell)
    return cell.isoformat() if isinstance(cell, dt.date) else str(cell)
