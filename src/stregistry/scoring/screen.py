"""Which units have enough data to take part."""

import attrs
import numpy as np

from stregistry.scoring import moments
from stregistry.scoring.faults import Bools, Floats


@attrs.frozen(eq=False)
class Screened:
    """The outcome of `screen`, each (periods, units).

    availability: measured indicators / all indicators.
    non_zero: non-zero cells / measured cells, NaN where nothing is measured.
    included: True where the unit takes part.
    """

    availability: Floats
    non_zero: Floats
    included: Bools


def screen(
    x: Floats,
    availability: float | None = None,
    non_zero: float | None = None,
    keep: Bools | None = None,
    drop: Bools | None = None,
) -> Screened:
    """Which units of (indicators, periods, units) take part.

    A unit is left out when its share of measured indicators lies below `availability`, or its share of non-zero
    among measured cells below `non_zero`; a share equal to the limit stays. keep, drop: (units,) True forces the
    unit in or out whatever its data.

    >>> screen(np.array([[[1.0, np.nan]], [[2.0, 3.0]]]), availability=0.75).included
    array([[ True, False]])
    """
    measured = ~np.isnan(x)
    share = measured.sum(axis=0) / len(x)
    filled = moments.divide((measured & (x != 0)).sum(axis=0).astype(np.float64), measured.sum(axis=0).astype(float))
    included = np.ones(share.shape, dtype=np.bool_)
    if availability is not None:
        included &= share >= availability
    if non_zero is not None:
        included &= ~(filled < non_zero)
    if keep is not None:
        included |= keep
    if drop is not None:
        included &= ~drop
    return Screened(share, filled, included)
