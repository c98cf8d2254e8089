"""The rows of a table on the grid of periods and units, each unit once in a period."""

from collections.abc import Mapping

import attrs
import numpy as np

from stregistry.dates import Period, parse_period
from stregistry.errors import DomainError
from stregistry.scores.binding import Bound
from stregistry.scores.cells import label, number
from stregistry.scores.sheet import Faults, Sheet
from stregistry.scoring.faults import Floats
from stregistry.text import Text


@attrs.frozen(eq=False, kw_only=True)
class Rows:
    """The rows of a sheet laid on the grid of periods and units.

    unit, period: the position of each row on the grid. periods: in order of time, () without such a column.
    """

    sheet: Sheet
    places: Mapping[str, int]
    faults: Faults
    units: tuple[str, ...]
    periods: tuple[Period, ...]
    unit: list[int]
    period: list[int]

    @classmethod
    def of(cls, sheet: Sheet, places: Mapping[str, int], bound: Bound, faults: Faults) -> "Rows":
        """The grid. Raises RecordError for rows without a unit or period, and for two rows of the same ones."""
        labels = [label(cell) for cell in sheet.columns[places["unit"]]]
        for row, name in enumerate(labels):
            if not name:
                faults.note("no_unit", "Thiếu tên đơn vị.", "The unit is missing.", row=row, column="unit")
        spans = _periods(sheet, places, bound.framework.evaluation.year_ends, faults)
        faults.refuse()
        units = {name: i for i, name in enumerate(dict.fromkeys(labels))}
        periods = sorted(set(spans), key=lambda p: p.start)
        order = {p: i for i, p in enumerate(periods)}
        rows = cls(
            sheet=sheet,
            places=places,
            faults=faults,
            units=tuple(units),
            periods=tuple(periods),
            unit=[units[name] for name in labels],
            period=[order[p] for p in spans] or [0] * len(labels),
        )
        rows.refuse_repeats(labels)
        return rows

    def refuse_repeats(self, labels: list[str]) -> None:
        """Notes every second row of a unit (in a period)."""
        first: dict[tuple[int, int], int] = {}
        for row, key in enumerate(zip(self.period, self.unit, strict=True)):
            before = first.setdefault(key, row)
            if before != row:
                line, name = self.sheet.lines[before], labels[row]
                when = self.periods[key[0]].label if self.periods else ""
                self.faults.note(
                    "repeated_unit",
                    f"Đơn vị '{name}'" + (f", kỳ {when}," if when else "") + f" đã có ở dòng {line}.",
                    f"Unit '{name}'" + (f", period {when}," if when else "") + f" already stands in row {line}.",
                    row=row,
                    column="unit",
                )

    def values(self, name: str) -> Floats:
        """(periods, units) a column of numbers; NaN where it is empty or the row is not there."""
        grid = np.full((max(len(self.periods), 1), len(self.units)), np.nan)
        for row, cell in enumerate(self.sheet.columns[self.places[name]]):
            value = number(cell)
            if isinstance(value, Text):
                self.faults.note("not_a_number", value.vi, value.en, row=row, column=name)
            else:
                grid[self.period[row], self.unit[row]] = value
        return grid

    def refuse_negative(self, name: str, grid: Floats) -> None:
        """Notes the cells of a denominator below 0: dividing by them would turn the order round."""
        for row, key in enumerate(zip(self.period, self.unit, strict=True)):
            if grid[key] < 0:
                self.faults.note(
                    "negative_denominator",
                    f"Mẫu số không được âm ({grid[key]:g}).",
                    f"A denominator cannot be negative ({grid[key]:g}).",
                    row=row,
                    column=name,
                )

    def groups(self, name: str) -> list[str | None]:
        """The group of each unit, None for an empty cell; a unit has one group for all its periods."""
        found: dict[int, str | None] = {}
        for row, cell in enumerate(self.sheet.columns[self.places[name]]):
            text = label(cell)
            group = None if text in ("", "NA") else text
            before = found.setdefault(self.unit[row], group)
            if before != group:
                unit = self.units[self.unit[row]]
                self.faults.note(
                    "two_groups",
                    f"Đơn vị '{unit}' thuộc '{before or ''}' ở dòng trước, '{group or ''}' ở dòng này.",
                    f"Unit '{unit}' is in '{before or ''}' in an earlier row, in '{group or ''}' here.",
                    row=row,
                    column=name,
                )
        return [found[i] for i in range(len(self.units))]


def _periods(sheet: Sheet, places: Mapping[str, int], year_ends: str, faults: Faults) -> list[Period]:
    """The period of each row, [] when the table has no such column."""
    if "period" not in places:
        return []
    spans: list[Period] = []
    for row, cell in enumerate(sheet.columns[places["period"]]):
        try:
            span = parse_period(label(cell), year_ends)
        except DomainError as error:
            faults.note("bad_period", error.message.vi, error.message.en, row=row, column="period")
            continue
        if spans and span.kind != spans[0].kind:
            faults.note(
                "mixed_periods",
                f"Kỳ '{span}' khác loại với '{spans[0]}'. Một bảng chỉ dùng một loại kỳ.",
                f"Period '{span}' is of another kind than '{spans[0]}'. A table has one kind of period.",
                row=row,
                column="period",
            )
        spans.append(span)
    return spans
