"""`diff`: what a reader sees of two snapshots, on the terminal and in files."""

import csv
import io
from pathlib import Path

import openpyxl
import pytest

from tests.cli.conftest import Cli

SHARE = """\
[framework]
id = "office"
version = "1"
title = {vi = "Chỉ tiêu của Sở", en = "Indicators of the office"}
[evaluation]
places = "vn-2025"
[[indicator]]
id = "share"
name = {vi = "Tỷ trọng giao dịch theo tháng", en = "Share of deals dated to the month"}
measured_in = {vi = "%", en = "%"}
direction = "up"
measure = "share"
params = {of = "deal", field = "value_vnd", place = "transferor", where = {title = "Bí quyết sấy"}}
scale = 100
[[indicator]]
id = "value"
name = {vi = "Giá trị giao dịch", en = "Value of deals"}
measured_in = {vi = "đồng", en = "VND"}
direction = "up"
measure = "sum"
params = {of = "deal", field = "value_vnd", place = "transferor"}
"""


@pytest.fixture
def later(office: Cli) -> Cli:
    """The office after a deal was corrected downward and the snapshot was made again as later.json."""
    deal = next(
        row["id"] for row in office("list", "deal", "--format", "json").json if row["value_vnd"] == 1_500_000_000
    )
    ran = office("set", "deal", str(deal), "value_vnd=1000000000", "--why", "biên bản thanh lý")
    assert ran.code == 0, ran.err
    assert office("snapshot", "ecosystem-core", "--period", "2024", "--out", "later.json").code == 0
    return office


def test_the_table_has_a_column_for_each_cause_there_is(later: Cli) -> None:
    """One place, the figures that moved, what was compared with what; a single figure shows its records too."""
    ran = later("diff", "year.json", "later.json", "--place", "92")
    assert ran.code == 0
    assert "Can Tho City (92)" in ran.out
    header = next(line for line in ran.out.splitlines() if line.startswith("Indicator"))
    assert "Revised records" in header
    assert "New records" not in header
    assert "2024: 1 of 10 figures moved." in ran.err
    assert "Before: ecosystem-core 2026.1, place map vn-2025, changeset 3" in ran.err
    one = later("diff", "year.json", "later.json", "--place", "92", "--indicator", "deals_value").out
    assert "-0.5" in one
    assert "Giống lúa chịu mặn" in one
    vi = later("--lang", "vi", "diff", "year.json", "later.json", "--place", "92", "--indicator", "deals_value").out
    assert "Hồ sơ đính chính" in vi
    assert "được đính chính" in vi


def test_of_several_figures_the_records_that_moved_each_most_are_named(office: Cli) -> None:
    """Each record by name, id and part; what is more than three is summed up with the way to see it."""
    rows = [f"{n},Hợp đồng {n},2024-05-0{n},mst:0301471348,{n}000000000,domestic,signed" for n in range(1, 6)]
    head = "id,title,signed_on,transferee,value_vnd,direction,status"
    Path("more.csv").write_text("\n".join([head, *rows]), encoding="utf-8")
    ran = office("import", "more.csv", "--as", "deal", "--source-id", "more")
    assert ran.code == 0, ran.err
    assert office("snapshot", "ecosystem-core", "--period", "2024", "--out", "later.json").code == 0
    lines = office("diff", "year.json", "later.json", "--place", "92").out.splitlines()
    at = next(n for n, line in enumerate(lines) if line.endswith(" (billion VND), 2024"))
    assert [" ".join(line.split()) for line in lines[at + 1 : at + 5]] == [
        f"+{n} Hợp đồng {n} (#{id}, new)" for n, id in zip((5, 4, 3), _ids(office, 5, 4, 3), strict=True)
    ] + ["+3 2 other records: --place 92 --indicator deals_value"]
    vi = office("--lang", "vi", "diff", "year.json", "later.json", "--place", "92").out
    assert "Hồ sơ làm thay đổi nhiều nhất" in vi
    assert "2 hồ sơ khác: --place 92 --indicator deals_value" in vi


def _ids(office: Cli, *numbers: int) -> list[int]:
    titles = {row["title"]: row["id"] for row in office("list", "deal", "--format", "json").json}
    return [titles[f"Hợp đồng {n}"] for n in numbers]


def test_a_record_of_both_parts_of_a_share_says_which(office: Cli) -> None:
    """A deal that moves top and bottom of a share stands once for each, with the part; of a count no part is told."""
    Path("share.toml").write_text(SHARE, encoding="utf-8")
    office("snapshot", "share.toml", "--period", "2024", "--out", "old.json")
    (deal,) = (row["id"] for row in office("list", "deal", "--format", "json").json if row["value_vnd"] == 250_000_000)
    office("set", "deal", str(deal), "value_vnd=500000000", "--why", "phụ lục hợp đồng")
    office("snapshot", "share.toml", "--period", "2024", "--out", "new.json")
    of_share = office("diff", "old.json", "new.json", "--place", "92", "--indicator", "share").out
    rows = [line.split() for line in of_share.splitlines() if "Bí quyết sấy" in line]
    assert [row[1] for row in rows] == ["numerator", "denominator"]
    of_both = office("--lang", "vi", "diff", "old.json", "new.json", "--place", "92").out
    assert "được đính chính, tử số)" in of_both
    assert "được đính chính, mẫu số)" in of_both
    assert "được đính chính)" in of_both
    cells = csv.DictReader(io.StringIO(office("diff", "old.json", "new.json", "--format", "csv").out))
    assert {(row["indicator"], row["part"]) for row in cells} == {
        *(("share", "top"), ("share", "bottom"), ("value", "value"))
    }


def test_files_have_a_row_for_each_record_that_add_up(later: Cli) -> None:
    """CSV and XLSX: the contributions of a figure's rows are its change; ids of causes in both languages."""
    text = later("--lang", "vi", "diff", "year.json", "later.json", "--format", "csv").out
    rows = [row for row in csv.DictReader(io.StringIO(text)) if row["indicator"] == "deals_value"]
    assert {row["cause"] for row in rows} == {"revised"}
    assert sum(float(row["contribution"]) for row in rows) == pytest.approx(float(rows[0]["change"]), rel=1e-9)
    assert rows[0]["changeset"] == "4"
    assert later("diff", "year.json", "later.json", "--out", "d.xlsx").code == 0
    sheet = openpyxl.load_workbook("d.xlsx").active
    assert sheet is not None
    assert [cell.value for cell in sheet[1]][:3] == ["indicator", "place", "period_before"]
    assert sheet.max_row == text.count("\n")


def test_nothing_moved_is_said(office: Cli) -> None:
    """Equal snapshots: no rows, and how many figures were looked at."""
    ran = office("diff", "year.json", "year.json")
    assert (ran.code, ran.out) == (0, "")
    assert "0 of 340 figures moved" in ran.err


def test_what_cannot_be_compared_is_refused(later: Cli) -> None:
    """A place that is none, the wrong order, a file that is not there."""
    for words, said in (
        (("year.json", "later.json", "--place", "9x"), "no place '9x'"),
        (("later.json", "year.json"), "exchange the two"),
        (("year.json", "nowhere.json"), "no file and no kept snapshot 'nowhere.json'"),
        (("year.json", "later.json", "--period", "2024", "2023"), "have no period '2023'"),
    ):
        ran = later("diff", *words)
        assert (ran.code, said in ran.err) == (1, True), ran.err
    assert not Path("nowhere.json").exists()
