"""Tasks of the plan: overdue and due soon by body, recurring ones, bodies merged into others."""

from collections.abc import Iterator
from typing import Any

import pytest

from stregistry import Evidence, Name, Organisation, PartialDate, Party, Registry, Submission, Succession, Task
from tests.plan.test_duties import framework

COMMITTEE, SCIENCE = "Ủy ban nhân dân thành phố Cần Thơ", "Sở Khoa học và Công nghệ"


def on(text: str | None) -> PartialDate | None:
    return PartialDate.parse(text) if text else None


@pytest.fixture
def registry(file_address: str) -> Iterator[Registry]:
    with Registry.open(file_address) as opened:
        yield opened


def body(registry: Registry, name: str = SCIENCE) -> int:
    with registry.changeset(actor="Lan", reason="bodies") as tx:
        return tx.put(Organisation(names=(Name(value=name, lang="vi"),), place="92"))


def put(registry: Registry, *records: Any) -> list[int]:
    with registry.changeset(actor="Lan", reason="records") as tx:
        return [tx.put(record) for record in records]


def task(responsible: int | None, due: str | None, done: str | None = None, **more: Any) -> Task:
    about = {"title": "Nâng cấp phòng thí nghiệm", "task_group": "potential", "status": "in_progress", **more}
    dates = ("recurs_until", "assigned_on", "cancelled_on")
    about |= {name: on(about[name]) for name in dates if name in about}
    return Task(responsible=responsible, due_on=on(due), done_on=on(done), **about)


def rows(registry: Registry, day: str, **how: Any) -> list[tuple[str, str | None, str | None]]:
    found = registry.tasks(day, **how).rows
    return [(r.status, r.period, str(r.due_last) if r.due_last else None) for r in found]


# due, done, status on record, looked at, what comes out (None: not listed)
CASES = [
    ("2025-06-30", None, "in_progress", "2025-06-30", "due"),
    ("2025-06-30", None, "in_progress", "2025-07-01", "late"),
    ("2025-06-30", None, "late", "2025-06-01", "due"),  # the date comes before what was typed
    ("2025-06-30", "2025-06-30", "done", "2025-08-01", "done"),
    ("2025-06-30", "2025-07-01", "done", "2025-08-01", "done_late"),
    ("2025-06-30", "2025-07-01", "done", "2025-06-30", "due"),
    ("2025-06-30", "2025-07-05", "done", "2025-07-03", "late"),
    ("2025-06-30", None, "done", "2025-08-01", "done"),  # nobody wrote when
    ("2025-06", None, "assigned", "2025-06-15", "may_be_late"),
    ("2025", None, "assigned", "2026-01-01", "late"),
    ("2024-02-29", None, None, "2024-03-01", "late"),
    (None, None, "assigned", "2025-08-01", "no_deadline"),
    (None, "2025-01-01", "done", "2025-08-01", "done"),
    ("2025-06-30", None, "cancelled", "2025-08-01", "cancelled"),
]


@pytest.mark.parametrize(("due", "done", "recorded", "day", "status"), CASES)
def test_a_task_stands_by_its_dates(
    registry: Registry, due: str | None, done: str | None, recorded: str | None, day: str, status: str
) -> None:
    """The status is worked out from the dates; the one on record stands beside it."""
    put(registry, task(body(registry), due, done, status=recorded))
    (row,) = registry.tasks(day, done=True).rows
    assert (row.status, row.recorded) == (status, recorded)
    open_ones = status not in ("done", "done_late", "cancelled")
    assert len(registry.tasks(day).rows) == open_ones


def test_cancelled_counts_from_its_day_and_assigned_too(registry: Registry) -> None:
    """Before it was cancelled it was owed; before it was assigned there was nothing to do."""
    put(registry, task(body(registry), "2025-06-30", assigned_on="2025-02-01", cancelled_on="2025-08-01"))
    assert [s for s, *_ in rows(registry, "2025-07-31")] == ["late"]
    assert rows(registry, "2025-08-01") == []
    assert rows(registry, "2025-01-31", within=365) == []


def test_a_task_says_who_gave_it_who_helps_and_what_proves_it(registry: Registry) -> None:
    """Assigned by, responsible and co-operating bodies, document, evidence, linked indicators."""
    committee, science = body(registry, COMMITTEE), body(registry)
    put(
        registry,
        task(
            science,
            "2025-06-30",
            assigned_by=committee,
            decision="Kế hoạch 1",
            parties=(Party(role="partner", body=committee), Party(role="partner", name="Viện Lúa")),
            evidence=(Evidence(name="bien-ban.pdf"),),
            indicators=("startups", "deals_value"),
        ),
    )
    (row,) = registry.tasks("2025-07-10").rows
    assert (row.responsible_name, row.assigned_by, row.partners) == (SCIENCE, COMMITTEE, (COMMITTEE, "Viện Lúa"))
    assert (row.decision, row.evidence, row.indicators) == (
        "Kế hoạch 1",
        ("bien-ban.pdf",),
        ("deals_value", "startups"),
    )
    assert (row.told("vi"), row.told("en")) == ("quá hạn 10 ngày", "late by 10 days")


