"""When a duty is due: dates in, dates out. Days run as the Civil Code counts them (91/2015/QH13, art. 147, 148).

The day something happened is not counted, so ninety days after 1 January is the ninetieth day that follows.
A month or a year ends on the day of the same number, or on the last of the month where there is none.
Weekends and holidays move nothing here: the list of holidays is set each year and is not in the registry.
"""

import calendar
import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, Final

from stregistry.dates import PartialDate

STATUSES: Final = ("late", "may_be_late", "due", "done", "done_late", "may_be_done_late")
_LAST: Final = dt.date.max


def later(day: dt.date, *, days: int = 0, months: int = 0, years: int = 0) -> dt.date:
    """The day that many days, months or years after another; the last of all days where it lies beyond.

    >>> later(dt.date(2024, 2, 29), years=1), later(dt.date(2024, 1, 31), months=1)
    (datetime.date(2025, 2, 28), datetime.date(2024, 2, 29))
    """
    whole = day.year * 12 + day.month - 1 + months + years * 12
    year, month = whole // 12, whole % 12 + 1
    try:
        moved = day.replace(year=year, month=month, day=min(day.day, calendar.monthrange(year, month)[1]))
        return moved + dt.timedelta(days=days)
    except (ValueError, OverflowError):
        return _LAST


def shifted(on: PartialDate, step: Mapping[str, Any], times: int = 1) -> PartialDate:
    """A date known to the month or year gives a range: from the first day it can mean to the last.

    step: one of days, months, years, every_years, as a rule writes it; times: how often it is taken.
    """
    how = {"days": step.get("days", 0), "months": step.get("months", 0)}
    how["years"] = step.get("years", step.get("every_years", 0))
    how = {unit: number * times for unit, number in how.items()}
    return PartialDate(later(on.first, **how), later(on.last, **how))


def every(on: PartialDate, step: Mapping[str, Any], until: dt.date) -> Iterator[PartialDate]:
    """The days a duty comes back on, counted from `on` each time, that can lie on or before `until`.

    Counted from the start, so that 29 February comes back in leap years.
    """
    times = 1
    while (day := shifted(on, step, times)).first <= until and day.last < _LAST:
        yield day
        times += 1


def yearly(month_day: str, year: int) -> PartialDate:
    """The day of a year; 29 February is the 28th in other years.

    >>> yearly("02-29", 2025)
    PartialDate('2025-02-28')
    """
    month, number = (int(part) for part in month_day.split("-"))
    day = dt.date(year, month, min(number, calendar.monthrange(year, month)[1]))
    return PartialDate(day, day)


def status(due: PartialDate, done: PartialDate | None, at: dt.date) -> str:
    """How a duty stands at the end of a day: a key of STATUSES.

    The day it is due is still in time. What was done after `at` was not done then. Where dates are known to the
    month or year only, "may be" says that it depends on days nobody wrote down.
    """
    if done is not None and done.first <= at:
        if done.last <= due.first:
            return "done"
        return "done_late" if done.first > due.last else "may_be_done_late"
    if at > due.last:
        return "late"
    return "may_be_late" if at > due.first else "due"


def nearest(done: PartialDate, days: list[PartialDate]) -> int:
    """The number of the day that something done counts for: the nearest, the earlier of two as near."""
    return min(range(len(days)), key=lambda i: (abs((days[i].first - done.first).days), i))
