"""A result on one screen: as text for a terminal, as HTML for a notebook."""

from html import escape
from typing import TYPE_CHECKING, Final

import numpy as np

from stregistry.scoring.rank import ranks

if TYPE_CHECKING:
    from stregistry.scores.scores import Scores

_LINES: Final = 10  # rows of a ranking that are shown


def ranking(scores: "Scores", period: str | None = None, node: int = -1) -> list[tuple[int, str, float]]:
    """(rank, unit, score) of the units with a score, the highest first; ties in the order of the table.

    node: of the tree, default the index.
    """
    values = scores.stages.scores[node, scores.at(period)]
    found = [
        (int(rank), unit, float(value))
        for unit, value, rank in zip(scores.units, values, ranks(values), strict=True)
        if not np.isnan(value)
    ]
    return sorted(found, key=lambda row: row[0])


def text_of(scores: "Scores") -> str:
    """What was scored and how much of it, then the first places of the last period."""
    shown = ranking(scores)
    framework = scores.framework
    spans = f", {scores.periods[0]}..{scores.periods[-1]}" if len(scores.periods) > 1 else ""
    head = (
        f"Scores of {framework.id} {framework.version}: {len(scores.units)} units{spans}, "
        f"{len(scores.bound.scored)} indicators scored, {len(scores.notes)} notes"
    )
    lines = [f"{rank:>4}  {value:10.4f}  {unit}" for rank, unit, value in shown[:_LINES]]
    more = [f"      and {len(shown) - _LINES} more"] if len(shown) > _LINES else []
    out = len(scores.units) - len(shown)
    without = [f"      {out} without a score: see .missing"] if out else []
    return "\n".join([head, *lines, *more, *without])


def html_of(scores: "Scores") -> str:
    """The same as a table; every name is escaped."""
    framework, shown = scores.framework, ranking(scores)
    rows = "".join(
        f"<tr><td>{rank}</td><td>{escape(unit)}</td><td>{value:.4f}</td></tr>" for rank, unit, value in shown[:_LINES]
    )
    title = f"{framework.title.vi} / {framework.title.en} ({framework.version})"
    period = f", {escape(scores.periods[-1])}" if scores.periods else ""
    return (
        f"<table><caption>{escape(title)}{period}: {len(shown)} / {len(scores.units)}</caption>"
        "<thead><tr><th>Hạng / Rank</th><th>Đơn vị / Unit</th><th>Điểm / Score</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )
