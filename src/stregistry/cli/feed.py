"""Commands on what became known, and on what must not be known any more: the feed of changes, erasure."""

import click

from stregistry.cli.asked import WHY
from stregistry.cli.base import (
    RECORD_ID,
    Command,
    Whole,
    actor,
    lang_of,
    open_registry,
    option,
    reading_as,
    say,
    valid_on,
)
from stregistry.cli.output import emit
from stregistry.text import Text

_STATES = valid_on(
    "Chỉ thay đổi của trạng thái có hiệu lực vào ngày này (mặc định: mọi thay đổi).",
    "Of states only the changes that hold on this day (default: all changes).",
)


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
@reading_as(_STATES)
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
    from stregistry.cli.changerows import CHANGE_HEADERS, FOR_READING, WHOLE_RECORDS, change_row

    found = open_registry(ctx).changes(since, limit, valid=valid, known=known)
    nested = (out or form).lower().endswith(("json", "jsonl"))
    if form == "table" and not out:
        from stregistry.cli import told

        lines = [change_row(c, nested=False) | told.change(c, lang_of()) for c in found]
        emit(lines, FOR_READING, form=form, out=out, wrap=True, told=told.HISTORY)
    else:
        rows = [change_row(c, nested=nested) for c in found]
        emit(rows, CHANGE_HEADERS | WHOLE_RECORDS if nested else CHANGE_HEADERS, form=form, out=out)


@click.command(
    "erase",
    cls=Command,
    about=Text(
        "Xóa vĩnh viễn dữ liệu cá nhân của một hồ sơ, khỏi cả lịch sử.\n\n"
        "Chỉ trường cá nhân mới xóa được. Chuỗi mã băm vẫn toàn vẹn; việc xóa được ghi thành đợt cập nhật. "
        "Cơ sở dữ liệu được ghi lại để không còn dấu vết; bản sao lưu và tệp nguồn phải xử lý riêng.",
        "Erase personal data of a record for good, from its history too.\n\n"
        "Only personal fields can be erased. The chain of hashes stays whole, and the act is a changeset. "
        "The database is written anew so that no trace is left; backups and source files are yours to treat.",
    ),
    examples=(
        'stregistry erase 17 --fields contact_name,email --why "Đề nghị của chủ thể dữ liệu"',
        'stregistry erase 240 --fields parties.person --why "Hết thời hạn lưu giữ"',
    ),
)
@click.argument("record_id", metavar="ID", type=RECORD_ID)
@option(
    "--fields",
    required=True,
    metavar="A,B",
    vi="Các trường cá nhân cần xóa, cách nhau bằng dấu phẩy.",
    en="The personal fields to erase, separated by commas.",
)
@WHY
@click.pass_context
def erase(ctx: click.Context, record_id: int, fields: str, why: str) -> None:
    names = [name.strip() for name in fields.split(",") if name.strip()]
    done = open_registry(ctx).erase(record_id, names, why=why, actor=actor())
    if done.changeset is None:
        say(
            Text(
                f"Hồ sơ {record_id} không có giá trị nào ở các trường này.",
                f"Record {record_id} holds no value in these fields; nothing was erased.",
            )
        )
    else:
        listed = ", ".join(done.fields)
        say(
            Text(
                f"Đã xóa vĩnh viễn {listed} của hồ sơ {record_id} trong đợt cập nhật {done.changeset}.",
                f"Erased {listed} of record {record_id} in changeset {done.changeset}.",
            )
        )
    if not done.scrubbed:
        say(
            Text(
                "Cơ sở dữ liệu đang được dùng nên chưa ghi lại được; hãy chạy lại lệnh này khi không ai dùng.",
                "The database is in use and could not be written anew; run this again when nobody uses it.",
            )
        )


COMMANDS = (changes, erase)
