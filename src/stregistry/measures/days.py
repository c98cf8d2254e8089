"""When a record counts: the days it can count on, and its span of slices, as expressions over its row."""

from collections.abc import Sequence
from typing import Any

import attrs
from sqlalchemy import BigInteger, ColumnElement, FromClause, Integer, and_, case, exists, func, literal, or_

from stregistry.dates import FOREVER
from stregistry.measures.grid import Grid
from stregistry.measures.offer import offer
from stregistry.measures.parts import Source, When

_Pair = tuple[ColumnElement[Any], ColumnElement[Any]]


@attrs.frozen
class Days:
    """The days of a record.

    low, high: the first and last it can count on. span: of which slices (`Grid.land`). inside: whether it matters.
    """

    low: ColumnElement[Any]
    high: ColumnElement[Any]
    span: ColumnElement[Any]
    inside: ColumnElement[bool]


def days_of(source: Source, grid: Grid, records: FromClause, record: FromClause) -> Days:
    """The days of each record of a source. records: its versions; record: the same under another name, as scanned."""
    return _stock(source, grid, record) if source.when == "stock" else _flow(source, grid, records, record)


def _flow(source: Source, grid: Grid, records: FromClause, record: FromClause) -> Days:
    cuts = grid.cuts["flow"]
    on, last = record.c[source.on], record.c[f"{source.on}_last"]
    inside = or_(on.is_(None), and_(on < cuts[-1], last >= cuts[0]))
    first, final = bisect(on, cuts), bisect(last, cuts)
    # A month or a year that lies in one slice is as good as a day.
    exact = or_(on == last, and_(on < last, first == final))
    span = _span(grid, "flow", first, final, exact, rough=on < last)
    if not offer(source.kind).about.state:
        return Days(on, last, span, inside)
    # A state is counted once, in the version that held on its own date (a role ended on a day
    # no longer holds on it: then in the nearest), and its body is looked for on that day.
    start, end = record.c.valid_from, record.c.valid_to
    low, high = (later(start, earlier(end - 1, day)) for day in (on, last))
    return Days(low, high, span, and_(inside, or_(on.is_(None), _own_version(records, record, on))))


def _own_version(records: FromClause, record: FromClause, on: ColumnElement[Any]) -> ColumnElement[bool]:
    own, other = record.c, records.alias("other")
    same = other.c.id == own.id
    after = exists().where(same, other.c.valid_from > own.valid_from, other.c.valid_from <= on)
    before = exists().where(same, other.c.valid_from < own.valid_from)
    return or_(
        and_(own.valid_from <= on, own.valid_to > on),
        and_(own.valid_to <= on, ~after),
        and_(own.valid_from > on, ~before),
    )


def _stock(source: Source, grid: Grid, record: FromClause) -> Days:
    cuts, about, own = grid.cuts["stock"], offer(source.kind).about, record.c
    first, final = cuts[0] - 1, cuts[-1] - 1
    on, last = own[source.on], own[f"{source.on}_last"]
    sure: _Pair
    maybe: _Pair
    if about.state:
        sure = maybe = (own.valid_from, own.valid_to)
    else:
        ends = about.span[1]
        sure = (last, _earliest([func.coalesce(own[e], FOREVER) for e in ends]))
        maybe = (on, _earliest([func.coalesce(own[f"{e}_last"], FOREVER) for e in ends]))
    inside = and_(maybe[0] <= final, maybe[1] > first)
    span = _held(grid, *sure)
    if not about.state:
        exact = and_(sure[0] == maybe[0], sure[1] == maybe[1])
        span = _span(grid, "stock", span, _held(grid, *maybe), exact, rough=on.is_not(None))
        inside = or_(on.is_(None), inside)
    low, high = later(maybe[0], literal(first, Integer)), earlier(maybe[1] - 1, literal(final, Integer))
    return Days(low, high, span, inside)


def _held(grid: Grid, start: ColumnElement[Any], end: ColumnElement[Any]) -> ColumnElement[Any]:
    """From which instant up to which a record holds, as one number."""
    cuts = grid.cuts["stock"]
    return bisect(start, cuts) * grid.base + bisect(end, cuts)


def _span(
    grid: Grid,
    when: When,
    sure: ColumnElement[Any],
    maybe: ColumnElement[Any],
    exact: ColumnElement[bool],
    rough: ColumnElement[bool],
) -> ColumnElement[Any]:
    """One number for the span of a record: below 0 when its dates leave several open, NULL when it has none."""
    both = sure * literal(grid.radix[when], BigInteger) + maybe
    return case((exact, sure), (rough, -both - 1))


def bisect(day: ColumnElement[Any], cuts: Sequence[int], low: int = 0, high: int | None = None) -> ColumnElement[Any]:
    """How many cuts are not after the day, as a CASE that halves them; of no meaning for no day."""
    end = len(cuts) if high is None else high
    if low == end:
        return literal(low, Integer)
    middle = (low + end) // 2
    return case((day < cuts[middle], bisect(day, cuts, low, middle)), else_=bisect(day, cuts, middle + 1, end))


def later(a: ColumnElement[Any], b: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((a > b, a), else_=b)


def earlier(a: ColumnElement[Any], b: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((a < b, a), else_=b)


def _earliest(days: Sequence[ColumnElement[Any]]) -> ColumnElement[Any]:
    """The earliest of the days; never for none."""
    if not days:
        return literal(FOREVER, Integer)
    first, *rest = days
    for day in rest:
        first = earlier(first, day)
    return first
