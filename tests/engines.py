"""The databases tests run on: SQLite, and a PostgreSQL server when its address is given.

STREGISTRY_TEST_POSTGRES holds the address of a server on which schemas may be created. Without it
tests on PostgreSQL are skipped; with CI set they fail instead, so that nobody believes they ran.
"""

import itertools
import os
import secrets
import shutil
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import URL, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.schema import CreateSchema, DropSchema

from stregistry.store import Store
from stregistry.store.tables import Tables, build_tables

VARIABLE: Final = "STREGISTRY_TEST_POSTGRES"
ENGINES: Final = ("sqlite", "postgresql")


def server() -> str:
    """The server's address. Skips the test when there is none; fails it where CI is set."""
    given = os.environ.get(VARIABLE)
    if given:
        return given
    missing = f"{VARIABLE} names no PostgreSQL server"
    if os.environ.get("CI"):
        pytest.fail(f"{missing}, and CI is set: `.ci/run` starts one")
    pytest.skip(missing)


def remember_statements(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the engines of one process share what SQLAlchemy has compiled.

    Every test opens a registry of its own, so an engine of its own, and would compile the same few
    hundred statements anew: more than half of what the tests took.
    """
    first: dict[str, Engine] = {}

    def make(url: URL, **options: Any) -> Engine:
        engine = create_engine(url, **options)
        # A PostgreSQL dialect knows the schema of its connection; an SQLite one knows nothing of the file.
        kind = "sqlite" if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=False)
        if kind in first:
            engine.dialect, engine._compiled_cache = first[kind].dialect, first[kind]._compiled_cache
        else:  # only a dialect that has met its server may be lent
            event.listen(engine, "engine_connect", lambda _: first.setdefault(kind, engine), once=True)
        return engine

    monkeypatch.setattr("stregistry.store.engine.create_engine", make)


class Files:
    """Empty registries in SQLite files, each a copy of one that was made once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)
        Store.open(self.address("empty.db")).close()

    def address(self, name: str) -> str:
        """The address under which a file is opened."""
        return f"sqlite:///{self._folder / name}"

    def lend(self) -> str:
        """The name of a file that holds the tables and nothing else."""
        name = f"{next(self._numbers)}.db"
        shutil.copyfile(self._folder / "empty.db", self._folder / name)
        return name

    def take_back(self, name: str) -> None:
        """Removes a file and what SQLite keeps beside it."""
        for suffix in ("", "-wal", "-shm"):
            (self._folder / f"{name}{suffix}").unlink(missing_ok=True)


class Schemas:
    """Empty registries on one server, each in a schema of its own, emptied and lent again.

    Making the tables takes a hundred times as long as emptying them, so a process makes few.
    """

    def __init__(self, address: str) -> None:
        self._engine = create_engine(address)
        self._free: list[str] = []
        self._head: dict[str, tuple[Any, ...]] = {}
        self._tables: dict[str, Tables] = {}

    def address(self, schema: str) -> str:
        """The address under which the schema is the connection's own."""
        url = self._engine.url.update_query_dict({"options": f"-csearch_path={schema}"})
        return url.render_as_string(hide_password=False)

    def lend(self) -> str:
        """The name of a schema that holds the tables and nothing else."""
        if self._free:
            return self._free.pop()
        schema = f"stregistry_test_{secrets.token_hex(8)}"
        with self._engine.begin() as conn:
            conn.execute(CreateSchema(schema))
        with Store.open(self.address(schema)) as store, store.reading() as conn:
            self._tables[schema] = build_tables(schema)
            self._head[schema] = tuple(conn.execute(store.tables.head.select()).one())
        return schema

    def take_back(self, schema: str) -> None:
        """Empties a schema so that it can be lent again."""
        tables = self._tables[schema]
        with self._engine.begin() as conn:
            conn.execute(text(";".join(f'DELETE FROM "{schema}"."{t.name}"' for t in tables.metadata.sorted_tables)))
            conn.execute(tables.head.insert().values(self._head[schema]))
        self._free.append(schema)

    def drop(self) -> None:
        """Removes every schema this process made."""
        with self._engine.begin() as conn:
            for schema in self._head:
                conn.execute(DropSchema(schema, cascade=True))
        self._engine.dispose()


def named(address: str) -> str:
    """The engine of an address: sqlite or postgresql."""
    return make_url(address).get_backend_name()
