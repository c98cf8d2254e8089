"""Figures from what was taken: where 0, missing and division are decided, once for all measures."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any, Final

import attrs

from stregistry.dates import Period
from stregistry.evaluate.observations import AMBIGUOUS_SPLIT, NO_DENOMINATOR, NO_OBSERVATION, Found, Observations
from stregistry.framework import Framework, Indicator
from stregistry.framework.parts import Per
from stregistry.measures import Distinct, Growth, Part, Ratio, Series, Tally
from stregistry.measures.fold import Cell, Number, Taken
from stregistry.measures.grid import Grid
from stregistry.measures.offer import offer

MIXED_BASIS: Final = "mixed_basis"
PLACE_NOT_IN_FORCE: Final = "place_not_in_force"


@attrs.frozen(slots=False)  # as `Cell`
class Figure:
    """An exact value, or None and the reason; the records it rests on, and how many of them are shared.

    bases: each (series, basis) it was worked out with where the framework names no basis.
    """

    value: Fraction | None
    missing: str | None = None
    records: int = 0
    shared: int = 0
    bases: frozenset[tuple[str, str | None]] = frozenset()


@cache
def exact(number: float) -> Fraction:
    """The number as it is written: 1e-9 is a billionth, not the double nearest to it."""
    return Fraction(Decimal(repr(number)))


@lru_cache(maxsize=4096)
def fraction(number: Number) -> Fraction:
    """The number as a fraction; most are small counts that come again and again."""
    return Fraction(number)


def added_up(numbers: Iterable[Number]) -> Fraction:
    """Their exact sum; whole ones are added as whole numbers, which takes a tenth of the time."""
    whole, rest = 0, Fraction(0)
    for number in numbers:
        if number.denominator == 1:
            whole += number.numerator
        else:
            rest += number
    return whole + rest


def mixes(bases: Iterable[tuple[str, str | None]]) -> bool:
    """Whether some series was taken on more than one basis."""
    used = set(bases)
    return len({series for series, _ in used}) < len(used)


def divide(top: Fraction, bottom: Fraction) -> Fraction | None:
    """The one place where figures are divided; None when there is nothing to divide by."""
    return top / bottom if bottom else None


def parts_of(indicator: Indicator) -> tuple[Part, ...]:
    """Every part an indicator needs taken, those of its breakdowns included."""
    rule = indicator.rule
    if isinstance(rule, Distinct):
        return rule.parts
    if not isinstance(rule, Tally):
        return ()
    by = (attrs.evolve(part, by=field) for field in indicator.breakdown for part in rule.parts)
    return (*rule.parts, *by)


def explaining(indicator: Indicator) -> tuple[Part, ...]:
    """The parts whose records explain an indicator's figures."""
    match indicator.rule:
        case Tally(labelled=parts):
            return tuple(parts.values())
        case Distinct(part=part):
            return (part,)
    return ()


def series_of(indicators: Iterable[Indicator]) -> set[str]:
    """The observed series the indicators read."""
    return {series for series, _ in _series_read(indicators)}


def unbased(indicators: Iterable[Indicator]) -> set[str]:
    """The observed series that the indicators take, or are divided by, on whichever basis there is."""
    return {series for series, basis in _series_read(indicators) if basis is None}


def _series_read(indicators: Iterable[Indicator]) -> Iterator[tuple[str, str | None]]:
    """Each observed series the indicators take, or are divided by, with the basis they name."""
    for one in (read for i in indicators for read in (i.rule, i.per)):
        if isinstance(one, Series | Per) and one.series is not None:
            yield one.series, one.basis


def earlier(rule: Growth, period: Period, year_ends: str) -> Period:
    """The period that growth is measured from."""
    if rule.same_period:
        return period.a_year_before(rule.lag, year_ends)
    return period.shifted(-rule.lag, year_ends)


