"""What was stated about a record over time: every version with its changeset, file and row."""

import attrs
from sqlalchemy import Connection, select

from stregistry.model import Record
from stregistry.store.read import Version, load_versions, no_record
from stregistry.store.tables import Tables


@attrs.frozen(kw_only=True)
class ChangesetInfo:
    """A committed changeset: number, instant (UTC, ISO 8601), who, why, how many versions it opened and closed."""

    number: int
    instant: str
    actor: str
    reason: str
    opened: int
    closed: int
    hash: str


@attrs.frozen(kw_only=True)
class HistoryEntry:
    """One version of a record.

    record: its content. valid_from, valid_to: day numbers. known_from: the changeset that stated
    it; known_to: the one that ended it (None: still known).
    document, sheet, sha256, line: the file it came from; None when a person or program stated it.
    """

    kind: str
    record: Record
    valid_from: int
    valid_to: int
    known_from: ChangesetInfo
    known_to: ChangesetInfo | None
    document: str | None
    sheet: str | None
    sha256: str | None
    line: int | None


def changesets(conn: Connection, tables: Tables, numbers: set[int] | None = None) -> dict[int, ChangesetInfo]:
    """Changesets by number; all of them without `numbers`."""
    query = select(tables.changeset).order_by(tables.changeset.c.number)
    if numbers is not None and len(numbers) <= 500:
        query = query.where(tables.changeset.c.number.in_(numbers))
    return {row["number"]: ChangesetInfo(**row) for row in conn.execute(query).mappings()}


def history(conn: Connection, tables: Tables, record_id: int) -> tuple[HistoryEntry, ...]:
    """Every version ever stated of a record, in order of changeset and time. Raises NotFoundError."""
    found: list[tuple[str, Version, int | None]] = []
    for name, kind in tables.kinds.items():
        found += [(name, v, None) for v in load_versions(conn, kind, kind.current, kind.current.c.id == record_id)]
        past = kind.past
        ends = dict(conn.execute(select(past.c.row, past.c.tx_to).where(past.c.id == record_id)).all())
        # A version opened and closed within one changeset was never known to anybody.
        found += [
            (name, v, ends[v.row])
            for v in load_versions(conn, kind, past, past.c.id == record_id)
            if ends[v.row] != v.tx_from
        ]
        if found:
            break
    if not found:
        raise no_record(record_id)
    numbers = {v.tx_from for _, v, _ in found} | {end for _, _, end in found if end}
    known = changesets(conn, tables, numbers)
    table = tables.document
    documents = {
        row.number: row
        for row in conn.execute(select(table).where(table.c.number.in_({v.document for _, v, _ in found} - {None})))
    }
    entries = []
    for name, v, end in sorted(found, key=lambda item: (item[1].tx_from, item[1].valid_from)):
        document = documents.get(v.document) if v.document else None
        entries.append(
            HistoryEntry(
                kind=name,
                record=v.record,
                valid_from=v.valid_from,
                valid_to=v.valid_to,
                known_from=known[v.tx_from],
                known_to=known[end] if end else None,
                document=document.name if document else None,
                sheet=document.sheet if document else None,
                sha256=document.sha256 if document else None,
                line=v.line,
            )
        )
    return tuple(entries)
