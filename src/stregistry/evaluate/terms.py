"""A figure as a formula over sums of records, and the exact difference between two such formulas, record by record.

A quotient is linear in its top while its bottom is held, and a change of its bottom is linear in the
records of the bottom while both ends of it are held. So every difference is a sum over records, without a rest.
"""

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, Final

import attrs

from stregistry.dates import Period
from stregistry.evaluate.behind import Behind, Hit, Within
from stregistry.evaluate.figures import PLACE_NOT_IN_FORCE, divide, earlier, exact
from stregistry.evaluate.observations import AMBIGUOUS_SPLIT, NO_DENOMINATOR, NO_OBSERVATION
from stregistry.framework import Indicator
from stregistry.measures import Distinct, Growth, Part, Ratio, Series, Tally


@attrs.frozen(eq=False)
class Sum:
    """A number that records add up to. missing: why value is None. hits: the records, read when asked for.

    within: the records of a part, not yet told: two such sums are compared by what differs between them.
    """

    value: Fraction | None
    missing: str | None = None
    hits: Callable[[], list[Hit]] = list
    within: Within | None = None


@attrs.frozen(eq=False)
class Values:
    """A number of different values, each with the records that have it."""

    value: Fraction | None
    missing: str | None
    having: Callable[[], dict[Any, list[Hit]]]


@attrs.frozen(eq=False)
class Scaled:
    """A term times a factor, plus a constant."""

    of: "Term"
    factor: Fraction
    plus: Fraction = Fraction(0)

    @property
    def value(self) -> Fraction | None:
        return None if self.of.value is None else self.of.value * self.factor + self.plus

    @property
    def missing(self) -> str | None:
        return self.of.missing


@attrs.frozen(eq=False)
class Quotient:
    """One term divided by another. denominator: the bottom is what the figure is divided by or compared with; else
    top and bottom are of the same records, as in a share or a mean."""

    top: "Term"
    bottom: "Term"
    denominator: bool

    @property
    def value(self) -> Fraction | None:
        if self.top.value is None or self.bottom.value is None:
            return None
        return divide(self.top.value, self.bottom.value)

    @property
    def missing(self) -> str | None:
        if self.top.value is None:
            return self.top.missing
        if self.bottom.value is None and self.bottom.missing != NO_OBSERVATION:
            return self.bottom.missing
        return None if self.value is not None else NO_DENOMINATOR


Term = Sum | Values | Scaled | Quotient
# The bottom of a figure that is not divided by anything: a number, no records.
ONE: Final = Sum(Fraction(1))


@attrs.frozen(eq=False)
class Side:
    """Where figures are read: the records of one evaluation, and the unit and period in it."""

    behind: Behind
    unit: str
    period: Period


def term(indicator: Indicator, own: Side, below: Side) -> Term:
    """The figure of an indicator. own: where its records are read; below: where what it is divided by is."""
    figures = own.behind.figures
    if own.unit not in figures.grid.units:
        return Sum(None, "not_on_map")
    if not figures.grid.place_map.in_force(own.unit, own.period.start, own.period.last_day):
        return Sum(None, PLACE_NOT_IN_FORCE)
    scaled = Scaled(_raw(indicator, own, below), exact(indicator.scale))
    if indicator.per is None:
        return scaled
    return Quotient(scaled, denominator(indicator, below), denominator=True)


def denominator(indicator: Indicator, side: Side) -> Scaled:
    """What the indicator's `per` divides by; `of` is that before its scale."""
    per = indicator.per
    assert per is not None  # noqa: S101  # asked only for indicators with one
    if per.indicator is not None:
        found: Term = term(side.behind.figures.framework.indicator(per.indicator), side, side)
    else:
        found = _series(per.series or "", per.basis, side)
    return Scaled(found, 1 / exact(per.scale))


def _raw(indicator: Indicator, own: Side, below: Side) -> Term:
    of = own.behind.figures.framework.indicator
    match indicator.rule:
        case Tally(top=top, bottom=bottom) as rule:
            if _blocked(own, rule.met):
                return Sum(None, AMBIGUOUS_SPLIT)
            first = _sum(top, own)
            return first if bottom is None else Quotient(first, _sum(bottom, own), denominator=False)
        case Distinct(part=part):
            if _blocked(own, part):
                return Values(None, AMBIGUOUS_SPLIT, dict)
            if part in own.behind.figures.taken:
                taken = own.behind.figures.taken[part].by.get(_cell(own), {})
                number = sum(value is not None for value in taken)
            else:
                number = len(own.behind.different(part, own.unit, own.period))
            return Values(Fraction(number), None, lambda: own.behind.values(part, own.unit, own.period))
        case Series(series=series, basis=basis):
            return _series(series, basis, own)
        case Ratio(top=top_id, bottom=bottom_id):
            return Quotient(term(of(top_id), own, below), term(_of(below, bottom_id), below, below), denominator=True)
        case Growth() as rule:
            before = attrs.evolve(below, period=earlier(rule, below.period, _ends(below)))
            now = term(of(rule.indicator), own, below)
            grown = Quotient(now, term(_of(below, rule.indicator), before, before), denominator=True)
            return Scaled(grown, Fraction(1), Fraction(-1))


