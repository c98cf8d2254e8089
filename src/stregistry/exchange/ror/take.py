"""ROR records into organisations. Being listed in ROR gives no role: it is no legal status."""

import hashlib
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import attrs

from stregistry.exchange.content import Content
from stregistry.exchange.importer import DryRun, ImportReport
from stregistry.exchange.issues import Problems, refused
from stregistry.exchange.quarantine import free_name, write_ror_quarantine
from stregistry.exchange.read import read_bytes
from stregistry.exchange.ror.age import without_older
from stregistry.exchange.ror.links import state_links
from stregistry.exchange.ror.records import RorRecord, read_ror, ror_of, ror_records
from stregistry.exchange.statements import Statements, digested, put, warn_differences
from stregistry.model import Organisation, Relation
from stregistry.store.changeset import Changeset
from stregistry.store.layout import layout
from stregistry.store.life import span_of
from stregistry.store.store import Store
from stregistry.store.write import Counts

# What ROR speaks of; anything else known of a body stays as it is.
_COLUMNS: Final = ("status", "place", "country", "ror_types", "founded_on", "founded_on_last", "website")
_SCHEMES: Final = ("ror", "grid", "isni", "wikidata", "fundref", "other")


def import_ror(
    store: Store,
    path: "Path | str",
    *,
    source_id: str = "ror",
    actor: str,
    reason: str | None = None,
    accept_valid: bool = False,
    dry_run: bool = False,
) -> ImportReport:
    """Takes in a ROR file: an array, one object, or one object a line.

    Links to predecessors and successors become events of succession (`exchange.ror.links`).
    Names keep their language, identifiers and ROR types are kept, the place is the province of the
    city; each contradiction between city and subdivision is a warning that says how it was settled.
    A body of another source is linked, not overwritten. A record older than what ROR said in an earlier
    file is left out with a warning (`exchange.ror.age`), so that releases lead to one state in any order.
    Raises RecordError when any record does not follow the schema, unless `accept_valid` takes the others and writes
    those to a quarantine file, one a line. A file taken in before changes nothing and tells those records again.
    """
    path = Path(path)
    problems = Problems(path.name)
    data = read_bytes(path, problems)
    sha256 = hashlib.sha256(data).hexdigest()
    raw = ror_records(data, problems)
    about = ImportReport(
        file=path.name, sha256=sha256, kind=Organisation.about.kind, rows=len(raw), workbook_of_errors=False
    )
    already = store.known_document(sha256, about.kind, source_id)
    if already is not None and store.rows_of_document(sha256, about.kind, source_id) >= len(raw):
        return attrs.evolve(about, unchanged=about.rows, already=already)
    found = [r for i, record in enumerate(raw) if (r := read_ror(i, record, problems)) is not None]
    found = _each_once(found, problems)
    if already is not None:
        again = attrs.evolve(about, already=already)
        return _told_again(store, again, raw, problems, source_id=source_id, actor=actor)
    if not raw:
        problems.whole("empty_file")
    if problems.refused or (problems.bad and not accept_valid):
        raise refused(problems)
    found = [record for record in found if record.index not in problems.bad]
    number, quarantine = None, None
    try:
        with store.changeset(actor=actor, reason=reason or f"import {path.name}") as tx:
            document = tx.document(name=path.name, sha256=sha256, kind=about.kind, source_id=source_id)
            before = tx.keys(Organisation.about.kind, source_id)
            mine = {ror: number for ror, (number, said) in before.items() if said is not None}
            current = without_older(tx, found, mine, path.name, problems)
            counts, ids = _state(tx, current, before, source_id, document, problems)
            linked = state_links(tx, current, ids, source_id, document, problems)
            if dry_run:
                raise DryRun
            if problems.bad:  # written before the commit: no record may be neither here nor there
                quarantine = free_name(path, "jsonl")
                write_ror_quarantine(quarantine, data, raw, problems)
        number = tx.number if tx.committed else None
    except DryRun:
        pass
    return attrs.evolve(
        about,
        taken=len(current),
        older=len(found) - len(current),
        new=counts.new,
        changed=counts.changed,
        unchanged=counts.unchanged,
        successions_new=linked.counts.new,
        successions_changed=linked.counts.changed,
        successions_retracted=linked.retracted,
        refused=len(problems.bad),
        quarantine=quarantine,
        quarantines=(quarantine,) if quarantine else (),
        issues=problems.issues(),
        changeset=number,
    )


