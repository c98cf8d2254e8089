"""The demo's files: made up and marked so, the same for the same seed, and consistent enough to import."""

import csv
import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from stregistry import codes, vocab
from stregistry.dates import parse_days
from stregistry.demo import DemoFile, write_demo
from stregistry.demo.draws import Draws, Weighted
from stregistry.errors import DomainError
from stregistry.exchange.columns import import_plan
from stregistry.model import KINDS
from stregistry.places import place_map

Rows = dict[str, list[dict[str, str]]]

MERGER = dt.date(2025, 7, 1).toordinal()
ROLES = ("startup", "st_organisation", "st_enterprise", "support_organisation")
EVENT_DATES = {"deal": "signed_on", "partnership": "signed_on", "funding_round": "closed_on", "asset": "granted_on"}


def read(files: tuple[DemoFile, ...]) -> Rows:
    found: Rows = {}
    for file in files:
        with file.path.open(encoding="utf-8", newline="") as lines:
            found[file.kind] = list(csv.DictReader(lines))
    return found


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[DemoFile, ...]:
    return write_demo(tmp_path_factory.mktemp("demo"), size=1500, seed=7, deals=4000)


@pytest.fixture(scope="module")
def rows(files: tuple[DemoFile, ...]) -> Rows:
    return read(files)


@pytest.fixture(scope="module")
def bodies(rows: Rows) -> dict[str, dict[str, str]]:
    return {row["id"]: row for row in rows["organisation"]}


def bytes_of(files: tuple[DemoFile, ...]) -> list[bytes]:
    return [file.path.read_bytes() for file in files]


def test_one_file_for_every_kind_and_the_counts_are_true(files: tuple[DemoFile, ...], rows: Rows) -> None:
    """Every kind has one file, called synthetic, with the number of rows reported."""
    assert {file.kind for file in files} == set(KINDS)
    for file in files:
        assert file.path.name == f"{file.kind}.synthetic.csv"
        assert file.rows == len(rows[file.kind]) > 0, file.kind


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    """Size and seed fix every byte; another seed gives other ones."""
    first = bytes_of(write_demo(tmp_path / "a", size=80, seed=3))
    assert bytes_of(write_demo(tmp_path / "b", size=80, seed=3)) == first
    assert bytes_of(write_demo(tmp_path / "c", size=80, seed=4)) != first


def test_draws_are_the_same_on_every_machine() -> None:
    """A stream gives values written down once, so that a demo can be cited by its seed."""
    draws = Draws(1, "example")
    assert [draws.whole(1, 100) for _ in range(4)] == [34, 67, 92, 89]
    assert [Weighted({"a": 1, "b": 3}).draw(draws) for _ in range(6)] == ["b", "b", "b", "a", "b", "a"]
    assert round(draws.amount(1e9, 1.0)) == 1_194_369_250


def test_the_number_of_deals_can_be_chosen_alone(tmp_path: Path) -> None:
    """`deals` changes the file of deals and no other."""
    few, many = (write_demo(tmp_path / str(n), size=60, seed=1, deals=n) for n in (5, 40))
    changed = [a.kind for a, b in zip(few, many, strict=True) if a.path.read_bytes() != b.path.read_bytes()]
    assert changed == ["deal"]
    assert [f.rows for f in (*few, *many) if f.kind == "deal"] == [5, 40]


def test_a_kind_without_records_has_no_file(tmp_path: Path) -> None:
    """A small demo writes no empty file, which no import would take, and leaves no old one."""
    target = tmp_path / "demo"
    assert (target / "succession.synthetic.csv") in [f.path for f in write_demo(target, size=300, seed=1)]
    files = write_demo(target, size=60, seed=2, deals=0)
    assert {file.path for file in files} == set(target.iterdir())
    assert {"succession", "deal"}.isdisjoint(file.kind for file in files)
    assert all(file.rows for file in files)


@pytest.mark.parametrize(("size", "deals"), [(49, None), (0, None), (100, -1)])
def test_too_small_a_demo_is_refused_before_anything_is_written(tmp_path: Path, size: int, deals: int | None) -> None:
    """Below 50 bodies, or with fewer than no deals, there is an error and no folder."""
    with pytest.raises(DomainError, match="at least 50 bodies"):
        write_demo(tmp_path / "demo", size=size, deals=deals)
    assert not (tmp_path / "demo").exists()


