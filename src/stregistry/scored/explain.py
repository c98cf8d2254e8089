"""From a score down: what each group and indicator adds to it, and the records behind each indicator."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import attrs
import numpy as np

from stregistry.evaluate import Explanation
from stregistry.evaluate.explain import explain_each
from stregistry.framework import Framework
from stregistry.scored.standing import reason, rounded
from stregistry.scores import Scores
from stregistry.scores.branches import branches
from stregistry.scoring.faults import unknown_name
from stregistry.scoring.rank import ranks
from stregistry.scoring.variants import missing_reasons
from stregistry.store.view import View
from stregistry.text import Text

if TYPE_CHECKING:
    import pandas as pd


@attrs.frozen(kw_only=True)
class Member:
    """A group or an indicator in the tree below a score.

    depth: 0 for the group asked about. value: an indicator's figure, in its own unit; None for a group or when missing,
    and then `missing` says why. used: the figure that was normalised, where that is another one than `value`: filled
    in, or moved as an outlier. score: on the common scale.
    rank, out_of: among the places with a score. weight: the share among the measured members of its group.
    aggregate: how a group's members become its score. contribution: points of the score asked about; the members of a
    group add up to its own. None where the aggregation does not split (median, copeland, mpi, ampi).
    """

    id: str
    kind: str
    depth: int
    value: float | None
    used: float | None
    score: float | None
    rank: int | None
    out_of: int
    weight: float | None
    aggregate: str | None
    contribution: float | None
    missing: str | None


@attrs.frozen(kw_only=True)
class ScoreExplanation:
    """A score with the tree below it and, for each indicator of the tree, the records its figure rests on."""

    group: str
    place: str
    period: str
    members: tuple[Member, ...]
    figures: tuple[Explanation, ...]

    @property
    def top(self) -> Member:
        """The group asked about."""
        return self.members[0]

    def frame(self) -> "pd.DataFrame":
        """The tree as a frame, a row for each member, depth first."""
        import pandas as pd

        return pd.DataFrame([attrs.asdict(member) for member in self.members])


def explain_score(
    view: View, framework: Framework, scores: Scores, group: str, place: str, period: str, places: str | None = None
) -> ScoreExplanation:
    """What the score of a group rests on for a place and period of `scores`, down to the records of the view.

    Raises DomainError for an unknown group, place or period, with the nearest.
    """
    if group not in scores.bound.groups:
        raise unknown_name(Text("nhóm được tính điểm", "scored group"), group, scores.bound.groups)
    members = score_tree(scores, group, place, period)
    leaves = [member.id for member in members if member.kind == "indicator"]
    figures = explain_each(view, framework, leaves, place, period, places=places)
    why = {figure.indicator: figure.cell.missing for figure in figures}
    members = tuple(attrs.evolve(m, missing=why.get(m.id) or m.missing) for m in members)
    return ScoreExplanation(group=group, place=place, period=period, members=members, figures=figures)


def score_tree(scores: Scores, group: str, place: str, period: str) -> tuple[Member, ...]:
    """The tree below the score of a group, depth first, without the records.

    Raises DomainError for an unknown place or period, with the nearest.
    """
    return tuple(_members(scores, group, scores.unit_at(place), scores.at(period)))


def _members(scores: Scores, group: str, unit: int, period: int) -> Iterator[Member]:
    """The tree below a group, depth first, in the order of the framework."""
    stages = scores.stages
    tree = stages.index.tree
    placed = ranks(stages.scores[:, period])
    scored = (~np.isnan(stages.scores[:, period])).sum(axis=1)
    why = missing_reasons(stages)[:, period, unit]
    for one in branches(stages, tree.place[group], unit, period):
        leaf = one.node < tree.leaves
        value = stages.prepared.denominated[one.node, period, unit] if leaf else np.nan
        used = stages.prepared.treated[one.node, period, unit] if leaf else np.nan
        yield Member(
            id=tree.ids[one.node],
            kind="indicator" if leaf else "group",
            depth=one.depth,
            value=rounded(value),
            used=None if used == value else rounded(used),
            score=rounded(stages.scores[one.node, period, unit]),
            rank=None if np.isnan(placed[one.node, unit]) else int(placed[one.node, unit]),
            out_of=int(scored[one.node]),
            weight=None if one.share is None else rounded(one.share),
            aggregate=one.how,
            contribution=None if one.points is None else rounded(one.points),
            missing=reason(scores, str(why[one.node]), period, unit),
        )
