"""What groups territories: the socio-economic region, the unit above, the type."""

import functools
from collections.abc import Iterable
from typing import Final

from stregistry.dates import ALWAYS
from stregistry.dates import day as day_number
from stregistry.places.maps import PlaceMap
from stregistry.places.shipped import read_rows
from stregistry.places.territory import Place, unknown
from stregistry.text import Text

ATTRIBUTES: Final = ("region", "parent", "type")


def attribute(place_map: PlaceMap, units: Iterable[str], name: str) -> list[str | None]:
    """The attribute of each unit of a map, None where it is not known.

    name: region (a code of the vocabulary `economic_region`; a district or commune has its province's), parent (the
    code of the unit it lies in) or type. Raises NotFoundError for another name.

    >>> from stregistry.places import place_map
    >>> attribute(place_map("vn-2025"), ["92", "01", "80"], "region")
    ['mekong_delta', 'red_river_delta', 'southeast']
    """
    if name not in ATTRIBUTES:
        raise unknown(Text("thuộc tính địa bàn", "attribute of a place"), name, ATTRIBUTES)
    found: list[str | None] = []
    for code in units:
        place = place_map.table.meant(code, place_map.day)
        found.append(None if place is None else _value(place_map, place, name))
    return found


def _value(place_map: PlaceMap, place: Place, name: str) -> str | None:
    if name == "parent":
        return place.parent
    if name == "type":
        return place.naming(place_map.day).type
    province = place_map.table.rolled_up(place, "province")
    found = None
    for start, region in _regions().get(province.code, ()) if province else ():
        if start <= place_map.day:
            found = region
    return found


@functools.cache
def _regions() -> dict[str, list[tuple[int, str | None]]]:
    """The regions a province code has lain in, each with its first day; None where no source opened says."""
    found: dict[str, list[tuple[int, str | None]]] = {}
    for row in read_rows("regions"):
        start = day_number(row["from"]) if row["from"] else ALWAYS
        found.setdefault(row["code"], []).append((start, row["region"] or None))
    return {code: sorted(rows, key=lambda row: row[0]) for code, rows in found.items()}
