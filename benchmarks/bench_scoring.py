"""The scoring engine against plain numpy written for the very same index, and against seconds."""

import time
import tracemalloc
from typing import Any

import attrs
import numpy as np
import pytest

from benchmarks import index as floor
from benchmarks.conftest import Compare
from stregistry.scoring.aggregate import copeland
from stregistry.scoring.attribution import over_causes
from stregistry.scoring.experiment import Experiment
from stregistry.scoring.factors import factors_of
from stregistry.scoring.method import Method
from stregistry.scoring.pipeline import run
from stregistry.scoring.sensitivity import design, indices, sensitivity
from stregistry.scoring.uncertainty import sobol_points, uncertainty
from stregistry.scoring.weight import bod

pytestmark = pytest.mark.benchmark(timer=time.process_time)

SPEC: dict[str, Any] = {
    "treat": {"winsorise": 5, "then": "log_ct"},
    "normalise": {"how": "min_max", "to": [1, 100]},
    "aggregate": {"how": "arithmetic"},
    "pooled": True,
}
OPEN: dict[str, Any] = {
    "treat": [{"winsorise": 5}, {"winsorise": 1}],
    "normalise": [{"how": "min_max", "to": [1, 100]}, {"how": "z_score", "mean": 50, "sd": 10}],
    "aggregate": [{"how": "arithmetic"}, {"how": "geometric"}],
    "weights": {"noise": 0.25, "levels": [1, 2, 3]},
}
SIX = OPEN | {"impute": [{"how": "none"}, {"how": "mean"}], "screen": [{"availability": 0.5}, {"availability": 0.6}]}


def test_the_floor_computes_the_same() -> None:
    """Ranks of the floor are those of the engine: it measures the same work."""
    for made in (floor.case(500, 50), floor.case(34, 50, 20)):
        stages = run(made.table, made.index, Method.of(SPEC))
        ours = stages.ranks[made.index.tree.leaves :]
        theirs = floor.pipeline(made)
        if made.table.periods:
            y = floor.min_max(floor.treated(made.columns), made.index.up).reshape(50, 20, 34)
            theirs = floor.ranked(floor.means(y, made.groups, made.index.tree.weight[:, None, None])[50:])
        else:
            theirs = theirs[:, None]
        np.testing.assert_array_equal(ours, theirs)


def test_pipeline(compare: Compare) -> None:
    made, method = floor.case(100_000, 50), Method.of(SPEC)
    compare(
        "treat, min-max, 3 levels and ranks of groups, 100 000 x 50",
        floor=lambda: floor.pipeline(made),
        ours=lambda: run(made.table, made.index, method).group_ranks,
        bar=1.5,
        seconds=0.5,
    )


def test_panel(compare: Compare) -> None:
    made, method = floor.case(34, 50, 20), Method.of(SPEC)
    weight = made.index.tree.weight[:, None, None]

    def plain() -> None:
        y = floor.min_max(floor.treated(made.columns), made.index.up).reshape(50, 20, 34)
        floor.ranked(floor.means(y, made.groups, weight)[50:])

    compare(
        "panel of 34 x 20 x 50, pooled",
        floor=plain,
        ours=lambda: run(made.table, made.index, method).group_ranks,
        seconds=0.02,
        rounds=20,
    )


def _experiment(units: int, indicators: int, spec: dict[str, Any]) -> tuple[floor.Case, Experiment]:
    made = floor.case(units, indicators)
    factors = factors_of(spec, SPEC)
    return made, Experiment(table=made.table, index=made.index, method=Method.of(SPEC), factors=factors)


