"""Why a figure moved: its change split over causes and records, exactly.

The states on the way from the old figure to the new one are computed from the registry, in an order that is always
the same: the period and the valid day, then the records known, then what is divided by, then the framework, then
the place map. Each step changes one thing and keeps the rest, so the steps add up to the whole change.
A state that has no figure (nobody had published next year's population yet) is passed over: its part is in the next
step that has one.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Any, Final

import attrs
from sqlalchemy import func, select

from stregistry.dates import Period
from stregistry.errors import StregistryError
from stregistry.evaluate.behind import Behind, Counted, Teller, date_of, documents_of
from stregistry.evaluate.table import IndicatorTable
from stregistry.evaluate.terms import Delta, Side, Sum, Term, deltas, term
from stregistry.evaluate.words import STEPS, part_label
from stregistry.store.moves import moves
from stregistry.store.view import View
from stregistry.store.write import chunks
from stregistry.text import Text

CAUSES: Final = ("period", "new", "revised", "retracted", "denominators", "framework", "places")


@attrs.frozen(eq=False)
class State:
    """One evaluation on the way: its table and the records behind it."""

    table: IndicatorTable
    behind: Behind


@attrs.frozen(kw_only=True, slots=False)  # as `Counted`
class Moved(Counted):
    """One record and what it adds to the change of a figure.

    part: value; top or bottom of a share or a mean; denominator for what the figure is divided by or compared with;
    rule where no record, but the definition of the indicator or its unit is another one (then kind is empty and id 0).
    cause: one of CAUSES. what: new, revised, retracted; entered or left (the period, the territory, the definition);
    changed (counts otherwise); related (revised through another record: its body, or a later figure of a series).
    before, after: what it adds to its part at either end, before scale and denominator; 0 where it is not counted.
    contribution: exact, in the unit of the indicator. changeset, document, line: where its new state was stated; of
    a retracted record the changeset that retracted it.
    """

    cause: str
    what: str
    before: Fraction
    after: Fraction


@attrs.frozen(kw_only=True)
class FigureMove:
    """One figure in two snapshots.

    before, after: as frozen; None when missing, and then `missing_before` or `missing_after` says why (also
    not_in_framework and not_on_map). change: after - before, exact, when both are there: the sum of `causes`, which
    is the sum of `records`. by: of a figure that appeared or disappeared, the step that made it so.
    """

    indicator: str
    place: str
    period_before: str
    period_after: str
    before: float | None
    after: float | None
    missing_before: str | None
    missing_after: str | None
    change: Fraction | None
    by: str | None
    causes: dict[str, Fraction]
    records: tuple[Moved, ...]

    @cached_property
    def _in_parts(self) -> bool:
        return any(one.part not in ("value", "rule") for one in self.records)

    def part(self, record: Moved) -> Text | None:
        """What a record of it adds to, where the figure is made of several parts: one record may then stand twice."""
        if record.part == "rule" or not self._in_parts:
            return None
        return Text(part_label(record.part, "vi"), part_label(record.part, "en"))


@attrs.frozen
class Asked:
    """A figure to be followed: an indicator, a place code, and its period at either end."""

    indicator: str
    place: str
    before: Period
    after: Period


class Way:
    """The states from an old evaluation to a new one, in the order of STEPS; a step that changes nothing repeats one.

    states: the old state, then one for each of period, records (denominators belongs to it), framework and places.
    """

    def __init__(self, states: Sequence[State]) -> None:
        self.old, self.period, self.known, self.framework, self.places = states
        self._touched: dict[str, dict[int, str]] = {}

    @property
    def new(self) -> State:
        return self.places

    def value(self, step: str, asked: Asked) -> Term | None:
        """The figure after a step, or None where there is none."""
        for own, below in self._pairs(step):
            found = _term(own, below, asked, self._period(own, asked), self._period(below, asked))
            if found.value is not None:
                return found
        return None

    def _pairs(self, step: str) -> list[tuple[State, State]]:
        """Which states the records and the denominators of a step are read in; the second if the first gives none."""
        return {
            "old": [(self.old, self.old)],
            # What nobody knows yet of the new period stays what it was, until the step that makes it known.
            "period": [(self.period, self.period), (self.period, self.old)],
            "records": [(self.known, self.period), (self.known, self.old)],
            "denominators": [(self.known, self.known)],
            "framework": [(self.framework, self.framework)],
            "places": [(self.places, self.places)],
        }[step]

    def _period(self, state: State, asked: Asked) -> Period:
        label = (asked.before if state is self.old else asked.after).label
        return next(p for p in state.table.periods if p.label == label)

    def chain(self, asked: Asked) -> list[tuple[str, Term]]:
        """The figure at each step that has one, the old one first."""
        found = [(step, self.value(step, asked)) for step in ("old", *STEPS)]
        return [(step, one) for step, one in found if one is not None]

    def split(self, asked: Asked) -> Iterator[tuple[str, str, Delta]]:
        """Each record's part of the change with its cause and what happened to it."""
        chain = self.chain(asked)
        order = ("old", *STEPS)
        for (step, x), (other, y) in pairwise(chain):
            span = order[order.index(step) + 1 : order.index(other) + 1]
            for delta in deltas(x, y):
                if delta.amount:
                    yield (*self._told(delta, span), delta)

    def _told(self, delta: Delta, span: Sequence[str]) -> tuple[str, str]:
        hit = delta.after or delta.before
        others = [step for step in span if step not in ("records", "denominators")]
        if hit is None:
            return ("framework" if "framework" in span else span[-1]), "changed"
        touched = self.touched(hit.kind).get(hit.id)
        seen = "entered" if delta.before is None else "left" if delta.after is None else "changed"
        if delta.part == "denominator" and "denominators" in span:
            return "denominators", touched or ("related" if not others else seen)
        if delta.part != "denominator" and "records" in span:
            if touched:
                return touched, touched
            return (others[-1], seen) if others else ("revised", "related")
        return (others[-1] if others else span[-1]), seen

    def touched(self, kind: str) -> dict[int, str]:
        """The records of a kind known otherwise at the end than at the beginning: new, revised or retracted."""
        if kind not in self._touched:
            old, new = self.period.behind.view, self.known.behind.view
            with new.reading() as conn:
                some = moves(conn, new.tables.kinds[kind], old.known_number, new.known_number)
            ids = sorted({move.id for move in some})
            before, after = known_ids(old, kind, ids), known_ids(new, kind, ids)
            self._touched[kind] = {
                id: "new" if id not in before else "revised" if id in after else "retracted" for id in ids
            }
        return self._touched[kind]

    def appeared_by(self, asked: Asked) -> str | None:
        """The step since which a figure that one end lacks is there, or is missing for the reason given at the end."""
        steps = [("old", self.old), ("period", self.period), ("records", self.known)]
        steps += [("framework", self.framework), ("places", self.places)]
        why = [_cell_missing(state, asked, self._period(state, asked)) for _, state in steps]
        for (step, _), before in zip(reversed(steps[1:]), reversed(why[:-1]), strict=True):
            if before != why[-1]:
                return step
        return None


