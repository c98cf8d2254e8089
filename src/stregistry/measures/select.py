"""The selects: one scan for all parts of a source, and the records behind a part. Nothing is run here.

Both read the same derived table: a row for each record (for each of its bodies when it has
several, or one that moved), with the place code, the slices and the conditions worked out once.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeGuard

import attrs
from sqlalchemy import (
    BigInteger,
    BindParameter,
    Boolean,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Table,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy import Text as SqlText

from stregistry.dates import ALWAYS, FOREVER
from stregistry.measures.bodies import bodies_of
from stregistry.measures.conditions import Conditions, holds
from stregistry.measures.grid import SAID_ON, Grid
from stregistry.measures.offer import Offer, offer
from stregistry.measures.parts import BodyTest, Part, Test, When
from stregistry.store.identity.counted import counted_already
from stregistry.store.identity.states import BodyStates
from stregistry.store.view import View

# The keys of a cell. `place` is the place code as recorded; of a record with several bodies, or one
# that moved ("odd"), it is "|row|number of the body|since|until|code", so that each version of
# each body is a cell of its own, which the fold puts together again. `span` is made of slices
# (`Grid.land`). Two narrow keys and not seven, because SQLite sorts every scanned row by all of them;
# the number is compared first, since it settles most comparisons and costs the least.
KEYS = ("span", "place")
# Conditions on fields of these kinds are tested after the rows are sorted, on one column for all of
# them: a number, or of a code its number among the codes asked for, since a text costs SQLite a copy
# at every step. Conditions on longer fields and on other bodies are tested before, and their answer sorted.
_CODED = ("code", "place")
_SHORT = (*_CODED, "flag", "date", "integer", "vnd", "ref")


class Details(NamedTuple):
    """Which record a row is of, its days as counted, where it was stated, and what it goes by, if it says so itself."""

    row: int
    id: int
    tx_from: int
    document: int | None
    line: int | None
    on: int | None
    on_last: int | None
    title: str | None


DETAILS = Details._fields
# What a record goes by, the first it has.
_TITLES = ("title", "contract_number", "number", "series")

_Pair = tuple[ColumnElement[Any], ColumnElement[Any]]


def fused(
    view: View,
    grid: Grid,
    parts: Sequence[Part],
    codes: Sequence[str] | None = None,
    bodies: BodyStates | None = None,
) -> Select[Any]:
    """One select for parts of one source and one `by`: the keys, `by` if there is one, then a number a part.

    codes: only records with one of these place codes or none, and odd ones.
    bodies: as `bodies_of` gives them for these parts, which is asked for when they are left out.

    A number is NULL when no record of the cell meets the part's conditions.
    """
    # OFFSET 0 keeps the inner select whole. Without it SQLite merges the two, and then sorts every
    # scanned row with all the columns the keys are made of.
    base = _Base(view, grid, parts, bodies)
    table = base.rows().where(base.near(codes)).offset(0).subquery("base")
    keys, numbers = _keys(table, parts), _numbers(base, table)
    return select(*keys, *numbers).group_by(*keys)


def apart(
    view: View,
    grid: Grid,
    parts: Sequence[Part],
    codes: Sequence[str] | None = None,
    bodies: BodyStates | None = None,
    *,
    rest: bool = True,
    told: bool = False,
) -> Select[Any]:
    """The cells of `fused`, and from the same scan the records of some places one by one.

    codes: the place codes of these records; None: all. Each of them, and each stay of an odd record, is a cell of its
    own, with its row number after the numbers; of other cells that is NULL.
    rest: the cells of every other code too; without it only that of records without a code.
    told: after the row number the rest of `DETAILS`, where the versions of the kind stand in one table.
    """
    base = _Base(view, grid, parts, bodies)
    row = base.record.c.row
    # Worked out within, so that neither code nor row of the many others is sorted; and compared before the place code,
    # which is a text.
    near = (
        row if codes is None else case((base.code.in_(codes), row), *((one, null()) for one in base.plain), else_=row)
    )
    rows = base.rows(near.label("row"))
    if not rest:
        rows = rows.where(base.near(codes))
    table = rows.offset(0).subquery("base")
    span, *keys = _keys(table, parts)
    cells = select(span, *keys, *_numbers(base, table), table.c.row).group_by(span, table.c.row, *keys)
    if not (told and base.one_table):
        return cells
    found, record = cells.subquery("cells"), base.records.alias("told")
    _, *more = base.details(record)
    return select(*found.c, *more).select_from(found.outerjoin(record, record.c.row == found.c.row))


def records(
    view: View,
    grid: Grid,
    parts: Sequence[Part],
    codes: Sequence[str] | None = None,
    bodies: BodyStates | None = None,
) -> Select[Any]:
    """The rows that parts of one source and one `by` count, from the same derived table: as `fused` gives them.

    codes: only records with one of these place codes or none, and odd ones. After the numbers come `DETAILS`.
    """
    base = _Base(view, grid, parts, bodies)
    own = base.details(base.record)
    table = base.rows(base.odd.label("odd"), *own).where(base.near(codes)).subquery("base")
    keys = _keys(table, parts)
    tests = [_asked(part, base.met(table, part), table) for part in parts]
    numbers = [
        _number(part, asked, table).label(f"part_{i}") for i, (part, asked) in enumerate(zip(parts, tests, strict=True))
    ]
    query = select(*keys, *numbers, *(table.c[name] for name in DETAILS))
    # All versions of a body that moved are needed to tell where its record lands.
    return query.where(or_(*tests, table.c.odd == 1))


def details(view: View, grid: Grid, part: Part) -> Select[Any]:
    """`DETAILS` of every row of the part's kind."""
    base = _Base(view, grid, [part])
    return select(*base.details(base.record))


