"""Conditions of a framework file as SQL, on a record and on its bodies."""

from typing import Any

import attrs
from sqlalchemy import BigInteger, ColumnElement, FromClause, and_, exists, literal, or_, true

from stregistry.measures.offer import offer
from stregistry.measures.parts import BodyTest, Test, Where
from stregistry.store.view import View


@attrs.frozen(eq=False)
class Conditions:
    """Conditions on the records of a kind and on their bodies, as SQL.

    record: the table or alias the records are read from. bodies: what stands for the table of organisations, since
    merged bodies are one, under their surviving values.
    """

    view: View
    kind: str
    record: FromClause
    bodies: FromClause

    def met(self, where: Where) -> ColumnElement[bool]:
        """All of `where` hold; of bodies as they were on the day a record is dated."""
        tests = (self.some_body(t) if isinstance(t, BodyTest) else holds(t, self.record) for t in where)
        return and_(true(), *tests)

    def perhaps(self, where: Where) -> ColumnElement[bool]:
        """As `met`, but what a record leaves open about itself counts as met."""
        tests = (
            or_(self.record.c[t.field].is_(None), holds(t, self.record)) if isinstance(t, Test) else self.some_body(t)
            for t in where
        )
        return and_(true(), *tests)

    def some_body(self, test: BodyTest, on: str | None = None) -> ColumnElement[bool]:
        """Some body of a field or role meets the tests, as it was on the day the record is dated.

        on: the field of that day; default the one the kind goes by.
        """
        record, offered = self.record.c, offer(self.kind)
        day = on or offered.about.on
        some = self.bodies.alias("some_body")
        dated = and_(some.c.valid_from <= record[f"{day}_last"], some.c.valid_to > record[day])
        tests = (holds(t, some) for t in test.tests)
        if test.owner in offered.refs:
            return exists().where(some.c.id == record[test.owner], dated, *tests)
        role = self.view.child(self.kind, "parties").alias("some_party")
        mine = and_(role.c.facts == record.facts, role.c.role == test.owner)
        return exists().where(mine, some.c.id == role.c.body, dated, *tests)


def holds(test: Test, table: FromClause, prefix: str = "") -> ColumnElement[bool]:
    """The condition of a test on a table that has its field, its name perhaps after a prefix."""
    column: ColumnElement[Any] = table.c[f"{prefix}{test.field}"]
    if test.missing is not None:
        return column.is_(None) if test.missing else column.is_not(None)
    if test.kind == "codes":
        return or_(*(column.contains(f";{code};", autoescape=True) for code in test.any_of))
    if test.any_of:
        return column == test.any_of[0] if len(test.any_of) == 1 else column.in_(test.any_of)
    upper: ColumnElement[Any] = table.c[f"{prefix}{test.field}_last"] if test.kind == "date" else column
    bounds = []
    if test.low is not None:
        bounds.append(column >= literal(test.low, BigInteger))
    if test.high is not None:
        bounds.append(upper <= literal(test.high, BigInteger))
    return and_(*bounds)
