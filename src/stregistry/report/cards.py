"""One card for each indicator: where the place stands, how it got there, and what it is to reach."""

from collections.abc import Iterator

import attrs
from markupsafe import Markup

from stregistry.dates import periods_of
from stregistry.figures import number
from stregistry.framework import Indicator, Reference, Target
from stregistry.missing import MISSING
from stregistry.plan import REASONS, STATUSES
from stregistry.plan.words import goal
from stregistry.report.charts import Goal, Point, said_number, strip, trend
from stregistry.report.gather import Matter, Row
from stregistry.report.words import CLASSES, W
from stregistry.text import LANGS, Text


@attrs.frozen(kw_only=True)
class TargetLine:
    """A target and how it stands.

    kind: a key of CLASSES. code: of the place; None for the nation, where the page is not about it.
    """

    row: Row
    code: str | None
    indicator: Indicator
    kind: str
    status: Text
    goal: Text
    due: Text
    place: Text
    source: Reference | None


@attrs.frozen(kw_only=True)
class Card:
    """What the card of an indicator shows. rank: None without a figure or with nobody to compare with."""

    indicator: Indicator
    row: Row
    why: Text | None
    rank: int | None
    out_of: int
    trend: Markup | None
    strip: Markup | None
    targets: tuple[TargetLine, ...]
    ranks: dict[str, int]
    order: tuple[str, ...]
    source: Reference | None


def cards(matter: Matter, lang: str) -> dict[str | None, list[Card]]:
    """The cards, by the group they belong to, in the order of the framework."""
    lines = target_lines(matter)
    found: dict[str | None, list[Card]] = {}
    for group in [None, *(g.id for g in matter.framework.groups)]:
        members = [i for i in matter.framework.indicators if i.group == group]
        if members:
            found[group] = [_card(matter, one, lines, lang) for one in members]
    return found


def _card(matter: Matter, indicator: Indicator, lines: list[TargetLine], lang: str) -> Card:
    row = matter.row(indicator.id, matter.focus, matter.last.label)
    ranks = matter.ranked(indicator)
    own = tuple(t for t in lines if t.indicator is indicator and t.code in (None, matter.focus))
    order = sorted(matter.places, key=lambda p: (p not in ranks, ranks.get(p, 0)))
    return Card(
        indicator=indicator,
        row=row,
        why=None if row["value"] is not None else MISSING.get(row["missing"], W["no_figure"]),
        rank=ranks.get(matter.focus) if len(ranks) > 1 else None,
        out_of=len(ranks),
        trend=_trend(matter, indicator, own, lang),
        strip=_strip(matter, indicator, ranks, lang),
        targets=own,
        ranks=ranks,
        order=tuple(order),
        source=source_of(matter, indicator.source),
    )


def _trend(matter: Matter, indicator: Indicator, own: tuple[TargetLine, ...], lang: str) -> Markup | None:
    points = []
    for period in matter.periods:
        row = matter.row(indicator.id, matter.focus, period.label)
        points.append(Point(period.last_day, row["value"], bool(row["provisional"])))
    goals = [one for line in own if line.code is not None for one in _goals(matter, line)]
    known = [(p.label, q.y) for p, q in zip(matter.periods, points, strict=True) if q.y is not None]
    if not known or (len(points) == 1 and not goals):
        return None
    unit = _unit(indicator)
    listed = {n: "; ".join(f"{label}: {number(y, n)}" for label, y in known) for n in ("vi", "en")}
    title = Text(f"Diễn biến: {indicator.name.vi}{unit.vi}", f"Trend: {indicator.name.en}{unit.en}")
    aims = "".join(f" {W['target'].vi}: {line.goal.vi}, {line.due.vi}." for line in own)
    aims_en = "".join(f" {W['target'].en}: {line.goal.en}, {line.due.en}." for line in own)
    about = Text(f"{listed['vi']}.{aims}", f"{listed['en']}.{aims_en}")
    return trend(points, goals, (matter.periods[0].label, matter.last.label), title, about, lang)


def _goals(matter: Matter, line: TargetLine) -> Iterator[Goal]:
    """What of a target can be drawn on the indicator's own axis: targets of a value."""
    row = line.row
    if row["of"] != "value" or row["status"] == "not_in_force":
        return
    ends = matter.framework.evaluation.year_ends
    by = row["by"] or int(matter.last.label[:4])
    since = row["baseline_period"]
    start = None
    if since is not None and row["baseline"] is not None:
        start = (periods_of(since, ends)[-1].last_day, row["baseline"])
    yield Goal(periods_of(str(by), ends)[0].last_day, row["low"], start, row["pace_in"] == "percent")


def _strip(matter: Matter, indicator: Indicator, ranks: dict[str, int], lang: str) -> Markup | None:
    if len(ranks) < 2:
        return None
    values = {p: matter.row(indicator.id, p, matter.last.label)["value"] for p in ranks}
    own = values.get(matter.focus)
    low, high = said_number(min(values.values())), said_number(max(values.values()))
    name = indicator.name
    title = Text(f"{W['position'].vi}: {name.vi}", f"{W['position'].en}: {name.en}")
    here = said_number(own)
    about = Text(
        f"Thấp nhất {low.vi}, cao nhất {high.vi}; {matter.names[matter.focus][1].vi}: {here.vi}.",
        f"Lowest {low.en}, highest {high.en}; {matter.names[matter.focus][1].en}: {here.en}.",
    )
    return strip(list(values.values()), own, title, about, lang)


def target_lines(matter: Matter) -> list[TargetLine]:
    """All targets of the framework as they stand in the last period."""
    return [_line(matter, row) for row in matter.targets()]


def _line(matter: Matter, row: Row) -> TargetLine:
    indicator = matter.framework.indicator(row["indicator"])
    status = STATUSES[row["status"]] if row["status"] else W["gap_only"]
    why = {**MISSING, **REASONS}.get(row["reason"] or "")
    # "No data" says already that there is no observation.
    if why and row["reason"] != "no_observation":
        status = Text(f"{status.vi} ({why.vi})", f"{status.en} ({why.en})")
    code = row["place"] or matter.nation
    known = matter.names[code][1] if code in matter.names else Text(str(code), str(code))
    return TargetLine(
        row=row,
        code=code,
        indicator=indicator,
        kind=next(kind for kind, statuses in CLASSES.items() if row["status"] in statuses),
        status=status,
        goal=_goal(indicator, row),
        due=W["every_year"] if row["every_year"] else Text(f"đến {row['by']}", f"by {row['by']}"),
        place=W["nation"] if code is None else known,
        source=source_of(matter, row["source"]),
    )


def _goal(indicator: Indicator, row: Row) -> Text:
    said = []
    for lang in LANGS:
        ends = number(row["low"], lang), number(row["high"], lang)
        said.append(goal(row["form"], ends, row["of"], indicator.measured_in, row["out_of"], lang))
    return Text(*said)


def target_of(line: TargetLine) -> Target:
    """The target a line tells of, as the framework has it."""
    found: Target = line.indicator.targets[line.row["target"] - 1]
    return found


def source_of(matter: Matter, id: str | None) -> Reference | None:
    """The source of that id."""
    return next((s for s in matter.framework.sources if s.id == id), None)


def _unit(indicator: Indicator) -> Text:
    unit = indicator.measured_in
    return Text(f" ({unit.vi})", f" ({unit.en})") if unit else Text(" ", " ")
