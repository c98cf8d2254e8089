"""Several scores into one.

y is (children, ..., periods, units) and w broadcasts against it: (children, ..., 1, 1), or with a last axis of
units where each unit has its own weights. A missing child is left out and the other weights rescaled; where
nothing is left the result is NaN. Sums run over the children one after the other, elementwise: never through
a matrix product, whose last bit depends on how many rows are computed together. So a score does not change
with the batch it is computed in, and identical units get identical scores.
"""

from collections.abc import Callable
from typing import Any, Final

import attrs
import numpy as np

from stregistry.errors import DomainError
from stregistry.scoring import moments
from stregistry.scoring.faults import Bools, Floats
from stregistry.text import Text

POSITIVE: Final = Text("lớn hơn 0", "above 0")
NOT_NEGATIVE: Final = Text("từ 0 trở lên", "of 0 or more")


def _sums(y: Floats, w: Floats) -> tuple[Floats, Floats]:
    """Σ w·y over the measured children, and Σ w of the same."""
    shape = np.broadcast_shapes(y.shape[1:], w.shape[1:])
    top, term = np.zeros(shape), np.empty(shape)
    if not np.isnan(y).any():
        total = np.zeros(w.shape[1:])
        for child, weight in zip(y, w, strict=True):
            np.multiply(child, weight, out=term)
            top += term
            total += weight
        return top, total
    total = np.zeros(shape)
    for child, weight in zip(y, w, strict=True):
        missing = np.isnan(child)
        np.multiply(np.where(missing, 0.0, child), weight, out=term)
        top += term
        total += np.where(missing, 0.0, weight)
    return top, total


def _mean(y: Floats, w: Floats) -> Floats:
    top, total = _sums(y, w)
    if total.all():
        top /= total
        return top
    return np.where(total == 0, np.nan, top / np.where(total == 0, 1.0, total))


def _looked_at(y: Floats, w: Floats, least: Text) -> Floats:
    """y with the children of weight 0 made harmless. Raises DomainError for a score under the least allowed."""
    low = y <= 0 if least is POSITIVE else y < 0
    if not low.any():
        return y
    if (low & (w != 0)).any():
        where = tuple(int(i) for i in np.argwhere(low & (w != 0))[0])
        raise DomainError(
            Text(
                f"Phép gộp này cần điểm {least.vi}; có điểm {y[low].min():g}.",
                f"This aggregation needs scores {least.en}; there is {y[low].min():g}.",
            ),
            child=where[0],
            unit=where[-1],
        )
    return np.where(low, 1.0, y)


def arithmetic(y: Floats, w: Floats) -> Floats:
    """Σ w·y / Σ w."""
    return _mean(y, w)


def weighted_sum(y: Floats, w: Floats) -> Floats:
    """Σ w·y, without rescaling: for weights that already say what a point is worth (`weight.bod`)."""
    top, total = _sums(y, w)
    return np.where(total == 0, np.nan, top)


def geometric(y: Floats, w: Floats) -> Floats:
    """exp(Σ w·ln y / Σ w). Raises DomainError for y <= 0."""
    return np.exp(_mean(np.log(_looked_at(y, w, POSITIVE)), w))


def harmonic(y: Floats, w: Floats) -> Floats:
    """Σ w / Σ (w / y). Raises DomainError for y <= 0."""
    return moments.divide(np.ones(()), _mean(1.0 / _looked_at(y, w, POSITIVE), w))


def generalised_mean(y: Floats, w: Floats, p: float = 1.0) -> Floats:
    """(Σ w·y^p / Σ w)^(1/p), the geometric mean for p = 0.

    Raises DomainError for y <= 0 when p <= 0, and for y < 0 when p > 0 is not 1.
    """
    if p == 1:
        return arithmetic(y, w)
    if p == 0:
        return geometric(y, w)
    y = _looked_at(y, w, POSITIVE if p < 0 else NOT_NEGATIVE)
    # Measured against the child that dominates, no power can overflow.
    scale = np.fmax.reduce(y, axis=0) if p > 0 else np.fmin.reduce(y, axis=0)
    scale = np.where(scale == 0, 1.0, scale)
    return np.asarray(scale * _mean((y / scale) ** p, w) ** (1.0 / p))


def median(y: Floats, w: Floats) -> Floats:
    """The weighted median: the lowest child up to which half the weight lies; at exactly half the lower of two."""
    y, w = np.broadcast_arrays(y, w)
    w = np.where(np.isnan(y), 0.0, w)
    order = np.argsort(y, axis=0, kind="stable")  # NaN goes last
    summed = np.add.accumulate(np.take_along_axis(w, order, axis=0), axis=0)
    # Weights like 0.1 do not add up to exactly half of their sum: half within rounding counts as half.
    first = np.argmax(summed >= summed[-1] * (0.5 - 1e-12), axis=0)[None]
    chosen = np.take_along_axis(np.take_along_axis(y, order, axis=0), first, axis=0)[0]
    return np.where(summed[-1] > 0, chosen, np.nan)