def test_headers_are_the_columns_an_import_takes(rows: Rows) -> None:
    """Every header is the id of a column that files of the kind may have."""
    for kind, found in rows.items():
        assert set(found[0]) <= set(import_plan(kind).by_id), kind


def test_every_code_is_in_force_on_the_record_s_date(rows: Rows) -> None:
    """Codes come from their vocabulary, and were in force when the record was made."""
    dates = {**EVENT_DATES, **dict.fromkeys(ROLES, "issued_on"), "organisation": "founded_on"}
    dates |= {"succession": "happened_on", "declaration": "declared_on"}
    dates |= {"task": "assigned_on", "submission": "received_on", "observation": "published_on"}
    for kind, found in rows.items():
        plan = import_plan(kind).by_id
        coded = [name for name in found[0] if plan[name].field.vocabulary and plan[name].cell in ("code", "codes")]
        for row in found:
            day = parse_days(row[dates[kind]])[1] if row[dates[kind]] else None
            for name in coded:
                for code in filter(None, row[name].split(";")):
                    known = vocab.vocabulary(plan[name].field.vocabulary or "")
                    assert known.in_force(code, day) if day else code in known.codes, (kind, row["id"], name, code)


def test_every_name_says_that_it_is_made_up(rows: Rows) -> None:
    """Names, titles and statistics carry the mark in the language they are in."""
    for row in rows["organisation"]:
        assert row["name_vi"].endswith("(giả lập)")
        assert not row["name_en"] or (row["name_en"].endswith("(synthetic)") and row["name_en"].isascii())
    for kind in ("deal", "partnership", "asset", "task"):
        assert all(row["title"].endswith("(giả lập)") for row in rows[kind]), kind
    assert all("giả lập" in row["source"] for kind in ("observation", "declaration") for row in rows[kind])
    parties = [p for row in rows["deal"] for p in f"{row['transferor']};{row['transferee']}".split(";")]
    assert all(p.startswith("B0") or p.endswith("(synthetic)") for p in parties)


def test_every_id_is_given_once(rows: Rows) -> None:
    """Within a kind an id stands for one record."""
    for kind, found in rows.items():
        assert len({row["id"] for row in found}) == len(found), kind


def test_names_and_tax_codes_are_given_once(rows: Rows) -> None:
    """No two bodies share a name or a tax code; the codes are valid, in a range no province has."""
    assert max(Counter(row["name_vi"] for row in rows["organisation"]).values()) == 1
    numbers = [row["mst"] for row in rows["organisation"] if row["mst"]]
    assert len(set(numbers)) == len(numbers) == sum(row["kind"] == "enterprise" for row in rows["organisation"])
    assert all(n.startswith("00") and codes.mst.is_valid(n) for n in numbers)


def test_bodies_have_the_codes_of_their_time(rows: Rows) -> None:
    """Who was founded before 1 July 2025 has a code of the 63 provinces, who came later one of the 34."""
    units = {map_id: {p.code for p in place_map(map_id).units("province")} for map_id in ("vn-2024", "vn-2025")}
    seen: dict[str, set[str]] = {"vn-2024": set(), "vn-2025": set()}
    for row in rows["organisation"]:
        map_id = "vn-2025" if parse_days(row["founded_on"])[1] >= MERGER else "vn-2024"
        seen[map_id].add(row["place"])
    assert seen["vn-2025"] <= units["vn-2025"]
    assert seen["vn-2024"] <= units["vn-2024"]
    assert len(seen["vn-2024"]) > 55
    assert seen["vn-2025"]


def test_certificates_hold_within_the_life_of_their_body(rows: Rows, bodies: dict[str, dict[str, str]]) -> None:
    """A body exists when its certificate is issued; dates follow one another; recognitions run five years."""
    for kind in ROLES:
        for row in rows[kind]:
            body = bodies[row["organisation"]]
            issued = dt.date.fromisoformat(row["issued_on"])
            assert parse_days(body["founded_on"])[0] < issued.toordinal()
            assert not body["dissolved_on"] or row["ended_on"] or row["expires_on"] <= body["dissolved_on"]
            assert not row["applied_on"] or row["applied_on"] < row["issued_on"]
            assert bool(row["ended_on"]) == bool(row["ended_by"])
            assert not row["ended_on"] or row["issued_on"] < row["ended_on"] <= (row["expires_on"] or "9999")
            if row["expires_on"]:
                assert int(row["expires_on"][:4]) - issued.year == 5
    assert any(row["ended_on"] for row in rows["startup"])
    assert Counter(row["organisation"] for row in rows["support_organisation"]).most_common(1)[0][1] > 1


