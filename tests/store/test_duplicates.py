"""Which pairs of organisations are offered as one body, and why."""

import sys

import pytest

from stregistry import Registry
from stregistry.errors import StregistryError
from stregistry.model import Identifier, Name, Organisation


def body(name: str, place: str = "92", mst: str | None = None) -> Organisation:
    numbers = [Identifier(scheme="mst", value=mst)] if mst else []
    return Organisation(names=[Name(value=name, lang="vi")], place=place, identifiers=numbers)


@pytest.fixture
def registry():
    pytest.importorskip("rapidfuzz", reason="needs stregistry[matching]")
    made = Registry.open("sqlite://")
    with made.changeset(actor="a", reason="r") as tx:
        tx.put_many(
            [
                body("Công ty TNHH MTV Lúa Vàng Cửu Long", mst="0100112437"),  # 1
                body("LUA VANG CUU LONG CO., LTD."),  # 2: the core of 1
                body("Công ty CP Lúa Vàg Cửu Long"),  # 3: a letter is missing
                body("Công ty TNHH Lúa Vàng Cửu Long", place="79"),  # 4: elsewhere
                body("Hợp tác xã Gạo Sạch", mst="0100112437"),  # 5: the number of 1
                body("Chi nhánh Lúa Vàng Cửu Long", mst="0100112437-001"),  # 6: a branch of 1 (and 5)
                body("Trạm 1 Thới Lai"),  # 7
                body("Trạm 2 Thới Lai"),  # 8: another number
                body("Công ty TNHH Lúa Vàng Cửu Long", mst="0300588569"),  # 9: of another tax code than 1
            ]
        )
    with made:
        yield made


def test_candidates_come_with_score_and_reasons(registry):
    """Identifier above core name above likeness; another place, other digits, another tax code are no candidates."""
    found = {(c.one, c.two): c for c in registry.find_duplicates() if c.relation == "duplicate"}
    assert {(1, 2), (1, 3), (1, 5), (2, 3), (2, 9)} <= set(found)
    assert found[1, 5].score == 1.0
    assert found[1, 5].score > found[1, 2].score > found[1, 3].score
    assert "mst 0100112437" in found[1, 5].reasons[0].en
    assert "lua vang cuu long" in found[1, 2].reasons[0].vi
    assert not {p for p in found if 4 in p} | {p for p in found if p in ((7, 8), (1, 9))}


def test_a_branch_is_said_to_be_one(registry):
    """13 digits that begin with the body's ten: branch of, and no duplicate."""
    found = registry.find_duplicates()
    assert {(c.one, c.two) for c in found if c.relation == "branch_of"} & {(6, 1), (6, 5)}


def test_decided_pairs_do_not_come_back_and_unsure_ones_say_so(registry):
    """Different: gone; unsure: marked; same: one body, compared under its canonical id; earlier known time: as then."""
    registry.decide(1, 5, "different", by="Lan", why="hai tổ chức")
    registry.decide(1, 3, "unsure", by="Lan", why="chưa rõ")
    registry.decide(1, 2, "same", by="Lan", why="một tổ chức")
    found = {(c.one, c.two): c for c in registry.find_duplicates()}
    assert (1, 5) not in found
    assert found[1, 3].unsure
    assert not [p for p in found if 2 in p]
    assert (1, 5) in {(c.one, c.two) for c in registry.find_duplicates(known=1)}


def test_a_missing_rapidfuzz_is_said(registry, monkeypatch):
    """The message names the extra to install."""
    monkeypatch.setitem(sys.modules, "rapidfuzz", None)
    with pytest.raises(StregistryError, match="matching"):
        registry.find_duplicates()


def test_an_empty_registry_has_none():
    """Nothing to compare is no error."""
    pytest.importorskip("rapidfuzz", reason="needs stregistry[matching]")
    with Registry.open("sqlite://") as empty:
        assert empty.find_duplicates() == []


def test_different_ror_ids_speak_against_a_pair_until_one_is_withdrawn(registry):
    """ROR gives a body one id: two of them are two bodies, unless the one no longer holds."""
    ids = ("https://ror.org/001ydh096", "https://ror.org/010yce376")

    def school(ror: str, until: str | None = None, number: int | None = None) -> Organisation:
        code = Identifier(scheme="ror", value=ror, until=until)
        return Organisation(id=number, names=[Name(value="Đại học Huế", lang="vi")], place="46", identifiers=[code])

    with registry.changeset(actor="a", reason="r") as tx:
        one, two = (tx.put(school(ror)) for ror in ids)
    pairs = {(c.one, c.two): c for c in registry.find_duplicates(least=0.5)}
    assert pairs[one, two].score < 0.75
    assert "different ROR ids" in pairs[one, two].reasons[-1].en
    assert (one, two) not in {(c.one, c.two) for c in registry.find_duplicates()}
    with registry.changeset(actor="a", reason="r") as tx:
        tx.put(school(ids[1], "2025-02-01", two))
    assert (one, two) in {(c.one, c.two) for c in registry.find_duplicates(valid="2026-01-01")}
