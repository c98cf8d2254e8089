"""What became different between two changesets: for each record, over which days, from which version to which.

The one algorithm behind the feed of changes (from each changeset to the next) and the difference
between any two known times.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import attrs
from sqlalchemy import Connection, Table, and_, literal, select

from stregistry.dates import ALWAYS, FOREVER
from stregistry.model import Record
from stregistry.store.layout import Layout
from stregistry.store.read import Version, load_versions
from stregistry.store.sweep import Piece
from stregistry.store.tables import KindTables
from stregistry.store.write import chunks


@attrs.frozen
class Move:
    """One record over one interval: the version that was known there and the one that is; None for nothing."""

    id: int
    start: int
    end: int
    before: Piece | None
    after: Piece | None


def moves(conn: Connection, kind: KindTables, after: int, until: int) -> list[Move]:
    """What of a kind is known at changeset `until` otherwise than at `after`, by id and time.

    A version that only keeps its content over a shorter or longer interval moves nothing where it
    stays; one that was opened and closed in between was never known at either time.
    """
    old: dict[int, list[Piece]] = defaultdict(list)
    new: dict[int, list[Piece]] = defaultdict(list)
    for number, piece, tx_from, _ in _closed(conn, kind, after, until):
        if tx_from <= after:
            old[number].append(piece)
    for number, piece, _, tx_to in _opened(conn, kind, after, until):
        if tx_to is None or tx_to > until:
            new[number].append(piece)
    return [m for number in sorted({*old, *new}) for m in _of_record(number, old.get(number, ()), new.get(number, ()))]


def moves_by_changeset(conn: Connection, kind: KindTables, after: int, until: int) -> dict[int, list[Move]]:
    """What each changeset later than `after`, up to `until`, did to records of a kind: the same as `moves`
    over each of them alone, in one read."""
    old: dict[tuple[int, int], list[Piece]] = defaultdict(list)
    new: dict[tuple[int, int], list[Piece]] = defaultdict(list)
    for number, piece, tx_from, tx_to in _closed(conn, kind, after, until):
        if tx_from != tx_to:
            old[tx_to or 0, number].append(piece)
    for number, piece, tx_from, tx_to in _opened(conn, kind, after, until):
        if tx_from != tx_to:
            new[tx_from, number].append(piece)
    found: dict[int, list[Move]] = defaultdict(list)
    for key in sorted({*old, *new}):
        found[key[0]] += _of_record(key[1], old.get(key, ()), new.get(key, ()))
    return found


# The id of a record, one of its versions, and the changesets that opened and closed it (None: it stands).
_Seen = tuple[int, Piece, int, int | None]


def _closed(conn: Connection, kind: KindTables, after: int, until: int) -> Iterator[_Seen]:
    past = kind.past
    return _pieces(conn, kind, past, and_(past.c.tx_to > after, past.c.tx_to <= until))


def _opened(conn: Connection, kind: KindTables, after: int, until: int) -> Iterator[_Seen]:
    for table in (kind.past, kind.current):
        first = _first_row(conn, table, after)
        window = and_(table.c.row >= first, table.c.tx_from > after, table.c.tx_from <= until)
        yield from _pieces(conn, kind, table, window)


def _first_row(conn: Connection, table: Table, after: int) -> int:
    """The first row of a table that a changeset later than `after` opened, or one above them all.

    `row` grows with the changeset, so a bisection over the key finds it without an index on `tx_from`.
    """
    low, high = 0, conn.execute(select(table.c.row).order_by(table.c.row.desc()).limit(1)).scalar()
    if high is None:
        return 0
    high += 1
    while low < high:
        middle = (low + high) // 2
        query = select(table.c.row, table.c.tx_from).where(table.c.row >= middle).order_by(table.c.row).limit(1)
        found = conn.execute(query).first()
        if found is None or found.tx_from > after:
            high = middle
        else:
            low = found.row + 1
    return low


def _pieces(conn: Connection, kind: KindTables, table: Table, where: Any) -> Iterator[_Seen]:
    span = [table.c.valid_from, table.c.valid_to] if kind.layout.state else [literal(ALWAYS), literal(FOREVER)]
    tx_to = table.c.tx_to if "tx_to" in table.c else literal(None)
    query = select(table.c.tx_from, tx_to, table.c.id, table.c.row, table.c.facts, *span, table.c.digest).where(where)
    for tx_from, ended, number, *rest in conn.execute(query):
        yield number, Piece(*rest), tx_from, ended


def _of_record(number: int, old: Sequence[Piece], new: Sequence[Piece]) -> Iterator[Move]:
    """The intervals over which the content differs; neighbours with the same two contents are one."""
    days = sorted({d for p in (*old, *new) for d in (p.start, p.end)})
    last: Move | None = None
    for start, end in itertools.pairwise(days):
        before, after = (next((p for p in some if p.start <= start < p.end), None) for some in (old, new))
        if (before and before.digest) == (after and after.digest):
            continue
        if last and last.end == start and _same(last.before, before) and _same(last.after, after):
            last = attrs.evolve(last, end=end)
            continue
        if last:
            yield last
        last = Move(number, start, end, before, after)
    if last:
        yield last


def _same(one: Piece | None, two: Piece | None) -> bool:
    return (one and one.digest) == (two and two.digest)


def load_moved(conn: Connection, kind: KindTables, some: Iterable[Move]) -> dict[int, Record]:
    """The content of every version the moves name, by row."""
    rows = sorted({p.row for m in some for p in (m.before, m.after) if p})
    found: list[Version] = []
    for few in chunks(rows):
        for table in (kind.current, kind.past):
            found += load_versions(conn, kind, table, table.c.row.in_(few))
    return {v.row: v.record for v in found}


def differing(plan: Layout, before: Record, after: Record) -> tuple[str, ...]:
    """The fields whose values differ, by the name they have in files; those of a certificate by their own."""
    (one, below), (two, under) = plan.encode(before), plan.encode(after)
    names = [c.field.column or c.field.name for c, a, b in zip(plan.columns, one, two, strict=True) if a != b]
    names += [child.name for child, a, b in zip(plan.children, below, under, strict=True) if a != b]
    return tuple(dict.fromkeys(names))
