"""Ranks: 1 is the highest score."""

from typing import Final, Literal

import numpy as np

from stregistry.scoring import moments
from stregistry.scoring.faults import Floats

Ties = Literal["min", "average"]

# Two scores this close, relative to the larger, are the same score: they differ by the rounding of sums.
SAME: Final = 1e-12


def ranks(scores: Floats) -> Floats:
    """The rank of each score along the last axis (units): 1 = highest, ties share the best rank, NaN has none.

    Neighbours in the order that are equal within 1e-12 relative tie.

    >>> ranks(np.array([70.0, 90.0, 70.0, np.nan, 10.0]))
    array([ 2.,  1.,  2., nan,  4.])
    """
    rows = scores.reshape(-1, scores.shape[-1])
    result = np.empty(rows.shape)
    for part in moments.blocks(np.arange(len(rows)), rows.shape[1]):
        result[part] = _ranks(rows[part])
    return result.reshape(scores.shape)


def _ranks(rows: Floats) -> Floats:
    order = np.argsort(-rows, axis=1)  # NaN goes last; the order among ties does not matter
    ordered = np.take_along_axis(rows, order, axis=1)
    before, after = ordered[:, :-1], ordered[:, 1:]
    drop = before - after > SAME * np.maximum(np.abs(before), np.abs(after))
    first = np.zeros(ordered.shape, dtype=np.int32)
    first[:, 1:] = np.where(drop, np.arange(1, ordered.shape[1], dtype=np.int32), 0)
    np.maximum.accumulate(first, axis=1, out=first)
    placed = first + 1.0
    placed[np.isnan(ordered)] = np.nan
    result = np.empty(rows.shape)
    np.put_along_axis(result, order, placed, axis=1)
    return result


def ascending(x: Floats, basis: Floats, ties: Ties = "min") -> Floats:
    """The place of each cell of (rows, cells) among the measured cells of the same row of basis, from 1 upwards.

    ties "min": the lowest place of the tied cells; "average": their mean place. NaN stays NaN.
    """
    result = np.full(x.shape, np.nan)
    for i, (row, base) in enumerate(zip(x, basis, strict=True)):
        measured = np.sort(base[~np.isnan(base)])
        cells = ~np.isnan(row)
        below = np.searchsorted(measured, row[cells], side="left")
        if ties == "min":
            result[i, cells] = below + 1.0
        else:
            upto = np.searchsorted(measured, row[cells], side="right")
            # A cell that is not itself in the basis has nobody to share its place with.
            result[i, cells] = np.where(upto > below, (below + upto + 1) / 2.0, below + 1.0)
    return result