def _told_again(
    store: Store, about: ImportReport, raw: Sequence[Any], problems: Problems, *, source_id: str, actor: str
) -> ImportReport:
    """What became of the records that were refused when this very file was taken in; nothing is written."""
    bad = sorted(problems.bad)
    keys = {i: ror for i in bad if (ror := ror_of(raw[i])) is not None}
    with store.changeset(actor=actor, reason=f"import {about.file}") as tx:
        known = tx.keys(about.kind, source_id, keys.values())
    return attrs.evolve(
        about,
        unchanged=about.rows - len(bad),
        refused=len(bad),
        not_on_record=tuple(problems.row_number(i) for i in bad if keys.get(i) not in known),
        issues=tuple(issue for issue in problems.issues() if issue.level == "error"),
    )


def _each_once(found: Sequence[RorRecord], problems: Problems) -> list[RorRecord]:
    """The records without exact repeats; one id with two contents is a problem of both."""
    first: dict[str, RorRecord] = {}
    for record in found:
        earlier = first.setdefault(record.ror, record)
        if earlier is record:
            continue
        here = problems.row_number(earlier.index)
        if earlier.body == record.body:
            problems.at(record.index, "duplicate_row", first=here)
            continue
        for row in (earlier.index, record.index):
            second = problems.row_number(record.index)
            problems.at(row, "doubled_id", value=record.ror, key=record.ror, first=here, second=second)
    return list(first.values())


def _state(
    tx: Changeset,
    found: Sequence[RorRecord],
    before: dict[str, tuple[int, bytes | None]],
    source_id: str,
    document: int,
    problems: Problems,
) -> tuple[Counts, dict[str, int]]:
    """States every body that is this source's own and new or changed; links the others. Also the id of each ROR id."""
    others = {r.identifier for record in found for r in record.body.relations if r.identifier}
    ids = tx.find_identifiers("ror", sorted({r.ror for r in found} | others))
    ids |= {r.ror: before[r.ror][0] for r in found if r.ror in before}
    mine = {number for number, said in before.values() if said is not None}
    fresh = [r.ror for r in found if r.ror not in ids]
    ids |= dict(zip(fresh, tx.new_ids(len(fresh)), strict=True))
    old = {ids[r.ror] for r in found} - {ids[ror] for ror in fresh}
    bodies = digested(tx, _statements([(r, ids[r.ror], r.body) for r in found]))
    marks = bodies.hashes
    own = [number not in old or number in mine for number in bodies.ids]
    unsaid = (0, None)
    news = [ours and before.get(r.ror, unsaid)[1] != m for r, ours, m in zip(found, own, marks, strict=True)]
    warn_differences(tx, bodies.only([not ours for ours in own]), problems)
    linked = [(r, ids[r.ror], _linked(r.body, ids)) for r, new in zip(found, news, strict=True) if new]
    counts = Counts(unchanged=len(found) - len(linked))
    # A place ROR could not tell may have been settled by hand: then ROR says nothing of it.
    by_place = sorted(linked, key=lambda some: some[2].place is None)
    for _, some in groupby(by_place, key=lambda one: one[2].place is None):
        counts += put(tx, _statements(list(some)), existing=old, document=document, lines=problems.lines)
    keys: list[tuple[str, int, bytes | None]] = [
        (r.ror, ids[r.ror], m) for r, m, new in zip(found, marks, news, strict=True) if new
    ]
    keys += [(r.ror, ids[r.ror], None) for r, ours in zip(found, own, strict=True) if not ours and r.ror not in before]
    tx.record_keys(Organisation.about.kind, source_id, keys)
    return counts, ids


def _statements(bodies: Sequence[tuple[RorRecord, int, Organisation]]) -> Statements:
    plan = layout(Organisation)
    placed = all(body.place is not None for _, _, body in bodies)
    spoken: dict[str, list[Any]] = {name: [] for name in _COLUMNS if placed or name != "place"}
    said_of: dict[str, list[Any]] = {
        "names": [{}],
        "identifiers": [{"scheme": s} for s in _SCHEMES],
        "relations": [{}],
    }
    encoded = [plan.encode(body) for _, _, body in bodies]
    return Statements(
        content=Content(layout=plan, columns=spoken, said_of=said_of),
        at=[record.index for record, _, _ in bodies],
        ids=[number for _, number, _ in bodies],
        rows=[row for row, _ in encoded],
        children=[below for _, below in encoded],
        spans=[span_of(body) for _, _, body in bodies],
        stated=[False] * len(bodies),
    )


def _linked(body: Organisation, ids: dict[str, int]) -> Organisation:
    """The body with its relations leading to the bodies that are in the registry."""
    relations: list[Relation] = [attrs.evolve(r, body=ids.get(r.identifier or "")) for r in body.relations]
    return attrs.evolve(body, relations=tuple(relations))
