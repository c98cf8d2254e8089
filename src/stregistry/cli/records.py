"""Commands on single records: looking, correcting, their history, and the audit of them all."""

import click

from stregistry.cli.asked import WHY, kinds_note
from stregistry.cli.base import (
    RECORD_ID,
    Command,
    Whole,
    actor,
    lang_of,
    open_registry,
    option,
    printing,
    reading,
    reading_as,
    say,
    valid_on,
)
from stregistry.cli.output import count, emit
from stregistry.text import Text


@click.command(
    "show",
    cls=Command,
    about=Text(
        "Xem đầy đủ một hồ sơ; với tổ chức, cả những tổ chức tiền thân và kế thừa.",
        "Show one record in full; of a body also what it came from and went on as.",
    ),
    examples=("stregistry show 1024", "stregistry show 1024 --valid 2023-06-30 --format json"),
)
@click.argument("record_id", metavar="ID", type=RECORD_ID)
@reading
@click.pass_context
def show(ctx: click.Context, record_id: int, valid: str | None, known: str | None, form: str, out: str | None) -> None:
    from stregistry.cli.lineagerows import lineage_document
    from stregistry.cli.rows import FIELD_HEADERS, field_rows, record_document
    from stregistry.dates import show_date
    from stregistry.model import Organisation

    view = open_registry(ctx).at(valid=valid, known=known)
    record = view.get(record_id)
    if form == "json" and not out:
        import json

        document = record_document(record)
        if isinstance(record, Organisation):
            document["lineage"] = lineage_document(view.lineage(record_id))
        click.echo(json.dumps(document, ensure_ascii=False, indent=1))
        return
    written = show_date if form == "table" and not out else lambda date, _lang: str(date)
    emit(field_rows(view, record, lang_of(), written), FIELD_HEADERS, form=form, out=out)


@click.command(
    "search",
    cls=Command,
    about=Text(
        "Tìm tổ chức theo tên (có dấu hoặc không dấu), mã định danh hoặc số giấy chứng nhận.\n\n"
        "Mã định danh hoặc số giấy chứng nhận trùng khớp đứng trước; rồi đến tên chứa trọn từ, phần đầu của từ, "
        "một phần của từ; trong mỗi mức, tên viết đúng dấu đứng trước. Ghi mst:…, ror:… để chỉ tìm theo một hệ mã.",
        "Find organisations by name, with or without diacritics, by identifier or by certificate number.\n\n"
        "An identifier or certificate number in full comes first; then names with the whole words, the beginning "
        "of a word, a part of one; within each, names with these very diacritics first. Write mst:… or ror:… to "
        "search one scheme of identifiers.",
    ),
    examples=(
        'stregistry search "dai hoc can tho"',
        "stregistry search 0301471348",
        "stregistry search https://ror.org/01ggx4157",
        "stregistry search 14/2024/GCN-KHCN",
    ),
)
@click.argument("text")
@option(
    "--limit",
    type=Whole(1, 1_000_000),
    default=20,
    metavar="N",
    vi="Số kết quả tối đa (mặc định: 20).",
    en="At most this many (default: 20).",
)
@reading
@click.pass_context
def search(
    ctx: click.Context, text: str, limit: int, valid: str | None, known: str | None, form: str, out: str | None
) -> None:
    from stregistry.cli.rows import FOUND_HEADERS, found_by, found_rows
    from stregistry.store.search import search as find

    rows = found_rows(find(open_registry(ctx).at(valid=valid, known=known), text, limit))
    if form == "table" and not out:
        rows = [row | {"found_by": found_by(row["found_by"], lang_of())} for row in rows]
    emit(rows, FOUND_HEADERS, form=form, out=out)


@click.command(
    "set",
    cls=Command,
    note=kinds_note(),
    about=Text(
        "Sửa một số trường của hồ sơ; lịch sử được giữ nguyên.\n\n"
        "Không có --from: sửa cho toàn bộ thời gian hiệu lực. Có --from: chỉ từ ngày đó. "
        "Giá trị ghi như trong tệp nhập; bỏ trống sau dấu = để xóa.",
        "Correct fields of a record; history is kept.\n\n"
        "Without --from the correction holds for its whole life, with --from only from that day on. "
        "Values are written as in import files; nothing after = clears the field.",
    ),
    examples=(
        'stregistry set organisation 17 place=92 --why "Địa chỉ theo giấy đăng ký"',
        'stregistry set startup 31 stage=seed --from 2024-07-01 --why "Vòng hạt giống"',
    ),
)
@click.argument("kind")
@click.argument("record_id", metavar="ID", type=RECORD_ID)
@click.argument("changes", metavar="FIELD=VALUE...", nargs=-1, required=True)
@option("--from", "since", metavar="DATE", vi="Chỉ từ ngày này.", en="Only from this day on.")
@WHY
@click.pass_context
def set_(ctx: click.Context, kind: str, record_id: int, changes: tuple[str, ...], since: str | None, why: str) -> None:
    from stregistry.cli.importrows import print_issues
    from stregistry.exchange.single import read_changes

    pairs = []
    for change in changes:
        name, sign, value = change.partition("=")
        if not sign:
            raise click.BadParameter(
                Text(f"'{change}' thiếu dấu =; hãy ghi TRƯỜNG=GIÁ TRỊ.", f"'{change}' has no =; write FIELD=VALUE.")[
                    lang_of()
                ]
            )
        pairs.append((name.strip(), value.strip()))
    registry = open_registry(ctx)
    with registry.changeset(actor=actor(), reason=why) as tx:
        values, warnings = read_changes(tx, kind, record_id, pairs)
        changed = tx.amend(record_id, values, valid_from=since)
    print_issues(warnings)
    if changed:
        say(
            Text(
                f"Đã sửa hồ sơ {record_id} trong đợt cập nhật {tx.number}.",
                f"Record {record_id} corrected in changeset {tx.number}.",
            )
        )
    else:
        say(
            Text(
                f"Hồ sơ {record_id} vốn đã như vậy; không có gì thay đổi.",
                f"Record {record_id} was so already; nothing changed.",
            )
        )


