"""Tables for a person to read: aligned, with units and the course over the periods, colour only on a terminal."""

import unicodedata
from pathlib import Path

import click
import pytest

from stregistry.cli.markdown import for_terminal
from stregistry.cli.table import table
from stregistry.text import Text
from tests.cli.conftest import Cli, run_here

EXAMPLE = Path(__file__).parents[2] / "examples" / "own_index"
HEADERS = {"name": Text("Tên", "Name"), "deals": Text("Giao dịch", "Deals"), "late": Text("Quá hạn", "Late")}
LONG = "  Tỷ lệ nhiệm vụ đã hoàn thành trong số nhiệm vụ được giao trong kỳ"


def test_a_column_of_zeros_is_shown() -> None:
    """Zero says something; only a column that is empty, or plainly no, is left out."""
    made = table([{"name": "A", "deals": 0, "late": False}, {"name": "B", "deals": 0.0}], HEADERS, "en", width=80)
    assert made.text.splitlines() == ["Name  Deals", "----  -----", "A         0", "B         0"]


def test_a_long_text_is_cut_or_goes_on_below() -> None:
    """Cut it ends in a dot-dot-dot; wrapped nothing of it is lost, and the columns stay where they are."""
    rows = [{"name": LONG, "deals": 1234}, {"name": "B", "deals": 5}]
    cut = table(rows, HEADERS, "vi", width=36).text.splitlines()
    assert "…" in cut[2]
    assert cut[2].endswith(" 1.234")
    wrapped = table(rows, HEADERS, "vi", width=36, wrap=True).text.splitlines()
    words = " ".join(line[:26] for line in wrapped[2:-1]).split()
    assert words == LONG.split()
    assert wrapped[2].endswith("1.234")
    assert {len(line) for line in wrapped[:3]} == {36}
    assert all(line.startswith("    ") for line in wrapped[3:-1])


def test_marks_on_letters_take_no_room() -> None:
    """Decomposed Vietnamese stands as wide as composed; a Chinese character takes two columns of the terminal."""
    rows = [{"name": "Cần Thơ", "deals": 1}, {"name": "深圳市", "deals": 2}, {"name": "Hue", "deals": 3}]
    plain = table(rows, HEADERS, "en", width=80).text
    rows[0]["name"] = unicodedata.normalize("NFD", "Cần Thơ")
    assert table(rows, HEADERS, "en", width=80).text == plain
    assert plain.splitlines()[2:] == ["Cần Thơ      1", "深圳市       2", "Hue          3"]
    assert table([{"name": "深圳市" * 20}], HEADERS, "en", width=20).text.splitlines()[2] == "深圳市深圳市深圳市 …"


def test_a_file_does_not_steer_the_terminal() -> None:
    """Control characters in a text are shown as what they are."""
    assert table([{"name": "A\x1b[31mB\x07"}], HEADERS, "en", width=80).text.splitlines()[2] == "A\ufffd[31mB\ufffd"


def test_rows_stand_under_their_sections_at_any_width() -> None:
    """No line is wider than asked; short texts and headers are folded before a column goes, and names are whole."""
    headers = {"status": Text("Tình trạng", "Status"), "days": Text("Số ngày", "Days"), **HEADERS}
    line = {"status": "có thể đã quá hạn", "days": "đến 10", "name": (LONG.strip(), "  - deals.csv, dòng 4")}
    for width in (30, 45, 60, 80, 120):
        made = table([line, line], headers, "vi", width=width, wrap=True, right=["days"], sections={0: LONG, 1: "Sở"})
        lines = click.unstyle(made.text).splitlines()
        assert max(map(len, lines)) <= width
        assert made.hidden == (("name",) if width == 30 else ())
        assert "Sở" in lines
        if width >= 60:
            assert [" ".join(text.split()) for text in lines if "deals.csv" in text] == ["- deals.csv, dòng 4"] * 2


