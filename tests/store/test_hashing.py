"""The hash rule, recomputed independently and pinned by fixed values."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

import attrs
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from stregistry import fields
from stregistry.fields import Money
from stregistry.model import Deal, Evidence, Name, Organisation, Party, Record
from stregistry.store import Store
from stregistry.store.hashing import START, Sealer, chain, digests, seal
from stregistry.store.layout import layout

Tamper = Callable[..., None]


def digest_of(record: Record) -> bytes:
    plan = layout(type(record))
    row, children = plan.encode(record)
    return digests(plan, [row], [children])[0]


def sha256(content: Any) -> bytes:
    return hashlib.sha256(rfc8785.dumps(content)).digest()


DEAL = Deal(
    title='Quy trình sấy \u0001\u007f "lạnh" \\ 𝄞',
    object=["process", "know_how"],
    right=["licence"],
    signed_on="2025-04",
    value=Money.parse("1250.50", "USD"),
    value_vnd=-31_000_000,
    state_funded=False,
    parties=[
        Party(role="transferor", body=7),
        Party(role="transferee", name="Hợp tác xã Phong Điền", country="VN"),
    ],
    evidence=[Evidence(name="hợp đồng.pdf")],
)
DEAL_CONTENT = [
    "deal",
    {
        "title": 'Quy trình sấy \u0001\u007f "lạnh" \\ 𝄞',
        "object": ";know_how;process;",
        "right": ";licence;",
        "signed_on": 739342,
        "signed_on_last": 739371,
        "value_minor": 125050,
        "value_currency": "USD",
        "value_vnd": -31000000,
        "state_funded": 0,
    },
    {
        "parties": [
            {"role": "transferor", "body": 7},
            {"role": "transferee", "name": "Hợp tác xã Phong Điền", "country": "VN"},
        ],
        "evidence": [{"name": "hợp đồng.pdf"}],
    },
]


def test_a_digest_is_sha256_of_the_canonical_json_of_what_has_a_value() -> None:
    """Kind, fields and children as RFC 8785 JSON, made here by another library from a literal."""
    assert digest_of(DEAL) == sha256(DEAL_CONTENT)


def test_children_stand_in_the_order_of_their_names() -> None:
    """RFC 8785 sorts keys, also those of the child lists, whatever order the class declares them in."""
    body = Organisation(names=[Name(value="Cần Thơ")], evidence=[Evidence(name="a")])
    assert [c.name for c in layout(Organisation).children] != sorted(c.name for c in layout(Organisation).children)
    children = {"evidence": [{"name": "a"}], "names": [{"value": "Cần Thơ"}]}
    assert digest_of(body) == sha256(["organisation", {}, children])


def test_a_record_without_children_has_no_third_part() -> None:
    """Nothing stands where there is nothing, whether the child rows are given as none or as empty."""
    plan = layout(Deal)
    row, children = plan.encode(Deal(title="a"))
    assert digests(plan, [row], None) == digests(plan, [row], [children]) == [sha256(["deal", {"title": "a"}])]


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1))
def test_any_text_is_written_as_rfc_8785_writes_it(value: str) -> None:
    """Control characters, quotes, Vietnamese and letters beyond the basic plane."""
    tidied = Deal(title=value).title
    fields = {} if tidied is None else {"title": tidied}
    assert digest_of(Deal(title=value)) == sha256(["deal", fields])


@given(st.integers(-(2**63), 2**63 - 1))
def test_any_integer_is_written_in_full(value: int) -> None:
    """Also above 2**53, which RFC 8785 leaves to nobody and we need for đồng."""
    text = json.dumps(["deal", {"value_vnd": value}], separators=(",", ":"))
    assert digest_of(Deal(value_vnd=value)) == hashlib.sha256(text.encode()).digest()


def test_a_field_added_to_a_class_leaves_older_digests_alone() -> None:
    """A field without a value takes no part, wherever its name sorts."""

    @attrs.frozen(kw_only=True)
    class LaterDeal(Deal):
        about = Deal.about
        audience: str | None = fields.text("Đối tượng", "Audience")
        zone: str | None = fields.text("Khu", "Zone")

    values = attrs.asdict(DEAL, recurse=False)
    assert digest_of(LaterDeal(**values)) == digest_of(DEAL)
    assert digest_of(LaterDeal(**values, zone="a")) != digest_of(DEAL)


@pytest.mark.parametrize(
    "change",
    [
        {"title": "khác"},
        {"title": None},
        {"value_vnd": 31_000_001},
        {"state_funded": None},
        {"signed_on": "2025-04-01"},
        {"parties": DEAL.parties[::-1]},
        {"parties": DEAL.parties[:1]},
        {"evidence": ()},
        {"contract_number": DEAL.title, "title": None},
    ],
    ids=str,
)
def test_any_change_of_content_changes_the_digest(change: dict[str, Any]) -> None:
    """Values, their absence, their place, and the order of children."""
    assert digest_of(attrs.evolve(DEAL, **change)) != digest_of(DEAL)


# ---- fixed values: the rule can never change -----------------------------------------------


def test_digests_are_what_they_always_were() -> None:
    """Digests written down when the rule was fixed. If this fails, every existing registry fails its audit."""
    assert digest_of(DEAL).hex() == "ba2636922d95c40d779c10b3edd3175c02d66bf9a21c9e6a58d7eae5fa48f6bf"
    plan = layout(Organisation)
    row, children = plan.encode(Organisation(names=[Name(value="Cửu Long", lang="vi")], email="a@example.vn"))
    sealed = Sealer(plan, {(1, "email"): bytes(range(16))}).row(1, row)
    assert seal(bytes(range(16)), "a@example.vn") in sealed
    assert (
        digests(plan, [sealed], [children])[0].hex()
        == "12a0b434bca962bde38f3f38046f2ff11e34b57852cc0c5b718d3fd571766ca9"
    )


def test_the_chain_is_what_it_always_was(filled: Store) -> None:
    """The head after fixed statements, a fixed clock and fixed salts. If this fails, see above."""
    assert filled.head() == (5, "d79e8e398ac247cfea353f9e55094590b959f5d6e06ee16bc81a90ff87de248a")


def test_a_changeset_is_chained_by_its_canonical_header() -> None:
    """sha256 of the JSON of the hash before, the header and the kinds' hashes, keys sorted."""
    header = {"number": 1, "reason": "nhập lần đầu", "actor": "Hoa", "documents": []}
    body = '{"actor":"Hoa","documents":[],"number":1,"reason":"nhập lần đầu"}'
    text = f'["{START}",{body},{{"deal":"ab","startup":"cd"}}]'
    assert chain(START, header, {"startup": "cd", "deal": "ab"}) == hashlib.sha256(text.encode()).hexdigest()


