"""`import`: the same file, a corrected file, keys, and the numbers, dates, places and parties of an office's list."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import DEALS, STARTUPS, Cli

Find = Callable[[str, str], int]


def _write(name: str, text: str) -> str:
    Path(name).write_text(text, encoding="utf-8")
    return name


def _changesets(cli: Cli) -> int:
    return int(cli("audit", "--format", "json").json[0]["changesets"])


def test_the_same_file_twice_makes_no_changeset(office: Cli) -> None:
    """A file already taken in is recognised by its bytes, and says which changeset took it in."""
    ran = office("import", "deals.csv", "--as", "deal")
    assert (ran.code, ran.out) == (0, "")
    assert "identical file was taken in by changeset 3" in ran.err
    assert _changesets(office) == 3


def test_the_same_rows_in_another_file_make_no_changeset(office: Cli) -> None:
    """What a source says again is no news, however the file is named or coded."""
    Path("other.csv").write_bytes(DEALS.encode("utf-16"))
    ran = office("import", "other.csv", "--as", "deal")
    assert ran.code == 0
    assert "0 new, 0 changed, 3 unchanged. Nothing changed." in ran.err
    assert _changesets(office) == 3


def test_a_corrected_file_corrects(office: Cli, id_of: Find) -> None:
    """The owner's key finds the record again; only the row that changed makes a version."""
    deal = id_of("deal", "Giống lúa chịu mặn")
    ran = office("import", _write("mended.csv", DEALS.replace("1500", "1600")), "--as", "deal", "--why", "đính chính")
    assert "0 new, 1 changed, 2 unchanged. Changeset 4." in ran.err
    history = office("history", str(deal), "--format", "json").json
    assert [(h["changeset"], h["file"], h["row"], h["reason"]) for h in history] == [
        (3, "deals.csv", 2, "import deals.csv"),
        (4, "mended.csv", 2, "đính chính"),
    ]
    assert "value_vnd: 1500000000 → 1600000000" in history[1]["changed"]


def test_another_source_has_keys_of_its_own(office: Cli) -> None:
    """The same ids under another --source-id are other records."""
    text = "id,title\nH1,Một giao dịch khác\n"
    assert "1 new" in office("import", _write("x.csv", text), "--as", "deal", "--source-id", "so-khcn").err
    assert len(office("list", "deal", "--format", "json").json) == 4


def test_a_role_file_finds_its_body_by_tax_code(office: Cli, id_of: Find) -> None:
    """A start-up whose tax code is known is a role of that body; an unknown one brings its body along."""
    known = id_of("organisation", "Công ty TNHH Lúa Vàng")
    bodies = {
        row["organisation"]: row["organisation_name"] for row in office("list", "startup", "--format", "json").json
    }
    assert bodies[known] == "Công ty TNHH Lúa Vàng"
    assert "Công ty CP Sông Hậu" in bodies.values()
    assert len(office("list", "organisation", "--format", "json").json) == 4


def test_parties_are_found_by_id_tax_code_ror_and_kept_by_name(office: Cli) -> None:
    """A party cell may hold an id, mst:, ror: or a name; a name nobody has stays as written."""
    deals = {row["title"]: row for row in office("list", "deal", "--format", "json").json}
    assert deals["Giống lúa chịu mặn"]["transferor"] == "Trường Đại học Mẫu"
    assert deals["Giống lúa chịu mặn"]["transferee"] == "Công ty TNHH Lúa Vàng"
    assert deals["Bí quyết sấy"]["transferor"] == "Trường Đại học Mẫu"
    assert deals["Quy trình ủ phân"]["transferee"] == "Trang trại Chưa Biết"


def test_units_dates_and_places_are_read_as_offices_write_them(office: Cli) -> None:
    """Millions of đồng become đồng exactly, dates keep their precision, a place goes by name or code."""
    deals = office("list", "deal", "--format", "json").json
    assert [(d["signed_on"], d["value_vnd"]) for d in deals] == [
        ("2024-05-17", 1_500_000_000),
        ("2024-05", 250_000_000),
        ("2023", 100_000_000),
    ]
    bodies = {b["name"]: b for b in office("list", "organisation", "--format", "json").json}
    assert (bodies["Công ty TNHH Lúa Vàng"]["place"], bodies["Công ty TNHH Lúa Vàng"]["founded_on"]) == (
        "92",
        "2015-05",
    )
    assert bodies["Viện Phù Sa"]["place"] == "79"


def test_dry_run_tells_and_writes_nothing(cli: Cli) -> None:
    """--dry-run reports what would happen; the registry stays empty."""
    ran = cli("import", _write("s.csv", STARTUPS), "--as", "startup", "--dry-run")
    assert ran.code == 0
    assert "2 new" in ran.err
    assert "nothing was written" in ran.err
    assert _changesets(cli) == 0


def test_refused_rows_are_mended_and_imported_again(cli: Cli) -> None:
    """--accept-valid takes the good rows; the quarantine file, mended, brings in the rest and nothing twice."""
    rows = ("H1,Giống lúa,31/02/2024,domestic", "H2,Bí quyết,2024,domestic", "H3,Quy trình,2023,inward")
    path = _write("list.csv", "\n".join(("id,title,signed_on,direction", *rows)))
    assert cli("import", path, "--as", "deal").code == 1
    assert _changesets(cli) == 0
    ran = cli("import", path, "--as", "deal", "--accept-valid")
    assert ran.code == 0
    assert "1 new" in ran.err
    assert "2 rows refused" in ran.err
    quarantine = Path("list.quarantine.csv")
    text = quarantine.read_text("utf-8-sig")
    kept = list(csv.DictReader(io.StringIO(text)))
    assert [(row["id"], row["problem_row"]) for row in kept] == [("H1", "2"), ("H3", "4")]
    assert "'inward'" in kept[1]["problem"]
    mended = text.replace("31/02/2024", "29/02/2024", 1).replace("inward", "inbound", 1)
    quarantine.write_text(mended, encoding="utf-8-sig")
    again = cli("import", str(quarantine), "--as", "deal")
    assert again.code == 0, again.err
    assert "2 new" in again.err
    assert len(cli("list", "deal", "--format", "json").json) == 3


