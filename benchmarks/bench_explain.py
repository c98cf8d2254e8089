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


def measure(compare: Any, deals: Deals, periods: str, place: str, claim: str, bar: float | None) -> None:
    chosen = framework()
    with registry_at(deals.full) as registry:
        snapshot = registry.snapshot(chosen, periods)
        found = registry.explain_snapshot(snapshot, "value", place, "2024")
        assert sum(record.contribution for record in found.records) == round(found.cell.value or 0)
        compare(
            f"{claim}, {len(found.records)} records / the indicator's own scan",
            floor=lambda: registry.indicators(chosen, periods, known=snapshot.changeset),
            ours=lambda: registry.explain_snapshot(snapshot, "value", place, "2024"),
            bar=bar,
            rounds=7,
        )


def test_of_one_year(compare: Any, deals: Deals) -> None:
    """Cần Thơ in a snapshot of one year: at most 1.5 times the indicator for the whole map."""
    measure(compare, deals, "2024", "92", "explain in a snapshot of 2024", 1.5)


def test_of_ten_years(compare: Any, deals: Deals) -> None:
    """The same in a snapshot of ten years."""
    measure(compare, deals, "2016..2025", "92", "explain in a snapshot of ten years", 1.5)


def live(compare: Any, deals: Deals, place: str, claim: str, bar: float | None) -> None:
    chosen = framework()
    with registry_at(deals.full) as registry:
        found = registry.explain(chosen, "value", place, "2024")
        assert sum(record.contribution for record in found.records) == round(found.cell.value or 0)
        compare(
            f"{claim}, {len(found.records)} records / the indicator's own scan",
            floor=lambda: registry.indicators(chosen, "2024"),
            ours=lambda: registry.explain(chosen, "value", place, "2024"),
            bar=bar,
            rounds=7,
        )


def test_as_known_now(compare: Any, deals: Deals) -> None:
    """Over the registry itself the very scan of the indicator also gives the records of the place."""
    live(compare, deals, "92", "explain as known now", 1.5)


def test_the_largest(compare: Any, deals: Deals) -> None:
    """The place with the most deals, a quarter of the year's: putting names to them costs more than the scan."""
    measure(compare, deals, "2024", "79", "explain the largest place", None)
