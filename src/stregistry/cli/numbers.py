"""Commands on numbers: indicators, the records behind them, frameworks."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stregistry.cli.asked import PERIOD, PLACES, STOCKS_ON, place_code
from stregistry.cli.base import Command, Group, lang_of, open_registry, option, printing, reading_as, say
from stregistry.cli.output import count, emit, wants_mark
from stregistry.text import Text

if TYPE_CHECKING:
    from stregistry.evaluate import Cell, Counted
    from stregistry.framework import Framework

_CELL_HEADERS = {
    "indicator": Text("Mã chỉ tiêu", "Indicator id"),
    "place": Text("Mã địa bàn", "Place code"),
    "period": Text("Kỳ", "Period"),
    "value": Text("Giá trị", "Value"),
    "records": Text("Số hồ sơ", "Records"),
    "missing": Text("Lý do thiếu", "Missing"),
    "provisional": Text("Số sơ bộ", "Provisional"),
}
# After these in a workbook, in the user's language: what the codes mean.
_WORDS = ("indicator_name", "measured_in", "place_name", "why_missing")


@click.command(
    "indicators",
    cls=Command,
    about=Text(
        "Tính các chỉ tiêu của một bộ chỉ tiêu.\n\nFRAMEWORK là mã bộ chỉ tiêu có sẵn hoặc đường dẫn tệp .toml. "
        "Với --out TỆP.xlsx: sổ tính có thêm một trang liệt kê hồ sơ được tính vào từng con số.",
        "Compute the indicators of a framework.\n\nFRAMEWORK is a shipped id or the path of a .toml file. "
        "With --out FILE.xlsx the workbook has a second sheet with the records counted in each figure.",
    ),
    examples=(
        "stregistry indicators ecosystem-core --period 2024 --place 92",
        "stregistry indicators cantho-kl69 --period 2020..2025 --place 92 --format csv",
        "stregistry indicators ecosystem-core --period 2024 --places vn-2024 --out chi-tieu.xlsx",
    ),
)
@click.argument("framework")
@PERIOD
@option("--place", metavar="CODE", vi="Chỉ một địa bàn: mã hoặc tên.", en="Only one place, by code or name.")
@PLACES
@reading_as(STOCKS_ON)
@click.pass_context
def indicators(
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
    import attrs

    from stregistry.cli.figures import left_out_notes, print_figures, split_notes, unit_notes
    from stregistry.framework import Framework

    chosen = Framework.load(framework)
    place = place and place_code(place, places or chosen.evaluation.places)
    registry = open_registry(ctx)
    units = None if place is None else [place]
    table = registry.indicators(chosen, period, places, units=units, valid=valid, known=known)
    cells = table.cells
    if form == "table" and not out:
        print_figures(chosen, cells, lang_of())
    elif out and out.lower().endswith(".xlsx"):
        counted = registry.counted_records(chosen, period, places, units=units, valid=valid, known=known)
        _write_workbook([attrs.asdict(cell) | _in_words(chosen, cell) for cell in cells], counted, out)
    else:
        emit([attrs.asdict(cell) for cell in cells], _CELL_HEADERS, form=form, out=out)
    lang = lang_of()
    notes = (
        left_out_notes(table.left_out, lang, place),
        split_notes(table.split_bodies, lang),
        unit_notes(table.several_units, lang),
    )
    for line in chain.from_iterable(notes):
        say(line)


def _in_words(framework: "Framework", cell: "Cell") -> dict[str, str | None]:
    """What the codes of a figure say, for who opens the workbook without them at hand."""
    from stregistry.missing import why_missing
    from stregistry.places import label as place_label

    lang, indicator = lang_of(), framework.indicator(cell.indicator)
    return {
        "indicator_name": indicator.name[lang],
        "measured_in": indicator.measured_in[lang] if indicator.measured_in else None,
        "place_name": place_label(cell.place, lang),
        "why_missing": why_missing(cell.missing)[lang] if cell.missing else None,
    }


def _write_workbook(cells: list[dict[str, Any]], counted: "Iterator[tuple[str, str, str, Counted]]", out: str) -> None:
    """The figures on one sheet and the records counted in them on the next."""
    from stregistry.cli.figures import EXPLAIN_HEADERS, counted_row
    from stregistry.exchange.out import Sheet, write_book

    wants_mark(out)
    rows = ({"indicator": i, "place_of_figure": u, "period": p} | counted_row(one) for i, u, p, one in counted)
    sheets = (
        Sheet(name=Text("Chỉ tiêu", "Indicators")[lang_of()], columns=[*_CELL_HEADERS, *_WORDS], rows=cells),
        Sheet(
            name=Text("Hồ sơ được tính", "Records counted")[lang_of()],
            columns=["indicator", "place_of_figure", "period", *EXPLAIN_HEADERS],
            rows=rows,
        ),
    )
    figures, records = write_book(sheets, Path(out))
    say(
        Text(
            f"Đã ghi {figures} con số và {records} dòng hồ sơ được tính vào {out}.",
            f"Wrote {count(figures, 'figure')} and {count(records, 'row')} of records counted to {out}.",
        )
    )


@click.command(
    "explain",
    cls=Command,
    about=Text(
        "Giải trình một con số: các hồ sơ được tính, phần đóng góp của từng hồ sơ, tệp và dòng gốc.\n\n"
        "FRAMEWORK là mã bộ chỉ tiêu, tệp .toml, hoặc bản chốt số liệu: tệp .json hay tên bản đã lưu. "
        "INDICATOR có thể là mã một nhóm: khi đó "
        "điểm của nhóm được chia xuống từng thành phần, rồi đến hồ sơ.\n\n"
        "Với --out TỆP.xlsx: sổ tính gồm con số, hồ sơ được tính, mẫu số, hồ sơ không tính, đợt cập nhật và tệp nguồn.",
        "Explain a figure: the records it counts, what each contributes, and the file and row it came from.\n\n"
        "FRAMEWORK is a shipped id, a .toml file, or a snapshot: a .json file or the name of a kept "
        "one. INDICATOR may be the id of a group: its score "
        "is then split over its members, down to the records.\n\n"
        "With --out FILE.xlsx: a workbook of the figure, its records, denominator, what is left out, changesets and "
        "files.",
    ),
    examples=(
        "stregistry explain ecosystem-core deals_value --place 92 --period 2024",
        "stregistry explain chi-so.toml index --place 92 --period 2024",
        "stregistry explain nam-2024.json startups --place 92 --out giai-trinh.xlsx",
    ),
)
@click.argument("framework")
@click.argument("indicator")
@option("--place", required=True, metavar="CODE", vi="Địa bàn: mã hoặc tên.", en="The place, by code or name.")
@option(
    "--period",
    metavar="P",
    vi="Kỳ báo cáo; không cần khi bản chốt số liệu chỉ có một kỳ.",
    en="Period; may be left out for a snapshot of one period.",
)
@PLACES
@reading_as(STOCKS_ON)
@click.pass_context
def explain(
    ctx: click.Context,
    framework: str,
    indicator: str,
    place: str,
    period: str | None,
    places: str | None,
    valid: str | None,
    known: str | None,
    form: str,
    out: str | None,
) -> None:
    from stregistry.cli.figures import EXPLAIN_HEADERS, differing, explain_notes, explain_rows
    from stregistry.cli.scoring import print_score
    from stregistry.cli.snapshots import is_kept
    from stregistry.cli.told import RECORDS
    from stregistry.framework import Framework

    registry, snapshot = open_registry(ctx), None
    if framework.endswith(".json") or is_kept(registry, framework):
        given = [name for name, value in (("--valid", valid), ("--known", known), ("--places", places)) if value]
        if given:
            ctx.fail(
                Text(
                    f"Bản chốt số liệu đã định sẵn {', '.join(given)}; hãy bỏ đi.",
                    f"A snapshot states {', '.join(given)} itself; leave it out.",
                )[lang_of()]
            )
        snapshot = registry.open_snapshot(framework)
        source = snapshot.framework
        unit = place_code(place, snapshot.content["places"]["map"])
        if source.is_group(indicator):
            print_score(source, registry.explain_snapshot_score(snapshot, indicator, unit, period), form, out)
            return
        found = registry.explain_snapshot(snapshot, indicator, unit, period)
    else:
        source = Framework.load(framework)
        unit = place_code(place, places or source.evaluation.places)
        if period is None:
            raise click.MissingParameter(ctx=ctx, param=next(p for p in ctx.command.params if p.name == "period"))
        if source.is_group(indicator):
            rest = registry.explain_score(source, indicator, unit, period, places=places, valid=valid, known=known)
            print_score(source, rest, form, out)
            return
        found = registry.explain(source, indicator, unit, period, places=places, valid=valid, known=known)
    for line in explain_notes(source, found, lang_of()):
        say(line)
    if out is not None and out.lower().endswith(".xlsx"):
        from stregistry.report.explanation import write_explanation

        write_explanation(registry, source, found, out, snapshot=snapshot, lang=lang_of())
        say(Text(f"Đã ghi giải trình vào {out}.", f"Wrote the explanation to {out}."))
    else:
        rows = explain_rows(found)
        headers = differing(rows) if form == "table" and not out else EXPLAIN_HEADERS
        emit(rows, headers, form=form, out=out, wrap=True, told=RECORDS)


@click.group("framework", cls=Group, about=Text("Làm việc với tệp bộ chỉ tiêu.", "Work with framework files."))
def framework() -> None:
    pass


@framework.command(
    "check",
    cls=Command,
    about=Text("Kiểm tra tệp bộ chỉ tiêu; nêu mọi lỗi cùng lúc.", "Check a framework file; names every fault at once."),
    examples=("stregistry framework check cantho.toml",),
)
@click.argument("file")
def check(file: str) -> None:
    from stregistry.framework import Framework

    found = Framework.load(file)
    indicators, groups = len(found.indicators), len(found.groups)
    say(
        Text(
            f"Hợp lệ: {found.id} phiên bản {found.version}, {indicators} chỉ tiêu, {groups} nhóm.",
            f"Valid: {found.id} version {found.version}, {indicators} indicators, {groups} groups.",
        )
    )
    if found.method:
        from stregistry.scoring.method import Method
        from stregistry.scoring.words import told

        for step, said in told(Method.of(found.method)):
            say(Text(f"  {step.vi}: {said.vi}", f"  {step.en}: {said.en}"))


# Taken as by every reading command; what is shipped is the same on every day.
_UNDATED_VALID = click.option("--valid", hidden=True, expose_value=False)
_UNDATED_KNOWN = click.option("--known", hidden=True, expose_value=False)


@framework.command(
    "list",
    cls=Command,
    about=Text("Các bộ chỉ tiêu có sẵn.", "The shipped frameworks."),
    examples=("stregistry framework list",),
)
@_UNDATED_VALID
@_UNDATED_KNOWN
@printing
def list_frameworks(form: str, out: str | None) -> None:
    from stregistry.framework import Framework

    lang = lang_of()
    shipped = [Framework.load(name) for name in Framework.shipped()]
    rows = [
        {"id": f.id, "version": f.version, "title": f.title[lang], "indicators": len(f.indicators)} for f in shipped
    ]
    headers = {
        "id": Text("Mã", "Id"),
        "version": Text("Phiên bản", "Version"),
        "title": Text("Tên", "Title"),
        "indicators": Text("Số chỉ tiêu", "Indicators"),
    }
    emit(rows, headers, form=form, out=out)


COMMANDS = (indicators, explain, framework)
