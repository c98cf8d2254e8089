"""The reports of one form that were handed in, by body and year."""

import datetime as dt
from functools import cached_property
from typing import TYPE_CHECKING

import attrs
from sqlalchemy import select

from stregistry.dates import PartialDate, parse_period
from stregistry.errors import DomainError
from stregistry.store.view import View

if TYPE_CHECKING:
    from stregistry.plan.owners import Owners


@attrs.frozen(kw_only=True)
class Report:
    """One report: the period it is on as written, and when it was received; None where nobody wrote that down."""

    body: int
    period: str | None
    on: PartialDate | None


class Reports:
    """The submissions of a form as known, those received after a day left out."""

    def __init__(self, view: View, form: str, at: dt.date, owners: "Owners") -> None:
        self.view, self.form, self.at, self.owners = view, form, at, owners

    def on(self, body: int | None, year: str) -> Report | None:
        """The first report of a body on a year; one that names no period is on the year it was received in."""
        return self._by_year.get((body, year)) if body is not None else None

    @cached_property
    def all(self) -> tuple[Report, ...]:
        """Every report, the earliest first, those without a date last."""
        source = self.view.rows("submission")
        columns = (source.c.organisation, source.c.period, source.c.received_on, source.c.received_on_last)
        rows = self.view.execute(select(*columns).where(source.c.form == self.form).order_by(source.c.id))
        found = []
        for body, period, first, last in rows:
            on = PartialDate(dt.date.fromordinal(first), dt.date.fromordinal(last)) if first is not None else None
            if body is not None and (on is None or on.first <= self.at):
                found.append(Report(body=self.owners.canonical(body), period=period, on=on))
        return tuple(sorted(found, key=lambda r: (r.on is None, r.on.last if r.on else dt.date.max)))

    @cached_property
    def _by_year(self) -> dict[tuple[int, str], Report]:
        found: dict[tuple[int, str], Report] = {}
        for report in self.all:
            year = _year(report)
            if year is not None:
                found.setdefault((report.body, year), report)
        return found


def _year(report: Report) -> str | None:
    """The whole year a report is on; None where it is on a part of one, or nobody can tell."""
    if report.period is None:
        return str(report.on.first.year) if report.on and report.on.first.year == report.on.last.year else None
    try:
        period = parse_period(report.period)
    except DomainError:
        return None
    return period.label[:4] if period.kind == "year" or period.label[4:] == "M12" else None
