"""Why the figures of one snapshot are other ones than those of an earlier snapshot."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import attrs

from stregistry.dates import Period, periods_of
from stregistry.errors import DomainError, NotFoundError
from stregistry.evaluate.behind import Behind
from stregistry.evaluate.indicators import evaluated
from stregistry.evaluate.moved import Asked, Ends, FigureMove, State, Way, follow
from stregistry.framework import Framework
from stregistry.snapshot.explain import other_figure, refuse_other_registry
from stregistry.snapshot.frozen import Snapshot
from stregistry.snapshot.make import Made
from stregistry.snapshot.score_moves import ScoreMove, score_moves
from stregistry.snapshot.verify import same_row
from stregistry.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from stregistry.store import Store


@attrs.frozen(kw_only=True)
class SnapshotDiff:
    """The figures that moved between two snapshots, each with its causes and records.

    periods: which period of the old snapshot was compared with which of the new one. compared: how many figures were
    looked at; those not in `figures` stand where they stood. scores: the places whose index moved, when both snapshots
    have scores and no single indicator was asked for; scores compare only within one version of a framework, and
    what another version did stands under `framework`.
    """

    old: Snapshot
    new: Snapshot
    periods: tuple[tuple[str, str], ...]
    compared: int
    figures: tuple[FigureMove, ...]
    scores: tuple[ScoreMove, ...]

    def frame(self) -> "pd.DataFrame":
        """One row for each record of each figure that moved; contributions as floats, which add up to the change."""
        import pandas as pd

        return pd.DataFrame(self.rows(), columns=list(ROW))

    def rows(self) -> list[dict[str, Any]]:
        """The same as plain rows. A figure that appeared or disappeared is one row without a contribution.

        The index of a place, where it moved, has rows of the part `score`, one for each cause, and of `score_share`,
        one for each indicator (its id is the name); either add up to the change, in points.
        """
        figures = [row for move in self.figures for row in _rows(move)]
        return [*figures, *(row for move in self.scores for row in _score_rows(move, self.new))]


ROW = (
    *("indicator", "place", "period_before", "period_after", "before", "after", "change", "cause", "what", "part"),
    *("kind", "id", "name", "date", "record_place", "record_before", "record_after", "contribution"),
    *("changeset", "file", "row", "missing_before", "missing_after"),
)


def _rows(move: FigureMove) -> Iterable[dict[str, Any]]:
    names = (
        "indicator",
        "place",
        "period_before",
        "period_after",
        "before",
        "after",
        "missing_before",
        "missing_after",
    )
    head = {name: getattr(move, name) for name in names}
    head["change"] = None if move.change is None else float(move.change)
    if move.change is None:
        yield {**dict.fromkeys(ROW), **head, "cause": move.by}
    for record in move.records:
        told = {name: getattr(record, name) for name in ("cause", "what", "part", "kind", "name", "date")}
        yield {
            **head,
            **told,
            "id": record.id or None,
            "record_place": record.place,
            "record_before": float(record.before),
            "record_after": float(record.after),
            "contribution": float(record.contribution),
            "changeset": record.changeset or None,
            "file": record.document,
            "row": record.line,
        }


def _score_rows(move: ScoreMove, new: Snapshot) -> Iterable[dict[str, Any]]:
    top = next(group.id for group in new.framework.groups if group.parent is None)
    names = ("place", "period_before", "period_after", "before", "after", "change")
    head = {**dict.fromkeys(ROW), "indicator": top, **{name: getattr(move, name) for name in names}}
    if move.change is None:
        yield head | {"part": "score"}
    for cause, points in move.causes.items():
        yield head | {"part": "score", "cause": cause, "contribution": points}
    shares = {**move.indicators, **({"weights": move.weights} if move.weights else {})}
    for name, points in shares.items():
        yield head | {"part": "score_share", "name": name, "contribution": points}


def diff_snapshots(
    store: "Store",
    old: Snapshot,
    new: Snapshot,
    *,
    place: str | None = None,
    indicator: str | None = None,
    periods: tuple[str, str] | None = None,
    made: Iterable[Made] = (),
) -> SnapshotDiff:
    """Every figure that differs between two snapshots of one registry, split over causes and named records.

    place, indicator: only this one. periods: which period of the old snapshot against which of the new one; without
    it, the periods both have, else the last of each. made: what is at hand of the two, with the records of `place`; it
    is not evaluated again.
    Raises SnapshotError when the registry is another one or gives other figures now, DomainError when the new snapshot
    knows less than the old one, NotFoundError for an indicator, place or period that neither has.
    """
    for one in (old, new):
        refuse_other_registry(store, one)
    if new.changeset < old.changeset:
        raise DomainError(
            Text(
                f"Bản chốt thứ nhất biết đến đợt {old.changeset}, bản thứ hai chỉ đến đợt {new.changeset}; "
                "hãy đổi thứ tự hai bản.",
                f"The first snapshot knows up to changeset {old.changeset}, the second only to {new.changeset}; "
                "exchange the two.",
            )
        )
    pairs = _pairs(old, new, periods)
    wanted = _wanted(old, new, pairs, place, indicator)
    way = _way(store, old, new, place, {asked.indicator for asked in wanted}, made)
    for asked, ends in wanted.items():
        for state, period, (value, missing) in zip((way.old, way.new), (asked.before, asked.after), ends, strict=True):
            if missing in ("not_in_framework", "not_on_map"):
                continue
            cell = state.table.cell(asked.indicator, asked.place, period.label)
            now = {"value": cell.value, "missing": cell.missing}
            if not same_row({"value": value, "missing": missing}, now, ("value", "missing")):
                raise other_figure(value, cell.value)
    labels = tuple((before.label, after.label) for before, after in pairs)
    units = list(dict.fromkeys(asked.place for asked in wanted))
    return SnapshotDiff(
        old=old,
        new=new,
        periods=labels,
        compared=len(wanted),
        figures=follow(way, wanted),
        scores=score_moves(way, old, new, pairs, units) if indicator is None else (),
    )


def _pairs(old: Snapshot, new: Snapshot, asked: tuple[str, str] | None) -> list[tuple[Period, Period]]:
    before, after = (periods_of(s.content["periods"], s.framework.evaluation.year_ends) for s in (old, new))
    if asked is not None:
        return [(_known_period(before, asked[0]), _known_period(after, asked[1]))]
    there = {period.label: period for period in before}
    both = [(there[period.label], period) for period in after if period.label in there]
    return both or [(max(before, key=lambda p: p.start), max(after, key=lambda p: p.start))]


def _known_period(known: Sequence[Period], label: str) -> Period:
    for period in known:
        if period.label == label:
            return period
    raise _unknown(Text("kỳ", "period"), label, [p.label for p in known])


def _unknown(what: Text, word: str, known: Sequence[str]) -> NotFoundError:
    sentence = Text(f"Bản chốt số liệu không có {what.vi} '{word}'", f"The snapshots have no {what.en} '{word}'")
    return NotFoundError.unknown(sentence, word, known)


def _wanted(
    old: Snapshot, new: Snapshot, pairs: Sequence[tuple[Period, Period]], place: str | None, indicator: str | None
) -> dict[Asked, tuple[Ends, Ends]]:
    """Every figure either snapshot has, in the order of the new one, with what was frozen at either end."""
    sides = [{(c["indicator"], c["place"], c["period"]): c for c in s.values} for s in (old, new)]
    indicators = list(dict.fromkeys(key[0] for side in reversed(sides) for key in side))
    units = sorted({key[1] for side in sides for key in side})
    if indicator is not None and indicator not in indicators:
        raise _unknown(Text("chỉ tiêu", "indicator"), indicator, indicators)
    if place is not None and place not in units:
        raise _unknown(Text("địa bàn", "place"), place, units)
    mine = [{key[0] for key in side} for side in sides]

    def end(n: int, one: str, unit: str, period: Period) -> Ends:
        cell = sides[n].get((one, unit, period.label))
        if cell is not None:
            return cell["value"], cell["missing"]
        return None, "not_on_map" if one in mine[n] else "not_in_framework"

    return {
        Asked(one, unit, before, after): (end(0, one, unit, before), end(1, one, unit, after))
        for one in (indicators if indicator is None else [indicator])
        for unit in (units if place is None else [place])
        for before, after in pairs
    }


def _way(
    store: "Store", old: Snapshot, new: Snapshot, place: str | None, indicators: set[str], made: Iterable[Made]
) -> Way:
    """The states between the two snapshots, each evaluated once; a step that changes nothing reuses the one before."""
    first, last = old.framework, new.framework
    known_states = {_key(one.snapshot, one.snapshot, one.snapshot.framework, one.snapshot): one.state for one in made}

    def state(time: Snapshot, known: Snapshot, framework: Framework, places: Snapshot) -> State:
        key = _key(time, known, framework, places)
        if key not in known_states:
            labels, map_id = tuple(time.content["periods"]), places.content["places"]["map"]
            view = store.at(valid=time.content["valid"], known=known.changeset)
            asked = periods_of(labels, framework.evaluation.year_ends)
            shown = [i for i in framework.indicators if i.id in indicators]
            units = None if place is None else [place]
            table, figures = evaluated(view, framework, asked, shown, map_id, units=units, within=units)
            known_states[key] = State(table, Behind(view, figures, units))
        return known_states[key]

    return Way(
        [
            # An object of its own, also where two periods of one snapshot are compared: it is the one asked `before`.
            attrs.evolve(state(old, old, first, old)),
            state(new, old, first, old),
            state(new, new, first, old),
            state(new, new, last, old),
            state(new, new, last, new),
        ]
    )


def _key(time: Snapshot, known: Snapshot, framework: Framework, places: Snapshot) -> tuple[Any, ...]:
    """What an evaluation hangs on."""
    valid, labels = time.content["valid"], tuple(time.content["periods"])
    return valid, labels, known.changeset, framework.sha256, places.content["places"]["map"]
