"""The page made from snapshots: what it says, that nothing in it can run, and how it behaves in a real browser."""

import copy
import csv
import itertools
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest

from stregistry import NotFoundError, Observation, Registry, Snapshot, SnapshotError
from stregistry.figures import number
from stregistry.report import report, write_report
from stregistry.report.charts import Goal
from stregistry.report.words import CLASSES
from tests.cli.conftest import run_here

INDEX = Path(__file__).parent.parent / "scored" / "index.toml"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
HOSTILE = "</script><script>window.bad=1</script>\"' onload='x' <img src=x onerror=alert(1)> & " + "Viện dài " * 40


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a made-up registry."""
    folder = tmp_path_factory.mktemp("report")
    found = f"sqlite:///{folder / 'demo.db'}"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert run_here("--lang", "en", "--db", found, "demo", "--size", "400").code == 0
    return found


@pytest.fixture(scope="session")
def made(address: str) -> dict[str, Snapshot]:
    """Snapshots of the made-up registry: of a framework that scores, and of one with targets."""
    with Registry.open(address) as registry:
        return {
            "index": registry.snapshot(INDEX, "2022..2024"),
            "kl69": registry.snapshot("cantho-kl69", "2023..2025"),
            "year": registry.snapshot(INDEX, "2021"),
        }


def changed(snapshot: Snapshot, **parts: Any) -> Snapshot:
    """A copy with other parts of its content."""
    return Snapshot(content=copy.deepcopy(snapshot.content) | parts, environment=snapshot.environment)


def test_the_page_holds_every_part(made: dict[str, Snapshot]) -> None:
    """Headline, cards, ranking, tiles, tree and provenance with the hash stand in the page, in both languages."""
    page = report([made["index"]], place="92")
    for part in ("overview", "indicators", "ranking", "map", "tree", "method"):
        assert f'<section id="{part}"' in page
    assert made["index"].sha256 in page
    assert "trung bình" in re.search(r'<dl class="steps">.*?</dl>', page, re.DOTALL)[0]  # type: ignore[index]
    assert page.count('<article class="card"') == len(made["index"].framework.indicators)
    assert '<html lang="vi">' in page
    assert '<html lang="en">' in report([made["index"]], lang="en")
    assert 'id="targets"' not in page
    plan = report([made["kl69"]])
    assert 'id="targets"' in plan
    assert "quoted from a secondary source" in plan


def test_every_drawing_has_words(made: dict[str, Snapshot]) -> None:
    """Each svg is an image with a title, and no id stands twice."""
    for name in ("index", "kl69"):
        page = report([made[name]], place="92")
        drawings = re.findall(r"<svg .*?</svg>", page, re.S)
        assert drawings
        assert all('role="img"' in one and "<title" in one for one in drawings)
        ids = re.findall(r'\bid="([^"]+)"', page)
        assert len(ids) == len(set(ids))


def test_the_way_to_a_target_is_the_one_it_is_judged_by() -> None:
    """Where the pace is a percentage a year the drawn way passes the compound value, not the straight one."""
    way = Goal(x=10, y=120, start=(0, 40), compound=True).way
    assert way[0] == (0, 40)
    assert way[6] == pytest.approx((5, 40 * 3**0.5))
    assert Goal(x=10, y=-5, start=(0, 5), compound=True).way == [(0, 5), (10, -5)]


@pytest.fixture(scope="module")
def nation() -> list[Snapshot]:
    """Two years of two national figures: a rank and a share, each with a target on its way."""
    stated = [
        ("gii_rank", "2024", 44),
        ("gii_rank", "2025", 43),
        ("rd_share_gdp", "2024", 1),
        ("rd_share_gdp", "2025", 1),
    ]
    with Registry.open("sqlite://") as registry:
        with registry.changeset(actor="Lan", reason="số liệu") as tx:
            for series, period, value in stated:
                tx.put(Observation(series=series, place="VN", period=period, value=value))
        before, after = (registry.snapshot("sti-national-2030", year) for year in ("2024", "2025"))
        return [before, after]


def test_a_page_of_the_nation_shows_the_way_to_its_targets(nation: list[Snapshot]) -> None:
    """National targets are those of the place the page is about: no column says so, and their ways are drawn."""
    page = report(nation, lang="en")
    assert ">Nation<" not in page
    assert '<path class="goal"' in page
    assert page.count('<span lang="vi">hạng</span><span lang="en">rank</span></span> <b class="n">43</b>') == 1


# Machado, Oliveira and Fernandes 2009: what linear RGB looks like to those who lack the long or the middle cones.
SEEN = {
    "all cones": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "no long cones": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "no middle cones": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
}


@pytest.mark.parametrize("eyes", SEEN)
def test_colours_of_statuses_stay_apart(nation: list[Snapshot], eyes: str) -> None:
    """For readers who do not tell red from green too: at least 20 in CIELAB, where 2 can just be told apart."""
    page = report(nation)
    colours = re.findall(r"\.s-(\w+)\{background:#(\w{6});fill:#\2;", page)
    assert {name for name, _ in colours} == set(CLASSES)
    lab = {}
    for name, code in colours:
        byte = np.array([int(code[n : n + 2], 16) for n in (0, 2, 4)]) / 255
        rgb = np.array(SEEN[eyes]) @ np.where(byte > 0.04045, ((byte + 0.055) / 1.055) ** 2.4, byte / 12.92)
        to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
        x, y, z = np.cbrt(np.array(to_xyz) @ rgb.clip(1e-3, 1) / [0.9505, 1, 1.089])
        lab[name] = np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])
    near = {(a, b): np.linalg.norm(lab[a] - lab[b]) for a, b in itertools.combinations(lab, 2)}
    assert min(near.values()) >= 20, near


def test_two_snapshots_make_one_trend(made: dict[str, Snapshot]) -> None:
    """Periods of several snapshots stand in order of time, whatever the order they are named in."""
    page = report([made["index"], made["year"]], place="92")
    heads = re.search(r'<table id="f-deals">.*?</thead>', page, re.S)
    assert heads
    assert re.findall(r">(20\d\d)<", heads[0]) == ["2021", "2022", "2023", "2024"]
    assert made["year"].sha256 in page


def test_what_does_not_go_together_is_refused(made: dict[str, Snapshot]) -> None:
    """Other frameworks, a period twice, no snapshot and an unknown place each have a message of their own."""
    with pytest.raises(SnapshotError, match="different frameworks"):
        report([made["index"], made["kl69"]])
    with pytest.raises(SnapshotError, match="2021 stands in several"):
        report([made["year"], made["year"]])
    with pytest.raises(SnapshotError, match="At least one"):
        report([])
    with pytest.raises(NotFoundError, match="no place '9200'"):
        report([made["index"]], place="9200")


def test_the_command_writes_the_page(made: dict[str, Snapshot], tmp_path: Path) -> None:
    """`report` writes the file and says its size; a snapshot that is not there is refused with exit 1."""
    made["index"].write(tmp_path / "s.json")
    ran = run_here("--lang", "en", "report", str(tmp_path / "s.json"), "--out", str(tmp_path / "r.html"))
    assert ran.code == 0
    assert "kB" in ran.err
    assert (tmp_path / "r.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert run_here("report", str(tmp_path / "none.json"), "--out", str(tmp_path / "r.html")).code == 1


@pytest.fixture(scope="session")
def whole(address: str, made: dict[str, Snapshot]) -> dict[str, Any]:
    """What the registry adds to a page of targets: what moved since the year before, and what is late."""
    snapshot = made["kl69"]
    with Registry.open(address) as registry:
        return {
            "moved": registry.diff_snapshots(snapshot, snapshot, place="92", periods=("2024", "2025")),
            "duties": registry.due(snapshot.framework, on="2025-12-31", known=snapshot.changeset),
        }


def rows_of(page: str, table: str) -> list[list[str]]:
    """The cells of a table in English, as text."""
    body = page.split(f'<table id="{table}"')[1].split("</table>", maxsplit=1)[0].split("<tbody>")[1]
    cells = [re.findall(r"<t[hd].*?</t[hd]>", row, re.S) for row in re.findall(r"<tr.*?</tr>", body, re.S)]
    return [
        [re.sub(r"<[^>]+>", "", re.sub(r'<span lang="vi">.*?</span>', "", c)).strip() for c in row] for row in cells
    ]


def test_what_moved_says_causes_and_records(made: dict[str, Snapshot], whole: dict[str, Any]) -> None:
    """Each figure that moved stands with its change, split over causes, and records with their file and row."""
    page = report([made["kl69"]], lang="en", place="92", **whole)
    rows = {row[0]: row for row in rows_of(page, "t-moved")}
    assert len(rows) == len(whole["moved"].figures)
    move = next(one for one in whole["moved"].figures if one.indicator == "tasks_done")
    done = rows["Tasks done (tasks)"]
    assert [float(done[1]), float(done[2])] == [move.before, move.after]
    assert done[3] == f"−{abs(float(move.change)):.0f}"
    assert "Period" in done[4]
    assert "task.synthetic.csv:" in done[5]
    assert f"and {len(move.records) - 3} others" in done[5]
    # What came or went has no change in numbers, but says so.
    assert any("now has a figure" in row[3] for row in rows.values())
    assert 'id="moved"' not in report([made["kl69"]])
    still = report([made["kl69"]], place="92", moved=attrs.evolve(whole["moved"], figures=()))
    assert "Không chỉ tiêu nào thay đổi." in still
    assert 'id="t-moved"' not in still


def test_the_index_says_by_what_it_moved(address: str, made: dict[str, Snapshot]) -> None:
    """Score and rank before and after; the points of the indicators add up to the change."""
    snapshot = made["index"]
    with Registry.open(address) as registry:
        moved = registry.diff_snapshots(snapshot, snapshot, place="92", periods=("2023", "2024"))
    (move,) = moved.scores
    rows = rows_of(report([snapshot], lang="en", place="92", moved=moved), "t-shares")
    shares = [float(row[1].replace("−", "-")) for row in rows]
    assert move.change is not None
    assert sum(shares) == pytest.approx(move.change, abs=0.02)
    assert [abs(share) for share in shares] == sorted((abs(share) for share in shares), reverse=True)


def test_what_is_late_stands_first(made: dict[str, Snapshot], whole: dict[str, Any]) -> None:
    """The duties in the order of `due`, with who owes them and by which document; an empty table says that."""
    page = report([made["kl69"]], lang="en", **whole)
    rows = rows_of(page, "t-duties")
    assert len(rows) == len(whole["duties"].rows)
    assert rows[0][0] == whole["duties"].rows[0].told("en")
    assert rows[0][2] == whole["duties"].rows[0].owner
    assert "07/2017/QH14, Article 31" in rows[0][5]
    none = attrs.evolve(whole["duties"], rows=())
    assert "Nothing is late or due soon." in report([made["kl69"]], duties=none)
    many = attrs.evolve(whole["duties"], rows=whole["duties"].rows * 9)
    assert f'{len(many.rows) - 200} <span lang="vi">' in report([made["kl69"]], duties=many)


def test_the_command_asks_the_registry(address: str, made: dict[str, Snapshot], tmp_path: Path) -> None:
    """With the registry the page has both sections; without it, or with another one, it says what is left out."""
    made["index"].write(tmp_path / "s.json")
    made["year"].write(tmp_path / "y.json")
    snapshot, year, out = (str(tmp_path / name) for name in ("s.json", "y.json", "r.html"))
    assert run_here("--db", address, "report", snapshot, "--out", out, "--place", "92").code == 0
    page = Path(out).read_text(encoding="utf-8")
    assert 'id="moved"' in page
    assert 'id="duties"' in page
    assert run_here("--db", address, "report", snapshot, "--before", year, "--out", out).code == 0
    assert "2021 → 2024" in Path(out).read_text(encoding="utf-8")
    for other in (f"sqlite:///{tmp_path / 'none.db'}", "sqlite:///:memory:"):
        ran = run_here("--lang", "en", "--db", other, "report", snapshot, "--out", out)
        assert ran.code == 0
        assert "does not say what moved" in ran.err
        assert 'id="duties"' not in Path(out).read_text(encoding="utf-8")
        assert run_here("--db", other, "report", snapshot, "--before", year, "--out", out).code == 1
    assert not (tmp_path / "none.db").exists()


def test_a_kept_snapshot_is_named(address: str, made: dict[str, Snapshot], tmp_path: Path) -> None:
    """The command takes the name of a kept snapshot, and names the nearest to one that is not there."""
    own = f"sqlite:///{shutil.copy(address.removeprefix('sqlite:///'), tmp_path / 'own.db')}"
    with Registry.open(own) as registry:
        registry.keep(made["index"], name="nam-2024", by="An")
    out = tmp_path / "r.html"
    assert run_here("--db", own, "report", "nam-2024", "--out", str(out)).code == 0
    assert made["index"].sha256 in out.read_text(encoding="utf-8")
    ran = run_here("--db", own, "report", "nam-2023", "--out", str(out))
    assert (ran.code, "nam-2024" in ran.err) == (1, True)


def hostile(snapshot: Snapshot) -> Snapshot:
    """The snapshot with names that try to break out, one indicator, and a place without any figure."""
    document = copy.deepcopy(snapshot.content["framework"]["document"])
    document["framework"]["title"] = {"vi": HOSTILE, "en": HOSTILE}
    document["framework"]["sources"] = [
        {
            "id": "s",
            "title": {"vi": HOSTILE, "en": HOSTILE},
            "number": HOSTILE,
            "issued": "2024-01-11",
            "url": "javascript:alert(1)",
        }
    ]
    one = next(i for i in document["indicator"] if i["id"] == "startups")
    text = {"vi": HOSTILE, "en": HOSTILE}
    document["indicator"] = [one | {"name": text, "measured_in": text, "responsible": text, "source": "s"}]
    document = {k: v for k, v in document.items() if k in ("framework", "evaluation", "indicator", "group")}
    values = [v for v in snapshot.values if v["indicator"] == "startups"]
    values = [v | {"value": None, "missing": "no_observation"} if v["place"] == "01" else v for v in values]
    content = {k: v for k, v in snapshot.content.items() if k not in ("scores", "intervals", "score_notes")}
    return Snapshot(
        content=content | {"framework": snapshot.content["framework"] | {"document": document}, "values": values},
        environment=snapshot.environment,
    )


def test_hostile_text_stays_text(made: dict[str, Snapshot], whole: dict[str, Any]) -> None:
    """Markup in any name is shown and never becomes markup; an address that is no web address is no link."""
    duty = attrs.evolve(whole["duties"].rows[0], title=HOSTILE, body_name=HOSTILE, document=HOSTILE, file=HOSTILE)
    page = report([hostile(made["index"])], place="01", duties=attrs.evolve(whole["duties"], rows=(duty,)))
    assert page.count("&lt;script&gt;window.bad=1") > 4
    assert page.count("<script") == 2
    assert "<img" not in page
    assert "javascript:" not in page
    assert "default-src 'none'" in page.replace("&#39;", "'")


def test_one_place_one_period(made: dict[str, Snapshot]) -> None:
    """With nobody to compare with there is no ranking, position or map, and the page stands."""
    few = [v for v in made["kl69"].values if v["place"] == "92" and v["period"] == "2025"]
    page = report([changed(made["kl69"], values=few, periods=["2025"])])
    assert 'id="ranking"' not in page
    assert 'id="map"' not in page
    assert 'class="strip"' not in page


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's chromium."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("no chromium: apt-get install chromium")
    with playwright.sync_playwright() as run:
        found = run.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


def opened(
    browser: Any, made: Snapshot, folder: Path, width: int, place: str = "92", **more: Any
) -> tuple[Any, list[str]]:
    """The page opened from disk without a network; what the console says of it, and what it asks of a network."""
    write_report([made], folder / "r.html", place=place, **more)
    page = browser.new_context(viewport={"width": width, "height": 900}, offline=True).new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda asked: None if asked.url.startswith(("file:", "blob:")) else said.append(asked.url))
    page.goto((folder / "r.html").as_uri())
    return page, said


def _range_of(snapshot: Snapshot, indicator: str) -> str:
    """The figures of the darkest shade in English: the highest fifth."""
    last = [v["value"] for v in snapshot.values if v["indicator"] == indicator and v["period"] == "2024"]
    known = sorted(v for v in last if v is not None)
    top = [v for v in known if known.index(v) * 5 // len(known) == 4]
    return f"{number(top[0], 'en')} – {number(top[-1], 'en')}"


@pytest.mark.slow
@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_in_a_browser(browser: Any, made: dict[str, Snapshot], tmp_path: Path, width: int) -> None:
    """Nothing scrolls sideways; sort, search, language, tiles and download work; the console stays empty."""
    page, said = opened(browser, made["index"], tmp_path, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    first = "#t-ranking tbody tr:first-child"
    best = page.locator(first).inner_text()
    page.click("#t-ranking thead th:nth-child(3) button")
    assert page.get_attribute("#t-ranking thead th:nth-child(3)", "aria-sort") == "ascending"
    assert page.locator(first).inner_text() != best
    page.fill("#ranking .find", "can tho")
    assert page.locator("#t-ranking tbody tr:visible").count() == 1
    page.click("button[data-lang=en]")
    assert page.evaluate("document.documentElement.lang") == "en"
    assert "Can Tho City" in page.locator("h1").inner_text()
    assert "Thành phố" not in page.locator("main").inner_text().replace("Tiếng Việt", "")
    tile, key = page.locator(".tiles li b").first.inner_text(), page.locator("#key .n").first.inner_text()
    page.select_option("#what", index=2)
    assert page.locator(".tiles li b").first.inner_text() != tile
    assert key != page.locator("#key .n").first.inner_text() == _range_of(made["index"], "deals_value")
    assert page.locator(".tiles .sea").all_inner_texts() == ["Hoang Sa\n(Da Nang)", "Truong Sa\n(Khanh Hoa)"]
    page.click("#i-deals >> xpath=.. >> summary")
    with page.expect_download() as download:
        page.click('button.csv[data-table="f-deals"]')
    rows = list(csv.reader(Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()))
    assert rows[0] == ["Place", "2022", "2023", "2024", "Rank"]
    here = next(row for row in rows if row[0] == "Can Tho")
    stated = [v["value"] for v in made["index"].values if v["indicator"] == "deals" and v["place"] == "92"]
    assert [float(x) for x in here[1:4]] == stated
    assert said == []


@pytest.mark.slow
def test_the_figures_behind_a_chart_are_copied(browser: Any, made: dict[str, Snapshot], tmp_path: Path) -> None:
    """Copy puts the table on the clipboard, ready for a spreadsheet, in the exact figures; a refusal is said."""
    page, said = opened(browser, made["index"], tmp_path, 1280)
    page.click("#i-deals_value >> xpath=.. >> summary")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.click('button.copy[data-table="f-deals_value"]')
    page.locator("#say", has_text="Đã sao chép.").wait_for(state="attached")
    rows = [line.split("\t") for line in page.evaluate("navigator.clipboard.readText()").splitlines()]
    assert rows[0] == ["Địa bàn", "2022", "2023", "2024", "Hạng"]
    here = next(row for row in rows if row[0] == "Cần Thơ")
    stated = [v["value"] for v in made["index"].values if v["indicator"] == "deals_value" and v["place"] == "92"]
    assert [float(x) for x in here[1:4]] == stated
    page.evaluate("void (navigator.clipboard.writeText = () => Promise.reject(new Error()))")
    page.click('button.copy[data-table="f-deals_value"]')
    page.locator("#say", has_text="hãy tải CSV").wait_for(state="attached")
    assert said == []


@pytest.mark.slow
def test_the_page_by_keyboard(browser: Any, made: dict[str, Snapshot], tmp_path: Path) -> None:
    """The first Tab reaches a link past the head; languages, sorting, details work by Enter and Space; focus shows."""
    page, said = opened(browser, made["index"], tmp_path, 1280)
    focus = "document.activeElement"
    page.keyboard.press("Tab")
    assert page.evaluate(f"{focus}.className") == "skip"
    assert page.evaluate(f"getComputedStyle({focus}).outlineStyle") == "solid"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.documentElement.lang") == "en"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    assert page.evaluate(f"{focus}.id") == "main"
    page.focus("#t-ranking thead th:nth-child(3) button")
    page.keyboard.press("Space")
    page.keyboard.press("Space")
    assert page.get_attribute("#t-ranking thead th:nth-child(3)", "aria-sort") == "descending"
    page.focus("#i-deals >> xpath=.. >> summary")
    page.keyboard.press("Enter")
    assert page.locator("#f-deals").is_visible()
    # A table wider than the screen can be scrolled without a mouse.
    assert page.evaluate("[...document.querySelectorAll('.scroll')].every((box) => box.tabIndex === 0)")
    assert said == []


@pytest.mark.slow
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", ["index", "kl69"])
def test_axe_finds_nothing(
    browser: Any, made: dict[str, Snapshot], whole: dict[str, Any], tmp_path: Path, name: str, width: int
) -> None:
    """Neither on the screen nor printed, in either language, with a table of figures open: no issue of any weight."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed").Axe()
    # Three places of the second one: the tables of 34 are in the first, and cost axe a minute here.
    few = [v for v in made["kl69"].values if v["place"] in ("01", "79", "92")]
    if name == "index":
        page, said = opened(browser, made[name], tmp_path, width)
    else:
        page, said = opened(browser, changed(made[name], values=few), tmp_path, width, **whole)
    page.locator(".card summary").first.click()
    for lang in ("vi", "en"):
        page.click(f"button[data-lang={lang}]")
        for media in ("screen", "print"):
            page.emulate_media(media=media)
            found = axe.run(page, options={"resultTypes": ["violations"]}).response["violations"]
            assert [(v["id"], v["impact"], v["nodes"][0]["html"]) for v in found] == [], (lang, media)
        page.emulate_media(media="screen")
    assert said == []


