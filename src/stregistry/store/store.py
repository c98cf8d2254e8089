"""The store: where a registry lives, how it is opened, and the two doors to it (changeset and view).

What works on tables needs the model, whose classes take a fifth as long to build as SQLAlchemy takes
to import. It is imported where it is used, so that naming `Registry` costs little more than SQLAlchemy.
"""

import contextlib
import datetime as dt
import functools
import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Self

from sqlalchemy import Connection, Engine, func, select, union

from stregistry.dates import day
from stregistry.errors import DomainError, NotFoundError
from stregistry.store.borrowed import refuse_erasure, refuse_schema
from stregistry.store.engine import open_engine
from stregistry.store.transactions import Transactions
from stregistry.text import Text

if TYPE_CHECKING:
    from stregistry.store.audit import AuditReport
    from stregistry.store.changeset import Changeset
    from stregistry.store.erasing import Erasure
    from stregistry.store.feed import Change, RegistryDiff
    from stregistry.store.history import ChangesetInfo, HistoryEntry
    from stregistry.store.prepare import Upgrade
    from stregistry.store.tables import Tables
    from stregistry.store.view import View

Known = int | str | dt.date | dt.datetime | None


def now() -> dt.datetime:
    """This instant, in UTC."""
    return dt.datetime.now(dt.UTC)


@functools.cache
def tables_in(schema: str | None) -> "Tables":
    """The tables, made once a process: that takes ten times as long as opening a file."""
    from stregistry.store.tables import build_tables

    return build_tables(schema)


def _checked(engine: Engine, schema: str | None) -> str | None:
    if schema is not None and engine.dialect.name == "sqlite":
        raise refuse_schema(schema)
    return schema


