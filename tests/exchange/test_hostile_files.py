"""Hostile and messy files, made here: each has the one outcome its row says, within ten seconds."""

import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from stregistry.errors import RecordError
from stregistry.exchange.importer import import_file
from stregistry.store import Store

HEADER = ["id", "title", "signed_on", "value_vnd"]


def book(*rows: list[Any]) -> bytes:
    made = openpyxl.Workbook()
    assert made.active is not None
    for row in (HEADER, *rows):
        made.active.append(row)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def parts(change: dict[str, Callable[[bytes], bytes]], **more: bytes) -> bytes:
    """A good workbook with some of its parts changed or added."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book(["D1", "a", "2024", 5]))) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, change.get(name, bytes)(old.read(name)))
        for name, content in more.items():
            new.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        new.writestr("xl/workbook.xml", b"<workbook/>")
        with new.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(1100):
                part.write(b"0" * 2**20)
    return stream.getvalue()


def entities(xml: bytes) -> bytes:
    head, _, rest = xml.partition(b"<worksheet")
    return head + b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]><worksheet' + rest


def declares_all(xml: bytes) -> bytes:
    return xml.replace(b'ref="A1:D2"', b'ref="A1:XFD1048576"')


# name, bytes, the codes of its issues; without an error among them the file is taken in
CASES: list[tuple[str, Callable[[], bytes], set[str]]] = [
    ("good.xlsx", lambda: book(["D1", "a", "2024", 5]), set()),
    ("bomb.xlsx", bomb, {"too_large"}),
    ("old-xls.xlsx", lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 600, {"not_xlsx"}),
    ("cut.xlsx", lambda: book(["D1", "a", "2024", 5])[:900], {"not_xlsx"}),
    ("page.xlsx", lambda: b"<html><table></table></html>", {"not_xlsx"}),
    ("macro.xlsm", lambda: parts({}, xl__vbaProject_bin=b"\xd0\xcf"), set()),
    ("links.xlsx", lambda: parts({}, xl__externalLinks__externalLink1_xml=b"<x/>"), set()),
    ("entities.xlsx", lambda: parts({SHEET: entities}), set()),
    ("declares-all.xlsx", lambda: parts({SHEET: declares_all}), set()),
    ("wide.xlsx", lambda: book(["D1", *["x"] * 10_000]), {"too_many_columns"}),
    ("error-cell.xlsx", lambda: book(["D1", "a", "2024", "#REF!"]), {"error_cell", "bad_number"}),
    (
        "mixed.xlsx",
        lambda: book(["D1", "a", "2024", "1.234,5"], ["D2", "b", "2024", "1,234.5"]),
        {"mixed_number_style"},
    ),
    ("undecided.xlsx", lambda: book(["D1", "a", "2024", "1.234"]), {"number_style"}),
    ("no-such-day.xlsx", lambda: book(["D1", "a", "29/02/2023", 5]), {"bad_date"}),
    ("nbsp.xlsx", lambda: book(["D1", "Cần\u00a0Thơ", "2024", "5\u00a0000"]), set()),
    ("decomposed.xlsx", lambda: book(["D1", "Ca\u0302\u0300n", "2024", 5]), set()),
    ("nul.csv", lambda: b"id,title\nD1,a\x00b\n", {"not_csv"}),
    ("ragged.csv", lambda: b"id,title\nD1,a,b\n", {"ragged_row"}),
    ("newline.csv", lambda: b'id,title\nD1,"a\nb"\n', set()),
    ("unclosed.csv", lambda: b'id,title\nD1,"a\nD2,b\n', {"broken_csv"}),
    ("two-codings.csv", lambda: "id,title\nD1,Lúa\n".encode() + b"D2,L\xffa\x8a\n", {"unreadable_text"}),
]


@pytest.mark.parametrize(("name", "content", "codes"), CASES, ids=[case[0] for case in CASES])
def test_a_hostile_file_has_its_outcome(
    name: str, content: Callable[[], bytes], codes: set[str], store: Store, tmp_path: Path
) -> None:
    """It is taken in, or refused with nothing written, within ten seconds; its issues have these codes and its name."""
    path = tmp_path / name
    path.write_bytes(content())
    started = time.perf_counter()
    try:
        issues = import_file(store, path, "deal", actor="tester").issues
    except RecordError as error:
        issues = error.issues
        assert store.head()[0] == 0
    assert time.perf_counter() - started < 10
    assert {issue.code for issue in issues} == codes
    assert all(issue.file == name for issue in issues)
