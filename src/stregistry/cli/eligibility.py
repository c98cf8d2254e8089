"""The command that compares a body with the criteria of the law."""

import itertools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from stregistry.cli.asked import ON_THE_DAY
from stregistry.cli.base import RECORD_ID, Command, lang_of, open_registry, option, reading_as, say
from stregistry.cli.output import count
from stregistry.dates import show_date
from stregistry.text import Text

if TYPE_CHECKING:
    from stregistry.plan.eligibility import Finding, Judgement

_HEADERS = {
    "criteria": Text("Bộ tiêu chí", "Criteria"),
    "clause": Text("Mã điều kiện", "Clause id"),
    "depth": Text("Cấp", "Depth"),
    "verdict": Text("Kết luận", "Verdict"),
    "name": Text("Điều kiện", "Condition"),
    "found": Text("Số liệu", "Found"),
    "missing": Text("Còn thiếu", "Missing"),
    "document": Text("Văn bản", "Document"),
    "issued": Text("Ngày ban hành", "Issued"),
    "article": Text("Điều, khoản", "Article"),
    "check_law": Text("Lưu ý", "Caution"),
}
_MARKS = {"meets": "+", "does_not": "-", "cannot_tell": "?"}


@click.command(
    "eligibility",
    cls=Command,
    about=Text(
        "Đối chiếu một tổ chức với tiêu chí: doanh nghiệp khởi nghiệp sáng tạo, doanh nghiệp khoa học và công nghệ.\n\n"
        "ID là mã tổ chức trong sổ. Mỗi điều kiện cho một trong ba kết luận: đáp ứng, không đáp ứng, chưa đủ thông tin "
        "(nêu rõ còn thiếu gì). Kết quả không thay quyết định của cơ quan có thẩm quyền.",
        "Compare an organisation with the criteria of startups and science and technology enterprises.\n\n"
        "ID is that of an organisation in the registry. Each condition meets, does not meet, or cannot be told: "
        "then it says what is missing. The result does not replace the decision of the authority.",
    ),
    examples=(
        "stregistry eligibility 12",
        "stregistry eligibility 12 --criteria st-enterprise --on 2026-06-30 --format csv",
    ),
)
@click.argument("id", type=RECORD_ID)
@option(
    "--criteria",
    metavar="C",
    vi="Chỉ một bộ tiêu chí: startup-sme-law, startup-decree-268, st-enterprise.",
    en="One definition only: startup-sme-law, startup-decree-268, st-enterprise.",
)
@option("--on", metavar="DATE", vi="Xét tại ngày này (mặc định: hôm nay).", en="As on this day (default: today).")
@reading_as(ON_THE_DAY)
@click.pass_context
def eligibility(
    ctx: click.Context,
    id: int,
    criteria: str | None,
    on: str | None,
    valid: str | None,
    known: str | None,
    form: str,
    out: str | None,
) -> None:
    from stregistry.cli.output import emit
    from stregistry.plan.eligibility import finding_row

    lang = lang_of()
    found = open_registry(ctx).eligibility(id, criteria, on=on, valid=valid, known=known)
    if form == "table" and not out:
        for line in (line for one in found for line in _told(one, lang)):
            click.echo(line)
    else:
        emit([finding_row(one, f, lang) for one in found for f in one.findings], _HEADERS, form=form, out=out)
    say(
        Text(
            "Đối chiếu theo số liệu trong sổ; không thay quyết định của cơ quan có thẩm quyền.",
            "Compared by what is in the registry; this does not replace the decision of the authority.",
        )
    )


def _told(judged: "Judgement", lang: str) -> Iterator[str]:
    """The verdict and its clauses, each with the ones it is made of; files have them all.

    A clause of the same article as the one it is part of does not name it again.
    """
    from stregistry.plan.eligibility import VERDICTS

    at = show_date(judged.at, lang)
    yield click.style(f"{judged.title[lang]}, {at}: {VERDICTS[judged.verdict][lang]}", bold=True)
    folded: int | None = None  # the depth of a clause whose own are not shown
    hidden = 0
    cited: list[tuple[object, Text]] = []  # what the clauses around it rest on
    for n, one in enumerate(judged.findings):
        if folded is not None and one.depth > folded:
            hidden += 1
            continue
        opened = _opened(one, judged.findings[n + 1 :])
        folded = None if opened else one.depth
        del cited[one.depth :]
        place = (one.source, one.article)
        yield from _clause(one, lang, cite=not cited or cited[-1] != place)
        cited.append(place)
    yield from _missing(judged, lang)
    if hidden:
        yield click.style(
            Text(
                f"  Không hiện {hidden} điều kiện thành phần của những điều kiện đã đáp ứng hoặc chưa có số liệu nào; "
                "xem đủ bằng --format csv hoặc --out.",
                f"  {count(hidden, 'clause')} within conditions that are met, or of which nothing is known, not shown; "
                "see all with --format csv or --out.",
            )[lang],
            fg="yellow",
        )
    yield ""


def _opened(one: "Finding", after: Sequence["Finding"]) -> bool:
    """Whether the clauses it is made of are shown: what is met needs no reasons, and what nothing is known of is
    summed up by what is missing."""
    inner = itertools.takewhile(lambda other: other.depth > one.depth, after)
    own = [other.verdict for other in inner if other.depth == one.depth + 1]
    return bool(own) and one.verdict != "meets" and (one.depth == 0 or set(own) != {"cannot_tell"})


def _missing(judged: "Judgement", lang: str) -> Iterator[str]:
    """The facts that are missing, each once whatever number of clauses asks for it; or that they change nothing."""
    if judged.missing:
        yield "  " + Text("Còn thiếu để kết luận:", "Missing before anybody can tell:")[lang]
        yield from (f"    - {text[lang]}" for text in judged.missing)
    elif any(one.verdict == "cannot_tell" for one in judged.findings if one.depth == 0):
        yield (
            "  "
            + Text("Thông tin còn thiếu không làm thay đổi kết luận.", "What is missing would not change the verdict.")[
                lang
            ]
        )


def _clause(one: "Finding", lang: str, cite: bool) -> Iterator[str]:
    from stregistry.plan.duty import CHECK_LAW
    from stregistry.plan.eligibility import VERDICTS

    indent = "  " * (one.depth + 1)
    yield f"{indent}{_MARKS[one.verdict]} {one.name[lang]}: {VERDICTS[one.verdict][lang]}"
    said = [one.found[lang] if one.found else ""]
    if cite or one.check_law:
        issued = one.source.issued and show_date(one.source.issued, lang)
        of = Text(f"ngày {issued}", f"of {issued}")[lang]
        said.append(
            f"{one.source.number} {of}, {one.article[lang]}" + (f", {CHECK_LAW[lang]}" if one.check_law else "")
        )
    if any(said):
        yield f"{indent}    " + "; ".join(text for text in said if text)


COMMANDS = (eligibility,)
