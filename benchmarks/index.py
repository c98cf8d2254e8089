"""Made-up tables and an index of three levels for the benchmarks of the scoring engine, and a floor in plain numpy.

The floor does what a person would write for this very index: no missing cells, no notes, no checks, no choice of
methods. Columns stand as rows, as ours do, so that no one pays for the layout.
"""

from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from stregistry.scoring.table import Index, Table
from stregistry.scoring.tree import Tree

Floats = NDArray[np.float64]
MOST = 5  # cells winsorised at most


@attrs.frozen(eq=False)
class Case:
    """A table and its index: `children` indicators to a group, four groups to a section, the rest as it comes."""

    table: Table
    index: Index

    @property
    def columns(self) -> Floats:
        """(indicators, cells) the values as rows."""
        values = self.table.values
        return np.ascontiguousarray(values.reshape(-1, values.shape[-1]).T)

    @property
    def groups(self) -> list[tuple[list[int], int]]:
        """(children, node) of each group from the bottom up."""
        return [(list(group.children), group.node) for group in self.index.tree.groups]


def case(units: int, indicators: int, periods: int = 0, seed: int = 1) -> Case:
    """Skewed and plain columns in turn, positive, without missing cells; each eighth column has outliers."""
    rng = np.random.default_rng(seed)
    shape = (periods, units, indicators) if periods else (units, indicators)
    values = rng.normal(10, 1, size=shape)
    values[..., ::3] = np.exp(rng.normal(0, 1.2, size=values[..., ::3].shape))
    values[..., ::8] = np.where(rng.uniform(size=values[..., ::8].shape) < 3 / units, 60.0, values[..., ::8])
    values = np.abs(values) + 0.1
    ids = [f"i{n}" for n in range(indicators)]
    parents: dict[str, str | None] = {id: f"g{n // 6}" for n, id in enumerate(ids)}
    parents |= {f"g{n}": f"s{n // 4}" for n in range((indicators - 1) // 6 + 1)}
    parents |= {f"s{n}": "top" for n in range((indicators - 1) // 24 + 1)}
    tree = Tree.of(ids, parents, {id: 1 + n % 3 for n, id in enumerate(parents)})
    up = np.arange(indicators) % 5 != 0
    extra: dict[str, Any] = {"periods": [str(2000 + n) for n in range(periods)]} if periods else {}
    return Case(Table(values=values, units=[f"u{n}" for n in range(units)], **extra), Index(tree=tree, up=up))


def moments(x: Floats) -> tuple[Floats, Floats]:
    """G1 and G2 of each row."""
    n = x.shape[1]
    d = x - x.mean(axis=1, keepdims=True)
    square = d * d
    s2, s3, s4 = square.sum(axis=1), (square * d).sum(axis=1), (square * square).sum(axis=1)
    g1 = np.sqrt(n) * s3 / s2**1.5 * np.sqrt(n * (n - 1)) / (n - 2)
    g2 = ((n + 1) * (n * s4 / s2**2 - 3) + 6) * (n - 1) / ((n - 2) * (n - 3))
    return g1, g2


def treated(x: Floats) -> Floats:
    """Winsorised, or the logarithm of the original where that does not help."""
    y = x.copy()
    g1, g2 = moments(x)
    for row in np.flatnonzero((np.abs(g1) >= 2) & (g2 >= 3.5)):
        y[row] = _treated(x[row])
    return y


def _treated(x: Floats) -> Floats:
    y, moved = x.copy(), 0
    while moved < MOST:
        g1, g2 = (float(g[0]) for g in moments(y[None]))
        if abs(g1) < 2 or g2 < 3.5:
            return y
        if g1 >= 0:
            at = y == y.max()
            y[at] = y[~at].max()
        else:
            at = y == y.min()
            y[at] = y[~at].min()
        moved += int(at.sum())
    g1, g2 = (float(g[0]) for g in moments(y[None]))
    if abs(g1) < 2 or g2 < 3.5:
        return y
    low, high = x.min(), x.max()
    return np.asarray(np.log(x - low + 0.01 * (high - low)))


def min_max(x: Floats, up: Any, low: float = 1.0, high: float = 100.0) -> Floats:
    """Each row on low..high, more is better."""
    least, most = x.min(axis=1, keepdims=True), x.max(axis=1, keepdims=True)
    share = (x - least) / (most - least)
    return np.where(up[:, None], share, 1 - share) * (high - low) + low


def means(y: Floats, groups: list[tuple[list[int], int]], weight: Floats) -> Floats:
    """(nodes, …) weighted arithmetic means up the tree; weight: (nodes, …)."""
    scores = np.empty((len(weight), *y.shape[1:]))
    scores[: len(y)] = y
    for children, node in groups:
        first, last = children[0], children[-1] + 1  # made up so that children stand side by side
        w = weight[first:last]
        scores[node] = np.einsum("c...,c...->...", w, scores[first:last]) / w.sum(axis=0)
    return scores


def ranked(scores: Floats) -> Floats:
    """Ranks of each row, 1 the highest, ties share the best."""
    order = np.argsort(-scores, axis=-1)
    ordered = np.take_along_axis(scores, order, axis=-1)
    first = np.ones(scores.shape, dtype=bool)
    first[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
    place = np.maximum.accumulate(np.where(first, np.arange(1, scores.shape[-1] + 1), 0), axis=-1)
    ranks = np.empty(scores.shape)
    np.put_along_axis(ranks, order, place.astype(np.float64), axis=-1)
    return ranks


def pipeline(made: Case) -> Floats:
    """Treated, normalised, aggregated over three levels and ranked: what `run` does for a table without gaps."""
    tree = made.index.tree
    y = min_max(treated(made.columns), made.index.up)
    scores = means(y, made.groups, tree.weight[:, None])
    return ranked(scores[tree.leaves :])
