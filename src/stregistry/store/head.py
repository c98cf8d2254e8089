"""The head of the chain: the one row whose change is the lock of a changeset, and what the next one follows on."""

import datetime as dt
import functools
from collections.abc import Mapping, Sequence
from typing import Any

import attrs
from sqlalchemy import Connection, update

from stregistry.store.hashing import chain
from stregistry.store.rows import UNREAD, insert_rows
from stregistry.store.tables import Tables
from stregistry.store.write import Counts, Numbers


@attrs.frozen(kw_only=True)
class Document:
    """A source document: its name, sheet, sha256, and as what and whose it was taken in."""

    number: int
    name: str
    sheet: str | None
    sha256: str
    kind: str | None
    source_id: str | None


@attrs.frozen(kw_only=True, eq=False)
class Head:
    """The head as a changeset found it, held by that changeset until its transaction ends.

    numbers: those it hands out. hash: of the changeset before. instant: its own, as text in UTC.
    """

    conn: Connection
    tables: Tables
    numbers: Numbers
    hash: str
    instant: str

    @classmethod
    def lock(cls, conn: Connection, tables: Tables, now: dt.datetime) -> "Head":
        """Takes the lock. It is the first statement: reading the head first lost updates when writers met."""
        got = conn.execute(_next_number(tables)).one()
        return cls(
            conn=conn,
            tables=tables,
            numbers=Numbers(got.number, got.next_row, got.next_id, got.next_document),
            hash=got.hash,
            # A clock that was set back must not put a later changeset before an earlier one.
            instant=max(now.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"), got.instant),
        )

    def move(
        self, *, actor: str, reason: str, counts: Counts, documents: Sequence[Document], kinds: Mapping[str, str]
    ) -> None:
        """Writes the row of the changeset and of its documents, and makes it the end of the chain.

        kinds: the hash of what was written of each kind.
        """
        tx = self.numbers.tx
        header = {
            "number": tx,
            "instant": self.instant,
            "actor": actor,
            "reason": reason,
            "opened": counts.opened,
            "closed": counts.closed,
        }
        listed = [attrs.asdict(d) for d in documents]
        own = chain(self.hash, header | {"documents": listed}, dict(kinds))
        noted = [(d.number, tx, d.name, d.sheet, d.sha256, d.kind, d.source_id) for d in documents]
        insert_rows(self.conn, self.tables.document, noted)
        written = (tx, self.instant, actor, reason, counts.opened, counts.closed, own)
        insert_rows(self.conn, self.tables.changeset, [written])
        self.conn.execute(
            _end(self.tables),
            {
                "next_row": self.numbers.next_row,
                "next_id": self.numbers.next_id,
                "next_document": self.numbers.next_document,
                "hash": own,
                "instant": self.instant,
            },
        )


# Put together once: that costs a single put more than running it.
@functools.cache
def _next_number(tables: Tables) -> Any:
    head = tables.head
    got = (head.c.number, head.c.next_row, head.c.next_id, head.c.next_document, head.c.hash, head.c.instant)
    return update(head).values(number=head.c.number + 1).returning(*got)


@functools.cache
def _end(tables: Tables) -> Any:
    """The statement that moves the head to the end of a changeset."""
    return update(tables.head).execution_options(**{UNREAD: True})
