"""JSON Schema (2020-12) of each kind, generated from the field declarations."""

import json
from typing import Any, Final

from stregistry.fields import Field, fields_of
from stregistry.model import Organisation, Record, Succession, record_class
from stregistry.text import Text
from stregistry.vocab import vocabulary

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_DATE: Final = {
    "type": "string",
    "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$|^\d{4}-\d{2}-\d{2}/\d{4}-\d{2}-\d{2}$",
    "examples": ["2024-05-17", "2024-05", "2024"],
}


def json_schema(kind: "str | type[Record]") -> dict[str, Any]:
    """The schema of a record as `show --format json` gives it. Raises NotFoundError for an unknown kind."""
    cls = record_class(kind)
    about = cls.about
    properties = {"id": {"type": "integer"}, "kind": {"const": about.kind}, "fields": _object(cls)}
    if issubclass(cls, Organisation):
        properties["lineage"] = _lineage()
    return {
        "$schema": DIALECT,
        "$id": f"https://stregistry.invalid/schemas/{about.kind}.schema.json",
        **titled(about.label),
        **({"x-source": about.source} if about.source else {}),
        "type": "object",
        "properties": properties,
        "required": ["kind", "fields"],
        "additionalProperties": False,
        "examples": [{"id": 17, "kind": about.kind, "fields": _example_of(cls)}],
    }


def titled(label: Text) -> dict[str, Any]:
    """A title in both languages."""
    return {"title": label.en, "x-title-vi": label.vi}


def _example_of(cls: type) -> dict[str, Any]:
    """Every field that is not personal, with some value it may have."""
    return {info.name: _example(info) for info in fields_of(cls) if not info.personal}


def _example(info: Field) -> Any:
    codes = vocabulary(info.vocabulary).codes if info.vocabulary else ()
    match info.kind:
        case "code" | "codes":
            one = codes[0] if codes else "JP"
            return [one] if info.kind == "codes" else one
        case "date":
            return "2024-05-17"
        case "vnd":
            return 1_500_000_000
        case "integer" | "ref":
            return 1
        case "decimal":
            return "1282.3"
        case "flag":
            return True
        case "money":
            return {"minor": 6_000_000, "currency": "USD"}
        case "place":
            return "92"
        case "part":
            return _example_of(info.of) if info.of else {}
        case "children":
            return [_example_of(info.of)] if info.of else []
        case _:
            return _TEXTS.get(info.name, info.label.vi)


_TEXTS: Final = {"country": "VN", "lang": "vi", "period": "2024", "series": "population", "map": "vn-2025"}


def _lineage() -> dict[str, Any]:
    """The events of succession around a body, which are records of their own."""
    body = {
        "type": "object",
        "properties": {"id": {"type": ["integer", "null"]}, "name": {"type": "string"}},
        "required": ["id", "name"],
        "additionalProperties": False,
    }
    own = {f.name: f for f in fields_of(Succession)}
    event = {
        "direction": {"enum": ["before", "after"]},
        "id": {"type": "integer"},
        "event": _property(own["event"]),
        **{name: {"anyOf": [_property(own[name]), {"type": "null"}]} for name in ("happened_on", "decision")},
        "predecessors": {"type": "array", "items": body},
        "successors": {"type": "array", "items": body},
    }
    item = {"type": "object", "properties": event, "required": list(event), "additionalProperties": False}
    return {"title": "Lineage", "x-title-vi": "Quá trình kế thừa", "readOnly": True, "type": "array", "items": item}


def _object(cls: type) -> dict[str, Any]:
    infos = fields_of(cls)
    found: dict[str, Any] = {
        "type": "object",
        "properties": {f.name: _property(f) for f in infos},
        "additionalProperties": False,
    }
    required = [f.name for f in infos if f.required]
    return found | ({"required": required} if required else {})


def _property(info: Field) -> dict[str, Any]:
    found: dict[str, Any] = titled(info.label)
    if info.unit:
        found["x-unit"] = info.unit
    if info.sensitivity != "public":
        found["x-sensitivity"] = info.sensitivity
    return found | _shape(info)


def _shape(info: Field) -> dict[str, Any]:
    match info.kind:
        case "code":
            return {"enum": list(vocabulary(info.vocabulary).codes)} if info.vocabulary else {"type": "string"}
        case "codes":
            item = {"enum": list(vocabulary(info.vocabulary).codes)} if info.vocabulary else {"type": "string"}
            return {"type": "array", "items": item, "uniqueItems": True}
        case "date":
            return dict(_DATE)
        case "integer" | "vnd":
            return {"type": "integer"}
        case "ref":
            return {"type": "integer", "x-refers-to": info.target}
        case "decimal":
            return {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}
        case "flag":
            return {"type": "boolean"}
        case "money":
            return {
                "type": "object",
                "properties": {"minor": {"type": "integer"}, "currency": {"type": "string", "pattern": "^[A-Z]{3}$"}},
                "required": ["minor", "currency"],
                "additionalProperties": False,
            }
        case "part":
            return _object(info.of) if info.of else {}
        case "children":
            return {"type": "array", "items": _object(info.of) if info.of else {}}
        case _:
            return {"type": "string", "minLength": 1}


def schema_text(kind: str) -> str:
    """The schema of a kind as it stands in its file."""
    return json.dumps(json_schema(kind), ensure_ascii=False, indent=2) + "\n"
