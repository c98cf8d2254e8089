"""How a figure stands against a target: a hand-made table of cases."""

import datetime as dt
from typing import Any

import pytest

from stregistry.framework import Target
from stregistry.plan.judge import judge, judge_growth


def target(form: str, *values: float, **more: Any) -> Target:
    due = {} if more.get("every_year") else {"by": 2030}
    return Target(**{"start": dt.date(2020, 1, 1), "form": form, "values": values, **due, **more})


B = (2020.0, 100.0)
# form, values, more, value, at, baseline, over, status, ratio (None: not looked at)
CASES: list[tuple[str, tuple[float, ...], dict[str, Any], float, float, Any, bool, str | None, float | None]] = [
    ("at_least", (200,), {}, 200, 2025, B, True, "met", None),
    ("at_least", (200,), {}, 200, 2030, B, True, "met", None),
    ("above", (200,), {}, 200, 2030, B, True, "off_track", 1.0),
    ("above", (200,), {}, 200.1, 2030, B, True, "met", None),
    ("at_least", (200,), {}, 199.9, 2030, B, True, "off_track", None),
    ("at_least", (200,), {}, 199.9, 2030, B, False, "on_track", None),
    ("at_least", (200,), {}, 150, 2031, B, True, "off_track", None),
    ("at_least", (200,), {}, 90, 2031, B, True, "moving_away", None),
    ("at_least", (200,), {}, 210, 2031, B, True, "met", None),
    ("at_least", (200,), {}, 200**0.5 * 10, 2025, B, True, "on_track", 1.0),
    ("at_least", (200,), {}, 125, 2025, B, True, "at_risk", 0.6359),
    ("at_least", (200,), {}, 110, 2025, B, True, "off_track", 0.2681),
    ("at_least", (200,), {}, 100, 2025, B, True, "off_track", 0.0),
    ("at_least", (200,), {}, 99, 2025, B, True, "moving_away", None),
    ("at_least", (200,), {}, 150, 2025, None, True, "not_yet_due", None),
    ("at_least", (200,), {}, 150, 2030, None, True, "off_track", None),
    ("at_least", (200,), {}, 150, 2020, B, True, "not_yet_due", None),
    ("at_least", (200,), {}, 150, 2025, (2030.0, 100.0), True, "not_yet_due", None),
    ("at_least", (100,), {}, 50, 2025, (2020.0, 0.0), True, "on_track", 1.0),
    ("at_least", (100,), {}, 30, 2025, (2020.0, 0.0), True, "at_risk", 0.6),
    ("at_least", (100,), {}, 29.9, 2025, (2020.0, 0.0), True, "off_track", 0.598),
    ("at_least", (100,), {}, 47.5, 2025, (2020.0, 0.0), True, "on_track", 0.95),
    ("at_least", (100,), {}, 0, 2025, (2020.0, -100.0), True, "on_track", 1.0),
    ("at_least", (100,), {}, 90, 2025, (2020.0, 120.0), True, "moving_away", None),
    ("above", (100,), {}, 100, 2025, (2020.0, 100.0), True, "off_track", None),
    ("at_most", (0,), {}, 0, 2025, (2020.0, 10.0), True, "met", None),
    ("at_most", (0,), {}, 5, 2025, (2020.0, 10.0), True, "on_track", 1.0),
    ("at_most", (0,), {}, 8, 2025, (2020.0, 10.0), True, "off_track", 0.4),
    ("at_most", (0,), {}, 11, 2025, (2020.0, 10.0), True, "moving_away", -0.2),
    ("at_most", (50,), {}, 50**0.5 * 10, 2025, B, True, "on_track", 1.0),
    ("at_most", (50,), {}, 50, 2030, B, True, "met", None),
    ("below", (50,), {}, 50, 2030, B, True, "off_track", 1.0),
    ("below", (50,), {}, 49, 2030, B, True, "met", None),
    ("range", (40, 50), {}, 40, 2030, None, True, "met", None),
    ("range", (40, 50), {}, 50, 2030, None, True, "met", None),
    ("range", (40, 50), {}, 50.1, 2030, None, True, "exceeded", None),
    ("range", (40, 50), {}, 39.9, 2030, None, True, "off_track", None),
    ("within", (40, 50), {}, 50, 2030, None, True, "met", None),
    ("within", (40, 50), {}, 51, 2030, None, True, "off_track", None),
    ("within", (40, 50), {}, 75, 2025, (2020.0, 100.0), True, "at_risk", 0.8349),
    ("within", (40, 50), {}, 20, 2025, (2020.0, 10.0), True, "on_track", 1.0),
    ("about", (215,), {}, 200, 2025, None, True, None, None),
    ("maintain_above", (0.7,), {}, 0.71, 2025, None, True, "met", None),
    ("maintain_above", (0.7,), {}, 0.7, 2025, None, True, "off_track", None),
    ("at_least", (3,), {"every_year": True}, 3, 2025, None, True, "met", None),
    ("at_least", (3,), {"every_year": True}, 2.9, 2025, None, True, "off_track", None),
    ("at_least", (3,), {"every_year": True}, 2.9, 2025, None, False, "not_yet_due", None),
    ("at_most", (10,), {"out_of": 63}, 10, 2025, None, True, "met", None),
    ("at_most", (10,), {"out_of": 63}, 20, 2025, (2020.0, 30.0), True, "on_track", 1.0),
    ("at_most", (10,), {"out_of": 63}, 24, 2025, (2020.0, 30.0), True, "at_risk", 0.6),
    ("at_most", (10,), {"out_of": 63}, 31, 2025, (2020.0, 30.0), True, "moving_away", -0.1),
    ("at_most", (10,), {"out_of": 63}, 12, 2025, (2020.0, 7.0), True, "moving_away", None),
]


