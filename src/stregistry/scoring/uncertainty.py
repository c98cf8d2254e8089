"""How sure a rank is: the spread of scores and ranks when the assumptions vary."""

import attrs
import numpy as np

from stregistry.scoring.experiment import Drawn, Experiment
from stregistry.scoring.faults import Bools, Floats


@attrs.frozen(eq=False)
class Spread:
    """(units,) median, 5 % and 95 % quantile (type 7) over the draws in which the unit has a value."""

    median: Floats
    low: Floats
    high: Floats


@attrs.frozen(eq=False)
class Uncertainty:
    """The outcome of `uncertainty`.

    scores, ranks: (draws, units); a failed draw is NaN, and is left out of everything below.
    failed: (draws,). score, rank: their spread. p_rank: (units, ranks) the share of its draws in which a unit has
    rank 1, 2, …; each row of a unit with a score sums to 1.
    """

    scores: Floats
    ranks: Floats
    failed: Bools
    score: Spread
    rank: Spread
    p_rank: Floats

    def above(self) -> Floats:
        """(units, units) the share of draws in which the first unit ranks strictly above the second.

        Only draws in which both are ranked count; `tied` has the ties, so above[i, j] + above[j, i] + tied[i, j] = 1.
        """
        return self._share(np.less)

    def tied(self) -> Floats:
        """(units, units) the share of draws in which the two share a rank."""
        return self._share(np.equal)

    def _share(self, holds: np.ufunc) -> Floats:
        columns = np.ascontiguousarray(self.ranks.T)
        ranked = ~np.isnan(columns)
        share = np.empty((len(columns), len(columns)))
        for i, mine in enumerate(columns):
            both = (ranked & ranked[i]).sum(axis=1)
            share[i] = np.where(both > 0, holds(mine, columns).sum(axis=1) / np.maximum(both, 1), np.nan)
        return share


def sobol_points(draws: int, columns: int, seed: int) -> Floats:
    """(draws, columns) the first points of a scrambled Sobol sequence in 0..1. Scrambled after Owen."""
    from scipy.stats import qmc

    if columns == 0:
        return np.zeros((draws, 0))
    # A whole power of 2 is drawn and cut off, as the sequence is balanced only there (and scipy warns elsewhere).
    power = max(int(draws) - 1, 0).bit_length()
    points: Floats = qmc.Sobol(columns, scramble=True, seed=np.random.default_rng(seed)).random_base2(power)
    return points[:draws]


def uncertainty(experiment: Experiment, draws: int, *, seed: int, processes: int = 1) -> Uncertainty:
    """Scores and ranks of the index under `draws` sets of assumptions.

    The same seed gives the same bits, whatever the number of processes. Raises DomainError when more than 5 % of the
    draws fail, naming the alternatives in which they do. Needs scipy.
    """
    points = sobol_points(draws, sum(experiment.widths()), seed)
    return summarise(experiment, experiment.draw(points, processes))


def summarise(experiment: Experiment, drawn: Drawn) -> Uncertainty:
    """The spread of scores and ranks over draws that were made. Raises as `uncertainty` does."""
    experiment.refuse_failures(drawn)
    counts = rank_counts(drawn.ranks)
    total = counts.sum(axis=1, keepdims=True)
    p_rank = np.where(total > 0, counts / np.maximum(total, 1), np.nan)
    score = Spread(*quantiles(drawn.scores, (0.5, 0.05, 0.95)))
    rank = Spread(*_quantiles_of_counts(counts, (0.5, 0.05, 0.95)))
    return Uncertainty(drawn.scores, drawn.ranks, drawn.failed, score, rank, p_rank)


def rank_counts(ranks: Floats) -> Floats:
    """(units, ranks) how often each unit has each rank in (draws, units)."""
    units = ranks.shape[1]
    ranked = ~np.isnan(ranks)
    cells = np.where(ranked, ranks - 1, 0).astype(np.intp) + np.arange(units) * units
    flat: Floats = np.bincount(cells[ranked], minlength=units * units).astype(np.float64)
    return flat.reshape(units, units)


def quantiles(values: Floats, at: tuple[float, ...]) -> Floats:
    """(len(at), columns) quantiles of each column of (draws, columns), NaN left out; NaN for an empty column.

    Linear between order statistics: type 7 of Hyndman and Fan 1996, The American Statistician 50.
    """
    ordered = np.sort(np.ascontiguousarray(values.T), axis=1)  # NaN goes last
    n = (~np.isnan(ordered)).sum(axis=1)
    result = np.full((len(at), len(ordered)), np.nan)
    rows = np.arange(len(ordered))
    for i, q in enumerate(at):
        place = q * np.maximum(n - 1, 0)
        below = place.astype(np.intp)
        low = ordered[rows, below]
        high = ordered[rows, np.minimum(below + 1, np.maximum(n - 1, 0))]
        result[i] = low + (high - low) * (place - below)
    return result


def _quantiles_of_counts(counts: Floats, at: tuple[float, ...]) -> Floats:
    """As `quantiles`, from how often each unit has each rank: no sorting of draws."""
    summed = counts.cumsum(axis=1)
    n = summed[:, -1]
    result = np.full((len(at), len(counts)), np.nan)
    for i, q in enumerate(at):
        place = q * np.maximum(n - 1, 0)
        below = np.floor(place)
        low = (summed > below[:, None]).argmax(axis=1) + 1.0
        high = (summed > np.minimum(below + 1, n - 1)[:, None]).argmax(axis=1) + 1.0
        result[i] = np.where(n > 0, low + (high - low) * (place - below), np.nan)
    return result
