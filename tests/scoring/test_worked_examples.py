"""A worked example for every way to normalise and to aggregate, each with where it comes from.

Where a publication or another library states the figures they are taken from there; where only the formula is
published, the figures were computed from it by hand.
"""

import attrs
import numpy as np
import pytest
from pymcdm.normalizations import linear_normalization, minmax_normalization
from scipy.stats import rankdata, zscore
from scoring_cases import close

from stregistry.scoring.aggregate import AGGREGATORS
from stregistry.scoring.method import Method
from stregistry.scoring.normalise import NORMALISERS
from stregistry.scoring.pipeline import run
from stregistry.scoring.table import Index, Table
from stregistry.scoring.tree import Tree

# Four groups of voters rank four towns; the last has 0, the first 3. Memphis, Nashville, Chattanooga, Knoxville.
TENNESSEE = {0.42: (3, 2, 1, 0), 0.26: (0, 3, 2, 1), 0.15: (0, 1, 3, 2), 0.17: (0, 1, 2, 3)}
SAMPLE = np.array([3.0, 1.5, 7.0, 4.5, 4.5, 12.0])


@attrs.frozen
class Example:
    """values: of one indicator, or of the children of one group. more: parameters. source: what states the outcome."""

    values: object
    expected: object
    source: str
    more: dict = attrs.field(factory=dict)
    up: bool = True
    posts: tuple = (np.nan, np.nan)
    goal: float = np.nan
    weights: tuple | None = None


NORMALISED = {
    "none": [Example([2, 5, 3], [2, 5, 3], "the figures as they are")],
    "min_max": [
        Example(SAMPLE, minmax_normalization(SAMPLE) * 100, "pymcdm, minmax_normalization"),
        Example(SAMPLE, minmax_normalization(SAMPLE, cost=True) * 100, "the same as a cost", up=False),
    ],
    "z_score": [Example(SAMPLE, zscore(SAMPLE, ddof=1), "scipy.stats.zscore with n - 1")],
    "percentile_rank": [
        Example(SAMPLE, (rankdata(SAMPLE, "min") - 1) / 5, "COINr, n_prank: (rank - 1) / (n - 1); ranks of scipy")
    ],
    "borda": [
        Example(
            [42 * 3, 42 * 2 + 26 * 3 + 15 + 17, 42 + 26 * 2 + 15 * 3 + 17 * 2, 26 + 15 * 2 + 17 * 3],
            [1, 3, 2, 0],
            "points of the four towns by Borda's count (126, 194, 173, 107): how many each leaves behind",
        )
    ],
    "rank": [
        Example(SAMPLE, rankdata(SAMPLE, "min"), "scipy.stats.rankdata"),
        Example(SAMPLE, rankdata(SAMPLE, "average"), "scipy.stats.rankdata", {"ties": "average"}),
    ],
    "distance_to_best": [
        Example([10, 25, 40], [0, 0.5, 1], "COINr, n_dist2max: 1 - (max - x) / (max - min), by hand"),
        Example([10, 25, 40], [1, 0.5, 0], "the same where less is better", up=False),
    ],
    "distance_to_reference": [
        Example(
            [10, 25, 40],
            [0, 1, 2],
            "COINr, n_dist2ref: 1 - (reference - x) / (reference - min), by hand",
            {"unit": "u1"},
        )
    ],
    "distance_to_target": [
        Example([10, 25, 40], [0, 0.3, 0.6], "COINr, n_dist2targ: (x - min) / (target - min), by hand", goal=60.0)
    ],
    "goalposts": [
        Example(
            [55.0, 20.0, 90.0],
            [0.551, 0, 1],
            "UNDP on the Human Development Index of 2013: a life expectancy of 55 between 20 and 83.57 gives 0.551",
            posts=(20.0, 83.57),
        )
    ],
    "fraction_of_best": [
        Example(SAMPLE, linear_normalization(SAMPLE), "pymcdm, linear_normalization"),
        Example(SAMPLE, linear_normalization(SAMPLE, cost=True), "the same as a cost", up=False),
    ],
}

