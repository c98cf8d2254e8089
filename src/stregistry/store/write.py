"""Writing one batch: digests, the sweep over what stood before, and the rows that follow from it.

Whole-batch work: one read of the narrow current rows, one pass, a handful of bulk statements.
"""

import functools
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final, TypeVar

import attrs
from sqlalchemy import BindParameter, Connection, Select, bindparam, literal, select

from stregistry.dates import ALWAYS, FOREVER
from stregistry.store.batch import Batch, Children
from stregistry.store.hashing import KindHash, Sealer, digests, key_line, opened_lines, sealed_text
from stregistry.store.layout import Row
from stregistry.store.rows import insert_rows, move_rows
from stregistry.store.sweep import Opened, Piece, Statement, sweep
from stregistry.store.tables import KindTables, Tables

T = TypeVar("T")
FOREVER_ID: Final = 2**63  # above every id
_CHUNK: Final = 900  # bound parameters in one IN list; SQLite allows at least 999


@attrs.frozen(kw_only=True)
class Counts:
    """What a batch did: records that were new, changed, or already known so; versions opened and closed."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    opened: int = 0
    closed: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(**{a.name: getattr(self, a.name) + getattr(other, a.name) for a in attrs.fields(Counts)})


@attrs.define
class Numbers:
    """The numbers a changeset hands out; they come from the head and go back to it."""

    tx: int
    next_row: int
    next_id: int
    next_document: int
    first_id: int = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.first_id = self.next_id

    def rows(self, n: int) -> range:
        start, self.next_row = self.next_row, self.next_row + n
        return range(start, start + n)

    def ids(self, n: int) -> range:
        start, self.next_id = self.next_id, self.next_id + n
        return range(start, start + n)


def chunks(items: Sequence[T], size: int = _CHUNK) -> Iterator[Sequence[T]]:
    """The items in runs short enough for one IN list."""
    for i in range(0, len(items), size):
        yield items[i : i + size]


@attrs.frozen(kw_only=True)
class _Plan:
    """What the sweep over a batch decided.

    fresh: statements to write as they are (by index). opened: versions of records that were known.
    """

    fresh: list[int]
    opened: list[tuple[int, Opened]]
    closed: list[int]
    counts: Counts


@attrs.frozen(kw_only=True)
class _Content:
    """A batch's content as it enters digests: personal values sealed."""

    rows: Sequence[Row]
    children: Sequence[Children] | None
    digests: Sequence[bytes]


def seal_batch(conn: Connection, tables: Tables, batch: Batch) -> tuple[Sequence[Row], Sequence[Children] | None]:
    """A batch's content as it enters digests: each personal value replaced by a salted hash."""
    plan = batch.layout
    if not plan.has_personal:
        return batch.rows, batch.children
    own = {i for i, row in enumerate(batch.rows) if any(row[p] is not None for p in plan.personal)}
    below = [
        (j, [p for p, c in enumerate(child.columns) if c.personal])
        for j, child in enumerate(plan.children)
        if any(c.personal for c in child.columns)
    ]
    under = set()
    for j, where in below:
        under |= {
            i
            for i, groups in enumerate(batch.children or ())
            if any(item[p] is not None for item in groups[j] for p in where)
        }
    if not own and not under:
        return batch.rows, batch.children
    salts: dict[tuple[int, str], bytes] = {}
    for some in chunks(sorted({batch.ids[i] for i in own | under})):
        for record, field, salt in conn.execute(select(*tables.salt.c).where(tables.salt.c.id.in_(some))):
            salts[record, field] = salt
    sealer = Sealer(plan, salts)
    rows = [sealer.row(batch.ids[i], row) if i in own else row for i, row in enumerate(batch.rows)]
    children = batch.children
    if children is not None:
        children = [sealer.children(batch.ids[i], c) if i in under else c for i, c in enumerate(children)]
    insert_rows(conn, tables.salt, sealer.fresh)
    return rows, children


def read_pieces(conn: Connection, kind: KindTables, ids: Sequence[int]) -> dict[int, list[Piece]]:
    """The current versions of the given records, by id; records unknown or retracted are left out."""
    query = _pieces(kind)
    found: dict[int, list[Piece]] = defaultdict(list)
    wanted = sorted(set(ids))
    for some in chunks(wanted):
        for record, *rest in conn.execute(query, {"wanted": some}):
            found[record].append(Piece(*rest))
    return found


