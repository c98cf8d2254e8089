"""Commands on what is owed: obligations of the law and tasks of the plan, late or due soon, by body."""

import contextlib
import re
from typing import TYPE_CHECKING, Any

import click

from stregistry.cli.asked import ON_THE_DAY
from stregistry.cli.base import Command, F, lang_of, open_registry, option, reading_as, say
from stregistry.text import Text

if TYPE_CHECKING:
    from typing import Unpack

    from stregistry.plan import Asked, DutyTable
    from stregistry.registry import Registry

_HEADERS = {
    "status": Text("Tình trạng", "Status"),
    "obligation": Text("Mã nghĩa vụ", "Obligation id"),
    "name": Text("Nghĩa vụ", "Obligation"),
    "kind": Text("Loại hồ sơ", "Kind"),
    "record": Text("Mã hồ sơ", "Record id"),
    "title": Text("Tên, số của hồ sơ", "Title or number"),
    "body": Text("Mã tổ chức", "Body id"),
    "body_name": Text("Tổ chức", "Body"),
    "successor": Text("Tổ chức kế thừa", "Successor"),
    "subject": Text("Về tổ chức", "About"),
    "period": Text("Kỳ", "Period"),
    "due_first": Text("Đến hạn sớm nhất", "Due at the earliest"),
    "due_last": Text("Đến hạn muộn nhất", "Due at the latest"),
    "days_left": Text("Số ngày còn lại", "Days left"),
    "days_left_first": Text("Số ngày còn lại, ít nhất", "Days left, at least"),
    "done_on": Text("Ngày thực hiện", "Done on"),
    "told": Text("Diễn giải", "In words"),
    "check_law": Text("Lưu ý", "Caution"),
    "document": Text("Văn bản", "Document"),
    "issued": Text("Ngày ban hành", "Issued"),
    "article": Text("Điều, khoản", "Article"),
    "responsible": Text("Cơ quan chủ trì", "Responsible body"),
    "note": Text("Ghi chú", "Note"),
    "changeset": Text("Đợt cập nhật", "Changeset"),
    "file": Text("Tệp", "File"),
    "row": Text("Dòng", "Row"),
}


class Days(click.ParamType[int]):
    """A number of days, written 60d or 60."""

    name = "days"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        found = re.fullmatch(r"(\d{1,6})d?", str(value).strip())
        if found is None:
            self.fail(
                Text(
                    f"'{value}' không phải là số ngày; hãy ghi như 60d.",
                    f"'{value}' is not a number of days; write it like 60d.",
                )[lang_of(ctx)]
            )
        return int(found[1])


def asking(f: F) -> F:
    """The options of a command on what is owed: the day, how far ahead, of whom, since when."""
    for wrap in (
        option(
            "--since",
            metavar="DATE",
            vi="Bỏ qua việc đã đến hạn trước ngày này.",
            en="Leave out what was due before this day.",
        ),
        option(
            "--body",
            metavar="B",
            vi="Chỉ của một tổ chức: mã hoặc một phần tên, có dấu hay không dấu.",
            en="Only those of one body: its id, or a part of its name with or without diacritics.",
        ),
        option(
            "--within",
            type=Days(),
            metavar="60d",
            default="60d",
            vi="Cả việc đến hạn trong chừng ấy ngày tới (mặc định: 60d).",
            en="Also what is due within so many days (default: 60d).",
        ),
        option(
            "--on",
            metavar="DATE",
            vi="Xét đến hết ngày này (mặc định: hôm nay).",
            en="As at the end of this day (default: today).",
        ),
    ):
        f = wrap(f)
    return f


@click.command(
    "due",
    cls=Command,
    about=Text(
        "Nghĩa vụ, nhiệm vụ quá hạn hoặc sắp đến hạn: giấy hết hạn, kiểm tra định kỳ, đăng ký hợp đồng, báo cáo.\n\n"
        "FRAMEWORK là mã bộ chỉ tiêu có sẵn hoặc đường dẫn tệp .toml. Ngày chỉ biết đến tháng hoặc năm cho một khoảng "
        "ngày đến hạn và dòng chữ 'có thể đã quá hạn'. Hạn không dời theo ngày nghỉ, ngày lễ.",
        "What is late or due soon: certificates expiring, re-checks, contracts to register, reports, tasks.\n\n"
        "FRAMEWORK is a shipped id or the path of a .toml file. A date known to the month or year gives a range of "
        "days and says 'may be late'. Weekends and holidays move no day.",
    ),
    examples=(
        "stregistry due cantho-kl69",
        "stregistry due cantho-kl69 --on 2025-12-31 --within 90d --out den-han.xlsx",
    ),
)
@click.argument("framework")
@asking
@reading_as(ON_THE_DAY)
@click.pass_context
def due(
    ctx: click.Context,
    framework: str,
    on: str | None,
    within: int,
    form: str,
    out: str | None,
    **asked: "Unpack[Asked]",
) -> None:
    registry = open_registry(ctx)
    found = registry.due(framework, on, within, **asked)
    show_duties(found, within, form=form, out=out)
    if not found.rows:
        _say_if_unknown(registry, asked.get("body"))
    for name, number in found.unclear:
        say(
            Text(
                f"Nghĩa vụ '{name}': {number} hồ sơ thiếu thông tin nên chưa rõ có thuộc diện hay không.",
                f"Obligation '{name}': {number} records do not say whether it binds them.",
            ),
            fg="yellow",
        )


