"""Pictures of a result: what stands on them in both languages, and what is said where there is nothing to show."""

import html
import importlib.util
import json
import re

import numpy as np
import pandas as pd
import pytest
import vl_convert
from scores_cases import CHECKOUT, both, framework, plain_document, table

import stregistry
from stregistry import DomainError, StregistryError
from stregistry.places import place_map

OWN = CHECKOUT / "examples" / "own_index"
HOSTILE = "</svg><script>alert(1)</script>\"' & " + "Nghiên cứu ứng dụng " * 12


@pytest.fixture(scope="module")
def own():
    return stregistry.score(OWN / "table.csv", OWN / "framework.toml")


@pytest.fixture(scope="module")
def provinces():
    """Made-up scores of the 34 provinces, two periods; Hà Nội has no figures in the second."""
    codes = [place.code for place in place_map("vn-2025").units("province")]
    rng = np.random.default_rng(3)
    rows = [
        {"unit": code, "period": str(year), "a": rng.normal(50, 9), "b": rng.integers(0, 3), "c": 9 - rng.normal()}
        for year in (2023, 2024)
        for code in codes
    ]
    frame = pd.DataFrame(rows)
    frame.loc[(frame["unit"] == "01") & (frame["period"] == "2024"), ["a", "b", "c"]] = np.nan
    return stregistry.score(frame, framework(evaluation={"level": "province"}, method={"pooled": True}))


def words(chart):
    """Everything the picture is drawn from, as text."""
    return json.dumps(chart.to_dict(), ensure_ascii=False)


def drawn(chart):
    """All text of the picture, as its SVG has it."""
    svg = vl_convert.vegalite_to_svg(chart.to_dict())
    return " ".join(html.unescape(part) for part in re.findall(r">([^<>]+)</(?:text|tspan)>", svg))


def test_every_picture_is_drawn_in_both_languages(own, provinces):
    """Title, names and number marks follow the language."""
    spread = own.uncertainty(20, seed=1)
    pictures = {
        "rank": lambda lang: own.plot.rank(lang=lang),
        "uncertainty": lambda lang: own.plot.uncertainty(spread, lang=lang),
        "contributions": lambda lang: own.plot.contributions("Echo", lang=lang),
        "tree": lambda lang: own.plot.tree("Echo", lang=lang),
        "profile": lambda lang: own.plot.profile("Echo", lang=lang),
        "scatter": lambda lang: own.plot.scatter("spending", "deals", lang=lang),
        "trend": lambda lang: provinces.plot.trend("a", ["92"], lang=lang),
        "tiles": lambda lang: provinces.plot.tiles(lang=lang),
    }
    expected = {
        "rank": ("Chỉ số chung (điểm)", "37,6", "Index (score)", "37.6"),
        "uncertainty": ("hạng trung vị", "20 lượt", "median rank", "20 draws"),
        "contributions": ("Giao dịch công nghệ", "17,6", "Technology deals", "17.6"),
        "tree": ("Đầu vào", "28,2", "Inputs", "28.2"),
        "profile": ("58 tỷ đồng · hạng 5/8", "Echo", "58 billion VND · rank 5/8", "Echo"),
        "scatter": ("(tỷ đồng)", "0,94", "(billion VND)", "0.94"),
        "trend": ("Cần Thơ", "trung vị", "Can Tho", "median"),
        "tiles": ("Hoàng Sa", "(Khánh Hòa)", "Truong Sa", "period 2024"),
    }
    for name, draw in pictures.items():
        vi, en = drawn(draw("vi")), words(draw("en"))
        assert all(one in vi for one in expected[name][:2]), (name, vi)
        assert all(one in en for one in expected[name][2:]), (name, en)


def test_a_picture_is_saved_as_svg_and_png(own, tmp_path):
    """The ending of the file chooses; the picture says in words what it shows."""
    chart = own.plot.rank()
    chart.save(str(tmp_path / "rank.svg"))
    chart.save(str(tmp_path / "rank.png"))
    assert "<svg" in (tmp_path / "rank.svg").read_text(encoding="utf-8")
    assert (tmp_path / "rank.png").read_bytes().startswith(b"\x89PNG")
    assert chart.to_dict()["description"].startswith("Xếp hạng: Chỉ số chung.")


def test_contributions_add_up(own):
    """The members of every group add up to it, and the index has its score; a unit screened out has none."""
    found = own.contributions("Echo", lang="en")
    score = own.scores.set_index("unit").loc["Echo", "index"]
    assert found["points"][0] == pytest.approx(score, rel=1e-12)
    for parent in ("index", "inputs", "results"):
        members = found.loc[found["parent"] == parent, "points"].sum()
        assert members == pytest.approx(found.loc[found["id"] == parent, "points"].item(), rel=1e-12)
    assert own.contributions("India")["points"].isna().all()
    with pytest.raises(DomainError, match="'India' has no score: screened out"):
        own.plot.contributions("India")


