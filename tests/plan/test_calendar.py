"""When a duty is due and how it stands: a table worked out by hand, edges included."""

import datetime as dt
from typing import Any

import pytest

from stregistry.dates import PartialDate
from stregistry.plan import calendar

# from, step, due first, due last
COUNTED: list[tuple[str, dict[str, int], str, str]] = [
    # ninety days after signing: the day itself is not counted (Civil Code, art. 147)
    ("2024-01-01", {"days": 90}, "2024-03-31", "2024-03-31"),  # a leap year
    ("2023-01-01", {"days": 90}, "2023-04-01", "2023-04-01"),
    ("2023-12-02", {"days": 90}, "2024-03-01", "2024-03-01"),  # over 29 February
    ("2022-12-02", {"days": 90}, "2023-03-02", "2023-03-02"),
    ("2024-02-29", {"days": 90}, "2024-05-29", "2024-05-29"),
    ("2024-10-02", {"days": 90}, "2024-12-31", "2024-12-31"),  # the last day of a year
    ("2024-10-03", {"days": 90}, "2025-01-01", "2025-01-01"),
    # known to the month or the year: from the first day it can mean to the last
    ("2024-05", {"days": 90}, "2024-07-30", "2024-08-29"),
    ("2024-02", {"days": 90}, "2024-05-01", "2024-05-29"),
    ("2023-02", {"days": 90}, "2023-05-02", "2023-05-29"),
    ("2024", {"days": 90}, "2024-03-31", "2025-03-31"),
    # fifteen days after a decision
    ("2025-10-14", {"days": 15}, "2025-10-29", "2025-10-29"),
    ("2025-12-20", {"days": 15}, "2026-01-04", "2026-01-04"),
    ("2024-02-14", {"days": 15}, "2024-02-29", "2024-02-29"),
    # five years after the grant
    ("2025-10-14", {"years": 5}, "2030-10-14", "2030-10-14"),
    ("2024-02-29", {"years": 5}, "2029-02-28", "2029-02-28"),  # no 29 February: the last of the month
    ("2024-02-29", {"years": 4}, "2028-02-29", "2028-02-29"),
    ("2026-02", {"years": 5}, "2031-02-01", "2031-02-28"),
    ("2024-02", {"years": 5}, "2029-02-01", "2029-02-28"),
    ("2026", {"years": 5}, "2031-01-01", "2031-12-31"),
    # months
    ("2024-01-31", {"months": 1}, "2024-02-29", "2024-02-29"),
    ("2023-01-31", {"months": 1}, "2023-02-28", "2023-02-28"),
    ("2024-08-31", {"months": 6}, "2025-02-28", "2025-02-28"),
    ("2024-12-15", {"months": 1}, "2025-01-15", "2025-01-15"),
    ("9999-06-01", {"years": 5}, "9999-12-31", "9999-12-31"),  # beyond the last of all days
]


@pytest.mark.parametrize(("start", "step", "first", "last"), COUNTED)
def test_a_day_is_counted_as_the_civil_code_counts_it(start: str, step: dict[str, int], first: str, last: str) -> None:
    """The due day, or the range of days, of each row of the table."""
    due = calendar.shifted(PartialDate.parse(start), step)
    assert (due.first.isoformat(), due.last.isoformat()) == (first, last)


# from, every, until, the days it comes back on
AGAIN = [
    ("2022-12-20", 3, "2030-01-01", ["2025-12-20", "2028-12-20"]),
    ("2022-12-20", 3, "2025-12-19", []),
    ("2022-12-20", 3, "2025-12-20", ["2025-12-20"]),
    ("2024-02-29", 2, "2032-12-31", ["2026-02-28", "2028-02-29", "2030-02-28", "2032-02-29"]),  # counted from the start
    ("2023-05", 3, "2026-05-01", ["2026-05"]),  # may already be due on the 1st
    ("2023-05", 3, "2026-04-30", []),
]


@pytest.mark.parametrize(("start", "years", "until", "days"), AGAIN)
def test_what_comes_back_is_counted_from_the_start(start: str, years: int, until: str, days: list[str]) -> None:
    """Every due day of a rule that repeats, up to and with the last that is looked at."""
    found = calendar.every(PartialDate.parse(start), {"every_years": years}, dt.date.fromisoformat(until))
    assert [str(day) for day in found] == days


YEARLY = [("12-05", 2025, "2025-12-05"), ("02-29", 2024, "2024-02-29"), ("02-29", 2025, "2025-02-28")]


@pytest.mark.parametrize(("month_day", "year", "day"), YEARLY)
def test_a_day_of_each_year(month_day: str, year: int, day: str) -> None:
    """29 February is the 28th in other years."""
    assert str(calendar.yearly(month_day, year)) == day


# due, done, looked at, status
STANDS = [
    ("2025-08-15", None, "2025-08-14", "due"),
    ("2025-08-15", None, "2025-08-15", "due"),  # the day itself is still in time
    ("2025-08-15", None, "2025-08-16", "late"),
    ("2025-08", None, "2025-08-01", "due"),
    ("2025-08", None, "2025-08-02", "may_be_late"),
    ("2025-08", None, "2025-08-31", "may_be_late"),
    ("2025-08", None, "2025-09-01", "late"),
    ("2025-08-15", "2025-08-15", "2026-01-01", "done"),
    ("2025-08-15", "2025-08-16", "2026-01-01", "done_late"),
    ("2025-08-15", "2025-08-16", "2025-08-15", "due"),  # not done yet on the day looked at
    ("2025-08-15", "2025-08-20", "2025-08-18", "late"),  # nor then
    ("2025-08-15", "2025-08", "2026-01-01", "may_be_done_late"),
    ("2025-08", "2025-08-15", "2026-01-01", "may_be_done_late"),
    ("2025-08", "2025-07-31", "2026-01-01", "done"),
    ("2025-08", "2025-09-01", "2026-01-01", "done_late"),
    ("2025", "2025-01-01", "2026-01-01", "done"),
]


@pytest.mark.parametrize(("due", "done", "at", "status"), STANDS)
def test_how_a_duty_stands_at_the_end_of_a_day(due: str, done: str | None, at: str, status: str) -> None:
    """Late, due or done; "may be" where the dates known to the month or year leave it open."""
    answer = PartialDate.parse(done) if done else None
    assert calendar.status(PartialDate.parse(due), answer, dt.date.fromisoformat(at)) == status


def test_a_check_counts_for_the_day_it_is_nearest_to() -> None:
    """Early for the next, late for the last; half way between it is taken as late."""
    days = [PartialDate.parse(day) for day in ("2025-12-20", "2028-12-20", "2031-12-20")]

    def counts(day: str) -> int:
        return calendar.nearest(PartialDate.parse(day), days)

    found: list[Any] = [counts(day) for day in ("2024-01-01", "2025-12-20", "2027-06-20", "2027-06-22", "2031-01-01")]
    assert found == [0, 0, 0, 1, 2]