def test_the_name_of_a_file_is_parted_at_its_dot() -> None:
    """Too long for a line, it goes on before a mark; what a line holds is not touched, and nothing is added."""
    name = {"name": Text("Tên", "Name")}
    made = table([{"name": "- support_organisation.synthetic.csv, dòng 9"}], name, "vi", width=26, wrap=True).text
    assert made.splitlines()[2:] == ["- support_organisation", "  .synthetic.csv, dòng 9"]
    long = [{"name": "support_organisation.synthetic.csv " * 2}]
    assert "\u2060" not in table(long, name, "vi", width=40, wrap=True).text


def test_the_oldest_column_gives_way_first() -> None:
    """Where not every period has room the latest stay, and those that went are named in their order."""
    rows = [{"name": "A", "2022": 1000, "2023": 2000, "2024": 3000}]
    headers = {n: Text(n, n) for n in rows[0]}
    made = table(rows, headers, "en", width=18, gives_way=["2022", "2023"])
    assert (made.text.splitlines()[0].split(), made.hidden) == (["name", "2023", "2024"], ("2022",))
    assert table(rows, headers, "en", width=18).hidden == ("2024",)


def test_only_the_cell_meant_is_coloured() -> None:
    """A colour adds no width: without its marks the table is the same."""
    rows = [{"name": "A", "deals": 1}, {"name": "B", "deals": 2}]
    plain = table(rows, HEADERS, "en", width=80).text
    made = table(rows, HEADERS, "en", width=80, colour=[("name", "red"), ("name", None)]).text
    assert made != plain
    assert click.unstyle(made) == plain
    assert "\x1b" not in made.splitlines()[3]


def test_the_course_stands_beside_three_periods_or_more(cli: Cli) -> None:
    """One letter for each period; missing figures are a dash with a reason below, once."""
    ran = cli("indicators", "ecosystem-core", "--period", "2021..2024", "--place", "92")
    assert ran.code == 0
    assert "Trend" in ran.out
    assert "–¹" in ran.out
    assert ran.out.count("\n¹ no denominator\n") == 1
    assert "Trend" not in cli("indicators", "ecosystem-core", "--period", "2024", "--place", "92").out


def test_score_shows_pillars_and_intervals(tmp_path: Path) -> None:
    """The ranking has the scores of the pillars, with as many decimals each, and the interval of the rank."""
    words = ("--framework", str(EXAMPLE / "framework.toml"), "--out", str(tmp_path), "--uncertainty")
    ran = run_here("--lang", "en", "score", str(EXAMPLE / "table.csv"), *words)
    lines = [line.split("  ") for line in ran.out.splitlines()]
    assert [cell.strip() for cell in lines[0] if cell] == [
        "Rank",
        "Unit",
        "Score",
        "Rank 5%",
        "Rank 95%",
        "Inputs",
        "Results",
    ]
    assert [cell.strip() for cell in lines[7] if cell] == ["6", "Bravo", "27.15", "6", "7", "33.35", "23.02"]


def test_targets_name_their_source_once(cli: Cli) -> None:
    """A line for each target; the documents stand below, each once, under its number."""
    ran = cli("--lang", "en", "targets", "cantho-kl69", "--period", "2025")
    assert ran.code == 0
    assert ran.out.count("59-NQ/TW") == 1
    number = next(line for line in ran.out.splitlines() if "59-NQ/TW" in line).split()[0]
    assert ran.out.count(number) == 3


