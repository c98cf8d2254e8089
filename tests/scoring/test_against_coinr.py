"""Every step against COINr 1.1.14 on the ASEM data: relative 1e-9, ranks exact, NaN in the same cells."""

import attrs
import numpy as np
import pytest
from scoring_cases import close, number

from stregistry.scoring import moments
from stregistry.scoring.method import Method
from stregistry.scoring.pipeline import run
from stregistry.scoring.rank import ranks
from stregistry.scoring.table import Table


@pytest.mark.parametrize(
    ("file", "stage"),
    [
        ("1_denominated", "denominated"),
        ("2_imputed", "imputed"),
        ("3_screened", "screened"),
        ("4_treated", "treated"),
        ("5_normalised", "normalised"),
    ],
)
def test_each_stage_agrees(asem, asem_stages, file, stage):
    """Each stage of the pipeline equals the reference's data set of that stage."""
    close(asem_stages.outside(stage), asem.sheet(f"01_pipeline/{file}.csv").array(asem.ids))


def test_scores_of_every_node_agree(asem, asem_stages):
    """Indicators, pillars, sub-indices and index equal the aggregated data set."""
    sheet = asem.sheet("01_pipeline/6_aggregated.csv")
    close(asem_stages.outside("scores"), sheet.array(asem_stages.index.tree.ids, asem_stages.table.units))


def test_screening_counts_agree(asem, asem_stages):
    """Availability and the share of non-zero cells equal the reference's screening table."""
    sheet = asem.sheet("01_pipeline/3_screened_summary.csv")
    close(asem_stages.prepared.availability[0], sheet.array(["Dat_Avail"])[:, 0])
    close(asem_stages.prepared.non_zero[0], sheet.array(["Non_Zero"])[:, 0])
    included = [row["Included"] == "TRUE" for row in sheet.rows.values()]
    assert asem_stages.prepared.included[0].tolist() == included


def test_treatment_report_agrees(asem, asem_stages):
    """G1, G2, cells moved and the verdict before and after winsorising equal the reference's table."""
    sheet = asem.sheet("01_pipeline/4_treated_dets.csv")
    done = asem_stages.prepared.treatment
    close(done.skew, sheet.array(["check_SkewKurt0.Skew"], asem.ids)[:, 0])
    close(done.kurtosis, sheet.array(["check_SkewKurt0.Kurt"], asem.ids)[:, 0])
    close(done.winsorised_skew, sheet.array(["check_SkewKurt1.Skew"], asem.ids)[:, 0])
    close(done.winsorised_kurtosis, sheet.array(["check_SkewKurt1.Kurt"], asem.ids)[:, 0])
    close(done.moved, np.nan_to_num(sheet.array(["winsorise.nwin"], asem.ids)[:, 0]))
    assert done.passed.tolist() == [
        "TRUE" in (sheet.rows[name]["check_SkewKurt0.Pass"], sheet.rows[name]["check_SkewKurt1.Pass"])
        for name in asem.ids
    ]


def test_treated_cells_agree(asem, asem_stages):
    """The cells that winsorising moved, and their side, are those of the reference."""
    sheet = asem.sheet("01_pipeline/4_treated_points.csv")
    before, after = asem_stages.outside("screened"), asem_stages.outside("treated")
    for row, unit in enumerate(asem_stages.table.units):
        for column, name in enumerate(asem.ids):
            expected = {"": 0, "winhi": -1, "winlo": 1}[sheet.rows[unit][name]]
            if expected:
                assert np.sign(after[row, column] - before[row, column]) == expected
    moved = (asem_stages.prepared.treated != asem_stages.prepared.screened).sum()
    assert moved == sum(bool(cell) for row in sheet.rows.values() for name, cell in row.items() if name != "uCode")


@pytest.mark.parametrize("file", ["7_results_Aggs", "7_results_Full", "7_results_Summ"])
def test_results_and_ranks_agree(asem, asem_stages, file):
    """Scores equal the result tables, and the ranks of the index are exactly theirs."""
    sheet = asem.sheet(f"01_pipeline/{file}.csv")
    units, tree = asem_stages.table.units, asem_stages.index.tree
    columns = [name for name in sheet.header if name in tree.place]
    close(asem_stages.outside("scores")[:, [tree.place[name] for name in columns]], sheet.array(columns, units))
    assert asem_stages.index_ranks.tolist() == sheet.array(["Rank"], units)[:, 0].tolist()


def test_ranks_of_every_group_agree(asem, asem_stages):
    """The ranks of all pillars, sub-indices and the index are exactly the reference's."""
    sheet = asem.sheet("01_pipeline/7_results_ranks.csv")
    tree = asem_stages.index.tree
    columns = [name for name in sheet.header if name in tree.place]
    assert len(columns) == 11
    found = asem_stages.outside("ranks")[:, [tree.place[name] for name in columns]]
    np.testing.assert_array_equal(found, sheet.array(columns, asem_stages.table.units))


def test_ranks_inside_unit_groups_agree(asem, asem_stages):
    """Ranks among Asian and among European units are exactly the reference's."""
    sheet = asem.sheet("01_pipeline/7_results_groupranks.csv")
    tree, units = asem_stages.index.tree, asem_stages.table.units
    columns = [name for name in sheet.header if name in tree.place]
    group = np.array([sheet.rows[unit]["EurAsia_group"] for unit in units])
    scores = asem_stages.scores[[tree.place[name] for name in columns], 0]
    for name in ("Asia", "Europe"):
        inside = group == name
        expected = sheet.array(columns, [unit for unit, here in zip(units, inside, strict=True) if here])
        np.testing.assert_array_equal(ranks(scores[:, inside]).T, expected)


