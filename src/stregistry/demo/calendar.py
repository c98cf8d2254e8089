"""The ten years the demo tells of, and the days in them that change a record."""

import datetime as dt
import functools
from typing import Final

from stregistry.demo.draws import Draws, Weighted
from stregistry.places import place_map

FIRST_YEAR: Final = 2016
LAST_YEAR: Final = 2025
LAST_DAY: Final = dt.date(LAST_YEAR, 12, 31).toordinal()

MERGER: Final = dt.date(2025, 7, 1).toordinal()  # 63 provinces became 34 (Resolution 202/2025/QH15)
LAW_93: Final = dt.date(2025, 10, 1).toordinal()  # hospitals may register as S&T organisations
DECREE_268: Final = dt.date(2025, 10, 14).toordinal()  # the second definition of a startup

# Every year sees an eighth more than the one before.
_GROWTH = 1.125


@functools.cache
def growing_years(first: int) -> Weighted[int]:
    """The years from `first` to the last of the demo, each likelier than the one before."""
    first = min(first, LAST_YEAR)
    return Weighted({year: _GROWTH ** (year - first) for year in range(first, LAST_YEAR + 1)})


def year_days(year: int) -> tuple[int, int]:
    """The numbers of the first and last day of a year."""
    return dt.date(year, 1, 1).toordinal(), dt.date(year, 12, 31).toordinal()


def day_in(year: int, draws: Draws) -> int:
    """A day number within the year."""
    return draws.whole(*year_days(year))


def iso(day: int | None) -> str:
    """A day number as it stands in a file; empty for None."""
    return "" if day is None else dt.date.fromordinal(day).isoformat()


def written(day: int, draws: Draws) -> str:
    """The day as an office wrote it down: one in fifty knows only the month or the year."""
    whole = iso(day)
    if not draws.chance(0.02):
        return whole
    return whole[:7] if draws.chance(0.7) else whole[:4]


def year_of(day: int) -> int:
    """The year a day number lies in."""
    return dt.date.fromordinal(day).year


def years_later(day: int, years: int) -> int:
    """The same day that many years later; 28 February for a leap day."""
    date = dt.date.fromordinal(day)
    last = 28 if (date.month, date.day) == (2, 29) else date.day
    return date.replace(year=date.year + years, day=last).toordinal()


@functools.cache
def code_after_merger(code: str) -> str:
    """The code that a province's land bears from the merger on.

    >>> code_after_merger("93")
    '92'
    """
    return place_map("vn-2025").resolve(code, MERGER - 1, "province").unit or code
