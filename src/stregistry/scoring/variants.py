"""Reading one run closely, and holding it against another."""

import attrs
import numpy as np
from numpy.typing import NDArray

from stregistry.errors import DomainError
from stregistry.scoring.climb import climb, refuse
from stregistry.scoring.correlate import kendall, spearman
from stregistry.scoring.faults import Floats, unknown_name
from stregistry.scoring.pipeline import Stages
from stregistry.scoring.rank import ranks
from stregistry.scoring.tree import Tree
from stregistry.text import Text


@attrs.frozen
class Standing:
    """How a unit stands in one indicator: its rank among the measured units (1 the best) and its value."""

    indicator: str
    rank: int
    value: float


@attrs.frozen
class Profile:
    """The indicators in which a unit ranks best, best first, and worst, worst last."""

    strengths: tuple[Standing, ...]
    weaknesses: tuple[Standing, ...]


def profile(stages: Stages, unit: str, values: Floats | None = None, top: int = 5, period: int = -1) -> Profile:
    """The strengths and weaknesses of a unit by its ranks on measured cells, ties "min", in the good direction.

    values: (indicators, periods, units) to rank, default the denominated ones. Ties keep the order of the indicators.
    """
    if unit not in stages.table.units:
        raise unknown_name(Text("đơn vị", "unit"), unit, stages.table.units)
    x = (stages.prepared.denominated if values is None else values)[:, period]
    at = stages.table.units.index(unit)
    place = ranks(x * np.where(stages.index.up, 1.0, -1.0)[:, None])[:, at]
    standing = [
        Standing(name, int(place[i]), float(x[i, at]))
        for i, name in enumerate(stages.index.tree.indicators)
        if not np.isnan(place[i])
    ]
    standing.sort(key=lambda one: one.rank)
    return Profile(tuple(standing[:top]), tuple(standing[-top:]))


def availability(tree: Tree, x: Floats) -> Floats:
    """(nodes, periods, units) the measured share of the indicators below each node; x: (indicators, periods, units)."""
    measured = np.zeros((len(tree.ids), *x.shape[1:]))
    total = np.zeros(len(tree.ids))
    measured[: tree.leaves], total[: tree.leaves] = ~np.isnan(x), 1.0
    for group in tree.groups:
        for child in group.children:
            measured[group.node] += measured[child]
            total[group.node] += total[child]
    return measured / total[:, None, None]


@attrs.frozen(eq=False)
class Compared:
    """Two sets of scores of the same units, each (units,): differences are second minus first, ranks likewise.

    spearman, kendall: correlation of the two rankings over units ranked in both; NaN with fewer than 3.
    """

    score: Floats
    rank: Floats
    spearman: float
    kendall: float


def compare(first: Floats, second: Floats) -> Compared:
    """What changes from one set of index scores, (units,), to another."""
    a, b = ranks(first), ranks(second)
    both = ~(np.isnan(a) | np.isnan(b))
    rho = tau = float("nan")
    if both.sum() >= 3:
        rho, tau = spearman(a[both], b[both])[0], kendall(a[both], b[both])[0]
    return Compared(second - first, b - a, rho, tau)


def leave_out(stages: Stages, name: str) -> Floats:
    """(nodes, periods, units) all scores with one indicator or group at weight 0; it still counts for availability.

    A group whose only weighted member is left out has no score. Raises DomainError for an unknown name or the index.
    """
    tree = stages.index.tree
    node = tree.node(name)
    if node == tree.top:
        raise DomainError(
            Text(f"Không thể bỏ chính chỉ số {name!r}.", f"The index {name!r} itself cannot be left out."), id=name
        )
    weights = stages.weights.copy()
    weights[node] = 0.0
    leaves = stages.prepared.normalised
    return np.stack(climb(tree, stages.planned, leaves, weights, refuse(tree, stages.table.units)))


def missing_reasons(stages: Stages) -> NDArray[np.str_]:
    """(nodes, periods, units) why there is no score, "" where there is one.

    "screened_out": the unit was left out; "not_measured": no value, also after imputation; "no_scale": measured, but
    the indicator could not be normalised (see `Stages.notes`); "availability": too few members measured;
    "no_members": none of the group's weighted members has a score.
    """
    tree, prepared = stages.index.tree, stages.prepared
    reasons: NDArray[np.str_] = np.full(stages.scores.shape, "", dtype="<U12")
    leaves = reasons[: tree.leaves]
    leaves[np.isnan(prepared.normalised)] = "no_scale"
    leaves[np.isnan(prepared.imputed)] = "not_measured"
    for planned in stages.planned:
        node = planned.group.node
        gap = np.isnan(stages.scores[node])
        some = ~np.isnan(stages.scores[list(planned.group.children)])
        reasons[node][gap] = "no_members"
        if planned.limit is not None:
            reasons[node][gap & some.any(axis=0) & (some.sum(axis=0) / len(some) < planned.limit)] = "availability"
    reasons[:, ~prepared.included] = "screened_out"
    return reasons
