"""From a table found in a grid of cells to the columns an import reads."""

import datetime as dt
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import attrs

from stregistry.exchange.cells import Cell
from stregistry.exchange.columns import ImportPlan
from stregistry.exchange.headerpaths import Merge, Reader, header_reader, path_text
from stregistry.exchange.issues import Problems
from stregistry.exchange.locate import Table
from stregistry.exchange.mapping import FileMap
from stregistry.exchange.package import NOT_COMPUTED
from stregistry.exchange.parse import shown
from stregistry.exchange.sheet import Sheet

# Excel counts a 29 February 1900 that never was, so its days before this one are not what they seem.
_FAULTS: Final[Mapping[Cell, str]] = {NOT_COMPUTED: "formula_not_computed"}
_EXCEL_FROM: Final = dt.date(1900, 3, 1)
_AMOUNTS: Final = frozenset({"vnd", "money", "integer", "decimal"})
_ERRORS: Final = frozenset(
    {"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", NOT_COMPUTED}
)


@attrs.frozen(kw_only=True, eq=False)
class Grid:
    """A sheet that holds anything: its cells, which of them are merged, and how one is turned to a cell of ours."""

    name: str  # empty for a CSV file
    cells: list[list[Any]]
    merges: tuple[Merge, ...] = ()
    cell: Callable[[Any], Cell] = str.strip


def sheet_of(
    grid: Grid,
    table: Table,
    name: str,
    sha256: str,
    whole: Problems,
    plan: ImportPlan | None,
    file_map: FileMap | None,
) -> tuple[Sheet, Problems]:
    """The rows of a table as columns, with the collector of its own problems; what was passed over is told there."""
    lines = [i + 1 for i in table.rows]
    problems = whole.table(grid.name or None, lines)
    header = tuple(path_text(path) for path in table.paths)
    if not lines:
        problems.whole("empty_file")
    tell_left(table.left, problems)
    rows = [grid.cells[i] for i in table.rows]
    transposed = list(zip(*rows, strict=True))
    columns: list[list[Cell]] = []
    for text, j in zip(header, table.columns, strict=True):
        column, distinct = _column(transposed[j], grid.cell)
        columns.append(column)
        _tell_faults(column, distinct, text, problems)
    sheet = Sheet(
        file=name,
        sheet=grid.name or None,
        sha256=sha256,
        header=header,
        columns=columns,
        lines=lines,
        unit=(table.unit[0], table.unit[1] + 1, table.unit[2]) if table.unit else None,
        header_row=table.header[-1] + 1 if table.header else None,
        at=table.columns,
        paths=table.paths if len(table.header) > 1 else None,
        left=left_lines(table.left),
    )
    if plan is not None:
        _fill_merged(sheet, table, grid.merges, header_reader(plan, file_map), problems)
    return sheet, problems


def _column(values: Sequence[Any], turn: Callable[[Any], Cell]) -> tuple[list[Cell], set[Cell]]:
    """The cells of a column in our own types, and the distinct ones.

    Each distinct cell is turned once and stands for all that are equal: whatever goes over the column later finds
    few cells in memory instead of one a row.
    """
    distinct = set(values)
    if set(map(type, distinct)) - {str} and bool in set(map(type, values)):
        # True is equal to 1.0, and one of them would be taken for the other.
        column = [turn(value) for value in values]
        return column, set(column)
    memo = {value: turn(value) for value in distinct}
    return list(map(memo.__getitem__, values)), set(memo.values())


def _tell_faults(column: Sequence[Cell], distinct: set[Cell], header: str, problems: Problems) -> None:
    """Notes the cells that hold an error of a formula, or a day that Excel counts wrongly."""
    early = {cell for cell in distinct if isinstance(cell, dt.date) and cell < _EXCEL_FROM}
    for fault in _ERRORS & distinct | early:
        for at, cell in enumerate(column):
            if cell == fault:
                code = "excel_1900" if fault in early else _FAULTS.get(fault, "error_cell")
                problems.at(at, code, column=header, value=shown(fault))


def _fill_merged(sheet: Sheet, table: Table, merges: Sequence[Merge], read: Reader, problems: Problems) -> None:
    """Gives each row the value of the cell that is merged over it; an amount cannot be shared out and is an error."""
    index = {i: at for at, i in enumerate(table.rows)}
    position = {j: n for n, j in enumerate(table.columns)}
    filled: set[str] = set()
    room = len(sheet) * len(sheet.header)  # merged cells that overlap, which only a made-up file has, could fill more
    for (top, left), (bottom, _) in merges:
        if bottom == top or top not in index or left not in position or room < 0:
            continue
        n = position[left]
        below = table.rows[index[top] + 1 : bisect_right(table.rows, bottom)]
        header, room = read(left, table.paths[n]), room - len(below)
        cell = sheet.columns[n][index[top]]
        if header is None or cell == "" or not below:
            continue
        if header.column.cell in _AMOUNTS:
            rows = f"{top + 1}–{below[-1] + 1}"
            for i in (top, *below):
                problems.at(index[i], "merged_amount", column=sheet.header[n], value=shown(cell), rows=rows)
            continue
        column = list(sheet.columns[n])
        for i in below:
            column[index[i]] = cell
        sheet.columns[n] = column  # type: ignore[index]  # made as a list above
        filled.add(sheet.header[n])
    if filled:
        problems.whole("merged_cells", columns=", ".join(sorted(filled)))


def left_lines(left: Mapping[str, Sequence[int]]) -> dict[str, tuple[int, ...]]:
    """Rows that are no records, as the file's own program counts them."""
    return {what: tuple(i + 1 for i in rows) for what, rows in left.items()}


def tell_left(left: Mapping[str, Sequence[int]], problems: Problems) -> None:
    """Notes what was passed over, so that nothing goes in silence."""
    for what, rows in left.items():
        if rows:
            problems.whole(f"{what}_rows", rows=", ".join(str(i + 1) for i in rows))
