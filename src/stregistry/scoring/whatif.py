"""What would move a score: the least change that reaches a goal, and the gain of a small step."""

from collections.abc import Mapping

import attrs
import numpy as np

from stregistry.errors import DomainError
from stregistry.scoring.climb import climb, mark
from stregistry.scoring.faults import Bools, Floats, unknown_name
from stregistry.scoring.method import Screen
from stregistry.scoring.pipeline import Stages, run
from stregistry.scoring.prepare import prepare
from stregistry.scoring.rank import ranks
from stregistry.scoring.table import Index, Table
from stregistry.scoring.tree import Tree
from stregistry.text import Text


@attrs.frozen(kw_only=True)
class Goal:
    """What is to be reached: a score of at least, or a rank of at most. node: an id of the tree, None for the index."""

    score: float | None = None
    rank: int | None = None
    node: str | None = None

    def reached(self, scores: Floats, unit: int) -> Bools:
        """(candidates,) where the goal is met, from (candidates, units) scores of the node."""
        met = ~np.isnan(scores[:, unit])
        if self.score is not None:
            met &= scores[:, unit] >= self.score
        if self.rank is not None:
            met &= ranks(scores)[:, unit] <= self.rank
        return met


@attrs.frozen(eq=False)
class WhatIf:
    """A change that reaches the goal, confirmed by a full run.

    values: the new value of each indicator changed, in its own unit. share: how far towards the bounds they went,
    0..1. score, rank: what the unit then has.
    """

    values: dict[str, float]
    share: float
    score: float
    rank: int


def least_change(
    stages: Stages,
    unit: str,
    bounds: Mapping[str, float],
    goal: Goal,
    steps: int = 100,
    rounds: int = 3,
    period: int = -1,
) -> WhatIf | None:
    """The least change towards bounds with which a unit reaches a goal; None if none is found.

    bounds: for each indicator that may change, the value it may go to at most; several move together, each the same
    share of its way. The rank need not rise steadily with a value, since treatment and normalisation follow it: the
    answer is the first success going outwards on a grid of `steps`, then refined `rounds` - 1 times. A success in a
    stretch narrower than 1/steps of the way can be missed. period: which one of a panel changes and is looked at; the
    scale stays that of the method, so pooled it may move the other periods too. Raises DomainError for unknown names
    and an indicator the unit has no value for.
    """
    search = _Search.of(stages, unit, bounds, goal, period)
    low, high, found = 0.0, 1.0, None
    if search.reached(np.zeros(1))[0]:
        return search.confirm(0.0)
    for _ in range(rounds):
        grid = low + (high - low) * np.arange(1, steps + 1) / steps
        met = np.flatnonzero(search.reached(grid))
        if not len(met):
            break
        found = float(grid[met[0]])
        low, high = (low if met[0] == 0 else float(grid[met[0] - 1])), found
    return None if found is None else search.confirm(found)


def least_change_of_one(
    stages: Stages,
    unit: str,
    indicator: str,
    goal: Goal,
    low: float | None = None,
    high: float | None = None,
    period: int = -1,
) -> WhatIf | None:
    """The least change of one indicator, upwards or downwards, with which a unit reaches a goal; None if none is found.

    low, high: how far it may go; default one observed range beyond the observed ends, but not below 0 where all
    values are 0 or more. Raises as `least_change`.
    """
    column = _column(stages, indicator, period)
    ends = (float(np.nanmin(column)), float(np.nanmax(column)))
    width = ends[1] - ends[0]
    low = (max(ends[0] - width, 0.0) if ends[0] >= 0 else ends[0] - width) if low is None else low
    high = ends[1] + width if high is None else high
    today = float(column[_unit(stages, unit)])
    found = [least_change(stages, unit, {indicator: bound}, goal, period=period) for bound in (low, high)]
    answers = [one for one in found if one is not None]
    return min(answers, key=lambda one: abs(one.values[indicator] - today), default=None)


@attrs.frozen(eq=False)
class Gains:
    """per_unit: (indicators,) points of the index for one unit of measure in the good direction, at today's point.

    per_range: the same for a step as long as the observed range: comparable between indicators. NaN where the unit
    has no value.
    """

    per_unit: Floats
    per_range: Floats


def marginal_gains(stages: Stages, unit: str, step: float = 1e-5, period: int = -1) -> Gains:
    """What a small improvement of each indicator would add to the unit's index score.

    step: the improvement tried, as a share of the observed range. period: of a panel. Raises DomainError for an unknown
    unit.
    """
    tree, at = stages.index.tree, _unit(stages, unit)
    per_unit, per_range = np.full(tree.leaves, np.nan), np.full(tree.leaves, np.nan)
    today = stages.scores[tree.top, period, at]
    for i, name in enumerate(tree.indicators):
        column = _column(stages, name, period)
        width = 0.0 if np.isnan(column).all() else float(np.nanmax(column) - np.nanmin(column))
        if np.isnan(column[at]) or width == 0:
            continue
        moved = column[at] + step * width * (1 if stages.index.up[i] else -1)
        search = _Search.of(stages, unit, {name: moved}, Goal(), period)
        gain = search.scores(np.ones(1))[0, at] - today
        per_unit[i], per_range[i] = gain / (step * width), gain / step
    return Gains(per_unit, per_range)


def _unit(stages: Stages, unit: str) -> int:
    if unit not in stages.table.units:
        raise unknown_name(Text("đơn vị", "unit"), unit, stages.table.units)
    return stages.table.units.index(unit)


