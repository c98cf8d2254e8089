"""What became of bodies: the events of succession that lead to a body and on from it."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import attrs
from sqlalchemy import select

from stregistry.model import Party, Succession
from stregistry.store.identity.same import Same
from stregistry.store.write import chunks

if TYPE_CHECKING:
    from stregistry.store.view import View

# A body by its id, or by its name where it is no record of the registry.
Heir = int | str


@attrs.frozen(kw_only=True)
class Step:
    """One event on the way to a body or on from it.

    direction: "before" where the body, or one before it, came from this event; "after" where it, or
    one after it, went into it. record: the event. predecessors, successors: (id, name) of each body;
    the id is None where the body is known by name only.
    """

    direction: str
    record: Succession
    predecessors: tuple[tuple[int | None, str], ...]
    successors: tuple[tuple[int | None, str], ...]


def lineage(view: "View", body: int) -> tuple[Step, ...]:
    """Every event that leads to the body or on from it, by date (undated ones last), as known to the view.

    A circle (a body renamed and renamed back) is walked once. Empty for a body with no events. Records decided to
    be the same are one body, by its canonical id.
    """
    same = view.same_bodies()
    before, _ = _walk(view, {body}, "successor", "predecessor", same)
    after, _ = _walk(view, {body}, "predecessor", "successor", same)
    directions = {**dict.fromkeys(after, "after"), **dict.fromkeys(before, "before")}
    versions = view.versions(Succession, list(directions)) if directions else []
    records = [version.record for version in versions if isinstance(version.record, Succession)]
    names = view.names([p.body for record in records for p in record.parties if p.body is not None])

    def told(record: Succession, role: str) -> tuple[tuple[int | None, str], ...]:
        return tuple((p.body, _name(p, names)) for p in record.parties if p.role == role)

    steps = [
        Step(
            direction=directions[record.id or 0],
            record=record,
            predecessors=told(record, "predecessor"),
            successors=told(record, "successor"),
        )
        for record in records
    ]
    return tuple(sorted(steps, key=_when))


def predecessors(view: "View", bodies: Iterable[int]) -> frozenset[int]:
    """Every body that went into one of these, however many events ago; without these themselves.

    Records decided to be the same are one body; each of them is named.
    """
    same, given = view.same_bodies(), set(bodies)
    given = given if same is None else same.spread(given)
    return frozenset(_walk(view, given, "successor", "predecessor", same)[1] - given)


def successors(view: "View", bodies: Iterable[int], day: int) -> dict[int, tuple[Heir, ...]]:
    """Who has taken the place of each body that is no more by a day: the last of its line, several after a split.

    One of several that is no record of the registry is told by its name. A body that goes on - renamed, absorbing
    another, parting with a piece - has none, nor has one whose events name no body of the registry. Events without
    a date count. Records decided to be the same are one body.
    """
    same = view.same_bodies()
    given = {body: body if same is None else same.of(body) for body in bodies}
    events, _ = _walk(view, set(given), "predecessor", "successor", same)
    after: dict[Heir, set[Heir]] = {}
    for version in view.versions(Succession, sorted(events)) if events else []:
        record = version.record
        assert isinstance(record, Succession)  # noqa: S101  # asked for by class
        if record.happened_on is not None and record.happened_on.first.toordinal() > day:
            continue
        there: set[Heir] = {
            p.body if p.body is not None else p.name or "?" for p in record.parties if p.role == "successor"
        }
        for party in record.parties:
            goes_on = party.body in there or record.event == "spun_off"
            if party.role == "predecessor" and party.body is not None and not goes_on:
                after.setdefault(party.body, set()).update(there)
    ends = {body: _last_of(canonical, after) for body, canonical in given.items()}
    known = {body: last for body, last in ends.items() if any(isinstance(one, int) for one in last)}
    return {body: last for body, last in known.items() if last != (given[body],)}


def _last_of(body: int, after: dict[Heir, set[Heir]]) -> tuple[Heir, ...]:
    """The bodies a line ends with, those of the registry first; a circle ends where it began."""
    seen: set[Heir] = {body}
    waiting: list[Heir] = [body]
    last: set[Heir] = set()
    while waiting:
        here = waiting.pop()
        if not after.get(here):
            last.add(here)
            continue
        waiting.extend(after[here] - seen)
        seen |= after[here]
    return tuple(sorted(last, key=lambda one: (isinstance(one, str), one)))


def _name(party: Party, names: dict[int, str]) -> str:
    return names.get(party.body or 0) or party.name or ""


def _when(step: Step) -> tuple[bool, int, int]:
    on = step.record.happened_on
    return on is None, on.first.toordinal() if on else 0, step.record.id or 0


def _walk(view: "View", bodies: set[int], here: str, there: str, same: Same | None) -> tuple[set[int], set[int]]:
    """The events met, and the records of bodies reached, going from one role to the other until nothing new comes."""
    events: set[int] = set()
    reached: set[int] = set()
    waiting = set(bodies)
    while waiting:
        waiting = (waiting if same is None else same.spread(waiting)) - reached
        reached |= waiting
        met = _events_of(view, sorted(waiting), here) - events
        events |= met
        waiting = _bodies_of(view, sorted(met), there)
    return events, reached


def _events_of(view: "View", bodies: Sequence[int], role: str) -> set[int]:
    source, party = view.rows("succession"), view.child("succession", "parties")
    query = select(source.c.id).join(party, party.c.facts == source.c.facts).where(party.c.role == role)
    return {row[0] for some in chunks(bodies) for row in view.execute(query.where(party.c.body.in_(some)))}


def _bodies_of(view: "View", events: Sequence[int], role: str) -> set[int]:
    source, party = view.rows("succession"), view.child("succession", "parties")
    query = select(party.c.body).join(source, party.c.facts == source.c.facts).where(party.c.role == role)
    query = query.where(party.c.body.is_not(None))
    return {row[0] for some in chunks(events) for row in view.execute(query.where(source.c.id.in_(some)))}
