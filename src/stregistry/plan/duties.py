"""The obligations of a framework against the records of a registry: who owes what by when."""

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence

import attrs

from stregistry.dates import ALWAYS, PartialDate
from stregistry.evaluate.behind import documents_of
from stregistry.framework import Framework
from stregistry.plan import calendar
from stregistry.plan.ask import Ask
from stregistry.plan.duty import Duty, DutyTable, in_order
from stregistry.plan.held import Held, Looked
from stregistry.plan.owners import Owners
from stregistry.plan.reports import Reports
from stregistry.plan.tasks import tasks
from stregistry.store.view import View


@attrs.frozen(kw_only=True)
class _Found:
    """A duty before it has a name for its body: the day, what it was counted from, and what answered it."""

    due: PartialDate
    counted: PartialDate
    record: Held | None
    done: PartialDate | None = None
    answered: bool = False  # by something without a date
    period: str | None = None


def due(view: View, framework: Framework, ask: Ask) -> DutyTable:
    """What is late at the end of a day, or due within so many days of it, tasks included; see `Registry.due`."""
    found = duties(view, framework, ask)
    # A body is looked for among all duties: a task may be owed about it, too.
    owed = [row.duty for row in tasks(view, attrs.evolve(ask, body=None)).rows]
    table = attrs.evolve(found, rows=in_order([*found.rows, *(row for row in owed if row is not None)]))
    return table if ask.body is None else table.of(ask.body)


def duties(view: View, framework: Framework, ask: Ask) -> DutyTable:
    """Every duty that the obligations of the framework give rise to, as the view knows the records."""
    owners = Owners(view, ask.at)
    looked = [Looked(view, rule, ask) for rule in framework.obligations]
    found = [(each.rule, one) for each in looked for one in _Rule(each, owners).found()]
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
    unclear = [(each.rule.id, each.unclear) for each in looked]
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

    def __init__(self, looked: Looked, owners: Owners) -> None:
        self.looked, self.owners = looked, owners
        self.rule, self.ask = looked.rule, looked.ask

    def found(self) -> Iterator[_Found]:
        for one in self._all():
            if self.ask.wants(one.due, _status(one, self.ask.at)):
                yield one

    def _all(self) -> Iterator[_Found]:
        if "yearly" in self.rule.due:
            yield from self._yearly()
            return
        at = self.ask.at.toordinal()
        for versions in self.looked.records.values():
            begun = [v for v in versions if v.start <= at]
            record = begun[-1] if begun else versions[0]
            if record.bound:
                yield from self._again(record) if "every_years" in self.rule.due else self._once(record)

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
            for v in self.looked.records.get(i, ())
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
        reports = Reports(self.owners.view, rule.submission or "", self.ask.at, self.owners)
        if rule.owed_by_name is not None and rule.of == "organisation":
            body = self.owners.named(rule.owed_by_name)
            for each in days:
                yield self._report(each, None, body, reports)
            return
        for record_id, versions in self.looked.records.items():
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
