"""The change between two snapshots: every cause alone, all together on random registries, always an exact sum."""

import itertools
import random
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
from random_registry import PLACES, build
from test_indicators import BOTH, INDICATORS, indicator

from stregistry import (
    Deal,
    DomainError,
    Framework,
    NotFoundError,
    Observation,
    Organisation,
    Party,
    Registry,
    Snapshot,
    SnapshotError,
)
from stregistry.dates import PartialDate
from stregistry.evaluate.moved import CAUSES, FigureMove
from stregistry.model import Name

PEOPLE = {"series": "population", "basis": "average", "scale": 1e5}
MORE = [
    indicator("per_head", "count", {"of": "deal"}, per=PEOPLE),
    indicator("value_per_startup", "sum", {"of": "deal", "field": "value_vnd"}, per={"indicator": "startups"}),
    indicator("people", "series", {"series": "population", "basis": "average"}),
]


FEW = ("deals", "value", "mean", "per_deal", "startups")
MANY = (*FEW, "live", "school_share", "live_share", "objects", "growth", "active", "issued")


def framework(places: str = "vn-2025", ids: tuple[str, ...] = FEW, **changed: dict[str, Any]) -> Framework:
    """Some of the indicators of all measures, and three that rest on statistics. changed: other keys for some."""
    rows = [{**row, **changed.get(row["id"], {})} for row in [*INDICATORS, *MORE] if row in MORE or row["id"] in ids]
    head = {"id": "test", "version": "1", "title": BOTH}
    document = {"framework": head, "evaluation": {"places": places}, "indicator": rows}
    return Framework.from_document(document, "test.toml")


def _people(place: str, year: int, value: int, published: str = "") -> Observation:
    on = PartialDate.parse(published or f"{year + 1}-06-30")
    return Observation(
        series="population", basis="average", place=place, period=str(year), value=value, published_on=on
    )


def exact(move: FigureMove) -> None:
    """The records add up to the causes, the causes to the change, and the change to what the snapshots say."""
    if move.change is None:
        assert (move.before is None) != (move.after is None)
        assert move.by in ("period", "records", "framework", "places", "denominators"), move
        assert not move.records
        return
    for cause in CAUSES:
        mine = [r.contribution for r in move.records if r.cause == cause]
        assert sum(mine, Fraction(0)) == move.causes.get(cause, 0)
    assert sum(move.causes.values(), Fraction(0)) == move.change
    assert float(move.change) == pytest.approx((move.after or 0) - (move.before or 0), rel=1e-9, abs=1e-9)


@pytest.fixture
def small() -> Iterator[Registry]:
    """Two bodies of Cần Thơ and one of Hậu Giang, deals of two years, the population of both."""
    with Registry.open("sqlite://") as registry:
        with registry.changeset(actor="Lan", reason="bodies") as tx:
            for n, place in enumerate(("92", "92", "93"), 1):
                tx.put(Organisation(id=None, names=(Name(value=f"Viện {n}"),), kind="institute", place=place))
        bodies = [o.id for o in registry.at().records(Organisation)]
        with registry.changeset(actor="Lan", reason="deals") as tx:
            for n, (day, value, body) in enumerate(
                [("2023-05-01", 100, 0), ("2024-02-01", 200, 0), ("2024-03-01", 40, 1), ("2024-05-05", 8, 2)]
            ):
                tx.put(_deal(f"GD {n}", day, value, bodies[body] or 0))
            for year, people in ((2023, 1_000_000), (2024, 1_250_000)):
                for place in ("92", "93", "94"):
                    tx.put(_people(place, year, people))
        yield registry


def _deal(title: str, day: str, value: int, body: int) -> Deal:
    parties = (Party(role="transferee", body=body), Party(role="transferor", name="Acme"))
    return Deal(
        title=title, signed_on=PartialDate.parse(day), value_vnd=value * 10**9, status="signed", parties=parties
    )


def _amend(registry: Registry, title: str, changes: dict[str, Any] | None) -> None:
    """Corrects the deal of that title, or retracts it for None."""
    deal = next(d.id for d in registry.at().records(Deal) if d.title == title)
    with registry.changeset(actor="Lan", reason="sửa") as tx:
        tx.amend(deal, changes) if changes else tx.retract(deal)


def moved(registry: Registry, old: Snapshot, new: Snapshot, which: str, place: str = "92") -> FigureMove:
    """The move of one figure, checked to be exact."""
    (found,) = registry.diff_snapshots(old, new, indicator=which, place=place).figures
    exact(found)
    return found