def _column(stages: Stages, indicator: str, period: int) -> Floats:
    """(units,) the measured values of an indicator in a period, after per and scale."""
    names = stages.index.tree.indicators
    if indicator not in names:
        raise unknown_name(Text("chỉ tiêu", "indicator"), indicator, names)
    column: Floats = stages.prepared.denominated[names.index(indicator), period]
    return column


@attrs.frozen(eq=False)
class _Search:
    """Candidates on the way from today's values, start, to the bounds, end, each (changed indicators,)."""

    stages: Stages
    unit: int
    names: tuple[str, ...]
    columns: tuple[int, ...]
    start: Floats
    end: Floats
    goal: Goal
    node: int
    period: int

    @classmethod
    def of(cls, stages: Stages, unit: str, bounds: Mapping[str, float], goal: Goal, period: int) -> "_Search":
        at, names = _unit(stages, unit), tuple(bounds)
        start = np.array([_column(stages, name, period)[at] for name in names])
        if np.isnan(start).any():
            name = names[int(np.flatnonzero(np.isnan(start))[0])]
            raise DomainError(
                Text(
                    f"{unit!r} chưa có giá trị đo được của {name!r} để thay đổi.",
                    f"{unit!r} has no measured value of {name!r} to change.",
                ),
                unit=unit,
                indicator=name,
            )
        tree = stages.index.tree
        columns = tuple(tree.indicators.index(name) for name in names)
        node = tree.top if goal.node is None else tree.node(goal.node)
        end = np.array(list(bounds.values()), dtype=np.float64)
        return cls(stages, at, names, columns, start, end, goal, node, period)

    def reached(self, shares: Floats) -> Bools:
        """(candidates,) where the goal is met."""
        return self.goal.reached(self.scores(shares), self.unit)

    def scores(self, shares: Floats) -> Floats:
        """(candidates, units) scores of the goal's node; a candidate an aggregation cannot take is NaN."""
        method = self.stages.method
        local = method.weights.how in ("given", "equal") and method.impute.params.get("by", "column") == "column"
        # In a panel other periods may share the scale, so all of it is run again.
        local = local and not self.stages.table.periods
        return self._by_column(shares) if local else np.stack([self._by_run(share) for share in shares])

    def _by_column(self, shares: Floats) -> Floats:
        """Only the changed columns are computed again: weights and other columns do not depend on them."""
        stages, columns = self.stages, list(self.columns)
        values = np.repeat(stages.prepared.denominated[columns, 0].T[None], len(shares), axis=0)
        values[:, self.unit] = self._values(shares)
        method = stages.method
        out = tuple(
            name for name, kept in zip(stages.table.units, stages.prepared.included[0], strict=True) if not kept
        )
        each = attrs.evolve(
            method,
            pooled=False,
            screen=Screen(on=method.screen.on, drop=out),
            treat=attrs.evolve(
                method.treat,
                pooled=False,
                indicators={name: rule for name, rule in method.treat.indicators.items() if name in self.names},
            ),
            normalise=attrs.evolve(
                method.normalise,
                pooled=False,
                indicators={name: step for name, step in method.normalise.indicators.items() if name in self.names},
            ),
        )
        index = stages.index
        part = Index(
            tree=Tree.of(self.names, dict.fromkeys(self.names, "changed")),
            up=index.up[columns],
            low=index.low[columns],
            high=index.high[columns],
            goal=index.goal[columns],
        )
        # Candidates stand in the place of periods that are treated and normalised each by itself.
        table = Table(
            values=values,
            units=stages.table.units,
            periods=tuple(f"{share:g}" for share in shares),
            groups=stages.table.groups,
        )
        normalised = prepare(table, part, each).normalised
        leaves = np.repeat(stages.prepared.normalised[:, None], len(shares), axis=1)
        leaves[columns] = normalised[:, :, None]
        failed = np.zeros(len(shares), dtype=np.bool_)
        scores = climb(index.tree, stages.planned, leaves, stages.weights[:, None], mark(failed))
        node = scores[self.node][:, 0]
        return np.where(failed[:, None], np.nan, np.broadcast_to(node, (len(shares), node.shape[-1])))

    def _by_run(self, share: float) -> Floats:
        try:
            return np.asarray(self._run(share).scores[self.node, self.period])
        except DomainError:
            return np.full(len(self.stages.table.units), np.nan)

    def _run(self, share: float) -> Stages:
        inside = self.stages.prepared.denominated.copy()
        inside[list(self.columns), self.period, self.unit] = self._values(np.array([share]))[0]
        values = self.stages.table.outside(inside)
        table = attrs.evolve(self.stages.table, values=values, per=None)
        return run(table, self.stages.index, self.stages.method)

    def _values(self, shares: Floats) -> Floats:
        return self.start + shares[:, None] * (self.end - self.start)

    def confirm(self, share: float) -> WhatIf | None:
        """The answer at a share, from a full run; None if that does not reach the goal."""
        done = self._run(share)
        if not self.goal.reached(done.scores[self.node, [self.period]], self.unit)[0]:
            return None
        values = dict(zip(self.names, self._values(np.array([share]))[0].tolist(), strict=True))
        score, rank = done.scores[self.node, self.period, self.unit], done.ranks[self.node, self.period, self.unit]
        return WhatIf(values, share, float(score), int(rank))
