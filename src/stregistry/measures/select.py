"""The selects: one scan for all parts of a source, and the records behind a part. Nothing is run here.

Both read a derived table (`Derived`).
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    and_,
    case,
    func,
    literal,
    null,
    or_,
    select,
    true,
)

from stregistry.measures.derived import DETAILS, KEYS, Derived
from stregistry.measures.parts import Part


def fused(base: Derived, codes: Sequence[str] | None = None) -> Select[Any]:
    """One select for the parts of a derived table: the keys, `by` if there is one, then a number a part.

    codes: only records with one of these place codes or none, and odd ones.

    A number is NULL when no record of the cell meets the part's conditions.
    """
    # OFFSET 0 keeps the inner select whole. Without it SQLite merges the two, and then sorts every
    # scanned row with all the columns the keys are made of.
    table = base.rows().where(base.near(codes)).offset(0).subquery("base")
    keys, numbers = _keys(base, table), _numbers(base, table)
    return select(*keys, *numbers).group_by(*keys)


def apart(base: Derived, codes: Sequence[str] | None = None, *, rest: bool = True, told: bool = False) -> Select[Any]:
    """The cells of `fused`, and from the same scan the records of some places one by one.

    codes: the place codes of these records; None: all. Each of them, and each stay of an odd record, is a cell of its
    own, with its row number after the numbers; of other cells that is NULL.
    rest: the cells of every other code too; without it only that of records without a code.
    told: after the row number the rest of `DETAILS`, where the versions of the kind stand in one table.
    """
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
    span, *keys = _keys(base, table)
    cells = select(span, *keys, *_numbers(base, table), table.c.row).group_by(span, table.c.row, *keys)
    if not (told and base.one_table):
        return cells
    found, record = cells.subquery("cells"), base.records.alias("told")
    _, *more = base.details(record)
    return select(*found.c, *more).select_from(found.outerjoin(record, record.c.row == found.c.row))


def records(base: Derived, codes: Sequence[str] | None = None) -> Select[Any]:
    """The rows that the parts of a derived table count, as `fused` gives them.

    codes: only records with one of these place codes or none, and odd ones. After the numbers come `DETAILS`.
    """
    parts, own = base.parts, base.details(base.record)
    table = base.rows(base.odd.label("odd"), *own).where(base.near(codes)).subquery("base")
    keys = _keys(base, table)
    tests = [_asked(part, base.met(table, part), table) for part in parts]
    numbers = [
        _number(part, asked, table).label(f"part_{i}") for i, (part, asked) in enumerate(zip(parts, tests, strict=True))
    ]
    query = select(*keys, *numbers, *(table.c[name] for name in DETAILS))
    # All versions of a body that moved are needed to tell where its record lands.
    return query.where(or_(*tests, table.c.odd == 1))


def details(base: Derived) -> Select[Any]:
    """`DETAILS` of every row of the kind."""
    return select(*base.details(base.record))


def _keys(base: Derived, table: FromClause) -> list[ColumnElement[Any]]:
    """The keys of a cell, and `by` if there is one."""
    return [table.c[k] for k in (*KEYS, *(("by",) if base.parts[0].by else ()))]


def _numbers(base: Derived, table: FromClause) -> list[ColumnElement[Any]]:
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
