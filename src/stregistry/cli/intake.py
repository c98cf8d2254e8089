"""Commands that take records in: an empty registry, files, templates for them."""

from pathlib import Path

import click

from stregistry.cli.asked import kinds_note, not_blank
from stregistry.cli.base import Command, actor, lang_of, open_registry, option, printing, say, upgrade_registry
from stregistry.cli.output import count
from stregistry.text import Text


@click.command(
    "init",
    cls=Command,
    about=Text(
        "Tạo sổ đăng ký trống.\n\nKhông bắt buộc: lệnh nào cũng tự tạo sổ đăng ký khi chưa có. "
        "Với --upgrade, sổ đăng ký do phiên bản cũ tạo ra được nâng lên cấu trúc bảng hiện nay; hồ sơ, lịch sử "
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
    note=kinds_note(Text("hoặc ror cho tệp dữ liệu của ROR", "or ror for data files of ROR")),
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
    callback=not_blank,
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
    note=kinds_note(),
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


COMMANDS = (init, import_, template)