class Store:
    """A registry's records in one database. Opening creates what is missing; nothing else is read.

    bind: the caller's engine, which stays the caller's to dispose of; or a connection, and then all of it
    happens in the caller's transaction: a changeset is a savepoint in it that holds the lock of the
    head, and stands once the caller commits. Reads then see what the caller's transaction sees.
    schema: the PostgreSQL schema the tables live in, created when missing; None for the connection's own.
    clock: gives the instant of a changeset; for tests.
    """

    def __init__(
        self, bind: Engine | Connection, schema: str | None = None, *, clock: Callable[[], dt.datetime] = now
    ) -> None:
        from stregistry.store.prepare import prepare

        self.engine: Engine = bind.engine
        self.tables: Tables = tables_in(_checked(self.engine, schema))
        self._transactions = Transactions(bind)
        self._owner = False  # whether the engine is ours to dispose of
        self._clock = clock
        prepare(self._transactions, self.tables)

    @classmethod
    def open(cls, url: str, schema: str | None = None, *, clock: Callable[[], dt.datetime] = now) -> Self:
        """The store at a database address, created when missing.

        Raises NotFoundError for an address that cannot be read, StregistryError for a database
        that cannot be opened or was made by another version.
        """
        engine = open_engine(url)
        try:
            store = cls(engine, schema, clock=clock)
        except BaseException:
            engine.dispose()
            raise
        store._owner = True
        return store

    @classmethod
    def upgrade(cls, where: str | Engine | Connection, schema: str | None = None) -> "Upgrade":
        """Brings the tables of a registry made by an older version to this one; returns both revisions.

        where: an address, or the caller's engine or connection, and then inside the caller's
        transaction. Records, history and hashes stay as they are; all or nothing. Make a backup first:
        there is no way back but that. Where there is no registry, one is created.
        Raises StregistryError for a registry made by a newer version.
        """
        from stregistry.store.prepare import upgrade

        bind = open_engine(where) if isinstance(where, str) else where
        try:
            return upgrade(Transactions(bind), tables_in(_checked(bind.engine, schema)))
        finally:
            if isinstance(where, str):
                bind.engine.dispose()

    def on(self, connection: Connection) -> Self:
        """This registry in the caller's transaction on a connection; see the class.

        Raises StregistryError for a connection that commits every statement by itself.
        """
        return type(self)(connection, self.tables.metadata.schema, clock=self._clock)

    @property
    def address(self) -> str:
        """The database address, without its password."""
        return self.engine.url.render_as_string(hide_password=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the database; an engine or connection the caller gave stays open."""
        if self._owner:
            self.engine.dispose()

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A read transaction: all reads inside see one state."""
        with self._transactions.reading() as conn:
            yield conn

    @contextlib.contextmanager
    def changeset(self, *, actor: str, reason: str) -> "Iterator[Changeset]":
        """A changeset: committed when the block ends, undone when it raises.

        On the caller's connection it becomes part of the caller's transaction when the block ends.

        When nothing changed there is no changeset (`committed` stays False).
        Raises ConflictError when another writer holds the lock for too long.
        """
        from stregistry.store.changeset import Changeset

        with self._transactions.writing() as (conn, transaction):
            with self._transactions.together(conn):
                tx = Changeset(conn, self.tables, actor=actor, reason=reason, now=self._clock())
                yield tx
                sealed = tx.seal()
            if sealed:
                transaction.commit()
                tx.committed = True

    def known_document(self, sha256: str, kind: str, source_id: str) -> int | None:
        """The changeset that already took in this very file as this kind for this source, or None."""
        table = self.tables.document
        query = select(table.c.changeset).where(
            table.c.sha256 == sha256, table.c.kind == kind, table.c.source_id == source_id
        )
        with self.reading() as conn:
            return conn.execute(query.order_by(table.c.number)).scalar()

    def rows_of_document(self, sha256: str, kind: str, source_id: str) -> int:
        """How many rows of a file that was taken in as this kind for this source something on record rests on."""
        table, stated = self.tables.document, self.tables.kinds[kind]
        numbers = select(table.c.number).where(
            table.c.sha256 == sha256, table.c.kind == kind, table.c.source_id == source_id
        )
        lines = union(
            *(select(t.c.document, t.c.line).where(t.c.document.in_(numbers)) for t in (stated.current, stated.past))
        ).subquery()
        with self.reading() as conn:
            return int(conn.execute(select(func.count()).select_from(lines)).scalar_one())

    def audit(self) -> "AuditReport":
        """Recomputes the chain of changesets from the tables; finds what was altered, added or removed."""
        from stregistry.store.audit import audit

        with self.reading() as conn:
            return audit(conn, self.tables)

    def erase(self, record_id: int, fields: "Sequence[str]", *, why: str, actor: str) -> "Erasure":
        """Removes personal values of a record for good: from every version and child row, with their salts.

        fields: personal fields (`email`; those of child rows as `parties.person`). The digests stay, so
        `audit` still passes, and the act itself is a changeset. Afterwards the database is written
        anew so that the bytes are gone from it too, which takes as long as copying it.
        Raises NotFoundError for an unknown id, DomainError for a field that is not personal.
        """
        from stregistry.store.erasing import Erasure, scrub
        from stregistry.store.read import kind_ever

        if self._transactions.borrowed:
            raise refuse_erasure()
        with self.reading() as conn:
            kind = self.tables.kinds[kind_ever(conn, self.tables, record_id)]
        with self.changeset(actor=actor, reason=why) as tx:
            gone = tx.erase(record_id, fields)
        # Also when nothing was left to erase: the time before may have been cut off before this step.
        return Erasure(
            id=record_id,
            kind=kind.layout.kind,
            fields=gone,
            changeset=tx.number if tx.committed else None,
            scrubbed=scrub(self.engine, self.tables, kind),
        )

    def history(self, record_id: int) -> "tuple[HistoryEntry, ...]":
        """Every version of a record with its changeset, file and row. Raises NotFoundError."""
        from stregistry.store.history import history

        with self.reading() as conn:
            return history(conn, self.tables, record_id)

    def version(self, record_id: int) -> int:
        """The number of the changeset that last changed a record, for `expect`; 0 for an id never put."""
        from stregistry.store.expect import version_of
        from stregistry.store.read import LATEST

        with self.reading() as conn:
            return version_of(conn, self.tables.kinds.values(), record_id, LATEST)

    def changes(
        self,
        since: int | str = 0,
        limit: int | None = None,
        *,
        valid: "dt.date | str | int | None" = None,
        known: Known = None,
    ) -> "Iterator[Change]":
        """Every change later than `since`, in the order it became known; read as it is iterated over.

        since: a changeset number (0: from the beginning), or the `cursor` of the last change seen, to
        go on in the middle of a changeset. limit: at most so many. valid: states are told only
        where they hold on that day. known: nothing later than that changeset, day or instant.
        Within a changeset: what was erased first, then by kind, id and valid time.
        Raises NotFoundError for a changeset that is not there yet, DomainError for no such cursor.
        """
        from stregistry.store.feed import changes, read_cursor

        latest, _ = self.head()
        after, skip = read_cursor(since, latest)
        chosen = None if valid is None else day(valid)
        found = (
            c
            for c in changes(self, after, skip, self._known_number(known, latest))
            if chosen is None or c.valid_from is None or c.valid_to is None or c.valid_from <= chosen < c.valid_to
        )
        return itertools.islice(found, limit)

    def diff(
        self, known_a: Known, known_b: Known = None, *, valid: "dt.date | str | int | None" = None
    ) -> "RegistryDiff":
        """What is known at `known_b` (default: now) otherwise than at `known_a`: added, revised field by
        field, retracted or erased, over which days; on one valid day only when `valid` is given.

        Raises DomainError when `known_b` is earlier than `known_a`.
        """
        from stregistry.store.feed import difference

        latest, _ = self.head()
        a, b = self._known_number(known_a, latest), self._known_number(known_b, latest)
        if b < a:
            raise DomainError(
                Text(
                    f"So sánh phải đi từ trước đến sau: đợt {b} có trước đợt {a}.",
                    f"A difference goes from the earlier to the later: changeset {b} came before {a}.",
                )
            )
        return difference(self, a, b, None if valid is None else day(valid))

    def changesets(self) -> "tuple[ChangesetInfo, ...]":
        """All changesets, in order."""
        from stregistry.store.history import changesets

        with self.reading() as conn:
            return tuple(changesets(conn, self.tables).values())

    def head(self) -> tuple[int, str]:
        """The number and hash of the last changeset; (0, 64 zeros) before the first."""
        table = self.tables.head
        with self.reading() as conn:
            row = conn.execute(select(table.c.number, table.c.hash)).one()
        return row.number, row.hash

    def hash_at(self, number: int) -> str:
        """The hash of a changeset. Raises NotFoundError for one that does not exist."""
        if number == 0:
            from stregistry.store.hashing import START

            return START
        table = self.tables.changeset
        with self.reading() as conn:
            found: str | None = conn.execute(select(table.c.hash).where(table.c.number == number)).scalar()
        if found is None:
            raise NotFoundError(
                Text(f"Không có đợt cập nhật số {number}.", f"There is no changeset {number}."), number=number
            )
        return found

    def at(self, valid: "dt.date | str | int | None" = None, known: Known = None) -> "View":
        """The registry as true on `valid` (a day; default today) and known at `known`.

        known: None for now, which moves on with every changeset; a changeset number; a date, meaning
        the end of that day in Vietnam; or an instant with its time zone, what was committed at it
        included. A string is read as a number or a date.
        Raises NotFoundError for a changeset that is not there yet, DomainError for an instant without zone.
        """
        from stregistry.store.view import View

        latest, _ = self.head()
        today = (self._clock() + dt.timedelta(hours=7)).date()
        number = self._known_number(known, latest)
        return View(
            self,
            valid=day(today if valid is None else valid),
            # Asked for by name it stays what it was, also when more becomes known later.
            known=None if known is None else number,
            known_number=number,
        )

    def _known_number(self, known: Known, latest: int) -> int:
        if known is None:
            return latest
        if isinstance(known, str):
            known = int(known) if known.isdecimal() else dt.date.fromordinal(day(known))
        if isinstance(known, int):
            if not 0 <= known <= latest:
                raise NotFoundError(
                    Text(
                        f"Không có đợt cập nhật số {known}; đợt mới nhất là {latest}. "
                        "Ngày thì ghi đủ, ví dụ 31/12/2024.",
                        f"There is no changeset {known}; the latest is {latest}. "
                        "Write a date in full, such as 2024-12-31.",
                    ),
                    number=known,
                )
            return known
        if isinstance(known, dt.datetime):
            if known.tzinfo is None:
                raise DomainError(
                    Text("Thời điểm ghi nhận phải có múi giờ.", "An instant of known time must carry its time zone.")
                )
        else:
            from stregistry.store.view import end_of_day

            known = end_of_day(known) - dt.timedelta.resolution
        instant = known.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        table = self.tables.changeset
        with self.reading() as conn:
            query = select(table.c.number).where(table.c.instant <= instant).order_by(table.c.number.desc())
            return conn.execute(query.limit(1)).scalar() or 0
