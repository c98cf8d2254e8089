"""Made-up statistics, the rows of `observation.csv`: 63 provinces up to 2024, 34 for 2025."""

from collections.abc import Iterator, Mapping
from typing import Final

from stregistry.demo.bodies import Row
from stregistry.demo.calendar import FIRST_YEAR, LAST_YEAR, code_after_merger
from stregistry.demo.draws import Draws
from stregistry.demo.words import read

COLUMNS: Final = ("id", "series", "place", "map", "period", "value", "unit", "basis", "source", "published_on")

_SOURCE = "Số liệu giả lập của stregistry, không phải số liệu thống kê (synthetic)"

# (series, basis) -> unit
_SERIES: Final = {
    ("population", "average"): "người",
    ("population", "registered"): "người",
    ("grdp", ""): "tỷ đồng",
    ("rd_spending", ""): "tỷ đồng",
}
Figures = dict[tuple[str, str], int]


def observation_rows(draws: Draws) -> Iterator[Row]:
    """Population on both bases, GRDP and R&D spending by province and year.

    The year of the merger is told by the new provinces alone, as sums of what the old ones would have been.
    """
    starts = {code: _start(people, draws) for code, people in read("provinces")["people"].items()}
    for year in range(FIRST_YEAR, LAST_YEAR):
        for code, start in starts.items():
            yield from _rows(code, "vn-2024", year, _grown(start, year, draws))
    sums: dict[str, Figures] = {}
    for code, start in starts.items():
        total = sums.setdefault(code_after_merger(code), dict.fromkeys(_SERIES, 0))
        for key, value in _grown(start, LAST_YEAR, draws).items():
            total[key] += value
    for code, figures in sums.items():
        yield from _rows(code, "vn-2025", LAST_YEAR, figures)


def _start(thousands: int, draws: Draws) -> Mapping[tuple[str, str], float]:
    """A province's figures in the first year."""
    people = thousands * 1000.0
    grdp = people * (0.035 + 0.07 * draws.random())  # tỷ đồng: 35 to 105 million đồng a head
    return {
        ("population", "average"): people,
        ("population", "registered"): people * (1.05 + 0.2 * draws.random()),
        ("grdp", ""): grdp,
        ("rd_spending", ""): grdp * (0.001 + 0.005 * draws.random()),
    }


def _grown(start: Mapping[tuple[str, str], float], year: int, draws: Draws) -> Figures:
    """The figures of a later year: people grow by 0.9%, money by 9% a year, unevenly."""
    years = year - FIRST_YEAR
    return {
        key: round(value * (1.009 if key[0] == "population" else 1.09) ** years * (0.99 + 0.02 * draws.random()))
        for key, value in start.items()
    }


def _rows(code: str, map_id: str, year: int, figures: Figures) -> Iterator[Row]:
    for (series, basis), value in figures.items():
        unit = _SERIES[series, basis]
        name = f"{series}-{basis}" if basis else series
        yield f"{name}-{code}-{year}", series, code, map_id, str(year), value, unit, basis, _SOURCE, f"{year + 1}-06-30"
