"""Real input: the example that counts organisations listed in ROR by province holds what it prints."""

import csv
import importlib.util
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs
import pytest

from stregistry import Framework, Organisation, Registry
from stregistry.exchange.ror.places import settle_ror_place
from stregistry.model import Record

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "data"
ROR = SHARED / "ror-vietnam" / "ror_vn_latest_v2.jsonl"
CROSSWALK = SHARED / "vn-admin" / "admin_crosswalk.csv"


@attrs.frozen(kw_only=True)
class TakenIn:
    """The registry after both files, and the two reports. Tests only read it."""

    registry: Registry
    report: Any
    population: Any


def _example() -> ModuleType:
    spec = importlib.util.spec_from_file_location("ror_by_province", ROOT / "examples" / "ror_by_province.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


example = _example()


def _inputs() -> None:
    for path in (ROR, CROSSWALK):
        if not path.is_file():
            pytest.skip(f"the shared data are not beside the checkout: no {path.name}")


def _take_in(folder: Path) -> TakenIn:
    registry = Registry.open("sqlite://")
    report = example.import_ror(registry, ROR)
    return TakenIn(registry=registry, report=report, population=example.import_population(registry, CROSSWALK, folder))


@pytest.fixture(scope="module")
def taken_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TakenIn]:
    _inputs()
    taken = _take_in(tmp_path_factory.mktemp("ror"))
    yield taken
    taken.registry.close()


@pytest.fixture
def mended(tmp_path: Path) -> Iterator[tuple[TakenIn, int]]:
    """A registry of its own in which the wrong record was corrected, and the changeset of the correction."""
    _inputs()
    taken = _take_in(tmp_path)
    yield taken, example.mend(taken.registry)
    taken.registry.close()


@pytest.fixture(scope="module")
def records() -> list[dict[str, Any]]:
    _inputs()
    return [json.loads(line) for line in ROR.read_text(encoding="utf-8").splitlines()]


