"""From a table found in a grid of cells to the columns an import reads."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import attrs

from stregistry.exchange.cells import Cell
from stregistry.exchange.columns import ImportPlan
from stregistry.exchange.headerpaths import Merge, Reader, header_reader, path_text
from stregistry.exchange.issues import Problems
from stregistry.exchange.locate import Table
from stregistry.exchange.mapping import FileMap
from stregistry.exchange.parse import shown
from stregistry.exchange.read import Sheet

_AMOUNTS: Final = frozenset({"vnd", "money", "integer", "decimal"})
_ERRORS: Final = frozenset({"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"})


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
    _tell(table, problems)
    cells = grid.cells
    for at, i in enumerate(table.rows):
        for n, j in enumerate(table.columns):
            if isinstance(cell := cells[i][j], str) and cell in _ERRORS:
                problems.at(at, "error_cell", column=header[n], value=cell)
    columns: list[list[Cell]] = [[grid.cell(cells[i][j]) for i in table.rows] for j in table.columns]
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
        left={what: tuple(i + 1 for i in rows) for what, rows in table.left.items()},
    )
    if plan is not None:
        _fill_merged(sheet, table, grid.merges, header_reader(plan, file_map), problems)
    return sheet, problems


def _fill_merged(sheet: Sheet, table: Table, merges: Sequence[Merge], read: Reader, problems: Problems) -> None:
    """Gives each row the value of the cell that is merged over it; an amount cannot be shared out and is an error."""
    index = {i: at for at, i in enumerate(table.rows)}
    position = {j: n for n, j in enumerate(table.columns)}
    filled: set[str] = set()
    for (top, left), (bottom, _) in merges:
        if bottom == top or top not in index or left not in position:
            continue
        n = position[left]
        header, below = read(left, table.paths[n]), [i for i in range(top + 1, bottom + 1) if i in index]
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


def _tell(table: Table, problems: Problems) -> None:
    """What was passed over, so that nothing goes in silence."""
    for what, rows in table.left.items():
        if rows:
            problems.whole(f"{what}_rows", rows=", ".join(str(i + 1) for i in rows))
