"""The very records an indicator could not count for a place and period, each with the reason."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import attrs

from stregistry.dates import periods_of
from stregistry.evaluate.behind import Behind, Hit, Teller, place_of
from stregistry.evaluate.explain import Explanation
from stregistry.evaluate.indicators import take_figures, undated_is_left_out
from stregistry.framework import Framework
from stregistry.measures import Distinct, Part, Tally
from stregistry.measures.derived import DETAILS, KEYS, Derived, Details
from stregistry.measures.fold import codes_near, land, stated_by
from stregistry.measures.grid import Grid
from stregistry.measures.select import records
from stregistry.store.view import View


@attrs.frozen(kw_only=True)
class LeftOutRecord:
    """A record that meets the conditions and is not in the figure, though it may belong to it.

    reason: as in `LeftOut`. candidates: the units it may be.
    """

    reason: str
    kind: str
    id: int
    name: str
    date: str
    place: str
    candidates: tuple[str, ...]
    changeset: int
    document: str | None
    line: int | None


def left_out_records(view: View, framework: Framework, found: Explanation) -> tuple[LeftOutRecord, ...]:
    """What an explained figure does not count: records of the place, or of none that is known, by reason and id.

    Reads what may belong to the place. Nothing for an indicator that counts no records of its own.
    """
    indicator = framework.indicator(found.indicator)
    rule = indicator.rule
    if not isinstance(rule, Tally | Distinct):
        return ()
    (period,) = periods_of(found.period, framework.evaluation.year_ends)
    figures = take_figures(view, framework, [period], [indicator], found.places, found.valid, scan=False)
    met = rule.met if isinstance(rule, Tally) else attrs.evolve(rule.part, by=None)
    lost = list(_lost(view, figures.grid, met, found.place))
    if isinstance(rule, Tally) and rule.counted != rule.met:
        behind = Behind(view, figures, [found.place])
        counted = {hit.version.row for hit in behind.counted(rule.counted, found.place, period)}
        all_of = behind.counted(rule.met, found.place, period)
        lost += [("no_value", (), hit) for hit in all_of if hit.version.row not in counted]
    hits, teller = [hit for _, _, hit in lost], Teller(view)
    teller.learn(hits)
    told = {(one.id, one.line, one.changeset): one for one in teller.tell("", hits)}
    rows = []
    for reason, candidates, hit in lost:
        one = told[hit.id, hit.version.line, hit.version.tx_from]
        names = ("kind", "id", "name", "date", "place", "changeset", "document", "line")
        about: dict[str, Any] = {name: getattr(one, name) for name in names}
        rows.append(LeftOutRecord(reason=reason, candidates=candidates, **about))
    return tuple(sorted(rows, key=lambda r: (r.reason, r.id)))


def _lost(view: View, grid: Grid, part: Part, unit: str) -> Iterator[tuple[str, tuple[str, ...], Hit]]:
    undated = undated_is_left_out(part)
    number, told = len(KEYS), slice(len(KEYS) + 1, len(KEYS) + 1 + len(DETAILS))
    near = codes_near(view, grid, stated_by(part.source), {unit})
    rows = view.execute(records(Derived(view, grid, [part]), sorted(near)))
    for landings, row, columns in land(grid, part.source, rows, number, number + 1, near):
        for landing in landings if columns else ():
            spot = landing.spot
            if spot.unit is None and spot.may_be({unit}) and (landing.period is not None or undated):
                hit = Hit(part.source.kind, Details._make(row[told]), Fraction(0), place_of(row.place))
                yield spot.reason or "", spot.candidates, hit
