"""ROR records become bodies with their names, codes and relations; contradictions are told, none is lost."""

import copy
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from stregistry.cli.importrows import import_summary
from stregistry.errors import RecordError
from stregistry.exchange.importer import import_file
from stregistry.exchange.ror.take import import_ror
from stregistry.store import Store

SHARED = Path(__file__).parents[3] / "shared" / "data" / "ror-vietnam" / "ror_vn_latest_v2.jsonl"

# Made up, in the form of schema version 2; the ids have right check digits.
RECORD: dict[str, Any] = {
    "id": "https://ror.org/001ydh096",
    "names": [
        {"value": "Viện Lúa", "lang": "vi", "types": ["label"]},
        {"value": "Rice Institute", "lang": "en", "types": ["label", "ror_display"]},
        {"value": "RI", "lang": None, "types": ["acronym"]},
    ],
    "external_ids": [{"type": "isni", "all": ["0000 0004 0566 5028"], "preferred": None}],
    "locations": [{"geonames_id": 1, "geonames_details": {"country_code": "VN", "name": "Can Tho"}}],
    "relationships": [{"type": "parent", "id": "https://ror.org/010yce376", "label": "Ministry"}],
    "links": [{"type": "website", "value": "https://lua.vn"}],
    "established": 1977,
    "status": "active",
    "types": ["facility"],
}


def put(folder: Path, records: Any, name: str = "ror.json") -> Path:
    path = folder / name
    lines = name.endswith(".jsonl")
    text = "\n".join(json.dumps(r) for r in records) if lines else json.dumps(records)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def store(file_address: str) -> Any:
    with Store.open(file_address) as opened:
        yield opened


def bodies(store: Store) -> list[Any]:
    return [version.record for version in store.at().versions("organisation")]


@pytest.mark.parametrize(
    ("records", "name"),
    [(RECORD, "a.json"), ([RECORD], "a.json"), ([RECORD], "a.jsonl"), ({"items": [RECORD], "meta": {}}, "a.json")],
)
def test_a_record_in_each_form(store: Store, tmp_path: Path, records: Any, name: str) -> None:
    """An object, an array, JSON Lines, an answer of ROR's service: one body, with nothing lost and no role."""
    report = import_ror(store, put(tmp_path, records, name), actor="tester")
    assert (report.rows, report.new, report.issues) == (1, 1, ())
    (body,) = bodies(store)
    assert [(n.value, n.lang, n.kind) for n in body.names] == [
        ("Viện Lúa", "vi", "official"),
        ("Rice Institute", "en", "official"),
        ("RI", None, "acronym"),
    ]
    assert {i.scheme for i in body.identifiers} == {"ror", "isni"}
    assert (body.place, body.country, body.status, str(body.founded_on)) == ("92", "VN", "active", "1977")
    assert (body.ror_types, body.website, body.kind) == (("facility",), "https://lua.vn", None)
    assert [(r.kind, r.identifier, r.name, r.body) for r in body.relations] == [
        ("parent", "010yce376", "Ministry", None)
    ]
    assert store.at().versions("st_organisation") == []


def test_an_archive_is_refused_with_what_is_in_it(store: Store, tmp_path: Path) -> None:
    """ROR releases archives; the message names the file to unpack."""
    with zipfile.ZipFile(tmp_path / "v1.zip", "w") as archive:
        archive.writestr("v1.45-2024-04-11-ror-data_schema_v2.json", "[]")
    with pytest.raises(RecordError) as caught:
        import_ror(store, tmp_path / "v1.zip", actor="tester")
    assert "v1.45-2024-04-11-ror-data_schema_v2.json" in caught.value.issues[0].message.vi


def test_relations_lead_to_bodies_that_are_here(store: Store, tmp_path: Path) -> None:
    """A relation to another record of the file, or of the registry, names its body."""
    parent = copy.deepcopy(RECORD) | {"id": "https://ror.org/010yce376", "relationships": []}
    import_ror(store, put(tmp_path, [RECORD, parent]), actor="tester")
    child, above = bodies(store)
    assert child.relations[0].body == above.id


def test_again_corrected_and_kept(store: Store, tmp_path: Path) -> None:
    """The same records change nothing; a corrected one changes what ROR speaks of and leaves the rest."""
    import_ror(store, put(tmp_path, [RECORD]), actor="tester")
    body = bodies(store)[0].id
    with store.changeset(actor="a person", reason="from the decision") as tx:
        tx.amend(body, {"kind": "institute", "address": "Thới Lai"})
    assert import_ror(store, put(tmp_path, RECORD), actor="tester").unchanged == 1
    report = import_ror(store, put(tmp_path, [RECORD | {"status": "inactive"}]), actor="tester")
    assert report.changed == 1
    (now,) = bodies(store)
    assert (now.status, now.kind, now.address) == ("dissolved", "institute", "Thới Lai")


