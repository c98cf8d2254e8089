"""All units at once: two figures against each other, one figure over time."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np

from stregistry.errors import DomainError
from stregistry.figures import with_decimals
from stregistry.scores.plot.figures import Column, column, headed, refuse_none
from stregistry.scores.plot.look import (
    BRAND,
    FAINT,
    INK,
    OWN,
    PILLARS,
    SOFT,
    WIDTH,
    data,
    down,
    finish,
    labelled,
    stack,
    wrapped,
)
from stregistry.scores.plot.room import apart, placed
from stregistry.scoring.faults import Floats
from stregistry.text import Text

if TYPE_CHECKING:
    from stregistry.scores.scores import Scores

_HEIGHT, _TREND = 400, 340  # pixels
_NAMED = 5  # the units of a trend that are named when nobody says which


def scatter(scores: "Scores", a: str, b: str, own: str | None, period: str | None, lang: str) -> alt.LayerChart:
    """Dots with names where there is room for them; how the two go together is said above."""
    at = scores.at(period)
    across, up = column(scores, a), column(scores, b)
    x, y = across.values[at], up.values[at]
    both = ~(np.isnan(x) | np.isnan(y))
    if own is not None:
        scores.unit_at(own)
    if not both.any():
        raise DomainError(
            Text(
                f"Không đơn vị nào có cả hai: {across.name.vi}; {up.name.vi}.",
                f"No unit has both: {across.name.en}; {up.name.en}.",
            )
        )
    rows: list[dict[str, Any]] = [
        {"unit": unit, "name": scores.unit_name(unit)[lang], "x": float(x[n]), "y": float(y[n]), "own": unit == own}
        for n, unit in enumerate(scores.units)
        if both[n]
    ]
    rows.sort(key=lambda row: (not row["own"], -_far(row["x"], x) - _far(row["y"], y)))
    sides = placed(
        [row["x"] for row in rows], [row["y"] for row in rows], [row["name"] for row in rows], WIDTH, _HEIGHT
    )
    for row, side in zip(rows, sides, strict=True):
        row["side"] = side
    scale = alt.Scale(zero=False, nice=False, padding=14)
    base = alt.Chart(data(rows)).encode(
        x=alt.X("x:Q", title=wrapped(across.title(lang), 70), scale=scale),
        y=alt.Y("y:Q", title=wrapped(up.title(lang), 52), scale=scale),
    )
    said = [
        alt.Tooltip("name:N"),
        alt.Tooltip("x:Q", title=across.title(lang)),
        alt.Tooltip("y:Q", title=up.title(lang)),
    ]
    dots = [
        base.transform_filter(which)
        .mark_point(filled=True, size=70, opacity=0.9, stroke="white", strokeWidth=1, color=colour)
        .encode(tooltip=said)
        for which, colour in (("!datum.own", BRAND), ("datum.own", OWN))
    ]
    names = [
        base.transform_filter(alt.datum.side == side)
        .mark_text(fontSize=11, align=align, baseline=baseline, dx=dx, dy=dy)  # type: ignore[arg-type]
        .encode(text="name:N", color=alt.condition("datum.own", alt.value(OWN), alt.value(SOFT)))
        for side, align, baseline, dx, dy in (
            ("right", "left", "middle", 7, 0),
            ("left", "right", "middle", -7, 0),
            ("above", "center", "bottom", 0, -6),
            ("below", "center", "top", 0, 6),
        )
    ]
    about = Text(f"{len(rows)} đơn vị có cả hai số liệu{_together(x[both], y[both], 'vi')}.",
                 f"{len(rows)} units have both{_together(x[both], y[both], 'en')}.")  # fmt: skip
    title = Text(f"{up.name.vi} và {across.name.vi}", f"{up.name.en} against {across.name.en}")
    return finish(stack([*dots, *names], WIDTH, _HEIGHT), title[lang], headed(scores, period, lang, about[lang]), lang)


def _far(value: float, values: Floats) -> float:
    """How far from the middle: those far out are named first."""
    return abs(value - float(np.nanmedian(values))) / (float(np.nanmax(values) - np.nanmin(values)) or 1.0)


def _together(x: Floats, y: Floats, lang: str) -> str:
    """How they go together, where that can be said of at least three units."""
    if len(x) < 3 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return ""
    r = float(np.corrcoef(x, y)[0, 1])
    said = Text("hệ số tương quan Pearson", "Pearson's correlation")
    return f"; {said[lang]} {with_decimals(r, 2, lang)}"


def trend(scores: "Scores", id: str, units: Sequence[str] | None, lang: str) -> alt.LayerChart:
    """Faint lines for all, coloured and named ones for some, and the median."""
    found = column(scores, id)
    if len(scores.periods) < 2:
        raise DomainError(
            Text(
                "Biểu đồ diễn biến cần ít nhất hai kỳ; kết quả này chỉ có một. Thêm cột 'period' vào bảng, hoặc nêu "
                "nhiều kỳ như 2020..2024.",
                "A trend needs at least two periods; this result has one. Give the table a column 'period', or ask for "
                "several periods such as 2020..2024.",
            )
        )
    refuse_none(found.values, found.name)
    chosen = list(dict.fromkeys(units)) if units is not None else _leading(scores, found)
    for unit in chosen:
        scores.unit_at(unit)
    times = [int(t) for t in scores.stages.table.times or ()]
    colours = {unit: PILLARS[n % len(PILLARS)] for n, unit in enumerate(chosen)}
    rows = _points(scores, found, times, colours)
    middle = _median(found, times)
    labels = labelled({str(time): label for time, label in zip(times, scores.periods, strict=True)}, 20)
    x = alt.X(
        "time:Q",
        title=None,
        scale=alt.Scale(domain=[times[0], times[-1]], nice=False, zero=False),
        axis=alt.Axis(
            values=times,
            tickCount=len(times),
            labelExpr=labels,
            grid=False,
            labelFlush=False,
            labelOverlap="greedy",
            labelSeparation=8,
        ),
    )
    low, high = _reach(found)
    y = alt.Y("value:Q", title=None, scale=alt.Scale(domain=[low, high], nice=False, zero=False))
    base = alt.Chart(data(rows)).encode(x=x, y=y, detail="run:N")
    faint = base.transform_filter("!datum.named").mark_line(color=FAINT, strokeWidth=1, opacity=0.7)
    clear = base.transform_filter("datum.named").mark_line(
        strokeWidth=2.4, point=alt.OverlayMarkDef(filled=True, size=42, opacity=1)
    )
    # A figure with a gap on both sides is no line; a dot shows it.
    alone = base.transform_filter("datum.alone && !datum.named").mark_point(filled=True, size=14, color=FAINT)
    median = alt.Chart(data(middle)).mark_line(strokeDash=[5, 4], color=INK, strokeWidth=1.5).encode(x=x, y=y)
    ends = _ends(scores, found, rows, middle, times, lang)
    layers = [
        faint,
        alone,
        median,
        clear.encode(color=alt.Color("fill:N", scale=None)),
        alt.Chart(data(ends))
        .mark_text(align="left", baseline="middle", fontSize=12)
        .encode(x=alt.value(WIDTH + 10), y=down("at"), text="name:N",
                color=alt.Color("fill:N", scale=None)),
    ]  # fmt: skip
    title = Text(f"Diễn biến: {found.title('vi')}", f"Trend: {found.title('en')}")
    framework = scores.framework
    version = Text("phiên bản", "version")[lang]
    about = [
        f"{framework.title[lang]}, {version} {framework.version}; {scores.periods[0]}–{scores.periods[-1]}.",
        Text(
            f"Đường mảnh: {len(scores.units)} đơn vị; nét đứt: trung vị. Chỗ đứt quãng là chưa có số liệu.",
            f"Thin lines: the {len(scores.units)} units; dashed: the median. A gap is a missing figure.",
        )[lang],
    ]
    return finish(stack(layers, WIDTH, _TREND), title[lang], about, lang)


def _reach(found: Column) -> tuple[float, float]:
    """The ends of the axis: from zero where no figure is below it, with a little room above the highest."""
    least, most = float(np.nanmin(found.values)), float(np.nanmax(found.values))
    low = min(0.0, least) if least >= 0 else least
    return low, most + 0.04 * (most - low) if most > low else low + 1.0


def _leading(scores: "Scores", found: Column) -> list[str]:
    """The best units of the last period; by size where no direction is better."""
    last = found.values[-1]
    order = np.argsort(last if found.up is False else -last, kind="stable")
    return [scores.units[n] for n in order[:_NAMED] if not np.isnan(last[n])]


def _points(scores: "Scores", found: Column, times: list[int], colours: dict[str, str]) -> list[dict[str, Any]]:
    """A row for each figure; run: the stretch of neighbouring periods without a gap it belongs to."""
    rows: list[dict[str, Any]] = []
    for u, unit in enumerate(scores.units):
        run, last = 0, None
        for p, time in enumerate(times):
            value = found.values[p, u]
            if np.isnan(value):
                run, last = run + 1, None
                continue
            row = {"unit": unit, "time": time, "value": float(value), "run": f"{u}.{run}", "named": unit in colours}
            rows.append(row | {"fill": colours.get(unit, FAINT), "alone": last is None})
            if last is not None:
                rows[-1]["alone"] = rows[last]["alone"] = False
            last = len(rows) - 1
    return rows


def _median(found: Column, times: list[int]) -> list[dict[str, float]]:
    return [
        {"time": time, "value": float(np.nanmedian(values))}
        for time, values in zip(times, found.values, strict=True)
        if not np.isnan(values).all()
    ]


def _ends(
    scores: "Scores", found: Column, rows: list[dict[str, Any]], middle: list[dict[str, float]], times: list[int],
    lang: str,
) -> list[dict[str, Any]]:  # fmt: skip
    """The names beside the ends of the lines, kept apart; at: pixels from the top."""
    low, high = _reach(found)
    lasts = {row["unit"]: row for row in rows if row["named"]}
    labels = [(scores.unit_name(unit)[lang], row["fill"], row["value"]) for unit, row in lasts.items()]
    labels.append((Text("trung vị", "median")[lang], INK, middle[-1]["value"]))
    wanted = [_TREND * (1 - (value - low) / (high - low)) for _, _, value in labels]
    return [
        {"name": name, "fill": fill, "at": at}
        for (name, fill, _), at in zip(labels, apart(wanted, 15, _TREND), strict=True)
    ]
