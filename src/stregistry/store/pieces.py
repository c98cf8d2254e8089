"""A kind read in pieces, column by column: no row becomes a record. What hands out whole tables reads so."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs
from sqlalchemy import Connection, FromClause, Select, select, union_all

from stregistry.model import JUDGEMENTS
from stregistry.store.identity.same import Same
from stregistry.store.layout import ChildLayout, Layout
from stregistry.store.read import Version

if TYPE_CHECKING:
    from stregistry.store.view import View

Columns = Mapping[str, Sequence[Any]]


@attrs.frozen(kw_only=True, eq=False)
class Piece:
    """The records of a kind that hold on a view's day, in the order of their ids, as the database has them.

    columns: by name, one value for each record. children: for each child list asked for its columns by name, one
    value for each child row and `facts` among them, in their order.
    """

    columns: Columns
    children: Mapping[str, Columns]


@attrs.frozen(kw_only=True, eq=False)
class Wanted:
    """What to read of a kind.

    names: of the versions' columns, `id` among them. children: of each child list the columns, `facts` among them.
    size: records of a piece, about.
    """

    plan: Layout
    names: Sequence[str]
    children: Mapping[str, Sequence[str]]
    size: int

    def read(self, conn: Connection, view: "View", after: int) -> tuple[Piece, bool]:
        """The piece after a record's id, and whether there may be more behind it."""
        rows = conn.execute(self._versions(view, after).limit(self.size)).all()
        columns = _columns(self.names, rows)
        ids = columns["id"]
        below = {
            name: self._below(conn, view, self.plan.child(name), heads, (ids[0], ids[-1])) if ids else _columns(heads)
            for name, heads in self.children.items()
        }
        return Piece(columns=columns, children=below), len(rows) == self.size

    def _versions(self, view: "View", after: int) -> Any:
        tables, known = view.tables.kinds[self.plan.kind], view.known

        def rows(table: FromClause) -> Select[Any]:
            return select(*(table.c[n] for n in self.names)).where(table.c.id > after, view.holding(table))

        now, past = tables.current, tables.past
        if known is None:
            return rows(now).order_by(now.c.id)
        # At the top and not in a derived table, so that SQLite merges two index scans and need not sort.
        then = rows(past).where(past.c.tx_from <= known, past.c.tx_to > known)
        return union_all(rows(now).where(now.c.tx_from <= known), then).order_by("id")

    def _below(
        self, conn: Connection, view: "View", child: ChildLayout, heads: Sequence[str], ids: tuple[int, int]
    ) -> Columns:
        table, source = view.child(self.plan.kind, child.name), view.rows(self.plan.kind)
        owners = select(source.c.facts).where(source.c.id.between(*ids), view.holding(source))
        query = select(*(table.c[n] for n in heads)).where(table.c.facts.in_(owners))
        return _columns(heads, conn.execute(query.order_by(table.c.facts, table.c.n)).all())


def _columns(names: Sequence[str], rows: Sequence[Sequence[Any]] = ()) -> Columns:
    blank: list[Sequence[Any]] = [()] * len(names)
    return dict(zip(names, zip(*rows, strict=True) if rows else blank, strict=True))


def led(wanted: Wanted, piece: Piece, same: Same, bodies: Sequence[Version]) -> Piece:
    """The piece with every reference to an organisation led to its canonical id, and each merged body as one.

    bodies: the merged bodies that belong in the piece, when it is of organisations.
    """
    plan = wanted.plan
    if plan.kind in JUDGEMENTS:
        return piece
    columns, children = dict(piece.columns), {name: dict(rows) for name, rows in piece.children.items()}
    if plan.kind == "organisation":
        columns, children = _one_each(wanted, piece, same, bodies)
    for some, infos in (
        (columns, plan.columns),
        *((rows, plan.child(name).columns) for name, rows in children.items()),
    ):
        for info in infos:
            if info.name in some and info.field.target == "organisation":
                some[info.name] = [same.canonical.get(v, v) for v in some[info.name]]
    return Piece(columns=columns, children=children)


def _one_each(
    wanted: Wanted, piece: Piece, same: Same, bodies: Sequence[Version]
) -> tuple[dict[str, Sequence[Any]], dict[str, dict[str, Sequence[Any]]]]:
    """Organisations without the records that were merged, and with the bodies they make instead."""
    plan, at = wanted.plan, list(wanted.names).index("id")
    rows = [row for row in zip(*piece.columns.values(), strict=True) if row[at] not in same.canonical]
    children: dict[str, dict[str, Sequence[Any]]] = {}
    for name, below in piece.children.items():
        children[name] = {head: list(values) for head, values in below.items()}
    for version in bodies:
        number = version.record.id or 0
        own, below_each = plan.encode(version.record)
        # A body has no row of its own: its child rows are found under a number that no row has.
        meta = {"id": number, "facts": -number, "valid_from": version.valid_from, "valid_to": version.valid_to}
        values = meta | dict(zip(plan.names, own, strict=True))
        rows.append(tuple(values[n] for n in wanted.names))
        for child, some in zip(plan.children, below_each, strict=True):
            if child.name in children:
                for row in some:
                    said = {"facts": -number} | dict(zip(child.at, row, strict=True))
                    for head, column in children[child.name].items():
                        column.append(said[head])  # type: ignore[attr-defined]  # made a list above
    rows.sort(key=lambda row: int(row[at]))
    return dict(_columns(wanted.names, rows)), children