def test_a_recurring_report_is_due_every_half_year(registry: Registry) -> None:
    """Due on 15 June and 15 December; the report on a half-year answers its day, late or in time."""
    science = body(registry)
    put(registry, task(science, "2024-06-15", recurrence="half_yearly", form="plan_report", recurs_until="2026-06-30"))
    put(
        registry,
        Submission(organisation=science, form="plan_report", period="2024H1", received_on=on("2024-06-10")),
        Submission(organisation=science, form="plan_report", period="2024H2", received_on=on("2025-01-05")),
        Submission(organisation=science, form="01-bccs", period="2025H1", received_on=on("2025-06-01")),
    )
    assert rows(registry, "2025-07-01", within=200) == [
        ("late", "2025H1", "2025-06-15"),
        ("due", "2025H2", "2025-12-15"),
    ]
    assert rows(registry, "2025-07-01", done=True) == [
        ("late", "2025H1", "2025-06-15"),
        ("done", "2024H1", "2024-06-15"),
        ("done_late", "2024H2", "2024-12-15"),
    ]
    assert rows(registry, "2027-01-01", since="2026-01-01") == [("late", "2026H1", "2026-06-15")]


# the first day it is due, how often, the periods of its first times
PERIODS = [
    ("2025-06-15", "half_yearly", ["2025H1", "2025H2", "2026H1"]),
    ("2025-07-10", "half_yearly", ["2025H1", "2025H2", "2026H1"]),  # after the half-year it is on
    ("2025-12-15", "yearly", ["2025", "2026", "2027"]),
    ("2025-03-31", "yearly", ["2024", "2025", "2026"]),
    ("2025-03-25", "quarterly", ["2025Q1", "2025Q2", "2025Q3"]),
    ("2025-04-05", "quarterly", ["2025Q1", "2025Q2", "2025Q3"]),
    ("2025-01-31", "monthly", ["2025-01", "2025-02", "2025-03"]),
    ("2025-02-05", "monthly", ["2025-01", "2025-02", "2025-03"]),
]


@pytest.mark.parametrize(("first", "how_often", "periods"), PERIODS)
def test_a_report_is_on_the_period_that_was_half_over(
    registry: Registry, first: str, how_often: str, periods: list[str]
) -> None:
    """Days computed from the first one; the last of the month where the next has no such day."""
    put(registry, task(body(registry), first, recurrence=how_often))
    assert [period for _, period, _ in rows(registry, "2028-06-01")][:3] == periods


def test_a_recurring_task_without_a_form_counts_from_when_it_was_last_done(registry: Registry) -> None:
    """Done in July for June: the next is December; the whole is over once its status is done."""
    science = body(registry)
    put(registry, task(science, "2024-06-30", "2025-07-20", recurrence="half_yearly"))
    assert rows(registry, "2025-08-01", within=200) == [("due", "2025H2", "2025-12-30")]
    put(registry, task(science, "2024-06-30", "2025-07-20", recurrence="half_yearly", status="done", title="Xong"))
    assert [r.title for r in registry.tasks("2026-08-01").rows if r.title == "Xong"] == []


def test_a_merged_body_shows_its_successor_whose_report_counts(registry: Registry) -> None:
    """Tasks of a body that is no more stand under the one that took its place, and that one's report answers."""
    old, new = body(registry, "Sở Thông tin"), body(registry)
    put(registry, task(old, "2025-12-15", recurrence="yearly", form="plan_report"))
    parties = (Party(role="predecessor", body=old), Party(role="successor", body=new))
    put(registry, Succession(event="absorbed", happened_on=on("2025-03-01"), parties=parties))
    (row,) = registry.tasks("2026-01-10").rows
    assert (row.responsible_name, row.successor) == ("Sở Thông tin", SCIENCE)
    assert [who for who, _ in registry.tasks("2026-01-10").by_body()] == [SCIENCE]
    assert len(registry.tasks("2026-01-10", body="khoa hoc").rows) == 1
    put(registry, Submission(organisation=new, form="plan_report", period="2025", received_on=on("2025-12-01")))
    assert registry.tasks("2026-01-10").rows == ()


def test_groups_come_in_the_order_of_the_plan(registry: Registry) -> None:
    """All six, empty ones too, and what has no group last."""
    science = body(registry)
    put(registry, task(science, "2025-06-30", task_group="market"), task(science, "2025-06-30", task_group=None))
    found = [(group, len(tasks)) for group, tasks in registry.tasks("2025-07-01").by_group()]
    assert found == [
        *((group, 0) for group in ("leadership", "policy", "potential", "ecosystem")),
        ("market", 1),
        ("cooperation", 0),
        (None, 1),
    ]


def test_tasks_are_among_the_duties(registry: Registry) -> None:
    """`due` lists them with the body that owes them and the assigning document; not those without a deadline."""
    science = body(registry)
    put(registry, task(science, "2025-06-30", decision="Kế hoạch 1"), task(science, None), task(None, "2025-06-30"))
    found = registry.due(framework(), "2025-07-01").rows
    assert [(r.obligation, r.kind, r.body_name, r.document, r.status) for r in found] == [
        (None, "task", SCIENCE, "Kế hoạch 1", "late"),
        (None, "task", None, None, "late"),
    ]


def test_the_frame_keeps_its_columns(registry: Registry) -> None:
    """Empty or not, the same columns; several names joined."""
    empty = registry.tasks("2025-07-01").frame()
    put(registry, task(body(registry), "2025-06-30", indicators=("a", "b")))
    frame = registry.tasks("2025-07-01").frame()
    assert list(frame.columns) == list(empty.columns)
    assert (frame.indicators[0], frame.days_left[0], str(frame.task.dtype)) == ("a; b", -1, "Int64")