class Figures:
    """Each indicator's exact figure for a unit and period, worked out once.

    shown: the parts whose records explain them. apart: what was taken has these records one by one.
    """

    def __init__(
        self,
        framework: Framework,
        grid: Grid,
        taken: Mapping[Part, Taken],
        observations: Observations,
        shown: Sequence[Part],
        apart: bool,
    ) -> None:
        self.framework = framework
        self.grid = grid
        self.taken = taken
        self.observations = observations
        self.shown = shown
        self.apart = apart
        self._indicators = {i.id: i for i in framework.indicators}
        self._positions = {period: n for n, period in enumerate(grid.periods)}
        self._memo: dict[tuple[str, str, Period], Figure] = {}
        self._in_force: dict[Cell, bool] = {}
        self._tallies: dict[str, tuple[Taken, Taken | None, Taken, set[Cell]]] = {}
        self._blocked: dict[Part, set[Cell]] = {}

    def figure(self, indicator: str, unit: str, period: Period) -> Figure:
        """The indicator's figure after scale and denominator."""
        key = (indicator, unit, period)
        found = self._memo.get(key)
        if found is None:
            found = self._memo[key] = self._figure(self._indicators[indicator], unit, period)
        return found

    def row(self, indicator: Indicator, cells: Sequence[Cell]) -> list[Figure]:
        """The same for each of some cells, together where only records are counted."""
        periods, rule = self.grid.periods, indicator.rule
        if not isinstance(rule, Tally):
            return [self.figure(indicator.id, unit, periods[n]) for unit, n in cells]
        raw = self._tallied(indicator.id, rule, cells)
        if indicator.per is None and indicator.scale == 1:
            return list(raw)
        return [
            self._finished(indicator, figure, unit, periods[n]) for figure, (unit, n) in zip(raw, cells, strict=True)
        ]

    def splits(self, part: Part) -> bool:
        """Whether one record may have several values of the part's `by`."""
        return part.by is not None and offer(part.source.kind).fields[part.by].kind == "codes"

    def found(self, series: str, basis: str | None, unit: str, period: Period) -> Found:
        """The observations behind a series or denominator of this table."""
        return self.observations.find(series, basis, unit, period)

    def _figure(self, indicator: Indicator, unit: str, period: Period) -> Figure:
        if not self._standing((unit, self._positions[period])):
            return Figure(None, PLACE_NOT_IN_FORCE)
        return self._finished(indicator, self._raw(indicator, unit, period), unit, period)

    def _standing(self, cell: Cell) -> bool:
        """Whether the unit had figures of its own at some time in the period."""
        found = self._in_force.get(cell)
        if found is None:
            period = self.grid.periods[cell[1]]
            found = self._in_force[cell] = self.grid.place_map.in_force(cell[0], period.start, period.last_day)
        return found

    def _finished(self, indicator: Indicator, raw: Figure, unit: str, period: Period) -> Figure:
        """A raw figure after denominator and scale."""
        if raw.value is None or (indicator.per is None and indicator.scale == 1):
            return raw
        scaled = raw.value * exact(indicator.scale)
        if indicator.per is None:
            return attrs.evolve(raw, value=scaled)
        bottom = self.denominator(indicator, unit, period)
        raw = attrs.evolve(raw, bases=raw.bases | bottom.bases)
        if bottom.value is None:
            return attrs.evolve(raw, value=None, missing=bottom.missing)
        return attrs.evolve(raw, value=divide(scaled, bottom.value / exact(indicator.per.scale)))

    def denominator(self, indicator: Indicator, unit: str, period: Period) -> Figure:
        """What the indicator's `per` divides by, before its scale; missing with the reason."""
        per = indicator.per
        assert per is not None  # noqa: S101  # asked only for indicators with one
        if per.indicator is not None:
            bottom = self.figure(per.indicator, unit, period)
            missing = bottom.missing
        else:
            bottom = self.series(per.series or "", per.basis, unit, period)
            # What nobody observed is, as a denominator, nothing to divide by.
            missing = None if bottom.missing == NO_OBSERVATION else bottom.missing
        return bottom if bottom.value else attrs.evolve(bottom, value=None, missing=missing or NO_DENOMINATOR)

    def series(self, series: str, basis: str | None, unit: str, period: Period) -> Figure:
        """The figure of an observed series: its value, or why there is none."""
        found = self.found(series, basis, unit, period)
        if not found.parts:
            return Figure(None, found.missing)
        bases = frozenset() if basis is not None else frozenset((series, b) for b in found.bases)
        if found.mixed:
            return Figure(None, MIXED_BASIS, bases=bases)
        return Figure(found.value, records=len(found.parts), bases=bases)

    def _raw(self, indicator: Indicator, unit: str, period: Period) -> Figure:
        match indicator.rule:
            case Tally() as rule:
                return next(self._tallied(indicator.id, rule, [(unit, self._positions[period])]))
            case Distinct(part=part):
                return self._distinct(part, unit, period)
            case Ratio(top=top, bottom=bottom):
                return self._quotient(self.figure(top, unit, period), self.figure(bottom, unit, period))
            case Growth() as rule:
                now = self.figure(rule.indicator, unit, period)
                before = self.figure(rule.indicator, unit, earlier(rule, period, self.framework.evaluation.year_ends))
                grown = self._quotient(now, before)
                return grown if grown.value is None else attrs.evolve(grown, value=grown.value - 1)
            case Series(series=series, basis=basis):
                return self.series(series, basis, unit, period)

    def _quotient(self, top: Figure, bottom: Figure) -> Figure:
        top = attrs.evolve(top, bases=top.bases | bottom.bases)
        if top.value is None or bottom.value is None:
            return attrs.evolve(top, value=None, missing=top.missing or bottom.missing)
        value = divide(top.value, bottom.value)
        return attrs.evolve(top, value=value, missing=None if value is not None else NO_DENOMINATOR)

    def _tallied(self, indicator: str, rule: Tally, cells: Iterable[Cell]) -> Iterator[Figure]:
        """What records add up to in each cell, before denominator and scale."""
        # Looked up by indicator, since to compare parts takes longer than all the rest.
        found = self._tallies.get(indicator)
        if found is None:
            bottom = self.taken[rule.bottom] if rule.bottom else None
            counted, split = self.taken[rule.counted], self.split_cells(rule.met)
            found = self._tallies[indicator] = (self.taken[rule.top], bottom, counted, split)
        top, bottom, counted, split = found
        numbers, records, shared = top.cells, counted.cells, counted.shared
        for cell in cells:
            if not self._standing(cell):
                yield Figure(None, PLACE_NOT_IN_FORCE)
            elif cell in split:
                yield Figure(None, AMBIGUOUS_SPLIT)
            else:
                value: Fraction | None = fraction(numbers.get(cell, 0))
                missing = None
                if bottom is not None:
                    value = divide(fraction(numbers.get(cell, 0)), Fraction(bottom.cells.get(cell, 0)))
                    missing = None if value is not None else NO_DENOMINATOR
                yield Figure(value, missing, int(records.get(cell, 0)), shared.get(cell, 0))

    def _distinct(self, part: Part, unit: str, period: Period) -> Figure:
        cell = (unit, self._positions[period])
        if cell in self.split_cells(part):
            return Figure(None, AMBIGUOUS_SPLIT)
        taken = self.taken[part]
        values = {value for value in taken.by.get(cell, {}) if value is not None}
        return Figure(Fraction(len(values)), None, int(taken.cells.get(cell, 0)), taken.shared.get(cell, 0))

    def split_cells(self, part: Part) -> set[Cell]:
        """The cells that records of a split territory may belong to: their figures are not known."""
        if part not in self._blocked:
            self._blocked[part] = {
                (unit, left.period)
                for left in self.taken[part].left
                if left.reason == AMBIGUOUS_SPLIT and left.period is not None
                for unit in left.candidates
            }
        return self._blocked[part]

    def slices(self, indicator: Indicator, field: str, unit: str, period: Period) -> dict[Any, Figure]:
        """The indicator's figure for each value of a breakdown field that occurs in the cell."""
        rule = indicator.rule
        assert isinstance(rule, Tally)  # noqa: S101  # held by the framework's reader
        cell = (unit, self._positions[period])

        def numbers(part: Part) -> dict[Any, Number]:
            return self.taken[attrs.evolve(part, by=field)].by.get(cell, {})

        whole = self.figure(indicator.id, unit, period)
        if whole.missing in (AMBIGUOUS_SPLIT, PLACE_NOT_IN_FORCE):
            return {}
        top, counted = numbers(rule.top), numbers(rule.counted)
        bottom = numbers(rule.bottom) if rule.bottom is not None else None
        found = {}
        for value in sorted({**counted, **numbers(rule.met)}, key=lambda v: (v is None, str(v))):
            amount: Fraction | None = Fraction(top.get(value, 0))
            if bottom is not None:
                amount = divide(Fraction(top.get(value, 0)), Fraction(bottom.get(value, 0)))
            records = int(counted.get(value, 0))
            raw = Figure(amount, None if amount is not None else NO_DENOMINATOR, records)
            found[value] = self._finished(indicator, raw, unit, period)
        return found
