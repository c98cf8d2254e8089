"""From the indicator table of a registry to its scores."""

from collections.abc import Iterable, Sequence

import numpy as np

from stregistry.dates import Period, periods_of
from stregistry.errors import DomainError
from stregistry.evaluate import Cell, indicators
from stregistry.framework import Framework
from stregistry.missing import why_missing
from stregistry.places import PlaceMap, attribute, place_map
from stregistry.scores import Scores
from stregistry.scores.binding import Bound, bind
from stregistry.scores.cells import time_of
from stregistry.scores.measured import Measured
from stregistry.scoring.faults import Floats, Note
from stregistry.scoring.pipeline import run
from stregistry.scoring.table import Table
from stregistry.store.view import View
from stregistry.text import Text

NOT_IN_FORCE = "place_not_in_force"


def scores(
    view: View, framework: Framework, periods: Sequence[Period] | str, places: str | None = None
) -> tuple[Scores, tuple[Cell, ...]]:
    """The scores of a registry's units, and the indicator cells they rest on.

    Raises DomainError without [method], for periods of several kinds, and for what the method cannot take (it names
    indicator and unit).
    """
    bind(framework)  # what is missing in the framework is said before the records are read
    table = indicators(view, framework, periods, places=places)
    the_map = place_map(places or framework.evaluation.places)
    return score_cells(framework, the_map, [p.label for p in table.periods], table.cells), table.cells


def score_cells(framework: Framework, the_map: PlaceMap, periods: Sequence[str], cells: Iterable[Cell]) -> Scores:
    """The scores of figures already computed; a cell's value is after scale and denominator, as it was rounded.

    Units are place codes, in the order of the map. A unit that is none in a period has no score in it, and nothing is
    filled in for it.
    """
    bound = bind(framework)
    asked = periods_of(list(periods), framework.evaluation.year_ends)
    _refuse_mixed(asked)
    cells = tuple(cells)
    measured = _measured(bound, the_map, sorted(asked, key=lambda p: p.start), cells)
    return Scores(bound=bound, measured=measured, stages=run(measured.table, bound.index, bound.method))


def _refuse_mixed(asked: Sequence[Period]) -> None:
    other = next((p for p in asked if p.kind != asked[0].kind), None)
    if other is not None:
        raise DomainError(
            Text(
                f"Kỳ '{other}' khác loại với '{asked[0]}'. Mỗi lần tính điểm chỉ dùng một loại kỳ.",
                f"Period '{other}' is of another kind than '{asked[0]}'. Scores take one kind of period at a time.",
            )
        )


def _measured(bound: Bound, the_map: PlaceMap, asked: Sequence[Period], cells: tuple[Cell, ...]) -> Measured:
    ids = [i.id for i in bound.framework.indicators]
    units = tuple(dict.fromkeys(cell.place for cell in cells))
    labels = [p.label for p in asked]
    column, row, layer = ({name: n for n, name in enumerate(names)} for names in (ids, units, labels))
    figures = np.full((len(asked), len(units), len(ids)), np.nan)
    present = np.ones((len(asked), len(units)), dtype=np.bool_)
    for cell in cells:
        i, u, p = column[cell.indicator], row[cell.place], layer[cell.period]
        if cell.value is not None:
            figures[p, u, i] = cell.value
        elif cell.missing == NOT_IN_FORCE:
            present[p, u] = False
    panel = len(asked) > 1
    values: Floats = figures[..., [column[i.id] for i in bound.scored]]
    table = Table(
        values=values if panel else values[0],
        units=units,
        periods=labels if panel else (),
        times=[time_of(p) for p in asked] if panel else None,
        groups={name: attribute(the_map, units, name) for name in bound.within},
        present=None if present.all() else present,
    )
    return Measured(
        table=table,
        periods=tuple(labels),
        figures=figures,
        notes=tuple(_unmeasured(bound, cells)),
        names=the_map.names(units),
    )


def _unmeasured(bound: Bound, cells: tuple[Cell, ...]) -> Iterable[Note]:
    """Why cells are empty: a note for each scored indicator, period and reason, and one for units that are none."""
    scored = {i.id for i in bound.scored}
    found: dict[tuple[str, str, str], int] = {}
    gone: dict[tuple[str, str], None] = {}
    for cell in cells:
        if cell.missing == NOT_IN_FORCE:
            gone[cell.place, cell.period] = None
        elif cell.value is None and cell.indicator in scored:
            key = (cell.indicator, cell.period, cell.missing or "not_measured")
            found[key] = found.get(key, 0) + 1
    for (indicator, period, reason), places in found.items():
        have = "place has" if places == 1 else "places have"
        why = why_missing(reason)
        yield Note(
            code=reason,
            message=Text(
                f"Chỉ tiêu {indicator!r}, kỳ {period}: {places} địa bàn không có giá trị: {why.vi}.",
                f"Indicator {indicator!r}, {period}: {places} {have} no figure: {why.en}.",
            ),
            indicator=indicator,
            period=period,
        )
    for place, period in gone:
        yield Note(
            code=NOT_IN_FORCE,
            message=Text(
                f"Địa bàn {place!r} không còn là một đơn vị trong kỳ {period} nên không có điểm.",
                f"Place {place!r} is no unit in {period}, so it has no score.",
            ),
            unit=place,
            period=period,
        )
