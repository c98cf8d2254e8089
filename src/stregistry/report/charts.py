"""Small drawings as inline SVG: they weigh little, need no script and print sharply.

Each has a title and a description in both languages (`data-vi`, `data-en`; the page's script swaps them); the figures
stand in a table beside it. Colours come from classes, since the page's policy allows no style attribute.
"""

import datetime as dt
from collections.abc import Sequence
from itertools import count
from typing import Final

import attrs
from markupsafe import Markup

from stregistry.figures import number
from stregistry.text import Text

_ID: Final = count(1)
_WIDTH, _HEIGHT, _EDGE, _TOP = 320, 104, 8, 20


@attrs.frozen
class Point:
    """A figure at a time: x a day number, y None where it is missing."""

    x: float
    y: float | None
    provisional: bool = False


@attrs.frozen
class Goal:
    """A target to draw: the figure to reach, and where the way there starts.

    compound: the way grows by the same percentage each year, as the target is judged; else it is straight.
    """

    x: float
    y: float
    start: tuple[float, float] | None = None
    compound: bool = False

    @property
    def way(self) -> list[tuple[float, float]]:
        """Points on the way from the start, none without one."""
        if self.start is None:
            return []
        x0, y0 = self.start
        steps = [i / 12 for i in range(13)] if self.compound and min(y0, self.y) > 0 else [0.0, 1.0]
        curved = len(steps) > 2
        return [(x0 + (self.x - x0) * t, y0 * (self.y / y0) ** t if curved else y0 + (self.y - y0) * t) for t in steps]


@attrs.frozen
class Scale:
    """A straight line from numbers to places on the drawing."""

    low: float
    high: float
    first: float
    last: float

    def __call__(self, value: float) -> float:
        if self.high == self.low:
            return round((self.first + self.last) / 2, 1)
        return round(self.first + (value - self.low) / (self.high - self.low) * (self.last - self.first), 1)


def spoken(text: Text, lang: str, tag: str, id: str) -> Markup:
    """A title or description that the page's script can put into the other language."""
    return Markup('<{} id="{}" data-vi="{}" data-en="{}">{}</{}>').format(tag, id, text.vi, text.en, text[lang], tag)


def svg(body: Markup, width: int, height: int, title: Text, about: Text, lang: str, cls: str) -> Markup:
    """A drawing with the words a screen reader says instead of it."""
    n = next(_ID)
    return Markup('<svg class="{}" viewBox="0 0 {} {}" role="img" aria-labelledby="t{} d{}">{}{}{}</svg>').format(
        cls, width, height, n, n, spoken(title, lang, "title", f"t{n}"), spoken(about, lang, "desc", f"d{n}"), body
    )


def trend(
    points: Sequence[Point], goals: Sequence[Goal], ends: tuple[str, str], title: Text, about: Text, lang: str
) -> Markup:
    """The figures over time as a line, with the way to each target dashed. A gap stays a gap."""
    known = [p.y for p in points if p.y is not None]
    values = [*known, *(g.y for g in goals), *(g.start[1] for g in goals if g.start)]
    times = [p.x for p in points] + [g.x for g in goals] + [g.start[0] for g in goals if g.start]
    low, high = min(0.0, *values), max(0.0, *values)
    x = Scale(min(times), max(times), _EDGE, _WIDTH - _EDGE)
    # The line drawn through is zero: a small change is not to look like a large one, nor a fall like nothing.
    y = Scale(low, high or float(low == 0), _HEIGHT - 22, _TOP)
    body = Markup('<line class="ax" x1="{}" x2="{}" y1="{}" y2="{}"/>').format(_EDGE, _WIDTH - _EDGE, y(0), y(0))
    for goal in goals:
        if goal.start:
            way = " ".join(f"{x(at)},{y(value)}" for at, value in goal.way)
            body += Markup('<polyline class="way" points="{}"/>').format(way)
        gx, gy = x(goal.x), y(goal.y)
        body += Markup('<path class="goal" d="M{} {}l5 5-5 5-5-5z"/>').format(gx, round(gy - 5, 1))
    for run in _runs(points):
        line = " ".join(f"{x(p.x)},{y(p.y or 0)}" for p in run)
        body += Markup('<polyline class="ln" points="{}"/>').format(line)
    shown = [p for p in points if p.y is not None]
    for p in shown:
        kind = "dot last" if p is shown[-1] else "dot"
        kind += " prov" if p.provisional else ""
        body += Markup('<circle class="{}" cx="{}" cy="{}" r="{}"/>').format(
            kind, x(p.x), y(p.y or 0), 4 if p is shown[-1] else 2
        )
    rises = len(shown) > 1 and (shown[0].y or 0.0) < (shown[1].y or 0.0)
    body += _labels([*shown[:-1][:1], *goals], x, y, lang, below=shown[:1] if rises else ())
    middle = x(points[-1].x)
    body += Markup('<text class="lab" x="{}" y="{}">{}</text>').format(x(points[0].x), _HEIGHT - 6, ends[0])
    if len(points) > 1:
        body += Markup('<text class="lab {}" x="{}" y="{}">{}</text>').format(
            "end" if middle > _WIDTH - 40 else "mid", middle, _HEIGHT - 6, ends[1]
        )
    if goals and x(max(g.x for g in goals)) - middle > 60:
        body += Markup('<text class="lab end" x="{}" y="{}">{}</text>').format(
            _WIDTH - _EDGE, _HEIGHT - 6, dt.date.fromordinal(int(max(g.x for g in goals))).year
        )
    return svg(body, _WIDTH, _HEIGHT, title, about, lang, "trend")


