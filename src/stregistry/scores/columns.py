"""Which columns a framework asks of a table, and which of them are there."""

from collections.abc import Iterable

from stregistry.framework import Indicator
from stregistry.scores.binding import Bound, column_names
from stregistry.scores.sheet import Faults, Sheet
from stregistry.text import nearest


def denominators(bound: Bound) -> list[str]:
    """The series the indicators are divided by."""
    pers = (i.per for i in bound.framework.indicators)
    return list(dict.fromkeys(per.series for per in pers if per is not None and per.series is not None))


def column_of(indicator: Indicator, header: Iterable[str]) -> str:
    """The column of an indicator in this table: its id, else its series; its id when the table has neither."""
    names = column_names(indicator)
    return next((name for name in names if name in header), names[0])


def numeric(bound: Bound, header: Iterable[str]) -> list[str]:
    """Every column of numbers the framework asks for."""
    own = [column_of(indicator, header) for indicator in bound.framework.indicators]
    return list(dict.fromkeys([*own, *denominators(bound)]))


def places_of(sheet: Sheet, bound: Bound, faults: Faults) -> dict[str, int]:
    """The position of each column; notes repeated, missing and unknown ones, each with the nearest name."""
    places: dict[str, int] = {}
    for position, name in enumerate(sheet.header):
        if name in places:
            faults.note("repeated_column", "Cột này có hai lần.", "This column stands twice.", column=name)
        places.setdefault(name, position)
    needed = ["unit", *bound.within, *numeric(bound, places)]
    known = list(dict.fromkeys([*needed, "period"]))
    unknown = [name for name in places if name not in known]
    missing = [name for name in dict.fromkeys(needed) if name not in places]
    for name in missing:
        near = nearest(name, unknown)
        faults.note(
            "missing_column",
            "Thiếu cột này." + (f" Có phải cột '{near}' trong bảng?" if near else ""),
            "This column is missing." + (f" Is it the column '{near}' of the table?" if near else ""),
            column=name,
        )
    for name in unknown:
        near = nearest(name, missing or known)
        faults.note(
            "unknown_column",
            "Bộ chỉ tiêu không có cột này" + (f"; có phải '{near}'?" if near else ". Bỏ cột này khỏi bảng."),
            "The framework has no such column" + (f"; did you mean '{near}'?" if near else ". Remove it."),
            column=name,
        )
    return places
