"""Empty registries on either engine, for every test that asks for an `address`."""

import contextlib
from collections.abc import Callable, Iterator

import pytest

from tests.engines import ENGINES, Schemas, server


@pytest.fixture(scope="session")
def schemas() -> Iterator[Schemas]:
    """What is lent on the PostgreSQL server; all of it is dropped when the process ends."""
    lender = Schemas(server())
    yield lender
    lender.drop()


@contextlib.contextmanager
def addresses(request: pytest.FixtureRequest, engine: str) -> Iterator[Callable[[], str]]:
    """Gives addresses of empty registries on an engine, each call another one, until the block ends."""
    if engine == "sqlite":
        yield lambda: "sqlite://"
        return
    lender: Schemas = request.getfixturevalue("schemas")
    lent: list[str] = []

    def lend() -> str:
        lent.append(lender.lend())
        return lender.address(lent[-1])

    yield lend
    for schema in lent:
        lender.take_back(schema)


@pytest.fixture(params=ENGINES)
def new_address(request: pytest.FixtureRequest) -> Iterator[Callable[[], str]]:
    """Gives addresses of empty registries, each call another one; the test runs once on each engine."""
    with addresses(request, request.param) as lend:
        yield lend


@pytest.fixture
def address(new_address: Callable[[], str]) -> str:
    """The address of an empty registry; the test runs once on each engine."""
    return new_address()
