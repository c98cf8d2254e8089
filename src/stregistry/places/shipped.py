"""The places that ship with the library, read from `definitions/places/` when first asked for."""

import csv
import functools
import importlib.resources

from stregistry.dates import FOREVER
from stregistry.dates import day as day_number
from stregistry.places.maps import PlaceMap
from stregistry.places.names import Gazetteer
from stregistry.places.territory import Place, PlaceTable, unknown
from stregistry.text import Text


@functools.cache
def place_table() -> PlaceTable:
    """The provinces of Việt Nam before and after 1 July 2025, and the districts and communes of Cần Thơ.

    What went on before is not recorded: the older provinces and districts have an open start.
    """
    return PlaceTable.from_rows(read_rows("vn"), read_rows("succession"))


@functools.cache
def place_names() -> Gazetteer:
    """The names of the shipped places, with their usual abbreviations."""
    return Gazetteer(place_table(), [(row["alias"], row["code"]) for row in read_rows("aliases")])


@functools.cache
def place_map(map_id: str) -> PlaceMap:
    """The map of that id: `vn-2024` (before 1 July 2025) or `vn-2025` (from then on).

    Raises NotFoundError, which names the nearest.

    >>> place_map("vn-2025").resolve("93", day_number("2024-05-17"), "province").unit
    '92'
    """
    rows = {row["id"]: row for row in read_rows("maps")}
    if map_id not in rows:
        raise unknown(Text("Bản đồ địa bàn", "place map"), map_id, rows)
    row = rows[map_id]
    return PlaceMap(place_table(), map_id, day_number(row["on"]), Text(row["name_vi"], row["name_en"]))


def read_rows(name: str) -> list[dict[str, str]]:
    """The rows of `definitions/places/<name>.csv`, in order."""
    source = importlib.resources.files("stregistry") / "definitions" / "places" / f"{name}.csv"
    return list(csv.DictReader(source.read_text(encoding="utf-8").splitlines()))


def find_place(text: str, day: int | None = None) -> Place:
    """The territory a code or name stands for in a record of that day: see `Gazetteer.find`.

    >>> find_place("TP. Can Tho").code
    '92'
    """
    return place_names().find(text, day)


def label(code: str, lang: str, day: int | None = None) -> str:
    """The name, with its type, of the territory a code meant on a day (None: the newest).

    An unknown code comes back as it is, since a report must still print it.

    >>> label("46", "vi"), label("46", "en", 738000)
    ('Thành phố Huế', 'Thua Thien Hue Province')
    """
    on = FOREVER - 1 if day is None else day
    place = place_table().meant(code, on)
    return place.naming(on).full[lang] if place else code