def _of(side: Side, indicator: str) -> Indicator:
    return side.behind.figures.framework.indicator(indicator)


def _ends(side: Side) -> str:
    return side.behind.figures.framework.evaluation.year_ends


def _cell(side: Side) -> tuple[str, int]:
    return side.unit, side.behind.figures.grid.periods.index(side.period)


def _blocked(side: Side, part: Part) -> bool:
    """Whether records of a split territory may belong to the cell, so that its figure is not known.

    Of figures that nothing was counted for this is not known, and is for the caller to know.
    """
    return part in side.behind.figures.taken and _cell(side) in side.behind.figures.split_cells(part)


def _sum(part: Part, side: Side) -> Sum:
    taken, within = side.behind.figures.taken, side.behind.within(part, side.unit, side.period)
    if part not in taken:
        return Sum(within.total() or Fraction(0), None, within.hits)
    return Sum(Fraction(taken[part].cells.get(_cell(side), 0)), None, within.hits, within)


def _series(series: str, basis: str | None, side: Side) -> Sum:
    figure = side.behind.figures.series(series, basis, side.unit, side.period)
    return Sum(figure.value, figure.missing, lambda: side.behind.observed(series, basis, side.unit, side.period))


@attrs.frozen(eq=False, kw_only=True)
class Delta:
    """What one record adds to the difference of two figures, in the figure's own unit.

    before, after: the version of the record at either end; both None: the rule itself is another one.
    own, then: what it adds to its part at either end, before scale and denominator.
    part: value; top or bottom of a share or a mean; denominator for what the figure is divided by.
    """

    before: Hit | None = None
    after: Hit | None = None
    own: Fraction = Fraction(0)
    then: Fraction = Fraction(0)
    amount: Fraction
    part: str = "value"


def deltas(x: Term, y: Term, factor: Fraction = Fraction(1), part: str = "value") -> Iterator[Delta]:
    """The difference y - x of two terms that both have a value, times a factor: a sum over records, exactly."""
    if x is y or not factor:
        return
    if x.value is None or y.value is None:
        raise ValueError("a difference needs a value at both ends")
    match x, y:
        case Sum(), Sum() if x is not ONE and y is not ONE:
            yield from _of_sums(x, y, factor, part)
        case Values(), Values():
            yield from _of_values(x, y, factor, part)
        case Scaled(), Scaled():
            yield from deltas(x.of, y.of, factor * x.factor, part)
            rest = factor * (y.value - x.value) - factor * x.factor * ((y.of.value or 0) - (x.of.value or 0))
            if rest:
                yield Delta(amount=rest, part=part)
        case Quotient(), Quotient():
            below, above = x.bottom.value, y.bottom.value
            if not below or not above or y.top.value is None:
                raise ValueError("a difference needs a value at both ends")
            apart = part == "denominator" or (x.denominator and y.denominator)
            over, under = (part, "denominator") if apart else ("top", "bottom")
            yield from deltas(x.top, y.top, factor / below, over)
            yield from deltas(x.bottom, y.bottom, -factor * y.top.value / (below * above), under)
        case Quotient(), _:
            yield from deltas(x, Quotient(y, ONE, x.denominator), factor, part)
        case _, Quotient():
            yield from deltas(Quotient(x, ONE, y.denominator), y, factor, part)
        case _:
            yield Delta(amount=factor * (y.value - x.value), part=part)


def _of_sums(x: Sum, y: Sum, factor: Fraction, part: str) -> Iterator[Delta]:
    if x.within and y.within and x.within.part.source.kind == y.within.part.source.kind:
        # The same version that adds the same at both ends moves nothing.
        same = x.within.numbered() & y.within.numbered()
        old, new = _by_record(x.within.but(same)), _by_record(y.within.but(same))
    else:
        old, new = _by_record(x.hits()), _by_record(y.hits())
    for key in dict.fromkeys([*old, *new]):
        (before, own), (after, then) = old.get(key, _NOTHING), new.get(key, _NOTHING)
        if own != then:
            amount = factor * (then - own)
            yield Delta(before=before, after=after, own=own, then=then, amount=amount, part=part)


_NOTHING: tuple[Hit | None, Fraction] = (None, Fraction(0))


def _by_record(hits: list[Hit]) -> dict[tuple[str, int], tuple[Hit, Fraction]]:
    found: dict[tuple[str, int], tuple[Hit, Fraction]] = {}
    for hit in hits:
        key = (hit.kind, hit.id)
        found[key] = (hit, found[key][1] + hit.number if key in found else hit.number)
    return found


def _of_values(x: Values, y: Values, factor: Fraction, part: str) -> Iterator[Delta]:
    """A value that came or went is shared by the records that have it; what stays moves nothing."""
    old, new = x.having(), y.having()
    gone = Sum(None, None, lambda: [h for value in old if value not in new for h in old[value]])
    come = Sum(None, None, lambda: [h for value in new if value not in old for h in new[value]])
    yield from _of_sums(gone, come, factor, part)
