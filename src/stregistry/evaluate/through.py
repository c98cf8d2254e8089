"""Through which predecessor a record counts for the body that took its place, and which body was split instead."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from sqlalchemy import select

from stregistry.evaluate.table import SplitBody
from stregistry.measures import BodyTest, Part
from stregistry.measures.bodies import ended
from stregistry.measures.offer import offer
from stregistry.store.lineage import Heir
from stregistry.store.view import View
from stregistry.store.write import chunks


def through(view: View, day: int, part: Part, rows: Collection[int]) -> dict[int, str]:
    """For each row of the part's kind that counts through predecessors, those and what became of them by the day.

    As `Viện Lúa (#12) → Trường Đại học Mẫu (#40)`, several apart by "; ". A body that was split has all it went into
    after the arrow; its record counts for itself, since whose it would be is not known. Empty where the part follows
    none.
    """
    if part.source.follow is None or not rows:
        return {}
    heirs = ended(view, day, view.same_bodies())
    met = {row: bodies & heirs.keys() for row, bodies in _bodies(view, part, rows).items()}
    gone = {body for some in met.values() for body in some}
    names = view.names(sorted(gone.union(*(_records(heirs[body]) for body in gone))))

    def called(body: Heir) -> str:
        return body if isinstance(body, str) else f"{names.get(body, '')} (#{body})"

    def told(body: int) -> str:
        return f"{called(body)} → {', '.join(map(called, heirs[body]))}"

    return {row: "; ".join(map(told, sorted(some))) for row, some in met.items() if some}


def split_bodies(view: View, day: int, parts: Iterable[Part]) -> tuple[SplitBody, ...]:
    """The bodies that were split among several by the day, where any of the parts follows predecessors."""
    if all(part.source.follow is None for part in parts):
        return ()
    split = {body: last for body, last in ended(view, day, view.same_bodies()).items() if len(last) > 1}
    names = view.names(sorted(set(split).union(*map(_records, split.values()))))
    return tuple(
        SplitBody(
            body=body,
            name=names.get(body, ""),
            into=tuple((None, one) if isinstance(one, str) else (one, names.get(one, "")) for one in last),
        )
        for body, last in sorted(split.items())
    )


def _records(some: Iterable[Heir]) -> set[int]:
    return {one for one in some if isinstance(one, int)}


def _bodies(view: View, part: Part, rows: Collection[int]) -> dict[int, set[int]]:
    """The bodies of each row that the part looks at: those that tell its place, and those its conditions are on."""
    kind, table = part.source.kind, view.rows(part.source.kind)
    owners = {part.source.place, *(test.owner for test in part.where if isinstance(test, BodyTest))}
    roles, refs = sorted(owners.intersection(offer(kind).roles)), sorted(owners.intersection(offer(kind).refs))
    found: dict[int, set[int]] = defaultdict(set)
    queries = [select(table.c.row, table.c[ref]) for ref in refs]
    if roles:
        party = view.child(kind, "parties")
        queries.append(
            select(table.c.row, party.c.body)
            .join(party, party.c.facts == table.c.facts)
            .where(party.c.role.in_(roles), party.c.body.is_not(None))
        )
    for query in queries:
        for some in chunks(sorted(rows)):
            for row, body in view.execute(query.where(table.c.row.in_(some))):
                found[row].add(body)
    return found
