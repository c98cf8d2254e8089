"""Empty registries on either engine, for every test that asks for an `address`."""

import contextlib
import gc
from collections.abc import Callable, Iterator

import pytest

from tests.engines import ENGINES, Files, Schemas, remember_statements, server


def pytest_collection_finish() -> None:
    """What is imported by now stays until the end: the collector need not look through it after every few tests."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session", autouse=True)
def one_memory_of_statements() -> Iterator[None]:
    """Statements are compiled once in a process, whatever registry they are asked of."""
    with pytest.MonkeyPatch.context() as patch:
        remember_statements(patch)
        yield


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Lends empty registries in SQLite files."""
    return Files(tmp_path_factory.mktemp("registries"))


@pytest.fixture(scope="session")
def schemas() -> Iterator[Schemas]:
    """What is lent on the PostgreSQL server; all of it is dropped when the process ends."""
    lender = Schemas(server())
    yield lender
    lender.drop()


@contextlib.contextmanager
def addresses(request: pytest.FixtureRequest, engine: str) -> Iterator[Callable[[], str]]:
    """Gives addresses of empty registries on an engine, each call another one, until the block ends."""
    lent: list[str] = []
    lender: Files | Schemas = request.getfixturevalue("files" if engine == "sqlite" else "schemas")

    def lend() -> str:
        lent.append(lender.lend())
        return lender.address(lent[-1])

    yield lend
    for name in lent:
        lender.take_back(name)


@pytest.fixture
def file_address(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty registry on SQLite, for a test no engine matters to."""
    with addresses(request, "sqlite") as lend:
        yield lend()


@pytest.fixture(params=ENGINES)
def new_address(request: pytest.FixtureRequest) -> Iterator[Callable[[], str]]:
    """Gives addresses of empty registries, each call another one; the test runs once on each engine."""
    with addresses(request, request.param) as lend:
        yield lend


@pytest.fixture
def address(new_address: Callable[[], str]) -> str:
    """The address of an empty registry; the test runs once on each engine."""
    return new_address()
