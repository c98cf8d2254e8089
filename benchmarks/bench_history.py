"""What history costs to write and to prove: states changed in bulk and one by one, and the audit of all of it."""

import contextlib
import gc
import shutil
import sqlite3
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from benchmarks.deals import BODIES, DEALS, TIMES, Deals, registry_at, repeat
from stregistry.dates import FOREVER
from stregistry.model import Evidence, Startup
from stregistry.store import Batch, Store
from stregistry.store.layout import layout

pytestmark = pytest.mark.benchmark(timer=time.process_time)

STATES, SINGLE = 20_000, 200
FIRST, CHANGED, AGAIN = 738_000, 739_000, 739_500  # days
AUDIT = """
import re, sys
from pathlib import Path
from stregistry import Registry
with Registry.open(sys.argv[1]) as registry:
    assert registry.audit().ok
# The peak since this program began; getrusage would tell that of the one that started it.
print(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1])
"""


def state(product: str, number: int | None = None) -> Startup:
    return Startup(id=number, organisation=1, product=product, evidence=[Evidence(name="Quyết định.pdf")])


def stated(ids: range, word: str, start: int) -> Batch:
    """Each state says something of its own from a day on."""
    plan = layout(Startup)
    encoded = [plan.encode(state(f"{word} {n}")) for n in ids]
    return Batch(
        layout=plan,
        ids=ids,
        rows=[row for row, _ in encoded],
        children=[below for _, below in encoded],
        valid_from=[start] * len(ids),
        valid_to=[FOREVER] * len(ids),
    )


def change_singly(store: Store, ids: range) -> None:
    for number in ids:
        with store.changeset(actor="bench", reason="bench") as tx:
            tx.put(state("một mình", number), valid_from=AGAIN)


def test_bulk_changes(compare: Any, tmp_path: Path) -> None:
    """20 000 states split and given new content in one changeset: at most 4 s, and a tenth of 20 000 single puts."""
    source = tmp_path / "states.db"
    with registry_at(source) as registry, registry.changeset(actor="bench", reason="bench") as tx:
        ids = tx.new_ids(STATES)
        tx.put_batch(stated(ids, "sản phẩm", FIRST))
    changes = stated(ids, "đổi", CHANGED)

    def fresh() -> tuple[Store, Store]:
        for old in opened:
            old.close()
        for name in ("floor.db", "ours.db"):
            shutil.copy(source, tmp_path / name)
        opened[:] = [registry_at(tmp_path / name) for name in ("floor.db", "ours.db")]
        return opened[0], opened[1]

    def ours(_: Store, store: Store) -> None:
        with store.changeset(actor="bench", reason="bench") as tx:
            counts = tx.put_batch(changes)
        assert (counts.changed, counts.opened, counts.closed) == (STATES, 2 * STATES, STATES)

    opened: list[Store] = []
    compare(
        f"{STATES} changed states in bulk / {SINGLE} single puts",
        floor=lambda store, _: change_singly(store, ids[:SINGLE]),
        ours=ours,
        bar=STATES / SINGLE / 10,
        seconds=STATES / 5000,
        rounds=3,
        fresh=fresh,
    )
    for old in opened:
        old.close()


@pytest.fixture(scope="module")
def million(deals: Deals, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry with a million deals: the same ones, without their parties, five times under other ids."""
    path = Path(shutil.copy(deals.full, tmp_path_factory.mktemp("million") / "million.db"))
    plan = layout("deal")
    with registry_at(path) as registry:
        table = registry.tables.kinds["deal"].current
        query = select(*(table.c[name] for name in plan.names)).order_by(table.c.row)
        repeat(registry, [tuple(row) for row in registry.at().execute(query)])
        assert registry.at().execute(select(func.count()).select_from(table)) == [(TIMES * DEALS,)]
    gc.collect()
    return path


def test_single_put(compare: Any, million: Path) -> None:
    """A hundred corrections, each in a changeset of its own, of a million deals: at most 3.5 ms each."""
    hundred = range(BODIES + 100_000, BODIES + 100_100)
    turns = iter(range(1, 1000))

    def floor(db: sqlite3.Connection, _: Store) -> None:
        for number in hundred:
            db.execute("BEGIN IMMEDIATE")
            db.execute("UPDATE deal SET tx_from = tx_from WHERE id = ?", (number,))
            db.execute("COMMIT")

    def ours(_: sqlite3.Connection, store: Store) -> None:
        turn = next(turns)
        for number in hundred:
            with store.changeset(actor="bench", reason="bench") as tx:
                assert tx.amend(number, {"value_vnd": turn})

    with registry_at(million) as store, contextlib.closing(sqlite3.connect(million, isolation_level=None)) as db:
        compare(
            "100 single corrections among 1 000 000 deals / 100 commits",
            floor=floor,
            ours=ours,
            seconds=0.35,
            rounds=5,
            fresh=lambda: (db, store),
        )


def all_rows(path: Path, store: Store) -> Callable[[], None]:
    """Reads every row of every table and does nothing with it."""

    def read() -> None:
        with contextlib.closing(sqlite3.connect(path)) as db:
            for table in store.tables.metadata.sorted_tables:
                deque(db.execute(f"SELECT * FROM {table.name}"), maxlen=0)

    return read


def test_audit(compare: Any, deals: Deals) -> None:
    """At least 100 000 database rows a second."""
    with registry_at(deals.full) as store:
        with store.reading() as conn:
            tables = store.tables.metadata.sorted_tables
            rows = sum(conn.execute(select(func.count()).select_from(t)).scalar_one() for t in tables)
        compare(
            f"audit of {rows} database rows / reading them",
            floor=all_rows(deals.full, store),
            ours=store.audit,
            seconds=rows / 100_000,
            rounds=3,
        )


def test_memory_of_an_audit(benchmark: Any, deals: Deals, million: Path, capsys: Any) -> None:
    """The peak of memory of an audit of a million deals: at most 1.3 times that of a fifth of them."""

    def peaks() -> list[float]:
        found = []
        for path in (million, deals.full):
            words = [sys.executable, "-c", AUDIT, f"sqlite:///{path}"]
            found.append(int(subprocess.run(words, check=True, capture_output=True, text=True).stdout) / 1024)
        return found

    much, little = benchmark.pedantic(peaks, rounds=1)
    ratio = much / little
    with capsys.disabled():
        told = f"{much:.0f} MB / {little:.0f} MB = {ratio:.2f}   at most 1.30"
        print(f"\naudit of 1 000 000 / 200 000 deals: {told}  {'holds' if ratio <= 1.3 else 'MISSED'}")
