"""What a declared field takes, refuses and tells of itself."""

from decimal import Decimal
from typing import Any

import attrs
import pytest

from stregistry.dates import PartialDate
from stregistry.errors import DomainError, RecordError
from stregistry.fields import Money, check_codes, fields_of, minor_digits
from stregistry.model import (
    KINDS,
    Certificate,
    Deal,
    Identifier,
    Name,
    Observation,
    Organisation,
    Partnership,
    Party,
    Startup,
)
from stregistry.text import Text
from stregistry.vocab import vocabulary

# ---- money ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "currency", "minor", "shown"),
    [
        ("1250.50", "USD", 125050, "1250.50 USD"),
        ("1250.5", " usd ", 125050, "1250.50 USD"),
        (31_000_000, "VND", 31_000_000, "31000000 VND"),
        ("31000000.000", "VND", 31_000_000, "31000000 VND"),
        (Decimal("-0.07"), "EUR", -7, "-0.07 EUR"),
        ("1.5E3", "JPY", 1500, "1500 JPY"),
        ("0.001", "KWD", 1, "0.001 KWD"),
        (0, "USD", 0, "0.00 USD"),
        (2**63 - 1, "VND", 2**63 - 1, "9223372036854775807 VND"),
    ],
)
def test_money_is_a_whole_number_of_minor_units(amount: Any, currency: str, minor: int, shown: str) -> None:
    """Exactly, in the decimals of its currency."""
    money = Money.parse(amount, currency)
    assert (money.minor, money.currency, str(money)) == (minor, currency.strip().upper(), shown)


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        ("1.005", "USD", "too many decimals: USD has 2"),
        ("0.5", "VND", "too many decimals: VND has 0"),
        (0.1 + 0.2, "USD", "too many decimals"),
        ("abc", "VND", "is not a number"),
        ("", "VND", "is not a number"),
        ("NaN", "VND", "not a finite number"),
        ("Infinity", "VND", "not a finite number"),
        (None, "VND", "missing"),
        (2**63, "VND", "64 bits"),
        (10**17, "USD", "64 bits"),
        ("1", "đồng", "three-letter ISO 4217"),
        ("1", "US", "three-letter ISO 4217"),
        ("1", "", "three-letter ISO 4217"),
    ],
)
def test_money_that_cannot_be_exact_is_refused(amount: Any, currency: str, words: str) -> None:
    """Nothing is rounded, guessed or cut."""
    with pytest.raises(DomainError, match=words):
        Money.parse(amount, currency)


@pytest.mark.parametrize(("minor", "currency"), [(1.5, "VND"), (True, "VND"), (2**63, "VND"), (1, "vnd"), (1, "")])
def test_money_made_directly_is_checked_too(minor: Any, currency: str) -> None:
    """What reaches the database is whole, fits and names its currency."""
    with pytest.raises(DomainError):
        Money(minor, currency)


def test_currencies_have_their_own_decimals() -> None:
    """đồng and yen none, dinars three, others two."""
    assert [minor_digits(c) for c in ("VND", "JPY", "KWD", "USD", "EUR")] == [0, 0, 3, 2, 2]


# ---- values --------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["a\x00b", "a\ud800b", "\udfff"])
def test_text_no_database_can_keep_is_refused(value: str) -> None:
    """NUL and half a surrogate pair, in records and their children."""
    with pytest.raises(DomainError, match="NUL or a lone surrogate"):
        Deal(title=value)
    with pytest.raises(DomainError, match="NUL or a lone surrogate"):
        Name(value=value)


def test_text_is_tidied_and_blank_text_is_missing() -> None:
    """So that a cell of spaces says nothing."""
    assert Deal(title=" Ca\u0302\u0300n\u00a0 Thơ ").title == "Cần Thơ"
    assert Deal(title=" \u00a0\u200b").title is None


@pytest.mark.parametrize("value", [1, 1.5, True, b"a", ["a"]])
def test_text_must_be_text(value: Any) -> None:
    """A number from a spreadsheet is not quietly made text."""
    with pytest.raises(DomainError, match="is not text"):
        Deal(title=value)


@pytest.mark.parametrize("value", [1.0, "1", True, Decimal(1)])
def test_whole_numbers_must_be_whole_numbers(value: Any) -> None:
    """A float loses đồng above 2**53; True is no 1."""
    with pytest.raises(DomainError, match="is not a whole number"):
        Deal(value_vnd=value)


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1])
def test_whole_numbers_fit_the_database(value: int) -> None:
    """64 bits, and not one more."""
    assert Deal(value_vnd=value - 1 if value > 0 else value + 1).value_vnd
    with pytest.raises(DomainError, match="64 bits"):
        Deal(value_vnd=value)


@pytest.mark.parametrize(
    ("value", "number"),
    [("1282.30", "1282.3"), (1282, "1282"), (0.1, "0.1"), (Decimal("1E+3"), "1000"), ("-0.00", "0")],
)
def test_decimals_are_exact(value: Any, number: str) -> None:
    """A float counts as what it is written as."""
    assert Observation(series="a", period="2024", value=value).value == Decimal(number)


