"""Templates, schemas and hand-made changes follow the same columns as imports."""

import csv
import io
from pathlib import Path
from typing import Any

import jsonschema_rs
import openpyxl
import pytest

from stregistry.cli.rows import record_document
from stregistry.errors import NotFoundError, RecordError
from stregistry.exchange.columns import ImportColumn, import_plan
from stregistry.exchange.importer import import_file
from stregistry.exchange.schema import json_schema
from stregistry.exchange.single import read_changes
from stregistry.exchange.template import template, write_template
from stregistry.model import KINDS
from stregistry.store import Store
from stregistry.vocab import vocabulary


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
    return cells.get(column.cell, f"giá trị {column.id}")


def filled(kind: str, path: Path) -> Path:
    write_template(kind, path)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    for j, column in enumerate(import_plan(kind).columns, 1):
        assert sheet.cell(1, j).value == column.id
        sheet.cell(2, j).value = example(column)
    book.save(path)
    return path


@pytest.fixture
def store(tmp_path: Path) -> Any:
    with Store.open("sqlite://") as opened:
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
