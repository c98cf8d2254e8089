"""Reading versions back as records, with their children."""

import functools
import itertools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any, Final

import attrs
from sqlalchemy import (
    BigInteger,
    BindParameter,
    CompoundSelect,
    Connection,
    FromClause,
    Integer,
    Select,
    Table,
    bindparam,
    cast,
    literal,
    null,
    select,
    union_all,
)

from stregistry.dates import ALWAYS, FOREVER
from stregistry.errors import NotFoundError
from stregistry.model import Record
from stregistry.store.layout import Row
from stregistry.store.sweep import Piece
from stregistry.store.tables import KindTables, Tables
from stregistry.store.write import chunks
from stregistry.text import Text

LATEST: Final = 2**31 - 1  # above every number of a changeset


@attrs.frozen(kw_only=True)
class Version:
    """One version of a record: its content, the days it holds, and where it stands in the store."""

    record: Record
    row: int
    valid_from: int
    valid_to: int
    tx_from: int
    document: int | None
    line: int | None


def no_record(record_id: int | None) -> NotFoundError:
    """The error for an id that names no record."""
    return NotFoundError(Text(f"Không có hồ sơ {record_id}.", f"There is no record {record_id}."), id=record_id)


def kinds_of(conn: Connection, tables: Tables, but: str, ids: Sequence[int]) -> dict[int, str]:
    """The kind of each id that was ever put as another kind than `but`."""
    found: dict[int, str] = {}
    for some in chunks(sorted(set(ids))):
        left = set(some) - set(conn.scalars(_any_of(tables.kinds[but].current, some)))
        others = [kind for name, kind in tables.kinds.items() if name != but] if left else []
        for kind in others:
            for table in (kind.current, kind.past):
                found |= dict.fromkeys(conn.scalars(_any_of(table, sorted(left))), kind.layout.kind)
    return found


def _any_of(table: Table, ids: Sequence[int]) -> Select[tuple[int]]:
    return select(table.c.id).where(table.c.id.in_(ids))


def find_kind(conn: Connection, tables: Tables, record_id: int | None) -> str:
    """The kind of a record known now. Raises NotFoundError."""
    found: str | None = conn.scalar(_kind_of(tables), {"wanted": record_id}) if record_id is not None else None
    if found is None:
        raise no_record(record_id)
    return found


def kind_ever(conn: Connection, tables: Tables, record_id: int, known: int | None = None) -> str:
    """The kind of a record put at any time, or up to changeset `known`. Raises NotFoundError."""
    wanted = {"wanted": record_id, "known": LATEST if known is None else known}
    found: str | None = conn.scalar(_kind_ever_of(tables), wanted)
    if found is None:
        raise no_record(record_id)
    return found


def load_children(conn: Connection, kind: KindTables, facts: Sequence[int]) -> list[dict[int, list[Row]]]:
    """For each child table, the child rows of the given versions by `facts`, in their order."""
    found = []
    for child in kind.layout.children:
        rows: dict[int, list[Row]] = defaultdict(list)
        query = _children_of(kind, child.name)
        for some in chunks(sorted(set(facts))):
            for owner, *values in conn.execute(query, {"wanted": some}):
                rows[owner].append(tuple(values))
        found.append(rows)
    return found


def load_versions(conn: Connection, kind: KindTables, source: FromClause, where: Any) -> list[Version]:
    """The versions in `source` (the current table, or one as known) that a condition selects, by id and time."""
    return _versions(conn, kind, conn.execute(_versions_in(kind, source).where(where)).all())


def load_records(conn: Connection, kind: KindTables, ids: Sequence[int]) -> list[Version]:
    """The current versions of the given records."""
    query = _current_of(kind)
    return [v for some in chunks(list(ids)) for v in _versions(conn, kind, conn.execute(query, {"wanted": some}).all())]


def load_standing(conn: Connection, kind: KindTables, record_id: int) -> tuple[list[Version], list[Piece]]:
    """The current versions of a record, each with its content and as the piece that a statement is swept over."""
    rows = conn.execute(_standing_of(kind), {"wanted": record_id}).all()
    pieces = [Piece(r[1], r[2], r[3], r[4], r[-1]) for r in rows]
    below = _load_children_at_once(conn, kind, [p.facts for p in pieces])
    return _decoded(kind, [r[:-1] for r in rows], below), pieces


