"""The corpus of hostile and messy files, made here byte by byte, each with the outcome it must have.

Run as a module, it takes every file in and prints what the worst of them cost: seconds, and the peak memory of the
process in megabytes.
"""

import io
import json
import re
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter

from stregistry.errors import RecordError
from stregistry.exchange.importer import import_file
from stregistry.store import Store

HEADER = ["id", "title", "signed_on", "value_vnd"]
GOOD = ["D1", "a", "2024", 5]
SHEET = "xl/worksheets/sheet1.xml"
NOTHING: set[str] = set()


def book(*rows: list[Any], header: list[Any] | None = None, change: Callable[[Any], None] | None = None) -> bytes:
    made = openpyxl.Workbook()
    assert made.active is not None
    for row in (HEADER if header is None else header, *rows):
        made.active.append(row)
    if change is not None:
        change(made)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def parts(change: dict[str, Callable[[bytes], bytes]], **more: bytes) -> bytes:
    """A good workbook with some of its parts changed or added."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book(GOOD))) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, change.get(name, bytes)(old.read(name)))
        for name, content in more.items():
            new.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


def without(*names: str) -> bytes:
    """A good workbook, as Excel writes it with the strings in a part of their own, that lacks some parts."""
    made, stream = io.BytesIO(), io.BytesIO()
    with xlsxwriter.Workbook(made) as opened:
        sheet = opened.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, GOOD)
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            if name not in names:
                new.writestr(name, old.read(name))
    return stream.getvalue()


def bomb(part: str, megabytes: int, piece: bytes = b"0" * 2**20) -> bytes:
    """A workbook with one part of so many megabytes that shrink to nothing."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        new.writestr("xl/workbook.xml", b"<workbook/>")
        with new.open(part, "w", force_zip64=True) as opened:
            for _ in range(megabytes):
                opened.write(piece)
    return stream.getvalue()


def declares(size: int) -> bytes:
    """A workbook whose directory says that its sheet is so many bytes."""
    data = bytearray(book(GOOD))
    at = -1
    while (at := data.find(b"PK\x01\x02", at + 1)) >= 0:
        if data[at + 46 : at + 46 + len(SHEET)] == SHEET.encode():
            data[at + 24 : at + 28] = size.to_bytes(4, "little")
    return bytes(data)


def sheet(old: bytes, new: bytes) -> bytes:
    def swap(xml: bytes) -> bytes:
        assert old in xml
        return xml.replace(old, new)

    return parts({SHEET: swap})


def computed() -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as opened:
        sheet = opened.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, GOOD[:3])
        sheet.write_formula(1, 3, "=1+1", None, 2)
    return made.getvalue()


def entities(xml: bytes) -> bytes:
    head, _, rest = xml.partition(b"<worksheet")
    return head + b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]><worksheet' + rest


def laughs(xml: bytes) -> bytes:
    defined = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    _, _, rest = xml.partition(b"<worksheet")
    return f'<!DOCTYPE x [<!ENTITY l0 "ha">{defined}]><worksheet'.encode() + rest.replace(b"<t>a</t>", b"<t>&l11;</t>")


def many_merges(xml: bytes) -> bytes:
    cells = "".join(f'<mergeCell ref="A{n}:A{n + 1}"/>' for n in range(2, 100_000, 2))
    return xml.replace(b"</sheetData>", f"</sheetData><mergeCells>{cells}</mergeCells>".encode())


def styled(made: Any) -> None:
    for j in range(1, 300):
        made.active.cell(500, j).number_format = "0.00"


def hide_all(made: Any) -> None:
    made.create_sheet("x")
    made.worksheets[0].sheet_state = "hidden"


def chart_only(made: Any) -> None:
    made.create_chartsheet("Biểu đồ", 0)


def dated(value: float, form: str = "dd/mm/yyyy") -> Callable[[Any], None]:
    def change(made: Any) -> None:
        made.active["C2"] = value
        made.active["C2"].number_format = form

    return change


def era_1904(xml: bytes) -> bytes:
    return xml.replace(b"<workbookPr", b'<workbookPr date1904="1"')


def csv(text: str, encoding: str = "utf-8") -> Callable[[], bytes]:
    return lambda: text.encode(encoding)


