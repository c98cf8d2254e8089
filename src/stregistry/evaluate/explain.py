"""The very records behind one figure, from the same derived table and conditions that counted them."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from fractions import Fraction
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import attrs

from stregistry.dates import Period, periods_of, show_day
from stregistry.evaluate.behind import Behind, Counted, Listed, Shares, Teller, Within
from stregistry.evaluate.figures import earlier
from stregistry.evaluate.indicators import evaluated, follows, rounded, series_read, take_figures
from stregistry.evaluate.observations import SeveralUnits
from stregistry.evaluate.table import Cell, LeftOut, SplitBody
from stregistry.evaluate.terms import Side, denominator
from stregistry.evaluate.uncollected import uncollected
from stregistry.framework import Framework, Indicator
from stregistry.measures import Distinct, Growth, Ratio, Series, Tally
from stregistry.store.view import View

if TYPE_CHECKING:
    import pandas as pd


@attrs.frozen(kw_only=True, slots=False)  # for the records, which are told once
class Explanation:
    """A figure with the records it counts, what it is divided by, and what it leaves out.

    left_out: how many records may belong to the figure and are not in it, by reason; `left_out_records` names them.
    total: for each part, the sum of its contributions. denominator: what `per` divides by, before
    its scale; None where there is none. places, known: the map, and the changeset it was read at.
    valid: the day stocks were taken on: the last of the period, or the valid day if earlier.
    split_bodies: as in `IndicatorTable`; `through` of a record says which of them it counts by.
    several_units: as there.
    """

    indicator: str
    place: str
    period: str
    cell: Cell
    told: Callable[[], Iterable[Counted]] = attrs.field(repr=False, eq=False)
    total: dict[str, Fraction]
    scale: float
    denominator: float | None
    left_out: tuple[LeftOut, ...]
    places: str
    valid: str
    known: int
    split_bodies: tuple[SplitBody, ...] = ()
    several_units: tuple[SeveralUnits, ...] = ()

    @cached_property
    def records(self) -> tuple[Counted, ...]:
        """Every record counted, by part and id. Everything was read with the figure; to put it in words waits till it
        is looked at."""
        with uncollected():
            return tuple(self.told())

    def __getstate__(self) -> dict[str, Any]:
        # With the records told, and without the registry they would be told from.
        return {**self.__dict__, "records": self.records, "told": partial(iter, self.records)}

    def frame(self) -> "pd.DataFrame":
        """The records as a frame, one row each; contribution as a float."""
        import pandas as pd

        names = [field.name for field in attrs.fields(Counted)]
        frame = pd.DataFrame([[getattr(r, name) for name in names] for r in self.records], columns=names)
        return frame.assign(contribution=[float(c) for c in frame["contribution"]])


def explain(
    view: View,
    framework: Framework,
    indicator: str,
    place: str,
    period: str | int | Period,
    places: str | None = None,
    valid: str | int | None = None,
) -> Explanation:
    """What the figure of an indicator for a unit and period rests on.

    Raises NotFoundError for an unknown indicator, unit or map (the nearest is named).
    """
    return explain_each(view, framework, [indicator], place, period, places, valid)[0]


@uncollected()
def explain_each(
    view: View,
    framework: Framework,
    indicators: Sequence[str],
    place: str,
    period: str | int | Period,
    places: str | None = None,
    valid: str | int | None = None,
) -> tuple[Explanation, ...]:
    """The same of several indicators, from one scan for all of them."""
    # Their breakdowns would each be one more scan.
    shown = [attrs.evolve(framework.indicator(one), breakdown=()) for one in indicators]
    (asked,) = periods_of(period, framework.evaluation.year_ends)[:1]
    table, figures = evaluated(view, framework, [asked], shown, places, valid, units=[place], within=[place])
    behind, found = Behind(view, figures, [place]), []
    for one in shown:
        cell = table.cell(one.id, place, asked)
        left = tuple(row for row in table.left_out if row.indicator == one.id)
        split = table.split_bodies if follows(framework, one) else ()
        series = series_read(framework, one)
        units = tuple(several for several in table.several_units if several.series in series)
        told = _explained(behind, one, cell, asked, left)
        found.append(attrs.evolve(told, split_bodies=split, several_units=units))
    return tuple(found)


def _explained(behind: Behind, one: Indicator, cell: Cell, asked: Period, left_out: tuple[LeftOut, ...]) -> Explanation:
    groups = list(_behind(behind, one, cell.place, asked))
    teller, total = Teller(behind.view), dict[str, Fraction]()
    _meet(teller, groups)
    for group in groups:
        added = group.of.total()
        if added is not None:
            total[group.label] = total.get(group.label, Fraction(0)) + added
    below = None if one.per is None else denominator(one, Side(behind, cell.place, asked)).of.value
    grid = behind.figures.grid
    return Explanation(
        indicator=one.id,
        place=cell.place,
        period=asked.label,
        cell=cell,
        told=lambda: _told(groups, teller),
        total=total,
        scale=one.scale,
        denominator=rounded(below or None),
        left_out=left_out,
        places=grid.place_map.id,
        valid=show_day(min(asked.last_day, grid.valid)),
        known=behind.view.known_number,
    )


def counted_records(
    view: View,
    framework: Framework,
    periods: Sequence[Period],
    places: str | None = None,
    units: Collection[str] | None = None,
) -> Iterator[tuple[str, str, str, Counted]]:
    """The records behind every figure of an indicator table: indicator, place, period and the record, in that order.

    units: only the figures of these places. Each part is read once for all figures; a record counted in several
    figures comes once for each.
    """
    behind = Behind(view, take_figures(view, framework, periods, framework.indicators, places, scan=False), units)
    teller = Teller(view)
    asked = [
        (unit, period) for unit in behind.figures.grid.units if units is None or unit in units for period in periods
    ]
    for one in framework.indicators:
        found = [(unit, period, list(_behind(behind, one, unit, period))) for unit, period in asked]
        _meet(teller, (group for _, _, groups in found for group in groups))
        for unit, period, groups in found:
            for row in _told(groups, teller):
                yield one.id, unit, period.label, row


@attrs.frozen
class _Group:
    """The records of one part of a figure. unit: the place of observations that name none."""

    label: str
    of: Within | Listed
    unit: str = ""


def _meet(teller: Teller, groups: Iterable[_Group]) -> None:
    """Reads all that telling the records of these needs."""
    for of in {group.of.read: group.of for group in groups}.values():
        teller.meet(of.kind, of.origins())


def _told(groups: Iterable[_Group], teller: Teller) -> Iterator[Counted]:
    return (one for group in groups for one in teller.tell(group.label, group.of.hits(), group.unit))


def _behind(behind: Behind, indicator: Indicator, unit: str, period: Period, prefix: str = "") -> Iterator[_Group]:
    """The records behind an indicator, and behind those it is made from and divided by."""
    of = behind.figures.framework.indicator
    match indicator.rule:
        case Tally() as rule:
            for label, part in rule.labelled.items():
                yield _Group(f"{prefix}{label}", behind.within(part, unit, period))
        case Distinct(part=part):
            yield _Group(f"{prefix}value", Shares(behind, part, unit, period))
        case Series(series=series, basis=basis):
            yield from _observed(behind, f"{prefix}value", (series, basis), unit, period)
        case Ratio(top=top, bottom=bottom):
            yield from _behind(behind, of(top), unit, period, f"{prefix}top.")
            yield from _behind(behind, of(bottom), unit, period, f"{prefix}bottom.")
        case Growth() as rule:
            before = earlier(rule, period, behind.figures.framework.evaluation.year_ends)
            yield from _behind(behind, of(rule.indicator), unit, period, f"{prefix}now.")
            yield from _behind(behind, of(rule.indicator), unit, before, f"{prefix}before.")
    per = indicator.per
    if per is not None and per.indicator is not None:
        yield from _behind(behind, of(per.indicator), unit, period, f"{prefix}denominator.")
    elif per is not None and per.series is not None:
        yield from _observed(behind, f"{prefix}denominator", (per.series, per.basis), unit, period)


def _observed(
    behind: Behind, label: str, series: tuple[str, str | None], unit: str, period: Period
) -> Iterator[_Group]:
    yield _Group(label, Listed("observation", behind.observed(*series, unit, period)), unit)
    # What a mean was weighted by: no part of the figure, so under a name of its own.
    yield _Group(f"{label}.weight", Listed("observation", behind.weights(*series, unit, period)), unit)
