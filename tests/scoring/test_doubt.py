"""Uncertainty and sensitivity: the same bits however computed, known indices, and failing draws."""

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scoring_cases import close

from stregistry.errors import DomainError
from stregistry.scoring.experiment import Experiment
from stregistry.scoring.factors import Choice, MeasurementError, OneOut, WeightNoise, factors_of
from stregistry.scoring.method import Aggregate, Method
from stregistry.scoring.pipeline import run
from stregistry.scoring.rank import ranks
from stregistry.scoring.sensitivity import confounded, design, indices, sensitivity
from stregistry.scoring.table import Index, Table
from stregistry.scoring.tree import Tree
from stregistry.scoring.uncertainty import quantiles, rank_counts, sobol_points, uncertainty
from stregistry.scoring.variants import leave_out

BASE = {"treat": {"winsorise": 5, "then": "log_ct"}, "normalise": {"how": "min_max", "to": [1, 100]}}
SPEC = {
    "draws": 200,
    "treat": [{"winsorise": 1}, {"winsorise": 3}],
    "normalise": [{"how": "min_max", "to": [1, 100]}, {"how": "z_score", "mean": 50, "sd": 10}],
    "aggregate": [{"how": "arithmetic"}, {"how": "geometric"}],
    "weights": {"noise": 0.25, "levels": [1, 2]},
}


def experiment(small, spec=SPEC, base=BASE, **more):
    table, index = small
    return Experiment(table=table, index=index, method=Method.of(base), factors=factors_of(spec, base), **more)


def with_errors(small):
    table, index = small
    factors = (MeasurementError(0.1 * np.nan_to_num(table.values)), OneOut(), *factors_of(SPEC, BASE))
    return Experiment(table=table, index=index, method=Method.of(BASE), factors=factors)


def same(a, b):
    assert a.scores.tobytes() == b.scores.tobytes()
    assert a.ranks.tobytes() == b.ranks.tobytes()


def test_batches_change_no_bit(small, monkeypatch):
    """Draws one by one, by 7 and by 512 have the same bits, with noise on data and on weights."""
    whole = uncertainty(with_errors(small), 64, seed=1)
    for size in (1, 7):
        monkeypatch.setattr("stregistry.scoring.experiment.BATCH", size)
        same(uncertainty(with_errors(small), 64, seed=1), whole)


@pytest.mark.parametrize("processes", [2, pytest.param(4, marks=pytest.mark.slow)])
def test_processes_change_no_bit(small, processes):
    """Two processes and four give the bits of one."""
    same(uncertainty(with_errors(small), 32, seed=1, processes=processes), uncertainty(with_errors(small), 32, seed=1))


def test_a_draw_is_a_run_of_its_assumptions(small):
    """Each draw equals a run of the method with the options its point takes."""
    trial = experiment(small, {key: SPEC[key] for key in ("treat", "normalise", "aggregate")})
    points = sobol_points(8, 3, 5)
    drawn = trial.draw(points)
    for point, scores in zip(points, drawn.scores, strict=True):
        taken = {f.step: f.options[int(u * len(f.options))] for f, u in zip(trial.factors, point, strict=True)}
        alone = run(*small, attrs.evolve(trial.method, **taken))
        np.testing.assert_array_equal(scores, alone.index_scores)


def test_weight_noise_is_one_number_a_node(small):
    """u = 0, ½ and 1 multiply a weight by 1 - f, 1 and 1 + f; nothing is rescaled beforehand."""
    table, index = small
    trial = Experiment(table=table, index=index, method=Method(), factors=[WeightNoise(0.5, (2,))])
    assert trial.widths() == [2]
    drawn = trial.draw(np.array([[0.5, 0.5], [1.0, 0.0]]))
    stages = run(table, index, Method())
    g, h = (stages.scores[index.tree.place[name], 0] for name in "gh")
    np.testing.assert_array_equal(drawn.scores[0], stages.index_scores)
    close(drawn.scores[1], (1.5 * g + 1.5 * h) / 3)  # weights 1 and 3, times 1.5 and 0.5


