"""The feed of changes and the difference between two known times."""

import itertools
import random
from typing import Any

import pytest
from tests.store import test_naive_model as naive

from stregistry.dates import FOREVER, day
from stregistry.errors import DomainError, NotFoundError
from stregistry.model import Asset, Evidence, Name, Organisation, Startup
from stregistry.store import Store
from stregistry.store.feed import Change


def told(change: Change) -> tuple[Any, ...]:
    return change.cursor, change.kind, change.what, change.fields


def test_the_feed_tells_what_every_changeset_did_in_order(filled: Store) -> None:
    """New records, a change from a day on, an amendment, a retraction: each once, with who, why and the fields."""
    found = list(filled.changes())
    assert [told(c) for c in found if c.changeset != 2] == [
        ("1.1", "organisation", "added", ()),
        ("1.2", "organisation", "added", ()),
        ("1.3", "startup", "added", ()),
        (
            *("3.1", "organisation", "revised"),
            ("place", "founded_on", "contact_name", "email", "names", "identifiers", "evidence"),
        ),
        ("4.1", "deal", "revised", ("value_vnd",)),
        ("5.1", "task", "retracted", ()),
    ]
    renamed = found[-3]
    assert (renamed.actor, renamed.reason) == ("Lê Minh", "đổi tên từ 2026")
    assert (renamed.valid_from, renamed.valid_to) == (day("2026-01-01"), FOREVER)
    assert isinstance(renamed.before, Organisation)
    assert renamed.after == filled.at("2026-02-01").get(renamed.id)
    assert renamed.before == filled.at("2025-12-31").get(renamed.id)
    deal = found[-2]
    assert (deal.valid_from, deal.before and deal.before.value_vnd) == (None, 31_000_000)  # type: ignore[attr-defined]
    assert found[-1].after is None


def test_the_feed_resumes_at_any_point(filled: Store) -> None:
    """Whatever the limit, going on at the last cursor gives every change once; a number means after all of it."""
    every = list(filled.changes())
    for limit in (1, 2, 5, 100):
        got: list[Change] = []
        while some := list(filled.changes(since=got[-1].cursor if got else 0, limit=limit)):
            got += some
        assert got == every
    assert list(filled.changes(since=3)) == [c for c in every if c.changeset > 3]
    assert list(filled.changes(since="3")) == list(filled.changes(since=3))
    assert list(filled.changes(since=filled.head()[0])) == []
    assert [c.changeset for c in filled.changes(since=2, known=4)] == [3, 4]


def test_only_one_valid_day_can_be_followed(filled: Store) -> None:
    """States are told where they hold on the day; events always."""
    assert [c.kind for c in filled.changes(since=2, valid="2025-06-01")] == ["deal", "task"]
    assert [c.kind for c in filled.changes(since=2, valid="2026-06-01")] == ["organisation", "deal", "task"]


@pytest.mark.parametrize("since", ["x", "-1", "1.x", "", "1.2.3", "²"])
def test_a_cursor_that_is_none_is_refused(filled: Store, since: str) -> None:
    """With an example of a right one."""
    with pytest.raises(DomainError, match=r"12\.40"):
        filled.changes(since=since)


def test_a_changeset_not_there_yet_is_refused(filled: Store) -> None:
    """A feed that runs ahead of the registry follows another registry."""
    with pytest.raises(NotFoundError, match="the latest is 5"):
        filled.changes(since=6)


def test_a_split_tells_only_the_days_that_changed(store: Store) -> None:
    """The remainders of a split keep their content and are no changes; overwritten neighbours are told apart."""
    with store.changeset(actor="m", reason="n") as tx:
        body = tx.put(Organisation(names=[Name(value="A")]), valid_from="2020-01-01", valid_to="2026-01-01")
    with store.changeset(actor="m", reason="n") as tx:
        tx.put(Organisation(id=body, names=[Name(value="B")]), valid_from="2022-01-01", valid_to="2023-01-01")
        tx.put(Organisation(id=body, names=[Name(value="C")]), valid_from="2025-01-01", valid_to="2027-01-01")
        tx.put(Organisation(id=body, names=[Name(value="B")]), valid_from="2023-01-01", valid_to="2023-06-01")
    days = [("2022-01-01", "2023-06-01"), ("2025-01-01", "2026-01-01"), ("2026-01-01", "2027-01-01")]
    found = list(store.changes(since=1))
    assert [(c.valid_from, c.valid_to) for c in found] == [(day(a), day(b)) for a, b in days]
    assert [c.what for c in found] == ["revised", "revised", "added"]


