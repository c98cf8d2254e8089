"""The head of the chain: the one row whose change is the lock of a changeset, and what the next one follows on."""

import datetime as dt
import functools
from collections.abc import Mapping, Sequence
from typing import Any

import attrs
from sqlalchemy import Connection, Executable, insert, update

from stregistry.store.hashing import chain
from stregistry.store.rows import UNREAD
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
        header = {
            "number": self.numbers.tx,
            "instant": self.instant,
            "actor": actor,
            "reason": reason,
            "opened": counts.opened,
            "closed": counts.closed,
        }
        listed = [attrs.asdict(d) for d in documents]
        own = chain(self.hash, header | {"documents": listed}, dict(kinds))
        document, changeset, head = _end(self.tables)
        if listed:
            self.conn.execute(document, [d | {"changeset": self.numbers.tx} for d in listed])
        self.conn.execute(changeset, header | {"hash": own})
        self.conn.execute(
            head,
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
def _end(tables: Tables) -> tuple[Executable, ...]:
    """The statements that write the rows of documents and of a changeset and move the head to it."""
    written = (insert(tables.document), insert(tables.changeset), update(tables.head))
    return tuple(statement.execution_options(**{UNREAD: True}) for statement in written)
