"""A registry on an engine or a connection the caller made: whose transaction it is, and whose engine."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, event, inspect, text
from sqlalchemy.schema import DropSchema
from tests.engines import named, server
from tests.store.conftest import fill, ticking

from stregistry import ConflictError, Name, Organisation, Registry, StregistryError
from stregistry.store import Store


@pytest.fixture
def engine(address: str, tmp_path: Path) -> Iterator[Engine]:
    """An engine as a caller makes it, without anything of ours; the test runs on each engine."""
    made = create_engine(f"sqlite:///{tmp_path / 'own.db'}" if named(address) == "sqlite" else address)
    with made.begin() as conn:
        conn.execute(text("CREATE TABLE IF NOT EXISTS of_the_caller (note TEXT)"))
        conn.execute(text("DELETE FROM of_the_caller"))
    yield made
    with made.begin() as conn:
        conn.execute(text("DROP TABLE of_the_caller"))
    made.dispose()


def body(name: str) -> Organisation:
    return Organisation(names=[Name(value=name)], kind="enterprise")


def state(engine: Engine) -> tuple[int, int]:
    """The last changeset, and how many rows the caller's own table has."""
    with engine.connect() as conn:
        notes = conn.execute(text("SELECT count(*) FROM of_the_caller")).scalar_one()
    return Registry(engine).head()[0], notes


def test_everything_works_on_the_caller_s_engine_and_it_stays_open(engine: Engine) -> None:
    """All kinds are stated and audited on a plain engine; closing the registry leaves its connections alone."""
    with Store(engine, clock=ticking()) as store:
        fill(store)
        assert store.audit().ok
        pool = engine.pool
    assert engine.pool is pool
    assert Store(engine).head()[0] == 5


def test_a_changeset_that_raises_is_undone_on_the_caller_s_engine(engine: Engine) -> None:
    """SQLite's driver alone would keep part of it."""
    registry = Registry(engine)
    with pytest.raises(RuntimeError, match="stop"), registry.changeset(actor="Lan", reason="x") as tx:  # noqa: PT012
        tx.put(body("Một"))
        raise RuntimeError("stop")
    assert state(engine) == (0, 0)
    assert registry.audit().ok


def test_a_changeset_is_committed_and_rolled_back_with_the_caller_s_transaction(engine: Engine) -> None:
    """Both what the caller wrote and the changeset are there after commit, neither after rollback."""
    registry = Registry(engine)
    for keep in (False, True):
        with engine.connect() as conn:
            conn.execute(text("INSERT INTO of_the_caller VALUES ('với đợt cập nhật')"))
            mine = registry.on(conn)
            with mine.changeset(actor="Lan", reason="x") as tx:
                tx.put(body("Một"))
            assert mine.head()[0] == 1
            assert [r.names[0].value for r in mine.at().records("organisation")] == ["Một"]
            conn.commit() if keep else conn.rollback()
        assert state(engine) == ((1, 1) if keep else (0, 0))
    assert registry.audit().ok


def test_a_changeset_that_raises_leaves_the_caller_s_transaction_whole(engine: Engine) -> None:
    """Only the changeset is undone; the caller goes on, and the next changeset takes its number."""
    registry = Registry(engine)
    with engine.begin() as conn:
        conn.execute(text("INSERT INTO of_the_caller VALUES ('trước')"))
        mine = registry.on(conn)
        with pytest.raises(RuntimeError, match="stop"), mine.changeset(actor="Lan", reason="x") as tx:  # noqa: PT012
            tx.put(body("Một"))
            raise RuntimeError("stop")
        with mine.changeset(actor="Lan", reason="x"):
            pass
        with mine.changeset(actor="Lan", reason="x") as tx:
            tx.put(body("Hai"))
    assert state(engine) == (1, 1)
    assert registry.audit().ok


def test_a_registry_is_created_inside_the_caller_s_transaction(engine: Engine) -> None:
    """Rolled back, not even its tables are there."""
    already = inspect(engine).has_table("head")  # a lent schema has them
    with engine.connect() as conn:
        with Registry(conn).changeset(actor="Lan", reason="x") as tx:
            tx.put(body("Một"))
        conn.rollback()
    assert inspect(engine).has_table("head") == already


