"""When a recurring task is due, and what answered it each time. The days are computed, never stored."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Final

import attrs

from stregistry.dates import PartialDate, Period, parse_period
from stregistry.errors import DomainError
from stregistry.model import Task
from stregistry.plan import calendar
from stregistry.plan.ask import Ask
from stregistry.plan.reports import Report

MONTHS: Final = {"monthly": 1, "quarterly": 3, "half_yearly": 6, "yearly": 12}


@attrs.frozen(kw_only=True)
class Time:
    """One time a task is due. answered: done or reported, `done` says when, where somebody wrote it down.

    period: what a report is on.
    """

    due: PartialDate
    done: PartialDate | None
    answered: bool
    period: str | None = None


def times(task: Task, due_on: PartialDate, received: Sequence[Report], ask: Ask) -> Iterator[Time]:
    """Each time a recurring task is due up to the days asked for, with what answered it.

    due_on: the first time. received: the reports of its form by the bodies that answer for it.
    """
    months, until = MONTHS[task.recurrence or ""], task.recurs_until
    last = min(ask.horizon, until.last) if until is not None else ask.horizon
    days = [due_on, *calendar.every(due_on, {"months": months}, calendar.later(last, months=2 * months))]
    over = task.status == "done"
    if task.form is None:
        done = task.done_on if task.done_on is not None and task.done_on.first <= ask.at else None
        answered = calendar.nearest(done, days) if done is not None else -1
        for i, day in enumerate(days):
            if day.first > last or (over and i > answered >= 0):
                return
            yield Time(
                due=day,
                done=done if i == answered else None,
                answered=over or i <= answered,
                period=_period(day.first, months).label,
            )
        return
    for i, day in enumerate(days):
        if day.first > last or (over and task.done_on is not None and day.first > task.done_on.last):
            return
        on = _period(day.first, months)
        report = _answer(on, i, days, received)
        yield Time(due=day, done=report.on if report else None, answered=report is not None, period=on.label)


def _answer(period: Period, i: int, days: Sequence[PartialDate], received: Sequence[Report]) -> Report | None:
    """The first report on a period; one that names none counts for the day it was received nearest to."""
    for report in received:
        if report.period is None:
            if report.on is not None and calendar.nearest(report.on, list(days)) == i:
                return report
            continue
        try:
            named = parse_period(report.period)
        except DomainError:
            continue
        if (named.start, named.end) == (period.start, period.end):
            return report
    return None


def _period(due: dt.date, months: int) -> Period:
    """The period a report due on a day is on: the latest that was half over by then.

    >>> _period(dt.date(2025, 6, 15), 6).label, _period(dt.date(2025, 7, 10), 6).label
    ('2025H1', '2025H1')
    """
    part = (due.month - 1) // months + 1
    form = {1: "{0}-{1:02d}", 3: "{0}Q{1}", 6: "{0}H{1}", 12: "{0}"}[months]
    period = parse_period(form.format(due.year, part))
    return period if due.toordinal() * 2 >= period.start + period.end else period.shifted(-1)
