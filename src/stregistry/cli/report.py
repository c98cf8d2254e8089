"""The command that makes a page of snapshots."""

from pathlib import Path

import click

from stregistry.cli.base import Command, OneOf, lang_of, option, say
from stregistry.text import LANGS, Text


@click.command(
    "report",
    cls=Command,
    about=Text(
        "Lập trang báo cáo từ một hay nhiều bản chốt số liệu: một tệp HTML, mở được khi không có mạng, in được.\n\n"
        "Mỗi SNAPSHOT là một tệp do lệnh snapshot ghi; các bản phải theo cùng một bộ chỉ tiêu, mỗi kỳ ở một bản.",
        "Make a page of one or more snapshots: one HTML file that opens without a network and prints.\n\n"
        "Each SNAPSHOT is a file written by the command snapshot; all of one framework, each period in one of them.",
    ),
    examples=(
        "stregistry report nam-2024.json --out bao-cao.html",
        "stregistry report 2020-2025.json --out report.html --lang en --place 92",
    ),
)
@click.argument("snapshots", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="SNAPSHOT...")
@option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    vi="Tệp .html sẽ ghi.",
    en="The .html file to write.",
)
@option(
    "--lang",
    "opens_in",
    type=OneOf(LANGS),
    vi="Ngôn ngữ khi mở trang; trang có cả hai (mặc định: của dòng lệnh).",
    en="The language the page opens in; it has both (default: the command line's).",
)
@option(
    "--place",
    metavar="CODE",
    vi="Địa bàn mà báo cáo nói về (mặc định: nơi có mục tiêu, hoặc đứng đầu).",
    en="The place the report is about (default: the one with targets, or the first).",
)
def report(snapshots: tuple[Path, ...], out: Path, opens_in: str | None, place: str | None) -> None:
    from stregistry.report import write_report
    from stregistry.snapshot import Snapshot

    size = write_report([Snapshot.read(path) for path in snapshots], out, lang=opens_in or lang_of(), place=place)
    kilobytes = round(size / 1000)
    say(Text(f"Đã ghi báo cáo vào {out} ({kilobytes} kB).", f"Wrote the report to {out} ({kilobytes} kB)."))


COMMANDS = (report,)
