"""The targets of a framework against the figures of a registry, all of them at once."""

from collections.abc import Sequence

import attrs

from stregistry.dates import Period, parse_period, parse_periods
from stregistry.errors import DomainError
from stregistry.evaluate import IndicatorTable
from stregistry.evaluate.figures import Figures
from stregistry.evaluate.indicators import rounded, table_of, take_figures
from stregistry.evaluate.observations import combine_of
from stregistry.framework import Framework, Indicator, Target
from stregistry.measures import Series, Tally
from stregistry.plan.judge import Verdict, judge, judge_growth
from stregistry.plan.table import Standing, TargetTable
from stregistry.store.view import View

Figure = tuple[float | None, str | None, bool]


def targets(view: View, framework: Framework, periods: Sequence[Period], places: str | None = None) -> TargetTable:
    """Every target of the framework in every period.

    places: a place map other than the framework's; a target set for a place of another map then has no data.
    """
    shown = [i for i in framework.indicators if i.targets]
    if not shown:
        return TargetTable(framework=framework.id, places=places or framework.evaluation.places, rows=())
    return standings(take_figures(view, framework, looked_back(framework, periods), shown, places), periods)


def looked_back(framework: Framework, periods: Sequence[Period]) -> list[Period]:
    """The periods, and the years that baselines and growth of the targets look back to."""
    latest = max(int(p.label[:4]) for p in periods)
    every = [t for i in framework.indicators for t in i.targets]
    back = sorted({y for t in every for y in (*_years(t), *(t.over or ())) if y <= latest})
    return list(dict.fromkeys([*periods, *(parse_period(str(y), framework.evaluation.year_ends) for y in back)]))


def standings(figures: Figures, periods: Sequence[Period]) -> TargetTable:
    """The targets against figures taken for the periods and the years the targets look back to."""
    framework = figures.framework
    shown = [i for i in framework.indicators if i.targets]
    table = table_of(figures, looked_back(framework, periods), shown)
    rows = tuple(
        _standing(i, n, target, period, table)
        for i in framework.indicators
        for n, target in enumerate(i.targets, 1)
        for period in periods
    )
    return TargetTable(framework=framework.id, places=table.places, rows=rows)


def _years(target: Target) -> list[int]:
    """The years before the period asked for that a target needs a figure of."""
    if target.over:
        return [target.over[0]]
    if target.base:
        return [target.base]
    if target.baseline or target.every_year or target.form in ("about", "maintain_above"):
        return []
    return [target.start.year]


def _standing(indicator: Indicator, number: int, target: Target, period: Period, table: IndicatorTable) -> Standing:
    value, reason, provisional = _figure(indicator, target, period.label, table)
    blank = Standing(
        indicator=indicator.id,
        target=number,
        place=target.place,
        period=period.label,
        status="not_in_force",
        value=None,
        reason=None,
        form=target.form,
        low=target.values[0],
        high=target.values[1] if len(target.values) > 1 else None,
        of=target.of,
        by=target.by,
        every_year=target.every_year,
        out_of=target.out_of,
        baseline_period=None,
        baseline=None,
        path=None,
        gap=None,
        ratio=None,
        pace=None,
        needed=None,
        pace_in=None,
        provisional=provisional,
        source=target.source,
        verified=target.verified,
    )
    if period.last_day < target.start.toordinal() or (target.end and target.end.toordinal() <= period.last_day):
        return blank
    if value is not None and target.out_of and not 1 <= value <= target.out_of:
        value, reason = None, "not_a_rank"
    if value is None:
        return attrs.evolve(blank, status="no_data", reason=reason)
    at = _time(period.label)
    if target.of != "growth" and at != int(at) and _is_flow(indicator):
        # Half a year's deals say nothing of the pace of a whole year's.
        return attrs.evolve(blank, status="not_yet_due", value=value, reason="part_of_year")
    if target.of == "growth":
        return _grown(blank, indicator, target, value, table)
    return _valued(blank, indicator, target, value, table)


def _valued(blank: Standing, indicator: Indicator, target: Target, value: float, table: IndicatorTable) -> Standing:
    start: tuple[str, float] | None = target.baseline
    if target.of == "multiple":
        first = _figure(indicator, target, str(target.base), table)[0] if _has(table, str(target.base)) else None
        if not first or first < 0:
            return attrs.evolve(blank, status="no_data", reason="no_base")
        value, start = value / first, (str(target.base), 1.0)
    elif start is None and _years(target):
        first, _, _ = _figure(indicator, target, str(target.start.year), table)
        start = None if first is None else (str(target.start.year), first)
    since = None if start is None else (_time(start[0]), start[1])
    found = judge(target, value, _time(blank.period), since, not blank.provisional, _is_rank(indicator))
    lacking = "no_baseline" if found.status == "not_yet_due" and start is None and _years(target) else None
    return _told(blank, value, found, start, lacking)