# ---- personal values -----------------------------------------------------------------------


def test_personal_values_enter_digests_salted(filled: Store) -> None:
    """The same e-mail in two records has two seals, so that nobody can try out who has it."""
    with filled.changeset(actor="a", reason="b") as tx:
        for _ in range(2):
            tx.put(Organisation(names=[Name(value="Tổ hợp tác")], email="chung@example.vn"))
    rows = filled.at("2026-01-05").execute(
        filled.tables.kinds["organisation"]
        .current.select()
        .where(filled.tables.kinds["organisation"].current.c.email == "chung@example.vn")
    )
    assert len({r.sealed for r in rows}) == len({r.digest for r in rows}) == 2
    assert all("chung" not in r.sealed for r in rows)


def test_a_personal_value_taken_out_by_hand_leaves_the_digests_and_is_named(filled: Store, tamper: Tamper) -> None:
    """Value and salt deleted behind the registry's back: the digests hold, but no erasure says why they are gone."""
    head = filled.head()
    tamper(
        "UPDATE organisation SET email = NULL WHERE email IS NOT NULL",
        "UPDATE organisation_past SET email = NULL WHERE email IS NOT NULL",
        "DELETE FROM salt WHERE field = 'email'",
        "UPDATE deal_parties SET person = NULL WHERE person IS NOT NULL",
        "DELETE FROM salt WHERE field = 'parties.person'",
    )
    report = filled.audit()
    assert report.head == head
    assert len(report.problems) == 4, "one a version that holds a seal"
    assert all("does not match its seal" in p.en for p in report.problems)


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE organisation SET email = 'khac@example.vn' WHERE email IS NOT NULL",
        "UPDATE organisation SET email = NULL WHERE email IS NOT NULL",
        "UPDATE organisation SET phone = '0292' WHERE email IS NOT NULL",
        "DELETE FROM salt WHERE field = 'email'",
        "UPDATE salt SET salt = substr(salt, 2) WHERE field = 'contact_name'",
        "UPDATE organisation SET sealed = NULL WHERE sealed IS NOT NULL",
        "UPDATE deal_parties SET person = 'Người khác' WHERE person IS NOT NULL",
        "UPDATE deal_parties SET sealed = replace(sealed, 'a', 'b') WHERE sealed IS NOT NULL",
    ],
)
def test_a_tampered_personal_value_is_found(filled: Store, tamper: Tamper, tampering: str) -> None:
    """An altered value, a value taken away while its salt stays, a seal or salt that was touched."""
    tamper(tampering)
    assert not filled.audit().ok


def test_the_same_personal_value_stated_again_changes_nothing(filled: Store) -> None:
    """The record's salt is kept, so a repetition has the same digest."""
    record = filled.at("2025-01-01").get(1)
    with filled.changeset(actor="a", reason="b") as tx:
        tx.put(record, valid_from="2024-01-01", valid_to="2025-06-01")
    assert not tx.committed
