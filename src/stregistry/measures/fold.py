"""From partial cells to figures: the rows of a scan folded to unit and period in exact numbers."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from fractions import Fraction
from typing import Any, NamedTuple

import attrs
from sqlalchemy import Select, select

from stregistry.measures.bodies import bodies_of, counted_as
from stregistry.measures.derived import DETAILS, KEYS, Derived, Details
from stregistry.measures.grid import SAID_ON, Grid, Landing, Landings, Sight, Stay, sights
from stregistry.measures.offer import offer
from stregistry.measures.parts import Part, Source
from stregistry.measures.select import apart, fused, records
from stregistry.store.layout import split_codes
from stregistry.store.view import View

Number = int | Fraction
Cell = tuple[str, int]  # a unit, and the position of a period
# Where a row lands, the row, and the columns this holds for.
Landed = tuple[Landings, Any, Sequence[int]]
_WIDTH = len(KEYS)
_TOLD = len(DETAILS)
# Of a record its id, the number of the document that states it, and what it goes by if it says so itself.
Origin = tuple[int, int | None, str | None]
_ORIGIN = tuple(map(DETAILS.index, ("id", "document", "title")))


class One(NamedTuple):
    """One record in a cell: what it adds, its key `place`, its value of `by`, its row, and its details.

    details: None where they were not read.
    """

    number: Number
    place: str | None
    by: Any
    row: int
    details: Details | None


@attrs.frozen
class Left:
    """Why records are not counted in a period (its position; None: they have no date).

    code: their place code, when that is why. candidates: the units it may be, after a split.
    """

    period: int | None
    reason: str
    code: str | None
    candidates: tuple[str, ...]


@attrs.define(eq=False)
class Taken:
    """What a part came to. Units and periods nobody was counted in are absent: the caller knows they are 0.

    cells: the number of each cell. by: the same for each value of the part's `by`.
    shared: how many records of a cell are shared with other units (of counts only).
    left: how many records were left out, and why (of counts only).
    rows: the records of the units they were asked for one by one.
    """

    cells: dict[Cell, Number] = attrs.field(factory=dict)
    rows: "Rows | None" = None
    by: dict[Cell, dict[Any, Number]] = attrs.field(factory=dict)
    shared: dict[Cell, int] = attrs.field(factory=dict)
    left: dict[Left, int] = attrs.field(factory=dict)


class Rows:
    """The records of wanted units from one scan by cell, for each of its parts; made out only when they are asked for.

    One object for each record and part would cost more than the scan. told: whether their details were read with them.
    """

    def __init__(self, parts: Sequence[Part], start: int, landed: Sequence[Landed], wanted: "Apart") -> None:
        """start: the column of the first part; after the last come the row number, and the rest of `DETAILS` if read.

        Without a row number, a row is a sum of records.
        """
        self._columns = {part: (n, part.of == "count") for n, part in enumerate(parts, start)}
        self._at = at = start + len(parts)
        self._by = parts[0].by is not None
        self._cells: dict[Cell, list[Landed]] = {}
        self._made: dict[int, Details] = {}
        self.told = bool(landed) and len(landed[0][1]) > at + 1
        cells, units = self._cells, wanted.units
        for one in landed:
            if one[1][at] is not None:
                for landing in one[0]:
                    unit, period = landing.spot.unit, landing.period
                    if unit is not None and period is not None and (units is None or unit in units):
                        cells.setdefault((unit, period), []).append(one)

    def of(self, part: Part, cell: Cell) -> Iterator[One]:
        """The records of a part in a cell."""
        at, stop, by, made = self._at, self._at + _TOLD, self._by, self._made
        for number, row in self._read(part, cell):
            details = made.get(row[at])
            if details is None and self.told:
                # One for all parts the record is counted in.
                details = made[row[at]] = Details._make(row[at:stop])
            yield One(number, row[1], row[_WIDTH] if by else None, row[at], details)

    def numbers(self, part: Part, cell: Cell) -> Iterator[Number]:
        """What each of them adds."""
        return (number for number, _ in self._read(part, cell))

    def origins(self, cell: Cell) -> Iterator[Origin]:
        """The origin of each record in a cell, of whichever part; only where they are `told`."""
        number, document, title = (self._at + at for at in _ORIGIN)
        return ((row[number], row[document], row[title]) for _, row, _ in self._cells.get(cell, ()))

    def within(self, cell: Cell) -> set[int]:
        """The row numbers of the records in a cell, of whichever part."""
        return {row[self._at] for _, row, _ in self._cells.get(cell, ())}

    def numbered(self, part: Part) -> set[int]:
        """The row numbers of the part's records, of all cells."""
        column, _ = self._columns[part]
        return {row[self._at] for landed in self._cells.values() for _, row, met in landed if column in met}

    def _read(self, part: Part, cell: Cell) -> list[tuple[Number, Any]]:
        column, counts = self._columns[part]
        # PostgreSQL gives the sum of 64-bit numbers as a Decimal.
        return [
            (
                int(row[column])
                if counts or (among := _among(landings, cell)) == 1
                else Fraction(int(row[column]), among),
                row,
            )
            for landings, row, met in self._cells.get(cell, ())
            if column in met
        ]