def test_one_out_is_leaving_out(small):
    """Each k-th of 0..1 sets one indicator's weight to 0."""
    table, index = small
    trial = Experiment(table=table, index=index, method=Method(), factors=[OneOut()])
    drawn = trial.draw(np.linspace(0.1, 0.9, 5)[:, None])
    stages = run(table, index, Method())
    for name, scores in zip("abcde", drawn.scores, strict=True):
        np.testing.assert_array_equal(scores, leave_out(stages, name)[-1, 0])


def test_no_noise_changes_nothing(small):
    """A standard error of 0 leaves every draw at the run itself."""
    table, index = small
    trial = Experiment(table=table, index=index, method=Method.of(BASE), factors=[MeasurementError(0 * table.values)])
    result = uncertainty(trial, 8, seed=3)
    expected = run(table, index, Method.of(BASE)).index_scores
    close(result.scores, np.broadcast_to(expected, (8, 12)))
    close(result.score.low, result.score.high)


def test_measurement_noise_has_the_size_of_the_standard_error():
    """With one indicator shown as it is, the draws of a unit spread by its standard error, each draw anew."""
    index = Index(tree=Tree.of("a", {"a": "top"}), up=np.array([True]))
    table = Table(values=np.array([[10.0], [20.0]]), units="xy")
    method = Method.of({"normalise": {"how": "none"}})
    error = np.array([[0.5], [np.nan]])
    trial = Experiment(table=table, index=index, method=method, factors=[MeasurementError(error)])
    scores = uncertainty(trial, 2048, seed=1).scores
    assert scores[:, 0].mean() == pytest.approx(10, abs=0.05)
    assert scores[:, 0].std() == pytest.approx(0.5, rel=0.06)
    assert (scores[:, 1] == 20).all()


def test_probabilities_add_up(small):
    """Each unit's P(rank) sums to 1, and one of above, below and tied is certain for each pair."""
    result = uncertainty(experiment(small), 200, seed=2)
    close(result.p_rank.sum(axis=1), np.ones(12))
    above, tied = result.above(), result.tied()
    close(above + above.T + tied, np.ones((12, 12)))
    np.testing.assert_array_equal(np.diag(above), np.zeros(12))
    assert ((result.rank.low <= result.rank.median) & (result.rank.median <= result.rank.high)).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**31), st.integers(1, 30))
def test_quantiles_from_counts_and_from_sorting_agree(seed, draws):
    """Both are numpy's linear quantile, type 7, of the draws in which a unit is ranked."""
    from stregistry.scoring.uncertainty import _quantiles_of_counts

    rng = np.random.default_rng(seed)
    scores = rng.integers(0, 6, size=(draws, 5)).astype(float)
    scores[rng.random(scores.shape) < 0.2] = np.nan
    placed = ranks(scores)
    at = (0.5, 0.05, 0.95)
    by_count = _quantiles_of_counts(rank_counts(placed), at)
    close(quantiles(placed, at), by_count)
    for unit in range(5):
        own = placed[~np.isnan(placed[:, unit]), unit]
        if len(own):
            close(by_count[:, unit], np.quantile(own, at))


def test_failing_draws_are_left_out_and_counted(small):
    """A draw in which a geometric mean meets 0 is NaN and counts as failed; the others give the figures."""
    options = {"aggregate": [{"how": "arithmetic"}] * 30 + [{"how": "geometric"}]}
    result = uncertainty(experiment(small, options, {}), 124, seed=1)
    assert 0 < result.failed.sum() <= 6
    assert np.isnan(result.scores[result.failed]).all()
    assert np.isfinite(result.scores[~result.failed]).all()
    close(result.p_rank.sum(axis=1), np.ones(12))


