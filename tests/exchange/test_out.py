"""Rows into files: every value comes back, nothing runs as a formula, and a file is there whole or not at all."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stregistry.errors import NotFoundError, StregistryError
from stregistry.exchange.out import EXPORTERS, Sheet, bare_text, safe_text, write_book, write_csv, write_rows

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "'=1", "=cmd|' /C calc'!A0")
ROWS: list[dict[str, Any]] = [
    {"name": "Cần Thơ", "value": 2**53 + 1, "share": 0.5, "ok": True, "note": None},
    {"name": "=1+1", "value": 7, "share": None, "ok": False, "note": 'a;"b"\n'},
]
COLUMNS = ("name", "value", "share", "ok", "note")


def rows_of(path: Path) -> list[dict[str, Any]]:
    """What a reader who knows nothing of us finds in a file."""
    match path.suffix:
        case ".csv":
            with path.open(encoding="utf-8-sig", newline="") as file:
                return list(csv.DictReader(file))
        case ".json":
            found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
            return found
        case ".jsonl":
            return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        case ".parquet":
            read: list[dict[str, Any]] = pq.read_table(path).to_pylist()
            return read
        case _:
            header, *lines = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
            return [dict(zip(header, line, strict=True)) for line in lines]


@pytest.mark.parametrize("ending", list(EXPORTERS))
def test_integers_beyond_a_double_are_whole(tmp_path: Path, ending: str) -> None:
    """2**53 + 1 is kept: as a 64-bit integer in Parquet, as digits where readers keep numbers as doubles."""
    assert write_rows(ROWS, COLUMNS, tmp_path / f"a.{ending}") == 2
    value = rows_of(tmp_path / f"a.{ending}")[0]["value"]
    assert value == (2**53 + 1 if ending == "parquet" else "9007199254740993")


@pytest.mark.parametrize("ending", list(EXPORTERS))
def test_no_text_runs_as_a_formula(tmp_path: Path, ending: str) -> None:
    """In CSV an apostrophe stands before it, in a workbook it is text and stays so when edited."""
    rows = [{"a": text} for text in FORMULAS]
    write_rows(rows, ("a",), tmp_path / f"a.{ending}")
    found = [row["a"] for row in rows_of(tmp_path / f"a.{ending}")]
    if ending == "csv":
        assert all(text.startswith("'") for text in found)
        assert [bare_text(text) for text in found] == list(FORMULAS)
    elif ending == "xlsx":
        book = openpyxl.load_workbook(tmp_path / "a.xlsx").active
        cells = [row[0] for row in book.iter_rows(min_row=2)]
        assert {cell.data_type for cell in cells} == {"s"}
        assert all(cell.quotePrefix for cell in cells)
        assert b"<f>" not in zipfile.ZipFile(tmp_path / "a.xlsx").read("xl/worksheets/sheet1.xml")
    else:
        assert found == list(FORMULAS)


@given(st.text())
def test_the_mark_against_formulas_can_be_taken_off(text: str) -> None:
    """Every text comes back, also one that begins with apostrophes itself."""
    assert bare_text(safe_text(text)) == text
    assert not safe_text(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_a_header_is_no_formula_either() -> None:
    """Column names may come from data, such as periods or codes."""
    stream = io.StringIO()
    write_csv([{"=1": 1}], ("=1",), stream)
    assert stream.getvalue() == "'=1\n1\n"


def test_a_mark_for_excel_is_a_choice(tmp_path: Path) -> None:
    """The same file, with three bytes before it."""
    write_rows(ROWS, COLUMNS, tmp_path / "plain.csv")
    write_rows(ROWS, COLUMNS, tmp_path / "marked.csv", mark=True)
    assert (tmp_path / "marked.csv").read_bytes() == b"\xef\xbb\xbf" + (tmp_path / "plain.csv").read_bytes()


@pytest.mark.parametrize("ending", list(EXPORTERS))
def test_the_same_rows_give_the_same_bytes(tmp_path: Path, ending: str) -> None:
    """No clock, no name of a user, no order of a set."""
    for name in ("one", "two"):
        write_rows(ROWS, COLUMNS, tmp_path / f"{name}.{ending}")
    assert (tmp_path / f"one.{ending}").read_bytes() == (tmp_path / f"two.{ending}").read_bytes()


@pytest.mark.parametrize("ending", list(EXPORTERS))
def test_a_file_is_whole_or_as_it_was(tmp_path: Path, ending: str) -> None:
    """When rows fail half way the old file stays, and nothing half written lies beside it."""
    path = tmp_path / f"a.{ending}"
    path.write_text("before")

    def failing() -> Iterator[dict[str, Any]]:
        yield ROWS[0]
        raise StregistryError("half way")

    with pytest.raises(StregistryError, match="half way"):
        write_rows(failing(), COLUMNS, path)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("ending", list(EXPORTERS))
def test_rows_are_taken_one_by_one(tmp_path: Path, ending: str) -> None:
    """A generator will do, and an empty one gives a file with its header and no rows."""
    assert write_rows(iter(ROWS), COLUMNS, tmp_path / f"a.{ending}") == 2
    assert write_rows(iter(()), COLUMNS, tmp_path / f"b.{ending}") == 0
    assert rows_of(tmp_path / f"b.{ending}") == []


def test_what_excel_cannot_hold_is_refused(tmp_path: Path) -> None:
    """A cell of more than 32 767 characters is named with its row and column, and nothing is written."""
    with pytest.raises(StregistryError, match="Row 3, column a: 32768 characters"):
        write_rows([{"a": "x"}, {"a": "x" * 32_768}], ("a",), tmp_path / "a.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_parquet_types_are_those_given_or_seen(tmp_path: Path) -> None:
    """A column empty in the first rows is text, unless its type is given; mixed sorts are text."""
    rows = [{"n": None, "m": 1, "k": None}, {"n": 5, "m": "x", "k": None}]
    from stregistry.exchange.out import write_sheet

    write_sheet(Sheet(columns=("n", "m", "k"), rows=rows, types={"k": "int64"}), tmp_path / "a.parquet")
    schema = pq.read_schema(tmp_path / "a.parquet")
    assert [str(schema.field(c).type) for c in ("n", "m", "k")] == ["int64", "string", "int64"]


def test_a_book_has_a_sheet_for_each(tmp_path: Path) -> None:
    """Named, in order."""
    sheets = [Sheet(name=name, columns=("a",), rows=[{"a": name}]) for name in ("Chỉ tiêu", "Hồ sơ")]
    assert write_book(sheets, tmp_path / "a.xlsx") == [1, 1]
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").sheetnames == ["Chỉ tiêu", "Hồ sơ"]


def test_an_unknown_ending_is_answered_with_the_nearest(tmp_path: Path) -> None:
    """Before anything is written."""
    with pytest.raises(NotFoundError, match=r"did you mean .xlsx"):
        write_rows(ROWS, COLUMNS, tmp_path / "a.xls")
    assert list(tmp_path.iterdir()) == []