def test_a_body_of_an_office_is_linked_not_overwritten(store: Store, tmp_path: Path) -> None:
    """ROR finds the office's body by its ROR id, keeps off its content, and tells where they differ."""
    path = tmp_path / "office.csv"
    path.write_text("id,name,ror,place\nO1,Viện Gạo,001ydh096,93\n", encoding="utf-8")
    import_file(store, path, "organisation", actor="office")
    report = import_ror(store, put(tmp_path, [RECORD]), actor="tester")
    (body,) = bodies(store)
    assert (body.name, body.place) == ("Viện Gạo", "93")
    assert {issue.code for issue in report.issues} == {"body_differs"}


def broken(**change: Any) -> dict[str, Any]:
    return {k: v for k, v in (copy.deepcopy(RECORD) | change).items() if v != "gone"}


@pytest.mark.parametrize(
    "record",
    [
        broken(id="https://ror.org/001ydh097"),
        broken(names="gone"),
        broken(names=[{"lang": "vi", "types": []}]),
        broken(status="sleeping"),
        broken(types=["spaceship"]),
        broken(established="long ago"),
        broken(relationships=[{"type": "cousin", "id": "https://ror.org/010yce376", "label": "x"}]),
        "text",
        [],
    ],
)
def test_a_malformed_record_is_refused_with_its_line(store: Store, tmp_path: Path, record: Any) -> None:
    """What does not follow the schema is told with the line, in both languages, and nothing is written."""
    with pytest.raises(RecordError) as caught:
        import_ror(store, put(tmp_path, [RECORD, record], "a.jsonl"), actor="tester")
    (issue,) = caught.value.issues
    assert (issue.code, issue.row) == ("bad_ror", 2)
    assert store.head()[0] == 0


def test_broken_json_is_refused(store: Store, tmp_path: Path) -> None:
    """A broken line is named; a broken array, an empty one and bytes that are no text are refused whole."""
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(RECORD) + "\n\n{oops\n", encoding="utf-8")
    with pytest.raises(RecordError) as caught:
        import_ror(store, path, actor="tester")
    assert [(issue.code, issue.row) for issue in caught.value.issues] == [("bad_json", 3)]
    for content in (b"[{", b"[]", b"\xff\xfe{}"):
        path.write_bytes(content)
        with pytest.raises(RecordError):
            import_ror(store, path, actor="tester")


def test_the_good_records_are_taken_and_the_bad_ones_put_aside(store: Store, tmp_path: Path) -> None:
    """Those of one id with two contents, of a broken schema and a broken line; mended, the file of them goes in."""
    other = RECORD | {"id": "https://ror.org/02v51f717", "established": 1980}
    path = tmp_path / "a.jsonl"
    rows = [json.dumps(r) for r in (RECORD, broken(id=other["id"], types=["spaceship"]), other)]
    path.write_text("\n".join([*rows, "{oops", rows[1]]) + "\n", encoding="utf-8")
    report = import_ror(store, path, actor="tester", accept_valid=True)
    assert (report.new, report.refused, report.quarantine) == (2, 3, tmp_path / "a.quarantine.jsonl")
    aside = [json.loads(line) for line in (tmp_path / "a.quarantine.jsonl").read_text("utf-8").splitlines()]
    assert [line["problem_row"] for line in aside] == [2, 4, 5]
    assert aside[1]["record"] == "{oops"
    assert "spaceship" in aside[0]["problem"]
    mended = put(tmp_path, [aside[0] | {"types": RECORD["types"], "established": 1985}], "b.jsonl")
    assert (import_ror(store, mended, actor="tester").changed, len(list(bodies(store)))) == (1, 2)


def test_the_same_file_again_tells_the_records_that_are_still_out(store: Store, tmp_path: Path) -> None:
    """After --accept-valid the same file changes nothing and its bad records are told, also by a dry run; one that was
    mended is on record since. What to do is said in both languages, and no workbook is promised."""
    other, bad = "https://ror.org/02v51f717", {"types": ["spaceship"]}
    path = tmp_path / "a.jsonl"
    rows = [json.dumps(r) for r in (RECORD, broken(id=other, **bad), broken(id="https://ror.org/010yce376", **bad))]
    path.write_text("\n".join([*rows, "{oops"]), encoding="utf-8")
    import_ror(store, path, actor="tester", accept_valid=True)
    for dry_run in (False, True):
        again = import_ror(store, path, actor="tester", dry_run=dry_run)
        assert (again.already, again.changeset, again.rows, again.unchanged) == (1, None, 4, 1)
        assert (again.refused, again.not_on_record) == (3, (2, 3, 4))
    assert {(issue.code, issue.row) for issue in again.issues} == {("bad_ror", 2), ("bad_ror", 3), ("bad_json", 4)}
    import_ror(store, put(tmp_path, [RECORD | {"id": other}]), actor="tester")
    again = import_ror(store, path, actor="tester", accept_valid=True)
    assert (again.quarantine, again.not_on_record, store.head()[0]) == (None, (3, 4), 2)
    told = import_summary(again)
    assert "Chưa có trong sổ: dòng 3, 4. Sửa các bản ghi đó trong tệp dòng bị loại (.quarantine.jsonl)" in told.vi
    assert "Still not on record: rows 3, 4. Mend them in the quarantine file (.quarantine.jsonl)" in told.en
    assert "--errors" not in told.vi + told.en


