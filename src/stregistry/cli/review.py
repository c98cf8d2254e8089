"""The command that reports on a period."""

import shutil
import sys
from pathlib import Path

import click

from stregistry.cli.asked import PERIOD, place_code
from stregistry.cli.base import KNOWN, Command, OneOf, lang_of, open_registry, option, say
from stregistry.text import LANGS, Text

_HEADERS = {
    "group": Text("Nhóm nhiệm vụ", "Task group"),
    "indicator": Text("Mã chỉ tiêu", "Indicator id"),
    "plan": Text("Kế hoạch năm", "Plan for the year"),
    "plan_from": Text("Kế hoạch theo", "Plan from"),
    "value": Text("Thực hiện trong kỳ", "In the period"),
    "cumulative": Text("Lũy kế", "Year to date"),
    "share": Text("% kế hoạch", "% of plan"),
    "before": Text("Cùng kỳ năm trước", "Last year"),
    "change": Text("So với cùng kỳ", "Over last year"),
    "change_in": Text("Đơn vị so sánh", "Change in"),
    "missing": Text("Lý do thiếu", "Why missing"),
    "provisional": Text("Sơ bộ", "Provisional"),
}


@click.command(
    "review",
    cls=Command,
    about=Text(
        "Lập báo cáo sơ kết, tổng kết của một kỳ: chỉ tiêu theo nhóm nhiệm vụ, mục tiêu, nhiệm vụ, nghĩa vụ quá hạn, "
        "biến động và nguyên nhân.\n\n"
        "FRAMEWORK là mã bộ chỉ tiêu có sẵn hoặc đường dẫn tệp .toml. Đuôi tệp của --out chọn .docx (Word, để sửa và "
        "ban hành), .md hay .json; không có --out thì in ra màn hình.",
        "Report on a period: figures by task group, targets, tasks, late obligations, what moved and why.\n\n"
        "FRAMEWORK is a shipped id or the path of a .toml file. The ending of --out chooses .docx (Word, to edit and "
        "issue), .md or .json; without --out it is printed.",
    ),
    examples=(
        "stregistry review cantho-kl69 --period 2025H1 --out so-ket.docx",
        "stregistry review cantho-kl69 --period 2025 --place 92 --out review.md --lang en",
    ),
)
@click.argument("framework")
@PERIOD
@option(
    "--place",
    metavar="CODE",
    vi="Địa bàn mà báo cáo nói về, mã hoặc tên (mặc định: nơi có nhiều mục tiêu nhất).",
    en="The place the report is about, by code or name (default: the one with the most targets).",
)
@option(
    "--lang",
    "written_in",
    type=OneOf(LANGS),
    vi="Ngôn ngữ của báo cáo (mặc định: của dòng lệnh).",
    en="The language of the report (default: the command line's).",
)
@option(
    "--valid",
    metavar="DATE",
    vi="Xét đến ngày này (mặc định: hết kỳ, hoặc hôm nay khi kỳ chưa hết).",
    en="As on this day (default: the end of the period, or today while it lasts).",
)
@KNOWN
@option(
    "--format",
    "form",
    type=OneOf(["table", "csv", "json"]),
    default="table",
    vi="Khi không có --out: table là cả báo cáo, csv là bảng chỉ tiêu (mặc định: table).",
    en="Without --out: table is the whole report, csv the table of figures (default: table).",
)
@option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    vi="Tệp .docx, .md, .json sẽ ghi.",
    en="The .docx, .md or .json file to write.",
)
@click.pass_context
def review(
    ctx: click.Context,
    framework: str,
    period: str,
    place: str | None,
    written_in: str | None,
    valid: str | None,
    known: str | None,
    form: str,
    out: Path | None,
) -> None:
    import attrs

    from stregistry.cli.output import emit
    from stregistry.framework import Framework
    from stregistry.review import FORMATS, review_json, review_markdown, write_review

    lang = written_in or lang_of()
    if out is not None and out.suffix.lower() not in FORMATS:
        listed = ", ".join(FORMATS)
        raise click.UsageError(Text(f"--out phải có đuôi {listed}.", f"--out must end in {listed}.")[lang_of()], ctx)
    chosen = Framework.load(framework)
    place = place and place_code(place, chosen.evaluation.places)
    found = open_registry(ctx).review(chosen, period, place=place, valid=valid, known=known)
    if out is not None:
        write_review(found, out, lang=lang)
        say(Text(f"Đã ghi báo cáo vào {out}.", f"Wrote the review to {out}."))
    elif form == "json":
        click.echo(review_json(found), nl=False)
    elif form == "csv":
        rows = [{"group": g, **attrs.asdict(one)} for g, figures in found.groups for one in figures]
        emit(rows, _HEADERS, form="csv", out=None)
    elif sys.stdout.isatty():
        from stregistry.cli.markdown import for_terminal

        click.echo(for_terminal(review_markdown(found, lang), shutil.get_terminal_size().columns))
    else:
        click.echo(review_markdown(found, lang), nl=False)


COMMANDS = (review,)
