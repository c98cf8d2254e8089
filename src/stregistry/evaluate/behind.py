"""The records in each part of a figure, put through the same fold as the figure itself."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from fractions import Fraction
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

import attrs
from sqlalchemy import select

from stregistry.dates import PartialDate, Period, show_day
from stregistry.evaluate.figures import Figures, added_up, fraction
from stregistry.evaluate.observations import Observed
from stregistry.evaluate.through import through
from stregistry.measures import Part, Source
from stregistry.measures.bodies import bodies_of, counted_as
from stregistry.measures.derived import Derived, Details
from stregistry.measures.fold import Apart, Cell, Number, One, Origin, Rows, take
from stregistry.measures.grid import SAID_ON
from stregistry.measures.offer import offer
from stregistry.measures.select import details
from stregistry.store.layout import split_codes
from stregistry.store.view import View
from stregistry.store.write import chunks


class Hit(NamedTuple):
    """One record in one part of a figure. version: the row it was read from; number: what it adds, exactly.

    place: its place code as recorded; empty when its parties lie in several places. by: what the part is taken by.
    through: the predecessors it counts through, as told to a reader.
    """

    kind: str
    version: Details | Observed
    number: Fraction
    place: str = ""
    by: Any = None
    through: str = ""

    @property
    def id(self) -> int:
        return self.version.id

    def adding(self, number: Fraction) -> "Hit":
        """The same record with another number."""
        return Hit(self.kind, self.version, number, self.place, self.by, self.through)


@attrs.frozen(slots=False)  # as `Cell`
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
    """The records behind the figures of one evaluation; parts of one source are read together, for all its cells.

    units: read only what may lie in these; None reads everything.
    """

    def __init__(self, view: View, figures: Figures, units: Collection[str] | None = None) -> None:
        self.view = view
        self.figures = figures
        self._units = None if units is None else frozenset(units)
        self._landed: dict[Part, Rows] = {}
        self._within: dict[tuple[Part, Cell], Within] = {}
        self._ways: dict[Part, dict[int, str]] = {}
        self._versions: dict[Source, dict[int, Details]] = {}

    def counted(self, part: Part, unit: str, period: Period) -> list[Hit]:
        """The records of a part that land in a cell."""
        return self.within(part, unit, period).hits()

    def within(self, part: Part, unit: str, period: Period) -> "Within":
        """The same, not yet told."""
        key = (part, self._cell(unit, period))
        if key not in self._within:
            self._within[key] = Within(self, *key)
        return self._within[key]

    def _cell(self, unit: str, period: Period) -> Cell:
        return unit, self.figures.grid.periods.index(period)

    def told(self, part: Part, rows: Iterable[One]) -> list[Hit]:
        """Rows of a part with the details of their records."""
        ways, kind = self._through(part), part.source.kind
        known: dict[int, Details] = {}
        if not self.rows(part).told:
            rows = list(rows)
            known = self._details(part, [one.row for one in rows])
        return [
            Hit(kind, found or known[row], fraction(number), place_of(place), by, ways.get(row, "") if ways else "")
            for number, place, by, row, found in rows
        ]

    def origins(self, part: Part, cell: Cell) -> Iterator[Origin]:
        """The origins of the records read for a cell with a part; after this, to tell them reads nothing more."""
        self._through(part)
        rows = self.rows(part)
        if rows.told:
            return rows.origins(cell)
        wanted = sorted(rows.within(cell))
        known = self._details(part, wanted)
        return (origin(known[row]) for row in wanted)

    def _details(self, part: Part, rows: Sequence[int]) -> dict[int, Details]:
        """The details of rows that were read without, of a figure's several parts once."""
        known = self._versions.setdefault(part.source, {})
        if wanted := sorted(set(rows) - known.keys()):
            query = details(Derived(self.view, self.figures.grid, [part]))
            for some in chunks(wanted):
                found = self.view.execute(query.where(query.selected_columns.row.in_(some)))
                known |= {row[0]: Details._make(row) for row in found}
        return known

    def rows(self, part: Part) -> Rows:
        """The records of a part, not yet told."""
        if part not in self._landed:
            if self.figures.apart:
                taken = self.figures.taken
            else:
                alike = [part, *(p for p in self.figures.shown if (p.source, p.by) == (part.source, part.by))]
                taken = take(self.view, self.figures.grid, alike, Apart(frozenset(alike), self._units, rest=False))
            self._landed |= {one: found.rows for one, found in taken.items() if found.rows is not None}
        return self._landed[part]

    def _through(self, part: Part) -> dict[int, str]:
        if part not in self._ways:
            rows = self.rows(part).numbered(part) if part.source.follow else ()
            self._ways[part] = through(self.view, self.figures.grid.valid, part, rows)
        return self._ways[part]

    def values(self, part: Part, unit: str, period: Period) -> dict[Any, list[Hit]]:
        """For each value of the part's `by` that occurs in a cell, the records that have it, each an equal share."""
        having: dict[Any, list[Hit]] = {}
        for hit, values in self._valued(part, unit, period):
            for value in values:
                having.setdefault(value, []).append(hit)
        return {v: [hit.adding(Fraction(1, len(some))) for hit in some] for v, some in having.items()}

    def shares(self, part: Part, unit: str, period: Period) -> list[Hit]:
        """The records of a cell with their shares of all values; one without a value is looked at and adds nothing."""
        valued = self._valued(part, unit, period)
        of = {value: Fraction(1, n) for value, n in Counter(v for _, values in valued for v in values).items()}
        return [hit.adding(added_up(of[value] for value in values)) for hit, values in valued]

    def different(self, part: Part, unit: str, period: Period) -> set[Any]:
        """The values of the part's `by` that occur in a cell."""
        rows, values = self.rows(part), self._values(part)
        return {value for one in rows.of(part, self._cell(unit, period)) for value in values(one.by)}

    def _valued(self, part: Part, unit: str, period: Period) -> list[tuple[Hit, list[Any]]]:
        """The records of a cell, each with its values of the part's `by`."""
        values = self._values(part)
        return [(hit, values(hit.by)) for hit in self.counted(part, unit, period)]

    def _values(self, part: Part) -> Callable[[Any], list[Any]]:
        """From what a record has as the part's `by` to its values, none for nothing."""
        renamed, several = self._renamed(part), self.figures.splits(part)

        @cache
        def values(of: Any) -> list[Any]:
            found = split_codes(of) if several else (renamed.get(of, of),)
            return [value for value in found if value is not None]

        return values

    def _renamed(self, part: Part) -> Mapping[Any, int]:
        """The value another stands for, of a `by` that refers to a body."""
        if part.by not in offer(part.source.kind).refs:
            return {}
        bodies = bodies_of(self.view, self.figures.grid.valid, [part])[part.source.follow]
        return counted_as(part.by, part.source.kind, bodies)

    def observed(self, series: str, basis: str | None, unit: str, period: Period) -> list[Hit]:
        """The observations that make the figure of a series."""
        found = self.figures.found(series, basis, unit, period)
        return [Hit("observation", one, share, one.place or "") for one, share in found.parts]

    def weights(self, series: str, basis: str | None, unit: str, period: Period) -> list[Hit]:
        """The observations a mean of merged territories was weighted by."""
        found = self.figures.found(series, basis, unit, period)
        return [Hit("observation", one, one.value, one.place or "") for one in found.weights]