def _load_children_at_once(conn: Connection, kind: KindTables, facts: Sequence[int]) -> list[dict[int, list[Row]]]:
    """The same as `load_children` in one statement, whose rows are as wide as all lists: for a few versions only."""
    children = kind.layout.children
    if len(children) < 2:
        return load_children(conn, kind, facts)
    found: list[dict[int, list[Row]]] = [defaultdict(list) for _ in children]
    ends = list(
        itertools.accumulate((len(child.columns) for child in children), initial=3)
    )  # after which, whose, where
    query = _all_children_of(kind)
    for some in chunks(sorted(set(facts))):
        for row in sorted(conn.execute(query, {"wanted": some}).all(), key=itemgetter(0, 1, 2)):
            which, owner = row[0], row[1]
            found[which][owner].append(tuple(row[ends[which] : ends[which + 1]]))
    return found


def _versions(conn: Connection, kind: KindTables, rows: Sequence[Any]) -> list[Version]:
    return _decoded(kind, rows, load_children(conn, kind, [r[2] for r in rows]))


def _decoded(kind: KindTables, rows: Sequence[Any], below: Sequence[Mapping[int, Sequence[Row]]]) -> list[Version]:
    plan = kind.layout
    return [
        Version(
            record=plan.decode(tuple(r[8:]), [by_facts.get(r[2], []) for by_facts in below], r[0]),
            row=r[1],
            valid_from=r[3],
            valid_to=r[4],
            tx_from=r[5],
            document=r[6],
            line=r[7],
        )
        for r in rows
    ]


def _versions_in(kind: KindTables, source: FromClause) -> Select[Any]:
    plan = kind.layout
    span = [source.c.valid_from, source.c.valid_to] if plan.state else [literal(ALWAYS), literal(FOREVER)]
    order = [source.c.id, source.c.valid_from] if plan.state else [source.c.id]
    meta = [source.c.id, source.c.row, source.c.facts, *span, source.c.tx_from, source.c.document, source.c.line]
    return select(*meta, *(source.c[n] for n in plan.names)).order_by(*order)


# Put together once: for one record that costs more than running them.
@functools.cache
def _current_of(kind: KindTables) -> Select[Any]:
    return _versions_in(kind, kind.current).where(kind.current.c.id.in_(_wanted()))


@functools.cache
def _standing_of(kind: KindTables) -> Select[Any]:
    # One id and not a list: the statement is then the same text every time.
    wanted: BindParameter[int] = bindparam("wanted", type_=BigInteger)
    return _versions_in(kind, kind.current).where(kind.current.c.id == wanted).add_columns(kind.current.c.digest)


@functools.cache
def _children_of(kind: KindTables, child: str) -> Select[Any]:
    table, columns = kind.children[child], next(c for c in kind.layout.children if c.name == child).columns
    chosen = select(table.c.facts, *(table.c[c.name] for c in columns)).order_by(table.c.facts, table.c.n)
    return chosen.where(table.c.facts.in_(_wanted()))


@functools.cache
def _all_children_of(kind: KindTables) -> CompoundSelect[Any]:
    """Which list, its version, the place in the list; then the columns of every list, empty but for that one's own."""
    children = kind.layout.children
    parts = []
    for which, child in enumerate(children):
        own = kind.children[child.name]
        columns: list[Any] = [literal(which), own.c.facts, own.c.n]
        for other in children:
            table = kind.children[other.name]
            columns += [
                table.c[c.name] if other is child else cast(null(), table.c[c.name].type) for c in other.columns
            ]
        labelled = [column.label(f"c{i}") for i, column in enumerate(columns)]
        parts.append(select(*labelled).where(own.c.facts.in_(_wanted())))
    return union_all(*parts)


@functools.cache
def _kind_of(tables: Tables) -> CompoundSelect[Any]:
    """The kind of the record `wanted`: one look into every current table, in one statement."""
    wanted: BindParameter[int] = bindparam("wanted", type_=BigInteger)
    return union_all(*(select(literal(name)).where(kind.current.c.id == wanted) for name, kind in tables.kinds.items()))


@functools.cache
def _kind_ever_of(tables: Tables) -> CompoundSelect[Any]:
    wanted: BindParameter[int] = bindparam("wanted", type_=BigInteger)
    known: BindParameter[int] = bindparam("known", type_=Integer)
    return union_all(
        *(
            select(literal(name)).where(table.c.id == wanted, table.c.tx_from <= known)
            for name, kind in tables.kinds.items()
            for table in (kind.current, kind.past)
        )
    )


def _wanted() -> BindParameter[Any]:
    return bindparam("wanted", expanding=True)
