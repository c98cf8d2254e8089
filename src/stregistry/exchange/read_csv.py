"""CSV as offices write it: any of three encodings, any of three separators, line breaks inside cells."""

import codecs
import contextlib
import csv
import io
import itertools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from stregistry.exchange.cells import Cell
from stregistry.exchange.headers import PROBLEM_COLUMNS
from stregistry.exchange.issues import Problems
from stregistry.exchange.locate import find_tables
from stregistry.exchange.out import bare_text
from stregistry.exchange.sheet import Sheet
from stregistry.exchange.tables import Grid, left_lines, sheet_of, tell_left

if TYPE_CHECKING:
    from stregistry.exchange.columns import ImportPlan
    from stregistry.exchange.mapping import FileMap

# What the first bytes of a file give away about it, when it is named CSV all the same.
_MAGIC: Final = (
    (b"PK\x03\x04", "XLSX / ZIP"),
    (b"\xd0\xcf\x11\xe0", "XLS / DOC"),
    (b"%PDF", "PDF"),
    (b"\x1f\x8b", "GZIP"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"SQLite format 3", "SQLite"),
)
_SEPARATORS: Final = (",", ";", "\t")
_MAX_CELL: Final = 2**20
_LOOKED_AT: Final = 40  # rows in which a header below titles is looked for
_HEADER_CHARS: Final = 2**16  # a header is shorter; the separator is looked for in this much


def parse_csv(
    name: str,
    sha256: str,
    data: bytes,
    problems: Problems,
    plan: "ImportPlan | None" = None,
    file_map: "FileMap | None" = None,
) -> list[tuple[Sheet, Problems]]:
    """The table of a CSV file, or its tables; none (and a problem) when it cannot be read.

    The header is in row 1, unless a kind or a map is given and the names of its columns stand further down.
    Blank rows are passed over but counted, as every spreadsheet program does. A row with too many
    or too few cells is a problem of that row; its missing cells are empty.
    """
    text = _decode(data, problems)
    if text is None:
        return []
    rows = _rows(text, problems)
    if rows is None:
        return []
    if not any(any(map(str.strip, row)) for row in rows):
        problems.whole("empty_file")
        return []
    left: Mapping[str, tuple[int, ...]] = {}
    if plan is not None and PROBLEM_COLUMNS[0] not in rows[0]:  # a file of refused rows has nothing but rows
        if not _starts_with_header(rows, plan, file_map):
            return _tables_below(rows, name, sha256, problems, plan, file_map)
        tables = find_tables(_padded(rows), plan, (), file_map)
        if len(tables) > 1 and all(table.likely for table in tables):
            return _tables_below(rows, name, sha256, problems, plan, file_map)
        left = tables[0].left
    if not any(map(str.strip, rows[0])):
        problems.whole("empty_file")
        return []
    header = tuple(rows[0])
    lines: Sequence[int] = range(2, len(rows) + 1)
    body = rows[1:]
    passed = {i for some in left.values() for i in some}
    if passed or not all(map(any, body)):
        kept = [i for i, row in enumerate(body) if i + 1 not in passed and any(map(str.strip, row))]
        lines = [i + 2 for i in kept]
        body = [body[i] for i in kept]
    if not body:
        problems.whole("empty_file")
        return []
    problems.lines = lines
    tell_left(left, problems)
    extra = _square(body, len(header), problems)
    columns: list[Sequence[Cell]] = list(zip(*body, strict=True))
    sheet = Sheet(
        file=name,
        sheet=None,
        sha256=sha256,
        header=header,
        columns=columns,
        lines=lines,
        extra=extra,
        left=left_lines(left),
    )
    return [(sheet, problems)]


def _starts_with_header(rows: list[list[str]], plan: "ImportPlan", file_map: "FileMap | None") -> bool:
    """Whether row 1 is the whole header, as in a file that a program wrote."""
    if file_map is not None and file_map.header_rows is not None:
        return file_map.header_rows == (0,) and file_map.first_row is None and file_map.last_row is None
    top = _padded(rows[:_LOOKED_AT])
    return len(top) < 2 or find_tables(top, plan, (), file_map)[0].header == (0,)


def _padded(rows: list[list[str]]) -> list[list[str]]:
    width = max(map(len, rows))
    if set(map(len, rows)) == {width}:
        return rows
    return [row + [""] * (width - len(row)) for row in rows]


