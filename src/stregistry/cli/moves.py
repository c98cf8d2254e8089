"""What moved between two snapshots, for reading: figures with their causes, and the records of one figure."""

import datetime as dt
from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

import click

from stregistry.cli import told
from stregistry.cli.output import count, print_table
from stregistry.cli.table import show
from stregistry.dates import parse_period, show_date
from stregistry.evaluate.words import CAUSES, STEPS, WHAT
from stregistry.exchange.out import whole
from stregistry.missing import why_missing
from stregistry.places import label as place_label
from stregistry.text import Text

if TYPE_CHECKING:
    from stregistry.evaluate.moved import FigureMove, Moved
    from stregistry.snapshot import SnapshotDiff
    from stregistry.snapshot.score_moves import ScoreMove

ROW_HEADERS = {
    "indicator": Text("Mã chỉ tiêu", "Indicator id"),
    "place": Text("Mã địa bàn", "Place code"),
    "period_before": Text("Kỳ trước", "Period before"),
    "period_after": Text("Kỳ sau", "Period after"),
    "before": Text("Trước", "Before"),
    "after": Text("Sau", "After"),
    "change": Text("Thay đổi", "Change"),
    "cause": Text("Nguyên nhân", "Cause"),
    "what": Text("Diễn biến", "What happened"),
    "part": Text("Thành phần", "Part"),
    "kind": Text("Loại hồ sơ", "Kind"),
    "id": Text("Mã số", "Id"),
    "name": Text("Tên", "Name"),
    "date": Text("Ngày", "Date"),
    "record_place": Text("Địa bàn của hồ sơ", "Place of the record"),
    "record_before": Text("Hồ sơ trước", "Record before"),
    "record_after": Text("Hồ sơ sau", "Record after"),
    "contribution": Text("Đóng góp", "Contribution"),
    "changeset": Text("Đợt cập nhật", "Changeset"),
    "file": Text("Tệp", "File"),
    "row": Text("Dòng", "Row"),
    "missing_before": Text("Lý do thiếu trước", "Missing before"),
    "missing_after": Text("Lý do thiếu sau", "Missing after"),
}

_FIGURE = {
    "name": Text("Chỉ tiêu", "Indicator"),
    "unit": Text("Đơn vị", "Unit"),
    "periods": Text("Kỳ", "Period"),
    "before": Text("Trước", "Before"),
    "after": Text("Sau", "After"),
    "change": Text("Thay đổi", "Change"),
    **CAUSES,
}
_SCORE = {
    "place": Text("Địa bàn", "Place"),
    "before": Text("Trước", "Before"),
    "after": Text("Sau", "After"),
    "change": Text("Thay đổi", "Change"),
    "rank": Text("Hạng", "Rank"),
    **{cause: words for cause, words in CAUSES.items() if cause in STEPS},
    "most": Text("Chỉ tiêu làm thay đổi nhiều nhất", "Indicators that moved it most"),
}
_RECORD = {
    "contribution": Text("Đóng góp", "Contribution"),
    "part": ROW_HEADERS["part"],
    "cause": Text("Nguyên nhân", "Cause"),
    "what": Text("Diễn biến", "What happened"),
    "name": Text("Hồ sơ", "Record"),
    "id": Text("Mã số", "Id"),
    "date": Text("Ngày", "Date"),
    "file": Text("Tệp", "File"),
    "row": Text("Dòng", "Row"),
    "changeset": Text("Đợt cập nhật", "Changeset"),
}


def moves_notes(found: "SnapshotDiff") -> Iterator[Text]:
    """What was compared with what, and how much of it moved."""
    old, new = ((s.framework.id, s.framework.version, s.content["places"]["map"], s) for s in (found.old, found.new))
    for words, (id, version, places, one) in zip(
        (Text("Trước", "Before"), Text("Sau", "After")), (old, new), strict=True
    ):
        day = dt.date.fromisoformat(one.content["valid"])
        yield Text(
            f"{words.vi}: {id} phiên bản {version}, danh mục {places}, đợt cập nhật {one.changeset}, "
            f"ngày {show_date(day, 'vi')}",
            f"{words.en}: {id} {version}, place map {places}, changeset {one.changeset}, on {day}",
        )
    vi, en = (", ".join(_in_words(*pair, lang) for pair in found.periods) for lang in ("vi", "en"))
    n = len(found.figures)
    yield Text(
        f"{vi[0].upper()}{vi[1:]}: {n} trong {found.compared} số liệu thay đổi.",
        f"{en[0].upper()}{en[1:]}: {n} of {count(found.compared, 'figure')} moved.",
    )


