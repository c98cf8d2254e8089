"""Which assumption a rank depends on: variance-based sensitivity indices with bootstrap intervals."""

import itertools
from collections.abc import Sequence

import attrs
import numpy as np

from stregistry.errors import DomainError
from stregistry.scoring import moments
from stregistry.scoring.experiment import Drawn, Experiment
from stregistry.scoring.factors import Choice
from stregistry.scoring.faults import Floats, Ints
from stregistry.scoring.pipeline import run
from stregistry.scoring.uncertainty import Uncertainty, quantiles, sobol_points, summarise
from stregistry.text import Text


@attrs.frozen(eq=False)
class Indices:
    """First-order and total indices, each (factors, outputs), with 5 % and 95 % bootstrap bounds.

    NaN where the output does not vary at all: there is nothing to share out.
    """

    first: Floats
    first_low: Floats
    first_high: Floats
    total: Floats
    total_low: Floats
    total_high: Floats

    def take(self, outputs: slice) -> "Indices":
        """The indices of some of the outputs."""
        return Indices(*(getattr(self, field.name)[:, outputs] for field in attrs.fields(Indices)))

    def ordered(self, factors: Sequence[int]) -> "Indices":
        """The indices with the factors in another order."""
        return Indices(*(getattr(self, field.name)[list(factors)] for field in attrs.fields(Indices)))


@attrs.frozen(eq=False)
class Sensitivity:
    """The outcome of `sensitivity`.

    factors: their names. shift: indices of the mean absolute rank shift against the method itself, (factors, 1).
    score, rank: indices of each unit's score and rank, (factors, units). spread: uncertainty from the base draws.
    """

    factors: tuple[str, ...]
    shift: Indices
    score: Indices
    rank: Indices
    spread: Uncertainty


def design(n: int, widths: Sequence[int], seed: int) -> Floats:
    """(n·(d + 2), columns) the points of A, B and AB_1 … AB_d, one block after another.

    One Sobol sequence of twice the columns gives A (first half) and B (second half); AB_i is A with the columns of
    factor i from B. widths: the columns of each factor. Raises DomainError unless n is a power of 2.
    After Saltelli et al. 2010.
    """
    if n < 2 or n & (n - 1):
        raise DomainError(
            Text(f"Số điểm phải là lũy thừa của 2, không phải {n}.", f"The sample has to be a power of 2, not {n}."),
            n=n,
        )
    columns = sum(widths)
    points = sobol_points(n, 2 * columns, seed)
    a, b = points[:, :columns], points[:, columns:]
    blocks, start = [a, b], 0
    for width in widths:
        mixed = a.copy()
        mixed[:, start : start + width] = b[:, start : start + width]
        blocks.append(mixed)
        start += width
    return np.concatenate(blocks)


def indices(y: Floats, factors: int, *, seed: int, bootstrap: int = 1000, centre: bool = True) -> Indices:
    """Sensitivity indices from the outputs, (n·(d + 2), outputs), at the points of `design`.

    V: variance (n - 1) over A and B. First order: mean((yB - ȳ)(yAB - yA)) / V, total: Σ(yA - yAB)² / (2n·V).
    centre False leaves ȳ out, only to compare with implementations that do. The bootstrap draws rows again, V too.
    Rows in which any run failed (all outputs NaN) are left out.
    """
    blocks = y.reshape(factors + 2, -1, y.shape[1])
    blocks = blocks[:, ~np.isnan(blocks).all(axis=2).any(axis=0)]
    shift = np.nan_to_num(blocks[:2].mean(axis=(0, 1)))
    # The indices do not change with the origin, and sums about the mean lose no digits.
    a, b, mixed = blocks[0] - shift, blocks[1] - shift, blocks[2:] - shift
    moved = mixed - a
    n = len(a)
    once = np.ones((1, n))
    parts = np.concatenate([(a + b)[None], (a * a + b * b)[None], b * moved, moved, moved * moved])
    features = np.moveaxis(parts, 1, 0).reshape(n, -1)
    first, total = _ratios(once, features, factors, centre, shift)
    rng = np.random.default_rng(seed)
    counts = np.stack([np.bincount(rng.integers(0, n, n), minlength=n) for _ in range(bootstrap)]).astype(np.float64)
    firsts, totals = _ratios(counts, features, factors, centre, shift)
    bounds = [_bounds(values) for values in (firsts, totals)]
    return Indices(first[0], *bounds[0], total[0], *bounds[1])


