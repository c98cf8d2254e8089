"""A registry in memory, and a way to hand it a file in one line."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from stregistry.errors import RecordError
from stregistry.exchange.importer import ImportReport, import_file
from stregistry.store import Store

Take = Callable[..., ImportReport]


@pytest.fixture
def store(file_address: str) -> Iterator[Store]:
    with Store.open(file_address) as opened:
        yield opened


@pytest.fixture
def take(store: Store, tmp_path: Path) -> Take:
    """Writes a text (or bytes) to a file and imports it."""
    counter = iter(range(1000))

    def run(kind: str, content: str | bytes, *, name: str = "", **about: Any) -> ImportReport:
        path = tmp_path / (name or f"file{next(counter)}.csv")
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return import_file(store, path, kind, actor="tester", **about)

    return run


@pytest.fixture
def refuse(take: Take, store: Store) -> Callable[..., RecordError]:
    """Imports a file that must be refused, and shows that nothing was written."""

    def run(kind: str, content: str | bytes, **about: Any) -> RecordError:
        before = store.head()
        with pytest.raises(RecordError) as caught:
            take(kind, content, **about)
        assert store.head() == before
        return caught.value

    return run
