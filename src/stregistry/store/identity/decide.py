"""Deciding about two organisations, and refusing what contradicts an earlier decision."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Sequence

from sqlalchemy import Connection, select

from stregistry.errors import ConflictError, DomainError, NotFoundError
from stregistry.fields import fields_of
from stregistry.model import Decision, Organisation, Pin, Record
from stregistry.store.identity.same import decisions, reached
from stregistry.store.read import find_kind, load_records
from stregistry.store.tables import Tables
from stregistry.text import Text

Edge = tuple[Decision, int]
_WORD = {"same": Text("là một với", "the same as"), "different": Text("khác", "different from")}


def decide(
    conn: Connection,
    tables: Tables,
    put: Callable[[Record], int],
    *,
    pair: tuple[int, int],
    verdict: str,
    by: str,
    why: str,
    on: dt.date,
) -> int:
    """States a decision on a pair and returns its id. See `Changeset.decide`."""
    for number in pair:
        _refuse_others(conn, tables, number)
    one, two = sorted(pair)
    if one == two:
        raise DomainError(
            Text(
                f"Cần hai hồ sơ tổ chức khác nhau, không phải {one} hai lần.",
                f"Two different organisations are needed, not {one} twice.",
            )
        )
    made = decisions(conn, tables, None)
    own = next((d for d, _ in made if (d.one, d.two) == (one, two)), None)
    if own is not None and (own.verdict, own.decided_by, own.why) == (verdict, by, why):
        return own.id or 0  # said before in the same words: nothing changes, whatever the day
    chain = _against(one, two, verdict, [edge for edge in made if edge[0] is not own])
    if chain:
        raise _conflict(one, two, chain)
    return put(
        Decision(id=own.id if own else None, one=one, two=two, verdict=verdict, decided_by=by, why=why, decided_on=on)
    )


def pin(
    conn: Connection,
    tables: Tables,
    put: Callable[[Record], int],
    *,
    body: int,
    field: str,
    by: str,
    why: str,
    on: dt.date,
) -> int:
    """States that a merged body takes a field from this record. See `Changeset.pin`."""
    _refuse_others(conn, tables, body)
    known = [info.name for info in fields_of(Organisation)]
    if field not in known:
        sentence = Text(f"Tổ chức không có trường '{field}'", f"An organisation has no field '{field}'")
        raise NotFoundError.unknown(sentence, field, known)
    table = tables.kinds["pin"].current
    old = conn.execute(select(table.c.id).where(table.c.organisation == body, table.c.field == field)).scalar()
    return put(Pin(id=old, organisation=body, field=field, decided_by=by, why=why, decided_on=on))


def _refuse_others(conn: Connection, tables: Tables, number: int) -> None:
    kind = find_kind(conn, tables, number)
    if kind != "organisation":
        # The body of a role is what the reader has in mind; its id is said, never taken for it.
        versions = load_records(conn, tables.kinds[kind], [number])
        body = getattr(versions[-1].record, "organisation", None) if versions else None
        raise DomainError(
            Text(
                f"Hồ sơ {number} thuộc loại '{kind}', không phải tổ chức"
                + (f"; tổ chức của hồ sơ này là {body}." if body else "."),
                f"Record {number} is of kind '{kind}', not an organisation"
                + (f"; its organisation is {body}." if body else "."),
            )
        )


def _against(one: int, two: int, verdict: str, made: Sequence[Edge]) -> list[Edge]:
    """The decisions that lead from one to two and contradict the verdict; none when nothing does."""
    near: dict[int, list[int]] = defaultdict(list)
    edges: dict[tuple[int, int], Edge] = {}
    for decision, tx in made:
        a, b = decision.one or 0, decision.two or 0
        edges[a, b] = edges[b, a] = (decision, tx)
        if decision.verdict == "same":
            near[a].append(b)
            near[b].append(a)
    from_one = reached(near, one)
    if verdict != "same":  # also for "unsure": the two would stay one body by way of the others
        return _path(from_one, two, edges) if two in from_one else []
    from_two = reached(near, two)
    if two in from_one:
        return []
    for decision, tx in made:
        if decision.verdict == "different":
            for a, b in ((decision.one or 0, decision.two or 0), (decision.two or 0, decision.one or 0)):
                if a in from_one and b in from_two:
                    return [*_path(from_one, a, edges), (decision, tx), *reversed(_path(from_two, b, edges))]
    return []


def _path(before: dict[int, int | None], end: int, edges: dict[tuple[int, int], Edge]) -> list[Edge]:
    found: list[Edge] = []
    here = end
    while (last := before[here]) is not None:
        found.append(edges[last, here])
        here = last
    return found[::-1]


def _conflict(one: int, two: int, chain: Sequence[Edge]) -> ConflictError:
    def told(lang: str) -> str:
        word = {"vi": "đợt", "en": "changeset"}[lang]
        return "; ".join(
            f"{d.one} {_WORD[d.verdict or ''][lang]} {d.two} ({word} {tx}, {d.decided_by}: {d.why})" for d, tx in chain
        )

    return ConflictError(
        Text(
            f"Kết luận về {one} và {two} trái với các quyết định trước: {told('vi')}. "
            "Hãy quyết định lại một trong các cặp này trước.",
            f"This verdict on {one} and {two} contradicts earlier decisions: {told('en')}. "
            "Decide one of those pairs again first.",
        ),
        chain=tuple((d.one, d.two, d.verdict, tx) for d, tx in chain),
    )
