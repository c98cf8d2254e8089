"""The very records behind one figure, from the same derived table and conditions that counted them."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import attrs
from sqlalchemy import select

from stregistry.dates import PartialDate, Period, periods_of, show_day
from stregistry.evaluate.figures import Figures, earlier
from stregistry.evaluate.indicators import evaluated, rounded
from stregistry.evaluate.observations import Found
from stregistry.evaluate.table import Cell, LeftOut
from stregistry.framework import Framework, Indicator
from stregistry.measures import Distinct, Growth, Part, Ratio, Series, Tally
from stregistry.measures.fold import land
from stregistry.measures.grid import Grid
from stregistry.measures.select import KEYS, records
from stregistry.store.view import View

if TYPE_CHECKING:
    import pandas as pd


@attrs.frozen(kw_only=True)
class Counted:
    """One record and what it adds to a figure.

    part: which number it is counted in: value, top, bottom or denominator; with the way to it
    before it where an indicator is made from others, as `top.value` or `before.value`.
    place: its place code as recorded; empty when its parties lie in several places.
    contribution: exact; before scale and denominator. Of a weighted mean of merged territories, its
    weighted share; the weights themselves stand in the part `value.weight`. document, line: where it was imported from.
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


@attrs.frozen(kw_only=True)
class Explanation:
    """A figure with the records it counts, what it is divided by, and what the indicator could not count at all.

    total: for each part, the sum of its contributions. denominator: what `per` divides by, before
    its scale; None where there is none.
    """

    indicator: str
    place: str
    period: str
    cell: Cell
    records: tuple[Counted, ...]
    total: dict[str, Fraction]
    scale: float
    denominator: float | None
    left_out: tuple[LeftOut, ...]

    def frame(self) -> "pd.DataFrame":
        """The records as a frame, one row each; contribution as a float."""
        import pandas as pd

        names = [field.name for field in attrs.fields(Counted)]
        frame = pd.DataFrame([[getattr(r, name) for name in names] for r in self.records], columns=names)
        return frame.assign(contribution=[float(c) for c in frame["contribution"]])


def explain(
    view: View,
    framework: Framework,
    indicator: str,
    place: str,
    period: str | int | Period,
    places: str | None = None,
    valid: str | int | None = None,
) -> Explanation:
    """What the figure of an indicator for a unit and period rests on.

    Raises NotFoundError for an unknown indicator, unit or map (the nearest is named).
    """
    one = framework.indicator(indicator)
    (asked,) = periods_of(period, framework.evaluation.year_ends)[:1]
    table, figures = evaluated(view, framework, [asked], [one], places, valid)
    cell = table.cell(indicator, place, asked)
    rows = tuple(_behind(view, figures, one, place, asked))
    total: dict[str, Fraction] = {}
    for row in rows:
        total[row.part] = total.get(row.part, Fraction(0)) + row.contribution
    bottom = figures.denominator(one, place, asked) if one.per is not None else None
    return Explanation(
        indicator=indicator,
        place=place,
        period=asked.label,
        cell=cell,
        records=rows,
        total=total,
        scale=one.scale,
        denominator=rounded(bottom.value) if bottom is not None else None,
        left_out=table.left_out,
    )


def _behind(
    view: View, figures: Figures, indicator: Indicator, unit: str, period: Period, prefix: str = ""
) -> Iterator[Counted]:
    """The records behind an indicator, and behind those it is made from and divided by."""
    of = figures.framework.indicator
    match indicator.rule:
        case Tally() as rule:
            for label, part in rule.labelled.items():
                yield from _counted(view, figures.grid, f"{prefix}{label}", part, unit, period)
        case Distinct(part=part):
            yield from _counted(view, figures.grid, f"{prefix}value", part, unit, period)
        case Series(series=series, basis=basis):
            found = figures.found(series, basis, unit, period)
            yield from _observed(view, f"{prefix}value", unit, found)
        case Ratio(top=top, bottom=bottom):
            yield from _behind(view, figures, of(top), unit, period, f"{prefix}top.")
            yield from _behind(view, figures, of(bottom), unit, period, f"{prefix}bottom.")
        case Growth() as rule:
            before = earlier(rule, period, figures.framework.evaluation.year_ends)
            yield from _behind(view, figures, of(rule.indicator), unit, period, f"{prefix}now.")
            yield from _behind(view, figures, of(rule.indicator), unit, before, f"{prefix}before.")
    per = indicator.per
    if per is not None and per.indicator is not None:
        yield from _behind(view, figures, of(per.indicator), unit, period, f"{prefix}denominator.")
    elif per is not None and per.series is not None:
        yield from _observed(view, f"{prefix}denominator", unit, figures.found(per.series, per.basis, unit, period))


