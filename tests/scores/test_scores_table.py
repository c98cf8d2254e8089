"""What a table may hold, how columns bind to indicators, and every way a table is refused."""

import numpy as np
import pandas as pd
import pytest
from scores_cases import both, close, framework, plain_document, series, table

import stregistry
from stregistry import DomainError, Framework, RecordError


def scored(frame, **tables):
    return stregistry.score(frame, framework(**tables))


def indicators(**changes):
    """The three indicators of the plain framework with changed keys for some."""
    return [one | changes.get(one["id"], {}) for one in plain_document()["indicator"]]


def test_weights_and_levels():
    """a and b make g, c makes h, which weighs three times as much: worked by hand."""
    found = scored(table())
    close(found.scores["g"], [0, 125 / 3, 275 / 6, 100])
    close(found.scores["h"], [100, 0, 25, 50])
    close(found.scores["top"], (found.scores["g"] + 3 * found.scores["h"]) / 4)
    assert found.ranks["top"].tolist() == [1, 4, 3, 2]
    assert list(found.scores.columns) == ["unit", "top", "g", "h"]


def test_fewer_is_better_for_down():
    """Direction down mirrors the column; direction none shows it and scores nothing."""
    assert scored(table(), indicator=indicators(c={"direction": "down"})).scores["h"].tolist() == [0, 100, 75, 50]
    shown = scored(table(), indicator=indicators(b={"direction": "none"}))
    assert shown.denominated["b"].tolist() == [10, 30, 20, 50]
    assert "b" not in shown.normalised.columns
    close(shown.scores["g"], shown.normalised["a"])


def test_a_group_of_shown_indicators_only_is_no_part_of_the_index():
    """It has no column of scores, and a note says so."""
    found = scored(table(), indicator=indicators(c={"direction": "none"}))
    assert list(found.scores.columns) == ["unit", "top", "g"]
    assert [note.code for note in found.notes] == ["empty_group"]


def test_per_and_scale():
    """value * scale / (denominator / its scale), the denominator a column or another indicator's figure."""
    changes = {
        "a": {"per": {"series": "people", "basis": "average", "scale": 1e3}, "scale": 10},
        "b": {"per": {"indicator": "c"}},
        "c": {"scale": 2},
    }
    found = scored(table(people=[100.0, 200, 0, 400]), indicator=indicators(**changes)).denominated
    close(found["a"], [100, 100, np.nan, 100])
    close(found["b"], [1, 15, 5, 50 / 6])
    close(found["c"], [10, 2, 4, 6])


def test_nothing_to_divide_by_is_noted():
    """A cell without a denominator is missing, and a note names indicator and unit."""
    per = {"a": {"per": {"series": "people"}}}
    notes = scored(table(people=[1.0, 1, 0, 4]), indicator=indicators(**per)).notes
    assert [(n.code, n.indicator, n.unit) for n in notes] == [("no_denominator", "a", "R")]


def test_an_indicator_is_found_under_its_series():
    """The column may carry the series' name; the id is taken where both are there and both are asked for."""
    rule = {"a": {"params": {"series": "staff"}}}
    named = table().rename(columns={"a": "staff"})
    close(scored(named, indicator=indicators(**rule)).scores["top"], scored(table()).scores["top"])
    rule["b"] = {"per": {"series": "staff"}}
    both_there = table(staff=[1.0, 1, 1, 1])
    assert scored(both_there, indicator=indicators(**rule)).denominated["a"].tolist() == [1, 2, 3, 4]


def test_any_measure_is_taken_from_a_column():
    """An indicator that a registry would count is a column under its id."""
    counted = indicators(a={"measure": "count", "params": {"of": "deal"}})
    close(scored(table(), indicator=counted).scores["top"], scored(table()).scores["top"])


def test_empty_and_na_are_not_measured(tmp_path):
    """An empty cell, NA and NaN of a frame are the same; no value becomes 0."""
    text = "unit,a,b,c\nP,1,,5\nQ,2,NA,1\nR,3,20,2\nS,4,50,3\n"
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    of_file = stregistry.score(tmp_path / "t.csv", framework())
    of_frame = scored(table(b=[np.nan, None, 20, 50]))
    assert of_file.denominated["b"].isna().tolist() == [True, True, False, False]
    pd.testing.assert_frame_equal(of_file.scores, of_frame.scores)


def test_files_of_offices_are_read(tmp_path):
    """Semicolons, another encoding (which is noted) and a workbook give the same scores as the frame."""
    text = "unit;a;b;c\nP;1;10;5\nQ;2;30;1\nR;3;20;2\nS;4;50;3\n"
    (tmp_path / "t.csv").write_text(text, encoding="utf-16")
    table().to_excel(tmp_path / "t.xlsx", index=False)
    like = scored(table())
    found = stregistry.score(tmp_path / "t.csv", framework())
    assert [note.code for note in found.notes] == ["encoding"]
    pd.testing.assert_frame_equal(found.scores, like.scores)
    pd.testing.assert_frame_equal(stregistry.score(tmp_path / "t.xlsx", framework()).scores, like.scores)


