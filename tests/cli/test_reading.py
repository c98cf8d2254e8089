"""`list show search history template schema`: the formats, the files, the two times."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import jsonschema_rs
import openpyxl
import pytest

import stregistry.model
from tests.cli.conftest import Cli

Find = Callable[[str, str], int]
KINDS = list(stregistry.model.KINDS)

READING = [
    ("list", "deal"),
    ("show", "1"),
    ("search", "lua vang"),
    ("history", "1"),
    ("indicators", "ecosystem-core", "--period", "2024", "--place", "92"),
    ("explain", "ecosystem-core", "deals_value", "--place", "92", "--period", "2024"),
    ("framework", "list"),
]


@pytest.mark.parametrize("words", READING, ids=[w[0] for w in READING])
def test_csv_on_stdout_and_in_a_file_are_the_same_bytes(office: Cli, words: tuple[str, ...]) -> None:
    """CSV has English ids for headers in both languages, and --out writes what --format prints."""
    plain = office("--lang", "vi", *words, "--format", "csv", "--valid", "2025-01-01", "--known", "3").out
    assert office(*words, "--out", "rows.csv", "--valid", "2025-01-01", "--known", "3").out == ""
    if words[0] not in ("show", "framework"):  # these hold text in the reader's language
        assert Path("rows.csv").read_bytes().decode() == plain
    header, *rows = csv.reader(io.StringIO(plain))
    assert all(name.isascii() and name == name.lower() for name in header)
    assert rows


@pytest.mark.parametrize("words", READING, ids=[w[0] for w in READING])
def test_json_jsonl_and_xlsx_hold_the_same_rows(office: Cli, words: tuple[str, ...]) -> None:
    """Every file format tells the same, with null or an empty cell for what is missing.

    A workbook may say more after that, as of figures what their codes mean. The workbook of an explanation is one to
    check a figure by, and has tests of its own.
    """
    for ending in ("json", "jsonl", *(() if words[0] == "explain" else ("xlsx",))):
        ran = office(*words, "--out", f"rows.{ending}")
        assert (ran.code, ran.out) == (0, "")
        assert f" to rows.{ending}." in ran.err
    rows = json.loads(Path("rows.json").read_text("utf-8"))
    assert [json.loads(line) for line in Path("rows.jsonl").read_text("utf-8").splitlines()] == rows
    if words[0] != "explain":
        header, *cells = openpyxl.load_workbook("rows.xlsx").active.iter_rows(values_only=True)
        assert list(header[: len(rows[0])]) == list(rows[0])
        assert [dict(zip(rows[0], line, strict=False)) for line in cells] == rows


def test_data_go_to_stdout_and_messages_to_stderr(office: Cli) -> None:
    """A table is all that stands on standard output; an empty one says so."""
    ran = office("list", "deal")
    assert ran.err == ""
    lines = ran.out.splitlines()
    assert lines[0].startswith("Id  Title")
    assert len(lines) == 5
    assert office("--lang", "vi", "list", "asset").out == "Không có dòng nào.\n"
    assert office("list", "asset", "--format", "json").json == []
    assert office("list", "asset", "--format", "csv").out.startswith("id,")


def test_a_table_fits_the_terminal_and_says_what_it_left_out(office: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """No line is wider than the terminal; columns without room are named, empty ones are not."""
    monkeypatch.setenv("COLUMNS", "70")
    ran = office("list", "deal")
    assert max(map(len, ran.out.splitlines())) <= 70
    assert "No room for" in ran.err
    assert "Recipient" in ran.err or "Transferee" in ran.err
    assert "Contract number" not in ran.out + ran.err


def test_a_record_as_json_follows_its_schema(office: Cli, id_of: Find) -> None:
    """`show --format json` gives what `schema KIND` describes."""
    for kind, text in (("deal", "Bí quyết sấy"), ("startup", "01/GCN"), ("organisation", "Viện Phù Sa")):
        schema = office("schema", kind).json
        shown = office("show", str(id_of(kind, text)), "--format", "json").json
        jsonschema_rs.validator_for(schema).validate(shown)
        assert shown["kind"] == kind


@pytest.mark.parametrize("kind", [*KINDS, "framework"])
def test_every_kind_has_a_schema(cli: Cli, kind: str) -> None:
    """`schema` prints a valid JSON Schema of every kind and of the framework file."""
    jsonschema_rs.meta.validate(cli("schema", kind).json)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_template(cli: Cli, kind: str) -> None:
    """The header on standard output is that of the CSV file; the workbook's names the same columns, in brackets."""
    header = cli("template", kind).out.strip().split(",")
    assert header[0] == "id"
    assert cli("template", kind, "--out", "t.csv").out == ""
    assert Path("t.csv").read_text("utf-8-sig").strip().split(",") == header
    cli("template", kind, "--out", "t.xlsx")
    sheet = openpyxl.load_workbook("t.xlsx").worksheets[0]
    assert [str(cell.value).rpartition("[")[2].rstrip("]") for cell in sheet[2]] == header


def test_search_finds_with_and_without_diacritics_and_by_identifier(office: Cli, id_of: Find) -> None:
    """A name, its folded form, and a tax code lead to the same body; --limit bounds the answer."""
    body = id_of("organisation", "Công ty TNHH Lúa Vàng")
    for text in ("Lúa Vàng", "lua vang", "0301471348", "golden rice"):
        assert office("search", text, "--format", "json").json[0]["id"] == body
    assert len(office("search", "cong ty", "--limit", "1", "--format", "json").json) == 1
    assert office("search", "không có ai", "--format", "json").json == []


