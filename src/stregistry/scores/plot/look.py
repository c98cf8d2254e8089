"""How every picture looks: letters, colours, title, and the marks numbers have in a language."""

import json
import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeVar

import altair as alt

# The first that is at hand; each of them has all Vietnamese letters.
FONT: Final = "Noto Sans, Segoe UI, DejaVu Sans, Helvetica Neue, Arial, sans-serif"
INK: Final = "#16202b"
SOFT: Final = "#4a5866"
LINE: Final = "#d5dce3"
FAINT: Final = "#b6c0ca"
BAND: Final = "#dfe6ed"
BRAND: Final = "#0b4f8a"
OWN: Final = "#c2570c"
# Neighbours are told apart with any colour vision; white letters on each reach the contrast of WCAG AA.
PILLARS: Final = ("#0b4f8a", "#b0670a", "#1f7a6c", "#8f3f7c", "#56636f", "#a32f2f", "#557a1f", "#4a4f9e")
# Light to dark, as on the report; the second colour is that of letters on it.
STEPS: Final = (
    ("#e3edf7", "#16202b"),
    ("#bcd5ec", "#16202b"),
    ("#86b3da", "#0d1a27"),
    ("#2d6ea8", "#ffffff"),
    ("#0a3d6e", "#ffffff"),
)
WIDTH: Final = 520
_NAME: Final = 36  # letters in a line of a row's name
_NAME_LINE: Final = 15
_MARKS: Final = {
    "vi": {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["", " ₫"], "minus": "−"},
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["", " VND"], "minus": "−"},
}

C = TypeVar("C", alt.LayerChart, alt.HConcatChart)


def finish(chart: C, title: str, about: Sequence[str], lang: str) -> C:
    """The chart with title, the lines below it, letters, colours and number marks."""
    lines = [line for text in about if text for line in textwrap.wrap(text, 100)]
    done: C = chart.properties(
        title=alt.TitleParams(textwrap.wrap(title, 70), subtitle=lines, anchor="start", frame="bounds", offset=14),
        description=" ".join([title + ".", *about]),
        background="white",
        padding=12,
    )
    done.config = alt.Config(
        font=FONT,
        locale=alt.Locale(number=_MARKS[lang]),
        view=alt.ViewConfig(strokeWidth=0),
        title=alt.TitleConfig(
            fontSize=16,
            fontWeight=600,
            color=INK,
            subtitleColor=SOFT,
            subtitleFontSize=12,
            subtitleLineHeight=16,
            subtitlePadding=6,
        ),
        axis=alt.AxisConfig(
            labelFontSize=12,
            titleFontSize=12,
            labelColor=INK,
            titleColor=SOFT,
            titleFontWeight="normal",
            titlePadding=8,
            gridColor="#e8edf2",
            domain=False,
            ticks=False,
            labelPadding=6,
            labelLimit=0,
            tickCount=6,
        ),
        legend=alt.LegendConfig(
            labelFontSize=12,
            labelColor=INK,
            titleColor=SOFT,
            titleFontWeight="normal",
            labelLimit=0,
            symbolStrokeWidth=0,
        ),
    )
    return done


def stack(layers: Sequence[alt.Chart], width: float, height: float) -> alt.LayerChart:
    """Layers on one another, in a frame of that many pixels."""
    whole: alt.LayerChart = alt.layer(*layers).properties(width=width, height=height)  # type: ignore[assignment]
    return whole


def across(field: str) -> alt.X:
    """A field that holds pixels from the left."""
    return alt.X(f"{field}:Q", scale=None, axis=None)


def down(field: str) -> alt.Y:
    """A field that holds pixels from the top."""
    return alt.Y(f"{field}:Q", scale=None, axis=None)


def data(rows: Sequence[Mapping[str, Any]]) -> alt.Data:
    """Rows as the data of a chart, however many."""
    return alt.Data(values=[dict(row) for row in rows])  # type: ignore[no-untyped-call]


def labelled(names: Mapping[str, str], width: int) -> str:
    """A legend expression that shows each id under its name, on as many lines as it takes."""
    lines = {id: wrapped(name, width) for id, name in names.items()}
    return f"{json.dumps(lines)}[datum.value]"


def wrapped(text: str, width: int) -> list[str]:
    """The text on as few lines as it takes, each about as long as the others."""
    lines = textwrap.wrap(text, width) or [""]
    for narrower in range(width - 1, 0, -1):
        tighter = textwrap.wrap(text, narrower, break_long_words=False)
        if len(tighter) > len(lines) or max(map(len, tighter), default=0) > width:
            break
        lines = tighter or [""]
    return lines


def row_names(names: Mapping[str, str], field: str, own: str | None = None) -> list[alt.Chart]:
    """The name of each row to the left of it, in the middle of its height however many lines it takes.

    An axis would put the first line in the middle. field: that of the ids on the vertical axis. own: is set apart.
    """
    lines = {id: wrapped(name, _NAME) for id, name in names.items()}
    layers = []
    for many in sorted({len(of) for of in lines.values()}):
        rows = [{field: id, "lines": of, "own": id == own} for id, of in lines.items() if len(of) == many]
        text = alt.Chart(data(rows)).mark_text(
            align="right", baseline="middle", dx=-8, dy=-_NAME_LINE * (many - 1) / 2, lineHeight=_NAME_LINE, fontSize=12
        )
        colour = alt.condition("datum.own", alt.value(OWN), alt.value(INK))
        layers.append(text.encode(y=row_axis(names, field), x=alt.value(0), text="lines:N", color=colour))
    return layers


def row_axis(names: Mapping[str, str], field: str) -> alt.Y:
    """A row for each id, in this order, without an axis of its own."""
    return alt.Y(f"{field}:N", sort=list(names), title=None, axis=None)


def row_height(names: Mapping[str, str], least: int = 22) -> int:
    """The height of a row that has room for the longest of the names."""
    most = max((len(wrapped(name, _NAME)) for name in names.values()), default=1)
    return max(least, _NAME_LINE * most + 5)


def fixed(values: Sequence[float]) -> int:
    """How many decimals tell values apart, the same for all of them: 1 on a scale to 100, more on a narrow one."""
    known = [v for v in values if not math.isnan(v)]
    spread = max(known) - min(known) if known else 0.0
    return 1 if spread >= 10 else 2 if spread >= 1 else 3
