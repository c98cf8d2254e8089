"""Weights and aggregation: worked examples, properties, faults, and reading the method."""

import itertools

import attrs
import numpy as np
import pytest
from scoring_cases import close

from stregistry.errors import DomainError
from stregistry.scoring import aggregate as agg
from stregistry.scoring import weight
from stregistry.scoring.method import Method, Step, merged
from stregistry.scoring.optimise import optimised
from stregistry.scoring.pipeline import run
from stregistry.scoring.table import Index, Table
from stregistry.scoring.tree import Tree
from stregistry.scoring.variants import missing_reasons

NAN = np.nan


def shaped(rows):
    """(children, units) as the aggregations take it, (children, periods, units)."""
    return np.asarray(rows, dtype=float)[:, None, :]


def weights(*values):
    return np.array(values, dtype=float)[:, None, None]


@pytest.mark.parametrize(
    ("how", "params", "expected"),
    [
        ("arithmetic", {}, (2 + 3 * 8) / 4),
        ("geometric", {}, (2 * 8**3) ** 0.25),
        ("harmonic", {}, 4 / (1 / 2 + 3 / 8)),
        ("generalised_mean", {"p": 2}, ((4 + 3 * 64) / 4) ** 0.5),
        ("generalised_mean", {"p": 0}, (2 * 8**3) ** 0.25),
        ("generalised_mean", {"p": -1}, 4 / (1 / 2 + 3 / 8)),
        ("generalised_mean", {"p": 1}, (2 + 3 * 8) / 4),
        ("generalised_mean", {"p": 900}, 8 * 0.75 ** (1 / 900)),
        ("median", {}, 8),
    ],
)
def test_means_by_hand(how, params, expected):
    """2 and 8 with weights 1 and 3; a missing child is dropped and the rest rescaled; nothing left is NaN."""
    y = shaped([[2, 2, NAN], [8, 8, NAN], [5, NAN, NAN]])
    got = agg.AGGREGATORS[how].function(y, weights(1, 3, 0), **params)
    close(got[0], [expected, expected, NAN])


def test_the_power_means_rise_with_their_power():
    """Harmonic <= geometric <= arithmetic <= quadratic, for any scores and weights."""
    rng = np.random.default_rng(0)
    y, w = shaped(rng.uniform(1, 100, size=(5, 40))), weights(*rng.uniform(size=5))
    means = [agg.generalised_mean(y, w, p) for p in (-3, -1, 0, 0.5, 1, 2)]
    assert all((low <= high + 1e-12).all() for low, high in itertools.pairwise(means))


def test_median_takes_the_lower_at_exactly_half():
    """With equal weights of four children, the second lowest; tenths add up to a half in spite of rounding."""
    assert agg.median(shaped([[4], [1], [3], [2]]), weights(1, 1, 1, 1))[0, 0] == 2
    assert 0.1 + 0.7 < 0.8
    assert agg.median(shaped([[1], [2], [3]]), weights(0.1, 0.7, 0.8))[0, 0] == 2


def test_copeland_on_a_voting_cycle():
    """Condorcet's cycle A > B > C > A leaves everybody at 0; a unit that beats all others has n - 1."""
    cycle = shaped([[3, 2, 1], [1, 3, 2], [2, 1, 3]])
    assert agg.copeland(cycle, weights(1, 1, 1)).tolist() == [[0, 0, 0]]
    assert agg.copeland(cycle, weights(2, 1, 1)).tolist() == [[1, 0, -1]]
    assert agg.copeland(cycle, weights(3, 1, 1)).tolist() == [[2, 0, -2]]


def test_copeland_compares_what_both_have():
    """A pair without a common child counts for neither, and a unit with nothing has no score."""
    y = shaped([[1, 2, NAN, NAN], [5, NAN, 1, NAN]])
    assert agg.copeland(y, weights(1, 1))[0, :3].tolist() == [0, 1, -1]
    assert np.isnan(agg.copeland(y, weights(1, 1))[0, 3])


def test_copeland_scores_sum_to_zero():
    """Every win is somebody's loss."""
    y = shaped(np.random.default_rng(1).integers(0, 5, size=(7, 30)))
    assert agg.copeland(y, weights(*range(1, 8))).sum() == 0


