"""The user's own sheet comes back with bad cells coloured and reasons beside the rows, and is imported again mended."""

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Font

from stregistry.errors import RecordError, StregistryError
from stregistry.exchange import errorbook
from stregistry.exchange.importer import ImportReport, import_file
from stregistry.store import Store

BAD = "FFC7CE"
ROWS: list[list[Any]] = [
    ["DANH SÁCH HỢP ĐỒNG"],
    ["Đơn vị tính: triệu đồng"],
    ["STT", "Mã hồ sơ", "Tên công nghệ", "Ngày ký", "Giá trị"],
    [1, "H1", "Máy sấy lúa", dt.date(2024, 5, 17), 1250.5],
    [2, "H2", "Giống lúa", "31/02/2024", "ba trăm"],
    [3, "H3", "=HYPERLINK", "05/2024", "12,5"],
    ["Tổng cộng", None, None, None, 1300],
]


def workbook(path: Path, rows: list[list[Any]] = ROWS) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Danh sách"
    for row in rows:
        sheet.append(row)
    for row in sheet.iter_rows():
        for cell in row:
            if str(cell.value).startswith("="):
                cell.data_type = "s"
    book.save(path)
    return path


def decorated(path: Path) -> Path:
    """ROWS with formats, widths, merged cells, and text that begins like a formula."""
    book = openpyxl.load_workbook(workbook(path))
    sheet = book.worksheets[0]
    sheet["A1"].font = Font(bold=True, size=14)
    sheet["E4"].number_format = "#,##0.00"
    sheet.column_dimensions["C"].width = 33
    sheet.merge_cells("A1:E1")
    book.save(path)
    return path


def take(store: Store, path: Path, **about: Any) -> ImportReport:
    return import_file(store, path, "deal", actor="tester", **about)


def refused(store: Store, path: Path, errors: Path, **about: Any) -> RecordError:
    with pytest.raises(RecordError) as caught:
        take(store, path, errors=errors, **about)
    assert store.head()[0] == 0
    assert caught.value.parts["errors"] == errors
    return caught.value


def coloured(sheet: Any) -> set[str]:
    return {c.coordinate for row in sheet.iter_rows() for c in row if str(c.fill.start_color.rgb)[-6:] == BAD}


@pytest.fixture
def returned(store: Store, tmp_path: Path) -> Path:
    """The workbook of errors of ROWS."""
    refused(store, decorated(tmp_path / "a.xlsx"), tmp_path / "loi.xlsx")
    return tmp_path / "loi.xlsx"


def test_the_sheet_comes_back_with_its_values_formats_and_reasons(returned: Path) -> None:
    """Bad cells are coloured, no others; reasons are in Vietnamese beside their rows; the rest is as it was."""
    book = openpyxl.load_workbook(returned)
    sheet = book["Danh sách"]
    assert [[c.value for c in row[:5]] for row in sheet.iter_rows(min_row=5, max_row=7)] == [
        row + [None] * (5 - len(row)) for row in ROWS[4:7]
    ]
    assert sheet["D4"].value == dt.datetime(2024, 5, 17)  # noqa: DTZ001
    assert (sheet["A1"].font.size, sheet["E4"].number_format) == (14, "#,##0.00")
    assert (sheet.column_dimensions["C"].width, [str(m) for m in sheet.merged_cells.ranges]) == (33, ["A1:E1"])
    assert coloured(sheet) == {"D5", "E5"}
    column = next(c.column for c in sheet[3] if c.value == errorbook.REASON_HEADER.vi)
    told = {row: sheet.cell(row, column).value for row in range(4, 8)}
    assert [row for row, why in told.items() if why] == [5]
    assert told[5].splitlines()[0].startswith("Ngày ký: Ngày '31/02/2024' không tồn tại")
    assert "'ba trăm' không phải là số" in told[5]
    listed = book["Danh sách lỗi - Problems"]
    assert [(row[0].value, row[2].value, row[3].value) for row in listed.iter_rows(min_row=2, max_row=3)] == [
        ("lỗi", 5, "Ngày ký"),
        ("lỗi", 5, "Giá trị"),
    ]


