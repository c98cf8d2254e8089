"""Counting day by day in plain Python: slow, and with nothing of the measures in it."""

from collections.abc import Callable
from fractions import Fraction

from random_registry import Body, Row

from stregistry.dates import FOREVER, Period
from stregistry.places import PlaceMap

Keep = Callable[[Row, tuple[str | None, str | None] | None], bool]
Cells = dict[tuple[str, str], list[tuple[Row, int]]]
ENDS = {"partnership": ["ended_on"], "asset": ["ended_on", "expires_on"], "deal": ["ended_on"]}


def answers(row: Row, place: str, days: range, keep: Keep, the_map: PlaceMap, exact: bool) -> set[object]:
    """Every set of units (None: no unit) the record may lie in; "no" where it does not meet the conditions."""
    bodies: list[Body | None] = row.bodies.get(place, []) or [None]
    found: set[object] = set()
    for day in days:
        now = [body.on(day) if body else None for body in bodies]
        gone = [b for b, v in zip(bodies, now, strict=True) if b and v is None and b.exists_between(days[0], days[-1])]
        if gone and not exact:
            continue  # the record cannot be of a day on which its body was not there
        if not keep(row, now[0]):
            found.add("no")
            continue
        found.add(frozenset(the_map.resolve(v[0], day, "province").unit if v else None for v in now))
    return found or {frozenset({None})}


def flow(rows: list[Row], on: str, place: str, keep: Keep, the_map: PlaceMap, periods: list[Period]) -> Cells:
    cells: Cells = {}
    for row in rows:
        if row.dates[on] is None or not _own(row, rows, row.dates[on][0]):
            continue
        first, last = row.dates[on]
        low, high = (max(row.valid[0], min(row.valid[1] - 1, day)) for day in (first, last))
        if low == high != first:
            got = on_nearest_day(row, place, low, range(first, last + 1), keep, the_map)
        else:
            got = answers(row, place, range(low, high + 1), keep, the_map, exact=False)
        for period in periods:
            if period.start <= first and last < period.end and len(got) == 1:
                _spread(cells, row, next(iter(got)), period)
    return cells


def on_nearest_day(row: Row, place: str, near: int, days: range, keep: Keep, the_map: PlaceMap) -> set[object]:
    """A role that no longer held on its date (it ended then) is placed where its body was when it last held."""
    version = row.bodies[place][0].on(near)
    if not keep(row, version):
        return {"no"}
    code = version[0] if version else None
    return {frozenset({the_map.resolve(code, day, "province").unit}) for day in days}


def _own(row: Row, rows: list[Row], on: int) -> bool:
    """Whether this version of the record is the one its own date is looked up in."""
    same = sorted(r.valid for r in rows if r.id == row.id)
    before = [v for v in same if v[0] <= on]
    return row.valid == (before[-1] if before else same[0])


def stock(
    kind: str, rows: list[Row], on: str, place: str, keep: Keep, the_map: PlaceMap, periods: list[Period], valid: int
) -> Cells:
    cells: Cells = {}
    for row in rows:
        if kind in ENDS:
            if row.dates[on] is None:
                continue
            ends = [row.dates[e] for e in ENDS[kind] if row.dates[e]]
            low, high = row.dates[on][1], min((e[0] for e in ends), default=FOREVER)
        else:
            low, high = row.valid
        for period in periods:
            day = min(period.last_day, valid)
            if low <= day < high:
                (got,) = answers(row, place, range(day, day + 1), keep, the_map, exact=True)
                _spread(cells, row, got, period)
    return cells


def _spread(cells: Cells, row: Row, units: object, period: Period) -> None:
    if isinstance(units, frozenset):
        for unit in units - {None}:
            cells.setdefault((unit, period.label), []).append((row, len(units)))


def total(rows: list[tuple[Row, int]], field: str) -> Fraction:
    return sum(
        (Fraction(row.fields[field], among) for row, among in rows if row.fields[field] is not None), Fraction(0)
    )
