"""Workbooks: the table of the first visible sheet, found by its column names."""

import datetime as dt
import io
import math
import zipfile
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from stregistry.exchange.cells import Cell
from stregistry.exchange.columns import ImportPlan
from stregistry.exchange.error_cells import error_cells
from stregistry.exchange.issues import Problems
from stregistry.exchange.locate import Table, find_table
from stregistry.exchange.read import Sheet
from stregistry.text import Text

# Our own templates explain their columns on a sheet of this name, in both languages.
GUIDE_SHEET: Final = "Giải thích - Columns"
CODES_SHEET: Final = "Danh mục - Codes"
MAX_INFLATED: Final = 2**30
_ERRORS: Final = frozenset({"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"})


def parse_xlsx(name: str, sha256: str, data: bytes, problems: Problems, plan: ImportPlan | None = None) -> Sheet | None:
    """The first visible sheet of a workbook; None (and a problem) when there is none or it is no workbook.

    plan: the kind whose table is looked for; without it the header is in row 1.
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
            hidden = [
                s.name
                for s in book.sheets_metadata
                if s.visible != SheetVisibleEnum.Visible
                and s.typ == SheetTypeEnum.WorkSheet
                and book.get_sheet_by_name(s.name).height
            ]
            others = [
                s for s in visible[1:] if s not in (GUIDE_SHEET, CODES_SHEET) and book.get_sheet_by_name(s).height
            ]
    except CalamineError as error:
        problems.whole("not_xlsx", reason=str(error))
        return None
    if others:
        problems.whole("other_sheets", read=visible[0], others=", ".join(others))
    if hidden:
        problems.whole("hidden_sheets", others=", ".join(hidden))
    for (i, j), fault in error_cells(data, visible[0]).items():
        if i < len(grid) and j < len(grid[i]) and grid[i][j] == "":
            grid[i][j] = fault
    return _sheet(name, sha256, visible[0], grid, problems, plan)


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


def _sheet(
    name: str, sha256: str, sheet: str, grid: Sequence[Sequence[Any]], problems: Problems, plan: ImportPlan | None
) -> Sheet | None:
    if not any(cell != "" for row in grid for cell in row) or (plan is None and not any(c != "" for c in grid[0])):
        problems.whole("empty_file")
        return None
    table = find_table(grid, plan) if plan else _from_row_1(grid)
    if not table.rows:
        problems.whole("empty_file")
        return None
    header = tuple(str(cell) for cell in grid[table.header])
    lines = [i + 1 for i in table.rows]
    problems.lines = lines
    _tell(table, problems)
    for at, i in enumerate(table.rows):
        for j, cell in enumerate(grid[i][: len(header)]):
            if isinstance(cell, str) and cell in _ERRORS:
                problems.at(at, "error_cell", column=header[j], value=cell)
    columns = [[_cell(grid[i][j]) for i in table.rows] for j in range(len(header))]
    return Sheet(
        file=name,
        sheet=sheet,
        sha256=sha256,
        header=header,
        columns=columns,
        lines=lines,
        unit=table.unit[0] if table.unit else None,
        header_row=table.header + 1,
        left={what: tuple(i + 1 for i in rows) for what, rows in table.left.items()},
    )


def _from_row_1(grid: Sequence[Sequence[Any]]) -> Table:
    return Table(header=0, rows=tuple(i for i, row in enumerate(grid) if i and any(cell != "" for cell in row)))


def _tell(table: Table, problems: Problems) -> None:
    """What was passed over and what was read from a title row, so that nothing goes in silence."""
    for what, rows in table.left.items():
        if rows:
            problems.whole(f"{what}_rows", rows=", ".join(str(i + 1) for i in rows))
    if table.unit:
        problems.whole("title_unit", title=table.unit[2], row=table.unit[1] + 1)


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
