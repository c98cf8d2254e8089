"""What is done when a registry is opened: its tables are made when missing, and those of another version refused.

A database says in one row of `stregistry_version` which revision of the tables it has. The name is
ours, because a registry may stand beside another system that keeps an `alembic_version` of its own.
"""

from typing import Final

import attrs
from sqlalchemy import Column, Connection, MetaData, String, Table, insert, inspect, select
from sqlalchemy.schema import CreateSchema

from stregistry.errors import StregistryError
from stregistry.store.engine import one_creator
from stregistry.store.hashing import START
from stregistry.store.migrations import VERSION_TABLE, latest, revisions, run
from stregistry.store.rows import insert_rows
from stregistry.store.tables import Tables
from stregistry.store.transactions import Transactions
from stregistry.text import Text

# Databases made before revisions were noted carried a hash of their tables instead.
_SHAPES: Final = {"6a492c4f0cd2706d": "0001", "5858ae2e51fef027": "0002"}


@attrs.frozen
class Upgrade:
    """What an upgrade did: the revision of the tables before (None: there were none) and after."""

    before: str | None
    after: str


def prepare(transactions: Transactions, tables: Tables) -> None:
    """Makes the tables of a registry where there are none.

    Raises StregistryError for tables of another version, saying what to do, and for another program's.
    """
    with transactions.reading() as conn:
        there = _is_there(conn, tables)
        if there:
            _refuse_another(conn, tables)
    if not there:
        with transactions.writing() as (conn, transaction):
            _create(conn, tables)
            transaction.commit()


def upgrade(transactions: Transactions, tables: Tables) -> Upgrade:
    """Brings the tables of an older registry to this version, all or nothing; makes them where there are none.

    Raises StregistryError for a registry made by a newer version.
    """
    with transactions.writing() as (conn, transaction):
        one_creator(conn)
        before = None
        if _is_there(conn, tables):
            before = _revision(conn, tables)
            if before not in revisions() or before == latest():
                _refuse_another(conn, tables)
            else:
                run(conn, tables.metadata.schema, before)
        else:
            _create(conn, tables)
        transaction.commit()
        return Upgrade(before, latest())


def _is_there(conn: Connection, tables: Tables) -> bool:
    return inspect(conn).has_table("head", schema=tables.metadata.schema)


def _create(conn: Connection, tables: Tables) -> None:
    # Another process may have been first; both then find the tables there.
    one_creator(conn)
    schema = tables.metadata.schema
    if schema is not None and not inspect(conn).has_schema(schema):
        conn.execute(CreateSchema(schema))
    tables.metadata.create_all(conn)
    if conn.execute(select(tables.head.c.only)).first() is None:
        insert_rows(conn, tables.head, [(1, 0, 1, 1, 1, START, "")])
        version = _version_table(schema)
        version.create(conn)
        conn.execute(insert(version).values(version_num=latest()))


def _version_table(schema: str | None) -> Table:
    # As Alembic makes it. It is none of the registry's tables: the revision is about them.
    return Table(VERSION_TABLE, MetaData(schema=schema), Column("version_num", String(32), primary_key=True))


def _revision(conn: Connection, tables: Tables) -> str:
    """The revision of the tables there; empty when they carry no word of it."""
    schema = tables.metadata.schema
    inspector = inspect(conn)
    if inspector.has_table(VERSION_TABLE, schema=schema):
        return conn.execute(select(_version_table(schema).c.version_num)).scalar() or ""
    if any(c["name"] == "shape" for c in inspector.get_columns("head", schema=schema)):
        head = Table("head", MetaData(schema=schema), Column("shape"))
        return _SHAPES.get(conn.execute(select(head.c.shape)).scalar() or "", "")
    return ""


def _refuse_another(conn: Connection, tables: Tables) -> None:
    found = _revision(conn, tables)
    if found == latest():
        if conn.execute(select(tables.head.c.only)).first() is not None:
            return
        raise StregistryError(
            Text(
                "Bảng head của sổ đăng ký bị mất dòng duy nhất, nên chuỗi các đợt cập nhật không còn đầu; "
                "hãy khôi phục từ bản sao lưu.",
                "The registry's table 'head' has lost its only row, so the chain of changesets has no end; "
                "restore it from a backup.",
            )
        )
    if found in revisions():
        raise StregistryError(
            Text(
                f"Cơ sở dữ liệu này do một phiên bản stregistry cũ hơn tạo ra (cấu trúc {found}, nay là {latest()}). "
                "Hãy sao lưu, rồi chạy một lần: stregistry --db ĐỊA_CHỈ init --upgrade. "
                "Bản ghi, lịch sử và mã băm giữ nguyên.",
                f"This database was made by an older version of stregistry (tables {found}, now {latest()}). "
                "Make a backup, then run once: stregistry --db ADDRESS init --upgrade. "
                "Records, history and hashes stay as they are.",
            ),
            found=found,
            expected=latest(),
        )
    if found.isdecimal() and found > latest():
        raise StregistryError(
            Text(
                f"Cơ sở dữ liệu này do một phiên bản stregistry mới hơn tạo ra (cấu trúc {found}; phiên bản đang dùng "
                f"chỉ biết đến {latest()}). Hãy cập nhật chương trình: pip install --upgrade stregistry.",
                f"This database was made by a newer version of stregistry (tables {found}; this one knows them up to "
                f"{latest()}). Update the program: pip install --upgrade stregistry.",
            ),
            found=found,
            expected=latest(),
        )
    raise StregistryError(
        Text(
            "Cơ sở dữ liệu này có bảng 'head' không phải của một phiên bản stregistry đã phát hành; "
            "hãy dùng cơ sở dữ liệu (trên PostgreSQL: schema) khác, hoặc nhập lại các tệp vào một cơ sở dữ liệu mới.",
            "This database has a table 'head' that no released version of stregistry made; "
            "use another database (on PostgreSQL: schema), or import the files again into a new one.",
        ),
        found=found or None,
        expected=latest(),
    )
