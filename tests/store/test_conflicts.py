"""Two people at one record, records that others name, and words no database keeps."""

import datetime as dt
from typing import Any

import pytest

from stregistry.errors import ConflictError, DomainError, NotFoundError, RecordError
from stregistry.model import Asset, Certificate, Deal, Evidence, Name, Organisation, Party, Startup
from stregistry.store import Store


def body(store: Store, name: str = "A", **more: Any) -> int:
    with store.changeset(actor="Hoa", reason="mới") as tx:
        return tx.put(Organisation(names=[Name(value=name)]), **more)


def test_a_statement_on_an_old_version_is_refused_with_both_sides(store: Store) -> None:
    """What was seen, what stands, what was to be put, and who changed it, when and why."""
    number = body(store)
    seen = store.version(number)
    with store.changeset(actor="Bình", reason="đổi tên") as tx:
        tx.put(Organisation(id=number, names=[Name(value="B")]), expect=seen)
    mine = Organisation(id=number, names=[Name(value="C")])
    with pytest.raises(ConflictError, match=r"Bình changed it in changeset 2 .*đổi tên") as caught:  # noqa: SIM117
        with store.changeset(actor="Lan", reason="khác") as tx:
            tx.put(mine, expect=seen)
    parts = caught.value.parts
    assert (parts["expected"], parts["found"], parts["actor"]) == (1, 2, "Bình")
    assert dt.datetime.fromisoformat(parts["instant"]) < dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
    names = [tuple(r.name for r in parts[side]) for side in ("seen", "stands")]
    assert (names, parts["stated"]) == ([("A",), ("B",)], mine)
    assert "Bình sửa ở đợt 2" in caught.value.in_lang("vi")
    assert store.at().get(number).name == "B"  # type: ignore[attr-defined]


def test_without_a_version_every_statement_stands_in_history(store: Store) -> None:
    """Nobody is stopped and nothing is lost."""
    number = body(store)
    for name in "BC":
        with store.changeset(actor=name, reason="n") as tx:
            tx.put(Organisation(id=number, names=[Name(value=name)]))
    assert [e.record.name for e in store.history(number)] == ["A", "B", "C"]  # type: ignore[attr-defined]


def test_a_version_counts_every_change_and_none_of_ones_own(store: Store) -> None:
    """A retraction of part of a life is a change; what the changeset itself did before is not in its way."""
    number = body(store, key="K")
    assert (store.version(number), store.version(99)) == (1, 0)
    with store.changeset(actor="a", reason="b") as tx:
        assert tx.retract(number, valid_from="2020-01-01", valid_to="2021-01-01", expect=1)
        tx.put(Organisation(names=[Name(value="D")]), valid_from="2022-01-01", key="K", expect=1)
        tx.amend(number, {"place": "92"}, valid_from="2023-01-01", expect=1)
    assert store.version(number) == 2
    with store.changeset(actor="a", reason="b") as tx:
        tx.put(Organisation(names=[Name(value="new")]), key="K2", expect=0)
    with pytest.raises(ConflictError), store.changeset(actor="a", reason="b") as tx:
        tx.put(Organisation(names=[Name(value="new")]), key="K2", expect=0)
    with pytest.raises(ConflictError), store.changeset(actor="a", reason="b") as tx:
        tx.amend(number, {"place": "79"}, expect=1)
    with pytest.raises(ConflictError), store.changeset(actor="a", reason="b") as tx:
        tx.retract(number, expect=1)


def test_a_body_that_others_name_is_not_retracted_in_silence(store: Store) -> None:
    """Its roles, deals and assets are named, and stand; retracting them first, or saying so, lets it go."""
    number, other = body(store), body(store, "B")
    with store.changeset(actor="a", reason="b") as tx:
        role = tx.put(Startup(organisation=number))
        deal = tx.put(Deal(title="x", parties=[Party(role="transferor", body=number)]))
        asset = tx.put(Asset(title="y", organisation=number))
    with pytest.raises(ConflictError, match=r"startup \(organisation\)") as caught:  # noqa: SIM117
        with store.changeset(actor="a", reason="b") as tx:
            tx.retract(number)
    found = {(r.kind, r.field): r.ids for r in caught.value.parts["references"]}
    assert found == {
        ("startup", "organisation"): (role,),
        ("deal", "parties"): (deal,),
        ("asset", "organisation"): (asset,),
    }
    with store.changeset(actor="a", reason="b") as tx:
        assert tx.retract(number, valid_from="2024-01-01", valid_to="2025-01-01"), "part of its life may go"
        assert tx.retract(other), "nothing names it"
        tx.retract(role)
        tx.retract(asset)
        tx.amend(deal, {"parties": []})
        assert tx.retract(number)
    assert store.audit().ok


