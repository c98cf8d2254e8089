"""A sweep over the frameworks that ship with the package: each is whole, sourced, and can be counted."""

import tomllib
from importlib import resources
from typing import Any

import pytest

from stregistry import vocab
from stregistry.cli import main_group
from stregistry.cli.run import run
from stregistry.measures.check import Check
from stregistry.measures.rules import MEASURES, read_breakdown, read_rule

_FOLDER = resources.files("stregistry") / "definitions" / "frameworks"
DOCUMENTS: dict[str, dict[str, Any]] = {
    entry.name.removesuffix(".toml"): tomllib.loads(entry.read_text(encoding="utf-8"))
    for entry in _FOLDER.iterdir()
    if entry.name.endswith(".toml")
}
INDICATORS = [
    pytest.param(id, indicator, id=f"{id}/{indicator['id']}")
    for id, document in sorted(DOCUMENTS.items())
    for indicator in document["indicator"]
]
OURS = ("ecosystem-core", "cantho-kl69")
OF_OURS = [param for param in INDICATORS if param.values[0] in OURS]


def both(text: dict[str, str]) -> bool:
    return set(text) == {"vi", "en"} and all(word.strip() == word != "" for word in text.values())


def test_the_frameworks_of_the_first_version_ship() -> None:
    """Both dashboards are in the package, each under its own id."""
    assert set(OURS) <= set(DOCUMENTS)
    assert all(document["framework"]["id"] == id for id, document in DOCUMENTS.items())


@pytest.mark.parametrize("id", sorted(DOCUMENTS))
def test_titles_and_groups_have_both_languages(id: str) -> None:
    """The framework, its sources and its groups are named in Vietnamese and English."""
    document = DOCUMENTS[id]
    head = document["framework"]
    named = [head["title"], *(s["title"] for s in head["sources"]), *(g["name"] for g in document.get("group", []))]
    assert all(map(both, named))


@pytest.mark.parametrize("id", sorted(DOCUMENTS))
def test_a_document_is_its_number_and_date(id: str) -> None:
    """A source with a number has the day it was issued, since one number can stand for two documents.

    A resolution of a congress whose number is not known has its day alone, and its title says so.
    """
    for source in DOCUMENTS[id]["framework"]["sources"]:
        assert "issued" in source or "number" not in source, source["id"]
        assert "number" in source or "issued" not in source or "số chưa rõ" in source["title"]["vi"], source["id"]


@pytest.mark.parametrize(("id", "indicator"), INDICATORS)
def test_every_indicator_is_named_measured_and_sourced(id: str, indicator: dict[str, Any]) -> None:
    """It has a name and a unit in both languages, a direction, and a source that the framework lists."""
    assert both(indicator["name"])
    assert both(indicator["measured_in"])
    assert indicator["direction"] in ("up", "down", "none")
    assert indicator["source"] in {source["id"] for source in DOCUMENTS[id]["framework"]["sources"]}


@pytest.mark.parametrize(("id", "indicator"), INDICATORS)
def test_every_indicator_can_be_counted(id: str, indicator: dict[str, Any]) -> None:
    """Its measure takes its parameters: kinds, fields, codes and dates all exist and suit the use."""
    check = Check(indicator["id"])
    assert indicator["measure"] in MEASURES
    rule = read_rule(check, indicator["measure"], indicator["params"])
    if rule is not None and "breakdown" in indicator:
        read_breakdown(check.at("breakdown"), rule, indicator["breakdown"])
    assert [problem.line("en") for problem in check.found] == []
    ids = {other["id"] for other in DOCUMENTS[id]["indicator"]} - {indicator["id"]}
    named = {indicator["params"].get(key) for key in ("top", "bottom", "indicator")} - {None}
    assert named <= ids


@pytest.mark.parametrize(("id", "indicator"), OF_OURS)
def test_a_fraction_is_shown_in_its_unit(id: str, indicator: dict[str, Any]) -> None:
    """What is measured in % is a fraction times a hundred, and in billion VND an amount in đồng over 10⁹."""
    unit = indicator["measured_in"]["en"]
    fraction = indicator["measure"] in ("share", "ratio", "growth")
    assert (unit == "%") == fraction
    assert indicator.get("scale", 1) == (
        100 if fraction else 1e-9 if indicator["measure"] in ("sum", "mean") and "VND" in unit else 1
    )


@pytest.mark.parametrize(("id", "indicator"), OF_OURS)
def test_a_figure_per_head_names_its_people(id: str, indicator: dict[str, Any]) -> None:
    """Who is measured per million people divides by the average population, never by an unnamed one."""
    if "million people" in indicator["measured_in"]["en"]:
        assert indicator["per"] == {"series": "population", "basis": "average", "scale": 1e6}
    else:
        assert "per" not in indicator


def test_the_core_has_ten_figures() -> None:
    """`ecosystem-core` is ten indicators, all of them ours."""
    indicators = DOCUMENTS["ecosystem-core"]["indicator"]
    assert len(indicators) == 10
    assert {indicator["source"] for indicator in indicators} == {"ours"}


