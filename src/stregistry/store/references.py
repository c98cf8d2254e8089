"""What points at a record: roles of a body, parties of a deal, whatever holds its id in a field."""

from collections.abc import Collection, Iterator

import attrs
from sqlalchemy import Connection, select

from stregistry.errors import ConflictError
from stregistry.store.tables import Tables
from stregistry.text import Text

_SHOWN = 5


@attrs.frozen(kw_only=True)
class Reference:
    """The records of a kind that stand now and name a record in one of their fields."""

    kind: str
    field: str
    ids: tuple[int, ...]


def references(conn: Connection, tables: Tables, target: str, record_id: int) -> Iterator[Reference]:
    """Every field of every kind in which a record that stands now names this one."""
    for name, kind in tables.kinds.items():
        current = kind.current
        for column in kind.layout.columns:
            if column.field.target == target:
                query = select(current.c.id).where(current.c[column.name] == record_id, current.c.id != record_id)
                yield from _found(name, column.name, sorted(set(conn.scalars(query))))
        for child in kind.layout.children:
            table = kind.children[child.name]
            for column in child.columns:
                if column.field.target == target:
                    query = (
                        select(current.c.id)
                        .join(table, table.c.facts == current.c.facts)
                        .where(table.c[column.name] == record_id, current.c.id != record_id)
                    )
                    yield from _found(name, child.name, sorted(set(conn.scalars(query))))


def _found(kind: str, field: str, ids: list[int]) -> Iterator[Reference]:
    if ids:
        yield Reference(kind=kind, field=field, ids=tuple(ids))


def refuse_referenced(
    conn: Connection, tables: Tables, target: str, record_id: int, *, beside: Collection[int] = ()
) -> None:
    """Raises ConflictError, with what points at the record, when anything does.

    beside: records of the same kind that go with it; what they say does not count.

    A body taken out under its roles and deals would leave them to nobody, and they would drop out of
    every figure by place without a word; whoever wants that has to say so.
    """
    told = references(conn, tables, target, record_id)
    if beside:
        told = (attrs.evolve(r, ids=tuple(i for i in r.ids if r.kind != target or i not in beside)) for r in told)
    found = tuple(r for r in told if r.ids)
    if not found:
        return
    listed = "; ".join(
        f"{r.kind} ({r.field}): {', '.join(map(str, r.ids[:_SHOWN]))}{', …' if len(r.ids) > _SHOWN else ''}"
        for r in found
    )
    raise ConflictError(
        Text(
            f"Hồ sơ {record_id} còn được nhắc đến trong {listed}. Hãy rút hoặc sửa các hồ sơ đó trước, "
            "hoặc nói rõ là giữ chúng lại (--keep-references).",
            f"Record {record_id} is still named by {listed}. Retract or correct those first, "
            "or say that they are to stay (--keep-references).",
        ),
        id=record_id,
        references=found,
    )
