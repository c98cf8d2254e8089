"""The JSON Schema of a snapshot file, made from the classes its rows are made of."""

import json
import types
import typing
from typing import Any, Final

import attrs

from stregistry.evaluate import Cell, LeftOut, Slice
from stregistry.exchange.schema import DIALECT, titled
from stregistry.framework import Framework
from stregistry.framework.schema import example as framework_example
from stregistry.framework.schema import framework_schema
from stregistry.missing import MISSING
from stregistry.plan.table import Standing as TargetStanding
from stregistry.scored.standing import Interval, Standing
from stregistry.snapshot.frozen import FORMAT, Snapshot
from stregistry.text import Text

_HASH: Final = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_DAY: Final = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
_ROWS: Final[dict[str, tuple[Text, type]]] = {
    "values": (Text("Giá trị chỉ tiêu", "Indicator values"), Cell),
    "breakdowns": (Text("Phân tổ", "Breakdowns"), Slice),
    "left_out": (Text("Hồ sơ không tính", "Records left out"), LeftOut),
    "scores": (Text("Điểm và thứ hạng", "Scores and ranks"), Standing),
    "intervals": (Text("Khoảng bất định", "Intervals"), Interval),
    "targets": (Text("Tình trạng mục tiêu", "Status of targets"), TargetStanding),
}
# Rows of earlier snapshots lack what was added since; these they all have.
_REQUIRED: Final = ("framework", "registry", "valid", "places", "periods", "values", "breakdowns", "left_out")
_ADDED: Final = frozenset({"shared"})


def snapshot_schema() -> dict[str, Any]:
    """The schema of a snapshot file: format, content, its sha256, and the environment outside the hash."""
    return {
        "$schema": DIALECT,
        "$id": "https://stregistry.invalid/schemas/snapshot.schema.json",
        **titled(Text("Bản chốt số liệu", "Snapshot")),
        "description": "sha256 is over the RFC 8785 form of content.",
        **_object(
            {
                "format": {"const": FORMAT, **titled(Text("Định dạng", "Format"))},
                "content": {**titled(Text("Nội dung", "Content")), **_content()},
                "sha256": {**titled(Text("Mã băm của nội dung", "Hash of the content")), **_HASH},
                "environment": {
                    **titled(Text("Môi trường tính", "Environment")),
                    "type": "object",
                    "additionalProperties": {"type": "string"},
                },
            }
        ),
        "examples": [example()],
    }


def _content() -> dict[str, Any]:
    document = {k: v for k, v in framework_schema().items() if k not in ("$schema", "$id", "examples")}
    note = _object({"code": {"type": "string"}, **{n: _one(str | None) for n in ("indicator", "unit", "period")}})
    found: dict[str, Any] = {
        "framework": {
            **titled(Text("Bộ chỉ tiêu", "Framework")),
            **_object({"id": _one(str), "version": _one(str), "sha256": _HASH, "document": document}),
        },
        "registry": {
            **titled(Text("Sổ đăng ký", "Registry")),
            **_object({"changeset": {"type": "integer", "minimum": 0}, "hash": _HASH}),
        },
        "valid": {**titled(Text("Theo thực tế ngày", "Valid on")), **_DAY},
        "places": {
            **titled(Text("Danh mục đơn vị hành chính", "Place map")),
            **_object({"map": _one(str), "level": _one(str)}),
        },
        "periods": {**titled(Text("Kỳ báo cáo", "Periods")), "type": "array", "items": _one(str)},
        "seed": {**titled(Text("Hạt giống ngẫu nhiên", "Seed")), **_one(int | None)},
        "draws": {**titled(Text("Số lần rút", "Draws")), **_one(int)},
        "score_notes": {**titled(Text("Ghi chú tính điểm", "Notes on scores")), "type": "array", "items": note},
    }
    for name, (label, cls) in _ROWS.items():
        found[name] = {**titled(label), "type": "array", "items": _row(cls)}
    # A framework with more to say has more parts; none of those here may be missing.
    return {"type": "object", "properties": found, "required": list(_REQUIRED)}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _row(cls: type) -> dict[str, Any]:
    hints = typing.get_type_hints(cls)
    names = [field.name for field in attrs.fields(cls)]
    properties = {name: _one(hints[name]) for name in names}
    if cls is Cell:
        properties["missing"] = {"enum": [*MISSING, None]}
    return {"type": "object", "properties": properties, "required": [n for n in names if n not in _ADDED]}


_JSON: Final[dict[Any, str]] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    types.NoneType: "null",
}


def _one(hint: Any) -> dict[str, Any]:
    """What JSON can hold of a Python type."""
    if hint is Any:
        return {}
    if typing.get_origin(hint) is tuple:
        return {"type": "array", "items": _one(typing.get_args(hint)[0])}
    some = typing.get_args(hint) or (hint,)
    names = [_JSON[one] for one in some]
    return {"type": names[0] if len(names) == 1 else names}


def example() -> dict[str, Any]:
    """A snapshot of one figure, with the hash of its content."""
    chosen = Framework.from_document(framework_example(), "example.toml")
    cell = Cell(
        indicator=chosen.indicators[0].id,
        place="92",
        period="2024",
        value=12,
        records=12,
        missing=None,
        provisional=False,
    )
    content = {
        "framework": {
            "id": chosen.id,
            "version": chosen.version,
            "sha256": chosen.sha256,
            "document": chosen.document,
        },
        "registry": {"changeset": 0, "hash": "0" * 64},
        "valid": "2024-12-31",
        "places": {"map": chosen.evaluation.places, "level": chosen.evaluation.level},
        "periods": ["2024"],
        "values": [attrs.asdict(cell)],
        "breakdowns": [],
        "left_out": [],
        "seed": None,
    }
    made = Snapshot(content=content, environment={"stregistry": "0.1.0", "made_on": "2025-01-15"})
    return {"format": FORMAT, "content": made.content, "sha256": made.sha256, "environment": made.environment}


def schema_text() -> str:
    """The schema as it stands in its file."""
    return json.dumps(snapshot_schema(), ensure_ascii=False, indent=2) + "\n"