def known_ids(view: View, kind: str, ids: Sequence[int]) -> set[int]:
    """Those of the records that a view knows, on whatever day they hold."""
    rows = view.rows(kind)
    found: set[int] = set()
    for some in chunks(ids):
        found.update(row[0] for row in view.execute(select(rows.c.id).where(rows.c.id.in_(some)).distinct()))
    return found


def _term(own: State, below: State, asked: Asked, period: Period, earlier: Period) -> Term:
    known = {i.id: i for i in own.behind.figures.framework.indicators}
    if asked.indicator not in known:
        return Sum(None, "not_in_framework")
    return term(known[asked.indicator], Side(own.behind, asked.place, period), Side(below.behind, asked.place, earlier))


def _cell_missing(state: State, asked: Asked, period: Period) -> str | None:
    """Why a state's table has no figure; None where it has one."""
    if all(i.id != asked.indicator for i in state.behind.figures.framework.indicators):
        return "not_in_framework"
    if asked.place not in state.table.units:
        return "not_on_map"
    return state.table.cell(asked.indicator, asked.place, period).missing


Ends = tuple[float | None, str | None]


def follow(way: Way, wanted: Mapping[Asked, tuple[Ends, Ends]]) -> tuple[FigureMove, ...]:
    """The figures that moved, each split over causes and records.

    wanted: the figures to follow, each with its frozen value and missing reason at either end.
    """
    found: list[tuple[Asked, tuple[Ends, Ends], list[tuple[str, str, Delta]], Fraction | None, str | None]] = []
    for asked, ends in wanted.items():
        (before, _), (after, _) = ends
        if before is None and after is None:
            continue
        if before is None or after is None:
            found.append((asked, ends, [], None, way.appeared_by(asked)))
            continue
        chain = way.chain(asked)
        values = [one.value for _, one in chain]
        if len(set(values)) == 1:
            continue
        parts = list(way.split(asked))
        change = (values[-1] or Fraction(0)) - (values[0] or Fraction(0))
        if sum((delta.amount for _, _, delta in parts), Fraction(0)) != change:
            raise _no_sum(asked)
        found.append((asked, ends, parts, change, None))
    tell = _Teller(way, [part for _, _, parts, _, _ in found for part in parts])
    return tuple(_move(*one, tell) for one in found)


