"""ROR's predecessor and successor links as events of succession.

ROR names two bodies and neither day nor form, so every link is an event of its own, undated, `succeeded`; that several
belong to one merger would be a guess. The evidence says which ROR record stated it and when that was last changed.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from stregistry.exchange.content import Content
from stregistry.exchange.issues import Problems
from stregistry.exchange.ror.records import RorRecord
from stregistry.exchange.statements import Statements, digested, put
from stregistry.model import Evidence, Organisation, Party, Succession
from stregistry.store.changeset import Changeset
from stregistry.store.layout import layout
from stregistry.store.write import Counts
from stregistry.vocab import vocabulary

_KIND: Final = Succession.about.kind
_ROLES: Final = ("predecessor", "successor")
# All ROR speaks of. The form, day and document of an event on record come from elsewhere, and stay.
_SPOKEN: Final[dict[str, list[Mapping[str, Any]]]] = {"parties": [{}]}


@attrs.frozen(kw_only=True)
class Link:
    """A body and the one that followed it, by ROR id; `names` has the one's and the other's where a record says it."""

    predecessor: str
    successor: str
    names: tuple[str | None, str | None]
    by: RorRecord

    @property
    def key(self) -> str:
        return f"{self.predecessor}>{self.successor}"

    @property
    def ends(self) -> tuple[tuple[str, str, str | None], ...]:
        """Role, ROR id and name of each end."""
        return tuple(zip(_ROLES, (self.predecessor, self.successor), self.names, strict=True))


def links_of(found: Sequence[RorRecord]) -> dict[str, Link]:
    """Every link that the records state, by key; a link that both ends state is one."""
    links: dict[str, Link] = {}
    for record in found:
        for relation in record.body.relations:
            if relation.kind not in _ROLES or not relation.identifier:
                continue
            other, own = (relation.identifier, relation.name), (record.ror, record.body.name or None)
            before, after = (other, own) if relation.kind == "predecessor" else (own, other)
            link = Link(predecessor=before[0], successor=after[0], names=(before[1], after[1]), by=record)
            links.setdefault(link.key, link)
    return links


@attrs.frozen(kw_only=True)
class Linked:
    """What became of the events: put as new or changed, or taken back because ROR no longer says so."""

    counts: Counts = attrs.field(factory=Counts)
    retracted: int = 0


def state_links(
    tx: Changeset,
    found: Sequence[RorRecord],
    ids: Mapping[str, int],
    source_id: str,
    document: int,
    problems: Problems,
) -> Linked:
    """States the links of the records as events, and takes back those that no record states any more.

    ids: the registry's id of each ROR id it knows. An end that is not there is kept by its name with a warning, and
    is led to its body when a later file brings it. What people corrected of an event (its day, its form) stays.
    """
    links, before = links_of(found), tx.keys(_KIND, source_id)
    for link in links.values():
        _warn_unknown(link, ids, problems)
    here = {record.ror for record in found}
    silent = [key for key in before if key not in links and here.intersection(key.split(">"))]
    retracted = _take_back(tx, silent, before, here, source_id)
    waiting = [key for key in silent if key not in retracted and before[key][1] is not None]
    known = {key for key, (_, said) in before.items() if said is not None}
    stated = [*_stated(links.values(), ids, known), *_resolved(tx, waiting, before, ids, found)]
    counts = _put(tx, stated, before, source_id, document, problems)
    return Linked(counts=counts, retracted=len(retracted))


def _stated(
    links: Iterable[Link], ids: Mapping[str, int], known: Collection[str]
) -> Iterator[tuple[str, int, Succession]]:
    """The links as events; one on record keeps the evidence of the record that told of it first."""
    for link in links:
        parties = tuple(_party(role, ror, name, ids) for role, ror, name in link.ends)
        evidence = () if link.key in known else (_evidence(link.by),)
        yield link.key, link.by.index, Succession(event="succeeded", parties=parties, evidence=evidence)


def _party(role: str, ror: str, name: str | None, ids: Mapping[str, int]) -> Party:
    if ror in ids:
        return Party(role=role, body=ids[ror])
    return Party(role=role, name=name or f"https://ror.org/{ror}")


def _evidence(record: RorRecord) -> Evidence:
    when = f" ({record.modified})" if record.modified else ""
    return Evidence(name=f"ROR {record.ror}{when}", address=f"https://ror.org/{record.ror}")


def _warn_unknown(link: Link, ids: Mapping[str, int], problems: Problems) -> None:
    for role, ror, name in link.ends:
        if ror not in ids:
            said = vocabulary("party_role").term(role).label
            problems.at(link.by.index, "ror_unlinked", value=ror, role=said, name=name or ror, ror=link.by.ror)


def _resolved(
    tx: Changeset,
    keys: Sequence[str],
    before: Mapping[str, tuple[int, bytes | None]],
    ids: Mapping[str, int],
    found: Sequence[RorRecord],
) -> Iterator[tuple[str, int, Succession]]:
    """Events on record of which an end, known by name so far, is a body of this file."""
    at = {record.ror: record.index for record in found}
    events = tx.records(_KIND, [before[key][0] for key in keys])
    for key in keys:
        event = events.get(before[key][0])
        if not isinstance(event, Succession):
            continue
        ends = dict(zip(_ROLES, key.split(">"), strict=True))
        parties = tuple(
            Party(role=p.role, body=ids[ends[p.role]]) if p.body is None and ends.get(p.role) in ids else p
            for p in event.parties
        )
        if parties != event.parties:
            index = next(at[ror] for ror in ends.values() if ror in at)
            yield key, index, Succession(event=event.event or "succeeded", parties=parties)


def _take_back(
    tx: Changeset,
    silent: Sequence[str],
    before: Mapping[str, tuple[int, bytes | None]],
    here: set[str],
    source_id: str,
) -> set[str]:
    """The events retracted: neither end states them now, and nobody else ever had a hand in them.

    The end that is not in the file may state it still; its relations on record tell.
    """
    others = {ror for key in silent for ror in key.split(">")} - here
    theirs = tx.keys(Organisation.about.kind, source_id, others)
    stands = tx.records(Organisation.about.kind, [number for number, _ in theirs.values()])
    candidates: dict[str, int] = {}
    for key in silent:
        number, said = before[key]
        absent = [ror for ror in key.split(">") if ror in others]
        if said is not None and not any(
            _still_says(stands.get(theirs[ror][0]), ror, key) for ror in absent if ror in theirs
        ):
            candidates[key] = number
    corrected = tx.told_by_others(_KIND, sorted(candidates.values()), source_id)
    gone = {key: number for key, number in candidates.items() if number not in corrected}
    for number in gone.values():
        tx.retract(number)
    tx.record_keys(_KIND, source_id, [(key, number, None) for key, number in gone.items()])
    return set(gone)


def _still_says(body: Any, ror: str, key: str) -> bool:
    before, after = key.split(">")
    wanted = ("successor", after) if ror == before else ("predecessor", before)
    return body is not None and any((r.kind, r.identifier) == wanted for r in body.relations)


def _put(
    tx: Changeset,
    stated: Sequence[tuple[str, int, Succession]],
    before: Mapping[str, tuple[int, bytes | None]],
    source_id: str,
    document: int,
    problems: Problems,
) -> Counts:
    fresh = [key for key, _, _ in stated if key not in before]
    ids = {key: number for key, (number, _) in before.items()} | dict(zip(fresh, tx.new_ids(len(fresh)), strict=True))
    all_of = digested(tx, _statements([(ids[key], index, event) for key, index, event in stated]))
    marks = dict(zip((key for key, _, _ in stated), all_of.hashes, strict=True))
    new = [one for one in stated if before.get(one[0], (0, None))[1] != marks[one[0]]]
    counts = Counts(unchanged=len(stated) - len(new))
    old = {ids[key] for key, _, _ in new if key in before}
    statements = _statements([(ids[key], index, event) for key, index, event in new])
    counts += put(tx, statements, existing=old, document=document, lines=problems.lines)
    tx.record_keys(_KIND, source_id, [(key, ids[key], marks[key]) for key, _, _ in new])
    return counts


def _statements(events: Sequence[tuple[int, int, Succession]]) -> Statements:
    plan = layout(Succession)
    encoded = [plan.encode(event) for _, _, event in events]
    return Statements(
        content=Content(layout=plan, said_of=_SPOKEN),
        at=[index for _, index, _ in events],
        ids=[number for number, _, _ in events],
        rows=[row for row, _ in encoded],
        children=[below for _, below in encoded],
        spans=None,
        stated=[False] * len(events),
    )
