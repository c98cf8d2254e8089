"""Snapshots kept in the registry and their approvals: rows that are only ever added, each in the chain of changesets.

The store keeps bytes under their sha256 and knows nothing of what a snapshot says; `snapshot.kept` does.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import attrs
import msgspec
from sqlalchemy import Connection, select

from stregistry.store.tables import Tables

# What enters a changeset's hash: kept (sha256 of the content, name, what it is about) and approved (sha256, "", "").
Line = tuple[str, str, str, str]

_encode = msgspec.json.Encoder().encode


def kept_hash(lines: Iterable[Line]) -> str:
    """What a changeset kept and approved, as it enters its hash beside the kinds'."""
    return hashlib.sha256(b"".join(_encode(line) + b"\n" for line in sorted(lines))).hexdigest()


def kept_hashes(conn: Connection, tables: Tables) -> dict[int, str]:
    """The hash of what each changeset kept and approved, from the tables."""
    found: dict[int, list[Line]] = defaultdict(list)
    kept, approval = tables.kept, tables.approval
    for number, sha256, name, about in conn.execute(select(kept.c.changeset, kept.c.sha256, kept.c.name, kept.c.about)):
        found[number].append(("kept", sha256, name, about))
    for number, sha256 in conn.execute(select(approval.c.changeset, approval.c.sha256)):
        found[number].append(("approved", sha256, "", ""))
    return {number: kept_hash(lines) for number, lines in found.items()}


@attrs.frozen(kw_only=True)
class KeptRow:
    """A kept snapshot without its bytes. about: JSON. kept, approved: changesets with actor, instant and reason."""

    sha256: str
    name: str
    about: str
    kept: Any
    approved: Any | None


def kept_rows(conn: Connection, tables: Tables) -> list[KeptRow]:
    """Every kept snapshot, in the order they were kept."""
    table, approval, changeset = tables.kept, tables.approval, tables.changeset
    columns = (changeset.c.number, changeset.c.instant, changeset.c.actor, changeset.c.reason)
    approvals = {
        row.sha256: row
        for row in conn.execute(
            select(approval.c.sha256, *columns).join(changeset, changeset.c.number == approval.c.changeset)
        )
    }
    query = select(table.c.sha256, table.c.name, table.c.about, *columns).join(
        changeset, changeset.c.number == table.c.changeset
    )
    return [
        KeptRow(sha256=row.sha256, name=row.name, about=row.about, kept=row, approved=approvals.get(row.sha256))
        for row in conn.execute(query.order_by(table.c.changeset, table.c.sha256))
    ]


def kept_bytes(conn: Connection, tables: Tables, sha256: str) -> bytes | None:
    """The bytes of a kept snapshot as they were handed in; None when there is none."""
    table = tables.kept
    return conn.execute(select(table.c.content).where(table.c.sha256 == sha256)).scalar()
