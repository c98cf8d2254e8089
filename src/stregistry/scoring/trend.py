"""Growth over time of one series after another. x is (series, periods), times the periods as rising numbers."""

from collections.abc import Sequence

import numpy as np

from stregistry.errors import DomainError
from stregistry.scoring.faults import Floats
from stregistry.text import Text


def cagr(x: Floats, times: Floats, names: Sequence[str], window: tuple[float, float] | None = None) -> Floats:
    """(series,) the compound rate of growth (last / first)^(1 / (t_last - t_first)) - 1, a fraction a time unit.

    First and last are the first and last measured value inside the window (ends included; None: all periods). NaN
    with fewer than two. Raises DomainError, naming the series, for a first value of 0 or less or a negative last.
    """
    x, times = _cut(x, times, window)
    result = np.full(len(x), np.nan)
    for i, row in enumerate(x):
        at = np.flatnonzero(~np.isnan(row))
        if len(at) < 2:
            continue
        first, last = row[at[0]], row[at[-1]]
        if first <= 0 or last < 0:
            raise DomainError(
                Text(
                    f"{names[i]!r}: không tính được tốc độ tăng bình quân từ {first:g} tới {last:g}; giá trị đầu phải "
                    "lớn hơn 0 và giá trị cuối không âm.",
                    f"{names[i]!r}: no growth rate leads from {first:g} to {last:g}; the first value has to be above "
                    "0 and the last not negative.",
                ),
                series=names[i],
                first=float(first),
                last=float(last),
            )
        result[i] = (last / first) ** (1.0 / (times[at[-1]] - times[at[0]])) - 1.0
    return result


def percent_change(
    x: Floats, times: Floats, names: Sequence[str], per: float = 1.0, window: tuple[float, float] | None = None
) -> Floats:
    """(series,) 100·slope·per / fit(t_first): the change in `per` time units of the least-squares line, in percent.

    The window is cut first, gaps between measured periods are then filled linearly. t_first is the first measured
    period. NaN with fewer than two measured. Raises DomainError, naming the series, where the line starts at 0 or less.
    """
    x, times = _cut(x, times, window)
    result = np.full(len(x), np.nan)
    for i, row in enumerate(x):
        at = np.flatnonzero(~np.isnan(row))
        if len(at) < 2:
            continue
        t = times[at[0] : at[-1] + 1]
        y = np.interp(t, times[at], row[at])
        d = t - t.mean()
        slope = float((d * (y - y.mean())).sum() / (d * d).sum())
        start = float(y.mean() + slope * d[0])
        if start <= 0:
            raise DomainError(
                Text(
                    f"{names[i]!r}: đường xu hướng bắt đầu ở {start:g}; phải lớn hơn 0 mới tính được phần trăm.",
                    f"{names[i]!r}: the trend starts at {start:g}; it has to be above 0 for a percentage.",
                ),
                series=names[i],
                start=start,
            )
        result[i] = 100.0 * slope * per / start
    return result


def _cut(x: Floats, times: Floats, window: tuple[float, float] | None) -> tuple[Floats, Floats]:
    times = np.asarray(times, dtype=np.float64)
    if window is None:
        return x, times
    inside = (times >= window[0]) & (times <= window[1])
    return x[:, inside], times[inside]
