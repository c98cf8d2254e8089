"""What a result can be asked: comparison, leaving one out, correlation, attribution, what-if, uncertainty."""

import numpy as np
import pandas as pd
import pytest
from scores_cases import close, framework, plain_document, table

import stregistry
from stregistry import DomainError, StregistryError

UNSURE = {
    "draws": 64,
    "normalise": [{"how": "min_max", "to": [1, 100]}, {"how": "z_score", "mean": 50, "sd": 10}],
    "weights": {"noise": 0.25, "levels": [1, 2]},
}


def result(frame=None, **tables):
    return stregistry.score(table() if frame is None else frame, framework(**tables))


def test_compare_lays_two_results_side_by_side():
    """Changes are other minus this, over the units of either; a unit of one only has no change."""
    before, after = result(), result(table(unit=list("PQRT"), c=[1.0, 5, 2, 3]))
    found = before.compare(after)
    frame = found.frame.set_index("unit")
    assert list(frame.index) == ["P", "Q", "R", "S", "T"]
    close(frame["score_change"], frame["other_score"] - frame["score"])
    assert frame["rank_change"]["Q"] == frame["other_rank"]["Q"] - frame["rank"]["Q"] < 0
    assert pd.isna(frame["rank_change"]["S"])
    same = before.compare(before)
    assert (same.spearman, same.kendall) == (1, 1)
    assert set(same.frame["rank_change"]) == {0}


def test_leaving_one_out_is_scoring_without_it():
    """Without a, group g is b alone; without group h, the index is g."""
    found = result()
    without_a = found.leave_one_out().query("left_out == 'a'")
    close(without_a["score"], (found.normalised["b"] + 3 * found.scores["h"]) / 4)
    without_h = found.leave_one_out(2).query("left_out == 'h'")
    close(without_h["score"], found.scores["g"])
    close(without_h["score_change"], found.scores["g"] - found.scores["top"])
    with pytest.raises(DomainError, match="from 1 to 2"):
        found.leave_one_out(3)


def test_correlations_are_those_of_numpy():
    """Every pair of a level once, Pearson's r as numpy has it."""
    found = result()
    pairs = found.correlations()
    assert pairs[["a", "b"]].to_numpy().tolist() == [["a", "b"], ["a", "c"], ["b", "c"]]
    close(pairs["r"].iloc[0], np.corrcoef(found.normalised["a"], found.normalised["b"])[0, 1])
    assert found.correlations(2, "kendall")[["a", "b"]].to_numpy().tolist() == [["g", "h"]]
    with pytest.raises(DomainError, match="'pearsn'"):
        found.correlations(how="pearsn")


def test_attribution_adds_up_to_the_change():
    """Points of one unit sum to its change; with fixed posts only the indicator that moved has any."""
    posts = {"normalise": {"how": "goalposts", "to": [0, 100]}}
    ours = [one | {"bounds": {"low": 0, "high": 60}} for one in plain_document()["indicator"]]
    before = result(method=posts, indicator=ours)
    after = result(table(b=[10.0, 45, 20, 50]), method=posts, indicator=ours)
    found = after.attribute(before)
    assert found[["unit", "id", "part"]].to_numpy().tolist() == [["Q", "b", "value"]]
    close(found["points"].sum(), after.scores["top"][1] - before.scores["top"][1])


def test_what_if_is_confirmed_by_scoring_again():
    """The value it names, put into the table, gives the rank asked for."""
    found = result()
    answer = found.what_if("Q", "c", rank=1)
    assert answer is not None
    values = table()["c"].tolist()
    values[1] = answer.values["c"]
    assert result(table(c=values)).ranks["top"][1] == answer.rank == 1
    several = found.what_if("Q", {"a": 4, "c": 6}, score=50.0)
    assert several is not None
    assert several.score >= 50
    assert found.what_if("Q", {"a": 2.01}, rank=1) is None
    with pytest.raises(DomainError, match="score, rank or both"):
        found.what_if("Q", "c")