@pytest.mark.slow
def test_the_page_on_paper(browser: Any, made: dict[str, Snapshot], tmp_path: Path) -> None:
    """On A4 nothing is cut off at the side, controls are left out, and the method stands opened."""
    page, said = opened(browser, made["index"], tmp_path, 680)  # A4 less its margins
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= 680
    wider = (
        "[...document.querySelectorAll('table')].filter((t) => t.scrollWidth > t.parentElement.clientWidth + 1).length"
    )
    assert page.evaluate(wider) == 0
    assert not page.locator("nav, .tools, .langs, .pick, .card details").locator("visible=true").count()
    assert page.locator("#method pre").first.is_visible()
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    assert said == []


def only(snapshot: Snapshot, indicator: str, places: set[str]) -> Snapshot:
    """The snapshot with one indicator and no targets, of these places."""
    document = copy.deepcopy(snapshot.content["framework"]["document"])
    one = next(i for i in document["indicator"] if i["id"] == indicator)
    document["indicator"] = [{k: v for k, v in one.items() if k != "target"}]
    values = [v for v in snapshot.values if v["indicator"] == indicator and v["place"] in places]
    return changed(
        snapshot, framework=snapshot.content["framework"] | {"document": document}, values=values, targets=[]
    )


@pytest.mark.slow
def test_little_to_show_in_a_browser(
    browser: Any, made: dict[str, Snapshot], whole: dict[str, Any], tmp_path: Path
) -> None:
    """One province, one indicator, both, with what moved and what is late: nothing scrolls sideways or complains."""
    everywhere = {v["place"] for v in made["kl69"].values}
    figures = tuple(f for f in whole["moved"].figures if f.indicator == "tasks_done")
    less = {**whole, "moved": attrs.evolve(whole["moved"], figures=figures)}
    here = [v for v in made["kl69"].values if v["place"] == "92"]
    for name, snapshot, more in (
        ("one province", changed(made["kl69"], values=here), whole),
        ("one indicator", only(made["kl69"], "tasks_done", everywhere), less),
        ("both", only(made["kl69"], "tasks_done", {"92"}), {}),
    ):
        page, said = opened(browser, snapshot, tmp_path, 390, **more)
        assert page.locator("#moved, #duties").count() == (2 if more else 0), name
        assert page.locator("#find-card").count() == (1 if name == "one province" else 0)
        assert page.locator("#map").count() == (1 if name == "one indicator" else 0)
        assert page.locator(".card").count() == (1 if snapshot is not made["kl69"] and name != "one province" else 47)
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        page.click("button[data-lang=en]")
        assert said == [], name
        page.context.close()


