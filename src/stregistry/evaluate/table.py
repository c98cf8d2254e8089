"""The indicator table: one cell for every indicator, unit and period, with what it rests on or why it is empty."""

from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import attrs

from stregistry.dates import Period
from stregistry.errors import NotFoundError
from stregistry.evaluate.observations import SeveralUnits
from stregistry.text import Text

if TYPE_CHECKING:
    import pandas as pd

COLUMNS: Final = ("indicator", "place", "period", "value", "records", "missing", "provisional")


@attrs.frozen(kw_only=True, slots=False)  # thousands are made at a time, and with slots each takes twice as long
class Cell:
    """One figure.

    value: rounded to 12 significant digits; None when missing, and then `missing` says why.
    records: how many records it rests on (of a ratio or growth: those of its top or newer figure;
    of a series: the observations).
    shared: how many of these records other units count too, because their parties lie in several.
    provisional: the period is not over on the valid day.
    """

    indicator: str
    place: str
    period: str
    value: float | None
    records: int
    missing: str | None
    provisional: bool
    shared: int = 0


@attrs.frozen(kw_only=True)
class LeftOut:
    """Records that met the conditions of an indicator and could not be counted.

    period: None for records without a date. reason: no_date, date_too_coarse, no_place,
    unknown_place, place_too_coarse, ambiguous_split, no_value. place: the code as recorded, where
    that is the reason. candidates: the units it may be. A date too coarse is told for every
    period it may mean.
    """

    indicator: str
    period: str | None
    reason: str
    records: int
    place: str | None = None
    candidates: tuple[str, ...] = ()


def left_out_counts(left_out: Iterable[LeftOut]) -> Counter[tuple[str, str]]:
    """How many records each indicator leaves out for each reason."""
    found = Counter[tuple[str, str]]()
    for left in left_out:
        found[left.indicator, left.reason] += left.records
    return found


@attrs.frozen(kw_only=True)
class SplitBody:
    """A body that several others took the place of; its records count for itself where predecessors are followed.

    into: (id, name) of each of these, as they are on the day of the table; the id is None where it is no record.
    """

    body: int
    name: str
    into: tuple[tuple[int | None, str], ...]


@attrs.frozen(kw_only=True)
class Slice:
    """A cell's figure for one value of a breakdown field; value None stands for records without one."""

    indicator: str
    place: str
    period: str
    by: str
    of: Any
    value: float | None
    records: int


@attrs.frozen(kw_only=True, eq=False)
class IndicatorTable:
    """The figures of a framework: cells in framework, place and period order.

    units: every one of the map; each has its cells, unless the table was asked for some places only.
    split_bodies: the bodies that `follow` could not follow, whatever records they have; empty where nothing follows.
    several_units: the series read, denominators included, that were stated in more than one unit of measure.
    """

    framework: str
    places: str
    level: str
    periods: tuple[Period, ...]
    units: tuple[str, ...]
    cells: tuple[Cell, ...]
    left_out: tuple[LeftOut, ...]
    breakdowns: tuple[Slice, ...]
    split_bodies: tuple[SplitBody, ...] = ()
    several_units: tuple[SeveralUnits, ...] = ()

    @cached_property
    def _at(self) -> dict[tuple[str, str, str], Cell]:
        return {(c.indicator, c.place, c.period): c for c in self.cells}

    def cell(self, indicator: str, place: str, period: str | Period) -> Cell:
        """The cell asked for. Raises NotFoundError, which names the nearest where the name is wrong."""
        key = (indicator, place, str(period))
        if key in self._at:
            return self._at[key]
        self.check_place(place)
        known: Iterable[str]
        for what, word, known in (
            (Text("chỉ tiêu", "indicator"), indicator, dict.fromkeys(c.indicator for c in self.cells)),
            (Text("kỳ", "period"), str(period), [p.label for p in self.periods]),
        ):
            if word not in known:
                raise _unknown(what, word, tuple(known))
        raise _unknown(Text("ô số liệu", "cell"), "/".join(key), ())

    def check_place(self, place: str) -> None:
        """Raises NotFoundError, which names the nearest, for a place that is no unit of the map."""
        if place not in self.units:
            raise _unknown(Text("địa bàn", "place"), place, self.units)

    def frame(self) -> "pd.DataFrame":
        """The cells as a frame: indicator, place, period, value, records, missing, provisional."""
        import pandas as pd

        rows = [[getattr(cell, name) for name in COLUMNS] for cell in self.cells]
        frame = pd.DataFrame(rows, columns=list(COLUMNS))
        return frame.astype({"value": "float64", "records": "int64", "missing": object, "provisional": bool})

    def breakdown_frame(self) -> "pd.DataFrame":
        """The breakdowns as a frame: indicator, place, period, by, of, value, records."""
        import pandas as pd

        names = [field.name for field in attrs.fields(Slice)]
        return pd.DataFrame([[getattr(s, name) for name in names] for s in self.breakdowns], columns=names)


def _unknown(what: Text, word: str, known: tuple[str, ...]) -> NotFoundError:
    sentence = Text(f"Bảng chỉ tiêu không có {what.vi} '{word}'", f"The indicator table has no {what.en} '{word}'")
    return NotFoundError.unknown(sentence, word, known, word=word)