@pytest.mark.slow
def test_one_bad_row_in_a_million_is_named_and_nothing_written(cli: Cli, tmp_path: Path) -> None:
    """A million rows with one impossible date are refused, naming file, row and column."""
    path = tmp_path / "million.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("id,title,signed_on,value_vnd\n")
        for i in range(1_000_000):
            day = "2024-02-30" if i == 765_432 else "2024-02-28"
            file.write(f"D{i},Giao dịch {i},{day},{i}\n")
    ran = cli("--lang", "vi", "import", "million.csv", "--as", "deal")
    path.unlink()
    assert ran.code == 1
    assert "million.csv, dòng 765434, cột signed_on: Ngày '2024-02-30' không tồn tại" in ran.err
    assert _changesets(cli) == 0


def test_a_dry_run_shows_how_each_column_was_understood(cli: Cli) -> None:
    """Standard output holds the columns, in words of either language, as JSON, CSV or a file; messages go to stderr."""
    path = _write("d.csv", DEALS.replace("direction", "Chiều chuyển giao").replace("domestic", "Trong nước", 1))
    table = cli("import", path, "--as", "deal", "--dry-run").out
    assert "Header in row 1; 3 rows of data (rows 2–4)." in table
    assert "× 1,000,000 VND (header)" in table
    assert "month/year × 1, '05/2024' (row 3)" in table
    assert "domestic × 2, 'Trong nước' (row 2)" in table
    assert "tháng/năm × 1" in cli("--lang", "vi", "import", path, "--as", "deal", "--dry-run").out
    (found,) = cli("import", path, "--as", "deal", "--dry-run", "--format", "json").json
    assert [c["field"] for c in found["columns"]][2:4] == ["direction", "signed_on"]
    rows = list(csv.DictReader(io.StringIO(cli("import", path, "--as", "deal", "--dry-run", "--format", "csv").out)))
    assert [row["cell"] for row in rows] == ["A1", "B1", "C1", "D1", "E1", "F1", "G1"]
    assert cli("import", path, "--as", "deal", "--dry-run", "--out", "u.xlsx").code == 0
    assert Path("u.xlsx").exists()


def test_a_refused_dry_run_shows_the_columns_and_counts_bad_rows(cli: Cli) -> None:
    """The columns are shown although the file is refused, and the bad rows are counted."""
    ran = cli("import", _write("d.csv", DEALS.replace("2024-05-17", "31/02/2024")), "--as", "deal", "--dry-run")
    assert ran.code == 1
    assert "cannot be read × 1, '31/02/2024' (row 2)" in ran.out
    assert "1 of 3 rows have errors." in ran.err


def test_formats_go_with_a_dry_run_only(cli: Cli) -> None:
    """A real import prints no rows, so a format for them is wrong usage."""
    ran = cli("import", _write("d.csv", DEALS), "--as", "deal", "--format", "json")
    assert ran.code == 2
    assert "--dry-run" in ran.err


def test_the_sheet_comes_back_and_a_map_reads_what_fits_nothing(cli: Cli) -> None:
    """--errors names the workbook to mend; --map reads other headers, and its faults are refused with their lines."""
    path = _write("d.csv", "Mã,Tên CN,Luồng\nA1,Máy sấy,XK\nA2,Giống lúa,?\n")
    text = (
        '[columns]\n"Mã" = "id"\n"Tên CN" = "title"\n"Luồng" = { field = "direction", values = { XK = "outbound" } }\n'
    )
    ran = cli("import", path, "--as", "deal", "--map", _write("m.toml", text), "--errors", "loi.xlsx")
    assert ran.code == 1
    assert "row 3, column Luồng: '?' is not in the code list" in ran.err
    assert "the reason beside each row: loi.xlsx." in ran.err
    assert Path("loi.xlsx").exists()
    assert cli("import", path, "--as", "deal", "--errors", "loi.xlsx").code == 1
    ran = cli("import", path, "--as", "deal", "--map", _write("m.toml", text.replace('"id"', '"idd"')))
    assert ran.code == 1
    assert "m.toml, line 2: The kind 'deal' has no field 'idd'. Did you mean 'id'?" in ran.err


def test_warnings_of_one_sort_take_one_line(cli: Cli) -> None:
    """Forty names not linked are one line that counts them and names the next rows; --details prints each."""
    rows = "".join(f"D{n},{'Viện Lúa' if n < 4 else f'Viện {n}'}\n" for n in range(40))
    _write("many.csv", "id,transferor\n" + rows)
    ran = cli("import", "many.csv", "--as", "deal", "--dry-run")
    (line,) = [line for line in ran.err.splitlines() if line.startswith("Warning")]
    assert "row 2, column transferor" in line
    assert line.endswith("39 more like it: rows 3, 4, 5, 6 'Viện 4', 7 'Viện 5', ….")
    assert "--details" in ran.err
    every = cli("import", "many.csv", "--as", "deal", "--dry-run", "--details")
    assert every.err.count("Warning") == 40
    assert "more like it" not in every.err
    (table,) = cli("import", "many.csv", "--as", "deal", "--dry-run", "--format", "json").json
    assert [issue["row"] for issue in table["issues"]] == list(range(2, 42))
    assert table["issues"][0]["message"]["en"].startswith("The registry has no body 'Viện Lúa' yet")
