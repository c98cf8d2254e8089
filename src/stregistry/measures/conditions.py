"""Conditions of a framework file as SQL, on a record and on its bodies."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, FromClause, and_, exists, literal, or_, true

from stregistry.measures.offer import offer
from stregistry.measures.parts import BodyTest, Test, Where
from stregistry.store.view import View


def meets(
    view: View, kind: str, record: FromClause, where: Where, states: FromClause | None = None
) -> ColumnElement[bool]:
    """All conditions of `where` on the table of a kind's records; bodies as they were on the day a record is dated.

    states: what stands for the table of organisations.
    """
    on = offer(kind).about.on
    days = (record.c[on], record.c[f"{on}_last"])
    tests = (
        some_body(view, kind, record, t, days, states) if isinstance(t, BodyTest) else holds(t, record) for t in where
    )
    return and_(true(), *tests)


def could_meet(
    view: View, kind: str, record: FromClause, where: Where, states: FromClause | None = None
) -> ColumnElement[bool]:
    """As `meets`, but what a record leaves open about itself counts as met."""
    return and_(
        true(),
        *(
            or_(record.c[t.field].is_(None), holds(t, record))
            if isinstance(t, Test)
            else meets(view, kind, record, (t,), states)
            for t in where
        ),
    )


def some_body(
    view: View,
    kind: str,
    record: FromClause,
    test: BodyTest,
    days: tuple[ColumnElement[Any], ColumnElement[Any]],
    states: FromClause | None = None,
) -> ColumnElement[bool]:
    """Some body of a field or role meets the tests, as it was on the day the record is dated.

    states: what stands for the table of organisations.
    """
    some = (view.rows("organisation") if states is None else states).alias("some_body")
    dated = and_(some.c.valid_from <= days[1], some.c.valid_to > days[0])
    tests = (holds(t, some) for t in test.tests)
    if test.owner in offer(kind).refs:
        return exists().where(some.c.id == record.c[test.owner], dated, *tests)
    role = view.child(kind, "parties").alias("some_party")
    mine = and_(role.c.facts == record.c.facts, role.c.role == test.owner)
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
