"""`--accept-valid`: the good rows are in, the others come back with their reasons and go in when mended."""

import csv
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from stregistry.errors import RecordError
from stregistry.exchange.importer import ImportReport, import_file
from stregistry.store import Store

Take = Callable[..., ImportReport]


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


def test_good_rows_are_taken_and_bad_ones_returned(take: Take, store: Store) -> None:
    """The quarantine file has the file's own columns, then the row number and every problem of the row."""
    text = "id,title,direction,signed_on\nD1,a,domestic,2024\nD2,b,xx,2024-13-01\nD3,c,inbound,2024\n"
    report = take("deal", text, accept_valid=True, name="deals.csv")
    assert (report.rows, report.taken, report.new, report.refused) == (3, 2, 2, 1)
    assert report.quarantine is not None
    assert report.quarantine.name == "deals.quarantine.csv"
    header, row = rows_of(report.quarantine)
    assert header == ["id", "title", "direction", "signed_on", "problem_row", "problem"]
    assert row[:5] == ["D2", "b", "xx", "2024-13-01", "3"]
    assert "2024-13-01" in row[5]
    assert "xx" in row[5]
    assert len(store.at().versions("deal")) == 2


def test_mended_rows_import_cleanly(take: Take, store: Store, tmp_path: Path) -> None:
    """The quarantine file, mended, imports as it is: its two own columns are passed over."""
    report = take("deal", "id,title,direction\nD1,a,domestic\nD2,b,xx\n", accept_valid=True)
    assert report.quarantine is not None
    mended = report.quarantine.read_text("utf-8-sig").replace(",xx,", ",inbound,")
    report.quarantine.write_text(mended, "utf-8-sig")
    again = import_file(store, report.quarantine, "deal", actor="tester")
    assert (again.new, again.issues) == (1, ())


def test_a_quarantine_file_being_mended_is_not_overwritten(take: Take) -> None:
    """A second run writes beside the first file."""
    names = []
    for title in ("a", "b"):
        report = take("deal", f"id,title,direction\nD1,{title},xx\n", accept_valid=True, name="deals.csv")
        assert report.quarantine is not None
        names.append(report.quarantine.name)
    assert names == ["deals.quarantine.csv", "deals.quarantine-2.csv"]


def test_rows_that_refer_to_refused_rows_are_refused_too(take: Take, store: Store) -> None:
    """No record may point to one that was kept out, however long the chain."""
    text = "id,name,parent,place\nO1,a,O2,92\nO2,b,O3,92\nO3,c,,nowhere\nO4,d,,92\n"
    report = take("organisation", text, accept_valid=True)
    assert (report.new, report.refused) == (1, 3)
    assert [(issue.row, issue.code) for issue in report.issues] == [
        (2, "unresolved_ref"),
        (3, "unresolved_ref"),
        (4, "unknown_place"),
    ]
    assert store.audit().problems == ()


def test_both_rows_of_a_contradiction_are_kept_out(take: Take) -> None:
    """One id with two contents: neither is taken, and both come back."""
    report = take("deal", "id,title\nD1,a\nD1,b\nD2,c\n", accept_valid=True)
    assert (report.new, report.refused) == (1, 2)
    assert report.quarantine is not None
    assert [row[0] for row in rows_of(report.quarantine)[1:]] == ["D1", "D1"]


def test_a_bad_header_refuses_the_file_all_the_same(take: Take, store: Store) -> None:
    """What is wrong with a whole column cannot be left out row by row."""
    with pytest.raises(RecordError):
        take("deal", "id,no_such\nD1,a\n", accept_valid=True)
    assert store.head()[0] == 0


def test_workbook_numbers_keep_their_meaning(store: Store, tmp_path: Path) -> None:
    """A number from a workbook comes back as text that is read as the same number."""
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["id", "value", "currency", "direction"], ["D1", 1.234, "KWD", "xx"]):
        sheet.append(row)
    book.save(path)
    report = import_file(store, path, "deal", actor="tester", accept_valid=True)
    assert report.quarantine is not None
    text = report.quarantine.read_text("utf-8-sig").replace(",xx,", ",inbound,")
    report.quarantine.write_text(text, "utf-8-sig")
    import_file(store, report.quarantine, "deal", actor="tester")
    (deal,) = [version.record for version in store.at().versions("deal")]
    assert str(deal.value) == "1.234 KWD"


def test_cells_too_many_are_not_lost(take: Take) -> None:
    """The cells past the last column of a row come back in its reason."""
    report = take("deal", "id,title\nD1,a,lost\nD2,b\n", accept_valid=True)
    assert report.quarantine is not None
    assert "lost" in rows_of(report.quarantine)[1][3]


def test_the_same_file_again_tells_the_rows_that_are_still_out(take: Take, store: Store) -> None:
    """After --accept-valid the same file changes nothing, and its bad rows are told; a mended one is on record."""
    text = "id,title,signed_on\nD1,a,2024\nD2,b,31/02/2024\nD3,c,x\n"
    take("deal", text, accept_valid=True)
    again = take("deal", text)
    assert (again.already, again.changeset, again.refused, again.not_on_record) == (1, None, 2, (3, 4))
    assert [issue.code for issue in again.issues] == ["bad_date", "bad_date"]
    take("deal", "id,title,signed_on\nD2,b,28/02/2024\n")
    again = take("deal", text)
    assert (again.refused, again.not_on_record) == (2, (4,))
    assert store.head()[0] == 2
