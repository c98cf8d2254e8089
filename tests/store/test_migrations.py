"""Registries made by other versions: refused with what to do, and upgraded with every record and hash as it was."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import attrs
import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, create_engine, inspect
from sqlalchemy.schema import CreateSchema, DropSchema
from tests.engines import server
from tests.store.conftest import ticking
from tests.write_migration import ADDITIONS, difference, main, page, single

from stregistry import Registry, StregistryError
from stregistry.cli import main_group
from stregistry.cli.run import run
from stregistry.store import Store, migrations
from stregistry.store.engine import open_engine
from stregistry.store.tables import build_tables
from stregistry.store.transactions import Transactions

# Every table of a registry that `fill` made with the code of revision 0001, bytes as hexadecimal digits.
WRITTEN: dict[str, list[dict[str, Any]]] = json.loads((Path(__file__).parent / "revision_0001.json").read_text("utf-8"))
HEAD = (5, "d79e8e398ac247cfea353f9e55094590b959f5d6e06ee16bc81a90ff87de248a")


@attrs.frozen
class Home:
    """Where there is no registry yet."""

    address: str
    schema: str | None

    def open(self) -> Store:
        return Store.open(self.address, self.schema, clock=ticking())


@pytest.fixture(params=["sqlite", "postgresql", "postgresql schema"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Home]:
    """A file; a schema that is the connection's own; and one that has to be named, with letters that need quotes."""
    if request.param == "sqlite":
        yield Home(f"sqlite:///{tmp_path / 'registry.db'}", None)
        return
    engine = create_engine(server())
    name = f"stregistry_test_{tmp_path.name}" + (" Cần Thơ" if " " in request.param else "")
    with engine.begin() as conn:
        conn.execute(CreateSchema(name))
    own = engine.url.update_query_dict({"options": f"-csearch_path={name}"}).render_as_string(hide_password=False)
    yield Home(server(), name) if " " in name else Home(own, None)
    with engine.begin() as conn:
        conn.execute(DropSchema(name, cascade=True))
    engine.dispose()


def write_first(home: Home) -> None:
    engine = open_engine(home.address)
    with Transactions(engine).writing() as (conn, transaction):
        migrations.run(conn, home.schema, None, "0001")
        metadata = MetaData(schema=home.schema)
        for name, rows in WRITTEN.items():
            table = Table(name, metadata, autoload_with=conn)
            binary = [c.name for c in table.c if c.name in ("digest", "salt", "said")]
            for row in rows:
                conn.execute(table.insert().values({k: bytes.fromhex(v) if k in binary else v for k, v in row.items()}))
        # That code kept no revision; it is told by the hash of the tables in the head.
        Table(migrations.VERSION_TABLE, metadata).drop(conn)
        transaction.commit()
    engine.dispose()


@pytest.fixture
def first(home: Home) -> Home:
    """A registry as revision 0001 left it, with every row."""
    write_first(home)
    return home


def contents(store: Store) -> dict[str, list[dict[str, Any]]]:
    """All rows with what they hold, without columns that are empty."""
    with store.reading() as conn:
        return {
            t.name: [
                {k: v.hex() if isinstance(v, bytes) else v for k, v in row.items() if v is not None}
                for row in conn.execute(t.select().order_by(*t.primary_key)).mappings()
            ]
            for t in store.tables.metadata.sorted_tables
        }


def stopping(*words: Any) -> None:
    """An upgrade that fails at the very end."""
    migrations.run(*words)
    raise RuntimeError("power cut")