def _ratios(counts: Floats, features: Floats, factors: int, centre: bool, shift: Floats) -> tuple[Floats, Floats]:
    """First-order and total indices, (samples, factors, outputs), for each row of counts: how often a row is taken."""
    n = counts.shape[1]
    # A matrix product is right here: these are sums over draws, not scores, and are computed in one place only.
    with np.errstate(invalid="ignore"):
        sums = (counts @ features).reshape(len(counts), 2 + 3 * factors, -1)
    mean = sums[:, 0] / (2 * n)
    variance = (sums[:, 1] - 2 * n * mean * mean) / (2 * n - 1)
    # An output that varies only in its last digits does not vary.
    variance = np.where((variance > 1e-12 * sums[:, 1] / n) & (variance > (1e-12 * shift) ** 2), variance, np.nan)[
        :, None
    ]
    product, moved, square = (sums[:, 2 + k * factors : 2 + (k + 1) * factors] / n for k in range(3))
    first = product - mean[:, None] * moved if centre else product + shift * moved
    return moments.divide(first, variance), moments.divide(square / 2, variance)


def _bounds(values: Floats) -> tuple[Floats, Floats]:
    low, high = quantiles(values.reshape(len(values), -1), (0.05, 0.95))
    return low.reshape(values.shape[1:]), high.reshape(values.shape[1:])


def sensitivity(
    experiment: Experiment, n: int, *, seed: int, bootstrap: int = 1000, centre: bool = True, processes: int = 1
) -> Sensitivity:
    """Indices of every factor from n·(d + 2) runs, n a power of 2; a weight vector is one factor.

    The same seed gives the same bits, whatever the number of processes. Raises DomainError for an n that is no power
    of 2, for one too small to tell the assumptions apart, and when more than 5 % of the draws fail. Needs scipy.
    """
    d = len(experiment.factors)
    experiment, places = _narrow_first(experiment)
    points = design(n, experiment.widths(), seed)
    _refuse_confounded(experiment, n, seed)
    drawn = experiment.draw(points, processes)
    experiment.refuse_failures(drawn)
    base = run(experiment.table, experiment.index, experiment.method).ranks[-1, experiment.period]
    moved = np.abs(drawn.ranks - base)
    ranked = ~np.isnan(moved)
    shift = moments.divide(np.where(ranked, moved, 0.0).sum(axis=1), ranked.sum(axis=1).astype(np.float64))
    outputs = np.concatenate([shift[:, None], drawn.scores, drawn.ranks], axis=1)
    found = indices(outputs, d, seed=seed, bootstrap=bootstrap, centre=centre).ordered(places)
    units = drawn.scores.shape[1]
    return Sensitivity(
        tuple(experiment.factors[place].name for place in places),
        found.take(slice(0, 1)),
        found.take(slice(1, 1 + units)),
        found.take(slice(1 + units, None)),
        summarise(experiment, _first(drawn, 2 * n)),
    )


def _narrow_first(experiment: Experiment) -> tuple[Experiment, list[int]]:
    """The experiment with single choices before weight vectors, and where each factor went.

    The first columns of a Sobol sequence fill their space with the fewest points; a choice behind fifty weights could
    run in step with another column.
    """
    widths = experiment.widths()
    order = sorted(range(len(widths)), key=widths.__getitem__)
    factors = tuple(experiment.factors[at] for at in order)
    first = attrs.evolve(experiment, factors=factors)  # type: ignore[arg-type]  # as in scores.doubt
    return first, [order.index(at) for at in range(len(order))]


def confounded(experiment: Experiment, n: int, seed: int) -> tuple[str, str] | None:
    """Two assumptions whose alternatives do not all meet in the n points of A and B; None when all do.

    The first bits of n points of a Sobol sequence follow one of n / 2 patterns, so that among many columns two may run
    in step: an assumption that is the same in A and B, or always with another one, would come out with a wrong index.
    """
    experiment, _ = _narrow_first(experiment)
    widths = experiment.widths()
    points = sobol_points(n, 2 * sum(widths), seed)
    starts = np.cumsum([0, *widths])
    columns = [
        (factor.name, k := len(factor.options), np.minimum((points[:, at] * k).astype(int), k - 1))
        for half in (0, sum(widths))
        for factor, at in zip(experiment.factors, starts[:-1] + half, strict=True)
        if isinstance(factor, Choice)
    ]
    for (one, k, x), (other, m, y) in itertools.combinations(columns, 2):
        if len(np.unique(x * m + y)) < k * m:
            return one, other
    return None


def _refuse_confounded(experiment: Experiment, n: int, seed: int) -> None:
    found = confounded(experiment, n, seed)
    if found is None:
        return
    what = found[0] if found[0] == found[1] else f"{found[0]}, {found[1]}"
    raise DomainError(
        Text(
            f"{n} điểm là quá ít: các phương án của {what} không gặp nhau đủ. Lấy {2 * n} điểm trở lên.",
            f"{n} points are too few: the alternatives of {what} do not all meet. Take {2 * n} or more.",
        ),
        n=n,
        assumptions=found,
    )


def _first(drawn: Drawn, draws: int) -> Drawn:
    """The draws of A and B, which are points of the sequence; the mixed ones would count assumptions twice."""
    keep: Ints = np.arange(draws)
    return Drawn(drawn.scores[keep], drawn.ranks[keep], drawn.failed[keep], drawn.chosen[keep], drawn.why)
