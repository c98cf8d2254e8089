"""The derived table that every select of a count reads.

A row for each record (for each of its bodies when it has several, or one that moved), with the place code, the slices
and the conditions worked out once.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeGuard

import attrs
from sqlalchemy import (
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

from stregistry.dates import ALWAYS
from stregistry.measures.bodies import bodies_of
from stregistry.measures.conditions import Conditions, holds
from stregistry.measures.days import days_of, earlier, later
from stregistry.measures.grid import SAID_ON, Grid
from stregistry.measures.offer import Offer, offer
from stregistry.measures.parts import BodyTest, Part, Test
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


class Derived:
    """The derived table for parts of one source and one `by`.

    bodies: as `bodies_of` gives them for these parts, which is asked for when they are left out.
    """

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
        self.days = days_of(source, grid, self.records, self.record)
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
        since, until = later(body.valid_from, days.low), earlier(body.valid_to, days.high + 1)
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


def _joined(*values: ColumnElement[Any]) -> ColumnElement[Any]:
    """The values as one text, each after a "|"; NULL is empty."""
    text: ColumnElement[Any] = literal("")
    for value in values:
        text = text + literal("|") + func.coalesce(cast(value, SqlText), literal(""))
    return text