@pytest.mark.slow
def test_tables_stack_on_a_telephone(
    browser: Any, made: dict[str, Snapshot], whole: dict[str, Any], tmp_path: Path
) -> None:
    """Each row is a block with its labels in the language of the page; only figures by year scroll sideways."""
    few = [v for v in made["kl69"].values if v["place"] == "92"]
    page, said = opened(browser, changed(made["kl69"], values=few), tmp_path, 390, **whole)
    wide = "[...document.querySelectorAll('.scroll:has(.stack)')].filter((box) => box.scrollWidth > box.clientWidth)"
    assert page.evaluate(f"{wide}.length") == 0
    label = "getComputedStyle(document.querySelector('#t-duties tbody td:nth-child(3)'), '::before').content"
    assert "Tổ chức" in page.evaluate(label)
    page.click("button[data-lang=en]")
    assert "Body" in page.evaluate(label)
    page.click("#t-duties thead th:nth-child(5) button")
    assert page.get_attribute("#t-duties thead th:nth-child(5)", "aria-sort") == "ascending"
    assert said == []
    page.context.close()


@pytest.mark.slow
def test_hostile_text_in_a_browser(browser: Any, made: dict[str, Snapshot], tmp_path: Path) -> None:
    """Nothing of it runs, and a very long name does not push the page aside on a telephone."""
    page, said = opened(browser, hostile(made["index"]), tmp_path, 390, place="01")
    assert page.evaluate("window.bad") is None
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert said == []
