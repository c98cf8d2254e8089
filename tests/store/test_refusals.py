"""What a database refuses is said in our words: what is wrong and what to do, never the password."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from tests.engines import Schemas, server

from stregistry import ConflictError, Name, Organisation, Registry, StregistryError
from stregistry.store.engine import said_plainly


def put(registry: Registry, n: int) -> None:
    with registry.changeset(actor="Lan", reason="x") as tx:
        tx.put_many([Organisation(names=[Name(value=f"Tổ chức {i}")], kind="enterprise") for i in range(n)])


def test_a_server_that_is_away() -> None:
    """Host and port are to be checked; the password of the address is not told."""
    pytest.importorskip("psycopg")
    with pytest.raises(StregistryError, match="cannot be reached") as caught:
        Registry.open("postgresql+psycopg://lan:rat-bi-mat@127.0.0.1:1/so")
    assert "rat-bi-mat" not in caught.value.in_lang("vi") + caught.value.in_lang("en")


def test_a_database_or_an_account_that_is_not_there() -> None:
    """The server is right but the name is not: the error says which two to check."""
    address = make_url(server())
    for other in (address.set(database="stregistry_nowhere"), address.set(username="stregistry_nobody")):
        with pytest.raises(StregistryError, match="no such database or account"):
            Registry.open(other.render_as_string(hide_password=False))


def test_a_wrong_password() -> None:
    """As the server says it; a test server that trusts everybody never does."""
    said = Exception('connection failed: FATAL:  password authentication failed for user "lan"')
    with pytest.raises(StregistryError, match="user name or password"), said_plainly():
        raise OperationalError("", None, said)


def test_an_account_without_rights(schemas: Schemas) -> None:
    """Neither reading nor creating tables: the administrator is to be asked."""
    schema, admin = schemas.lend(), create_engine(server())
    try:
        with admin.begin() as conn:
            conn.execute(text("DROP ROLE IF EXISTS stregistry_guest"))
            conn.execute(text("CREATE ROLE stregistry_guest LOGIN"))
        guest = make_url(server()).set(username="stregistry_guest").render_as_string(hide_password=False)
        for name in (schema, "stregistry_test_missing"):
            with pytest.raises(StregistryError, match="lacks the rights"):
                Registry.open(guest, name)
    finally:
        with admin.begin() as conn:
            conn.execute(text("DROP ROLE IF EXISTS stregistry_guest"))
        admin.dispose()
        schemas.take_back(schema)


def test_a_full_disk_undoes_the_changeset(tmp_path: Path) -> None:
    """A file that may grow no further: the error says so, and what was there is whole."""
    engine = create_engine(f"sqlite:///{tmp_path / 'full.db'}")
    registry = Registry(engine)
    put(registry, 3)

    @event.listens_for(engine, "connect")
    def _(raw: sqlite3.Connection, _record: object) -> None:
        raw.execute("PRAGMA max_page_count = 1")  # no less than it has

    engine.dispose()
    with pytest.raises(StregistryError, match="disk is full"):
        put(registry, 5000)
    assert registry.head()[0] == 1
    assert registry.audit().ok
    engine.dispose()


def test_a_read_only_file(tmp_path: Path) -> None:
    """It can be read; a changeset is refused with what to check."""
    with Registry.open(f"sqlite:///{tmp_path / 'kept.db'}") as registry:
        put(registry, 1)
    with Registry.open(f"sqlite:///file:{tmp_path / 'kept.db'}?mode=ro&uri=true") as registry:
        assert registry.head()[0] == 1
        with pytest.raises(StregistryError, match="read-only"):
            put(registry, 1)


def test_a_locked_file(tmp_path: Path) -> None:
    """Another program holds the lock longer than we wait: try again."""
    with Registry.open(f"sqlite:///{tmp_path / 'kept.db'}?timeout=0.1") as registry:
        other = sqlite3.connect(tmp_path / "kept.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ConflictError, match="locked by another writer"):
            put(registry, 1)
        other.close()
        put(registry, 1)
