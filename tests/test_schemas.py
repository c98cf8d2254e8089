"""schemas/: what is written there is current, bilingual, and two independent validators take its examples."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs
import pytest

from stregistry import Framework, Registry
from tests.write_schemas import ROOT, generated

SCHEMAS = {path.name.removesuffix(".schema.json"): path for path in generated() if path.parent.name == "schemas"}


def load(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(SCHEMAS[name].read_text(encoding="utf-8"))
    return found


def test_every_generated_file_is_current_and_there_is_no_other() -> None:
    """After a change of a field: make schemas."""
    stale = [str(p.relative_to(ROOT)) for p, text in generated().items() if p.read_text(encoding="utf-8") != text]
    assert stale == []
    assert set(SCHEMAS.values()) == set((ROOT / "schemas").iterdir())


@pytest.mark.parametrize("name", SCHEMAS)
def test_both_validators_take_schema_and_examples(name: str) -> None:
    """The schema is valid by the meta-schema of draft 2020-12, and each of its examples by it."""
    schema = load(name)
    assert schema["$schema"].endswith("2020-12/schema")
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema_rs.meta.validate(schema)
    assert schema["examples"]
    for one in schema["examples"]:
        assert [e.message for e in jsonschema.Draft202012Validator(schema).iter_errors(one)] == []
        assert [str(e) for e in jsonschema_rs.Draft202012Validator(schema).iter_errors(one)] == []


@pytest.mark.parametrize("name", SCHEMAS)
def test_titles_are_in_both_languages(name: str) -> None:
    """Wherever there is a title there is a Vietnamese one beside it; the whole has one."""
    schema = load(name)
    assert schema["title"]
    assert schema["x-title-vi"]

    def walk(part: Any) -> None:
        if isinstance(part, dict):
            if isinstance(part.get("title"), str):
                assert part.get("x-title-vi"), part
            for key, value in part.items():
                if key not in ("examples", "properties"):
                    walk(value)
            for value in part.get("properties", {}).values() if isinstance(part.get("properties"), dict) else ():
                walk(value)
        elif isinstance(part, list):
            for value in part:
                walk(value)

    walk(schema)


@pytest.mark.parametrize("name", ["organisation", "deal", "snapshot", "publication", "framework"])
def test_what_is_not_known_is_refused(name: str) -> None:
    """By both validators: an example with a mistyped key, or one that is missing."""
    schema = load(name)
    (one,) = schema["examples"]
    wrong: list[Any] = [{**one, "unknwon": 1}, dict(list(one.items())[1:])] if name != "publication" else [{}]
    for broken in wrong[: 1 if name in ("organisation", "deal") else 2]:
        assert not jsonschema.Draft202012Validator(schema).is_valid(broken)
        assert not jsonschema_rs.Draft202012Validator(schema).is_valid(broken)


@pytest.mark.parametrize("framework", Framework.shipped())
def test_snapshots_are_valid(framework: str, tmp_path: Path) -> None:
    """A snapshot of every shipped framework, with scores and targets where it has them."""
    if Framework.load(framework).evaluation.level == "custom":
        pytest.skip("scores tables only")
    with Registry.open("sqlite://") as registry:
        registry.snapshot(framework, "2024").write(tmp_path / "made.json")
    errors = jsonschema_rs.Draft202012Validator(load("snapshot")).iter_errors(
        json.loads((tmp_path / "made.json").read_bytes())
    )
    assert [str(error) for error in errors] == []


def test_the_manifest_of_a_publication_is_valid(tmp_path: Path) -> None:
    """As it is written."""
    with Registry.open("sqlite://") as registry:
        registry.publish(tmp_path / "made", valid="2025-01-01")
    manifest = json.loads((tmp_path / "made" / "datapackage.json").read_bytes())
    assert [str(e) for e in jsonschema_rs.Draft202012Validator(load("publication")).iter_errors(manifest)] == []