@pytest.mark.parametrize("value", ["1,5", "", "abc", "NaN", float("inf"), object()])
def test_what_is_no_number_is_refused(value: Any) -> None:
    """Also infinite ones."""
    with pytest.raises(DomainError, match=r"is not a (finite )?number"):
        Observation(series="a", period="2024", value=value)


@pytest.mark.parametrize("value", [1, 0, "true", "x"])
def test_flags_are_yes_or_no(value: Any) -> None:
    """Nothing else is taken for one."""
    assert Deal(state_funded=True).state_funded is True
    with pytest.raises(DomainError, match="must be True or False"):
        Deal(state_funded=value)


def test_amounts_must_be_money() -> None:
    """A bare number has no currency."""
    with pytest.raises(DomainError, match="must be Money"):
        Deal(value=100)


def test_dates_are_read() -> None:
    """As text or as dates; impossible ones are refused."""
    assert Deal(signed_on="05/2024").signed_on == PartialDate.parse("2024-05")
    with pytest.raises(DomainError, match="does not exist"):
        Deal(signed_on="31/02/2024")


@pytest.mark.parametrize(
    ("value", "codes"),
    [
        (None, ()),
        ("JP;VN", ("JP", "VN")),
        (["VN", "JP", "VN", " "], ("JP", "VN")),
        (["VN; JP"], ("JP", "VN")),
        (" VN ;", ("VN",)),
    ],
)
def test_several_codes_are_kept_once_each_in_order(value: Any, codes: tuple[str, ...]) -> None:
    """So that equal sets are equal content; the separator is never part of a code."""
    assert Partnership(partner_countries=value).partner_countries == codes


# ---- codes and required fields -------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "column", "near"),
    [
        (lambda: Deal(direction="domestik"), "direction", "domestic"),
        (lambda: Deal(object=["process", "know how"]), "object", "know_how"),
        (lambda: Deal(parties=[Party(role="transferer")]), "role", "transferor"),
        (lambda: Startup(organisation=1, certificate=Certificate(ended_by="revokd")), "ended_by", "revoked"),
        (lambda: Organisation(identifiers=[Identifier(scheme="mts", value="1")]), "scheme", "mst"),
        (lambda: Organisation(kind="zzz"), "kind", None),
    ],
)
def test_an_unknown_code_is_refused_with_the_nearest(make: Any, column: str, near: str | None) -> None:
    """In a field, a list, a child or a part; the codes there are stand in the message."""
    with pytest.raises(RecordError) as caught:
        make()
    (issue,) = caught.value.issues
    assert (issue.code, issue.column) == ("unknown_code", column)
    assert issue.value in issue.message.vi
    assert (near is None) == (issue.suggestion is None)
    assert near is None or (near in issue.suggestion.vi and near in issue.message.en)


def test_all_problems_are_told_at_once() -> None:
    """Not only the first."""
    with pytest.raises(RecordError) as caught:
        Deal(direction="x", status="y", parties=[Party(role="z")])
    assert [i.column for i in caught.value.issues] == ["direction", "status", "role"]


@pytest.mark.parametrize(
    ("make", "column"),
    [
        (Startup, "organisation"),
        (lambda: Observation(period="2024", value=1), "series"),
        (lambda: Organisation(names=[Name(value=" ")]), "value"),
    ],
)
def test_a_required_field_is_required(make: Any, column: str) -> None:
    """Also in a child, and when only spaces stand there."""
    with pytest.raises(RecordError) as caught:
        make()
    (issue,) = caught.value.issues
    assert (issue.code, issue.column) == ("required", column)


def test_codes_are_checked_where_they_stand() -> None:
    """A child alone is checked by its record."""
    (issue,) = check_codes(Party(role="x"))
    assert issue.column == "role"
    assert not list(check_codes(Party(role="lead")))


# ---- what is declared ----------------------------------------------------------------------

PARTS = {f.of for cls in KINDS.values() for f in fields_of(cls) if f.of is not None}
DECLARED = [(cls, f) for cls in (*KINDS.values(), *PARTS) for f in fields_of(cls)]


def test_every_field_says_what_it_is_in_both_languages() -> None:
    """A label each, a known sensitivity, and a vocabulary that can be read."""
    for cls, field in DECLARED:
        assert isinstance(field.label, Text), (cls, field.name)
        assert field.sensitivity in ("public", "internal", "personal")
        assert field.vocabulary is None or vocabulary(field.vocabulary).codes
        assert field.kind != "ref" or field.target in KINDS
        assert field.kind != "vnd" or field.unit == "VND"


def test_fields_stand_in_the_order_they_were_written() -> None:
    """As templates and tables show them; the id is not one of them."""
    assert [f.name for f in fields_of(Certificate)] == [a.name for a in attrs.fields(Certificate)]
    assert [f.name for f in fields_of(Deal)][:3] == ["title", "contract_number", "direction"]
    assert all(f.name != "id" for f in fields_of(Deal))


def test_personal_fields_are_marked_and_hidden() -> None:
    """People's names and addresses, which must be erasable, are in no repr."""
    assert {f.name for _, f in DECLARED if f.personal} == {"contact_name", "email", "phone", "person"}
    assert "Lan" not in repr(Party(role="lead", person="Lan"))
    assert "@" not in repr(Organisation(email="a@b.vn"))