def print_moves(found: "SnapshotDiff", lang: str) -> None:
    """Prints the figures that moved with the part of each cause, and the records that moved each most.

    Of a single figure all of them, as a table.
    """
    indicators = {i.id: i for one in (found.old, found.new) for i in one.framework.indicators}
    for place in dict.fromkeys(m.place for m in found.figures):
        click.secho(f"{place_label(place, lang)} ({place})", bold=True)
        rows: list[dict[str, Any]] = []
        for move in found.figures:
            if move.place == place:
                one = indicators[move.indicator]
                name = {"name": one.name[lang], "unit": one.measured_in[lang] if one.measured_in else ""}
                rows.append(name | _figure(move, lang))
        print_table(rows, _FIGURE, right=("before", "after", "change", *CAUSES), wrap=True)
        moved = [move for move in found.figures if move.place == place and move.records]
        if moved and len(found.figures) > 1:
            click.secho(Text("Hồ sơ làm thay đổi nhiều nhất", "Records that moved it most")[lang], bold=True)
            for move in moved:
                one = indicators[move.indicator]
                unit = f" ({one.measured_in[lang]})" if one.measured_in else ""
                for line in _most(
                    move, f"{one.name[lang]}{unit}, {_in_words(move.period_before, move.period_after, lang)}", lang
                ):
                    click.echo(line)
        click.echo()
    if found.scores:
        click.secho(Text("Điểm chỉ số", "Score of the index")[lang], bold=True)
        print_table(
            [_score(move, indicators, lang) for move in found.scores], _SCORE, right=("before", "after", "change")
        )
        click.echo()
    if len(found.figures) == 1 and found.figures[0].records:
        (move,) = found.figures
        print_table([_record(move, r, lang) for r in move.records], _RECORD, wrap=True)


def _in_words(before: str, after: str, lang: str) -> str:
    """The period, or both of them where two are compared."""
    return " → ".join(parse_period(period).words[lang] for period in dict.fromkeys((before, after)))


def _periods(move: "FigureMove") -> str:
    same = move.period_before == move.period_after
    return move.period_after if same else f"{move.period_before} → {move.period_after}"


def _figure(move: "FigureMove", lang: str) -> dict[str, Any]:
    row: dict[str, Any] = {"periods": _periods(move)}
    for end in ("before", "after"):
        value, missing = getattr(move, end), getattr(move, f"missing_{end}")
        row[end] = f"({why_missing(missing)[lang]})" if value is None else whole(value)
    if move.change is not None:
        return row | {"change": _number(move.change)} | {c: _number(a) for c, a in move.causes.items()}
    came = move.before is None
    row["change"] = (Text("mới có số", "appeared") if came else Text("không còn số", "disappeared"))[lang]
    return row | ({move.by: "×"} if move.by else {})


_MOST: Final = 3


def _most(move: "FigureMove", head: str, lang: str) -> Iterator[str]:
    """The records with the largest part in a change, by name and id, and how many more there are."""
    yield f"  {head}"
    order = sorted(move.records, key=lambda one: -abs(one.contribution))
    for one in order[:_MOST]:
        told = _record(move, one, lang)
        said = ", ".join(text for text in (told["what"], told["part"]) if text)
        which = f" (#{one.id}, {said})" if one.id else ""
        yield f"    {_signed(float(one.contribution), lang):>14}  {told['name']}{which}"
    more = len(order) - _MOST
    if more > 0:
        rest = _signed(float(sum((one.contribution for one in order[_MOST:]), Fraction(0))), lang)
        see = f"--place {move.place} --indicator {move.indicator}"
        yield f"    {rest:>14}  " + Text(f"{more} hồ sơ khác: {see}", f"{count(more, 'other record')}: {see}")[lang]


def _score(move: "ScoreMove", indicators: dict[str, Any], lang: str) -> dict[str, Any]:
    row: dict[str, Any] = {"place": f"{place_label(move.place, lang)} ({move.place})"}
    none = Text("(không có điểm)", "(no score)")[lang]
    row["before"], row["after"] = (none if v is None else v for v in (move.before, move.after))
    row["rank"] = " → ".join("–" if r is None else str(r) for r in (move.rank_before, move.rank_after))
    if move.change is None:
        return row
    most = sorted(move.indicators.items(), key=lambda item: -abs(item[1]))[:3]
    row["most"] = "; ".join(f"{indicators[id].name[lang]} {_signed(points, lang)}" for id, points in most)
    return row | {"change": move.change} | move.causes


def _signed(points: float, lang: str) -> str:
    return ("+" if points > 0 else "") + show(points, lang)


def _record(move: "FigureMove", record: "Moved", lang: str) -> dict[str, Any]:
    part = move.part(record)
    rule = Text("(định nghĩa, đơn vị tính)", "(definition, unit)")[lang]
    return {
        "contribution": _number(record.contribution),
        "part": part[lang] if part else None,
        "cause": CAUSES[record.cause][lang],
        "what": WHAT[record.what][lang],
        "name": (record.name or record.kind) if record.kind else rule,
        "id": record.id or None,
        "date": told.date(record.date, lang) if record.date else None,
        "file": record.document,
        "row": record.line,
        "changeset": record.changeset or None,
    }


def _number(amount: Any) -> Any:
    return whole(float(amount))
