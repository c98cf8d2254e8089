"""Every measure against a count day by day, for every unit and period, on random registries."""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import naive_count as naive
import pytest
from random_registry import World, build
from tests.conftest import addresses

from stregistry.dates import ALWAYS, FOREVER, day, periods_of
from stregistry.errors import NotFoundError
from stregistry.evaluate import IndicatorTable, explain, indicators
from stregistry.evaluate.indicators import rounded
from stregistry.evaluate.left_out import left_out_records
from stregistry.framework import Framework
from stregistry.places import place_map
from stregistry.store import Store

BOTH = {"vi": "x", "en": "x"}
VALID = "2026-03-15"
PERIODS = ["2022..2026", "2025Q1..2025Q4", "2025H1,2025H2", "2024-02,2025-06,2025-07,2025M9"]


def indicator(id: str, measure: str, params: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": id, "name": BOTH, "direction": "up", "measure": measure, "params": params, **more}


DEAL = {"of": "deal"}
SCHOOLS = {"transferor": {"kind": ["university", "institute"]}}
LIVE = {"status": ["signed", "completed"]}
INDICATORS = [
    indicator("deals", "count", {**DEAL}),
    indicator("live", "count", {**DEAL, "where": LIVE}, breakdown=["object", "status"]),
    indicator("registered", "count", {**DEAL, "on": "registered_on"}),
    indicator("by_giver", "count", {**DEAL, "place": "transferor", "where": {"object": ["process"]}}),
    indicator("from_schools", "count", {**DEAL, "where": SCHOOLS}),
    indicator("value", "sum", {**DEAL, "field": "value_vnd", "where": LIVE}, scale=1e-9),
    indicator(
        "large", "count", {**DEAL, "where": {"value_vnd": {"min": 5 * 10**11}, "registered_on": {"missing": False}}}
    ),
    indicator("mean", "mean", {**DEAL, "field": "value_vnd"}),
    indicator("school_share", "share", {**DEAL, "field": "value_vnd", "where": SCHOOLS, "among": LIVE}),
    indicator("live_share", "share", {**DEAL, "where": LIVE}),
    indicator("objects", "distinct", {**DEAL, "field": "object"}),
    indicator("per_deal", "ratio", {"top": "value", "bottom": "deals"}),
    indicator("growth", "growth", {"indicator": "deals", "same_period": True}),
    indicator("active", "count", {"of": "partnership", "when": "stock"}),
    indicator("countries", "distinct", {"of": "partnership", "field": "partner_countries"}),
    indicator("patents", "count", {"of": "asset", "when": "stock", "where": {"kind": "patent"}}),
    indicator("schools_patents", "count", {"of": "asset", "where": {"organisation": {"kind": "university"}}}),
    indicator("startups", "count", {"of": "startup"}),
    indicator(
        "seed_in_schools",
        "count",
        {"of": "startup", "where": {"stage": "seed", "organisation": {"kind": "university"}}},
    ),
    indicator("issued", "count", {"of": "startup", "when": "flow"}),
    indicator("ended", "count", {"of": "startup", "when": "flow", "on": "ended_on", "where": {"stage": "seed"}}),
]


def framework(places: str, rows: list[dict[str, Any]] = INDICATORS) -> Framework:
    head = {"id": "test", "version": "1", "title": BOTH}
    return Framework.from_document(
        {"framework": head, "evaluation": {"places": places}, "indicator": rows}, "test.toml"
    )


FEW, MORE = [("sqlite", 0), ("postgresql", 5)], [("sqlite", seed) for seed in range(1, 5)]


@pytest.fixture(scope="module", params=[*FEW, *(pytest.param(seed, marks=pytest.mark.slow) for seed in MORE)])
def world(request: pytest.FixtureRequest) -> Iterator[tuple[Store, World]]:
    engine, seed = request.param
    with addresses(request, engine) as lend, Store.open(lend()) as store:
        yield store, build(store, seed=seed)


def school(version: Any) -> bool:
    return version is not None and version[1] == "university"


def from_school(row: Any, _: Any) -> bool:
    first, last = row.dates["signed_on"]
    kinds = ("university", "institute")
    return any(
        b and any(v[3] in kinds and v[0] <= last and v[1] > first for v in b.versions) for b in row.bodies["transferor"]
    )


def live(row: Any, _: Any = None) -> bool:
    return row.fields["status"] in ("signed", "completed")


def expected(world: World, map_id: str, label: str) -> dict[str, dict[tuple[str, str], Any]]:
    """The figure of each indicator by (unit, period), where there is one."""
    the_map, periods = place_map(map_id), list(periods_of(label))
    deals, startups = world.rows["deal"], world.rows["startup"]
    found: dict[str, dict[tuple[str, str], Any]] = {}

    def flow(rows: Any, on: str, place: str, keep: Any = lambda row, v: True, at: Any = periods) -> naive.Cells:
        return naive.flow(rows, on, place, keep, the_map, at)

    def stock(kind: str, on: str, place: str, keep: Any = lambda row, v: True) -> naive.Cells:
        return naive.stock(kind, world.rows[kind], on, place, keep, the_map, periods, day(VALID))

    def number(cells: naive.Cells) -> dict[tuple[str, str], int]:
        return {cell: len(rows) for cell, rows in cells.items()}

    everything, alive = flow(deals, "signed_on", "transferee"), flow(deals, "signed_on", "transferee", live)
    found["deals"], found["live"] = number(everything), number(alive)
    found["registered"] = number(flow(deals, "registered_on", "transferee"))
    found["by_giver"] = number(flow(deals, "signed_on", "transferor", lambda r, v: "process" in r.fields["object"]))
    schools = flow(deals, "signed_on", "transferee", from_school)
    found["from_schools"] = number(schools)
    found["value"] = {c: naive.total(rows, "value_vnd") / 10**9 for c, rows in alive.items()}

    def large(row: Any, _: Any) -> bool:
        return (row.fields["value_vnd"] or 0) >= 5 * 10**11 and row.dates["registered_on"] is not None

    found["large"] = number(flow(deals, "signed_on", "transferee", large))
    known = {c: [r for r in rows if r[0].fields["value_vnd"] is not None] for c, rows in everything.items()}
    found["mean"] = {c: naive.total(rows, "value_vnd") / len(rows) for c, rows in known.items() if rows}
    sums = {c: naive.total(rows, "value_vnd") for c, rows in alive.items()}
    top = {c: naive.total([r for r in rows if from_school(r[0], None)], "value_vnd") for c, rows in alive.items()}
    found["school_share"] = {c: top[c] / sums[c] for c in sums if sums[c]}
    found["live_share"] = {c: Fraction(len(alive.get(c, [])), len(rows)) for c, rows in everything.items()}
    found["objects"] = {c: len({o for r, _ in rows for o in r.fields["object"]}) for c, rows in everything.items()}
    found["per_deal"] = {c: found["value"].get(c, 0) / Fraction(n) for c, n in found["deals"].items()}
    before = number(flow(deals, "signed_on", "transferee", at=[p.a_year_before() for p in periods]))
    found["growth"] = {
        (u, p.label): Fraction(found["deals"].get((u, p.label), 0), before[u, p.a_year_before().label]) - 1
        for p in periods
        for u, label in before
        if label == p.a_year_before().label
    }
    found["active"] = number(stock("partnership", "signed_on", "lead"))
    signed = flow(world.rows["partnership"], "signed_on", "lead")
    found["countries"] = {c: len({o for r, _ in rs for o in r.fields["partner_countries"]}) for c, rs in signed.items()}
    found["patents"] = number(stock("asset", "granted_on", "organisation", lambda r, v: r.fields["kind"] == "patent"))
    found["schools_patents"] = number(flow(world.rows["asset"], "granted_on", "organisation", lambda r, v: school(v)))
    found["startups"] = number(stock("startup", "issued_on", "organisation"))
    seed = lambda r, v: r.fields["stage"] == "seed"  # noqa: E731
    found["seed_in_schools"] = number(
        stock("startup", "issued_on", "organisation", lambda r, v: seed(r, v) and school(v))
    )
    found["issued"] = number(flow(startups, "issued_on", "organisation"))
    found["ended"] = number(flow(startups, "ended_on", "organisation", seed))
    return found


DIVIDED = ("mean", "school_share", "live_share", "per_deal", "growth")


@pytest.mark.parametrize("map_id", ["vn-2025", "vn-2024"])
@pytest.mark.parametrize("label", PERIODS)
def test_every_measure_is_what_counting_day_by_day_gives(world: Any, map_id: str, label: str) -> None:
    """All measures agree with a plain count in every cell, on both sides of the merger and for coarse dates."""
    store, plain = world
    table = indicators(store.at(valid=VALID), framework(map_id), label)
    wanted = expected(plain, map_id, label)
    assert len(table.cells) == len(INDICATORS) * len(table.units) * len(table.periods)
    blocked = ("ambiguous_split", "place_not_in_force")
    for cell in table.cells:
        if cell.missing in blocked:
            continue
        key = (cell.place, cell.period)
        value = wanted[cell.indicator].get(key, None if cell.indicator in DIVIDED else 0)
        assert cell.value == (None if value is None else rounded(Fraction(value))), cell
        assert cell.missing == ("no_denominator" if value is None else None), cell


@pytest.mark.parametrize("label", ["2024", "2025Q3"])
def test_the_records_behind_a_figure_add_up_to_it(world: Any, label: str) -> None:
    """For every cell of every measure that counts, explain lists records that sum exactly to the figure."""
    store, _ = world
    view, rules = store.at(valid=VALID), framework("vn-2025")
    table = indicators(view, rules, label)
    for cell in table.cells:
        if cell.place not in ("92", "79") or cell.missing in ("ambiguous_split", "place_not_in_force"):
            continue
        found = explain(view, rules, cell.indicator, cell.place, label)
        assert found.cell == cell
        assert explained(rules, found) == cell.value, cell
        if cell.missing is None:
            named = Counter(one.reason for one in left_out_records(view, rules, found))
            told = Counter[str]()
            for left in found.left_out:
                told[left.reason] += left.records
            assert told == named, cell


def explained(rules: Framework, found: Any) -> float | None:
    """The figure worked out again from the contributions alone."""
    total, measure = found.total, rules.indicator(found.indicator).measure
    scale = Fraction(1, 10**9) if found.indicator == "value" else Fraction(1)
    if measure in ("count", "sum", "distinct"):
        return rounded(total.get("value", Fraction(0)) * scale)
    names = {"ratio": ("top.value", "bottom.value"), "growth": ("now.value", "before.value")}
    top, bottom = (total.get(name, Fraction(0)) for name in names.get(measure, ("top", "bottom")))
    if not bottom:
        return None
    per = Fraction(1, 10**9) if measure == "ratio" else Fraction(1)
    return rounded(top * per / bottom - (measure == "growth"))


def test_every_record_is_counted_or_left_out_with_a_reason(world: Any) -> None:
    """Each deal is in some unit's figure, or reported with a reason; none is lost."""
    store, plain = world
    rules = framework("vn-2025", [INDICATORS[0]])
    table = indicators(store.at(valid=VALID), rules, "2015..2035")
    counted = set()
    for unit in table.units:
        for period in table.periods:
            if table.cell("deals", unit, period).value:
                found = explain(store.at(valid=VALID), rules, "deals", unit, period)
                counted |= {record.id for record in found.records}
    reasons = {left.reason for left in table.left_out}
    assert reasons <= {"no_date", "date_too_coarse", "no_place", "unknown_place", "place_too_coarse"}
    lost = len(plain.rows["deal"]) - len(counted)
    # A deal whose parties lie in a unit and in none is counted and reported: so at least the lost ones are.
    assert sum(left.records for left in table.left_out) >= lost > 0
    no_date = sum(left.records for left in table.left_out if left.reason == "no_date")
    assert no_date == sum(row.dates["signed_on"] is None for row in plain.rows["deal"])


def test_the_figures_of_some_places_are_those_of_the_whole_map(world: Any) -> None:
    """Asked for two places alone: the same cells and breakdowns; of a place not on the map the nearest is named."""
    store, _ = world
    view, rules, units = store.at(valid=VALID), framework("vn-2025"), ("79", "92")
    for label in ("2024", "2025Q2,2025Q3"):
        whole, some = indicators(view, rules, label), indicators(view, rules, label, units=units)
        assert some.cells == tuple(cell for cell in whole.cells if cell.place in units)
        assert some.breakdowns == tuple(row for row in whole.breakdowns if row.place in units)
    with pytest.raises(NotFoundError, match="96"):
        indicators(view, rules, "2024", units=["9"])


@pytest.mark.parametrize("label", ["2024Q2", "2025Q3"])
def test_what_a_place_leaves_out_is_what_may_belong_to_it(world: Any, label: str) -> None:
    """Every deal left out somewhere is told where one of its bodies may lie, and nowhere else."""
    store, plain = world
    view, rules, the_map = store.at(valid=VALID), framework("vn-2025", [INDICATORS[0]]), place_map("vn-2025")
    deals = {row.id: row for row in plain.rows["deal"]}
    units = ("92", "79", "01", "48")
    told = {
        unit: {one.id for one in left_out_records(view, rules, explain(view, rules, "deals", unit, label))}
        for unit in units
    }

    def may(row: Any, unit: str) -> bool:
        span = row.dates["signed_on"]
        bodies = row.bodies["transferee"]
        if not bodies or any(b is None or (span and not b.exists_between(*span)) for b in bodies):
            return True
        span = span or (ALWAYS, FOREVER)
        codes = {v[2] for b in bodies for v in b.versions if v[0] <= span[1] and v[1] > span[0]}
        return any(the_map.resolve(code, span[0], "province").unit in (None, unit) for code in codes)

    everywhere = set().union(*told.values())
    assert told["48"]  # no body lies there: only what may be anywhere
    if label == "2025Q3":  # and months that are not wholly in the quarter
        assert len(everywhere) > len(told["48"])
    for unit in units:
        assert told[unit] == {id for id in everywhere if may(deals[id], unit)}


def test_a_breakdown_adds_up_to_its_figure(world: Any) -> None:
    """By a field of one code the parts sum to the whole; records without a value stand under None."""
    store, _ = world
    table: IndicatorTable = indicators(store.at(valid=VALID), framework("vn-2025"), "2024")
    by_status = [s for s in table.breakdowns if s.by == "status"]
    assert by_status
    for unit in table.units:
        parts = sum(s.value or 0 for s in by_status if s.place == unit)
        assert parts == (table.cell("live", unit, "2024").value or 0)