def test_the_returned_sheet_says_the_same_again_and_mended_is_taken_in(
    store: Store, tmp_path: Path, returned: Path
) -> None:
    """Unmended it is refused for the same cells; mended it is taken in whole, its reasons ignored."""
    second = refused(store, returned, tmp_path / "loi-2.xlsx")
    assert [(i.row, i.column) for i in second.issues if i.level == "error"] == [(5, "Ngày ký"), (5, "Giá trị")]
    book = openpyxl.load_workbook(tmp_path / "loi-2.xlsx")
    heads = [c.value for c in book["Danh sách"][3]]
    assert heads.count(errorbook.REASON_HEADER.vi) == 1
    assert book.sheetnames.count("Danh sách lỗi - Problems") == 1
    book["Danh sách"]["D5"], book["Danh sách"]["E5"] = "29/02/2024", 300
    book.save(tmp_path / "loi-2.xlsx")
    assert take(store, tmp_path / "loi-2.xlsx").new == 3


def test_good_rows_taken_before_stay_unchanged(store: Store, tmp_path: Path) -> None:
    """With accept_valid the good rows go in; the mended sheet brings in the rest and touches none of them."""
    path, errors = decorated(tmp_path / "a.xlsx"), tmp_path / "loi.xlsx"
    report = take(store, path, errors=errors, accept_valid=True)
    assert (report.new, report.refused, report.errors) == (2, 1, errors)
    book = openpyxl.load_workbook(errors)
    book.worksheets[0]["D5"], book.worksheets[0]["E5"] = "29/02/2024", 300
    book.save(errors)
    again = take(store, errors)
    assert (again.new, again.changed, again.unchanged) == (1, 0, 2)


def test_nothing_is_written_when_nothing_is_wrong(store: Store, tmp_path: Path) -> None:
    """A good file gives no workbook of errors."""
    rows = [row for n, row in enumerate(ROWS) if n != 4]
    path = workbook(tmp_path / "a.xlsx", rows)
    assert take(store, path, errors=tmp_path / "loi.xlsx").errors is None
    assert not (tmp_path / "loi.xlsx").exists()


def test_a_header_that_is_wrong_is_coloured_and_says_why(store: Store, tmp_path: Path) -> None:
    """An unknown column and one whose number style cannot be decided carry the reason in a comment."""
    rows = [["id", "title", "value_vnd", "Ghi chú riêng"], ["H1", "a", "1.234", "x"]]
    refused(store, workbook(tmp_path / "a.xlsx", rows), tmp_path / "loi.xlsx", lang="en")
    sheet = openpyxl.load_workbook(tmp_path / "loi.xlsx").worksheets[0]
    assert "D1" in coloured(sheet)
    assert "does not belong to the kind 'deal'" in sheet["D1"].comment.text


def test_a_repeated_key_colours_the_key(store: Store, tmp_path: Path) -> None:
    """Both rows of a key with different content are coloured in the column of keys, and say where the other is."""
    rows = [["title", "id"], ["a", "H1"], ["b", "H1"]]
    refused(store, workbook(tmp_path / "a.xlsx", [*rows, ["c", "H2"]]), tmp_path / "loi.xlsx")
    assert coloured(openpyxl.load_workbook(tmp_path / "loi.xlsx").worksheets[0]) >= {"B2", "B3"}


CSV = "id;title;signed_on;value_vnd\n001;=cmd|x;31/02/2024;5\n\n002;Lúa;1/2/2024;1.234.567\n003;a;2024;5;thừa\n"


def test_a_csv_file_comes_back_as_a_workbook_of_text(store: Store, tmp_path: Path) -> None:
    """Rows stand where they stood, zeros and formulas stay text, extra cells are kept; mended it is taken in."""
    path = tmp_path / "a.csv"
    path.write_text(CSV, encoding="utf-8")
    refused(store, path, tmp_path / "loi.xlsx")
    book = openpyxl.load_workbook(tmp_path / "loi.xlsx")
    sheet = book.worksheets[0]
    assert [[c.value for c in row[:5]] for row in sheet.iter_rows(min_row=2, max_row=5)] == [
        ["001", "=cmd|x", "31/02/2024", "5", None],
        [None] * 5,
        ["002", "Lúa", "1/2/2024", "1.234.567", None],
        ["003", "a", "2024", "5", "thừa"],
    ]
    assert sheet["B2"].data_type == "s"
    assert coloured(sheet) >= {"C2", "E5"}
    sheet["C2"], sheet["E5"] = "29/02/2024", None
    sheet["B2"].data_type = "s"
    book.save(tmp_path / "loi.xlsx")
    report = take(store, tmp_path / "loi.xlsx")
    assert report.new == 3
    assert {v.record.value_vnd for v in store.at().versions("deal")} == {5, 1_234_567}  # type: ignore[attr-defined]


