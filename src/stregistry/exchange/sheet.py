"""A table as columns of cells, wherever it came from."""

from collections.abc import Mapping, Sequence
from typing import Final

import attrs

from stregistry.exchange.cells import Cell

MAX_COLUMNS: Final = 1000  # more than any kind has; a sheet formatted to its last column has 16,384


@attrs.frozen(kw_only=True, eq=False)
class Sheet:
    """A file as columns of cells, all of one length.

    lines: the row number of each row as the file's own program counts them (the header is row 1).
    extra: by row index, the cells past the last column of a row that is too long.
    unit: the unit of amounts that a title row above the header states, with the row and the title as written.
    header_row: the row of the header (the lowest, when it has several), None for a table made in code.
    at: where the columns stand in the file, counted from 0; without it they stand in their own order.
    paths: the words of each header from the top row down, when it has more than one row.
    left: rows that are no records and were passed over, by what they are.
    """

    file: str
    sheet: str | None
    sha256: str
    header: tuple[str, ...]
    columns: Sequence[Sequence[Cell]]
    lines: Sequence[int]
    extra: dict[int, tuple[str, ...]] = attrs.field(factory=dict)
    unit: tuple[str, int, str] | None = None
    header_row: int | None = 1
    at: Sequence[int] | None = None
    paths: tuple[tuple[str, ...], ...] | None = None
    left: Mapping[str, tuple[int, ...]] = attrs.field(factory=dict)

    def header_cell(self, position: int) -> str | None:
        """The header of a column as a spreadsheet names its cell, such as `D6`."""
        if self.header_row is None:
            return None
        return f"{column_letters(position if self.at is None else self.at[position])}{self.header_row}"

    def __len__(self) -> int:
        return len(self.lines)


def column_letters(position: int) -> str:
    """A column as a spreadsheet names it, from 0.

    >>> column_letters(0), column_letters(27)
    ('A', 'AB')
    """
    letters = ""
    while position >= 0:
        position, rest = divmod(position, 26)
        letters, position = chr(65 + rest) + letters, position - 1
    return letters
