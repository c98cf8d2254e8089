"""Where the tables of a sheet stand: below their title rows, above their notes, without their totals."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import attrs

from stregistry.exchange.columns import ImportPlan
from stregistry.exchange.headerpaths import Merge, Path, Reader, header_paths, header_reader
from stregistry.exchange.headers import Header, header_key, parse_unit, passed_over
from stregistry.exchange.mapping import FileMap
from stregistry.text import fold, tidy

Grid = Sequence[Sequence[Any]]
Cells = Mapping[int, str]  # of one row: the texts that are not blank, by column

_LOOKED_AT: Final = 30  # rows of titles above a header; official forms have about ten
_DEEPEST: Final = 3  # rows one header may have
# A total says so first; what it counts may stand behind a mark: `Tổng cộng: 12 hợp đồng`.
_TOTAL: Final = re.compile(r"\W*(?:tong(?: cong| so)?|cong|(?:grand )?total)\W*(?:[:(].*)?")
# What the key of a template's own example begins with; a template says in it that the row is no record.
EXAMPLE_KEY: Final = "VÍ DỤ/EXAMPLE"
_TOTAL_STARTS: Final = frozenset("cCtTgG")
_EXAMPLE_STARTS: Final = frozenset("vV ")
_NOTE: Final = re.compile(
    r"(ghi chu|nguon|notes?|source)\s*([:.].*)?"
    r"|(nguoi lap|thu truong|giam doc|\(?ky\b).*|.*\bngay\b.*\bthang\b.*\bnam\b.*"
)
_UNIT: Final = re.compile(r"(?:don vi(?: tinh)?|dvt|unit)\s*:\s*(?P<unit>[^():;,]+)")
_GROUP: Final = re.compile(r"(?:[IVX]+|[A-Z])[.)]?")  # the running number of a chapter
_NUMBERING: Final = re.compile(r"\(?(\d{1,2}|[A-Z])(?:\.0)?\)?")  # a workbook's 1 comes as 1.0


@attrs.frozen(kw_only=True)
class Table:
    """A table within a grid; rows and columns are indexes of the grid.

    header: the rows of its header, none when it has none.
    columns: the columns it stands in. paths: the words of each column's header.
    rows: its rows of data.
    left: rows left out, by what they are; a warning names them.
    unit: the unit of amounts that a title row states, folded, with the row and the title as written; else None.
    likely: enough of its header is understood to take it for a table of the kind.
    """

    header: tuple[int, ...]
    columns: tuple[int, ...]
    paths: tuple[Path, ...]
    rows: tuple[int, ...]
    left: Mapping[str, tuple[int, ...]] = attrs.field(factory=dict)
    unit: tuple[str, int, str] | None = None
    likely: bool = True


@attrs.frozen(kw_only=True)
class _Head:
    """A header found in a grid. known: how many different fields it names; filled: how many cells it has."""

    rows: tuple[int, ...]
    paths: tuple[Path, ...]
    known: int
    filled: int

    @property
    def likely(self) -> bool:
        """Whether at least two columns and at least half of them are understood."""
        return self.known >= 2 and self.known * 2 >= self.filled


def find_tables(
    grid: Grid, plan: ImportPlan, merges: Sequence[Merge] = (), file_map: FileMap | None = None
) -> list[Table]:
    """The tables of a kind in a sheet, from the top; a header is where most column names of the kind stand.

    When no row holds two of them the first row that is not blank is the header, and says itself what
    is wrong with it. Another table begins where another header stands below a blank or title row; the
    same header again (a printed list repeats it on every page) goes on with the table above.
    file_map: what it says of headers counts too; where it names the header's rows, nothing is looked for.
    """
    finder = _Finder(grid, header_reader(plan, file_map), merges)
    if file_map is not None and file_map.header_rows is not None:
        return [finder.stated(file_map.header_rows, file_map.first_row, file_map.last_row)]
    return finder.run()


class _Finder:
    def __init__(self, grid: Grid, read: Reader, merges: Sequence[Merge]) -> None:
        self.grid, self.read = grid, read
        self.merges: dict[int, list[Merge]] = {}
        for merge in merges:
            self.merges.setdefault(merge[0][0], []).append(merge)
        self.filled = [i for i, row in enumerate(grid) if any(_text(cell) for cell in row)]
        self.heads: dict[tuple[int, ...], _Head] = {}

    def stated(self, header: tuple[int, ...], first: int | None, last: int | None) -> Table:
        """The table whose header stands in the given rows (none: there is no header), down to the last row."""
        width = max(map(len, self.grid))
        head = self._head(header) if header else _Head(rows=(), paths=((),) * width, known=2, filled=2)
        start = first if first is not None else header[-1] + 1 if header else 0
        end = len(self.grid) if last is None else min(last + 1, len(self.grid))
        table = self._table(head, tuple(range(width)), end, (), start=start)
        return attrs.evolve(table, likely=True, unit=self._unit(range(header[0])) if header else None)

    def run(self) -> list[Table]:
        first = self._best(self.filled[:_LOOKED_AT]) or self._head((self.filled[0],))
        heads, repeats = [first], list[_Head]()
        if first.likely:
            for head in self._later(first):
                (repeats if head.paths == heads[-1].paths else heads).append(head)
        tables: list[Table] = []
        for n, head in enumerate(heads):
            end = heads[n + 1].rows[0] if n + 1 < len(heads) else len(self.grid)
            again = tuple(i for r in repeats if head.rows[-1] < r.rows[0] < end for i in r.rows)
            tables += self._tables(head, end, again, above=heads[:n])
        return tables

    def _best(self, rows: Sequence[int]) -> _Head | None:
        """The header among some rows: the one that names most fields; a second row must earn its place."""
        best: _Head | None = None
        for i in rows:
            head = self._deepened(i)
            if head.known > (best.known if best else 1):
                best = head
        return best

    def _deepened(self, i: int) -> _Head:
        best = self._head((i,))
        if not best.known and not (i + 1 < len(self.grid) and self._head((i + 1,)).known):
            return best  # neither row names a field, so both are something else
        for depth in range(2, _DEEPEST + 1):
            rows = tuple(range(i, i + depth))
            if rows[-1] >= len(self.grid) or not any(_text(cell) for cell in self.grid[rows[-1]]):
                break
            head = self._head(rows)
            if head.known <= max(self._head(rows[n:]).known for n in range(1, depth)):
                continue  # without its upper row, such as a title, the header tells as much
            if head.known > best.known or (head.known == best.known and best.known >= 2 and self._explains(head, best)):
                best = head
        return best

    def _explains(self, deep: _Head, shallow: _Head) -> bool:
        """Whether every cell of the last header row only tells more of a column that is known, such as its unit."""
        last = self.grid[deep.rows[-1]]
        told = [j for j, cell in enumerate(last) if _text(cell)]
        return all(
            j < len(shallow.paths) and shallow.paths[j] != deep.paths[j] and self.read(j, deep.paths[j]) for j in told
        )

    def _head(self, rows: tuple[int, ...]) -> _Head:
        if rows not in self.heads:
            self.heads[rows] = self._read_head(rows)
        return self.heads[rows]

    def _read_head(self, rows: tuple[int, ...]) -> _Head:
        paths = tuple(header_paths(self.grid, rows, self.merges))
        known = {h.column.id for j, path in enumerate(paths) if (h := self.read(j, path))}
        filled = sum(1 for path in paths if path and not (len(path) == 1 and passed_over(path[0])))
        return _Head(rows=rows, paths=paths, known=len(known), filled=filled)

    def _later(self, first: _Head) -> list[_Head]:
        """Headers further down, each below a row that is blank or nearly so, or a repetition of the first."""
        words = [tidy(cell) if isinstance(cell, str) else cell for cell in self.grid[first.rows[0]]]
        some = next(j for j, cell in enumerate(words) if _text(cell))
        wide = sum(1 for path in first.paths if path)
        found: list[_Head] = []
        for i in self.filled:
            if i <= (found[-1] if found else first).rows[-1]:
                continue
            above, row = self.grid[i - 1], self.grid[i]
            sparse = len(above) - above.count("") < min(3, wide)
            if not (sparse or row[some] == self.grid[first.rows[0]][some]):
                continue
            if not all(isinstance(cell, str) for cell in row):
                continue
            head = self._deepened(i)
            if head.likely and head.known >= min(3, first.known):
                found.append(head)
        return found

    # ---- one header, one or more tables beside each other ---------------------------------------

    def _tables(self, head: _Head, end: int, again: tuple[int, ...], above: Sequence[_Head]) -> list[Table]:
        found = []
        for columns in self._beside(head):
            table = self._table(head, columns, end, again)
            start = above[-1].rows[-1] + 1 if above else 0
            # A unit above the first table of a sheet holds for the tables below it that state none.
            unit = self._unit(range(start, head.rows[0])) or (self._unit(range(above[0].rows[0])) if above else None)
            found.append(attrs.evolve(table, unit=unit))
        return found

    def _beside(self, head: _Head) -> list[tuple[int, ...]]:
        """The columns of each table of a header: parted where a blank column stands and a field comes again.

        Columns of problems, which we wrote ourselves, belong to none.
        """
        blocks: list[list[int]] = [[]]
        ours = {j for j, path in enumerate(head.paths) if path and passed_over(path[-1]) == "problem"}
        for j, path in enumerate(head.paths):
            if path and j not in ours:
                blocks[-1].append(j)
            elif blocks[-1]:
                blocks.append([])
        blocks = [b for b in blocks if b]
        fields = [{h.column.id for j in b if (h := self.read(j, head.paths[j]))} for b in blocks]
        met: set[str] = set()
        parted = len(blocks) > 1 and all(len(f) >= 2 for f in fields)
        for some in fields:
            parted, met = parted and (not met or bool(some & met)), met | some
        if not parted:
            return [tuple(j for j in range(len(head.paths)) if j not in ours)]
        return [tuple(b) for b in blocks]

    def _table(
        self, head: _Head, columns: tuple[int, ...], end: int, again: tuple[int, ...], start: int | None = None
    ) -> Table:
        grid, wanted = self.grid, set(columns)
        whole = len(columns) == len(head.paths)
        headers = {j: h for j in columns if (h := self.read(j, head.paths[j]))}
        keys = frozenset(j for j, h in headers.items() if h.column.cell in ("key", "identifier"))
        stated, start = start is not None, head.rows[-1] + 1 if start is None else start
        below = [i for i in self.filled if start <= i < end and i not in again]
        if not whole:
            below = [i for i in below if any(_text(grid[i][j]) for j in columns)]

        def cells(i: int) -> Cells:
            return {j: text for j, cell in enumerate(grid[i]) if j in wanted and (text := _text(cell))}

        left: dict[str, tuple[int, ...]] = {"header": again}
        left["title"] = () if stated else self._titles_of_next(below, cells, keys, end)
        tops = {next((i for i in below if i > h), -1) for h in (start - 1, *again)} - {-1}
        left["numbering"] = tuple(i for i in sorted(tops) if _is_numbering(cells(i), headers))
        left["example"] = tuple(i for i in below if any(_is_example(grid[i][j]) for j in keys))
        rest = _without(below, left)
        width = sum(1 for j in columns if head.paths[j])
        left["note"] = _notes(rest, cells, keys) if width > 2 else ()
        rest = _without(rest, left)
        left["totals"] = tuple(
            i for i in rest if _may_be_total(grid[i], columns) and _is_total(cells(i), keys, len(columns))
        )
        rest = _without(rest, left)
        serial = frozenset(j for j in columns if head.paths[j] and passed_over(head.paths[j][-1]) == "serial")
        left["section"] = tuple(
            i
            for i in rest
            if (i in self.merges and self._is_section(i, cells(i), keys, len(headers)))
            or (any(_may_number_group(grid[i][j]) for j in serial) and _is_group(cells(i), keys | serial, width))
        )
        return Table(
            header=head.rows,
            columns=columns,
            paths=tuple(head.paths[j] for j in columns),
            rows=tuple(_without(rest, left)),
            left=left,
            likely=head.likely,
        )

    def _titles_of_next(
        self, below: Sequence[int], cells: Callable[[int], Cells], keys: frozenset[int], end: int
    ) -> tuple[int, ...]:
        """The rows right above the header of the next table that name it: nearly empty and without a key."""
        titles: list[int] = []
        if end < len(self.grid):
            for i in reversed(below):
                some = cells(i)
                if i != end - 1 - len(titles) or len(some) > 2 or keys & set(some) - {min(some)}:
                    break
                if _is_total(some, keys, 2 * len(some)):
                    break
                titles.insert(0, i)
        return tuple(titles)

    def _is_section(self, i: int, cells: Cells, keys: frozenset[int], known: int) -> bool:
        """Whether a row is one merged cell over most of the table: a heading between records."""
        if len(cells) > 2:
            return False
        spans = [right - left + 1 for (_, left), (bottom, right) in self.merges[i] if bottom == i]
        return max(spans, default=0) * 2 > known and not (len(cells) > 1 and keys & set(cells))

    def _unit(self, titles: range) -> tuple[str, int, str] | None:
        for i in titles[-_LOOKED_AT:]:
            for cell in self.grid[i]:
                match = _UNIT.search(fold(_text(cell))) if isinstance(cell, str) and cell else None
                if match and parse_unit(match["unit"].strip()):
                    return match["unit"].strip(), i, _text(cell)
        return None


def _text(cell: Any) -> str:
    return tidy(cell) if isinstance(cell, str) else str(cell)


def _without(rows: Sequence[int], left: Mapping[str, tuple[int, ...]]) -> list[int]:
    gone = {i for some in left.values() for i in some}
    return [i for i in rows if i not in gone] if gone else list(rows)


def _notes(below: Sequence[int], cells: Callable[[int], Cells], keys: frozenset[int]) -> tuple[int, ...]:
    """The rows at the foot of a table, from a note on, when all of them are nearly empty and without a key."""
    foot: list[int] = []
    found: tuple[int, ...] = ()
    for i in reversed(below):
        some = cells(i)
        first = min(some)
        told = bool(_NOTE.fullmatch(fold(some[first])))
        # A note in the column of keys is a note; any other word there, with more beside it, is a key.
        keyed = bool(keys & set(some) - {first}) or (first in keys and len(some) > 1 and not told)
        if len(some) > 2 or keyed:
            break
        foot.insert(0, i)
        if told:
            found = tuple(foot)
    return found


def _is_example(cell: Any) -> bool:
    return (
        isinstance(cell, str) and cell[:1] in _EXAMPLE_STARTS and header_key(cell).startswith(header_key(EXAMPLE_KEY))
    )


def _is_numbering(cells: Cells, headers: Mapping[int, Header]) -> bool:
    """Whether a row below a header numbers its columns: (1), (2), … or A, B, 1, 2, …, rising from left to right."""
    marks = [m[1] for j in sorted(cells) if (m := _NUMBERING.fullmatch(cells[j]))]
    if len(marks) != len(cells) or len(marks) < max(3, len(headers) - 1):
        return False
    numbers = [int(m) for m in marks if m.isdigit()]
    letters = [m for m in marks if not m.isdigit()]
    return (
        numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else len(letters) == len(marks)
    ) and letters == [chr(65 + n) for n in range(len(letters))]


def _may_number_group(cell: Any) -> bool:
    return isinstance(cell, str) and len(cell) < 6 and bool(_GROUP.fullmatch(cell.strip()))


def _is_group(cells: Cells, keys: frozenset[int], width: int) -> bool:
    """Whether a row numbered like a chapter only heads the rows below it: mostly empty, and without a key."""
    return len(keys & set(cells)) == 1 and len(cells) >= 2 and len(cells) * 2 <= width


def _may_be_total(row: Sequence[Any], columns: Sequence[int]) -> bool:
    """A quick look at the first word of a row, so that most rows are not taken apart."""
    for j in columns:
        first = row[j]
        if first == "":
            continue
        if not isinstance(first, str) or len(first) > 60:
            return False
        if first := first.strip():
            return first[0] in _TOTAL_STARTS and _TOTAL.fullmatch(fold(first)) is not None
    return False


def _is_total(cells: Cells, keys: frozenset[int], width: int) -> bool:
    """Whether a row begins with a total's words and has neither key nor identifier.

    Where the cells are merged the words stand in the key's own column; then most of the row is empty.
    """
    first = min(cells)
    if not _TOTAL.fullmatch(fold(cells[first])) or keys & set(cells) - {first}:
        return False
    return first not in keys or len(cells) * 2 <= width
