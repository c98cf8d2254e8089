"""Putting indicators on one scale, on which more is always better.

x and basis are (rows, cells), a row being one indicator (of one period, when periods stand alone). The
scale is read from basis, which is x itself unless a scale is kept from another run. A cell that is not
measured stays NaN; a row without a scale becomes NaN as a whole, and NORMALISERS says why.
"""

from collections.abc import Callable, Sequence
from typing import Final

import attrs
import numpy as np

from stregistry.errors import DomainError
from stregistry.scoring import moments
from stregistry.scoring.faults import Bools, Floats
from stregistry.scoring.rank import Ties, ascending
from stregistry.text import Text


@attrs.frozen(eq=False)
class Ends:
    """What is known of each row besides its values.

    up: (rows, 1) True where more is better. low, high: (rows, 1) goalposts, goal: (rows, 1) the target, all in the
    indicator's own unit, NaN where there is none. reference: (rows, cells or 1) the reference unit's value.
    """

    up: Bools
    low: Floats
    high: Floats
    goal: Floats
    reference: Floats

    @property
    def sign(self) -> Floats:
        """(rows, 1) 1 where more is better, -1 where less is."""
        return np.where(self.up, 1.0, -1.0)

    def take(self, rows: Bools) -> "Ends":
        """The ends of some of the rows."""
        return Ends(self.up[rows], self.low[rows], self.high[rows], self.goal[rows], self.reference[rows])


def _worst_best(basis: Floats, ends: Ends) -> tuple[Floats, Floats]:
    low, high = moments.lowest(basis), moments.highest(basis)
    return np.where(ends.up, low, high), np.where(ends.up, high, low)


def _place(x: Floats, start: Floats, end: Floats) -> Floats:
    """(x - start) / (end - start); NaN where the two are the same."""
    width = end - start
    y = x - start
    y /= np.where(width == 0, np.nan, width)
    return y


def none(x: Floats, basis: Floats, ends: Ends) -> Floats:
    """x, turned so that more is better: for data that are scores already."""
    return x * ends.sign


def min_max(x: Floats, basis: Floats, ends: Ends, to: Sequence[float] = (0.0, 100.0)) -> Floats:
    """Position between the worst and the best value, on `to`."""
    low, high = to
    y = _place(x, *_worst_best(basis, ends))
    y *= high - low
    y += low
    return y


def z_score(x: Floats, basis: Floats, ends: Ends, mean: float = 0.0, sd: float = 1.0) -> Floats:
    """Distance from the mean in standard deviations (n - 1), times sd, plus mean."""
    flat = moments.highest(basis) == moments.lowest(basis)
    y = (x - moments.mean(basis)) * ends.sign
    y *= sd / np.where(flat, np.nan, moments.spread(basis, ddof=1))
    y += mean
    return y


def percentile_rank(x: Floats, basis: Floats, ends: Ends, ties: Ties = "min") -> Floats:
    """(r - 1) / (n - 1), r counted from the worst; NaN for a single measured value."""
    n = moments.count(basis).astype(np.float64)
    return borda(x, basis, ends, ties) / np.where(n > 1, n - 1, np.nan)


def borda(x: Floats, basis: Floats, ends: Ends, ties: Ties = "min") -> Floats:
    """r - 1, r counted from the worst: how many units are beaten."""
    return rank(x, basis, ends, ties) - 1.0


def rank(x: Floats, basis: Floats, ends: Ends, ties: Ties = "min") -> Floats:
    """The place counted from the worst, which is 1: the best value has the highest."""
    return ascending(x * ends.sign, basis * ends.sign, ties)


def distance_to_best(x: Floats, basis: Floats, ends: Ends) -> Floats:
    """1 - (distance to the best value) / range."""
    worst, best = _worst_best(basis, ends)
    return 1.0 - _place(x, best, worst)


def distance_to_reference(x: Floats, basis: Floats, ends: Ends, cap: bool = False) -> Floats:
    """(x - worst) / (reference unit - worst), at most 1 with cap; NaN if that unit is missing or the worst itself."""
    worst, _ = _worst_best(basis, ends)
    return _capped(_place(x, worst, ends.reference), cap)


