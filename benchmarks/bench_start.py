"""How soon the command line answers and the library is there: CPU of a child process, start of Python included."""

import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


def cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


pytestmark = pytest.mark.benchmark(timer=cpu_of_children)


def run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def test_help(compare: Any) -> None:
    """`stregistry --help` costs at most twice `python -c "import click"`."""
    command = str(Path(sys.executable).with_name("stregistry"))
    compare(
        "stregistry --help / import click",
        floor=lambda: run(sys.executable, "-c", "import click"),
        ours=lambda: run(command, "--help"),
        bar=2.0,
        rounds=21,
    )


def test_import_registry(compare: Any) -> None:
    """`from stregistry import Registry` costs at most 1.3 times `import sqlalchemy`."""
    compare(
        "from stregistry import Registry / import sqlalchemy",
        floor=lambda: run(sys.executable, "-c", "import sqlalchemy"),
        ours=lambda: run(sys.executable, "-c", "from stregistry import Registry"),
        bar=1.3,
        rounds=21,
    )