def _counted(view: View, grid: Grid, label: str, part: Part, unit: str, period: Period) -> Iterator[Counted]:
    """The records of a part that land in the cell, put through the same fold as the figure."""
    position = grid.periods.index(period)
    rows = view.execute(records(view, grid, part, grid.codes_of(unit)))
    hits = []
    for landings, row, columns in land(grid, part.source, rows, len(KEYS), len(KEYS) + 1):
        for landing in landings:
            if columns and landing.period == position and landing.spot.unit == unit:
                number = Fraction(int(row.number))
                hits.append((row, number if part.of == "count" else number / landing.among))
    yield from _described(view, part.source.kind, label, hits)


def _described(view: View, kind: str, label: str, hits: Sequence[tuple[Any, Fraction]]) -> Iterator[Counted]:
    ordered = sorted(hits, key=lambda hit: (hit[0].id, hit[0].row))
    names = _names(view, kind, [row.id for row, _ in ordered])
    documents = _documents(view, {row.document for row, _ in ordered})
    for row, number in ordered:
        yield Counted(
            part=label,
            kind=kind,
            id=row.id,
            name=names.get(row.id, ""),
            date=_shown(row.on, row.on_last),
            place=(row.code or "") if row.place == row.code else "",
            contribution=number,
            changeset=row.tx_from,
            document=documents.get(row.document),
            line=row.line,
        )


def _shown(first: int | None, last: int | None) -> str:
    if first is None or last is None:
        return ""
    if first == last:
        return show_day(first)
    return str(PartialDate.parse(f"{show_day(first)}/{show_day(last)}"))


def _observed(view: View, label: str, unit: str, found: Found) -> Iterator[Counted]:
    """The observations of a figure as rows; their date is the period they are for."""
    yield from _stated(view, label, unit, {part.row: share for part, share in found.parts})
    # What a mean was weighted by: no part of the figure, so under a name of its own.
    yield from _stated(view, f"{label}.weight", unit, {weight.row: weight.value for weight in found.weights})


def _stated(view: View, label: str, unit: str, numbers: dict[int, Fraction]) -> Iterator[Counted]:
    if not numbers:
        return
    table = view.rows("observation")
    columns = ("row", "id", "series", "place", "period", "tx_from", "document", "line")
    rows = view.execute(select(*(table.c[c] for c in columns)).where(table.c.row.in_(list(numbers))))
    documents = _documents(view, {row[6] for row in rows})
    for row, record_id, series, code, label_of, changeset, document, line in sorted(rows, key=lambda r: r[1]):
        yield Counted(
            part=label,
            kind="observation",
            id=record_id,
            name=series,
            date=label_of,
            place=code or unit,
            contribution=numbers[row],
            changeset=changeset,
            document=documents.get(document),
            line=line,
        )


def _names(view: View, kind: str, ids: Sequence[int]) -> dict[int, str]:
    """What to call each record: a body's name, the body of a role, or the title or number of an event."""
    if kind == "organisation":
        return view.names(ids)
    table = view.rows(kind)
    titles = [table.c[c] for c in ("title", "contract_number", "number") if c in table.c]
    body = table.c.get("organisation")
    wanted = sorted(set(ids))
    found: dict[int, str] = {}
    bodies: dict[int, int] = {}
    for start in range(0, len(wanted), 500):
        some = wanted[start : start + 500]
        columns = [table.c.id, *titles, *([body] if body is not None else [])]
        for row in view.execute(select(*columns).where(table.c.id.in_(some))):
            title = next((t for t in row[1 : 1 + len(titles)] if t), None)
            if title:
                found[row[0]] = title
            elif body is not None and row[-1] is not None:
                bodies[row[0]] = row[-1]
    names = view.names(list(bodies.values())) if bodies else {}
    return {**{record: names.get(owner, "") for record, owner in bodies.items()}, **found}


def _documents(view: View, numbers: set[int | None]) -> dict[int | None, str]:
    known = [n for n in numbers if n is not None]
    if not known:
        return {}
    table = view.tables.document
    found: dict[int | None, str] = {}
    for number, name, sheet in view.execute(
        select(table.c.number, table.c.name, table.c.sheet).where(table.c.number.in_(known))
    ):
        found[number] = f"{name} [{sheet}]" if sheet else name
    return found
