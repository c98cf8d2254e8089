"""Scores up the index tree: weights of each group, then one score from its children, from the bottom up."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs
import numpy as np

from stregistry.errors import DomainError
from stregistry.scoring import aggregate as agg
from stregistry.scoring.faults import Bools, Floats, Note, not_positive, unknown_name, zero_weights
from stregistry.scoring.method import Aggregate, Step
from stregistry.scoring.optimise import optimised
from stregistry.scoring.tree import Group, Tree
from stregistry.scoring.weight import WEIGHTINGS
from stregistry.text import Text


@attrs.frozen(eq=False)
class Planned:
    """How one group's score is computed. least: the scores it can take; limit: least share of measured children."""

    group: Group
    how: str
    function: Callable[..., Floats]
    params: Mapping[str, Any]
    least: Text | None
    limit: float | None


# What to do with children's scores that an aggregation cannot take: given the plan, the children and their weights,
# it raises, or marks them and returns harmless ones.
OnLow = Callable[[Planned, Floats, Floats], Floats]


def plan(tree: Tree, steps: Sequence[Aggregate], overrides: Mapping[str, Step], posts: Floats) -> tuple[Planned, ...]:
    """The groups in computing order, each with its aggregation.

    steps: one for all levels or one for each, from the bottom. overrides: by group id, instead of the level's.
    posts: (indicators, 2) the ends of each indicator's scale where they are fixed, else NaN; only ampi looks at them.
    Raises DomainError for a list of another length and for an unknown group.
    """
    if len(steps) not in (1, tree.height):
        raise DomainError(
            Text(
                f"aggregate có {len(steps)} mục mà cây có {tree.height} tầng nhóm. Ghi một mục, hoặc mỗi tầng một mục.",
                f"aggregate lists {len(steps)}, the tree has {tree.height} levels of groups. Give one, or one a level.",
            ),
            given=len(steps),
            levels=tree.height,
        )
    names = {tree.ids[group.node] for group in tree.groups}
    for name in overrides:
        if name not in names:
            raise unknown_name(Text("nhóm", "group"), name, sorted(names))
    planned = []
    for group in tree.groups:
        level = steps[0] if len(steps) == 1 else steps[group.level - 2]
        step = overrides.get(tree.ids[group.node], level)
        row = agg.AGGREGATORS[step.how]
        params = dict(step.params)
        if step.how == "ampi":
            fixed = np.full((len(tree.ids), 2), np.nan)
            fixed[: tree.leaves] = posts
            params["posts"] = fixed[list(group.children)]
        planned.append(
            Planned(group, step.how, row.function, params, row.least(**step.params), level.availability)
        )  # fmt: skip
    return tuple(planned)


def refuse(tree: Tree, units: Sequence[str]) -> OnLow:
    """A handler that raises DomainError naming the first child and unit an aggregation cannot take."""

    def on_low(planned: Planned, y: Floats, w: Floats) -> Floats:
        bad = _low(planned, y, w)
        if bad.any():
            where = np.argwhere(bad)[0]
            child = tree.ids[planned.group.children[where[0]]]
            value = float(np.broadcast_to(y, bad.shape)[tuple(where)])
            raise not_positive(planned.how, child, units[where[-1]], value, planned.least or agg.POSITIVE)
        return y

    return on_low


def mark(failed: Bools) -> OnLow:
    """A handler that marks the draws, (draws,), in which an aggregation meets scores it cannot take."""

    def on_low(planned: Planned, y: Floats, w: Floats) -> Floats:
        bad = _low(planned, y, w)
        if not bad.any():
            return y
        failed[np.broadcast_to(bad.any(axis=(0, 2, 3)), failed.shape)] = True
        return np.where(bad, 1.0, y)

    return on_low


def _low(planned: Planned, y: Floats, w: Floats) -> Bools:
    low = y <= 0 if planned.least is agg.POSITIVE else y < 0
    bad: Bools = low & (w != 0) if low.any() else low
    return bad


def group_score(planned: Planned, y: Floats, w: Floats, on_low: OnLow) -> Floats:
    """(..., periods, units) the score of a group from its children's scores and weights."""
    if planned.least is not None:
        y = on_low(planned, y, w)
    score = planned.function(y, w, **planned.params)
    if planned.limit is None:
        return score
    return np.where(agg.available(y, planned.limit), score, np.nan)


def climb(tree: Tree, planned: Sequence[Planned], leaves: Floats, weights: Floats, on_low: OnLow) -> list[Floats]:
    """The scores of every node, each (..., periods, units), indicators first.

    leaves: (indicators, ..., periods, units) normalised; weights: (nodes, ..., 1, 1 or units).
    """
    scores = list(leaves)
    for step in planned:
        children = step.group.children
        scores.append(group_score(step, _together(scores, leaves, children), weights[_run(children)], on_low))
    return scores