def test_parties_were_there_when_they_signed(rows: Rows, bodies: dict[str, dict[str, str]]) -> None:
    """Every id named by an event is a body of the demo that existed on its date, and nobody deals with himself."""
    named = {
        "deal": ("transferor", "transferee", "broker"),
        "partnership": ("lead",),
        "funding_round": ("investor", "investee"),
        "asset": ("organisation",),
    }
    for kind, columns in named.items():
        for row in rows[kind]:
            parties = [p for name in columns for p in row[name].split(";") if p and not p.endswith("(synthetic)")]
            assert len(set(parties)) == len(parties), row["id"]
            first, last = parse_days(row[EVENT_DATES[kind]] or row.get("applied_on", ""))
            for body in (bodies[p] for p in parties):
                assert parse_days(body["founded_on"])[0] <= last
                assert not body["dissolved_on"] or first < parse_days(body["dissolved_on"])[0]


def test_deals_have_the_hard_cases(rows: Rows) -> None:
    """Coarse dates, missing values, several transferees, brokers and foreign parties all occur, each in its measure."""
    deals = rows["deal"]
    share = {
        "coarse": sum(len(row["signed_on"]) < 10 for row in deals) / len(deals),
        "no value": sum(not row["value_vnd"] for row in deals) / len(deals),
        "several": sum(";" in row["transferee"] for row in deals) / len(deals),
        "foreign": sum(row["direction"] != "domestic" for row in deals) / len(deals),
        "broker": sum(bool(row["broker"]) for row in deals) / len(deals),
    }
    expected = {"coarse": 0.02, "no value": 0.06, "several": 0.03, "foreign": 0.1, "broker": 0.08}
    assert share == pytest.approx(expected, abs=0.012)
    for row in deals:
        assert row["transferor"]
        assert row["transferee"]
        assert ("(synthetic)" in row["transferor"]) == (row["direction"] == "inbound")
        assert ("(synthetic)" in row["transferee"]) == (row["direction"] == "outbound")
    by_year = Counter(row["signed_on"][:4] for row in deals)
    assert set(by_year) == {str(year) for year in range(2016, 2026)}
    assert by_year["2025"] > 2 * by_year["2016"]


def test_statistics_change_their_map_with_the_merger(rows: Rows) -> None:
    """63 provinces to 2024 and 34 for 2025, population on both bases, and each figure once."""
    for series, basis in (("population", "average"), ("population", "registered"), ("grdp", ""), ("rd_spending", "")):
        found = [r for r in rows["observation"] if (r["series"], r["basis"]) == (series, basis)]
        for year in range(2016, 2026):
            map_id = "vn-2025" if year == 2025 else "vn-2024"
            of_year = [r for r in found if r["period"] == str(year)]
            assert {r["map"] for r in of_year} == {map_id}
            assert sorted(r["place"] for r in of_year) == [p.code for p in place_map(map_id).units("province")]


def test_the_plan_s_tasks_are_those_of_can_tho(rows: Rows, bodies: dict[str, dict[str, str]]) -> None:
    """All six groups have tasks, each with a body of Cần Thơ; what is done has a day, what is late has passed it."""
    assert {row["task_group"] for row in rows["task"]} == set(vocab.vocabulary("task_group").codes)
    for row in rows["task"]:
        assert bodies[row["responsible"]]["place"] == "92"
        assert row["responsible"] not in row["partner"].split(";")
        assert row["recurrence"] or bool(row["done_on"]) == (row["status"] == "done")
        assert row["done_on"] <= "2025-12-31"
        assert row["status"] != "late" or row["due_on"] <= "2025-12-31"
        assert row["assigned_on"] < (row["done_on"] or row["due_on"])
    assert {row["recurrence"] for row in rows["task"]} == {"", "quarterly", "half_yearly", "yearly"}
    assert {"done", "late", "in_progress"} <= {row["status"] for row in rows["task"]}
