"""Why a score moved: shares of the change that add up to it.

`over_indicators` splits the change between two runs of one index over its indicators; `over_causes` splits
any change over causes that can be switched one by one, each combination computed by the real pipeline.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from math import factorial
from typing import Any, Final

import attrs
import numpy as np

from stregistry.errors import DomainError
from stregistry.scoring import moments
from stregistry.scoring.climb import Planned
from stregistry.scoring.faults import Bools, Floats
from stregistry.scoring.pipeline import Stages
from stregistry.text import Text

# Shapley values need 2 to this power evaluations.
MOST_PLAYERS: Final = 12


@attrs.frozen(eq=False)
class Attribution:
    """change: (units,) the change of the index. indicators: (indicators, units) each indicator's share of it.

    coverage: (nodes, units) the share of each node's changed weight among its siblings: other weights, or members
    that came or went; and, for aggregations that compare units, what moved the node's part though its own score
    stayed. change = indicators.sum(0) + coverage.sum(0). NaN for a unit without a score on one side.
    """

    change: Floats
    indicators: Floats
    coverage: Floats


@attrs.frozen
class Link:
    """g of a mean g⁻¹(Σω·g(y)), and its derivative."""

    g: Callable[[Floats], Floats]
    slope: Callable[[Floats], Floats]


def _identity(x: Floats) -> Floats:
    return x


def _link(how: str, params: Mapping[str, Any]) -> Link | None:
    """The link of a mean, None for an aggregation that is not one."""
    power = {"arithmetic": 1.0, "geometric": 0.0, "harmonic": -1.0, "bod": 1.0}.get(how)
    if how == "generalised_mean":
        power = float(params.get("p", 1.0))
    if power is None:
        return None
    if power == 1:
        return Link(_identity, np.ones_like)
    if power == 0:
        return Link(np.log, np.reciprocal)
    return Link(lambda x: np.asarray(x**power), lambda x: np.asarray(power * x ** (power - 1)))


def over_indicators(before: Stages, after: Stages, periods: tuple[int, int] = (-1, -1)) -> Attribution:
    """The change of the index from one run to the other, for each unit, over indicators and over changed weights.

    Exact. Through a mean with link g a child's change Δc counts ω̄·[Δg(c)/Δc] / [Δg(f)/Δf] (the derivative where
    Δ = 0), through the levels the product of these; a changed share Δω adds Δω·(ḡ(c) - ḡ(f)), scaled alike. Other
    aggregations share the change of a group over its members by Shapley values, at most 12 members.
    periods: which period of each run; the two runs may be one panel. Raises DomainError for different trees, units
    or aggregations: then only `over_causes` can tell.
    """
    _refuse_different(before, after)
    tree = after.index.tree
    old, new = before.scores[:, periods[0]], after.scores[:, periods[1]]
    w0, w1 = _weights(before, periods[0]), _weights(after, periods[1])
    path = np.zeros(new.shape)
    path[tree.top] = 1.0
    coverage = np.zeros(new.shape)
    for planned in reversed(after.planned):
        children, node = list(planned.group.children), planned.group.node
        ends = _Ends(old[children], new[children], w0[children], w1[children], old[node], new[node])
        multiplier, rest = _local(planned, ends)
        path[children] = multiplier * path[node]
        coverage[children] = rest * path[node]
    change = new[tree.top] - old[tree.top]
    moved = np.nan_to_num(new - old)[: tree.leaves]
    known = np.where(np.isnan(change), np.nan, 1.0)
    return Attribution(change, moved * path[: tree.leaves] * known, coverage * known)


@attrs.frozen(eq=False)
class _Ends:
    """One group before and after: children's scores and weights, (children, units), and its own scores, (units,)."""

    y0: Floats
    y1: Floats
    w0: Floats
    w1: Floats
    f0: Floats
    f1: Floats


def _local(planned: Planned, ends: _Ends) -> tuple[Floats, Floats]:
    """For each child, (children, units): what one point of its change counts, and what its changed weight adds."""
    link = _link(planned.how, planned.params)
    if link is None:
        return _by_shapley(planned, ends)
    both = ~(np.isnan(ends.y0) | np.isnan(ends.y1))
    before, after = _shares(ends.y0, ends.w0, planned.how), _shares(ends.y1, ends.w1, planned.how)
    # A child of weight 0 may hold a score that g cannot take; it counts for nothing on either side.
    used = (before != 0) | (after != 0)
    y0, y1 = (np.where(used & ~np.isnan(y), y, 1.0) for y in (ends.y0, ends.y1))
    y0, y1 = np.where(both | np.isnan(ends.y1), y0, y1), np.where(both | np.isnan(ends.y0), y1, y0)
    f0, f1 = (np.where(np.isnan(ends.f0 + ends.f1), 1.0, f) for f in (ends.f0, ends.f1))
    steep = _secant(link, f0, f1)
    multiplier = np.where(both & used, (before + after) / 2 * _secant(link, y0, y1) / steep, 0.0)
    centre = 0.0 if planned.how == "bod" else (link.g(f0) + link.g(f1)) / 2
    rest = np.where(used, (after - before) * ((link.g(y0) + link.g(y1)) / 2 - centre) / steep, 0.0)
    return multiplier, rest


