"""Workbooks: the first visible sheet, with its header in row 1."""

import datetime as dt
import io
import math
import zipfile
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from stregistry.exchange.cells import Cell
from stregistry.exchange.issues import Problems
from stregistry.exchange.read import Sheet
from stregistry.text import Text

# Our own templates explain their columns on a sheet of this name, in both languages.
GUIDE_SHEET: Final = "Giải thích - Columns"
MAX_INFLATED: Final = 2**30


def parse_xlsx(name: str, sha256: str, data: bytes, problems: Problems) -> Sheet | None:
    """The first visible sheet of a workbook; None (and a problem) when there is none or it is no workbook.

    Blank rows are passed over but counted. Formulas give the value the workbook keeps for them.
    """
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    if not _is_workbook(data, problems):
        return None
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            visible = [
                s.name
                for s in book.sheets_metadata
                if s.visible == SheetVisibleEnum.Visible and s.typ == SheetTypeEnum.WorkSheet
            ]
            if not visible:
                problems.whole("no_sheet")
                return None
            problems.sheet = visible[0]
            grid = book.get_sheet_by_name(visible[0]).to_python(skip_empty_area=False)
            others = [s for s in visible[1:] if s != GUIDE_SHEET and book.get_sheet_by_name(s).height]
    except CalamineError as error:
        problems.whole("not_xlsx", reason=str(error))
        return None
    if others:
        problems.whole("other_sheets", read=visible[0], others=", ".join(others))
    return _sheet(name, sha256, visible[0], grid, problems)


def _is_workbook(data: bytes, problems: Problems) -> bool:
    """Whether the bytes are a workbook of bearable size; every part is inflated once, as a zip may lie about sizes."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        problems.whole("not_xlsx", reason=Text("tệp Excel cũ hoặc có mật khẩu", "an old or encrypted Excel file"))
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if "xl/workbook.xml" not in archive.namelist():
                problems.whole("not_xlsx", reason=Text("tệp nén loại khác", "another kind of zip"))
                return False
            if (size := _inflated(archive)) > MAX_INFLATED:
                problems.whole("too_large", found=size // 2**20, limit=MAX_INFLATED // 2**20)
                return False
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        problems.whole("not_xlsx", reason=str(error))
        return False
    return True


def _inflated(archive: zipfile.ZipFile) -> int:
    total = sum(part.file_size for part in archive.infolist())
    if total > MAX_INFLATED:
        return total
    for part in archive.infolist():
        # Reading to the end compares the stated size and checksum with the content.
        with archive.open(part) as stream:
            while stream.read(2**20):
                pass
    return total


def _sheet(name: str, sha256: str, sheet: str, grid: Sequence[Sequence[Any]], problems: Problems) -> Sheet | None:
    if not grid or not any(cell != "" for cell in grid[0]):
        problems.whole("empty_file")
        return None
    header = tuple(str(cell) for cell in grid[0])
    kept = [i for i, row in enumerate(grid) if i and any(cell != "" for cell in row)]
    if not kept:
        problems.whole("empty_file")
        return None
    lines = [i + 1 for i in kept]
    problems.lines = lines
    columns = [[_cell(grid[i][j]) for i in kept] for j in range(len(header))]
    return Sheet(file=name, sheet=sheet, sha256=sha256, header=header, columns=columns, lines=lines)


def _cell(value: Any) -> Cell:
    """A cell as calamine gives it, in one of our types: 5.0 is 5, midnight is a day, TRUE is text."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        if not math.isfinite(value):
            return str(value)
        # repr gives the shortest decimal that reads back as the same number: what the sheet shows.
        return int(value) if value == int(value) else Decimal(repr(value))
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time()
        return value.date() if midnight else value.isoformat(" ")
    return value if isinstance(value, dt.date) else str(value)
