"""Scoring under many sets of assumptions at once.

Every assumption is driven by numbers in 0..1, one or more columns of a point; a draw is a function of its point
alone. So a result does not depend on the size of a batch or on the number of processes.
"""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Final

import attrs
import numpy as np

from stregistry.errors import DomainError
from stregistry.scoring.climb import Weighed, climb, mark, plan, refuse, weigh
from stregistry.scoring.factors import Choice, Factor, MeasurementError, OneOut, WeightNoise
from stregistry.scoring.faults import Bools, Floats, Ints
from stregistry.scoring.method import Method
from stregistry.scoring.pipeline import posts
from stregistry.scoring.prepare import Prepared, prepare
from stregistry.scoring.rank import ranks
from stregistry.scoring.table import Index, Table
from stregistry.text import Text

# Draws computed together: their arrays of draws x units stay in the processor's cache.
BATCH: Final = 512

# A run with more failed draws than this says which alternatives fail instead of giving figures.
MOST_FAILED: Final = 0.05


@attrs.frozen(eq=False)
class Drawn:
    """What came out of a number of draws, in their order.

    scores, ranks: (draws, units) of the index in one period; a failed draw is NaN. failed: (draws,).
    chosen: (draws, choices) the number of the option taken of each `Choice`. why: the first failure of each kind.
    """

    scores: Floats
    ranks: Floats
    failed: Bools
    chosen: Ints
    why: tuple[Text, ...]


@attrs.frozen(eq=False, kw_only=True)
class Experiment:
    """A table, an index and a method with some assumptions left open. period: which one of a panel is looked at."""

    table: Table
    index: Index
    method: Method
    factors: tuple[Factor, ...] = attrs.field(converter=tuple)
    period: int = -1

    def __attrs_post_init__(self) -> None:
        choices = {factor.step: factor.options for factor in self.factors if isinstance(factor, Choice)}
        weightings = choices.get("weights", (self.method.weights,))
        shaken = any(isinstance(factor, WeightNoise | OneOut) for factor in self.factors)
        if shaken and any(step.how == "bod" for step in weightings):
            raise DomainError(
                Text(
                    "Trọng số bod do từng đơn vị tự chọn nên không thể thêm nhiễu hay bỏ một chỉ tiêu.",
                    "Weights of bod are each unit's own choice: noise on them, or one indicator out, means nothing.",
                )
            )

    def widths(self) -> list[int]:
        """How many columns of a point each factor takes."""
        level = self.index.tree.level
        return [
            int(np.isin(level, factor.levels).sum()) if isinstance(factor, WeightNoise) else 1
            for factor in self.factors
        ]

    def draw(self, points: Floats, processes: int = 1) -> Drawn:
        """The draws at these points, (draws, sum of widths) in 0..1; the same bits for any number of processes.

        With several processes a script has to be importable (its work under `if __name__ == "__main__"`).
        """
        if processes <= 1 or len(points) < 2 * processes:
            return _draw(self, points)
        parts = np.array_split(points, processes)
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            drawn = list(pool.map(_draw, [self] * len(parts), parts))
        return Drawn(
            np.concatenate([one.scores for one in drawn]),
            np.concatenate([one.ranks for one in drawn]),
            np.concatenate([one.failed for one in drawn]),
            np.concatenate([one.chosen for one in drawn]),
            tuple(dict.fromkeys(text for one in drawn for text in one.why)),
        )

    def refuse_failures(self, drawn: Drawn) -> None:
        """Raises DomainError when more than 5 % of the draws failed, naming the alternatives in which they did."""
        share = float(drawn.failed.mean())
        if share <= MOST_FAILED:
            return
        named = [
            f"{choice.step}[{option}]"
            for column, choice in enumerate(self._choices())
            for option in range(len(choice.options))
            if drawn.failed[drawn.chosen[:, column] == option].mean() > share
        ] or [factor.name for factor in self.factors]
        listed = ", ".join(named)
        vi, en = "; ".join(text.vi for text in drawn.why), "; ".join(text.en for text in drawn.why)
        raise DomainError(
            Text(
                f"{share:.1%} lượt tính không cho kết quả (tối đa {MOST_FAILED:.0%}), chủ yếu với: {listed}. {vi}",
                f"{share:.1%} of the draws failed (at most {MOST_FAILED:.0%} may), mostly with: {listed}. {en}",
            ),
            failed=share,
            alternatives=tuple(named),
        )

    def _choices(self) -> list[Choice]:
        return [factor for factor in self.factors if isinstance(factor, Choice)]


@attrs.frozen(eq=False)
class _Shaken:
    """What the factors make of some points: options taken, weight factors (nodes, draws), noise seeds (draws,)."""

    chosen: Ints
    weights: Floats | None
    seeds: Floats | None


def _read(experiment: Experiment, points: Floats) -> _Shaken:
    tree = experiment.index.tree
    draws = len(points)
    chosen: list[Ints] = []
    weights = np.ones((len(tree.ids), draws))
    shaken, seeds, column = False, None, 0
    for factor, width in zip(experiment.factors, experiment.widths(), strict=True):
        u = points[:, column : column + width]
        column += width
        if isinstance(factor, Choice):
            chosen.append(_option(u[:, 0], len(factor.options)))
        elif isinstance(factor, WeightNoise):
            weights[np.isin(tree.level, factor.levels)] *= 1.0 + factor.size * (2.0 * u.T - 1.0)
            shaken = True
        elif isinstance(factor, OneOut):
            weights[_option(u[:, 0], tree.leaves), np.arange(draws)] = 0.0
            shaken = True
        else:
            seeds = u[:, 0]
    options = np.stack(chosen, axis=1) if chosen else np.zeros((draws, 0), dtype=np.intp)
    return _Shaken(options, weights if shaken else None, seeds)


