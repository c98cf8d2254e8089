"""The parts of a review on what is owed: tasks of the plan, obligations of the law, what is due soon."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence

from stregistry.dates import parse_period
from stregistry.plan import Duty, TaskStanding
from stregistry.review.blocks import Block, Paragraph, table
from stregistry.review.gather import SOON
from stregistry.review.telling import Telling, late


def tasks(t: Telling) -> Iterator[Block]:
    rows = t.review.tasks.rows
    if not rows:
        yield Paragraph(t.say("Sổ đăng ký không có nhiệm vụ nào trong kỳ.", "The registry has no task in the period."))
        return
    columns = (
        (t.head("body"), "left", 6),
        (t.head("in_time"), "right", 2),
        (t.head("done_late"), "right", 2.2),
        (t.head("late"), "right", 2),
        (t.head("open"), "right", 2),
    )
    lines, whole = [], Counter[str]()
    for body, given in t.review.tasks.by_body():
        status = Counter(row.status for row in given)
        whole += status
        lines.append((body or t.say("(chưa giao)", "(nobody)"), *_task_counts(t, status)))
    lines.append((t.say("Tổng số", "Total"), *_task_counts(t, whole)))
    yield table(columns, lines, [len(lines) - 1])  # type: ignore[arg-type]
    late = [row for row in rows if row.late]
    if late:
        yield Paragraph(t.say("Nhiệm vụ quá hạn chưa hoàn thành:", "Tasks that are late:"))
        yield _task_list(t, late)


def _task_counts(t: Telling, status: Counter[str]) -> tuple[str, ...]:
    late_done = status["done_late"] + status["may_be_done_late"]
    return tuple(str(n) for n in (status["done"], late_done, late(status), status["due"] + status["no_deadline"]))


def _task_list(t: Telling, rows: Sequence[TaskStanding]) -> Block:
    columns = (
        (t.head("no"), "center", 1.2),
        (t.head("task"), "left", 5.4),
        (t.head("body"), "left", 5.8),
        (t.head("deadline"), "center", 2.5),
        (t.head("standing"), "left", 3),
    )
    return table(
        columns,  # type: ignore[arg-type]
        [
            (
                str(n),
                row.title + _on(t, row.period),
                row.owner + _with(t, row.partners),
                t.span(row.due_first, row.due_last),
                row.told(t.lang),
            )
            for n, row in enumerate(rows, 1)
        ],
    )


def _on(t: Telling, period: str | None) -> str:
    """The period something owed is on."""
    return f", {parse_period(period).words[t.lang]}" if period else ""


def _with(t: Telling, partners: Sequence[str]) -> str:
    return t.say("; phối hợp: ", "; with ") + ", ".join(partners) if partners else ""


def duties(t: Telling) -> Iterator[Block]:
    late = [row for row in t.review.duties.rows if row.late]
    if not late:
        yield Paragraph(t.say("Không có nghĩa vụ nào quá hạn.", "No obligation is late."))
    since = dt.date(t.review.at.year - 1, t.review.at.month, 1)
    fresh, old = [r for r in late if r.due_last >= since], [r for r in late if r.due_last < since]
    if fresh:
        yield Paragraph(
            t.say(
                f"Nghĩa vụ quá hạn từ ngày {t.date(since)} đến nay, theo đơn vị:",
                f"Obligations late, due since {t.date(since)}, by body:",
            )
        )
        yield _duty_list(t, fresh)
    if old:
        yield Paragraph(
            t.say(
                f"Quá hạn từ trước ngày {t.date(since)}, chưa có hồ sơ thực hiện trong sổ:",
                f"Due before {t.date(since)}, with nothing on record:",
            )
        )
        names = Counter(row.name[t.lang] for row in old)
        columns = ((t.head("duty"), "left", 12), (t.head("count"), "right", 2))
        yield table(columns, [(name, str(n)) for name, n in names.most_common()])  # type: ignore[arg-type]
    if any(row.check_law for row in late):
        yield Paragraph(
            t.say(
                "(3) Quy định có thể đã được sửa đổi; kiểm tra văn bản hiện hành.",
                "(3) The rule may have been amended; check the current law.",
            ),
            "note",
        )


def _duty_list(t: Telling, rows: Sequence[Duty]) -> Block:
    columns = (
        (t.head("body"), "left", 4.4),
        (t.head("duty"), "left", 5.4),
        (t.head("deadline"), "center", 2.4),
        (t.head("standing"), "left", 2.6),
        (t.head("document"), "left", 3.4),
    )
    ordered = sorted(rows, key=lambda row: (row.owner, row.due_last))
    return table(columns, [_duty(t, row) for row in ordered])  # type: ignore[arg-type]


def _duty(t: Telling, row: Duty) -> tuple[str, ...]:
    about = "; ".join(part for part in (row.subject, row.title) if part)
    named = row.name[t.lang] + _on(t, row.period) + (f" ({about})" if about else "")
    issued = t.say(f" ngày {t.date(row.issued)}", f" of {t.date(row.issued)}") if row.issued else ""
    cited = f"{row.document or ''}{issued}" + (f", {row.article[t.lang]}" if row.article else "")
    return (
        row.owner or t.say("(chưa rõ)", "(not recorded)"),
        named,
        t.span(row.due_first, row.due_last),
        row.told(t.lang),
        cited + (" (3)" if row.check_law else ""),
    )


def soon(t: Telling) -> Iterator[Block]:
    tasks = [row for row in t.review.tasks.rows if row.status == "due"]
    duties = [row for row in t.review.duties.rows if row.status == "due"]
    if not tasks and not duties:
        yield Paragraph(
            t.say(f"Không có việc nào đến hạn trong {SOON} ngày tới.", f"Nothing is due within {SOON} days.")
        )
    if tasks:
        yield Paragraph(t.say("Nhiệm vụ:", "Tasks:"))
        yield _task_list(t, tasks)
    if duties:
        yield Paragraph(t.say("Nghĩa vụ:", "Obligations:"))
        yield _duty_list(t, duties)
