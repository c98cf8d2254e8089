"""The provinces as tiles, each roughly where it lies, shaded in five groups of equal size."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import altair as alt
import attrs
import numpy as np

from stregistry.errors import DomainError, NotFoundError
from stregistry.figures import NONE, number, with_decimals
from stregistry.places import find_place, place_map, read_rows
from stregistry.scores.plot.figures import column, headed, refuse_none
from stregistry.scores.plot.look import FAINT, OWN, SOFT, STEPS, across, data, down, finish, fixed, stack
from stregistry.scoring.faults import Floats
from stregistry.text import Text

if TYPE_CHECKING:
    from stregistry.scores.scores import Scores

_WIDE, _TALL, _GAP = 104, 46, 4


def tiles(scores: "Scores", id: str | None, own: str | None, period: str | None, lang: str) -> alt.LayerChart:
    """A tile for each province: its name, its figure, its shade; a dashed one has none."""
    found = column(scores, id)
    values = found.values[scores.at(period)]
    refuse_none(values, found.name)
    if own is not None:
        scores.unit_at(own)
    indicators = {one.id for one in scores.framework.indicators}
    layout = {row["code"]: (int(row["column"]), int(row["row"])) for row in read_rows("tiles")}
    codes = _codes(scores, layout)
    names = place_map("vn-2025").names(layout)
    here = {code: float(values[n]) for n, code in enumerate(codes)}
    shades = _Shades(values[~np.isnan(values)], lang, None if found.id in indicators else fixed(values.tolist()))
    rows: list[dict[str, Any]] = []
    for code, (column_at, row_at) in layout.items():
        value = here.get(code, np.nan)
        known = not np.isnan(value)
        fill, ink = STEPS[shades.group(value)] if known else ("#ffffff", SOFT)
        rows.append(
            {
                **_spot(column_at, row_at), "id": code, "name": names[code][lang], "known": known,
                "said": shades.said(value) if known else NONE, "fill": fill, "ink": ink,
                "edge": OWN if code in codes and scores.units[codes.index(code)] == own else fill if known else FAINT,
            }
        )  # fmt: skip
    width = max(row["x2"] for row in rows)
    height = max(row["y2"] for row in rows)
    layers = [*_blocks(rows), *_islands(names, lang), *_legend(shades)]
    chart = stack(layers, width, height)
    where = Text(
        "Mỗi ô là một tỉnh, thành phố, xếp gần đúng theo vị trí địa lý.",
        "Each tile is a province, placed roughly where it lies.",
    )
    return finish(chart, found.title(lang), headed(scores, period, lang, where[lang]), lang)


def _codes(scores: "Scores", layout: dict[str, tuple[int, int]]) -> list[str]:
    """The province of each unit. Raises DomainError where one is none of the 34, or stands twice."""
    day = place_map("vn-2025").day
    found: list[str] = []
    for unit in scores.units:
        try:
            code = find_place(unit, day).code
        except NotFoundError:
            code = ""
        if code not in layout or code in found:
            raise DomainError(
                Text(
                    f"Bản đồ ô cần đơn vị là 34 tỉnh, thành phố từ ngày 1/7/2025 (mã hoặc tên, mỗi nơi một lần); "
                    f"'{unit}' thì không.",
                    "Tiles need units that are the 34 provinces since 1 July 2025 (codes or names, each once); "
                    f"'{unit}' is not.",
                ),
                unit=unit,
            )
        found.append(code)
    return found


def _blocks(rows: list[dict[str, Any]]) -> list[alt.Chart]:
    base = alt.Chart(data(rows)).encode(x=across("x"), y=down("y"))
    ink = alt.Color("ink:N", scale=None)
    blocks = base.encode(
        x2="x2:Q", y2="y2:Q", color=alt.Color("fill:N", scale=None), stroke=alt.Stroke("edge:N", scale=None)
    )
    return [
        blocks.transform_filter("datum.known").mark_rect(cornerRadius=3, strokeWidth=2.5),
        blocks.transform_filter("!datum.known").mark_rect(cornerRadius=3, strokeWidth=1.2, strokeDash=[4, 3]),
        base.mark_text(align="left", baseline="top", dx=7, dy=7, fontSize=12, limit=_WIDE - 12).encode(
            text="name:N", color=ink
        ),
        base.mark_text(align="left", baseline="top", dx=7, dy=25, fontSize=12, fontWeight=600).encode(
            text="said:N", color=ink
        ),
    ]


def _spot(column_at: int, row_at: int) -> dict[str, int]:
    """The corners of a tile."""
    x, y = (column_at - 1) * (_WIDE + _GAP), (row_at - 1) * (_TALL + _GAP)
    return {"x": x, "y": y, "x2": x + _WIDE, "y2": y + _TALL}


def _islands(names: Mapping[str, Text], lang: str) -> list[alt.Chart]:
    """The archipelagos in the sea, each with the province it belongs to; a figure stands at the province."""
    rows = [
        {
            **_spot(int(row["column"]), int(row["row"])),
            "lines": [row[f"name_{lang}"], f"({names[row['code']][lang]})"],
        }
        for row in read_rows("islands")
    ]
    base = alt.Chart(data(rows)).encode(x=across("x"), y=down("y"))
    return [
        base.mark_rect(cornerRadius=3, filled=False, stroke=FAINT, strokeWidth=0.8).encode(x2="x2:Q", y2="y2:Q"),
        base.mark_text(align="left", baseline="top", dx=7, dy=8, fontSize=11, lineHeight=15, color=SOFT).encode(
            text="lines:N"
        ),
    ]


@attrs.frozen(eq=False)
class _Shades:
    """Five groups of about equal size by order; equal figures share a group, so that some may stay empty."""

    known: Floats
    lang: str
    decimals: int | None

    def group(self, value: float) -> int:
        """The group of a figure, 0 the lowest."""
        return int((self.known < value).sum()) * len(STEPS) // len(self.known)

    def said(self, value: float) -> str:
        """The figure as it is written: scores with the same number of decimals."""
        return number(value, self.lang) if self.decimals is None else with_decimals(value, self.decimals, self.lang)

    def ranges(self) -> dict[int, str]:
        """From where to where the figures of each group go."""
        found: dict[int, list[float]] = {}
        for value in sorted(map(float, self.known)):
            found.setdefault(self.group(value), []).append(value)
        ends = {group: (self.said(of[0]), self.said(of[-1])) for group, of in found.items()}
        return {group: low if low == high else f"{low} – {high}" for group, (low, high) in ends.items()}


def _legend(shades: _Shades) -> list[alt.Chart]:
    """The shades with the figures they stand for, in the sea at the right below."""
    left, top = 3 * (_WIDE + _GAP) + 24, 10 * (_TALL + _GAP) + 22
    rows = [
        {"x": left, "x2": left + 20, "y": top + 22 * n, "y2": top + 22 * n + 15, "said": said, "fill": STEPS[group][0]}
        for n, (group, said) in enumerate(shades.ranges().items())
    ]
    base = alt.Chart(data(rows)).encode(x=across("x"), y=down("y"))
    return [
        base.mark_rect(stroke=FAINT, strokeWidth=0.5).encode(
            x2="x2:Q", y2="y2:Q", color=alt.Color("fill:N", scale=None)
        ),
        base.mark_text(align="left", baseline="top", dx=28, dy=1, fontSize=12, color=SOFT).encode(text="said:N"),
    ]
