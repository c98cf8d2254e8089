"""Other ways of looking at a result: against another one, without one element, why it moved, what would move it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import attrs
import numpy as np

from stregistry.errors import DomainError
from stregistry.scores.extra import scipy_at_hand
from stregistry.scores.frames import whole_numbers
from stregistry.scoring import variants
from stregistry.scoring.attribution import over_indicators
from stregistry.scoring.correlate import correlations
from stregistry.scoring.faults import Floats
from stregistry.scoring.rank import ranks
from stregistry.scoring.whatif import Goal, WhatIf, least_change, least_change_of_one, marginal_gains
from stregistry.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from stregistry.scores.scores import Scores


@attrs.frozen(eq=False)
class Comparison:
    """frame: unit, score, other_score, score_change, rank, other_rank, rank_change (other minus this).

    spearman, kendall: correlation of the two rankings over the units ranked in both; NaN with fewer than 3.
    """

    frame: "pd.DataFrame"
    spearman: float
    kendall: float


def compare_scores(one: "Scores", other: "Scores", period: str | None, other_period: str | None) -> Comparison:
    """The index scores of two results, side by side."""
    import pandas as pd

    scipy_at_hand()
    units = tuple(dict.fromkeys((*one.units, *other.units)))
    first, second = _top(one, units, period), _top(other, units, other_period)
    found = variants.compare(first, second)
    frame = pd.DataFrame(
        {
            "unit": units,
            "score": first,
            "other_score": second,
            "score_change": found.score,
            "rank": whole_numbers(ranks(first)),
            "other_rank": whole_numbers(ranks(second)),
            "rank_change": whole_numbers(found.rank),
        }
    )
    return Comparison(frame, found.spearman, found.kendall)


def _top(scores: "Scores", units: tuple[str, ...], period: str | None) -> Floats:
    mine = dict(zip(scores.units, scores.stages.scores[-1, scores.at(period)], strict=True))
    return np.array([mine.get(unit, np.nan) for unit in units])


def leave_one_out(scores: "Scores", level: int, period: str | None) -> "pd.DataFrame":
    """The index without each node of a level, one below another."""
    import pandas as pd

    stages, at = scores.stages, scores.at(period)
    before, placed = stages.scores[-1, at], stages.ranks[-1, at]
    parts = []
    for name in _of_level(scores, level, below_top=True):
        after = variants.leave_out(stages, name)[-1, at]
        rank = ranks(after)
        parts.append(
            pd.DataFrame(
                {
                    "left_out": name,
                    "unit": scores.units,
                    "score": after,
                    "rank": whole_numbers(rank),
                    "score_change": after - before,
                    "rank_change": whole_numbers(rank - placed),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def correlations_of(scores: "Scores", level: int, how: str, period: str | None) -> "pd.DataFrame":
    """Every pair of nodes of a level, each pair once."""
    import pandas as pd

    scipy_at_hand()
    names = _of_level(scores, level, below_top=False)
    tree = scores.stages.index.tree
    x = scores.stages.scores[[tree.place[name] for name in names], scores.at(period)]
    found = correlations(x, x, how)
    pairs = [(i, j) for i in range(len(names)) for j in range(i + 1, len(names))]
    rows = [(names[i], names[j], found.r[i, j], found.p[i, j], int(found.pairs[i, j])) for i, j in pairs]
    return pd.DataFrame(rows, columns=["a", "b", "r", "p", "pairs"])


def _of_level(scores: "Scores", level: int, below_top: bool) -> list[str]:
    """The ids of a level. Raises DomainError when the tree has none there."""
    tree = scores.stages.index.tree
    highest = tree.height + (0 if below_top else 1)
    if not 1 <= level <= highest:
        raise DomainError(
            Text(
                f"Cấp phải từ 1 đến {highest}, không phải {level}.", f"The level is from 1 to {highest}, not {level}."
            ),
            level=level,
        )
    return [name for name, own in zip(tree.ids, tree.level, strict=True) if own == level]


def attribution_of(after: "Scores", before: "Scores", period: str | None, before_period: str | None) -> "pd.DataFrame":
    """The change of each unit's index score by indicator and by changed weight; rows of 0 points are left out."""
    import pandas as pd

    found = over_indicators(before.stages, after.stages, (before.at(before_period), after.at(period)))
    tree = after.stages.index.tree
    rows = [
        (unit, name, part, points[i, at])
        for at, unit in enumerate(after.units)
        for part, names, points in (("value", tree.indicators, found.indicators), ("weight", tree.ids, found.coverage))
        for i, name in enumerate(names)
        if points[i, at] != 0
    ]
    return pd.DataFrame(rows, columns=["unit", "id", "part", "points"])


def what_if(
    scores: "Scores",
    unit: str,
    change: str | Mapping[str, float],
    score: float | None,
    rank: int | None,
    group: str | None,
    period: str | None,
) -> WhatIf | None:
    """The least change that reaches the goal."""
    if score is None and rank is None:
        raise DomainError(
            Text("Cần nêu điều phải đạt: score, rank hoặc cả hai.", "Say what is to be reached: score, rank or both.")
        )
    goal = Goal(score=score, rank=rank, node=group)
    if isinstance(change, str):
        return least_change_of_one(scores.stages, unit, change, goal, period=scores.at(period))
    return least_change(scores.stages, unit, change, goal, period=scores.at(period))


def gains_of(scores: "Scores", unit: str, period: str | None) -> "pd.DataFrame":
    """What a small improvement of each indicator would add."""
    import pandas as pd

    found = marginal_gains(scores.stages, unit, period=scores.at(period))
    ids = scores.stages.index.tree.indicators
    return pd.DataFrame({"id": ids, "per_unit": found.per_unit, "per_range": found.per_range})
