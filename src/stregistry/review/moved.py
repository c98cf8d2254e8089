"""The part of a review on what moved: against the same period a year earlier, with causes and records."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from stregistry.evaluate.moved import FigureMove
from stregistry.evaluate.words import CAUSES
from stregistry.missing import MISSING
from stregistry.review.blocks import Block, Paragraph, table
from stregistry.review.numbers import signed
from stregistry.review.telling import Telling
from stregistry.text import Text

_NAMED: Final = 2
# Records that count in one period and not in the other.
_PERIOD: Final = {
    "entered": Text("{} chỉ tính trong kỳ này", "{} counted in this period only"),
    "left": Text("{} chỉ tính trong cùng kỳ năm trước", "{} counted last year only"),
    "changed": Text("{} tính khác", "{} counted otherwise"),
}


def moves(t: Telling) -> Iterator[Block]:
    told = [m for m in t.review.moves if m.change]
    other = [m for m in t.review.moves if not m.change]
    if not t.review.moves:
        yield Paragraph(t.say("Không có chỉ tiêu nào thay đổi.", "No figure changed."))
    if told:
        columns = (
            (t.head("indicator"), "left", 5.6),
            (t.head("before"), "right", 2.2),
            (t.head("value"), "right", 2.2),
            (t.head("causes"), "left", 6),
        )
        rows = [(t.named(m.indicator), t.number(m.before), t.number(m.after), _why(t, m)) for m in told]
        yield table(columns, rows)  # type: ignore[arg-type]
    if other:
        listed = "; ".join(_came_or_went(t, m.indicator, m.missing_before, m.missing_after) for m in other)
        yield Paragraph(
            t.say(f"Không so được với cùng kỳ: {listed}.", f"Not to be compared with last year: {listed}."),
            "note",
        )


def _records(t: Telling, n: int) -> str:
    return t.say(f"{n} hồ sơ", f"{n} record" if n == 1 else f"{n} records")


def _why(t: Telling, move: FigureMove) -> str:
    """What each cause adds, and the records that moved the figure most; the period is the cause of all that entered."""
    told = []
    for cause, value in move.causes.items():
        if not value:
            continue
        records = [r for r in move.records if r.cause == cause]
        said = f"{CAUSES[cause][t.lang].lower()} {signed(float(value), t.lang)}"
        if cause == "period":
            counted = Counter(r.what for r in records)
            parts = [_PERIOD[what][t.lang].format(_records(t, n)) for what, n in counted.items() if what in _PERIOD]
            said = f"{signed(float(value), t.lang)}" + (f": {', '.join(parts)}" if parts else "")
        told.append(said)
    most = [
        r
        for r in sorted(move.records, key=lambda r: -abs(r.contribution))
        if r.contribution and r.name and r.kind != "observation"
    ]
    # Of counts each record adds one, and none is more telling than the rest.
    if len(most) > 1 and (len(most) <= _NAMED or len({abs(r.contribution) for r in most}) > 1):
        parts = [f" ({part[t.lang]})" if (part := move.part(r)) else "" for r in most[:_NAMED]]
        named = "; ".join(
            f"{r.name}{part} {signed(float(r.contribution), t.lang)}" for r, part in zip(most, parts, strict=False)
        )
        told.append(t.say(f"lớn nhất: {named}", f"most: {named}"))
    return "; ".join(told)


def _came_or_went(t: Telling, indicator: str, before: str | None, after: str | None) -> str:
    why = MISSING.get(before or after or "")
    return t.named(indicator) + (f" ({why[t.lang]})" if why else "")
