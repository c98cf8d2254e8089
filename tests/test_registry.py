"""The registry as a library's user meets it: files in, figures, records behind them, one period, ROR."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from stregistry import (
    Deal,
    DomainError,
    Framework,
    NotFoundError,
    RecordError,
    Registry,
    SnapshotError,
    Startup,
)

DEALS = "id,title,signed_on,value_vnd,transferee\nH1,Giống lúa,2024-05-17,1500000000,B1\nH2,Bí quyết,2024,5,B1\n"
BODIES = "id,name_vi,kind,place\nB1,Viện Mẫu,institute,Cần Thơ\n"


@pytest.fixture
def registry(tmp_path: Path, address: str) -> Iterator[Registry]:
    """A registry that has taken in one body and two deals."""
    with Registry.open(address) as opened:
        for kind, content in (("organisation", BODIES), ("deal", DEALS)):
            path = tmp_path / f"{kind}.csv"
            path.write_text(content, encoding="utf-8")
            opened.import_file(path, kind, actor="Lan")
        yield opened


def test_an_import_reports_what_it_did(registry: Registry, tmp_path: Path) -> None:
    """Counts, the changeset and the file's hash; None and `already` for the same file again."""
    path = tmp_path / "more.csv"
    path.write_text(DEALS.replace("H2", "H3"), encoding="utf-8")
    report = registry.import_file(path, "deal", actor="Lan", reason="tháng 6")
    assert (report.rows, report.new, report.unchanged, report.changeset, report.already) == (2, 1, 1, 3, None)
    again = registry.import_file(str(path), "deal", actor="Lan")
    assert (again.changeset, again.already, again.sha256) == (None, 3, report.sha256)
    assert registry.changesets()[-1].reason == "tháng 6"


def test_progress_is_told(registry: Registry, tmp_path: Path) -> None:
    """A caller that shows progress hears how many rows are good before they are written."""
    path = tmp_path / "more.csv"
    path.write_text("id,title\nX,x\nY,y\n", encoding="utf-8")
    told: list[int] = []
    registry.import_file(path, "deal", actor="Lan", progress=told.append)
    assert told[-1] == 2


def test_a_refused_import_raises_with_every_issue(registry: Registry, tmp_path: Path) -> None:
    """All problems come as data, and nothing is written."""
    path = tmp_path / "bad.csv"
    path.write_text("id,signed_on,direction\nX,2024-13-01,inward\nY,2024,inword\n", encoding="utf-8")
    with pytest.raises(RecordError) as caught:
        registry.import_file(path, "deal", actor="Lan")
    assert {(i.row, i.column) for i in caught.value.issues} == {(2, "signed_on"), (2, "direction"), (3, "direction")}
    assert {i.level for i in caught.value.issues} == {"error"}
    assert registry.head()[0] == 2


def test_an_unknown_kind_names_the_nearest(registry: Registry) -> None:
    """Before any file is opened."""
    with pytest.raises(NotFoundError, match="'deal'"):
        registry.import_file("nowhere.csv", "deals", actor="Lan")


def test_figures_take_a_framework_by_id_path_or_object(registry: Registry, tmp_path: Path) -> None:
    """The three ways give the same cells, for one period or several."""
    framework = Framework.load("ecosystem-core")
    cells = registry.indicators("ecosystem-core", "2024").cells
    assert registry.indicators(framework, ["2024"]).cells == cells
    shown = registry.indicators(framework, "2023..2024", "vn-2024").frame()
    assert list(shown.columns) == ["indicator", "place", "period", "value", "records", "missing", "provisional"]
    assert set(shown["period"]) == {"2023", "2024"}
    assert shown["place"].nunique() == 63
    (value,) = [c.value for c in cells if (c.indicator, c.place) == ("deals", "92")]
    assert value == 2


def test_explain_leads_back_to_the_rows(registry: Registry) -> None:
    """The records counted and their rows in the file."""
    found = registry.explain("ecosystem-core", "deals_value", "92", "2024")
    assert sorted((r.document, r.line, int(r.contribution)) for r in found.records) == [
        ("deal.csv", 2, 1_500_000_000),
        ("deal.csv", 3, 5),
    ]
    assert registry.explain("ecosystem-core", "deals", "92", "2024", known=1).records == ()


@pytest.mark.parametrize("on", [True, False])
def test_explain_leaves_the_garbage_collector_as_it_was(registry: Registry, on: bool) -> None:
    """Whether it ran or not, and also when explaining fails."""
    was = gc.isenabled()
    try:
        (gc.enable if on else gc.disable)()
        found = registry.explain("ecosystem-core", "deals", "92", "2024")
        assert gc.isenabled() == on
        assert len(found.records) == 2
        assert gc.isenabled() == on
        with pytest.raises(NotFoundError):
            registry.explain("ecosystem-core", "deals", "999", "2024")
        assert gc.isenabled() == on
    finally:
        (gc.enable if was else gc.disable)()


def test_explain_takes_one_period(registry: Registry) -> None:
    """A range is refused with a message, not a failure to unpack."""
    with pytest.raises(DomainError, match="One period"):
        registry.explain("ecosystem-core", "deals", "92", "2023..2024")


def test_a_view_reads_as_known_then(registry: Registry) -> None:
    """Records and frames of the past known time."""
    (deal, _) = registry.at().records(Deal)
    with registry.changeset(actor="Lan", reason="sửa") as tx:
        tx.amend(deal.id or 0, {"title": "Giống lúa mới"})
    assert registry.at(known=2).get(deal.id or 0).title == "Giống lúa"  # type: ignore[attr-defined]
    assert list(registry.at().frame(Deal)["title"]) == ["Giống lúa mới", "Bí quyết"]
    assert registry.at().frame(Startup).empty


def test_a_snapshot_is_verified_from_a_file_or_an_object(registry: Registry, tmp_path: Path) -> None:
    """Both ways give the same answer; a missing file is a SnapshotError."""
    snapshot = registry.snapshot("ecosystem-core", "2024")
    snapshot.write(tmp_path / "s.json")
    assert registry.verify(snapshot) == registry.verify(tmp_path / "s.json")
    assert registry.verify(snapshot).ok
    with pytest.raises(SnapshotError, match="no such file"):
        registry.verify(tmp_path / "none.json")