def _option(u: Floats, k: int) -> Ints:
    return np.minimum((u * k).astype(np.intp), k - 1)


def _draw(experiment: Experiment, points: Floats) -> Drawn:
    shaken = _read(experiment, points)
    draws, units = len(points), len(experiment.table.units)
    scores, failed = np.full((draws, units), np.nan), np.zeros(draws, dtype=np.bool_)
    why: dict[Text, None] = {}
    branches = _Branches(experiment)
    options, which = np.unique(shaken.chosen, axis=0, return_inverse=True)
    for number, option in enumerate(options):
        mine = np.flatnonzero(which.reshape(-1) == number)
        try:
            branch = branches.at(option)
        except DomainError as error:
            failed[mine] = True
            why[error.message] = None
            continue
        for start in range(0, len(mine), BATCH):
            part = mine[start : start + BATCH]
            bad = np.zeros(len(part), dtype=np.bool_)
            scores[part] = _score(experiment, branch, shaken, part, bad, why)
            failed[part] = bad
    scores[failed] = np.nan
    placed = np.concatenate([ranks(scores[start : start + BATCH]) for start in range(0, draws, BATCH)])
    return Drawn(scores, placed, failed, shaken.chosen, tuple(why))


@attrs.frozen(eq=False)
class _Branch:
    """One combination of options: the method, the prepared data and the weights before noise."""

    method: Method
    prepared: Prepared
    weighed: Weighed


class _Branches:
    """The combinations of options met so far; data are prepared once for each that changes their preparation."""

    def __init__(self, experiment: Experiment) -> None:
        self.experiment = experiment
        self.prepared: dict[tuple[int, ...], Prepared] = {}

    def at(self, option: Ints) -> _Branch:
        experiment, tree = self.experiment, self.experiment.index.tree
        choices = experiment._choices()
        taken = {choice.step: choice.options[number] for choice, number in zip(choices, option, strict=True)}
        method = attrs.evolve(experiment.method, **taken)
        key = tuple(
            int(number)
            for choice, number in zip(choices, option, strict=True)
            if choice.step not in ("weights", "aggregate")
        )
        if key not in self.prepared:
            self.prepared[key] = prepare(experiment.table, experiment.index, method)
        prepared = self.prepared[key]
        planned = plan(tree, method.aggregate, experiment.index.aggregate, posts(experiment.index, method))
        on_low = refuse(tree, experiment.table.units)
        return _Branch(method, prepared, weigh(tree, method.weights, planned, prepared.normalised, on_low))


def _score(
    experiment: Experiment, branch: _Branch, shaken: _Shaken, part: Ints, failed: Bools, why: dict[Text, None]
) -> Floats:
    """(draws, units) index scores of some draws of one branch; marks those that fail."""
    weights = branch.weighed.weights[:, None]
    if shaken.weights is not None:
        weights = weights * shaken.weights[:, part, None, None]
    leaves = branch.prepared.normalised[:, None]
    if shaken.seeds is not None:
        leaves = _with_noise(experiment, branch.method, shaken.seeds[part], failed, why)
    marked = np.zeros(len(part), dtype=np.bool_)
    top = climb(experiment.index.tree, branch.weighed.planned, leaves, weights, mark(marked))[-1]
    if marked.any():
        why[
            Text("Có điểm mà phép gộp không nhận (0 hoặc âm).", "Some scores were 0 or less, which it cannot take.")
        ] = None
    failed |= marked
    return np.broadcast_to(top[:, experiment.period], (len(part), top.shape[-1]))


def _with_noise(experiment: Experiment, method: Method, seeds: Floats, failed: Bools, why: dict[Text, None]) -> Floats:
    """(indicators, draws, periods, units) the indicators treated and normalised again for each draw's noise."""
    table = experiment.table
    factor = next(one for one in experiment.factors if isinstance(one, MeasurementError))
    error = np.where(np.isnan(factor.error), 0.0, factor.error)
    values = np.stack([table.values + error * _normal(seed, error.shape) for seed in seeds])
    if not table.periods and method.impute.how in ("none", "mean", "median"):
        # Draws stand in the place of periods that are treated and normalised each by itself.
        together = attrs.evolve(
            method,
            pooled=False,
            treat=attrs.evolve(method.treat, pooled=False),
            normalise=attrs.evolve(method.normalise, pooled=False),
        )
        per = None if table.per is None else np.broadcast_to(table.per, values.shape)
        many = attrs.evolve(table, values=values, periods=[str(i) for i in range(len(seeds))], per=per)
        try:
            return prepare(many, experiment.index, together).normalised[:, :, None]
        except DomainError:
            pass  # one draw spoils the batch: each is tried alone below
    leaves = np.full((experiment.index.tree.leaves, len(seeds), max(len(table.periods), 1), len(table.units)), np.nan)
    for i, draw in enumerate(values):
        try:
            leaves[:, i] = prepare(attrs.evolve(table, values=draw), experiment.index, method).normalised
        except DomainError as problem:
            failed[i] = True
            why[problem.message] = None
    return leaves


def _normal(u: float, shape: tuple[int, ...]) -> Floats:
    return np.random.default_rng(int(u * 2**53)).standard_normal(shape)
