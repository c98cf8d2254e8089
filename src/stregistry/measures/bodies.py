"""Which bodies a count reads: merged ones under their surviving values, followed ones as what they became."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from stregistry.measures.offer import offer
from stregistry.measures.parts import BodyTest, Follow, Part, Test, Where
from stregistry.store.identity.same import Same, same_bodies
from stregistry.store.identity.states import BodyStates, body_states
from stregistry.store.lineage import Heir, successors

if TYPE_CHECKING:
    from stregistry.store.view import View


def bodies_of(view: "View", day: int, parts: Iterable[Part]) -> dict[Follow | None, BodyStates]:
    """The bodies as the parts read them, for each value of `follow` among their sources.

    day: the day up to which successions count. One small read where nobody decided anything.
    """
    wanted: dict[Follow | None, list[Part]] = {}
    for part in parts:
        wanted.setdefault(part.source.follow, []).append(part)
    if not wanted:
        return {}
    with view.reading() as conn:
        same = same_bodies(conn, view.tables, view.known)
    found = {}
    for follow, some in wanted.items():
        heirs = followed(view, day, same) if follow is not None else {}
        with view.reading() as conn:
            found[follow] = body_states(view, _columns(some), heirs, conn, same)
    return found


def surviving(view: "View", columns: Iterable[str], wheres: Iterable[Where] = ()) -> BodyStates:
    """The bodies with the values that survive where several records are one; none is followed to a successor.

    columns: of organisations. wheres: conditions, with the columns they need.
    """
    tests = [t for where in wheres for test in where if isinstance(test, BodyTest) for t in test.tests]
    names = dict.fromkeys(columns) | tested(tests)
    with view.reading() as conn:
        return body_states(view, names, {}, conn, same_bodies(conn, view.tables, view.known))


def followed(view: "View", day: int, same: Same | None) -> dict[int, int]:
    """Each body that one other has taken the place of by a day, with the last of its line.

    A body split among several is not there: whose its records would be is not known, so they stay its own.
    """
    lines = ((body, *last) for body, last in ended(view, day, same).items() if len(last) == 1)
    return {body: last for body, last in lines if isinstance(last, int)}


def ended(view: "View", day: int, same: Same | None) -> dict[int, tuple[Heir, ...]]:
    """Each body that others have taken the place of by a day, with those its line ends with: several after a split."""
    event, party = view.rows("succession"), view.child("succession", "parties")
    query = select(party.c.body).join(event, party.c.facts == event.c.facts).where(party.c.role == "predecessor")
    gone = {row[0] for row in view.execute(query.where(party.c.body.is_not(None)).distinct())}
    if same is not None:
        gone = same.spread(gone)
    return successors(view, gone, day)


def touched(part: Part) -> bool:
    """Whether a part looks at any body beside the record itself: for its place, a condition, or as a value."""
    offered = offer(part.source.kind)
    bodies = (*offered.refs, *offered.roles)
    return part.source.place in bodies or part.by in bodies or any(isinstance(test, BodyTest) for test in part.where)


def _columns(parts: Iterable[Part]) -> dict[str, None]:
    """The columns of organisations the parts read, in a fixed order."""
    found: dict[str, None] = {"place": None}
    for part in parts:
        tests = [t for test in part.where if isinstance(test, BodyTest) for t in test.tests]
        if part.source.kind == "organisation":
            names = (part.source.on, f"{part.source.on}_last", part.source.place, part.field, part.by)
            found |= dict.fromkeys(name for name in names if name)
            for end in offer("organisation").about.span[1]:
                found |= {end: None, f"{end}_last": None}
            tests += [test for test in part.where if not isinstance(test, BodyTest)]
        found |= tested(tests)
    return found


def tested(tests: Iterable[Test]) -> dict[str, None]:
    """The columns that tests on a record need."""
    return {name: None for t in tests for name in (t.field, *((f"{t.field}_last",) if t.kind == "date" else ()))}


def counted_as(by: str | None, kind: str, bodies: BodyStates) -> Mapping[Any, int]:
    """For a `by` that refers to a body: the id each record counts under, where it is another."""
    return bodies.ids if by is not None and by in offer(kind).refs else {}
