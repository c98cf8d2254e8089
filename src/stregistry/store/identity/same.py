"""What was decided of pairs of organisations, and the bodies that follow from it."""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence

import attrs
from sqlalchemy import Connection, select

from stregistry.model import Decision
from stregistry.store.asof import as_of
from stregistry.store.read import load_versions
from stregistry.store.tables import Tables
from stregistry.store.write import chunks


@attrs.frozen(eq=False)
class Same:
    """The merged bodies. canonical: each record of one to its canonical id; members: the other way."""

    canonical: Mapping[int, int]
    members: Mapping[int, tuple[int, ...]]

    def of(self, record_id: int) -> int:
        """The canonical id; a record nobody merged is its own."""
        return self.canonical.get(record_id, record_id)

    def spread(self, ids: Iterable[int]) -> set[int]:
        """The ids with all records of their bodies."""
        return {m for i in ids for m in self.members.get(self.of(i), (i,))}


def decisions(conn: Connection, tables: Tables, known: int | None) -> list[tuple[Decision, int]]:
    """Every decision as known, with the changeset it was made in; one a pair, since deciding again replaces."""
    kind = tables.kinds["decision"]
    source = as_of(kind, known)
    found = load_versions(conn, kind, source, source.c.id.is_not(None))
    return [(v.record, v.tx_from) for v in found if isinstance(v.record, Decision)]


def same_bodies(conn: Connection, tables: Tables, known: int | None) -> Same | None:
    """The merged bodies as known; None when nothing was decided to be the same, which is one small read.

    The canonical id is the lowest one of the records not retracted: the longest known of them.
    """
    source = as_of(tables.kinds["decision"], known)
    pairs = conn.execute(select(source.c.one, source.c.two).where(source.c.verdict == "same")).all()
    if not pairs:
        return None
    near: dict[int, list[int]] = defaultdict(list)
    for one, two in pairs:
        near[one].append(two)
        near[two].append(one)
    bodies = as_of(tables.kinds["organisation"], known)
    held: set[int] = set()
    for some in chunks(sorted(near)):
        held.update(conn.scalars(select(bodies.c.id).where(bodies.c.id.in_(some))))
    canonical: dict[int, int] = {}
    members: dict[int, tuple[int, ...]] = {}
    for start in sorted(near):
        if start not in canonical:
            found = reached(near, start)
            first = min(found, key=lambda i: (i not in held, i))
            canonical |= dict.fromkeys(found, first)
            members[first] = tuple(sorted(found))
    return Same(canonical, members)


def reached(near: Mapping[int, Sequence[int]], start: int) -> dict[int, int | None]:
    """Every record that "same" leads to from one, breadth first, each with the record before it on the way."""
    before: dict[int, int | None] = {start: None}
    queue = deque([start])
    while queue:
        here = queue.popleft()
        for there in near.get(here, ()):
            if there not in before:
                before[there] = here
                queue.append(there)
    return before
