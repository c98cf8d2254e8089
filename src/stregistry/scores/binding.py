"""A framework as the scoring engine wants it: index tree, directions, posts and method."""

from typing import Final

import attrs
import numpy as np

from stregistry.errors import DomainError
from stregistry.framework import Framework, Indicator
from stregistry.measures.rules import Series
from stregistry.scoring.factors import Choice, Factor, factors_of
from stregistry.scoring.faults import Note
from stregistry.scoring.method import Impute, Method, Step
from stregistry.scoring.table import Index
from stregistry.scoring.tree import Tree
from stregistry.text import Text

KEYS: Final = ("unit", "period")


@attrs.frozen(eq=False, kw_only=True)
class Bound:
    """What a framework asks of a table.

    scored: the indicators with a direction, in the tree's column order; those of direction "none" are shown only.
    groups: ids of the groups that have a score, as the framework lists them.
    within: the columns that group units, for imputation. factors: the assumptions [uncertainty] leaves open.
    """

    framework: Framework
    scored: tuple[Indicator, ...]
    groups: tuple[str, ...]
    index: Index
    method: Method
    factors: tuple[Factor, ...]
    within: tuple[str, ...]
    notes: tuple[Note, ...]


def bind(framework: Framework) -> Bound:
    """The framework's index and method. Raises DomainError where it has no method or nothing to score."""
    if framework.method is None:
        raise DomainError(
            Text(
                f"Bộ chỉ tiêu '{framework.id}' không có bảng [method] nên không tính điểm. Thêm [method], ví dụ "
                'normalise = {how = "min_max"}.',
                f"Framework '{framework.id}' has no table [method], so it gives no scores. Add [method], for example "
                'normalise = {how = "min_max"}.',
            ),
            framework=framework.id,
        )
    _refuse_taken_names(framework)
    scored = tuple(i for i in framework.indicators if i.direction != "none" and i.group is not None)
    if not scored:
        raise DomainError(
            Text(
                f"Bộ chỉ tiêu '{framework.id}' không có chỉ tiêu nào để tính điểm: cần direction là up hoặc down, và "
                "group.",
                f"Framework '{framework.id}' has no indicator to score: one needs direction up or down, and a group.",
            ),
            framework=framework.id,
        )
    groups = _with_indicators(framework, scored)
    method = Method.of(framework.method)
    factors = factors_of(framework.uncertainty or {}, framework.method)
    return Bound(
        framework=framework,
        scored=scored,
        groups=groups,
        index=_index(framework, scored, groups),
        method=method,
        factors=factors,
        within=_within(method, factors),
        notes=tuple(_empty(group.id) for group in framework.groups if group.id not in groups),
    )


def column_names(indicator: Indicator) -> tuple[str, ...]:
    """The columns an indicator may stand in, the better one first."""
    series = indicator.rule.series if isinstance(indicator.rule, Series) else indicator.id
    return tuple(dict.fromkeys((indicator.id, series)))


def _refuse_taken_names(framework: Framework) -> None:
    for indicator in framework.indicators:
        if indicator.id in KEYS:
            raise DomainError(
                Text(
                    f"Chỉ tiêu không được mang mã '{indicator.id}': trong bảng, đó là tên cột của đơn vị và kỳ.",
                    f"An indicator cannot have the id '{indicator.id}': in a table that column names units or periods.",
                ),
                indicator=indicator.id,
            )


def _with_indicators(framework: Framework, scored: tuple[Indicator, ...]) -> tuple[str, ...]:
    """The groups with a scored indicator somewhere below; a group of shown indicators only is no part of the index."""
    parents = {group.id: group.parent for group in framework.groups}
    kept: set[str] = set()
    for indicator in scored:
        above = indicator.group
        while above is not None:
            kept.add(above)
            above = parents[above]
    return tuple(name for name in parents if name in kept)


def _index(framework: Framework, scored: tuple[Indicator, ...], groups: tuple[str, ...]) -> Index:
    kept = [group for group in framework.groups if group.id in groups]
    parents = {group.id: group.parent for group in kept} | {i.id: i.group for i in scored}
    weights = {group.id: group.weight for group in kept} | {i.id: i.weight for i in scored}
    bounds = np.array([i.bounds or (np.nan, np.nan) for i in scored], dtype=np.float64)
    return Index(
        tree=Tree.of([i.id for i in scored], parents, weights),
        up=np.array([i.direction == "up" for i in scored]),
        low=bounds[:, 0],
        high=bounds[:, 1],
        goal=np.array([np.nan if i.goal is None else i.goal for i in scored]),
        aggregate={group.id: Step(group.aggregate) for group in kept if group.aggregate is not None},
    )


def _within(method: Method, factors: tuple[Factor, ...]) -> tuple[str, ...]:
    steps = [method.impute]
    for factor in factors:
        if isinstance(factor, Choice):
            steps += [option for option in factor.options if isinstance(option, Impute)]
    return tuple(dict.fromkeys(step.within for step in steps if step.within is not None))


def _empty(group: str) -> Note:
    return Note(
        code="empty_group",
        message=Text(
            f"Nhóm '{group}' không có chỉ tiêu nào được tính điểm nên không thuộc chỉ số.",
            f"Group '{group}' has no indicator that is scored, so it is no part of the index.",
        ),
    )
