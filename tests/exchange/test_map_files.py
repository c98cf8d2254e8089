"""A map file reads a sheet that fits nothing; every fault of the map is named with its line."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from stregistry.errors import DefinitionError, RecordError
from stregistry.exchange.columns import import_plan
from stregistry.exchange.importer import ImportReport, import_file
from stregistry.exchange.read_map import lines_of, read_map
from stregistry.store import Store

HEADER = ["Mã", "Tên CN", "Luồng", "Ngày", "Trị giá", "MST bên giao", "Ghi chú riêng"]
ROWS: list[list[Any]] = [
    ["A1", "Máy sấy", "XK", "05/17/2024", "1,500.5", "0301471348", "x"],
    ["A2", "Giống lúa", "NK", "06/05/2024", "20", None, None],
]
MAP = """\
kind = "deal"
dates = "mm/dd/yyyy"
ignore = ["Ghi chú riêng"]

[columns]
"Mã" = "id"
"Tên CN" = "title"
"Luồng" = { field = "direction", values = { "XK" = "outbound", "NK" = "inbound" } }
"Ngày" = "signed_on"
"Trị giá" = { field = "value_vnd", unit = "triệu đồng", numbers = "en" }
"MST bên giao" = { field = "transferor", prefix = "mst:" }

[constants]
channel = "direct"
"""


@pytest.fixture
def take(store: Store, tmp_path: Path) -> Any:
    """Imports rows (a workbook, or CSV text) by a map."""

    def run(rows: list[list[Any]] | str, text: str = MAP, **about: Any) -> ImportReport:
        path = tmp_path / ("a.csv" if isinstance(rows, str) else "a.xlsx")
        if isinstance(rows, str):
            path.write_text(rows, encoding="utf-8")
        else:
            book = openpyxl.Workbook()
            assert book.active is not None
            for row in rows:
                book.active.append(row)
            book.create_sheet("Khác")["A1"] = "x"
            book.save(path)
        (tmp_path / "m.toml").write_text(text, encoding="utf-8")
        return import_file(store, path, "deal", actor="tester", map_file=tmp_path / "m.toml", **about)

    return run


def deals(store: Store) -> dict[str, Any]:
    return {v.record.title: v.record for v in store.at().versions("deal")}  # type: ignore[attr-defined]


@pytest.mark.parametrize("titles", [[], [["BÁO CÁO"], []]])
def test_a_sheet_that_fits_nothing_is_read(store: Store, take: Any, titles: list[list[Any]]) -> None:
    """Headers, unit, order of dates, words, constants and ignored columns are as the map says; the header is found."""
    report = take([*titles, HEADER, *ROWS])
    assert report.new == 2
    deal = deals(store)["Máy sấy"]
    assert (deal.direction, deal.channel, deal.value_vnd) == ("outbound", "direct", 1_500_500_000)
    assert str(deals(store)["Giống lúa"].signed_on) == "2024-06-05"
    assert [p.name for p in deal.parties] == ["mst:0301471348"]
    assert [i.column for i in report.issues if i.code == "map_ignored"] == ["Ghi chú riêng"]


def test_a_csv_file_takes_the_same_map(store: Store, take: Any) -> None:
    """A CSV file with titles above its header is read by the same map as the workbook."""
    take(
        "BÁO CÁO;;\n;;\nMã;Tên CN;Luồng\nA1;Máy sấy;XK\n",
        MAP.replace('"Ngày" =', '# "Ngày" =')
        .replace('"Trị giá" =', '# "Trị giá" =')
        .replace('"MST bên giao" =', '# "MST bên giao" ='),
    )
    assert deals(store)["Máy sấy"].direction == "outbound"


def test_columns_go_by_letter_where_there_is_no_header(store: Store, take: Any) -> None:
    """Without a header row, from a first row on to a last."""
    text = 'header_row = 0\nfirst_row = 2\nlast_row = 3\n[letters]\nA = "id"\nB = "title"\n'
    report = take([["rác", "rác"], ["A1", "a"], ["A2", "b"], ["rác", None, None]], text)
    assert (report.new, sorted(deals(store))) == (2, ["a", "b"])


def test_a_map_names_sheet_and_rows(store: Store, take: Any) -> None:
    """A sheet or row that is not there is told with the nearest; two header rows are joined."""
    rows = [["Mã", "Thông tin", None], [None, "Tên", "Ngày"], ["A1", "a", "2024"]]
    text = 'sheet = "Sheet"\nheader_row = [1, 2]\n[columns]\n"Mã" = "id"\n"Thông tin › Tên" = "title"\n'
    text += '"Ngày" = "signed_on"\n'
    assert take(rows, text).new == 1
    for old, new, code in (('"Sheet"', '"Shet"', "map_no_sheet"), ("[1, 2]", "99", "map_no_row")):
        with pytest.raises(RecordError) as caught:
            take(rows, text.replace(old, new))
        assert [i.code for i in caught.value.issues] == [code]


@pytest.mark.parametrize("key", ["Số hợp đồng", "SO HOP DONG", "contract_number"])
def test_a_column_of_the_sheet_is_the_key_beside_its_own_field(store: Store, take: Any, key: str) -> None:
    """Named by header or field, it tells the records apart and fills its field; a row of it alone is told."""
    text = f'key = "{key}"\n'
    assert take("Số hợp đồng,title\n12/HĐ,Máy sấy\n13/HĐ,\n", text).new == 2
    assert deals(store)["Máy sấy"].contract_number == "12/HĐ"
    report = take("Số hợp đồng,title\n12/HĐ,Máy sấy lúa\n13/HĐ,\n", text)
    assert (report.changed, report.unchanged) == (1, 1)
    report = take("Số hợp đồng,title\n12/HĐ,Máy sấy lúa\n", text, dry_run=True)
    columns = [(c.field, c.match) for c in report.understood[0].columns]
    assert columns == [("id", "key"), ("contract_number", "label"), ("title", "id")]


@pytest.mark.parametrize(("header", "code"), [("id,title", "map_key_beside"), ("Số HĐ mua,title", "map_unused")])
def test_a_key_that_is_not_there_or_not_the_only_one_is_refused(take: Any, header: str, code: str) -> None:
    """A column the sheet lacks, and a sheet with its own column of keys."""
    with pytest.raises(RecordError) as caught:
        take(f"{header}\nA1,a\n", 'key = "title"\n' if code == "map_key_beside" else 'key = "Số hợp đồng"\n')
    assert code in [i.code for i in caught.value.issues]


def test_what_the_map_says_and_the_sheet_has_not_is_refused(store: Store, take: Any) -> None:
    """A column of the map that no table has, and a constant for a field that has a column."""
    with pytest.raises(RecordError) as caught:
        take([["Mã", "Tên CM", "channel"], ["A1", "a", "direct"]])
    told = [(i.code, i.column) for i in caught.value.issues if i.code.startswith("map_")]
    assert ("map_unused", "Tên CN") in told
    assert any(code == "map_constant" for code, _ in told)
    assert "Tên CM" in next(i.suggestion.vi for i in caught.value.issues if i.column == "Tên CN" and i.suggestion)


def test_a_day_in_another_order_is_refused(take: Any) -> None:
    """A day that the stated order cannot read is never read in another."""
    rows = [HEADER, [*ROWS[0][:3], "17/05/2024", *ROWS[0][4:]], ROWS[1]]
    with pytest.raises(RecordError) as caught:
        take(rows)
    (issue,) = [i for i in caught.value.issues if i.level == "error"]
    assert (issue.code, issue.row, issue.value) == ("not_in_order", 2, "17/05/2024")


def test_the_same_bytes_are_read_again_by_another_map(store: Store, take: Any) -> None:
    """A wrong unit is mended in the map; the file stays as it is."""
    take([HEADER, *ROWS])
    report = take([HEADER, *ROWS], MAP.replace("triệu đồng", "tỷ đồng"))
    assert (report.changed, deals(store)["Giống lúa"].value_vnd) == (2, 20_000_000_000)


def test_a_quarantine_file_takes_the_map_of_its_workbook(store: Store, take: Any, tmp_path: Path) -> None:
    """The refused rows, mended, are read by the same map, whatever header row it names."""
    text = f"header_row = 3\n{MAP}"
    report = take(
        [["BÁO CÁO"], [], HEADER, ROWS[0], [*ROWS[1][:3], "13/13/2024", *ROWS[1][4:]]], text, accept_valid=True
    )
    assert (report.new, report.refused) == (1, 1)
    mended = report.quarantine.read_text("utf-8-sig").replace("13/13/2024", "06/05/2024", 1)
    report.quarantine.write_text(mended, encoding="utf-8-sig")
    again = import_file(store, report.quarantine, "deal", actor="tester", map_file=tmp_path / "m.toml")
    assert (again.new, str(deals(store)["Giống lúa"].signed_on)) == (1, "2024-06-05")


FAULTS = [
    ('kind = "startup"', 1, "startup"),
    ('# x\ndatess = "x"', 2, "dates"),
    ('dates = "mm-dd"', 1, "mm/dd/yyyy"),
    ("header_row = [2, 4]", 1, "[4, 5]"),
    ("header_row = 0", 1, "letters"),
    ("first_row = 0", 1, "first_row"),
    ('ignore = "x"', 1, "ignore"),
    ('[columns]\n"Mã" = "idd"', 2, "'id'"),
    ('[columns]\n"Mã" = 5', 2, "field"),
    ('[columns]\n"Mã" = "id"\n"MÃ" = "title"', 3, "MÃ"),
    ('[columns]\n"A" = "title"\n"B" = "title"', 3, "columns.A"),
    ('[columns]\n"L" = { field = "direction", values = { "XK" = "outbond" } }', 2, "outbound"),
    ('[columns."L"]\nfield = "direction"\nvalues.XK = "outbond"', 3, "outbound"),
    ('[columns]\n"L" = { field = "title", unit = "đồng" }', 2, "unit"),
    ('[columns]\n"L" = { field = "value_vnd", unit = "kg" }', 2, "kg"),
    ('[columns]\n"L" = { field = "value_vnd", unit = "USD" }', 2, "đồng"),
    ('[columns]\n"L" = { field = "value_vnd", numbers = "fr" }', 2, "vi, en"),
    ('[letters]\n"1C" = "title"', 2, "1C"),
    ('[constants]\nid = "x"', 2, "id"),
    ("[constants]\ntitle = 1.5", 2, "title"),
    ('[constants]\ndirection = "ra"', 2, "outbound"),
    ("constants = 1", 1, "constants"),
    ("key = 5", 1, "key"),
    ('kind = "deal"\n[columns', 2, "TOML"),
    ('a = "', 1, "TOML"),
]


@pytest.mark.parametrize(("text", "line", "word"), FAULTS, ids=[text.splitlines()[-1] for text, _, _ in FAULTS])
def test_a_fault_of_the_map_is_told_with_its_line(tmp_path: Path, text: str, line: int, word: str) -> None:
    """Each names the file, the line, and what was expected or is nearest."""
    (tmp_path / "m.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        read_map(tmp_path / "m.toml", import_plan("deal"))
    error = caught.value
    assert error.parts["line"] == line
    assert error.in_lang("vi").startswith(f"m.toml, dòng {line}: ")
    assert word in error.in_lang("en") or word in str(error.parts.get("key"))


def test_all_faults_are_told_at_once_and_a_missing_file_too(tmp_path: Path) -> None:
    """In the order of their lines."""
    (tmp_path / "m.toml").write_text('x = 1\n[columns]\n"A" = "b1"\n[constants]\nc = "d"\n', encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        read_map(tmp_path / "m.toml", import_plan("deal"))
    assert [line for line, _, _ in caught.value.parts["faults"]] == [1, 3, 5]
    with pytest.raises(DefinitionError, match="no such file"):
        read_map(tmp_path / "none.toml", import_plan("deal"))


def test_lines_of_keys_are_found_in_any_form() -> None:
    """Dotted, quoted, within tables and with an equals sign in the key."""
    text = 'a.b = 1\n[t."x = y"]\n"k=v" = { c = 1 }\n# z = 1\n'
    assert lines_of(text) == {("a", "b"): 1, ("t", "x = y"): 2, ("t", "x = y", "k=v"): 3}