AGGREGATED = {
    "arithmetic": [
        Example([[21, 1, 1, 1], [6, 6, 6, 6]], [6, 6], "Handbook 2008, step 6: two countries with the same mean"),
        Example(
            np.array(list(TENNESSEE.values())).T,
            [1.26, 1.94, 1.73, 1.07],
            "Borda's count of the vote on the capital of Tennessee, in shares of the voters",
            weights=tuple(TENNESSEE),
        ),
    ],
    "geometric": [Example([[21, 1, 1, 1], [6, 6, 6, 6]], [2.14, 6], "Handbook 2008, step 6: the same two countries")],
    "harmonic": [Example([[6, 12]], [8], "the harmonic mean of the Pythagoreans: 6, 8, 9, 12")],
    "generalised_mean": [
        Example(
            [[30, 20, 10]],
            [(36 / 3 * 1000) ** (1 / 3)],
            "UNDP, Human Poverty Index 1997-2009: the cube root of the mean of cubes, by hand",
            {"p": 3},
        )
    ],
    "copeland": [
        Example(
            np.array(list(TENNESSEE.values())).T,
            [-3, 3, 1, -1],
            "the vote on the capital of Tennessee: Nashville beats all, then Chattanooga, Knoxville, Memphis",
            weights=tuple(TENNESSEE),
        )
    ],
    "median": [Example([[10, 20, 70]], [20], "the weight reaches one half at 20, by hand", weights=(0.2, 0.4, 0.4))],
    "mpi": [
        Example(
            [[1, 1], [2, 3], [3, 2]],
            [
                100 - 10 / np.sqrt(2 / 3),
                *[(200 + 10 / np.sqrt(2 / 3)) / 2 - (10 / np.sqrt(2 / 3)) ** 2 / 4 / ((200 + 10 / np.sqrt(2 / 3)) / 2)]
                * 2,
            ],
            "De Muro, Mazziotta and Pareto, Social Indicators Research 104 (2011): M - S²/M, by hand",
        )
    ],
    "ampi": [
        Example(
            [[0, 0], [5, 10], [10, 10]],
            [70, 115 - 15**2 / 115, 130],
            "Mazziotta and Pareto, Social Indicators Research 136 (2018): on 70..130, M - S²/M, by hand",
        )
    ],
}


def cases(examples):
    return [pytest.param(how, one, id=f"{how}{n}") for how, some in examples.items() for n, one in enumerate(some)]


def test_every_way_has_an_example():
    """A row added to either dict without an example here is red."""
    assert set(NORMALISED) == set(NORMALISERS)
    assert set(AGGREGATED) == set(AGGREGATORS)


@pytest.mark.parametrize(("how", "one"), cases(NORMALISED))
def test_normalising(how, one):
    """The outcome the source states, through the whole pipeline; as many decimals as it states."""
    values = np.asarray(one.values, dtype=float)[:, None]
    index = Index(
        tree=Tree.of(["i"], {"i": "top"}),
        up=np.array([one.up]),
        low=np.array([one.posts[0]]),
        high=np.array([one.posts[1]]),
        goal=np.array([one.goal]),
    )
    table = Table(values=values, units=[f"u{n}" for n in range(len(values))])
    found = run(table, index, Method.of({"normalise": {"how": how, **one.more}})).outside("normalised")[:, 0]
    np.testing.assert_allclose(found, one.expected, atol=0.0005 if how == "goalposts" else 1e-12)


@pytest.mark.parametrize(("how", "one"), cases(AGGREGATED))
def test_aggregating(how, one):
    """The outcome the source states, for units in rows and children in columns."""
    y = np.asarray(one.values, dtype=float).T[:, None, :]
    weights = np.array(one.weights or np.ones(len(y)), dtype=float)[:, None, None]
    more = {"posts": None} if how == "ampi" else one.more
    found = AGGREGATORS[how].function(y, weights, **more)[0]
    if how == "geometric":
        np.testing.assert_allclose(found, one.expected, atol=0.005)
    else:
        close(found, one.expected)
