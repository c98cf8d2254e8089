"""Observed series by unit and period: the unit's own figure, or the sum or weighted mean of those it was made of."""

import functools
import importlib.resources
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import attrs
from sqlalchemy import select

from stregistry.dates import Period, parse_period
from stregistry.errors import DomainError, NotFoundError
from stregistry.places import Place, PlaceMap, place_map
from stregistry.store.view import View
from stregistry.text import Text

NO_OBSERVATION: Final = "no_observation"
NO_DENOMINATOR: Final = "no_denominator"
AMBIGUOUS_SPLIT: Final = "ambiguous_split"
NOT_COMBINABLE: Final = "not_combinable"


@attrs.frozen
class Observed:
    """One observation: its record, what it says and where that was stated.

    basis: None where the statistic has only one. tx_from, document, line: as in its table.
    """

    id: int
    row: int
    series: str
    place: str | None
    period: str
    value: Fraction
    basis: str | None
    tx_from: int
    document: int | None
    line: int | None

    @property
    def title(self) -> str:
        """What it goes by."""
        return self.series


@attrs.frozen
class Found:
    """The observations that make a figure: one, or those of its predecessors; or why there is none.

    parts: each with what it adds to the figure: itself in a sum, its weighted share in a mean.
    weights: the observations a mean was weighted by. missing: the reason, when `parts` is empty.
    """

    parts: tuple[tuple[Observed, Fraction], ...] = ()
    weights: tuple[Observed, ...] = ()
    missing: str | None = None

    @property
    def value(self) -> Fraction:
        return sum((share for _, share in self.parts), Fraction(0))

    @property
    def bases(self) -> frozenset[str | None]:
        return frozenset(part.basis for part, _ in self.parts)

    @property
    def mixed(self) -> bool:
        """Whether it was made from observations on several bases, or weighted by such."""
        return len(self.bases) > 1 or len({weight.basis for weight in self.weights}) > 1


@attrs.frozen(kw_only=True)
class SeveralUnits:
    """A series whose observations name several units of measure; nothing is converted, its figures stand as stated.

    units: each unit with how many observations name it, most first, in lower case.
    """

    series: str
    units: tuple[tuple[str, int], ...]


class Observations:
    """The observations of some series, as known, found by territory and period.

    Two observations of one series, basis, territory and period are statement and revision: the
    one published later counts, then the one recorded later.
    """

    def __init__(self, view: View, the_map: PlaceMap, series: Iterable[str]) -> None:
        self._map = the_map
        self._at: dict[tuple[str, Place, str], dict[str | None, Observed]] = {}
        self._units: dict[str, Counter[str]] = {}
        named = set(series)
        names = sorted(named | {rule.weight for rule in map(combine_of, named) if rule.weight})
        if not names:
            return
        table = view.rows("observation")
        columns = (
            "unit",
            "row",
            "id",
            "series",
            "place",
            "map",
            "period",
            "value",
            "basis",
            "tx_from",
            "document",
            "line",
        )
        query = (
            select(*(table.c[name] for name in columns))
            .where(table.c.series.in_(names), table.c.place.is_not(None))
            .order_by(table.c.published_on.is_not(None), table.c.published_on, table.c.tx_from, table.c.row)
        )
        for unit, row, number, name, code, map_id, label, value, basis, *origin in view.execute(query):
            place = self._territory(code, map_id, label)
            if place is not None:
                if unit:
                    self._units.setdefault(name, Counter())[" ".join(unit.casefold().split())] += 1
                known = self._at.setdefault((name, place, _code(label)), {})
                known[basis] = Observed(number, row, name, code, _code(label), Fraction(Decimal(value)), basis, *origin)

    def _territory(self, code: str, map_id: str | None, label: str) -> Place | None:
        try:
            day = place_map(map_id).day if map_id else parse_period(label).last_day
        except (DomainError, NotFoundError):
            return None
        return self._map.table.meant(code, day)

    def bases(self, series: str) -> set[str | None]:
        """Every basis the series was observed on, for whatever territory and period."""
        return {basis for (name, _, _), own in self._at.items() if name == series for basis in own}

    def several_units(self) -> tuple[SeveralUnits, ...]:
        """The series that were stated in more than one unit of measure."""
        return tuple(
            SeveralUnits(series=series, units=tuple(units.most_common()))
            for series, units in sorted(self._units.items())
            if len(units) > 1
        )

    def find(self, series: str, basis: str | None, unit: str, period: Period) -> Found:
        """The observation of a unit for exactly the period, else for the year that holds it.

        basis: None takes whichever there is, when there is one only.
        """
        place = self._map.table.meant(unit, self._map.day)
        if place is None:
            return Found(missing=NO_OBSERVATION)
        found = [self._of(series, basis, place, label) for label in dict.fromkeys((period.label, period.label[:4]))]
        # Of two reasons the one that says more: that nothing was observed is always true of one of them.
        return min(found, key=lambda one: (one.missing is not None, one.missing == NO_OBSERVATION))

    def _of(self, series: str, basis: str | None, place: Place, label: str) -> Found:
        own = self._at.get((series, place, label), {})
        if basis is not None:
            own = {basis: own[basis]} if basis in own else {}
        if own:
            # Several bases and none named: all are handed on, and the caller sees that they mix.
            return Found(tuple((one, one.value) for one in own.values()))
        table = self._map.table
        before = table.predecessors(place)
        found = [self._of(series, basis, p, label) for p in before]
        if not found or not all(one.parts for one in found):
            reasons = [one.missing for one in found if one.missing not in (None, NO_OBSERVATION)]
            return Found(missing=reasons[0] if reasons else NO_OBSERVATION)
        rule = combine_of(series)
        if len(before) > 1 and rule.how == "none":
            return Found(missing=NOT_COMBINABLE)
        if any(len(table.successors(p)) > 1 for p in before):
            return Found(missing=AMBIGUOUS_SPLIT)
        if rule.how == "mean" and len(before) > 1:
            weights = [self._of(rule.weight or "", rule.weight_basis, p, label) for p in before]
            return _weighted(found, weights)
        return Found(tuple(part for one in found for part in one.parts), tuple(w for one in found for w in one.weights))


