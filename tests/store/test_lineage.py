"""Succession of bodies: dated events, many to many, walked both ways, at every pair of times."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from stregistry.model import Name, Organisation, Party, Succession
from stregistry.store import Store
from stregistry.store.lineage import predecessors, successors


@pytest.fixture
def store(file_address: str) -> Iterator[Store]:
    with Store.open(file_address) as opened:
        yield opened


def bodies(store: Store, *names: str) -> list[int]:
    with store.changeset(actor="a", reason="b") as tx:
        return [tx.put(Organisation(names=[Name(value=name, lang="vi")])) for name in names]


def event(store: Store, event: str, on: str | None, before: list[int], after: list[int | str]) -> int:
    parties = [Party(role="predecessor", body=b) for b in before]
    parties += [
        Party(role="successor", name=a) if isinstance(a, str) else Party(role="successor", body=a) for a in after
    ]
    with store.changeset(actor="a", reason="b") as tx:
        return tx.put(Succession(event=event, happened_on=on, decision="12/QĐ", parties=parties))


def told(store: Store, body: int, known: int | None = None) -> list[tuple[Any, ...]]:
    found = []
    for step in store.at(known=known).lineage(body):
        before, after = ([name for _, name in side] for side in (step.predecessors, step.successors))
        found.append((step.direction, step.record.event, str(step.record.happened_on), before, after))
    return found


def test_a_merger_a_split_and_a_dissolution_are_walked_both_ways(store: Store) -> None:
    """A and B merged into C, which was split into D and E; D was dissolved. Each body sees its own way only."""
    a, b, c, d, e = bodies(store, "A", "B", "C", "D", "E")
    event(store, "split", "2020-05-01", [c], [d, e])
    event(store, "merged", "2015-01-01", [a, b], [c])
    event(store, "dissolved", "2022-01-01", [d], [])
    merged = ("merged", "2015-01-01", ["A", "B"], ["C"])
    split = ("split", "2020-05-01", ["C"], ["D", "E"])
    gone = ("dissolved", "2022-01-01", ["D"], [])
    assert told(store, a) == [("after", *merged), ("after", *split), ("after", *gone)]
    assert told(store, c) == [("before", *merged), ("after", *split), ("after", *gone)]
    assert told(store, e) == [("before", *merged), ("before", *split)]
    assert told(store, bodies(store, "F")[0]) == []
    view = store.at()
    assert predecessors(view, [e]) == {a, b, c}
    assert predecessors(view, [a]) == frozenset()


def test_each_event_is_told_as_it_was_known(store: Store) -> None:
    """A correction and a withdrawal of an event leave every earlier state as it was."""
    a, b = bodies(store, "A", "B")
    number = event(store, "merged", "2015-01-01", [a], [b])
    with store.changeset(actor="a", reason="it was an absorption") as tx:
        parties = [Party(role="predecessor", body=a), Party(role="successor", body=b)]
        tx.put(Succession(id=number, event="absorbed", happened_on="2015-02-01", parties=parties))
    with store.changeset(actor="a", reason="it never happened") as tx:
        tx.retract(number)
    assert told(store, a, 1) == []
    assert told(store, a, 2) == [("after", "merged", "2015-01-01", ["A"], ["B"])]
    assert told(store, a, 3) == [("after", "absorbed", "2015-02-01", ["A"], ["B"])]
    assert told(store, a) == []


def test_a_circle_is_walked_once_and_an_unknown_body_keeps_its_name(store: Store) -> None:
    """Renamed and renamed back does not go on for ever; a successor that is no record is told by name, undated last."""
    a, b = bodies(store, "A", "B")
    event(store, "spun_off", None, [b], ["Xưởng mới"])
    event(store, "renamed", "2015-01-01", [a], [b])
    event(store, "renamed", "2016-01-01", [b], [a])
    assert [row[1:] for row in told(store, a)] == [
        ("renamed", "2015-01-01", ["A"], ["B"]),
        ("renamed", "2016-01-01", ["B"], ["A"]),
        ("spun_off", "None", ["B"], ["Xưởng mới"]),
    ]


def test_records_of_one_body_have_one_lineage(store: Store) -> None:
    """What is told of either record is told of both, under the canonical id; undone with the decision."""
    a, b, again, c = bodies(store, "A", "B", "B again", "C")
    event(store, "renamed", "2015-01-01", [a], [b])
    event(store, "absorbed", "2020-01-01", [again], [c])
    with store.changeset(actor="a", reason="one body") as tx:
        tx.decide(b, again, "same", by="a", why="same tax code")
    expected = [("before", "renamed", "2015-01-01", ["A"], ["B"]), ("after", "absorbed", "2020-01-01", ["B"], ["C"])]
    assert told(store, b) == told(store, again) == expected
    assert predecessors(store.at(), [c]) == {a, b, again}
    with store.changeset(actor="a", reason="two after all") as tx:
        tx.decide(b, again, "different", by="a", why="another address")
    assert told(store, b) == expected[:1]
    assert predecessors(store.at(), [c]) == {again}


def test_who_took_the_place_of_a_body_that_is_no_more(store: Store) -> None:
    """The last of the line by a day, both after a split; a body that goes on, under its name or another, has none."""
    old, middle, new, one, two, parent = bodies(store, "Cũ", "Giữa", "Mới", "Một", "Hai", "Mẹ")
    event(store, "absorbed", "2024-03-01", [old], [middle])
    event(store, "merged", "2025-03-01", [middle, parent], [new])
    event(store, "split", "2025-05-01", [new], [one, two])
    event(store, "spun_off", "2024-01-01", [parent], [two])
    event(store, "renamed", "2024-06-01", [one], [one])
    view = store.at()

    def after(body: int, day: str) -> tuple[int, ...]:
        return successors(view, [body], dt.date.fromisoformat(day).toordinal()).get(body, ())

    assert [after(old, day) for day in ("2024-02-28", "2024-03-01", "2025-04-30")] == [(), (middle,), (new,)]
    assert set(after(old, "2025-05-01")) == {one, two}
    assert [after(parent, "2025-02-28"), after(one, "2025-06-01"), after(two, "2025-06-01")] == [(), (), ()]


def test_a_successor_that_is_no_record_makes_a_split_too(store: Store) -> None:
    """Told by its name beside the one that is a record; where none of them is, there is nobody to follow."""
    institute, kept, gone = bodies(store, "Viện", "Ở lại", "Khác")
    event(store, "split", "2025-05-01", [institute], [kept, "Ở nước ngoài"])
    event(store, "absorbed", "2025-05-01", [gone], ["Ở nước ngoài"])
    assert successors(store.at(), [institute, gone], dt.date(2025, 6, 1).toordinal()) == {
        institute: (kept, "Ở nước ngoài")
    }