def _move(
    asked: Asked,
    ends: tuple[Ends, Ends],
    parts: list[tuple[str, str, Delta]],
    change: Fraction | None,
    by: str | None,
    tell: "_Teller",
) -> FigureMove:
    (before, missing_before), (after, missing_after) = ends
    causes: dict[str, Fraction] = defaultdict(Fraction)
    for cause, _, delta in parts:
        causes[cause] += delta.amount
    records = [tell(asked, *part) for part in parts]
    order = {cause: n for n, cause in enumerate(CAUSES)}
    return FigureMove(
        indicator=asked.indicator,
        place=asked.place,
        period_before=asked.before.label,
        period_after=asked.after.label,
        before=before,
        after=after,
        missing_before=missing_before,
        missing_after=missing_after,
        change=change,
        by=by,
        causes={cause: causes[cause] for cause in CAUSES if causes.get(cause)},
        records=tuple(sorted(records, key=lambda r: (order[r.cause], -abs(r.contribution), r.kind, r.id))),
    )


class _Teller:
    """Names, files and changesets of many records, read together."""

    def __init__(self, way: Way, parts: Sequence[tuple[str, str, Delta]]) -> None:
        self._old, self._new = way.old.behind.view, way.new.behind.view
        hits = [hit for _, _, d in parts for hit in (d.before, d.after) if hit is not None]
        self._tellers = Teller(self._new), Teller(self._old)
        for teller in self._tellers:
            teller.learn(hits)
        self._stated = {
            kind: self._statements(
                kind,
                {
                    h.id
                    for _, what, d in parts
                    if what in ("revised", "retracted")
                    and (h := d.before) is not None
                    and d.after is None
                    and h.kind == kind
                },
            )
            for kind in {hit.kind for hit in hits}
        }
        numbers = {hit.version.document for hit in hits}
        numbers |= {document for some in self._stated.values() for _, document, _ in some.values()}
        self._documents = documents_of(self._new, numbers)

    def _statements(self, kind: str, ids: Collection[int]) -> dict[int, tuple[int, int | None, int | None]]:
        """For records no longer counted: the changeset that said so, and the file and row where one did."""
        view, found = self._new, dict[int, tuple[int, int | None, int | None]]()
        rows, past = view.rows(kind), view.tables.kinds[kind].past
        ended = func.max(past.c.tx_to)
        for some in chunks(sorted(ids)):
            query = select(past.c.id, ended).where(past.c.id.in_(some), past.c.tx_to <= view.known_number)
            for id, number in view.execute(query.group_by(past.c.id)):
                found[id] = (number, None, None)
            current = select(rows.c.id, rows.c.tx_from, rows.c.document, rows.c.line).where(rows.c.id.in_(some))
            for id, number, document, line in view.execute(current.order_by(rows.c.tx_from)):
                found[id] = (number, document, line)
        return found

    def __call__(self, asked: Asked, cause: str, what: str, delta: Delta) -> Moved:
        hit = delta.after or delta.before
        about: dict[str, Any] = {"cause": cause, "what": what, "before": delta.own, "after": delta.then}
        if hit is None:
            return Moved(
                **about,
                part="rule",
                kind="",
                id=0,
                name="",
                date="",
                place="",
                contribution=delta.amount,
                changeset=0,
                document=None,
                line=None,
            )
        version = hit.version
        stated = (version.tx_from, version.document, version.line)
        if what in ("revised", "retracted") and delta.after is None:
            stated = self._stated[hit.kind].get(hit.id, stated)
        return Moved(
            **about,
            part=delta.part,
            kind=hit.kind,
            id=hit.id,
            name=next((name for teller in self._tellers if (name := teller.name(hit))), ""),
            date=date_of(version),
            place=hit.place or (asked.place if hit.kind == "observation" else ""),
            contribution=delta.amount,
            changeset=stated[0],
            document=self._documents.get(stated[1]),
            line=stated[2],
        )


def _no_sum(asked: Asked) -> StregistryError:
    where = f"{asked.indicator}/{asked.place}/{asked.after.label}"
    return StregistryError(
        Text(
            f"Phần đóng góp của các hồ sơ không cộng lại bằng mức thay đổi của {where}; hãy chạy audit.",
            f"The contributions of the records do not add up to the change of {where}; run audit.",
        ),
        indicator=asked.indicator,
        place=asked.place,
        period=asked.after.label,
    )
