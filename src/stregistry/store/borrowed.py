"""Working in what the caller made: that its engine or connection really is in a transaction, and which one."""

from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.pool import SingletonThreadPool, StaticPool

from stregistry.errors import ConflictError, StregistryError
from stregistry.text import Text


def one_connection(engine: Engine) -> bool:
    """Whether every use of the engine is the same connection, as of a database in memory."""
    return isinstance(engine.pool, StaticPool | SingletonThreadPool)


def ensure_begun(conn: Connection, *, write: bool) -> None:
    """Begins the transaction where the driver would put that off, so that savepoints and rollback hold.

    SQLite's driver begins only before some statements; a writer takes the lock at once.
    Raises StregistryError for a connection that commits each statement by itself.
    """
    raw: Any = conn.connection.dbapi_connection
    if conn.dialect.name != "sqlite":
        if getattr(raw, "autocommit", False) is True:
            raise _commits_alone()
    elif not raw.in_transaction:
        if raw.isolation_level is None or getattr(raw, "autocommit", None) is True:
            raise _commits_alone()
        conn.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _commits_alone() -> StregistryError:
    return StregistryError(
        Text(
            "Kết nối này tự ghi từng câu lệnh (AUTOCOMMIT), nên một đợt cập nhật không thể hủy trọn vẹn; "
            "hãy dùng kết nối hoặc engine không đặt isolation_level='AUTOCOMMIT'.",
            "This connection commits every statement by itself (AUTOCOMMIT), so a changeset could not be undone "
            "as a whole; use a connection or engine without isolation_level='AUTOCOMMIT'.",
        )
    )


def refuse_second_use(borrowed: bool) -> ConflictError:
    """The error for a read or write while a changeset holds the only connection."""
    if borrowed:
        return ConflictError(
            Text(
                "Kết nối này đang có một đợt cập nhật mở; hãy kết thúc đợt đó trước khi đọc hay ghi tiếp.",
                "A changeset is open on this connection; end it before reading or writing.",
            )
        )
    return ConflictError(
        Text(
            "Sổ đăng ký trong bộ nhớ không đọc hay ghi được khi một đợt cập nhật đang mở; "
            "hãy kết thúc đợt đó trước, hoặc dùng tệp cơ sở dữ liệu.",
            "A registry in memory cannot be read or written while a changeset is open; "
            "end the changeset first, or use a database file.",
        )
    )


def refuse_erasure() -> StregistryError:
    """The error for an erasure in the caller's transaction, after which bytes would stay in the database."""
    return StregistryError(
        Text(
            "Không xóa dữ liệu cá nhân trong giao dịch của nơi gọi: bảng phải được ghi lại sau khi giao dịch kết "
            "thúc; hãy gọi erase trên sổ đăng ký mở bằng địa chỉ hoặc engine.",
            "Personal data are not erased inside the caller's transaction: the tables have to be written anew after "
            "it ends; call erase on a registry opened by its address or on an engine.",
        )
    )


def refuse_schema(schema: str) -> StregistryError:
    """The error for a schema on a database that has none."""
    return StregistryError(
        Text(
            f"SQLite không có schema '{schema}'; hãy bỏ schema, hoặc dùng PostgreSQL.",
            f"SQLite has no schema '{schema}'; leave the schema out, or use PostgreSQL.",
        ),
        schema=schema,
    )
