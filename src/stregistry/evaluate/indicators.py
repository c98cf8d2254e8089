"""From a framework and a view of the registry to the indicator table."""

from collections.abc import Collection, Iterable, Sequence
from fractions import Fraction

import attrs

from stregistry.dates import Period, periods_of
from stregistry.dates import day as day_number
from stregistry.errors import DomainError
from stregistry.evaluate.figures import (
    MIXED_BASIS,
    Figures,
    earlier,
    explaining,
    mixes,
    parts_of,
    series_of,
    unbased,
)
from stregistry.evaluate.observations import Observations
from stregistry.evaluate.table import Cell, IndicatorTable, LeftOut, Slice
from stregistry.evaluate.through import split_bodies
from stregistry.evaluate.uncollected import uncollected
from stregistry.framework import Framework, Indicator
from stregistry.measures import Distinct, Growth, Part, Tally
from stregistry.measures.fold import Apart, Taken, take
from stregistry.measures.grid import Grid
from stregistry.model import record_class
from stregistry.places import place_map
from stregistry.store.view import View
from stregistry.text import Text

PeriodsLike = str | int | Period | Sequence[str | int | Period]


def indicators(
    view: View,
    framework: Framework,
    periods: PeriodsLike,
    places: str | None = None,
    valid: str | int | None = None,
    units: Collection[str] | None = None,
) -> IndicatorTable:
    """Every indicator of the framework for every unit of its map and every period asked for.

    periods: as `2024`, `2020..2025` or `2024Q3,2024Q4`, or a sequence. places: a map other than
    the framework's. valid: the day after which nothing is looked at for stocks, and later periods
    are provisional; default the view's. units: only the cells of these, and what may belong to them of what was left
    out.
    Raises NotFoundError for an unknown map or unit, DomainError for a period that cannot be read or a
    framework whose units are no places.
    """
    asked = periods_of(periods, framework.evaluation.year_ends)
    table, _ = evaluated(view, framework, asked, framework.indicators, places, valid, within=units)
    for unit in units or ():
        table.check_place(unit)
    return table


@uncollected()
def evaluated(
    view: View,
    framework: Framework,
    asked: Sequence[Period],
    shown: Sequence[Indicator],
    places: str | None = None,
    valid: str | int | None = None,
    *,
    units: Collection[str] | None = (),
    within: Collection[str] | None = None,
) -> tuple[IndicatorTable, Figures]:
    """The table of some of the framework's indicators, and the exact figures it was made from; see `take_figures`."""
    figures = take_figures(view, framework, asked, shown, places, valid, units=units, within=within)
    needed, whole = _closure(framework, shown), None
    if within is not None and any(len(figures.observations.bases(series)) > 1 for series in unbased(needed)):
        # Whether bases mix is seen on the whole map alone.
        whole = take_figures(view, framework, asked, shown, places, valid)
    split = split_bodies(view, figures.grid.valid, (part for one in needed for part in parts_of(one)))
    units_named = figures.observations.several_units()
    table = table_of(figures, asked, shown, within, whole)
    return attrs.evolve(table, split_bodies=split, several_units=units_named), figures


def table_of(
    figures: Figures,
    asked: Sequence[Period],
    shown: Sequence[Indicator],
    within: Collection[str] | None = None,
    whole: Figures | None = None,
) -> IndicatorTable:
    """The table of some of the periods and indicators that figures were taken for.

    within: only the cells of these places, and what was left out of them. whole: the figures of the whole map, where
    they say which indicators are on several bases.
    """
    grid = figures.grid
    units = [unit for unit in grid.units if within is None or unit in within]
    positions = [grid.periods.index(period) for period in asked]
    spots = [(unit, n) for unit in units for n in positions]
    labels = [period.label for period in grid.periods]
    provisional = [grid.valid < period.last_day for period in grid.periods]
    cells: list[Cell] = []
    mixed = set()
    for indicator in shown:
        row = figures.row(indicator, spots)
        told = row if whole is None else whole.row(indicator, [(unit, n) for unit in grid.units for n in positions])
        if mixes(base for figure in told if figure.bases for base in figure.bases):
            # One basis here and another there: no two of these cells can be compared.
            mixed.add(indicator.id)
            row = [attrs.evolve(figure, value=None, missing=MIXED_BASIS) for figure in row]
        cells.extend(
            Cell(
                indicator=indicator.id,
                place=unit,
                period=labels[n],
                value=rounded(figure.value),
                records=figure.records,
                missing=figure.missing,
                provisional=provisional[n],
                shared=figure.shared,
            )
            for (unit, n), figure in zip(spots, row, strict=True)
        )
    return IndicatorTable(
        framework=figures.framework.id,
        places=grid.place_map.id,
        level=grid.level,
        periods=tuple(asked),
        units=grid.units,
        cells=tuple(cells),
        left_out=tuple(left for i in shown for left in _left_out(i, figures, asked, units)),
        breakdowns=tuple(s for i in shown if i.id not in mixed for s in _slices(i, figures, asked, units)),
    )