def test_a_csv_file_with_a_header_of_two_rows_and_a_unit_comes_back_readable(store: Store, tmp_path: Path) -> None:
    """Groups stand over their columns again and the unit above them, so that amounts mean the same."""
    text = "Đơn vị tính: tỷ đồng;;;\nMã hồ sơ;Tên công nghệ;Thời gian;;Giá trị\n;;Ngày ký;Ngày kết thúc;\n"
    (tmp_path / "a.csv").write_text(f"{text}H1;a;31/02/2024;2025;1,5\nH2;b;2024;2025;2,5\n", encoding="utf-8")
    refused(store, tmp_path / "a.csv", tmp_path / "loi.xlsx")
    book = openpyxl.load_workbook(tmp_path / "loi.xlsx")
    book.worksheets[0]["C4"] = "29/02/2024"
    book.save(tmp_path / "loi.xlsx")
    assert take(store, tmp_path / "loi.xlsx").new == 2
    values = [v.record.value_vnd for v in store.at().versions("deal")]  # type: ignore[attr-defined]
    assert sorted(values) == [1_500_000_000, 2_500_000_000]


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_of_a_very_large_sheet_only_the_bad_rows_come_back(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """They keep their row numbers, can be imported again, and amounts keep their unit."""
    monkeypatch.setattr(errorbook, "_MOST_CELLS", 3)
    rows = [["Đơn vị tính: triệu đồng"], ["Mã hồ sơ", "Tên công nghệ", "Ngày ký", "Giá trị"]]
    rows += [["H1", "a", "31/02/2024", "1,5"], ["H2", "b", "2024", "2"], ["H3", "c", "x", "0,5"]]
    path = tmp_path / name
    if name == "a.csv":
        path.write_text("\n".join(";".join(row) for row in rows), encoding="utf-8")
    else:
        workbook(path, rows)
    report = take(store, path, errors=tmp_path / "loi.xlsx", accept_valid=True)
    assert (report.new, report.refused) == (1, 2)
    book = openpyxl.load_workbook(tmp_path / "loi.xlsx")
    sheet = book.worksheets[0]
    assert [[c.value for c in row[:5]] for row in sheet.iter_rows(min_row=3, max_row=4)] == [
        ["H1", "a", "31/02/2024", "1,5", 3],
        ["H3", "c", "x", "0,5", 5],
    ]
    sheet["C3"], sheet["C4"] = "2024", "2023"
    book.save(tmp_path / "loi.xlsx")
    assert take(store, tmp_path / "loi.xlsx").new == 2
    values = {v.record.value_vnd for v in store.at().versions("deal")}  # type: ignore[attr-defined]
    assert values == {1_500_000, 2_000_000, 500_000}


@pytest.mark.parametrize(("name", "word"), [("loi.csv", ".xlsx"), ("a.xlsx", "already there"), ("no/l.xlsx", "folder")])
def test_a_file_of_errors_that_cannot_be_is_told_first(store: Store, tmp_path: Path, name: str, word: str) -> None:
    """Nobody's file is overwritten, not even the one that is imported; nothing is read before that is known."""
    path = workbook(tmp_path / "a.xlsx")
    with pytest.raises(StregistryError, match=word):
        take(store, path, errors=tmp_path / name)


def test_a_wrong_header_of_merged_cells_is_told_in_the_own_workbook(store: Store, tmp_path: Path) -> None:
    """Titles and notes stay, and the comment stands in the one cell that is seen of the merged ones."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    rows = (
        ["DANH SÁCH HỢP ĐỒNG"],
        ["Mã hồ sơ", "Tên công nghệ", "Bên giao", None, "Gía trị HĐ"],
        [None, None, "Tên", "MST"],
        ["H1", "Máy sấy", "A"],
        ["Ghi chú: tạm tính"],
    )
    for row in rows:
        sheet.append(row)
    for area in ("A2:A3", "B2:B3", "C2:D2", "E2:E3"):
        sheet.merge_cells(area)
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(RecordError):
        import_file(store, tmp_path / "a.xlsx", "deal", actor="t", errors=tmp_path / "loi.xlsx")
    back = openpyxl.load_workbook(tmp_path / "loi.xlsx").worksheets[0]
    assert (back["A1"].value, back["A5"].value) == ("DANH SÁCH HỢP ĐỒNG", "Ghi chú: tạm tính")
    assert back["E2"].comment is not None
    assert "Gía trị HĐ" in back["E2"].comment.text
