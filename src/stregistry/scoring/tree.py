"""The index tree as arrays: who belongs to whom, on which level, with which weight."""

from collections.abc import Mapping, Sequence
from functools import cached_property

import attrs
import numpy as np

from stregistry.errors import DomainError
from stregistry.scoring.faults import Floats, Ints, unknown_name, zero_weights
from stregistry.text import Text


@attrs.frozen
class Group:
    """One group of the tree: its node, its level (indicators are level 1) and the nodes right below it."""

    node: int
    level: int
    children: tuple[int, ...]


@attrs.frozen(eq=False)
class Tree:
    """An index tree; build it with `Tree.of`.

    ids: node names: the indicators in column order, then the groups from the bottom up, the index last.
    parent: (nodes,) the node above each, -1 for the index.
    level: (nodes,) 1 for an indicator, one more than its highest child for a group.
    weight: (nodes,) the weight of each node among its siblings, as given: not rescaled.
    groups: the groups in the order in which they can be computed.
    """

    ids: tuple[str, ...]
    leaves: int
    parent: Ints
    level: Ints
    weight: Floats
    groups: tuple[Group, ...]

    @classmethod
    def of(
        cls, indicators: Sequence[str], parents: Mapping[str, str | None], weights: Mapping[str, float] | None = None
    ) -> "Tree":
        """The tree of these indicators, in this order.

        parents: the group of every indicator and of every group; the index itself has None, or is left out.
        weights: default 1 each. Raises DomainError: an id twice, an indicator without a group, a group with
        nothing in it, a circle, several tops, a weight that is negative, not finite, or 0 for a whole group.

        >>> tree = Tree.of(["a", "b", "c"], {"a": "g", "b": "g", "c": "index", "g": "index"})
        >>> tree.ids, tree.level.tolist()
        (('a', 'b', 'c', 'g', 'index'), [1, 1, 1, 2, 3])
        """
        _refuse_repeats(indicators)
        names = _group_names(indicators, parents)
        levels = _levels(indicators, names, parents)
        ordered = sorted(names, key=lambda name: levels[name])  # stable: the given order inside a level
        ids = (*indicators, *ordered)
        place = {name: i for i, name in enumerate(ids)}
        parent = np.array([place[above] if (above := parents.get(name)) is not None else -1 for name in ids])
        level = np.array([levels[name] for name in ids])
        groups = tuple(
            Group(place[name], levels[name], tuple(int(i) for i in np.flatnonzero(parent == place[name])))
            for name in ordered
        )
        tree = cls(ids, len(indicators), parent, level, _weights(ids, weights or {}), groups)
        tree.check(tree.weight)
        return tree

    @property
    def indicators(self) -> tuple[str, ...]:
        """The ids of the indicators, in column order."""
        return self.ids[: self.leaves]

    @property
    def top(self) -> int:
        """The node of the index."""
        return len(self.ids) - 1

    @property
    def height(self) -> int:
        """How many levels of groups there are."""
        return int(self.level.max()) - 1

    @cached_property
    def place(self) -> dict[str, int]:
        """The node of each id."""
        return {name: i for i, name in enumerate(self.ids)}

    def node(self, name: str) -> int:
        """The node of an id. Raises DomainError with the nearest known id."""
        if name not in self.place:
            raise unknown_name(Text("chỉ tiêu hay nhóm", "indicator or group"), name, self.ids)
        return self.place[name]

    def check(self, weight: Floats) -> None:
        """Raises DomainError naming the first group whose children's weights sum to 0."""
        for group in self.groups:
            below = weight[list(group.children)]
            # Loadings of a principal component can cancel out; the sum is judged against their size.
            if abs(below.sum()) <= 1e-12 * np.abs(below).sum():
                raise zero_weights(self.ids[group.node])

    def shares(self, weight: Floats) -> Floats:
        """(nodes,) each node's weight as a share of its siblings' sum; the index has 1."""
        share = np.ones(len(self.ids))
        for group in self.groups:
            children = list(group.children)
            share[children] = weight[children] / weight[children].sum()
        return share

    def effective(self, weight: Floats) -> Floats:
        """(nodes,) what each node counts for in the index: the product of the shares up the tree."""
        effective = self.shares(weight)
        for group in reversed(self.groups):
            effective[list(group.children)] *= effective[group.node]
        return effective


