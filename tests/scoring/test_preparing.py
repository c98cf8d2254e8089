"""Impute, screen, treat and normalise: worked examples, mirrors, faults."""

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scoring_cases import close

from stregistry.errors import DomainError
from stregistry.scoring import impute, moments, normalise
from stregistry.scoring.method import Method
from stregistry.scoring.pipeline import run
from stregistry.scoring.rank import ranks
from stregistry.scoring.screen import screen
from stregistry.scoring.table import Index, Table
from stregistry.scoring.transform import TRANSFORMS, gii_factor, log_ct
from stregistry.scoring.treat import Rule, treat
from stregistry.scoring.tree import Tree
from stregistry.scoring.winsorise import LONG_ROW

NAN = np.nan


def flat(columns, up=None, **facts):
    """An index of single indicators right below one top."""
    names = [f"i{n}" for n in range(columns)]
    up = np.ones(columns, dtype=bool) if up is None else np.array(up)
    return Index(tree=Tree.of(names, dict.fromkeys(names, "top")), up=up, **facts)


def table(values, **more):
    values = np.asarray(values, dtype=float)
    return Table(values=values, units=[f"u{n}" for n in range(values.shape[-2])], **more)


def normalised(values, spec, up=None, **facts):
    values = np.asarray(values, dtype=float)
    stages = run(table(values), flat(values.shape[1], up, **facts), Method.of({"normalise": spec}))
    return stages.outside("normalised"), stages


# Impute


def around(units, periods=1, within=None, family=(0, 0)):
    return impute.Surroundings(
        np.array(family), np.ones(len(family), dtype=bool), np.arange(periods, dtype=float),
        None if within is None else np.array(within),
    )  # fmt: skip


def test_a_group_with_nothing_measured_stays_missing():
    """The mean within a unit group never reaches into another group, and a unit without a group gets nothing."""
    x = np.array([[[1.0, NAN, NAN, 8.0, NAN]], [[1.0, 2.0, 3.0, 4.0, 5.0]]])
    filled = impute.mean(x, around(5, within=[0, 0, 1, 2, -1]))
    close(filled[0, 0], [1.0, 1.0, NAN, 8.0, NAN])


def test_imputing_by_row_uses_the_units_own_standing():
    """A unit halfway up in its other indicator is put halfway up, in the indicator's own unit."""
    x = np.array([[[0.0, 5.0, 10.0]], [[100.0, NAN, 300.0]]])
    close(impute.mean(x, around(3), by="row")[1, 0], [100.0, 200.0, 300.0])


def test_imputing_by_row_minds_the_direction():
    """Where less is better, a good standing elsewhere gives a low value."""
    x = np.array([[[0.0, 10.0, 10.0]], [[100.0, NAN, 300.0]]])
    surroundings = attrs.evolve(around(3), up=np.array([True, False]))
    close(impute.mean(x, surroundings, by="row")[1, 0, 1], 100.0)


@pytest.mark.parametrize(
    ("how", "params", "expected"),
    [
        ("latest", {}, [NAN, 1, 1, 1, 5, 5]),
        ("latest", {"look_back": 1}, [NAN, 1, 1, NAN, 5, 5]),
        ("constant", {}, [1, 1, 1, 1, 5, 5]),
        ("linear", {}, [NAN, 1, 2, 4, 5, NAN]),
        ("linear_constant", {}, [1, 1, 2, 4, 5, 5]),
    ],
)
def test_panel_imputation(how, params, expected):
    """Gaps over time are filled by period values (here 0, 1, 2, 4, 5, 6), not by positions."""
    x = np.array([NAN, 1, NAN, NAN, 5, NAN])[None, :, None]
    surroundings = attrs.evolve(around(1, 6), times=np.array([0.0, 1, 2, 4, 5, 6]))
    close(impute.IMPUTERS[how](x, surroundings, **params)[0, :, 0], expected)


def test_imputed_cells_are_marked_to_the_end():
    """The mask says which cells were filled, and only those."""
    stages = run(table([[1, 2], [NAN, 4], [3, NAN]]), flat(2), Method.of({"impute": {"how": "median"}}))
    assert stages.outside("filled").tolist() == [[False, False], [True, False], [False, True]]
    close(stages.outside("imputed"), [[1, 2], [2, 4], [3, 3]])


