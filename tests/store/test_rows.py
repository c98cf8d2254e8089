"""Rows written without waiting for each answer: how often a changeset waits, and that no refusal is missed."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import insert, text
from tests.engines import Schemas
from tests.store.conftest import ticking

from stregistry import Deal, Name, Organisation, Party, StregistryError
from stregistry.store import Store
from stregistry.store.rows import UNREAD


@pytest.fixture
def served(schemas: Schemas) -> Iterator[Store]:
    """An empty store on a server."""
    schema = schemas.lend()
    with Store.open(schemas.address(schema), clock=ticking()) as opened:
        yield opened
    schemas.take_back(schema)


@pytest.fixture
def turns(monkeypatch: pytest.MonkeyPatch, served: Store) -> list[None]:
    """One entry for each time the driver turned to the server outside of its pipeline."""
    psycopg: Any = served.engine.dialect.loaded_dbapi  # type: ignore[attr-defined]
    wait, found = psycopg.Connection.wait, []

    def counted(raw: Any, *args: Any, **options: Any) -> Any:
        if raw.pgconn.pipeline_status == psycopg.pq.PipelineStatus.OFF:
            found.append(None)
        return wait(raw, *args, **options)

    monkeypatch.setattr(psycopg.Connection, "wait", counted)
    return found


def body(name: str) -> Organisation:
    return Organisation(names=[Name(value=name)], kind="enterprise")


def test_a_correction_waits_for_the_server_as_often_as_it_reads(served: Store, turns: list[None]) -> None:
    """Lock, kind, version and its children are read; what is written goes together, then the commit."""
    with served.changeset(actor="Lan", reason="x") as tx:
        one, two = tx.put_many([body("Công ty Một"), body("Công ty Hai")])
        parties = [Party(role="transferor", body=one), Party(role="transferee", body=two)]
        deal = tx.put(Deal(title="Bao bì", status="signed", parties=parties))
    turns.clear()
    with served.changeset(actor="Lan", reason="y") as tx:
        assert tx.amend(deal, {"value_vnd": 5})
    # The lock, three reads, into the pipeline, COMMIT, and the pool's rollback of nothing.
    assert len(turns) == 7
    assert served.audit().ok


def test_what_the_server_refuses_at_the_end_undoes_the_changeset(served: Store) -> None:
    """A row that was not waited for and is refused: the error is raised in our words, nothing is written, and the
    same store writes on."""
    for many in (1, 20):  # 20 rows are copied, which the pipeline has to be left for
        refused = insert(served.tables.changeset).execution_options(**{UNREAD: True})
        row = {"number": 0, "instant": "", "actor": "", "reason": "", "opened": 0, "closed": 0, "hash": None}
        with pytest.raises(Exception, match="not-null"), served.changeset(actor="Lan", reason="x") as tx:  # noqa: PT012
            tx.put(body("Một"))
            tx._conn.execute(refused, row)
            tx.put_many([body(f"Công ty {n}") for n in range(many)])
        assert not tx.committed
        assert served.head()[0] == 0
    with served.changeset(actor="Lan", reason="x") as tx:
        tx.put_many([body(f"Công ty {n}") for n in range(20)])
    assert served.head()[0] == 1
    assert served.audit().ok


def test_a_server_that_goes_away_in_the_middle(served: Store) -> None:
    """The connection is cut while rows wait: said plainly, nothing is written, and the next changeset succeeds."""
    with pytest.raises(StregistryError, match="could not do it"), served.changeset(actor="Lan", reason="x") as tx:  # noqa: PT012
        tx.put(body("Một"))
        pid = tx._conn.connection.driver_connection.info.backend_pid  # type: ignore[union-attr]
        with served.reading() as other:
            assert other.scalar(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    with served.changeset(actor="Lan", reason="x") as tx:
        tx.put(body("Một"))
    assert served.head()[0] == 1
