"""Scores of a registry for reading: a ranking, and the tree below one score."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import attrs

from stregistry.cli.figures import TREND
from stregistry.cli.output import count
from stregistry.cli.table import show
from stregistry.dates import parse_period
from stregistry.figures import sparkline, with_decimals
from stregistry.missing import why_missing
from stregistry.places import label as place_label
from stregistry.places import place_map
from stregistry.text import Text

if TYPE_CHECKING:
    from stregistry.framework import Framework
    from stregistry.scored import ScoreExplanation, Standings

SCORE_HEADERS = {
    "group": Text("Mã nhóm", "Group id"),
    "place": Text("Mã địa bàn", "Place code"),
    "name": Text("Địa bàn", "Place"),
    "period": Text("Kỳ", "Period"),
    "score": Text("Điểm", "Score"),
    "rank": Text("Hạng", "Rank"),
    "out_of": Text("Trong số", "Out of"),
    "rank_low": Text("Hạng 5%", "Rank 5%"),
    "rank_high": Text("Hạng 95%", "Rank 95%"),
    "missing": Text("Lý do không có điểm", "Why no score"),
    "provisional": Text("Sơ bộ", "Provisional"),
}

MEMBER_HEADERS = {
    "label": Text("Thành phần", "Member"),
    "id": Text("Mã", "Id"),
    "contribution": Text("Đóng góp (điểm)", "Contribution (points)"),
    "score": Text("Điểm", "Score"),
    "weight": Text("Tỷ trọng", "Share"),
    "value": Text("Giá trị", "Value"),
    "date": Text("Ngày", "Date"),
    "file": Text("Tệp", "File"),
    "row": Text("Dòng", "Row"),
    "used": Text("Giá trị được dùng", "Value used"),
    "rank": Text("Hạng", "Rank"),
    "out_of": Text("Trong số", "Out of"),
    "missing": Text("Lý do thiếu", "Why missing"),
    "aggregate": Text("Cách tổng hợp", "Aggregation"),
    "records": Text("Số hồ sơ", "Records"),
    "record": Text("Mã hồ sơ", "Record id"),
    "changeset": Text("Đợt cập nhật", "Changeset"),
    "kind": Text("Loại", "Kind"),
    "depth": Text("Cấp", "Depth"),
}


def score_rows(made: "Standings", place: str | None, lang: str) -> list[dict[str, Any]]:
    """One row a score, in the order of the contract; with intervals beside the index."""
    index, day = made.scores.stages.index.tree.ids[-1], place_map(made.places).day
    between = {(one.place, one.period): one for one in made.intervals}
    found: list[dict[str, Any]] = []
    for one in made.of(place):
        row: dict[str, Any] = {**attrs.asdict(one), "name": place_label(one.place, lang, day)}
        if one.group == index and (interval := between.get((one.place, one.period))):
            row |= {"rank_low": interval.rank_low, "rank_high": interval.rank_high}
        found.append(row)
    return found


def score_table(
    made: "Standings", place: str | None, lang: str
) -> tuple[list[dict[str, Any]], dict[str, Text], tuple[str, ...]]:
    """The scores for a person to read, the best of the last period first; headers; columns to align to the right.

    Of several periods each is a column, and rank and interval are those of the last.
    """
    rows = score_rows(made, place, lang)
    periods = made.scores.periods
    groups = {id: n for n, id in enumerate(made.scores.bound.groups)}
    series: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        line = series.setdefault((row["group"], row["place"]), {"scores": []})
        line["scores"].append(row["score"])
        line[row["period"]] = None if row["score"] is None else with_decimals(row["score"], 2, lang)
        if row["period"] == periods[-1]:
            line |= row | {"missing": why_missing(row["missing"])[lang] if row["missing"] else None}
    for line in series.values():
        line["score"] = line[periods[-1]]
        line["trend"] = sparkline(line["scores"]) if len(periods) > 2 else ""
    shown = sorted(series.values(), key=lambda r: (groups[r["group"]], r["rank"] or len(rows) + 1))
    if len(periods) == 1:
        return shown, SCORE_HEADERS, ("score",)
    headers = {name: SCORE_HEADERS[name] for name in ("group", "place", "name")} | {"trend": TREND}
    headers |= {p: Text(f"Điểm {p}", f"Score {p}") for p in periods}
    left = ("rank", "out_of", "rank_low", "rank_high", "missing", "provisional")
    return shown, headers | {name: SCORE_HEADERS[name] for name in left}, periods


def member_rows(framework: "Framework", found: "ScoreExplanation", lang: str) -> list[dict[str, Any]]:
    """The tree, depth first, each indicator followed by the records it counts."""
    names = {g.id: g.name[lang] for g in framework.groups} | {i.id: i.name[lang] for i in framework.indicators}
    figures = {figure.indicator: figure for figure in found.figures}
    rows: list[dict[str, Any]] = []
    for member in found.members:
        indent = "  " * member.depth
        row: dict[str, Any] = attrs.asdict(member) | {"label": indent + names[member.id]}
        figure = figures.get(member.id)
        rows.append(row | ({"records": figure.cell.records} if figure else {}))
        for counted in figure.records if figure else ():
            rows.append(
                {
                    "label": f"{indent}  - {counted.name}",
                    "id": member.id,
                    "kind": counted.kind,
                    "depth": member.depth + 1,
                    "value": float(counted.contribution),
                    "record": counted.id,
                    "date": counted.date,
                    "file": counted.document,
                    "row": counted.line,
                    "changeset": counted.changeset,
                }
            )
    return rows


def score_notes(framework: "Framework", found: "ScoreExplanation", lang: str) -> Iterator[str]:
    """The score and its rank, and how the points below are to be read."""
    name = next(g.name[lang] for g in framework.groups if g.id == found.group)
    where = f"{place_label(found.place, lang)} ({found.place})"
    top, when = found.top, parse_period(found.period).words
    if top.score is None:
        yield Text(
            f"{name}, {where}, {when.vi}: không có điểm ({why_missing(top.missing).vi})",
            f"{name}, {where}, {when.en}: no score ({why_missing(top.missing).en})",
        )[lang]
        return
    yield Text(
        f"{name}, {where}, {when.vi}: {show(top.score, lang)} điểm, hạng {top.rank}/{top.out_of}",
        f"{name}, {where}, {when.en}: score {show(top.score, lang)}, rank {top.rank} of {top.out_of}",
    )[lang]
    whole = [m for m in found.members if m.kind == "group" and m.aggregate in ("copeland", "median", "mpi", "ampi")]
    if whole:
        listed = ", ".join(f"{m.id} ({m.aggregate})" for m in whole)
        yield Text(
            f"  Không chia điểm được cho các thành phần của: {listed}.",
            f"  The points of {count(len(whole), 'group')} cannot be split over members: {listed}.",
        )[lang]
