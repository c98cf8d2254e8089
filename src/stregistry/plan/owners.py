"""Who owes a duty: the bodies of records, by name, and who has taken their place since."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final

import attrs
from sqlalchemy import select

from stregistry.framework import Obligation
from stregistry.measures.bodies import surviving
from stregistry.measures.offer import offer
from stregistry.places import place_map
from stregistry.plan.held import Held, owing_fields
from stregistry.store.lineage import Heir, successors
from stregistry.store.view import View
from stregistry.store.write import chunks
from stregistry.text import fold


@attrs.frozen(kw_only=True)
class Owner:
    """A body that owes something.

    successor: the name of who took its place, where it is no more. subject: the name of the body it is owed about,
    where that is another. ids: the body and who took its place.
    """

    id: int | None = None
    name: str | None = None
    successor: str | None = None
    subject: str | None = None
    ids: frozenset[int] = frozenset()


_VIET_NAM: Final = ("vn", "vietnam", "viet nam")
_Named = tuple[int | None, str | None]


class Owners:
    """The bodies behind records, as a view knows them, looked at on a day."""

    def __init__(self, view: View, at: dt.date) -> None:
        self.view, self.at = view, at
        self._own: dict[str, dict[int, int]] = {}
        self._records: dict[str, dict[int, list[int]]] = {}
        self._named: dict[str, int | None] = {}

    @cached_property
    def _same(self) -> dict[int, int]:
        same = self.view.same_bodies()
        return dict(same.canonical) if same is not None else {}

    def canonical(self, body: int) -> int:
        """The id the records of one body are read under."""
        return self._same.get(body, body)

    def own(self, kind: str, record: int) -> int | None:
        """The body a record refers to by its field `organisation`."""
        return self._owned(kind).get(record)

    def records_of(self, kind: str, body: int) -> Sequence[int]:
        """The records of a kind that refer to a body."""
        self._owned(kind)
        return self._records[kind].get(body, ())

    def _owned(self, kind: str) -> dict[int, int]:
        if kind not in self._own:
            found: dict[int, int] = {}
            if "organisation" in offer(kind).refs:
                source = self.view.rows(kind)
                for number, body in self.view.execute(select(source.c.id, source.c.organisation)):
                    if body is not None:
                        found[number] = self.canonical(body)
            records: dict[int, list[int]] = defaultdict(list)
            for number, body in found.items():
                records[body].append(number)
            self._own[kind], self._records[kind] = found, records
        return self._own[kind]

    def named(self, name: str) -> int | None:
        """The organisation of this name, with or without diacritics; None when there is not exactly one.

        One whose name goes on with a remark in brackets is meant where none has just the name; one that holds on
        the view's day comes before those that do not.
        """
        if name not in self._named:
            source, names = self.view.rows("organisation"), self.view.child("organisation", "names")
            query = select(source.c.id, self.view.holding(source), names.c.folded)
            query = query.join(names, names.c.facts == source.c.facts)
            folded = fold(name)
            rows = self.view.execute(query.where(names.c.folded.startswith(folded, autoescape=True)))
            whole = [(i, holds) for i, holds, found in rows if found == folded]
            remarked = [(i, holds) for i, holds, found in rows if found.startswith(f"{folded} (")]
            there = {self.canonical(i) for i, holds in whole or remarked if holds}
            there = there or {self.canonical(i) for i, _ in whole or remarked}
            self._named[name] = there.pop() if len(there) == 1 else None
        return self._named[name]

    def of(self, rule: Obligation, records: "Sequence[Held | None]") -> "list[Owner | None]":
        """The owner of each record under a rule; None where the rule's scope leaves the record out.

        Of the bodies a record names, the first that lies in the scope owes it, else the first of all, unless that one
        lies elsewhere: where nobody knows, it is no reason to leave a record out.
        """
        held = [record for record in records if record is not None]
        fields = owing_fields(rule)
        named: dict[int, list[_Named]] = defaultdict(list)
        if rule.of == "organisation" and not fields:
            named |= {record.id: [(record.id, None)] for record in held}
        for field in fields:
            for number, one in self._by_field(rule.of, field, held):
                named[number].append(one)
        bodies = {body for found in named.values() for body, _ in found if body is not None}
        lies = self._lies(rule, bodies)
        chosen: dict[int, _Named] = {}
        for number, found in named.items():
            inside = [one for one in found if one[0] is not None and lies[one[0]]]
            if inside or lies.get(found[0][0] or 0) is not False:
                chosen[number] = (inside or found)[0]
        fixed = self.named(rule.owed_by_name) if rule.owed_by_name is not None else None
        told = self.told({*(body for body, _ in chosen.values() if body is not None), *([fixed] if fixed else [])})
        owners: list[Owner | None] = []
        for record in records:
            body, name = chosen.get(record.id, (None, None)) if record else (None, None)
            if record is not None and record.id in named and record.id not in chosen:
                owners.append(None)
            elif rule.owed_by_name is None:
                owners.append(told[body] if body is not None else Owner(name=name))
            else:
                owner = told[fixed] if fixed is not None else Owner(name=rule.owed_by_name)
                owners.append(attrs.evolve(owner, subject=told[body].name if body is not None else name))
        return owners

    def _by_field(self, kind: str, field: str, records: "Sequence[Held]") -> "Iterator[tuple[int, _Named]]":
        """The bodies or written names that a field or party role gives."""
        if field in offer(kind).refs:
            known = {record.id: record.bodies[field] for record in records if field in record.bodies}
            yield from ((number, (body, None)) for number, body in known.items())
            return
        party = self.view.child(kind, "parties")
        query = select(party.c.facts, party.c.body, party.c.name).where(party.c.role == field)
        by_facts = {record.facts: record.id for record in records if record.facts is not None}
        for some in chunks(sorted(by_facts)):
            rows = self.view.execute(query.where(party.c.facts.in_(some)).order_by(party.c.facts, party.c.n))
            yield from ((by_facts[f], (body, name)) for f, body, name in rows if body is not None or name)

    def _lies(self, rule: Obligation, bodies: set[int]) -> dict[int, bool | None]:
        """Whether each body lies in the scope of a rule, on the day looked at or last before it; None: not known."""
        if rule.place is None or rule.map is None:
            return dict.fromkeys(bodies, True)
        the_map, at = place_map(rule.map), self.at.toordinal()
        unit = the_map.table.meant(rule.place, the_map.day)
        level = unit.level if unit else "province"
        source = surviving(self.view, ("place", "country")).states
        query = select(source.c.id, source.c.valid_from, source.c.valid_to, source.c.place, source.c.country)
        last: dict[int, tuple[bool, int, int, str | None, str | None]] = {}
        for some in chunks(sorted(bodies)):
            for number, start, end, code, country in self.view.execute(query.where(source.c.id.in_(some))):
                version = (start <= at, start, min(at, end - 1), code, country)
                last[number] = max(last.get(number, version), version, key=lambda v: v[:2])
        found: dict[int, bool | None] = dict.fromkeys(bodies)
        for number, (_, _, day, code, country) in last.items():
            where = the_map.resolve(code, day, level) if code else None
            units = (where.unit, *where.candidates) if where is not None else ()
            if any(units):
                found[number] = rule.place in units
            elif country is not None and fold(country) not in _VIET_NAM:
                found[number] = False
        return found

    def told(self, bodies: set[int]) -> dict[int, Owner]:
        """The name of each body, and of who took its place by the day looked at."""
        after = successors(self.view, bodies, self.at.toordinal())
        heirs = {body: {i for i in found if isinstance(i, int)} for body, found in after.items()}
        names = self.view.names(sorted(bodies.union(*heirs.values())))

        def called(one: Heir) -> str:
            return one if isinstance(one, str) else names.get(one, str(one))

        return {
            body: Owner(
                id=self.canonical(body),
                name=names.get(body),
                successor="; ".join(map(called, after[body])) if body in after else None,
                ids=frozenset({self.canonical(body), *heirs.get(body, ())}),
            )
            for body in bodies
        }
