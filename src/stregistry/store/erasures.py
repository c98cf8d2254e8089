"""Which personal values were erased: rows in the chain of changesets that say what is gone, never what it was.

An erased value leaves its seal in the table and takes its salt with it, so every digest stays as it
was. The row here makes that lawful: a value missing without one was tampered with.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import Connection, Row, select

from stregistry.store.tables import Tables
from stregistry.store.write import chunks

# By kind and id: the names of the erased fields; those of child rows as `parties.person`.
Erased = dict[tuple[str, int], tuple[str, ...]]

_encode = msgspec.json.Encoder().encode


def erasure_hash(erased: Iterable[tuple[str, int, str, int]]) -> str:
    """What a changeset erased, each (kind, id, field, before_row), as it enters its hash beside the kinds'."""
    return hashlib.sha256(b"".join(_encode(line) + b"\n" for line in sorted(erased))).hexdigest()


def erased_by_changeset(conn: Connection, tables: Tables, after: int, until: int) -> dict[int, Erased]:
    """What each changeset later than `after`, up to `until`, erased."""
    found: dict[int, Erased] = defaultdict(dict)
    for row in _rows(conn, tables, after, until):
        fields = found[row.changeset].get((row.kind, row.id), ())
        found[row.changeset][row.kind, row.id] = (*fields, row.field)
    return found


def erased_between(conn: Connection, tables: Tables, after: int, until: int) -> Erased:
    """What was erased by the changesets later than `after`, up to `until`."""
    found: Erased = {}
    for row in _rows(conn, tables, after, until):
        found[row.kind, row.id] = tuple(dict.fromkeys((*found.get((row.kind, row.id), ()), row.field)))
    return found


def _rows(conn: Connection, tables: Tables, after: int, until: int) -> Iterable[Row[tuple[int, str, int, str]]]:
    table = tables.erasure
    query = select(table.c.changeset, table.c.kind, table.c.id, table.c.field).where(
        table.c.changeset > after, table.c.changeset <= until
    )
    return conn.execute(query.order_by(table.c.changeset, table.c.kind, table.c.id, table.c.field))


def erased_before(conn: Connection, tables: Tables) -> dict[tuple[int, str], int]:
    """For each record and erased field, the row below which its values are lawfully missing."""
    table = tables.erasure
    query = select(table.c.id, table.c.field, table.c.before_row).order_by(table.c.changeset)
    return {(number, field): before for number, field, before in conn.execute(query)}


def erased_of(conn: Connection, tables: Tables, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The fields ever erased of each of the given records; records nothing was erased of are left out."""
    table = tables.erasure
    query = select(table.c.id, table.c.field).order_by(table.c.id, table.c.field).distinct()
    found: dict[int, tuple[str, ...]] = {}
    if conn.execute(select(table.c.id).limit(1)).first() is None:
        return found
    for some in chunks(sorted(set(ids))):
        for number, field in conn.execute(query.where(table.c.id.in_(some))):
            found[number] = (*found.get(number, ()), field)
    return found
