"""The parts of a review on figures: the table of each task group, and the targets."""

from collections import Counter
from collections.abc import Iterator, Sequence

from stregistry.missing import MISSING
from stregistry.plan import REASONS, STATUSES
from stregistry.plan.words import goal
from stregistry.review.blocks import Block, Heading, Paragraph, table
from stregistry.review.gather import Figure
from stregistry.review.numbers import signed
from stregistry.review.telling import Telling, done, late


def groups(t: Telling) -> Iterator[Block]:
    names = {g.id: g.name[t.lang] for g in t.review.framework.groups}
    tasks = dict(t.review.tasks.by_group())
    marks = set()
    for group, figures in t.review.groups:
        if names:
            yield Heading(names.get(group or "", t.say("Chỉ tiêu khác", "Other indicators")), 2)
        yield _figures(t, figures)
        marks |= {one.plan_from for one in figures} | {one.provisional and "provisional" for one in figures}
        marks |= {one.of_year and "of_year" for one in figures} | {one.change_in for one in figures}
        given = tasks.get(group, ())
        if given:
            status = Counter(row.status for row in given)
            yield Paragraph(
                t.say(
                    f"Nhiệm vụ thuộc nhóm: {done(status)} đã hoàn thành, {late(status)} quá hạn chưa xong.",
                    f"Tasks of the group: {done(status)} done, {late(status)} late.",
                )
            )
    notes = []
    if "path" in marks:
        notes.append(
            t.say(
                "(1) Mức trên lộ trình đến cuối năm của mục tiêu cho năm sau đó.",
                "(1) Where the way to the target of a later year stands at the end of the year.",
            )
        )
    if "provisional" in marks:
        notes.append(t.say("(*) Số sơ bộ.", "(*) Provisional."))
    if "of_year" in marks:
        year = t.review.period.label[:4]
        notes.append(
            t.say(
                f"(4) Số của cả năm {year}; không có số của riêng kỳ này.",
                f"(4) The figure of the whole of {year}; there is none of the period itself.",
            )
        )
    if "unit" in marks:
        notes.append(
            t.say(
                "So với cùng kỳ: tăng, giảm theo %; chỉ tiêu tính bằng % thì theo điểm phần trăm (điểm %); thứ hạng, "
                "hoặc cùng kỳ bằng 0, thì theo đơn vị tính.",
                "Over last year: in percent; of percentages in percentage points (pp); of ranks, and where last year's "
                "figure is 0, in the unit.",
            )
        )
    if notes:
        yield Paragraph(" ".join(notes), "note")


def _figures(t: Telling, figures: Sequence[Figure]) -> Block:
    columns = (
        (t.head("no"), "center", 1.2),
        (t.head("indicator"), "left", 6.2),
        (t.head("unit"), "center", 2.3),
        (t.head("plan"), "right", 2.3),
        (t.head("value"), "right", 2.3),
        (t.head("cumulative"), "right", 2.3),
        (t.head("share"), "right", 1.8),
        (t.head("change"), "right", 2.2),
    )
    rows = [_figure(t, n, one) for n, one in enumerate(figures, 1)]
    return table(columns, rows)  # type: ignore[arg-type]  # the words are those of Align


def _figure(t: Telling, n: int, one: Figure) -> tuple[str, ...]:
    indicator = t.review.framework.indicator(one.indicator)
    star = "*" if one.provisional and one.value is not None else ""
    lacking = "-" if one.value is None else ""
    percent = indicator.measured_in is not None and indicator.measured_in.en.startswith("%")
    sign = "%" if one.change_in == "percent" else t.say(" điểm %", " pp") if percent else ""
    change = "" if one.change is None else signed(one.change, t.lang, 1 if sign == "%" else 2) + sign
    return (
        str(n),
        indicator.name[t.lang],
        indicator.measured_in[t.lang] if indicator.measured_in else "",
        t.number(one.plan) + (" (1)" if one.plan_from == "path" else ""),
        lacking or t.number(one.value) + star + (" (4)" if one.of_year else ""),
        "-" if one.cumulative is None else t.number(one.cumulative),
        t.number(None if one.share is None else round(one.share, 1)),
        change,
    )


def targets(t: Telling) -> Iterator[Block]:
    if not t.review.targets:
        yield Paragraph(t.say("Không có mục tiêu nào có hiệu lực.", "No target is in force."))
        return
    columns = (
        (t.head("no"), "center", 1.2),
        (t.head("target"), "left", 5),
        (t.head("now"), "right", 2),
        (t.head("path"), "right", 2),
        (t.head("needed"), "right", 2),
        (t.head("status"), "left", 3.3),
        (t.head("document"), "left", 3.6),
    )
    rows = [_target(t, n, row) for n, row in enumerate(t.review.targets, 1)]
    yield table(columns, rows)  # type: ignore[arg-type]
    if any(row["verified"] == "secondary" for row in t.review.targets):
        yield Paragraph(
            t.say(
                "(2) Trích từ nguồn thứ cấp; cần đối chiếu bản gốc trước khi ban hành.",
                "(2) Quoted from a secondary source; compare the original before issuing.",
            ),
            "note",
        )


def _target(t: Telling, n: int, row: dict[str, object]) -> tuple[str, ...]:
    indicator = t.review.framework.indicator(str(row["indicator"]))
    target = indicator.targets[int(str(row["target"])) - 1]
    ends = [t.number(end) for end in target.values]
    asked = goal(target.form, ends, target.of, indicator.measured_in, target.out_of, t.lang)
    by = t.say("hằng năm", "every year") if target.every_year else t.say(f"đến năm {target.by}", f"by {target.by}")
    where = "" if target.place else t.say(" (cả nước)", " (national)")
    status = row["status"]
    told = STATUSES[str(status)][t.lang] if status else t.say("chỉ nêu chênh lệch", "gap only")
    why = {**MISSING, **REASONS}.get(str(row["reason"] or ""))
    needed = row["needed"]
    pace = "" if not isinstance(needed, float) else signed(needed, t.lang)
    mark = " (2)" if target.verified == "secondary" else ""
    return (
        str(n),
        f"{indicator.name[t.lang]}: {asked}, {by}{where}",
        t.figure(row["value"]),
        t.figure(row["path"]),
        pace + ("%" if pace and row["pace_in"] == "percent" else ""),
        told + (f" ({why[t.lang]})" if why is not None and why[t.lang] != told else ""),
        t.cited(t.source(target.source), target.article) + mark,
    )
