"""Templates, schemas and hand-made changes follow the same columns as imports."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import openpyxl
import pytest

from stregistry.cli.rows import record_document
from stregistry.errors import NotFoundError, RecordError
from stregistry.exchange.columns import ImportColumn, import_plan
from stregistry.exchange.headers import read_header
from stregistry.exchange.importer import import_file
from stregistry.exchange.read_xlsx import GUIDE_SHEET, TEMPLATE_VERSION
from stregistry.exchange.schema import json_schema
from stregistry.exchange.single import read_changes
from stregistry.exchange.template import template, template_header, write_template
from stregistry.model import KINDS
from stregistry.store import Store
from stregistry.vocab import vocabulary

VERSION_1 = json.loads(Path(__file__).with_name("template_v1.json").read_text(encoding="utf-8"))


def example(column: ImportColumn) -> Any:
    """A good cell for any column."""
    if column.cell in ("code", "codes") and column.field.vocabulary:
        return vocabulary(column.field.vocabulary).codes[0]
    identifiers = {"mst": "0100112437", "ror": "001ydh096", "isni": "0000000405665028", "lei": "529900T8BM49AURSDO55"}
    cells = {
        "day": "01/07/2025" if column.id == "valid_from" else "",
        "date": "17/05/2024" if column.id != "expires_on" else "17/05/2029",
        "vnd": 1000000,
        "money": 12.5,
        "currency": "USD",
        "integer": 5,
        "decimal": 1.5,
        "flag": "có",
        "place": "Cần Thơ",
        "country": "VN",
        "countries": "JP; KR",
        "identifier": identifiers.get(column.id, "Q5207276"),
        "party": "B1",
        "ref": "B1",
    }
    if column.id in ("ended_on", "dissolved_on", "ended_by", "organisation", "parent"):
        return "B1" if column.required else ""
    return "2024" if column.id == "period" else cells.get(column.cell, f"giá trị {column.id}")


def filled(kind: str, path: Path, *, keep_example: bool = False) -> Path:
    write_template(kind, path)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    row = 4 if keep_example else 3
    for j, column in enumerate(import_plan(kind).columns, 1):
        assert sheet.cell(2, j).value == template_header(column)
        sheet.cell(row, j).value = example(column)
    book.save(path)
    return path


@pytest.fixture
def store(file_address: str, tmp_path: Path) -> Any:
    with Store.open(file_address) as opened:
        path = tmp_path / "bodies.csv"
        path.write_text("id,name\nB1,Viện B\n", encoding="utf-8")
        import_file(opened, path, "organisation", actor="tester")
        yield opened


@pytest.mark.parametrize("kind", KINDS)
def test_a_filled_template_imports_without_an_issue(kind: str, store: Store, tmp_path: Path) -> None:
    """The workbook, filled in every column, gives one record and no warning, and the record fits the schema."""
    report = import_file(store, filled(kind, tmp_path / "t.xlsx"), kind, actor="tester")
    assert report.issues == ()
    assert report.new == 1
    checker = jsonschema_rs.Draft202012Validator(json_schema(kind))
    records = [version.record for version in store.at("2026-01-01").versions(kind)]
    assert records
    for record in records:
        assert [str(error) for error in checker.iter_errors(record_document(record))] == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_of_a_template_is_no_record(kind: str, store: Store, tmp_path: Path) -> None:
    """The example row left standing is passed over and said to be; the row below it is taken in."""
    report = import_file(store, filled(kind, tmp_path / "t.xlsx", keep_example=True), kind, actor="tester")
    assert [(issue.code, issue.level) for issue in report.issues] == [("example_rows", "warning")]
    assert "3" in report.issues[0].message.vi
    assert (report.rows, report.new) == (1, 1)


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_template_holds_no_data(kind: str, store: Store, tmp_path: Path) -> None:
    """A template sent in as it came is refused as an empty file; its example makes no record."""
    write_template(kind, tmp_path / "t.xlsx")
    with pytest.raises(RecordError) as caught:
        import_file(store, tmp_path / "t.xlsx", kind, actor="tester")
    assert "empty_file" in [issue.code for issue in caught.value.issues]


@pytest.mark.parametrize("kind", VERSION_1)
def test_a_template_of_version_1_still_imports(kind: str, store: Store, tmp_path: Path) -> None:
    """The headers version 1 had are all understood: ids alone, in row 1; that there is a newer one is said."""
    ids = VERSION_1[kind]
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(ids)
    sheet.append([example(import_plan(kind).by_id[name]) for name in ids])
    book.create_sheet(GUIDE_SHEET)["A1"] = "Cột / Column"
    book.save(tmp_path / "old.xlsx")
    report = import_file(store, tmp_path / "old.xlsx", kind, actor="tester")
    assert ([issue.code for issue in report.issues], report.new) == (["template_old"], 1)
    assert f"stregistry template {kind} " in report.issues[0].suggestion.en  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("said", "code"), [("deal 1", "template_old"), ("deal 99", "template_new"), ("startup 2", "template_kind")]
)
def test_a_template_of_another_version_or_kind_says_so(store: Store, tmp_path: Path, said: str, code: str) -> None:
    """It is read by its headers all the same, and the warning names what it is."""
    path = filled("deal", tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(path)
    book.custom_doc_props["stregistry_template"].value = said
    book.save(path)
    report = import_file(store, path, "deal", actor="tester")
    assert ([issue.code for issue in report.issues], report.new) == ([code], 1)
    assert said.split()[code != "template_kind"] in report.issues[0].message.vi


def test_a_template_says_its_version_and_checks_cells(tmp_path: Path) -> None:
    """The version stands in the first cell and in the properties; codes, dates and numbers are checked by Excel."""
    write_template("deal", tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    sheet = book.worksheets[0]
    assert str(sheet["A1"].value).endswith(f"version {TEMPLATE_VERSION}")
    assert book.custom_doc_props["stregistry_template"].value == f"deal {TEMPLATE_VERSION}"
    assert {check.type for check in sheet.data_validations.dataValidation} >= {"list", "custom", "decimal"}
    for check in sheet.data_validations.dataValidation:
        if check.type == "list" and "!" in check.formula1:
            name, cells = check.formula1.split("!")
            listed = [row[0].value for row in book[name.strip("'")][cells.replace("$", "")]]
            assert all(listed)


@pytest.mark.parametrize(
    "name", sorted({c.field.vocabulary or "" for k in KINDS for c in import_plan(k).columns} - {""})
)
def test_every_choice_of_a_drop_down_is_read_as_its_code(name: str) -> None:
    """Drop-downs offer Vietnamese labels, and each of them means exactly its own code."""
    terms = vocabulary(name)
    assert [terms.find(terms.label(code, "vi")) for code in terms.codes] == list(terms.codes)


@pytest.mark.parametrize(
    ("header", "scale"),
    [
        ("Giá trị (đồng) / Value (VND) [value_vnd]", 1),
        ("Giá trị (triệu đồng) / Value (VND) [value_vnd]", 10**6),
        ("Giá trị (triệu đồng) / Value (million VND) [value_vnd]", 10**6),
        ("Giá trị (triệu đồng) / Value (billion VND) [value_vnd]", None),
    ],
)
def test_a_unit_changed_in_a_template_holds(header: str, scale: int | None) -> None:
    """An amount follows the unit somebody wrote into its header; two different ones are not understood."""
    got = read_header(import_plan("deal"), 0, header)
    assert (got.scale if got else None) == scale


@pytest.mark.parametrize("kind", KINDS)
def test_the_csv_header_is_that_of_the_workbook(kind: str) -> None:
    """`template KIND` prints the ids of every column, in order."""
    (header,) = csv.reader(io.StringIO(template(kind)))
    assert header == [column.id for column in import_plan(kind).columns]


def test_an_unknown_kind_names_the_nearest() -> None:
    """A mistyped kind is told with the nearest one."""
    with pytest.raises(NotFoundError, match="startup"):
        template("startups")


def test_one_change_is_read_like_a_cell(store: Store) -> None:
    """`set` reads a value by the rules of its column, and says so when it cannot."""
    body = store.at().versions("organisation")[0].record.id
    assert body is not None
    with store.changeset(actor="tester", reason="set") as tx:
        changes, warnings = read_changes(
            tx, "organisation", body, [("Địa bàn", "TP. Cần Thơ"), ("name_en", "B Institute")]
        )
        assert warnings == ()
        assert changes["place"] == "92"
        assert {name.value for name in changes["names"]} == {"Viện B", "B Institute"}
        with pytest.raises(RecordError):
            read_changes(tx, "organisation", body, [("founded_on", "31/02/2020")])
        with pytest.raises(NotFoundError, match="founded_on"):
            read_changes(tx, "organisation", body, [("founded", "2020")])
