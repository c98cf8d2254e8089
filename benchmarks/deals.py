"""The registry the benchmarks read from: 200 000 made-up deals between 5 000 made-up bodies."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs

from stregistry import Registry
from stregistry.store import Batch, Store
from stregistry.store.layout import layout

BODIES = 5000
DEALS = 200_000
TIMES = 5


@attrs.frozen
class Deals:
    """The deals: their file, a registry with only their 5 000 bodies, and one with the deals too."""

    file: Path
    bodies: Path
    full: Path


def registry_at(path: Path) -> Registry:
    return Registry.open(f"sqlite:///{path}")


def repeat(store: Store, rows: Sequence[tuple[Any, ...]]) -> None:
    """Makes a million deals of 200 000: the same rows, without their parties, four times more under other ids."""
    for _ in range(TIMES - 1):
        with store.changeset(actor="bench", reason="bench") as tx:
            tx.put_batch(Batch(layout=layout("deal"), ids=tx.new_ids(len(rows)), rows=rows))