def test_a_warning_is_no_problem(tmp_path):
    """A file in another encoding without rows has one problem, not two."""
    (tmp_path / "t.csv").write_text("unit,a,b,c\n", encoding="utf-16")
    with pytest.raises(RecordError, match="1 problem") as caught:
        stregistry.score(tmp_path / "t.csv", framework())
    assert [issue.code for issue in caught.value.issues] == ["empty_file"]


def test_units_may_be_the_index_of_the_frame():
    """Index levels named unit and period count as columns; a whole number is a label without its .0."""
    indexed = scored(table(period=[2024.0] * 4).set_index(["unit", "period"]))
    assert indexed.periods == ("2024",)
    close(indexed.scores["top"], scored(table()).scores["top"])


def test_within_groups_of_units():
    """Imputation stays inside the groups of the column that `within` names; a unit without a group stays empty."""
    method = {"impute": {"how": "mean", "by": "column", "within": "region"}}
    frame = table(a=[1.0, np.nan, 9, np.nan], region=["n", "n", "s", None])
    found = scored(frame, method=method).imputed["a"]
    close(found, [1, 1, 9, np.nan])


def test_screening_drops_rows_from_screened_only():
    """A unit below the limit is absent from screened, and empty after it."""
    method = {"screen": {"availability": 0.6, "on": "measured"}}
    found = scored(table(a=[np.nan, 2, 3, 4], b=[np.nan, 3, 2, 5]), method=method)
    assert found.screened["unit"].tolist() == ["Q", "R", "S"]
    assert found.scores["top"].isna().tolist() == [True, False, False, False]
    assert found.ranks["top"].isna().sum() == 1
    assert found.missing["top"].tolist() == ["screened_out", "", "", ""]


def test_overrides_for_one_indicator():
    """`indicators` of a step reach their indicator and no other; posts and goals are the framework's."""
    method = {
        "normalise": {
            "how": "min_max",
            "to": [0, 100],
            "indicators": {
                "a": {"how": "goalposts", "to": [0, 10]},
                "c": {"how": "distance_to_target", "cap": True},
            },
        }
    }
    facts = indicators(a={"bounds": {"low": 0, "high": 8}}, c={"goal": 3})
    found = scored(table(), indicator=facts, method=method).normalised
    close(found["a"], [1.25, 2.5, 3.75, 5])
    close(found["b"], [0, 50, 25, 100])
    close(found["c"], [1, 0, 0.5, 1])


def test_periods_are_ordered_and_complete():
    """Rows come by unit and period; a unit without a row in a period is not measured there."""
    frame = table(period=["2023", "2023", "2023", "2023"])
    frame = pd.concat([table(period=["2024"] * 4, a=[2.0, 4, 6, 8]).iloc[:3], frame])
    found = scored(frame, method={"pooled": False, "normalise": {"how": "min_max"}})
    assert found.periods == ("2023", "2024")
    assert found.scores[["unit", "period"]].to_numpy().tolist()[:3] == [["P", "2023"], ["P", "2024"], ["Q", "2023"]]
    assert found.missing.set_index(["unit", "period"])["top"]["S", "2024"] == "no_members"
    alone = scored(table(a=[2.0, 4, 6, 8]).iloc[:3])
    late = found.scores[found.scores["period"] == "2024"]
    close(late["top"].to_numpy()[:3], alone.scores["top"])


def test_interpolation_uses_the_time_between_periods():
    """Between the last quarter of a year and the third of the next lie three steps."""
    rows = [("P", "2023Q4", 0.0), ("P", "2024Q1", None), ("P", "2024Q3", 9.0), ("Q", "2023Q4", 1.0)]
    frame = pd.DataFrame([(u, p, v, 1.0, 1.0) for u, p, v in rows], columns=["unit", "period", "a", "b", "c"])
    method = {"pooled": True, "impute": {"how": "linear"}}
    close(scored(frame, method=method).imputed["a"].to_numpy()[:3], [0, 3, 9])


def test_one_period_is_no_panel():
    """A period column with one value needs no `pooled`, and is still in the frames."""
    found = scored(table(period=[2024] * 4))
    assert found.periods == ("2024",)
    assert found.scores["period"].tolist() == ["2024"] * 4
    assert found.what_if("Q", "c", rank=1) is not None