def test_a_new_record_is_named(small: Registry) -> None:
    """What became known later is new, with its changeset, and moves nothing else."""
    old = small.snapshot(framework(), "2024")
    body = small.at().records(Organisation)[0].id or 0
    with small.changeset(actor="Lan", reason="late") as tx:
        tx.put(_deal("muộn", "2024-07-01", 52, body))
    new = small.snapshot(framework(), "2024")
    move = moved(small, old, new, "value")
    assert move.causes == {"new": 52}
    (record,) = move.records
    assert (record.name, record.what, record.changeset, record.date) == ("muộn", "new", 3, "2024-07-01")
    assert (record.before, record.after) == (0, 52 * 10**9)
    # Of a share, a mean and a ratio the new record explains all, too.
    assert moved(small, old, new, "mean").causes.keys() == {"new"}
    assert moved(small, old, new, "per_deal").causes.keys() == {"new", "denominators"}


def test_a_correction_and_a_retraction_are_told_apart(small: Registry) -> None:
    """A value corrected downward is revised; a record withdrawn is retracted, by the changeset that did it."""
    old = small.snapshot(framework(), "2024")
    _amend(small, "GD 1", {"value_vnd": 150 * 10**9})
    _amend(small, "GD 2", None)
    move = moved(small, old, small.snapshot(framework(), "2024"), "value")
    assert move.causes == {"revised": -50, "retracted": -40}
    assert [(r.what, r.name, r.changeset, r.contribution) for r in move.records] == [
        ("revised", "GD 1", 3, -50),
        ("retracted", "GD 2", 4, -40),
    ]


def test_a_record_that_moved_out_by_revision_says_where_it_was_restated(small: Registry) -> None:
    """A deal whose date turns out to lie in another year is revised, with the changeset that says so."""
    old = small.snapshot(framework(), "2024")
    _amend(small, "GD 1", {"signed_on": PartialDate.parse("2023-12-30")})
    (record,) = moved(small, old, small.snapshot(framework(), "2024"), "value").records
    assert (record.what, record.changeset, record.contribution) == ("revised", 3, -200)


def test_a_body_that_turns_out_to_lie_elsewhere_moves_its_deals(small: Registry) -> None:
    """The deal itself is unchanged: it counts as revised through a related record."""
    old = small.snapshot(framework("vn-2024"), "2024")
    body = small.at().records(Organisation)[1].id or 0
    with small.changeset(actor="Lan", reason="seat") as tx:
        tx.amend(body, {"place": "79"})
    move = moved(small, old, small.snapshot(framework("vn-2024"), "2024"), "value")
    assert move.causes == {"revised": -40}
    assert [r.what for r in move.records] == ["related"]


def test_a_revised_population_is_a_changed_denominator(small: Registry) -> None:
    """The records stay; the later published figure takes the place of the earlier one."""
    old = small.snapshot(framework(), "2024")
    with small.changeset(actor="Lan", reason="census") as tx:
        tx.put(_people("92", 2024, 1_500_000, "2026-01-01"))
    new = small.snapshot(framework(), "2024")
    move = moved(small, old, new, "per_head")
    assert move.causes.keys() == {"denominators"}
    assert move.change == Fraction(3 * 10**5, 4_000_000) - Fraction(3 * 10**5, 3_750_000)
    assert sorted((r.what, r.part, r.before, r.after) for r in move.records) == [
        ("new", "denominator", 0, 1_500_000),
        ("related", "denominator", 1_250_000, 0),
    ]
    assert moved(small, old, new, "people").causes == {"new": 1_500_000, "revised": -1_250_000}


def test_next_year_is_the_period(small: Registry) -> None:
    """From one year to the next with the same knowledge everything is the period, denominators included."""
    old, new = (small.snapshot(framework(), year) for year in ("2023", "2024"))
    move = moved(small, old, new, "per_head")
    assert (move.period_before, move.period_after) == ("2023", "2024")
    assert move.causes.keys() == {"period"}
    assert {(r.part, r.what) for r in move.records} == {
        *(("value", "left"), ("value", "entered")),
        *(("denominator", "left"), ("denominator", "entered")),
    }


