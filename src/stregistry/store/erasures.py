"""Which personal values were erased: rows in the chain of changesets that say what is gone, never what it was.

An erased value leaves its seal in the table and takes its salt with it, so every digest stays as it
was. The row here makes that lawful: a value missing without one was tampered with.
"""

from collections import defaultdict
from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection, Row, select

from stregistry.store.tables import Tables

# By kind and id: the names of the erased fields; those of child rows as `parties.person`.
Erased = dict[tuple[str, int], tuple[str, ...]]

_encode = msgspec.json.Encoder().encode


def erasure_line(kind: str, record: int, field: str, before_row: int) -> bytes:
    """One erased field as it enters the hash of its changeset."""
    return _encode((kind, record, field, before_row)) + b"\n"


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