@functools.cache
def _code(label: str) -> str:
    """The code of a period, which may stand there in words."""
    try:
        return parse_period(label).label
    except DomainError:
        return label


def _weighted(found: Sequence[Found], weights: Sequence[Found]) -> Found:
    """The mean of figures by their weights; without every weight there is nothing to divide by."""
    if any(len(one.bases) > 1 for one in found):
        return Found(tuple(part for one in found for part in one.parts))  # mixed: the caller sees it
    if not all(weight.parts for weight in weights):
        return Found(missing=NO_DENOMINATOR)
    whole = sum((weight.value for weight in weights), Fraction(0))
    if not whole:
        return Found(missing=NO_DENOMINATOR)
    return Found(
        tuple(
            (part, share * weight.value / whole)
            for one, weight in zip(found, weights, strict=True)
            for part, share in one.parts
        ),
        # A figure of a predecessor may be a mean itself: then its weights count too.
        (*(w for one in found for w in one.weights), *(o for weight in weights for o, _ in weight.parts)),
    )


@attrs.frozen
class Combine:
    """How the figures of merged territories make that of the whole.

    how: sum, mean (weighted by the series `weight` on `weight_basis`, None where it has only one), or none.
    """

    how: str
    weight: str | None = None
    weight_basis: str | None = None


@functools.cache
def _listed() -> list[dict[str, Any]]:
    file = importlib.resources.files("stregistry") / "definitions" / "series.toml"
    rows: list[dict[str, Any]] = tomllib.loads(file.read_text(encoding="utf-8"))["series"]
    return rows


def series_name(series: str) -> Text:
    """The name of a series; its id for one not listed.

    >>> series_name("population").en, series_name("own_series").vi
    ('Population', 'own_series')
    """
    return next((Text(**row["name"]) for row in _listed() if row["id"] == series), Text(series, series))


@functools.cache
def _combining() -> dict[str, Combine]:
    rows = _listed()
    return {
        row["id"]: Combine(row["combine"], row.get("weight", {}).get("series"), row.get("weight", {}).get("basis"))
        for row in rows
    }


def combine_of(series: str) -> Combine:
    """How figures of merged territories combine: `none` for a series not listed."""
    return _combining().get(series, Combine("none"))
