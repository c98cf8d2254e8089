"""Figures for reading: indicators down and periods across, and what stands above the records of one figure."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import attrs
import click

from stregistry.cli.output import count, print_table
from stregistry.cli.table import show
from stregistry.dates import parse_period
from stregistry.evaluate.observations import series_name
from stregistry.evaluate.table import left_out_counts
from stregistry.evaluate.words import LEFT_OUT, part_label
from stregistry.exchange.out import whole
from stregistry.figures import sparkline
from stregistry.missing import why_missing
from stregistry.places import label as place_label
from stregistry.text import Text

if TYPE_CHECKING:
    from stregistry.evaluate import Cell, Counted, Explanation, LeftOut, SeveralUnits, SplitBody
    from stregistry.framework import Framework, Indicator
    from stregistry.snapshot import Verification

TREND = Text("Diễn biến", "Trend")

EXPLAIN_HEADERS = {
    "id": Text("Mã số", "Id"),
    "name": Text("Tên", "Name"),
    "date": Text("Ngày", "Date"),
    "place": Text("Địa bàn", "Place"),
    "contribution": Text("Đóng góp", "Contribution"),
    "file": Text("Tệp", "File"),
    "row": Text("Dòng", "Row"),
    "changeset": Text("Đợt cập nhật", "Changeset"),
    "part": Text("Thành phần", "Part"),
    "kind": Text("Loại hồ sơ", "Kind"),
    "through": Text("Tính qua tổ chức tiền thân", "Counted through"),
}

DIFFERENCE_HEADERS = {
    "indicator": Text("Mã chỉ tiêu", "Indicator id"),
    "place": Text("Mã địa bàn", "Place code"),
    "period": Text("Kỳ", "Period"),
    "what": Text("Phần", "What"),
    "before": Text("Bản chốt ghi", "Snapshot says"),
    "after": Text("Tính lại được", "Computed now"),
}


def differing(rows: Sequence[dict[str, Any]]) -> dict[str, Text]:
    """The columns of a table of records for reading: without part and kind where they are the same in every row."""
    same = [name for name in ("part", "kind") if len({row[name] for row in rows}) < 2]
    return {name: label for name, label in EXPLAIN_HEADERS.items() if name not in same}


def print_figures(framework: "Framework", cells: Sequence["Cell"], lang: str) -> None:
    """Prints the figures under the headings of their groups, one place after another."""
    found = {(c.indicator, c.place, c.period): c for c in cells}
    periods = list(dict.fromkeys(c.period for c in cells))
    headers = {"name": Text("Chỉ tiêu", "Indicator"), "unit": Text("Đơn vị", "Unit"), "trend": TREND}
    headers |= {p: Text(p, p) for p in periods}
    for place in dict.fromkeys(c.place for c in cells):
        click.secho(f"{place_label(place, lang)} ({place})", bold=True)
        lines: list[dict[str, Any]] = []
        reasons: dict[str, str] = {}
        for heading, members in _by_group(framework, lang):
            if heading is not None:
                lines.append({"name": heading})
                if not members:
                    lines.append({"name": Text("  chưa có chỉ tiêu", "  no indicator yet")[lang]})
            indent = "  " if heading is not None else ""
            for one in members:
                own = [found.get((one.id, place, p)) for p in periods]
                line = {"name": indent + one.name[lang], "unit": _unit(one, lang), "trend": trend(own)}
                lines.append(line | {p: _marked(cell, lang, reasons) for p, cell in zip(periods, own, strict=True)})
        print_table(lines, headers, right=periods, wrap=True, gives_way=periods[:-1])
        for reason, mark in reasons.items():
            click.echo(f"{mark} {why_missing(reason)[lang]}")
        if any(c.provisional for c in cells if c.place == place):
            click.echo(Text("* số sơ bộ: kỳ báo cáo chưa kết thúc", "* provisional: the period is not over")[lang])
        click.echo()


def _marked(cell: "Cell | None", lang: str, reasons: dict[str, str]) -> str:
    """A figure for a column of figures: where there is none, a dash with a mark that is explained below."""
    if cell is None or cell.missing is None:
        return _figure(cell, lang)
    number = str(len(reasons) + 1).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return "–" + reasons.setdefault(cell.missing, number)


def trend(cells: Sequence["Cell | None"]) -> str:
    """The course of a figure over three or more periods; of two the figures themselves say as much."""
    return sparkline([cell.value if cell is not None else None for cell in cells]) if len(cells) > 2 else ""


def _by_group(framework: "Framework", lang: str) -> Iterator[tuple[str | None, list["Indicator"]]]:
    ungrouped = [i for i in framework.indicators if i.group is None]
    if ungrouped:
        yield None, ungrouped
    parents = {g.parent for g in framework.groups}
    for group in framework.groups:
        members = [i for i in framework.indicators if i.group == group.id]
        if members or group.id not in parents:
            yield group.name[lang], members


def _unit(indicator: "Indicator", lang: str) -> str:
    return indicator.measured_in[lang] if indicator.measured_in else ""


def _figure(cell: "Cell | None", lang: str) -> str:
    if cell is None:
        return ""
    if cell.value is None:
        return f"({why_missing(cell.missing)[lang]})"
    return show(whole(cell.value), lang) + ("*" if cell.provisional else "")


def left_out_notes(
    left_out: Sequence["LeftOut"], lang: str, place: str | None = None, limit: int = 12
) -> Iterator[str]:
    """What a table could not count, a line for each indicator and reason. place: of a table of this place alone."""
    total = left_out_counts(left_out)
    for (indicator, reason), records in list(total.items())[:limit]:
        where = Text(f"Xét mọi địa bàn, không tính vào {indicator}", f"Over the whole map, left out of {indicator}")
        if place is not None:
            where = Text(
                f"Không tính vào {indicator}, dù có thể thuộc {place_label(place, 'vi')}",
                f"Left out of {indicator}, though it may belong to {place_label(place, 'en')}",
            )
        yield f"{where[lang]}: {_left(records, reason, lang)}."
    if len(total) > limit:
        more = len(total) - limit
        yield Text(f"… và {more} trường hợp khác.", f"… and {count(more, 'more case')}.")[lang]


def _left(records: int, reason: str, lang: str) -> str:
    """How many records were left out, and why."""
    why = LEFT_OUT.get(reason, Text(reason, reason))[lang]
    return Text(f"{records} hồ sơ {why}", f"{count(records, 'record')} {why}")[lang]


def split_notes(split: Sequence["SplitBody"], lang: str, limit: int = 12) -> Iterator[str]:
    """The bodies whose records stay their own although predecessors are followed, a line each."""
    for one in split[:limit]:
        into = ", ".join(f"{name} (#{number})" if number else name for number, name in one.into)
        yield Text(
            f"{one.name} (#{one.body}) đã chia tách thành {into}: hồ sơ của tổ chức này vẫn tính cho chính nó, vì "
            "không rõ thuộc bên nào.",
            f"{one.name} (#{one.body}) was split into {into}: its records count for itself, since whose they would be "
            "is not known.",
        )[lang]
    if len(split) > limit:
        more = len(split) - limit
        yield Text(f"… và {more} tổ chức đã chia tách khác.", f"… and {count(more, 'more split')}.")[lang]


def unit_notes(several: Sequence["SeveralUnits"], lang: str) -> Iterator[str]:
    """The series stated in several units of measure, a line each."""
    for one in several:
        units = ", ".join(f"{unit} ({number})" for unit, number in one.units)
        name = series_name(one.series)
        yield Text(
            f"Chuỗi số liệu {one.series} ({name.vi}) được ghi theo nhiều đơn vị tính: {units}. Các số được dùng như "
            "đã ghi, không quy đổi.",
            f"The series {one.series} ({name.en}) is stated in several units: {units}. Its figures are taken as they "
            "stand, nothing is converted.",
        )[lang]


def explain_notes(framework: "Framework", found: "Explanation", lang: str) -> Iterator[str]:
    """The figure, the sums behind it, its denominator, and what was left out."""
    indicator = framework.indicator(found.indicator)
    value = _figure(found.cell, lang)
    where = f"{place_label(found.place, lang)} ({found.place})"
    when = parse_period(found.period).words[lang]
    yield f"{indicator.name[lang]}, {where}, {when}: {value} {_unit(indicator, lang)}".rstrip()
    for part, amount in found.total.items():
        counted = sum(1 for r in found.records if r.part == part)
        shown = show(whole(float(amount)), lang)
        yield Text(
            f"  {part_label(part, lang)}: {counted} hồ sơ, tổng đóng góp {shown}",
            f"  {part_label(part, lang)}: {count(counted, 'record')}, contributions sum to {shown}",
        )[lang]
    if found.denominator is not None:
        shown = show(whole(found.denominator), lang)
        yield Text(f"  chia cho {shown}", f"  divided by {shown}")[lang]
    if found.scale != 1:
        yield _scaled(found.scale, lang)
    if found.cell.shared:
        n = found.cell.shared
        yield Text(
            f"  {n} hồ sơ có các bên ở nhiều địa bàn: mỗi địa bàn đếm một lần, giá trị chia đều",
            f"  {count(n, 'record')} with parties in several places: each counts once, amounts are divided equally",
        )[lang]
    year = found.period[:4]
    if found.period != year and any(row.kind == "observation" and row.date == year for row in found.records):
        yield Text(
            f"  số của cả năm {year}: không có số của riêng kỳ này",
            f"  the figure of the whole of {year}: there is none of the period itself",
        )[lang]
    for (_, reason), records in left_out_counts(found.left_out).items():
        yield Text(
            f"  chưa tính, dù có thể thuộc số này: {_left(records, reason, 'vi')}",
            f"  not counted, though it may belong here: {_left(records, reason, 'en')}",
        )[lang]
    yield from unit_notes(found.several_units, lang)
    met = {word.partition(" → ")[0] for row in found.records for word in row.through.split("; ")}
    yield from split_notes([one for one in found.split_bodies if f"{one.name} (#{one.body})" in met], lang)


def _scaled(scale: float, lang: str) -> str:
    """How the factor of a unit reads: a thousand-millionth is a division, a hundred a multiplication."""
    inverse = round(1 / scale) if 0 < scale < 1 else 0
    if inverse and abs(inverse * scale - 1) < 1e-12:
        shown = show(inverse, lang)
        return Text(f"  đổi đơn vị: chia cho {shown}", f"  change of unit: divided by {shown}")[lang]
    shown = show(whole(scale), lang)
    return Text(f"  đổi đơn vị: nhân với {shown}", f"  change of unit: times {shown}")[lang]


def explain_rows(found: "Explanation") -> list[dict[str, Any]]:
    """The records of a figure as rows; a contribution that is no whole number is a float."""
    return [counted_row(counted) for counted in found.records]


def counted_row(counted: "Counted") -> dict[str, Any]:
    """One record counted as a row; see `explain_rows`."""
    row = attrs.asdict(counted)
    share = counted.contribution
    row["contribution"] = int(share) if share.denominator == 1 else float(share)
    row["file"], row["row"] = row.pop("document"), row.pop("line")
    row["through"] = row.get("through") or None
    return row


def difference_rows(found: "Verification") -> list[dict[str, Any]]:
    """What differs from a snapshot, a row each: the value where that differs, else whatever does."""
    rows = []
    for one in found.differences:
        before, after = one.before or {}, one.after or {}
        moved = [k for k in dict.fromkeys([*before, *after]) if before.get(k) != after.get(k)]
        name = "value" if "value" in moved or not moved else moved[0]
        row = {"indicator": one.indicator, "place": one.place, "period": one.period}
        what = name if one.part == "values" else f"{one.part}.{name}"
        rows.append(row | {"what": what, "before": before.get(name), "after": after.get(name)})
    return rows


def verdict(found: "Verification") -> Iterator[Text]:
    """What came of a verification, in words."""
    if not found.chain:
        yield Text(
            "Chuỗi đợt cập nhật của sổ đăng ký không còn như lúc chốt số liệu.",
            "The registry's chain of changesets is not what it was when the snapshot was made.",
        )
    n = len(found.differences)
    yield {
        "identical": Text("Trùng khớp từng byte.", "Identical, byte for byte."),
        "equal": Text("Bằng nhau trong phạm vi 1e-9.", "Equal within 1e-9."),
        "differs": Text(f"Khác nhau ở {n} chỗ.", f"Differs in {count(n, 'place')}."),
    }[found.outcome]