def take_figures(
    view: View,
    framework: Framework,
    asked: Sequence[Period],
    shown: Sequence[Indicator],
    places: str | None = None,
    valid: str | int | None = None,
    *,
    scan: bool = True,
    units: Collection[str] | None = (),
    within: Collection[str] | None = None,
) -> Figures:
    """Everything counted that the indicators shown need, in one scan for each source; nothing without `scan`.

    units: the same scan also gives the records of these places one by one; None: of all. within: read only what may
    belong to these places; the figures of others are then not worked out.
    """
    refuse_custom(framework)
    if not asked:
        raise DomainError(Text("Cần ít nhất một kỳ báo cáo.", "At least one period is needed."))
    the_map = place_map(places or framework.evaluation.places)
    needed = _closure(framework, shown)
    day = view.valid if valid is None else min(view.valid, day_number(valid))
    cut = _all_periods(needed, asked, framework.evaluation.year_ends)
    grid = Grid(cut, the_map, framework.evaluation.level, day)
    shown_of = tuple(dict.fromkeys(part for indicator in needed for part in explaining(indicator)))
    wanted = None if units is None else frozenset(units)
    # Of some places all records are told; of all places only a few, such as those that differ.
    apart = None if wanted == frozenset() else Apart(frozenset(shown_of), wanted, rest=True, told=wanted is not None)
    parts = (part for indicator in needed for part in parts_of(indicator))
    taken = take(view, grid, parts, apart, None if within is None else frozenset(within)) if scan else {}
    observations = Observations(view, the_map, series_of(needed))
    return Figures(framework, grid, taken, observations, shown_of, apart is not None)


def refuse_custom(framework: Framework) -> None:
    """Raises DomainError for a framework whose units are no places."""
    if framework.evaluation.level == "custom":
        raise DomainError(
            Text(
                f"Bộ chỉ tiêu '{framework.id}' có level = \"custom\": chỉ dùng để tính điểm cho bảng số liệu riêng.",
                f"Framework '{framework.id}' has level = \"custom\": it only scores tables of one's own.",
            ),
            framework=framework.id,
        )


def _closure(framework: Framework, shown: Iterable[Indicator]) -> list[Indicator]:
    """The indicators and all they are made from."""
    found: dict[str, Indicator] = {}
    waiting = list(shown)
    while waiting:
        indicator = waiting.pop()
        if indicator.id not in found:
            found[indicator.id] = indicator
            waiting.extend(framework.indicator(used) for used in indicator.uses)
    return list(found.values())


def follows(framework: Framework, indicator: Indicator) -> bool:
    """Whether an indicator, or one it is made from, counts a body as what took its place."""
    return any(part.source.follow for one in _closure(framework, [indicator]) for part in parts_of(one))


def series_read(framework: Framework, indicator: Indicator) -> set[str]:
    """The observed series an indicator reads, or one it is made from."""
    return series_of(_closure(framework, [indicator]))


def _all_periods(needed: Iterable[Indicator], asked: Sequence[Period], year_ends: str) -> list[Period]:
    """The periods asked for, and those growth looks back to, however deep growth of growth goes."""
    rules = [i.rule for i in needed if isinstance(i.rule, Growth)]
    found = list(asked)
    latest = list(asked)
    for _ in rules:
        latest = [earlier(rule, period, year_ends) for rule in rules for period in latest]
        found.extend(latest)
    return list(dict.fromkeys(found))


def rounded(value: Fraction | float | None) -> float | None:
    """The value as a float of 12 significant digits."""
    if value is None:
        return None
    whole, parts = value.as_integer_ratio()
    if parts == 1 and -(10**12) < whole < 10**12:
        return float(whole)
    return float(f"{float(value):.12g}")


def _left_out(indicator: Indicator, figures: Figures, asked: Sequence[Period], units: Collection[str]) -> list[LeftOut]:
    rule = indicator.rule
    if not isinstance(rule, Tally | Distinct):
        return []
    periods = dict(enumerate(figures.grid.periods))
    met = rule.met if isinstance(rule, Tally) else rule.part
    undated, within = undated_is_left_out(met), set(units)
    found = [
        LeftOut(
            indicator=indicator.id,
            period=None if left.period is None else periods[left.period].label,
            reason=left.reason,
            records=records,
            place=left.code,
            candidates=left.candidates,
        )
        for left, records in figures.taken[met].left.items()
        if (undated if left.period is None else periods[left.period] in asked)
        and (not left.candidates or not within.isdisjoint(left.candidates))
    ]
    if isinstance(rule, Tally) and rule.counted != rule.met:
        by_value = figures.taken[rule.met], figures.taken[rule.counted]
        found.extend(_without_value(indicator.id, *by_value, periods, asked, within))
    return sorted(found, key=lambda x: (x.period or "", x.reason, x.place or "", x.candidates))


def undated_is_left_out(part: Part) -> bool:
    """Whether a record without the date it is counted by is told as left out.

    By its kind's own date every record should be countable; by another date (ended_on, done_on) a record without it
    has simply not come to that yet.
    """
    return part.source.on == record_class(part.source.kind).about.on


def _without_value(
    indicator: str,
    met: Taken,
    counted: Taken,
    periods: dict[int, Period],
    asked: Sequence[Period],
    units: Collection[str],
) -> list[LeftOut]:
    """The records whose amount is not known, in the units asked about, by period."""
    lacking: dict[int, int] = {}
    for cell, records in met.cells.items():
        less = int(records) - int(counted.cells.get(cell, 0))
        if less and cell[0] in units:
            lacking[cell[1]] = lacking.get(cell[1], 0) + less
    return [
        LeftOut(indicator=indicator, period=periods[n].label, reason="no_value", records=records)
        for n, records in lacking.items()
        if periods[n] in asked
    ]


def _slices(indicator: Indicator, figures: Figures, asked: Sequence[Period], units: Collection[str]) -> list[Slice]:
    return [
        Slice(
            indicator=indicator.id,
            place=unit,
            period=period.label,
            by=field,
            of=value,
            value=rounded(figure.value),
            records=figure.records,
        )
        for field in indicator.breakdown
        for unit in units
        for period in asked
        for value, figure in figures.slices(indicator, field, unit, period).items()
    ]