def test_what_one_changeset_did_and_undid_is_no_change(store: Store) -> None:
    """Nobody ever knew it."""
    with store.changeset(actor="m", reason="n") as tx:
        tx.put(Organisation(names=[Name(value="A")]))
        tx.retract(tx.put(Asset(title="x")))
    assert [c.kind for c in store.changes()] == ["organisation"]


def test_a_difference_is_by_kind_and_field_by_field(filled: Store) -> None:
    """From one known time to another: what was added, revised, retracted; changes in between do not show."""
    diff = filled.diff(1, 5)
    assert diff.counts()["deal"] == {"added": 1}
    assert "task" not in diff.counts(), "added and retracted in between"
    (deal,) = filled.diff(2, 4).of("deal")
    assert (deal.what, deal.fields) == ("revised", ("value_vnd",))
    (task,) = filled.diff(4).of("task", "retracted")
    assert task.after is None
    assert filled.diff(5).differences == ()
    assert filled.diff(2, 3, valid="2025-01-01").differences == ()
    with pytest.raises(DomainError, match="came before"):
        filled.diff(4, 2)


def replayed(changes: list[Any], known: dict[tuple[int, int], Any]) -> dict[tuple[int, int], Any]:
    """What is known after the changes, for each record and day."""
    now = dict(known)
    for c in changes:
        for offset in naive.DAYS:
            if c.valid_from is None or c.valid_from <= naive.BASE + offset < c.valid_to:
                assert now.get((c.id, offset)) == c.before, "the feed knows what stood before"
                now[c.id, offset] = c.after
                assert c.before != c.after
    return {key: record for key, record in now.items() if record is not None}


@pytest.mark.slow
def test_replaying_the_feed_and_the_differences_rebuilds_every_known_state() -> None:
    """On random programs: the feed from nothing, and a difference between any two changesets, lead to what is read."""
    pick = random.Random(11).randint  # noqa: S311
    for _ in range(40):
        with Store.open("sqlite://") as store:
            ids, known = naive.run(store, naive.make_program(pick))
            states = {
                n: {
                    (ids[slot], d): naive.attrs.evolve(r, id=ids[slot])
                    for slot, life in model.items()
                    for d, r in life.items()
                }
                for n, model in known.items()
            }
            state: dict[tuple[int, int], Any] = {}
            for n in sorted(states):
                state = replayed([c for c in store.changes() if c.changeset == n], state)
                assert state == states[n]
            for (a, earlier), (b, later) in itertools.combinations(sorted(states.items()), 2):
                assert replayed(list(store.diff(a, b).differences), earlier) == later


def test_long_feeds_are_read_in_blocks(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """More changesets and changes than are read at once come all the same, in order."""
    monkeypatch.setattr("stregistry.store.feed._BLOCK", 3)
    monkeypatch.setattr("stregistry.store.feed._PAGE", 2)
    with store.changeset(actor="m", reason="n") as tx:
        body = tx.put(Organisation(names=[Name(value="A")]))
    for n in range(10):
        with store.changeset(actor="m", reason="n") as tx:
            tx.put_many([Startup(organisation=body, product=f"{n}.{i}") for i in range(n)])
            tx.put(Asset(title=str(n), evidence=[Evidence(name="a")]))
    assert [c.cursor for c in store.changes()] == [
        "1.1",
        *(f"{n + 2}.{i + 1}" for n in range(10) for i in range(n + 1)),
    ]