class Within:
    """The records of a part in one cell, told only when asked for."""

    def __init__(self, behind: Behind, part: Part, cell: Cell) -> None:
        self.part = part
        self._behind, self._cell = behind, cell
        self._hits: list[Hit] | None = None

    @property
    def kind(self) -> str:
        return self.part.source.kind

    @property
    def read(self) -> object:
        """Equal for parts whose records in the cell were read together."""
        return self._behind.rows(self.part), self._cell

    def hits(self) -> list[Hit]:
        """All of them."""
        if self._hits is None:
            self._hits = self._behind.told(self.part, self._rows())
        return self._hits

    def total(self) -> Fraction | None:
        """What they add together; None where there are none."""
        numbers = list(self._behind.rows(self.part).numbers(self.part, self._cell))
        return added_up(numbers) if numbers else None

    def origins(self) -> Iterator[Origin]:
        """Those of the rows read for it; after this, to tell it reads nothing more."""
        return self._behind.origins(self.part, self._cell)

    def numbered(self) -> set[tuple[int, Number]]:
        """The rows as they stand in their table, each with what it adds."""
        # What is made for a merged body has no row of its own.
        return {(one.row, one.number) for one in self._rows() if one.row > 0}

    def but(self, same: Set[tuple[int, Number]]) -> list[Hit]:
        """Those that are not among some rows."""
        return self._behind.told(self.part, (one for one in self._rows() if (one.row, one.number) not in same))

    def _rows(self) -> Iterator[One]:
        return self._behind.rows(self.part).of(self.part, self._cell)