def _run(children: tuple[int, ...]) -> slice | list[int]:
    """The children as a slice where they stand side by side: a view, not a copy."""
    if children[-1] - children[0] == len(children) - 1:
        return slice(children[0], children[-1] + 1)
    return list(children)


def _together(scores: list[Floats], leaves: Floats, children: tuple[int, ...]) -> Floats:
    if children[-1] < len(leaves):
        return leaves[_run(children)]
    return np.stack(np.broadcast_arrays(*(scores[child] for child in children)))


@attrs.frozen(eq=False)
class Weighed:
    """The weights a method comes to.

    weights: (nodes, 1, 1), or (nodes, periods, units) for bod; each among its siblings, not rescaled.
    planned: the plan to climb with: bod replaces the aggregations by a plain sum.
    """

    weights: Floats
    planned: tuple[Planned, ...]
    notes: tuple[Note, ...]


def weigh(tree: Tree, step: Step, planned: tuple[Planned, ...], leaves: Floats, on_low: OnLow) -> Weighed:
    """The weights of every node under a weighting method; leaves: (indicators, periods, units) normalised.

    The methods that look at data see each group's children as scored so far, all periods together. Raises
    DomainError for a group whose weights sum to 0.
    """
    if step.how == "given":
        return Weighed(tree.weight[:, None, None], planned, ())
    if step.how == "optimised":
        return _optimised(tree, step, planned, leaves, on_low)
    if step.how == "bod":
        planned = tuple(_bod_plan(tree, one) for one in planned)
    weights = np.ones((len(tree.ids), *leaves.shape[1:])) if step.how == "bod" else np.ones((len(tree.ids), 1, 1))
    scores = list(leaves)
    notes: list[Note] = []
    for one in planned:
        children = list(one.group.children)
        y = _together(scores, leaves, one.group.children)
        names = [tree.ids[child] for child in children]
        if step.how == "bod":  # its linear programmes need every score above 0, whatever the weight
            on_low(one, y, np.ones((len(children), 1, 1)))
        found = WEIGHTINGS[step.how](y.reshape(len(y), -1), tree.weight[children], names, **step.params)
        weights[children] = found.reshape(weights[children].shape)
        if step.how != "bod":
            notes += _negative(names, found, step.how)
            if abs(found.sum()) <= 1e-12 * np.abs(found).sum():
                raise zero_weights(tree.ids[one.group.node])
        scores.append(group_score(one, y, weights[children], on_low))
    return Weighed(weights, planned, tuple(notes))


def _bod_plan(tree: Tree, planned: Planned) -> Planned:
    if planned.how != "arithmetic":
        name = tree.ids[planned.group.node]
        raise DomainError(
            Text(
                f"Trọng số bod tự cho ra điểm (tổng w·y), nên nhóm {name!r} phải gộp bằng arithmetic, "
                f"không phải {planned.how}.",
                f"Weights of bod give the score themselves (the sum of w·y), so group {name!r} has to aggregate by "
                f"arithmetic, not {planned.how}.",
            ),
            group=name,
            how=planned.how,
        )
    return attrs.evolve(planned, how="bod", function=agg.weighted_sum, least=agg.POSITIVE)


def _optimised(tree: Tree, step: Step, planned: tuple[Planned, ...], leaves: Floats, on_low: OnLow) -> Weighed:
    def scores(weights: Floats) -> Floats:
        return np.stack(climb(tree, planned, leaves, weights[:, None, None], on_low)).reshape(len(tree.ids), -1)

    found = optimised(tree, tree.weight, scores, **step.params)
    note = Note(
        code="optimised_miss",
        message=Text(
            f"Trọng số optimised: phần đóng góp lệch mục tiêu nhiều nhất {found.miss:.6g}.",
            f"Optimised weights: the share furthest from its target misses it by {found.miss:.6g}.",
        ),
    )
    return Weighed(found.weights[:, None, None], planned, (note,))


def _negative(names: Sequence[str], weights: Floats, how: str) -> list[Note]:
    # A loading that pca was told not to keep arrives as exactly 0.
    return [
        Note(
            code="negative_weight",
            message=Text(
                f"Trọng số {how} của {name!r} âm ({'đã đặt bằng 0' if weight == 0 else f'{weight:.4g}'}): "
                "nó đi ngược các thành phần khác của nhóm.",
                f"The {how} weight of {name!r} is negative ({'set to 0' if weight == 0 else f'{weight:.4g}'}): "
                "it runs against the rest of its group.",
            ),
            indicator=name,
        )
        for name, weight in zip(names, weights, strict=True)
        if weight < 0 or (how == "pca" and weight == 0)
    ]
