"""The obligations of a framework against the records of a registry: who owes what by when."""

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

import attrs
from sqlalchemy import ColumnElement, FromClause, and_, false, func, not_, or_, select, true

from stregistry.dates import ALWAYS, FOREVER, PartialDate
from stregistry.evaluate.behind import documents_of
from stregistry.framework import Framework, Obligation
from stregistry.measures.conditions import could_meet, meets
from stregistry.measures.offer import offer
from stregistry.plan import calendar
from stregistry.plan.ask import SOON, Ask
from stregistry.plan.duty import Duty, DutyTable, in_order
from stregistry.plan.owners import Owners
from stregistry.plan.reports import Reports
from stregistry.plan.tasks import tasks
from stregistry.store.identity.counted import counted_already
from stregistry.store.view import View

# What a record calls itself, the first that it has.
_TITLES: Final = ("title", "contract_number", "certificate_number", "number")


@attrs.frozen(kw_only=True)
class Held:
    """One version of a record that a rule may bind. dates: its date fields; bound: whether the rule binds it."""

    id: int
    facts: int
    start: int
    end: int
    bound: bool
    title: str | None
    dates: Mapping[str, PartialDate]
    changeset: int
    document: int | None
    line: int | None


@attrs.frozen(kw_only=True)
class _Found:
    """A duty before it has a name for its body: the day, what it was counted from, and what answered it."""

    due: PartialDate
    counted: PartialDate
    record: Held | None
    done: PartialDate | None = None
    answered: bool = False  # by something without a date
    period: str | None = None


def due(
    view: View, framework: Framework, *, on: Any = None, within: int = SOON, since: Any = None, done: bool = False
) -> DutyTable:
    """What is late at the end of a day, or due within so many days of it, tasks included; see `Registry.due`."""
    ask = Ask.of(view.valid, on, within, since, done)
    found = duties(view, framework, ask)
    owed = [row.duty for row in tasks(view, ask).rows]
    return attrs.evolve(found, rows=in_order([*found.rows, *(row for row in owed if row is not None)]))


def duties(view: View, framework: Framework, ask: Ask) -> DutyTable:
    """Every duty that the obligations of the framework give rise to, as the view knows the records."""
    owners = Owners(view, ask.at)
    found = [(rule, one) for rule in framework.obligations for one in _Rule(view, rule, ask, owners).found()]
    files = documents_of(view, {one.record.document for _, one in found if one.record})
    rows = []
    by_rule: dict[str, list[_Found]] = defaultdict(list)
    for rule, one in found:
        by_rule[rule.id].append(one)
    sources = {source.id: source for source in framework.sources}
    for rule in framework.obligations:
        source = sources.get(rule.source or "")
        bodies = owners.of(rule, [one.record for one in by_rule[rule.id]])
        for one, owner in zip(by_rule[rule.id], bodies, strict=True):
            if owner is None:
                continue
            record = one.record
            rows.append(
                Duty(
                    obligation=rule.id,
                    name=rule.name,
                    kind=rule.of,
                    record=record.id if record else None,
                    title=record.title if record else None,
                    body=owner.id,
                    body_name=owner.name,
                    successor=owner.successor,
                    subject=owner.subject,
                    period=one.period,
                    due_first=one.due.first,
                    due_last=one.due.last,
                    done_on=one.done,
                    status=_status(one, ask.at),
                    days_left=(one.due.last - ask.at).days,
                    days_left_first=(one.due.first - ask.at).days,
                    check_law=rule.check_law is not None and one.counted.last >= rule.check_law,
                    note=rule.note,
                    document=(source.number or source.title.vi) if source else None,
                    issued=source.issued if source else None,
                    article=rule.article,
                    responsible=rule.responsible,
                    changeset=record.changeset if record else None,
                    file=files.get(record.document) if record else None,
                    row=record.line if record else None,
                )
            )
    unclear = [(rule.id, _unclear(view, rule, ask)) for rule in framework.obligations]
    return DutyTable(
        framework=framework.id,
        at=ask.at,
        rows=in_order(rows),
        unclear=tuple((name, number) for name, number in unclear if number),
    )


def _status(one: _Found, at: dt.date) -> str:
    return "done" if one.answered else calendar.status(one.due, one.done, at)


