"""The records behind one figure of 200 000 deals, against the evaluation of that very indicator for the whole map."""

import time
from typing import Any

import pytest

from benchmarks.deals import Deals, registry_at
from stregistry import Framework
from stregistry.evaluate import Explanation

pytestmark = pytest.mark.benchmark(timer=time.process_time)

DEALS = {"of": "deal", "when": "flow", "on": "signed_on", "place": "transferee"}
INLAND = {"direction": "domestic"}
# Every form of an indicator that counts records: the measure, and its parameters.
FORMS: dict[str, tuple[str, dict[str, Any]]] = {
    "count": ("count", DEALS),
    "stock": ("count", {**DEALS, "when": "stock"}),
    "sum": ("sum", {**DEALS, "field": "value_vnd"}),
    "mean": ("mean", {**DEALS, "field": "value_vnd"}),
    "share": ("share", {**DEALS, "where": INLAND}),
    "share of value": ("share", {**DEALS, "where": INLAND, "field": "value_vnd"}),
    "distinct": ("distinct", {**DEALS, "field": "channel"}),
    "ratio": ("ratio", {"top": "sum", "bottom": "count"}),
    "growth": ("growth", {"indicator": "sum"}),
}
NEEDS = {"ratio": ("sum", "count"), "growth": ("sum",)}


def framework(form: str) -> Framework:
    """One indicator of the form, `asked`, and those it is made from."""
    names = {"vi": "Đo tốc độ", "en": "Benchmark"}
    head = {"id": "bench", "version": "1", "title": names, "sources": [{"id": "ours", "title": names}]}
    about = {"name": names, "measured_in": names, "direction": "up", "source": "ours"}
    wanted = {"asked": FORMS[form], **{one: FORMS[one] for one in NEEDS.get(form, ())}}
    stanzas = [{"id": one, "measure": measure, "params": params, **about} for one, (measure, params) in wanted.items()]
    return Framework.from_document({"framework": head, "indicator": stanzas}, "bench")


def check(found: Explanation) -> int:
    """The number of records, which must add up to the totals the figure is made of."""
    for part, total in found.total.items():
        assert sum(record.contribution for record in found.records if record.part == part) == total
    return len(found.records)


def live(compare: Any, deals: Deals, form: str, place: str, *, told: bool, bar: float | None) -> None:
    chosen = framework(form)
    with registry_at(deals.full) as registry:
        number = check(registry.explain(chosen, "asked", place, "2024"))

        def explain() -> None:
            found = registry.explain(chosen, "asked", place, "2024")
            if told:
                assert len(found.records) == number

        compare(
            f"explain a {form} in {place}, {number} records{' told' if told else ''} / its own scan",
            floor=lambda: registry.indicators(chosen, "2024"),
            ours=explain,
            bar=bar,
            rounds=7,
        )


@pytest.mark.parametrize("form", FORMS)
def test_as_known_now(compare: Any, deals: Deals, form: str) -> None:
    """Cần Thơ, every record told: over the registry itself the very scan of the indicator also gives the records."""
    live(compare, deals, form, "92", told=True, bar=1.5)


@pytest.mark.parametrize("form", FORMS)
def test_the_largest(compare: Any, deals: Deals, form: str) -> None:
    """The place with the most deals, a quarter of the year's: the figure with its sums, every record read with it."""
    live(compare, deals, form, "79", told=False, bar=1.5)


@pytest.mark.parametrize("form", ["sum", "share"])
def test_the_largest_told(compare: Any, deals: Deals, form: str) -> None:
    """The same with one object made for each of so many records, which takes half as long as the scan."""
    live(compare, deals, form, "79", told=True, bar=None)


@pytest.mark.parametrize("periods", ["2024", "2016..2025"])
def test_of_a_snapshot(compare: Any, deals: Deals, periods: str) -> None:
    """A sum in Cần Thơ in a snapshot of one year and of ten, every record told."""
    chosen = framework("sum")
    with registry_at(deals.full) as registry:
        snapshot = registry.snapshot(chosen, periods)
        number = check(registry.explain_snapshot(snapshot, "asked", "92", "2024"))
        compare(
            f"explain in a snapshot of {periods}, {number} records told / its own scan",
            floor=lambda: registry.indicators(chosen, periods, known=snapshot.changeset),
            ours=lambda: registry.explain_snapshot(snapshot, "asked", "92", "2024").records,
            bar=1.5,
            rounds=7,
        )
