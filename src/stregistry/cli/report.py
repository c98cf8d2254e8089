"""The command that makes a page of snapshots."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from stregistry.cli.asked import ending, place_code
from stregistry.cli.base import Command, OneOf, lang_of, option, registry_at_hand, say
from stregistry.text import LANGS, Text

if TYPE_CHECKING:
    from stregistry.plan import DutyTable
    from stregistry.report.gather import Matter
    from stregistry.snapshot import Snapshot, SnapshotDiff


@click.command(
    "report",
    cls=Command,
    about=Text(
        "Lập trang báo cáo từ một hay nhiều bản chốt số liệu: một tệp HTML, mở được khi không có mạng, in được.\n\n"
        "Mỗi SNAPSHOT là một tệp do lệnh snapshot ghi, hoặc tên một bản đã lưu; các bản phải theo cùng một bộ chỉ "
        "tiêu, mỗi kỳ ở một bản. Nếu "
        "có sổ đăng ký của các bản ấy (--db), trang nêu cả vì sao số liệu thay đổi so với kỳ trước và việc gì quá hạn.",
        "Make a page of one or more snapshots: one HTML file that opens without a network and prints.\n\n"
        "Each SNAPSHOT is a file written by the command snapshot, or the name of a kept one; all of one framework, "
        "each period in one of them. "
        "With the registry they were made from (--db) the page also says why figures moved since the period before, "
        "and what is late.",
    ),
    examples=(
        "stregistry report nam-2024.json --out bao-cao.html",
        "stregistry report 2020-2025.json --out report.html --lang en --place 92",
        "stregistry report nam-2024.json --before nam-2023.json --out bao-cao.html",
    ),
)
@click.argument("snapshots", nargs=-1, required=True, metavar="SNAPSHOT...")
@option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    callback=ending(
        ".html",
        ".htm",
        instead=Text("PDF: mở trang trong trình duyệt rồi in.", "For a PDF open the page in a browser and print it."),
    ),
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
    vi="Địa bàn mà báo cáo nói về, mã hoặc tên (mặc định: nơi có mục tiêu, hoặc đứng đầu).",
    en="The place the report is about, by code or name (default: the one with targets, or the first).",
)
@option(
    "--before",
    metavar="SNAPSHOT",
    vi="Bản chốt trước đó để so sánh (mặc định: kỳ trước trong các bản trên).",
    en="The earlier snapshot to compare with (default: the period before, in those above).",
)
@click.pass_context
def report(
    ctx: click.Context,
    snapshots: tuple[str, ...],
    out: Path,
    opens_in: str | None,
    place: str | None,
    before: str | None,
) -> None:
    from stregistry.report import write_report
    from stregistry.report.gather import gather

    read = [_opened(ctx, word) for word in snapshots]
    about = gather(read, place and place_code(place, *(one.content["places"]["map"] for one in reversed(read))))
    moved, duties = _from_registry(ctx, about, None if before is None else _opened(ctx, before))
    size = write_report(read, out, lang=opens_in or lang_of(), place=about.focus, moved=moved, duties=duties)
    kilobytes = round(size / 1000)
    say(Text(f"Đã ghi báo cáo vào {out} ({kilobytes} kB).", f"Wrote the report to {out} ({kilobytes} kB)."))


def _opened(ctx: click.Context, word: str) -> "Snapshot":
    """The snapshot of a file, else the kept one of that name in the registry at hand."""
    from stregistry.snapshot import Snapshot

    registry = None if Path(word).exists() else registry_at_hand(ctx)
    return Snapshot.read(word) if registry is None else registry.open_snapshot(word)


def _from_registry(
    ctx: click.Context, about: "Matter", before: "Snapshot | None"
) -> "tuple[SnapshotDiff | None, DutyTable | None]":
    """Why figures moved, and what was late, as the registry knew it when the last snapshot was made.

    Left out, and said so, where the registry is not at hand or is another one; with --before that is an error.
    """
    from stregistry.errors import SnapshotError
    from stregistry.snapshot.explain import refuse_other_registry

    latest, last = about.latest, about.last.label
    try:
        registry = registry_at_hand(ctx)
        if registry is None:
            raise SnapshotError(Text("Không có sổ đăng ký.", "There is no registry."))
        refuse_other_registry(registry, latest)
    except SnapshotError as error:
        if before is not None:
            raise
        said = error.message
        say(
            Text(
                f"{said.vi} Trang không có phần vì sao thay đổi và việc quá hạn.",
                f"{said.en} The page does not say what moved and what is late.",
            )
        )
        return None, None
    duties = registry.due(latest.framework, on=latest.content["valid"], known=latest.changeset)
    if before is not None:
        own = before.content["periods"]
        earlier = before, last if last in own else own[-1]
    elif len(about.periods) > 1:
        label = about.periods[-2].label
        earlier = next(s for s in about.snapshots if label in s.content["periods"]), label
    else:
        return None, duties
    moved = registry.diff_snapshots(earlier[0], latest, place=about.focus, periods=(earlier[1], last))
    return moved, duties


COMMANDS = (report,)