def _among(landings: Landings, cell: Cell) -> int:
    """How many units share a record that lands in a cell."""
    if len(landings) == 1:
        return landings[0].among
    return next(landing.among for landing in landings if (landing.spot.unit, landing.period) == cell)


@attrs.frozen
class Apart:
    """Of which units and parts the records are wanted one by one; no units: of all.

    rest: what other records came to as well. told: their details too; without `rest` they are read in any case.
    """

    parts: frozenset[Part]
    units: frozenset[str] | None
    rest: bool
    told: bool = True


def stated_by(source: Source) -> str:
    """The kind of record that states where the records of a source lie."""
    return source.kind if source.place == "place" else "organisation"


def codes_near(view: View, grid: Grid, kind: str, units: Set[str]) -> frozenset[str]:
    """Every place code that records of a kind state and that may mean a part of the units."""
    # As recorded, in any version: a few thousand at most, where a map knows more than ten thousand.
    rows = view.rows(kind)
    used = view.execute(select(rows.c.place).where(rows.c.place.is_not(None)).distinct())
    return grid.near((code for (code,) in used), units)


def take(
    view: View, grid: Grid, parts: Iterable[Part], wanted: Apart | None = None, within: Set[str] | None = None
) -> dict[Part, Taken]:
    """Every part computed, with one scan for all parts of a source (and one more for each `by`).

    wanted: read in the same scans, records one by one; without its `rest` only they are. within: only records that may
    belong to these units: what is taken of others is not the whole, and what was left out is what may belong to these.
    """
    scans: dict[tuple[Source, str | None], list[Part]] = {}
    for part in dict.fromkeys(parts):
        scans.setdefault((part.source, part.by), []).append(part)
    bodies = bodies_of(view, grid.valid, (part for some in scans.values() for part in some))
    few = wanted.units if wanted is not None else within
    # Asked once of each kind, however many sources have their places from it.
    stating = set() if few is None else {stated_by(source) for source, _ in scans}
    near = {kind: codes_near(view, grid, kind, few or set()) for kind in stating}

    def query(source: Source, some: list[Part]) -> Select[Any]:
        base = Derived(view, grid, some, bodies[source.follow])
        codes = None if few is None else sorted(near[stated_by(source)])
        if wanted is None:
            return fused(base, codes)
        if wanted.rest:
            return apart(base, codes, rest=within is None, told=wanted.told)
        return records(base, codes)

    results = view.execute_all([query(source, some) for (source, _), some in scans.items()])
    taken: dict[Part, Taken] = {}
    rows_of: dict[Part, Rows] = {}
    for ((source, by), some), rows in zip(scans.items(), results, strict=True):
        renamed = counted_as(by, source.kind, bodies[source.follow])
        start = _WIDTH + (by is not None)
        only = None if within is None else near[stated_by(source)]
        landed: Iterable[Landed] = land(grid, source, map(tuple, rows), start, start + len(some), only)
        if wanted is not None:
            landed = list(landed)
            apiece = Rows(some, start, landed, wanted)
            rows_of |= dict.fromkeys(wanted.parts.intersection(some), apiece)
        sums = _sums(by, landed, len(some), renamed)
        split = by is not None and offer(source.kind).fields[by].kind == "codes"
        for n, part in enumerate(some):
            taken[part] = _taken(part, split, {key: numbers[n] for key, numbers in sums.items() if numbers[n]})
            taken[part].rows = rows_of.get(part)
    return taken


def _odd(place: str | None) -> bool:
    """Whether the key is that of one stay of one record."""
    return place is not None and place.startswith("|")


# Where numbers were added up: a landing, and the value of `by`.
_Key = tuple[Landing, Any]


def _sums(by: str | None, landed: Iterable[Landed], width: int, renamed: Mapping[Any, int]) -> dict[_Key, list[int]]:
    """One whole number a part for each landing and value; fractions come last, since they cost a hundred times more.

    renamed: the value another stands for.
    """
    start = _WIDTH + (by is not None)
    piles: dict[tuple[int, Any], tuple[Landings, list[int]]] = {}
    for landings, row, columns in landed:
        value = row[_WIDTH] if by is not None else None
        # By identity first, since equal landings are mostly one object, and to compare them takes longer than to add.
        pile = piles.get((id(landings), value))
        if pile is None:
            pile = piles[id(landings), value] = landings, [0] * width
        for column in columns:
            # PostgreSQL gives the sum of 64-bit numbers as a Decimal.
            pile[1][column - start] += int(row[column])
    sums: dict[_Key, list[int]] = {}
    for (_, value), (landings, numbers) in piles.items():
        for landing in landings:
            found = sums.setdefault((landing, renamed.get(value, value)), [0] * width)
            for n, number in enumerate(numbers):
                found[n] += number
    return sums


