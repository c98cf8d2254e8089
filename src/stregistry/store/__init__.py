"""The store: tables derived from the model, history in two times, and the chain of changesets."""

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from stregistry.store.batch import Batch
    from stregistry.store.changeset import Changeset
    from stregistry.store.store import Store
    from stregistry.store.view import View

__all__ = ["Batch", "Changeset", "Store", "View"]

# Imported when first used, as in the package above: a program that names a registry has not opened one yet.
_HOME: Final = {"Batch": "batch", "Changeset": "changeset", "Store": "store", "View": "view"}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(importlib.import_module(f"stregistry.store.{_HOME[name]}"), name)
    raise AttributeError(f"module 'stregistry.store' has no attribute {name!r}")