CASES = {
    "missing column": (table().drop(columns="c"), "missing_column", None, "c", "missing"),
    "mistyped column": (table().rename(columns={"c": "cc"}), "missing_column", None, "c", "'cc'"),
    "no unit column": (table().rename(columns={"unit": "units"}), "missing_column", None, "unit", "'units'"),
    "unknown column": (table(note=[1, 2, 3, 4]), "unknown_column", None, "note", "no such column"),
    "word": (table(b=[10, "n/a", 20, 50]), "not_a_number", 2, "b", "'n/a'"),
    "decimal comma": (table(b=[10, "1,5", 20, 50]), "not_a_number", 2, "b", "1.5"),
    "underscore": (table(b=[10, "1_5", 20, 50]), "not_a_number", 2, "b", "'1_5'"),
    "truth value": (table(b=[10, True, 20, 50]), "not_a_number", 2, "b", "'True'"),
    "infinite": (table(b=[10, float("inf"), 20, 50]), "not_a_number", 2, "b", "infinite"),
    "too large": (table(b=[10, "1e999", 20, 50]), "not_a_number", 2, "b", "infinite"),
    "written infinity": (table(b=[10, "-inf", 20, 50]), "not_a_number", 2, "b", "infinite"),
    "repeated unit": (table(unit=["P", "Q", "P", "S"]), "repeated_unit", 3, "unit", "row 1"),
    "no unit": (table(unit=["P", "", "R", "S"]), "no_unit", 2, "unit", "missing"),
    "no rows": (table().iloc[:0], "no_rows", None, None, "no row"),
    "repeated column": (pd.concat([table(), table()[["a"]]], axis=1), "repeated_column", None, "a", "twice"),
    "bad period": (table(period=["2024", "2024", "20x4", "2024"]), "bad_period", 3, "period", "20x4"),
    "mixed periods": (table(period=["2024", "2024", "2024Q1", "2024"]), "mixed_periods", 3, "period", "2024Q1"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_wrong_table_is_refused(case):
    """Each defect is an issue with its row and column, and words that say what was found, in both languages."""
    frame, code, row, column, word = CASES[case]
    with pytest.raises(RecordError) as caught:
        scored(frame)
    issue = next(one for one in caught.value.issues if one.code == code)
    assert (issue.row, issue.column) == (row, column)
    assert word in issue.message.en
    assert issue.message.vi != issue.message.en
    assert issue.message.en in caught.value.in_lang("en")


def test_more_ways_to_refuse():
    """A negative denominator, a unit in two groups, and a second row of a unit in one period."""
    per = indicators(a={"per": {"series": "people"}})
    with pytest.raises(RecordError) as caught:
        scored(table(people=[1, 2, -3, 4]), indicator=per)
    assert [(i.code, i.row, i.column) for i in caught.value.issues] == [("negative_denominator", 3, "people")]
    frame = table(unit=["P", "P", "R", "R"], period=["2023", "2024", "2024", "2024"], region=["n", "s", "n", "n"])
    with pytest.raises(RecordError) as caught:
        scored(frame, method={"pooled": True, "impute": {"how": "mean", "within": "region"}})
    assert [(i.code, i.row) for i in caught.value.issues] == [("two_groups", 2), ("repeated_unit", 4)]


def test_all_problems_are_told_at_once():
    """Not only the first."""
    with pytest.raises(RecordError, match="3 problems") as caught:
        scored(table(a=["x", 1, 2, "y"], b=["z", 1, 2, 3]))
    assert [i.row for i in caught.value.issues] == [1, 1, 4]


def test_a_framework_without_scores_is_refused():
    """No [method], nothing with a direction, and an indicator called like a key column."""
    document = plain_document()
    del document["method"]
    with pytest.raises(DomainError, match=r"no table \[method\]"):
        stregistry.score(table(), Framework.from_document(document, "x"))
    with pytest.raises(DomainError, match="no indicator to score"):
        scored(table(), indicator=[one | {"direction": "none"} for one in indicators()])
    with pytest.raises(DomainError, match="cannot have the id 'period'"):
        scored(table(), indicator=[series("period", group="g"), series("c", group="h")])


def test_a_panel_has_to_say_pooled():
    """Whether periods are treated together is a choice that is not made in silence."""
    frame = pd.concat([table(period=["2023"] * 4), table(period=["2024"] * 4)])
    with pytest.raises(DomainError, match="pooled"):
        scored(frame)


def test_the_contract_of_a_framework_is_taken():
    """Targets, obligations, responsible, source, breakdown and bounds of a whole framework stand in no way."""
    document = plain_document()
    document["framework"]["sources"] = [{"id": "s", "title": both("s"), "number": "1/NQ", "issued": "2024-01-11"}]
    document["indicator"][0] |= {
        "measure": "sum",
        "params": {"of": "deal", "field": "value_vnd", "when": "flow", "where": {"direction": "domestic"}},
        "measured_in": both("VND"),
        "breakdown": ["form"],
        "responsible": both("x"),
        "source": "s",
        "target": [{"from": "2024-01-11", "by": 2030, "at_least": 4, "scope": "national", "source": "s"}],
    }
    document["uncertainty"] = {"draws": 8, "weights": {"noise": 0.2}}
    found = stregistry.score(table(), Framework.from_document(document, "x"))
    close(found.scores["top"], scored(table()).scores["top"])
