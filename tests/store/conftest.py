"""Stores to test with: one in memory, one in a file, and one that holds a record of every kind."""

import datetime as dt
import itertools
import secrets
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from stregistry.fields import Money
from stregistry.model import (
    Asset,
    Certificate,
    Deal,
    Evidence,
    FundingRound,
    Identifier,
    Name,
    Observation,
    Organisation,
    Partnership,
    Party,
    Startup,
    STEnterprise,
    STOrganisation,
    Submission,
    SupportOrganisation,
    Task,
)
from stregistry.store import Store

FIRST = dt.datetime(2026, 1, 5, 2, tzinfo=dt.UTC)


def ticking() -> Callable[[], dt.datetime]:
    """A clock that moves on by one hour each time it is asked."""
    hours = itertools.count()
    return lambda: FIRST + dt.timedelta(hours=next(hours))


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    """An empty store, on each engine."""
    with Store.open(address, clock=ticking()) as opened:
        yield opened


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The address of a database file that is not there yet; a lock is waited for briefly."""
    return f"sqlite:///{tmp_path / 'registry.db'}?timeout=0.2"


@pytest.fixture
def filled(address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store with a record of every kind, a past, a document and keys, in five changesets; always the same bytes."""
    salts = itertools.count(1)
    monkeypatch.setattr(secrets, "token_bytes", lambda n: next(salts).to_bytes(n, "big"))
    with Store.open(address, clock=ticking()) as opened:
        fill(opened)
        yield opened


@pytest.fixture
def tamper(filled: Store) -> Callable[..., None]:
    """Changes the tables of `filled` as somebody with a database tool would; each statement must hit something."""

    def run(*statements: str) -> None:
        with filled.engine.begin() as conn:
            for statement in statements:
                assert conn.exec_driver_sql(statement).rowcount > 0, statement

    return run


def fill(store: Store) -> None:
    """States a record of every kind, then corrects, amends and retracts some."""
    proof = (Evidence(name="Quyết định 15.pdf", sha256="0" * 64),)
    paper = Certificate(number="01/KNST", issuer="Sở KH&CN", issued_on="2024-03-01", expires_on="2029-03-01")
    with store.changeset(actor="Nguyễn Thị Hoa", reason="nhập lần đầu") as tx:
        document = tx.document(name="to_chuc.xlsx", sheet="Danh sách", sha256="a" * 64, kind="organisation")
        assert document == 1
        body = tx.put(
            Organisation(
                names=[Name(value="Công ty Đồng Bằng", lang="vi"), Name(value="Delta Company", lang="en")],
                identifiers=[Identifier(scheme="mst", value="0100112437")],
                kind="enterprise",
                place="92",
                founded_on="2019",
                contact_name="Trần Văn Bình",
                email="binh@example.vn",
                evidence=proof,
            ),
            key="TC-1",
        )
        school = tx.put(Organisation(names=[Name(value="Đại học Cần Thơ")], kind="university"), key="TC-2")
        tx.put(Startup(organisation=body, certificate=paper, stage="seed", evidence=proof), key="KN-1")
    with store.changeset(actor="Lê Minh", reason="hồ sơ khác") as tx:
        tx.put(STOrganisation(organisation=school, form="higher_education"))
        tx.put(STEnterprise(organisation=body, product="cảm biến độ mặn"))
        tx.put(SupportOrganisation(organisation=school, kind="incubator"))
        parties = [Party(role="transferor", body=school), Party(role="transferee", person="Phạm Thị Lan")]
        deal = tx.put(
            Deal(
                title="Quy trình sấy",
                object=["process"],
                signed_on="2025-04",
                value=Money.parse("1250.50", "USD"),
                value_vnd=31_000_000,
                state_funded=True,
                parties=parties,
                evidence=proof,
            ),
            key="HD-1",
        )
        tx.put(Partnership(title="Mạng lưới", partner_countries=["JP", "KR"], signed_on="2025"))
        tx.put(FundingRound(stage="seed", value_vnd=5_000_000_000, parties=[Party(role="investee", body=body)]))
        tx.put(Asset(organisation=school, kind="patent", number="VN-1-0012345", granted_on="2023-05-06"))
        tx.put(Observation(series="population", place="92", period="2024", value=Decimal("1282.3")))
        task = tx.put(Task(title="Lập sàn giao dịch", responsible=school, due_on="2026-06-30"))
        tx.put(Submission(organisation=school, period="2025", received_on="2025-12-20"))
    with store.changeset(actor="Lê Minh", reason="đổi tên từ 2026") as tx:
        renamed = Organisation(id=body, names=[Name(value="Công ty Cửu Long", lang="vi")], kind="enterprise")
        tx.put(renamed, valid_from="2026-01-01")
    with store.changeset(actor="Lê Minh", reason="sửa giá trị") as tx:
        assert tx.amend(deal, {"value_vnd": 32_000_000})
    with store.changeset(actor="Lê Minh", reason="giao nhầm") as tx:
        assert tx.retract(task)