def test_gains_are_weights_over_ranges():
    """A point of b: half of a quarter of 100 points, over its range of 40."""
    gains = result().gains("Q").set_index("id")
    close(round(gains.loc["b", "per_unit"], 6), 100 / 40 / 8)


def test_uncertainty_is_a_function_of_its_seed():
    """The same seed gives the same frame, another seed another; shares of ranks sum to 1."""
    found = result(uncertainty=UNSURE)
    once, again, other = (found.uncertainty(seed=seed) for seed in (3, 3, 4))
    pd.testing.assert_frame_equal(once.frame, again.frame)
    assert not once.frame.equals(other.frame)
    assert once.draws == 64
    close(once.p_rank.drop(columns="unit").sum(axis=1), [1, 1, 1, 1])
    close(once.frame["score"], found.scores["top"])
    assert (once.frame["rank_low"] <= once.frame["rank_high"]).all()


def test_what_is_certain_does_not_spread():
    """With one alternative that is the method itself, every draw is the result."""
    sure = result(uncertainty={"normalise": [{"how": "min_max", "to": [0, 100]}]}).uncertainty(16, seed=1).frame
    for column in ("score_median", "score_low", "score_high"):
        close(sure[column], sure["score"])


def test_sensitivity_names_every_assumption():
    """One row for each output and assumption; n is the power of 2 above the draws."""
    found = result(uncertainty=UNSURE).sensitivity(seed=2)
    assert found.n == 64
    assert len(found.frame) == 2 * (1 + 4 + 4)
    assert set(found.frame["assumption"]) == {"normalise", "weights"}
    with pytest.raises(DomainError, match="power of 2"):
        result(uncertainty=UNSURE).sensitivity(100, seed=2)


def test_no_assumptions_no_uncertainty():
    """Without [uncertainty] the error says what to add; without scipy, what to install."""
    with pytest.raises(DomainError, match=r"\[uncertainty\]"):
        result().uncertainty(seed=1)
    with pytest.raises(DomainError, match="At least 1 draw"):
        result(uncertainty=UNSURE).uncertainty(0, seed=1)


def test_scipy_is_asked_for_by_name(monkeypatch):
    """Where scipy is missing the error says what to install."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(StregistryError, match="pip install 'stregistry"):
        result(uncertainty=UNSURE).uncertainty(seed=1)


def test_methods_look_at_the_period_asked_for():
    """The last one unless told; an unknown one is named with the nearest."""
    frame = pd.concat([table(period=["2023"] * 4), table(period=["2024"] * 4, c=[1.0, 5, 2, 3])])
    found = result(frame, method={"pooled": True}, uncertainty=UNSURE)
    assert found.summary("Q").equals(found.summary("Q", "2024"))
    assert found.summary("Q", "2023")["rank"][0] == 4
    assert found.uncertainty(seed=1).frame["period"].tolist() == ["2024"] * 4
    moved = found.attribute(found, before_period="2023")
    change = found.scores.set_index(["unit", "period"])["top"]
    close(moved[moved["unit"] == "Q"]["points"].sum(), change["Q", "2024"] - change["Q", "2023"])
    with pytest.raises(DomainError, match="'2024'"):
        found.summary("Q", "20244")
    with pytest.raises(DomainError, match="'QQ'"):
        found.summary("QQ")


def test_the_result_shows_itself():
    """Text and HTML give the ranking; names of units are escaped in HTML."""
    found = result(table(unit=["<b>P</b>", "Q", "R", "S"]))
    assert "plain 1: 4 units, 3 indicators scored" in repr(found)
    first = repr(found).splitlines()[1]
    assert first.split()[0] == "1"
    assert first.endswith("<b>P</b>")
    assert "&lt;b&gt;P&lt;/b&gt;" in found._repr_html_()
    assert "<b>" not in found._repr_html_()


def test_a_result_is_frozen():
    """It cannot be changed under its reader."""
    with pytest.raises(AttributeError):
        result().stages = None