def show_duties(found: "DutyTable", within: int, *, form: str, out: str | None) -> None:
    """Prints duties by body, or writes them."""
    from stregistry.cli.output import emit
    from stregistry.plan.duty import duty_row

    lang = lang_of()
    if form == "table" and not out:
        from stregistry.cli.owed import print_duties

        print_duties(found, within, lang)
    else:
        emit([duty_row(row, lang) for row in found.rows], _HEADERS, form=form, out=out)


_TASK_HEADERS = {
    "status": Text("Tình trạng", "Status"),
    "told": Text("Diễn giải", "In words"),
    "task": Text("Mã nhiệm vụ", "Task id"),
    "title": Text("Nhiệm vụ", "Task"),
    "group": Text("Nhóm nhiệm vụ", "Task group"),
    "period": Text("Kỳ", "Period"),
    "responsible": Text("Mã cơ quan chủ trì", "Responsible body id"),
    "responsible_name": Text("Cơ quan chủ trì", "Responsible body"),
    "successor": Text("Cơ quan kế thừa", "Successor"),
    "partners": Text("Cơ quan phối hợp", "Co-operating bodies"),
    "assigned_by": Text("Cơ quan giao", "Assigned by"),
    "decision": Text("Văn bản giao nhiệm vụ", "Assigning document"),
    "recurrence": Text("Định kỳ", "Recurrence"),
    "assigned_on": Text("Ngày giao", "Assigned on"),
    "started_on": Text("Ngày bắt đầu", "Started on"),
    "due_first": Text("Đến hạn sớm nhất", "Due at the earliest"),
    "due_last": Text("Đến hạn muộn nhất", "Due at the latest"),
    "days_left": Text("Số ngày còn lại", "Days left"),
    "days_left_first": Text("Số ngày còn lại, ít nhất", "Days left, at least"),
    "done_on": Text("Ngày hoàn thành", "Done on"),
    "cancelled_on": Text("Ngày hủy", "Cancelled on"),
    "recorded": Text("Tình trạng ghi nhận", "Status on record"),
    "evidence": Text("Minh chứng", "Evidence"),
    "indicators": Text("Chỉ tiêu liên quan", "Linked indicators"),
    "changeset": Text("Đợt cập nhật", "Changeset"),
    "file": Text("Tệp", "File"),
    "row": Text("Dòng", "Row"),
}


@click.command(
    "tasks",
    cls=Command,
    about=Text(
        "Nhiệm vụ của kế hoạch theo cơ quan chủ trì: quá hạn, sắp đến hạn, chưa giao thời hạn.\n\n"
        "Nhiệm vụ định kỳ có một dòng cho mỗi lần đến hạn. Cơ quan đã sáp nhập được thay bằng cơ quan kế thừa.",
        "The tasks of the plan by responsible body: late, due soon, without a deadline.\n\n"
        "A recurring task has a line for each time it is due. A body that was merged shows who took its place.",
    ),
    examples=("stregistry tasks", "stregistry tasks --on 2025-06-30 --all --out nhiem-vu.xlsx"),
)
@asking
@option("--all", "done", is_flag=True, vi="Cả việc đã xong và đã hủy.", en="Also what was done or cancelled.")
@reading_as(ON_THE_DAY)
@click.pass_context
def tasks(
    ctx: click.Context,
    on: str | None,
    within: int,
    form: str,
    out: str | None,
    **asked: "Unpack[Asked]",
) -> None:
    from stregistry.cli.output import emit
    from stregistry.plan.tasks import task_row

    lang, registry = lang_of(), open_registry(ctx)
    found = registry.tasks(on, within, **asked)
    if form == "table" and not out:
        from stregistry.cli.owed import print_tasks

        print_tasks(found, within, lang)
    else:
        emit([task_row(row, lang) for row in found.rows], _TASK_HEADERS, form=form, out=out)
    if not found.rows:
        _say_if_unknown(registry, asked.get("body"))


def _say_if_unknown(registry: "Registry", body: str | int | None) -> None:
    """Nothing owed by a body and no such body read the same: says which it is."""
    from stregistry.errors import NotFoundError
    from stregistry.store.search import search

    if body is None:
        return
    word, view = str(body), registry.at()
    with contextlib.suppress(NotFoundError):
        if search(view, word, 1) or (word.isdecimal() and view.get(int(word)).about.kind == "organisation"):
            return
    say(
        Text(
            f"Sổ đăng ký không có tổ chức nào tên hay mã là '{word}'; hãy tìm bằng lệnh search.",
            f"The registry has no organisation of the name or id '{word}'; look for it with search.",
        ),
        fg="yellow",
    )


COMMANDS = (due, tasks)
