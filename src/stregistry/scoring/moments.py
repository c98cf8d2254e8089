"""Smallest, largest, mean and shape of rows in which some cells are not measured."""

from collections.abc import Iterator
from typing import TypeVar

import numpy as np

from stregistry.scoring.faults import Bools, Floats, Ints

# Rows are worked through in blocks of about this many cells, so that the passes over a block stay in
# the processor's cache: on 50 rows of 100 000 cells this halves the time.
BLOCK_CELLS = 1 << 16

Number = TypeVar("Number", float, Floats)


def blocks(rows: Ints, cells: int) -> Iterator[Ints]:
    """The rows in runs small enough to stay in cache; each row is computed by itself, so runs change no result."""
    step = max(1, BLOCK_CELLS // max(cells, 1))
    return (rows[start : start + step] for start in range(0, len(rows), step))


def lowest(x: Floats) -> Floats:
    """(rows, 1) the smallest measured value of each row of (rows, cells); NaN where nothing is measured."""
    low: Floats = np.fmin.reduce(x, axis=-1, keepdims=True)
    return low


def highest(x: Floats) -> Floats:
    """(rows, 1) the largest measured value of each row of (rows, cells); NaN where nothing is measured."""
    high: Floats = np.fmax.reduce(x, axis=-1, keepdims=True)
    return high


def count(x: Floats) -> Ints:
    """(rows, 1) how many cells of each row are measured."""
    number: Ints = (~np.isnan(x)).sum(axis=-1, keepdims=True)
    return number


def divide(top: Floats, bottom: Floats) -> Floats:
    """top / bottom, NaN (and no warning) where bottom is 0 or either is NaN."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio: Floats = np.asarray(top / bottom)
    return np.where(np.isfinite(ratio), ratio, np.nan)


def mean(x: Floats) -> Floats:
    """(rows, 1) the mean of the measured cells of each row; NaN where nothing is measured."""
    return divide(np.where(np.isnan(x), 0.0, x).sum(axis=-1, keepdims=True), count(x).astype(np.float64))


def median(x: Floats) -> Floats:
    """(rows, 1) the median of the measured cells of each row; NaN where nothing is measured."""
    ordered = np.sort(x, axis=-1)  # NaN goes last
    n = count(x)
    low = np.take_along_axis(ordered, np.maximum((n - 1) // 2, 0), axis=-1)
    high = np.take_along_axis(ordered, np.minimum(n // 2, x.shape[-1] - 1), axis=-1)
    return np.where(n > 0, (low + high) / 2, np.nan)


def spread(x: Floats, ddof: int) -> Floats:
    """(rows, 1) the standard deviation of the measured cells, divisor n - ddof; NaN where that is not positive."""
    d = np.where(np.isnan(x), 0.0, x - mean(x))
    n = count(x).astype(np.float64)
    return np.sqrt(divide((d * d).sum(axis=-1, keepdims=True), np.where(n > ddof, n - ddof, np.nan)))


def skew_kurtosis(x: Floats) -> tuple[Floats, Floats]:
    """Sample skewness G1 and excess kurtosis G2 of each row of (rows, cells); NaN cells are left out.

    Both are NaN for a row with fewer than 4 measured cells or without spread.
    The names G1 and G2 are those of Joanes and Gill 1998; spreadsheets call them SKEW and KURT.
    """
    skew = np.empty(len(x))
    kurtosis = np.empty(len(x))
    for part in blocks(np.arange(len(x)), x.shape[1]):
        skew[part], kurtosis[part] = _shape(x[part])
    return skew, kurtosis


def _shape(x: Floats) -> tuple[Floats, Floats]:
    missing: Bools = np.isnan(x)
    if missing.any():
        d = np.where(missing, 0.0, x)
        n = x.shape[1] - missing.sum(axis=1).astype(np.float64)
        d -= d.sum(axis=1, keepdims=True) / np.maximum(n, 1)[:, None]
        d[missing] = 0.0
    else:
        n = np.full(len(x), float(x.shape[1]))
        d = x - x.mean(axis=1, keepdims=True)
    # Only ratios of the sums are used: dividing by the largest deviation keeps the fourth power of very
    # large or very small values inside the range of a double.
    largest = np.maximum(d.max(axis=1), -d.min(axis=1))
    d /= np.where(largest > 0, largest, 1.0)[:, None]
    square = d * d
    s2 = square.sum(axis=1)
    d *= square
    s3 = d.sum(axis=1)
    square *= square
    s4 = square.sum(axis=1)
    defined = (n > 3) & (largest > 0)
    skew, kurtosis = from_sums(np.where(defined, n, 4.0), np.where(defined, s2, 1.0), s3, s4)
    return np.where(defined, skew, np.nan), np.where(defined, kurtosis, np.nan)


def from_sums(n: Number, s2: Number, s3: Number, s4: Number) -> tuple[Number, Number]:
    """G1 and G2 from n > 3 values and the sums of their deviations' second, third and fourth powers."""
    skew = n**0.5 * s3 / s2**1.5 * (n * (n - 1)) ** 0.5 / (n - 2)
    kurtosis = ((n + 1) * (n * s4 / s2**2 - 3) + 6) * (n - 1) / ((n - 2) * (n - 3))
    return skew, kurtosis