class Shares(Within):
    """The records of a part in one cell, each with its share of the different values of the part's `by`."""

    def __init__(self, behind: Behind, part: Part, unit: str, period: Period) -> None:
        super().__init__(behind, part, (unit, behind.figures.grid.periods.index(period)))
        self._at = unit, period

    def hits(self) -> list[Hit]:
        return self._behind.shares(self.part, *self._at)

    def total(self) -> Fraction | None:
        # Each value is shared out whole.
        if next(self._rows(), None) is None:
            return None
        return Fraction(len(self._behind.different(self.part, *self._at)))


@attrs.frozen(eq=False)
class Listed:
    """Records that are told already, all of one kind; as `Within`."""

    kind: str
    found: list[Hit]

    @property
    def read(self) -> object:
        return self

    def hits(self) -> list[Hit]:
        return self.found

    def total(self) -> Fraction | None:
        return added_up(hit.number for hit in self.found) if self.found else None

    def origins(self) -> Iterator[Origin]:
        return (origin(hit.version) for hit in self.found)


class Teller:
    """Records as a reader knows them; names and files of many are read together, and once."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._names: dict[str, dict[int, str]] = {}
        self._documents: dict[int | None, str] = {}

    def learn(self, hits: Iterable[Hit]) -> None:
        """Reads what is not known yet of these, so that telling them reads nothing more."""
        kinds: dict[str, list[Origin]] = {}
        for hit in hits:
            kinds.setdefault(hit.kind, []).append(origin(hit.version))
        for kind, origins in kinds.items():
            self.meet(kind, origins)

    def meet(self, kind: str, origins: Iterable[Origin]) -> None:
        """The same of the records of one kind, by their origins."""
        known, numbers, new = self._names.setdefault(kind, {}), set(), set()
        for number, document, title in origins:
            numbers.add(document)
            if not title and number not in known:
                new.add(number)
        if new:
            known.update(dict.fromkeys(new, "") | names_of(self._view, kind, sorted(new)))
        if numbers := numbers - self._documents.keys():
            self._documents |= documents_of(self._view, numbers)

    def name(self, hit: Hit) -> str:
        """What to call its record; empty where it has no name."""
        return hit.version.title or self._names[hit.kind][hit.version.id]

    def tell(self, label: str, hits: Iterable[Hit], unit: str = "") -> Iterator[Counted]:
        """Records that were learnt, by id. unit: the place of an observation that names none."""
        names, documents = self._names, self._documents
        for hit in sorted(hits, key=attrgetter("version.id", "version.row")):
            version = hit.version
            # By position, which takes half as long as by name, for thousands of records.
            yield Counted(
                label,
                hit.kind,
                version.id,
                version.title or names[hit.kind][version.id],
                date_of(version),
                hit.place or unit,
                hit.number,
                version.tx_from,
                documents.get(version.document),
                version.line,
                hit.through,
            )


def origin(version: Details | Observed) -> Origin:
    """Which record it is, by which document, and what it goes by if it says so itself."""
    return version.id, version.document, version.title


def date_of(version: Details | Observed) -> str:
    """The date a record is counted on, as known; of an observation the period it is for."""
    return version.period if isinstance(version, Observed) else _date(version.on, version.on_last)


@lru_cache(maxsize=4096)
def _date(first: int | None, last: int | None) -> str:
    if first is None or last is None:
        return ""
    if first == last:
        return show_day(first)
    return str(PartialDate.parse(f"{show_day(first)}/{show_day(last)}"))


def place_of(key: str | None) -> str:
    """The place code as recorded, from the key of a row; empty for a record whose parties lie in several places."""
    return "" if not key or key[0] == "|" else key.partition(SAID_ON)[0]


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
