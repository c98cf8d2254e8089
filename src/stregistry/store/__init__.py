"""The store: tables derived from the model, history in two times, and the chain of changesets."""

from stregistry.store.batch import Batch
from stregistry.store.changeset import Changeset
from stregistry.store.store import Store
from stregistry.store.view import View

__all__ = ["Batch", "Changeset", "Store", "View"]