def test_mpi_of_balanced_and_unbalanced_units():
    """MPI is M - S²/M on scores of mean 100 and sd 10: 100 for the average unit, less when unbalanced.

    The definition of De Muro, Mazziotta and Pareto 2011, computed by hand.
    """
    y = shaped([[1, 2, 3], [1, 3, 2]])
    z = 100 + 10 * np.array([-1.0, 0.0, 1.0]) / np.sqrt(2 / 3)
    mean, variance = (z[1] + z[2]) / 2, (z[2] - z[1]) ** 2 / 4
    close(agg.mpi(y, weights(1, 1))[0], [z[0], mean - variance / mean, mean - variance / mean])
    close(agg.mpi(y, weights(1, 1), high_is_good=False)[0, 1], mean + variance / mean)


def test_ampi_puts_posts_at_70_and_130():
    """Fixed posts, or the observed ends over all periods, become 70 and 130."""
    y = np.array([[[1.0, 2.0], [3.0, 5.0]], [[1.0, 2.0], [3.0, 5.0]]])
    close(agg.ampi(y, weights(1, 1), None), [[70, 85], [100, 130]])
    fixed = agg.ampi(y, weights(1, 1), np.array([[0.0, 10.0], [NAN, NAN]]))
    close(fixed[0, 0], (76 + 70) / 2 - 9 / ((76 + 70) / 2))


def test_goalposts_reach_ampi():
    """An indicator between goalposts is mapped by its posts, not by the values that happen to occur."""
    index = Index(tree=Tree.of(["a"], {"a": "top"}), up=np.array([True]), low=np.array([0.0]), high=np.array([100.0]))
    spec = Method.of({"normalise": {"how": "goalposts"}, "aggregate": {"how": "ampi"}})
    scores = run(Table(values=np.array([[25.0], [50.0]]), units="xy"), index, spec).index_scores
    close(scores, [85, 100])


# Whole index


def both(table, index, spec):
    return run(table, index, Method.of(spec))


AGGREGATIONS = ["arithmetic", "geometric", "harmonic", "generalised_mean", "copeland", "median", "mpi", "ampi"]


@pytest.mark.parametrize("how", AGGREGATIONS)
@pytest.mark.parametrize("weighting", ["given", "equal", "critic"])
def test_permuting_units_permutes_results(small, how, weighting):
    """The order of the units has no influence on anybody's score or rank."""
    table, index = small
    spec = {"normalise": {"to": [1, 100]}, "aggregate": {"how": how}, "weights": {"how": weighting},
            "treat": {"winsorise": 2, "then": "log_ct"}}  # fmt: skip
    order = np.random.default_rng(2).permutation(len(table.units))
    turned = attrs.evolve(table, values=table.values[order], units=[table.units[i] for i in order])
    plain, mixed = both(table, index, spec), both(turned, index, spec)
    np.testing.assert_allclose(mixed.index_scores, plain.index_scores[order], rtol=1e-12)
    np.testing.assert_array_equal(mixed.index_ranks, plain.index_ranks[order])


@pytest.mark.parametrize("how", AGGREGATIONS)
def test_identical_units_tie_to_the_bit(small, how):
    """Two units with the same data have the same score in every bit, also beside missing cells, and share a rank."""
    table, index = small
    values = np.vstack([table.values, table.values[4], table.values[3]])
    twice = Table(values=values, units=[*table.units, "again", "gap"])
    stages = both(twice, index, {"normalise": {"to": [1, 100]}, "aggregate": {"how": how}})
    assert stages.index_scores[4] == stages.index_scores[12]
    assert stages.index_scores[3] == stages.index_scores[13]
    assert stages.index_ranks[4] == stages.index_ranks[12]


@pytest.mark.parametrize("how", ["geometric", "harmonic"])
def test_a_score_of_zero_names_indicator_and_unit(small, how):
    """The message says who, what and what to do; with weight 0 the indicator is not looked at."""
    table, index = small
    with pytest.raises(DomainError, match=r"needs scores above 0, but '[abcde]' of 'u\d+' is 0.*min_max to \[1, 100\]"):
        both(table, index, {"aggregate": {"how": how}})
    tree = Tree.of("ab", {"a": "t", "b": "t"}, {"a": 0})
    two = Index(tree=tree, up=np.array([True, True]))
    values = np.array([[0.0, 1.0], [2.0, 3.0]])
    spec = {"normalise": {"how": "none"}, "aggregate": {"how": how}}
    close(both(Table(values=values, units="xy"), two, spec).index_scores, [1, 3])