def _taken(part: Part, split: bool, sums: dict[_Key, int]) -> Taken:
    """The numbers of one part by cell. Every unit counts a shared record; of its amount each takes an equal part."""
    found = Taken()
    counts = part.of == "count"
    for (landing, value), number in sums.items():
        spot = landing.spot
        if spot.unit is None or landing.period is None:
            if counts:
                why = Left(landing.period, spot.reason or "", spot.code, spot.candidates)
                found.left[why] = found.left.get(why, 0) + number
            continue
        cell = (spot.unit, landing.period)
        own = number if counts or landing.among == 1 else Fraction(number, landing.among)
        found.cells[cell] = found.cells.get(cell, 0) + own
        if counts and landing.among > 1:
            found.shared[cell] = found.shared.get(cell, 0) + number
        if part.by is not None:
            # A record with several codes counts under each of them; one without a value under None.
            values = found.by.setdefault(cell, {})
            for one in (split_codes(value) or (None,)) if split else (value,):
                values[one] = values.get(one, 0) + own
    return found


def land(
    grid: Grid, source: Source, rows: Iterable[Any], start: int, stop: int, near: Set[str] | None = None
) -> Iterator[Landed]:
    """Each row of a select over the derived table with where it lands, and the columns this holds for.

    rows: begin with the keys. start, stop: where the numbers are; NULL says that no record of the
    row meets the part's conditions. The rows of a record with several bodies, or with one that
    moved, come out as one of them. near: without such of these as have no body with one of these place codes, or none.
    """
    memo: dict[Any, Landings] = {}
    moved: dict[str, list[tuple[Any, _Body]]] = {}
    every = range(start, stop)
    for row in rows:
        span, place = row[:_WIDTH]
        if _odd(place):
            body = _Body.read(place)
            moved.setdefault(body.row, []).append((row, body))
            continue
        found = memo.get((place, span))
        if found is None:
            found = memo[place, span] = grid.land(source.when, span, _plain(grid, source, place))
        if found:
            # Mostly all of them, and then one object serves all rows.
            yield found, row, every if None not in row[start:stop] else [c for c in every if row[c] is not None]
    for group in moved.values():
        if near is not None and not any(body.may_lie(near) for _, body in group):
            continue
        for active, alike in _patterns(source, [row[start:stop] for row, _ in group], start).items():
            key, stays = _stays(source, group, active)
            if key not in memo:
                memo[key] = grid.land(source.when, key[0], sights(grid, source.when, stays()))
            if memo[key]:
                yield memo[key], group[active.index(True)][0], alike


def _patterns(source: Source, numbers: list[Any], start: int) -> dict[tuple[bool, ...], list[int]]:
    """The columns of an odd record by the rows in which its conditions are met; those met in none are left out.

    Whether they are met can differ from part to part, and from one version of the record's own
    body to the next; not from party to party.
    """
    if source.place in offer(source.kind).roles:
        met = [n for n, number in enumerate(numbers[0], start) if number is not None]
        return {(True,) * len(numbers): met} if met else {}
    patterns: dict[tuple[bool, ...], list[int]] = {}
    for column, values in enumerate(zip(*numbers, strict=True), start):
        active = tuple([value is not None for value in values])
        if True in active:
            patterns.setdefault(active, []).append(column)
    return patterns


@attrs.frozen
class _Body:
    """One version of a body of an odd record, read from its key."""

    row: str
    party: str
    since: str
    until: str
    code: str

    @classmethod
    def read(cls, place: str) -> "_Body":
        return cls(*place.split("|", 5)[1:])

    def may_lie(self, near: Set[str]) -> bool:
        """Whether its place code is one of these, or it has none."""
        return not self.code or self.code.partition(SAID_ON)[0] in near


def _stays(
    source: Source, group: Sequence[tuple[Any, _Body]], active: tuple[bool, ...]
) -> tuple[Any, Callable[[], list[Stay]]]:
    """What the landing of an odd record depends on, its span first; and the stays to work it out from."""
    span = group[0][0][0]

    def stays() -> list[Stay]:
        return [
            Stay(int(b.party), int(b.since) if b.since else None, int(b.until) if b.until else None, b.code, on)
            for (_, b), on in zip(group, active, strict=True)
        ]

    days = {(b.since, b.until) for _, b in group if b.since}
    if source.when == "flow" and span is not None and all(int(e) - int(s) == 1 for s, e in days) and len(days) < 2:
        # Of one day only the codes matter, so most records share an answer.
        return (span, tuple((b.code, bool(b.since)) for _, b in group), active), stays
    return (span, tuple(b for _, b in group), active), stays


def _plain(grid: Grid, source: Source, code: str | None) -> Callable[[int], set[Sight]]:
    return lambda piece: {frozenset({grid.spot(code, grid.span_of(source.when, piece)[0])})}
