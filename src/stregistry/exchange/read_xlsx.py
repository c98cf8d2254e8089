"""Workbooks: the tables of a kind in its visible sheets, found by their column names."""

import datetime as dt
import io
import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from stregistry.exchange.cells import Cell
from stregistry.exchange.columns import ImportPlan
from stregistry.exchange.issues import Problems, near_text
from stregistry.exchange.locate import Table, find_tables
from stregistry.exchange.mapping import FileMap
from stregistry.exchange.package import Package, open_package
from stregistry.exchange.sheet import Sheet, column_letters
from stregistry.exchange.tables import Grid, sheet_of
from stregistry.text import Text, nearest

# Our own templates explain their columns on a sheet of this name, in both languages.
GUIDE_SHEET: Final = "Giải thích - Columns"
CODES_SHEET: Final = "Danh mục - Codes"
# What a template says of itself in its properties: its kind and version. 1 had the ids alone in row 1 and did not say
# it; raise the version whenever the columns or the layout of a template change.
TEMPLATE_PROPERTY: Final = "stregistry_template"
TEMPLATE_VERSION: Final = 2
PROBLEMS_SHEET: Final = "Danh sách lỗi - Problems"  # of a workbook of errors
_OURS: Final = frozenset({GUIDE_SHEET, CODES_SHEET, PROBLEMS_SHEET})


def parse_xlsx(
    name: str,
    sha256: str,
    data: bytes,
    problems: Problems,
    plan: ImportPlan | None = None,
    file_map: FileMap | None = None,
) -> list[tuple[Sheet, Problems]]:
    """The tables of a kind in the visible sheets of a workbook; none (and a problem) when it has none.

    plan: the kind whose tables are looked for; without it the table of the first visible sheet, with its
    header in row 1. Blank rows are passed over but counted. Formulas give the value the workbook keeps for them.
    file_map: where it says the table stands.
    """
    package = open_package(data, problems)
    grids = _grids(package, problems, plan, file_map) if package is not None else []
    if not grids:
        return []
    if plan is None:
        return [sheet_of(grids[0], _from_row_1(grids[0].cells), name, sha256, problems, None, None)]
    if file_map is not None and file_map.header_rows is not None:
        grids = grids[:1]
        if file_map.header_rows and file_map.header_rows[-1] >= len(grids[0].cells):
            row, rows = file_map.header_rows[-1] + 1, len(grids[0].cells)
            problems.whole("map_no_row", map=file_map.name, row=row, sheet=grids[0].name, rows=rows)
            return []
    found = [(grid, table) for grid in grids for table in find_tables(grid.cells, plan, grid.merges, file_map)]
    chosen = [(grid, table) for grid, table in found if table.likely and table.rows]
    if not chosen:
        # Nothing is clearly of the kind: the first sheet's own table says what is wrong with it.
        chosen = [(grid, table) for grid, table in found if table.rows][:1]
    if not chosen:
        problems.whole("empty_file")
        return []
    read = {grid.name for grid, _ in chosen}
    if others := [grid.name for grid in grids if grid.name not in read]:
        names = dict.fromkeys(grid.name for grid, _ in chosen)
        problems.whole("other_sheets", read=", ".join(names), others=", ".join(others))
    if len(chosen) > 1:
        places = "; ".join(f"{grid.name}!{_at(table)}" for grid, table in chosen)
        problems.whole("several_tables", found=len(chosen), places=places)
    return [sheet_of(grid, table, name, sha256, problems, plan, file_map) for grid, table in chosen]


def _at(table: Table) -> str:
    return f"{column_letters(table.columns[0])}{table.header[0] + 1}"


def _grids(package: Package, problems: Problems, plan: ImportPlan | None, file_map: FileMap | None) -> list[Grid]:
    """The visible sheets that hold anything (only the first without a plan); hidden ones are told.

    A sheet that a map names is the only one, hidden or not.
    """
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(package.data)) as book:
            sheets = [s for s in book.sheets_metadata if s.typ == SheetTypeEnum.WorkSheet]
            visible = [s.name for s in sheets if s.visible == SheetVisibleEnum.Visible]
            if not visible:
                problems.whole("no_sheet")
                return []
            if plan is not None:
                _tell_template(package, plan, problems, guided=GUIDE_SHEET in book.sheet_names)
            if file_map is not None and file_map.sheet is not None:
                if file_map.sheet not in book.sheet_names:
                    near = near_text(nearest(file_map.sheet, book.sheet_names))
                    problems.whole("map_no_sheet", map=file_map.name, sheet=file_map.sheet, near=near)
                    return []
                visible, sheets = [file_map.sheet], []
            hidden = [s.name for s in sheets if s.name not in visible and book.get_sheet_by_name(s.name).height]
            found, others = list[Grid](), list[str]()
            for name in visible:
                if name in _OURS and name != visible[0]:
                    continue
                sheet = book.get_sheet_by_name(name)
                if plan is None and found:
                    others += [name] if sheet.height else []
                    continue
                cells = sheet.to_python(skip_empty_area=False)
                if any(cell != "" for row in cells for cell in row):
                    found.append(Grid(name=name, cells=cells, merges=tuple(sheet.merged_cell_ranges or ()), cell=_cell))
                elif plan is None:
                    break
    except CalamineError as error:
        problems.whole("not_xlsx", reason=Text(f"tệp bị hỏng ({error})", f"the file is broken ({error})"))
        return []
    if others:
        problems.whole("other_sheets", read=visible[0], others=", ".join(others))
    if hidden:
        problems.whole("hidden_sheets", others=", ".join(hidden))
    if not found or (plan is None and not any(cell != "" for cell in found[0].cells[0])):
        problems.whole("empty_file")
        return []
    for grid in found:
        for (i, j), fault in package.error_cells(grid.name).items():
            if i < len(grid.cells) and j < len(grid.cells[i]) and grid.cells[i][j] == "":
                grid.cells[i][j] = fault
    return found


def _tell_template(package: Package, plan: ImportPlan, problems: Problems, *, guided: bool) -> None:
    """Says when a workbook is a template of another version or kind; it is read all the same.

    guided: it has the sheet that explains the columns, which version 1 had too.
    """
    kind, _, version = package.property(TEMPLATE_PROPERTY).partition(" ")
    number = int(version) if version.isdecimal() else 1
    if not kind and not guided:
        return
    if kind and kind != plan.kind:
        problems.whole("template_kind", made=kind, kind=plan.kind)
    if number < TEMPLATE_VERSION:
        problems.whole("template_old", found=number, current=TEMPLATE_VERSION, kind=plan.kind)
    elif number > TEMPLATE_VERSION:
        problems.whole("template_new", found=number, current=TEMPLATE_VERSION)


def _from_row_1(cells: Sequence[Sequence[Any]]) -> Table:
    return Table(
        header=(0,),
        columns=tuple(range(len(cells[0]))),
        paths=tuple((str(cell),) for cell in cells[0]),
        rows=tuple(i for i, row in enumerate(cells) if i and any(cell != "" for cell in row)),
    )


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