def _keys(table: FromClause, parts: Sequence[Part]) -> list[ColumnElement[Any]]:
    """The keys of a cell, and `by` if there is one."""
    return [table.c[k] for k in (*KEYS, *(("by",) if parts[0].by else ()))]


def _numbers(base: "_Base", table: FromClause) -> list[ColumnElement[Any]]:
    """What the rows of a cell add up to, a number a part."""
    return [_aggregate(part, base.met(table, part), table).label(f"part_{i}") for i, part in enumerate(base.parts)]


def _asked(part: Part, met: ColumnElement[bool] | None, table: FromClause) -> ColumnElement[bool]:
    """Whether a row of the derived table is counted in the part."""
    having = [table.c[f"field_{part.field}"].is_not(None)] if part.field else []
    return and_(true(), *([] if met is None else [met]), *having)


def _number(part: Part, asked: ColumnElement[bool], table: FromClause) -> ColumnElement[Any]:
    """What one row adds to the part; NULL where it is not counted in it."""
    return case((asked, table.c[f"field_{part.field}"] if part.of == "sum" else literal(1, Integer)))


def _aggregate(part: Part, met: ColumnElement[bool] | None, table: FromClause) -> ColumnElement[Any]:
    field = table.c[f"field_{part.field}"] if part.field else None
    function: Any = func.count() if field is None else func.sum(field) if part.of == "sum" else func.count(field)
    number: ColumnElement[Any] = function if met is None else function.filter(met)
    return number if part.of == "sum" else func.nullif(number, 0)


@attrs.frozen
class _Days:
    """The days of a record: low and high, the first and last it can count on; its span; whether it matters at all."""

    low: ColumnElement[Any]
    high: ColumnElement[Any]
    span: ColumnElement[Any]
    inside: ColumnElement[bool]


