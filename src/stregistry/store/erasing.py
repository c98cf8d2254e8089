"""Erasing personal values: out of every version and its child rows, with the salts; and out of the file."""

import re
import time
from collections.abc import Sequence
from typing import Any

import attrs
from sqlalchemy import DDL, Connection, Engine, Table, and_, delete, func, select, union, update
from sqlalchemy.exc import DBAPIError

from stregistry.errors import DomainError
from stregistry.store.engine import PATIENCE
from stregistry.store.layout import Layout
from stregistry.store.tables import KindTables, Tables
from stregistry.text import Text


@attrs.frozen(kw_only=True)
class Erasure:
    """What was erased. fields: those that held a value; the others asked for never did.

    changeset: the one that records it; None when there was nothing to erase.
    scrubbed: the database was written anew, so that the bytes are gone from its file too. False
    where it could not be (in use by others): compact it later. Backups, a server's write-ahead log
    and files kept elsewhere are not reached.
    """

    id: int
    kind: str
    fields: tuple[str, ...]
    changeset: int | None
    scrubbed: bool


def personal_fields(plan: Layout) -> tuple[str, ...]:
    """The fields of a kind that can be erased; those of child rows as `parties.person`."""
    own = [plan.columns[i].name for i in plan.personal]
    return (*own, *(f"{child.name}.{c.name}" for child in plan.children for c in child.columns if c.personal))


def refuse_kept(plan: Layout, fields: Sequence[str]) -> None:
    """Raises DomainError for no field at all, or one that is not personal: those are kept in history for good."""
    able = personal_fields(plan)
    wrong = [name for name in fields if name not in able]
    if fields and not wrong:
        return
    if not able:
        raise DomainError(
            Text(
                f"'{plan.kind}' không có trường cá nhân nào để xóa vĩnh viễn.",
                f"'{plan.kind}' has no personal field, so nothing of it can be erased.",
            )
        )
    vi, en = (f", không phải '{wrong[0]}'", f", not '{wrong[0]}'") if wrong else ("", "")
    sentence = Text(
        f"Chỉ trường cá nhân của '{plan.kind}' mới xóa vĩnh viễn được{vi}",
        f"Only personal fields of '{plan.kind}' can be erased{en}",
    )
    raise DomainError.unknown(sentence, wrong[0] if wrong else "", able, fields=tuple(wrong), personal=able)


def erase_values(
    conn: Connection, tables: Tables, kind: KindTables, record_id: int, fields: Sequence[str]
) -> list[str]:
    """Removes the values and salts of personal fields from every version; gives the fields that had any."""
    gone = []
    for name in dict.fromkeys(fields):
        child, dot, column = name.partition(".")
        found = 0
        if dot:
            table = kind.children[child]
            owners = union(*(select(t.c.facts).where(t.c.id == record_id) for t in (kind.current, kind.past)))
            held = and_(table.c.facts.in_(owners), table.c[column].is_not(None))
            found += conn.execute(update(table).where(held).values({column: None})).rowcount
        else:
            for table in (kind.current, kind.past):
                held = and_(table.c.id == record_id, table.c[name].is_not(None))
                found += conn.execute(update(table).where(held).values({name: None})).rowcount
        salt = tables.salt
        salts = conn.execute(delete(salt).where(salt.c.id == record_id, salt.c.field == name)).rowcount
        if found or salts:
            gone.append(name)
    return gone


def scrub(engine: Engine, tables: Tables, kind: KindTables) -> bool:
    """Writes the tables anew so that no page keeps what was deleted. False when others were in the way."""
    try:
        if engine.dialect.name == "sqlite":
            return _scrub_sqlite(engine)
        return _scrub_postgresql(engine, [kind.current, kind.past, *kind.children.values(), tables.salt])
    except DBAPIError:  # in use for longer than we wait
        return False


def _scrub_postgresql(engine: Engine, touched: list[Table]) -> bool:
    if engine.dialect.driver != "psycopg":
        return False  # only its notices tell whether it was done
    until = time.monotonic() + PATIENCE
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        own = conn.execute(select(func.current_setting("lock_timeout"))).scalar_one()
        conn.execute(select(func.set_config("lock_timeout", f"{PATIENCE * 1000:.0f}ms", False)))
        try:
            while touched := [table for table in touched if _dead_rows(conn, table)]:
                if time.monotonic() > until:
                    return False
                time.sleep(PATIENCE / 100)
        finally:
            conn.execute(select(func.set_config("lock_timeout", own, False)))
    return True


def _dead_rows(conn: Connection, table: Table) -> int:
    """Writes a table anew and counts the deleted rows it kept: while any transaction in the database
    is old enough to see them, PostgreSQL copies them too and calls that success."""
    kept: list[int] = []

    def hear(notice: Any) -> None:
        # Of the notices only the one on dead rows begins its detail with a number, in any language.
        if found := re.match(r"\D{0,40}?(\d+)", notice.message_detail or ""):
            kept.append(int(found[1]))

    raw: Any = conn.connection.dbapi_connection
    raw.add_notice_handler(hear)
    try:
        # ANALYZE because the planner's notes hold common values of each column. SQLAlchemy leaves DDL without a type.
        conn.execute(DDL("VACUUM (FULL, ANALYZE, VERBOSE) %(fullname)s").against(table))  # type: ignore[no-untyped-call]
    finally:
        raw.remove_notice_handler(hear)
    return max(kept, default=1)


def _scrub_sqlite(engine: Engine) -> bool:
    # Pages freed by earlier moves into history hold old values as well, so overwriting what is
    # deleted from now on would not do.
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        try:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy = cursor.fetchone()
        finally:
            cursor.close()
    except engine.dialect.loaded_dbapi.OperationalError:  # in use, or no room on the disk
        return False
    finally:
        raw.close()
    return not (busy and busy[0])
