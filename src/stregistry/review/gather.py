"""What a review tells, as frozen data: figures by task group, targets, tasks, duties, and what moved."""

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import attrs
import rfc8785

from stregistry.dates import Period, parse_period, periods_of
from stregistry.errors import DomainError, NotFoundError
from stregistry.evaluate.indicators import indicators, refuse_custom, rounded
from stregistry.evaluate.moved import FigureMove
from stregistry.evaluate.observations import Observations
from stregistry.evaluate.table import Cell, LeftOut
from stregistry.framework import Framework, Indicator, Target
from stregistry.measures.rules import Series
from stregistry.places import place_map
from stregistry.plan import Ask, DutyTable, TaskTable, due, tasks
from stregistry.plan.judge import goal_of, judge
from stregistry.snapshot import Snapshot, diff_snapshots
from stregistry.snapshot.make import made_with_records
from stregistry.text import Text, nearest, with_nearest

if TYPE_CHECKING:
    from stregistry.store import Store
    from stregistry.store.view import View

FORMAT: Final = "stregistry-review/1"
SOON: Final = 60


@attrs.frozen(kw_only=True)
class Figure:
    """One indicator in the table every report has.

    value: in the period; cumulative: from the beginning of the year to its end (of a stock the same); before: in the
    same period a year earlier; None where there is none, and `missing` says why the figure of the period is not there.
    plan: what is to be reached by the end of the year, and where it comes from: a target due this year, or the way to
    a later one. share: cumulative as a percentage of the plan, where more is better. change: against `before`,
    in percent, or in the unit where percents and ranks are compared or `before` is not above 0.
    of_year: the period is a part of a year, and there is no statistic but that of the whole year.
    """

    indicator: str
    value: float | None
    cumulative: float | None
    before: float | None
    missing: str | None
    provisional: bool
    plan: float | None
    plan_from: str | None
    share: float | None
    change: float | None
    change_in: str | None
    of_year: bool = False


