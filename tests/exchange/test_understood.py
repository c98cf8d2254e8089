"""A dry run tells how each column of a file was understood, and from which cells."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from stregistry.errors import RecordError
from stregistry.exchange.importer import import_file, load_table
from stregistry.exchange.understood import Reading, Understood, UnderstoodColumn
from stregistry.store import Store
from stregistry.text import Text

ROWS: list[list[Any]] = [
    ["DANH SÁCH HỢP ĐỒNG"],
    ["Đơn vị tính: triệu đồng"],
    ["STT", "Mã hồ sơ", "title", "Ngày ký", "Giá trị", "direction"],
    [1, "H1", "Máy sấy lúa", "17/05/2024", "1.250,5", "Trong nước"],
    [2, "H2", "Giống lúa", "05/2024", "300", None],
    [3, "H3", "Bí quyết", dt.date(2024, 7, 1), 12, "inbound"],
    ["Tổng cộng", None, None, None, "1.562,5"],
]


def understood(store: Store, folder: Path, rows: list[list[Any]]) -> Understood:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "Danh sách"
    for row in rows:
        book.active.append(row)
    book.save(folder / "a.xlsx")
    try:
        found = import_file(store, folder / "a.xlsx", "deal", actor="tester", dry_run=True).understood
    except RecordError as error:
        found = error.parts["understood"]
    assert store.head()[0] == 0
    (table,) = found
    return table


def column(table: Understood, field: str) -> UnderstoodColumn:
    (found,) = [c for c in table.columns if c.field == field]
    return found


def test_every_column_says_where_it_stands_and_what_it_means(store: Store, tmp_path: Path) -> None:
    """The header's cell, the field, what the header was known by, and the rows that are no records."""
    table = understood(store, tmp_path, ROWS)
    assert (table.sheet, table.header_row, table.first_row, table.last_row, table.rows) == ("Danh sách", 3, 4, 6, 3)
    assert table.left == {"totals": (7,)}
    assert [(c.cell, c.field, c.match, c.filled, c.empty) for c in table.columns] == [
        ("A3", None, "serial", 3, 0),
        ("B3", "id", "label", 3, 0),
        ("C3", "title", "id", 3, 0),
        ("D3", "signed_on", "label", 3, 0),
        ("E3", "value_vnd", "label", 3, 0),
        ("F3", "direction", "id", 2, 1),
    ]


def test_numbers_dates_and_codes_show_the_cells_they_were_decided_by(store: Store, tmp_path: Path) -> None:
    """Each form names its first cell and row; the unit says where it comes from."""
    table = understood(store, tmp_path, ROWS)
    value = column(table, "value_vnd")
    assert (value.unit, value.unit_from, value.style) == ((10**6, "VND"), "title", "vi")
    assert value.readings == (
        Reading(form="vi", cells=1, example="1.250,5", row=4),
        Reading(form="digits", cells=1, example="300", row=5),
        Reading(form="number", cells=1, example="12", row=6),
    )
    assert [(r.form, r.row) for r in column(table, "signed_on").readings] == [
        ("dd/mm/yyyy", 4),
        ("mm/yyyy", 5),
        ("excel_date", 6),
    ]
    assert [(r.form, r.example) for r in column(table, "direction").readings] == [
        ("domestic", "Trong nước"),
        ("inbound", "inbound"),
    ]


def test_a_refused_file_is_shown_too_with_the_near_miss(store: Store, tmp_path: Path) -> None:
    """A column that means nothing names the nearest one; cells that cannot be read come first."""
    rows = [[*ROWS[2][:3], "Ngày kí kết", "value_vnd", "direction"], [*ROWS[3][:4], "15", "trong"], ROWS[4]]
    table = understood(store, tmp_path, rows)
    (unknown,) = [c for c in table.columns if c.match == "unknown"]
    assert (unknown.cell, unknown.near) == ("D1", "Ngày ký")
    assert column(table, "direction").readings[0] == Reading(form="unread", cells=1, example="trong", row=2)


def test_it_is_plain_data_for_json(store: Store, tmp_path: Path) -> None:
    """The document of a table goes through JSON unchanged and holds every column."""
    made = understood(store, tmp_path, ROWS).document()
    assert json.loads(json.dumps(made)) == made
    assert made["columns"][4]["unit"] == {"scale": 10**6, "currency": "VND"}


def test_a_table_made_in_code_has_no_header_cell(store: Store) -> None:
    """Columns are named all the same."""
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"id": ["D1"], "title": ["a"], "signed_on": ["2024"]})
    (table,) = load_table(store, frame, "deal", actor="tester", dry_run=True).understood
    assert (table.header_row, [c.cell for c in table.columns]) == (None, [None, None, None])
    assert column(table, "id").label == Text("Mã hồ sơ", "Record id")


def test_a_real_import_does_not_look_twice(store: Store, tmp_path: Path) -> None:
    """Without a dry run the report holds no understanding, which would cost a second look at every cell."""
    (tmp_path / "a.csv").write_text("id,title\nD1,a\n", encoding="utf-8")
    assert import_file(store, tmp_path / "a.csv", "deal", actor="tester").understood == ()
