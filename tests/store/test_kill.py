"""Writers that are killed, and writers that meet: every changeset is wholly there or absent."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.engines import named

from stregistry.store import Store

KILLS = 100
LOADER = """
import sys
import stregistry.store.changeset  # now, so that a kill does not meet an import
from stregistry.model import Name, Organisation
from stregistry.store import Store
with Store.open(sys.argv[1]) as store:
    for n in range(int(sys.argv[2]), int(sys.argv[3])):
        print(n, flush=True)
        with store.changeset(actor="loader", reason=f"part {n}") as tx:
            keys = [f"{n}.{i}" for i in range(40)]
            tx.put_many([Organisation(names=[Name(value=key)]) for key in keys], keys=keys)
"""
WRITER = """
import sys
from stregistry.model import Name, Organisation
from stregistry.store import Store
with Store.open(sys.argv[1]) as store:
    for n in range(int(sys.argv[3])):
        with store.changeset(actor=sys.argv[2], reason=str(n)) as tx:
            tx.put(Organisation(names=[Name(value=f"{sys.argv[2]}.{n}")]), key=f"{sys.argv[2]}.{n}")
"""


def started(program: str, *words: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", program, *words], env=dict(os.environ), stdout=subprocess.PIPE)


@pytest.fixture
def url(address: str, tmp_path: Path) -> str:
    """The address of an empty registry other processes can open too, on each engine."""
    return f"sqlite:///{tmp_path / 'registry.db'}?timeout=120" if named(address) == "sqlite" else address


@pytest.mark.slow
def test_a_loader_killed_at_any_moment_leaves_whole_changesets(url: str) -> None:
    """A hundred kills at random moments: the audit passes each time, and the same load then completes."""
    pick, done, took = random.Random(4), 0, 0.0  # noqa: S311
    progress = []
    for n in range(KILLS + 1):
        with started(LOADER, url, str(done), str(done + 20)) as loader:
            assert loader.stdout is not None
            loader.stdout.readline()  # from here on it writes
            if n == 0:  # not killed: it tells how long a changeset takes here
                begun = time.monotonic()
                loader.communicate()
                took = (time.monotonic() - begun) / 20
            time.sleep(pick.random() * 6 * took)
            loader.send_signal(signal.SIGKILL)
        with Store.open(url) as store:
            report = store.audit()
            assert report.problems == ()
            assert report.versions == 40 * report.changesets
            progress.append(report.changesets - done)
            done = report.changesets
    assert len(set(progress[1:])) > 2, "the kills came at different moments"
    last = started(LOADER, url, "0", str(done + 5))
    last.communicate()
    assert last.returncode == 0
    with Store.open(url) as store:
        assert (store.head()[0], store.audit().versions, store.audit().ok) == (done + 5, 40 * (done + 5), True)


@pytest.mark.slow
def test_eight_writers_at_once_lose_nothing(url: str) -> None:
    """8 processes with 200 changesets each: all are there, numbered without a gap, in a valid chain."""
    Store.open(url).close()
    writers = [started(WRITER, url, f"w{n}", "200") for n in range(8)]
    for writer in writers:
        writer.communicate()
    assert [w.returncode for w in writers] == [0] * 8
    with Store.open(url) as store:
        report, found = store.audit(), store.changesets()
        assert report.problems == ()
        assert [c.number for c in found] == list(range(1, 1601))
        for n in range(8):
            assert [c.reason for c in found if c.actor == f"w{n}"] == [str(i) for i in range(200)]
