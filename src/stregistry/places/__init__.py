"""Territories in time: what a place code or name meant on a day, and where that lies on a map of another day."""

from stregistry.places.attributes import ATTRIBUTES, attribute
from stregistry.places.maps import PlaceMap, Resolution
from stregistry.places.names import Gazetteer
from stregistry.places.shipped import find_place, label, place_map, place_names, place_table, read_rows, use_places
from stregistry.places.territory import LEVELS, Naming, Place, PlaceTable, Succession

__all__ = [
    "ATTRIBUTES",
    "LEVELS",
    "Gazetteer",
    "Naming",
    "Place",
    "PlaceMap",
    "PlaceTable",
    "Resolution",
    "Succession",
    "attribute",
    "find_place",
    "label",
    "place_map",
    "place_names",
    "place_table",
    "read_rows",
    "use_places",
]
