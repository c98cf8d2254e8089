"""Commands on the plan: how its targets stand."""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import click

from stregistry.cli.asked import PERIOD, PLACES, STOCKS_ON, place_code
from stregistry.cli.base import Command, lang_of, open_registry, option, reading_as, say
from stregistry.dates import parse_period, show_date
from stregistry.errors import NotFoundError
from stregistry.text import Text

if TYPE_CHECKING:
    from stregistry.framework import Framework
    from stregistry.plan import Standing

_HEADERS = {
    "indicator": Text("Mã chỉ tiêu", "Indicator id"),
    "target": Text("Mục tiêu số", "Target no."),
    "place": Text("Mã địa bàn", "Place code"),
    "period": Text("Kỳ", "Period"),
    "status": Text("Tình trạng", "Status"),
    "value": Text("Giá trị", "Value"),
    "reason": Text("Lý do", "Reason"),
    "form": Text("Dạng", "Form"),
    "low": Text("Mức thấp", "Low"),
    "high": Text("Mức cao", "High"),
    "of": Text("Đại lượng", "Of"),
    "by": Text("Đến năm", "By"),
    "every_year": Text("Hằng năm", "Every year"),
    "out_of": Text("Trong số", "Out of"),
    "baseline_period": Text("Năm gốc", "Baseline period"),
    "baseline": Text("Số gốc", "Baseline"),
    "path": Text("Trên lộ trình", "On the path"),
    "gap": Text("Chênh lệch", "Gap"),
    "ratio": Text("Tỷ số tiến độ", "Ratio"),
    "pace": Text("Tốc độ mỗi năm", "Yearly pace"),
    "needed": Text("Tốc độ còn cần", "Pace needed"),
    "pace_in": Text("Đơn vị tốc độ", "Pace in"),
    "provisional": Text("Số sơ bộ", "Provisional"),
    "document": Text("Văn bản", "Document"),
    "issued": Text("Ngày ban hành", "Issued"),
    "article": Text("Điều, mục", "Article"),
    "verified": Text("Mức kiểm chứng", "Verified"),
    "responsible": Text("Cơ quan chủ trì", "Responsible body"),
}


@click.command(
    "targets",
    cls=Command,
    about=Text(
        "Mục tiêu đã đạt đến đâu: tình trạng, giá trị trên lộ trình, chênh lệch, tốc độ còn cần.\n\n"
        "FRAMEWORK là mã bộ chỉ tiêu có sẵn hoặc đường dẫn tệp .toml. Tỷ số tiến độ là mức thay đổi bình quân năm "
        "đã có trên mức cần có kể từ năm gốc: từ 0,95 là đúng tiến độ, từ 0,6 là có nguy cơ, từ 0 là chưa đạt tiến độ, "
        "dưới 0 là xa dần.",
        "How the targets stand: status, value on the path, gap, pace still needed.\n\n"
        "FRAMEWORK is a shipped id or the path of a .toml file. The ratio is observed over required average yearly "
        "change since the baseline: from 0.95 on track, from 0.6 at risk, from 0 off track, below 0 moving away.",
    ),
    examples=(
        "stregistry targets sti-national-2030 --period 2025",
        "stregistry targets cantho-kl69 --period 2025 --out muc-tieu.xlsx",
    ),
)
@click.argument("framework")
@PERIOD
@option(
    "--place",
    metavar="CODE",
    vi="Chỉ mục tiêu của một địa bàn (mã hoặc tên); VN: mục tiêu của cả nước.",
    en="Only the targets of one place, by code or name; VN: those of the nation.",
)
@PLACES
@reading_as(STOCKS_ON)
@click.pass_context
def targets(
    ctx: click.Context,
    framework: str,
    period: str,
    place: str | None,
    places: str | None,
    valid: str | None,
    known: str | None,
    form: str,
    out: str | None,
) -> None:
    from stregistry.cli.output import emit
    from stregistry.framework import Framework

    chosen = Framework.load(framework)
    found = open_registry(ctx).targets(chosen, period, places, valid=valid, known=known)
    rows = _of_place(found.rows, place and place_code(place, found.places, *_maps(chosen)))
    if form == "table" and not out:
        _print(chosen, rows, lang_of())
    else:
        emit([_row(chosen, row, lang_of()) for row in rows], _HEADERS, form=form, out=out)
    for other in _other_maps(chosen, rows):
        say(
            Text(
                f"Mục tiêu đặt cho địa giới của danh mục đơn vị hành chính {other}: xem bằng --places {other}.",
                f"For the targets set for territories of the place map {other}: --places {other}.",
            )
        )


def _other_maps(framework: "Framework", rows: list["Standing"]) -> list[str]:
    """The place maps of the targets that have no figure for want of their map."""
    set_for = {
        framework.indicator(row.indicator).targets[row.target - 1].map for row in rows if row.reason == "other_map"
    }
    return sorted(other for other in set_for if other)


def _maps(framework: "Framework") -> list[str]:
    """The place maps of the targets."""
    return sorted({t.map for i in framework.indicators for t in i.targets if t.map})


def _of_place(rows: Sequence["Standing"], place: str | None) -> list["Standing"]:
    """The targets of a place, or all of them; NotFoundError says for which places there are any."""
    found = [row for row in rows if place in (None, row.place or _NATION)]
    if rows and not found:
        there = ", ".join(sorted({row.place or _NATION for row in rows}))
        raise NotFoundError(
            Text(
                f"Bộ chỉ tiêu không đặt mục tiêu cho địa bàn '{place}'. Có: {there}.",
                f"The framework sets no target for the place '{place}'. There are: {there}.",
            ),
            place=place,
        )
    return found