@click.command(
    "retract",
    cls=Command,
    about=Text(
        "Rút một hồ sơ: từ nay coi như chưa từng đúng; lịch sử được giữ nguyên.",
        "Retract a record: from now on it was never so; its history is kept.",
    ),
    examples=('stregistry retract 31 --why "Nhập trùng với hồ sơ 17"',),
)
@click.argument("record_id", metavar="ID", type=RECORD_ID)
@WHY
@option(
    "--keep-references",
    is_flag=True,
    vi="Rút cả khi hồ sơ khác (tư cách, giao dịch, …) còn nhắc đến; các hồ sơ đó giữ nguyên.",
    en="Retract although other records (roles, deals, …) name it; those stay as they are.",
)
@click.pass_context
def retract(ctx: click.Context, record_id: int, why: str, keep_references: bool) -> None:
    with open_registry(ctx).changeset(actor=actor(), reason=why) as tx:
        tx.retract(record_id, keep_references=keep_references)
    say(
        Text(
            f"Đã rút hồ sơ {record_id} trong đợt cập nhật {tx.number}.",
            f"Record {record_id} retracted in changeset {tx.number}.",
        )
    )


_VERSIONS = valid_on(
    "Chỉ những phiên bản có hiệu lực vào ngày này (mặc định: mọi phiên bản).",
    "Only the versions that hold on this day (default: all).",
)


@click.command(
    "history",
    cls=Command,
    about=Text(
        "Mọi phiên bản của một hồ sơ: ai ghi, khi nào, vì sao, từ tệp và dòng nào, điều gì thay đổi.",
        "Every version of a record: who stated it, when, why, from which file and row, what changed.",
    ),
    examples=("stregistry history 17",),
)
@click.argument("record_id", metavar="ID", type=RECORD_ID)
@reading_as(_VERSIONS)
@click.pass_context
def history(
    ctx: click.Context, record_id: int, valid: str | None, known: str | None, form: str, out: str | None
) -> None:
    from functools import partial

    from stregistry.cli import told
    from stregistry.cli.rows import HISTORY_HEADERS, changed_text, history_rows

    registry = open_registry(ctx)
    changed = partial(told.changed, lang=lang_of()) if form == "table" and not out else changed_text
    rows = history_rows(registry.history(record_id), registry, valid, known, changed)
    emit(rows, HISTORY_HEADERS, form=form, out=out, wrap=True, told=told.HISTORY)


@click.command(
    "audit",
    cls=Command,
    about=Text(
        "Kiểm tra tính toàn vẹn: tính lại chuỗi mã băm của mọi đợt cập nhật.",
        "Check integrity: recompute the hash chain of all changesets.",
    ),
    examples=("stregistry audit",),
)
@printing
@click.pass_context
def audit(ctx: click.Context, form: str, out: str | None) -> None:
    from stregistry.cli.rows import AUDIT_HEADERS, audit_rows

    report = open_registry(ctx).audit()
    if out or form != "table":
        emit(audit_rows(report), AUDIT_HEADERS, form=form, out=out)
    for problem in report.problems[:100]:
        say(problem)
    number, digest = report.head
    if report.ok:
        say(
            Text(
                f"Toàn vẹn: {report.changesets} đợt cập nhật, {report.versions} phiên bản. "
                f"Mã băm đợt {number}: {digest}",
                f"Intact: {count(report.changesets, 'changeset')}, {count(report.versions, 'version')}. "
                f"Hash of changeset {number}: {digest}",
            )
        )
        return
    found = len(report.problems)
    say(Text(f"Không toàn vẹn: {found} vấn đề.", f"Not intact: {count(found, 'problem')}."))
    ctx.exit(1)


COMMANDS = (show, search, set_, retract, history, audit)
