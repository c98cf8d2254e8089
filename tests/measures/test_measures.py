"""Measures are descriptions until they run: equal ones are one part, each compiles on every database."""

import datetime as dt
import inspect
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.dialects import postgresql, sqlite

from stregistry.dates import day as day_number
from stregistry.dates import parse_periods
from stregistry.measures import MEASURES, Check, Distinct, Rule, Tally, read_rule
from stregistry.measures.days import bisect
from stregistry.measures.derived import Derived
from stregistry.measures.fold import take
from stregistry.measures.grid import Grid, Landing, Spot, Stay, sights
from stregistry.measures.select import apart, fused, records
from stregistry.measures.words import MEASURES_SAID, PARAMETERS
from stregistry.places import place_map
from stregistry.store import Store

DIALECTS = {"sqlite": sqlite.dialect(), "postgresql": postgresql.dialect()}
EVERYTHING: dict[str, dict[str, Any]] = {
    "count": {"of": "deal", "where": {"transferor": {"kind": ["university"], "founded_on": {"max": "2020"}}}},
    "count of roles": {"of": "startup", "where": {"organisation": {"kind": "enterprise"}, "stage": ["seed", "growth"]}},
    "count of roles issued": {"of": "startup", "when": "flow", "where": {"issuer": {"missing": False}}},
    "count of tasks": {"of": "task", "on": "due_on", "where": {"assigned_by": {"kind": "public_body"}}},
    "count of bodies": {"of": "organisation", "where": {"kind": "university"}},
    "count of events held": {"of": "asset", "when": "stock", "where": {"granted_on": {"min": dt.date(2020, 1, 1)}}},
    "sum": {"of": "deal", "field": "value_vnd", "where": {"object": ["know_how", "process"], "state_funded": True}},
    "mean": {"of": "partnership", "field": "value_vnd", "where": {"value_vnd": {"min": 1}}},
    "distinct": {"of": "partnership", "field": "partner_countries"},
    "share": {"of": "deal", "where": {"registered_on": {"missing": False}}, "among": {"direction": "inbound"}},
}


def rule(name: str, **params: Any) -> Rule:
    check = Check("params")
    made = read_rule(check, name.split(maxsplit=1)[0], params)
    assert not check.found, [p.line("en") for p in check.found]
    assert made is not None
    return made


@pytest.fixture
def grid() -> Grid:
    return Grid(parse_periods("2024..2026"), place_map("vn-2025"), "province", day_number("2026-03-01"))


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    with Store.open(address) as opened:
        yield opened


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("known", [None, 0])
@pytest.mark.parametrize("name", EVERYTHING)
def test_every_select_compiles(store: Store, grid: Grid, name: str, known: int | None, dialect: str) -> None:
    """The scan of each measure and the records behind it compile, now and as known before; on SQLite they run."""
    view = store.at(valid="2026-03-01", known=known)
    made = rule(name, **EVERYTHING[name])
    assert isinstance(made, Tally | Distinct)
    by_source = {(p.source, p.by): [q for q in made.parts if (q.source, q.by) == (p.source, p.by)] for p in made.parts}
    for parts in by_source.values():
        base = Derived(view, grid, parts)
        for query in (fused(base), records(base, ["92"]), apart(base, ["92"]), apart(base, ["92"], told=True)):
            assert "SELECT" in str(query.compile(dialect=DIALECTS[dialect]))
            assert view.execute(query) == []


def test_parts_of_one_source_are_one_scan(store: Store, grid: Grid, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten measures of deals placed alike are read by one select, and equal parts are computed once."""
    view = store.at(valid="2026-03-01")
    seen: list[Any] = []
    monkeypatch.setattr(view, "execute_all", lambda queries: (seen.extend(queries), [[] for _ in queries])[1])
    wheres = [{"status": status} for status in ("signed", "void")] * 5
    parts = [part for where in wheres for part in rule("share", of="deal", where=where).parts]  # type: ignore[union-attr]
    assert len(take(view, grid, parts)) == 3
    assert len(seen) == 1


def test_every_measure_has_a_row_and_says_what_it_does() -> None:
    """Each function in MEASURES has a docstring, and it and its parameters have words in both languages."""
    assert set(MEASURES) == {"count", "sum", "mean", "distinct", "share", "ratio", "growth", "series"}
    for function in MEASURES.values():
        assert function.__doc__
    parameters = [name for one in MEASURES.values() for name in list(inspect.signature(one).parameters)[1:]]
    assert list(MEASURES_SAID) == list(MEASURES)
    assert set(PARAMETERS) == set(parameters)


def test_a_stock_is_the_way_of_states_and_a_flow_that_of_events() -> None:
    """Without `when`, roles are counted as they hold and deals as they are signed."""
    startups, deals = rule("count", of="startup"), rule("count", of="deal")
    assert isinstance(startups, Tally)
    assert isinstance(deals, Tally)
    assert (startups.top.source.when, startups.top.source.place) == ("stock", "organisation")
    assert (deals.top.source.when, deals.top.source.on, deals.top.source.place) == ("flow", "signed_on", "transferee")


def test_the_bisecting_case_agrees_with_bisect(store: Store) -> None:
    """The CASE that names slices gives what Python's bisect gives, on each side of every cut."""
    from sqlalchemy import literal, select

    view = store.at()
    cuts = (10, 20, 30, 40, 50)
    for day in (9, 10, 11, 19, 20, 30, 49, 50, 51):
        assert view.execute(select(bisect(literal(day), cuts)))[0][0] == sum(cut <= day for cut in cuts)


def test_slices_are_cut_where_a_code_changes_its_meaning(grid: Grid) -> None:
    """The day of the merger is a cut inside 2025, so that code 92 means one territory in each slice."""
    merger = day_number("2025-07-01")
    assert merger in grid.cuts["flow"]
    assert grid.slice("flow", merger) == grid.slice("flow", merger - 1) + 1


def test_a_rough_date_counts_only_where_every_day_agrees(grid: Grid) -> None:
    """A record dated 2025 lands in 2025; one that may be of 2024 or 2025 in neither, and says so in both."""
    here: Any = {frozenset({Spot("92")})}
    first, last = (grid.slice("flow", day_number(d)) for d in ("2025-01-01", "2025-12-31"))

    def rough(low: int, high: int) -> int:
        return -1 - (low * grid.radix["flow"] + high)

    assert grid.land("flow", rough(first, last), lambda _: here) == (Landing(1, Spot("92")),)
    too_coarse = Spot(None, "date_too_coarse")
    assert grid.land("flow", rough(first - 1, last), lambda _: here) == (Landing(0, too_coarse), Landing(1, too_coarse))
    assert grid.land("flow", None, lambda _: here) == (Landing(None, Spot(None, "no_date")),)


def test_a_body_that_moved_is_seen_where_it_was(grid: Grid) -> None:
    """In a slice in which a body moved it may lie in either place; at an instant in one only."""
    move = day_number("2024-03-01")
    stays = [
        Stay(0, day_number("2024-01-01"), move, "79", True),
        Stay(0, move, day_number("2024-12-31"), "01", True),
    ]
    piece = grid.slice("flow", move)
    assert sights(grid, "flow", stays)(piece) == {frozenset({Spot("79")}), frozenset({Spot("01")})}
    assert sights(grid, "stock", stays)(0) == {frozenset({Spot(None, "no_place")})}
