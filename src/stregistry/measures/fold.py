"""From partial cells to figures: the rows of a scan folded to unit and period in exact numbers."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import attrs

from stregistry.measures.bodies import bodies_of, counted_as
from stregistry.measures.grid import Grid, Landing, Landings, Sight, Stay, sights
from stregistry.measures.offer import offer
from stregistry.measures.parts import Part, Source
from stregistry.measures.select import KEYS, fused
from stregistry.store.layout import split_codes
from stregistry.store.view import View

Number = int | Fraction
Cell = tuple[str, int]  # a unit, and the position of a period
_WIDTH = len(KEYS)


@attrs.frozen
class Left:
    """Why records are not counted in a period (its position; None: they have no date).

    code: their place code, when that is why. candidates: the units it may be, after a split.
    """

    period: int | None
    reason: str
    code: str | None
    candidates: tuple[str, ...]


@attrs.frozen(eq=False)
class Taken:
    """What a part came to. Units and periods nobody was counted in are absent: the caller knows they are 0.

    cells: the number of each cell. by: the same for each value of the part's `by`.
    shared: how many records of a cell are shared with other units (of counts only).
    left: how many records were left out, and why (of counts only).
    """

    cells: dict[Cell, Number] = attrs.field(factory=dict)
    by: dict[Cell, dict[Any, Number]] = attrs.field(factory=dict)
    shared: dict[Cell, int] = attrs.field(factory=dict)
    left: dict[Left, int] = attrs.field(factory=dict)


def take(view: View, grid: Grid, parts: Iterable[Part]) -> dict[Part, Taken]:
    """Every part computed, with one scan for all parts of a source (and one more for each `by`)."""
    scans: dict[tuple[Source, str | None], list[Part]] = {}
    for part in dict.fromkeys(parts):
        scans.setdefault((part.source, part.by), []).append(part)
    bodies = bodies_of(view, grid.valid, (part for some in scans.values() for part in some))
    results = view.execute_all([fused(view, grid, some, bodies[some[0].source.follow]) for some in scans.values()])
    taken: dict[Part, Taken] = {}
    for ((source, by), some), rows in zip(scans.items(), results, strict=True):
        renamed = counted_as(by, source.kind, bodies[source.follow])
        sums = _sums(grid, source, by, map(tuple, rows), len(some), renamed)
        split = by is not None and offer(source.kind).fields[by].kind == "codes"
        for n, part in enumerate(some):
            taken[part] = _taken(part, split, {key: numbers[n] for key, numbers in sums.items() if numbers[n]})
    return taken


# Where numbers were added up: a landing, and the value of `by`.
_Key = tuple[Landing, Any]


def _sums(
    grid: Grid, source: Source, by: str | None, rows: Iterable[Any], width: int, renamed: Mapping[Any, int]
) -> dict[_Key, list[int]]:
    """One whole number a part for each landing and value; fractions come last, since they cost a hundred times more.

    renamed: the value another stands for.
    """
    start = _WIDTH + (by is not None)
    sums: dict[_Key, list[int]] = {}
    for landings, row, columns in land(grid, source, rows, start, start + width):
        value = row[_WIDTH] if by is not None else None
        value = renamed.get(value, value)
        # PostgreSQL gives the sum of 64-bit numbers as a Decimal.
        amounts = [(column - start, int(row[column])) for column in columns]
        for landing in landings:
            key = (landing, value)
            numbers = sums.get(key)
            if numbers is None:
                numbers = sums[key] = [0] * width
            for n, amount in amounts:
                numbers[n] += amount
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
    grid: Grid, source: Source, rows: Iterable[Any], start: int, stop: int
) -> Iterator[tuple[Landings, Any, Sequence[int]]]:
    """Each row of a select over the derived table with where it lands, and the columns this holds for.

    rows: begin with the keys. start, stop: where the numbers are; NULL says that no record of the
    row meets the part's conditions. The rows of a record with several bodies, or with one that
    moved, come out as one of them.
    """
    memo: dict[Any, Landings] = {}
    odd: dict[str, list[tuple[Any, _Body]]] = {}
    for row in rows:
        span, place = row[:_WIDTH]
        if place is not None and place.startswith("|"):
            body = _Body.read(place)
            odd.setdefault(body.row, []).append((row, body))
            continue
        found = memo.get((place, span))
        if found is None:
            found = memo[place, span] = grid.land(source.when, span, _plain(grid, source, place))
        if found:
            yield found, row, [c for c in range(start, stop) if row[c] is not None]
    for group in odd.values():
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
