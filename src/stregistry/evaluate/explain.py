"""The very records behind one figure, from the same derived table and conditions that counted them."""

from collections.abc import Collection, Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import attrs

from stregistry.dates import Period, periods_of, show_day
from stregistry.evaluate.behind import Behind, Counted, Hit, Teller
from stregistry.evaluate.figures import added_up, earlier
from stregistry.evaluate.indicators import evaluated, rounded, take_figures
from stregistry.evaluate.table import Cell, LeftOut, SplitBody
from stregistry.evaluate.terms import Side, denominator, term
from stregistry.framework import Framework, Indicator
from stregistry.measures import Distinct, Growth, Ratio, Series, Tally
from stregistry.store.view import View

if TYPE_CHECKING:
    import pandas as pd


@attrs.frozen(kw_only=True)
class Explanation:
    """A figure with the records it counts, what it is divided by, and what the indicator could not count at all.

    total: for each part, the sum of its contributions. denominator: what `per` divides by, before
    its scale; None where there is none. places, known: the map, and the changeset it was read at.
    valid: the day stocks were taken on: the last of the period, or the valid day if earlier.
    split_bodies: as in `IndicatorTable`; `through` of a record says which of them it counts by.
    """

    indicator: str
    place: str
    period: str
    cell: Cell
    records: tuple[Counted, ...]
    total: dict[str, Fraction]
    scale: float
    denominator: float | None
    left_out: tuple[LeftOut, ...]
    places: str
    valid: str
    known: int
    split_bodies: tuple[SplitBody, ...] = ()

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
    # Its breakdowns would each be one more scan.
    one = attrs.evolve(framework.indicator(indicator), breakdown=())
    (asked,) = periods_of(period, framework.evaluation.year_ends)[:1]
    table, figures = evaluated(view, framework, [asked], [one], places, valid, units=[place])
    found = _explained(Behind(view, figures, [place]), one, table.cell(indicator, place, asked), asked, table.left_out)
    return attrs.evolve(found, split_bodies=table.split_bodies)


def explain_stated(
    view: View, framework: Framework, cell: Cell, left_out: tuple[LeftOut, ...], places: str | None = None
) -> Explanation:
    """What a figure known from elsewhere rests on, without counting it again for the whole map.

    cell, left_out: as a table of the same view stated them; the cell must have a value. The cell that comes back has
    the value its records give now.
    """
    one = framework.indicator(cell.indicator)
    (asked,) = periods_of(cell.period, framework.evaluation.year_ends)
    behind = Behind(view, take_figures(view, framework, [asked], [one], places, scan=False), [cell.place])
    side = Side(behind, cell.place, asked)
    now = attrs.evolve(cell, value=rounded(term(one, side, side).value))
    return _explained(behind, one, now, asked, left_out)


def _explained(behind: Behind, one: Indicator, cell: Cell, asked: Period, left_out: tuple[LeftOut, ...]) -> Explanation:
    groups = list(_behind(behind, one, cell.place, asked))
    teller = Teller(behind.view)
    teller.learn(hit for group in groups for hit in group.hits)
    rows = tuple(row for group in groups for row in teller.tell(*attrs.astuple(group, recurse=False)))
    total: dict[str, Fraction] = {}
    for group in groups:
        if group.hits:
            total[group.label] = total.get(group.label, Fraction(0)) + added_up(hit.number for hit in group.hits)
    below = None if one.per is None else denominator(one, Side(behind, cell.place, asked)).of.value
    grid = behind.figures.grid
    return Explanation(
        indicator=one.id,
        place=cell.place,
        period=asked.label,
        cell=cell,
        records=rows,
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
    figures = take_figures(view, framework, periods, framework.indicators, places, scan=False)
    behind, teller = Behind(view, figures, units), Teller(view)
    asked = [(unit, period) for unit in figures.grid.units if units is None or unit in units for period in periods]
    for one in framework.indicators:
        found = [(unit, period, list(_behind(behind, one, unit, period))) for unit, period in asked]
        teller.learn(hit for _, _, groups in found for group in groups for hit in group.hits)
        for unit, period, groups in found:
            for group in groups:
                for row in teller.tell(*attrs.astuple(group, recurse=False)):
                    yield one.id, unit, period.label, row


@attrs.frozen
class _Group:
    """The records of one part of a figure. unit: the place of observations that name none."""

    label: str
    hits: list[Hit]
    unit: str = ""


def _behind(behind: Behind, indicator: Indicator, unit: str, period: Period, prefix: str = "") -> Iterator[_Group]:
    """The records behind an indicator, and behind those it is made from and divided by."""
    of = behind.figures.framework.indicator
    match indicator.rule:
        case Tally() as rule:
            for label, part in rule.labelled.items():
                yield _Group(f"{prefix}{label}", behind.counted(part, unit, period))
        case Distinct(part=part):
            yield _Group(f"{prefix}value", behind.shares(part, unit, period))
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
    yield _Group(label, behind.observed(*series, unit, period), unit)
    # What a mean was weighted by: no part of the figure, so under a name of its own.
    yield _Group(f"{label}.weight", behind.weights(*series, unit, period), unit)