def test_the_one_set_apart_is_shown_wherever_it_stands(own):
    """With room for two units, the fifth stands below them, and the picture says that the rest is left out."""
    said = words(own.plot.rank(top=2, own="Echo", lang="en"))
    assert "5  Echo" in said
    assert "Juliet" not in said
    assert "9 of 10 units have a score; here the first 2" in said


def test_places_are_called_by_their_names(provinces):
    """Codes of places become names in the language; units of a table of one's own stay as they are."""
    assert provinces.unit_name("92").vi == "Cần Thơ"
    assert "Cần Thơ" in words(provinces.plot.rank(own="92"))
    # Without a level of places 92 is a name like any other.
    assert stregistry.score(table(unit=["92", "Q", "R", "S"]), framework()).unit_name("92").vi == "92"


def test_a_missing_figure_is_said(own, provinces):
    """No figure is neither zero nor left out: the profile says it, a tile shows a dash, a line has a gap."""
    assert "chưa có số liệu (số được bù)" in words(own.plot.profile("Bravo"))
    assert '"said": "–"' in words(provinces.plot.tiles())
    values = provinces.plot.trend("a", ["01"]).to_dict()["layer"][0]["data"]["values"]
    assert [row["time"] for row in values if row["unit"] == "01"] == [2023]


def test_few_different_figures_make_few_shades(provinces):
    """Provinces with the same figure have the same shade, and the key names each figure once."""
    blocks = provinces.plot.tiles("b").to_dict()["layer"][0]["data"]["values"]
    shades = {(row["said"], row["fill"]) for row in blocks if row["known"]}
    assert len(shades) == len({said for said, _ in shades}) == 3


def test_what_cannot_be_shown_is_said(own, provinces):
    """Trend without periods, tiles without provinces, an aggregation that does not split, unknown names."""
    with pytest.raises(DomainError, match="at least two periods"):
        own.plot.trend("deals")
    with pytest.raises(DomainError, match=r"34 provinces since 1 July 2025.*'Alpha' is not"):
        own.plot.tiles()
    with pytest.raises(DomainError, match="'Ecko'; did you mean 'Echo'"):
        own.plot.profile("Ecko")
    with pytest.raises(DomainError, match="'deal'; did you mean 'deals'"):
        own.plot.scatter("deal", "days")
    with pytest.raises(DomainError, match="scored group 'deals'"):
        own.plot.rank(group="deals")
    with pytest.raises(DomainError, match="'2025'"):
        provinces.plot.rank(period="2025")
    spread = stregistry.score(provinces.denominated, _unsure()).uncertainty(8, seed=1)
    with pytest.raises(DomainError, match="that of 2024"):
        provinces.plot.uncertainty(spread, period="2023")
    medians = stregistry.score(table(), framework(method={"aggregate": {"how": "median"}}))
    with pytest.raises(DomainError, match="does not split"):
        medians.plot.contributions("P")


def _unsure():
    return framework(
        evaluation={"level": "province"},
        method={"pooled": True},
        uncertainty={"weights": {"noise": 0.1, "levels": [1]}},
    )


def test_weights_of_their_own_need_a_unit():
    """With bod the tree asks whose weights are meant, and shows that unit's."""
    found = stregistry.score(table(), framework(method={"weights": {"how": "bod"}, "normalise": {"to": [1, 100]}}))
    with pytest.raises(DomainError, match="Name one"):
        found.plot.tree()
    assert "100,0" in words(found.plot.tree("P"))


def test_hostile_and_long_names_stay_text():
    """Markup in a name is shown as it is, and a long name takes several lines."""
    document = plain_document()
    document["framework"]["title"] = both(HOSTILE)
    for part in (*document["group"], *document["indicator"]):
        part["name"] = both(HOSTILE)
    hostile = stregistry.score(table(unit=[HOSTILE, "Q", "R", "S"]), stregistry.Framework.from_document(document, "x"))
    unit = hostile.units[0]
    for chart in (
        hostile.plot.rank(),
        hostile.plot.tree(unit),
        hostile.plot.profile(unit),
        hostile.plot.scatter("a", "b"),
    ):
        said = words(chart)
        assert "<script>" in said.replace(" ", "")


def test_without_altair_the_extra_is_named(own, monkeypatch):
    """What to install is said, in both languages."""
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "altair" else find(name))
    with pytest.raises(StregistryError, match=r"stregistry\[plots\]") as caught:
        own.plot.rank()
    assert "Cài: pip install" in caught.value.in_lang("vi")
