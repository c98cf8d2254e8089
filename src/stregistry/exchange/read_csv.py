"""CSV as offices write it: any of three encodings, any of three separators, line breaks inside cells."""

import codecs
import csv
import io
from collections.abc import Sequence
from typing import Final

from stregistry.exchange.cells import Cell
from stregistry.exchange.issues import Problems
from stregistry.exchange.read import Sheet

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
_MAX_CELL: Final = 2**20
_HEADER_CHARS: Final = 2**16  # a header is shorter; the separator is looked for in this much


def parse_csv(name: str, sha256: str, data: bytes, problems: Problems) -> Sheet | None:
    """The rows of a CSV file; None (and a problem) when it cannot be read.

    Blank rows are passed over but counted, as every spreadsheet program does. A row with too many
    or too few cells is a problem of that row; its missing cells are empty.
    """
    text = _decode(data, problems)
    if text is None:
        return None
    rows = _rows(text, problems)
    if rows is None:
        return None
    if not rows or not any(map(str.strip, rows[0])):
        problems.whole("empty_file")
        return None
    header = tuple(rows[0])
    lines: Sequence[int] = range(2, len(rows) + 1)
    body = rows[1:]
    if not all(map(any, body)):
        kept = [i for i, row in enumerate(body) if any(map(str.strip, row))]
        lines = [i + 2 for i in kept]
        body = [body[i] for i in kept]
    if not body:
        problems.whole("empty_file")
        return None
    problems.lines = lines
    extra = _square(body, len(header), problems)
    columns: list[Sequence[Cell]] = list(zip(*body, strict=True))
    return Sheet(file=name, sheet=None, sha256=sha256, header=header, columns=columns, lines=lines, extra=extra)


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
    if "\x00" in text:
        problems.whole("not_csv", found="NUL")
        return None
    if encoding:
        problems.whole("encoding", encoding=encoding.upper() if encoding.startswith("utf") else encoding)
    return text.removeprefix("\ufeff")


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
    """The separator that cuts the header into the most columns; a comma when none does."""
    best, most = ",", 1
    start = text[:_HEADER_CHARS]
    for candidate in (",", ";", "\t"):
        try:
            header = next(csv.reader(io.StringIO(start, newline=""), delimiter=candidate), [])
        except csv.Error:  # told when the rows are read
            continue
        if len(header) > most:
            best, most = candidate, len(header)
    return best


def _rows(text: str, problems: Problems) -> list[list[str]] | None:
    # The limit is the csv module's only one; it is process-wide, so it is put back.
    before = csv.field_size_limit(_MAX_CELL)
    # Without `strict`, a quotation mark that is never closed swallows the rest of the file in silence.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    try:
        return list(reader)
    except csv.Error as error:
        problems.whole("broken_csv", line=reader.line_num, reason=str(error))
        return None
    finally:
        csv.field_size_limit(before)


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