def test_unit_summary_agrees(asem, asem_stages):
    """One unit's scores and ranks on every level equal the reference's summary."""
    sheet = asem.sheet("01_pipeline/8_unit_summary_IND.csv")
    unit, place = asem_stages.table.units.index("IND"), asem_stages.index.tree.place
    for name, row in sheet.rows.items():
        close(asem_stages.scores[place[name], 0, unit], float(row["Score"]))
        assert asem_stages.ranks[place[name], 0, unit] == float(row["Rank"])


NORMALISED = [
    ("n_minmax_0_100", {"how": "min_max", "to": [0, 100]}),
    ("n_zscore_0_1", {"how": "z_score"}),
    ("n_prank", {"how": "percentile_rank"}),
    ("n_borda", {"how": "borda"}),
]


@pytest.mark.parametrize(("file", "spec"), NORMALISED)
def test_normalisers_agree(asem, file, spec):
    """Each normaliser on the treated data equals the reference's."""
    table = Table(values=asem.sheet("05_normalise/input_treated.csv").array(asem.ids), units=asem.table().units)
    stages = run(table, asem.index(), Method.of({"normalise": spec}))
    close(stages.outside("normalised"), asem.sheet(f"05_normalise/{file}.csv").array(asem.ids))


@pytest.mark.parametrize(
    ("file", "spec"),
    [
        ("raw_n_dist2targ_useiMeta_cap", {"how": "distance_to_target", "cap": True}),
        ("raw_n_goalposts_useiMeta", {"how": "goalposts"}),
    ],
)
def test_normalisers_with_posts_agree(asem, file, spec):
    """Goalposts and targets of the indicators' own table give the reference's scores on the raw data."""
    by_code = {row["iCode"]: row for row in asem._rows("05_normalise/iMeta_with_norm_parameters.csv")}
    low, high, goal = (
        np.array([number(by_code[name][key]) for name in asem.ids])
        for key in ("goalpost_lower", "goalpost_upper", "Target")
    )
    table = attrs.evolve(asem.table(), per=None)
    stages = run(table, asem.index(low=low, high=high, goal=goal), Method.of({"normalise": spec}))
    close(stages.outside("normalised"), asem.sheet(f"05_normalise/{file}.csv").array(asem.ids))


@pytest.mark.parametrize(
    ("file", "aggregate", "own_weights"),
    [
        ("a_amean", {"how": "arithmetic"}, False),
        ("a_gmean_w", {"how": "geometric"}, True),
        ("a_hmean", {"how": "harmonic"}, False),
        ("a_copeland_all", {"how": "copeland"}, False),
        ("mixed_gmean_amean_hmean", [{"how": "geometric"}, {"how": "arithmetic"}, {"how": "harmonic"}], False),
        ("NA_a_amean_thresh0.75", {"how": "arithmetic", "availability": 0.75}, False),
    ],
)
def test_aggregations_agree(asem, file, aggregate, own_weights):
    """Each aggregation, with given or random weights and with missing cells, equals the reference on every node."""
    name = "input_NA_minmax_1_100" if file.startswith("NA") else "input_minmax_1_100"
    sheet = asem.sheet(f"06_aggregate/{name}.csv")
    weights = None
    if own_weights:
        weights = {row["iCode"]: number(row["Weight"]) for row in asem._rows("06_aggregate/weights_random.csv")}
    index = attrs.evolve(asem.index(weights), up=np.ones(len(asem.ids), dtype=bool))
    method = Method.of({"normalise": {"how": "none"}, "aggregate": aggregate})
    table = Table(values=sheet.array(asem.ids), units=tuple(sheet.rows))
    stages = run(table, index, method)
    expected = asem.sheet(f"06_aggregate/{file}.csv").array(index.tree.ids, table.units)
    close(stages.outside("scores"), expected)


def test_effective_weights_agree(asem):
    """The product of the shares up the tree equals the reference's effective weights."""
    rows = asem._rows("07_weights/eff_weights_random.csv")
    tree = asem.tree({row["iCode"]: number(row["Weight"]) for row in rows})
    expected = {row["iCode"]: number(row["EffWeight"]) for row in rows}
    close(tree.effective(tree.weight), [expected[name] for name in tree.ids])


def test_pca_weights_agree(asem, asem_stages):
    """Loadings on the first component of each sub-index's pillars equal the reference's, up to its arbitrary sign."""
    from stregistry.scoring.weight import pca

    expected = {
        row["iCode"]: number(row["Weight"])
        for row in asem._rows("07_weights/pca_weights_level2.csv")
        if row["Level"] == "2"
    }
    tree = asem_stages.index.tree
    for group in tree.groups:
        if group.level == 3:
            names = [tree.ids[child] for child in group.children]
            found = pca(asem_stages.scores[list(group.children), 0], np.ones(len(names)), names)
            wanted = np.array([expected[name] for name in names])
            close(found, wanted * np.sign(wanted.sum()))


def test_moments_need_four_values():
    """Three values have no kurtosis, four do."""
    skew, kurtosis = moments.skew_kurtosis(np.array([[1.0, 2.0, 4.0, np.nan], [1.0, 2.0, 4.0, 9.0]]))
    assert np.isnan(kurtosis[0])
    assert np.isnan(skew[0])
    assert np.isfinite(kurtosis[1])
