"""The units in order: their scores, and how sure their ranks are."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import altair as alt

from stregistry.errors import DomainError
from stregistry.figures import with_decimals
from stregistry.scores.plot.figures import column, headed
from stregistry.scores.plot.look import (
    BRAND,
    FAINT,
    INK,
    OWN,
    WIDTH,
    data,
    finish,
    fixed,
    row_axis,
    row_height,
    row_names,
    stack,
)
from stregistry.scores.show import ranking
from stregistry.scoring.faults import unknown_name
from stregistry.text import Text

if TYPE_CHECKING:
    from stregistry.scores.doubt import RankUncertainty
    from stregistry.scores.scores import Scores

_Placed = list[tuple[int, str, float]]


def rank(
    scores: "Scores", group: str | None, top: int, own: str | None, period: str | None, lang: str
) -> alt.LayerChart:
    """Bars from zero, with rank, name and score."""
    if group is not None and group not in scores.bound.groups:
        raise unknown_name(Text("nhóm được tính điểm", "scored group"), group, scores.bound.groups)
    found = column(scores, group)
    placed, about = _shown(scores, top, own, period, lang, scores.stages.index.tree.place[found.id])
    decimals = fixed([score for _, _, score in placed])
    rows = [
        {"unit": unit, "score": score, "said": with_decimals(score, decimals, lang), "own": unit == own}
        for _, unit, score in placed
    ]
    names = _names(scores, placed, lang)
    base = alt.Chart(data(rows)).encode(y=row_axis(names, "unit"))
    bars = base.mark_bar(cornerRadiusEnd=2, height=16).encode(
        x=alt.X("score:Q", title=f"{found.name[lang]} ({found.unit[lang] if found.unit else ''})"),
        color=alt.condition("datum.own", alt.value(OWN), alt.value(BRAND)),
    )
    negative = min(score for _, _, score in placed) < 0
    figures = base.mark_text(align="left", dx=5, fontSize=12, color=INK).encode(
        x=alt.value(WIDTH + 2) if negative else "score:Q", text="said:N"
    )
    title = Text(f"Xếp hạng: {found.name.vi}", f"Ranking: {found.name.en}")
    return finish(_sized([bars, figures], names, own), title[lang], about, lang)


def uncertainty(
    scores: "Scores", spread: "RankUncertainty", top: int, own: str | None, period: str | None, lang: str
) -> alt.LayerChart:
    """A line from the 5% to the 95% quantile of the rank, its median, and the rank by the method itself."""
    placed, about = _shown(scores, top, own, period, lang)
    drawn = {row["unit"]: row for row in spread.frame.to_dict("records")}
    of = next(iter(drawn.values())).get("period")
    if of is not None and of != scores.periods[scores.at(period)]:
        raise DomainError(
            Text(
                f"Kết quả độ bất định đưa vào là của kỳ {of}.",
                f"The uncertainty handed in is that of {of}.",
            )
        )
    what = Text("hạng theo phương pháp đã chọn", "rank by the chosen method"), Text("hạng trung vị", "median rank")
    rows: list[dict[str, Any]] = []
    for place, unit, _ in placed:
        one = drawn[unit]
        ends = {"low": float(one["rank_low"]), "high": float(one["rank_high"]), "own": unit == own}
        rows.append({"unit": unit, "what": what[0][lang], "rank": place} | ends)
        rows.append({"unit": unit, "what": what[1][lang], "rank": float(one["rank_median"])} | ends)
    most = max(row["high"] for row in rows)
    ticks = _ticks(most)
    names = _names(scores, placed, lang)
    base = alt.Chart(data(rows)).encode(y=row_axis(names, "unit"))
    across = alt.X(
        scale=alt.Scale(domain=[0.5, most + 0.5], nice=False, zero=False),
        axis=alt.Axis(values=ticks, tickCount=len(ticks), orient="top", format="d", labelOverlap=False),
        title=Text("hạng (1 là cao nhất)", "rank (1 is the highest)")[lang],
    )
    colour = alt.condition("datum.own", alt.value(OWN), alt.value(BRAND))
    lines = base.mark_rule(strokeWidth=7, strokeCap="round", color=FAINT, opacity=0.75).encode(
        x=across.field("low").type("quantitative"), x2="high:Q"
    )
    shapes = alt.Shape(
        "what:N",
        title=None,
        scale=alt.Scale(domain=[w[lang] for w in what], range=["circle", "M-0.16,-1.2h0.32v2.4h-0.32z"]),
        legend=alt.Legend(orient="top", direction="horizontal", symbolSize=90),
    )
    marks = base.mark_point(filled=True, size=90, opacity=1).encode(
        x=across.field("rank").type("quantitative"), shape=shapes, color=colour
    )
    title = Text(f"Độ bất định của thứ hạng: {_top(scores).vi}", f"How sure the ranks are: {_top(scores).en}")
    said = Text(
        f"Đoạn: khoảng 5–95% của {spread.draws} lượt tính với các giả định khác nhau (hạt giống {spread.seed}).",
        f"Line: 5–95% of {spread.draws} draws with other assumptions (seed {spread.seed}).",
    )
    failed = Text(f"{spread.failed} lượt không cho kết quả.", f"{spread.failed} draws gave no score.")
    more = [said[lang], *([failed[lang]] if spread.failed else [])]
    return finish(_sized([lines, marks], names, own), title[lang], [*about, *more], lang)


def _top(scores: "Scores") -> Text:
    return column(scores, None).name


def _shown(
    scores: "Scores", top: int, own: str | None, period: str | None, lang: str, node: int = -1
) -> tuple[_Placed, list[str]]:
    """The first units, and the one set apart wherever it stands; and what to say of those left out."""
    whole = ranking(scores, period, node)
    if own is not None:
        scores.unit_at(own)
    if not whole:
        raise DomainError(Text("Không đơn vị nào có điểm trong kỳ này.", "No unit has a score in this period."))
    placed = [*whole[:top], *(one for one in whole[top:] if one[1] == own)]
    of = Text(f"{len(whole)} trong {len(scores.units)} đơn vị có điểm", f"{len(whole)} of {len(scores.units)} units")
    some = Text(f"; ở đây là {top} đơn vị đứng đầu", f" have a score; here the first {top}")
    if len(whole) <= top:
        some = Text(" ", " have a score")
    return placed, headed(scores, period, lang, f"{of[lang]}{some[lang].rstrip()}.")


def _names(scores: "Scores", placed: _Placed, lang: str) -> dict[str, str]:
    """Each unit with its rank before its name."""
    return {unit: f"{place}  {scores.unit_name(unit)[lang]}" for place, unit, _ in placed}


def _sized(layers: Sequence[alt.Chart], names: dict[str, str], own: str | None) -> alt.LayerChart:
    height = row_height(names) * len(names)
    return stack([*layers, *row_names(names, "unit", own)], WIDTH, max(60, height))


def _ticks(most: float) -> Sequence[int]:
    """Rank 1 and round ranks after it."""
    step = next(s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10**9) if most / s <= 14)
    return [1, *range(step if step > 1 else 2, int(most) + 1, step)]