def test_a_denominator_of_zero_is_missing_and_noted():
    """Nothing to divide by is missing, with a note naming indicator and unit; a negative one is refused."""
    stages = run(table([[1.0], [2.0], [3.0]], per=np.array([[2.0], [0.0], [4.0]])), flat(1), Method())
    close(stages.outside("denominated"), [[0.5], [NAN], [0.75]])
    assert [(note.code, note.unit) for note in stages.notes] == [("no_denominator", "u1")]
    with pytest.raises(DomainError, match="negative"):
        impute.denominate(np.ones(2), np.array([1.0, -1.0]))


# Screen


def test_a_share_equal_to_the_limit_stays():
    """Only units below the limit go; keep and drop force the rest."""
    x = np.array([[[1.0, 1.0, NAN, 0.0]], [[1.0, NAN, NAN, 0.0]]])
    assert screen(x, availability=0.5).included.tolist() == [[True, True, False, True]]
    assert screen(x, non_zero=0.5).included.tolist() == [[True, True, True, False]]
    forced = screen(x, 0.5, keep=np.array([0, 0, 1, 0], bool), drop=np.array([1, 0, 0, 0], bool))
    assert forced.included.tolist() == [[False, True, True, True]]


def test_screening_before_imputation_counts_what_was_measured():
    """on = "measured" drops what imputation would have saved, and the dropped unit feeds no mean."""
    values = [[10.0, NAN], [1.0, 1.0], [3.0, NAN]]
    base = {"impute": {"how": "mean"}}
    later = run(table(values), flat(2), Method.of({**base, "screen": {"availability": 0.6}}))
    before = run(table(values), flat(2), Method.of({**base, "screen": {"availability": 0.6, "on": "measured"}}))
    assert later.prepared.included.all()
    assert before.prepared.included[0].tolist() == [False, True, False]
    assert np.isnan(before.outside("scores")[0]).all()


# Treat


def test_moments_of_the_spreadsheet_example():
    """G1 and G2 are SKEW and KURT: 0.359543 and -0.1518. Source: Microsoft Office 97 help, SKEW and KURT."""
    skew, kurtosis = moments.skew_kurtosis(np.array([[3.0, 4, 5, 2, 3, 4, 5, 6, 4, 7]]))
    assert skew[0] == pytest.approx(0.359543, abs=5e-7)
    assert kurtosis[0] == pytest.approx(-0.1518, abs=5e-5)


def test_ties_move_together_and_may_pass_the_limit():
    """Two cells at the top are one pass: with a limit of 1, two are moved, and no further pass is made."""
    x = np.array([[*range(20), 500.0, 500.0]])
    y, done = treat(x, [Rule(winsorise=1)], ["a"])
    assert done.moved[0] == 2
    assert done.high[0] == 19
    assert done.passed[0]
    assert y.max() == 19


def test_a_pass_that_would_make_the_column_constant_is_not_taken():
    """With one value beside many equal ones and one between, winsorising stops at two distinct values."""
    x = np.array([[*[1.0] * 30, 2.0, 90.0]])
    _, done = treat(x, [Rule(winsorise=5)], ["a"])
    assert done.moved[0] == 1
    assert done.high[0] == 2.0


def test_winsorising_that_does_not_suffice_is_dropped():
    """The second function works on the original column, or with on_winsorised on the winsorised one."""
    x = np.exp(np.linspace(0, 3, 40) ** 2)[None]
    y, done = treat(x, [Rule(winsorise=2, then="log_ct")], ["a"])
    assert done.function[0] == "log_ct"
    assert done.moved[0] == 2
    close(y, log_ct(x, x))
    combined, _ = treat(x, [Rule(winsorise=2, then="log_ct", on_winsorised=True)], ["a"])
    cut = np.minimum(x, np.sort(x[0])[-3])
    close(combined, log_ct(cut, cut))


def test_without_a_second_function_the_original_column_stays():
    """`then = none` does nothing to the original column; nwin is still reported."""
    x = np.exp(np.linspace(0, 3, 40) ** 2)[None]
    y, done = treat(x, [Rule(winsorise=2)], ["a"])
    assert done.moved[0] == 2
    assert not done.passed[0]
    close(y, x)


def test_goalpost_indicators_are_winsorised_only():
    """A logarithm would make posts in the indicator's own unit meaningless, so it is never applied to them."""
    values = np.exp(np.linspace(0, 3, 40) ** 2)[:, None]
    spec = {"treat": {"winsorise": 2, "then": "log_ct"}, "normalise": {"how": "goalposts"}}
    stages = run(table(values), flat(1, low=np.array([0.0]), high=np.array([1e4])), Method.of(spec))
    assert stages.prepared.treatment.function.tolist() == ["winsorise"]
    assert stages.outside("treated").max() == np.sort(values[:, 0])[-3]


