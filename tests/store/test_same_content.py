"""The same content is the same registry on either engine: same hashes, same snapshot bytes."""

import itertools
import secrets
from pathlib import Path

import pytest
from tests.engines import Schemas
from tests.store.conftest import ticking

from stregistry import Registry
from stregistry.demo import write_demo


def test_the_demo_has_the_same_hashes_and_snapshot_on_both_engines(
    schemas: Schemas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All files of a small demo: every changeset's hash and the snapshot, byte for byte, salts and clock alike."""
    files = write_demo(tmp_path / "demo", size=200, seed=1)
    schema, told = schemas.lend(), []
    try:
        for address in ("sqlite://", schemas.address(schema)):
            salts = itertools.count(1)
            monkeypatch.setattr(secrets, "token_bytes", lambda n, salts=salts: next(salts).to_bytes(n, "big"))
            with Registry.open(address, clock=ticking()) as registry:
                for file in files:
                    registry.import_file(file.path, file.kind, actor="Lan")
                assert registry.audit().ok
                out = tmp_path / f"{len(told)}.json"
                registry.snapshot("ecosystem-core", "2023..2024").write(out)
                told.append(([c.hash for c in registry.changesets()], registry.head(), out.read_bytes()))
    finally:
        schemas.take_back(schema)
    assert told[0] == told[1]
    assert told[0][1][0] == len(files)
