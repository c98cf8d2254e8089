"""The registry the benchmarks read from: 200 000 made-up deals between 5 000 made-up bodies."""

from pathlib import Path

import attrs

from stregistry import Registry

BODIES = 5000
DEALS = 200_000


@attrs.frozen
class Deals:
    """The deals: their file, a registry with only their 5 000 bodies, and one with the deals too."""

    file: Path
    bodies: Path
    full: Path


def registry_at(path: Path) -> Registry:
    return Registry.open(f"sqlite:///{path}")
