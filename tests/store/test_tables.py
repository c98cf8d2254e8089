"""The tables as each database is asked to make them, and the selects it is asked to run."""

import pytest
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateTable

from stregistry.model import KINDS
from stregistry.store import Store
from stregistry.store.asof import as_of
from stregistry.store.layout import layout
from stregistry.store.tables import build_tables

POSTGRESQL, SQLITE = postgresql.dialect(), sqlite.dialect()


def test_keys_suit_both_databases() -> None:
    """Sixty-four bits on PostgreSQL, and on SQLite the word that makes the key the rowid."""
    deal = build_tables().kinds["deal"].current
    on_postgresql = str(CreateTable(deal).compile(dialect=POSTGRESQL))
    on_sqlite = str(CreateTable(deal).compile(dialect=SQLITE))
    for words in ("row BIGINT NOT NULL", "digest BYTEA NOT NULL", "value_vnd BIGINT", '"right" TEXT'):
        assert words in on_postgresql
    assert '"row" INTEGER NOT NULL' in on_sqlite
    assert "SERIAL" not in on_postgresql


@pytest.mark.parametrize("kind", KINDS)
def test_the_past_has_the_columns_of_the_present(kind: str) -> None:
    """And the changeset that ended it; so closing a version moves a row as it is."""
    tables = build_tables().kinds[kind]
    assert [c.name for c in tables.past.c] == [*(c.name for c in tables.current.c), "tx_to"]
    assert set(layout(kind).names) < {c.name for c in tables.current.c}
    assert ("valid_from" in tables.current.c) == KINDS[kind].about.state
    assert [c.name for c in as_of(tables, 3).c] == [c.name for c in tables.current.c]


def test_tables_live_in_the_schema_asked_for() -> None:
    """All of them, so that a registry can stand beside another system's tables."""
    assert {t.schema for t in build_tables("khcn").metadata.tables.values()} == {"khcn"}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_known_now_is_read_from_one_table(store: Store, kind: str) -> None:
    """The past is only asked when the past is wanted; both selects suit both databases."""
    for dialect in (SQLITE, POSTGRESQL):
        now = str(store.at().select(kind).compile(dialect=dialect))
        then = str(store.at(known=0).select(kind).compile(dialect=dialect))
        assert f"{kind}_past" not in now
        assert f"{kind}_past" in then
