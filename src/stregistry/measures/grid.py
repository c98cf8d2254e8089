"""Where a record lands: which unit of the map, in which of the periods asked for, or why in none.

Time is cut into slices at the bounds of the periods and on the days the place map changes, so
that within one slice a place code means one territory. The database only names slices; this
module knows what they mean.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Set
from functools import cached_property
from typing import Final, Literal

import attrs

from stregistry.dates import ALWAYS, FOREVER, Period
from stregistry.measures.parts import When
from stregistry.places import PlaceMap

SAID_ON: Final = "@"  # between a place code and the day it is to be read on
NO_PLACE: Final = "no_place"
NO_DATE: Final = "no_date"
DATE_TOO_COARSE: Final = "date_too_coarse"
_PLACE_REASONS: Final = {"coarser": "place_too_coarse"}


@attrs.frozen(cache_hash=True)
class Spot:
    """Where one body or record lies on the map: a unit, or None and why, with the units it may be."""

    unit: str | None
    reason: str | None = None
    code: str | None = None
    candidates: tuple[str, ...] = ()

    def may_be(self, units: Set[str]) -> bool:
        """Whether it is one of the units, or nobody knows that it is none of them."""
        if self.unit is not None:
            return self.unit in units
        return not self.candidates or not units.isdisjoint(self.candidates)


@attrs.frozen(cache_hash=True)
class Landing:
    """One place a record goes to: a unit and period, or a reason for being left out of the period.

    period: position among the grid's periods; None when the record has no date.
    among: how many units share the record; each counts it once and takes an equal part of its amount.
    """

    period: int | None
    spot: Spot
    among: int = 1


# What a record may be in a slice: the places of its bodies, or None when it does not meet the conditions there.
Sight = frozenset[Spot] | None
Landings = tuple[Landing, ...]


class Grid:
    """Periods by units, and the slices of time between them.

    periods: whatever was asked for and what growth looks back to; they may overlap.
    instants: for each period the day its stocks are taken: its last day, or `valid` if earlier.
    """

    def __init__(self, periods: Iterable[Period], place_map: PlaceMap, level: str, valid: int) -> None:
        self.periods = tuple(dict.fromkeys(periods))
        self.place_map = place_map
        self.level = level
        self.valid = valid
        self.units = tuple(p.code for p in place_map.units(level))
        self.instants = tuple(min(p.last_day, valid) for p in self.periods)
        self._spots: dict[tuple[str | None, int], Spot] = {}
        self._days = sorted(set(self.instants))
        low, high = min(p.start for p in self.periods), max(p.end for p in self.periods)
        bounds = {d for p in self.periods for d in (p.start, p.end)}
        flow = tuple(sorted(bounds | {d for d in place_map.cuts if low < d < high}))
        # A stock counts from the first instant not before its start up to the last before its end.
        self.cuts: dict[When, tuple[int, ...]] = {"flow": flow, "stock": tuple(d + 1 for d in self._days)}
        # How many numbers one end of a span can be: the second end is added to the first times this.
        self.radix: dict[When, int] = {"flow": len(flow) + 1, "stock": self.base**2}
        self._spans = [(self.slice("flow", p.start), self.slice("flow", p.end)) for p in self.periods]
        # The periods each slice lies in: most records are dated to a day, which lies in one slice.
        self._holding = [
            [period for period, (low, high) in enumerate(self._spans) if low <= piece < high]
            for piece in range(len(flow) + 1)
        ]
        self._index = [self._days.index(d) for d in self.instants]

    @property
    def base(self) -> int:
        """Two slice numbers of a stock stand in one integer as first * base + second."""
        return len(self._days) + 1

    def slice(self, when: When, day: int) -> int:
        """The slice a day lies in: how many cuts are not after it."""
        return bisect_right(self.cuts[when], day)

    def span_of(self, when: When, piece: int) -> tuple[int, int]:
        """The first day of the slice and the day after its last (flow); the instant alone (stock)."""
        if when == "stock":
            return self._days[piece], self._days[piece] + 1
        cuts = self.cuts["flow"]
        return cuts[piece - 1] if piece else ALWAYS, cuts[piece] if piece < len(cuts) else FOREVER

    def spot(self, code: str | None, day: int) -> Spot:
        """Where a place code of that day lies on the map; `code@day` is the code as it was meant on that other day."""
        known = self._spots.get((code, day))
        if known is None:
            known = self._spots[code, day] = self._spot(code, day)
        return known

    def _spot(self, code: str | None, day: int) -> Spot:
        if not code:
            return Spot(None, NO_PLACE)
        code, _, said = code.partition(SAID_ON)
        found = self.place_map.resolve(code, int(said) if said else day, self.level)
        if found.unit is not None:
            return Spot(found.unit)
        reason = found.reason or ""
        return Spot(None, _PLACE_REASONS.get(reason, reason), code, found.candidates)

    def near(self, codes: Iterable[str], units: Set[str]) -> frozenset[str]:
        """Those of the codes that mean a part of one of the units on some day, or may."""
        days = self._meanings
        return frozenset(code for code in codes if any(self.spot(code, day).may_be(units) for day in days))

    @property
    def _meanings(self) -> tuple[int, ...]:
        """A day of each stretch of time over which every place code means one territory."""
        return (ALWAYS, *self.place_map.cuts)

    @cached_property
    def recoded(self) -> tuple[tuple[int, tuple[str, ...]], ...]:
        """By the day before which they were said: the codes that later mean another unit than they did then.

        A body recorded in such a commune before it was split still says the code, and lies in one of several.
        """
        found = []
        for cut in self.place_map.cuts:
            codes = [code for code in self.changing if self._another(code, cut)]
            if codes:
                found.append((cut, tuple(codes)))
        return tuple(found)

    def _another(self, code: str, cut: int) -> bool:
        then = self.spot(code, cut - 1).unit
        later = {self.spot(code, day).unit for day in self._meanings if day >= cut}
        return bool(later - {then, None})

    @cached_property
    def changing(self) -> tuple[str, ...]:
        """The codes that do not lie in one unit of the map on every day."""
        codes = Counter(p.code for p in self.place_map.table)
        several = sorted(code for code, territories in codes.items() if territories > 1)
        return tuple(code for code in several if len({self.spot(code, day).unit for day in self._meanings}) > 1)

    def land(self, when: When, span: int | None, seen: Callable[[int], set[Sight]]) -> Landings:
        """Where a record goes.

        span: its slice (flow), or from which instant up to which it holds, as first * base + second
        (stock). Below 0, -1 - (a * radix + b): its dates leave it open; a flow lies in a slice from a to b,
        a stock holds for sure over a and perhaps over b. None: it has no date.
        seen: what the record may be in a slice or at an instant.
        A record counts only where every day it can mean gives the same answer.
        """
        if span is None:
            return (Landing(None, Spot(None, NO_DATE)),)
        first, last = divmod(-1 - span, self.radix[when]) if span < 0 else (span, span)
        return self._land_stock(first, last, seen) if when == "stock" else self._land_flow(first, last, seen)

    def _land_flow(self, first: int, final: int, seen: Callable[[int], set[Sight]]) -> Landings:
        sights = set().union(*(seen(s) for s in range(first, final + 1))) or {frozenset({Spot(None, NO_PLACE)})}
        if sights == {None}:
            return ()
        if first == final and len(sights) == 1:
            (spots,) = sights
            return tuple(found for period in self._holding[first] for found in _spread(period, spots or frozenset()))
        # Only the units matter: a place that lies on no unit for two reasons still gives one answer.
        answers = {None if sight is None else frozenset(spot.unit for spot in sight) for sight in sights}
        spots = frozenset(spot for sight in sights if sight is not None for spot in sight)
        found: list[Landing] = []
        for period, (low, high) in enumerate(self._spans):
            if low <= first and final < high and len(answers) == 1:
                found.extend(_spread(period, spots))
            elif first < high and final >= low:
                found.append(Landing(period, Spot(None, DATE_TOO_COARSE)))
        return tuple(found)

    def _land_stock(self, sure: int, maybe: int, seen: Callable[[int], set[Sight]]) -> Landings:
        start, stop = divmod(sure, self.base)
        early, late = divmod(maybe, self.base)
        found: list[Landing] = []
        for period, instant in enumerate(self._index):
            if not early <= instant < late:
                continue
            (sight,) = seen(instant)
            if sight is None:
                continue
            if start <= instant < stop:
                found.extend(_spread(period, sight))
            else:
                found.append(Landing(period, Spot(None, DATE_TOO_COARSE)))
        return tuple(found)


def _spread(period: int, spots: frozenset[Spot]) -> Landings:
    """The record in each of its units; all bodies that lie in none count together as one more."""
    if len(spots) == 1:
        return tuple(Landing(period, spot) for spot in spots)
    lost = any(spot.unit is None for spot in spots)
    among = sum(spot.unit is not None for spot in spots) + lost
    ordered = sorted(spots, key=lambda s: (s.unit is None, s.unit or "", s.reason or "", s.code or ""))
    return tuple(Landing(period, spot, among) for spot in ordered)


@attrs.frozen
class Stay:
    """One version of a body of a record: its place code over some of the days the record can mean, half-open.

    party: which body of the record. start, end: None when the body is not known, or was not there
    on any of the days. active: whether the record meets the conditions with it.
    """

    party: int
    start: int | None
    end: int | None
    code: str | None
    active: bool


def sights(grid: Grid, when: When, stays: list[Stay]) -> Callable[[int], set[Sight]]:
    """What a record with several bodies, or with a body that moved, may be in a slice or at an instant.

    A flow cannot be dated on a day when one of its bodies was not there, unless it never was.
    """
    parties: dict[int, list[Stay]] = {}
    for stay in stays:
        parties.setdefault(stay.party, []).append(stay)

    def on(day: int, place_day: int) -> Sight | Literal["impossible"]:
        spots = set()
        for versions in parties.values():
            here = next((v for v in versions if v.start is not None and v.start <= day < (v.end or 0)), None)
            if here is None and when == "flow" and versions[0].start is not None:
                return "impossible"
            # Of a body that was not there nobody knows its kind: the conditions hold if they do on all its days.
            if not (here.active if here else all(v.active for v in versions)):
                return None
            spots.add(grid.spot(here.code, place_day) if here else Spot(None, NO_PLACE))
        return frozenset(spots)

    def seen(piece: int) -> set[Sight]:
        first, end = grid.span_of(when, piece)
        if when == "stock" or all(s.start is None for s in stays):
            days = {first}
        else:
            # Nothing changes between the days on which some version begins.
            days = {max(s.start, first) for s in stays if s.start is not None and s.end is not None and first < s.end}
        found = {on(day, first) for day in days if day < end}
        return {sight for sight in found if sight != "impossible"}

    return seen