@attrs.frozen(kw_only=True, eq=False)
class Review:
    """The plan at the end of a period, for one place.

    at: the day it was looked at: the last of the period, or an earlier one while the period is not over.
    snapshot: the figures of the period, frozen. before: the label of the same period a year earlier.
    groups: (id of a group, its figures), those without indicators left out. targets: rows of the snapshot.
    duties: without tasks, which stand in `tasks`, done ones of the period included.
    moves: the figures of the place that differ from those a year earlier, with causes.
    """

    framework: Framework
    place: str
    period: Period
    at: dt.date
    snapshot: Snapshot
    before: str
    groups: tuple[tuple[str | None, tuple[Figure, ...]], ...]
    targets: tuple[dict[str, Any], ...]
    tasks: TaskTable
    duties: DutyTable
    moves: tuple[FigureMove, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure, in the order of the framework."""
        return tuple(one for _, rows in self.groups for one in rows)

    @property
    def content(self) -> dict[str, Any]:
        """The review as plain data: dates as ISO text, ids in English. The same inputs give the same content."""
        from stregistry.plan.duty import duty_row
        from stregistry.plan.tasks import task_row

        return {
            "framework": {k: v for k, v in self.snapshot.content["framework"].items() if k != "document"},
            "registry": self.snapshot.content["registry"],
            "snapshot": self.snapshot.sha256,
            "place": self.place,
            "places": self.snapshot.content["places"],
            "period": self.period.label,
            "compared_with": self.before,
            "at": self.at.isoformat(),
            "groups": [{"group": g, "figures": [attrs.asdict(one) for one in rows]} for g, rows in self.groups],
            "targets": [dict(row) for row in self.targets],
            "tasks": [task_row(row, "vi") for row in self.tasks.rows],
            "obligations": [duty_row(row, "vi") for row in self.duties.rows],
            "unclear": [{"obligation": name, "records": number} for name, number in self.duties.unclear],
            "moves": [_move(one) for one in self.moves],
            "left_out": [{**attrs.asdict(one), "candidates": list(one.candidates)} for one in self.left_out],
        }

    @property
    def sha256(self) -> str:
        """sha256 of the canonical form of `content`."""
        return hashlib.sha256(rfc8785.dumps(self.content)).hexdigest()


def _move(move: FigureMove) -> dict[str, Any]:
    causes = {cause: rounded(float(value)) for cause, value in move.causes.items()}
    change = None if move.change is None else rounded(float(move.change))
    return {"indicator": move.indicator, "before": move.before, "after": move.after, "change": change, "causes": causes}


def gather(
    store: "Store", framework: Framework, period: Any, *, place: str | None = None, valid: Any = None, known: Any = None
) -> Review:
    """The review of a period.

    place: a code of the framework's map; default the one most targets are set for. valid: the day looked at, when it
    is before the end of the period. Raises DomainError for more than one period, NotFoundError for an unknown place.
    """
    asked = periods_of(period, framework.evaluation.year_ends)
    if len(asked) != 1:
        raise DomainError(
            Text(
                f"Mỗi báo cáo sơ kết chỉ cho một kỳ, không phải '{period}'.",
                f"A review is of one period, not of '{period}'.",
            )
        )
    (one,) = asked
    ends = framework.evaluation.year_ends
    earlier, year_to_date = one.a_year_before(1, ends), _to_date(one, ends)
    focus = _place(framework, place)
    # Each end once: its figures, and the records of the place that tell why they moved.
    after = made_with_records(store, framework, [one, year_to_date], [focus], valid=valid, known=known)
    snapshot = after.snapshot
    before = made_with_records(store, framework, [earlier], [focus], known=snapshot.changeset)
    view = store.at(valid=snapshot.content["valid"], known=snapshot.changeset)
    cells = {(c.indicator, c.period): c for c in _cells(snapshot, focus)}
    cells |= {(c.indicator, c.period): c for c in _cells(before.snapshot, focus)}
    figures = {
        i.id: _figure(i, cells, (one.label, year_to_date.label, earlier.label), focus, framework.evaluation.places)
        for i in framework.indicators
    }
    if one.kind != "year":
        for id in _of_year(framework, view, focus, one):
            figures[id] = attrs.evolve(figures[id], of_year=figures[id].value is not None)
    named = [g.id for g in framework.groups]
    groups = [(g, tuple(figures[i.id] for i in framework.indicators if i.group == g)) for g in [*named, *([None])]]
    ask = Ask(at=dt.date.fromordinal(view.valid), within=SOON, done=True)
    moved = diff_snapshots(
        store, before.snapshot, snapshot, place=focus, periods=(earlier.label, one.label), made=(before, after)
    )
    return Review(
        framework=framework,
        place=focus,
        period=one,
        at=ask.at,
        snapshot=snapshot,
        before=earlier.label,
        groups=tuple((g, rows) for g, rows in groups if rows),
        targets=tuple(_targets(snapshot, focus, one.label)),
        tasks=_of_period(tasks(view, ask), one),
        duties=_duties_of(due(view, framework, ask), one),
        moves=moved.figures,
        left_out=indicators(view, framework, [one], snapshot.content["places"]["map"], units=[focus]).left_out,
    )


def _to_date(period: Period, ends: str) -> Period:
    """From the beginning of the year to the end of the period: the year itself for one that closes it."""
    year, rest = period.label[:4], period.label[4:]
    if period.kind == "year":
        return period
    months = {"half": 6, "quarter": 3, "month": 1, "months": 1}[period.kind] * int(rest[1:])
    return parse_period(year if months == 12 else f"{year}M{months}", ends)


def _cells(snapshot: Snapshot, place: str) -> Iterator[Cell]:
    names = [field.name for field in attrs.fields(Cell)]
    for row in snapshot.values:
        if row["place"] == place:
            yield Cell(**{name: row[name] for name in names if name in row})


def _place(framework: Framework, place: str | None) -> str:
    refuse_custom(framework)
    known = [unit.code for unit in place_map(framework.evaluation.places).units(framework.evaluation.level)]
    if place is None:
        set_for = [t.place for i in framework.indicators for t in i.targets if t.place in known and t.place is not None]
        return max(set_for, key=set_for.count) if set_for else known[0]
    if place in known:
        return place
    near, of = nearest(place, known), framework.evaluation.places
    what = Text(f"Không có địa bàn '{place}' trong danh mục {of}", f"There is no place '{place}' on the map {of}")
    raise NotFoundError(with_nearest(what, near, known), place=place, nearest=near)


def _figure(
    indicator: Indicator, cells: dict[tuple[str, str], Cell], labels: tuple[str, str, str], place: str, places: str
) -> Figure:
    now, so_far, before = (cells[indicator.id, label] for label in labels)
    plan, plan_from = _plan(indicator, place, places, int(labels[0][:4]))
    share = None
    if plan and so_far.value is not None and indicator.direction == "up":
        share = so_far.value / plan * 100
    change, change_in = _change(indicator, now.value, before.value)
    return Figure(
        indicator=indicator.id,
        value=now.value,
        cumulative=so_far.value,
        before=before.value,
        missing=now.missing,
        provisional=now.provisional,
        plan=rounded(plan),
        plan_from=plan_from,
        share=rounded(share),
        change=rounded(change),
        change_in=change_in,
    )


def _of_year(framework: Framework, view: "View", place: str, period: Period) -> set[str]:
    """The indicators that are, or are made of, a statistic of the whole year, since none is of the period itself."""
    rules = {i.id: i.rule for i in framework.indicators if isinstance(i.rule, Series)}
    observed = Observations(view, place_map(framework.evaluation.places), [rule.series for rule in rules.values()])
    found = {
        id
        for id, rule in rules.items()
        if any(part.period != period.label for part, _ in observed.find(rule.series, rule.basis, place, period).parts)
    }
    more = {i.id for i in framework.indicators if found & set(i.uses)}
    return found | more


def _change(indicator: Indicator, now: float | None, before: float | None) -> tuple[float | None, str | None]:
    if now is None or before is None:
        return None, None
    unit = indicator.measured_in.vi if indicator.measured_in else ""
    if before <= 0 or unit.startswith("%") or "hạng" in unit:
        return now - before, "unit"
    return (now / before - 1) * 100, "percent"


def _plan(indicator: Indicator, place: str, places: str, year: int) -> tuple[float | None, str | None]:
    """What is asked for by the end of a year: by a target due then or every year, else on the way to a later one."""
    found: tuple[float | None, str | None] = (None, None)
    for target in indicator.targets:
        if not _binds(target, place, places, year):
            continue
        if target.every_year or target.by == year:
            return target.values[0], "target"
        if target.baseline is not None and target.by is not None and found[0] is None:
            since = float(target.baseline[0].split("..")[-1][:4])
            way = judge(
                target, goal_of(target, target.baseline[1]), float(year), (since, target.baseline[1]), over=False
            )
            if since < year and way.path is not None:
                found = (way.path, "path")
    return found


def _binds(target: Target, place: str, places: str, year: int) -> bool:
    """Whether a target of the value itself is in force at the end of the year, for this place and map, and not over."""
    own = (target.place, target.map) == (place, places)
    day = dt.date(year, 12, 31)
    in_force = target.start <= day and (target.end is None or day < target.end)
    return own and in_force and target.of == "value" and target.form != "about" and (target.by or year) >= year


def _targets(snapshot: Snapshot, place: str, period: str) -> Iterator[dict[str, Any]]:
    """The targets of the place, and those of the nation, in the period; those not in force are left out."""
    for row in snapshot.content.get("targets", ()):
        if row["period"] == period and row["place"] in (place, None) and row["status"] != "not_in_force":
            yield row


def _of_period(table: TaskTable, period: Period) -> TaskTable:
    """What is open, and what was due or done in the period."""
    rows = [row for row in table.rows if _concerns(row.status, row.due_last, row.done_on, period)]
    return attrs.evolve(table, rows=tuple(rows))


def _duties_of(table: DutyTable, period: Period) -> DutyTable:
    rows = [r for r in table.rows if r.kind != "task" and _concerns(r.status, r.due_last, r.done_on, period)]
    return attrs.evolve(table, rows=tuple(rows))


def _concerns(status: str, due_last: dt.date | None, done: Any, period: Period) -> bool:
    if status in ("late", "may_be_late", "due", "no_deadline"):
        return True
    days: Sequence[int] = [day.toordinal() for day in (due_last, done.first if done is not None else None) if day]
    return any(period.start <= day < period.end for day in days)