@pytest.mark.parametrize("seed", range(4))
def test_long_rows_give_the_same_as_short_ones(seed, monkeypatch):
    """Cutting a long row into core and tails changes nothing but the last digits, with ties at both ends too."""
    rng = np.random.default_rng(seed)
    x = np.round(np.exp(rng.normal(size=(3, LONG_ROW + 5)) * 1.5), seed) * (-1 if seed == 2 else 1)
    x[1, ::7] = NAN
    rules, names = [Rule(winsorise=6, kurtosis=8, then="log_ct_plus")] * 3, list("abc")
    fast, done = treat(x, rules, names)
    monkeypatch.setattr("stregistry.scoring.winsorise.LONG_ROW", 10**9)
    slow, plain = treat(x, rules, names)
    close(fast, slow)
    np.testing.assert_array_equal(done.moved, plain.moved)
    np.testing.assert_allclose(done.winsorised_skew, plain.winsorised_skew, rtol=1e-9)
    np.testing.assert_allclose(done.winsorised_kurtosis, plain.winsorised_kurtosis, rtol=1e-9)
    assert plain.moved.max() > 0


@pytest.mark.parametrize("name", [name for name in TRANSFORMS if name != "none"])
def test_second_functions_keep_the_order(name):
    """Every second function rises, so it changes no rank of the indicator."""
    x = np.array([[0.3, 2.0, 0.31, 80.0, NAN, 4.0]])
    np.testing.assert_array_equal(np.argsort(TRANSFORMS[name](x, x)), np.argsort(x))


def test_log_gii_factor():
    """f is the smallest power of ten, 1 or more, that lifts the maximum above 1; a maximum of 0 is refused."""
    close(gii_factor(np.array([[0.1, 5.0], [0.2, 1.0], [0.0, 0.03]]))[:, 0], [1, 10, 100])
    skewed = -np.exp(np.linspace(0, 3, 40) ** 2)[None]
    with pytest.raises(DomainError, match=r"indicator 'loss'.*log_ct"):
        treat(skewed, [Rule(then="log_gii")], ["loss"])


def test_rows_that_cannot_be_judged_are_left_and_said():
    """Fewer than 4 values, or at most 2 distinct ones, are left as they are, with a note."""
    values = np.array([[1, 0], [2, 0], [300, 1], [NAN, 0], [NAN, 0]])
    stages = run(table(values), flat(2), Method.of({"treat": {"winsorise": 5}}))
    assert [(note.code, note.indicator) for note in stages.notes] == [("few_measured", "i0"), ("few_values", "i1")]
    close(stages.outside("treated"), values)


def test_direction_plays_no_part_in_treatment():
    """A column treated as 'down' is the same column treated as 'up'."""
    values = np.exp(np.linspace(0, 3, 40) ** 2)[:, None]
    spec = Method.of({"treat": {"winsorise": 2, "then": "log_ct_plus"}})
    up, down = (run(table(values), flat(1, [way]), spec).outside("treated") for way in (True, False))
    np.testing.assert_array_equal(up, down)


# Normalise

SPECS = [
    {"how": "none"}, {"how": "min_max", "to": [1, 100]}, {"how": "z_score", "mean": 50, "sd": 10},
    {"how": "percentile_rank"}, {"how": "borda", "ties": "average"}, {"how": "rank"}, {"how": "distance_to_best"},
    {"how": "distance_to_reference", "unit": "u2"}, {"how": "distance_to_target", "cap": True}, {"how": "goalposts"},
]  # fmt: skip


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec["how"])
def test_down_is_the_mirror_of_up(spec):
    """'down' gives what -x gives 'up' with posts and target mirrored."""
    x = np.random.default_rng(3).normal(size=(9, 2)).round(1)
    x[4, 1] = NAN
    low, high, goal = np.array([-1.5, -1.0]), np.array([1.0, 1.5]), np.array([-0.5, -0.25])
    down, _ = normalised(x, spec, [False, False], low=low, high=high, goal=goal)
    up, _ = normalised(-x, spec, [True, True], low=-high, high=-low, goal=-goal)
    np.testing.assert_array_equal(down, up)
    assert np.isfinite(down).any()


