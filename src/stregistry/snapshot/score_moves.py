"""Why the index of a place moved between two snapshots: over the causes of its figures, and over its indicators."""

from collections.abc import Iterable, Sequence
from typing import Final

import attrs
import numpy as np

from stregistry.dates import Period
from stregistry.errors import DomainError
from stregistry.evaluate import Cell
from stregistry.evaluate.indicators import rounded
from stregistry.evaluate.moved import Asked, State, Way
from stregistry.evaluate.words import STEPS
from stregistry.places import place_map
from stregistry.scored import score_cells
from stregistry.scores import Scores
from stregistry.scoring.attribution import over_indicators
from stregistry.snapshot.frozen import Snapshot


@attrs.frozen(kw_only=True)
class ScoreMove:
    """The index of one place in two snapshots, in points.

    change: after - before: the sum of `causes` (the steps of `evaluate.moved`; "records" is new, revised and retracted
    ones together), and of `indicators` and `weights`. weights: of other shares of the weights, as where a member came
    or went. indicators is empty where the two were scored by different methods or maps: their points cannot be
    compared one by one, and `causes` has what the framework and the map did.
    None where one side has no score.
    """

    place: str
    period_before: str
    period_after: str
    before: float | None
    after: float | None
    rank_before: int | None
    rank_after: int | None
    change: float | None
    causes: dict[str, float]
    indicators: dict[str, float]
    weights: float


def score_moves(
    way: Way, old: Snapshot, new: Snapshot, pairs: Sequence[tuple[Period, Period]], places: Sequence[str]
) -> tuple[ScoreMove, ...]:
    """The places whose index moved; nothing when one of the snapshots has no scores."""
    if "scores" not in old.content or "scores" not in new.content:
        return ()
    ends = (old.scores, new.scores)
    between = _between(way, pairs)
    found = []
    for place in places:
        for before, after in pairs:
            move = _move(place, before.label, after.label, ends, between)
            if move is not None:
                found.append(move)
    return tuple(found)


def _between(way: Way, pairs: Sequence[tuple[Period, Period]]) -> dict[str, Scores]:
    """The scores after each step that changes anything; those of the last one are the new snapshot's."""
    steps = [("period", way.period, way.period), ("records", way.known, way.period)]
    steps += [
        (name, state, state) for name, state in zip(STEPS[2:], (way.known, way.framework, way.places), strict=True)
    ]
    chain: dict[str, Scores] = {}
    reached = (way.old, way.old)
    for step, own, below in steps:
        if (own, below) != reached:
            labels = [p.label for p in own.table.periods]
            the_map, framework = place_map(own.table.places), own.behind.figures.framework
            chain[step] = score_cells(framework, the_map, labels, _cells(way, step, own, pairs))
        reached = (own, below)
    return chain


def _cells(way: Way, step: str, state: State, pairs: Sequence[tuple[Period, Period]]) -> Iterable[Cell]:
    """The cells of a state with the values of a step, in which denominators may still be those of before."""
    former = {after.label: before for before, after in pairs}
    periods = {p.label: p for p in state.table.periods}
    for cell in state.table.cells:
        after = periods[cell.period]
        if cell.missing == "mixed_basis" or cell.period not in former:
            yield cell
            continue
        found = way.value(step, Asked(cell.indicator, cell.place, former[cell.period], after))
        value = None if found is None else rounded(found.value)
        yield attrs.evolve(cell, value=value, missing=None if value is not None else cell.missing or "no_denominator")


_NONE: Final = (None, None)


def _index(scores: Scores, place: str, period: str) -> tuple[float | None, int | None]:
    """Score and rank of the index; None without."""
    if place not in scores.units or period not in scores.periods:
        return _NONE
    node = scores.stages.index.tree.top
    at = (node, scores.at(period), scores.unit_at(place))
    value, rank = scores.stages.scores[at], scores.stages.ranks[at]
    return _NONE if np.isnan(value) else (float(value), None if np.isnan(rank) else int(rank))


def _move(
    place: str, before: str, after: str, ends: tuple[Scores, Scores], between: dict[str, Scores]
) -> ScoreMove | None:
    (first, rank_before), (last, rank_after) = _index(ends[0], place, before), _index(ends[1], place, after)
    if first == last and rank_before == rank_after:
        return None
    causes: dict[str, float] = {}
    change = None
    if first is not None and last is not None:
        change, now = last - first, first
        for step in STEPS:
            reached = _index(between[step], place, after)[0] if step in between else None
            if reached is not None:
                causes[step], now = reached - now, reached
    shares, weights = _over_indicators(ends, place, before, after) if change is not None else ({}, 0.0)
    return ScoreMove(
        place=place,
        period_before=before,
        period_after=after,
        before=rounded(first),
        after=rounded(last),
        rank_before=rank_before,
        rank_after=rank_after,
        change=change,
        causes={step: causes[step] for step in STEPS if causes.get(step)},
        indicators=shares,
        weights=weights,
    )


def _over_indicators(
    ends: tuple[Scores, Scores], place: str, before: str, after: str
) -> tuple[dict[str, float], float]:
    old, new = ends
    if old.bound.framework.method != new.bound.framework.method:
        return {}, 0.0
    try:
        found = over_indicators(old.stages, new.stages, (old.at(before), new.at(after)))
    except DomainError:  # another tree or other units
        return {}, 0.0
    unit = new.unit_at(place)
    ids = new.stages.index.tree.ids
    shares = {ids[n]: float(share) for n, share in enumerate(found.indicators[:, unit]) if share}
    return shares, float(found.coverage[:, unit].sum())
