"""The table read against its framework: every column known, every cell a number, every unit once in a period."""

from collections.abc import Iterable, Mapping

import attrs
import numpy as np

from stregistry.framework import Indicator
from stregistry.places import place_map
from stregistry.scores.binding import Bound
from stregistry.scores.cells import time_of
from stregistry.scores.columns import column_of, denominators, numeric, places_of
from stregistry.scores.grid import Rows
from stregistry.scores.sheet import Faults, Sheet
from stregistry.scoring.faults import Floats, Note
from stregistry.scoring.impute import denominate
from stregistry.scoring.table import Table
from stregistry.text import Text


@attrs.frozen(eq=False, kw_only=True)
class Measured:
    """What the table says.

    table: the scored indicators for the engine; a single period is no panel.
    periods: labels in order of time, () when the table has no such column.
    figures: (periods or 1, units, indicators) every indicator of the framework, after scale and per.
    notes: what reading the file has to say.
    names: what to call a unit that is a place code; any other is called as it is.
    """

    table: Table
    periods: tuple[str, ...]
    figures: Floats
    notes: tuple[Note, ...]
    names: Mapping[str, Text] = attrs.field(factory=dict)


def read_measured(sheet: Sheet, bound: Bound) -> Measured:
    """The values of a table. Raises RecordError with every problem found: file, row, column, what to do."""
    faults = Faults(sheet)
    if not sheet.lines:
        faults.note("no_rows", "Bảng không có dòng số liệu nào.", "The table has no row of data.")
        faults.refuse()
    places = places_of(sheet, bound, faults)
    faults.refuse()
    rows = Rows.of(sheet, places, bound, faults)
    columns = {name: rows.values(name) for name in numeric(bound, places)}
    for series in denominators(bound):
        rows.refuse_negative(series, columns[series])
    groups = {name: rows.groups(name) for name in bound.within}
    faults.refuse()
    figures = _Figures(bound, columns, places)
    every = np.stack([figures.figure(i.id) for i in bound.framework.indicators], axis=-1)
    values = np.stack([figures.scaled(i) for i in bound.scored], axis=-1)
    per = None
    if any(i.per is not None for i in bound.scored):
        per = np.stack([figures.divisor(i) for i in bound.scored], axis=-1)
    panel = len(rows.periods) > 1
    table = Table(
        values=values if panel else values[0],
        units=rows.units,
        periods=[p.label for p in rows.periods] if panel else (),
        times=[time_of(p) for p in rows.periods] if panel else None,
        per=per if panel or per is None else per[0],
        groups=groups,
    )
    return Measured(
        table=table,
        periods=tuple(p.label for p in rows.periods),
        figures=every,
        notes=sheet.notes,
        names=_place_names(bound, rows.units),
    )


def _place_names(bound: Bound, units: Iterable[str]) -> Mapping[str, Text]:
    """The names of units that are places of the framework's map."""
    chosen = bound.framework.evaluation
    return {} if chosen.level == "custom" else place_map(chosen.places).names(units)


class _Figures:
    """The figures of indicators from the columns: value times scale, divided by its denominator."""

    def __init__(self, bound: Bound, columns: Mapping[str, Floats], header: Iterable[str]) -> None:
        self.framework = bound.framework
        self.columns = columns
        self.header = header

    def scaled(self, indicator: Indicator) -> Floats:
        """(periods, units) the measured value times the indicator's scale."""
        return self.columns[column_of(indicator, self.header)] * indicator.scale

    def divisor(self, indicator: Indicator) -> Floats:
        """(periods, units) what it is divided by, after the denominator's own scale; 1 where there is nothing."""
        per = indicator.per
        if per is None:
            return np.ones_like(self.scaled(indicator))
        bottom = self.columns[per.series] if per.series is not None else self.figure(str(per.indicator))
        return bottom / per.scale

    def figure(self, id: str) -> Floats:
        """(periods, units) the indicator's figure; NaN where there is nothing to divide by."""
        indicator = self.framework.indicator(id)
        if indicator.per is None:
            return self.scaled(indicator)
        return denominate(self.scaled(indicator), self.divisor(indicator))
