"""Three years of an office, told as a story: everything that happens to a registry, and every number still stands."""

import csv
import datetime as dt
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs
import pytest

from stregistry import Deal, Framework, Party, Registry, Succession
from stregistry.dates import PartialDate
from stregistry.demo import write_demo
from stregistry.evaluate import Explanation
from stregistry.evaluate.indicators import rounded
from stregistry.snapshot import SnapshotDiff

BOTH = {"vi": "Tên", "en": "Name"}


def _indicator(id: str, measure: str, params: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": id, "group": "index", "name": BOTH, "direction": "up", "measure": measure, "params": params, **more}


DEALS = {"of": "deal", "place": "transferee"}
DOCUMENT: dict[str, Any] = {
    "framework": {
        "id": "story",
        "version": "1",
        "title": BOTH,
        "sources": [
            {"id": "d13", "number": "13/2019/NĐ-CP", "issued": "2019-02-01", "title": BOTH},
            {"id": "d268", "number": "268/2025/NĐ-CP", "issued": "2025-10-14", "title": BOTH},
        ],
    },
    "evaluation": {"places": "vn-2024", "level": "province"},
    "group": [{"id": "index", "name": BOTH}],
    "indicator": [
        _indicator("deals", "count", DEALS),
        _indicator("deals_value", "sum", {**DEALS, "field": "value_vnd"}, scale=1e-9),
        _indicator("deals_mean", "mean", {**DEALS, "field": "value_vnd"}, scale=1e-9),
        _indicator("countries", "distinct", {"of": "partnership", "field": "partner_countries", "place": "lead"}),
        _indicator("st_enterprises", "count", {"of": "st_enterprise"}),
        _indicator(
            "startups_per_head",
            "count",
            {"of": "startup"},
            per={"series": "population", "basis": "average", "scale": 1e5},
        ),
        _indicator("value_per_deal", "ratio", {"top": "deals_value", "bottom": "deals"}),
        _indicator("deals_growth", "growth", {"indicator": "deals"}),
    ],
    # Both rules ask for a report by 15 December; which one binds depends on the day.
    "obligation": [
        {
            "id": f"report-{source}",
            "name": BOTH,
            "of": "st_enterprise",
            "due": {"yearly": "12-15"},
            "done": {"submission": "V.6"},
            "source": source,
            **dates,
        }
        for source, dates in (
            ("d13", {"in_force": "2019-03-20", "until": "2025-10-14"}),
            ("d268", {"in_force": "2025-10-14"}),
        )
    ],
    "method": {"normalise": {"how": "min_max", "to": [1, 100]}, "aggregate": {"how": "arithmetic"}},
}


def framework(version: str = "1", **changed: dict[str, Any]) -> Framework:
    rows = [{**row, **changed.get(row["id"], {})} for row in DOCUMENT["indicator"]]
    about = {**DOCUMENT["framework"], "version": version}
    return Framework.from_document({**DOCUMENT, "framework": about, "indicator": rows}, "story")


@attrs.define
class Office:
    """The registry, the files it gets, and the day it is."""

    registry: Registry
    files: dict[str, list[dict[str, str]]]
    folder: Path
    today: list[dt.datetime]

    def on(self, day: str) -> None:
        self.today[0] = dt.datetime.fromisoformat(f"{day}T02:00:00+00:00")

    def take_in(self, kind: str, rows: list[dict[str, str]], name: str) -> None:
        """Imports rows of a list as the office's next file of that kind."""
        path = self.folder / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(self.files[kind][0]))
            writer.writeheader()
            writer.writerows(rows)
        self.registry.import_file(path, kind, actor="Lan", source_id="demo")

    def largest_deal(self, name: str) -> Deal:
        """The largest deal of Cần Thơ in a kept snapshot."""
        found = self.registry.explain_snapshot(name, "deals_value", "92").records
        number = max(found, key=lambda r: r.contribution).id
        return next(d for d in self.registry.at().records(Deal) if d.id == number)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The story itself; the tests below ask what is true at its end."""
    folder, today = tmp_path_factory.mktemp("office"), [dt.datetime(2024, 2, 1, 2, tzinfo=dt.UTC)]
    files = {}
    order = []
    for file in write_demo(folder, size=120, seed=5, deals=600):
        order.append(file.kind)
        with file.path.open(encoding="utf-8", newline="") as stream:
            files[file.kind] = list(csv.DictReader(stream))
    with Registry.open("sqlite://", clock=lambda: today[0]) as registry:
        made = Office(registry=registry, files=files, folder=folder, today=today)
        _first_year(made, order)
        _second_year(made)
        _third_year(made)
        yield made


def _first_year(office: Office, order: list[str]) -> None:
    """Early 2024: the lists come in, without the deals of the second half of 2023; the year is closed and approved."""
    late = {"deal": "2023-07-01", "observation": "2023"}
    for kind in order:
        field = {"deal": "signed_on", "observation": "period"}.get(kind)
        rows = [r for r in office.files[kind] if field is None or r[field] < late[kind]]
        if rows:
            office.take_in(kind, rows, f"1-{kind}")
    made = office.registry.snapshot(framework(), "2023")
    office.registry.approve(made, by="Nguyễn Văn An", name="nam-2023")


def _second_year(office: Office) -> None:
    """Early 2025: the late deals and the population come, a deal is corrected downward, a certificate has lapsed."""
    office.on("2025-02-01")
    office.take_in("deal", [r for r in office.files["deal"] if r["signed_on"] < "2025"], "2-deal")
    office.take_in("observation", [r for r in office.files["observation"] if r["period"] < "2025"], "2-observation")
    deal = office.largest_deal("nam-2023")
    with office.registry.changeset(actor="Minh", reason="Biên bản thanh lý") as tx:
        tx.amend(deal.id, {"value_vnd": (deal.value_vnd or 0) // 2})
    rows = [dict(r) for r in office.files["st_enterprise"]]
    home = {b["id"]: b["place"] for b in office.files["organisation"]}
    lapsed = next(r for r in rows if home[r["organisation"]] == "92" and r["issued_on"] < "2023" and not r["ended_on"])
    lapsed |= {"ended_on": "2024-05-10", "ended_by": "revoked"}
    office.take_in("st_enterprise", rows, "2-st_enterprise")
    made = office.registry.snapshot(framework(), "2024")
    office.registry.approve(made, by="Nguyễn Văn An", name="nam-2024")


def _third_year(office: Office) -> None:
    """Early 2026: provinces have merged, Decree 268 is in force, a department was absorbed, the framework is new."""
    office.on("2026-02-01")
    office.take_in("deal", office.files["deal"], "3-deal")
    office.take_in("observation", office.files["observation"], "3-observation")
    bodies = {
        name: found[0][0]
        for name in ("Sở Khoa học", "Sở ngành mẫu số một")
        if (found := office.registry.at().search(name))
    }
    science, industry = bodies["Sở Khoa học"], bodies["Sở ngành mẫu số một"]
    with office.registry.changeset(actor="Lan", reason="Nghị quyết sắp xếp") as tx:
        parties = (Party(role="predecessor", body=industry), Party(role="successor", body=science))
        tx.put(Succession(event="absorbed", happened_on=PartialDate.parse("2025-11-01"), parties=parties))
    new = framework("2", deals_value={"params": {**DEALS, "field": "value_vnd", "where": {"status": ["completed"]}}})
    made = office.registry.snapshot(new, "2025", places="vn-2025")
    office.registry.approve(made, by="Trần Thị Bình", name="nam-2025")


YEARS = ("nam-2023", "nam-2024", "nam-2025")


def test_every_year_still_verifies(office: Office) -> None:
    """Each approved snapshot is identical, byte for byte, after all that came later; the chain is whole."""
    assert [office.registry.verify(name).outcome for name in YEARS] == ["identical"] * 3
    assert [(k.name, k.status, k.approved_by) for k in office.registry.kept()] == [
        ("nam-2023", "approved", "Nguyễn Văn An"),
        ("nam-2024", "approved", "Nguyễn Văn An"),
        ("nam-2025", "approved", "Trần Thị Bình"),
    ]
    assert office.registry.audit().ok


@pytest.mark.parametrize("name", YEARS)
def test_every_explanation_sums(office: Office, name: str) -> None:
    """The records of then give the figure of then, for every indicator of Cần Thơ."""
    snapshot = office.registry.open_snapshot(name)
    known = 0
    for indicator in snapshot.framework.indicators:
        found = office.registry.explain_snapshot(snapshot, indicator.id, "92")
        if found.cell.value is not None:
            assert _worked_out(found, indicator.measure) == found.cell.value, indicator.id
            known += 1
    assert known >= 6


def _worked_out(found: Explanation, measure: str) -> float | None:
    """The figure from the contributions alone."""
    total, scale = found.total, Fraction(str(found.scale))
    zero = Fraction(0)
    if measure == "growth":
        return rounded(total.get("now.value", zero) / total["before.value"] - 1)
    if measure == "ratio":
        return rounded(total.get("top.value", zero) / 10**9 / total["bottom.value"])
    value = total.get("top", zero) / total["bottom"] if measure == "mean" else total.get("value", zero)
    return rounded(value * scale / (total["denominator"] / 10**5 if "denominator" in total else 1))


@pytest.mark.parametrize(("old", "new"), [(YEARS[0], YEARS[1]), (YEARS[1], YEARS[2]), (YEARS[0], YEARS[2])])
def test_every_diff_adds_up(office: Office, old: str, new: str) -> None:
    """Records to causes, causes to the change, the change to the two frozen figures: all to 1e-9, at every place."""
    found = office.registry.diff_snapshots(old, new)
    assert len(found.figures) > 20
    for move in found.figures:
        if move.change is not None:
            assert sum((r.contribution for r in move.records), Fraction(0)) == move.change
            assert sum(move.causes.values(), Fraction(0)) == move.change
            assert float(move.change) == pytest.approx((move.after or 0) - (move.before or 0), rel=1e-9, abs=1e-9)
        else:
            assert move.by is not None
    for score in found.scores:
        if score.change is not None:
            assert sum(score.causes.values()) == pytest.approx(score.change, abs=1e-9)


def _again(office: Office, name: str, known: int | None = None) -> SnapshotDiff:
    """A kept snapshot against the same one made with what is known at the end."""
    old = office.registry.open_snapshot(name)
    new = office.registry.snapshot(old.framework, old.content["periods"], known=known)
    return office.registry.diff_snapshots(old, new, place="92")


def test_what_came_late_and_what_was_corrected_is_named(office: Office) -> None:
    """2023 as it is known now: the deals of its second half are new, the corrected one is revised downward."""
    moves = {m.indicator: m for m in _again(office, "nam-2023").figures}
    value = moves["deals_value"]
    assert value.causes.keys() == {"new", "revised"}
    late = [r for r in value.records if r.what == "new"]
    assert {(r.document, r.date >= "2023-07-01") for r in late} == {("2-deal.csv", True)}
    (corrected,) = [r for r in value.records if r.what == "revised"]
    assert corrected.contribution < 0
    assert corrected.after == corrected.before // 2
    assert moves["startups_per_head"].missing_before == "no_denominator"
    assert moves["startups_per_head"].by == "records"


def test_a_lapsed_certificate_leaves_the_stock(office: Office) -> None:
    """One enterprise fewer at the end of 2024, by the list that says so; 2023 keeps it."""
    found = office.registry.diff_snapshots("nam-2023", "nam-2024", place="92", indicator="st_enterprises")
    left = [r for m in found.figures for r in m.records if r.contribution < 0 and r.what == "revised"]
    assert [(r.kind, r.document) for r in left] == [("st_enterprise", "2-st_enterprise.csv")]
    kept = office.registry.explain_snapshot("nam-2023", "st_enterprises", "92")
    assert left[0].id in {r.id for r in kept.records}


def test_the_merger_and_the_new_framework_are_told_apart(office: Office) -> None:
    """2024 on the new map is the map's doing, 2025 by the old definition the framework's; of 93 the figure ends."""
    old = office.registry.open_snapshot("nam-2024")
    restated = office.registry.snapshot(old.framework, "2024", places="vn-2025", known=old.changeset)
    merged = office.registry.diff_snapshots(old, restated, place="92").figures
    assert {cause for move in merged for cause in move.causes} == {"places"}
    assert {r.what for move in merged for r in move.records if move.indicator == "deals"} == {"entered"}
    new = office.registry.open_snapshot("nam-2025")
    same_rule = office.registry.snapshot(old.framework, "2025", places="vn-2025", known=new.changeset)
    (narrower,) = office.registry.diff_snapshots(same_rule, new, place="92", indicator="deals_value").figures
    assert narrower.causes.keys() == {"framework"}
    assert {r.what for r in narrower.records} == {"left"}
    (gone,) = office.registry.diff_snapshots("nam-2024", "nam-2025", place="93", indicator="deals").figures
    assert (gone.missing_after, gone.by) == ("not_on_map", "places")


def test_one_rule_gives_way_to_another(office: Office) -> None:
    """Reports due by 15 December: of 2024 under Decree 13/2019, of 2025 under Decree 268/2025, none under both."""
    duties = office.registry.due(framework(), on="2026-02-01", since="2024-01-01", done=True).rows
    assert {(d.obligation, d.due_last.isoformat()) for d in duties if d.kind == "st_enterprise"} == {
        ("report-d13", "2024-12-15"),
        ("report-d268", "2025-12-15"),
    }


def test_a_merged_body_hands_on_its_tasks(office: Office) -> None:
    """The tasks of the department that was absorbed are answered for by the one that took it in; before, by itself."""
    for day, taken in (("2025-10-31", False), ("2026-02-01", True)):
        rows = office.registry.tasks(on=day, done=True).rows
        mine = [r for r in rows if "mẫu số một" in (r.responsible_name or "")]
        assert mine
        assert {"Khoa học" in r.owner for r in mine} == {taken}
