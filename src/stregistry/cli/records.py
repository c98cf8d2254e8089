"""Commands on records: taking files in, looking, correcting, auditing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

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
    say,
    upgrade_registry,
)
from stregistry.cli.output import count, emit
from stregistry.cli.personal import PERSONAL, WHY_PERSONAL, personal_reason
from stregistry.text import Text


def _kinds(also: Text | None = None) -> Callable[[], Text]:
    def note() -> Text:
        from stregistry.model import KINDS

        listed = ", ".join(KINDS)
        vi, en = (f"; {also.vi}", f"; {also.en}") if also else ("", "")
        return Text(f"KIND là một trong: {listed}{vi}.", f"KIND is one of: {listed}{en}.")

    return note


def _not_blank(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is not None and not value.strip():
        raise click.BadParameter(Text("không được để trống.", "must not be blank.")[lang_of(ctx)], ctx, param)
    return value


WHY = option(
    "--why",
    required=True,
    callback=_not_blank,
    metavar="TEXT",
    vi="Lý do, ghi vào đợt cập nhật.",
    en="The reason, kept in the changeset.",
)


@click.command(
    "init",
    cls=Command,
    about=Text(
        "Tạo sổ đăng ký trống.\n\nKhông bắt buộc: lệnh nào cũng tự tạo sổ đăng ký khi chưa có. "
        "Với --upgrade, sổ đăng ký do phiên bản cũ tạo ra được nâng lên cấu trúc bảng hiện nay; bản ghi, lịch sử "
        "và mã băm giữ nguyên. Hãy sao lưu trước.",
        "Create an empty registry.\n\nOptional: every command creates it when it is missing. "
        "With --upgrade, a registry made by an older version gets the tables of this one; records, history "
        "and hashes stay as they are. Make a backup first.",
    ),
    examples=("stregistry init", "stregistry --db sqlite:///cantho.db init", "stregistry init --upgrade"),
)
@option(
    "--upgrade",
    is_flag=True,
    vi="Nâng sổ đăng ký của phiên bản cũ lên phiên bản này.",
    en="Bring a registry of an older version to this one.",
)
@click.pass_context
def init(ctx: click.Context, upgrade: bool) -> None:
    if upgrade:
        done = upgrade_registry(ctx)
        if done.before not in (None, done.after):
            say(
                Text(
                    f"Đã nâng cấu trúc bảng từ {done.before} lên {done.after}; kiểm tra lại bằng: stregistry audit",
                    f"The tables went from {done.before} to {done.after}; check with: stregistry audit",
                )
            )
    registry = open_registry(ctx)
    say(Text(f"Sổ đăng ký sẵn sàng: {registry.address}", f"The registry is ready: {registry.address}"))


@click.command(
    "import",
    cls=Command,
    note=_kinds(Text("hoặc ror cho tệp dữ liệu của ROR", "or ror for data files of ROR")),
    about=Text(
        "Nhập tệp CSV hoặc XLSX vào sổ đăng ký.\n\n"
        "Mặc định: nhập tất cả hoặc không nhập gì. Tệp giống hệt tệp đã nhập không tạo thay đổi. "
        "Mỗi hồ sơ được nhận ra bằng nguồn (--source-id) và cột id, nên tệp đã sửa sẽ sửa đúng hồ sơ đó.\n\n"
        "--dry-run cho xem từng cột được hiểu thế nào trước khi ghi: ô tiêu đề, trường, đơn vị, cách đọc ngày và số.",
        "Take a CSV or XLSX file into the registry.\n\n"
        "All or nothing by default. A file identical to one taken in before changes nothing. "
        "A record is known by its source (--source-id) and its id column, so a corrected file corrects it.\n\n"
        "--dry-run shows how each column was understood before anything is written: its header cell, field, unit, "
        "and how dates and numbers were read.",
    ),
    examples=(
        "stregistry import startups.csv --as startup",
        "stregistry import deals.xlsx --as deal --dry-run",
        "stregistry import deals.xlsx --as deal --source-id so-khcn --accept-valid",
        "stregistry import deals.xlsx --as deal --errors deals-loi.xlsx",
        "stregistry import bang-rieng.xlsx --as deal --map bang-rieng.toml",
        "stregistry import ror.jsonl --as ror",
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@option(
    "--as",
    "kind",
    required=True,
    metavar="KIND",
    vi="Loại hồ sơ trong tệp, hoặc ror.",
    en="Kind of record in the file, or ror.",
)
@option(
    "--source-id",
    metavar="S",
    default=None,
    vi="Nguồn của các mã trong cột id (mặc định: default).",
    en="Whose keys the id column holds (default: default).",
)
@option(
    "--dry-run",
    is_flag=True,
    vi="Chỉ kiểm tra và cho xem từng cột được hiểu thế nào; không ghi.",
    en="Check only, and show how each column was understood; write nothing.",
)
@option(
    "--accept-valid",
    is_flag=True,
    vi="Nhập các dòng đúng, ghi dòng lỗi ra tệp dòng bị loại.",
    en="Take the good rows and write the others to a quarantine file.",
)
@option(
    "--errors",
    metavar="FILE.xlsx",
    type=click.Path(path_type=Path),
    default=None,
    vi="Trả lại bảng của bạn khi có lỗi: tô màu ô sai, ghi lý do cạnh dòng; sửa rồi nhập lại.",
    en="Your own sheet back when there are errors: bad cells coloured, the reason beside the row.",
)
@option(
    "--map",
    "map_file",
    metavar="FILE.toml",
    type=click.Path(path_type=Path),
    default=None,
    vi="Tệp ánh xạ: cách đọc một bảng không theo tiêu đề nào đã biết.",
    en="A map file: how to read a sheet whose headers fit nothing known.",
)
@option(
    "--details",
    is_flag=True,
    vi="In từng cảnh báo và mọi lỗi; nếu không, các cảnh báo cùng loại trong một cột gộp thành một dòng.",
    en="Print every warning and error; without it, warnings of one sort in a column take one line.",
)
@option(
    "--why",
    callback=_not_blank,
    metavar="TEXT",
    default=None,
    vi="Lý do, ghi vào đợt cập nhật.",
    en="The reason, kept in the changeset.",
)
@printing
@click.pass_context
def import_(
    ctx: click.Context,
    file: Path,
    kind: str,
    source_id: str | None,
    dry_run: bool,
    accept_valid: bool,
    errors: Path | None,
    map_file: Path | None,
    details: bool,
    why: str | None,
    form: str,
    out: str | None,
) -> None:
    from stregistry.cli.importrows import import_summary, print_issues, print_understood
    from stregistry.errors import RecordError

    if (out or form != "table") and not dry_run:
        raise click.UsageError(
            Text("--format và --out chỉ đi cùng --dry-run.", "--format and --out go with --dry-run only.")[lang_of()]
        )
    registry = open_registry(ctx)
    try:
        report = registry.import_file(
            file,
            kind,
            source_id=source_id or ("ror" if kind == "ror" else "default"),
            actor=actor(),
            reason=why,
            accept_valid=accept_valid,
            dry_run=dry_run,
            map_file=map_file,
            errors=errors,
            lang=lang_of(),
        )
    except RecordError as error:
        if "understood" in error.parts:
            print_understood(error.parts["understood"], error.issues, form=form, out=out)
        print_issues(error.issues, each=details)
        if error.parts.get("bad"):
            rows, bad = error.parts["rows"], error.parts["bad"]
            say(Text(f"{bad} trong {rows} dòng có lỗi.", f"{bad} of {count(rows, 'row')} have errors."))
        say(error.message)
        _say_errors(error.parts.get("errors"))
        ctx.exit(1)
    if dry_run and kind != "ror":
        print_understood(report.understood, report.issues, form=form, out=out)
    print_issues(report.issues, each=details)
    say(import_summary(report, dry_run=dry_run))
    _say_errors(report.errors)


def _say_errors(path: Path | None) -> None:
    if path is not None:
        say(
            Text(
                f"Bảng của bạn với các ô lỗi được tô màu và lý do cạnh từng dòng: {path}. Sửa rồi nhập lại tệp đó.",
                f"Your sheet with bad cells coloured and the reason beside each row: {path}. Mend it and import it.",
            )
        )


@click.command(
    "template",
    cls=Command,
    note=_kinds(),
    about=Text(
        "Mẫu nhập liệu của một loại hồ sơ.\n\n"
        "Không có --out: in dòng tiêu đề CSV. Có --out tệp .xlsx: ghi sổ tính có giải thích từng cột.",
        "The import template of a kind.\n\n"
        "Without --out: the CSV header. With --out FILE.xlsx: a workbook that explains each column.",
    ),
    examples=("stregistry template deal", "stregistry template startup --out startup.xlsx"),
)
@click.argument("kind")
@option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path),
    vi="Ghi ra tệp .xlsx (có giải thích) hoặc .csv.",
    en="Write to an .xlsx file (with explanations) or .csv.",
)
def template(kind: str, out: Path | None) -> None:
    from stregistry.exchange import template as templates

    if out is None:
        click.echo(templates.template(kind))
        return
    templates.write_template_file(kind, out)
    say(Text(f"Đã ghi mẫu {kind} vào {out}.", f"Wrote the template of {kind} to {out}."))


@click.command(
    "list",
    cls=Command,
    note=_kinds(),
    about=Text("Liệt kê hồ sơ của một loại.", "List the records of a kind."),
    examples=(
        "stregistry list startup",
        "stregistry list deal --format csv",
        "stregistry list organisation --valid 2024-12-31 --out dn.xlsx",
        'stregistry list organisation --out lien-he.csv --personal --why "Gửi giấy mời theo công văn 12"',
    ),
)
@click.argument("kind")
@PERSONAL
@WHY_PERSONAL
@reading
@click.pass_context
def list_(
    ctx: click.Context,
    kind: str,
    personal: bool,
    why: str | None,
    valid: str | None,
    known: str | None,
    form: str,
    out: str | None,
) -> None:
    from stregistry.cli.rows import column_types, record_rows
    from stregistry.model import record_class

    reason = personal_reason(personal, why, out)
    cls, registry = record_class(kind), open_registry(ctx)
    asked = registry.at(valid=valid, known=known)
    # Asked for by number, all pages know the same although others write meanwhile.
    view = registry.at(valid=asked.valid, known=asked.known_number)
    rows, headers = record_rows(view, cls, personal=personal)
    emit(rows, headers, form=form, out=out, types=column_types(cls))
    if reason is not None and out:
        from stregistry.exchange.personal import note_reason

        beside = note_reason(out, kind, reason, view, registry.hash_at(view.known_number))
        say(Text(f"Lý do đưa dữ liệu cá nhân: {beside}", f"The reason for handing out personal fields: {beside}"))


@click.command(
    "export",
    cls=Command,
    note=_kinds(),
    about=Text(
        "Ghi hồ sơ của một loại ra tệp theo đúng các cột của tệp nhập, để nhập lại được; hoặc một bản chốt số liệu "
        "(.json) thành bảng.\n\n"
        "Cột id và các cột nêu tổ chức ghi mã số trong sổ đăng ký; hãy nhập tệp organisation trước, cùng --source-id.",
        "Write the records of a kind with the columns of an import file, so that they can be imported again; or a "
        "snapshot (.json) as tables.\n\n"
        "The id column and those that name bodies hold the registry's ids; import the organisation file first, under "
        "the same --source-id.",
    ),
    examples=(
        "stregistry export organisation --out organisation.csv",
        "stregistry export deal --valid 2024-12-31 --out deal.xlsx",
        "stregistry export nam-2024.json --out nam-2024.xlsx",
    ),
)
@click.argument("kind")
@PERSONAL
@WHY_PERSONAL
@reading
@click.pass_context
def export(
    ctx: click.Context,
    kind: str,
    personal: bool,
    why: str | None,
    valid: str | None,
    known: str | None,
    form: str,
    out: str | None,
) -> None:
    from stregistry.exchange.again import Again
    from stregistry.model import record_class

    if kind.lower().endswith(".json"):
        _export_snapshot(kind, form, out)
        return
    reason = personal_reason(personal, why, out)
    cls, registry = record_class(kind), open_registry(ctx)
    asked = registry.at(valid=valid, known=known)
    view = registry.at(valid=asked.valid, known=asked.known_number)
    again = Again(view=view, kind=cls, personal=personal)
    emit(again.rows, {c.id: c.label for c in again.shown}, form=form, out=out, types=again.types)
    for name, records in again.left.items():
        say(
            Text(
                f"Không có cột nhập nào cho {name}: {records} hồ sơ có nội dung này không ghi ra được.",
                f"No import column says {name}: left out of {count(records, 'record')}.",
            )
        )
    if reason is not None and out:
        from stregistry.exchange.personal import note_reason

        beside = note_reason(out, kind, reason, view, registry.hash_at(view.known_number))
        say(Text(f"Lý do đưa dữ liệu cá nhân: {beside}", f"The reason for handing out personal fields: {beside}"))


def _export_snapshot(path: str, form: str, out: str | None) -> None:
    """A snapshot as a workbook of all its tables, or its values in any other format."""
    from stregistry.snapshot import Snapshot
    from stregistry.snapshot.sheets import snapshot_sheets

    sheets = snapshot_sheets(Snapshot.read(path), lang_of())
    if out is not None and out.lower().endswith(".xlsx"):
        from stregistry.exchange.out import write_book

        written = sum(write_book(sheets, Path(out)))
        say(Text(f"Đã ghi {written} dòng vào {out}.", f"Wrote {count(written, 'row')} to {out}."))
        return
    values = sheets[0]
    emit(map(dict, values.rows), {c: Text(c, c) for c in values.columns}, form=form, out=out)


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
    emit(field_rows(view, record, lang_of()), FIELD_HEADERS, form=form, out=out)


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
    note=_kinds(),
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
@reading
@click.pass_context
def history(
    ctx: click.Context, record_id: int, valid: str | None, known: str | None, form: str, out: str | None
) -> None:
    from stregistry.cli.rows import HISTORY_HEADERS, history_rows

    registry = open_registry(ctx)
    rows = history_rows(registry.history(record_id), registry, valid, known)
    emit(rows, HISTORY_HEADERS, form=form, out=out, wrap=True)


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


@click.command(
    "schema",
    cls=Command,
    note=_kinds(Text("hoặc framework, snapshot, publication", "or framework, snapshot, publication")),
    about=Text(
        "In JSON Schema của một loại hồ sơ, của tệp bộ chỉ tiêu (framework), bản chốt số liệu (snapshot) hoặc bản kê "
        "của bộ dữ liệu công bố (publication).",
        "Print the JSON Schema of a kind, of a framework file, of a snapshot or of the manifest of a publication.",
    ),
    examples=("stregistry schema deal", "stregistry schema framework", "stregistry schema snapshot"),
)
@click.argument("kind")
def schema(kind: str) -> None:
    import json

    click.echo(json.dumps(_schema(kind), ensure_ascii=False, indent=2))


def _schema(kind: str) -> dict[str, Any]:
    match kind:
        case "framework":
            from stregistry.framework.schema import framework_schema

            return framework_schema()
        case "snapshot":
            from stregistry.snapshot.schema import snapshot_schema

            return snapshot_schema()
        case "publication":
            from stregistry.publication.schema import publication_schema

            return publication_schema()
        case _:
            from stregistry.exchange.schema import json_schema

            return json_schema(kind)


COMMANDS = (init, import_, template, list_, export, show, search, set_, retract, history, audit, schema)