def test_what_nobody_had_published_is_a_changed_denominator(small: Registry) -> None:
    """The population of the new year became known only later: it replaces the old one in the step of denominators."""
    body = small.at().records(Organisation)[0].id or 0
    with small.changeset(actor="Lan", reason="2025") as tx:
        tx.put(_deal("mới", "2025-02-01", 9, body))
    old = small.snapshot(framework(), "2024")
    with small.changeset(actor="Lan", reason="population") as tx:
        tx.put(_people("92", 2025, 5_000_000))
    move = moved(small, old, small.snapshot(framework(), "2025"), "per_head")
    assert move.causes == {
        "period": Fraction((1 - 3) * 10**5, 3_750_000),
        "denominators": Fraction(10**5, 5_000_000) - Fraction(10**5, 3_750_000),
    }


def test_another_definition_is_the_framework(small: Registry) -> None:
    """Another scale is a line without a record; another condition names the records it lets in or out."""
    old = small.snapshot(framework(), "2024")
    new = small.snapshot(framework(value={"scale": 1e-6}), "2024")
    move = moved(small, old, new, "value")
    assert (move.causes, [r.part for r in move.records]) == ({"framework": 248 * 999}, ["rule"])
    narrow = framework(value={"params": {"of": "deal", "field": "value_vnd", "where": {"value_vnd": {"min": 10**11}}}})
    move = moved(small, old, small.snapshot(narrow, "2024"), "value")
    assert move.causes == {"framework": -48}
    assert {r.what for r in move.records} == {"left"}


def test_another_map_is_the_territory(small: Registry) -> None:
    """92 without Hậu Giang has one deal fewer; 93 is no unit of the later map."""
    old, new = (small.snapshot(framework(places), "2024") for places in ("vn-2024", "vn-2025"))
    move = moved(small, old, new, "deals")
    assert (move.causes, move.records[0].what) == ({"places": 1}, "entered")
    gone = moved(small, old, new, "deals", "93")
    assert (gone.before, gone.after, gone.missing_after, gone.by) == (1, None, "not_on_map", "places")


def test_a_figure_that_appears_says_why_and_not_a_number(small: Registry) -> None:
    """Missing is not zero: a figure without a population has no change, only the cause that gave it one."""
    published = [o.id for o in small.at().records(Observation) if o.period == "2024"]
    with small.changeset(actor="Lan", reason="x") as tx:
        for number in published:
            tx.retract(number)
    old = small.snapshot(framework(ids=("deals",), value_per_startup={"per": {"indicator": "deals"}}), "2024")
    with small.changeset(actor="Lan", reason="x") as tx:
        for place in ("92", "93", "94"):
            tx.put(_people(place, 2024, 10**6))
    new = small.snapshot(framework(), "2024")
    found = {m.indicator: m for m in small.diff_snapshots(old, new, place="92").figures}
    assert (found["per_head"].missing_before, found["per_head"].by) == ("no_denominator", "records")
    assert (found["startups"].missing_before, found["startups"].by) == ("not_in_framework", "framework")
    for move in found.values():
        exact(move)


def test_two_periods_of_one_snapshot_are_compared(small: Registry) -> None:
    """The same as between a snapshot of each: the period did it."""
    both = small.snapshot(framework(), "2023..2024")
    years = [small.snapshot(framework(), year) for year in ("2023", "2024")]
    found = small.diff_snapshots(both, both, periods=("2023", "2024"))
    apart = small.diff_snapshots(*years)
    assert [(m.indicator, m.place, m.change) for m in found.figures] == [
        (m.indicator, m.place, m.change) for m in apart.figures
    ]
    assert found.figures
    for move in found.figures:
        exact(move)
        assert set(move.causes) == {"period"}


def test_equal_snapshots_have_no_moves(small: Registry) -> None:
    """Nothing moved, and the diff says how many figures it looked at."""
    one = small.snapshot(framework(), "2024")
    found = small.diff_snapshots(one, one)
    assert (found.figures, found.compared) == ((), 34 * len(one.framework.indicators))
    assert found.frame().empty


def test_what_cannot_be_compared_is_refused(small: Registry) -> None:
    """The wrong order, another registry, and names neither snapshot has."""
    old = small.snapshot(framework(), "2024", known=1)
    new = small.snapshot(framework(), "2024")
    with pytest.raises(DomainError, match="exchange the two"):
        small.diff_snapshots(new, old)
    for wrong in ({"indicator": "deels"}, {"place": "999"}, {"periods": ("2024", "2019")}):
        with pytest.raises(NotFoundError, match=r"did you mean|There are"):
            small.diff_snapshots(old, new, **wrong)  # type: ignore[arg-type]
    with Registry.open("sqlite://") as other, pytest.raises(SnapshotError, match="another registry"):
        other.diff_snapshots(old, new)