def _labels(ends: Sequence[Point | Goal], x: Scale, y: Scale, lang: str, below: Sequence[Point | Goal] = ()) -> Markup:
    """The figures of the first point and of the targets, above their marks; one that would lie on another is left out.

    below: those that stand under their mark where the axis leaves room, for the line goes up from there.
    The last figure stands in large above the drawing.
    """
    said, taken = Markup(""), list[tuple[float, float, float]]()
    for one in ends:
        at, text = x(one.x), number(one.y, lang)
        mark = y(one.y or 0.0)
        level = round(mark + 15 if one in below and mark + 17 < y(0) else max(mark - 8, 10), 1)
        wide = 6.5 * len(text)
        left = min(max(at - wide / 2, _EDGE), _WIDTH - _EDGE - wide)
        if any(left < b + 4 and a < left + wide + 4 and abs(level - c) < 12 for a, b, c in taken):
            continue
        taken.append((left, left + wide, level))
        anchor = "" if left == _EDGE else " end" if left + wide == _WIDTH - _EDGE else " mid"
        at = {"": _EDGE, " end": _WIDTH - _EDGE}.get(anchor, at)
        kind = "aim" if isinstance(one, Goal) else "lab"
        said += Markup('<text class="{}{} n" x="{}" y="{}">{}</text>').format(kind, anchor, at, level, text)
    return said


def _runs(points: Sequence[Point]) -> list[list[Point]]:
    """The stretches of neighbouring figures without a gap, of two or more."""
    runs: list[list[Point]] = [[]]
    for p in points:
        if p.y is None:
            runs.append([])
        else:
            runs[-1].append(p)
    return [run for run in runs if len(run) > 1]


def strip(values: Sequence[float], own: float | None, title: Text, about: Text, lang: str) -> Markup:
    """All places as ticks on one line with its ends named, the own one as a dot."""
    low, high = min(values), max(values)
    x = Scale(low, high, _EDGE, _WIDTH - _EDGE)
    ticks = "".join(f"M{x(v)} 5v12" for v in sorted(set(values)))
    body = Markup('<line class="ax" x1="{}" x2="{}" y1="11" y2="11"/><path class="tick" d="{}"/>').format(
        _EDGE, _WIDTH - _EDGE, ticks
    )
    if own is not None:
        body += Markup('<circle class="dot last" cx="{}" cy="11" r="5"/>').format(x(own))
    for end, value in ((" end", high),) if low == high else (("", low), (" end", high)):
        body += Markup('<text class="lab{} n" x="{}" y="31">{}</text>').format(
            end, _WIDTH - _EDGE if end else _EDGE, number(value, lang)
        )
    return svg(body, _WIDTH, 34, title, about, lang, "strip")


def whisker(
    low: float | None, mid: float, high: float | None, scale: tuple[float, float], said: Text, lang: str
) -> Markup:
    """A score as a dot on its interval."""
    x = Scale(scale[0], scale[1], _EDGE, 240 - _EDGE)
    body = Markup('<line class="ax" x1="{}" x2="{}" y1="9" y2="9"/>').format(_EDGE, 240 - _EDGE)
    if low is not None and high is not None:
        body += Markup('<line class="span" x1="{}" x2="{}" y1="9" y2="9"/>').format(x(low), x(high))
    body += Markup('<circle class="dot last" cx="{}" cy="9" r="4"/>').format(x(mid))
    n = next(_ID)
    return Markup('<svg class="whisker" viewBox="0 0 240 18" role="img" aria-labelledby="t{}">{}{}</svg>').format(
        n, spoken(said, lang, "title", f"t{n}"), body
    )


def bar(value: float, whole: float, said: Text, lang: str) -> Markup:
    """A part of a whole as a bar."""
    width = round(max(0.0, min(1.0, value / whole if whole else 0)) * 120, 1)
    n = next(_ID)
    return Markup(
        '<svg class="bar" viewBox="0 0 120 12" role="img" aria-labelledby="t{}">{}'
        '<rect class="back" width="120" height="12" rx="2"/><rect class="fill" width="{}" height="12" rx="2"/></svg>'
    ).format(n, spoken(said, lang, "title", f"t{n}"), width)


def signed_bar(value: float, most: float, said: Text, lang: str) -> Markup:
    """A change as a bar to the right of a middle line, or to its left below zero."""
    width = round(abs(value) / most * 58, 1) if most else 0.0
    n = next(_ID)
    return Markup(
        '<svg class="bar" viewBox="0 0 120 12" role="img" aria-labelledby="t{}">{}'
        '<rect class="{}" x="{}" width="{}" height="12"/><line class="ax" x1="60" x2="60" y1="0" y2="12"/></svg>'
    ).format(
        n, spoken(said, lang, "title", f"t{n}"), "down" if value < 0 else "fill", 60 - width if value < 0 else 60, width
    )


def stacked(parts: Sequence[tuple[str, int]], title: Text, about: Text, lang: str) -> Markup:
    """Numbers side by side as one bar: (class, number)."""
    total = sum(n for _, n in parts)
    body, at = Markup(""), 0.0
    for cls, n in parts:
        if n:
            width = n / total * 640
            body += Markup('<rect class="s-{}" x="{}" width="{}" height="22"/>').format(
                cls, round(at, 1), round(max(width - 2, 1), 1)
            )
            at += width
    return svg(body, 640, 22, title, about, lang, "stacked").replace(
        "<svg ", Markup('<svg preserveAspectRatio="none" '), 1
    )


def said_number(value: float | None) -> Text:
    """A number in words' company: each language with its own marks."""
    return Text(number(value, "vi"), number(value, "en"))