class _Base:
    """The derived table for parts of one source and one `by`."""

    def __init__(self, view: View, grid: Grid, parts: Sequence[Part], bodies: BodyStates | None = None) -> None:
        source = parts[0].source
        self.bodies = bodies = bodies or bodies_of(view, grid.valid, parts)[source.follow]
        self.view, self.grid, self.source, self.parts = view, grid, source, parts
        self.tests = tuple(dict.fromkeys(test for part in parts for test in part.where))
        self.codes: dict[str, dict[str | int, int]] = {}
        for test in filter(_short, self.tests):
            if test.kind in _CODED:
                codes = self.codes.setdefault(test.field, {})
                for code in test.any_of:
                    codes.setdefault(code, len(codes) + 1)
        self.offer: Offer = offer(source.kind)
        self.records = bodies.records if source.kind == "organisation" else view.rows(source.kind)
        self.record = self.records.alias("record")
        self.on, self.on_last = self.record.c[source.on], self.record.c[f"{source.on}_last"]
        self.days = self._stock_days() if source.when == "stock" else self._flow_days()
        self.body = bodies.states.alias("body")
        self.party = view.child(source.kind, "parties").alias("party") if source.place in self.offer.roles else None
        # What a row is read from, its key `place`, its place code as recorded, and 1 where it is odd.
        self.joined: FromClause = self.record
        self.code: ColumnElement[Any] = (self.record if source.place == "place" else self.body).c.place
        self.odd: ColumnElement[Any] = cast(null(), Integer)
        self.who: ColumnElement[Any] | None = None  # the body, where the place is one's
        # Of the others, whose key is a place code or NULL, any one is true; worked out for most rows with the first.
        self.plain: tuple[ColumnElement[bool], ...] = (true(),)
        if source.place == "place":
            self.place = self._meant(self.record)
        else:
            self.joined, self.place, self.odd, self.plain = self._with_body()

    @property
    def one_table(self) -> bool:
        """Whether the records stand in a table as they are read, so that a row is found by its number."""
        return isinstance(self.records, Table)

    def rows(self, *more: ColumnElement[Any]) -> Select[Any]:
        """A row for each record, or each stay of an odd one: the keys, what the parts need, and more columns."""
        record = self.record.c
        by = self.parts[0].by
        fields: dict[str, ColumnElement[Any]] = {part.field: record[part.field] for part in self.parts if part.field}
        for test in filter(_short, self.tests):
            for name in (test.field, f"{test.field}_last") if test.kind == "date" else (test.field,):
                fields[name] = self._numbered(name) if test.kind in _CODED else record[name]
        columns: list[ColumnElement[Any]] = [
            self.place.label("place"),
            self.days.span.label("span"),
            *([record[by].label("by")] if by else []),
            *(column.label(f"field_{name}") for name, column in fields.items()),
            *(self._meets(test).label(f"met_{i}") for i, test in enumerate(self.tests) if not _short(test)),
            *more,
        ]
        found = select(*columns).select_from(self.joined).where(self.days.inside)
        # Merged bodies are one in `records` already.
        kind = self.source.kind
        if once := counted_already(self.view, kind) if kind != "organisation" else frozenset():
            # Written out, since a database takes only so many bound values.
            out: BindParameter[Any] = bindparam("counted_already", sorted(once), expanding=True, literal_execute=True)
            found = found.where(record.id.not_in(out))
        return found

    def near(self, codes: Sequence[str] | None) -> ColumnElement[bool]:
        """Whether a row may be of a record with one of the place codes; the odd are looked at one by one later."""
        if codes is None:
            return true()
        near = or_(self.code.in_(codes), self.code.is_(None), self.odd == 1)
        if self.who is None:
            return near
        # Of an undated record nobody knows on which day to look at its body; but it may have been elsewhere all along.
        body = self.bodies.states.alias("undated")
        ever = exists().where(body.c.id == self.who)
        gone = and_(
            ever.where(body.c.place.not_in(codes)), ~ever.where(or_(body.c.place.in_(codes), body.c.place.is_(None)))
        )
        return and_(near, ~and_(self.on.is_(None), self.body.c.id.is_(None), gone))

    def details(self, record: FromClause) -> list[ColumnElement[Any]]:
        """`DETAILS`, from the versions of the kind."""
        titles = [record.c[name] for name in _TITLES if name in record.c]
        title = func.coalesce(*titles, null()) if titles else cast(null(), SqlText)
        on = self.source.on
        own = {"on": record.c[on], "on_last": record.c[f"{on}_last"], "title": title}
        return [(own[name] if name in own else record.c[name]).label(name) for name in DETAILS]

    # ---- bodies --------------------------------------------------------------------------

    def _with_body(
        self,
    ) -> tuple[FromClause, ColumnElement[Any], ColumnElement[Any], tuple[ColumnElement[bool], ...]]:
        """The record joined to its bodies as they were on its days; the key `place`, 1 where it is odd, and `plain`."""
        joined: FromClause = self.record
        who: ColumnElement[Any]
        number: ColumnElement[Any]
        if self.party is not None:
            party = self.party.c
            on_party = and_(party.facts == self.record.c.facts, party.role == self.source.place)
            joined = joined.join(self.party, on_party, isouter=True)
            who, number = party.body, party.n
        else:
            who, number = self.record.c[self.source.place], literal(0, Integer)
        self.who = who
        body, days = self.body.c, self.days
        there = and_(body.id == who, body.valid_from <= days.high, body.valid_to > days.low)
        joined = joined.join(self.body, there, isouter=True)
        covered = and_(body.valid_from <= days.low, body.valid_to > days.high)
        odd = and_(who.is_not(None), or_(body.id.is_(None), ~covered))
        alone: ColumnElement[Any] = who.is_(None)
        if self.party is not None:
            odd = or_(self.party.c.peers > 1, odd)
            if self.source.when == "flow" and not self.offer.about.state:
                # An event of one day has one version of its body, or none, which lies nowhere.
                covered = or_(self.on == self.on_last, covered)
            covered = and_(self.party.c.peers == 1, covered)
            alone = or_(self.party.c.facts.is_(None), and_(self.party.c.peers == 1, alone))
        # What the body was on the record's own days, and only then: empty where it was not there.
        since, until = _later(body.valid_from, days.low), _earlier(body.valid_to, days.high + 1)
        stay = (case((body.id.is_not(None), day)) for day in (since, until))
        place = self._meant(self.body)
        packed = _joined(self.record.c.row, number, *stay, place)
        # The ordinary case first: what comes later is worked out for few rows.
        return joined, case((covered, place), (alone, null()), else_=packed), case((odd, 1)), (covered, alone)

    def _meant(self, table: FromClause) -> ColumnElement[Any]:
        """The place code of a state, with the day it was said on where the code came to mean another unit since.

        A state without a beginning says its code as it is meant today.
        """
        place: ColumnElement[Any] = table.c.place
        if "valid_from" not in table.c:
            return place
        start, whens = table.c.valid_from, []
        if self.bodies.followed and "since" in table.c and self.grid.changing:
            # The first state of a successor reaches back to days on which the code meant something else.
            told = place + literal(SAID_ON) + cast(table.c.since, SqlText)
            whens.append((and_(table.c.since != start, place.in_(self.grid.changing)), told))
        for cut, codes in self.grid.recoded:
            said = and_(start > ALWAYS, start < cut, place.in_(codes))
            whens.append((said, place + literal(f"{SAID_ON}{cut - 1}")))
        return case(*whens, else_=place) if whens else place

    # ---- days ----------------------------------------------------------------------------

    def _flow_days(self) -> _Days:
        cuts = self.grid.cuts["flow"]
        on, last = self.on, self.on_last
        inside = or_(on.is_(None), and_(on < cuts[-1], last >= cuts[0]))
        first, final = bisect(on, cuts), bisect(last, cuts)
        # A month or a year that lies in one slice is as good as a day.
        exact = or_(on == last, and_(on < last, first == final))
        span = self._span("flow", first, final, exact, rough=on < last)
        if not self.offer.about.state:
            return _Days(on, last, span, inside)
        # A state is counted once, in the version that held on its own date (a role ended on a day
        # no longer holds on it: then in the nearest), and its body is looked for on that day.
        start, end = self.record.c.valid_from, self.record.c.valid_to
        low, high = (_later(start, _earlier(end - 1, day)) for day in (on, last))
        return _Days(low, high, span, and_(inside, or_(on.is_(None), self._own_version())))

    def _own_version(self) -> ColumnElement[bool]:
        record, on = self.record.c, self.on
        other = self.records.alias("other")
        same = other.c.id == record.id
        later = exists().where(same, other.c.valid_from > record.valid_from, other.c.valid_from <= on)
        earlier = exists().where(same, other.c.valid_from < record.valid_from)
        return or_(
            and_(record.valid_from <= on, record.valid_to > on),
            and_(record.valid_to <= on, ~later),
            and_(record.valid_from > on, ~earlier),
        )

    def _stock_days(self) -> _Days:
        cuts = self.grid.cuts["stock"]
        first, final = cuts[0] - 1, cuts[-1] - 1
        record = self.record.c
        sure: _Pair
        maybe: _Pair
        if self.offer.about.state:
            sure = maybe = (record.valid_from, record.valid_to)
        else:
            ends = self.offer.about.span[1]
            sure = (self.on_last, _earliest([func.coalesce(record[e], FOREVER) for e in ends]))
            maybe = (self.on, _earliest([func.coalesce(record[f"{e}_last"], FOREVER) for e in ends]))
        inside = and_(maybe[0] <= final, maybe[1] > first)
        span = self._held(*sure)
        if not self.offer.about.state:
            exact = and_(sure[0] == maybe[0], sure[1] == maybe[1])
            span = self._span("stock", span, self._held(*maybe), exact, rough=self.on.is_not(None))
            inside = or_(self.on.is_(None), inside)
        low, high = _later(maybe[0], literal(first, Integer)), _earlier(maybe[1] - 1, literal(final, Integer))
        return _Days(low, high, span, inside)

    def _held(self, start: ColumnElement[Any], end: ColumnElement[Any]) -> ColumnElement[Any]:
        """From which instant up to which a record holds, as one number."""
        cuts = self.grid.cuts["stock"]
        return bisect(start, cuts) * self.grid.base + bisect(end, cuts)

    def _span(
        self,
        when: When,
        sure: ColumnElement[Any],
        maybe: ColumnElement[Any],
        exact: ColumnElement[bool],
        rough: ColumnElement[bool],
    ) -> ColumnElement[Any]:
        """One number for the span of a record: below 0 when its dates leave several open, NULL when it has none."""
        both = sure * literal(self.grid.radix[when], BigInteger) + maybe
        return case((exact, sure), (rough, -both - 1))

    # ---- conditions ----------------------------------------------------------------------

    def met(self, table: FromClause, part: Part) -> ColumnElement[bool] | None:
        """Whether a row of the derived table meets the part's conditions; None when it has none."""
        if not part.where:
            return None
        return and_(
            *(
                holds(self._on_numbers(test), table, "field_")
                if _short(test)
                else type_coerce(table.c[f"met_{self.tests.index(test)}"], Boolean)
                for test in part.where
            )
        )

    def _numbered(self, field: str) -> ColumnElement[Any]:
        """The number of a code among those asked for: 0 for any other, NULL for none."""
        column: ColumnElement[Any] = self.record.c[field]
        other = case((column.is_not(None), 0))
        return case(self.codes[field], value=column, else_=other) if self.codes[field] else other

    def _on_numbers(self, test: Test) -> Test:
        """The test as it reads on the derived table."""
        if test.kind not in _CODED:
            return test
        return attrs.evolve(test, any_of=tuple(self.codes[test.field][code] for code in test.any_of))

    def _meets(self, test: Test | BodyTest) -> ColumnElement[bool]:
        return self._body_meets(test) if isinstance(test, BodyTest) else holds(test, self.record)

    def _body_meets(self, test: BodyTest) -> ColumnElement[bool]:
        if test.owner == self.source.place and test.owner in self.offer.refs:
            return and_(*(holds(t, self.body) for t in test.tests))
        conditions = Conditions(self.view, self.source.kind, self.record, self.bodies.states)
        return conditions.some_body(test, self.source.on)


