"""What the engine is given: a table of values, and an index tree with what is known of each indicator."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from stregistry.errors import DomainError
from stregistry.scoring.faults import Bools, Floats, Ints
from stregistry.scoring.method import Step
from stregistry.scoring.tree import Tree
from stregistry.text import Text


def _labels(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(names)


@attrs.frozen(eq=False, kw_only=True)
class Table:
    """Measured values of units.

    values: (units, indicators), or (periods, units, indicators) for a panel; NaN is not measured.
    units: their labels. periods: labels of a panel's periods. times: the periods as rising numbers, for imputation
    and growth; default 0, 1, 2 …
    per: denominators already divided by their scale, shaped as values, NaN where unknown; 1 for an indicator without
    one; None for none at all.
    groups: named groupings of the units, each one label (or None) for each unit, for `within`.
    present: (periods or 1, units) False where a unit is no unit at all in that period: it has no scores, nothing is
    filled in for it and nothing is taken from it. None: every unit is one throughout.
    """

    values: Floats
    units: tuple[str, ...] = attrs.field(converter=_labels)
    periods: tuple[str, ...] = attrs.field(converter=_labels, default=())
    times: Sequence[float] | None = None
    per: Floats | None = None
    groups: Mapping[str, Sequence[str | None]] = attrs.field(factory=dict)
    present: Bools | None = None

    def __attrs_post_init__(self) -> None:
        shape = self.values.shape
        fits = len(shape) == (3 if self.periods else 2) and shape[-2] == len(self.units)
        if self.periods:
            fits = fits and shape[0] == len(self.periods)
        if self.per is not None:
            fits = fits and self.per.shape == shape
        if self.present is not None:
            fits = fits and self.present.shape == (max(len(self.periods), 1), len(self.units))
        if self.times is not None:
            fits = fits and len(self.times) == len(self.periods) and bool((np.diff(self.times) > 0).all())
        if not fits:
            raise DomainError(
                Text(
                    f"Kích thước không khớp: values {shape}, {len(self.units)} đơn vị, {len(self.periods)} kỳ; "
                    "times phải tăng dần.",
                    f"The shapes do not fit: values {shape}, {len(self.units)} units, {len(self.periods)} periods; "
                    "times have to rise.",
                )
            )

    def inside(self, values: Floats) -> Floats:
        """The values as (indicators, periods, units), the shape every step works on."""
        values = np.asarray(values, dtype=np.float64)
        if not self.periods:
            values = values[None]
        return np.ascontiguousarray(np.moveaxis(values, -1, 0))

    def outside(self, values: NDArray[Any]) -> NDArray[Any]:
        """(nodes, periods, units) turned to (units, nodes), or (periods, units, nodes) for a panel."""
        turned = np.moveaxis(values, 0, -1)
        return turned if self.periods else turned[0]


@attrs.frozen(eq=False, kw_only=True)
class Index:
    """The tree and what is known of each indicator, in the tree's column order.

    up: True where more is better. low, high: goalposts and goal: target, in the indicator's own unit, NaN for none.
    aggregate: by group id, instead of the method's aggregation of that level.
    Raises DomainError where low >= high.
    """

    tree: Tree
    up: Bools
    low: Floats = attrs.field()
    high: Floats = attrs.field()
    goal: Floats = attrs.field()
    aggregate: Mapping[str, Step] = attrs.field(factory=dict)

    @low.default
    @high.default
    @goal.default
    def _nothing(self) -> Floats:
        return np.full(self.tree.leaves, np.nan)

    def __attrs_post_init__(self) -> None:
        for name, low, high in zip(self.tree.indicators, self.low, self.high, strict=True):
            if low >= high:
                raise DomainError(
                    Text(
                        f"Chỉ tiêu {name!r}: mốc dưới {low:g} không nhỏ hơn mốc trên {high:g}. "
                        "Ghi low < high dù tăng hay giảm là tốt.",
                        f"Indicator {name!r}: the lower post {low:g} is not below the upper one {high:g}. "
                        "Write low < high, whatever the direction.",
                    ),
                    indicator=name,
                )

    def family(self) -> Ints:
        """(indicators,) the node of each indicator's own group."""
        return self.tree.parent[: self.tree.leaves]
