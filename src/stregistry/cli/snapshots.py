"""Commands on snapshots: make, verify, compare, keep and approve."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import click

from stregistry.cli.asked import PERIOD, PLACES, STOCKS_ON, ending, place_code
from stregistry.cli.base import KNOWN, Command, Group, Whole, actor, lang_of, open_registry, option, printing, say
from stregistry.cli.output import emit
from stregistry.text import Text

if TYPE_CHECKING:
    from stregistry.registry import Registry
    from stregistry.snapshot import Kept


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
@STOCKS_ON
@KNOWN
@option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path),
    callback=ending(
        ".json",
        instead=Text(
            "Bảng số liệu: stregistry export SNAPSHOT.json --out bang.xlsx.",
            "For a table of it: stregistry export SNAPSHOT.json --out table.xlsx.",
        ),
    ),
    vi="Tệp .json sẽ ghi.",
    en="The .json file to write.",
)
@option(
    "--keep",
    metavar="NAME",
    vi="Lưu vào sổ đăng ký dưới tên này, là bản dự thảo cho đến khi được phê duyệt.",
    en="Keep it in the registry under this name, a draft until it is approved.",
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
    out: Path | None,
    keep: str | None,
    seed: int,
) -> None:
    if out is None and keep is None:
        ctx.fail(Text("Cần --out TỆP hoặc --keep TÊN.", "--out FILE or --keep NAME is needed.")[lang_of()])
    registry = open_registry(ctx)
    made = registry.snapshot(framework, period, places, valid=valid, known=known, seed=seed)
    where = []
    if out is not None:
        made.write(out)
        where.append(str(out))
    if keep is not None:
        where.append(registry.keep(made, name=keep, by=actor()).name)
    to = ", ".join(where)
    say(
        Text(
            f"Đã chốt {len(made.values)} giá trị tại đợt cập nhật {made.changeset} vào {to}. SHA-256: {made.sha256}",
            f"Wrote {len(made.values)} values as of changeset {made.changeset} to {to}. SHA-256: {made.sha256}",
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
@click.argument("file", metavar="SNAPSHOT")
@printing
@click.pass_context
def verify(ctx: click.Context, file: str, form: str, out: str | None) -> None:
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
        "mẫu số, bộ chỉ tiêu, danh mục đơn vị hành chính - theo đúng thứ tự ấy. Ghi ra tệp, --format csv hoặc json "
        "thì mỗi hồ sơ một dòng; tổng đóng góp của các dòng bằng mức thay đổi.",
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
@click.argument("old")
@click.argument("new")
@option("--place", metavar="CODE", vi="Chỉ một địa bàn: mã hoặc tên.", en="Only one place, by code or name.")
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
    old: str,
    new: str,
    place: str | None,
    indicator: str | None,
    periods: tuple[str, str] | None,
    form: str,
    out: str | None,
) -> None:
    from stregistry.cli.moves import ROW_HEADERS, moves_notes, print_moves

    registry = open_registry(ctx)
    one, other = registry.open_snapshot(old), registry.open_snapshot(new)
    unit = place and place_code(place, *(made.content["places"]["map"] for made in (other, one)))
    found = registry.diff_snapshots(one, other, place=unit, indicator=indicator, periods=periods or None)
    for line in moves_notes(found):
        say(line)
    if out or form != "table":
        emit(found.rows(), ROW_HEADERS, form=form, out=out)
    else:
        print_moves(found, lang_of())


@click.command(
    "approve",
    cls=Command,
    about=Text(
        "Phê duyệt một bản chốt số liệu: kiểm chứng, lưu vào sổ đăng ký, ghi người phê duyệt và thời điểm.\n\n"
        "SNAPSHOT là tệp .json hoặc tên bản đã lưu. Bản đã phê duyệt không sửa, không xóa được; bản phê duyệt sau cùng "
        "tên thay thế nó.",
        "Approve a snapshot: it is verified, kept in the registry, with the person and the instant.\n\n"
        "SNAPSHOT is a .json file or the name of a kept one. An approved snapshot cannot be altered or removed; one of "
        "the same name approved later supersedes it.",
    ),
    examples=(
        'stregistry approve nam-2024.json --by "Nguyễn Văn An" --name nam-2024',
        'stregistry approve nam-2024 --by "Nguyễn Văn An" --why "Tờ trình 12/TTr-SKHCN"',
    ),
)
@click.argument("snapshot")
@option("--by", required=True, metavar="NAME", vi="Người phê duyệt.", en="The person who approves.")
@option("--why", metavar="TEXT", vi="Lý do, văn bản kèm theo.", en="The reason, or the document that goes with it.")
@option("--name", metavar="NAME", vi="Tên lưu, nếu chưa lưu.", en="The name to keep it under, if it is not kept yet.")
@click.pass_context
def approve(ctx: click.Context, snapshot: str, by: str, why: str | None, name: str | None) -> None:
    done = open_registry(ctx).approve(snapshot, by=by, why=why, name=name)
    say(
        Text(
            f"{done.approved_by} đã phê duyệt '{done.name}' ở đợt cập nhật {done.approved_in}. SHA-256: {done.sha256}",
            f"{done.approved_by} approved '{done.name}' in changeset {done.approved_in}. SHA-256: {done.sha256}",
        )
    )


_STATUS = {
    "draft": Text("dự thảo", "draft"),
    "approved": Text("đã phê duyệt", "approved"),
    "superseded": Text("đã được thay thế", "superseded"),
}
_KEPT_HEADERS = {
    "name": Text("Tên", "Name"),
    "status": Text("Tình trạng", "Status"),
    "framework": Text("Bộ chỉ tiêu", "Framework"),
    "version": Text("Phiên bản", "Version"),
    "periods": Text("Kỳ", "Periods"),
    "places": Text("Danh mục địa bàn", "Place map"),
    "known": Text("Đợt cập nhật của số liệu", "Known at changeset"),
    "approved_by": Text("Người phê duyệt", "Approved by"),
    "approved_on": Text("Phê duyệt lúc (UTC)", "Approved on (UTC)"),
    "approved_in": Text("Đợt phê duyệt", "Approved in changeset"),
    "kept_by": Text("Người lưu", "Kept by"),
    "kept_on": Text("Lưu lúc (UTC)", "Kept on (UTC)"),
    "kept_in": Text("Đợt lưu", "Kept in changeset"),
    "why": Text("Lý do", "Reason"),
    "verified": Text("Kiểm chứng", "Verified"),
    "sha256": Text("SHA-256", "SHA-256"),
}


@click.group(
    "kept", cls=Group, about=Text("Các bản chốt số liệu đã lưu trong sổ đăng ký.", "Snapshots kept in the registry.")
)
def kept() -> None:
    pass


@kept.command(
    "list",
    cls=Command,
    about=Text(
        "Các bản đã lưu: tình trạng, ai phê duyệt, khi nào.", "The kept snapshots: status, who approved them, when."
    ),
    examples=("stregistry kept list", "stregistry kept list --format csv"),
)
@printing
@click.pass_context
def list_kept(ctx: click.Context, form: str, out: str | None) -> None:
    headers = {name: label for name, label in _KEPT_HEADERS.items() if name != "verified"}
    if form == "table" and not out:  # who stands for it and since when must not be what there is no room for
        first = ("name", "status", "approved_by", "approved_on", "periods")
        headers = {name: headers[name] for name in (*first, *headers)}
    emit([_kept_row(one, form, out) for one in open_registry(ctx).kept()], headers, form=form, out=out)


@kept.command(
    "show",
    cls=Command,
    about=Text(
        "Lấy một bản đã lưu ra: ghi thành tệp .json như lúc chốt.",
        "Take a kept snapshot out: write it as the .json file it was.",
    ),
    examples=("stregistry kept show nam-2024 --out nam-2024.json",),
)
@click.argument("name")
@option("--out", required=True, metavar="FILE", type=click.Path(path_type=Path), vi="Tệp .json.", en="The .json file.")
@click.pass_context
def show_kept(ctx: click.Context, name: str, out: Path) -> None:
    found = open_registry(ctx).open_snapshot(name)
    found.write(out)
    say(Text(f"Đã ghi {out}. SHA-256: {found.sha256}", f"Wrote {out}. SHA-256: {found.sha256}"))


@kept.command(
    "verify",
    cls=Command,
    about=Text(
        "Kiểm chứng mọi bản đã lưu: tính lại từng bản từ sổ đăng ký.",
        "Verify every kept snapshot: compute each again from the registry.",
    ),
    examples=("stregistry kept verify",),
)
@printing
@click.pass_context
def verify_kept(ctx: click.Context, form: str, out: str | None) -> None:
    from stregistry.cli.figures import verdict
    from stregistry.errors import SnapshotError

    registry, bad = open_registry(ctx), 0
    rows = []
    for one in registry.kept():
        try:
            found = registry.verify(registry.open_snapshot(one.sha256))
            said, ok = list(verdict(found)), found.ok
        except SnapshotError as error:
            said, ok = [error.message], False
        bad += not ok
        rows.append(_kept_row(one, form, out) | {"verified": " ".join(text[lang_of()] for text in said)})
    names = ("name", "status", "verified", "approved_by", "approved_on", "known", "sha256")
    emit(rows, {name: _KEPT_HEADERS[name] for name in names}, form=form, out=out)
    if bad:
        say(Text(f"{bad} bản không kiểm chứng được.", f"{bad} do not verify."), fg="red")
        ctx.exit(1)


def _kept_row(one: "Kept", form: str, out: str | None) -> dict[str, Any]:
    row = attrs.asdict(one) | {"periods": ", ".join(one.periods)}
    if out or form != "table":
        return row
    from stregistry.cli import told

    times = {name: row[name] and told.instant(row[name], lang_of()) for name in ("approved_on", "kept_on")}
    return row | times | {"status": _STATUS[one.status][lang_of()]}


def is_kept(registry: "Registry", word: str) -> bool:
    """Whether a word on the command line names a kept snapshot, and no framework or file."""
    from stregistry.framework import Framework

    if word in Framework.shipped() or Path(word).exists():
        return False
    return any(one.name == word or (len(word) >= 8 and one.sha256.startswith(word)) for one in registry.kept())


COMMANDS = (snapshot, verify, diff, approve, kept)
