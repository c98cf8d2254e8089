"""Where the table of a sheet stands: below its title rows, above its notes, without its totals."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs

from stregistry.exchange.columns import ImportPlan
from stregistry.exchange.headers import header_key, parse_unit, read_header
from stregistry.text import fold, tidy

_LOOKED_AT: Final = 30  # rows of titles above a header; official forms have about ten
_TOTALS: Final = frozenset({"cong", "tong", "tong cong", "tong so", "total", "grand total"})
# What the key of a template's own example begins with; a template says in it that the row is no record.
EXAMPLE_KEY: Final = "VÍ DỤ/EXAMPLE"
_NOTE: Final = re.compile(
    r"(ghi chu|nguon|notes?|source)\s*([:.].*)?"
    r"|(nguoi lap|thu truong|giam doc|\(?ky\b).*|.*\bngay\b.*\bthang\b.*\bnam\b.*"
)
_UNIT: Final = re.compile(r"(?:don vi(?: tinh)?|dvt|unit)\s*:\s*(?P<unit>[^():;,]+)")


@attrs.frozen(kw_only=True)
class Table:
    """A table within a grid; rows are indexes of the grid.

    header: its header row. rows: its rows of data.
    left: rows left out, by what they are (totals, note, example); a warning names them.
    unit: the unit of amounts that a title row states, folded, with the row and the title as written; else None.
    """

    header: int
    rows: tuple[int, ...]
    left: Mapping[str, tuple[int, ...]] = attrs.field(factory=dict)
    unit: tuple[str, int, str] | None = None


def find_table(grid: Sequence[Sequence[Any]], plan: ImportPlan) -> Table:
    """The table of a kind in a sheet: its header is the row that most column names of the kind stand in.

    When no row holds two of them the first row that is not blank is the header, and says itself what is wrong with it.
    """
    filled = [i for i, row in enumerate(grid) if any(_text(cell) for cell in row)]
    header = _header(grid, filled[:_LOOKED_AT], plan)
    below = [i for i in filled if i > header]
    keys = _key_columns(grid[header], plan)
    examples = tuple(i for i in below if any(_is_example(grid[i][j]) for j in keys))
    below = [i for i in below if i not in examples]
    notes = _notes(grid, below, header, keys)
    kept = [i for i in below if i not in notes]
    totals = tuple(i for i in kept if _is_total(grid[i], keys))
    return Table(
        header=header,
        rows=tuple(i for i in kept if i not in totals),
        left={"totals": totals, "note": notes, "example": examples},
        unit=_unit(grid, [i for i in filled if i < header]),
    )


def _text(cell: Any) -> str:
    return tidy(cell) if isinstance(cell, str) else str(cell)


def _header(grid: Sequence[Sequence[Any]], rows: Sequence[int], plan: ImportPlan) -> int:
    best, most = rows[0], 1
    for i in rows:
        known = {got.column.id for cell in grid[i] if isinstance(cell, str) and (got := read_header(plan, 0, cell))}
        if len(known) > most:
            best, most = i, len(known)
    return best


def _key_columns(header: Sequence[Any], plan: ImportPlan) -> frozenset[int]:
    """Where the keys and identifiers of records stand: a row that fills one is a record, whatever its words."""
    found = ((j, read_header(plan, j, cell)) for j, cell in enumerate(header) if isinstance(cell, str))
    return frozenset(j for j, got in found if got and got.column.cell in ("key", "identifier"))


def _notes(grid: Sequence[Sequence[Any]], below: Sequence[int], header: int, keys: frozenset[int]) -> tuple[int, ...]:
    """The rows at the foot of a table, from a note on, when all of them are nearly empty and without a key."""
    wide = sum(bool(_text(cell)) for cell in grid[header]) > 2
    foot: list[int] = []
    found: tuple[int, ...] = ()
    for i in reversed(below):
        cells = {j: _text(cell) for j, cell in enumerate(grid[i]) if _text(cell)}
        first = min(cells)
        told = bool(_NOTE.fullmatch(fold(cells[first])))
        # A note in the column of keys is a note; any other word there, with more beside it, is a key.
        keyed = bool(keys & set(cells) - {first}) or (first in keys and len(cells) > 1 and not told)
        if not wide or len(cells) > 2 or keyed:
            break
        foot.insert(0, i)
        if told:
            found = tuple(foot)
    return found


def _is_example(cell: Any) -> bool:
    return isinstance(cell, str) and header_key(cell).startswith(header_key(EXAMPLE_KEY))


def _is_total(row: Sequence[Any], keys: frozenset[int]) -> bool:
    """Whether a row begins with a total's words and has neither key nor identifier.

    Where the cells are merged the words stand in the key's own column; then most of the row is empty.
    """
    cells = {j: _text(cell) for j, cell in enumerate(row) if _text(cell)}
    first = min(cells)
    if header_key(cells[first]) not in _TOTALS or keys & set(cells) - {first}:
        return False
    return first not in keys or len(cells) * 2 <= len(row)


def _unit(grid: Sequence[Sequence[Any]], titles: Sequence[int]) -> tuple[str, int, str] | None:
    for i in titles:
        for cell in grid[i]:
            match = _UNIT.search(fold(_text(cell)))
            if match and parse_unit(match["unit"].strip()):
                return match["unit"].strip(), i, _text(cell)
    return None
