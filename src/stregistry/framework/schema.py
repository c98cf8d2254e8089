"""The JSON Schema of a framework document, made from what the reader itself accepts.

It says what an editor can check while typing: keys, words, types, and the parameters of each
measure. What needs the rest of the file or the records (fields of a kind, codes, ids referred to,
circles) only `Framework.load` checks.
"""

import inspect
import json
from typing import Any, Final

from stregistry.framework.framework import TABLES, Framework
from stregistry.framework.methods import UNCERTAINTY_KEYS
from stregistry.framework.obligations import DUE_STEPS, OBLIGATION_KEYS
from stregistry.framework.read import EVALUATION_KEYS, GROUP_KEYS, HEAD_KEYS, INDICATOR_KEYS, SOURCE_KEYS
from stregistry.framework.targets import FORMS, TARGET_KEYS
from stregistry.measures import MEASURES
from stregistry.model import KINDS
from stregistry.places import LEVELS
from stregistry.scoring.aggregate import AGGREGATORS
from stregistry.scoring.method import STEPS
from stregistry.vocab import vocabulary

Schema = dict[str, Any]
_STRING: Final[Schema] = {"type": "string", "minLength": 1}
_NUMBER: Final[Schema] = {"type": "number"}
_POSITIVE: Final[Schema] = {"type": "number", "exclusiveMinimum": 0}
_YEAR: Final[Schema] = {"type": "integer", "minimum": 1900, "maximum": 2999}
_DATE: Final[Schema] = {"type": "string", "format": "date"}
_ID: Final[Schema] = {"type": "string", "pattern": "^[A-Za-z0-9_]+$"}
_TEXT: Final[Schema] = {
    "type": "object",
    "properties": {"vi": _STRING, "en": _STRING},
    "required": ["vi", "en"],
    "additionalProperties": False,
}
_PAIR: Final[Schema] = {"type": "array", "items": _NUMBER, "minItems": 2, "maxItems": 2}
_WHERE: Final[Schema] = {"type": "object", "minProperties": 1}


