"""What a framework says, as frozen values: sources, index tree, indicators, targets, obligations."""

import datetime as dt
from typing import Any, Literal

import attrs

from stregistry.measures import Rule
from stregistry.measures.parts import Where
from stregistry.text import Text


@attrs.frozen(kw_only=True)
class Reference:
    """A text the framework rests on. A document is its number and its date: there are two 59-NQ/TW."""

    id: str
    title: Text
    number: str | None = None
    issued: dt.date | None = None
    url: str | None = None


@attrs.frozen(kw_only=True)
class Evaluation:
    """Where and over what the figures are taken.

    places: id of a place map. level: province, district, commune, country; custom for tables of
    one's own, whose units are no places. period: year, half, quarter, month.
    year_ends: month and day a reporting year ends on.
    """

    places: str = "vn-2025"
    level: str = "province"
    period: str = "year"
    year_ends: str = "12-31"


@attrs.frozen(kw_only=True)
class Group:
    """A node of the index tree; exactly one has no parent. aggregate: overrides that of the method here."""

    id: str
    name: Text
    parent: str | None = None
    weight: float = 1.0
    aggregate: str | None = None


@attrs.frozen(kw_only=True)
class Per:
    """What a figure is divided by: an observed series on a basis, or another indicator; d / scale units of it."""

    series: str | None = None
    basis: str | None = None
    indicator: str | None = None
    scale: float = 1


@attrs.frozen(kw_only=True)
class Target:
    """What an indicator is to reach, from when on, by when, where, and by which document.

    form: at_least, above, at_most, below, range, within, about or maintain_above; values: its number or two.
    of: value, growth (average % a year over two years) or multiple (of the value in the year `base`).
    by: the year at whose end it is due; None with every_year.
    scope: the place code (with `map`), or None for the nation.
    article: where in the source it stands. baseline: period (or a range such as 2016..2020) and value.
    """

    start: dt.date
    end: dt.date | None = None
    form: str
    values: tuple[float, ...]
    of: Literal["value", "growth", "multiple"] = "value"
    over: tuple[int, int] | None = None
    base: int | None = None
    by: int | None = None
    every_year: bool = False
    place: str | None = None
    map: str | None = None
    baseline: tuple[str, float] | None = None
    out_of: int | None = None
    source: str | None = None
    article: Text | None = None
    verified: Literal["original", "quoted", "secondary"] | None = None


@attrs.frozen(kw_only=True)
class Obligation:
    """What is due, and when: a dated rule.

    of: the kind of record it is about; where: as written; binds: parsed, any of them binds (none: every record).
    place, map: the territory it is for, as of a target; a record whose body surely lies elsewhere is left out.
    owed_by: the fields or party roles that say who owes it, the first that names a body of the registry;
    owed_by_name: or the one organisation that does, whatever the record.
    due: {after, days | months | years} once, {after, every_years} or {yearly} again and again, {on} the day a
    field states, computed by `after` where the record does not state it. after: one date field, or several, of
    which the latest counts.
    done: the date field that says it was done; submission: or the form of the report that does, on the year of
    the due day plus `of_year`. Neither: the day itself is what is watched, as when a certificate expires.
    in_force, until: a rule that counts from a date binds by that date, one that recurs by its due day.
    check_law: from this day on (of the same two) the text may have changed.
    """

    id: str
    name: Text
    of: str
    where: Any
    binds: tuple[Where, ...] = ()
    place: str | None = None
    map: str | None = None
    owed_by: tuple[str, ...] = ()
    owed_by_name: str | None = None
    due: dict[str, Any]
    done: str | None
    submission: str | None
    of_year: int = 0
    in_force: dt.date
    until: dt.date | None = None
    check_law: dt.date | None = None
    responsible: Text | None = None
    note: Text | None = None
    source: str | None = None
    article: Text | None = None

    @property
    def after(self) -> tuple[str, ...]:
        """The date fields it is counted from."""
        after = self.due.get("after", ())
        return (after,) if isinstance(after, str) else tuple(after)


@attrs.frozen(kw_only=True)
class Indicator:
    """One figure: how it is counted, in what unit it is shown, and what it is for.

    rule: the measure with its parameters. scale: factor on the result. per: what it is divided by.
    breakdown: fields it is also shown by. bounds, goal: in the indicator's unit after scale and per.
    """

    id: str
    name: Text
    measure: str
    rule: Rule
    direction: Literal["up", "down", "none"]
    measured_in: Text | None = None
    group: str | None = None
    scale: float = 1
    per: Per | None = None
    breakdown: tuple[str, ...] = ()
    weight: float = 1.0
    bounds: tuple[float, float] | None = None
    goal: float | None = None
    responsible: Text | None = None
    source: str | None = None
    targets: tuple[Target, ...] = ()

    @property
    def uses(self) -> tuple[str, ...]:
        """The ids of the indicators this one is made from."""
        ids = [getattr(self.rule, name, None) for name in ("top", "bottom", "indicator")]
        named = [i for i in ids if isinstance(i, str)]
        if self.per is not None and self.per.indicator is not None:
            named.append(self.per.indicator)
        return tuple(named)