TEXT = "id,title\nD1,Máy sấy lúa\n"

# name, bytes, the codes of its issues; without an error among them the file is taken in
CASES: list[tuple[str, Callable[[], bytes], set[str]]] = [
    # ---- what is not the file its name says
    ("good.xlsx", lambda: book(GOOD), NOTHING),
    ("nothing.xlsx", lambda: b"", {"empty_file"}),
    ("nothing.csv", lambda: b"", {"empty_file"}),
    ("spaces.csv", lambda: b" \r\n \r\n", {"empty_file"}),
    ("old-xls.xlsx", lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 600, {"not_xlsx"}),
    ("password.xlsx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"EncryptedPackage" * 99, {"not_xlsx"}),
    ("old.xls", lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 600, {"unknown_format"}),
    ("page.xlsx", lambda: b"<html><table></table></html>", {"not_xlsx"}),
    ("really-csv.xlsx", TEXT.encode, {"not_xlsx"}),
    ("really-xlsx.csv", lambda: book(GOOD), {"not_csv"}),
    ("really-pdf.csv", lambda: b"%PDF-1.7\n", {"not_csv"}),
    ("document.xlsx", lambda: bomb("word/document.xml", 1).replace(b"xl/workbook", b"xx/workbook"), {"not_xlsx"}),
    ("letter.docx", lambda: b"PK\x03\x04", {"unknown_format"}),
    # ---- zips that lie or burst
    ("cut.xlsx", lambda: book(GOOD)[:900], {"not_xlsx"}),
    ("flipped.xlsx", lambda: (d := bytearray(book(GOOD)), d.__setitem__(120, d[120] ^ 255))[0], {"not_xlsx"}),
    ("bomb.xlsx", lambda: bomb(SHEET, 1100), {"too_large"}),
    ("bomb-below-limit.xlsx", lambda: bomb(SHEET, 900), {"too_compressed"}),
    ("bomb-strings.xlsx", lambda: bomb("xl/sharedStrings.xml", 300, b"<si><t/></si>" * 80_000), {"too_compressed"}),
    ("declares-2gb.xlsx", lambda: declares(2**31), {"too_large"}),
    ("declares-little.xlsx", lambda: declares(10), {"not_xlsx"}),
    ("no-workbook.xlsx", lambda: without("xl/workbook.xml"), {"not_xlsx"}),
    ("no-sheet-part.xlsx", lambda: without(SHEET), {"not_xlsx"}),
    ("no-strings.xlsx", lambda: without("xl/sharedStrings.xml"), {"not_xlsx"}),
    ("climbs.xlsx", lambda: parts({}, **{"..__..__etc__passwd": b"x"}), NOTHING),
    # ---- what a workbook may carry
    ("macro.xlsm", lambda: parts({}, xl__vbaProject_bin=b"\xd0\xcf"), NOTHING),
    ("links.xlsx", lambda: parts({}, xl__externalLinks__externalLink1_xml=b"<x/>"), NOTHING),
    ("entities.xlsx", lambda: parts({SHEET: entities}), NOTHING),
    ("laughs.xlsx", lambda: parts({SHEET: laughs}), {"not_xlsx"}),
    ("broken-xml.xlsx", lambda: parts({SHEET: lambda xml: xml[:-40]}), {"not_xlsx"}),
    ("many-merges.xlsx", lambda: parts({SHEET: many_merges}), NOTHING),
    ("chart-first.xlsx", lambda: book(GOOD, change=chart_only), NOTHING),
    ("all-hidden.xlsx", lambda: book(GOOD, change=hide_all), {"hidden_sheets", "empty_file"}),
    # ---- size and place of a sheet
    ("declares-all.xlsx", lambda: sheet(b'ref="A1:D2"', b'ref="A1:XFD1048576"'), NOTHING),
    ("far-cell.xlsx", lambda: sheet(b'r="D2"', b'r="XFD1048576"'), {"far_cell"}),
    ("far-row.xlsx", lambda: sheet(b'r="D2"', b'r="ZZ99999"'), {"far_cell"}),
    ("wide.xlsx", lambda: book(["D1", *["x"] * 10_000]), {"too_many_columns"}),
    ("styled-far.xlsx", lambda: book(GOOD, change=styled), NOTHING),
    ("only-header.xlsx", book, {"empty_file"}),
    ("only-titles.xlsx", lambda: book(header=["DANH SÁCH"]), {"empty_file"}),
    ("blank-sheet.xlsx", lambda: book(header=[]), {"empty_file"}),
    ("long-cell.xlsx", lambda: book(["D1", "x" * 32_767, "2024", 5]), NOTHING),
    # ---- headers
    ("doubled.xlsx", lambda: book(["D1", "a", "b"], header=["id", "title", "Tên công nghệ"]), {"doubled_column"}),
    ("unnamed.xlsx", lambda: book(["D1", "a", "b"], header=["id", "title", None]), {"unnamed_column"}),
    (
        "numbers-for-header.xlsx",
        lambda: book([1, 2], header=[1, 2]),
        {"unknown_column"},
    ),
    ("wrong-kind.xlsx", lambda: book(["a", "b"], header=["Mã số thuế", "Tên"]), {"unknown_column"}),
    # ---- cells
    ("formula.xlsx", computed, NOTHING),
    ("formula-not-computed.xlsx", lambda: book(["D1", "a", "2024", "=1+1"]), {"formula_not_computed", "bad_number"}),
    (
        "formula-of-empty-text.xlsx",
        lambda: sheet(b'<c r="D2" t="n"><v>5</v></c>', b'<c r="D2" t="str"><f>""</f><v></v></c>'),
        NOTHING,
    ),
    ("error-cell.xlsx", lambda: book(["D1", "a", "2024", "#REF!"]), {"error_cell", "bad_number"}),
    ("error-in-text.xlsx", lambda: book(["D1", "#N/A", "2024", 5]), {"error_cell"}),
    ("true.xlsx", lambda: book(["D1", "a", "2024", True]), {"bad_number"}),
    ("huge-number.xlsx", lambda: book(["D1", "a", "2024", 1e300]), {"too_big"}),
    ("half-dong.xlsx", lambda: book(["D1", "a", "2024", 0.5]), {"not_whole"}),
    (
        "mixed.xlsx",
        lambda: book(["D1", "a", "2024", "1.234,5"], ["D2", "b", "2024", "1,234.5"]),
        {"mixed_number_style"},
    ),
    ("undecided.xlsx", lambda: book(["D1", "a", "2024", "1.234"]), {"number_style"}),
    ("no-such-day.xlsx", lambda: book(["D1", "a", "29/02/2023", 5]), {"bad_date"}),
    ("month-first.xlsx", lambda: book(["D1", "a", "05/17/2024", 5]), {"month_first", "bad_date"}),
    ("leap-day-1900.xlsx", lambda: book(GOOD, change=dated(60)), {"excel_1900"}),
    ("day-zero.xlsx", lambda: book(GOOD, change=dated(0)), {"bad_date"}),
    ("negative-day.xlsx", lambda: book(GOOD, change=dated(-5)), {"bad_date"}),
    ("day-10-million.xlsx", lambda: book(GOOD, change=dated(1e7)), {"bad_date"}),
    ("hour.xlsx", lambda: book(GOOD, change=dated(45000.5)), {"bad_date"}),
    ("serial-as-number.xlsx", lambda: book(GOOD, change=dated(45000, "0")), {"bad_date"}),
    ("since-1904.xlsx", lambda: parts({"xl/workbook.xml": era_1904}), NOTHING),
    ("nbsp.xlsx", lambda: book(["D1", "Cần\u00a0Thơ", "2024", "5\u00a0000"]), NOTHING),
    ("decomposed.xlsx", lambda: book(["D1", "Ca\u0302\u0300n", "2024", 5]), NOTHING),
    (
        "decomposed-header.xlsx",
        lambda: book(["D1", "a"], header=["id", "Te\u0302n co\u0302ng nghe\u0323\u0302"]),
        NOTHING,
    ),
    ("invisible.xlsx", lambda: book(["D\u200b1", "\ufeffa\u2060", "2024", 5]), NOTHING),
    ("turned.xlsx", lambda: book(["D1", "\u202egnp.exe", "2024", 5]), NOTHING),
    ("emoji.xlsx", lambda: book(["D1", "🌾" * 200, "2024", 5]), NOTHING),
    ("injection.xlsx", lambda: book(["D1", "'=cmd|' /C calc'!A0", "2024", 5]), NOTHING),
    # ---- CSV: coding
    ("bom.csv", csv(TEXT, "utf-8-sig"), NOTHING),
    ("utf-16.csv", csv(TEXT, "utf-16"), {"encoding"}),
    ("utf-16-odd.csv", lambda: TEXT.encode("utf-16") + b"x", {"not_csv"}),
    ("two-codings.csv", lambda: "id,title\nD1,Lúa\n".encode() + b"D2,L\xffa\x8a\n", {"unreadable_text"}),
    ("utf-8-and-1258.csv", lambda: "id,title\nD1,Lúa mới\n".encode() + b"D2,L\xfaa\n", {"two_codings"}),
    ("nul.csv", lambda: b"id,title\nD1,a\x00b\n", {"not_csv"}),
    ("surrogate.csv", lambda: b"id,title\nD1,\xed\xa0\x80\n", {"encoding"}),
    # ---- CSV: form
    ("semicolons.csv", csv("id;title\nD1;a, b\n"), NOTHING),
    ("tabs.csv", csv("id\ttitle\nD1\ta\n"), NOTHING),
    ("old-mac.csv", csv("id,title\rD1,a\r"), NOTHING),
    ("newline.csv", csv('id,title\nD1,"a\nb"\n'), NOTHING),
    ("ragged.csv", csv("id,title\nD1,a,b\n"), {"ragged_row"}),
    ("short-row.csv", csv("id,title,signed_on\nD1,a\n"), {"ragged_row"}),
    ("unclosed.csv", csv('id,title\nD1,"a\nD2,b\n'), {"broken_csv"}),
    ("half-quoted.csv", csv('id,title\nD1,"a" b\n'), {"broken_csv"}),
    ("only-header.csv", csv("id,title\n"), {"empty_file"}),
    ("huge-cell.csv", csv(f"id,title\nD1,{'x' * (2**20 + 1)}\n"), {"broken_csv"}),
    ("wide.csv", csv(",".join(["id", *["x"] * 10_000]) + "\nD1\n"), {"too_many_columns", "ragged_row"}),
    ("one-long-line.csv", csv("x" * 5_000_000), {"broken_csv"}),
    ("separators.csv", csv("," * 2_000_000 + "\n"), {"empty_file"}),
    ("blank-lines.csv", csv("id,title\n" + "\n" * 500_000 + "D1,a\n"), NOTHING),
    # ---- rows
    ("twice.csv", csv("id,title\nD1,a\nD1,a\n"), {"duplicate_row"}),
    ("two-contents.csv", csv("id,title\nD1,a\nD1,b\n"), {"doubled_id"}),
    ("no-key.csv", csv("id,title\n,a\n"), {"no_key"}),
]


def outcome(store: Store, path: Path) -> tuple[set[str], bool]:
    """The codes of the issues of a file, each of which names it, and whether it was taken in."""
    taken = True
    try:
        issues = import_file(store, path, "deal", actor="tester").issues
    except RecordError as error:
        issues, taken = error.issues, False
    assert all(issue.file == path.name for issue in issues)
    return {issue.code for issue in issues}, taken


def peak() -> float:
    """The most memory this program has held, in MB; getrusage would tell that of the one that started it."""
    found = re.search(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text(encoding="utf-8"))
    assert found
    return int(found[1]) / 1024


def main() -> None:
    slowest = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for name, content, _ in CASES:
            path = Path(folder) / name
            path.write_bytes(content())
            started = time.perf_counter()
            with Store.open("sqlite://") as store:
                outcome(store, path)
            slowest = max(slowest, time.perf_counter() - started)
            if "-v" in sys.argv:
                took = time.perf_counter() - started
                print(f"{name:28} {took:6.2f} s, peak so far {peak():.0f} MB", file=sys.stderr)
            path.unlink()
    print(json.dumps({"seconds": slowest, "megabytes": peak()}))


if __name__ == "__main__":
    main()
