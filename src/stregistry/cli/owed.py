"""What is owed, for reading: a table of duties or of tasks under the bodies that owe them, and what each rests on."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

import attrs
import click

from stregistry.cli.output import print_table
from stregistry.dates import parse_period, show_date
from stregistry.figures import number
from stregistry.plan.duty import CHECK_LAW, STATUSES
from stregistry.plan.tasks import TASK_STATUSES
from stregistry.text import Text

if TYPE_CHECKING:
    import datetime as dt

    from stregistry.plan import Duty, DutyTable, TaskStanding, TaskTable

Owed = TypeVar("Owed", "Duty", "TaskStanding")

_DUTY: Final = {
    "status": Text("Tình trạng", "Status"),
    "days": Text("Số ngày", "Days"),
    "name": Text("Việc phải làm", "What is to be done"),
    "due": Text("Thời hạn", "Due"),
    "record": Text("Mã hồ sơ", "Record id"),
}
_TASK: Final = {**_DUTY, "name": Text("Nhiệm vụ", "Task"), "record": Text("Mã nhiệm vụ", "Task id")}
_COLOURS: Final = {"late": "red", "may_be_late": "yellow"}


def print_duties(found: "DutyTable", within: int, lang: str) -> None:
    """A heading that counts, the duties of each body, and below them the documents they rest on, each once."""
    at = show_date(found.at, lang)
    late = sum(row.status == "late" for row in found.rows)
    perhaps, soon = len(found.late) - late, len(found.soon)
    heading = Text(
        f"Đến hết ngày {at}: {late} quá hạn, {perhaps} có thể đã quá hạn, {soon} đến hạn trong {within} ngày tới.",
        f"At the end of {at}: {late} late, {perhaps} perhaps late, {soon} due within {within} days.",
    )
    _print(found.by_body(), heading, _DUTY, Text("(chưa rõ tổ chức)", "(no body recorded)"), _duty, lang)


def print_tasks(found: "TaskTable", within: int, lang: str) -> None:
    """A heading that counts, the tasks of each body, and below them the documents that assign them, each once."""
    at = show_date(found.at, lang)
    late = sum(row.late for row in found.rows)
    soon, never = (sum(row.status == status for row in found.rows) for status in ("due", "no_deadline"))
    heading = Text(
        f"Đến hết ngày {at}: {late} quá hạn, {soon} đến hạn trong {within} ngày tới, {never} chưa giao thời hạn.",
        f"At the end of {at}: {late} late, {soon} due within {within} days, {never} without a deadline.",
    )
    _print(found.by_body(), heading, _TASK, Text("(chưa giao cơ quan chủ trì)", "(no responsible body)"), _task, lang)


@attrs.frozen(kw_only=True)
class _Line:
    """What is owed, in words. basis: the document it rests on; about: what stands below the name, a line each."""

    status: Text
    name: str
    record: int | None
    basis: str
    about: Sequence[object]


def _duty(row: "Duty", lang: str) -> _Line:
    return _Line(
        status=STATUSES[row.status],
        name=_named(row.name[lang], row.period, lang),
        record=row.record,
        basis=", ".join(_cited(row, lang)) + (f". {row.note[lang]}" if row.note else ""),
        about=(row.title, row.subject, _instead(row.body_name if row.successor else None, lang)),
    )


def _task(row: "TaskStanding", lang: str) -> _Line:
    return _Line(
        status=TASK_STATUSES[row.status],
        name=_named(row.title, row.period, lang),
        record=row.task,
        basis=row.decision or "",
        about=(
            row.partners and Text("phối hợp: ", "with ")[lang] + ", ".join(row.partners),
            row.indicators and Text("chỉ tiêu: ", "indicators: ")[lang] + ", ".join(row.indicators),
            _instead(row.responsible_name if row.successor else None, lang),
        ),
    )


def _print(
    owners: "Iterable[tuple[str, Sequence[Owed]]]",
    heading: Text,
    headers: Mapping[str, Text],
    nobody: Text,
    told: "Callable[[Owed, str], _Line]",
    lang: str,
) -> None:
    click.secho(heading[lang], bold=True)
    sources, table = _Sources(), _Table(headers, lang)
    for body, rows in owners:
        table.section(body or nobody[lang])
        for row in rows:
            line = told(row, lang)
            table.add(row, line, line.name + sources.mark(line.basis))
    table.print()
    sources.print()


class _Sources:
    """The documents named so far, each with its number."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def mark(self, text: str) -> str:
        """What stands behind a line that rests on the document; nothing where there is none."""
        return f" [{self._numbers.setdefault(text, len(self._numbers) + 1)}]" if text else ""

    def print(self) -> None:
        if self._numbers:
            click.echo()
        for text, n in self._numbers.items():
            click.echo(f"[{n}] {text}")


class _Table:
    """Lines under the bodies that owe them."""

    def __init__(self, headers: Mapping[str, Text], lang: str) -> None:
        self._headers, self._lang = dict(headers), lang
        self._lines: list[dict[str, Any]] = []
        self._colours: list[tuple[str, str | None]] = []
        self._sections: dict[int, str] = {}

    def section(self, body: str) -> None:
        self._sections[len(self._lines)] = body

    def add(self, row: "Duty | TaskStanding", line: _Line, name: str) -> None:
        """name: that of the line with the number of its document; below it what there is to tell, last file and row."""
        file = row.file and f"{row.file}, " + Text(f"dòng {row.row}", f"row {row.row}")[self._lang]
        below = (f"  - {text}" for text in (*line.about, file) if text)
        self._lines.append(
            {
                "status": line.status[self._lang],
                "days": _days(row, self._lang),
                "name": (name, *below),
                "due": _deadline(row.due_first, row.due_last, self._lang),
                "record": line.record,
            }
        )
        self._colours.append(("status", _COLOURS.get(row.status)))

    def print(self) -> None:
        if self._lines:
            click.echo()
            print_table(self._lines, self._headers, ["days"], wrap=True, colour=self._colours, sections=self._sections)


def _days(row: "Duty | TaskStanding", lang: str) -> str:
    """How many days late or left, as the status says; both ends where the day is not known."""
    if row.days_left is None or row.days_left_first is None:
        return ""
    if row.status == "may_be_late":
        return f"{Text('đến', 'up to')[lang]} {number(-row.days_left_first, lang)}"
    if row.status not in ("late", "due"):
        return ""
    ends = sorted({abs(row.days_left), abs(row.days_left_first)})
    return "–".join(number(end, lang) for end in ends)


def _deadline(first: "dt.date | None", last: "dt.date | None", lang: str) -> str:
    """The day something is due, or both ends of the range."""
    if first is None or last is None:
        return ""
    one, other = show_date(first, lang), show_date(last, lang)
    return other if first == last else f"{one} – {other}"


def _named(name: str, period: str | None, lang: str) -> str:
    """What is owed with the period it is on."""
    return f"{name}, {parse_period(period).words[lang]}" if period else name


def _instead(former: str | None, lang: str) -> str | None:
    """The body it was given to, where another has taken its place."""
    return former and Text(f"giao cho {former}", f"given to {former}")[lang]


def _cited(row: "Duty", lang: str) -> Iterator[str]:
    """Document with its day of issue, article, and that the text may be another by now."""
    issued = row.issued and Text(f"ngày {show_date(row.issued, 'vi')}", f"of {show_date(row.issued, 'en')}")[lang]
    if row.document or issued:
        yield " ".join(text for text in (row.document, issued) if text)
    if row.article:
        yield row.article[lang]
    if row.check_law:
        yield CHECK_LAW[lang]
