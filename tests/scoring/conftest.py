"""Fixtures of the scoring tests: the reference example, and a small index to compute with."""

import numpy as np
import pytest
from scoring_cases import REFERENCE, Asem

from stregistry.scoring.table import Index, Table
from stregistry.scoring.tree import Tree


@pytest.fixture(scope="session")
def asem():
    if not REFERENCE.exists():
        pytest.skip(f"the reference results are not here: {REFERENCE}")
    return Asem()


@pytest.fixture(scope="session")
def asem_stages(asem):
    return asem.stages()


@pytest.fixture
def small():
    """12 units and 5 indicators in two groups, drawn once: skewed, with two cells missing and one 'down' column."""
    rng = np.random.default_rng(7)
    values = np.exp(rng.normal(size=(12, 5)))
    values[3, 1] = values[8, 4] = np.nan
    tree = Tree.of(
        "abcde", {"a": "g", "b": "g", "c": "h", "d": "h", "e": "h", "g": "top", "h": "top"}, {"a": 2, "h": 3}
    )
    return (
        Table(values=values, units=tuple(f"u{i}" for i in range(12))),
        Index(tree=tree, up=np.array([True, True, False, True, True])),
    )
