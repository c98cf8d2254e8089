"""What differs between databases: how a transaction begins, what "locked" is called. How rows go in: `rows.py`."""

import contextlib
from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError
from sqlalchemy.pool import StaticPool

from stregistry.errors import ConflictError, NotFoundError, StregistryError
from stregistry.text import Text

# Set on a connection before its transaction begins; SQLite then takes the write lock at once
# instead of failing half way when two writers meet.
WRITE: Final = "stregistry_write"
_CREATION: Final = 7_362_901  # our advisory lock; any number nobody else uses
PATIENCE: Final = 30.0  # seconds to wait for another writer


def open_engine(url: str) -> Engine:
    """An engine for the address; SQLite gets write-ahead logging and a patient lock.

    `?timeout=2` in an SQLite address waits that many seconds for another writer, instead of 30.
    Raises NotFoundError for an address SQLAlchemy does not understand or has no driver for.
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() != "sqlite":
            return create_engine(parsed)
        memory = parsed.database in (None, "", ":memory:")
        patience = {} if "timeout" in parsed.query else {"timeout": PATIENCE}
        engine = create_engine(parsed, connect_args=patience, poolclass=StaticPool if memory else None)
    except ModuleNotFoundError as error:
        raise NotFoundError(
            Text(
                f"Thiếu trình điều khiển '{error.name}' của cơ sở dữ liệu này: pip install {error.name}.",
                f"The driver '{error.name}' of this database is missing: pip install {error.name}.",
            ),
            driver=error.name,
        ) from error
    except (ArgumentError, NoSuchModuleError) as error:
        raise NotFoundError(
            Text(
                "Địa chỉ cơ sở dữ liệu không đọc được; ví dụ đúng: sqlite:///stregistry.db",
                "The database address cannot be read; a right one looks like sqlite:///stregistry.db",
            )
        ) from error

    @event.listens_for(engine, "connect")
    def _on_connect(raw: Any, _record: Any) -> None:
        # pysqlite begins transactions by itself and only before some statements, so a savepoint
        # or CREATE TABLE would survive a rollback; we begin them ourselves.
        raw.isolation_level = None
        if not memory:
            with contextlib.suppress(Exception):  # a read-only file is still readable
                raw.execute("PRAGMA journal_mode = WAL")
                raw.execute("PRAGMA synchronous = NORMAL")

    @event.listens_for(engine, "begin")
    def _on_begin(conn: Connection) -> None:
        mode = "BEGIN IMMEDIATE" if conn.get_execution_options().get(WRITE) else "BEGIN"
        conn.exec_driver_sql(mode)

    return engine


def for_reading(engine: Engine) -> dict[str, Any]:
    """The execution options of a transaction whose reads all see one state."""
    # SQLite reads from a snapshot anyway; PostgreSQL by default takes a new one for each statement.
    return {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}


def one_creator(conn: Connection) -> None:
    """Waits until no other process is creating tables."""
    # Two CREATE TABLE at once collide in PostgreSQL's catalogue; SQLite's write lock is held already.
    if conn.dialect.name == "postgresql":
        conn.execute(select(func.pg_advisory_xact_lock(_CREATION)))


@contextlib.contextmanager
def said_plainly() -> Iterator[None]:
    """Turns the database's own words into ours where we know what they mean for the user."""
    try:
        yield
    except DBAPIError as error:
        words = str(error.orig).lower()
        if "locked" in words or "could not serialize" in words or "deadlock" in words:
            raise ConflictError(
                Text(
                    "Sổ đăng ký đang bị khóa bởi một lần ghi khác; hãy thử lại.",
                    "The registry is locked by another writer; try again.",
                )
            ) from error
        if "readonly" in words or "read-only" in words:
            raise StregistryError(
                Text(
                    "Cơ sở dữ liệu chỉ cho đọc; hãy kiểm tra quyền ghi của tệp và thư mục.",
                    "The database is read-only; check the permissions of the file and its folder.",
                )
            ) from error
        if "disk is full" in words or "disk full" in words or "no space left" in words:
            raise StregistryError(
                Text("Đĩa đã đầy; lần ghi bị hủy, dữ liệu cũ còn nguyên.", "The disk is full; nothing was written.")
            ) from error
        if "not a database" in words:
            raise StregistryError(
                Text("Tệp này không phải cơ sở dữ liệu SQLite.", "This file is not an SQLite database.")
            ) from error
        if "malformed" in words:
            raise StregistryError(
                Text(
                    "Tệp cơ sở dữ liệu đã hỏng; hãy khôi phục từ bản sao lưu.",
                    "The database file is damaged; restore it from a backup.",
                )
            ) from error
        if isinstance(error, OperationalError) and "unable to open" in words:
            raise StregistryError(
                Text(
                    "Không mở được tệp cơ sở dữ liệu; hãy kiểm tra đường dẫn và thư mục có tồn tại không.",
                    "The database file cannot be opened; check the path and that its folder exists.",
                )
            ) from error
        if plain := _of_a_server(words):
            raise StregistryError(plain) from error
        if isinstance(error, OperationalError):  # the server is away, or does not let us in
            told = str(error.orig).strip()
            raise StregistryError(
                Text(f"Cơ sở dữ liệu không thực hiện được: {told}", f"The database could not do it: {told}")
            ) from error
        raise


_AWAY: Final = ("connection refused", "could not translate", "failed to resolve", "timeout expired", "no route to host")


def _of_a_server(words: str) -> Text | None:
    """What a server says of the connection or of rights, in our words; None for anything else."""
    if "password authentication failed" in words or "no password supplied" in words:
        return Text(
            "Máy chủ không nhận tên đăng nhập hoặc mật khẩu này; hãy kiểm tra địa chỉ cơ sở dữ liệu.",
            "The server does not accept this user name or password; check the database address.",
        )
    if "permission denied" in words:
        return Text(
            "Tài khoản này không đủ quyền trên cơ sở dữ liệu; hãy đề nghị người quản trị cấp quyền "
            "tạo bảng, đọc và ghi trong schema của sổ đăng ký.",
            "This account lacks the rights on the database; ask its administrator for the right to "
            "create tables, read and write in the schema of the registry.",
        )
    if "does not exist" in words and ("database" in words or "role" in words):
        return Text(
            "Máy chủ không có cơ sở dữ liệu hoặc tài khoản này; hãy kiểm tra địa chỉ, hoặc tạo trước bằng createdb.",
            "The server has no such database or account; check the address, or create it first with createdb.",
        )
    if any(word in words for word in _AWAY):
        return Text(
            "Không kết nối được với máy chủ cơ sở dữ liệu; hãy kiểm tra tên máy, cổng và máy chủ có đang chạy không.",
            "The database server cannot be reached; check host, port and whether the server is running.",
        )
    return None