@pytest.mark.parametrize(
    ("spec", "up", "expected"),
    [
        ({"how": "min_max"}, True, [0, 50, 100, NAN]),
        ({"how": "min_max", "to": [1, 100]}, False, [100, 50.5, 1, NAN]),
        ({"how": "z_score"}, True, [-1, 0, 1, NAN]),
        ({"how": "distance_to_best"}, False, [1, 0.5, 0, NAN]),
        ({"how": "distance_to_reference", "unit": "u1"}, True, [0, 1, 2, NAN]),
        ({"how": "distance_to_reference", "unit": "u1", "cap": True}, True, [0, 1, 1, NAN]),
        ({"how": "distance_to_target"}, True, [0, 0.25, 0.5, NAN]),
        ({"how": "fraction_of_best"}, True, [1 / 3, 2 / 3, 1, NAN]),
        ({"how": "fraction_of_best"}, False, [1, 0.5, 1 / 3, NAN]),
        ({"how": "goalposts"}, True, [0, 0.5, 1, NAN]),
        ({"how": "goalposts", "cut": False}, True, [-0.5, 0.5, 1.5, NAN]),
    ],
)
def test_normalisers_by_hand(spec, up, expected):
    """Values 1, 2, 3 and one missing, posts 1.5 and 2.5, target 5."""
    got, _ = normalised(
        [[1], [2], [3], [NAN]], spec, [up], low=np.array([1.5]), high=np.array([2.5]), goal=np.array([5.0])
    )
    close(got[:, 0], expected)


def test_ties_in_rank_normalisers():
    """Ties take the lower place or the mean place, among measured cells only."""
    values = [[1], [2], [2], [3], [NAN]]
    close(normalised(values, {"how": "rank"})[0][:, 0], [1, 2, 2, 4, NAN])
    close(normalised(values, {"how": "rank", "ties": "average"})[0][:, 0], [1, 2.5, 2.5, 4, NAN])
    close(normalised(values, {"how": "percentile_rank"})[0][:, 0], [0, 1 / 3, 1 / 3, 1, NAN])
    close(normalised([[1], [NAN]], {"how": "percentile_rank"})[0][:, 0], [NAN, NAN])


def test_human_development_posts():
    """Life expectancy between 20 and 85 years, as the Human Development Index has it (hdr.undp.org)."""
    got, _ = normalised(
        [[20.0], [52.5], [85.0], [90.0]], {"how": "goalposts"}, low=np.array([20.0]), high=np.array([85.0])
    )
    close(got[:, 0], [0, 0.5, 1, 1])


@pytest.mark.parametrize(
    ("values", "spec", "words"),
    [
        ([[4], [4], [4]], {"how": "min_max"}, "all its measured values are equal"),
        ([[0.1], [0.1], [0.1]], {"how": "z_score"}, "all its measured values are equal"),
        ([[1], [2], [3]], {"how": "distance_to_target"}, "target is not better"),
        ([[1], [2], [NAN]], {"how": "distance_to_reference", "unit": "u2"}, "reference unit"),
        ([[-1], [2], [3]], {"how": "fraction_of_best"}, "negative values"),
        ([[NAN], [NAN], [NAN]], {"how": "min_max"}, "not measured anywhere"),
    ],
)
def test_a_column_without_a_scale_is_missing_and_named(values, spec, words):
    """It becomes NaN with a note that names the indicator and says why; nothing is raised, nothing becomes 0."""
    got, stages = normalised(values, spec, goal=np.array([0.5]))
    assert np.isnan(got).all()
    (note,) = stages.notes
    assert note.indicator == "i0"
    assert words in note.message.en


def test_posts_in_the_wrong_order_are_refused():
    """low has to lie below high whatever the direction, and the message names the indicator."""
    with pytest.raises(DomainError, match=r"'i0'.*lower post 5"):
        flat(1, [False], low=np.array([5.0]), high=np.array([1.0]))
    ends = normalise.Ends(*(np.array([[v]]) for v in (True, 5.0, 1.0, NAN, NAN)))
    with pytest.raises(DomainError, match="lower post 5"):
        normalise.goalposts(np.ones((1, 3)), np.ones((1, 3)), ends)


def test_infinite_cells_are_refused():
    """An infinite cell names its indicator and unit in both languages."""
    with pytest.raises(DomainError, match="'i1' of 'u2' is infinite") as caught:
        run(table([[1, 2], [3, 4], [5, np.inf]]), flat(2), Method())
    assert "vô cực" in caught.value.in_lang("vi")


# Panels


def test_pooled_and_separate_periods_differ():
    """Pooled, a period without the best value has nobody at 100; by itself, every period has."""
    values = np.array([[[1.0], [2.0]], [[3.0], [5.0]]])
    panel = Table(values=values, units="ab", periods=["2023", "2024"])
    together = run(panel, flat(1), Method.of({"pooled": True})).outside("normalised")
    apart = run(panel, flat(1), Method.of({"pooled": False})).outside("normalised")
    close(together[:, :, 0], [[0, 25], [50, 100]])
    close(apart[:, :, 0], [[0, 100], [0, 100]])
    step = Method.of({"pooled": True, "normalise": {"how": "min_max", "pooled": False}})
    close(run(panel, flat(1), step).outside("normalised"), apart)


