"""Workbooks as offices make them: headers of two rows, merged cells, several tables, sections, numbered columns."""

import datetime as dt
import tomllib
from collections.abc import Callable, Sequence
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from stregistry.errors import RecordError
from stregistry.exchange.columns import import_plan
from stregistry.exchange.headers import read_header
from stregistry.exchange.importer import ImportReport, import_file
from stregistry.model import KINDS
from stregistry.store import Store

Rows = Sequence[Sequence[Any]]
Take = Callable[..., ImportReport]

TITLES = [["SỞ KHOA HỌC VÀ CÔNG NGHỆ"], ["Bảng 1. Hợp đồng"], ["Đơn vị tính: triệu đồng"]]
TWO_ROWS = [
    ["STT", "Mã hồ sơ", "Tên công nghệ", "Thời gian", None, "Giá trị hợp đồng", None, "Bên chuyển giao"],
    [None, None, None, "Ngày ký", "Ngày kết thúc", "Triệu đồng", "USD", None],
]
HEAD_MERGES = ("A4:A5", "B4:B5", "C4:C5", "D4:E4", "F4:G4", "H4:H5")
DEALS: Rows = [
    [1, "H1", "Máy sấy lúa", "17/05/2023", "12/2024", "1.250,5", None, "Viện A"],
    [2, "H2", "Giống lúa", "05/2023", None, "300,25", 12.5, None],
]


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Path]:
    """Makes a workbook of sheets given as rows, with cells merged on the first."""

    def run(*sheets: Rows, merges: Sequence[str] = ()) -> Path:
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for n, rows in enumerate(sheets, 1):
            sheet = book.create_sheet(f"Trang {n}")
            for row in rows:
                sheet.append(row)
        for cells in merges:
            book.worksheets[0].merge_cells(cells)
        book.save(tmp_path / "a.xlsx")
        return tmp_path / "a.xlsx"

    return run


def take(store: Store, path: Path, kind: str = "deal", **about: Any) -> ImportReport:
    return import_file(store, path, kind, actor="tester", **about)


def deals(store: Store) -> dict[str, Any]:
    return {v.record.title: v.record for v in store.at().versions("deal")}  # type: ignore[attr-defined]


def codes(report: ImportReport | RecordError) -> list[str]:
    return [issue.code for issue in report.issues if issue.code not in ("unresolved_party", "serial_column")]


@pytest.mark.parametrize("merged", [True, False])
def test_a_header_of_two_rows_is_read_group_and_column_together(store: Store, make: Any, merged: bool) -> None:
    """The amounts differ by the unit below their common heading; without merging the group reaches over blanks."""
    path = make([*TITLES, *TWO_ROWS, *DEALS], merges=HEAD_MERGES if merged else ())
    report = take(store, path)
    assert codes(report) == []
    found = deals(store)
    assert found["Máy sấy lúa"].value_vnd == 1_250_500_000
    assert str(found["Máy sấy lúa"].ended_on) == "2024-12"
    assert (found["Giống lúa"].value_vnd, str(found["Giống lúa"].value)) == (300_250_000, "12.50 USD")
    assert [p.name for p in found["Máy sấy lúa"].parties] == ["Viện A"]


def test_a_bad_cell_below_two_header_rows_names_both(store: Store, make: Any) -> None:
    """The column of an issue is the group and the word below it, as they stand in the sheet."""
    bad = [3, "H3", "x", "31/02/2024", None, None, None, None]
    with pytest.raises(RecordError) as caught:
        take(store, make([*TITLES, *TWO_ROWS, *DEALS, bad], merges=HEAD_MERGES))
    (issue,) = [i for i in caught.value.issues if i.level == "error"]
    assert (issue.sheet, issue.row, issue.column) == ("Trang 1", 8, "Thời gian › Ngày ký")


