"""Scores as rows that can be frozen: one for each group, place and period."""

from collections.abc import Iterable
from typing import Any

import attrs
import numpy as np

from stregistry.evaluate import Cell
from stregistry.scored.figures import NOT_IN_FORCE
from stregistry.scores import Scores
from stregistry.scoring.faults import Floats
from stregistry.scoring.variants import missing_reasons


@attrs.frozen(kw_only=True)
class Standing:
    """One score.

    score: rounded to 12 significant digits; None without one, and then `missing` says why: place_not_in_force,
    screened_out, availability, no_members. rank: 1 the highest, ties share the best, before any rounding; out_of: how
    many places have a score. provisional: some indicator below is.
    """

    group: str
    place: str
    period: str
    score: float | None
    rank: int | None
    out_of: int
    missing: str | None
    provisional: bool


@attrs.frozen(kw_only=True)
class Interval:
    """How the index of a place spreads under the alternatives of [uncertainty]: median, 5 % and 95 % quantile.

    None for a place without a score. Rounded to 12 significant digits.
    """

    place: str
    period: str
    score_median: float | None
    score_low: float | None
    score_high: float | None
    rank_median: float | None
    rank_low: float | None
    rank_high: float | None


@attrs.frozen(kw_only=True, eq=False)
class Standings:
    """The scores of a registry with their rows. places: the map; intervals: () unless [uncertainty] was drawn from."""

    places: str
    scores: Scores
    rows: tuple[Standing, ...]
    intervals: tuple[Interval, ...]

    def of(self, place: str | None) -> tuple[Standing, ...]:
        """The rows of one place, all of them for None. Raises DomainError for an unknown one, with the nearest."""
        if place is None:
            return self.rows
        self.scores.unit_at(place)
        return tuple(row for row in self.rows if row.place == place)


def standings(scores: Scores, cells: Iterable[Cell]) -> tuple[Standing, ...]:
    """Every score, in group, place and period order. cells: the figures they rest on."""
    tree = scores.stages.index.tree
    below = {id: _below(scores, id) for id in scores.bound.groups}
    open_cells = {(c.indicator, c.place, c.period) for c in cells if c.provisional}
    reasons = missing_reasons(scores.stages)
    found = []
    for group in scores.bound.groups:
        node = tree.place[group]
        values, ranks = scores.stages.scores[node], scores.stages.ranks[node]
        for u, unit in enumerate(scores.units):
            for p, period in enumerate(scores.periods):
                found.append(
                    Standing(
                        group=group,
                        place=unit,
                        period=period,
                        score=rounded(values[p, u]),
                        rank=None if np.isnan(ranks[p, u]) else int(ranks[p, u]),
                        out_of=int((~np.isnan(values[p])).sum()),
                        missing=reason(scores, str(reasons[node, p, u]), p, u),
                        provisional=any((id, unit, period) in open_cells for id in below[group]),
                    )
                )
    return tuple(found)


def reason(scores: Scores, found: str, period: int, unit: int) -> str | None:
    """Why there is no score, None where there is one; a place that is no unit comes before all other reasons."""
    present = scores.stages.table.present
    if present is not None and not present[period, unit]:
        return NOT_IN_FORCE
    return found or None


def intervals(scores: Scores, *, seed: int) -> tuple[tuple[Interval, ...], dict[str, int]]:
    """The spread of the index in place and period order, and how many draws were made and failed. Needs scipy."""
    found: dict[tuple[str, str], Interval] = {}
    draws = failed = 0
    for period in scores.periods:
        spread = scores.uncertainty(seed=seed, period=period)
        draws, failed = spread.draws, failed + spread.failed
        drawn: dict[str, Floats] = {
            f"{name}_{part}": getattr(getattr(spread.result, name), part)
            for name in ("score", "rank")
            for part in ("median", "low", "high")
        }
        for u, unit in enumerate(scores.units):
            figures: dict[str, Any] = {name: rounded(values[u]) for name, values in drawn.items()}
            found[unit, period] = Interval(place=unit, period=period, **figures)
    rows = tuple(found[unit, period] for unit in scores.units for period in scores.periods)
    return rows, {"draws": draws, "failed": failed}


def rounded(value: float) -> float | None:
    """The value with 12 significant digits, None for NaN."""
    return None if np.isnan(value) else float(f"{value:.12g}")


def _below(scores: Scores, group: str) -> list[str]:
    """The indicators below a group."""
    tree = scores.stages.index.tree
    found, waiting = [], [tree.place[group]]
    children = {g.node: g.children for g in tree.groups}
    while waiting:
        node = waiting.pop()
        if node < tree.leaves:
            found.append(tree.ids[node])
        waiting.extend(int(child) for child in children.get(node, ()))
    return found
