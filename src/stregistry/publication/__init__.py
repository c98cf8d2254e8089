"""A publication: the registry as of two times in a folder of Parquet files to read, check and compute from."""

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from stregistry.publication.manifest import LICENCES, MANIFEST, Manifest, read_manifest
    from stregistry.publication.opened import PublishedStore
    from stregistry.publication.writing import Published, publish

__all__ = ["LICENCES", "MANIFEST", "Manifest", "Published", "PublishedStore", "publish", "read_manifest"]

# Imported when first used: whoever names a registry has neither published nor opened a publication yet.
_HOME: Final = {
    **dict.fromkeys(("LICENCES", "MANIFEST", "Manifest", "read_manifest"), "manifest"),
    "PublishedStore": "opened",
    **dict.fromkeys(("Published", "publish"), "writing"),
}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(importlib.import_module(f"stregistry.publication.{_HOME[name]}"), name)
    raise AttributeError(f"module 'stregistry.publication' has no attribute {name!r}")
