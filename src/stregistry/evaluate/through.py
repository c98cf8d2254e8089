"""Through which predecessor a record counts for the body that took its place."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select

from stregistry.measures import BodyTest, Part
from stregistry.measures.bodies import followed
from stregistry.measures.offer import offer
from stregistry.store.view import View
from stregistry.store.write import chunks


def through(view: View, day: int, part: Part, rows: Collection[int]) -> dict[int, str]:
    """For each row of the part's kind that counts through predecessors, those and what became of them by the day.

    As `Viện Lúa (#12) → Trường Đại học Mẫu (#40)`, several apart by "; ". Empty where the part follows none.
    """
    if part.source.follow is None or not rows:
        return {}
    heirs = followed(view, day, view.same_bodies())
    met = {row: bodies & heirs.keys() for row, bodies in _bodies(view, part, rows).items()}
    gone = {body for some in met.values() for body in some}
    names = view.names(sorted(gone | {heirs[body] for body in gone}))

    def told(body: int) -> str:
        return f"{names.get(body, '')} (#{body}) → {names.get(heirs[body], '')} (#{heirs[body]})"

    return {row: "; ".join(map(told, sorted(some))) for row, some in met.items() if some}


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