def _grown(blank: Standing, indicator: Indicator, target: Target, value: float, table: IndicatorTable) -> Standing:
    first_year, last_year = target.over or (0, 0)
    at = _time(blank.period)
    if at != int(at):
        return attrs.evolve(blank, status="not_yet_due", reason="part_of_year")
    if at > last_year:
        # What came after its last year is no part of the average.
        found = _figure(indicator, target, str(last_year), table)[0] if _has(table, str(last_year)) else None
        if found is None:
            return attrs.evolve(blank, status="no_data", reason="no_base")
        value, at = found, float(last_year)
    if at <= first_year:
        return attrs.evolve(blank, status="not_yet_due")
    first, _, _ = _figure(indicator, target, str(first_year), table)
    if first is None:
        return attrs.evolve(blank, status="no_data", reason="no_base")
    start = (str(first_year), first)
    judged = judge_growth(target, first, value, at, not blank.provisional)
    if judged is None:
        return attrs.evolve(blank, status="no_data", reason="no_base")
    return _told(blank, judged[0], judged[1], start, None)


def _told(
    blank: Standing, value: float | None, found: Verdict, start: tuple[str, float] | None, reason: str | None
) -> Standing:
    return attrs.evolve(
        blank,
        status=found.status,
        value=rounded(value),
        reason=reason,
        baseline_period=start[0] if start else None,
        baseline=rounded(start[1]) if start else None,
        path=rounded(found.path),
        gap=rounded(found.gap),
        ratio=rounded(found.ratio),
        pace=rounded(found.pace),
        needed=rounded(found.needed),
        pace_in=found.pace_in,
    )


def _has(table: IndicatorTable, label: str) -> bool:
    return any(p.label == label for p in table.periods)


def _figure(indicator: Indicator, target: Target, label: str, table: IndicatorTable) -> Figure:
    """The figure of the place or the nation, why there is none, and whether it is provisional."""
    if target.place is not None:
        if target.map != table.places:
            return None, "other_map", False
        if target.place not in table.units:
            return None, "other_level", False
        cell = table.cell(indicator.id, target.place, label)
        return cell.value, cell.missing, cell.provisional
    cells = [table.cell(indicator.id, unit, label) for unit in table.units]
    provisional = any(cell.provisional for cell in cells)
    if table.level == "country":
        return cells[0].value, cells[0].missing, provisional
    gone = [cell for cell in cells if cell.value is None]
    known = [cell.value for cell in cells if cell.value is not None]
    if not _adds_up(indicator) or any(cell.shared for cell in cells) or _lost(indicator, label, table):
        return None, "no_national_figure", provisional
    return (None, gone[0].missing, provisional) if gone else (sum(known), None, provisional)


def _adds_up(indicator: Indicator) -> bool:
    """Whether the figures of the places are parts of the nation's: counts and sums are, shares and means are not."""
    rule = indicator.rule
    if indicator.per is not None:
        return False
    return (isinstance(rule, Tally) and rule.bottom is None) or (
        isinstance(rule, Series) and combine_of(rule.series).how == "sum"
    )


def _lost(indicator: Indicator, label: str, table: IndicatorTable) -> bool:
    """Whether records could be given to no place: the sum would leave them out."""
    return any(left.indicator == indicator.id and left.period in (label, None) for left in table.left_out)


def _is_rank(indicator: Indicator) -> bool:
    return indicator.measured_in is not None and indicator.measured_in.en == "rank"


def _is_flow(indicator: Indicator) -> bool:
    rule = indicator.rule
    return isinstance(rule, Tally) and rule.bottom is None and rule.top.source.when == "flow"


def _time(label: str) -> float:
    """The end of a period in years: 2025 for the whole of 2025, 2024.5 for its first half; of a range, its end.

    >>> _time("2025"), _time("2025H1"), _time("2025M9"), _time("2016..2020")
    (2025.0, 2024.5, 2024.75, 2020.0)
    """
    try:
        last = parse_periods(label)[-1].label
    except DomainError:
        return float(label[:4])
    year, kind, rest = int(last[:4]), last[4:5], last[5:]
    part = {"": 1.0, "H": int(rest or 0) / 2, "Q": int(rest or 0) / 4}.get(kind, int(rest or 0) / 12)
    return year - 1 + part
