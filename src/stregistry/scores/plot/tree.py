"""The index tree as blocks: the index at the left, its indicators at the right, a row for each indicator."""

from typing import TYPE_CHECKING, Any

import altair as alt
import attrs
import numpy as np

from stregistry.errors import DomainError
from stregistry.figures import NONE, with_decimals
from stregistry.scores.branches import branches
from stregistry.scores.plot.figures import headed
from stregistry.scores.plot.look import INK, PILLARS, SOFT, across, data, down, finish, fixed, stack, wrapped
from stregistry.scoring.faults import Floats
from stregistry.text import Text

if TYPE_CHECKING:
    from stregistry.scores.scores import Scores

_BLOCK, _LAST, _BAR = 170, 290, 150  # widths: of a group, of an indicator, of the heaviest weight
_ROW, _LINE = 36, 14


@attrs.frozen
class _Node:
    """A block: its level from the left, and the rows from first to last (exclusive)."""

    node: int
    depth: int
    first: int
    last: int
    pillar: int


def tree(scores: "Scores", unit: str | None, period: str | None, lang: str) -> alt.HConcatChart:
    """Blocks with names (and a unit's scores), and bars of each indicator's weight in the index."""
    at = scores.at(period)
    shape = scores.stages.index.tree
    weight = _effective(scores, unit, at)
    nodes = _laid_out(scores)
    own = None if unit is None else scores.stages.scores[:, at, scores.unit_at(unit)]
    deep = max(n.depth for n in nodes if n.node >= shape.leaves) + 1
    rows = max(n.last for n in nodes)
    decimals = fixed([] if own is None else own.tolist())
    blocks: list[dict[str, Any]] = []
    for n in nodes:
        leaf = n.node < shape.leaves
        left, right = n.depth * _BLOCK, deep * _BLOCK + _LAST if leaf else (n.depth + 1) * _BLOCK
        lines = wrapped(scores.name_of(shape.ids[n.node])[lang], (42 if own is None else 36) if leaf else 21)
        lines = lines[:3] if n.last - n.first > 1 or len(lines) < 3 else [*lines[:1], lines[1] + " …"]
        if own is not None:
            score = NONE if np.isnan(own[n.node]) else with_decimals(float(own[n.node]), decimals, lang)
            lines = [*lines[:-1], f"{lines[-1]}: {score}"] if leaf else [*lines, score]
        blocks.append(
            {
                "id": shape.ids[n.node], "x": left + 1, "x2": right - 1, "y": n.first * _ROW + 1,
                "y2": n.last * _ROW - 1, "mid": (n.first + n.last) / 2 * _ROW, "lines": lines, "many": len(lines),
                "fill": INK if n.depth == 0 else PILLARS[n.pillar % len(PILLARS)], "faint": 0.18 if leaf else 1.0,
                "ink": INK if leaf else "#ffffff",
            }
        )  # fmt: skip
    height, width = rows * _ROW, deep * _BLOCK + _LAST
    base = alt.Chart(data(blocks)).encode(y=down("y"))
    layers = [
        base.mark_rect(cornerRadius=2).encode(
            x=across("x"),
            x2="x2:Q",
            y2="y2:Q",
            color=alt.Color("fill:N", scale=None),
            opacity=alt.Opacity("faint:Q", scale=None),
        )
    ]
    for many in sorted({block["many"] for block in blocks}):
        text = base.transform_filter(alt.datum.many == many).mark_text(
            align="left", baseline="middle", dx=8, dy=-_LINE * (many - 1) / 2, lineHeight=_LINE, fontSize=12
        )
        layers.append(
            text.encode(
                x=across("x"),
                y=down("mid"),
                text="lines:N",
                color=alt.Color("ink:N", scale=None),
            )
        )
    blocks_of = stack(layers, width, height)
    weights_of = _weights(scores, nodes, weight, height, lang)
    top = scores.name_of(shape.ids[-1])
    title = Text(f"Cây chỉ số: {top.vi}", f"Index tree: {top.en}")
    about = headed(scores, period, lang, *_about(scores, unit, lang))
    return finish(alt.hconcat(blocks_of, weights_of, spacing=10), title[lang], about, lang)


def _about(scores: "Scores", unit: str | None, lang: str) -> list[str]:
    if unit is None:
        return []
    name = scores.unit_name(unit)
    return [Text(f"Các con số trong khối: điểm của {name.vi}.", f"Figures in the blocks: scores of {name.en}.")[lang]]


def _weights(scores: "Scores", nodes: list[_Node], weight: Floats, height: int, lang: str) -> alt.LayerChart:
    """A bar for each indicator, at its row."""
    leaves = [n for n in nodes if n.node < scores.stages.index.tree.leaves]
    most = max(abs(weight[n.node]) for n in leaves) or 1.0
    rows = [
        {
            "id": scores.stages.index.tree.ids[n.node],
            "y": (n.first + n.last) / 2 * _ROW,
            "zero": 0,
            "width": abs(weight[n.node]) / most * _BAR,
            "said": with_decimals(float(weight[n.node]) * 100, 1, lang),
            "fill": PILLARS[n.pillar % len(PILLARS)],
        }
        for n in leaves
    ]
    base = alt.Chart(data(rows)).encode(y=down("y"))
    head = Text("trọng số trong chỉ số (%)", "weight in the index (%)")[lang]
    bars = base.mark_rule(strokeWidth=14).encode(x=across("zero"), x2="width:Q", color=alt.Color("fill:N", scale=None))
    said = base.mark_text(align="left", baseline="middle", dx=5, fontSize=12, color=INK).encode(
        x=across("width"), text="said:N"
    )
    heading = alt.Chart(data([{"said": head}])).mark_text(align="left", fontSize=12, color=SOFT, dy=-9)
    heading = heading.encode(x=alt.value(0), y=alt.value(0), text="said:N")
    return stack([bars, said, heading], _BAR, height)


def _effective(scores: "Scores", unit: str | None, at: int) -> Floats:
    """(nodes,) what each node counts for in the index. Raises DomainError where that depends on the unit."""
    weights = scores.stages.weights
    layer = weights[:, at if weights.shape[1] > 1 else 0]
    shape = scores.stages.index.tree
    if layer.shape[1] == 1:
        return shape.effective(layer[:, 0])
    if unit is None:
        raise DomainError(
            Text(
                "Với bod, mỗi đơn vị có trọng số riêng. Nêu đơn vị: plot.tree(unit=…).",
                "With bod each unit has weights of its own. Name one: plot.tree(unit=…).",
            )
        )
    own = scores.unit_at(unit)
    found = np.zeros(len(shape.ids))
    for one in branches(scores.stages, shape.top, own, at):
        share = 1.0 if one.parent is None else one.share or 0.0
        found[one.node] = share * (1.0 if one.parent is None else found[one.parent])
    return found


def _laid_out(scores: "Scores") -> list[_Node]:
    """Where each node lies, depth first; groups in the order of the framework."""
    shape = scores.stages.index.tree
    children = {group.node: group.children for group in shape.groups}
    found: list[_Node] = []

    def place(node: int, depth: int, row: int, pillar: int) -> int:
        at = len(found)
        found.append(_Node(node, depth, row, row + 1, pillar))
        end = row
        for n, child in enumerate(children.get(node, ())):
            end = place(int(child), depth + 1, end, n if depth == 0 else pillar)
        found[at] = _Node(node, depth, row, max(end, row + 1), pillar)
        return max(end, row + 1)

    place(shape.top, 0, 0, 0)
    return found
