"""The whole computation: denominate, impute, screen, treat, normalise, weight, aggregate, rank."""

from functools import cached_property
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from stregistry.scoring.climb import Planned, climb, plan, refuse, weigh
from stregistry.scoring.faults import Floats, Note
from stregistry.scoring.method import Method
from stregistry.scoring.prepare import Prepared, prepare, steps_of
from stregistry.scoring.rank import ranks
from stregistry.scoring.table import Index, Table


@attrs.frozen(eq=False, kw_only=True)
class Stages:
    """The outcome of `run`. Inside, arrays are (indicators or nodes, periods, units); `table.outside` turns them.

    weights: (nodes, 1, 1), or (nodes, periods, units) for bod. scores, ranks: (nodes, periods, units), indicators
    first and the index last; NaN where there is no score, and `variants.missing_reasons` says why.
    """

    table: Table
    index: Index
    method: Method
    prepared: Prepared
    planned: tuple[Planned, ...]
    weights: Floats
    scores: Floats
    notes: tuple[Note, ...]

    @cached_property
    def ranks(self) -> Floats:
        """(nodes, periods, units) ranks in each period, 1 the highest; computed when first asked for."""
        return ranks(self.scores)

    @cached_property
    def group_ranks(self) -> Floats:
        """(groups, periods, units) the ranks of the groups alone: ranking every indicator takes most of the time."""
        return ranks(self.scores[self.index.tree.leaves :])

    @property
    def index_scores(self) -> Floats:
        """(units,), or (periods, units) for a panel: the scores of the index."""
        return self._top(self.scores)

    @property
    def index_ranks(self) -> Floats:
        """(units,), or (periods, units) for a panel: the ranks of the index, 1 the highest."""
        return self._top(ranks(self.scores[-1:]))

    def _top(self, values: Floats) -> Floats:
        top: Floats = values[-1]
        return top if self.table.periods else np.asarray(top[0])

    def outside(self, name: str) -> NDArray[Any]:
        """One stage as (units, columns) or (periods, units, columns), by its name here or in `prepared`."""
        values = getattr(self, name) if name in ("scores", "ranks", "group_ranks") else getattr(self.prepared, name)
        return self.table.outside(values)


def run(table: Table, index: Index, method: Method, scale: Stages | None = None) -> Stages:
    """Every stage of scoring a table.

    scale: a run whose winsorising limits, second functions, minima and maxima are kept for these data, with the same
    indicators and the same pooling; without it they are computed from the data themselves.
    Raises DomainError, naming indicator and unit where there is one: an infinite cell, a score an aggregation cannot
    take, weights that sum to 0, unknown names.
    """
    prepared = prepare(table, index, method, scale.prepared if scale else None)
    on_low = refuse(index.tree, table.units)
    planned = plan(index.tree, method.aggregate, index.aggregate, posts(index, method))
    weighed = weigh(index.tree, method.weights, planned, prepared.normalised, on_low)
    scores = np.stack(climb(index.tree, weighed.planned, prepared.normalised, weighed.weights, on_low))
    return Stages(
        table=table,
        index=index,
        method=method,
        prepared=prepared,
        planned=weighed.planned,
        weights=weighed.weights,
        scores=scores,
        notes=(*prepared.notes, *weighed.notes),
    )


def posts(index: Index, method: Method) -> Floats:
    """(indicators, 2) the ends of the normalised scale of indicators between goalposts, NaN elsewhere."""
    ends = np.full((index.tree.leaves, 2), np.nan)
    for row, step in enumerate(steps_of(index, method)):
        if step.how == "goalposts":
            ends[row] = step.params.get("to", (0.0, 1.0))
    return ends
