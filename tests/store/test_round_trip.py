"""Every kind of record, with any content it can hold: record, row, database, row, record."""

import datetime as dt
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.engines import named

from stregistry.dates import PartialDate
from stregistry.fields import Field, Money, fields_of
from stregistry.model import KINDS, Record
from stregistry.store import Store
from stregistry.store.layout import layout, show_decimal
from stregistry.text import tidy
from stregistry.vocab import vocabulary

days = st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31))
partial_dates = st.one_of(
    days.map(PartialDate.of),
    days.map(lambda d: PartialDate.parse(d.isoformat()[: 4 if d.day % 2 else 7])),
    st.tuples(days, days).map(lambda pair: PartialDate(min(pair), max(pair))),
)
texts = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30),
    st.sampled_from(["Trường Đại học Cần Thơ", "ĐỒNG BẰNG 100% 'x' \"y\" \\", ";", "NULL", "Ca\u0302\u0300n  Thơ"]),
)
integers = st.integers(-(2**63), 2**63 - 1)
currencies = st.sampled_from(["VND", "USD", "KWD", "JPY"])
decimals = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**18), max_value=10**18)


def values(info: Field) -> st.SearchStrategy[Any]:
    """Values of a field, None among them where it may be missing."""
    match info.kind:
        case "code":
            some: st.SearchStrategy[Any] = st.sampled_from(vocabulary(info.vocabulary or "").codes)
        case "codes" if info.vocabulary:
            return st.lists(st.sampled_from(vocabulary(info.vocabulary).codes), max_size=3)
        case "codes":
            return st.lists(texts, max_size=3)
        case "date":
            some = partial_dates
        case "integer" | "vnd" | "ref":
            some = integers
        case "decimal":
            some = decimals
        case "flag":
            some = st.booleans()
        case "money":
            some = st.builds(Money, integers, currencies)
        case "part":
            some = parts(info.of)
        case "children":
            return st.lists(parts(info.of), max_size=3)
        case _:
            some = texts.filter(tidy) if info.required else texts
    return some if info.required else st.none() | some


def parts(cls: Any) -> st.SearchStrategy[Any]:
    return st.builds(cls, **{f.name: values(f) for f in fields_of(cls)})


def normal(record: Record) -> Record:
    """The record as it must come back: a part in which nothing is said is no part."""
    empty = {
        f.name: None
        for f in fields_of(type(record))
        if f.kind == "part" and f.of is not None and getattr(record, f.name) == f.of()
    }
    return attrs.evolve(record, **empty)


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_comes_back_as_it_went_in(address: str, kind: str) -> None:
    """Through the layout alone, and through the database; putting it again changes nothing, the chain is valid."""
    few = {"sqlite": 20, "postgresql": 8}[named(address)]
    with Store.open(address) as store:

        @settings(max_examples=few, deadline=None, suppress_health_check=list(HealthCheck))
        @given(parts(KINDS[kind]))
        def check(record: Record) -> None:
            there_and_back(store, record)

        check()
        report = store.audit()
        assert report.versions
        assert report.ok


def there_and_back(store: Store, record: Record) -> None:
    plan = layout(type(record))
    row, children = plan.encode(record)
    assert plan.decode(row, children) == normal(record)
    spanless = {"valid_from": "2020-01-01"} if plan.state else {}
    with store.changeset(actor="a", reason="b") as tx:
        number = tx.put(record, **spanless)
    back = store.at("2020-01-01").get(number)
    assert back == attrs.evolve(normal(record), id=number)
    with store.changeset(actor="a", reason="b") as tx:
        tx.put(back, **spanless)
    assert not tx.committed


@given(decimals, st.integers(0, 12))
def test_a_number_is_written_in_one_way(value: Decimal, zeros: int) -> None:
    """However many zeros it came with, so that a repetition has the same digest; minus zero is zero."""
    written = show_decimal(value)
    padded = value.quantize(Decimal(1).scaleb(-zeros)) if abs(value) < 10**9 else value
    if padded == value:
        assert show_decimal(padded) == written
    assert Decimal(written) == value
    assert written == written.strip("+").upper().replace("E", "")
    assert show_decimal(-value) == "0" if not value else True


@given(integers.filter(bool), currencies)
def test_money_reads_what_it_writes(minor: int, currency: str) -> None:
    """In the decimals of its currency."""
    money = Money(minor, currency)
    amount, _, name = str(money).partition(" ")
    assert Money.parse(amount, name) == money