def test_negative_scores_have_no_square_mean():
    """A generalised mean with p above 0 refuses negative scores but takes 0."""
    tree = Tree.of("ab", {"a": "t", "b": "t"})
    index = Index(tree=tree, up=np.array([True, True]))
    spec = {"normalise": {"how": "none"}, "aggregate": {"how": "generalised_mean", "p": 0.5}}
    close(both(Table(values=np.array([[0.0, 4.0]]), units="x"), index, spec).index_scores, [1])
    with pytest.raises(DomainError, match="scores of 0 or more, but 'b' of 'x' is -4"):
        both(Table(values=np.array([[0.0, -4.0]]), units="x"), index, spec)


def test_availability_counts_direct_children():
    """Below the limit the score is missing with its reason; a weight-0 child counts; equality stays."""
    tree = Tree.of("abcd", {"a": "g", "b": "g", "c": "top", "d": "top", "g": "top"}, {"b": 0})
    index = Index(tree=tree, up=np.ones(4, dtype=bool))
    values = np.array([[1, 1, NAN, NAN], [1, NAN, 1, NAN], [NAN, NAN, 1, 1], [1, 1, 1, 1.0]])
    spec = {"normalise": {"how": "none"}, "aggregate": {"how": "arithmetic", "availability": 0.5}}
    stages = both(Table(values=values, units="wxyz"), index, spec)
    close(stages.index_scores, [NAN, 1, 1, 1])
    reasons = missing_reasons(stages)
    assert reasons[-1, 0].tolist() == ["availability", "", "", ""]
    assert reasons[2:5, 0].T.tolist() == [
        ["not_measured", "not_measured", ""], ["", "not_measured", ""], ["", "", "no_members"], ["", "", ""],
    ]  # fmt: skip
    one_a_level = [{"how": "arithmetic", "availability": 1.0}, {"how": "arithmetic"}]
    close(
        both(Table(values=values, units="wxyz"), index, {**spec, "aggregate": one_a_level}).index_scores, [1, 1, 1, 1]
    )


def test_a_group_can_have_its_own_aggregation(small):
    """A group's own aggregation replaces that of its level, and nothing else."""
    table, index = small
    spec = {"normalise": {"to": [1, 100]}}
    own = both(table, attrs.evolve(index, aggregate={"h": Step("geometric")}), spec)
    plain, geometric = both(table, index, spec), both(table, index, {**spec, "aggregate": {"how": "geometric"}})
    g, h = index.tree.place["g"], index.tree.place["h"]
    np.testing.assert_array_equal(own.scores[g], plain.scores[g])
    np.testing.assert_array_equal(own.scores[h], geometric.scores[h])
    with pytest.raises(DomainError, match="did you mean 'top'"):
        both(table, attrs.evolve(index, aggregate={"topp": Step("geometric")}), spec)


# Weights


def test_critic_example():
    """Weights 0.202, 0.481, 0.317. Data of Diakoulaki, Mavrotas and Papayannakis 1995, as in scikit-criteria."""
    firms = np.array(
        [[61, 1.08, 4.33], [20.7, 0.26, 4.34], [16.3, 1.98, 2.53], [9, 3.29, 1.65], [5.4, 2.77, 2.33],
         [4, 4.12, 1.21], [-6.1, 3.52, 2.10], [-34.6, 3.31, 0.98]]
    )  # fmt: skip
    found = weight.critic(firms.T, np.ones(3), "abc")
    np.testing.assert_allclose(found / found.sum(), [0.20222554, 0.48090173, 0.31687273], atol=1e-8)


def test_entropy_by_hand():
    """A column without differences weighs nothing; p = 0 adds nothing to the entropy."""
    found = weight.entropy(np.array([[1.0, 1, 1], [1, 0, 0], [1, 1, 0]]), np.ones(3), "abc")
    close(found, [0, 1, 1 - np.log(2) / np.log(3)])
    with pytest.raises(DomainError, match="'b' has -1"):
        weight.entropy(np.array([[1.0, 2], [-1, 2]]), np.ones(2), "ab")


