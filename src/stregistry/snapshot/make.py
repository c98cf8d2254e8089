"""A snapshot made from a registry: every figure computed at two times, with its provenance."""

import datetime as dt
import importlib.metadata
import platform
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Final

import attrs

from stregistry.dates import Period, periods_of, show_day
from stregistry.errors import StregistryError
from stregistry.evaluate import IndicatorTable
from stregistry.evaluate.behind import Behind
from stregistry.evaluate.indicators import table_of, take_figures
from stregistry.evaluate.moved import State
from stregistry.framework import Framework
from stregistry.places import place_map
from stregistry.plan.targets import looked_back
from stregistry.plan.targets import standings as target_standings
from stregistry.snapshot.frozen import Snapshot
from stregistry.text import Text

if TYPE_CHECKING:
    from stregistry.store import Store

SEED: Final = 1


@attrs.frozen(eq=False)
class Made:
    """A snapshot, and the evaluation it was made from."""

    snapshot: Snapshot
    state: State


def make_snapshot(
    store: "Store",
    framework: Framework,
    periods: Any,
    *,
    places: str | None = None,
    valid: Any = None,
    known: Any = None,
    seed: int = SEED,
) -> Snapshot:
    """The snapshot of a framework.

    periods: a period, a range or a sequence. places: a place map instead of the framework's.
    valid: the day stocks are taken on at the latest; default the last day asked for, or today when
    that is still to come (such stocks are provisional). known: as in `Store.at`.
    seed: of the draws of [uncertainty], where the framework has it.
    """
    return made_with_records(store, framework, periods, (), places=places, valid=valid, known=known, seed=seed).snapshot


def made_with_records(
    store: "Store",
    framework: Framework,
    periods: Any,
    units: Collection[str],
    *,
    places: str | None = None,
    valid: Any = None,
    known: Any = None,
    seed: int = SEED,
) -> Made:
    """The snapshot of `make_snapshot`, and the records behind its figures of some places."""
    asked = periods_of(periods, framework.evaluation.year_ends)
    if not asked:
        raise StregistryError(Text("Cần ít nhất một kỳ báo cáo.", "At least one period is needed."))
    view = store.at(known=known)
    # Not simply today: a snapshot of a year that is over is the same whenever it is made.
    last = max(p.last_day for p in asked)
    view = store.at(valid=min(last, view.valid) if valid is None else valid, known=view.known_number)
    # What targets look back to is counted in the same scan.
    figures = take_figures(view, framework, looked_back(framework, asked), framework.indicators, places, units=units)
    table = table_of(figures, asked, framework.indicators)
    content = _content(framework, table, view.valid, asked, (view.known_number, store.hash_at(view.known_number)))
    if any(i.targets for i in framework.indicators):
        content |= {"targets": [attrs.asdict(row) for row in target_standings(figures, asked).rows]}
    if framework.method is not None:
        content |= _scored(framework, table, seed)
    snapshot = Snapshot(content=content, environment=_environment(framework))
    return Made(snapshot, State(table, Behind(view, figures, units)))


def _content(
    framework: Framework, table: IndicatorTable, valid: int, periods: tuple[Period, ...], head: tuple[int, str]
) -> dict[str, Any]:
    return {
        "framework": {
            "id": framework.id,
            "version": framework.version,
            "sha256": framework.sha256,
            "document": framework.document,
        },
        "registry": {"changeset": head[0], "hash": head[1]},
        "valid": show_day(valid),
        "places": {"map": table.places, "level": table.level},
        "periods": [p.label for p in periods],
        "values": [attrs.asdict(cell) for cell in table.cells],
        "breakdowns": [attrs.asdict(part) for part in table.breakdowns],
        "left_out": [{**attrs.asdict(left), "candidates": list(left.candidates)} for left in table.left_out],
        "seed": None,
    }


def _scored(framework: Framework, table: IndicatorTable, seed: int) -> dict[str, Any]:
    """Scores, ranks and what the method has to say; with [uncertainty] also intervals, and the seed they hang on."""
    from stregistry.scored import intervals, score_cells, standings

    scores = score_cells(framework, place_map(table.places), [p.label for p in table.periods], table.cells)
    found: dict[str, Any] = {
        "scores": [attrs.asdict(one) for one in standings(scores, table.cells)],
        # The wording of a note may get better; what it is about does not change.
        "score_notes": [
            {"code": n.code, "indicator": n.indicator, "unit": n.unit, "period": n.period} for n in scores.notes
        ],
    }
    if scores.bound.factors:
        rows, draws = intervals(scores, seed=seed)
        found |= {"intervals": [attrs.asdict(one) for one in rows], "draws": draws, "seed": seed}
    return found


def _environment(framework: Framework) -> dict[str, str]:
    import pandas
    import sqlalchemy

    scoring = {} if framework.method is None else {"numpy": importlib.metadata.version("numpy")}
    if framework.uncertainty:
        scoring["scipy"] = importlib.metadata.version("scipy")
    return {
        **scoring,
        "stregistry": importlib.metadata.version("stregistry"),
        "python": platform.python_version(),
        "sqlalchemy": sqlalchemy.__version__,
        "pandas": pandas.__version__,
        # The day and no more: two snapshots of one day are then the same file, byte for byte.
        "made_on": dt.datetime.now(dt.UTC).date().isoformat(),
    }
