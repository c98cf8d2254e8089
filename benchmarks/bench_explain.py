"""The records behind one figure of 200 000 deals, against the evaluation of that very indicator."""

import time
from typing import Any

import pytest

from benchmarks.bench_measures import Wanted
from benchmarks.deals import Deals, registry_at
from stregistry import Framework

pytestmark = pytest.mark.benchmark(timer=time.process_time)

ONE = Wanted("value", {}, "TRUE", "value_vnd")


def framework() -> Framework:
    names = {"vi": "Đo tốc độ", "en": "Benchmark"}
    head = {"id": "bench", "version": "1", "title": names, "sources": [{"id": "ours", "title": names}]}
    return Framework.from_document({"framework": head, "indicator": [ONE.stanza]}, "bench")


@pytest.mark.parametrize("period", ["2024", "2016..2025"])
def test_explain(compare: Any, deals: Deals, period: str) -> None:
    """A year of the largest place: at most 1.5 times the scan for all places; a snapshot of ten years explains one."""
    chosen = framework()
    with registry_at(deals.full) as registry:
        snapshot = registry.snapshot(chosen, period)
        cells = [c for c in snapshot.values if c["period"] == "2024"]
        place = max(cells, key=lambda c: c["records"])["place"]
        found = registry.explain_snapshot(snapshot, "value", place, "2024")
        assert sum(record.contribution for record in found.records) / 10**9 > 0
        compare(
            f"explain the largest figure of {period} / the indicator's own scan",
            floor=lambda: registry.indicators(chosen, period, known=snapshot.changeset),
            ours=lambda: registry.explain_snapshot(snapshot, "value", place, "2024"),
            bar=1.5,
            rounds=5,
        )