def mpi(y: Floats, w: Floats, high_is_good: bool = True) -> Floats:
    """Mazziotta-Pareto index M - S²/M of the children standardised to mean 100 and population sd 10.

    M and S are the weighted mean and population standard deviation over the unit's children; where high is bad the
    penalty is added. Children are standardised over the units of each period; one without spread is left out.
    After De Muro, Mazziotta and Pareto 2011; weighted as in Mazziotta and Pareto, Rivista Italiana di Economia,
    Demografia e Statistica 2022 (abstract).
    """
    flat = moments.highest(y) == moments.lowest(y)
    z = 100.0 + 10.0 * (y - moments.mean(y)) / np.where(flat, np.nan, moments.spread(y, ddof=0))
    return _penalised(z, w, high_is_good)


def ampi(y: Floats, w: Floats, posts: Floats | None, high_is_good: bool = True) -> Floats:
    """Adjusted Mazziotta-Pareto index: as `mpi` over children whose goalposts are put at 70 and 130.

    posts: (children, 2) the goalposts on the children's scale; NaN, or None, takes the lowest and highest score over
    all periods and units. A child without range is left out.
    After Mazziotta and Pareto 2016.
    """
    flat = y.reshape(*y.shape[:-2], -1)
    low, high = moments.lowest(flat)[..., None], moments.highest(flat)[..., None]
    if posts is not None:
        fixed = posts.reshape(len(y), 2, *(1,) * (y.ndim - 1))
        low = np.where(np.isnan(fixed[:, 0]), low, fixed[:, 0])
        high = np.where(np.isnan(fixed[:, 1]), high, fixed[:, 1])
    r = 70.0 + 60.0 * (y - low) / np.where(high > low, high - low, np.nan)
    return _penalised(r, w, high_is_good)


def _penalised(z: Floats, w: Floats, high_is_good: bool) -> Floats:
    m = _mean(z, w)
    variance = _mean((z - m) ** 2, w)
    penalty = moments.divide(variance, m)
    return m - penalty if high_is_good else m + penalty


def copeland(y: Floats, w: Floats) -> Floats:
    """How many units are beaten minus how many win, pair by pair, by the weight of the children each leads in.

    Only children that both units of a pair have are compared; a pair with none in common counts for neither.
    """
    y, w = np.broadcast_arrays(y, w)
    lead = y.shape[1:-1]
    result = np.empty(y.shape[1:])
    for place in np.ndindex(*lead):
        at = (slice(None), *place)
        result[place] = _copeland(np.ascontiguousarray(y[at]), w[at][:, 0])
    return result


def _copeland(y: Floats, w: Floats) -> Floats:
    units = y.shape[1]
    tolerance = 1e-12 * w.sum()
    result = np.empty(units)
    rows = max(1, moments.BLOCK_CELLS // max(units, 1))
    for start in range(0, units, rows):
        net = np.zeros((len(y[0, start : start + rows]), units))
        for child, weight in zip(y, w, strict=True):
            mine = child[start : start + rows, None]
            # NaN compares false both ways: a child that one of the two lacks counts for neither.
            net += weight * (np.greater(mine, child).view(np.int8) - np.less(mine, child).view(np.int8))
        result[start : start + rows] = (net > tolerance).sum(axis=1) - (net < -tolerance).sum(axis=1)
    return np.where((~np.isnan(y) & (w != 0)[:, None]).any(axis=0), result, np.nan)


def available(y: Floats, limit: float) -> Bools:
    """(..., periods, units) False where the measured share k/m of the children lies below the limit."""
    enough: Bools = (~np.isnan(y)).sum(axis=0) / len(y) >= limit
    return enough


def _no_least(**_: Any) -> Text | None:
    return None


def _positive(**_: Any) -> Text | None:
    return POSITIVE


def _by_power(p: float = 1.0, **_: Any) -> Text | None:
    if p == 1:
        return None
    return NOT_NEGATIVE if p > 0 else POSITIVE


@attrs.frozen
class Aggregator:
    """An aggregating function.

    least: from its parameters, which scores it can take (None: any).
    """

    function: Callable[..., Floats]
    least: Callable[..., Text | None] = _no_least


AGGREGATORS: Final[dict[str, Aggregator]] = {
    "arithmetic": Aggregator(arithmetic),
    "geometric": Aggregator(geometric, _positive),
    "harmonic": Aggregator(harmonic, _positive),
    "generalised_mean": Aggregator(generalised_mean, _by_power),
    "copeland": Aggregator(copeland),
    "median": Aggregator(median),
    "mpi": Aggregator(mpi),
    "ampi": Aggregator(ampi),
}
