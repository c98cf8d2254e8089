"""The index tree: levels, weights, and the trees it refuses."""

import numpy as np
import pytest

from stregistry.errors import DomainError
from stregistry.scoring.tree import Tree

PARENTS = {"a": "g", "b": "g", "c": "top", "g": "top"}


def test_a_group_stands_one_level_above_its_highest_member():
    """An indicator right below the index does not pull the index down to level 2."""
    tree = Tree.of("abc", PARENTS)
    assert tree.ids == ("a", "b", "c", "g", "top")
    assert tree.level.tolist() == [1, 1, 1, 2, 3]


def test_effective_weights_of_indicators_sum_to_one():
    """What the indicators count for in the index is shared out completely."""
    tree = Tree.of("abc", PARENTS, {"a": 3, "c": 2, "g": 5})
    effective = tree.effective(tree.weight)
    np.testing.assert_allclose(effective[:3], [3 / 4 * 5 / 7, 1 / 4 * 5 / 7, 2 / 7])
    assert effective[: tree.leaves].sum() == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("indicators", "parents", "weights", "words"),
    [
        ("aab", {"a": "t", "b": "t"}, {}, "'a' stands twice"),
        ("ab", {"a": "t"}, {}, "'b' is in no group"),
        ("a", {"a": "t", "empty": "t"}, {}, "'empty' holds no indicator"),
        ("a", {"a": "g", "g": "h", "h": "g"}, {}, "lies inside itself"),
        ("a", {"a": "t", "x": "y", "y": "x"}, {}, "has no indicator below it"),
        ("ab", {"a": "t", "b": "s"}, {}, "several tops: 't', 's'"),
        ("ab", {"a": "b", "b": "t"}, {}, "'b' is an indicator"),
        ("ab", {"a": "t", "b": "t"}, {"a": -1}, "weight of 'a' is -1"),
        ("ab", {"a": "t", "b": "t"}, {"a": float("nan")}, "weight of 'a' is nan"),
        ("ab", {"a": "t", "b": "t"}, {"a": 0, "b": 0}, "group 't' sum to 0"),
        (["deals", "b"], {"deals": "t", "b": "t"}, {"deal": 1}, "did you mean 'deals'"),
        ("", {}, {}, "no indicator"),
    ],
)
def test_broken_trees_are_refused(indicators, parents, weights, words):
    """Each defect is named with the ids it is about."""
    with pytest.raises(DomainError, match=words):
        Tree.of(indicators, parents, weights)
