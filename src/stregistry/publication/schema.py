"""The JSON Schema of a publication's manifest, `datapackage.json`."""

import json
from typing import Any, Final

from stregistry.exchange.schema import DIALECT, titled
from stregistry.model import KINDS
from stregistry.publication.columns import flat_table
from stregistry.publication.manifest import FORMAT, LICENCES, Resource, package
from stregistry.store.migrations import latest
from stregistry.text import Text

_HASH: Final = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_STRING: Final = {"type": "string", "minLength": 1}
_COUNT: Final = {"type": "integer", "minimum": 0}


def publication_schema() -> dict[str, Any]:
    """The schema of `datapackage.json` as `publish` writes it: a Frictionless data package and our part of it."""
    return {
        "$schema": DIALECT,
        "$id": "https://stregistry.invalid/schemas/publication.schema.json",
        **titled(Text("Bản kê của bộ dữ liệu công bố", "Manifest of a publication")),
        "type": "object",
        "properties": {
            "profile": {"const": "data-package"},
            "name": _STRING,
            "title": _STRING,
            "x-title-vi": _STRING,
            "description": _STRING,
            "licenses": {
                **titled(Text("Giấy phép sử dụng", "Licences")),
                "type": "array",
                "minItems": 1,
                "items": _object({"name": {"enum": list(LICENCES)}, "title": _STRING, "path": _STRING}),
            },
            "resources": {**titled(Text("Các tệp", "Files")), "type": "array", "items": _resource()},
            "stregistry": {**titled(Text("Nguồn gốc", "Provenance")), **_own()},
        },
        "required": ["profile", "name", "title", "x-title-vi", "licenses", "resources", "stregistry"],
        "examples": [example()],
    }


def _object(properties: dict[str, Any], *, optional: tuple[str, ...] = ()) -> dict[str, Any]:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _resource() -> dict[str, Any]:
    limits = {"required": {"type": "boolean"}, "enum": {"type": "array", "items": {"type": "string"}}}
    column = _object(
        {
            "name": _STRING,
            "type": {"enum": ["string", "integer", "date", "boolean", "number"]},
            "title": _STRING,
            "x-title-vi": _STRING,
            "constraints": _object(limits, optional=tuple(limits)),
        },
        optional=("constraints",),
    )
    table = _object(
        {
            "fields": {"type": "array", "minItems": 1, "items": column},
            "primaryKey": {"type": "array", "items": _STRING},
        },
        optional=("primaryKey",),
    )
    return _object(
        {
            "name": {"type": "string", "pattern": "^[-a-z0-9._]+$"},
            "path": {"type": "string", "pattern": r"^(?!/)(?!.*\.\.)"},
            "type": {"const": "file"},
            "profile": {"const": "data-resource"},
            "title": _STRING,
            "x-title-vi": _STRING,
            "format": {"enum": ["parquet", "md", "txt"]},
            "mediatype": _STRING,
            "encoding": {"const": "utf-8"},
            "bytes": _COUNT,
            "hash": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"},
            "x-rows": {**titled(Text("Số dòng", "Rows")), **_COUNT},
            "schema": {**titled(Text("Các cột", "Columns")), **table},
        },
        optional=("x-rows", "schema"),
    )


def _own() -> dict[str, Any]:
    registry = {"changeset": _COUNT, "hash": _HASH, "instant": {"type": ["string", "null"]}}
    personal = {"published": {"type": "boolean"}, "why": {"type": ["string", "null"]}}
    return _object(
        {
            "format": {"const": FORMAT},
            "registry": {**titled(Text("Sổ đăng ký", "Registry")), **_object(registry)},
            "valid": {
                **titled(Text("Theo thực tế ngày", "Valid on")),
                "type": "string",
                "pattern": r"^\d{4}-\d{2}-\d{2}$",
            },
            "revision": {**titled(Text("Cấu trúc bảng", "Revision of the tables")), **_STRING},
            "personal": {**titled(Text("Dữ liệu cá nhân", "Personal fields")), **_object(personal)},
            "left_out": {
                **titled(Text("Trường không công bố", "Fields left out")),
                "type": "object",
                "additionalProperties": {"type": "array", "items": _STRING},
            },
            "environment": {"type": "object", "additionalProperties": {"type": "string"}},
        }
    )


def example() -> dict[str, Any]:
    """The manifest of a publication with one table."""
    cls = KINDS["funding_round"]
    table = Resource(
        name=cls.about.kind,
        path=f"{cls.about.kind}.parquet",
        title=cls.about.label,
        bytes=4096,
        sha256="0" * 64,
        rows=12,
        columns=flat_table(cls, ()),
        key=("id",),
    )
    own = {
        "format": FORMAT,
        "registry": {"changeset": 7, "hash": "0" * 64, "instant": "2025-01-15T03:00:00.000000Z"},
        "valid": "2024-12-31",
        "revision": latest(),
        "personal": {"published": False, "why": None},
        "left_out": {"organisation": ["address", "contact_name", "email", "phone"]},
        "environment": {"stregistry": "0.1.0", "pyarrow": "17.0.0"},
    }
    return package(own, LICENCES["CC-BY-4.0"], Text("Ví dụ", "An example"), [table])


def schema_text() -> str:
    """The schema as it stands in its file."""
    return json.dumps(publication_schema(), ensure_ascii=False, indent=2) + "\n"
