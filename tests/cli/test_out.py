"""`--out`, `--bom` and `--personal`: files that others get."""

import csv
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import openpyxl

from stregistry import Name, Organisation, Registry
from tests.cli.conftest import Cli

FIGURES = ("indicators", "ecosystem-core", "--period", "2024", "--place", "92", "--valid", "2024-12-31")


def test_a_workbook_of_figures_has_the_records_counted(office: Cli) -> None:
    """The second sheet lists, for every figure, the records that explain gives, with file and row."""
    ran = office(*FIGURES, "--out", "bang.xlsx")
    assert ran.code == 0, ran.err
    book = openpyxl.load_workbook("bang.xlsx")
    assert book.sheetnames == ["Indicators", "Records counted"]
    header, *lines = book["Records counted"].iter_rows(values_only=True)
    rows = [dict(zip(header, line, strict=True)) for line in lines]
    cells = office(*FIGURES, "--format", "json").json
    assert len(list(book["Indicators"].iter_rows())) == len(cells) + 1
    names, first, *_ = book["Indicators"].iter_rows(values_only=True)
    assert dict(zip(names, first, strict=True)) == cells[0] | {
        "indicator_name": "Startups",
        "measured_in": "enterprises",
        "place_name": "Can Tho City",
        "why_missing": None,
    }
    for cell in cells:
        why = ("explain", "ecosystem-core", cell["indicator"], "--place", "92", "--period", "2024")
        told = office(*why, "--valid", "2024-12-31", "--format", "json").json
        mine = [row for row in rows if row["indicator"] == cell["indicator"]]
        assert [(r["id"], r["part"], r["file"], r["row"]) for r in mine] == [
            (r["id"], r["part"], r["file"], r["row"]) for r in told
        ]
    assert {row["place_of_figure"] for row in rows} == {"92"}
    assert rows


def test_csv_for_excel(office: Cli) -> None:
    """--bom marks a CSV, in a file and in a pipe, and is refused for anything else."""
    assert office("list", "deal", "--out", "deals.csv", "--bom").code == 0
    assert Path("deals.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert office("list", "deal", "--format", "csv", "--bom").out.startswith("\ufeffid,")
    for words in (("--out", "deals.json"), ("--format", "json"), ()):
        assert office("list", "deal", "--bom", *words).code == 2


def test_personal_fields_go_into_a_file_with_their_reason(office: Cli, id_of: Callable[[str, str], int]) -> None:
    """The manifest beside it says which fields, as of when, of which bytes, and why."""
    body = str(id_of("organisation", "Viện Phù Sa"))
    assert office("set", "organisation", body, "email=hoa@vi-du.vn", "--why", "Bổ sung").code == 0
    assert "hoa@vi-du.vn" not in office("list", "organisation", "--format", "csv").out
    ran = office("list", "organisation", "--out", "lien-he.csv", "--personal", "--why", "Giấy mời 12/GM")
    assert ran.code == 0, ran.err
    rows = csv.DictReader(Path("lien-he.csv").read_text(encoding="utf-8").splitlines())
    assert "hoa@vi-du.vn" in {row["email"] for row in rows}
    told = json.loads(Path("lien-he.csv.manifest.json").read_text(encoding="utf-8"))
    assert told["personal"] == {"fields": ["contact_name", "email", "phone"], "why": "Giấy mời 12/GM"}
    assert told["sha256"] == hashlib.sha256(Path("lien-he.csv").read_bytes()).hexdigest()
    assert told["registry"]["changeset"] == 4


def test_personal_fields_need_a_reason_and_a_file(office: Cli) -> None:
    """On a screen a reason cannot stay with them."""
    for words in (("--personal",), ("--personal", "--why", "x"), ("--personal", "--out", "a.csv"), ("--why", "x")):
        assert office("list", "organisation", *words).code == 2
    assert not Path("a.csv").exists()


def test_what_is_exported_can_be_imported(office: Cli) -> None:
    """The same file for a second registry gives the same figures; taken in twice it changes nothing."""
    for kind, ending in (("organisation", "csv"), ("startup", "xlsx"), ("deal", "csv")):
        ran = office("export", kind, "--valid", "2024-12-31", "--out", f"{kind}.{ending}")
        assert ran.code == 0, ran.err
        assert "No import column" not in ran.err
        for _ in range(2):
            ran = office("--db", "sqlite:///second.db", "import", f"{kind}.{ending}", "--as", kind)
            assert ran.code == 0, ran.err
        assert "nothing changed" in ran.err
    assert (
        office("--db", "sqlite:///second.db", *FIGURES, "--format", "csv").out
        == office(*FIGURES, "--format", "csv").out
    )


def test_what_no_column_says_is_told(office: Cli) -> None:
    """A name of another kind is not lost in silence."""
    with Registry.open("sqlite:///registry.db") as registry, registry.changeset(actor="Lan", reason="x") as tx:
        tx.put(Organisation(names=(Name(value="A", lang="vi", kind="official"), Name(value="B", kind="former"))))
    assert (
        "No import column says names: left out of 1 record." in office("export", "organisation", "--out", "a.csv").err
    )


def test_a_snapshot_is_written_as_tables(office: Cli) -> None:
    """A workbook has a sheet for each part and the provenance; other formats have the values."""
    content = json.loads(Path("year.json").read_bytes())["content"]
    assert office("export", "year.json", "--out", "year.xlsx").code == 0
    book = openpyxl.load_workbook("year.xlsx")
    assert book.sheetnames[0] == "Values"
    assert book.sheetnames[-1] == "Provenance"
    header, *lines = book["Values"].iter_rows(values_only=True)
    assert [dict(zip(header, line, strict=True)) for line in lines] == content["values"]
    told = dict(book["Provenance"].iter_rows(values_only=True))
    assert (told["registry_hash"], told["changeset"]) == (content["registry"]["hash"], 3)
    assert office("export", "year.json", "--format", "json").json == content["values"]
    assert office("export", "year.json", "--out", "year.parquet").code == 0
    assert office("export", "none.json").code == 1
