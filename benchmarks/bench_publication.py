"""A publication written and read: against bare pyarrow, and against a scan of its files written by hand in DuckDB."""

import contextlib
import json
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks.bench_measures import WANTED, Wanted, by_hand, framework, larger, two_parties  # noqa: F401  # fixtures
from benchmarks.deals import DEALS, registry_at
from stregistry import Framework, Registry

pytestmark = pytest.mark.benchmark(timer=time.process_time)

VALID = "2025-12-31"
TABLES = ("deal", "records/deal", "records/deal_parties")
# How many times the 200 000 deals stand in the publication that is scanned: 50 are the ten million of the claim.
TIMES = 50


def test_publication_of_a_million_deals(compare: Any, larger: Path, tmp_path: Path) -> None:  # noqa: F811
    """Read from SQLite, flattened and written, with the versions and parties beside: at most 3 times bare pyarrow.

    The floor has the very rows already in memory, as tuples like a database driver gives them, and only makes Arrow
    columns of them and writes these to the same three files with the same compression.
    """
    with registry_at(larger) as registry:
        registry.publish(tmp_path / "made", valid=VALID)
        rows = {name: _rows(tmp_path / "made" / f"{name}.parquet") for name in TABLES}
        assert len(rows["deal"][1]) == 5 * DEALS
        compare(
            "publication of 1 000 000 deals / bare pyarrow write of its rows",
            floor=lambda: [_write(*some, tmp_path / "floor.parquet") for some in rows.values()],
            ours=lambda: registry.publish(tmp_path / "made", valid=VALID),
            bar=3,
            rounds=3,
        )


def _rows(path: Path) -> tuple[Any, list[tuple[Any, ...]]]:
    table = pq.read_table(path)
    return table.schema, list(zip(*(column.to_pylist() for column in table.columns), strict=True))


def _write(schema: Any, rows: list[tuple[Any, ...]], path: Path) -> None:
    columns = [pa.array(values, field.type) for values, field in zip(zip(*rows, strict=True), schema, strict=True)]
    pq.write_table(pa.Table.from_arrays(columns, schema=schema), path, compression="zstd")


# ---- figures from a publication ------------------------------------------------------------


@attrs.frozen
class Published:
    """A publication with TIMES the deals, opened; and the same files as tables of a plain DuckDB connection."""

    registry: Registry
    plain: Any


@pytest.fixture(scope="module")
def published(two_parties: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:  # noqa: F811
    folder = tmp_path_factory.mktemp("published") / "made"
    with registry_at(two_parties) as registry:
        registry.publish(folder, valid=VALID)
    for name, numbers in (("deal", ("row", "facts", "id")), ("deal_parties", ("facts",))):
        _repeat(folder / "records" / f"{name}.parquet", numbers)
    manifest = json.loads((folder / "datapackage.json").read_bytes())
    for one in manifest["resources"]:
        one["bytes"] = (folder / one["path"]).stat().st_size
    (folder / "datapackage.json").write_text(json.dumps(manifest), encoding="utf-8")
    plain = duckdb.connect()
    for name in ("deal", "deal_parties", "organisation"):
        plain.read_parquet(str(folder / "records" / f"{name}.parquet")).create_view(name)
    with Registry.open(f"publication:{folder}") as opened:
        yield Published(opened, plain)


def _repeat(path: Path, numbers: tuple[str, ...]) -> None:
    """The rows TIMES over under other numbers, as row groups of a publication."""
    table = pq.read_table(path)
    with pq.ParquetWriter(path, table.schema, compression="zstd") as writer:
        for turn in range(TIMES):
            shifted = table
            for name in numbers:
                at = table.schema.get_field_index(name)
                moved = pa.compute.add(table[name], turn * 10_000_000)
                shifted = shifted.set_column(at, table.schema.field(at), moved)
            writer.write_table(shifted, row_group_size=122_880)


def fifty() -> tuple[Wanted, ...]:
    """Fifty indicators: the twenty, and thirty amounts and counts by two conditions."""
    more = [
        Wanted(
            f"{direction}_{status}_{sort}",
            {"direction": direction, "status": status},
            f"direction = '{direction}' AND status = '{status}'",
            "value_vnd" if sort == "value" else None,
        )
        for sort in ("count", "value")
        for direction in ("domestic", "inbound", "outbound")
        for status in ("signed", "in_force", "completed", "terminated", "void")
    ]
    return (*WANTED, *more)


@pytest.mark.parametrize(("wanted", "bar"), [(WANTED, 1.4), (fifty(), 1.15)], ids=["20", "50"])
def test_figures_from_a_publication(compare: Any, published: Published, wanted: tuple[Wanted, ...], bar: float) -> None:
    """20 and 50 indicators, 34 provinces, 10 years, over the Parquet files: against one statement written by hand."""
    document = framework().document | {"indicator": [one.stanza for one in wanted]}
    chosen, query = Framework.from_document(document, "bench"), by_hand(wanted)
    counted = sum(
        c.value or 0 for c in published.registry.indicators(chosen, "2016..2025").cells if c.indicator == "deals"
    )
    assert counted == pytest.approx(sum(row[2] for row in published.plain.execute(query).fetchall()), rel=0.1)
    compare(
        f"{len(wanted)} indicators over {TIMES * DEALS:,} published deals / one scan by hand",
        floor=lambda: published.plain.execute(query).fetchall(),
        ours=lambda: published.registry.indicators(chosen, "2016..2025"),
        bar=bar,
        rounds=3,
    )


# ---- memory of exports ---------------------------------------------------------------------

# The whole command, and the peak of its own process: VmHWM, since ru_maxrss begins with the parent's.
_EXPORT = """
import re, sys
from pathlib import Path
from stregistry.cli import main
try:
    main()
except SystemExit as done:
    assert not done.code
print(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1])
"""


@pytest.fixture(scope="module")
def tenth(larger: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: F811
    """The registry of a million deals with only its first hundred thousand."""
    path = Path(shutil.copy(larger, tmp_path_factory.mktemp("tenth") / "tenth.db"))
    with contextlib.closing(sqlite3.connect(path)) as db:
        (last,) = db.execute("SELECT row FROM deal ORDER BY row LIMIT 1 OFFSET ?", (DEALS // 2 - 1,)).fetchone()
        db.execute("DELETE FROM deal WHERE row > ?", (last,))
        db.execute("DELETE FROM deal_parties WHERE facts NOT IN (SELECT facts FROM deal)")
        db.commit()
        assert db.execute("SELECT COUNT(*) FROM deal").fetchone() == (DEALS // 2,)
    return path


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet", "xlsx"])
def test_export_memory(weigh: Any, tenth: Path, larger: Path, tmp_path: Path, ending: str) -> None:  # noqa: F811
    """The peak of memory of `list deal --out` of a million deals: at most 1.3 times that of a hundred thousand."""

    def export(registry: Path) -> float:
        words = ["--db", f"sqlite:///{registry}", "list", "deal", "--out", str(tmp_path / f"out.{ending}")]
        done = subprocess.run([sys.executable, "-c", _EXPORT, *words], check=True, capture_output=True, text=True)
        return int(done.stdout.split()[-1]) / 1024

    weigh(
        f"export of 1 000 000 / 100 000 deals to {ending}",
        floor=lambda: export(tenth),
        ours=lambda: export(larger),
        bar=1.3,
    )
