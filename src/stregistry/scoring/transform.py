"""Functions that pull in the tail of a column: the second step of outlier treatment.

Each takes x and basis, both (rows, cells): the basis says where a column starts and ends, x is what is
transformed, and the two are the same unless a scale is kept from another run. x outside the basis is
moved to its end first, since a logarithm has no value below its start. NaN stays NaN.
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from stregistry.scoring import moments
from stregistry.scoring.faults import Floats


def log_ct(x: Floats, basis: Floats) -> Floats:
    """ln(x - min + 0.01 range).

    After the COIN Tool, as in `log_CT` of COINr.
    """
    low = moments.lowest(basis)
    width = moments.highest(basis) - low
    return np.log(np.maximum(x - low, 0.0) + 0.01 * width)


def log_ct_plus(x: Floats, basis: Floats) -> Floats:
    """As `log_ct` for a column with a long upper tail (G1 > 0), else its mirror -ln(max + 0.01 range - x)."""
    skew, _ = moments.skew_kurtosis(basis)
    mirror = np.where(skew > 0, 1.0, -1.0)[:, None]
    return log_ct(x * mirror, basis * mirror) * mirror


def log_shift(x: Floats, basis: Floats) -> Floats:
    """ln(x - min + 1); depends on the unit of measure."""
    return np.log(np.maximum(x - moments.lowest(basis), 0.0) + 1.0)


def box_cox(x: Floats, basis: Floats, power: float = 0.0) -> Floats:
    """(y^power - 1) / power with y = x - min + 1, ln y for power 0; depends on the unit of measure.

    After Box and Cox 1964, with the column shifted to start at 1.
    """
    y = np.maximum(x - moments.lowest(basis), 0.0) + 1.0
    return np.log(y) if power == 0 else np.asarray((y**power - 1.0) / power)


def gii_factor(basis: Floats) -> Floats:
    """(rows, 1) the smallest power of ten f >= 1 for which f · max > 1; NaN where max <= 0."""
    high = moments.highest(basis)
    factor = np.where(high > 0, 1.0, np.nan)
    while (short := factor * high <= 1.0).any():
        factor = np.where(short, factor * 10.0, factor)
    return factor


def log_gii(x: Floats, basis: Floats) -> Floats:
    """ln((f·max - 1)(x - min) / (max - min) + 1) with f from `gii_factor`; needs a maximum above 0.

    After the Global Innovation Index.
    """
    low, high = moments.lowest(basis), moments.highest(basis)
    place = moments.divide(np.maximum(x - low, 0.0), high - low)
    return np.log((gii_factor(basis) * high - 1.0) * place + 1.0)


def none(x: Floats, basis: Floats) -> Floats:
    """x as it is."""
    return x


TRANSFORMS: Final[dict[str, Callable[..., Floats]]] = {
    "none": none,
    "log_ct": log_ct,
    "log_ct_plus": log_ct_plus,
    "log_shift": log_shift,
    "box_cox": box_cox,
    "log_gii": log_gii,
}
