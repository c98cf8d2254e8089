"""Moving the cells at the end of a row to the next value inside, until the row is no longer too skewed."""

import attrs
import numpy as np

from stregistry.scoring import moments
from stregistry.scoring.faults import Bools, Floats, Ints

# From this length on a row is cut into a core, summed once, and two short tails that the passes work on.
LONG_ROW = 4096


@attrs.frozen(eq=False)
class Limits:
    """When a row passes, each (rows,): |G1| < skewness or G2 < kurtosis; cells: no further pass from here on."""

    cells: Ints
    skewness: Floats
    kurtosis: Floats

    def passes(self, skew: Floats, kurtosis: Floats) -> Bools:
        """(rows,) True where the row passes; NaN passes nothing."""
        good: Bools = (np.abs(skew) < self.skewness) | (kurtosis < self.kurtosis)
        return good

    def take(self, rows: Ints) -> "Limits":
        """The limits of some of the rows."""
        return Limits(self.cells[rows], self.skewness[rows], self.kurtosis[rows])


@attrs.frozen(eq=False)
class Winsorised:
    """What winsorising came to, each (rows,).

    moved: cells moved, at the top plus at the bottom. low, high: where they were moved to, -inf and inf for none.
    skew, kurtosis: G1 and G2 of the winsorised row.
    """

    moved: Ints
    low: Floats
    high: Floats
    skew: Floats
    kurtosis: Floats


def winsorise(x: Floats, skew: Floats, limits: Limits) -> Winsorised:
    """Each of these failing rows of (rows, cells) winsorised until it passes or its limit of cells is reached.

    One pass moves all cells at the maximum to the next lower distinct value when G1 >= 0, else all at the minimum
    to the next higher one. The limit is looked at before each pass, so tied cells may go past it. A pass that would
    make the row constant is not taken. skew: (rows,) G1 of the rows as they are.
    """
    rows, cells = x.shape
    done = Winsorised(
        np.zeros(rows, dtype=np.intp), np.full(rows, -np.inf), np.full(rows, np.inf), skew.copy(), np.full(rows, np.nan)
    )
    whole = np.ones(rows, dtype=np.bool_)
    if cells >= LONG_ROW:
        for i in range(rows):
            tails = _tails(x[i], int(limits.cells[i]))
            if tails is not None:
                here = np.array([i])
                whole[i] = not _passes(done, here, tails[0], tails[1], limits.take(here))
    left = np.flatnonzero(whole)
    done.skew[left], done.low[left], done.high[left] = skew[left], -np.inf, np.inf
    for part in moments.blocks(left, cells):
        _passes(done, part, x[part].copy(), None, limits.take(part))
    return done


@attrs.frozen(eq=False)
class _Core:
    """The cells of one long row that no pass reaches: how many, and their power sums about a centre.

    inner_low, inner_high: the tail cells next to the core. A pass that would start there cannot be trusted, as
    cells of the same value may lie in the core.
    """

    cells: int
    centre: float
    sums: tuple[float, float, float, float]
    inner_low: float
    inner_high: float


def _tails(row: Floats, limit: int) -> tuple[Floats, _Core] | None:
    """The ends of a long row as (1, 2k), with the sums of what lies between; None if too little is measured."""
    measured = row[~np.isnan(row)] if np.isnan(row).any() else row
    k = limit + 8
    if len(measured) < 4 * k:
        return None
    ordered = np.partition(measured, (k - 1, len(measured) - k))
    core = ordered[k:-k]
    centre = float(core.mean())
    d = core - centre
    square = d * d
    sums = (float(d.sum()), float(square.sum()), float((square * d).sum()), float((square * square).sum()))
    tails = np.concatenate([ordered[:k], ordered[-k:]])[None, :]
    return tails, _Core(len(core), centre, sums, float(ordered[k - 1]), float(ordered[-k]))


def _passes(done: Winsorised, rows: Ints, y: Floats, core: _Core | None, limits: Limits) -> bool:
    """Runs the passes on y, (rows, cells), writing into `done`; False if a tail turned out too short."""
    at_top, at_bottom = np.zeros(len(rows), dtype=np.intp), np.zeros(len(rows), dtype=np.intp)
    active = np.arange(len(rows))
    while len(active):
        here = rows[active]
        mirror = np.where(done.skew[here] >= 0, 1.0, -1.0)[:, None]
        turned = y[active] * mirror
        top = moments.highest(turned)
        if core is not None and top[0, 0] <= (core.inner_high if mirror[0, 0] > 0 else -core.inner_low):
            return False
        at_end = turned == top
        next_lower = np.fmax.reduce(np.where(at_end, -np.inf, turned), axis=1, keepdims=True)
        useful = (next_lower > moments.lowest(turned))[:, 0]
        y[active[useful]] = (np.where(at_end, next_lower, turned) * mirror)[useful]
        cells, ends = at_end.sum(axis=1), (next_lower * mirror)[:, 0]
        upper = (mirror > 0)[:, 0] & useful
        lower = (mirror < 0)[:, 0] & useful
        at_top[active[upper]], done.high[here[upper]] = cells[upper], ends[upper]
        at_bottom[active[lower]], done.low[here[lower]] = cells[lower], ends[lower]
        if core is None:
            done.skew[here], done.kurtosis[here] = moments.skew_kurtosis(y[active])
        else:
            done.skew[here], done.kurtosis[here] = _with_core(y[0], core)
        failing = ~limits.take(active).passes(done.skew[here], done.kurtosis[here])
        active = active[useful & failing & ((at_top + at_bottom)[active] < limits.cells[active])]
    done.moved[rows] = at_top + at_bottom
    return True


def _with_core(tails: Floats, core: _Core) -> tuple[float, float]:
    """G1 and G2 of the cells of the tails and the core together.

    The core's sums are taken once about its own mean, so nothing large is ever subtracted from a running total.
    """
    d = tails - core.centre
    n = len(tails) + core.cells
    p1, p2, p3, p4 = (float((d**k).sum()) + core.sums[k - 1] for k in (1, 2, 3, 4))
    m = p1 / n
    s2 = p2 - n * m**2
    s3 = p3 - 3 * m * p2 + 2 * n * m**3
    s4 = p4 - 4 * m * p3 + 6 * m**2 * p2 - 3 * n * m**4
    return moments.from_sums(float(n), s2, s3, s4)