def _location(record: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = record["locations"][0]["geonames_details"]
    return found


def _place(record: Record) -> str | None:
    assert isinstance(record, Organisation)
    return record.place


def _settled(record: dict[str, Any]) -> Any:
    at = _location(record)
    return settle_ror_place(at["name"], at.get("country_subdivision_name"), at.get("country_subdivision_code"))


def test_every_record_is_taken_in_where_it_was_settled(taken_in: TakenIn, records: list[dict[str, Any]]) -> None:
    """144 organisations, each under its ROR id with the province its location was settled to; none without one."""
    bodies = taken_in.registry.at().records(Organisation)
    places = {i.value: body.place for body in bodies for i in body.identifiers if i.scheme == "ror"}
    assert taken_in.report.rows == len(records) == len(bodies) == 144
    assert places == {record["id"]: _settled(record).code for record in records}
    assert None not in places.values()


def test_the_report_lists_every_contradiction_and_how_it_was_settled(
    taken_in: TakenIn, records: list[dict[str, Any]]
) -> None:
    """21 contradictions and 3 places told by the subdivision alone: a warning each, with line, id and both names."""
    assert example.settled(ROR) == {"agrees": 81, "city_only": 39, "contradiction": 21, "subdivision_only": 3}
    doubtful = {
        line: record
        for line, record in enumerate(records, 1)
        if _settled(record).status in ("contradiction", "subdivision_only")
    }
    issues = {issue.row: issue for issue in taken_in.report.issues}
    assert set(issues) == set(doubtful)
    assert len(taken_in.report.issues) == 24
    for line, record in doubtful.items():
        for lang in ("vi", "en"):
            message = issues[line].message[lang]
            assert issues[line].level == "warning"
            assert record["id"] in message
            assert _location(record)["name"] in message
            assert _location(record)["country_subdivision_name"] in message


def test_being_listed_gives_no_role(taken_in: TakenIn) -> None:
    """ROR is no legal status: no startup, no science and technology organisation, no enterprise, no supporter."""
    assert example.roles(taken_in.registry) == 0


def test_totals_agree_on_both_maps(taken_in: TakenIn) -> None:
    """144 organisations on the 63 former provinces and on the 34 present ones, with none left out."""
    old, lost_old = example.listed(taken_in.registry, "vn-2024")
    new, lost_new = example.listed(taken_in.registry, "vn-2025")
    assert (len(old), sum(old.values()), lost_old) == (63, 144, 0)
    assert (len(new), sum(new.values()), lost_new) == (34, 144, 0)


def test_a_present_province_counts_what_its_former_ones_counted(taken_in: TakenIn) -> None:
    """By the crosswalk, which the registry does not use: all 34, and the three mergers that matter most."""
    old, _ = example.listed(taken_in.registry, "vn-2024")
    new, _ = example.listed(taken_in.registry, "vn-2025")
    parts = example.merged_from(CROSSWALK)
    assert new == {code: sum(old[c] for c in former) for code, former in parts.items()}
    assert {code: (new[code], [old[c] for c in former]) for code, former in parts.items() if code in "79 48 92"} == {
        "79": (44, [2, 1, 41]),
        "48": (6, [4, 2]),
        "92": (4, [4, 0, 0]),
    }
    assert {code: set(parts[code]) for code in ("79", "48", "92")} == {
        "79": {"79", "74", "77"},
        "48": {"48", "49"},
        "92": {"92", "93", "94"},
    }


def test_each_basis_of_population_stands_apart(taken_in: TakenIn) -> None:
    """The 11 kept provinces on the average basis, the 23 merged ones on the registered;
    the rest says why it is empty.
    """
    counts, _ = example.listed(taken_in.registry, "vn-2025")
    with CROSSWALK.open(encoding="utf-8-sig", newline="") as file:
        lines = {line["new_code"]: line for line in csv.DictReader(file)}
    for basis, relation, units in (("average", "kept", 11), ("registered", "merged", 23)):
        found = example.per_million(taken_in.registry, basis)
        expected = {
            code: counts[code] * 1e6 / int(line["new_population"])
            for code, line in lines.items()
            if line["relation"] == relation
        }
        assert len(expected) == units
        assert {c: value for c, (value, _) in found.items() if value is not None} == pytest.approx(expected, rel=1e-11)
        assert Counter(missing for value, missing in found.values() if value is None) == {"no_denominator": 34 - units}


def test_mixing_the_bases_leaves_every_cell_empty(taken_in: TakenIn) -> None:
    """An indicator that names no basis is missing for mixed_basis in all 34 provinces."""
    found = example.per_million(taken_in.registry, "mixed")
    assert Counter(found.values()) == {(None, "mixed_basis"): 34}
    indicators = {i.id: i for i in Framework.load(example.FRAMEWORK).indicators}
    per = indicators["listed_per_million_mixed"].per
    assert per
    assert per.basis is None


def test_a_basis_nobody_knows_is_refused(tmp_path: Path) -> None:
    """A population whose basis is not one of the two is not given one."""
    path = tmp_path / "crosswalk.csv"
    path.write_text("new_code,new_population,new_population_basis\n01,8717600,ước tính\n", encoding="utf-8")
    with pytest.raises(ValueError, match="ước tính"):
        example.population_rows(path)


def test_the_wrong_record_agrees_with_itself(records: list[dict[str, Any]]) -> None:
    """All its location says is Bình Dương, although its hospital bears a place name of Quy Nhơn, 400 km away."""
    wrong = next(record for record in records if record["id"] == example.WRONG)
    at = _location(wrong)
    assert (at["name"], at["country_subdivision_name"], at["country_subdivision_code"]) == (
        "Xóm Tra Gình",
        "Bình Dương Province",
        "57",
    )
    assert _settled(wrong).code == example.WRONG_CODE
    # In the same file another institute gives the coordinates of Quy Nhơn.
    quy_nhon = next(_location(record) for record in records if _location(record)["name"] == "Qui Nhon")
    assert quy_nhon["lat"] - at["lat"] > 2
    assert quy_nhon["lng"] - at["lng"] > 2
    assert any("Quy Hòa" in name["value"] for name in wrong["names"])


def test_a_correction_changes_the_figure_and_keeps_the_one_before(mended: tuple[TakenIn, int]) -> None:
    """One organisation moves from Bình Dương to Bình Định, on both maps; as known before, nothing moved."""
    taken, correction = mended
    assert correction == taken.population.changeset + 1
    for places, expected in (
        ("vn-2024", {"52": (1, 2), "74": (2, 1)}),
        ("vn-2025", {"52": (1, 2), "79": (44, 43)}),
    ):
        then, _ = example.listed(taken.registry, places, taken.population.changeset)
        now, _ = example.listed(taken.registry, places)
        assert {code: (then[code], now[code]) for code in now if then[code] != now[code]} == expected


def test_the_history_tells_who_moved_it_and_why(mended: tuple[TakenIn, int]) -> None:
    """The first statement has its file and line, the second its reason."""
    taken, correction = mended
    first, second = taken.registry.history(example.find_wrong(taken.registry))
    assert (_place(first.record), first.document, first.line) == (example.WRONG_CODE, ROR.name, 71)
    assert (_place(second.record), second.document, second.line) == (example.RIGHT_CODE, None, None)
    assert (second.known_from.number, second.known_from.reason) == (correction, example.REASON)
    assert first.known_to == second.known_from


def test_the_correction_survives_the_next_file(mended: tuple[TakenIn, int], tmp_path: Path) -> None:
    """The same records in another file say nothing new: no changeset, and the organisation stays where it was put."""
    taken, correction = mended
    counts = example.listed(taken.registry, "vn-2025")
    again = example.import_ror(taken.registry, example.reordered(ROR, tmp_path))
    assert again.sha256 != taken.report.sha256
    assert (again.rows, again.changeset, again.already) == (144, None, None)
    assert taken.registry.head()[0] == correction
    assert _place(taken.registry.at().get(example.find_wrong(taken.registry))) == example.RIGHT_CODE
    assert example.listed(taken.registry, "vn-2025") == counts


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "vi",
            ("44     khớp", "mixed_basis: 34", "Vai trò được tạo ra: 0", "không có gì thay đổi", "52 Tỉnh Bình Định"),
        ),
        ("en", ("44  agrees", "mixed_basis: 34", "Roles created: 0", "nothing changed", "52 Binh Dinh Province")),
    ],
)
def test_the_script_prints_it_all(lang: str, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """In either language, and no sum fails to agree."""
    _inputs()
    assert example.main(["--lang", lang, "--ror", str(ROR), "--crosswalk", str(CROSSWALK)]) == 0
    printed = capsys.readouterr().out
    for word in words:
        assert word in printed
    assert "KHÔNG KHỚP" not in printed
    assert "DOES NOT AGREE" not in printed


def test_without_its_files_the_script_says_which_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 0, both paths named, nothing computed."""
    ror, crosswalk = tmp_path / "no_ror.jsonl", tmp_path / "no_crosswalk.csv"
    assert example.main(["--lang", "en", "--ror", str(ror), "--crosswalk", str(crosswalk)]) == 0
    printed = capsys.readouterr().out
    assert f"There is no file {ror}" in printed
    assert f"There is no file {crosswalk}" in printed
    assert "Nothing was computed" in printed
