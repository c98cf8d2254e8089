"""Commands on what became known: the feed of changes."""

import click

from stregistry.cli.base import Command, Whole, open_registry, option, reading
from stregistry.cli.output import emit
from stregistry.text import Text


@click.command(
    "changes",
    cls=Command,
    about=Text(
        "Mọi thay đổi từ sau một đợt cập nhật, theo thứ tự ghi nhận: để hệ thống khác theo dõi.\n\n"
        "--since nhận số đợt cập nhật, hoặc giá trị cột cursor của dòng cuối đã nhận để đọc tiếp đúng từ đó. "
        "Trường cá nhân không được in ra.",
        "Every change after a changeset, in the order it became known: for other systems to follow.\n\n"
        "--since takes a changeset number, or the cursor of the last row received to go on right there. "
        "Personal fields are not printed.",
    ),
    examples=(
        "stregistry changes --since 0",
        "stregistry changes --since 12.40 --limit 1000 --format json",
        "stregistry changes --since 12 --out changes.jsonl",
    ),
)
@option(
    "--since",
    metavar="N",
    default="0",
    vi="Sau đợt cập nhật này, hoặc sau vị trí này (12.40). Mặc định: từ đầu.",
    en="After this changeset, or after this cursor (12.40). By default from the beginning.",
)
@option(
    "--limit",
    type=Whole(1, 1_000_000_000),
    metavar="N",
    vi="Số thay đổi tối đa.",
    en="At most so many changes.",
)
@reading
@click.pass_context
def changes(
    ctx: click.Context,
    since: str,
    limit: int | None,
    valid: str | None,
    known: str | None,
    form: str,
    out: str | None,
) -> None:
    from stregistry.cli.changerows import CHANGE_HEADERS, WHOLE_RECORDS, change_row

    found = open_registry(ctx).changes(since, limit, valid=valid, known=known)
    nested = (out or form).lower().endswith(("json", "jsonl"))
    rows = [change_row(c, nested=nested) for c in found]
    emit(rows, CHANGE_HEADERS | WHOLE_RECORDS if nested else CHANGE_HEADERS, form=form, out=out)


COMMANDS = (changes,)