def framework_schema() -> Schema:
    """The schema (draft 2020-12) of a framework document; dates are ISO text, as in `Framework.document`."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://stregistry.invalid/schemas/framework.schema.json",
        "title": "Framework",
        "x-title-vi": "Bộ chỉ tiêu",
        **_table(
            TABLES,
            {
                "framework": _head(),
                "evaluation": _table(EVALUATION_KEYS, _EVALUATION),
                "group": {"type": "array", "items": _table(GROUP_KEYS, _group(), ("id", "name"))},
                "indicator": {"type": "array", "minItems": 1, "items": _indicator()},
                "obligation": {"type": "array", "items": _obligation()},
                "method": _table(STEPS, {}),
                "uncertainty": _table(
                    UNCERTAINTY_KEYS, {"draws": {"type": "integer", "minimum": 1}, "one_out": {"type": "boolean"}}
                ),
            },
            ("framework", "indicator"),
        ),
        "examples": [example()],
    }


def example() -> dict[str, Any]:
    """A framework document of one indicator, taken from one that ships."""
    whole = Framework.load("ecosystem-core").document
    first = {k: v for k, v in whole["indicator"][0].items() if k not in ("group", "target")}
    return {"framework": whole["framework"], "evaluation": whole["evaluation"], "indicator": [first]}


def schema_text() -> str:
    """The schema as it stands in `schemas/framework.schema.json`."""
    return json.dumps(framework_schema(), ensure_ascii=False, indent=2) + "\n"


def _table(keys: tuple[str, ...], known: dict[str, Schema], required: tuple[str, ...] = ()) -> Schema:
    """A table of exactly these keys; a key without a schema of its own may hold anything."""
    return {
        "type": "object",
        "properties": {key: known.get(key, {}) for key in keys},
        **({"required": list(required)} if required else {}),
        "additionalProperties": False,
    }


def _words(words: Any) -> Schema:
    return {"enum": list(words)}


def _head() -> Schema:
    source = _table(
        SOURCE_KEYS,
        {"id": _ID, "number": _STRING, "issued": _DATE, "title": _TEXT, "url": _STRING},
        ("id", "title"),
    )
    source["dependentRequired"] = {"number": ["issued"]}
    return _table(
        HEAD_KEYS,
        {
            "id": {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"},
            "version": _STRING,
            "title": _TEXT,
            "sources": {"type": "array", "items": source},
        },
        ("id", "version", "title"),
    )


_SCOPE: Final[Schema] = {
    "oneOf": [
        {"const": "national"},
        _table(("place", "map"), {"place": _STRING, "map": _STRING}, ("place", "map")),
    ]
}
_EVALUATION: Final[dict[str, Schema]] = {
    "places": _STRING,
    "level": _words((*LEVELS, "custom")),
    "period": _words(("year", "half", "quarter", "month")),
    "year_ends": {"type": "string", "pattern": "^[01][0-9]-[0-3][0-9]$"},
}


def _group() -> dict[str, Schema]:
    weight = {"type": "number", "minimum": 0}
    return {"id": _ID, "parent": _ID, "weight": weight, "aggregate": _words(AGGREGATORS), "name": _TEXT}


def _indicator() -> Schema:
    basis = _words(vocabulary("statistic_basis").codes)
    per = _table(
        ("series", "basis", "indicator", "scale"),
        {"series": _STRING, "basis": basis, "indicator": _ID, "scale": _POSITIVE},
    )
    per["oneOf"] = [{"required": ["series"]}, {"required": ["indicator"]}]
    known: dict[str, Schema] = {
        "id": _ID,
        "group": _ID,
        "name": _TEXT,
        "measured_in": _TEXT,
        "direction": _words(("up", "down", "none")),
        "measure": _words(MEASURES),
        "params": {"type": "object"},
        "scale": _NUMBER,
        "per": per,
        "breakdown": {"type": "array", "items": _STRING, "minItems": 1},
        "weight": {"type": "number", "minimum": 0},
        "bounds": _table(("low", "high"), {"low": _NUMBER, "high": _NUMBER}, ("low", "high")),
        "goal": _NUMBER,
        "responsible": _TEXT,
        "source": _STRING,
        "target": {"type": "array", "items": _target()},
    }
    table = _table(INDICATOR_KEYS, known, ("id", "name", "direction", "measure", "params"))
    table["allOf"] = [
        {"if": {"properties": {"measure": {"const": name}}}, "then": {"properties": {"params": _params(name)}}}
        for name in MEASURES
    ]
    return table


def _params(measure: str) -> Schema:
    """What the signature of a measure says of its parameters."""
    known: dict[str, Schema] = {
        "of": _words(KINDS),
        "when": _words(("flow", "stock")),
        "where": _WHERE,
        "among": _WHERE,
        "basis": _words(vocabulary("statistic_basis").codes),
        "lag": {"type": "integer", "minimum": 1},
        "same_period": {"type": "boolean"},
    }
    parameters = list(inspect.signature(MEASURES[measure]).parameters.values())[1:]
    required = tuple(p.name for p in parameters if p.default is inspect.Parameter.empty)
    return _table(
        tuple(p.name for p in parameters), {**dict.fromkeys((p.name for p in parameters), _STRING), **known}, required
    )


def _target() -> Schema:
    known: dict[str, Schema] = {
        "from": _DATE,
        "until": _DATE,
        **{form: _PAIR if form in ("range", "within") else _NUMBER for form in FORMS},
        "of": _words(("value", "growth", "multiple")),
        "over": {"type": "array", "items": _YEAR, "minItems": 2, "maxItems": 2},
        "base": _YEAR,
        "by": _YEAR,
        "every_year": {"type": "boolean"},
        "scope": _SCOPE,
        "baseline": _table(
            ("period", "value"), {"period": {"type": ["string", "integer"]}, "value": _NUMBER}, ("period", "value")
        ),
        "out_of": {"type": "integer", "minimum": 1},
        "source": _STRING,
        "article": _TEXT,
        "verified": _words(("original", "quoted", "secondary")),
    }
    table = _table(TARGET_KEYS, known, ("from",))
    table["oneOf"] = [{"required": [form]} for form in FORMS]
    return table


def _obligation() -> Schema:
    steps = {key: {"type": "integer", "minimum": 1} for key in DUE_STEPS}
    month_day = {"type": "string", "pattern": "^[01][0-9]-[0-3][0-9]$"}
    fields = {"oneOf": [_STRING, {"type": "array", "items": _STRING, "minItems": 1}]}
    known_due = {"on": _STRING, "after": fields, **steps, "yearly": month_day}
    due = _table(tuple(known_due), known_due)
    done = {"oneOf": [_STRING, _table(("submission",), {"submission": _STRING}, ("submission",))]}
    known: dict[str, Schema] = {
        "id": {"type": "string", "pattern": "^[A-Za-z0-9_-]+$"},
        "name": _TEXT,
        "of": _words(KINDS),
        "where": {"oneOf": [_WHERE, {"type": "array", "items": _WHERE, "minItems": 1}]},
        "scope": _SCOPE,
        "owed_by": {"anyOf": [fields, _table(("name",), {"name": _STRING}, ("name",))]},
        "due": due,
        "done": done,
        "of_year": {"type": "integer", "minimum": -5, "maximum": 1},
        "in_force": _DATE,
        "until": _DATE,
        "check_law": _DATE,
        "responsible": _TEXT,
        "note": _TEXT,
        "source": _STRING,
        "article": _TEXT,
    }
    return _table(OBLIGATION_KEYS, known, ("id", "name", "of", "due", "in_force"))