def _tables_below(
    rows: list[list[str]],
    name: str,
    sha256: str,
    problems: Problems,
    plan: "ImportPlan",
    file_map: "FileMap | None",
) -> list[tuple[Sheet, Problems]]:
    """The tables of a file with titles above or a header of several rows, as a workbook saved as CSV has them."""
    if file_map is not None and file_map.header_rows and file_map.header_rows[-1] >= len(rows):
        row = file_map.header_rows[-1] + 1
        problems.whole("map_no_row", map=file_map.name, row=row, sheet=name, rows=len(rows))
        return []
    grid = Grid(name="", cells=_padded(rows))
    tables = find_tables(grid.cells, plan, (), file_map)
    chosen = [t for t in tables if t.likely and t.rows] or [t for t in tables if t.rows][:1]
    if not chosen:
        problems.whole("empty_file")
    return [sheet_of(grid, table, name, sha256, problems, plan, file_map) for table in chosen]


def _decode(data: bytes, problems: Problems) -> str | None:
    for magic, found in _MAGIC:
        if data.startswith(magic):
            problems.whole("not_csv", found=found)
            return None
    encoding = _utf16(data)
    try:
        text = data.decode(encoding or "utf-8-sig")
    except UnicodeDecodeError:
        encoding = "Windows-1258"
        text = data.decode("cp1258", errors="replace")
        if "\ufffd" in text:
            problems.whole("unreadable_text")
            return None
        if (both := _two_codings(data)) is not None:
            problems.whole("two_codings", utf8=both[0], other=both[1])
            return None
    if "\x00" in text:
        problems.whole("not_csv", found="NUL")
        return None
    if encoding:
        problems.whole("encoding", encoding=encoding.upper() if encoding.startswith("utf") else encoding)
    return text.removeprefix("\ufeff")


def _two_codings(data: bytes) -> tuple[int, int] | None:
    """The first line in UTF-8 and the first that is not, of a file put together from two; None when it is of one.

    Vietnamese text in an old code page is hardly ever valid UTF-8.
    """
    found: dict[bool, int] = {}
    for number, line in enumerate(data.split(b"\n"), 1):
        if not line.isascii():
            try:
                line.decode("utf-8")
                found.setdefault(True, number)
            except UnicodeDecodeError:
                found.setdefault(False, number)
            if len(found) == 2:
                return found[True], found[False]
    return None


def _utf16(data: bytes) -> str | None:
    """UTF-16 when the file says so, or (some programs write no mark) when its first letters have a zero byte each."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    head = data[:64]
    if len(head) >= 4 and len(data) % 2 == 0:
        if not any(head[0:8:2]) and all(head[1:8:2]):
            return "utf-16-be"
        if not any(head[1:8:2]) and all(head[0:8:2]):
            return "utf-16-le"
    return None


def _separator(text: str) -> str:
    """The separator that cuts the first row with any into the most columns; a comma when none does."""
    start = text[:_HEADER_CHARS]
    widths: dict[str, list[int]] = {}
    for candidate in _SEPARATORS:
        # A break within the last row, cut off here, is no concern: told when the rows are read.
        with contextlib.suppress(csv.Error):
            rows = csv.reader(io.StringIO(start, newline=""), delimiter=candidate)
            widths[candidate] = [len(row) for row in itertools.islice(rows, _LOOKED_AT)]
    for n in range(_LOOKED_AT):
        found = {s: some[n] for s, some in widths.items() if n < len(some) and some[n] > 1}
        if found:
            return max(found, key=found.__getitem__)
    return ","


def _rows(text: str, problems: Problems) -> list[list[str]] | None:
    # The limit is the csv module's only one; it is process-wide, so it is put back.
    before = csv.field_size_limit(_MAX_CELL)
    # Without `strict`, a quotation mark that is never closed swallows the rest of the file in silence.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    try:
        rows = list(reader)
    except csv.Error as error:
        problems.whole("broken_csv", line=reader.line_num, reason=str(error))
        return None
    finally:
        csv.field_size_limit(before)
    # The mark that keeps a spreadsheet from running text as a formula is no part of the text.
    return [[bare_text(cell) for cell in row] for row in rows] if "'" in text else rows


def _square(rows: list[list[str]], width: int, problems: Problems) -> dict[int, tuple[str, ...]]:
    """Brings every row to the width of the header, in place; returns the cells that had to go, by row.

    Empty cells at the end are no fault: programs differ in how many they write.
    """
    extra: dict[int, tuple[str, ...]] = {}
    if set(map(len, rows)) == {width}:
        return extra
    for i, row in enumerate(rows):
        if len(row) == width:
            continue
        rest = tuple(row[width:])
        if len(row) < width or any(map(str.strip, rest)):
            shown = ", ".join(rest) or None
            problems.at(i, "ragged_row", value=shown, found=len(row), expected=width)
            extra[i] = rest
        rows[i] = (row + [""] * (width - len(row)))[:width]
    return extra