def _stir(registry: Registry, rng: random.Random) -> None:
    """Everything that can happen to a registry: late records, corrections, retractions, moves, revised statistics."""
    bodies = [o.id or 0 for o in registry.at().records(Organisation)]
    deals = registry.at().records(Deal)
    with registry.changeset(actor="thử", reason="đính chính") as tx:
        for deal in rng.sample(deals, 40):
            match rng.randrange(4):
                case 0:
                    tx.retract(deal.id)
                case 1:
                    tx.amend(deal.id, {"value_vnd": rng.randrange(10**12)})
                case 2:
                    tx.amend(
                        deal.id, {"signed_on": PartialDate.parse(f"{rng.choice([2024, 2025])}-0{rng.randint(1, 9)}-11")}
                    )
                case _:
                    tx.amend(deal.id, {"status": rng.choice(["signed", "void"])})
        for n in range(25):
            tx.put(
                _deal(
                    f"muộn {n}",
                    f"202{rng.choice('45')}-0{rng.randint(1, 9)}-17",
                    rng.randrange(900),
                    rng.choice(bodies),
                )
            )
        for body in rng.sample(bodies, 5):
            tx.amend(body, {"place": rng.choice(PLACES)})
        for place in ("92", "93", "79"):
            tx.put(_people(place, rng.choice([2024, 2025]), rng.randrange(1, 9) * 10**6, "2026-02-02"))


def _settle(registry: Registry, seed: int) -> None:
    build(registry, seed)
    with registry.changeset(actor="thử", reason="dân số") as tx:
        for place in ("92", "93", "94", "79", "01", "80"):
            for year in (2023, 2024):
                tx.put(_people(place, year, (seed + 2) * 10**6 + int(place)))


CHANGED = {
    "value": {"scale": 1e-6},
    "mean": {"measure": "sum", "scale": 1e-12},
    "per_head": {"per": {**PEOPLE, "scale": 1e4}},
    "live_share": {"params": {"of": "deal", "where": {"status": ["signed"]}}},
    "deals": {"per": PEOPLE},
    "growth": {"params": {"indicator": "live", "same_period": True}},
    "per_deal": {"params": {"top": "value", "bottom": "live"}},
}


@pytest.mark.parametrize(("seed", "year"), [(0, "2025"), pytest.param(2, "2024", marks=pytest.mark.slow)])
def test_all_causes_together_add_up_on_random_registries(seed: int, year: str) -> None:
    """Whatever happens at once, each figure's causes are the differences of tables computed one change at a time."""
    rng = random.Random(seed)  # noqa: S311  # repeatable, not secret
    old_rules, new_rules = framework("vn-2024", MANY), framework("vn-2025", MANY, **CHANGED)
    with Registry.open("sqlite://") as registry:
        _settle(registry, seed)
        before = registry.head()[0]
        old = registry.snapshot(old_rules, "2024", valid="2024-12-31")
        _stir(registry, rng)
        new = registry.snapshot(new_rules, year, valid=f"{year}-12-31")
        found = registry.diff_snapshots(old, new)
        ways = [(old_rules, "vn-2024", before), (old_rules, "vn-2024", None)]
        ways += [(new_rules, "vn-2024", None), (new_rules, "vn-2025", None)]
        tables = [registry.indicators(f, year, m, valid=f"{year}-12-31", known=k) for f, m, k in ways]
    steps = {"period": {"period"}, "records": {"new", "revised", "retracted", "denominators"}}
    steps |= {"framework": {"framework"}, "places": {"places"}}
    seen: set[str] = set()
    for move in found.figures:
        exact(move)
        seen |= move.causes.keys()
        if move.change is None or any(move.place not in t.units for t in tables):
            continue
        values = [move.before, *(t.cell(move.indicator, move.place, year).value for t in tables)]
        for (x, y), causes in zip(itertools.pairwise(values), steps.values(), strict=False):
            if x is not None and y is not None:
                amount = sum((move.causes.get(c, Fraction(0)) for c in causes), Fraction(0))
                assert float(amount) == pytest.approx(y - x, rel=1e-9, abs=1e-9), (move, causes)
    assert seen == set(CAUSES) - {"retracted" if year == "2025" else "period"}
