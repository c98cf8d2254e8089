"""Why every figure of the map moved, against the evaluation of the indicators at either end."""

import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from benchmarks.bench_measures import Wanted
from benchmarks.deals import Deals, registry_at
from stregistry import Framework, Registry

pytestmark = pytest.mark.benchmark(timer=time.process_time)

MOVED = 1000
WANTED = (
    Wanted("deals", {}, "TRUE"),
    Wanted("value", {}, "TRUE", "value_vnd"),
    Wanted("domestic", {"direction": "domestic"}, "direction = 'domestic'", "value_vnd"),
)


def framework() -> Framework:
    names = {"vi": "Đo tốc độ", "en": "Benchmark"}
    head = {"id": "bench", "version": "1", "title": names, "sources": [{"id": "ours", "title": names}]}
    return Framework.from_document({"framework": head, "indicator": [one.stanza for one in WANTED]}, "bench")


def correct(registry: Registry) -> None:
    """A thousand deals of the year are worth a tenth more than was said."""
    deals = [deal for deal in registry.at().records("deal") if deal.signed_on and deal.signed_on.first.year == 2024]
    with registry.changeset(actor="bench", reason="corrected") as tx:
        for deal in deals[:MOVED]:
            if deal.value_vnd is not None:
                tx.amend(deal.id, {"value_vnd": deal.value_vnd + deal.value_vnd // 10})


def test_of_the_whole_map(compare: Any, deals: Deals, tmp_path: Path) -> None:
    """All figures of 34 provinces after a thousand corrections, every record behind them compared."""
    path = tmp_path / "later.db"
    shutil.copy(deals.full, path)
    chosen = framework()
    with registry_at(path) as registry:
        old = registry.snapshot(chosen, "2024")
        correct(registry)
        new = registry.snapshot(chosen, "2024")
        found = registry.diff_snapshots(old, new)
        moved = {record.id for move in found.figures for record in move.records}
        for move in found.figures:
            assert sum(record.contribution for record in move.records) == move.change

        def both_ends() -> None:
            registry.indicators(chosen, "2024", known=old.changeset)
            registry.indicators(chosen, "2024", known=new.changeset)

        compare(
            f"diff of the whole map, {len(found.figures)} figures, {len(moved)} records / the indicators twice",
            floor=both_ends,
            ours=lambda: registry.diff_snapshots(old, new),
            bar=None,
            rounds=5,
        )
