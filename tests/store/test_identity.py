"""Decisions about pairs of organisations, and reads that follow them."""

from collections.abc import Iterator

import pytest

from stregistry import Registry
from stregistry.errors import ConflictError, DomainError, NotFoundError
from stregistry.model import Certificate, Deal, Identifier, Name, Organisation, Party, Startup


@pytest.fixture
def registry(file_address: str) -> Iterator[Registry]:
    with Registry.open(file_address) as made:
        yield made


def put(registry: Registry, *records):
    with registry.changeset(actor="a", reason="r") as tx:
        return [tx.put(r) for r in records]


def body(name: str, **fields) -> Organisation:
    return Organisation(names=[Name(value=name, lang="vi")], **fields)


def pair(registry: Registry) -> tuple[int, int]:
    (a,) = put(registry, body("Công ty Lúa Vàng", place="92", website="a.vn"))
    (b,) = put(
        registry, body("CT TNHH Lúa Vàng", place="79", identifiers=[Identifier(scheme="mst", value="0100112437")])
    )
    return a, b


def same(registry: Registry, a: int, b: int, verdict: str = "same") -> int:
    return registry.decide(a, b, verdict, by="Lan", why="cùng MST")


def test_reads_follow_the_canonical_id_and_undoing_restores_both(registry):
    """Either id gives the one body, lists hold it once; deciding again gives back both as they were."""
    a, b = pair(registry)
    startup, deal = put(
        registry, Startup(organisation=b), Deal(parties=[Party(role="transferee", body=b)], signed_on="2024")
    )
    before = [registry.at().get(i) for i in (a, b)]
    same(registry, b, a)
    view = registry.at()
    assert view.get(a) == view.get(b)
    merged = view.get(b)
    assert merged.id == a
    assert (merged.place, merged.website) == ("79", "a.vn")  # the later statement; and what only one has
    assert view.origins(b)["place"] == (b,)
    assert view.origins(a)["website"] == (a,)
    assert view.get(startup).organisation == a
    assert view.get(deal).parties[0].body == a
    assert [o.id for o in view.records(Organisation)] == [a]
    frame = view.frame(Organisation)
    assert list(frame.index) == [a]
    assert (frame.loc[a, "place"], frame.loc[a, "mst"]) == ("79", "0100112437")
    assert frame.loc[a, "name_vi"] == merged.name == "CT TNHH Lúa Vàng"
    assert list(view.frame(Startup)["organisation"]) == [a]
    assert view.names([a, b]) == {a: merged.name, b: merged.name}
    assert {i for i, _ in view.search("lua vang")} == {a}
    same(registry, a, b, "different")
    assert [registry.at().get(i) for i in (a, b)] == before
    assert list(registry.at().frame(Organisation).index) == [a, b]
    assert registry.audit().ok


def test_known_time_sees_only_decisions_known_then(registry):
    """A view at an earlier changeset does not know a later decision, and still knows an undone one."""
    a, b = pair(registry)
    same(registry, a, b)
    merged_at, _ = registry.head()
    same(registry, a, b, "unsure")
    assert len(registry.at(known=merged_at - 1).records(Organisation)) == 2
    assert len(registry.at(known=merged_at).records(Organisation)) == 1
    assert len(registry.at().records(Organisation)) == 2


def test_a_conflicting_decision_is_refused_with_the_chain(registry):
    """A same B, B same C, then A different C: refused, and both decisions are named."""
    a, b, c, d = put(registry, *(body(n) for n in "ABCD"))
    same(registry, a, b)
    same(registry, b, c)
    for verdict in ("different", "unsure"):
        with pytest.raises(ConflictError, match="same as") as caught:
            same(registry, a, c, verdict)
        assert [link[:2] for link in caught.value.parts["chain"]] == [(a, b), (b, c)]
    same(registry, a, d, "different")
    with pytest.raises(ConflictError) as caught:
        same(registry, d, c)
    assert [link[:3] for link in caught.value.parts["chain"]] == [(b, c, "same"), (a, b, "same"), (a, d, "different")]
    same(registry, b, c, "different")
    same(registry, d, c)  # nothing in its way now


def test_a_pin_chooses_the_value_and_an_identifier_lists_once(registry):
    """A pinned field comes from the pinned record, whatever the rule says; equal identifiers are one."""
    a, b = pair(registry)
    same(registry, a, b)
    registry.pin(a, "place", by="Lan", why="đúng địa bàn")
    assert registry.at().get(b).place == "92"
    assert len(registry.at().get(b).identifiers) == 1
    with pytest.raises(NotFoundError, match="place"):
        registry.pin(a, "plase", by="Lan", why="")


def test_what_cannot_be_decided_is_refused(registry):
    """One record twice, an unknown record, a record of another kind (its body is named), an unknown verdict."""
    a, b = pair(registry)
    (role,) = put(registry, Startup(organisation=b))
    with pytest.raises(DomainError):
        same(registry, a, a)
    with pytest.raises(NotFoundError):
        same(registry, a, 999)
    with pytest.raises(DomainError, match=f"organisation is {b}"):
        same(registry, a, role)
    with pytest.raises(DomainError):
        registry.import_file("x.csv", "decision", actor="a")
    head = registry.head()
    same(registry, a, b)
    again = registry.head()
    assert again != head
    same(registry, b, a)
    assert registry.head() == again  # the same words again: no changeset


def test_a_merged_body_is_counted_once_and_explained_so(registry):
    """Bodies and roles of a merged body count once, explain lists what was counted, undoing counts both again."""
    a, b = (put(registry, body(n, place="92", founded_on="2010-01-01"))[0] for n in ("Lúa Vàng", "Lua Vang"))
    put(registry, *(Startup(organisation=i, certificate=Certificate(issued_on="2020-01-01")) for i in (a, b)))

    def counted(**times):
        table = registry.indicators("ecosystem-core", "2024", "vn-2024", **times)
        explained = registry.explain("ecosystem-core", "startups", "92", "2024", places="vn-2024", **times)
        assert table.cell("startups", "92", table.periods[0]).value == len(explained.records)
        return len(explained.records)

    assert counted() == 2
    before, _ = registry.head()
    same(registry, a, b)
    assert counted() == 1
    assert counted(known=before) == 2
    same(registry, a, b, "different")
    assert counted() == 2
