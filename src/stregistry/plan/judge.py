"""How one figure stands against one target: the rule alone, numbers in, a verdict out."""

from typing import Final

import attrs

from stregistry.framework import Target

ON_TRACK: Final = 0.95
AT_RISK: Final = 0.6
OFF_TRACK: Final = 0.0
_DOWN: Final = ("at_most", "below")


@attrs.frozen(kw_only=True)
class Verdict:
    """A status and what it rests on.

    status: met, exceeded, on_track, at_risk, off_track, moving_away, not_yet_due; None for `about`, which has none.
    path: where the figure should be now. gap: the figure less the nearest value that meets the target.
    ratio: observed over required average yearly change since the baseline.
    pace, needed: observed, and still needed, yearly change; pace_in: percent (compound) or unit (linear).
    """

    status: str | None
    path: float | None = None
    gap: float | None = None
    ratio: float | None = None
    pace: float | None = None
    needed: float | None = None
    pace_in: str | None = None


def goal_of(target: Target, value: float) -> float:
    """The number a figure has to reach: the low end of a range, the end of a corridor on its own side."""
    if target.form == "within" and value > target.values[0]:
        return target.values[1]
    return target.values[0]


def reached(target: Target, value: float) -> str | None:
    """`met` or `exceeded`; None when the figure does not meet the target."""
    low, high = target.values[0], target.values[-1]
    met = {
        "at_least": value >= low,
        "above": value > low,
        "maintain_above": value > low,
        "at_most": value <= low,
        "below": value < low,
        "range": value >= low,
        "within": low <= value <= high,
    }.get(target.form, False)
    if not met:
        return None
    return "exceeded" if target.form == "range" and value > high else "met"


def yearly(start: float, end: float, years: float, compound: bool) -> float:
    """Average yearly change: a fraction when compound, else in the unit.

    >>> yearly(100, 121, 2, True), yearly(100, 90, 2, False)
    (0.10000000000000009, -5.0)
    """
    return float((end / start) ** (1 / years) - 1) if compound else (end - start) / years


def judge(
    target: Target, value: float, at: float, baseline: tuple[float, float] | None, over: bool, rank: bool = False
) -> Verdict:
    """The verdict on a value (or multiple) `at` a time in years, 2025.0 being the end of 2025.

    baseline: time and value it is measured from, or None. over: the period is over on the day looked at.
    rank: a place in an order, whose change is linear (as is any with a figure that is not positive).
    not_yet_due: not met, its time still to come, and nothing to judge the pace by.
    """
    goal = goal_of(target, value)
    gap = value - goal
    if target.form == "about":
        return Verdict(status=None, gap=gap, path=goal)
    met = reached(target, value)
    gap = 0.0 if target.form == "within" and met else gap
    if target.every_year or target.form == "maintain_above":
        # It binds in each period by itself, so there is no way towards it.
        return Verdict(status=met or ("off_track" if over else "not_yet_due"), path=goal, gap=gap)
    by = float(target.by or 0)
    due = at > by or (at == by and over)
    paced = _pace(target, value, at, baseline, by, goal, rank or target.out_of is not None)
    if met:
        return attrs.evolve(paced, status=met, gap=gap, needed=None)
    if due:
        back = paced.ratio is not None and paced.ratio < OFF_TRACK
        return attrs.evolve(paced, status="moving_away" if back else "off_track", gap=gap)
    return attrs.evolve(paced, gap=gap)


def _pace(
    target: Target, value: float, at: float, baseline: tuple[float, float] | None, by: float, goal: float, rank: bool
) -> Verdict:
    left = by - at
    if baseline is None or baseline[0] >= at or baseline[0] >= by:
        # Nothing has moved yet that could be compared with the way still to go.
        compound = not rank and min(value, goal) > 0
        needed = _shown(yearly(value, goal, left, compound), compound) if left > 0 else None
        return Verdict(status="not_yet_due", needed=needed, pace_in=_in(compound, needed))
    since, start = baseline
    compound = not rank and min(start, value, goal) > 0
    done, whole = yearly(start, value, at - since, compound), yearly(start, goal, by - since, compound)
    years = min(at, by) - since
    path = start * (1 + whole) ** years if compound else start + whole * years
    needed = _shown(yearly(value, goal, left, compound), compound) if left > 0 else None
    found = Verdict(
        status=None, path=path, pace=_shown(done, compound), needed=needed, pace_in="percent" if compound else "unit"
    )
    if reached(target, start) or whole == 0:
        # The baseline stood where it should be: what is not there now has left it.
        away = done != 0
        return attrs.evolve(found, path=goal, status="moving_away" if away else "off_track")
    ratio = done / whole
    return attrs.evolve(found, ratio=ratio, status=grade(ratio))


def grade(ratio: float) -> str:
    """The status of a ratio of observed to required change.

    >>> grade(0.95), grade(0.6), grade(0.0), grade(-0.1)
    ('on_track', 'at_risk', 'off_track', 'moving_away')
    """
    if ratio >= ON_TRACK:
        return "on_track"
    if ratio >= AT_RISK:
        return "at_risk"
    return "off_track" if ratio >= OFF_TRACK else "moving_away"


def judge_growth(target: Target, first: float, value: float, at: float, over: bool) -> tuple[float, Verdict] | None:
    """The average % a year since the first year of `over`, and the verdict; None where there is none to compute.

    first: the figure at the end of that year. Until the last year an average can still change: at best on_track.
    """
    since, last = (float(year) for year in target.over or (0, 0))
    at = min(at, last)
    if at <= since or first <= 0 or value < 0:
        return None
    rate = yearly(first, value, at - since, True) * 100
    goal = goal_of(target, rate)
    due = at >= last and over
    end = first * (1 + goal / 100) ** (last - since)
    needed = None
    if at < last and value > 0 and end > 0:
        needed = _shown(yearly(value, end, last - at, True), True)
    found = Verdict(status=None, path=goal, gap=rate - goal, pace=rate, needed=needed, pace_in="percent")
    if target.form == "about":
        return rate, found
    met = reached(target, rate)
    up = target.form not in _DOWN and goal > 0
    ratio = rate / goal if up else None
    if met:
        status = met if due else "on_track"
    elif due or ratio is None:
        status = "moving_away" if ratio is not None and ratio < 0 else "off_track"
    else:
        status = grade(ratio)
    return rate, attrs.evolve(found, ratio=ratio, status=status)


def _shown(change: float, compound: bool) -> float:
    return change * 100 if compound else change


def _in(compound: bool, needed: float | None) -> str | None:
    return None if needed is None else "percent" if compound else "unit"
