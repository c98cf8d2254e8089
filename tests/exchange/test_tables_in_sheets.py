"""A table is found where an office puts it: below titles, above totals, notes and signatures."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from stregistry.errors import RecordError
from stregistry.exchange.importer import ImportReport, import_file
from stregistry.store import Store

HEADER = ["STT", "Mã hồ sơ", "Tên công nghệ", "Ngày ký", "Giá trị"]
ROWS: list[list[Any]] = [[1, "H1", "Máy sấy lúa", "17/05/2024", "1.250,5"], [2, "H2", "Giống lúa", "05/2024", "300,25"]]
TITLES: list[list[Any]] = [["SỞ KHOA HỌC VÀ CÔNG NGHỆ"], ["DANH SÁCH HỢP ĐỒNG"], ["Đơn vị tính: triệu đồng"], []]
FOOT: list[list[Any]] = [
    ["Tổng cộng", None, None, None, "1.550,75"],
    ["Ghi chú: số liệu tạm tính"],
    ["Người lập biểu", None, None, "Giám đốc"],
]


def workbook(folder: Path, rows: list[list[Any]], *, hidden: bool = False) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    sheet.merge_cells("A1:E1")
    if hidden:
        other = book.create_sheet("Nháp")
        other.append(["x"])
        other.sheet_state = "hidden"
    path = folder / "a.xlsx"
    book.save(path)
    return path


def take(store: Store, path: Path) -> ImportReport:
    return import_file(store, path, "deal", actor="tester")


def test_an_office_list_is_read_as_it_stands(store: Store, tmp_path: Path) -> None:
    """Titles, running numbers, totals and notes are no records; the unit of the title row is every amount's."""
    report = take(store, workbook(tmp_path, [*TITLES, HEADER, *ROWS, *FOOT], hidden=True))
    assert (report.rows, report.new) == (2, 2)
    deals = {v.record.title: v.record.value_vnd for v in store.at().versions("deal")}  # type: ignore[attr-defined]
    assert deals == {"Máy sấy lúa": 1_250_500_000, "Giống lúa": 300_250_000}
    told = {issue.code: issue.message.en for issue in report.issues}
    assert set(told) == {"hidden_sheets", "totals_rows", "note_rows", "title_unit", "serial_column"}
    assert "8" in told["totals_rows"]
    assert "9, 10" in told["note_rows"]
    assert "Nháp" in told["hidden_sheets"]


def test_groups_numbered_like_chapters_head_the_rows_below_them(store: Store, tmp_path: Path) -> None:
    """With or without a subtotal they are no records; a row with a key, or with more to say, stays one."""
    rows: list[list[Any]] = [
        ["I", None, "Trong nước"],
        ROWS[0],
        ["II.", None, None, None, "300,25"],
        ["B", "H3", "Máy gặt"],
        ROWS[1],
    ]
    report = take(store, workbook(tmp_path, [*TITLES, HEADER, *rows]))
    assert report.new == 3
    assert {i.code: i.message.en for i in report.issues}["section_rows"].endswith("6, 8.")
    with pytest.raises(RecordError) as caught:
        take(store, workbook(tmp_path, [*TITLES, HEADER, ["I", None, "Trong nước", "2024", "1,5"], *ROWS]))
    assert "no_key" in [issue.code for issue in caught.value.issues]


def test_a_column_of_remarks_is_passed_over_and_told(store: Store, tmp_path: Path) -> None:
    """With the rows that say something; a kind with a field for notes takes them in; an empty one is no matter."""
    rows = [[*ROWS[0], "đã nghiệm thu"], [*ROWS[1], None]]
    report = take(store, workbook(tmp_path, [*TITLES, [*HEADER, "Ghi chú"], *rows]))
    assert "1 ô có nội dung, ở dòng 6" in {i.code: i.message.vi for i in report.issues}["remark_column"]
    report = take(store, workbook(tmp_path, [*TITLES, [*HEADER, "Notes"], *([*row, None] for row in ROWS)]))
    assert "remark_column" not in [i.code for i in report.issues]


