"""The records in each part of a figure, put through the same fold as the figure itself."""

from collections.abc import Collection, Iterator, Sequence
from fractions import Fraction
from typing import Any

import attrs
from sqlalchemy import select

from stregistry.dates import PartialDate, Period, show_day
from stregistry.evaluate.figures import Figures
from stregistry.evaluate.observations import Observed
from stregistry.evaluate.through import through
from stregistry.measures import Part
from stregistry.measures.bodies import bodies_of, counted_as
from stregistry.measures.fold import land
from stregistry.measures.grid import SAID_ON
from stregistry.measures.select import KEYS, records
from stregistry.store.layout import split_codes
from stregistry.store.view import View
from stregistry.store.write import chunks


@attrs.frozen(eq=False)
class Hit:
    """One record in one part of a figure. version: the row it was read from; number: what it adds, exactly.

    through: the predecessors it counts through, as told to a reader.
    """

    kind: str
    version: Any
    number: Fraction
    through: str = ""

    @property
    def id(self) -> int:
        return int(self.version.id)


@attrs.frozen(kw_only=True)
class Counted:
    """One record and what it adds to a figure.

    part: which number it is counted in: value, top, bottom or denominator; with the way to it
    before it where an indicator is made from others, as `top.value` or `before.value`.
    place: its place code as recorded; empty when its parties lie in several places.
    contribution: exact; before scale and denominator. Of a weighted mean of merged territories, its
    weighted share; the weights themselves stand in the part `value.weight`. Of the number of different
    values, each value counts once, divided equally among the records that have it.
    document, line: where it was imported from.
    through: with `follow`, the predecessors it counts through and what became of them.
    """

    part: str
    kind: str
    id: int
    name: str
    date: str
    place: str
    contribution: Fraction
    changeset: int
    document: str | None
    line: int | None
    through: str = ""


class Behind:
    """The records behind the figures of one evaluation; each part is read once, for all its units and periods.

    units: read only what may lie in these; None reads everything.
    """

    def __init__(self, view: View, figures: Figures, units: Collection[str] | None = None) -> None:
        self.view = view
        self.figures = figures
        self._units = None if units is None else frozenset(units)
        self._landed: dict[Part, dict[tuple[str, int], list[Hit]]] = {}
        self._values: dict[Part, dict[int, tuple[Any, ...]]] = {}

    def counted(self, part: Part, unit: str, period: Period) -> list[Hit]:
        """The records of a part that land in a cell."""
        if part not in self._landed:
            self._landed[part] = self._land(part)
        return self._landed[part].get((unit, self.figures.grid.periods.index(period)), [])

    def _land(self, part: Part) -> dict[tuple[str, int], list[Hit]]:
        grid, kind = self.figures.grid, part.source.kind
        asked = None
        if self._units is not None:
            asked = sorted({code for unit in self._units for code in grid.codes_of(unit)})
        # Unsorted, so that the database reads its table from end to end instead of by an index.
        rows = self.view.execute(records(self.view, grid, part, asked).order_by(None))
        found: dict[tuple[str, int], list[Hit]] = {}
        for landings, row, columns in land(grid, part.source, rows, len(KEYS), len(KEYS) + 1):
            if not columns:
                continue
            for landing in landings:
                unit = landing.spot.unit
                if unit is None or landing.period is None or (self._units is not None and unit not in self._units):
                    continue
                number = Fraction(int(row.number))
                own = number if part.of == "count" or landing.among == 1 else number / landing.among
                found.setdefault((unit, landing.period), []).append(Hit(kind, row, own))
        by_way = through(self.view, grid.valid, part, {hit.version.row for hits in found.values() for hit in hits})
        if not by_way:
            return found
        return {
            cell: [attrs.evolve(hit, through=by_way.get(hit.version.row, "")) for hit in hits]
            for cell, hits in found.items()
        }

    def values(self, part: Part, unit: str, period: Period) -> dict[Any, list[Hit]]:
        """For each value of the part's `by` that occurs in a cell, the records that have it, each an equal share."""
        hits = self.counted(part, unit, period)
        if part not in self._values:
            self._values[part] = self._read_values(part)
        read = self._values[part]
        having: dict[Any, list[Hit]] = {}
        for hit in hits:
            for value in read[hit.version.row]:
                having.setdefault(value, []).append(hit)
        return {v: [attrs.evolve(h, number=Fraction(1, len(some))) for h in some] for v, some in having.items()}

    def _read_values(self, part: Part) -> dict[int, tuple[Any, ...]]:
        bodies = bodies_of(self.view, self.figures.grid.valid, [part])[part.source.follow]
        table = bodies.records if part.source.kind == "organisation" else self.view.rows(part.source.kind)
        by, renamed = table.c[part.by or ""], counted_as(part.by, part.source.kind, bodies)
        several = self.figures.splits(part)
        rows = sorted({hit.version.row for some in self._landed[part].values() for hit in some})
        found: dict[int, tuple[Any, ...]] = {}
        for some in chunks(rows):
            for row, value in self.view.execute(select(table.c.row, by).where(table.c.row.in_(some))):
                split = split_codes(value) if several else (renamed.get(value, value),)
                found[row] = tuple(v for v in split if v is not None)
        return found

    def observed(self, series: str, basis: str | None, unit: str, period: Period) -> list[Hit]:
        """The observations that make the figure of a series."""
        found = self.figures.found(series, basis, unit, period)
        return [Hit("observation", one, share) for one, share in found.parts]

    def weights(self, series: str, basis: str | None, unit: str, period: Period) -> list[Hit]:
        """The observations a mean of merged territories was weighted by."""
        found = self.figures.found(series, basis, unit, period)
        return [Hit("observation", one, one.value) for one in found.weights]