def test_a_registry_of_the_first_revision_is_upgraded_with_its_records_and_hashes(
    first: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is refused until then, and after an upgrade that failed; then it is audited, read at any time and written."""
    monkeypatch.setattr("stregistry.store.prepare.run", stopping)
    with pytest.raises(RuntimeError, match="power cut"):
        Store.upgrade(first.address, first.schema)
    monkeypatch.undo()
    with pytest.raises(StregistryError, match=r"older version.*init --upgrade"):
        first.open()
    done = Store.upgrade(first.address, first.schema)
    assert (done.before, done.after) == ("0001", migrations.latest())
    with first.open() as store:
        report = store.audit()
        assert (report.problems, report.versions, report.head) == ((), 16, HEAD)
        found = contents(store)
        for name, rows in WRITTEN.items():
            kept = [{k: v for k, v in row.items() if k != "shape"} for row in rows]
            assert sorted(found[name], key=str) == sorted(kept, key=str)
        assert sum(map(len, found.values())) == sum(map(len, WRITTEN.values()))
        assert store.at("2025-06-01").get(1).names[0].value == "Công ty Đồng Bằng"
        assert store.at("2026-06-01").get(1).names[0].value == "Công ty Cửu Long"
        assert store.at(known=3).get(7).value_vnd == 31_000_000
        with store.changeset(actor="Lan", reason="sau khi nâng") as tx:
            tx.decide(1, 2, "different", by="Lan", why="hai tổ chức")
            tx.amend(7, {"value_vnd": 33_000_000})
        assert store.audit().ok
    assert Store.upgrade(first.address, first.schema).before == migrations.latest(), "again: nothing to do"


def test_the_tables_of_an_upgraded_registry_are_those_the_model_asks_for(home: Home) -> None:
    """A field, kind or index without its revision goes red here; `make migration` writes it."""
    engine = open_engine(home.address)
    with Transactions(engine).writing() as (conn, _):
        migrations.run(conn, home.schema, None)
        made = {t.name: t for t in build_tables(home.schema).metadata.sorted_tables}
        there = inspect(conn)
        assert set(there.get_table_names(home.schema)) == {*made, migrations.VERSION_TABLE}
        if home.schema is None:  # Alembic compares the connection's own schema
            found = difference(conn, build_tables().metadata)
            assert [one.to_diff_tuple() for one in single(found.ops)] == [], "run: make migration m='what changed'"
    engine.dispose()


def test_a_new_registry_is_stamped_with_the_latest_revision(home: Home) -> None:
    """Made by opening or by an upgrade where nothing is; so the next version knows what it has to do."""
    assert Store.upgrade(home.address, home.schema).before is None
    home.open().close()
    done = Store.upgrade(home.address, home.schema)
    assert done.before == done.after == migrations.latest()


def test_an_upgrade_is_part_of_the_caller_s_transaction(first: Home) -> None:
    """Rolled back, the registry is as it was; committed, it is upgraded, and names mean to the caller what they did."""
    engine = create_engine(first.address)
    with engine.connect() as conn:
        for keep in (False, True):
            conn.exec_driver_sql("CREATE TEMPORARY TABLE IF NOT EXISTS of_the_caller (note TEXT)")
            done = Registry.upgrade(conn, first.schema)
            assert (done.before, done.after) == ("0001", migrations.latest())
            assert Registry(conn, first.schema).audit().ok
            assert conn.exec_driver_sql("SELECT count(*) FROM of_the_caller").scalar() == 0
            if first.schema is not None:
                assert conn.exec_driver_sql("SHOW search_path").scalar() == '"$user", public', "the caller's again"
            conn.commit() if keep else conn.rollback()
    engine.dispose()
    with first.open() as store:
        assert store.head() == HEAD


def change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as raw, raw:
        for statement in statements:
            raw.execute(statement)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE stregistry_version SET version_num = '0002'", r"older version .*tables 0002.* init --upgrade"),
        ("UPDATE stregistry_version SET version_num = '9001'", r"newer version .*tables 9001.* pip install --upgrade"),
        ("UPDATE stregistry_version SET version_num = 'abc'", "no released version"),
        ("DROP TABLE stregistry_version", "no released version"),
        ("DELETE FROM head", "lost its only row"),
    ],
)
def test_what_cannot_be_opened_says_what_to_do(url: str, tmp_path: Path, statement: str, words: str) -> None:
    """Columns that do not fit would lose or invent values; each case has its own next step, in both languages."""
    Store.open(url).close()
    change(tmp_path / "registry.db", statement)
    with pytest.raises(StregistryError, match=words) as caught:
        Store.open(url)
    assert caught.value.message.vi != caught.value.message.en
    if "older" not in words:
        with pytest.raises(StregistryError, match=words):
            Store.upgrade(url)


def test_tables_of_another_program_are_left_alone(url: str, tmp_path: Path) -> None:
    """A table of that name is not taken for a registry."""
    change(tmp_path / "registry.db", "CREATE TABLE head (note TEXT)")
    for act in (Store.open, Store.upgrade):
        with pytest.raises(StregistryError, match="no released version"):
            act(url)
    with closing(sqlite3.connect(tmp_path / "registry.db")) as raw:
        assert raw.execute("SELECT count(*) FROM sqlite_master").fetchone() == (1,)


def test_the_command_line_says_what_to_run_and_runs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An officer reads the way out in the error, follows it, and finds the records."""
    home = Home(f"sqlite:///{tmp_path / 'registry.db'}", None)
    write_first(home)
    monkeypatch.setenv("STREGISTRY_DB", home.address)
    monkeypatch.delenv("STREGISTRY_LANG", raising=False)  # whoever reads English runs the tests too

    def said(*words: str) -> str:
        code = run(main_group, list(words))
        return f"{code} {capsys.readouterr().err}"

    refused = said("audit")
    assert refused.startswith("1 ")
    assert "Hãy sao lưu" in refused
    assert "init --upgrade" in refused
    assert said("init", "--upgrade").startswith(f"0 Đã nâng cấu trúc bảng từ 0001 lên {migrations.latest()}")
    assert said("audit").startswith("0 ")
    assert "Đã nâng" not in said("init", "--upgrade"), "again: nothing to do"


def test_revisions_follow_one_another() -> None:
    """Each file is named after its number and goes on from the one before."""
    before = None
    for number in migrations.revisions():
        text = (Path(migrations.__file__).parent / "versions" / f"r{number}.py").read_text("utf-8")
        quoted = f'"{before}"' if before else "None"
        assert f'revision = "{number}"\ndown_revision = {quoted}\n' in text
        before = number
    assert migrations.latest() == before


def test_an_added_field_writes_its_own_revision() -> None:
    """Both columns of it, as code that makes the tables what the changed model asks for."""
    metadata = build_tables().metadata
    for name in ("submission", "submission_past"):
        metadata.tables[name].append_column(Column("remark", BigInteger().with_variant(Integer(), "sqlite")))
    with create_engine("sqlite://").begin() as conn:
        migrations.run(conn, None, None)
        found = difference(conn, metadata)
        assert all(isinstance(one, ADDITIONS) for one in single(found.ops))
        code = page(found, "9999", migrations.latest(), "Submissions carry a remark.")
        assert code.startswith('"""Submissions carry a remark."""')
        assert code.count("sa.Column('remark', BIG, nullable=True)") == 2
        space: dict[str, Any] = {}
        exec(compile(code, "r9999.py", "exec"), space)  # noqa: S102
        with Operations.context(MigrationContext.configure(conn)):
            space["upgrade"]()
        assert difference(conn, metadata).is_empty()
    conn.engine.dispose()


def test_what_would_lose_a_value_is_not_written_by_itself() -> None:
    """A table or column the model no longer has would be dropped with what stands in it."""
    metadata = build_tables().metadata
    metadata.remove(metadata.tables["submission"])
    with create_engine("sqlite://").begin() as conn:
        migrations.run(conn, None, None)
        found = difference(conn, metadata)
        assert not all(isinstance(one, ADDITIONS) for one in single(found.ops))
    conn.engine.dispose()


def test_nothing_is_written_when_nothing_changed(capsys: pytest.CaptureFixture[str]) -> None:
    """`make migration` may always be run."""
    before = set((Path(migrations.__file__).parent / "versions").iterdir())
    assert main("x") == 0
    assert "has all the model asks for" in capsys.readouterr().out
    assert set((Path(migrations.__file__).parent / "versions").iterdir()) == before