def _row(framework: "Framework", row: "Standing", lang: str) -> dict[str, Any]:
    import attrs

    indicator = framework.indicator(row.indicator)
    article = indicator.targets[row.target - 1].article
    source = next((s for s in framework.sources if s.id == row.source), None)
    return attrs.asdict(row) | {
        "document": source and (source.number or source.title[lang]),
        "issued": source and source.issued and source.issued.isoformat(),
        "article": article and article[lang],
        "responsible": indicator.responsible and indicator.responsible[lang],
    }


_NATION: Final = "VN"
_TABLE = {
    "name": Text("Chỉ tiêu", "Indicator"),
    "place": Text("Địa bàn", "Place"),
    "period": Text("Kỳ", "Period"),
    "status": Text("Tình trạng", "Status"),
    "goal": Text("Mục tiêu", "Target"),
    "due": Text("Thời hạn", "Due"),
    "value": Text("Giá trị", "Value"),
    "path": Text("Trên lộ trình", "On the path"),
    "gap": Text("Chênh lệch", "Gap"),
    "ratio": Text("Tỷ số", "Ratio"),
    "needed": Text("Còn cần mỗi năm", "Needed a year"),
}
_RIGHT = ("value", "path", "gap", "ratio", "needed")
# Where a line has no room for all of it, what a target is stands above how it stands; then the last of these go.
_UNDER = {name: _TABLE[name] for name in ("place", "period", "status", "value", "gap", "ratio", "needed", "path")}
_COLOURS = {
    "met": "green",
    "exceeded": "green",
    "on_track": "green",
    "at_risk": "yellow",
    "off_track": "red",
    "moving_away": "red",
}


def _print(framework: "Framework", rows: list["Standing"], lang: str) -> None:
    """How each target stands, and below what each rests on: its document, article and responsible body."""
    if not rows:
        click.echo(Text("Không có mục tiêu nào.", "No targets.")[lang])
        return
    sources: dict[str, int] = {}
    lines = []
    for row in rows:
        line = _line(framework, row, lang)
        number = sources.setdefault(_rests_on(framework, row, lang), len(sources) + 1)
        lines.append(line | {"name": f"{line['name']} [{number}]"})
    said = {"place": lines[0]["place"], "period": parse_period(rows[0].period).words[lang]}
    common = [name for name in said if len({line[name] for line in lines}) == 1]
    if common:
        heading = ", ".join(said[name] for name in common)
        click.secho(heading[0].upper() + heading[1:], bold=True)
    _print_lines([line | dict.fromkeys(common, "") for line in lines], [_COLOURS.get(row.status or "") for row in rows])
    for text, number in sources.items():
        click.echo(f"[{number}] {text}")
    if any(row.provisional and row.value is not None for row in rows):
        click.echo(Text("* số sơ bộ: kỳ báo cáo chưa kết thúc", "* provisional: the period is not over")[lang])


def _print_lines(lines: list[dict[str, str]], colours: list[str | None]) -> None:
    """A line for each target; in a narrow terminal its name, what is to be reached and by when stand above it."""
    from stregistry.cli.output import has_room, print_table

    colour = [("status", own) for own in colours]
    if has_room(lines, _TABLE, _RIGHT):
        print_table(lines, _TABLE, _RIGHT, wrap=True, colour=colour)
        return
    heads = [f"{line['name']}: {line['goal']}, {line['due']}" for line in lines]
    sections = {n: head for n, head in enumerate(heads) if n == 0 or head != heads[n - 1]}
    print_table(lines, _UNDER, _RIGHT, wrap=True, colour=colour, sections=sections)


def _line(framework: "Framework", row: "Standing", lang: str) -> dict[str, str]:
    """A target as cells of a table."""
    from stregistry.cli.table import show
    from stregistry.exchange.out import whole
    from stregistry.places import label
    from stregistry.plan.words import goal

    def number(value: float | None) -> str:
        return "" if value is None else show(whole(value), lang)

    indicator = framework.indicator(row.indicator)
    ends = number(row.low), number(row.high)
    due = Text("hằng năm", "every year") if row.every_year else Text(f"đến {row.by}", f"by {row.by}")
    return {
        "name": indicator.name[lang],
        "place": Text("Cả nước", "Nation")[lang] if row.place is None else f"{label(row.place, lang)} ({row.place})",
        "period": row.period,
        "status": _status(row, lang),
        "goal": goal(row.form, ends, row.of, indicator.measured_in, row.out_of, lang),
        "due": due[lang],
        "value": number(row.value) + ("*" if row.provisional and row.value is not None else ""),
        "path": number(row.path),
        "gap": number(row.gap),
        "ratio": number(row.ratio),
        "needed": _pace(number(row.needed), row.pace_in),
    }


def _rests_on(framework: "Framework", row: "Standing", lang: str) -> str:
    """Document, day, article, responsible body, and how sure the quotation is."""
    from stregistry.plan.words import VERIFIED

    more = _row(framework, row, lang)
    issued = more["issued"] and show_date(dt.date.fromisoformat(more["issued"]), lang)
    said = [more["document"], issued, more["article"], more["responsible"]]
    said.append(VERIFIED[row.verified][lang] if row.verified else None)
    return ", ".join(text for text in said if text)


def _pace(shown: str, unit: str | None) -> str:
    return shown + ("%" if shown and unit == "percent" else "")


def _status(row: "Standing", lang: str) -> str:
    from stregistry.missing import MISSING
    from stregistry.plan import REASONS, STATUSES

    said = STATUSES[row.status][lang] if row.status else Text("chỉ nêu chênh lệch", "gap only")[lang]
    # "No data" says already that there is no observation.
    why = None if row.reason == "no_observation" else {**MISSING, **REASONS}.get(row.reason or "")
    return f"{said} ({why[lang]})" if why and why[lang] != said else said


COMMANDS = (targets,)