class _Rule:
    """One obligation against the records of its kind."""

    def __init__(self, view: View, rule: Obligation, ask: Ask, owners: Owners) -> None:
        self.view, self.rule, self.ask, self.owners = view, rule, ask, owners
        self.repeats = "yearly" in rule.due or "every_years" in rule.due

    def found(self) -> Iterator[_Found]:
        for one in self._all():
            if self.ask.wants(one.due, _status(one, self.ask.at)):
                yield one

    def _all(self) -> Iterator[_Found]:
        if "yearly" in self.rule.due:
            yield from self._yearly()
            return
        at = self.ask.at.toordinal()
        for versions in self.records.values():
            begun = [v for v in versions if v.start <= at]
            record = begun[-1] if begun else versions[0]
            if record.bound:
                yield from self._again(record) if self.repeats else self._once(record)

    # ---- rules that count from a date ----------------------------------------------------

    def _base(self, record: Held) -> PartialDate | None:
        """The date it is counted from: of several the latest, but none after the day looked at if one is before."""
        given = [record.dates[name] for name in self.rule.after if name in record.dates]
        past = [date for date in given if date.first <= self.ask.at]
        return max(past or given, default=None)

    def _once(self, record: Held) -> Iterator[_Found]:
        stated, base = record.dates.get(self.rule.due.get("on", "")), self._base(record)
        due = stated or (calendar.shifted(base, self.rule.due) if base else None)
        counted = stated or base
        if due is None or counted is None or not self._in_force(counted):
            return
        done = record.dates.get(self.rule.done or "")
        if self.rule.done is not None:
            # What was done before the event it is to follow was done for an earlier one.
            answers = done is not None and (base is None or done.last >= base.first)
            yield _Found(due=due, counted=counted, record=record, done=done if answers else None)
            return
        ended = record.dates.get("ended_on")
        if ended is not None and ended.first <= min(due.last, self.ask.at):
            return
        renewed = self._renewed(record, due)
        yield _Found(due=due, counted=counted, record=record, done=renewed)

    def _renewed(self, record: Held, due: PartialDate) -> PartialDate | None:
        """The day from which the same body holds another record of the kind that goes on after the due day."""
        body = self.owners.own(self.rule.of, record.id)
        others = [i for i in self.owners.records_of(self.rule.of, body) if i != record.id] if body else []
        days = [
            v.start
            for i in others
            for v in self.records.get(i, ())
            if v.end > due.last.toordinal() and v.start > record.start
        ]
        return PartialDate.of(dt.date.fromordinal(min(days))) if days and min(days) > ALWAYS else None

    # ---- rules that come back ------------------------------------------------------------

    def _again(self, record: Held) -> Iterator[_Found]:
        base = self._base(record)
        if base is None:
            return
        due = self.rule.due
        # Two more than asked for, so that what was done early finds the day it was done for.
        beyond = calendar.later(self.ask.horizon, years=2 * due["every_years"])
        days = list(calendar.every(base, due, beyond))
        done = record.dates.get(self.rule.done or "")
        answered = -1
        if done is not None and done.first <= self.ask.at and days:
            answered = calendar.nearest(done, days)
        for i, each in enumerate(days):
            if i < answered or not self._in_force(each) or not self._held_on([record], each):
                continue
            yield _Found(due=each, counted=each, record=record, done=done if i == answered else None)

    def _yearly(self) -> Iterator[_Found]:
        rule = self.rule
        first, last = rule.in_force.year, self.ask.horizon.year
        days = [calendar.yearly(rule.due["yearly"], year) for year in range(first, last + 1)]
        days = [each for each in days if self._in_force(each) and each.first <= self.ask.horizon]
        reports = Reports(self.view, rule.submission or "", self.ask.at, self.owners)
        if rule.owed_by_name is not None and rule.of == "organisation":
            body = self.owners.named(rule.owed_by_name)
            for each in days:
                yield self._report(each, None, body, reports)
            return
        for record_id, versions in self.records.items():
            body = record_id if rule.of == "organisation" else self.owners.own(rule.of, record_id)
            for each in days:
                held = self._held_on(versions, each)
                if held is not None and held.bound:
                    yield self._report(each, held, body, reports)

    def _report(self, day: PartialDate, record: Held | None, body: int | None, reports: Reports) -> _Found:
        year = str(day.first.year + self.rule.of_year)
        received = reports.on(body, year)
        return _Found(
            due=day,
            counted=day,
            record=record,
            done=received.on if received else None,
            answered=received is not None and received.on is None,
            period=year,
        )

    # ---- what a rule looks at ------------------------------------------------------------

    def _in_force(self, day: PartialDate) -> bool:
        """Whether the rule can have been in force on a day."""
        return day.last >= self.rule.in_force and (self.rule.until is None or day.first < self.rule.until)

    def _held_on(self, versions: Sequence[Held], day: PartialDate) -> Held | None:
        """The version that holds on the first day that a due date can mean."""
        number = day.first.toordinal()
        at = bisect_right([v.start for v in versions], number) - 1
        return versions[at] if at >= 0 and versions[at].end > number else None

    @cached_property
    def records(self) -> dict[int, list[Held]]:
        """The versions of each record, by the day they hold from."""
        rule, view = self.rule, self.view
        record = view.rows(rule.of).alias("record")
        offered = offer(rule.of)
        state = offered.about.state
        dates = list(dict.fromkeys(name for name in self._date_fields() if name in offered.fields))
        titles = [name for name in _TITLES if name in offered.fields]
        bound = _binds(view, rule, record)
        columns = [record.c[n] for n in ("id", "facts", "tx_from", "document", "line")]
        span = [record.c.valid_from, record.c.valid_to] if state else []
        query = select(
            *columns,
            func.coalesce(*(record.c[n] for n in titles), None).label("title")
            if titles
            else record.c.id.label("title"),
            bound.label("bound"),
            *(record.c[f"{n}{end}"] for n in dates for end in ("", "_last")),
            *span,
        ).order_by(record.c.id)
        if not state:
            query = query.where(bound)
            if not self.ask.done:
                query = query.where(self._open(record))
        once = counted_already(view, rule.of)
        found: dict[int, list[Held]] = defaultdict(list)
        for row in view.execute(query):
            if row.id in once:
                continue
            given = {}
            for i, name in enumerate(dates):
                low, high = row[7 + 2 * i], row[8 + 2 * i]
                if low is not None:
                    given[name] = PartialDate(dt.date.fromordinal(low), dt.date.fromordinal(high))
            found[row.id].append(
                Held(
                    id=row.id,
                    facts=row.facts,
                    start=row[-2] if state else ALWAYS,
                    end=row[-1] if state else FOREVER,
                    bound=bool(row.bound),
                    title=row.title if titles else None,
                    dates=given,
                    changeset=row.tx_from,
                    document=row.document,
                    line=row.line,
                )
            )
        return {number: sorted(versions, key=lambda v: v.start) for number, versions in found.items()}

    def _date_fields(self) -> Iterator[str]:
        yield from self.rule.after
        yield from (name for name in (self.rule.due.get("on"), self.rule.done) if name)
        yield "ended_on"

    def _open(self, record: FromClause) -> ColumnElement[bool]:
        """Events that may still be owed: nothing done by the day looked at, nor since what it is to follow."""
        done = self.rule.done
        if done is None:
            return true()
        at = self.ask.at.toordinal()
        column, last = record.c[done], record.c[f"{done}_last"]
        return or_(column.is_(None), column > at, *(last < record.c[name] for name in self.rule.after))


def _binds(view: View, rule: Obligation, record: FromClause) -> ColumnElement[bool]:
    return or_(false(), *(meets(view, rule.of, record, where) for where in rule.binds)) if rule.binds else true()


def _unclear(view: View, rule: Obligation, ask: Ask) -> int:
    """How many events the rule may bind, which it counts from and nothing answered, do not say whether it does."""
    offered = offer(rule.of)
    if offered.about.state or not rule.binds or not rule.after or rule.done is None:
        return 0
    record = view.rows(rule.of).alias("record")
    perhaps = or_(*(could_meet(view, rule.of, record, where) for where in rule.binds))
    counted = or_(*(record.c[f"{n}_last"] >= rule.in_force.toordinal() for n in rule.after))
    begun = or_(*(record.c[n] <= ask.at.toordinal() for n in rule.after))
    sure = func.coalesce(_binds(view, rule, record), false())
    query = select(func.count()).select_from(record)
    query = query.where(and_(perhaps, not_(sure), counted, begun, record.c[rule.done].is_(None)))
    return int(view.execute(query)[0][0])
