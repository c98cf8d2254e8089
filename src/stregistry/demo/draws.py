"""Seeded draws that give the same values on every Python version and machine."""

import math
import random
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Generic, TypeVar

T = TypeVar("T")


class Draws:
    """One stream of draws, fixed by a seed and the stream's name.

    A stream of its own for each file keeps a change in one generator from moving all the others.
    Everything is made from `Random.random`, the only method whose sequence Python promises to keep.
    """

    def __init__(self, seed: int, stream: str) -> None:
        self.random = random.Random(f"{seed}/{stream}").random  # noqa: S311  made-up data, no secrets

    def chance(self, share: float) -> bool:
        """True that often."""
        return self.random() < share

    def whole(self, low: int, high: int) -> int:
        """A whole number from low to high, both included; low when high is less."""
        return low + int(self.random() * max(high - low + 1, 1))

    def pick(self, items: Sequence[T]) -> T:
        """One of the items."""
        return items[int(self.random() * len(items))]

    def some(self, items: Sequence[T], most: int) -> list[T]:
        """From one to `most` different items, in the order drawn."""
        return list(dict.fromkeys(self.pick(items) for _ in range(self.whole(1, most))))

    def amount(self, median: float, spread: float) -> float:
        """A log-normal amount; two thirds lie within a factor of e**spread of the median."""
        # Box and Muller's method; 1 - random() is never 0.
        normal = math.sqrt(-2 * math.log(1 - self.random())) * math.cos(2 * math.pi * self.random())
        return median * math.exp(spread * normal)


class Weighted(Generic[T]):
    """Items drawn in proportion to their weights."""

    def __init__(self, weights: Mapping[T, float]) -> None:
        self.items = tuple(weights)
        self._sums = tuple(accumulate(weights.values()))

    def draw(self, draws: Draws) -> T:
        """One item."""
        # The last sum is left out of the search: rounding must not point beyond the last item.
        return self.items[bisect_right(self._sums, draws.random() * self._sums[-1], hi=len(self._sums) - 1)]
