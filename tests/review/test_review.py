"""The review of a period: what it holds, and the Word, Markdown and JSON made of it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import pytest

from stregistry import (
    Deal,
    DomainError,
    Framework,
    Name,
    NotFoundError,
    Observation,
    Organisation,
    PartialDate,
    Party,
    Registry,
    StregistryError,
    Task,
)
from stregistry.dates import parse_period
from stregistry.review import Review, review_json, review_markdown, write_review

OWNER = "Công ty TNHH Lúa Vàng | Cần Thơ"
HERE = {"place": "92", "map": "vn-2025"}


def text(vi: str, en: str) -> dict[str, str]:
    return {"vi": vi, "en": en}


DOCUMENT: dict[str, Any] = {
    "framework": {
        "id": "thu",
        "version": "1",
        "title": text("Theo dõi kế hoạch thử", "Follow-up of a trial plan"),
        "sources": [{"id": "law", "number": "1/QĐ", "issued": "2024-01-11", "title": text("Quyết định", "Decision")}],
    },
    "group": [
        {"id": "plan", "name": text("Kế hoạch", "Plan")},
        {"id": "market", "parent": "plan", "name": text("5. Thị trường", "5. Market")},
        {"id": "potential", "parent": "plan", "name": text("3. Tiềm lực", "3. Potential")},
    ],
    "indicator": [
        {
            "id": "deals",
            "group": "market",
            "name": text("Giao dịch được ký", "Deals signed"),
            "measured_in": text("giao dịch", "deals"),
            "direction": "up",
            "measure": "count",
            "params": {"of": "deal", "when": "flow", "on": "signed_on"},
            "target": [{"from": "2024-01-11", "at_least": 8, "every_year": True, "scope": HERE, "source": "law"}],
        },
        {
            "id": "grdp",
            "group": "potential",
            "name": text("Tổng sản phẩm", "Gross product"),
            "measured_in": text("tỷ đồng", "billion VND"),
            "direction": "up",
            "measure": "series",
            "params": {"series": "grdp"},
            "target": [
                {
                    "from": "2024-01-11",
                    "at_least": 200,
                    "by": 2028,
                    "scope": HERE,
                    "source": "law",
                    "baseline": {"period": 2024, "value": 100},
                    "verified": "secondary",
                }
            ],
        },
    ],
    "obligation": [
        {
            "id": "register",
            "name": text("Đăng ký hợp đồng", "Register a contract"),
            "of": "deal",
            "where": {"direction": "inbound"},
            "due": {"after": "signed_on", "days": 90},
            "done": "registered_on",
            "in_force": "2018-07-01",
            "check_law": "2025-03-01",
            "source": "law",
            "article": text("Điều 31", "Article 31"),
        }
    ],
}
FRAMEWORK = Framework.from_document(DOCUMENT, "thu.toml")


def on(day: str) -> PartialDate:
    return PartialDate.parse(day)


@pytest.fixture(scope="module")
def registry() -> Iterator[Registry]:
    """Two deals in the first half of 2024, three in that of 2025 and one after; tasks done, late and due soon."""
    with Registry.open("sqlite://") as opened:
        with opened.changeset(actor="Lan", reason="all") as tx:
            owner = tx.put(Organisation(names=(Name(value=OWNER, lang="vi"),), place="92"))
            days = ("2024-02-01", "2024-05-01", "2025-01-10", "2025-03-01", "2025-05-20", "2025-08-01")
            for n, day in enumerate(days):
                parties = (Party(role="transferee", body=owner),)
                tx.put(
                    Deal(
                        title=f"Giống lúa {n}",
                        direction="inbound" if n in (2, 3) else "domestic",
                        signed_on=on(day),
                        parties=parties,
                    )
                )
            tx.put(Observation(series="grdp", place="92", map="vn-2025", period="2025", value=130))
            for title, due, done in (("Xong", "2025-03-01", "2025-02-01"), ("Trễ", "2025-05-31", None)):
                done_on = on(done) if done else None
                tx.put(Task(title=title, task_group="market", responsible=owner, due_on=on(due), done_on=done_on))
            tx.put(Task(title="Sắp tới", task_group="potential", responsible=owner, due_on=on("2025-08-15")))
            tx.put(Task(title="Xong từ lâu", responsible=owner, due_on=on("2023-03-01"), done_on=on("2023-02-01")))
        yield opened


@pytest.fixture(scope="module")
def half(registry: Registry) -> Review:
    return registry.review(FRAMEWORK, "2025H1")


def test_the_figures_are_those_every_report_has(half: Review, registry: Registry) -> None:
    """In the period, since January, of the plan of the year, and against the same half a year before."""
    assert (half.place, str(half.at), half.before) == ("92", "2025-06-30", "2024H1")
    assert [group for group, _ in half.groups] == ["market", "potential"]
    deals = half.figures[0]
    assert (deals.value, deals.cumulative, deals.plan, deals.plan_from, deals.share) == (3, 3, 8, "target", 37.5)
    assert (deals.before, deals.change, deals.change_in) == (2, 50, "percent")
    second = registry.review(FRAMEWORK, "2025H2").figures[0]
    assert (second.value, second.cumulative, second.share) == (1, 4, 50)
    grdp = half.figures[1]
    assert (grdp.of_year, registry.review(FRAMEWORK, "2025").figures[1].of_year) == (True, False)
    assert "(4) The figure of the whole of 2025; there is none of the period itself." in review_markdown(half, "en")
    quarter = registry.review(FRAMEWORK, "2025Q2").figures[0]
    assert (quarter.value, quarter.cumulative, quarter.before) == (1, 3, 1)


def test_the_plan_of_a_year_on_the_way_is_that_of_the_path(registry: Registry) -> None:
    """From 100 in 2024 to 200 in 2028 it is 118.92 at the end of 2025."""
    whole = registry.review(FRAMEWORK, "2025")
    grdp = whole.figures[1]
    assert grdp.plan is not None
    assert (round(grdp.plan, 2), grdp.plan_from) == (118.92, "path")
    assert grdp.share is not None
    assert round(grdp.share, 1) == 109.3
    assert [row["status"] for row in whole.targets] == ["off_track", "on_track"]


def test_tasks_and_duties_are_those_of_the_day(half: Review) -> None:
    """Done or due in the period, late, or due soon; what was done long ago is not told again."""
    assert [(row.title, row.status) for row in half.tasks.rows] == [
        ("Trễ", "late"),
        ("Sắp tới", "due"),
        ("Xong", "done"),
    ]
    assert [(row.title, row.status, row.check_law) for row in half.duties.rows] == [
        ("Giống lúa 2", "late", False),
        ("Giống lúa 3", "late", True),
    ]


def test_what_moved_adds_up(half: Review) -> None:
    """The change of each figure is the sum of its causes."""
    moved = {move.indicator: move for move in half.moves}
    assert moved["deals"].change == 1 == sum(moved["deals"].causes.values())
    assert moved["grdp"].change is None


def test_the_same_review_has_the_same_digest(registry: Registry, half: Review) -> None:
    """Known at the changeset the annex names, for the place and day it names, it is made again to the byte."""
    content = json.loads(review_json(half))
    again = registry.review(
        FRAMEWORK, "2025H1", place="92", valid="2025-06-30", known=content["content"]["registry"]["changeset"]
    )
    assert review_json(again) == review_json(half)
    assert content["sha256"] == half.sha256
    assert content["content"]["snapshot"] == registry.snapshot(FRAMEWORK, ["2025H1", "2025M6"]).sha256


def test_markdown_tells_it_in_both_languages(half: Review) -> None:
    """Headings, tables with the figures, names of records that cannot break a table."""
    vi, en = review_markdown(half), review_markdown(half, "en")
    assert vi.startswith("# Sơ kết tình hình thực hiện 6 tháng đầu năm 2025\n\n**Theo dõi kế hoạch thử**")
    for line in (
        "| 1 | Giao dịch được ký | giao dịch | 8 | 3 | 3 | 37,5 | +50% |",
        "## V. NGHĨA VỤ THEO QUY ĐỊNH CỦA PHÁP LUẬT",
        "quá hạn 31 ngày",
        "Điều 31 (3)",
        "Công ty TNHH Lúa Vàng \\| Cần Thơ",
        "(2) Trích từ nguồn thứ cấp",
        half.sha256,
    ):
        assert line in vi
    for line in ("## V. OBLIGATIONS UNDER THE LAW", "late by 31 days", "check the current law", "+50%"):
        assert line in en
    assert "Nhiệm vụ" not in en.replace("Theo dõi", "")


def test_the_word_file_is_for_an_officer_to_edit(half: Review, tmp_path: Path) -> None:
    """Masthead, real headings, tables whose head repeats and whose cells hold the figures; no picture, no clock."""
    write_review(half, tmp_path / "r.docx")
    doc = docx.Document(str(tmp_path / "r.docx"))
    whole = "\n".join(p.text for p in doc.paragraphs)
    masthead = "\n".join(cell.text for row in doc.tables[0].rows for cell in row.cells)
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in masthead
    assert "ỦY BAN NHÂN DÂN THÀNH PHỐ CẦN THƠ" in masthead
    heads = [p.text for p in doc.paragraphs if p.style is not None and p.style.name == "Heading 1"]
    assert heads[:2] == ["I. KẾT QUẢ CHUNG", "II. KẾT QUẢ THỰC HIỆN THEO NHÓM NHIỆM VỤ"]
    assert len(heads) == 10
    figures = doc.tables[1]
    assert [c.text for c in figures.rows[1].cells] == [
        "1",
        "Giao dịch được ký",
        "giao dịch",
        "8",
        "3",
        "3",
        "37,5",
        "+50%",
    ]
    assert "w:tblHeader" in figures.rows[0]._tr.xml
    assert "Cơ quan lập báo cáo bổ sung" in whole
    assert doc.core_properties.comments == f"sha256 {half.sha256}"
    assert doc.styles["Normal"].font.name == "Times New Roman"
    write_review(half, tmp_path / "e.docx", lang="en")
    english = "\n".join(p.text for p in docx.Document(str(tmp_path / "e.docx")).paragraphs)
    assert "Interim review of the first half of 2025" in english


def test_an_empty_registry_has_a_review_too(tmp_path: Path) -> None:
    """Nothing to count is 0, nothing known is said to be missing, and every part has its sentence."""
    with Registry.open("sqlite://") as empty:
        found = empty.review(FRAMEWORK, "2025H1")
    told = review_markdown(found)
    assert "Không có nghĩa vụ nào quá hạn." in told
    assert "Sổ đăng ký không có nhiệm vụ nào trong kỳ." in told
    assert "Chưa có số liệu (1): Tổng sản phẩm." in told
    write_review(found, tmp_path / "r.docx")


def test_a_review_of_the_nation_is_no_provinces(tmp_path: Path) -> None:
    """The ministry stands in the masthead and signs; without groups no heading speaks of any."""
    with Registry.open("sqlite://") as empty:
        found = empty.review("sti-national-2030", "2025")
    write_review(found, tmp_path / "r.docx")
    doc = docx.Document(str(tmp_path / "r.docx"))
    said = "\n".join(cell.text for table in (doc.tables[0], doc.tables[-1]) for cell in table._cells)
    assert "BỘ KHOA HỌC VÀ CÔNG NGHỆ" in said
    assert "Hà Nội, ngày" in said
    assert "ỦY BAN NHÂN DÂN" not in said
    told = review_markdown(found)
    assert "trên địa bàn cả nước" in told
    assert "## II. KẾT QUẢ THỰC HIỆN CÁC CHỈ TIÊU" in told
    assert "Chỉ tiêu khác" not in told
    assert "# Review of 2025" in review_markdown(found, lang="en")


def test_what_cannot_be_reviewed_is_refused(registry: Registry, half: Review, tmp_path: Path) -> None:
    """Two periods, a place the map does not have, another ending, a folder that is not there."""
    with pytest.raises(DomainError, match="one period"):
        registry.review(FRAMEWORK, "2024..2025")
    with pytest.raises(NotFoundError, match="no place '93'"):
        registry.review(FRAMEWORK, "2025", place="93")
    with pytest.raises(StregistryError, match=r"must end in \.docx, \.md, \.json"):
        write_review(half, tmp_path / "r.pdf")
    with pytest.raises(StregistryError, match="cannot be written"):
        write_review(half, tmp_path / "none" / "r.docx")


PERIODS = [
    ("2025H2", "6 tháng cuối năm 2025", "second half of 2025"),
    ("2025Q4", "quý IV năm 2025", "fourth quarter of 2025"),
    ("2025-07", "tháng 7 năm 2025", "July 2025"),
    ("2025M9", "9 tháng năm 2025", "first 9 months of 2025"),
    ("2025", "năm 2025", "2025"),
]


@pytest.mark.parametrize(("label", "vi", "en"), PERIODS)
def test_a_period_is_named_as_reports_name_it(label: str, vi: str, en: str) -> None:
    """Half-years, quarters, months and cumulative months."""
    words = parse_period(label).words
    assert (words.vi, words.en) == (vi, en)
    assert [parse_period(told).label for told in (vi, en)] == [label, label]
