"""A registry with every kind of record, personal fields, a merged body and a correction; and its publication."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

from stregistry import Deal, Identifier, Name, Organisation, Party, Registry
from stregistry.demo import write_demo

VALID = "2025-12-31"
EMAIL = "bi-mat@vi-du.vn"


def fill(registry: Registry, *, personal: bool = True) -> None:
    """What the tests look for: a personal number and email, a merged body, an unresolved party, a month as a date.

    personal: their salts are drawn, so two registries with personal fields never have one hash.
    """
    with registry.changeset(actor="Lan", reason="tay") as tx:
        a, b, c = (
            tx.put(
                Organisation(
                    names=(Name(value=name, lang="vi"),),
                    identifiers=(
                        Identifier(scheme="mst", value="0100112437"),
                        Identifier(scheme="personal_number", value="092180001234"),
                    ),
                    kind="enterprise",
                    place=place,
                    address="Số 1 đường Bí Mật",
                    email=EMAIL if personal else None,
                    founded_on="2015",
                )
            )
            for name, place in (("Công ty Lúa Vàng", "92"), ("CT TNHH Lúa Vàng", "79"), ("=1+1", "92"))
        )
        parties = (
            Party(role="transferor", person="Nguyễn Văn Bí Mật" if personal else None, name=None if personal else "A"),
            Party(role="transferee", body=b),
            Party(role="transferee", name="Trang trại Chưa Biết"),
        )
        deal = tx.put(Deal(title="Bí quyết sấy", signed_on="2024-05", value_vnd=2**53 + 1, parties=parties))
    registry.decide(a, b, "same", by="Lan", why="cùng mã số thuế")
    with registry.changeset(actor="Lan", reason="đính chính") as tx:
        tx.amend(deal, {"title": "Bí quyết sấy lúa"})
        tx.amend(c, {"place": "79"}, valid_from="2025-01-01")


def clock() -> "dt.datetime":
    return dt.datetime(2026, 1, 15, 3, tzinfo=dt.UTC)


@attrs.frozen
class Office:
    """The registry, and the folder of its publication as true on VALID."""

    registry: Registry
    folder: Path


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("publication")
    files = write_demo(folder / "demo", size=120, deals=200)
    with Registry.open(f"sqlite:///{folder / 'registry.db'}", clock=clock) as registry:
        for file in files:
            registry.import_file(file.path, file.kind, actor="demo")
        fill(registry)
        registry.publish(folder / "made", valid=VALID)
        yield Office(registry, folder / "made")
