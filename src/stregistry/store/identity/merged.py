"""A body made of several records: which value survives, and reads that show it under one id.

The rule for each field, first to last: the record a person pinned it to; a record somebody stated by
hand; one from an office's file; one from ROR, an open directory; then the one stated last; then the
lowest id. A missing value never hides one that is there. Lists (names, identifiers, …) are joined,
the surviving record's first.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs
from sqlalchemy import Connection, select

from stregistry.fields import fields_of
from stregistry.model import JUDGEMENTS, Organisation, Record
from stregistry.store.asof import as_of
from stregistry.store.identity.same import Same
from stregistry.store.read import Version
from stregistry.store.tables import Tables

_RANK: Final = {None: 0, "ror": 2}
_OFFICE: Final = 1


@attrs.frozen(kw_only=True)
class Merged:
    """One body from several records, under its canonical id.

    origins: for each field that has a value, the record it came from; for a list, one for each item.
    """

    version: Version
    origins: Mapping[str, tuple[int, ...]]


def merge(conn: Connection, tables: Tables, known: int | None, same: Same, versions: Sequence[Version]) -> list[Merged]:
    """One body for all versions of records that are the same, by canonical id; each record has one version at most."""
    ranked = ranked_by(conn, tables, known, same, versions)
    groups: dict[int, list[Version]] = defaultdict(list)
    for version in versions:
        groups[same.of(version.record.id or 0)].append(version)
    return [ranked.one(canonical, some) for canonical, some in sorted(groups.items())]


@attrs.frozen
class Ranked:
    """The rule of which value survives, with what it needs to know: whose each document is, and what was pinned."""

    sources: Mapping[int | None, str]
    pins: Mapping[int, Mapping[str, int]]
    same: Same

    def one(self, canonical: int, versions: Sequence[Version]) -> Merged:
        """One body from versions of its records, one of each at most."""
        order = sorted(
            versions, key=lambda v: (_RANK.get(self.sources.get(v.document), _OFFICE), -v.tx_from, v.record.id)
        )
        return _one(canonical, order, self.pins.get(canonical, {}), self.same)


def ranked_by(conn: Connection, tables: Tables, known: int | None, same: Same, versions: Sequence[Version]) -> Ranked:
    """The rule as it was known, for these versions."""
    return Ranked(_sources(conn, tables, {v.document for v in versions}), _pins(conn, tables, known, same), same)


def _one(canonical: int, ranked: Sequence[Version], pins: Mapping[str, int], same: Same) -> Merged:
    values: dict[str, Any] = {}
    origins: dict[str, tuple[int, ...]] = {}
    for info in fields_of(Organisation):
        # A stable sort: the pinned record first, the others as the rule ranks them.
        order = sorted(ranked, key=lambda v: v.record.id != pins.get(info.name))
        holders = [(v.record.id or 0, getattr(v.record, info.name)) for v in order]
        holders = [(number, value) for number, value in holders if value not in (None, ())]
        if not holders:
            continue
        if info.kind == "children":
            items: dict[Any, int] = {}
            for number, rows in holders:
                for item in rows:
                    items.setdefault(item, number)
            values[info.name], origins[info.name] = tuple(items), tuple(items.values())
        else:
            values[info.name], origins[info.name] = holders[0][1], (holders[0][0],)
    record = followed(Organisation(id=canonical, **values), same)
    base = next((v for v in ranked if v.record.id == canonical), ranked[0])
    span = {"valid_from": min(v.valid_from for v in ranked), "valid_to": max(v.valid_to for v in ranked)}
    return Merged(version=attrs.evolve(base, record=record, **span), origins=origins)


def followed(record: Record, same: Same) -> Record:
    """The record with every reference to an organisation led to its canonical id; decisions keep theirs."""
    if record.about.kind in JUDGEMENTS:
        return record
    changes: dict[str, Any] = {}
    for info in fields_of(type(record)):
        value = getattr(record, info.name)
        if info.kind == "ref" and info.target == "organisation" and value in same.canonical:
            changes[info.name] = same.of(value)
        elif info.kind == "children" and any(getattr(item, "body", None) in same.canonical for item in value):
            changes[info.name] = tuple(
                attrs.evolve(item, body=same.of(item.body)) if item.body in same.canonical else item for item in value
            )
    return attrs.evolve(record, **changes) if changes else record


def _sources(conn: Connection, tables: Tables, documents: set[int | None]) -> dict[int | None, str]:
    table = tables.document
    wanted = sorted(d for d in documents if d is not None)
    query = select(table.c.number, table.c.source_id).where(table.c.number.in_(wanted))
    found: dict[int | None, str] = {number: source or "" for number, source in conn.execute(query)} if wanted else {}
    return found


def _pins(conn: Connection, tables: Tables, known: int | None, same: Same) -> dict[int, dict[str, int]]:
    """For each merged body, the record each pinned field is taken from; the last pin counts."""
    source = as_of(tables.kinds["pin"], known)
    found: dict[int, dict[str, int]] = defaultdict(dict)
    query = select(source.c.organisation, source.c.field).order_by(source.c.tx_from, source.c.row)
    for body, field in conn.execute(query):
        found[same.of(body)][field] = body
    return found