def test_several_periods_need_the_choice():
    """With several periods nobody guesses whether they are pooled."""
    panel = Table(values=np.ones((2, 3, 1)), units="abc", periods=["1", "2"])
    with pytest.raises(DomainError, match="pooled = true"):
        run(panel, flat(1), Method())


def test_a_panel_by_itself_equals_its_periods(asem):
    """Each period of the ASEM panel, treated and normalised by itself, scores as that period alone."""
    rows = asem._rows("00_input/asem_iData_p.csv")
    periods = sorted({row["Time"] for row in rows})
    units = sorted({row["uCode"] for row in rows})
    cell = {(row["Time"], row["uCode"]): row for row in rows}
    values = np.array(
        [[[float(cell[p, u][i]) if cell[p, u][i] != "NA" else NAN for i in asem.ids] for u in units] for p in periods]
    )
    spec = {"treat": {"winsorise": 5, "then": "log_ct"}, "pooled": False}
    panel = run(Table(values=values, units=units, periods=periods), asem.index(), Method.of(spec))
    for number, year in enumerate(values):
        alone = run(Table(values=year, units=units), asem.index(), Method.of(spec))
        np.testing.assert_array_equal(panel.outside("scores")[number], alone.outside("scores"))


def test_a_kept_scale_moves_only_what_changed():
    """With the scale of an earlier run, unchanged cells keep their normalised values to the bit."""
    rng = np.random.default_rng(5)
    values = np.exp(rng.normal(size=(30, 3)) * 1.2)
    spec = Method.of({"treat": {"winsorise": 1, "then": "log_ct", "indicators": {"i0": {"winsorise": 0}}}})
    before = run(table(values), flat(3), spec)
    changed = values.copy()
    changed[0] *= 10
    kept = run(table(changed), flat(3), spec, scale=before).outside("normalised")
    fresh = run(table(changed), flat(3), spec).outside("normalised")
    np.testing.assert_array_equal(kept[1:], before.outside("normalised")[1:])
    assert (fresh[1:] != kept[1:]).any()
    assert "log_ct" in before.prepared.treatment.function


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), min_size=1, max_size=12))
def test_ranks_by_counting(scores):
    """A rank is one more than the number of clearly higher scores, for well separated or equal scores."""
    x = np.array([NAN if s is None else round(s, 3) for s in scores])
    expected = [NAN if np.isnan(a) else 1.0 + (x[~np.isnan(x)] > a).sum() for a in x]
    np.testing.assert_array_equal(ranks(x), expected)


def test_rounding_does_not_break_a_tie():
    """Scores equal within 1e-12 tie; a difference of 1e-9 does not."""
    assert ranks(np.array([0.3, 0.1 + 0.2, 0.2])).tolist() == [1, 1, 3]
    assert ranks(np.array([1.0, 1.0 + 1e-9])).tolist() == [2, 1]


@pytest.mark.parametrize("on", ["imputed", "measured"])
def test_what_is_no_unit_takes_no_part(on):
    """It gives nothing to a mean, gets nothing from one, and cannot be kept by force."""
    values = np.array([[[1.0, 5], [NAN, 6], [900.0, 7]], [[2.0, 5], [4.0, 6], [NAN, NAN]]])
    index = Index(tree=Tree.of("ab", dict.fromkeys("ab", "top")), up=np.ones(2, dtype=bool))
    spec = {
        "impute": {"how": "mean", "by": "column"},
        "screen": {"availability": 0.1, "on": on, "keep": ["w"]},
        "pooled": True,
    }
    present = np.array([[True, True, False], [True, True, False]])
    table = Table(values=values, units="uvw", periods=["1", "2"], present=present)
    prepared = run(table, index, Method.of(spec)).prepared
    assert prepared.imputed[0, 0, 1] == 1
    assert np.isnan(prepared.imputed[:, :, 2]).all()
    assert not prepared.filled[:, :, 2].any()
    np.testing.assert_array_equal(prepared.included, present)
    close(prepared.normalised[0, :, :2], [[0, 0], [100 / 3, 100]])
    with pytest.raises(DomainError, match="shapes"):
        Table(values=values, units="uvw", periods=["1", "2"], present=present[:1])
