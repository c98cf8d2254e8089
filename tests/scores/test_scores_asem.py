"""`stregistry.score` against COINr 1.1.14 on the ASEM data: relative 1e-9, ranks exact, missing cells equal."""

import numpy as np
import pandas as pd
import pytest
from scores_cases import PIPELINE, asem_document, asem_framework, asem_table, close, reference

import stregistry

DENOMINATORS = ("Area", "Energy", "GDP", "Population")


@pytest.fixture(scope="module")
def asem():
    framework = asem_framework(PIPELINE)
    return stregistry.score(asem_table("EurAsia_group", *used(framework)), framework)


def used(framework):
    return [name for name in DENOMINATORS if any(i.per and i.per.series == name for i in framework.indicators)]


def by_unit(frame, like):
    """A frame of ours with the rows and columns of a reference sheet."""
    return frame.set_index("unit").loc[like.index, [c for c in like.columns if c in frame.columns]]


@pytest.mark.parametrize("number", ["1_denominated", "2_imputed", "3_screened", "4_treated", "5_normalised"])
def test_every_stage_equals_the_reference(asem, number):
    """Each stage's frame equals the reference's data set of that stage, for all units and indicators."""
    like = reference(f"01_pipeline/{number}.csv")
    found = by_unit(getattr(asem, number.partition("_")[2]), like)
    assert found.shape == like.shape == (51, 49)
    close(found, like)


def test_every_group_has_the_reference_score_and_rank(asem):
    """All 11 groups: scores within 1e-9, ranks exactly."""
    scores, ranks = reference("01_pipeline/6_aggregated.csv"), reference("01_pipeline/7_results_ranks.csv")
    groups = list(ranks.columns)
    assert sorted(asem.scores.columns[1:]) == sorted(groups)
    close(by_unit(asem.scores, scores[groups]), scores[groups])
    assert by_unit(asem.ranks, ranks).astype(int).to_dict() == ranks.to_dict()


def test_treatment_moves_as_many_cells(asem):
    """Cells winsorised, skewness and kurtosis before are the reference's."""
    like = reference("01_pipeline/4_treated_dets.csv")
    found = asem.treatment.set_index("indicator").loc[like.index]
    close(found[["skew", "kurtosis"]], like[["check_SkewKurt0.Skew", "check_SkewKurt0.Kurt"]])
    assert found["moved"].tolist() == like["winsorise.nwin"].fillna(0).astype(int).tolist()


def test_a_unit_summary_equals_the_reference(asem):
    """India's score and rank in each group."""
    like = reference("01_pipeline/8_unit_summary_IND.csv")
    found = asem.summary("IND", lang="en").set_index("id").loc[like.index]
    close(found["score"], like["Score"])
    assert found["rank"].tolist() == like["Rank"].tolist()
    assert found["name"].tolist() == like["Name"].tolist()
    assert set(found["out_of"]) == {51}


@pytest.mark.parametrize("side", ["strengths", "weaknesses"])
def test_strengths_and_weaknesses_equal_the_reference(side):
    """Spain's five best and worst ranks on the raw data, with the values."""
    like = reference(f"01_pipeline/8_{side}_ESP.csv")
    method = {"normalise": PIPELINE["normalise"]}
    found = getattr(stregistry.score(asem_table(), asem_framework(method, per=False)), side)("ESP").set_index("id")
    assert sorted(found["rank"]) == sorted(like["Rank"])
    sure = like.index[like["Rank"] < like["Rank"].max()] if side == "strengths" else like.index[1:]
    assert set(sure) <= set(found.index)
    close(found.loc[sure, "value"], like.loc[sure, "Value"])


@pytest.mark.parametrize(
    ("file", "source", "normalise"),
    [
        ("n_borda", "input_treated", {"how": "borda"}),
        ("n_prank", "input_treated", {"how": "percentile_rank"}),
        ("n_zscore_0_1", "input_treated", {"how": "z_score", "mean": 0, "sd": 1}),
        ("n_minmax_0_100", "input_treated", {"how": "min_max", "to": [0, 100]}),
        ("raw_n_goalposts_useiMeta", None, {"how": "goalposts"}),
        ("raw_n_dist2targ_useiMeta_cap", None, {"how": "distance_to_target", "cap": True}),
    ],
)
def test_normalisations_equal_the_reference(file, source, normalise):
    """Each normalisation from the framework's method, posts and goals, in both directions."""
    facts = {
        id: {"bounds": {"low": row["goalpost_lower"], "high": row["goalpost_upper"]}, "goal": row["Target"]}
        for id, row in reference("05_normalise/iMeta_with_norm_parameters.csv").set_index("iCode").iterrows()
        if row["Type"] == "Indicator"
    }
    framework = asem_framework({"normalise": normalise}, per=False, facts=facts)
    frame = asem_table() if source is None else sheet(f"05_normalise/{source}.csv")
    like = reference(f"05_normalise/{file}.csv")
    close(by_unit(stregistry.score(frame, framework).normalised, like), like)


def sheet(name):
    return reference(name).rename_axis("unit").reset_index()


@pytest.mark.parametrize(
    ("file", "aggregate", "own_weights"),
    [
        ("a_gmean_w", {"how": "geometric"}, True),
        ("a_hmean", {"how": "harmonic"}, False),
        ("a_copeland_all", {"how": "copeland"}, False),
        ("mixed_gmean_amean_hmean", [{"how": "geometric"}, {"how": "arithmetic"}, {"how": "harmonic"}], False),
        ("NA_a_amean_thresh0.75", {"how": "arithmetic", "availability": 0.75}, False),
    ],
)
def test_aggregations_equal_the_reference(file, aggregate, own_weights):
    """Weights of the framework, a list of aggregations by level, and availability with missing cells."""
    weights = reference("06_aggregate/weights_random.csv")["Weight"].to_dict() if own_weights else None
    method = {"normalise": {"how": "none"}, "aggregate": aggregate}
    framework = asem_framework(method, per=False, weights=weights, up=True)
    frame = sheet(f"06_aggregate/input_{'NA_' if file.startswith('NA') else ''}minmax_1_100.csv")
    like = reference(f"06_aggregate/{file}.csv").iloc[:, 49:]
    close(by_unit(stregistry.score(frame, framework).scores, like), like)


def test_a_group_that_asks_for_another_aggregation_has_it():
    """With `aggregate` on all eight pillars, arithmetic above, each level equals the matching reference."""
    document = asem_document({"normalise": {"how": "none"}, "aggregate": {"how": "arithmetic"}}, per=False, up=True)
    pillars = {one["group"] for one in document["indicator"]}
    for group in document["group"]:
        if group["id"] in pillars:
            group["aggregate"] = "harmonic"
    framework = stregistry.Framework.from_document(document, "asem.toml")
    found = stregistry.score(sheet("06_aggregate/input_minmax_1_100.csv"), framework).scores.set_index("unit")
    like = reference("06_aggregate/a_hmean.csv").loc[found.index]
    close(found[sorted(pillars)], like[sorted(pillars)])
    close(found["Sust"], found[["Environ", "Social", "SusEcFin"]].mean(axis=1))


def test_the_order_of_rows_does_not_matter(asem):
    """Rows and columns in another order give the same bits for each unit."""
    frame = asem_table("EurAsia_group", *used(asem.framework))
    turned = stregistry.score(frame.iloc[::-1, ::-1], asem.framework)
    a, b = (one.scores.set_index("unit").sort_index() for one in (asem, turned))
    pd.testing.assert_frame_equal(a, b, rtol=1e-12)
    assert np.isfinite(a.to_numpy()).all()
