"""The tree below a score: the share each member has in its group, and the points it adds to the score."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import attrs
import numpy as np

from stregistry.scoring.climb import Planned
from stregistry.scoring.faults import Floats
from stregistry.scoring.pipeline import Stages

if TYPE_CHECKING:
    import pandas as pd

    from stregistry.scores.scores import Scores

_POWERS: Final = {"arithmetic": 1.0, "bod": 1.0, "geometric": 0.0, "harmonic": -1.0}


@attrs.frozen(kw_only=True)
class Branch:
    """A node in the tree below a score.

    depth: 0 for the node asked about. how: the aggregation of a group, None for an indicator. share: its weight among
    the measured members of its group, None where it is not measured and for the node asked about. points: what it adds
    to the score asked about, the members of a group adding up to its own; None without a score, and below an
    aggregation that does not split (median, copeland, mpi, ampi).
    """

    node: int
    parent: int | None
    depth: int
    how: str | None
    share: float | None
    points: float | None


def branches(stages: Stages, node: int, unit: int, period: int) -> Iterator[Branch]:
    """The tree below a node for a unit and period, depth first, in the order of the tree.

    A mean is homogeneous: by Euler's theorem f = Σ c·∂f/∂c, so its members' points add up to it.
    """
    own = stages.scores[:, period, unit]
    planned = {one.group.node: one for one in stages.planned}
    weights = stages.weights[:, period if stages.weights.shape[1] > 1 else 0]
    weights = np.broadcast_to(weights, (len(weights), len(stages.table.units)))[:, unit]

    def walk(node: int, above: int | None, depth: int, share: float | None, factor: float | None) -> Iterator[Branch]:
        group = planned.get(node)
        yield Branch(
            node=node,
            parent=above,
            depth=depth,
            how=None if group is None else group.how,
            share=share,
            points=None if factor is None or np.isnan(own[node]) else float(factor * own[node]),
        )
        if group is None:
            return
        shares = _shares(group, own, weights)
        for child, part in shares.items():
            carried = _carried(group, part, own[child], own[node])
            down = None if factor is None or carried is None else factor * carried
            yield from walk(child, node, depth + 1, part, down)

    return walk(node, None, 0, None, 1.0)


def _shares(group: Planned, own: Floats, weights: Floats) -> dict[int, float | None]:
    """The weight of each measured member among the measured ones, summing to 1 (for bod: as the unit chose them)."""
    children = [int(child) for child in group.group.children]
    there = [child for child in children if not np.isnan(own[child])]
    whole = 1.0 if group.how == "bod" else float(sum(weights[child] for child in there))
    return {child: float(weights[child]) / whole if child in there and whole > 0 else None for child in children}


def _carried(group: Planned, share: float | None, child: float, parent: float) -> float | None:
    """By how much a point of the child's score counts in the parent's: ∂f/∂c = ω·(c/f)^(p-1) for a mean of power p."""
    power = _POWERS.get(group.how)
    if group.how == "generalised_mean":
        power = float(group.params.get("p", 1.0))
    if power is None or share is None or np.isnan(parent):
        return None
    if power == 1 or share == 0:
        return share
    if child == 0 or parent == 0:
        return 0.0
    return float(share * (child / parent) ** (power - 1))


def contributions_of(scores: "Scores", unit: str, period: str | None, lang: str) -> "pd.DataFrame":
    """The tree below the index of a unit as a frame."""
    import pandas as pd

    stages, ids = scores.stages, scores.stages.index.tree.ids
    at, own = scores.unit_at(unit), scores.at(period)
    rows = [
        {
            "id": ids[one.node],
            "name": scores.name_of(ids[one.node])[lang],
            "parent": None if one.parent is None else ids[one.parent],
            "depth": one.depth,
            "weight": one.share,
            "score": stages.scores[one.node, own, at],
            "points": one.points,
        }
        for one in branches(stages, stages.index.tree.top, at, own)
    ]
    return pd.DataFrame(rows).astype({"weight": float, "points": float})
