"""Room for names: beside dots without covering one another, and below one another without touching."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np

_LETTER: Final = 6.7  # mean width of a letter of 11 pixels
_TALL: Final = 13
_DOT: Final = 7
_MOST: Final = 400  # dots; with more of them no name is readable

Box = tuple[float, float, float, float]


def placed(x: Sequence[float], y: Sequence[float], names: Sequence[str], width: float, height: float) -> list[str]:
    """The side of each dot its name has room on (right, left, above, below), "" where there is none; first come first.

    >>> placed([0, 0, 1], [0, 0.001, 1], ["one", "two", "three"], 400, 300)
    ['right', 'above', 'left']
    """
    if len(names) > _MOST:
        return [""] * len(names)
    across, down = _pixels(x, width), height - _pixels(y, height)
    taken: list[Box] = [(a - 4, d - 4, a + 4, d + 4) for a, d in zip(across, down, strict=True)]
    sides = []
    for n, (a, d, name) in enumerate(zip(across, down, names, strict=True)):
        side = ""
        for choice, box in _boxes(float(a), float(d), len(name) * _LETTER).items():
            inside = box[0] >= -10 and box[2] <= width + 10 and box[1] >= -10 and box[3] <= height + 10
            if inside and not any(_touch(box, other) for m, other in enumerate(taken) if m != n):
                side = choice
                taken.append(box)
                break
        sides.append(side)
    return sides


def apart(wanted: Sequence[float], gap: float, height: float) -> list[float]:
    """The places nearest to those wanted that lie at least `gap` apart, from the top down.

    >>> apart([10, 12, 100], 15, 120)
    [10, 25, 100]
    """
    order = sorted(range(len(wanted)), key=lambda n: wanted[n])
    found = list(wanted)
    for before, n in pairwise(order):
        found[n] = max(found[n], found[before] + gap)
    # What was pushed out at the bottom moves up again, with all that is in its way.
    limit = height
    for n in reversed(order):
        found[n] = min(found[n], limit)
        limit = found[n] - gap
    return found


def _pixels(values: Sequence[float], size: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Where values lie on an axis of that size, 14 pixels inside its ends."""
    own = np.asarray(values, dtype=np.float64)
    span = float(own.max() - own.min()) or 1.0
    placed: np.ndarray[tuple[int], np.dtype[np.float64]] = 14 + (own - own.min()) / span * (size - 28)
    return placed


def _boxes(a: float, d: float, long: float) -> dict[str, Box]:
    half = _TALL / 2
    return {
        "right": (a + _DOT, d - half, a + _DOT + long, d + half),
        "left": (a - _DOT - long, d - half, a - _DOT, d + half),
        "above": (a - long / 2, d - _DOT - _TALL, a + long / 2, d - _DOT),
        "below": (a - long / 2, d + _DOT, a + long / 2, d + _DOT + _TALL),
    }


def _touch(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