def test_the_lock_of_the_head_is_held_until_the_caller_commits(engine: Engine) -> None:
    """A second writer waits for the caller's commit, and gets the next number."""
    registry, seen = Registry(engine), []

    def second() -> None:
        with registry.changeset(actor="Minh", reason="y") as tx:
            tx.put(body("Hai"))
            seen.append(tx.number)

    with engine.begin() as conn:
        with registry.on(conn).changeset(actor="Lan", reason="x") as tx:
            tx.put(body("Một"))
        writer = threading.Thread(target=second)
        writer.start()
        writer.join(0.3)
        assert seen == []
    writer.join(10)
    assert seen == [2]
    assert registry.audit().ok


def test_a_connection_holds_one_changeset_at_a_time(engine: Engine) -> None:
    """Reading or writing while one is open is refused: it would see half of it."""
    with engine.connect() as conn:
        mine = Registry(conn)
        with mine.changeset(actor="Lan", reason="x") as tx:
            tx.put(body("Một"))
            with pytest.raises(ConflictError, match="changeset is open"):
                mine.head()


@pytest.mark.parametrize("wrap", [lambda e: e, lambda e: e.connect()], ids=["engine", "connection"])
def test_autocommit_is_refused(engine: Engine, wrap: Callable[[Engine], object]) -> None:
    """A connection or an engine that commits every statement is refused before a changeset begins."""
    bind = wrap(engine.execution_options(isolation_level="AUTOCOMMIT"))
    try:
        with (
            pytest.raises(StregistryError, match="AUTOCOMMIT"),
            Registry(bind).changeset(actor="Lan", reason="x") as tx,  # type: ignore[arg-type]
        ):
            tx.put(body("Một"))
    finally:
        if bind is not engine and hasattr(bind, "close"):
            bind.close()


def test_erasing_inside_the_caller_s_transaction_is_refused(engine: Engine) -> None:
    """Bytes would stay in the tables; the error says where erasing works."""
    with engine.connect() as conn, pytest.raises(StregistryError, match="opened by its address"):
        Registry(conn).erase(1, ["email"], why="x", actor="Lan")


def test_an_engine_that_begins_by_itself_is_left_to(tmp_path: Path) -> None:
    """SQLAlchemy's recipe for SQLite (no implicit BEGIN, a listener instead) works as it is."""
    made = create_engine(f"sqlite:///{tmp_path / 'own.db'}")

    @event.listens_for(made, "connect")
    def _(raw: sqlite3.Connection, _record: object) -> None:
        raw.isolation_level = None

    event.listen(made, "begin", lambda conn: conn.exec_driver_sql("BEGIN"))
    with Store(made, clock=ticking()) as store:
        fill(store)
        assert store.audit().ok
    made.dispose()


def test_a_memory_engine_of_the_caller_works() -> None:
    """`create_engine("sqlite://")` is one connection per thread; a second use of it is refused."""
    made = create_engine("sqlite://")
    with Store(made, clock=ticking()) as store:
        fill(store)
        assert store.audit().ok
        with store.changeset(actor="Lan", reason="x"), pytest.raises(ConflictError, match="in memory"):
            store.head()
    made.dispose()


def test_a_schema_holds_a_registry_of_its_own() -> None:
    """Two schemas of one server are two registries with the same content and hash; a missing one is created."""
    address = server()
    heads = set()
    made = create_engine(address)
    names = ("stregistry test Cần Thơ", "stregistry_test_b")
    try:
        for name in names:
            with Store.open(address, name, clock=ticking()) as store:
                fill(store)
                assert store.audit().ok
                heads.add(store.head()[0])
            with Store(made, name) as again:
                assert again.head()[0] == 5
            with made.connect() as conn:
                assert Store(made, name).on(conn).head()[0] == 5
        assert heads == {5}
        assert set(names) <= set(inspect(made).get_schema_names())
    finally:
        with made.begin() as conn:
            for name in names:
                conn.execute(DropSchema(name, cascade=True, if_exists=True))
        made.dispose()


def test_a_schema_is_refused_on_sqlite() -> None:
    """SQLite has none; the error says so instead of naming an unknown database."""
    with pytest.raises(StregistryError, match="has no schema 'city'"):
        Registry.open("sqlite://", "city")
