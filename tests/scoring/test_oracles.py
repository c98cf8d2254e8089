"""Independent implementations where they overlap with ours: pymcdm for weights, SALib for sensitivity indices.

And the examples by which the literature tells the aggregations apart.
"""

import numpy as np
import pytest

from stregistry.scoring import weight
from stregistry.scoring.aggregate import AGGREGATORS
from stregistry.scoring.method import Method
from stregistry.scoring.pipeline import run
from stregistry.scoring.sensitivity import design, indices
from stregistry.scoring.table import Index, Table
from stregistry.scoring.tree import Tree

pymcdm = pytest.importorskip("pymcdm", reason="an oracle of the dev group")
SEEDS = range(5)


def drawn(seed: int, units: int = 30, children: int = 6):
    """(children, units) positive scores, correlated and of unlike spread."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=units)
    spread = rng.uniform(0.1, 2, size=(children, 1))
    return np.exp(spread * (rng.uniform(-1, 1, size=(children, 1)) * common + rng.normal(size=(children, units))))


@pytest.mark.parametrize("seed", SEEDS)
def test_entropy_weights_are_those_of_pymcdm(seed):
    """1 - E rescaled to sum 1, on positive columns (pymcdm has no rule for missing cells)."""
    from pymcdm.weights import entropy_weights

    y = drawn(seed)
    found = weight.entropy(y, np.ones(len(y)), "abcdef")
    np.testing.assert_allclose(found / found.sum(), entropy_weights(y.T), rtol=1e-10)


@pytest.mark.parametrize("seed", SEEDS)
def test_critic_weights_are_those_of_pymcdm(seed):
    """σ·Σ(1 - r) on min-max columns, rescaled to sum 1."""
    from pymcdm.weights import critic_weights

    y = drawn(seed)
    found = weight.critic(y, np.ones(len(y)), "abcdef")
    np.testing.assert_allclose(found / found.sum(), critic_weights(y.T), rtol=1e-10)


@pytest.mark.parametrize("seed", SEEDS)
def test_sobol_indices_are_those_of_salib(seed):
    """First order and total of the Ishigami function at our own points.

    SALib takes the variance with n, subtracts the mean and divides by the standard deviation before it starts, and
    lays its rows out point by point; so its figures are ours without the centring, times (2n - 1) / 2n.
    """
    pytest.importorskip("SALib", reason="an oracle of the dev group")
    from SALib.analyze import sobol

    n, d = 256, 3
    points = design(n, [1] * d, seed=seed)
    x = np.pi * (2 * points - 1)
    y = np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
    # Its order: for each row A, AB_1 … AB_d, B; and it standardises over everything it is given.
    a, b, *mixed = y.reshape(d + 2, n)
    theirs = np.stack([a, *mixed, b], axis=1).reshape(-1)
    problem = {"num_vars": d, "names": list("abc"), "bounds": [[-np.pi, np.pi]] * d}
    expected = sobol.analyze(problem, theirs, calc_second_order=False, num_resamples=2, seed=1)
    moved = y - theirs.mean()
    found = indices(moved[:, None], d, seed=1, bootstrap=2, centre=False)
    factor = (2 * n - 1) / (2 * n)
    np.testing.assert_allclose(found.first[:, 0] / factor, expected["S1"], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found.total[:, 0] / factor, expected["ST"], rtol=1e-9)


def group_of(rows, how, **params):
    """The scores of units, rows, by one aggregation of equal weights."""
    y = np.asarray(rows, dtype=float).T[:, None, :]
    return AGGREGATORS[how].function(y, np.ones((len(y), 1, 1)), **params)[0]


def test_the_handbooks_two_countries():
    """(21, 1, 1, 1) and (6, 6, 6, 6) have the same arithmetic mean, 6; geometric means are 2.14 and 6.

    OECD and JRC, Handbook on Constructing Composite Indicators, 2008, step 6, on geometric aggregation.
    """
    rows = [[21, 1, 1, 1], [6, 6, 6, 6]]
    np.testing.assert_array_equal(group_of(rows, "arithmetic"), [6, 6])
    np.testing.assert_allclose(group_of(rows, "geometric"), [2.14, 6], atol=0.005)


def test_the_penalty_of_an_unbalanced_unit():
    """MPI and AMPI of a balanced unit are its mean; one of the same mean whose members differ has less, M - S²/M.

    Mazziotta and Pareto's definition; the two forms differ only in the scale below them.
    """
    rows = np.array([[100.0, 100, 100], [90, 100, 110], [110, 100, 90]])
    spread = rows[1].std()
    tree = Tree.of("abc", dict.fromkeys("abc", "top"))
    index = Index(tree=tree, up=np.ones(3, dtype=bool), low=np.full(3, 70.0), high=np.full(3, 130.0))
    spec = {"normalise": {"how": "goalposts", "to": [70, 130]}, "aggregate": {"how": "ampi"}}
    found = run(Table(values=rows, units="xyz"), index, Method.of(spec)).index_scores
    np.testing.assert_allclose(found, [100, 100 - spread**2 / 100, 100 - spread**2 / 100])


def test_a_condorcet_winner_need_not_have_the_highest_mean():
    """The borda order and the pairwise order disagree, the classical objection of Condorcet to Borda.

    Of five judges three prefer A > B > C and two B > C > A: A beats both others, B has more points (7 to 6).
    """
    ranks = {"A": [2, 2, 2, 0, 0], "B": [1, 1, 1, 2, 2], "C": [0, 0, 0, 1, 1]}
    rows = list(ranks.values())
    assert group_of(rows, "copeland").tolist() == [2, 0, -2]
    np.testing.assert_allclose(group_of(rows, "arithmetic"), [6 / 5, 7 / 5, 2 / 5])


def test_up_and_down_mirror_through_the_whole_index():
    """Turning an indicator round and negating it changes no score, whatever is done on the way."""
    rng = np.random.default_rng(3)
    values = np.exp(rng.normal(size=(15, 3)))
    tree = Tree.of("abc", dict.fromkeys("abc", "top"))
    spec = {
        "treat": {"winsorise": 2},
        "normalise": {"how": "min_max", "to": [1, 100]},
        "aggregate": {"how": "geometric"},
    }
    names = [str(i) for i in range(15)]
    first = run(Table(values=values, units=names), Index(tree=tree, up=np.array([True, True, False])), Method.of(spec))
    turned = values * np.array([1, 1, -1])
    second = run(Table(values=turned, units=names), Index(tree=tree, up=np.ones(3, dtype=bool)), Method.of(spec))
    np.testing.assert_allclose(second.scores, first.scores, rtol=1e-12)
