"""Where a registry reads and writes: in transactions of its own on an engine, or in the caller's on a connection."""

import contextlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Engine, Transaction

from stregistry.store.borrowed import ensure_begun, one_connection, refuse_second_use
from stregistry.store.engine import WRITE, for_reading, said_plainly
from stregistry.store.rows import written_together


class Transactions:
    """The transactions of one registry.

    bind: an engine, or a connection of the caller; then a transaction here is a savepoint in the
    caller's, and stands once the caller commits.
    """

    def __init__(self, bind: Engine | Connection) -> None:
        self.engine: Engine = bind.engine
        self._caller = bind if isinstance(bind, Connection) else None
        # A database in memory has one connection. A second use of it would roll back what an open
        # changeset has written.
        self._only_one = self._caller is not None or one_connection(self.engine)
        self._in_use = False

    @property
    def borrowed(self) -> bool:
        """Whether all of it happens in the caller's transaction."""
        return self._caller is not None

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A read transaction: all reads inside see one state."""
        with self._connection(**for_reading(self.engine)) as conn, self._begin(conn):
            yield conn

    @contextlib.contextmanager
    def writing(self) -> Iterator[tuple[Connection, Transaction]]:
        """A write transaction, undone at the end of the block unless it was committed there."""
        with self._connection(**{WRITE: True}) as conn:
            transaction = self._begin(conn, write=True)
            try:
                yield conn, transaction
            finally:
                if transaction.is_active:
                    transaction.rollback()

    def together(self, conn: Connection) -> contextlib.AbstractContextManager[None]:
        """What is written in the block is sent together where the database can do that.

        Not on the caller's connection: what the caller runs on it in between must find its own answers.
        """
        return contextlib.nullcontext() if self.borrowed else written_together(conn)

    @contextlib.contextmanager
    def _connection(self, **options: Any) -> Iterator[Connection]:
        if self._in_use:
            raise refuse_second_use(self.borrowed)
        self._in_use = self._only_one
        try:
            with said_plainly():
                if self._caller is not None:
                    yield self._caller
                    return
                with self.engine.connect().execution_options(**options) as conn:
                    yield conn
        finally:
            self._in_use = False

    def _begin(self, conn: Connection, *, write: bool = False) -> Transaction:
        """A transaction of our own, or a savepoint in the caller's."""
        if self._caller is None:
            transaction = conn.begin()
            ensure_begun(conn, write=write)
            return transaction
        if not conn.in_transaction():
            conn.begin()
        ensure_begun(conn, write=write)
        return conn.begin_nested()
