"""The table of duties: what is late, what is due soon, and who owes it."""

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import attrs

from stregistry.dates import PartialDate
from stregistry.figures import number
from stregistry.text import Text, collation_key, fold

if TYPE_CHECKING:
    import pandas as pd

STATUSES: Final = {
    "late": Text("quá hạn", "late"),
    "may_be_late": Text("có thể đã quá hạn", "may be late"),
    "due": Text("chưa đến hạn", "not yet due"),
    "done": Text("đã thực hiện đúng hạn", "done in time"),
    "done_late": Text("đã thực hiện, quá hạn", "done late"),
    "may_be_done_late": Text("đã thực hiện, có thể quá hạn", "done, perhaps late"),
}
LATE: Final = ("late", "may_be_late")
CHECK_LAW: Final = Text("kiểm tra văn bản hiện hành", "check the current law")


@attrs.frozen(kw_only=True)
class Duty:
    """One thing that somebody has to do by a day.

    obligation: the id of the rule; None for a task of the plan. name: what is to be done.
    kind, record, title: the record it is about; record is None for a body that is not in the registry.
    body, body_name: who owes it; successor: who has taken that body's place since; subject: the body it is owed
    about, where that is another. period: what a report is on.
    due_first, due_last: the first and last day it can be due; they differ where a date is known to the month or year.
    done_on: when it was done, None while it is not. status: a key of STATUSES.
    check_law: the text of the rule may have changed. note: what else the rule says.
    document, issued, article: what it rests on. responsible: who sees to it.
    changeset, file, row: where the record came from.
    """

    obligation: str | None
    name: Text
    kind: str
    record: int | None
    title: str | None
    body: int | None
    body_name: str | None
    successor: str | None = None
    subject: str | None = None
    period: str | None = None
    due_first: dt.date
    due_last: dt.date
    done_on: PartialDate | None = None
    status: str
    days_left: int
    days_left_first: int
    check_law: bool = False
    note: Text | None = None
    document: str | None = None
    issued: dt.date | None = None
    article: Text | None = None
    responsible: Text | None = None
    changeset: int | None = None
    file: str | None = None
    row: int | None = None

    @property
    def late(self) -> bool:
        """Late, or perhaps late."""
        return self.status in LATE

    @property
    def owner(self) -> str:
        """The body that answers for it today: the successor of a body that is no more."""
        return self.successor or self.body_name or ""

    def told(self, lang: str) -> str:
        """How it stands in words: late or left, by how many days, and what is not sure.

        A range says both ends, since nobody wrote down the day.
        """
        return duty_words(self.status, self.days_left_first, self.days_left, lang)


def duty_words(status: str, least: int, most: int, lang: str) -> str:
    """A status with the days left until the first and the last day it can be due; below 0 they are days late."""
    late, soon = _span(-most, -least, lang), _span(least, most, lang)
    if status == "late":
        days = Text(f" {late} ngày", f" by {late} {_days(-least)}")
    elif status == "may_be_late":
        last = number(-least, lang)
        days = Text(f", nhiều nhất {last} ngày", f", by at most {last} {_days(-least)}")
    elif status == "due":
        days = Text(f", còn {soon} ngày", f", {soon} {_days(most)} left")
    else:
        return STATUSES[status][lang]
    return STATUSES[status][lang] + days[lang]


def _span(low: int, high: int, lang: str) -> str:
    one, other = number(low, lang), number(high, lang)
    return one if low == high else Text(f"{one} đến {other}", f"{one} to {other}")[lang]


def _days(count: int) -> str:
    return "day" if count == 1 else "days"


@attrs.frozen(kw_only=True, eq=False)
class DutyTable:
    """Duties as they stood at the end of a day `at`: the late ones first, the longest late first.

    unclear: for each rule that has any, how many records do not say whether it binds them.
    """

    framework: str
    at: dt.date
    rows: tuple[Duty, ...]
    unclear: tuple[tuple[str, int], ...] = ()

    @property
    def late(self) -> tuple[Duty, ...]:
        """What is late, or may be."""
        return tuple(row for row in self.rows if row.late)

    @property
    def soon(self) -> tuple[Duty, ...]:
        """What is due and not late."""
        return tuple(row for row in self.rows if row.status == "due")

    def by_body(self) -> "Iterator[tuple[str, tuple[Duty, ...]]]":
        """The duties of each body, those with the most late first, then by name in the Vietnamese order."""
        owned: dict[str, list[Duty]] = {}
        for row in self.rows:
            owned.setdefault(row.owner, []).append(row)
        order = sorted(owned, key=lambda who: (-sum(row.late for row in owned[who]), collation_key(who)))
        return ((who, tuple(owned[who])) for who in order)

    def of(self, body: str) -> "DutyTable":
        """Only the duties owed by or about bodies with this id, or with this text in the name, diacritics or not."""
        sought = fold(body)

        def meant(row: Duty) -> bool:
            names = (row.body_name, row.successor, row.subject)
            return body.strip() == str(row.body) or any(sought in fold(name) for name in names if name)

        return attrs.evolve(self, rows=tuple(row for row in self.rows if meant(row)))

    def frame(self) -> "pd.DataFrame":
        """The rows as a frame, one column for each field of `Duty`; texts in Vietnamese, dates as datetime64."""
        import pandas as pd

        names = [field.name for field in attrs.fields(Duty)]
        frame = pd.DataFrame([[plain(getattr(row, name), "vi") for name in names] for row in self.rows], columns=names)
        whole = ("record", "body", "changeset", "row")
        frame = frame.astype(dict.fromkeys(whole, "Int64"))
        return frame.assign(**{name: pd.to_datetime(frame[name]) for name in ("due_first", "due_last", "issued")})


def duty_row(row: Duty, lang: str) -> dict[str, Any]:
    """A duty as plain values, for files: texts in one language, dates as ISO text."""
    values = {field.name: plain(getattr(row, field.name), lang) for field in attrs.fields(Duty)}
    return values | {"check_law": CHECK_LAW[lang] if row.check_law else None, "told": row.told(lang)}


def plain(value: Any, lang: str) -> Any:
    """A value of a duty or task for files: text in one language, days as ISO, several names joined by "; "."""
    if isinstance(value, Text):
        return value[lang]
    if isinstance(value, tuple):
        return "; ".join(value) or None
    return str(value) if isinstance(value, (dt.date, PartialDate)) else value


def in_order(rows: list[Duty]) -> tuple[Duty, ...]:
    """Late before perhaps late before the rest, each by day, rule and record."""
    rank = {name: n for n, name in enumerate(STATUSES)}
    return tuple(sorted(rows, key=lambda r: (rank[r.status], r.due_last, r.obligation or "", r.record or 0)))
