"""Filling cells that were not measured.

x has (indicators, periods, units). Each function returns a new array in which some NaN cells have a
value; cells that were measured are never touched, and what stays NaN had nothing to be filled from.
"""

from collections.abc import Callable
from typing import Final, Literal

import attrs
import numpy as np

from stregistry.errors import DomainError
from stregistry.scoring import moments
from stregistry.scoring.faults import Bools, Floats, Ints
from stregistry.text import Text


@attrs.frozen(eq=False)
class Surroundings:
    """What a cell can be filled from.

    family: (indicators,) the node of each indicator's own group in the tree.
    up: (indicators,) True where more is better.
    times: (periods,) the periods as numbers, rising.
    within: (units,) the group of each unit as a number, -1 for a unit without one; None when not asked for.
    """

    family: Ints
    up: Bools
    times: Floats
    within: Ints | None = None


def denominate(x: Floats, per: Floats, scale: float = 1.0) -> Floats:
    """x / (per / scale); NaN where per is NaN or 0, as there is nothing to divide by.

    Raises DomainError if any per is negative: dividing by it would turn the order round.

    >>> denominate(np.array([3.0, 3.0]), np.array([1500.0, 0.0]), 1000.0)
    array([ 2., nan])
    """
    if (per < 0).any():
        raise DomainError(
            Text(
                f"Mẫu số âm ({per[per < 0][0]:g}). Mẫu số phải lớn hơn 0; sửa số liệu mẫu số.",
                f"A denominator is negative ({per[per < 0][0]:g}). It has to be above 0; mend the denominator.",
            )
        )
    return moments.divide(x, per / scale)


def none(x: Floats, around: Surroundings) -> Floats:
    """x as it is."""
    return x


def mean(x: Floats, around: Surroundings, by: Literal["column", "row"] = "column") -> Floats:
    """Missing cells take the mean of the measured ones.

    by "column": over the units of the same period (with `within`, of the same unit group; a group with nothing
    measured, and a unit without a group, stay NaN). by "row": over the unit's own other indicators of the same
    index group, see `by_row`.
    """
    return by_row(x, around, moments.mean) if by == "row" else _by_column(x, around, moments.mean)


def median(x: Floats, around: Surroundings, by: Literal["column", "row"] = "column") -> Floats:
    """As `mean`, with the median."""
    return by_row(x, around, moments.median) if by == "row" else _by_column(x, around, moments.median)


def _by_column(x: Floats, around: Surroundings, centre: Callable[[Floats], Floats]) -> Floats:
    within = np.zeros(x.shape[2], dtype=np.intp) if around.within is None else around.within
    filled = x.copy()
    for group in np.unique(within[within >= 0]):
        cells = within == group
        part = x[..., cells]
        filled[..., cells] = np.where(np.isnan(part), centre(part), part)
    return filled


def by_row(x: Floats, around: Surroundings, centre: Callable[[Floats], Floats]) -> Floats:
    """Missing cells take what the unit reached elsewhere in the same index group.

    Indicators are turned so that more is better and put on 0..1 by the lowest and highest over all units of the
    period; the unit's mean (median) over its measured indicators of the group is then put back on the indicator's
    own scale. Nothing measured there: NaN.
    """
    sign = np.where(around.up, 1.0, -1.0)[:, None, None]
    turned = x * sign
    low = moments.lowest(turned)
    width = moments.highest(turned) - low
    placed = moments.divide(turned - low, width)
    filled = x.copy()
    for family in np.unique(around.family):
        rows = around.family == family
        reached = centre(np.moveaxis(placed[rows], 0, -1))[..., 0]
        back = (reached * width[rows] + low[rows]) * sign[rows]
        filled[rows] = np.where(np.isnan(x[rows]), back, x[rows])
    return filled


def latest(x: Floats, around: Surroundings, look_back: float | None = None) -> Floats:
    """Missing cells take the last value measured before, at most `look_back` ago (without it, however long ago)."""
    before, _ = _neighbours(x)
    filled = _at(x, before)
    if look_back is not None:
        age = around.times[None, :, None] - around.times[np.maximum(before, 0)]
        filled = np.where(age <= look_back, filled, np.nan)
    return np.where(np.isnan(x), filled, x)


def constant(x: Floats, around: Surroundings) -> Floats:
    """Missing cells take the last value measured before; at the start, the first one measured."""
    before, after = _neighbours(x)
    return _at(x, np.where(before >= 0, before, after))


def linear(x: Floats, around: Surroundings) -> Floats:
    """Missing cells between two measured periods lie on the straight line between them; the ends stay NaN.

    The line runs over the values of the periods, not over their positions.
    """
    before, after = _neighbours(x)
    between = (before >= 0) & (after >= 0)
    t0, t1 = around.times[np.maximum(before, 0)], around.times[np.maximum(after, 0)]
    x0, x1 = _at(x, before), _at(x, after)
    part = moments.divide(around.times[None, :, None] - t0, t1 - t0)
    return np.where(np.isnan(x) & between, x0 + (x1 - x0) * part, x)


def linear_constant(x: Floats, around: Surroundings) -> Floats:
    """As `linear`, and the ends take the nearest measured value."""
    before, after = _neighbours(x)
    inside = linear(x, around)
    return np.where(np.isnan(inside), _at(x, np.where(before >= 0, before, after)), inside)


def _neighbours(x: Floats) -> tuple[Ints, Ints]:
    """For each cell the position of the last measured period up to it and the first from it on, -1 for none."""
    here = np.arange(x.shape[1])[None, :, None]
    measured = ~np.isnan(x)
    before = np.maximum.accumulate(np.where(measured, here, -1), axis=1)
    last = x.shape[1]
    after = np.minimum.accumulate(np.where(measured, here, last)[:, ::-1], axis=1)[:, ::-1]
    return before, np.where(after == last, -1, after)


def _at(x: Floats, position: Ints) -> Floats:
    taken = np.take_along_axis(x, np.maximum(position, 0), axis=1)
    return np.where(position >= 0, taken, np.nan)


IMPUTERS: Final[dict[str, Callable[..., Floats]]] = {
    "none": none,
    "mean": mean,
    "median": median,
    "latest": latest,
    "constant": constant,
    "linear": linear,
    "linear_constant": linear_constant,
}
