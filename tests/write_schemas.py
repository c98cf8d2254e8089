"""Writes what follows from the model anew: schemas/, docs/reference/ and model.pyi. Run by `make schemas`."""

from pathlib import Path

from stregistry.exchange.reference import reference_page
from stregistry.exchange.schema import schema_text
from stregistry.framework import schema as framework
from stregistry.model import KINDS
from stregistry.publication import schema as publication
from stregistry.snapshot import schema as snapshot
from tests.write_stub import SOURCE, stub

ROOT = Path(__file__).parent.parent


def generated() -> dict[Path, str]:
    """Every generated file and what it is to hold."""
    schemas, reference = ROOT / "schemas", ROOT / "docs" / "reference"
    return {
        SOURCE.with_suffix(".pyi"): stub(),
        schemas / "framework.schema.json": framework.schema_text(),
        schemas / "publication.schema.json": publication.schema_text(),
        schemas / "snapshot.schema.json": snapshot.schema_text(),
        **{schemas / f"{kind}.schema.json": schema_text(kind) for kind in KINDS},
        **{reference / f"{kind}.md": reference_page(kind) for kind in KINDS},
    }


if __name__ == "__main__":
    for path, text in generated().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        print(path.relative_to(ROOT))