@pytest.mark.parametrize("last", [["", "", "ngày/tháng/năm", "tỷ đồng"], ["", "", "(dd/mm/yyyy)", "(tỷ đồng)"]])
def test_a_row_of_units_below_a_header_belongs_to_it(store: Store, make: Any, last: list[str]) -> None:
    """Units and the form of dates written below the names are no record."""
    take(store, make([["id", "title", "signed_on", "Giá trị"], last, ["H1", "a", "2024", 2]]))
    assert deals(store)["a"].value_vnd == 2_000_000_000


@pytest.mark.parametrize("marks", [["(1)", "(2)", "(3)", "(4)"], ["A", "B", 1, 2], [1, 2, 3, 4]])
def test_numbers_of_columns_are_no_record(store: Store, make: Any, marks: list[Any]) -> None:
    """The row that numbers the columns is passed over and told."""
    report = take(store, make([["id", "title", "signed_on", "Giá trị (tỷ đồng)"], marks, ["H1", "a", "2024", 2]]))
    assert (report.new, codes(report)) == (1, ["numbering_rows"])


def test_sections_are_headings_when_merged_and_refused_when_not(store: Store, make: Any) -> None:
    """Only a cell merged across the table tells a heading from a record that lacks its key."""
    rows = [["id", "title", "signed_on"], ["I. Nông nghiệp"], ["H1", "a", "2024"], ["II. Y tế"], ["H2", "b", "2024"]]
    report = take(store, make(rows, merges=("A2:C2", "A4:C4")))
    assert (report.new, codes(report)) == (2, ["section_rows"])
    rows[1] = [None, "I. Nông nghiệp"]
    with pytest.raises(RecordError) as caught:
        take(store, make(rows))
    assert "no_key" in codes(caught.value)


def test_every_table_of_a_sheet_is_read_with_its_own_columns(store: Store, make: Any) -> None:
    """A second table below the first has its own header and unit; what names it is no record; nothing is lost."""
    second = [
        ["Tổng cộng", None, None, None, None, "1.550,75"],
        [],
        ["Bảng 2. Hợp đồng năm 2024"],
        ["Mã hồ sơ", "Tên công nghệ", "Ngày ký", "Giá trị (tỷ đồng)"],
        ["H4", "Phần mềm", "01/02/2024", "1,5"],
    ]
    report = take(store, make([*TITLES, *TWO_ROWS, *DEALS, *second], merges=HEAD_MERGES))
    assert codes(report) == ["several_tables", "title_rows", "totals_rows"]
    assert (report.rows, report.new) == (3, 3)
    assert deals(store)["Phần mềm"].value_vnd == 1_500_000_000
    told = report.issues[0].message
    assert "Trang 1!A4; Trang 1!A11" in told.vi


def test_tables_of_several_sheets_are_one_changeset_and_others_are_named(store: Store, make: Any) -> None:
    """Every visible sheet with a table of the kind is read; a sheet of another kind is not, and is named."""
    other = [["Tên đơn vị", "Mã số thuế", "Địa chỉ trụ sở"], ["A", "0301471348", "x"]]
    one, two = ([["id", "title", "signed_on"], [f"H{n}", f"t{n}", "2024"]] for n in (1, 2))
    path = make(one, other, two)
    report = take(store, path)
    assert (report.new, report.changeset, codes(report)) == (2, 1, ["other_sheets", "several_tables"])
    assert "Trang 2" in report.issues[0].message.vi
    assert take(store, path).already == 1


def test_the_same_file_with_a_changed_row_changes_that_row_only(store: Store, make: Any) -> None:
    """Records of different tables of one file are told apart and found again by their keys."""
    tables = [[["id", "title", "signed_on"], [f"H{n}", f"t{n}", "2024"]] for n in (1, 2, 3)]
    take(store, make(*tables))
    tables[1][1][1] = "t2 đã sửa"
    report = take(store, make(*tables))
    assert (report.new, report.changed, report.unchanged) == (0, 1, 2)