def test_the_plan_has_its_six_groups_in_order() -> None:
    """`cantho-kl69` has the six task groups under one root, with the plan's numbers, and each is measured."""
    document = DOCUMENTS["cantho-kl69"]
    root, *groups = document["group"]
    terms = [vocab.vocabulary("task_group").term(code) for code in vocab.vocabulary("task_group").codes]
    assert "parent" not in root
    assert [group["parent"] for group in groups] == [root["id"]] * 6
    assert [group["id"] for group in groups] == [term.code for term in terms]
    for lang in ("vi", "en"):
        assert [g["name"][lang] for g in groups] == [f"{n}. {t.label[lang]}" for n, t in enumerate(terms, 1)]
    assert [term.official_code for term in terms] == list("123456")
    assert {indicator["group"] for indicator in document["indicator"]} == {group["id"] for group in groups}
    assert len(document["indicator"]) >= 20


@pytest.mark.parametrize("id", OURS)
def test_nothing_is_scored(id: str) -> None:
    """A dashboard without a method has no scores."""
    assert not {"method", "uncertainty"} & set(DOCUMENTS[id])


TARGETS = [
    pytest.param(id, target, id=f"{id}/{indicator['id']}/{n}")
    for id, document in sorted(DOCUMENTS.items())
    for indicator in document["indicator"]
    for n, target in enumerate(indicator.get("target", []), 1)
]


@pytest.mark.parametrize(("id", "target"), TARGETS)
def test_every_target_is_dated_sourced_and_scoped(id: str, target: dict[str, Any]) -> None:
    """It is in force since the day its document was issued, says for whom, and how the figure was read."""
    issued = {s["id"]: s["issued"] for s in DOCUMENTS[id]["framework"]["sources"] if "issued" in s}
    assert target["from"] == issued[target["source"]]
    assert target["verified"] in ("original", "quoted", "secondary")
    assert target["scope"]
    assert "article" not in target or both(target["article"])


def test_two_documents_with_different_values_stand_side_by_side() -> None:
    """The share of total factor productivity in 2030: above 55 in Resolution 57, above 50 in Decision 569."""
    (share,) = [i for i in DOCUMENTS["sti-national-2030"]["indicator"] if i["id"] == "tfp_share"]
    assert [(t["source"], t["above"], t["by"]) for t in share["target"]] == [("nq57", 55, 2030), ("qd569", 50, 2030)]


def test_the_targets_of_the_list_are_all_there() -> None:
    """Sixty-five national targets, and eight that bind Can Tho; every indicator with one has a responsible body."""
    found = {
        id: [i for i in DOCUMENTS[id]["indicator"] if "target" in i] for id in ("sti-national-2030", "cantho-kl69")
    }
    assert {id: sum(len(i["target"]) for i in ones) for id, ones in found.items()} == {
        "sti-national-2030": 65,
        "cantho-kl69": 8,
    }
    assert all("responsible" in i for i in (*found["sti-national-2030"], *found["cantho-kl69"]))


@pytest.mark.parametrize("id", sorted(DOCUMENTS))
def test_every_shipped_framework_passes_the_check(id: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`framework check` takes it: both languages, units, sources, reachable groups, bound measures, dated targets."""
    assert run(main_group, ["--lang", "en", "framework", "check", id]) == 0
    assert f"Valid: {id} version {DOCUMENTS[id]['framework']['version']}" in capsys.readouterr().err


OBLIGATIONS = [
    pytest.param(id, one, id=f"{id}/{one['id']}") for id, doc in DOCUMENTS.items() for one in doc.get("obligation", ())
]


@pytest.mark.parametrize(("id", "obligation"), OBLIGATIONS)
def test_every_obligation_is_dated_sourced_and_has_somebody_who_sees_to_it(id: str, obligation: dict[str, Any]) -> None:
    """Both languages, the day it came into force, a listed source, an article, a scope, who owes or sees to it."""
    named = [obligation[key] for key in ("name", "article", "responsible", "note") if key in obligation]
    assert all(map(both, named))
    assert {"in_force", "article", "scope"} <= set(obligation)
    assert obligation["source"] in {source["id"] for source in DOCUMENTS[id]["framework"]["sources"]}
    assert "responsible" in obligation or "owed_by" in obligation


def test_the_duties_of_the_law_ship() -> None:
    """The seven lines of the calendar of duties are rules of the city's framework."""
    due = {one["id"]: one["due"] for one in DOCUMENTS["cantho-kl69"]["obligation"]}
    assert due["recognition-expires"] == {"on": "expires_on", "after": "issued_on", "years": 5}
    assert due["st-enterprise-recheck"] == {"after": "issued_on", "every_years": 3}
    assert due["notify-startup"] == {"after": ["issued_on", "ended_on"], "days": 15}
    assert due["register-transfer"] == {"after": "signed_on", "days": 90}
    yearly = {one: due[one]["yearly"] for one in due if "yearly" in due[one]}
    assert yearly == {"report-01-bccs": "12-05", "report-st-enterprise": "12-15", "report-innovation": "03-31"}
