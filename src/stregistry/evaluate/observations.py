"""Observed series by unit and period: the unit's own figure, or the sum of what it was made of."""

import functools
import importlib.resources
import tomllib
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs
from sqlalchemy import select

from stregistry.dates import Period, parse_period
from stregistry.errors import DomainError, NotFoundError
from stregistry.places import Place, PlaceMap, place_map
from stregistry.store.view import View


@attrs.frozen
class Observed:
    """One observation: its record and what it says. basis: None where the statistic has only one."""

    id: int
    row: int
    value: Fraction
    basis: str | None


@attrs.frozen
class Found:
    """The observations that make a figure: one, or one for each predecessor. Empty when there is none."""

    parts: tuple[Observed, ...] = ()

    @property
    def value(self) -> Fraction:
        return sum((part.value for part in self.parts), Fraction(0))

    @property
    def bases(self) -> frozenset[str | None]:
        return frozenset(part.basis for part in self.parts)


class Observations:
    """The observations of some series, as known, found by territory and period.

    Two observations of one series, basis, territory and period are statement and revision: the
    one published later counts, then the one recorded later.
    """

    def __init__(self, view: View, the_map: PlaceMap, series: Iterable[str]) -> None:
        self._map = the_map
        self._at: dict[tuple[str, Place, str], dict[str | None, Observed]] = {}
        names = sorted(set(series))
        if not names:
            return
        table = view.rows("observation")
        columns = ("row", "id", "series", "place", "map", "period", "value", "basis")
        query = (
            select(*(table.c[name] for name in columns))
            .where(table.c.series.in_(names), table.c.place.is_not(None))
            .order_by(table.c.published_on.is_not(None), table.c.published_on, table.c.tx_from, table.c.row)
        )
        for row, number, name, code, map_id, label, value, basis in view.execute(query):
            place = self._territory(code, map_id, label)
            if place is not None:
                known = self._at.setdefault((name, place, label), {})
                known[basis] = Observed(number, row, Fraction(Decimal(value)), basis)

    def _territory(self, code: str, map_id: str | None, label: str) -> Place | None:
        try:
            day = place_map(map_id).day if map_id else parse_period(label).last_day
        except (DomainError, NotFoundError):
            return None
        return self._map.table.meant(code, day)

    def find(self, series: str, basis: str | None, unit: str, period: Period) -> Found:
        """The observation of a unit for exactly the period, else for the year that holds it.

        basis: None takes whichever there is, when there is one only.
        """
        place = self._map.table.meant(unit, self._map.day)
        if place is None:
            return Found()
        for label in dict.fromkeys((period.label, period.label[:4])):
            found = self._of(series, basis, place, label)
            if found.parts:
                return found
        return Found()

    def _of(self, series: str, basis: str | None, place: Place, label: str) -> Found:
        own = self._at.get((series, place, label), {})
        if basis is not None:
            own = {basis: own[basis]} if basis in own else {}
        if own:
            # Several bases and none named: all are handed on, and the caller sees that they mix.
            return Found(tuple(own.values()))
        before = self._map.table.predecessors(place)
        if not before or combine_of(series) != "sum":
            return Found()
        parts = [self._of(series, basis, p, label) for p in before]
        if not all(part.parts for part in parts):
            return Found()
        return Found(tuple(o for part in parts for o in part.parts))


@functools.cache
def _combining() -> dict[str, Any]:
    file = importlib.resources.files("stregistry") / "definitions" / "series.toml"
    return {row["id"]: row["combine"] for row in tomllib.loads(file.read_text(encoding="utf-8"))["series"]}


def combine_of(series: str) -> str:
    """How figures of merged territories combine: "sum", or "none" (also for a series not listed)."""
    return str(_combining().get(series, "none"))
