"""What a caller's own code says to a type checker: `mypy --strict` of the project reads this file, and it runs too.

A `type: ignore` that nothing needs is an error there, so each one is a mistake that a checker does find.
"""

import datetime as dt
from decimal import Decimal

import pytest

from stregistry import (
    Asset,
    Certificate,
    Deal,
    Evidence,
    FundingRound,
    Identifier,
    Name,
    NotFoundError,
    Observation,
    Organisation,
    Party,
    RecordError,
    Registry,
    Startup,
)


def test_constructors_take_what_they_convert() -> None:
    """Lists and generators for tuples, text and dates for partial dates, one code for several, numbers for decimals."""
    names = [Name(value="Công ty Ánh Dương", lang="vi")]
    firm = Organisation(
        id=1,
        names=names,
        identifiers=(Identifier(scheme=s, value=v, since="2020") for s, v in [("mst", "0301471348")]),
        ror_types="company",
        founded_on=dt.date(2020, 1, 5),
    )
    assert (firm.names, firm.ror_types, str(firm.founded_on)) == (tuple(names), ("company",), "2020-01-05")
    deal = Deal(signed_on="2024-05", value_vnd=2_500_000_000, parties=[Party(role="transferee", body=1)])
    assert deal.signed_on is not None
    assert deal.signed_on.first == dt.date(2024, 5, 1)
    figure = Observation(series="grdp", place="92", period="2024", value="1250.5", evidence=[Evidence(name="NGTK.pdf")])
    assert figure.value == Decimal("1250.5")
    assert Asset(granted_on="2024-02-01").granted_on is not None
    assert FundingRound(parties=[Party(role="investor", name="Quỹ A")]).parties[0].body is None


def test_a_checker_finds_what_would_be_refused() -> None:
    """A single name for a list of names, a part of another class, a required field left out."""
    with pytest.raises(Exception, match="list"):
        Organisation(names="Công ty Ánh Dương")  # type: ignore[arg-type]
    with pytest.raises(RecordError):
        Startup(organisation=1, certificate=Party(role="lead"))  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Deal(titel="Quy trình sấy")  # type: ignore[call-arg]
    Identifier(scheme="mst")  # type: ignore[call-arg]


def test_a_registry_is_used_as_the_readme_does() -> None:
    """Put, read under both times, count: every call has its types."""
    with Registry.open("sqlite://") as registry:
        with registry.changeset(actor="me", reason="first records") as tx:
            firm: int = tx.put(Organisation(names=[Name(value="Công ty Ánh Dương")], place="92"))
            role = tx.put(Startup(organisation=firm, certificate=Certificate(number="1/GCN", issued_on="2024-03-15")))
            tx.put_many([Deal(signed_on="2024-05-20", value_vnd=10, parties=[Party(role="transferee", body=firm)])])
        with registry.changeset(actor="me", reason="stage") as tx:
            tx.amend(role, {"stage": "seed"}, expect=1)
        view = registry.at(valid="2025-12-31", known=1)
        with pytest.raises(NotFoundError, match="'startup', not 'deal'"):
            view.get(role, Deal)
        assert view.get(role, Startup).stage is None
        assert registry.at(valid=dt.date(2025, 12, 31)).get(role, Startup).stage == "seed"
        found: list[tuple[int, str]] = view.search("anh duong")
        assert found == [(firm, "Công ty Ánh Dương")]
        cell = registry.indicators("ecosystem-core", "2024").cell("deals", "92", "2024")
        assert cell.value == 1
