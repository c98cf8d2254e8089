"""Commands on which records are one body: the pairs to look at, and deciding about one."""

import click

from stregistry.cli.asked import WHY
from stregistry.cli.base import RECORD_ID, Command, OneOf, actor, lang_of, open_registry, option, reading, say
from stregistry.text import Text


@click.command(
    "decide",
    cls=Command,
    about=Text(
        "Quyết định hai hồ sơ tổ chức là một (same), khác nhau (different) hay chưa rõ (unsure).\n\n"
        "Không hồ sơ nào bị sửa: khi là một, cả hai được đọc dưới một mã số chung. "
        "Quyết định lại để đổi ý. --pin chọn hồ sơ A làm nguồn của một trường.",
        "Decide that two records of organisations are the same body, different, or that it is unsure.\n\n"
        "No record is rewritten: the records of one body are read under one id. "
        "Decide again to change your mind. --pin takes a field from record A.",
    ),
    examples=(
        'stregistry decide 17 23 same --why "Cùng mã số thuế"',
        'stregistry decide 17 23 same --pin place --why "Địa bàn theo hồ sơ 17"',
    ),
)
@click.argument("one", metavar="A", type=RECORD_ID)
@click.argument("two", metavar="B", type=RECORD_ID)
@click.argument("verdict", type=OneOf(["same", "different", "unsure"]))
@option(
    "--pin",
    "pins",
    multiple=True,
    metavar="FIELD",
    vi="Trường lấy giá trị từ hồ sơ A; có thể lặp lại.",
    en="A field whose value comes from record A; may be repeated.",
)
@WHY
@click.pass_context
def decide(ctx: click.Context, one: int, two: int, verdict: str, pins: tuple[str, ...], why: str) -> None:
    registry = open_registry(ctx)
    with registry.changeset(actor=actor(), reason=why) as tx:
        tx.decide(one, two, verdict, by=actor(), why=why)
        for field in pins:
            tx.pin(one, field, by=actor(), why=why)
    if tx.committed:
        say(Text(f"Đã ghi quyết định trong đợt cập nhật {tx.number}.", f"Decided in changeset {tx.number}."))
    else:
        say(Text("Đã quyết định như vậy từ trước; không có gì thay đổi.", "So decided already; nothing changed."))


_HEADERS = {
    "score": Text("Điểm", "Score"),
    "relation": Text("Quan hệ", "Relation"),
    "one": Text("Hồ sơ A", "Record A"),
    "one_name": Text("Tên A", "Name A"),
    "two": Text("Hồ sơ B", "Record B"),
    "two_name": Text("Tên B", "Name B"),
    "reasons": Text("Lý do", "Reasons"),
    "unsure": Text("Chưa xác định", "Unsure"),
}
_RELATIONS = {"duplicate": Text("có thể trùng", "duplicate"), "branch_of": Text("chi nhánh của", "branch of")}


@click.command(
    "duplicates",
    cls=Command,
    about=Text(
        "Các cặp tổ chức có thể là một: cùng mã định danh, cùng tên gốc trên một địa bàn, hoặc tên gần giống.\n\n"
        "Cặp đã kết luận là khác nhau không hiện lại. Chi nhánh được ghi là chi nhánh của tổ chức kia. "
        "Kết luận bằng lệnh decide.",
        "Pairs of organisations that may be one body: same identifier, same core name in a place, or names alike.\n\n"
        "Pairs decided to be different do not come back. A branch is said to be a branch of the other. "
        "Decide with the decide command.",
    ),
    examples=("stregistry duplicates", "stregistry duplicates --format csv --out trung.csv"),
)
@reading
@click.pass_context
def duplicates(ctx: click.Context, valid: str | None, known: str | None, form: str, out: str | None) -> None:
    from stregistry.cli.output import emit

    lang = lang_of()
    rows = [
        {
            "score": c.score,
            "relation": _RELATIONS[c.relation][lang] if form == "table" and not out else c.relation,
            "one": c.one,
            "one_name": c.one_name,
            "two": c.two,
            "two_name": c.two_name,
            "reasons": "; ".join(reason[lang] for reason in c.reasons),
            "unsure": c.unsure,
        }
        for c in open_registry(ctx).find_duplicates(valid=valid, known=known)
    ]
    emit(rows, _HEADERS, form=form, out=out)


COMMANDS = (duplicates, decide)