def test_one_key_in_two_tables_is_told_in_both(store: Store, make: Any) -> None:
    """The same content counts once; different content refuses both rows, each naming the other."""
    one, two = [["id", "title"], ["H1", "a"]], [["title", "id", "signed_on"], ["a", "H1", None]]
    report = take(store, make(one, two))
    assert (report.taken, codes(report)) == (1, ["several_tables", "duplicate_row_elsewhere"])
    two[1] = ["b", "H1", None]
    with pytest.raises(RecordError) as caught:
        take(store, make(one, two))
    errors = [i for i in caught.value.issues if i.level == "error"]
    assert [(i.sheet, i.row, i.code) for i in errors] == [
        ("Trang 1", 2, "doubled_id_elsewhere"),
        ("Trang 2", 2, "doubled_id_elsewhere"),
    ]
    assert "row 2 of sheet 'Trang 2'" in errors[0].message.en


def test_the_problems_of_all_tables_are_told_at_once(store: Store, make: Any) -> None:
    """A bad date in one table does not hide the unknown reference in another."""
    good = [["id", "organisation", "title", "kind"], ["A1", "không có", "x", "patent"]]
    bad = [["id", "organisation", "title", "granted_on"], ["A2", "không có", "y", "31/02/2024"]]
    with pytest.raises(RecordError) as caught:
        take(store, make(good, bad), "asset")
    assert {(i.sheet, i.code) for i in caught.value.issues if i.level == "error"} >= {
        ("Trang 1", "unresolved_ref"),
        ("Trang 2", "bad_date"),
    }


def test_refused_rows_of_two_tables_go_to_two_files(store: Store, make: Any) -> None:
    """Each table has a quarantine file with its own columns."""
    one = [["id", "title", "signed_on"], ["H1", "a", "2024"], ["H2", "b", "31/02/2024"]]
    two = [["Ngày ký", "Tên công nghệ", "Mã hồ sơ"], ["30/02/2024", "c", "H3"]]
    report = take(store, make(one, two), accept_valid=True)
    assert (report.new, report.refused) == (1, 2)
    heads = [p.read_text("utf-8-sig").splitlines()[0] for p in report.quarantines]
    assert heads == ["id,title,signed_on,problem_row,problem", "Ngày ký,Tên công nghệ,Mã hồ sơ,problem_row,problem"]


def test_tables_beside_each_other_are_parted_by_a_blank_column(store: Store, make: Any) -> None:
    """Two lists side by side with the same columns are two tables; rows of different length do not mix."""
    rows = [
        ["id", "title", "signed_on", None, "id", "title", "signed_on"],
        ["H1", "a", "2024", None, "H2", "b", "2023"],
        [None, None, None, None, "H3", "c", "2022"],
    ]
    report = take(store, make(rows))
    assert (report.new, codes(report)) == (3, ["several_tables"])


def test_a_header_printed_again_on_each_page_goes_on_with_the_table(store: Store, make: Any) -> None:
    """The repeated header and its numbers of columns are passed over."""
    head, marks = ["id", "title", "signed_on"], ["(1)", "(2)", "(3)"]
    report = take(store, make([head, marks, ["H1", "a", "2024"], head, marks, ["H2", "b", "2024"]]))
    assert (report.new, codes(report)) == (2, ["header_rows", "numbering_rows"])


def test_a_merged_cell_holds_for_each_of_its_rows_unless_it_is_an_amount(store: Store, make: Any) -> None:
    """Words and dates are given to every row they cover; an amount cannot be shared out."""
    rows = [["id", "title", "signed_on", "value_vnd"], ["H1", "a", "17/05/2024", 5], ["H2", "b", None, None]]
    report = take(store, make(rows, merges=("C2:C3",)))
    assert codes(report) == ["merged_cells"]
    assert str(deals(store)["b"].signed_on) == "2024-05-17"
    with pytest.raises(RecordError) as caught:
        take(store, make([rows[0], ["H1", "a", "2024", 9], *rows[2:]], merges=("D2:D3",)))
    assert codes(caught.value) == ["merged_amount", "merged_amount"]


