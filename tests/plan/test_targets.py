"""Targets against a registry: values of places and of the nation, in the API, in snapshots and on the command line."""

from collections.abc import Iterator
from typing import Any

import pytest

from stregistry import DomainError, Framework, NotFoundError, Observation, Registry
from stregistry.dates import PartialDate

HEAD: dict[str, Any] = {
    "framework": {
        "id": "thu",
        "version": "1",
        "title": {"vi": "Thử", "en": "Trial"},
        "sources": [{"id": "doc", "number": "1/QD", "issued": "2022-05-11", "title": {"vi": "Văn bản", "en": "Text"}}],
    },
    "evaluation": {"places": "vn-2025", "level": "province"},
}
CAN_THO = {"place": "92", "map": "vn-2025"}


def framework(*targets: dict[str, Any], level: str = "province", series: str = "grdp") -> Framework:
    indicator = {
        "id": "figure",
        "name": {"vi": "Số", "en": "Figure"},
        "measured_in": {"vi": "tỷ đồng", "en": "billion VND"},
        "direction": "up",
        "measure": "series",
        "params": {"series": series},
        "target": [{"from": "2022-05-11", "source": "doc", **t} for t in targets],
    }
    made = {**HEAD, "evaluation": {**HEAD["evaluation"], "level": level}, "indicator": [indicator]}
    return Framework.from_document(made, "thu.toml")


@pytest.fixture
def registry() -> Iterator[Registry]:
    """Cần Thơ's figure 100 in 2022, 150 in 2024; the nation's share 45 in 2022 and 50 in 2024."""
    figures = [
        ("grdp", "92", 2022, 100),
        ("grdp", "92", 2024, 150),
        ("share", "VN", 2022, 45),
        ("share", "VN", 2024, 50),
    ]
    with Registry.open("sqlite://") as opened:
        with opened.changeset(actor="Lan", reason="figures") as tx:
            for series, place, year, value in figures:
                on = PartialDate.parse(f"{year + 1}-03-01")
                tx.put(
                    Observation(
                        series=series, place=place, map="vn-2025", period=str(year), value=value, published_on=on
                    )
                )
        yield opened


def stands(registry: Registry, period: str, *targets: dict[str, Any], **how: Any) -> list[Any]:
    return list(registry.targets(framework(*targets, **how), period).rows)


def test_the_baseline_is_the_year_it_was_set_where_none_is_stated(registry: Registry) -> None:
    """From 100 in the year of the document, 150 is on the way to 200; a stated baseline comes first."""
    one, two = stands(
        registry,
        "2024",
        {"at_least": 200, "by": 2026, "scope": CAN_THO},
        {"at_least": 200, "by": 2026, "scope": CAN_THO, "baseline": {"period": "2016..2020", "value": 149}},
    )
    assert (one.status, one.baseline_period, one.baseline) == ("on_track", "2022", 100)
    assert (two.status, two.baseline_period, two.baseline) == ("off_track", "2016..2020", 149)


def test_multiples_and_growth_look_back(registry: Registry) -> None:
    """150 is one and a half times the base year; 22 % a year beats 10 but is final only in the last year."""
    multiple, growth, no_base = stands(
        registry,
        "2024",
        {"at_least": 1.5, "of": "multiple", "base": 2022, "by": 2030, "scope": CAN_THO},
        {"at_least": 10, "of": "growth", "over": [2022, 2030], "by": 2030, "scope": CAN_THO},
        {"at_least": 2, "of": "multiple", "base": 2020, "by": 2030, "scope": CAN_THO},
    )
    assert (multiple.status, multiple.value) == ("met", 1.5)
    assert (growth.status, round(growth.value, 1)) == ("on_track", 22.5)
    assert (no_base.status, no_base.reason) == ("no_data", "no_base")


def test_there_is_no_figure_where_none_can_be_had(registry: Registry) -> None:
    """Another map, no observation, provinces of which one alone is known, a rank beyond those ranked: no data."""
    target = {"at_least": 200, "by": 2026}
    (other,) = stands(registry, "2024", {**target, "scope": {"place": "92", "map": "vn-2024"}})
    (none,) = stands(registry, "2023", {**target, "scope": CAN_THO})
    (part,) = stands(registry, "2024", {**target, "scope": "national"})
    (share,) = stands(registry, "2024", {**target, "scope": "national"}, series="share")
    (rank,) = stands(registry, "2024", {"at_most": 10, "by": 2026, "out_of": 63, "scope": CAN_THO})
    assert [(r.status, r.reason) for r in (other, none, part, share, rank)] == [
        ("no_data", "other_map"),
        ("no_data", "no_observation"),
        ("no_data", "no_observation"),
        ("no_data", "no_national_figure"),
        ("no_data", "not_a_rank"),
    ]


def test_the_nation_has_its_own_figure_at_the_level_of_the_country(registry: Registry) -> None:
    """A framework of the country reads the observation of the country."""
    (row,) = stands(registry, "2024", {"above": 55, "by": 2030, "scope": "national"}, level="country", series="share")
    assert (row.value, row.status, row.place) == (50, "on_track", None)


def test_outside_its_dates_a_report_says_so_and_the_api_raises(registry: Registry) -> None:
    """Before the document and after it was replaced the row says not in force; asking for it alone is refused."""
    target = {"at_least": 200, "by": 2026, "until": "2024-06-01", "scope": CAN_THO}
    table = registry.targets(framework(target), "2021..2024")
    assert [r.status for r in table.rows] == ["not_in_force", "not_yet_due", "no_data", "not_in_force"]
    with pytest.raises(DomainError, match="not in force in 2021"):
        table.standing("figure", "2021")
    with pytest.raises(NotFoundError, match="no target 2"):
        table.standing("figure", "2022", 2)


def test_the_frame_holds_every_row(registry: Registry) -> None:
    """One row for each target and period, numbers as floats."""
    frame = registry.targets(framework({"at_least": 200, "by": 2026, "scope": CAN_THO}), "2022..2024").frame()
    assert list(frame["period"]) == ["2022", "2023", "2024"]
    assert frame["value"].dtype == "float64"
    assert frame["value"].isna().tolist() == [False, True, False]


def test_a_snapshot_holds_targets_and_verify_compares_them(registry: Registry) -> None:
    """The targets are in the content, come out the same again, and one that was altered is named."""
    made = registry.snapshot(framework({"at_least": 200, "by": 2026, "scope": CAN_THO}), "2024")
    assert [r["status"] for r in made.content["targets"]] == ["on_track"]
    assert registry.verify(made).outcome == "identical"
    made.content["targets"][0]["status"] = "met"
    found = registry.verify(made)
    assert [(d.part, d.indicator) for d in found.differences] == [("targets", "figure")]


def test_every_shipped_target_is_evaluated() -> None:
    """An empty registry answers for each of them, and none is met."""
    with Registry.open("sqlite://") as empty:
        for id in ("sti-national-2030", "cantho-kl69"):
            statuses = {row.status for row in empty.targets(id, "2015,2025,2030").rows}
            assert statuses <= {"no_data", "not_in_force"}
