"""Writes what follows from the model anew: schemas/ and docs/reference/. Run by `make schemas`."""

from pathlib import Path

from stregistry.exchange.reference import write_reference
from stregistry.exchange.schema import write_schemas
from stregistry.framework.schema import write_schema

ROOT = Path(__file__).parent.parent

if __name__ == "__main__":
    schemas = ROOT / "schemas"
    write_schema(schemas)
    for path in (*write_schemas(schemas), *write_reference(ROOT / "docs" / "reference")):
        print(path.relative_to(ROOT))