def _short(test: Test | BodyTest) -> TypeGuard[Test]:
    """Whether the condition is tested on the derived table; else its answer is a column there."""
    return isinstance(test, Test) and test.kind in _SHORT


def bisect(day: ColumnElement[Any], cuts: Sequence[int], low: int = 0, high: int | None = None) -> ColumnElement[Any]:
    """How many cuts are not after the day, as a CASE that halves them; of no meaning for no day."""
    end = len(cuts) if high is None else high
    if low == end:
        return literal(low, Integer)
    middle = (low + end) // 2
    return case((day < cuts[middle], bisect(day, cuts, low, middle)), else_=bisect(day, cuts, middle + 1, end))


def _joined(*values: ColumnElement[Any]) -> ColumnElement[Any]:
    """The values as one text, each after a "|"; NULL is empty."""
    text: ColumnElement[Any] = literal("")
    for value in values:
        text = text + literal("|") + func.coalesce(cast(value, SqlText), literal(""))
    return text


def _later(a: ColumnElement[Any], b: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((a > b, a), else_=b)


def _earlier(a: ColumnElement[Any], b: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((a < b, a), else_=b)


def _earliest(days: Sequence[ColumnElement[Any]]) -> ColumnElement[Any]:
    """The earliest of the days; never for none."""
    if not days:
        return literal(FOREVER, Integer)
    first, *rest = days
    for day in rest:
        first = _earlier(first, day)
    return first