def _shares(y: Floats, w: Floats, how: str) -> Floats:
    """(children, units) the weights of the measured children, summing to 1 except for bod."""
    present = np.where(np.isnan(y), 0.0, w)
    if how == "bod":
        return present
    return np.nan_to_num(moments.divide(present, present.sum(axis=0)))


def _secant(link: Link, a: Floats, b: Floats) -> Floats:
    """[g(b) - g(a)] / (b - a), and the slope in the middle where the two are so close that digits would be lost."""
    near = np.abs(b - a) <= 1e-5 * np.maximum(np.abs(a), np.abs(b))
    step = np.where(near, 1.0, b - a)
    return np.where(near, link.slope((a + b) / 2), (link.g(b) - link.g(a)) / step)


def _by_shapley(planned: Planned, ends: _Ends) -> tuple[Floats, Floats]:
    def score(new: tuple[bool, ...]) -> Floats:
        taken: Bools = np.array(new)[:, None]
        y = np.where(taken, ends.y1, ends.y0)[:, None]
        w = np.where(taken, ends.w1, ends.w0)[:, None]
        return np.asarray(planned.function(y, w[..., :1], **planned.params)[0])

    share = shapley(score, len(ends.y0))
    # Where a combination leaves a unit with nothing to score, its shares would be NaN: the change then stays whole.
    share = np.where(np.isnan(share).any(axis=0), (ends.f1 - ends.f0) / len(share), share)
    moved = ends.y1 - ends.y0
    carried = np.abs(moved) > 1e-9 * np.maximum(np.abs(ends.y0), np.abs(ends.y1))
    return np.where(carried, moments.divide(share, moved), 0.0), np.where(carried, 0.0, np.nan_to_num(share))


def shapley(value: Callable[[tuple[bool, ...]], Floats], players: int) -> Floats:
    """(players, ...) each player's share of value(all) - value(none), averaged over all orders of switching.

    value: the outcome when the players marked True are switched. Called 2^players times; DomainError above 12.
    After Shapley 1953.
    """
    if players > MOST_PLAYERS:
        raise DomainError(
            Text(
                f"Phân tích Shapley nhận tối đa {MOST_PLAYERS} thành phần, ở đây có {players}. Gộp bớt thành nhóm con.",
                f"Shapley values take at most {MOST_PLAYERS} members, here are {players}. Put some into a group.",
            ),
            players=players,
        )
    values = {switched: value(switched) for switched in product((False, True), repeat=players)}
    shares = []
    for player in range(players):
        total = np.zeros_like(values[(False,) * players])
        for switched, without in values.items():
            if not switched[player]:
                size = sum(switched)
                odds = factorial(size) * factorial(players - size - 1) / factorial(players)
                total = total + odds * (values[(*switched[:player], True, *switched[player + 1 :])] - without)
        shares.append(total)
    return np.stack(shares)


def over_causes(state: Callable[[frozenset[str]], Floats], causes: Sequence[str]) -> dict[str, Floats]:
    """Each cause's share of the change from state(none) to state(all), exact, by Shapley values.

    state: scores, of any shape, computed by the real pipeline with the named causes as they are now and the others as
    they were: new records, revised records, denominators, the scale of the indicators (`run(..., scale=)`), framework,
    territory. Called 2^len(causes) times; DomainError above 12.
    """
    names = list(causes)

    def value(switched: tuple[bool, ...]) -> Floats:
        return state(frozenset(name for name, on in zip(names, switched, strict=True) if on))

    return dict(zip(names, shapley(value, len(names)), strict=True))


def _weights(stages: Stages, period: int) -> Floats:
    weights = stages.weights[:, period] if stages.weights.shape[1] > 1 else stages.weights[:, 0]
    return np.broadcast_to(weights, (len(weights), len(stages.table.units)))


def _refuse_different(before: Stages, after: Stages) -> None:
    same = (
        before.index.tree.ids == after.index.tree.ids
        and before.index.tree.parent.tolist() == after.index.tree.parent.tolist()
        and before.table.units == after.table.units
        and [(one.how, str(one.params)) for one in before.planned]
        == [(one.how, str(one.params)) for one in after.planned]
    )
    if not same:
        raise DomainError(
            Text(
                "Hai lần tính khác cây chỉ số, đơn vị hoặc cách tổng hợp nên không tách theo chỉ tiêu được. "
                "Dùng over_causes với nguyên nhân 'framework' hay 'territory'.",
                "The two runs differ in tree, units or aggregation, so the change cannot be split over indicators. "
                "Use over_causes with a cause such as 'framework' or 'territory'.",
            )
        )