def test_too_many_failures_name_the_alternative(small):
    """Above 5 % the run stops and says which alternative fails, and why."""
    with pytest.raises(DomainError, match=r"50.0% of the draws failed.*aggregate\[1\]") as caught:
        uncertainty(experiment(small, {"aggregate": [{"how": "arithmetic"}, {"how": "geometric"}]}, {}), 64, seed=1)
    assert caught.value.parts["alternatives"] == ("aggregate[1]",)
    bad = {"normalise": [{"how": "min_max"}, {"how": "distance_to_reference", "unit": "nobody"}]}
    with pytest.raises(DomainError, match="no reference unit 'nobody'"):
        uncertainty(experiment(small, bad), 64, seed=1)


def test_bod_weights_take_no_noise(small):
    """Noise on weights that each unit chooses for itself means nothing: refused."""
    with pytest.raises(DomainError, match="bod"):
        experiment(small, {"weights": {"noise": 0.1}}, {"weights": {"how": "bod"}})


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({"treatt": []}, "did you mean 'treat'"),
        ({"weights": {"noize": 1}}, "did you mean 'noise'"),
        ({"treat": {"winsorise": 3}}, "uncertainty.treat"),
        ({"normalise": [{"how": "minmax"}]}, "did you mean 'min_max'"),
    ],
)
def test_broken_uncertainty_tables_are_refused(spec, words):
    """Unknown words in [uncertainty] are named like those in [method]."""
    with pytest.raises(DomainError, match=words):
        factors_of(spec, BASE)


def test_uncertainty_of_one_period_of_a_panel(small):
    """In a panel the named period is looked at; the scale stays that of all periods."""
    table, index = small
    panel = Table(values=np.stack([table.values, table.values * 2]), units=table.units, periods=["1", "2"])
    method = Method.of({**BASE, "pooled": True})
    trial = Experiment(table=panel, index=index, method=method, factors=[Choice("pooled", (True,))], period=0)
    np.testing.assert_array_equal(uncertainty(trial, 4, seed=1).scores[2], run(panel, index, method).index_scores[0])


# Sensitivity


