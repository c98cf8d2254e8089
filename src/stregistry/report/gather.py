"""What the page is made from: the figures of all snapshots side by side, and the place it is about."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import attrs

from stregistry.dates import Period, periods_of
from stregistry.errors import NotFoundError, SnapshotError
from stregistry.framework import Framework, Indicator
from stregistry.places import place_map, place_table
from stregistry.plan import DutyTable
from stregistry.snapshot import Snapshot, SnapshotDiff
from stregistry.text import Text

Row = dict[str, Any]


@attrs.frozen(kw_only=True, eq=False, slots=False)
class Matter:
    """The figures of one framework over the periods of its snapshots.

    snapshots: in order of time. periods: likewise. places: codes in the order of the map.
    focus: the place the page is about. cells: a row of the snapshot for each (indicator, place, period).
    moved, duties: what the registry adds: why figures moved since an earlier period, and what is owed.
    """

    framework: Framework
    snapshots: tuple[Snapshot, ...]
    periods: tuple[Period, ...]
    places: tuple[str, ...]
    focus: str
    cells: dict[tuple[str, str, str], Row]
    moved: SnapshotDiff | None = None
    duties: DutyTable | None = None

    @property
    def last(self) -> Period:
        """The period the page is about."""
        return self.periods[-1]

    @property
    def latest(self) -> Snapshot:
        """The snapshot that has the last period."""
        return next(s for s in self.snapshots if self.last.label in s.content["periods"])

    @property
    def nation(self) -> str | None:
        """The place that national targets are about, where the framework looks at the nation and not at its parts."""
        return self.places[0] if self.framework.evaluation.level == "country" else None

    @cached_property
    def names(self) -> dict[str, tuple[Text, Text]]:
        """The short and the full name of each place on the day of the map; the code where it is not known."""
        table, day = place_table(), place_map(self.latest.content["places"]["map"]).day
        found = {}
        for code in self.places:
            place = table.meant(code, day)
            naming = place.naming(day) if place else None
            found[code] = (naming.name, naming.full) if naming else (Text(code, code), Text(code, code))
        return found

    def row(self, indicator: str, place: str, period: str) -> Row:
        """The row of a cell; an empty one for a cell that no snapshot has."""
        blank = {"value": None, "missing": "not_measured", "records": None, "provisional": False}
        return self.cells.get((indicator, place, period), blank)

    def ranked(self, indicator: Indicator) -> dict[str, int]:
        """The rank of each place that has a figure in the last period: 1 the best, ties share it.

        An indicator without a direction is ranked by size.
        """
        values = {p: self.row(indicator.id, p, self.last.label)["value"] for p in self.places}
        known = {p: v for p, v in values.items() if v is not None}
        order = sorted(known.values(), reverse=indicator.direction != "down")
        first = {v: order.index(v) + 1 for v in set(order)}
        return {p: first[v] for p, v in known.items()}

    def standings(self, group: str) -> list[Row]:
        """The scores of a group in the last period, best first, those without a score last."""
        rows = [
            row
            for row in self.latest.content.get("scores", ())
            if row["group"] == group and row["period"] == self.last.label
        ]
        return sorted(rows, key=lambda row: (row["rank"] is None, row["rank"] or 0))

    def intervals(self) -> dict[str, Row]:
        """The spread of the index in the last period, for each place that has one."""
        rows = self.latest.content.get("intervals", ())
        return {r["place"]: r for r in rows if r["period"] == self.last.label and r["score_low"] is not None}

    def targets(self) -> list[Row]:
        """How the targets stand in the last period."""
        return [row for row in self.latest.content.get("targets", ()) if row["period"] == self.last.label]

    @property
    def top(self) -> str:
        """The group that has no parent."""
        return next(group.id for group in self.framework.groups if group.parent is None)


def gather(snapshots: Sequence[Snapshot], place: str | None = None) -> Matter:
    """The matter of the snapshots. Raises as `report` does."""
    if not snapshots:
        raise SnapshotError(Text("Cần ít nhất một bản chốt số liệu.", "At least one snapshot is needed."))
    first = snapshots[0].content
    framework = snapshots[0].framework
    for other in snapshots[1:]:
        _refuse_other(first, other.content)
    labels = [label for s in snapshots for label in s.content["periods"]]
    twice = sorted({label for label in labels if labels.count(label) > 1})
    if twice:
        listed = ", ".join(twice)
        raise SnapshotError(
            Text(
                f"Kỳ {listed} có trong nhiều bản chốt; hãy chỉ đưa vào một bản cho mỗi kỳ.",
                f"The period {listed} stands in several snapshots; name one for each period.",
            ),
            periods=twice,
        )
    periods = tuple(sorted(periods_of(labels, framework.evaluation.year_ends), key=lambda p: (p.last_day, p.start)))
    cells = {(c["indicator"], c["place"], c["period"]): c for s in snapshots for c in s.values}
    places = tuple(dict.fromkeys(c["place"] for s in snapshots for c in s.values))
    if not places:
        raise SnapshotError(Text("Bản chốt số liệu không có giá trị nào.", "The snapshot has no values."))
    order = {label: n for n, label in enumerate(p.label for p in periods)}
    blank = Matter(
        framework=framework,
        snapshots=tuple(sorted(snapshots, key=lambda s: max(order[label] for label in s.content["periods"]))),
        periods=periods,
        places=places,
        focus=places[0],
        cells=cells,
    )
    return attrs.evolve(blank, focus=_focus(blank, place))


def _refuse_other(first: Row, other: Row) -> None:
    if first["framework"]["sha256"] != other["framework"]["sha256"]:
        one, two = (f"{c['framework']['id']} {c['framework']['version']}" for c in (first, other))
        raise SnapshotError(
            Text(
                f"Các bản chốt theo hai bộ chỉ tiêu khác nhau ({one}; {two}); hãy lập cho mỗi bộ một báo cáo.",
                f"The snapshots are of different frameworks ({one}; {two}); make one report for each.",
            )
        )
    if first["places"] != other["places"]:
        one, two = (c["places"]["map"] for c in (first, other))
        raise SnapshotError(
            Text(
                f"Các bản chốt theo hai danh mục đơn vị hành chính khác nhau ({one}; {two}).",
                f"The snapshots are on different place maps ({one}; {two}).",
            )
        )


def _focus(matter: Matter, place: str | None) -> str:
    if place is not None:
        if place in matter.places:
            return place
        sentence = Text(f"Bản chốt số liệu không có địa bàn '{place}'", f"The snapshot has no place '{place}'")
        raise NotFoundError.unknown(sentence, place, matter.places)
    set_for = [row["place"] for row in matter.targets() if row["place"] in matter.places]
    if set_for:
        return str(max(set_for, key=set_for.count))
    if matter.framework.groups and (best := matter.standings(matter.top)):
        return str(best[0]["place"])
    return matter.places[0]
