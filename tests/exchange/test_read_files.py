"""Files as offices write them: encodings, separators, line breaks in cells, workbooks, and what is not what it says."""

import datetime as dt
import io
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from stregistry.errors import RecordError
from stregistry.exchange import package, read
from stregistry.exchange.issues import Problems
from stregistry.exchange.read import read_file
from stregistry.exchange.sheet import Sheet


def read_bytes(folder: Path, content: bytes, name: str = "a.csv") -> tuple[Sheet, Problems]:
    path = folder / name
    path.write_bytes(content)
    problems = Problems(name)
    return read_file(path, problems), problems


def codes(problems: Problems) -> list[str]:
    return [issue.code for issue in problems.issues()]


TEXT = "id,title\nD1,Máy sấy lúa\n"


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", []),
        ("utf-8-sig", []),
        ("utf-16", ["encoding"]),
        ("utf-16-le", ["encoding"]),
        ("utf-16-be", ["encoding"]),
    ],
)
def test_unicode_in_every_coat(tmp_path: Path, encoding: str, said: list[str]) -> None:
    """UTF-8 and UTF-16 read alike; UTF-16 is mentioned."""
    sheet, problems = read_bytes(tmp_path, TEXT.encode(encoding))
    assert sheet.header == ("id", "title")
    assert sheet.columns[1] == ("Máy sấy lúa",)
    assert codes(problems) == said


def test_windows_1258_is_read_and_said(tmp_path: Path) -> None:
    """The old Vietnamese code page is detected, its combining marks are joined, and a warning names it."""
    import unicodedata

    # Windows-1258 writes a tone as a mark after its letter: ấ is â and an acute.
    data = b"".join(
        char.encode("cp1258") if not _fails(char) else unicodedata.normalize("NFD", char).encode("cp1258", "ignore")
        for char in "id,title\nD1,M\u00e1y s\u00e2\u0301y\n"
    )
    sheet, problems = read_bytes(tmp_path, data)
    from stregistry.exchange.parse import read_texts

    assert read_texts(sheet.columns[1]) == ["Máy sấy"]
    (issue,) = problems.issues()
    assert issue.level == "warning"
    assert "Windows-1258" in issue.message.vi


def _fails(char: str) -> bool:
    try:
        char.encode("cp1258")
    except UnicodeEncodeError:
        return True
    return False


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_separators_are_found(tmp_path: Path, separator: str) -> None:
    """Comma, semicolon and tab are told apart by the header."""
    text = f'id{separator}title{separator}transferor\nD1{separator}"a, b"{separator}"x; y"\n'
    sheet, _ = read_bytes(tmp_path, text.encode())
    assert [column[0] for column in sheet.columns] == ["D1", "a, b", "x; y"]


def test_row_numbers_are_those_of_a_spreadsheet(tmp_path: Path) -> None:
    """A line break in a cell makes no new row; a blank row counts although it is passed over."""
    sheet, _ = read_bytes(tmp_path, b'id,title\nD1,"two\nlines"\n\nD2,x\n,\nD3,y\n')
    assert sheet.columns[0] == ("D1", "D2", "D3")
    assert list(sheet.lines) == [2, 4, 6]


def test_ragged_rows_are_problems_of_their_row(tmp_path: Path) -> None:
    """Too many or too few cells are told with the row; empty cells past the end are no fault."""
    sheet, problems = read_bytes(tmp_path, b"id,title\nD1,a,b\nD2\nD3,c,,\n")
    found = [(issue.code, issue.row) for issue in problems.issues()]
    assert found == [("ragged_row", 2), ("ragged_row", 3)]
    assert sheet.columns[1] == ("a", "", "c")
    assert sheet.extra[0] == ("b",)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", b"", "empty_file"),
        ("a.csv", b"\n \n", "empty_file"),
        ("a.csv", b"id,title\n", "empty_file"),
        ("a.csv", b"PK\x03\x04rest", "not_csv"),
        ("a.csv", b"%PDF-1.7", "not_csv"),
        ("a.csv", b"id\nD\x001\n", "not_csv"),
        ("a.csv", b"id,title\nD1,\xff\x8a\n", "unreadable_text"),
        ("a.csv", b'id,title\nD1,"never closed\nD2,b\n', "broken_csv"),
        ("a.xlsx", b"id,title\nD1,a\n", "not_xlsx"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0old", "not_xlsx"),
        ("a.xlsx", b"PK\x03\x04broken", "not_xlsx"),
        ("a.docx", b"whatever", "unknown_format"),
    ],
)
def test_what_is_not_what_it_says_is_refused(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    """A file that is empty, broken, or something else than its name says is refused with the reason in Vietnamese."""
    with pytest.raises(RecordError) as caught:
        read_bytes(tmp_path, content, name)
    (issue,) = caught.value.issues
    assert issue.code == code
    assert issue.message.vi != issue.message.en


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """A file that is not there is an error with its name, not a traceback."""
    with pytest.raises(RecordError) as caught:
        read_file(tmp_path / "none.csv", Problems("none.csv"))
    assert caught.value.issues[0].code == "cannot_open"


def test_size_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files, columns and what a workbook inflates to are bounded."""
    monkeypatch.setattr(read, "MAX_BYTES", 10)
    with pytest.raises(RecordError, match="was not taken in") as caught:
        read_bytes(tmp_path, b"id,title\nD1,aaaa\n")
    assert caught.value.issues[0].code == "too_large"
    monkeypatch.undo()
    with pytest.raises(RecordError) as caught:
        read_bytes(tmp_path, ",".join(f"c{i}" for i in range(1001)).encode() + b"\nx\n")
    assert "too_many_columns" in [issue.code for issue in caught.value.issues]
    monkeypatch.setattr(package, "MAX_INFLATED", 1000)
    with pytest.raises(RecordError) as caught:
        read_bytes(tmp_path, workbook([["id"], ["D1"]]), "a.xlsx")
    assert caught.value.issues[0].code == "too_large"


def workbook(rows: list[list[Any]], *, hidden_first: bool = False, second: list[list[Any]] | None = None) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    if hidden_first:
        book.create_sheet("ẩn", 0).sheet_state = "hidden"
    if second is not None:
        other = book.create_sheet("thêm")
        for row in second:
            other.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_workbook_cells_keep_their_types(tmp_path: Path) -> None:
    """Dates are dates, 5.0 is 5, other numbers are exact as shown; rows keep their numbers past blank ones."""
    rows: list[list[Any]] = [["id", "n", "d", "t"], [1, 5.0, dt.date(2024, 5, 17), True], [], ["B", 0.1, None, "x\ny"]]
    sheet, _ = read_bytes(tmp_path, workbook(rows, hidden_first=True), "a.xlsx")
    assert sheet.columns == [[1, "B"], [5, Decimal("0.1")], [dt.date(2024, 5, 17), ""], ["true", "x\ny"]]
    assert list(sheet.lines) == [2, 4]
    assert sheet.sheet == "Sheet"


def test_other_sheets_are_mentioned(tmp_path: Path) -> None:
    """Only the first visible sheet is read; a warning names others that hold something."""
    _, problems = read_bytes(tmp_path, workbook([["id"], ["A"]], second=[["x"]]), "a.xlsx")
    (issue,) = problems.issues()
    assert (issue.code, issue.level) == ("other_sheets", "warning")
    assert "thêm" in issue.message.vi


def test_another_zip_is_no_workbook(tmp_path: Path) -> None:
    """A zip without a workbook inside is refused."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(RecordError) as caught:
        read_bytes(tmp_path, stream.getvalue(), "a.xlsx")
    assert caught.value.issues[0].code == "not_xlsx"
