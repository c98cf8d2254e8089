"""What a registry knows of one body: its own record, the figures it declared, and how many records it takes part in."""

import datetime as dt
from decimal import Decimal
from functools import cached_property

import attrs
from sqlalchemy import select

from stregistry.dates import parse_period
from stregistry.errors import DomainError, NotFoundError
from stregistry.measures.bodies import surviving
from stregistry.measures.conditions import Conditions
from stregistry.measures.offer import offer
from stregistry.measures.parts import Where
from stregistry.model import Organisation
from stregistry.store.view import View
from stregistry.text import Text


@attrs.frozen(kw_only=True)
class Declared:
    """One figure a body declared: for a year, or without one."""

    item: str
    year: int | None
    value: Decimal
    record: int


class Facts:
    """The facts about a body as a view knows them, none from after the day `at`."""

    def __init__(self, view: View, body: int, at: dt.date) -> None:
        self.view, self.at = view, at
        record = view.get(body)
        if not isinstance(record, Organisation):
            raise NotFoundError(
                Text(f"Hồ sơ {body} không phải là tổ chức.", f"Record {body} is not an organisation."), id=body
            )
        self.body = record
        same = view.same_bodies()
        self.ids = sorted(same.spread([body])) if same is not None else [body]

    @cached_property
    def declared(self) -> dict[str, list[Declared]]:
        """What was declared of each item, the latest year first; of two for a year the one put last."""
        source = self.view.rows("declaration")
        columns = (source.c.id, source.c.item, source.c.period, source.c.value, source.c.declared_on)
        query = (
            select(*columns).where(source.c.organisation.in_(self.ids)).order_by(source.c.tx_from.desc(), source.c.id)
        )
        found: dict[str, dict[int | None, Declared]] = {}
        for record, item, period, value, declared_on in self.view.execute(query):
            if declared_on is not None and declared_on > self.at.toordinal():
                continue
            year = _year(period)
            if period is not None and year is None:
                continue
            one = Declared(item=item, year=year, value=Decimal(value), record=record)
            found.setdefault(item, {}).setdefault(year, one)
        return {item: sorted(years.values(), key=lambda d: -(d.year or 0)) for item, years in found.items()}

    def latest(self, item: str) -> Declared | None:
        """The figure of the latest year that had begun by the day looked at; one without a year is taken as now."""
        given = [d for d in self.declared.get(item, ()) if d.year is None or d.year <= self.at.year]
        return max(given, key=lambda d: (d.year is None, d.year or 0), default=None)

    def of_year(self, item: str, year: int) -> Decimal | None:
        """The figure declared for a year."""
        return next((d.value for d in self.declared.get(item, ()) if d.year == year), None)

    def full_years(self, most: int) -> list[int]:
        """The last full calendar years before the day looked at, the latest first; fewer for a younger body."""
        years = list(range(self.at.year - 1, self.at.year - 1 - most, -1))
        founded = self.body.founded_on
        if founded is None:
            return years
        first = founded.first.year + ((founded.first.month, founded.first.day) != (1, 1))
        return [year for year in years if year >= first]

    def records(self, kind: str, role: str, where: Where) -> list[int]:
        """The records of a kind that the body has a role in and that meet conditions, dated by the day looked at."""
        record = self.view.rows(kind).alias("record")
        offered = offer(kind)
        conditions = Conditions(self.view, kind, record, surviving(self.view, (), [where]).states)
        query = select(record.c.id).where(conditions.met(where))
        query = query.where(record.c[offered.about.on] <= self.at.toordinal())
        if role in offered.roles:
            party = self.view.child(kind, "parties").alias("own_party")
            query = query.join(party, party.c.facts == record.c.facts)
            query = query.where(party.c.role == role, party.c.body.in_(self.ids))
        else:
            query = query.where(record.c[role].in_(self.ids))
        return sorted({row[0] for row in self.view.execute(query)})


def _year(period: str | None) -> int | None:
    """The year of a period that is a whole year."""
    if period is None:
        return None
    try:
        found = parse_period(period)
    except DomainError:
        return None
    return int(found.label[:4]) if found.kind == "year" else None