TARGETS = """\
[framework]
id = "office"
version = "1"
title = {vi = "Chỉ tiêu của Sở", en = "Indicators of the office"}
sources = [{id = "plan", title = {vi = "Kế hoạch năm 2025", en = "Plan for 2025"}}]
[evaluation]
places = "vn-2025"
[[indicator]]
id = "deals"
name = {vi = "Giao dịch công nghệ theo địa bàn bên giao", en = "Technology deals by the place of the transferor"}
measured_in = {vi = "giao dịch", en = "deals"}
direction = "up"
measure = "count"
params = {of = "deal", place = "transferor"}
target = [
  {at_least = 12, by = 2025, from = 2023-01-01, scope = {place = "92", map = "vn-2025"}, baseline = {period = 2022, value = 1}, source = "plan"},
  {at_least = 9, by = 2025, from = 2023-01-01, scope = {place = "92", map = "vn-2024"}, source = "plan"},
]
"""  # noqa: E501 - an inline table of TOML stands on one line


def test_a_narrow_terminal_keeps_the_figures_of_a_target(office: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """At 80 columns the name and the goal stand above, so that status, value and gap have room; each period is told."""
    Path("office.toml").write_text(TARGETS, encoding="utf-8")
    monkeypatch.setenv("COLUMNS", "80")
    ran = office("targets", "office.toml", "--period", "2023..2024")
    heading, columns, _, name, _, now, *_ = ran.out.splitlines()
    assert heading == "Can Tho City (92)"
    assert columns.split()[:5] == ["Period", "Status", "Value", "Gap", "Ratio"]
    assert name == "Technology deals by the place of the transferor [1]: at least 12 deals, by 2025"
    assert now.split()[:5] == ["2024", "off", "track", "2", "-10"]
    assert max(map(len, ran.out.splitlines())) <= 80


def test_targets_of_another_map_say_how_to_ask_for_them(cli: Cli) -> None:
    """The goals of old Can Tho have no figure on the map of 2025; the hint names the map, and only where it helps."""
    words = ("targets", "cantho-kl69", "--period", "2024")
    assert "--places vn-2024" in cli(*words).err
    assert "--places vn-2024" in cli(*words, "--format", "csv").err
    assert "--places" not in cli(*words, "--places", "vn-2024").err


def test_targets_are_asked_for_by_place(cli: Cli) -> None:
    """VN is the nation; of a place that has no targets it is said who has some."""
    nation = cli("--lang", "en", "targets", "sti-national-2030", "--period", "2025", "--place", "VN")
    assert (nation.code, nation.out.startswith("Nation, 2025")) == (0, True)
    none = cli("--lang", "en", "targets", "sti-national-2030", "--period", "2025", "--place", "92")
    assert (none.code, "There are: VN." in none.err) == (1, True)


@pytest.mark.parametrize(("variable", "expected"), [("", True), ("1", False)])
def test_colour_is_for_a_terminal_that_wants_it(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, variable: str, expected: bool
) -> None:
    """On a terminal the heading is bold, unless NO_COLOR is set; in a pipe it never is."""
    words = ("indicators", "ecosystem-core", "--period", "2024", "--place", "92")
    assert "\x1b" not in cli(*words).out
    monkeypatch.setattr(
        "click.utils.should_strip_ansi", lambda stream=None, color=None: not color and color is not None
    )
    monkeypatch.setenv("NO_COLOR", variable)
    assert ("\x1b" in cli(*words).out) is expected


def test_markdown_is_laid_out_for_a_terminal() -> None:
    """Pipe tables become aligned ones, numbers to the right, a long cell on several lines; escaped bars stay bars."""
    text = (
        "# Kết quả\n\n| TT | Chỉ tiêu | Giá trị |\n|:-:|:--|--:|\n| 1 | **A** \\| b | 5 |\n| 2 | "
        + LONG.strip()
        + " | 1.234 |"
    )
    lines = click.unstyle(for_terminal(text, 44)).splitlines()
    assert lines[0] == "Kết quả"
    assert lines[2].startswith("TT  Chỉ tiêu")
    assert lines[2].endswith("Giá trị")
    assert lines[4].split() == ["1", "A", "|", "b", "5"]
    assert lines[5].endswith("1.234")
    assert max(map(len, lines)) <= 44
    assert " ".join(" ".join(line[4:36] for line in lines[5:]).split()) == LONG.strip()