def test_a_column_with_the_month_first_is_refused_whole(store: Store, make: Any) -> None:
    """05/17/2024 shows that 06/05/2024 beside it is not the sixth of May; a slip in a column day first is one cell."""
    head = ["id", "title", "signed_on"]
    with pytest.raises(RecordError) as caught:
        take(store, make([head, ["H1", "a", "05/17/2024"], ["H2", "b", "06/05/2024"]]), accept_valid=True)
    assert "month_first" in codes(caught.value)
    report = take(
        store,
        make([head, ["H1", "a", "05/17/2024"], ["H2", "b", "06/05/2024"], ["H3", "c", "17/05/2024"]]),
        accept_valid=True,
    )
    assert (report.new, codes(report)) == (2, ["bad_date"])


WORDS = tomllib.loads((resources.files("stregistry") / "definitions" / "headers.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("kind", KINDS)
def test_the_words_of_office_lists_mean_their_column(kind: str) -> None:
    """Each word names its column, alone or, for amounts that share it, with a unit; none names a column by accident."""
    plan = import_plan(kind)
    sections = [WORDS.get(name, {}) for name in (kind, "all")]
    for name, words in (item for section in sections for item in section.items()):
        column = plan.by_id[name]
        for word in words:
            text = f"{word} ({'USD' if column.cell == 'money' else 'triệu đồng'})" if _shared(kind, word) else word
            got = read_header(plan, 0, text)
            assert got is not None, (name, text)
            assert got.column is column
            assert got.match == "alias" or _shared(kind, word)
        assert len(set(words)) == len(words)


def _shared(kind: str, word: str) -> bool:
    return sum(word in words for words in WORDS.get(kind, {}).values()) > 1


def test_every_section_of_words_is_a_kind() -> None:
    """A word under a kind or column that does not exist would be dead."""
    for kind, section in WORDS.items():
        assert kind == "all" or set(section) <= set(import_plan(kind).by_id)


def test_excel_numbers_are_exact(store: Store, make: Any) -> None:
    """0.1 and a value of 15 digits come out as the sheet shows them, and an Excel date as its day."""
    rows = [["id", "title", "Giá trị (triệu đồng)", "signed_on"], ["H1", "a", 0.1, dt.date(2024, 5, 17)]]
    take(store, make([*rows, ["H2", "b", 123456789.123456, "2024"]]))
    assert deals(store)["a"].value_vnd == 100_000
    assert deals(store)["b"].value_vnd == int(Decimal("123456789.123456") * 10**6)
    assert str(deals(store)["a"].signed_on) == "2024-05-17"


def test_refused_rows_keep_the_unit_of_the_title_and_the_group_above_them(
    store: Store, make: Any, tmp_path: Path
) -> None:
    """In the quarantine file, which has one header row and no titles, an amount still means millions."""
    bad = [3, "H3", "Lúa", "31/02/2024", None, "2,5", None, None]
    one = take(store, make([*TITLES, *TWO_ROWS, *DEALS, bad], merges=HEAD_MERGES), accept_valid=True)
    two = take(
        store,
        make([*TITLES, ["id", "title", "signed_on", "value_vnd"], ["H4", "Tôm", "31/02/2024", "1,5"]]),
        accept_valid=True,
    )
    for report in (one, two):
        assert report.quarantine is not None
        mended = report.quarantine.read_text("utf-8-sig").replace("31/02/2024", "29/02/2024", 1)
        report.quarantine.write_text(mended, encoding="utf-8-sig")
        assert take(store, report.quarantine).new == 1
    assert (deals(store)["Lúa"].value_vnd, deals(store)["Tôm"].value_vnd) == (2_500_000, 1_500_000)