def _refuse_repeats(indicators: Sequence[str]) -> None:
    seen: set[str] = set()
    for name in indicators:
        if name in seen:
            raise DomainError(Text(f"Chỉ tiêu {name!r} có hai lần.", f"Indicator {name!r} stands twice."), id=name)
        seen.add(name)
    if not seen:
        raise DomainError(Text("Cây chỉ số không có chỉ tiêu nào.", "The index tree has no indicator."))


def _group_names(indicators: Sequence[str], parents: Mapping[str, str | None]) -> list[str]:
    """The ids of the groups, in order of appearance, each checked to hold something."""
    leaves = set(indicators)
    names = dict.fromkeys(
        name for pair in parents.items() for name in (pair[1], pair[0]) if name is not None and name not in leaves
    )
    for name in indicators:
        if parents.get(name) is None:
            raise DomainError(
                Text(
                    f"Chỉ tiêu {name!r} không thuộc nhóm nào. Ghi nhóm của nó.",
                    f"Indicator {name!r} is in no group. Say which group it belongs to.",
                ),
                id=name,
            )
    used = {above for above in parents.values() if above is not None}
    for name in names:
        if name not in used:
            raise DomainError(
                Text(
                    f"Nhóm {name!r} không có chỉ tiêu hay nhóm con nào. Bỏ nhóm này hoặc đưa chỉ tiêu vào.",
                    f"Group {name!r} holds no indicator and no group. Remove it or put an indicator in.",
                ),
                id=name,
            )
    for above in used & leaves:
        raise DomainError(
            Text(f"{above!r} là chỉ tiêu, không thể làm nhóm.", f"{above!r} is an indicator and cannot be a group."),
            id=above,
        )
    return list(names)


def _levels(indicators: Sequence[str], names: list[str], parents: Mapping[str, str | None]) -> dict[str, int]:
    """The level of every node. Raises DomainError for a circle, or more or fewer than one top."""
    tops = [name for name in names if parents.get(name) is None]
    if len(tops) > 1:
        listed = ", ".join(repr(name) for name in tops)
        raise DomainError(
            Text(
                f"Cây chỉ số có nhiều đỉnh: {listed}. Chỉ một nhóm được không có nhóm cha.",
                f"The index tree has several tops: {listed}. Exactly one group has no parent.",
            ),
            tops=tuple(tops),
        )
    levels = dict.fromkeys(indicators, 1)
    for name in indicators:
        level, walked, above = 1, {name}, parents.get(name)
        while above is not None:
            if above in walked:
                raise DomainError(
                    Text(
                        f"Nhóm {above!r} nằm trong chính nó (qua nhóm con). Sửa 'parent'.",
                        f"Group {above!r} lies inside itself (through a group below it). Mend its 'parent'.",
                    ),
                    id=above,
                )
            walked.add(above)
            level += 1
            levels[above] = max(levels.get(above, 1), level)
            above = parents.get(above)
    # A circle that holds no indicator is never walked: its groups have no level.
    for name in names:
        if name not in levels:
            raise DomainError(
                Text(
                    f"Nhóm {name!r} không có chỉ tiêu nào bên dưới. Bỏ nhóm này hoặc đưa chỉ tiêu vào.",
                    f"Group {name!r} has no indicator below it. Remove it or put an indicator in.",
                ),
                id=name,
            )
    return levels


def _weights(ids: tuple[str, ...], weights: Mapping[str, float]) -> Floats:
    for name in weights:
        if name not in ids:
            raise unknown_name(Text("chỉ tiêu hay nhóm", "indicator or group"), name, ids)
    values = np.array([float(weights.get(name, 1.0)) for name in ids])
    for name, value in zip(ids, values, strict=True):
        if not (np.isfinite(value) and value >= 0):
            raise DomainError(
                Text(
                    f"Trọng số của {name!r} là {value:g}; cần một số từ 0 trở lên.",
                    f"The weight of {name!r} is {value:g}; it has to be a number of 0 or more.",
                ),
                id=name,
            )
    return values