def test_pca_reports_or_drops_a_negative_loading(small):
    """A child that runs against the others has a negative loading: kept, or set to 0, and named either way."""
    rng = np.random.default_rng(1)
    base = rng.normal(size=20)
    values = np.stack([base + 0.1 * rng.normal(size=20), base + 0.1 * rng.normal(size=20), -base], axis=1)
    index = Index(tree=Tree.of("abc", dict.fromkeys("abc", "top")), up=np.ones(3, dtype=bool))
    table = Table(values=values, units=[str(i) for i in range(20)])
    for choice, value in (("keep", -0.577), ("zero", 0.0)):
        stages = both(table, index, {"weights": {"how": "pca", "negative": choice}})
        assert stages.weights[2, 0, 0] == pytest.approx(value, abs=0.01)
        assert [(note.code, note.indicator) for note in stages.notes] == [("negative_weight", "c")]


def test_unbounded_bod_of_the_best_is_one():
    """Whoever is best in one child reaches 1, nobody exceeds it; one child alone gives y / max.

    Properties of the basic model of Cherchye et al. 2007.
    """
    y = np.random.default_rng(4).uniform(1, 100, size=(3, 15))
    own = weight.bod(y, np.ones(3), "abc")
    scores = (own * y).sum(axis=0)
    close(scores[y.argmax(axis=1)], [1, 1, 1])
    assert (np.einsum("cu,cv->uv", own, y) <= 1 + 1e-9).all()
    one = weight.bod(y[:1], np.ones(1), "a")
    close((one * y[:1])[0], y[0] / y[0].max())


def test_bod_keeps_its_share_bounds():
    """Every child's share of the score lies between the bounds; bounds that cannot sum to 1 are refused."""
    y = np.random.default_rng(5).uniform(1, 100, size=(3, 12))
    own = weight.bod(y, np.ones(3), "abc", low=0.2, high=0.5)
    share = own * y / (own * y).sum(axis=0)
    assert share.min() >= 0.2 - 1e-9
    assert share.max() <= 0.5 + 1e-9
    with pytest.raises(DomainError, match=r"shares from 0\.5 to 1 cannot sum to 1"):
        weight.bod(y, np.ones(3), "abc", low=0.5)


def test_bod_through_the_pipeline(small):
    """Each group scores at most 1, a missing child is left out, and another aggregation is refused."""
    table, index = small
    spec = {"normalise": {"to": [1, 100]}, "weights": {"how": "bod"}}
    stages = both(table, index, spec)
    groups = stages.scores[index.tree.leaves :]
    np.testing.assert_allclose(groups.max(axis=2), 1.0, rtol=1e-9)
    assert np.isfinite(groups).all()
    with pytest.raises(DomainError, match="arithmetic"):
        both(table, index, {**spec, "aggregate": {"how": "geometric"}})
    with pytest.raises(DomainError, match="of 'u"):
        both(table, index, {**spec, "normalise": {}})


def test_optimised_weights_reach_their_target(small):
    """Each group's correlation with the index takes the share asked for, and the miss is reported."""
    table, index = small
    spec = {"weights": {"how": "optimised", "level": 2, "target": {"g": 1, "h": 2}}}
    stages = both(table, index, spec)
    r = [np.corrcoef(stages.scores[index.tree.place[name], 0], stages.index_scores)[0, 1] for name in "gh"]
    assert r[0] / sum(r) == pytest.approx(1 / 3, abs=1e-6)
    assert stages.notes[-1].code == "optimised_miss"
    assert stages.weights[5:7].sum() == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"level": 5}, "levels 1 to 2"),
        ({"target": [1]}, "one number of 0 or more"),
        ({"target": {"g": 1}}, "for each of: g, h"),
    ],
)
def test_optimised_refuses(small, params, words):
    """A level or target the tree does not have."""
    tree = small[1].tree
    with pytest.raises(DomainError, match=words):
        optimised(tree, tree.weight, lambda w: np.ones((7, 9)), **params)


def test_weights_from_data_that_sum_to_zero_are_refused():
    """Two columns without any difference weigh nothing by entropy: named, never divided."""
    index = Index(tree=Tree.of("ab", {"a": "t", "b": "t"}), up=np.ones(2, dtype=bool))
    spec = {"normalise": {"how": "none"}, "weights": {"how": "entropy"}}
    with pytest.raises(DomainError, match="group 't' sum to 0"):
        both(Table(values=np.ones((3, 2)), units="xyz"), index, spec)


