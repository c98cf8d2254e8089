"""What it costs to take 200 000 deals in, against reading the file and writing the very rows that end up stored."""

import contextlib
import csv
import gc
import shutil
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.deals import Deals, registry_at
from stregistry.store import Batch, Store
from stregistry.store.layout import layout

pytestmark = pytest.mark.benchmark(timer=time.process_time)

Stored = dict[str, list[tuple[Any, ...]]]

DEAL = layout("deal")
VERSIONS, KEYS = DEAL.kind, "record_key"


def stored_rows(deals: Deals) -> Stored:
    """All rows the deals came to, by table: versions, child rows, the owner's keys."""
    tables = [VERSIONS, *(child.table for child in DEAL.children)]
    with contextlib.closing(sqlite3.connect(deals.full)) as db:
        found = {name: db.execute(f"SELECT * FROM {name} ORDER BY rowid").fetchall() for name in tables}
        query = f"SELECT * FROM {KEYS} WHERE kind = 'deal' ORDER BY rowid"
        found[KEYS] = db.execute(query).fetchall()
    return found


@pytest.fixture(scope="module")
def stored(deals: Deals) -> Iterator[Stored]:
    """The rows of `stored_rows`."""
    found = stored_rows(deals)
    # These million tuples belong to the benchmark: the collector must not walk them during a round.
    gc.collect()
    gc.freeze()
    yield found
    gc.unfreeze()


@pytest.fixture
def copies(deals: Deals, tmp_path: Path) -> Callable[[], tuple[Path, Path]]:
    """Makes two registries that hold only the bodies, one for the floor and one for us."""

    def fresh() -> tuple[Path, Path]:
        for old in tmp_path.iterdir():
            old.unlink()
        return tuple(Path(shutil.copy(deals.bodies, tmp_path / name)) for name in ("floor.db", "ours.db"))

    return fresh


def write_raw(path: Path, stored: Stored) -> None:
    """The stored rows by `executemany`, into the same tables with the same indexes and journal."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("BEGIN IMMEDIATE")
        for table, rows in stored.items():
            if rows:
                db.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)
        db.execute("COMMIT")


def read_csv(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        deque(csv.reader(file), maxlen=0)


def take_in(path: Path, file: Path) -> None:
    with registry_at(path) as registry:
        registry.import_file(file, "deal", actor="bench")


def test_import(compare: Any, deals: Deals, stored: Stored, copies: Any) -> None:
    """From CSV into the registry: at most 5 times `csv` and raw `executemany`."""

    def floor(path: Path, _: Path) -> None:
        read_csv(deals.file)
        write_raw(path, stored)

    compare(
        "import of 200 000 deals / csv + executemany",
        floor=floor,
        ours=lambda _, path: take_in(path, deals.file),
        bar=5.0,
        rounds=3,
        fresh=copies,
    )


def test_put(compare: Any, stored: Stored, copies: Any) -> None:
    """The put alone (digests, chain, keys, rows): at most 3 times raw `executemany`."""
    put = putting(stored)
    gc.collect()
    gc.freeze()

    def ours(_: Path, path: Path) -> None:
        with registry_at(path) as registry:
            put(registry)

    compare(
        "put of 200 000 deals / executemany",
        floor=lambda path, _: write_raw(path, stored),
        ours=ours,
        bar=3.0,
        rounds=3,
        fresh=copies,
    )


def putting(stored: Stored) -> Callable[[Store], None]:
    """The put of the stored rows as one batch, all that it needs made ready."""
    width = len(DEAL.columns)
    rows = [row[-width:] for row in stored[VERSIONS]]
    below = [_by_owner(stored[child.table], len(child.columns), len(child.derived)) for child in DEAL.children]
    children = [tuple(group.get(row[0], ()) for group in below) for row in stored[VERSIONS]]
    names = [(key, said) for _, _, key, _, _, said in stored[KEYS]]

    def put(store: Store) -> None:
        with store.changeset(actor="bench", reason="bench") as tx:
            ids = tx.new_ids(len(rows))
            tx.record_keys("deal", "default", [(key, n, said) for (key, said), n in zip(names, ids, strict=True)])
            lines = range(2, len(rows) + 2)
            tx.put_batch(Batch(layout=DEAL, ids=ids, rows=rows, children=children, document=1, lines=lines))

    return put


def _by_owner(rows: list[tuple[Any, ...]], width: int, derived: int) -> dict[int, tuple[tuple[Any, ...], ...]]:
    """Child rows as they are put: by owner, without the key before them and the computed columns after them."""
    found: dict[int, list[tuple[Any, ...]]] = {}
    for row in rows:
        start = len(row) - derived - width
        found.setdefault(row[0], []).append(row[start : start + width])
    return {owner: tuple(items) for owner, items in found.items()}


def test_same_file(compare: Any, deals: Deals, copies: Any) -> None:
    """The same file again: at most 0.3 of the first time."""
    compare(
        "the same file again / the first time",
        floor=lambda _, path: take_in(path, deals.file),
        ours=lambda _, path: take_in(path, deals.file),
        bar=0.3,
        rounds=3,
        fresh=copies,
    )


def test_same_rows(compare: Any, deals: Deals, copies: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The same rows in a file with one more line end, so that every cell is read and compared again."""
    other = tmp_path_factory.mktemp("other") / "deal.csv"
    other.write_bytes(deals.file.read_bytes() + b"\n")
    compare(
        "the same rows in other bytes / the first time",
        floor=lambda _, path: take_in(path, deals.file),
        ours=lambda _, path: take_in(path, other),
        rounds=3,
        fresh=copies,
    )
