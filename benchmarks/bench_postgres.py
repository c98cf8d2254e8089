"""What a bulk put costs on a PostgreSQL server, against COPY of the very rows that end up stored; wall time."""

import gc
import time
from collections.abc import Iterator
from typing import Any

import pytest
from psycopg.sql import SQL, Identifier
from tests.engines import Schemas, server

from benchmarks.bench_import import Stored, putting, stored_rows
from benchmarks.deals import Deals
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