# Reading the method


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({"normalize": {}}, "did you mean 'normalise'"),
        ({"normalise": {"how": "minmax"}}, "did you mean 'min_max'"),
        ({"normalise": {"how": "min_max", "too": [0, 1]}}, "no parameter 'too'; did you mean 'to'"),
        ({"normalise": {"how": "min_max", "to": 100}}, "method.normalise.to: 100 does not fit; a list"),
        ({"normalise": {"how": "rank", "ties": "max"}}, "one of 'min', 'average'"),
        ({"normalise": {"how": "distance_to_reference"}}, "method.normalise.unit"),
        ({"impute": {"how": "mean", "by": "col"}}, "one of 'column', 'row'"),
        ({"impute": {"how": "mean", "withn": "x"}}, "did you mean 'within'"),
        ({"screen": {"availability": "90%"}}, "method.screen.availability"),
        ({"screen": {"on": "raw"}}, "no value of screen.on 'raw'"),
        ({"treat": {"winsorize": 5}}, "did you mean 'winsorise'"),
        ({"treat": {"then": "log_c"}}, "did you mean 'log_ct'"),
        ({"treat": {"winsorise": True}}, "a whole number"),
        ({"treat": {"winsorise": -1}}, "cannot be negative"),
        ({"weights": {"how": "pca", "negative": "drop"}}, "one of 'keep', 'zero'"),
        ({"aggregate": {"how": "mean"}}, "no aggregation 'mean'"),
        ({"aggregate": [{"how": "arithmetic"}, "geometric"]}, r"method.aggregate\[1\]"),
        ({"aggregate": {"how": "generalised_mean", "q": 2}}, "no parameter 'q'"),
        ({"pooled": "yes"}, "method.pooled: 'yes' does not fit; true or false"),
        ({"treat": 5}, "method.treat: 5 does not fit; a table"),
    ],
)
def test_unknown_words_are_refused(spec, words):
    """Unknown steps, methods, parameters and types are named with the nearest word there is."""
    with pytest.raises(DomainError, match=words):
        Method.of(spec)


def test_lists_of_another_length_and_unknown_indicators_are_refused(small):
    """What only the tree can tell is refused when it meets the tree."""
    table, index = small
    for spec, words in [
        ({"aggregate": [{"how": "arithmetic"}] * 3}, "lists 3, the tree has 2 levels"),
        ({"normalise": {"indicators": {"zz": {"how": "rank"}}}}, "no indicator 'zz'"),
        ({"treat": {"indicators": {"zz": {}}}}, "no indicator 'zz'"),
        ({"screen": {"drop": ["u99"]}}, "no unit 'u99'"),
        ({"impute": {"how": "mean", "within": "region"}}, "no column of unit groups 'region'"),
        ({"normalise": {"how": "distance_to_reference", "unit": "zz"}}, "no reference unit 'zz'"),
    ]:
        with pytest.raises(DomainError, match=words):
            both(table, index, spec)


def test_an_alternative_is_laid_over_the_method():
    """Keys of the same method are replaced; another method brings its own parameters and keeps the step's keys."""
    base = {
        "normalise": {"how": "min_max", "to": [1, 100], "pooled": True},
        "aggregate": [{"how": "arithmetic", "availability": 0.5}] * 2,
        "treat": {"winsorise": 5, "then": "log_ct"},
    }
    assert merged(base, "treat", {"winsorise": 3})["treat"] == {"winsorise": 3, "then": "log_ct"}
    z = merged(base, "normalise", {"how": "z_score", "sd": 10})["normalise"]
    assert z == {"how": "z_score", "sd": 10, "pooled": True}
    assert (
        merged(base, "aggregate", {"how": "geometric"})["aggregate"] == [{"how": "geometric", "availability": 0.5}] * 2
    )
    with pytest.raises(DomainError, match="did you mean 'treat'"):
        merged(base, "treet", {})


def test_overrides_for_one_indicator(small):
    """One indicator can be treated and normalised its own way; the others keep the method's."""
    table, index = small
    spec = {
        "treat": {"winsorise": 5, "indicators": {"b": {"winsorise": 0}}},
        "normalise": {"how": "min_max", "indicators": {"c": {"how": "rank"}}},
    }
    method = Method.of(spec)
    assert method.treat.indicators["b"].winsorise == 0
    stages = run(table, index, method)
    assert sorted(stages.outside("normalised")[:, 2]) == list(range(1, 13))
    assert stages.outside("normalised")[:, 0].max() == 100
