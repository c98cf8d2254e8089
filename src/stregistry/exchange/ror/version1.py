"""ROR records of schema version 1, which the releases before April 2024 hold, in the form of version 2.

Version 1 does not say in which language the main name is, and it has one country for all addresses.
"""

from collections.abc import Iterator
from typing import Any


def is_version_1(record: Any) -> bool:
    """Whether a record is of version 1: it has one `name` and a `country`, and no list of names."""
    return isinstance(record, dict) and "names" not in record and {"name", "country"} <= record.keys()


def as_version_2(record: dict[str, Any]) -> dict[str, Any]:
    """The record in the form of version 2. Raises KeyError, TypeError or AttributeError where it is no such record."""
    return {
        "id": record["id"],
        "names": list(_names(record)),
        "external_ids": list(_external_ids(record.get("external_ids") or {})),
        "locations": list(_locations(record)),
        "relationships": [
            {"type": link["type"].lower(), "id": link["id"], "label": link.get("label")}
            for link in record.get("relationships") or []
        ],
        "links": [{"type": "website", "value": link} for link in record.get("links") or []],
        "established": record.get("established"),
        "status": record.get("status", "active").lower(),
        "types": [one.lower() for one in record.get("types") or []],
    }


def _names(record: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield {"value": record["name"], "lang": None, "types": ["ror_display", "label"]}
    for label in record.get("labels") or []:
        yield {"value": label["label"], "lang": label.get("iso639"), "types": ["label"]}
    for kind, key in (("alias", "aliases"), ("acronym", "acronyms")):
        for value in record.get(key) or []:
            yield {"value": value, "lang": None, "types": [kind]}


def _external_ids(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for scheme, codes in found.items():
        values = codes["all"]  # of GRID one text, of the others a list
        yield {"type": scheme.lower(), "all": [values] if isinstance(values, str) else list(values)}


def _locations(record: dict[str, Any]) -> Iterator[dict[str, Any]]:
    country = record["country"]["country_code"]
    # The primary address first, as the first location is the one that counts.
    addresses = sorted(record.get("addresses") or [{}], key=lambda address: not address.get("primary"))
    for address in addresses:
        city = address.get("geonames_city") or {}
        division = city.get("geonames_admin1") or {}
        yield {
            "geonames_id": city.get("id"),
            "geonames_details": {
                "country_code": country,
                "name": city.get("city") or address.get("city"),
                "country_subdivision_name": division.get("name") or address.get("state"),
                "country_subdivision_code": None,
            },
        }