def ishigami(points):
    """sin x1 + 7 sin² x2 + 0.1 x3⁴ sin x1 on -π..π. The function of Ishigami and Homma 1990."""
    x = np.pi * (2 * points - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_ishigami_indices():
    """S = (0.3139, 0.4424, 0), T = (0.5576, 0.4424, 0.2437) within 0.03 at N = 4096, inside the bootstrap bounds."""
    points = design(4096, [1, 1, 1], seed=11)
    found = indices(ishigami(points)[:, None], 3, seed=1, bootstrap=200)
    np.testing.assert_allclose(found.first[:, 0], [0.3139, 0.4424, 0.0], atol=0.03)
    np.testing.assert_allclose(found.total[:, 0], [0.5576, 0.4424, 0.2437], atol=0.03)
    assert (found.first_low <= found.first).all()
    assert (found.first <= found.first_high).all()
    assert (found.total_low < found.total_high).all()
    plain = indices(ishigami(points)[:, None], 3, seed=1, bootstrap=10, centre=False)
    np.testing.assert_allclose(plain.first, found.first, atol=0.05)
    assert (plain.first != found.first).any()


def test_indices_do_not_depend_on_the_origin():
    """Adding a constant to the output changes no index; the bootstrap follows the formula too."""
    y = ishigami(design(256, [1, 1, 1], seed=2))[:, None]
    near, far = indices(y, 3, seed=1, bootstrap=50), indices(y + 1e6, 3, seed=1, bootstrap=50)
    for field in attrs.fields(type(near)):
        np.testing.assert_allclose(getattr(far, field.name), getattr(near, field.name), atol=1e-6)


def test_the_formulas_as_written():
    """The sums computed at once equal the definitions written out for one output."""
    y = ishigami(design(64, [1, 1, 1], seed=4))
    a, b, mixed = y[:64], y[64:128], y[128:].reshape(3, 64)
    variance = np.var(y[:128], ddof=1)
    first = [np.mean((b - y[:128].mean()) * (m - a)) / variance for m in mixed]
    total = [np.sum((a - m) ** 2) / (2 * 64 * variance) for m in mixed]
    found = indices(y[:, None], 3, seed=1, bootstrap=5)
    close(found.first[:, 0], first)
    close(found.total[:, 0], total)


def test_a_weight_vector_is_one_factor():
    """The columns of one factor are taken from B together."""
    points = design(8, [2, 1], seed=1).reshape(4, 8, 3)
    np.testing.assert_array_equal(points[2], np.concatenate([points[1][:, :2], points[0][:, 2:]], axis=1))
    np.testing.assert_array_equal(points[3], np.concatenate([points[0][:, :2], points[1][:, 2:]], axis=1))
    with pytest.raises(DomainError, match="power of 2"):
        design(100, [1], seed=1)


def test_a_factor_held_still_has_index_zero(small):
    """One with a single alternative changes nothing: exactly 0 in first order and total, for every unit."""
    spec = {"treat": [{"winsorise": 3}], "normalise": SPEC["normalise"], "weights": SPEC["weights"]}
    result = sensitivity(experiment(small, spec), 32, seed=1, bootstrap=50)
    assert result.factors == ("treat", "normalise", "weights")
    for found in (result.shift, result.score, result.rank):
        still = np.concatenate([found.first[0], found.total[0], found.first_high[0]])
        assert (still[~np.isnan(still)] == 0).all()
    assert np.nanmax(result.score.total[1:]) > 0.1
    assert result.spread.ranks.shape == (64, 12)


def test_a_rank_that_never_moves_has_no_indices(small):
    """With nothing to share out the indices are NaN, not 0 or infinite."""
    table, index = small
    trial = Experiment(table=table, index=index, method=Method(), factors=[Choice("pooled", (True, False))])
    result = sensitivity(trial, 8, seed=1, bootstrap=20)
    assert np.isnan(result.rank.first).all()
    assert np.isnan(result.shift.total).all()


def test_failed_rows_are_left_out():
    """A run that failed takes its row out of A, B and every mixed block."""
    y = ishigami(design(64, [1, 1, 1], seed=4))[:, None]
    blocks = y.reshape(5, 64).copy()
    blocks[3, 10] = np.nan
    kept = np.delete(blocks, 10, axis=1).reshape(-1, 1)
    close(indices(blocks.reshape(-1, 1), 3, seed=1, bootstrap=5).first, indices(kept, 3, seed=1, bootstrap=5).first)


def test_the_cases_of_the_reference_pipeline(asem):
    """On ASEM the whole set of figures is finite, with the aggregation deciding most."""
    base = {"impute": {"how": "mean", "within": "EurAsia"}, "screen": {"availability": 0.9}, **BASE}
    trial = Experiment(table=asem.table(), index=asem.index(), method=Method.of(base), factors=factors_of(SPEC, base))
    result = sensitivity(trial, 128, seed=1, bootstrap=100)
    assert result.factors[int(result.shift.total[:, 0].argmax())] == "aggregate"
    assert result.score.first.shape == (4, 51)
    assert not result.spread.failed.any()
    assert result.factors == tuple(factor.name for factor in trial.factors)


def test_too_few_points_to_tell_assumptions_apart_are_refused(small):
    """Four points cannot hold every pair of three alternatives: named, with how many to take; 64 can."""
    options = [Aggregate("arithmetic"), Aggregate("median"), Aggregate("harmonic")]
    table, index = small
    trial = Experiment(
        table=table, index=index, method=Method.of(BASE),
        factors=[Choice("aggregate", [(one,) for one in options]), WeightNoise(0.2, (1,))],
    )  # fmt: skip
    with pytest.raises(DomainError, match="alternatives of aggregate do not all meet"):
        sensitivity(trial, 4, seed=1, bootstrap=5)
    assert confounded(trial, 4, 1) == ("aggregate", "aggregate")
    assert confounded(trial, 64, 1) is None