def test_a_file_without_bad_records_again_says_only_that(store: Store, tmp_path: Path) -> None:
    """Nothing refused and nothing told, also where a record stands twice or is older than what is on record."""
    path = put(tmp_path, [RECORD, RECORD])
    import_ror(store, path, actor="tester")
    again = import_ror(store, path, actor="tester")
    assert (again.already, again.rows, again.unchanged, again.refused, again.issues) == (1, 2, 2, 0, ())


def test_one_id_twice(store: Store, tmp_path: Path) -> None:
    """An exact repeat is a warning; two contents of one id are refused."""
    report = import_ror(store, put(tmp_path, [RECORD, RECORD]), actor="tester")
    assert (report.new, [issue.code for issue in report.issues]) == (1, ["duplicate_row"])
    with pytest.raises(RecordError):
        import_ror(store, put(tmp_path, [RECORD, RECORD | {"established": 1978}]), actor="tester")


def test_a_foreign_body_has_no_province(store: Store, tmp_path: Path) -> None:
    """Outside Việt Nam there is a country and no place, and no warning about it."""
    abroad = [{"geonames_id": 1, "geonames_details": {"country_code": "JP", "name": "Kyoto"}}]
    report = import_ror(store, put(tmp_path, [RECORD | {"locations": abroad}]), actor="tester")
    (body,) = bodies(store)
    assert (body.country, body.place, report.issues) == ("JP", None, ())


@pytest.mark.skipif(not SHARED.exists(), reason="the shared data are not beside the checkout")
def test_the_vietnamese_records(store: Store) -> None:
    """All 144 real records are taken in; 21 contradictions and 3 unsettled places are told with their ROR id."""
    report = import_ror(store, SHARED, actor="tester")
    assert (report.rows, report.new) == (144, 144)
    assert {issue.code for issue in report.issues} == {"ror_contradiction"}
    assert len({issue.value for issue in report.issues}) == len(report.issues) == 24
    assert store.audit().problems == ()


# The same body as RECORD, in the form of schema version 1.
OLD: dict[str, Any] = {
    "id": "https://ror.org/001ydh096",
    "name": "Rice Institute",
    "types": ["Facility"],
    "links": ["https://lua.vn"],
    "aliases": ["Rice House"],
    "acronyms": ["RI"],
    "status": "active",
    "wikipedia_url": "",
    "email_address": None,
    "ip_addresses": [],
    "labels": [{"label": "Viện Lúa", "iso639": "vi"}],
    "country": {"country_code": "VN", "country_name": "Vietnam"},
    "external_ids": {
        "ISNI": {"preferred": None, "all": ["0000 0004 0566 5028"]},
        "GRID": {"preferred": "grid.444912.e", "all": "grid.444912.e"},
    },
    "established": 1977,
    "addresses": [{"city": "Can Tho", "state": None, "primary": True, "geonames_city": {"id": 1, "city": "Can Tho"}}],
    "relationships": [
        {"type": "Parent", "id": "https://ror.org/010yce376", "label": "Ministry"},
        {"type": "Successor", "id": "https://ror.org/010yce376", "label": "Ministry"},
    ],
}


def test_a_record_of_an_older_release_is_read_as_one_of_today(store: Store, tmp_path: Path) -> None:
    """Schema version 1: names, codes, links, place and status; the next release in version 2 changes the same body."""
    report = import_ror(store, put(tmp_path, [OLD]), actor="tester")
    assert (report.new, report.successions_new, [i.code for i in report.issues]) == (1, 1, ["ror_unlinked"])
    (body,) = bodies(store)
    assert [(n.value, n.lang, n.kind) for n in body.names] == [
        ("Rice Institute", None, "official"),
        ("Viện Lúa", "vi", "official"),
        ("Rice House", None, "alias"),
        ("RI", None, "acronym"),
    ]
    assert {(i.scheme, i.value) for i in body.identifiers} == {
        ("ror", "https://ror.org/001ydh096"),
        ("isni", "0000 0004 0566 5028"),
        ("grid", "grid.444912.e"),
    }
    assert (body.place, body.country, body.status, str(body.founded_on)) == ("92", "VN", "active", "1977")
    assert (body.ror_types, body.website) == (("facility",), "https://lua.vn")
    assert [r.kind for r in body.relations] == ["parent", "successor"]
    report = import_ror(store, put(tmp_path, [RECORD]), actor="tester")
    assert (report.new, report.changed, report.successions_retracted) == (0, 1, 1)


@pytest.mark.parametrize(
    "change", [{"country": None}, {"external_ids": {"ISNI": None}}, {"labels": [{}]}, {"types": [1]}]
)
def test_a_malformed_record_of_version_1_is_refused(store: Store, tmp_path: Path, change: dict[str, Any]) -> None:
    """As one of version 2 is: with its line, and nothing is written."""
    with pytest.raises(RecordError) as caught:
        import_ror(store, put(tmp_path, [OLD | change], "a.jsonl"), actor="tester")
    assert [(issue.code, issue.row) for issue in caught.value.issues] == [("bad_ror", 1)]
