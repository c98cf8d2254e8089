"""Which duties and tasks are wanted, and as they stood on which day."""

import datetime as dt
from typing import Any, Final, Self, TypedDict

import attrs

from stregistry.dates import PartialDate, day
from stregistry.errors import DomainError
from stregistry.plan import calendar
from stregistry.plan.duty import LATE
from stregistry.text import Text

SOON: Final = 60


class Asked(TypedDict, total=False):
    """What a question about duties and tasks may name besides its day.

    body: only those of the body with this id, or with this text in its name, with or without diacritics.
    since: leaves out what was due before that day. done: takes in what was done, in time or late.
    valid, known: the times the registry is read at; `valid` is the day asked about when left out.
    """

    body: str | int | None
    since: Any
    done: bool
    valid: Any
    known: Any


@attrs.frozen(kw_only=True)
class Ask:
    """Which duties and tasks are wanted: as they stood at the end of `at`, due within so many days of it.

    since, done, body: as in `Asked`.
    """

    at: dt.date
    within: int = SOON
    since: dt.date | None = None
    done: bool = False
    body: str | None = None

    @property
    def horizon(self) -> dt.date:
        """The last day that is looked at."""
        return calendar.later(self.at, days=self.within)

    def wants(self, due: PartialDate, status: str) -> bool:
        """Whether a duty is asked for."""
        if due.first > self.horizon or (self.since is not None and due.last < self.since):
            return False
        return self.done or status in (*LATE, "due")

    @classmethod
    def of(cls, today: int, on: Any, within: int, asked: Asked) -> Self:
        """What a caller asks for in dates of any form; `on` is `today` where it is left out.

        Raises DomainError for a date that is not known to the day, and for days below 0.
        """
        if within < 0:
            raise DomainError(
                Text(f"Số ngày phải từ 0 trở lên, không phải {within}.", f"Days must be 0 or more, not {within}.")
            )
        at = dt.date.fromordinal(today if on is None else day(on))
        since, body = asked.get("since"), asked.get("body")
        return cls(
            at=at,
            within=within,
            since=None if since is None else dt.date.fromordinal(day(since)),
            done=asked.get("done", False),
            body=None if body is None else str(body),
        )
