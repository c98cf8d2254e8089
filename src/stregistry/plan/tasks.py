"""The tasks of the plan: who has what to do by when, and how it stands. Recurring ones are due again and again."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import attrs

from stregistry.dates import PartialDate
from stregistry.evaluate.behind import documents_of
from stregistry.model import Task
from stregistry.plan import calendar
from stregistry.plan.ask import Ask
from stregistry.plan.duty import LATE, STATUSES, Duty, duty_words, plain
from stregistry.plan.owners import Owner, Owners
from stregistry.plan.recurring import Time, times
from stregistry.plan.reports import Report, Reports
from stregistry.store.read import Version
from stregistry.store.view import View
from stregistry.text import Text, collation_key, fold
from stregistry.vocab import vocabulary

if TYPE_CHECKING:
    import pandas as pd

TASK_STATUSES: Final = {
    **STATUSES,
    "no_deadline": Text("chưa giao thời hạn", "no deadline"),
    "cancelled": Text("đã hủy", "cancelled"),
}


@attrs.frozen(kw_only=True)
class TaskStanding:
    """One task, or one of the times a recurring task is due, as it stood at the end of a day.

    status: a key of TASK_STATUSES, worked out from the dates; recorded: the status on record.
    due_first, due_last: None without a deadline. done_on: when it was done, None while it is not, or nobody wrote it.
    period: the period a recurring task is on, such as 2025H1. responsible: the body; successor: who took its place.
    partners, evidence: names of co-operating bodies and of files. indicators: ids of the linked indicators.
    """

    task: int
    title: str
    group: str | None
    status: str
    recorded: str | None
    assigned_by: str | None
    responsible: int | None
    responsible_name: str | None
    successor: str | None
    partners: tuple[str, ...]
    decision: str | None
    recurrence: str | None
    period: str | None
    assigned_on: PartialDate | None
    started_on: PartialDate | None
    due_first: dt.date | None
    due_last: dt.date | None
    done_on: PartialDate | None
    cancelled_on: PartialDate | None
    days_left: int | None
    days_left_first: int | None
    evidence: tuple[str, ...]
    indicators: tuple[str, ...]
    changeset: int
    file: str | None
    row: int | None

    @property
    def late(self) -> bool:
        """Late, or perhaps late."""
        return self.status in LATE

    @property
    def owner(self) -> str:
        """The body that answers for it today."""
        return self.successor or self.responsible_name or ""

    def told(self, lang: str) -> str:
        """How it stands in words, with the days late or left."""
        if self.days_left is None or self.days_left_first is None or self.status not in STATUSES:
            return TASK_STATUSES[self.status][lang]
        return duty_words(self.status, self.days_left_first, self.days_left, lang)

    @property
    def duty(self) -> Duty | None:
        """The task among the duties of `due`; None without a deadline and when it was cancelled."""
        if self.due_first is None or self.due_last is None or self.status == "cancelled":
            return None
        return Duty(
            obligation=None,
            name=Text(self.title, self.title),
            kind="task",
            record=self.task,
            title=None,
            body=self.responsible,
            body_name=self.responsible_name,
            successor=self.successor,
            period=self.period,
            due_first=self.due_first,
            due_last=self.due_last,
            done_on=self.done_on,
            status=self.status,
            days_left=self.days_left or 0,
            days_left_first=self.days_left_first or 0,
            document=self.decision,
            changeset=self.changeset,
            file=self.file,
            row=self.row,
        )


@attrs.frozen(kw_only=True, eq=False)
class TaskTable:
    """Tasks as they stood at the end of a day: by status, the longest late first."""

    at: dt.date
    rows: tuple[TaskStanding, ...]

    def of(self, body: str) -> "TaskTable":
        """Only tasks a body answers for, by its id or by a part of its name, with or without diacritics."""
        sought = fold(body)

        def meant(row: TaskStanding) -> bool:
            names = (row.responsible_name, row.successor)
            return body.strip() == str(row.responsible) or any(sought in fold(name) for name in names if name)

        return attrs.evolve(self, rows=tuple(row for row in self.rows if meant(row)))

    def by_body(self) -> Iterator[tuple[str, tuple[TaskStanding, ...]]]:
        """The tasks of each body, those with the most late first, then by name in the Vietnamese order."""
        owned: dict[str, list[TaskStanding]] = defaultdict(list)
        for row in self.rows:
            owned[row.owner].append(row)
        order = sorted(owned, key=lambda who: (-sum(row.late for row in owned[who]), collation_key(who)))
        return ((who, tuple(owned[who])) for who in order)

    def by_group(self) -> Iterator[tuple[str | None, tuple[TaskStanding, ...]]]:
        """The tasks of each of the six groups, in the order of the plan, empty ones too; those of no group last."""
        groups: dict[str | None, list[TaskStanding]] = {code: [] for code in vocabulary("task_group").codes}
        for row in self.rows:
            groups.setdefault(row.group, []).append(row)
        return ((group, tuple(rows)) for group, rows in groups.items())

    def frame(self) -> "pd.DataFrame":
        """The rows as a frame, one column for each field of `TaskStanding`; several names joined by "; "."""
        import pandas as pd

        names = [field.name for field in attrs.fields(TaskStanding)]
        frame = pd.DataFrame([list(task_row(row, "vi").values())[: len(names)] for row in self.rows], columns=names)
        whole = ("task", "responsible", "days_left", "days_left_first", "changeset", "row")
        frame = frame.astype(dict.fromkeys(whole, "Int64"))
        return frame.assign(**{name: pd.to_datetime(frame[name]) for name in ("due_first", "due_last")})


def task_row(row: TaskStanding, lang: str) -> dict[str, Any]:
    """A task as plain values, for files."""
    values = {field.name: plain(getattr(row, field.name), lang) for field in attrs.fields(TaskStanding)}
    return values | {"told": row.told(lang)}


def tasks(view: View, ask: Ask) -> TaskTable:
    """Every task as the view knows it, each time it is due up to the days asked for.

    What was cancelled, and tasks without a deadline, come with `ask.done`.
    """
    versions = view.versions(Task)
    owners = Owners(view, ask.at)
    told = owners.told({body for v in versions for body in _bodies(v)})
    files = documents_of(view, {v.document for v in versions})
    reports: dict[str, Reports] = {}
    rows: list[TaskStanding] = []
    for version in versions:
        task = version.record
        assert isinstance(task, Task)  # noqa: S101  # asked for by class
        form = task.form
        if form is not None and form not in reports:
            reports[form] = Reports(view, form, ask.at, owners)
        blank = _blank(version, task, told, files)
        answers = told.get(task.responsible or 0, Owner())
        received = [r for r in reports[form].all if r.body in answers.ids] if form else []
        rows.extend(_standings(blank, task, received, ask))
    found = TaskTable(at=ask.at, rows=_in_order(rows))
    return found if ask.body is None else found.of(ask.body)


def _bodies(version: Version) -> Iterator[int]:
    task = version.record
    assert isinstance(task, Task)  # noqa: S101
    yield from (body for body in (task.assigned_by, task.responsible) if body is not None)
    yield from (party.body for party in task.parties if party.body is not None)


def _blank(version: Version, task: Task, told: Mapping[int, Owner], files: Mapping[int | None, str]) -> TaskStanding:
    """What a task says of itself, before it is known how it stands."""
    owner = told.get(task.responsible or 0, Owner())
    giver = told.get(task.assigned_by or 0, Owner())
    partners = (told[p.body].name if p.body is not None else p.name or p.person for p in task.parties)
    return TaskStanding(
        task=task.id or 0,
        title=task.title or "",
        group=task.task_group,
        status="no_deadline",
        recorded=task.status,
        assigned_by=giver.name,
        responsible=owner.id,
        responsible_name=owner.name,
        successor=owner.successor,
        partners=tuple(name for name in partners if name),
        decision=task.decision,
        recurrence=task.recurrence,
        period=None,
        assigned_on=task.assigned_on,
        started_on=task.started_on,
        due_first=None,
        due_last=None,
        done_on=task.done_on,
        cancelled_on=task.cancelled_on,
        days_left=None,
        days_left_first=None,
        evidence=tuple(one.name for one in task.evidence),
        indicators=task.indicators,
        changeset=version.tx_from,
        file=files.get(version.document),
        row=version.line,
    )


def _standings(blank: TaskStanding, task: Task, received: Sequence[Report], ask: Ask) -> Iterator[TaskStanding]:
    at = ask.at
    if task.assigned_on is not None and task.assigned_on.first > at:
        return
    ended = task.cancelled_on
    if ended.first <= at if ended is not None else task.status == "cancelled":
        if ask.done:
            yield attrs.evolve(blank, status="cancelled")
        return
    if task.due_on is None:
        if ask.done or not _done(task, at):
            yield attrs.evolve(blank, status="done" if _done(task, at) else "no_deadline")
        return
    once = Time(due=task.due_on, done=task.done_on, answered=_done(task, at))
    for time in times(task, task.due_on, received, ask) if task.recurrence else [once]:
        due, done = time.due, time.done
        status = "done" if time.answered and done is None else calendar.status(due, done, at)
        if ask.wants(due, status):
            yield attrs.evolve(
                blank,
                status=status,
                period=time.period,
                due_first=due.first,
                due_last=due.last,
                done_on=done if done is not None and done.first <= at else None,
                days_left=(due.last - at).days,
                days_left_first=(due.first - at).days,
            )


def _done(task: Task, at: dt.date) -> bool:
    """Whether it was done by a day, as far as is on record; a date comes before the status."""
    return task.done_on.first <= at if task.done_on is not None else task.status == "done"


def _in_order(rows: list[TaskStanding]) -> tuple[TaskStanding, ...]:
    rank = {name: n for n, name in enumerate(TASK_STATUSES)}
    return tuple(sorted(rows, key=lambda r: (rank[r.status], r.due_last or dt.date.max, r.task)))
