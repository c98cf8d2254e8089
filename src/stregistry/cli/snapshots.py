"""Commands on snapshots: make, verify, compare."""

from pathlib import Path

import click

from stregistry.cli.base import Command, Whole, lang_of, open_registry, option, printing, say
from stregistry.cli.numbers import PERIOD, PLACES
from stregistry.cli.output import emit
from stregistry.text import Text


@click.command(
    "snapshot",
    cls=Command,
    about=Text(
        "Lập bản chốt số liệu: giá trị các chỉ tiêu kèm nguồn gốc, tính lại được và kiểm chứng được.",
        "Make a snapshot: indicator values with their provenance, to be recomputed and verified.",
    ),
    examples=("stregistry snapshot ecosystem-core --period 2024 --out nam-2024.json",),
)
@click.argument("framework")
@PERIOD
@PLACES
@option(
    "--valid",
    metavar="DATE",
    vi="Số thời điểm lấy muộn nhất vào ngày này.",
    en="Stocks are taken on this day at the latest.",
)
@option(
    "--known",
    metavar="DATE|N",
    vi="Theo những gì đã ghi nhận đến ngày hoặc đợt cập nhật này.",
    en="As known at the end of this day, or at this changeset.",
)
@option(
    "--out",
    required=True,
    metavar="FILE",
    type=click.Path(path_type=Path),
    vi="Tệp .json sẽ ghi.",
    en="The .json file to write.",
)
@option(
    "--seed",
    type=Whole(0, 2**32 - 1),
    default=1,
    metavar="N",
    vi="Hạt giống ngẫu nhiên của [uncertainty] (mặc định: 1).",
    en="Random seed of [uncertainty] (default: 1).",
)
@click.pass_context
def snapshot(
    ctx: click.Context,
    framework: str,
    period: str,
    places: str | None,
    valid: str | None,
    known: str | None,
    out: Path,
    seed: int,
) -> None:
    made = open_registry(ctx).snapshot(framework, period, places, valid=valid, known=known, seed=seed)
    made.write(out)
    say(
        Text(
            f"Đã chốt {len(made.values)} giá trị tại đợt cập nhật {made.changeset} vào {out}. SHA-256: {made.sha256}",
            f"Wrote {len(made.values)} values as of changeset {made.changeset} to {out}. SHA-256: {made.sha256}",
        )
    )


@click.command(
    "verify",
    cls=Command,
    about=Text(
        "Kiểm chứng bản chốt số liệu: tính lại và so từng ô.",
        "Verify a snapshot: compute it again and compare cell by cell.",
    ),
    examples=("stregistry verify nam-2024.json",),
)
@click.argument("file", type=click.Path(path_type=Path))
@printing
@click.pass_context
def verify(ctx: click.Context, file: Path, form: str, out: str | None) -> None:
    from stregistry.cli.figures import DIFFERENCE_HEADERS, difference_rows, verdict

    found = open_registry(ctx).verify(file)
    rows = difference_rows(found)
    if rows or out or form != "table":
        emit(rows, DIFFERENCE_HEADERS, form=form, out=out)
    for line in verdict(found):
        say(line)
    if not found.ok:
        ctx.exit(1)


@click.command(
    "diff",
    cls=Command,
    about=Text(
        "So sánh hai bản chốt số liệu: số nào thay đổi, vì đâu, do hồ sơ nào.\n\n"
        "Mỗi thay đổi được tách đúng bằng tổng: kỳ báo cáo và ngày lấy số, hồ sơ mới, hồ sơ đính chính hoặc bị rút, "
        "mẫu số, bộ chỉ tiêu, danh mục địa bàn - theo đúng thứ tự ấy. Ghi ra tệp, --format csv hoặc json thì mỗi hồ sơ "
        "một dòng; tổng đóng góp của các dòng bằng mức thay đổi.",
        "Compare two snapshots: which figures moved, why, and through which records.\n\n"
        "Each change is split exactly over the period and valid day, new, revised and retracted records, denominators, "
        "the framework and the place map - in that order. In a file, or with --format csv or json, each record is a "
        "row; the contributions of the rows add up to the change.",
    ),
    examples=(
        "stregistry diff nam-2023.json nam-2024.json --place 92",
        "stregistry diff cu.json moi.json --place 92 --indicator deals_value --out thay-doi.xlsx",
        "stregistry diff cu.json moi.json --period 2024H1 2025H1",
    ),
)
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@option("--place", metavar="CODE", vi="Chỉ một địa bàn.", en="Only one place.")
@option("--indicator", metavar="ID", vi="Chỉ một chỉ tiêu.", en="Only one indicator.")
@option(
    "--period",
    "periods",
    nargs=2,
    metavar="OLD NEW",
    vi="Kỳ của bản cũ và kỳ của bản mới (mặc định: các kỳ cả hai cùng có, không thì kỳ cuối của mỗi bản).",
    en="A period of the old and one of the new snapshot (default: those both have, else the last of each).",
)
@printing
@click.pass_context
def diff(
    ctx: click.Context,
    old: Path,
    new: Path,
    place: str | None,
    indicator: str | None,
    periods: tuple[str, str] | None,
    form: str,
    out: str | None,
) -> None:
    from stregistry.cli.moves import ROW_HEADERS, moves_notes, print_moves

    found = open_registry(ctx).diff_snapshots(old, new, place=place, indicator=indicator, periods=periods or None)
    for line in moves_notes(found):
        say(line)
    if out or form != "table":
        emit(found.rows(), ROW_HEADERS, form=form, out=out)
    else:
        print_moves(found, lang_of())


COMMANDS = (snapshot, verify, diff)