def together(hits: Sequence[Hit]) -> list[Hit]:
    """The hits with those of one version added up."""
    found: dict[tuple[str, int], Hit] = {}
    for hit in hits:
        key = (hit.kind, hit.version.row)
        found[key] = attrs.evolve(hit, number=found[key].number + hit.number) if key in found else hit
    return list(found.values())


def describe(view: View, label: str, hits: Sequence[Hit], unit: str = "") -> Iterator[Counted]:
    """The records as a reader knows them, by id. unit: the place of an observation that names none."""
    ordered = sorted(hits, key=lambda hit: (hit.id, hit.version.row))
    names = {
        (kind, id): name
        for kind in {hit.kind for hit in ordered}
        for id, name in names_of(view, kind, [hit.id for hit in ordered if hit.kind == kind]).items()
    }
    documents = documents_of(view, {hit.version.document for hit in ordered})
    for hit in ordered:
        version = hit.version
        observed = isinstance(version, Observed)
        yield Counted(
            part=label,
            kind=hit.kind,
            id=hit.id,
            name=version.series if observed else names.get((hit.kind, hit.id), ""),
            date=date_of(version),
            place=place_of(version) or (unit if observed else ""),
            contribution=hit.number,
            changeset=version.tx_from,
            document=documents.get(version.document),
            line=version.line,
            through=hit.through,
        )


def date_of(version: Any) -> str:
    """The date a record is counted on, as known; of an observation the period it is for."""
    if isinstance(version, Observed):
        return version.period
    first, last = version.on, version.on_last
    if first is None or last is None:
        return ""
    if first == last:
        return show_day(first)
    return str(PartialDate.parse(f"{show_day(first)}/{show_day(last)}"))


def place_of(version: Any) -> str:
    """The place code as recorded; empty for a record whose parties lie in several places."""
    if isinstance(version, Observed):
        return version.place or ""
    return (version.code or "") if (version.place or "").partition(SAID_ON)[0] == (version.code or "") else ""


def names_of(view: View, kind: str, ids: Sequence[int]) -> dict[int, str]:
    """What to call each record: a body's name, the body of a role, or the title or number of an event."""
    if kind == "organisation":
        return view.names(ids)
    table = view.rows(kind)
    titles = [table.c[c] for c in ("title", "contract_number", "number", "series") if c in table.c]
    body = table.c.get("organisation")
    found: dict[int, str] = {}
    bodies: dict[int, int] = {}
    for some in chunks(sorted(set(ids))):
        columns = [table.c.id, *titles, *([body] if body is not None else [])]
        for row in view.execute(select(*columns).where(table.c.id.in_(some))):
            title = next((t for t in row[1 : 1 + len(titles)] if t), None)
            if title:
                found[row[0]] = title
            elif body is not None and row[-1] is not None:
                bodies[row[0]] = row[-1]
    names = view.names(list(bodies.values())) if bodies else {}
    return {**{record: names.get(owner, "") for record, owner in bodies.items()}, **found}


def documents_of(view: View, numbers: Collection[int | None]) -> dict[int | None, str]:
    """The name of each file by its number, with the sheet where it has one."""
    known = [n for n in numbers if n is not None]
    table = view.tables.document
    found: dict[int | None, str] = {}
    for some in chunks(sorted(known)):
        for number, name, sheet in view.execute(
            select(table.c.number, table.c.name, table.c.sheet).where(table.c.number.in_(some))
        ):
            found[number] = f"{name} [{sheet}]" if sheet else name
    return found
