"""The corpus of hostile and messy files: each has its one outcome, and none costs much time or memory."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from stregistry.exchange.catalogue import CATALOGUE
from stregistry.store import Store
from tests.exchange.corpus import CASES, outcome


@pytest.mark.parametrize(("name", "content", "codes"), CASES, ids=[case[0] for case in CASES])
def test_a_hostile_file_has_its_outcome(
    name: str, content: Callable[[], bytes], codes: set[str], store: Store, tmp_path: Path
) -> None:
    """It is taken in, or refused with nothing written, within ten seconds; its issues have these codes and its name."""
    path = tmp_path / name
    path.write_bytes(content())
    started = time.perf_counter()
    found, taken = outcome(store, path)
    assert time.perf_counter() - started < 10
    assert codes <= found
    extra = found - codes
    assert not extra, extra
    assert taken == all(CATALOGUE[code].level == "warning" for code in codes)
    assert taken == (store.head()[0] == 1)


def test_the_corpus_is_large_and_its_names_are_its_own() -> None:
    """At least 60 files, no two of one name."""
    assert len({name for name, _, _ in CASES}) == len(CASES) >= 60


@pytest.mark.slow
def test_the_worst_of_them_costs_little() -> None:
    """All of them in one process: none takes ten seconds, and the process stays below 500 MB."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.exchange.corpus"], capture_output=True, text=True, timeout=300, check=True
    )
    cost = json.loads(ran.stdout)
    assert cost["seconds"] < 10
    assert cost["megabytes"] < 500