def test_a_csv_with_its_header_in_row_1_is_read_like_a_workbook(store: Store, tmp_path: Path) -> None:
    """Totals and notes below a CSV are set aside and told; a row that is too short is still an error."""
    path = tmp_path / "a.csv"
    lines = [[str(cell or "") for cell in row] for row in [[*HEADER[:4], "Giá trị (triệu đồng)"], *ROWS, [], *FOOT]]
    text = "\n".join(";".join(row + [""] * (5 - len(row))) for row in lines)
    path.write_text(text, encoding="utf-8")
    report = take(store, path)
    assert (report.rows, report.new) == (2, 2)
    told = {issue.code: issue.message.en for issue in report.issues}
    assert set(told) == {"totals_rows", "note_rows", "serial_column"}
    assert told["totals_rows"].endswith(": 5.")
    assert told["note_rows"].endswith(": 6, 7.")
    path.write_text(text + "\n3;H3;Bí quyết", encoding="utf-8")
    with pytest.raises(RecordError) as caught:
        take(store, path)
    assert "ragged_row" in {issue.code for issue in caught.value.issues}


def test_a_bad_cell_is_named_by_the_row_of_the_sheet(store: Store, tmp_path: Path) -> None:
    """Rows count from the top of the sheet, titles included."""
    bad: list[Any] = [3, "H3", "Bí quyết", "31/02/2024", "1,5"]
    with pytest.raises(RecordError) as caught:
        take(store, workbook(tmp_path, [*TITLES, HEADER, *ROWS, bad]))
    (issue,) = [i for i in caught.value.issues if i.level == "error"]
    assert (issue.row, issue.column) == (8, "Ngày ký")


@pytest.mark.parametrize("row", [["", "H3", "Cộng", "2024", "1,5"], ["", "Cộng", "Cộng đồng", "2024", "1,5"]])
def test_a_record_that_looks_like_a_total_is_kept(store: Store, tmp_path: Path, row: list[Any]) -> None:
    """A row with a key and most of its cells is a record, whatever its words."""
    report = take(store, workbook(tmp_path, [*TITLES, HEADER, *ROWS, row]))
    assert report.new == 3


def test_a_company_named_like_a_total_or_a_note_is_kept(store: Store, tmp_path: Path) -> None:
    """A tax code makes a record of a row, even the last one and whatever the company is called."""
    header, names = ["Tên", "mst", "Địa chỉ", "website"], ["Total", "Nguồn"]
    codes = ["0100112437", "0312345678"]
    rows = [[name, code] for name, code in zip(names, codes, strict=True)]
    path = workbook(tmp_path, [["DANH SÁCH"], header, *rows])
    assert import_file(store, path, "organisation", actor="tester").new == 2


def test_a_header_that_names_its_unit_keeps_it(store: Store, tmp_path: Path) -> None:
    """The unit in a header wins over the one of the title row."""
    header = [*HEADER[:4], "Giá trị (nghìn đồng)"]
    take(store, workbook(tmp_path, [*TITLES, header, ROWS[1]]))
    (deal,) = [v.record for v in store.at().versions("deal")]
    assert deal.value_vnd == 300_250  # type: ignore[attr-defined]


@pytest.mark.parametrize("words", ["Tổng cộng: 2 hợp đồng", "TỔNG SỐ (2 HĐ)", "Cộng:", "Total: 2"])
def test_a_total_that_says_what_it_counts_is_no_record(store: Store, tmp_path: Path, words: str) -> None:
    """In any of the first columns, as long as the row has no key."""
    report = take(store, workbook(tmp_path, [*TITLES, HEADER, *ROWS, [None, None, words, None, "1.550,75"]]))
    assert (report.new, [i.code for i in report.issues if i.code == "totals_rows"]) == (2, ["totals_rows"])


def test_a_row_below_a_note_is_not_lost(store: Store, tmp_path: Path) -> None:
    """A note between records is not the foot of the table: it is refused as the bad row it is."""
    with pytest.raises(RecordError) as caught:
        take(store, workbook(tmp_path, [HEADER[1:], ROWS[0][1:], ["Ghi chú"], ROWS[1][1:]]))
    assert caught.value.issues