def _plain_draws(made: floor.Case, points: Any) -> Any:
    """The draws by hand: eight prepared tables, noise on every weight, two ways to take means; then ranks."""
    tree = made.index.tree
    x, (draws, _) = made.columns, points.shape
    prepared = [floor.treated(x), x]
    leaves = []
    for y in prepared:
        up = np.where(made.index.up[:, None], y, -y)
        z = (up - up.mean(axis=1, keepdims=True)) / up.std(axis=1, ddof=1, keepdims=True) * 10 + 50
        leaves += [floor.min_max(y, made.index.up), np.maximum(z, 1.0)]
    noise = tree.weight[:, None] * (1 + 0.25 * (2 * points[:, -len(tree.ids) :].T - 1))
    which = (points[:, :3] >= 0.5) @ np.array([4, 2, 1])
    scores = np.empty((draws, x.shape[1]))
    for option in range(8):
        mine = np.flatnonzero(which == option)
        y = leaves[option // 2] if option % 2 == 0 else np.log(leaves[option // 2])
        for start in range(0, len(mine), 256):
            part = mine[start : start + 256]
            many = np.broadcast_to(y[:, None], (len(y), len(part), y.shape[1]))
            scores[part] = floor.means(many, made.groups, noise[:, part, None])[-1]
    return scores, floor.ranked(scores)


def _summary(scores: Any, ranks: Any) -> None:
    draws, units = ranks.shape
    np.quantile(scores, (0.5, 0.05, 0.95), axis=0)
    np.quantile(ranks, (0.5, 0.05, 0.95), axis=0)
    cells = ranks.astype(np.intp) - 1 + np.arange(units) * units
    _ = np.bincount(cells.reshape(-1), minlength=units * units).reshape(units, units) / draws


def test_draws(compare: Compare) -> None:
    made, experiment = _experiment(51, 49, OPEN)

    def plain() -> None:
        points = sobol_points(10_000, 3 + len(made.index.tree.ids), 1)
        _summary(*_plain_draws(made, points))

    compare(
        "10 000 draws, 51 x 49, four assumptions, ranks and P(rank)",
        floor=plain,
        ours=lambda: uncertainty(experiment, 10_000, seed=1),
        seconds=0.5,
    )


def test_sobol(compare: Compare) -> None:
    made, experiment = _experiment(63, 52, SIX)

    def plain() -> None:
        points = design(1024, [1, 1, 1, len(made.index.tree.ids), 1, 1], seed=1)
        scores, ranks = _plain_draws(made, points)
        indices(np.concatenate([scores, ranks], axis=1), 6, seed=1)

    tracemalloc.start()
    sensitivity(experiment, 1024, seed=1)
    megabytes = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    assert megabytes < 500, megabytes
    compare(
        f"Sobol: six assumptions, N = 1024, 63 x 52, bootstrap ({megabytes:.0f} MB)",
        floor=plain,
        ours=lambda: sensitivity(experiment, 1024, seed=1),
        seconds=1.5,
    )


def test_copeland(compare: Compare) -> None:
    rng = np.random.default_rng(1)
    y, w = rng.normal(size=(50, 1, 1000)), rng.uniform(0.5, 1, size=(50, 1, 1))

    def plain() -> None:
        net = np.zeros((1000, 1000))
        for row, weight in zip(y[:, 0], w[:, 0, 0], strict=True):
            net += weight * np.sign(row[:, None] - row)
        (net > 0).sum(axis=1) - (net < 0).sum(axis=1)

    compare("Copeland, 1000 x 50", floor=plain, ours=lambda: copeland(y, w), seconds=0.2)


def test_bod(compare: Compare) -> None:
    from scipy.optimize import linprog

    y = np.random.default_rng(1).uniform(1, 100, size=(10, 63))

    def plain() -> None:
        for own in y.T:
            linprog(-own, A_ub=y.T, b_ub=np.ones(63), method="highs")

    names = [str(n) for n in range(10)]
    compare(
        "benefit of the doubt, 63 x 10, a linear programme each",
        floor=plain,
        ours=lambda: bod(y, np.ones(10), names),
        seconds=0.5,
        rounds=3,
    )


def test_attribution(compare: Compare) -> None:
    before, after = floor.case(63, 50), floor.case(63, 50, seed=2)
    method, other = Method.of(SPEC), Method.of({**SPEC, "normalise": {"how": "z_score", "mean": 50, "sd": 10}})
    kept = run(before.table, before.index, method)

    def state(now: frozenset[str]) -> Any:
        values = before.table.values.copy()
        if "records" in now:
            values[:, :25] = after.table.values[:, :25]
        if "revised" in now:
            values[:, 25:] = after.table.values[:, 25:]
        table = attrs.evolve(before.table, values=values)
        taken = other if "framework" in now else method
        return run(table, before.index, taken, None if "scale" in now else kept).index_scores

    def plain() -> None:
        for _ in range(16):
            floor.pipeline(before)

    compare(
        "attribution to four causes, 63 x 50",
        floor=plain,
        ours=lambda: over_causes(state, ["records", "revised", "scale", "framework"]),
        seconds=0.2,
    )