def test_what_was_known_and_what_was_true_can_be_asked_for(office: Cli, id_of: Find) -> None:
    """--known goes back to before a correction, --valid to before a certificate was issued."""
    deal = id_of("deal", "Giống lúa chịu mặn")
    assert office("set", "deal", str(deal), "title=Giống lúa khác", "--why", "thử").code == 0
    titles = [row["title"] for row in office("list", "deal", "--known", "3", "--format", "json").json]
    assert "Giống lúa chịu mặn" in titles
    assert office("show", str(deal), "--format", "json").json["fields"]["title"] == "Giống lúa khác"
    assert len(office("list", "startup", "--valid", "2023-12-31", "--format", "json").json) == 1
    assert office("list", "startup", "--known", "2", "--valid", "2022-12-31", "--format", "json").json == []
    assert office("list", "deal", "--known", "2", "--format", "json").json == []


def test_history_shows_file_and_row_in_a_terminal(office: Cli, id_of: Find, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who, why, and from which file and row stand in the first columns."""
    monkeypatch.setenv("COLUMNS", "120")
    lines = office("history", str(id_of("deal", "Bí quyết sấy"))).out.splitlines()
    assert " ".join(lines[0].split()) == "Changeset Known from (UTC) Actor Reason File Row SHA-256 of the file"
    assert "Lan" in lines[2]
    assert "deals.csv" in lines[2]
    assert "  3  " in lines[2]


def test_history_at_another_time(office: Cli, id_of: Find) -> None:
    """--known leaves out later versions and what ended them."""
    deal = str(id_of("deal", "Bí quyết sấy"))
    office("retract", deal, "--why", "nhập nhầm")
    (now,) = office("history", deal, "--format", "json").json
    (then,) = office("history", deal, "--known", "3", "--format", "json").json
    assert (now["until"], then["until"]) == (4, None)
    assert office("history", deal, "--known", "2", "--format", "json").json == []


def test_show_tells_what_a_body_came_from_and_went_on_as(office: Cli, id_of: Find) -> None:
    """The events with day, form, document and both sides: as rows in the table, and in JSON."""
    Path("kt.csv").write_text(
        "id,event,happened_on,decision,predecessor,successor\n"
        "K1,merged,2016-02-01,12/QĐ,B3;Trạm Lúa cũ,B2\nK2,renamed,,,B2,Công ty mai sau\n",
        encoding="utf-8",
    )
    assert office("import", "kt.csv", "--as", "succession").code == 0
    body, before = (id_of("organisation", name) for name in ("Công ty TNHH Lúa Vàng", "Viện Phù Sa"))
    merged, renamed = office("show", str(body), "--format", "json").json["lineage"]
    assert (merged["direction"], merged["event"], merged["happened_on"], merged["decision"]) == (
        *("before", "merged", "2016-02-01"),
        "12/QĐ",
    )
    assert merged["predecessors"] == [{"id": before, "name": "Viện Phù Sa"}, {"id": None, "name": "Trạm Lúa cũ"}]
    assert merged["successors"] == [{"id": body, "name": "Công ty TNHH Lúa Vàng"}]
    assert (renamed["direction"], renamed["happened_on"]) == ("after", None)
    vi = office("--lang", "vi", "show", str(body)).out
    assert "Kế thừa từ" in vi
    assert f"01/02/2016 · Hợp nhất · Viện Phù Sa (#{before}); Trạm Lúa cũ → " in vi
    jsonschema_rs.validate(office("schema", "organisation").json, office("show", str(body), "--format", "json").json)


def test_tables_have_the_words_of_codes_and_dates_as_the_language_writes_them(office: Cli, id_of: Find) -> None:
    """list, show, explain and history: a day is 17/05/2024 in Vietnamese, a month 05/2024; CSV and JSON keep codes."""
    vi, deal = ("--lang", "vi"), str(id_of("deal", "Bí quyết sấy"))
    listed = office(*vi, "list", "deal").out
    assert "17/05/2024" in listed
    assert "05/2024" in listed
    assert "Trong nước" in listed
    assert "domestic" not in listed
    assert "2024-05-17" in office("list", "deal").out
    assert ",domestic," in office(*vi, "list", "deal", "--format", "csv").out
    assert "2024-05-17" in office(*vi, "list", "deal", "--format", "csv").out
    assert "05/2024" in office(*vi, "show", deal).out
    assert "2024-05" in office(*vi, "show", deal, "--format", "csv").out
    explained = ("explain", "ecosystem-core", "deals_value", "--place", "92", "--period", "2024")
    assert "17/05/2024" in office(*vi, *explained).out
    assert "2024-05-17" in office(*vi, *explained, "--format", "csv").out
    assert office("set", "deal", deal, "direction=inbound", "signed_on=18/05/2024", "--why", "hợp đồng gốc").code == 0
    told = office(*vi, "history", deal).out
    assert "Trong nước → Từ nước ngoài" in told
    assert "05/2024 → 18/05/2024" in told
    assert "domestic → inbound" in office(*vi, "history", deal, "--format", "csv").out


def test_a_place_is_named_by_its_code_or_its_name(office: Cli) -> None:
    """As offices write it; a province of before the merger says what it lies in and how to ask for that."""
    words = ("indicators", "ecosystem-core", "--period", "2024", "--format", "csv", "--place")
    assert office(*words, "TP. Cần Thơ").out == office(*words, "92").out
    gone = office(*words, "Sóc Trăng")
    assert gone.code == 1
    assert "Can Tho City (92): --place 92" in gone.err
    assert office(*words, "Sóc Trăng", "--places", "vn-2024").out.count(",94,") == 10
    assert "did you mean 'Cần Thơ'" in office(*words, "Cần Thơơ").err
    assert office("diff", "year.json", "year.json", "--place", "Cần Thơ").code == 0
    assert office("targets", "cantho-kl69", "--period", "2025", "--place", "Cần Thơ").code == 0
