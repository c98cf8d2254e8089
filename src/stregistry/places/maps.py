"""Maps: the territories in force on one day, and where a code of any day lies among them."""

from bisect import bisect_right
from collections.abc import Iterable
from typing import Literal

import attrs

from stregistry.places.territory import Place, PlaceTable, level_rank, unknown
from stregistry.text import Text

Reason = Literal["ambiguous_split", "unknown_place", "coarser"]


@attrs.frozen
class Resolution:
    """Where a code lies on a map: `unit`, or None with the reason and the units it may be.

    reason: ambiguous_split (several units of the map), unknown_place (no such code), coarser
    (the code names a unit above the level asked for).
    """

    unit: str | None
    reason: Reason | None = None
    candidates: tuple[str, ...] = ()


class PlaceMap:
    """The territories in force on one day, and where any code of any day lies among them.

    day: a day number the map holds for; its territories are those in force on it.
    cuts: the day numbers on which the meaning of some code changes (see `PlaceTable`).
    """

    def __init__(self, table: PlaceTable, map_id: str, day: int, name: Text) -> None:
        self.table = table
        self.id = map_id
        self.day = day
        self.name = name
        self.cuts = table.cuts
        self._units: dict[str, tuple[Place, ...]] = {}
        self._memo: dict[tuple[str, int, str], Resolution] = {}

    def units(self, level: str) -> tuple[Place, ...]:
        """The units of a level on this map, in code order. Raises NotFoundError for an unknown level."""
        level_rank(level)
        if level not in self._units:
            self._units[level] = tuple(p for p in self.table if p.level == level and p.in_force(self.day))
        return self._units[level]

    def names(self, codes: Iterable[str]) -> dict[str, Text]:
        """The short name each code had on the day of the map; a code that is unknown has none."""
        found = {code: self.table.meant(code, self.day) for code in codes}
        return {code: place.naming(self.day).name for code, place in found.items() if place is not None}

    def resolve(self, code: str | None, day: int, level: str) -> Resolution:
        """The unit of this map, at a level, where the territory lies that a code meant on a day.

        A code no longer (or not yet) in force on the day means its last (else first) territory: a
        body still recorded in 93 in 2026 lies where Hậu Giang was. Never raises for a code.
        """
        key = (code or "", bisect_right(self.cuts, day), level)
        found = self._memo.get(key)
        if found is None:
            level_rank(level)
            found = self._memo[key] = self._resolve(self.table.meant(key[0], day), level)
        return found

    def _resolve(self, place: Place | None, level: str) -> Resolution:
        if place is None:
            return Resolution(None, "unknown_place")
        images = [self.table.rolled_up(image, level) for image in self._images(place)]
        codes = tuple(sorted({image.code for image in images if image is not None}))
        if level_rank(place.level) < level_rank(level) or None in images:
            return Resolution(None, "coarser", codes)
        if len(codes) != 1:
            return Resolution(None, "ambiguous_split", codes)
        return Resolution(codes[0])

    def _images(self, place: Place) -> tuple[Place, ...]:
        """The territories on the map's day the place's land lies in.

        Where a unit's own successors are not recorded (a district that ended, a new commune) its
        parent's are followed, which is why an image can be coarser than the place.
        """
        if place.in_force(self.day):
            return (place,)
        linked = self.table.successors(place) if place.end <= self.day else self.table.predecessors(place)
        if not linked:
            parent = self.table.parent(place)
            return self._images(parent) if parent else ()
        return tuple({image: None for link in linked for image in self._images(link)})

    def in_force(self, unit: str, first_day: int, last_day: int) -> bool:
        """Whether the land of a unit of this map was a unit, or whole units, at some time in the days given.

        Both days inclusive. False for 93 on the map of 2024 when asked about 2026: the land has
        lost its own figures. True for 92 on the map of 2025 when asked about 2023: three provinces
        add up to it. Raises NotFoundError when the map has no such unit.
        """
        place = next((p for p in self.table.versions(unit) if p.in_force(self.day)), None)
        if place is None:
            codes = [p.code for p in self.table if p.in_force(self.day)]
            raise unknown(Text(f"đơn vị trong danh mục {self.id}", f"unit of the map {self.id}"), unit, codes)
        return self.table.existed(place, first_day, last_day)
