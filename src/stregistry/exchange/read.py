"""From a file to columns of cells: what its bytes are, how its text is coded, where its rows stand."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

from stregistry.errors import RecordError, system_words
from stregistry.exchange.cells import Cell
from stregistry.exchange.issues import Problems
from stregistry.text import Text

if TYPE_CHECKING:
    from stregistry.exchange.columns import ImportPlan
    from stregistry.exchange.mapping import FileMap

MAX_BYTES: Final = 512 * 2**20
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


def read_file(path: Path, problems: Problems) -> Sheet:
    """The one table of a CSV or XLSX file with its header in row 1; of a workbook its first visible sheet.

    What is wrong with single rows goes to `problems`. Raises RecordError as `read_tables` does.
    """
    ((sheet, _),) = read_tables(path, problems, None)
    return sheet


def read_tables(
    path: Path, problems: Problems, plan: "ImportPlan | None", file_map: "FileMap | None" = None
) -> list[tuple[Sheet, Problems]]:
    """The tables of a kind in a CSV or XLSX file, at least one; each with the collector of its own problems.

    plan: the kind whose tables are looked for; without it the header is in row 1.
    file_map: where it says the table stands.
    Raises RecordError when the file cannot be read as what its name says, or holds nothing.
    """
    from stregistry.exchange.read_csv import parse_csv
    from stregistry.exchange.read_xlsx import parse_xlsx

    data = read_bytes(path, problems)  # first, since a missing file has no wrong ending
    suffix = path.suffix.lower()
    book, text = suffix in (".xlsx", ".xlsm"), suffix in (".csv", ".txt", ".tsv")
    if not (book or text):
        problems.whole("unknown_format", suffix=suffix or path.name)
        raise refused(problems)
    if not data.strip():
        problems.whole("empty_file")
        raise refused(problems)
    sha256 = hashlib.sha256(data).hexdigest()
    if book:
        got = parse_xlsx(path.name, sha256, data, problems, plan, file_map)
    else:
        got = parse_csv(path.name, sha256, data, problems, plan, file_map)
    for sheet, own in got:
        if len(sheet.header) > MAX_COLUMNS:
            own.whole("too_many_columns", found=len(sheet.header), limit=MAX_COLUMNS)
    if not got or problems.refused:
        raise refused(problems)
    return got


def read_bytes(path: Path, problems: Problems) -> bytes:
    """The bytes of a file of bearable size. Raises RecordError."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            problems.whole("too_large", found=size // 2**20, limit=MAX_BYTES // 2**20)
            raise refused(problems)
        return path.read_bytes()
    except OSError as error:
        problems.whole("cannot_open", reason=system_words(error))
        raise refused(problems) from error


def refused(problems: Problems) -> RecordError:
    """The error that carries every problem found so far."""
    return RecordError(
        Text(
            f"Tệp {problems.file} không được nhập; chưa ghi gì vào sổ đăng ký.",
            f"The file {problems.file} was not taken in; nothing was written.",
        ),
        problems.issues(),
        file=problems.file,
    )
