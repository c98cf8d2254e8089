"""How rows go in and move, by the fastest way each database has.

A changeset writes more often than it reads. Where the driver has a pipeline (psycopg), what it writes one after the
other is sent without waiting for each answer, and waited for once, before the next statement that is read. On the
machine of the server that costs about what it saves; over a network each answer not waited for is a journey less.
"""

import contextlib
import functools
from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Dialect, Executable, Integer, Table, bindparam, delete, event, insert, select
from sqlalchemy.exc import DBAPIError

# An execution option: nobody reads the answer to this statement, so nobody needs to wait for it.
UNREAD: Final = "stregistry_unread"
_PIPELINE: Final = "stregistry_pipeline"  # where a connection keeps its own

# Below this an INSERT costs one round trip less than COPY.
_COPIED: Final = 8


@contextlib.contextmanager
def written_together(conn: Connection) -> Iterator[None]:
    """Within the block `UNREAD` statements wait until one is read; at its end all of them have been carried out.

    What the server refuses is raised then, as SQLAlchemy raises it.
    """
    if conn.dialect.driver != "psycopg" or not conn.dialect.loaded_dbapi.Pipeline.is_supported():
        yield
        return
    info = conn.info  # held: a connection that was lost gives out none
    pipeline = info[_PIPELINE] = _Pipeline(conn)
    try:
        yield
        pipeline.leave()
    except BaseException:
        pipeline.abandon()
        raise
    finally:
        info.pop(_PIPELINE, None)


class _Pipeline:
    """The driver's pipeline on one connection, of which SQLAlchemy knows nothing.

    It is entered with the first statement that may wait and left before the next that may not.
    """

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._driver: contextlib.AbstractContextManager[Any] | None = None
        event.listen(conn, "before_cursor_execute", self._before)

    def _before(self, _conn: Any, _cursor: Any, _statement: Any, _parameters: Any, context: Any, _many: bool) -> None:
        if not context.execution_options.get(UNREAD):
            self.leave()
        elif self._driver is None:
            raw: Any = self._conn.connection.driver_connection
            self._driver = raw.pipeline()
            self._driver.__enter__()

    def leave(self) -> None:
        """Waits until everything has been carried out."""
        driver, self._driver = self._driver, None
        if driver is not None:
            with _driver_errors(self._conn, "pipeline"):
                driver.__exit__(None, None, None)

    def abandon(self) -> None:
        """Leaves because something went wrong, and that is what must be raised."""
        with contextlib.suppress(DBAPIError):
            self.leave()


def insert_rows(conn: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Writes rows given in the table's column order."""
    if not rows:
        return
    if conn.dialect.driver == "psycopg" and len(rows) >= _COPIED:
        _copy_rows(conn, table, rows)
    else:
        conn.exec_driver_sql(_compiled(table, conn.dialect), list(rows), execution_options={UNREAD: True})


@functools.lru_cache(maxsize=1024)
def _compiled(table: Table, dialect: Dialect) -> str:
    # Core's own executemany costs three times the driver's, and one row twice as much; the statement
    # is still compiled by SQLAlchemy from the table, never put together by hand.
    kind: Any = type(dialect)
    by_position = dialect if dialect.positional else kind(paramstyle="format")
    return str(insert(table).compile(dialect=by_position))


def _copy_rows(conn: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """COPY, which SQLAlchemy does not have."""
    from psycopg.sql import SQL, Identifier

    names = [part for part in (table.schema, table.name) if part is not None]
    columns = SQL(", ").join(Identifier(c.name) for c in table.columns)
    if pipeline := conn.info.get(_PIPELINE):
        pipeline.leave()  # the protocol has no COPY inside of one
    raw: Any = conn.connection
    statement = SQL("COPY {} ({}) FROM STDIN").format(Identifier(*names), columns)
    with _driver_errors(conn, "COPY"), raw.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


@contextlib.contextmanager
def _driver_errors(conn: Connection, doing: str) -> Iterator[None]:
    """Gives the driver's errors SQLAlchemy's form, where it is used past SQLAlchemy."""
    dbapi = conn.dialect.loaded_dbapi
    try:
        yield
    except dbapi.Error as error:
        raise DBAPIError.instance(doing, None, error, dbapi.Error, dialect=conn.dialect) from error


def move_rows(conn: Connection, current: Table, past: Table, rows: Sequence[int], tx: int) -> None:
    """Moves versions, by their `row`, from a current table to its history table, as ended by `tx`."""
    for statement in _moving(current, past, conn.dialect.name):
        conn.execute(statement, {"moved": rows, "tx": tx})


# Put together once: that costs a single put more than running them.
@functools.cache
def _moving(current: Table, past: Table, database: str) -> tuple[Executable, ...]:
    moved = current.c.row.in_(bindparam("moved", expanding=True))
    names, tx = [*(c.name for c in current.c), "tx_to"], bindparam("tx", type_=Integer)
    if database == "postgresql":
        gone = delete(current).where(moved).returning(*current.c).cte("gone")
        return (insert(past).from_select(names, select(*gone.c, tx)).execution_options(**{UNREAD: True}),)
    return insert(past).from_select(names, select(*current.c, tx).where(moved)), delete(current).where(moved)