@pytest.mark.parametrize("case", CASES, ids=[f"{c[0]}{c[1]} {c[3]:g} at {c[4]} from {c[5]}" for c in CASES])
def test_a_figure_stands_as_the_table_says(case: Any) -> None:
    """Each case was worked out by hand: its status, and where it says so the ratio."""
    form, values, more, value, at, baseline, over, status, ratio = case
    found = judge(target(form, *values, **more), value, at, baseline, over)
    assert found.status == status
    if ratio is not None:
        assert found.ratio == pytest.approx(ratio, abs=5e-4)


def test_the_way_still_to_go_is_told() -> None:
    """From 100 in 2020 to 400 in 2030: 200 is the path in 2025; at 100 it takes 32 % a year, linear 0 to 100 ten."""
    found = judge(target("at_least", 400), 100, 2025, B, True)
    assert (found.path, found.gap) == (pytest.approx(200), -300)
    assert found.needed == pytest.approx((4**0.2 - 1) * 100)
    assert found.pace_in == "percent"
    linear = judge(target("at_least", 100), 50, 2025, (2020.0, 0.0), True)
    assert (linear.path, linear.needed, linear.pace, linear.pace_in) == (50, 10, 10, "unit")


GROWTH = [
    ("at_least", (10,), 161.051, 2025, True, "on_track", 10.0),
    ("at_least", (10,), 259.3743, 2030, True, "met", 10.0),
    ("at_least", (10,), 140.2552, 2025, True, "at_risk", 7.0),
    ("at_least", (10,), 110.4081, 2025, True, "off_track", 2.0),
    ("at_least", (10,), 95, 2025, True, "moving_away", None),
    ("range", (16, 18), 600, 2030, True, "exceeded", None),
    ("at_least", (10,), 200, 2030, True, "off_track", None),
]


@pytest.mark.parametrize(("form", "values", "value", "at", "over", "status", "rate"), GROWTH)
def test_average_growth_stands_as_the_table_says(
    form: str, values: tuple[float, ...], value: float, at: float, over: bool, status: str, rate: float | None
) -> None:
    """Growth is the average a year since the first year; before the last year it is at best on track."""
    judged = judge_growth(target(form, *values, of="growth", over=(2020, 2030)), 100, value, at, over)
    assert judged is not None
    assert judged[1].status == status
    if rate is not None:
        assert judged[0] == pytest.approx(rate, abs=1e-3)


def test_no_growth_from_nothing() -> None:
    """From 0 there is no growth in percent."""
    assert judge_growth(target("at_least", 1, of="growth", over=(2020, 2030)), 0, 5, 2025, True) is None