class KindWriter:
    """Writes versions of one kind within one changeset, and keeps the running hash of what it wrote."""

    def __init__(self, conn: Connection, tables: Tables, kind: str, numbers: Numbers) -> None:
        self._conn, self._tables, self._numbers = conn, tables, numbers
        self.kind = tables.kinds[kind]
        self.hash = KindHash()
        # In the first batch of a kind, ids from here on were handed out a moment ago and cannot be
        # in the database, which spares the read of what stood before.
        self._unknown_from = numbers.first_id
        self._closed: list[int] = []
        self._opened = 0

    def write(self, batch: Batch) -> Counts:
        """Writes a batch: what it states holds, what it repeats is left alone."""
        rows, children = seal_batch(self._conn, self._tables, batch)
        marks = batch.digests if batch.digests is not None else digests(batch.layout, rows, children)
        content = _Content(rows=rows, children=children, digests=marks)
        plan = self._decide(batch, content.digests)
        self._unknown_from = FOREVER_ID
        self._opened += plan.counts.opened
        self.close(plan.closed)
        self.carry([(record, version) for record, version in plan.opened if version.carried])
        self._write_new(batch, content, plan)
        return plan.counts

    def _decide(self, batch: Batch, marks: Sequence[bytes]) -> _Plan:
        n = len(batch.ids)
        old_ids = [i for i in batch.ids if i < self._unknown_from]
        known = batch.standing
        if known is None:
            known = read_pieces(self._conn, self.kind, old_ids) if old_ids else {}
        if not known and len(set(batch.ids)) == n:
            return _Plan(fresh=list(range(n)), opened=[], closed=[], counts=Counts(new=n, opened=n))
        stated: dict[int, list[Statement]] = defaultdict(list)
        for index, (record, (start, end), mark) in enumerate(zip(batch.ids, _spans(batch), marks, strict=True)):
            stated[record].append(Statement(index, start, end, mark))
        fresh: list[int] = []
        opened: list[tuple[int, Opened]] = []
        closed: list[int] = []
        new = changed = 0
        for record, statements in stated.items():
            before = known.get(record, [])
            if not before and len(statements) == 1:
                fresh.append(statements[0].index)
                new += 1
                continue
            shut, made = sweep(before, statements, batch.whole)
            new += not before
            changed += bool(before and (shut or made))
            closed += [p.row for p in shut]
            opened += [(record, version) for version in made]
        counts = Counts(
            new=new,
            changed=changed,
            unchanged=len(stated) - new - changed,
            opened=len(fresh) + len(opened),
            closed=len(closed),
        )
        return _Plan(fresh=fresh, opened=opened, closed=sorted(closed), counts=counts)

    def close(self, rows: Sequence[int]) -> None:
        """Moves versions from the current table to the history table."""
        for some in chunks(rows):
            move_rows(self._conn, self.kind.current, self.kind.past, some, self._numbers.tx)
        self._closed.extend(rows)

    def carry(self, versions: Sequence[tuple[int, Opened]]) -> None:
        """Opens versions, each (id, version), that keep the content of another over a new interval.

        Child rows are shared, not copied.
        """
        columns = [c.name for c in self.kind.current.c]
        at = {name: i for i, name in enumerate(columns)}
        kept = self._rows({v.carried.row for _, v in versions if v.carried})
        lines, stored = [], []
        for row, (record, version) in zip(self._numbers.rows(len(versions)), versions, strict=True):
            piece = version.carried
            assert piece is not None  # noqa: S101  # the caller's choice
            own = {"row": row, "valid_from": version.start, "valid_to": version.end, "tx_from": self._numbers.tx}
            was = kept[piece.row]
            stored.append(tuple(own.get(name, value) for name, value in zip(columns, was, strict=True)))
            document, line = was[at["document"]], was[at["line"]]
            lines.append((row, piece.facts, record, version.start, version.end, version.digest, document, line))
        self.hash.open(opened_lines(lines))
        insert_rows(self._conn, self.kind.current, stored)

    def _rows(self, rows: Collection[int]) -> dict[int, Sequence[Any]]:
        """Versions in the current table's columns; a version may be closed by now and stand in history."""
        found: dict[int, Sequence[Any]] = {}
        for query in _whole(self.kind):
            for some in chunks(sorted(set(rows) - found.keys())):
                found |= {row[0]: row for row in self._conn.execute(query, {"wanted": some})}
        return found

    def _write_new(self, batch: Batch, content: _Content, plan: _Plan) -> None:
        spans = _spans(batch)
        wanted = [(i, *spans[i]) for i in plan.fresh]
        wanted += [(v.index, v.start, v.end) for _, v in plan.opened if not v.carried]
        if not wanted:
            return
        layout = self.kind.layout
        lines = batch.lines or [None] * len(batch.ids)
        versions = [
            (row, row, batch.ids[i], start, end, content.digests[i], batch.document, lines[i])
            for row, (i, start, end) in zip(self._numbers.rows(len(wanted)), wanted, strict=True)
        ]
        self.hash.open(opened_lines(versions))
        tx, names, personal, state = self._numbers.tx, layout.names, layout.personal, layout.state
        stored: list[tuple[Any, ...]] = []
        for (row, facts, record, start, end, mark, document, line), (i, _, _) in zip(versions, wanted, strict=True):
            span = (start, end) if state else ()
            seals = (sealed_text(names, personal, content.rows[i]),) if personal else ()
            stored.append((row, facts, record, *span, tx, document, line, mark, *seals, *batch.rows[i]))
        insert_rows(self._conn, self.kind.current, stored)
        if batch.children is not None:
            self._write_children(
                batch, content, [(version[0], i) for version, (i, _, _) in zip(versions, wanted, strict=True)]
            )

    def _write_children(self, batch: Batch, content: _Content, owners: Sequence[tuple[int, int]]) -> None:
        given, sealed = batch.children or (), content.children or ()
        for j, child in enumerate(batch.layout.children):
            where = [p for p, c in enumerate(child.columns) if c.personal]
            unsealed: tuple[Any, ...] = (None,) if where else ()
            names = [c.name for c in child.columns]
            stored: list[tuple[Any, ...]] = []
            for row, i in owners:
                items = given[i][j]
                if not items:
                    continue
                below = sealed[i][j]
                for n, (item, derived) in enumerate(zip(items, child.derive(items), strict=True)):
                    # What sealing left as it was holds no personal value.
                    seals = unsealed if below is items else (sealed_text(names, where, below[n]),)
                    stored.append((row, n, *seals, *item, *derived))
            insert_rows(self._conn, self.kind.children[child.name], stored)

    def finish(self, keys: Sequence[tuple[str, str, int, bytes | None]]) -> str | None:
        """The hash of all that was written of this kind, with the owner's keys; None when nothing was."""
        if not keys and not self._closed and not self._opened:
            return None
        self.hash.close(sorted(self._closed))
        self.hash.key(key_line(*key) for key in sorted(keys, key=lambda k: k[:2]))
        return self.hash.hexdigest()


# Put together once: that costs a single put more than running them.
@functools.cache
def _pieces(kind: KindTables) -> Select[Any]:
    """The narrow current rows of the records `wanted`."""
    table = kind.current
    span = [table.c.valid_from, table.c.valid_to] if kind.layout.state else [literal(ALWAYS), literal(FOREVER)]
    chosen = select(table.c.id, table.c.row, table.c.facts, *span, table.c.digest)
    return chosen.where(table.c.id.in_(bindparam("wanted", expanding=True)))


@functools.cache
def _whole(kind: KindTables) -> tuple[Select[Any], Select[Any]]:
    """The versions `wanted` in the current table and in history, both in the columns of the current one."""
    names = [c.name for c in kind.current.c]
    wanted: BindParameter[Any] = bindparam("wanted", expanding=True)
    current, past = (select(*(t.c[n] for n in names)).where(t.c.row.in_(wanted)) for t in (kind.current, kind.past))
    return current, past


def _spans(batch: Batch) -> Sequence[tuple[int, int]]:
    if batch.valid_from is None or batch.valid_to is None:
        return [(ALWAYS, FOREVER)] * len(batch.ids)
    return list(zip(batch.valid_from, batch.valid_to, strict=True))