def test_references_may_be_kept_on_purpose(store: Store) -> None:
    """Then the role goes on to name a body that is no longer there."""
    number = body(store)
    with store.changeset(actor="a", reason="b") as tx:
        role = tx.put(Startup(organisation=number))
        assert tx.retract(number, keep_references=True)
    assert store.at().get(role).organisation == number  # type: ignore[attr-defined]
    with pytest.raises(NotFoundError):
        store.at().get(number)


def test_many_are_retracted_at_once(store: Store) -> None:
    """Over an interval each keeps the rest of its life; altogether those that name each other go together."""
    with store.changeset(actor="a", reason="b") as tx:
        names = [[Name(value=f"Viện {n}")] for n in range(3)]
        parent = tx.put(Organisation(names=names[0]), valid_from="2020-01-01")
        child = tx.put(Organisation(names=names[1], parent=parent), valid_from="2020-01-01")
        alone = tx.put(Organisation(names=names[2]), valid_from="2020-01-01", valid_to="2021-01-01")
    with store.changeset(actor="a", reason="b") as tx:
        span = {"valid_from": "2021-06-01", "valid_to": "2022-01-01"}
        assert tx.retract_many("organisation", [parent, child, alone, parent], **span) == 2
        assert (tx.counts.changed, tx.counts.closed, tx.counts.opened) == (2, 2, 4)
    for day, there in (("2021-05-31", 2), ("2021-06-01", 0), ("2022-01-01", 2), ("2020-05-01", 3)):
        assert len(store.at(day).records("organisation")) == there
    with store.changeset(actor="a", reason="b") as tx:
        with pytest.raises(NotFoundError):
            tx.retract_many("organisation", [alone, 99])
        with pytest.raises(DomainError):
            tx.retract_many("organisation", [alone], valid_from="2022-01-01", valid_to="2022-01-01")
        with pytest.raises(ConflictError, match=f"parent.: {child}"):
            tx.retract_many("organisation", [parent])
        assert tx.retract_many("organisation", []) == 0
    assert not tx.committed
    with store.changeset(actor="a", reason="b") as tx:
        assert tx.retract_many("organisation", [parent, child]) == 2
    assert [r.id for r in store.at("2020-05-01").records("organisation")] == [alone]
    assert store.audit().ok


@pytest.mark.parametrize("bad", ["a\ud800b", "a\x00b", 7])
def test_words_no_database_keeps_are_refused(store: Store, bad: Any) -> None:
    """Actor, reason, key, source, document and sheet: said which, and nothing is written."""
    record = Organisation(names=[Name(value="A")])
    with pytest.raises(DomainError, match="The actor"), store.changeset(actor=bad, reason="r"):
        pass
    with pytest.raises(DomainError, match="The reason"), store.changeset(actor="a", reason=bad):
        pass
    for words, what in (({"key": bad}, "The key"), ({"key": "k", "source_id": bad}, "source")):
        with pytest.raises(DomainError, match=what), store.changeset(actor="a", reason="r") as tx:
            tx.put(record, **words)
    for words in ({"name": bad}, {"name": "n", "sheet": bad}, {"name": "n", "source_id": bad}):
        with pytest.raises(DomainError, match="document"), store.changeset(actor="a", reason="r") as tx:
            tx.document(sha256="0", **words)
    assert store.head()[0] == 0


def test_children_and_parts_of_a_wrong_type_are_refused() -> None:
    """The field, the class it takes and the one it got."""
    for make, words in (
        (lambda: Organisation(names=["A"]), "takes Name, not str"),
        (lambda: Organisation(names=[Name(value="A"), Evidence(name="x")]), "takes Name, not Evidence"),
        (lambda: Startup(organisation=1, certificate="01"), "takes Certificate, not str"),
        (lambda: Deal(parties=[{"role": "broker"}]), "takes Party, not dict"),
        (lambda: Startup(organisation=1, certificate=Name(value="x")), "takes Certificate, not Name"),
    ):
        with pytest.raises(RecordError) as caught:
            make()
        assert words in caught.value.in_lang("en")
    for wrong in ("A", None, Name(value="A")):
        with pytest.raises(DomainError, match="must be a list"):
            Organisation(names=wrong)
    assert Startup(organisation=1, certificate=Certificate(number="1")).certificate is not None