def distance_to_target(x: Floats, basis: Floats, ends: Ends, cap: bool = False) -> Floats:
    """(x - worst) / (target - worst), at most 1 with cap; NaN unless the target is better than the worst value."""
    worst, _ = _worst_best(basis, ends)
    reachable = (ends.goal - worst) * ends.sign > 0
    return _capped(_place(x, worst, np.where(reachable, ends.goal, np.nan)), cap)


def _capped(y: Floats, cap: bool) -> Floats:
    return np.minimum(y, 1.0) if cap else y


def goalposts(x: Floats, basis: Floats, ends: Ends, cut: bool = True, to: Sequence[float] = (0.0, 1.0)) -> Floats:
    """Position between the two fixed posts, cut to 0..1 unless cut is False, then put on `to`.

    Raises DomainError where low >= high.
    """
    if (ends.low >= ends.high).any():
        row = int(np.flatnonzero(ends.low >= ends.high)[0])
        low, high = float(ends.low[row, 0]), float(ends.high[row, 0])
        raise DomainError(
            Text(
                f"Mốc dưới {low:g} không nhỏ hơn mốc trên {high:g}. Ghi low < high, dù chỉ tiêu tăng hay giảm là tốt.",
                f"The lower post {low:g} is not below the upper {high:g}. Write low < high, whatever the direction.",
            ),
            row=row,
            low=low,
            high=high,
        )
    y = _place(x, np.where(ends.up, ends.low, ends.high), np.where(ends.up, ends.high, ends.low))
    if cut:
        np.clip(y, 0.0, 1.0, out=y)
    return y * (to[1] - to[0]) + to[0]


def fraction_of_best(x: Floats, basis: Floats, ends: Ends) -> Floats:
    """x / max (needs min >= 0 and max > 0); where less is better min / x (needs min > 0); else NaN."""
    low, high = moments.lowest(basis), moments.highest(basis)
    upward = moments.divide(x, np.where((low >= 0) & (high > 0), high, np.nan))
    downward = moments.divide(np.where(low > 0, low, np.nan), x)
    return np.where(ends.up, upward, downward)


@attrs.frozen
class Normaliser:
    """A normalising function, and why a row with measured cells may come out without scores."""

    function: Callable[..., Floats]
    no_scale: Text


_FLAT = Text("mọi giá trị đo được bằng nhau", "all its measured values are equal")

NORMALISERS: Final[dict[str, Normaliser]] = {
    "none": Normaliser(none, _FLAT),
    "min_max": Normaliser(min_max, _FLAT),
    "z_score": Normaliser(z_score, _FLAT),
    "percentile_rank": Normaliser(percentile_rank, Text("chỉ có một giá trị", "it has a single measured value")),
    "borda": Normaliser(borda, _FLAT),
    "rank": Normaliser(rank, _FLAT),
    "distance_to_best": Normaliser(distance_to_best, _FLAT),
    "distance_to_reference": Normaliser(
        distance_to_reference,
        Text(
            "đơn vị tham chiếu không có số liệu hoặc chính là giá trị kém nhất",
            "the reference unit has no value or is itself the worst",
        ),
    ),
    "distance_to_target": Normaliser(
        distance_to_target,
        Text(
            "không có mục tiêu, hoặc mục tiêu không tốt hơn giá trị kém nhất",
            "it has no target, or the target is not better than its worst value",
        ),
    ),
    "goalposts": Normaliser(goalposts, Text("thiếu mốc dưới hoặc mốc trên", "it has no lower or no upper post")),
    "fraction_of_best": Normaliser(
        fraction_of_best,
        Text(
            "có giá trị âm hoặc không có giá trị nào lớn hơn 0 (khi giảm là tốt: mọi giá trị phải lớn hơn 0)",
            "it has negative values or none above 0 (where less is better, all have to be above 0)",
        ),
    ),
}

# These read the indicator's own unit, so a logarithm before them would make posts and targets meaningless.
OWN_UNIT: Final = frozenset({"goalposts", "distance_to_target", "fraction_of_best"})
