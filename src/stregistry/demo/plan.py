"""Made-up tasks of the plan of Cần Thơ and reports handed in: `task.csv` and `submission.csv`."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from stregistry.demo.bodies import Body, Row
from stregistry.demo.calendar import DECREE_268, LAST_DAY, LAST_YEAR, iso, year_of
from stregistry.demo.draws import Draws
from stregistry.demo.roles import Role
from stregistry.demo.words import Words, read

TASK_COLUMNS: Final = (
    *("id", "title", "task_group", "assigned_by", "responsible", "decision"),
    *("assigned_on", "due_on", "done_on", "status", "partner", "recurrence", "form"),
)
SUBMISSION_COLUMNS: Final = ("id", "organisation", "form", "period", "received_on")

# The plan was reported on 3 April 2024; tasks are handed out twice a year from then on.
_ROUNDS: Final = tuple(
    dt.date(*day).toordinal() for day in ((2024, 4, 15), (2024, 9, 16), (2025, 2, 17), (2025, 8, 18))
)
_REPORTING_KINDS: Final = ("incubator", "technical_facility", "coworking")
_FIRST_BCCS_YEAR: Final = 2021  # Circular 07/2020 came into force in February 2021


def task_rows(bodies: Mapping[str, Body], words: Words, draws: Draws) -> Iterator[Row]:
    """Every task of the stock once in each round, as it stood at the end of the ten years; then those that recur."""
    decision = f"Kế hoạch thực hiện Kết luận 69-KL/TW {words.mark_vi}"
    number = 0
    for group, titles in read("plan")["tasks"].items():
        for title in titles:
            for turn, opened in enumerate(_ROUNDS, 1):
                number += 1
                assigned = opened + draws.whole(0, 20)
                there = [body.id for body in bodies.values() if body.lived(assigned, assigned)]
                responsible = draws.pick(there[1:])
                partners = [id for id in draws.some(there, 2) if id != responsible]
                due = assigned + draws.whole(60, 270)
                status, done = _fate(assigned, due, draws)
                yield (
                    f"NV{number:04d}",
                    f"{title}, đợt {turn} {words.mark_vi}",
                    group,
                    there[0],
                    responsible,
                    decision,
                    iso(assigned),
                    iso(due),
                    iso(done),
                    status,
                    ";".join(partners),
                    "",
                    "",
                )
    for row in read("plan")["recurring"]:
        number += 1
        yield (
            f"NV{number:04d}",
            f"{row['title']} {words.mark_vi}",
            row["group"],
            bodies["peoples_committee"].id,
            bodies[row["responsible"]].id,
            decision,
            iso(_ROUNDS[0]),
            row["first"].isoformat(),
            row["done"].isoformat() if "done" in row else "",
            "in_progress",
            "",
            row["recurrence"],
            row.get("form", ""),
        )


def _fate(assigned: int, due: int, draws: Draws) -> tuple[str, int | None]:
    """Status on the last day, and the day the task was done: most in time, some late, a few never."""
    roll = draws.random()
    if roll < 0.03:
        return "cancelled", None
    done = draws.whole(assigned + 30, due) if roll < 0.75 else due + draws.whole(1, 90)
    if roll < 0.9 and done <= LAST_DAY:
        return "done", done
    if due <= LAST_DAY:
        return "late", None
    return ("in_progress" if draws.chance(0.7) else "assigned"), None


def submission_rows(
    supporters: Sequence[Role], enterprises: Sequence[Role], planned: Mapping[str, Body], draws: Draws
) -> Iterator[Row]:
    """Yearly reports of the bodies that owe one: most in time, some late, some missing.

    supporters: support organisations; incubators, facilities and co-working spaces report by 5 December.
    enterprises: S&T enterprises; they report by 15 December from Decree 268/2025 on.
    planned: the bodies of the plan; the People's Committee reports by 31 March of the next year, others on their tasks.
    """
    committee = planned["peoples_committee"]
    for year in range(_FIRST_BCCS_YEAR, LAST_YEAR + 1):
        owing = [role for role in supporters if role.details[0] in _REPORTING_KINDS]
        yield from _reports(owing, "01-bccs", year, dt.date(year, 12, 5).toordinal(), draws)
    for year in range(year_of(DECREE_268), LAST_YEAR + 1):
        yield from _reports(enterprises, "v.6", year, dt.date(year, 12, 15).toordinal(), draws)
    yield (
        f"innovation_report-{committee.id}-{LAST_YEAR}",
        committee.id,
        "innovation_report",
        str(LAST_YEAR),
        "2026-03-25",
    )
    for row in read("plan")["recurring"]:
        body = planned[row["responsible"]].id
        for period, received in row.get("reports", {}).items():
            yield f"{row['form']}-{body}-{period}", body, row["form"], period, received.isoformat()


def _reports(roles: Sequence[Role], form: str, year: int, due: int, draws: Draws) -> Iterator[Row]:
    for role in roles:
        if role.held(due) and draws.chance(0.91):
            received = due - draws.whole(0, 25) if draws.chance(0.87) else due + draws.whole(1, 45)
            yield f"{form}-{role.body.id}-{year}", role.body.id, form, str(year), iso(received)
