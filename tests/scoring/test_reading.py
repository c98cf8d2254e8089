"""Reading results: attribution, what-if, correlations, trends, profiles and variants."""

import itertools

import attrs
import numpy as np
import pytest
from scoring_cases import close

from stregistry.errors import DomainError
from stregistry.scoring import correlate, trend
from stregistry.scoring.attribution import over_causes, over_indicators, shapley
from stregistry.scoring.method import Method
from stregistry.scoring.pipeline import run
from stregistry.scoring.table import Index, Table
from stregistry.scoring.tree import Tree
from stregistry.scoring.variants import availability, compare, leave_out, profile
from stregistry.scoring.whatif import Goal, least_change, least_change_of_one, marginal_gains

NAN = np.nan


def moved(table, seed=3, gaps=0.1):
    rng = np.random.default_rng(seed)
    values = table.values * np.exp(0.3 * rng.normal(size=table.values.shape))
    values[rng.random(values.shape) < gaps] = NAN
    return attrs.evolve(table, values=values)


# Attribution


@pytest.mark.parametrize(
    "aggregate",
    [
        {"how": "arithmetic"}, {"how": "geometric"}, {"how": "harmonic"}, {"how": "generalised_mean", "p": 0.5},
        {"how": "median"}, {"how": "copeland"}, {"how": "mpi"}, {"how": "ampi"},
        [{"how": "geometric"}, {"how": "median"}],
    ],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("weighting", ["given", "critic"])
def test_shares_add_up_to_the_change(small, aggregate, weighting):
    """Indicators and changed coverage or weights add up to each unit's change, with cells coming and going."""
    table, index = small
    spec = {"normalise": {"to": [1, 100]}, "aggregate": aggregate, "weights": {"how": weighting}}
    before, after = run(table, index, Method.of(spec)), run(moved(table), index, Method.of(spec))
    got = over_indicators(before, after)
    total = got.indicators.sum(axis=0) + got.coverage.sum(axis=0)
    np.testing.assert_allclose(total, got.change, rtol=1e-9, atol=1e-9)
    assert np.isfinite(got.change).any()
    assert np.abs(got.coverage).max() > 0


def test_bod_shares_add_up(small):
    """The sum Σw·y with changing weights splits exactly too."""
    table, index = small
    method = Method.of({"normalise": {"to": [1, 100]}, "weights": {"how": "bod"}})
    got = over_indicators(run(table, index, method), run(moved(table), index, method))
    np.testing.assert_allclose(got.indicators.sum(axis=0) + got.coverage.sum(axis=0), got.change, atol=1e-9)


def test_an_arithmetic_share_is_weight_times_change(small):
    """Without gaps the share of an indicator is its effective weight times the change of its score."""
    table, index = small
    table = attrs.evolve(table, values=np.nan_to_num(table.values, nan=1.0))
    before, after = (run(t, index, Method()) for t in (table, moved(table, gaps=0)))
    got = over_indicators(before, after)
    weight = index.tree.effective(index.tree.weight)[:5, None]
    close(got.indicators, weight * (after.scores - before.scores)[:5, 0])
    close(got.coverage, np.zeros(got.coverage.shape))


def test_nothing_moved_has_no_shares(small):
    """A unit that did not change has shares of 0, also through a geometric mean where Δ is 0."""
    table, index = small
    stages = run(table, index, Method.of({"normalise": {"to": [1, 100]}, "aggregate": {"how": "geometric"}}))
    got = over_indicators(stages, stages)
    close(got.indicators, np.zeros((5, 12)))
    close(got.change, np.zeros(12))


def test_different_trees_cannot_be_split_over_indicators(small):
    """Another tree or aggregation is a cause of its own."""
    table, index = small
    before = run(table, index, Method())
    with pytest.raises(DomainError, match="over_causes"):
        over_indicators(before, run(table, index, Method.of({"aggregate": {"how": "median"}})))


def test_shapley_of_the_glove_game():
    """One left glove, two right: 2/3 for the left, 1/6 for each right. The textbook glove game."""
    share = shapley(lambda on: np.array(float(on[0] and (on[1] or on[2]))), 3)
    close(share, [2 / 3, 1 / 6, 1 / 6])
    with pytest.raises(DomainError, match="at most 12 members, here are 13"):
        shapley(lambda on: np.zeros(1), 13)


def test_causes_add_up_through_the_real_pipeline(small):
    """Records, scale and framework share the whole change; a cause that changes nothing has exactly 0."""
    table, index = small
    later, method = moved(table), Method.of({"normalise": {"to": [1, 100]}})
    other = Method.of({"normalise": {"to": [1, 100]}, "aggregate": {"how": "geometric"}})
    first = run(table, index, method)

    def state(now):
        data = later if "records" in now else table
        return run(data, index, other if "framework" in now else method, None if "scale" in now else first).index_scores

    # The first run's scale can put new values at 0 or below, where no geometric mean exists: keep to its range.
    later = attrs.evolve(later, values=np.clip(later.values, np.nanmin(table.values, 0), np.nanmax(table.values, 0)))
    got = over_causes(state, ["records", "scale", "framework", "nothing"])
    change = run(later, index, other).index_scores - first.index_scores
    np.testing.assert_allclose(sum(got.values()), change, atol=1e-9)
    np.testing.assert_array_equal(got["nothing"], np.zeros(12))
    assert np.abs(got["framework"]).max() > 0.1


# What if


def test_the_answer_is_confirmed_and_least(small):
    """A full run at the answer reaches the rank; a little less does not."""
    table, index = small
    stages = run(table, index, Method.of({"treat": {"winsorise": 2, "then": "log_ct"}}))
    unit = int(np.argsort(stages.index_ranks)[6])
    goal = Goal(rank=int(stages.index_ranks[unit]) - 1)
    answer = least_change_of_one(stages, table.units[unit], "a", goal)
    assert answer is not None

    def rank_at(value):
        values = table.values.copy()
        values[unit, 0] = value
        return run(attrs.evolve(table, values=values), index, stages.method).index_ranks[unit]

    value, today = answer.values["a"], table.values[unit, 0]
    assert rank_at(value) == answer.rank <= goal.rank
    assert rank_at(today + (value - today) * 0.999) > goal.rank


@pytest.mark.parametrize("weighting", ["given", "critic"])
def test_a_score_for_a_set_of_indicators(small, weighting):
    """Several indicators move the same share of their way, also where weights follow the data."""
    table, index = small
    stages = run(table, index, Method.of({"weights": {"how": weighting}}))
    goal = Goal(score=float(stages.index_scores[0] + 5))
    answer = least_change(stages, "u0", {"a": 6.0, "c": 0.1}, goal, steps=20)
    assert answer is not None
    assert answer.score >= goal.score
    for name, bound in (("a", 6.0), ("c", 0.1)):
        today = table.values[0, "abcde".index(name)]
        close((answer.values[name] - today) / (bound - today), answer.share)


def test_what_is_reached_already_and_what_cannot_be(small):
    """No change when the goal is met, None when nothing within bounds meets it."""
    table, index = small
    stages = run(table, index, Method())
    assert least_change(stages, "u0", {"a": 9.0}, Goal(rank=12)).share == 0
    assert least_change(stages, "u0", {"a": table.values[0, 0] + 1e-6}, Goal(score=99.9)) is None


def test_what_if_refuses(small):
    """Unknown names, and a cell that was not measured."""
    table, index = small
    stages = run(table, index, Method())
    for unit, name, words in [("u99", "a", "no unit 'u99'"), ("u0", "x", "no indicator"), ("u3", "b", "no measured")]:
        with pytest.raises(DomainError, match=words):
            least_change_of_one(stages, unit, name, Goal(rank=1), 0.0, 1.0)


@pytest.mark.parametrize("pooled", [True, False])
def test_what_if_in_a_panel(small, pooled):
    """One period changes and is looked at; with a scale of its own it answers as that period alone does."""
    table, index = small
    method = Method.of({"treat": {"winsorise": 2, "then": "log_ct"}, "pooled": pooled})
    both = Table(values=np.stack([table.values, table.values * 1.5]), units=table.units, periods=["1", "2"])
    panel, alone = run(both, index, method), run(table, index, method)
    unit = int(np.argsort(panel.index_ranks[0])[6])
    goal = Goal(rank=int(panel.index_ranks[0, unit]) - 1)
    answer = least_change_of_one(panel, table.units[unit], "a", goal, period=0)
    assert answer is not None
    changed = both.values.copy()
    changed[0, unit, 0] = answer.values["a"]
    again = run(attrs.evolve(both, values=changed), index, method)
    assert again.index_ranks[0, unit] == answer.rank <= goal.rank
    if not pooled:
        expected = least_change_of_one(alone, table.units[unit], "a", goal)
        assert (expected.values, expected.rank) == (answer.values, answer.rank)
        for field in ("per_unit", "per_range"):
            close(getattr(marginal_gains(panel, "u0", period=0), field), getattr(marginal_gains(alone, "u0"), field))


def test_marginal_gains_of_a_linear_index():
    """Inside fixed posts an indicator's gain is its weight over the width of its posts; for 'down' too."""
    tree = Tree.of("ab", {"a": "t", "b": "t"}, {"a": 3})
    index = Index(tree=tree, up=np.array([True, False]), low=np.array([0.0, 0.0]), high=np.array([10.0, 100.0]))
    stages = run(
        Table(values=np.array([[5.0, 50.0], [2.0, 20.0]]), units="xy"),
        index,
        Method.of({"normalise": {"how": "goalposts"}}),
    )
    gains = marginal_gains(stages, "x")
    np.testing.assert_allclose(gains.per_unit, [0.75 / 10, 0.25 / 100], rtol=1e-6)
    np.testing.assert_allclose(gains.per_range, [0.75 / 10 * 3, 0.25 / 100 * 30], rtol=1e-6)


# Correlations


@pytest.mark.parametrize(
    ("how", "scipy_name"), [("pearson", "pearsonr"), ("spearman", "spearmanr"), ("kendall", "kendalltau")]
)
def test_correlations_agree_with_scipy(how, scipy_name):
    """r and p equal scipy's on complete pairs, with ties; the matrix is symmetric."""
    from scipy import stats

    rng = np.random.default_rng(1)
    x = rng.integers(0, 6, size=(3, 25)).astype(float)
    x[0, :5] = NAN
    found = correlate.correlations(x, x, how)
    more = {"method": "asymptotic"} if how == "kendall" else {}
    for i, j in itertools.product(range(3), repeat=2):
        both = ~np.isnan(x[i]) & ~np.isnan(x[j])
        expected = getattr(stats, scipy_name)(x[i, both], x[j, both], **more)
        assert found.r[i, j] == pytest.approx(expected[0], abs=1e-12)
        assert found.p[i, j] == pytest.approx(expected[1], abs=1e-10)
        assert found.pairs[i, j] == both.sum()


def test_correlation_needs_three_pairs_and_variation():
    """Two pairs, or a constant partner, have no correlation; an unknown name is refused."""
    a = np.array([[1.0, 2, NAN, NAN], [1, 1, 1, 1]])
    b = np.array([[1.0, 3, 2, 5]])
    for how in ("pearson", "spearman", "kendall"):
        found = correlate.correlations(a, b, how)
        assert np.isnan(found.r).all()
        assert np.isnan(found.p).all()
    with pytest.raises(DomainError, match="did you mean 'pearson'"):
        correlate.correlations(a, b, "pearsen")


def test_alpha_of_parallel_items():
    """Identical items have alpha 1; k items with variances 1 and correlation r have k·r / (1 + (k - 1)·r)."""
    item = np.arange(6.0)
    assert correlate.cronbach_alpha(np.stack([item, item, item])) == pytest.approx(1.0)
    rng = np.random.default_rng(0)
    z = rng.normal(size=(2, 50))
    z = (z - z.mean(1, keepdims=True)) / z.std(1, ddof=1, keepdims=True)
    r = np.corrcoef(z)[0, 1]
    assert correlate.cronbach_alpha(z) == pytest.approx(2 * r / (1 + r))
    assert np.isnan(correlate.cronbach_alpha(item[None]))


def test_components_explain_everything():
    """Shares of variance fall and sum to 1; loadings rebuild the correlation matrix."""
    x = np.random.default_rng(0).normal(size=(4, 30))
    x[1] += x[0]
    found = correlate.components(x)
    assert found.explained.sum() == pytest.approx(1.0)
    assert (np.diff(found.explained) <= 0).all()
    np.testing.assert_allclose((found.loadings * found.explained * 4) @ found.loadings.T, np.corrcoef(x), atol=1e-12)
    with pytest.raises(DomainError, match="every column has to vary"):
        correlate.components(np.ones((2, 5)))


def test_kmo_and_bartlett_by_their_definitions():
    """Partial correlations by regression residuals, and -(n - 1 - (2k + 5)/6)·ln|R|; two columns have KMO ½."""
    rng = np.random.default_rng(2)
    x = rng.normal(size=(3, 40)) + rng.normal(size=40)
    r = np.corrcoef(x)
    partial = np.zeros((3, 3))
    for i, j, k in itertools.permutations(range(3)):
        partial[i, j] = (r[i, j] - r[i, k] * r[j, k]) / np.sqrt((1 - r[i, k] ** 2) * (1 - r[j, k] ** 2))
    off = ~np.eye(3, dtype=bool)
    expected = (r[off] ** 2).sum() / ((r[off] ** 2).sum() + (partial[off] ** 2).sum())
    assert correlate.kmo(x).overall == pytest.approx(expected)
    assert correlate.kmo(x[:2]).overall == pytest.approx(0.5)
    test = correlate.bartlett(x)
    assert test.chi_square == pytest.approx(-(39 - 11 / 6) * np.log(np.linalg.det(r)))
    assert test.degrees == 3
    assert 0 < test.p < 0.05
    for function in (correlate.kmo, correlate.bartlett):
        with pytest.raises(DomainError, match="linear combination"):
            function(np.stack([x[0], x[1], x[0] + x[1]]))


# Trends


def test_cagr_by_hand():
    """100 to 121 in two years is 10 % a year; the window is cut first; too few values have none."""
    x = np.array([[100, NAN, 121, 500], [NAN, 50, NAN, NAN], [NAN, 8, 4, 0]])
    times = np.array([2020, 2021, 2022, 2024])
    close(trend.cagr(x, times, "abc", window=(2020, 2022)), [0.1, NAN, -0.5])
    close(trend.cagr(x, times, "abc"), [5**0.25 - 1, NAN, -1])
    for bad in ([0.0, 1.0], [1.0, -1.0]):
        with pytest.raises(DomainError, match="'deals': no growth rate"):
            trend.cagr(np.array([bad]), np.array([0.0, 1.0]), ["deals"])


def test_percent_change_of_a_straight_line():
    """A line from 10 rising 2 a year changes 20 % a year, with a gap filled and in 5 years 100 %."""
    x = np.array([[10, 12, NAN, 16, 18]])
    times = np.array([0.0, 1, 2, 3, 4])
    close(trend.percent_change(x, times, "a"), [20])
    close(trend.percent_change(x, times, "a", per=5, window=(1, 4)), [100 * 2 * 5 / 12])
    with pytest.raises(DomainError, match="'a': the trend starts at -"):
        trend.percent_change(np.array([[-1.0, 5.0]]), np.array([0.0, 1.0]), "a")


# Profiles and variants


@pytest.mark.parametrize(("file", "part"), [("8_strengths_ESP", "strengths"), ("8_weaknesses_ESP", "weaknesses")])
def test_profile_agrees_with_coinr(asem, asem_stages, file, part):
    """Strengths and weaknesses of Spain on the raw data are the reference's; ties stand in another order there."""
    rows = sorted(asem.sheet(f"01_pipeline/{file}.csv").rows.values(), key=lambda row: (int(row["Rank"]), row["Code"]))
    raw = asem.table()
    found = getattr(profile(asem_stages, "ESP", raw.inside(raw.values)), part)
    found = sorted(found, key=lambda one: (one.rank, one.indicator))
    assert [(one.indicator, one.rank) for one in found] == [(row["Code"], int(row["Rank"])) for row in rows]
    close([one.value for one in found], [float(row["Value"]) for row in rows])


def test_availability_by_group(small):
    """The measured share of all indicators below each node."""
    table, index = small
    share = availability(index.tree, table.inside(table.values))
    place = index.tree.place
    assert share[place["g"], 0, 3] == 0.5
    assert share[place["h"], 0, 8] == pytest.approx(2 / 3)
    assert share[place["top"], 0, 8] == 0.8
    assert share[place["top"], 0, 0] == 1


def test_leaving_out_is_weight_zero(small):
    """Leaving out an indicator equals a tree in which its weight is 0; the index itself cannot be left out."""
    table, index = small
    tree = Tree.of(
        "abcde", {"a": "g", "b": "g", "c": "h", "d": "h", "e": "h", "g": "top", "h": "top"}, {"a": 0, "h": 3}
    )
    expected = run(table, attrs.evolve(index, tree=tree), Method())
    np.testing.assert_array_equal(leave_out(run(table, index, Method()), "a"), expected.scores)
    with pytest.raises(DomainError, match="cannot be left out"):
        leave_out(expected, "top")


def test_compared_with_itself_and_reversed():
    """The same ranking correlates 1, the reversed one -1; differences are second minus first."""
    scores = np.array([5.0, 3, 1, NAN])
    same, turned = compare(scores, scores), compare(scores, -scores)
    assert (same.spearman, same.kendall) == (1, 1)
    assert (turned.spearman, turned.kendall) == (-1, -1)
    close(turned.rank, [2, 0, -2, NAN])
