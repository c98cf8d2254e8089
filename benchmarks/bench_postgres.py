"""What a put costs on a PostgreSQL server: in bulk against COPY of the very rows that end up stored, and one by one
against as many commits. It is wall time, with the floor in the same run to tell how busy the machine was.
"""

import contextlib
import gc
import time
from collections.abc import Iterator
from typing import Any

import pytest
from psycopg.sql import SQL, Identifier
from sqlalchemy import func, select, text
from tests.engines import Schemas, server

from benchmarks.bench_import import DEAL, VERSIONS, Stored, putting, stored_rows
from benchmarks.deals import DEALS, TIMES, Deals, repeat
from stregistry.store import Store

# The server works in a process of its own, so CPU time of this one would tell half.
pytestmark = pytest.mark.benchmark(timer=time.perf_counter)


@pytest.fixture(scope="module")
def schemas() -> Iterator[Schemas]:
    lender = Schemas(server())
    yield lender
    lender.drop()


@pytest.fixture(scope="module")
def stored(schemas: Schemas, deals: Deals) -> Stored:
    """All rows the deals came to, by table; only where there is a server."""
    found = stored_rows(deals)
    gc.collect()
    return found


def copy_raw(store: Store, stored: Stored) -> None:
    """The stored rows by COPY into the same tables with the same indexes, in one transaction."""
    with store.engine.begin() as conn:
        raw: Any = conn.connection
        with raw.cursor() as cursor:
            for table, rows in stored.items():
                with cursor.copy(SQL("COPY {} FROM STDIN").format(Identifier(table))) as copy:
                    for row in rows:
                        copy.write_row(row)


def test_put(compare: Any, schemas: Schemas, stored: Stored) -> None:
    """The put (digests, chain, keys, rows) of 200 000 deals: at most 4 times raw COPY."""
    put = putting(stored)
    lent: list[str] = []
    opened: list[Store] = []

    def fresh() -> tuple[Store, Store]:
        give_back()
        lent.extend((schemas.lend(), schemas.lend()))
        opened.extend(Store.open(schemas.address(schema)) for schema in lent)
        return opened[0], opened[1]

    def give_back() -> None:
        while opened:
            opened.pop().close()
        while lent:
            schemas.take_back(lent.pop())

    compare(
        "bulk put on PostgreSQL / COPY, wall time",
        floor=lambda store, _: copy_raw(store, stored),
        ours=lambda _, store: put(store),
        bar=4.0,
        rounds=3,
        fresh=fresh,
    )
    give_back()


@pytest.fixture(scope="module")
def million(schemas: Schemas, stored: Stored) -> Iterator[Store]:
    """A registry with a million deals, loaded in bulk, whose statistics are as a server keeps them."""
    with Store.open(schemas.address(schemas.lend())) as store:
        putting(stored)(store)
        repeat(store, [row[-len(DEAL.columns) :] for row in stored[VERSIONS]])
        table = store.tables.kinds["deal"].current
        # Else the server would do it by itself, in the middle of a round.
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            conn.execute(text("VACUUM (ANALYZE) deal, deal_parties"))
        with store.reading() as conn:
            assert conn.scalar(select(func.count()).select_from(table)) == TIMES * DEALS
        gc.collect()
        yield store


def test_single_put(compare: Any, million: Store) -> None:
    """A hundred corrections, each in a changeset of its own, of a million deals: at most 5 ms each, by the clock.

    The floor commits one changed row a hundred times: what the server and the way to it cost by themselves.
    """
    hundred = range(100_000, 100_100)
    turns = iter(range(1, 1000))

    def floor(raw: Any) -> None:
        for number in hundred:
            raw.cursor().execute("UPDATE deal SET tx_from = tx_from WHERE id = %s", (number,))
            raw.commit()

    def ours(_: Any) -> None:
        turn = next(turns)
        for number in hundred:
            with million.changeset(actor="bench", reason="bench") as tx:
                assert tx.amend(number, {"value_vnd": turn})

    with contextlib.closing(million.engine.raw_connection()) as raw:
        compare(
            "100 single corrections of 1 000 000 deals on PostgreSQL, wall time",
            floor=floor,
            ours=ours,
            seconds=0.5,
            fresh=lambda: (raw,),
        )
