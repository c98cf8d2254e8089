"""From a file to columns of cells: what its bytes are, how its text is coded, where its rows stand."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stregistry.errors import system_words
from stregistry.exchange.issues import Problems, refused
from stregistry.exchange.sheet import MAX_COLUMNS, Sheet

if TYPE_CHECKING:
    from stregistry.exchange.columns import ImportPlan
    from stregistry.exchange.mapping import FileMap

MAX_BYTES: Final = 512 * 2**20


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
