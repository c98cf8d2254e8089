"""Observed series over merged and split territories, against figures worked out by hand."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from stregistry.evaluate import explain, indicators
from stregistry.framework import Framework
from stregistry.model import Observation
from stregistry.store import Store

BOTH = {"vi": "x", "en": "x"}
SHARES = {"92": "72.6", "93": "28.4", "94": "32.4"}
PEOPLE = {"92": "1200000", "93": "700000", "94": "1100000"}


def framework(series: str, basis: str | None = None, level: str = "province") -> Framework:
    params = {"series": series} | ({"basis": basis} if basis else {})
    document = {
        "framework": {"id": "test", "version": "1", "title": BOTH},
        "evaluation": {"places": "vn-2025", "level": level},
        "indicator": [{"id": "x", "name": BOTH, "direction": "up", "measure": "series", "params": params}],
    }
    return Framework.from_document(document, "test.toml")


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    with Store.open(address) as opened:
        yield opened


def observe(store: Store, series: str, values: dict[str, str], **more: Any) -> None:
    with store.changeset(actor="a", reason="b") as tx:
        for place, value in values.items():
            tx.put(Observation(series=series, place=place, value=Decimal(value), period="2024", **more))


def cell(store: Store, series: str, place: str = "92", **more: Any) -> Any:
    found = indicators(store.at(valid="2025-12-31"), framework(series, **more), "2024").cell("x", place, "2024")
    return found.missing or found.value


def test_a_rate_of_merged_provinces_is_weighted_by_its_population(store: Store) -> None:
    """(72.6 x 1.2 + 28.4 x 0.7 + 32.4 x 1.1) / 3.0 = 47.5466..., neither the plain mean 44.47 nor the sum."""
    observe(store, "urban_share", SHARES)
    observe(store, "population", PEOPLE, basis="average")
    observe(store, "population", {"92": "1500000", "93": "900000", "94": "1800000"}, basis="registered")
    assert cell(store, "urban_share") == pytest.approx(1426.4 / 30)


def test_the_parts_of_a_mean_add_up_to_it_and_its_weights_are_told(store: Store) -> None:
    """Each province with its weighted share; what it was weighted by stands apart and adds nothing."""
    observe(store, "urban_share", SHARES)
    observe(store, "population", PEOPLE, basis="average")
    found = explain(store.at(valid="2025-12-31"), framework("urban_share"), "x", "92", "2024")
    assert [(r.part, r.place, r.contribution) for r in found.records] == [
        ("value", "92", Fraction("72.6") * 12 / 30),
        ("value", "93", Fraction("28.4") * 7 / 30),
        ("value", "94", Fraction("32.4") * 11 / 30),
        ("value.weight", "92", 1_200_000),
        ("value.weight", "93", 700_000),
        ("value.weight", "94", 1_100_000),
    ]
    assert found.total["value"] == Fraction("1426.4") / 30
    assert found.cell.records == 3


def test_an_own_figure_of_the_merged_province_needs_no_weights(store: Store) -> None:
    """What somebody observed for the new territory goes before anything made from the old."""
    observe(store, "urban_share", SHARES)
    observe(store, "urban_share", {"92": "50"}, map="vn-2025")
    assert cell(store, "urban_share") == 50


@pytest.mark.parametrize(
    ("shares", "people", "basis", "missing"),
    [
        (SHARES, {"92": "1", "93": "1"}, "average", "no_denominator"),  # one weight is not known
        (SHARES, PEOPLE, "registered", "no_denominator"),  # weights on a basis the series does not name
        (SHARES, dict.fromkeys(PEOPLE, "0"), "average", "no_denominator"),
        ({"92": "1", "93": "2"}, PEOPLE, "average", "no_observation"),  # one figure is not known
        ({}, PEOPLE, "average", "no_observation"),
    ],
)
def test_a_mean_without_all_it_needs_is_missing(
    store: Store, shares: dict[str, str], people: dict[str, str], basis: str, missing: str
) -> None:
    """Never a mean of what happens to be there."""
    observe(store, "urban_share", shares)
    observe(store, "population", people, basis=basis)
    assert cell(store, "urban_share") == missing


def test_weights_of_two_bases_are_mixed(store: Store) -> None:
    """The labour force has no basis of its own to name; two at once cannot weigh one mean."""
    observe(store, "unemployment_rate", SHARES)
    observe(store, "labour_force", PEOPLE)
    assert cell(store, "unemployment_rate") == pytest.approx(1426.4 / 30)
    observe(store, "labour_force", {"93": "5"}, basis="other")
    assert cell(store, "unemployment_rate") == "mixed_basis"


@pytest.mark.parametrize("series", ["pii", "a_series_of_ones_own"])
def test_what_cannot_be_combined_says_so(store: Store, series: str) -> None:
    """An index of three provinces is none of the merged one; a series nobody described is not added up either."""
    assert cell(store, series) == "no_observation"
    observe(store, series, SHARES)
    assert cell(store, series) == "not_combinable"
    assert cell(store, series, place="01") == "no_observation"


def test_a_figure_of_a_split_commune_is_not_shared_out(store: Store) -> None:
    """Ward Long Tuyền went to two wards: both are ambiguous, while a ward made of whole ones adds up."""
    observe(store, "population", {"31183": "9000", "31180": "4000"})
    assert cell(store, "population", place="31183", level="commune") == "ambiguous_split"
    observe(store, "population", {"31123": "5000", "31135": "6000"})
    assert cell(store, "population", place="31135", level="commune") == "no_observation"
    observe(store, "population", {"31144": "7000"})
    assert cell(store, "population", place="31135", level="commune") == 18_000
