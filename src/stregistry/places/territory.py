"""Territories, what each was called, what it came from and what it became.

A code is reused: 92 is Cần Thơ before and after 1 July 2025, two territories. So a territory is
(code, first day).
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

import attrs

from stregistry.dates import ALWAYS, FOREVER, show_day
from stregistry.dates import day as day_number
from stregistry.errors import DefinitionError, NotFoundError
from stregistry.text import Text, nearest

Row = Mapping[str, str]

LEVELS: Final = ("country", "province", "district", "commune")  # coarse to fine

# type -> (its level, its word)
TYPES: Final = {
    "country": ("country", Text("Nước", "Country")),
    "municipality": ("province", Text("Thành phố", "City")),
    "province": ("province", Text("Tỉnh", "Province")),
    "provincial_city": ("district", Text("Thành phố", "City")),
    "urban_district": ("district", Text("Quận", "District")),
    "rural_district": ("district", Text("Huyện", "District")),
    "town": ("district", Text("Thị xã", "Town")),
    "ward": ("commune", Text("Phường", "Ward")),
    "commune": ("commune", Text("Xã", "Commune")),
    "township": ("commune", Text("Thị trấn", "Township")),
    "special_zone": ("commune", Text("Đặc khu", "Special Zone")),
}


@attrs.frozen
class Naming:
    """What a territory was called, and its type, from a day on (until the next naming)."""

    start: int
    type: str
    name: Text

    @property
    def full(self) -> Text:
        """The name with its type: `Thành phố Cần Thơ`, `Can Tho City`."""
        if self.type == "country":
            return self.name
        _, word = TYPES[self.type]
        return Text(f"{word.vi} {self.name.vi}", f"{self.name.en} {word.en}")


@attrs.frozen
class Place:
    """One territory: (code, start) is its identity, and a change of name or type does not change it.

    start, end: day numbers, half-open; ALWAYS and FOREVER where no change is recorded.
    parent: the code of the unit it lies in, None for the country.
    namings: at least one, in order of time.
    """

    code: str
    start: int
    end: int
    level: str
    parent: str | None
    namings: tuple[Naming, ...]

    @property
    def type(self) -> str:
        """The newest type."""
        return self.namings[-1].type

    @property
    def name(self) -> Text:
        """The newest name, without its type."""
        return self.namings[-1].name

    def naming(self, day: int) -> Naming:
        """The naming in use on a day (the first one for any day before it)."""
        return self.namings[max(0, bisect_right(self.namings, day, key=lambda n: n.start) - 1)]

    def in_force(self, day: int) -> bool:
        """Whether the territory is a unit on that day."""
        return self.start <= day < self.end


@attrs.frozen
class Succession:
    """That land of one territory became land of another on the day the second began.

    kind: merged, split, or renamed (the same land, as a unit of its own, in a new code or list).
    """

    before: Place
    after: Place
    kind: str


class PlaceTable:
    """Every territory known, what it came from and what it became.

    places: in any order. links: which land went where.
    cuts: the day numbers on which the meaning of some code changes; between two of them, codes mean one thing.
    Raises DefinitionError when two territories share a code on one day, when a unit does not lie
    in a coarser one for all its days, or when a link joins territories that do not meet in time:
    each would make a code mean two things, or nothing.
    """

    def __init__(self, places: Iterable[Place], links: Iterable[Succession] = ()) -> None:
        self._versions: dict[str, list[Place]] = {}
        for place in sorted(places, key=lambda p: (p.code, p.start)):
            self._versions.setdefault(place.code, []).append(place)
        self._after: dict[Place, tuple[Place, ...]] = {}
        self._before: dict[Place, tuple[Place, ...]] = {}
        self._renamed: dict[Place, Place] = {}
        for link in links:
            if link.before.end != link.after.start:
                raise broken(
                    f"{link.before.code} -> {link.after.code}", "không liền nhau về thời gian", "do not meet in time"
                )
            self._after[link.before] = (*self.successors(link.before), link.after)
            self._before[link.after] = (*self.predecessors(link.after), link.before)
            if link.kind == "renamed":
                self._renamed[link.before] = link.after
        self._check()
        days = {day for place in self for day in (place.start, place.end)}
        self.cuts: tuple[int, ...] = tuple(sorted(days - {ALWAYS, FOREVER}))

    @classmethod
    def from_rows(cls, places: Iterable[Row], succession: Iterable[Row] = ()) -> "PlaceTable":
        """The table written as rows of text, with the columns of `definitions/places/vn.csv` and `succession.csv`.

        Several rows of one (code, from) are the namings of one territory; an empty `from` or `to`
        is an open end. Raises DefinitionError.
        """
        grouped: dict[tuple[str, int], list[Row]] = {}
        for row in places:
            grouped.setdefault((row["code"], _day(row["from"], ALWAYS)), []).append(row)
        made = {(code, start): _place(code, start, rows) for (code, start), rows in grouped.items()}

        def territory(code: str, start: str) -> Place:
            found = made.get((code, _day(start, ALWAYS)))
            if found is None:
                raise broken(
                    f"{code} {start}".strip(), "không phải là địa bàn nào trong danh mục", "is no territory of the list"
                )
            return found

        links = (
            Succession(
                territory(row["from_code"], row["from_start"]), territory(row["to_code"], row["to_start"]), row["kind"]
            )
            for row in succession
        )
        return cls(made.values(), links)

    def _check(self) -> None:
        for place in self:
            if any(other is not place and other.in_force(place.start) for other in self.versions(place.code)):
                raise broken(
                    place.code,
                    f"là hai địa bàn trong cùng một ngày ({show_day(place.start) or 'ban đầu'})",
                    f"is two territories on one day ({show_day(place.start) or 'the first'})",
                )
            parent = self.parent(place)
            if place.parent is None:
                continue
            if parent is None or parent.end < place.end or level_rank(parent.level) >= level_rank(place.level):
                raise broken(
                    place.code,
                    f"không nằm trong đơn vị cấp trên {place.parent} suốt thời gian tồn tại",
                    f"does not lie in a coarser unit {place.parent} for all its days",
                )

    def __iter__(self) -> Iterator[Place]:
        return (place for versions in self._versions.values() for place in versions)

    def versions(self, code: str) -> tuple[Place, ...]:
        """The territories a code has meant, in order of time; empty for an unknown code."""
        return tuple(self._versions.get(code, ()))

    def meant(self, code: str, day: int) -> Place | None:
        """The territory a code meant on a day: the one in force, else the last before it, else the first after."""
        versions = self._versions.get(code)
        if not versions:
            return None
        return versions[max(0, bisect_right(versions, day, key=lambda p: p.start) - 1)]

    def parent(self, place: Place) -> Place | None:
        """The unit a territory lies in, None for the country."""
        if place.parent is None:
            return None
        return next((p for p in self.versions(place.parent) if p.in_force(place.start)), None)

    def successors(self, place: Place) -> tuple[Place, ...]:
        """The territories its land went to; empty while it lasts, or when not recorded."""
        return self._after.get(place, ())

    def predecessors(self, place: Place) -> tuple[Place, ...]:
        """The territories its land came from; empty when not recorded."""
        return self._before.get(place, ())

    def splits(self) -> tuple[tuple[Place, tuple[Place, ...]], ...]:
        """Every territory whose land went to several others, with those: what was in it cannot be told apart.

        A figure or record known only for such a territory is flagged `ambiguous_split`, never shared out.
        """
        return tuple((place, after) for place, after in self._after.items() if len(after) > 1)

    def rolled_up(self, place: Place, level: str) -> Place | None:
        """The unit of that level the territory lies in, or is; None when it is coarser."""
        up: Place | None = place
        while up is not None and level_rank(up.level) > level_rank(level):
            up = self.parent(up)
        return up if up is not None and up.level == level else None

    def existed(self, place: Place, first_day: int, last_day: int) -> bool:
        """Whether its land was a unit, or whole units, at some time from the first to the last day (inclusive)."""
        if last_day < place.start:
            before = self.predecessors(place)
            return bool(before) and all(self.existed(p, first_day, last_day) for p in before)
        if first_day < place.end:
            return True
        return place in self._renamed and self.existed(self._renamed[place], first_day, last_day)


def level_rank(level: str) -> int:
    """0 for the country up to 3 for a commune. Raises NotFoundError for an unknown level."""
    if level not in LEVELS:
        raise unknown(Text("cấp", "level"), level, LEVELS)
    return LEVELS.index(level)


def _day(text: str, open_end: int) -> int:
    return day_number(text) if text else open_end


def _place(code: str, start: int, rows: list[Row]) -> Place:
    first = rows[0]
    for row in rows:
        known = TYPES.get(row["type"])
        if known is None or known[0] != row["level"]:
            raise broken(
                code,
                f"có loại '{row['type']}' không thuộc cấp '{row['level']}'",
                f"has type '{row['type']}', which is not of level '{row['level']}'",
            )
        if any(row[key] != first[key] for key in ("to", "level", "parent")):
            raise broken(
                code, "có các dòng khác nhau ở to, level hoặc parent", "has rows that differ in to, level or parent"
            )
    namings = (
        Naming(_day(row["named_from"], start), row["type"], Text(row["name_vi"], row["name_en"])) for row in rows
    )
    return Place(
        code=code,
        start=start,
        end=_day(first["to"], FOREVER),
        level=first["level"],
        parent=first["parent"] or None,
        namings=tuple(sorted(namings, key=lambda n: n.start)),
    )


def broken(where: str, vi: str, en: str) -> DefinitionError:
    """The error for a list of places that contradicts itself at a code."""
    return DefinitionError(
        Text(f"Danh mục địa bàn: {where} {vi}.", f"List of places: {where} {en}."), file="places", key=where
    )


def unknown(what: Text, text: str, known: Collection[str], compare: str | None = None) -> NotFoundError:
    """The error for a word that is not among the known ones; `compare` is what the nearest is looked for by."""
    return NotFoundError.unknown(
        Text(f"Không có {what.vi} '{text}'", f"There is no {what.en} '{text}'"),
        text,
        known,
        advice=Text("Hãy ghi mã hoặc tên đơn vị hành chính.", "Write the code or the name of an administrative unit."),
        text=text,
        nearest=nearest(compare or text, known),
    )
