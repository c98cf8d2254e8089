"""One unit: the points each indicator adds to its score, and where it stands in each."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np

from stregistry.errors import DomainError
from stregistry.figures import number, with_decimals, with_unit
from stregistry.missing import why_missing
from stregistry.scores.branches import branches
from stregistry.scores.plot.figures import headed
from stregistry.scores.plot.look import (
    BAND,
    FAINT,
    INK,
    PILLARS,
    SOFT,
    WIDTH,
    data,
    finish,
    fixed,
    labelled,
    row_axis,
    row_height,
    row_names,
    stack,
)
from stregistry.scoring.rank import ranks
from stregistry.scoring.variants import missing_reasons
from stregistry.text import Text

if TYPE_CHECKING:
    from stregistry.scores.scores import Scores

_NOT_MEASURED = Text("chưa có số liệu", "no figure")
_FILLED = Text("số được bù", "filled in")


def contributions(scores: "Scores", unit: str, period: str | None, lang: str) -> alt.LayerChart:
    """A bar of points for each indicator, by pillar, in the order of the framework."""
    at, own = scores.at(period), scores.unit_at(unit)
    tree = scores.stages.index.tree
    total = scores.stages.scores[-1, at, own]
    called = scores.unit_name(unit)
    if np.isnan(total):
        why = str(missing_reasons(scores.stages)[-1, at, own])
        said = why_missing(why)
        raise DomainError(
            Text(f"'{called.vi}' không có điểm: {said.vi}.", f"'{called.en}' has no score: {said.en}."), unit=unit
        )
    found = [one for one in branches(scores.stages, tree.top, own, at) if one.node < tree.leaves]
    unsplit = [tree.ids[one.node] for one in found if one.points is None and one.share is not None]
    if unsplit:
        raise DomainError(
            Text(
                f"Cách tổng hợp không tách được thành điểm đóng góp của từng chỉ tiêu (đầu tiên là {unsplit[0]}); "
                "chỉ các phép trung bình tách được.",
                f"The aggregation does not split into points of indicators (the first: {unsplit[0]}); only means do.",
            ),
            indicators=tuple(unsplit),
        )
    pillar = _pillars(scores)
    decimals = fixed([one.points for one in found if one.points is not None])
    rows: list[dict[str, Any]] = [
        {
            "id": tree.ids[one.node],
            "points": one.points or 0.0,
            "said": _NOT_MEASURED[lang] if one.points is None else with_decimals(one.points, decimals, lang),
            "pillar": pillar[tree.ids[one.node]],
        }
        for one in found
    ]
    names = {row["id"]: scores.name_of(row["id"])[lang] for row in rows}
    base = alt.Chart(data(rows)).encode(y=row_axis(names, "id"))
    x = alt.X("points:Q", title=Text("điểm đóng góp vào chỉ số", "points of the index")[lang])
    bars = base.mark_bar(cornerRadiusEnd=2, height=16).encode(x=x, color=_colours(scores, pillar, lang))
    some_negative = any(row["points"] < 0 for row in rows)
    figures = base.mark_text(align="left", dx=5, fontSize=12, color=INK).encode(
        x=alt.value(WIDTH + 2) if some_negative else "points:Q", text="said:N"
    )
    whole = with_decimals(total, fixed(scores.stages.scores[-1, at].tolist()), lang)
    top = scores.name_of(tree.ids[-1])
    title = Text(f"{called.vi}: cơ cấu điểm {top.vi} ({whole})", f"{called.en}: what makes up {top.en} ({whole})")
    note = Text("Các điểm cộng lại thành điểm của chỉ số.", "The points add up to the score of the index.")
    chart = stack([bars, figures, *row_names(names, "id")], WIDTH, row_height(names) * len(rows))
    return finish(chart, title[lang], headed(scores, period, lang, note[lang]), lang)


def profile(scores: "Scores", unit: str, period: str | None, lang: str) -> alt.LayerChart:
    """A dot for the unit on the range of all units, with the middle half and the median."""
    at, own = scores.at(period), scores.unit_at(unit)
    tree = scores.stages.index.tree
    leaves = scores.stages.scores[: tree.leaves, at]
    if np.isnan(leaves).all():
        raise DomainError(Text("Không đơn vị nào có số liệu trong kỳ này.", "No unit has a figure in this period."))
    pillar = _pillars(scores)
    rows: list[dict[str, Any]] = []
    names = {id: scores.name_of(id)[lang] for id in pillar}
    for id in pillar:
        node = tree.place[id]
        known = leaves[node][~np.isnan(leaves[node])]
        row: dict[str, Any] = {"id": id, "pillar": pillar[id], "said": _standing(scores, node, own, at, lang)}
        if len(known):
            least, low, middle, high, most = (float(q) for q in np.quantile(known, (0, 0.25, 0.5, 0.75, 1)))
            row |= {"least": least, "low": low, "middle": middle, "high": high, "most": most}
        if not np.isnan(leaves[node, own]):
            row["score"] = float(leaves[node, own])
        rows.append(row)
    base = alt.Chart(data(rows)).encode(y=row_axis(names, "id"))
    x = alt.X(type="quantitative", title=_axis(lang), scale=alt.Scale(zero=False))
    layers = [
        base.mark_rule(strokeWidth=2, color=FAINT).encode(x=x.field("least"), x2="most:Q"),
        base.mark_rule(strokeWidth=9, color=BAND).encode(x=x.field("low"), x2="high:Q"),
        base.mark_tick(thickness=2, size=13, color=SOFT).encode(x=x.field("middle")),
        base.mark_point(filled=True, size=110, opacity=1, stroke="white", strokeWidth=1.2).encode(
            x=x.field("score"), color=_colours(scores, pillar, lang)
        ),
        base.mark_text(align="left", dx=14, fontSize=12, color=INK).encode(x=alt.value(WIDTH), text="said:N"),
    ]
    chart = stack([*layers, *row_names(names, "id")], WIDTH, row_height(names, least=26) * len(rows))
    called = scores.unit_name(unit)
    title = Text(f"{called.vi} trong từng chỉ tiêu", f"{called.en}, indicator by indicator")
    about = Text(
        "Vạch mảnh: thấp nhất đến cao nhất; dải: nửa ở giữa; vạch đứng: trung vị.",
        "Thin line: lowest to highest; band: the middle half; tick: the median.",
    )
    return finish(chart, title[lang], headed(scores, period, lang, about[lang]), lang)


def _axis(lang: str) -> str:
    return Text("điểm trên thang chung (cao hơn là tốt hơn)", "score on the common scale (more is better)")[lang]


def _standing(scores: "Scores", node: int, own: int, at: int, lang: str) -> str:
    """The figure in its own unit and the rank among those measured; or that there is none."""
    prepared = scores.stages.prepared
    indicator = scores.framework.indicator(scores.stages.index.tree.ids[node])
    value = prepared.denominated[node, at, own]
    if np.isnan(value):
        filled = not np.isnan(scores.stages.scores[node, at, own])
        return _NOT_MEASURED[lang] + (f" ({_FILLED[lang]})" if filled else "")
    up = 1.0 if scores.stages.index.up[node] else -1.0
    placed = ranks(prepared.denominated[node, at] * up)
    said = with_unit(number(float(value), lang), indicator.measured_in[lang] if indicator.measured_in else "")
    place = Text("hạng", "rank")[lang]
    return f"{said} · {place} {int(placed[own])}/{int((~np.isnan(placed)).sum())}"


def _pillars(scores: "Scores") -> dict[str, str]:
    """The pillar of each indicator, pillar by pillar: the group just below the index, or the index itself."""
    tree = scores.stages.index.tree
    found = {}
    for leaf, id in enumerate(tree.indicators):
        node = leaf
        while tree.parent[node] not in (-1, tree.top):
            node = int(tree.parent[node])
        found[id] = tree.ids[node if node >= tree.leaves else tree.top]
    order = {id: n for n, id in enumerate(scores.bound.groups)}
    return dict(sorted(found.items(), key=lambda pair: order[pair[1]]))


def _colours(scores: "Scores", pillar: Mapping[str, str], lang: str) -> alt.Color:
    """A colour for each pillar; no legend where there is only one."""
    shown = list(dict.fromkeys(pillar.values()))
    names = {id: scores.name_of(id)[lang] for id in shown}
    legend = alt.Legend(
        orient="top", title=None, labelExpr=labelled(names, 60), columns=3 if len(shown) > 4 else 0, symbolType="circle"
    )
    colours = [PILLARS[n % len(PILLARS)] for n in range(len(shown))]
    scale = alt.Scale(domain=shown, range=colours)
    return alt.Color("pillar:N", scale=scale, legend=legend if len(shown) > 1 else None)
