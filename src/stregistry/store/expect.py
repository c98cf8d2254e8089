"""Which version of a record somebody has seen, and the refusal to write over one they have not.

A record's version is the number of the changeset that last changed it, by stating, amending or
retracting any part of its life: the largest changeset `history` names for it. 0: never put.
"""

import functools
from collections.abc import Iterable

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Connection,
    Integer,
    Select,
    and_,
    bindparam,
    func,
    select,
    union_all,
)

from stregistry.errors import ConflictError
from stregistry.model import Record
from stregistry.store.history import changesets
from stregistry.store.read import load_records, load_versions
from stregistry.store.tables import KindTables, Tables
from stregistry.text import Text


def version_of(conn: Connection, kinds: Iterable[KindTables], record_id: int, before: int) -> int:
    """The last changeset earlier than `before` that changed the record, of one of the kinds; 0 when none did."""
    return conn.scalar(_latest_in(tuple(kinds)), {"wanted": record_id, "before": before}) or 0


@functools.cache  # put together once: of all kinds that costs more than running it
def _latest_in(kinds: tuple[KindTables, ...]) -> Select[tuple[int | None]]:
    wanted: BindParameter[int] = bindparam("wanted", type_=BigInteger)
    before: BindParameter[int] = bindparam("before", type_=Integer)
    each = union_all(
        *(
            select(func.max(table.c[name]).label("number")).where(table.c.id == wanted, table.c[name] < before)
            for kind in kinds
            for table, name in ((kind.current, "tx_from"), (kind.past, "tx_from"), (kind.past, "tx_to"))
        )
    ).subquery()
    return select(func.max(each.c.number))


def refuse_unexpected(
    conn: Connection, tables: Tables, kind_name: str, record_id: int, expect: int, stated: Record | None, tx: int
) -> None:
    """Raises ConflictError, with both sides, when somebody changed the record since version `expect`.

    What the changeset `tx` itself did before does not count. The error's parts: `expected`, `found`
    (versions), `seen` (the record as known at `expected`), `stands` (as it is now), `stated` (what
    was to be put), each a tuple of records by valid time, and `actor`, `instant`, `reason` of the
    changeset `found`.
    """
    kind = tables.kinds[kind_name]
    found = version_of(conn, (kind,), record_id, tx)
    if found == expect:
        return
    about = changesets(conn, tables, {found}).get(found)
    current, past = kind.current, kind.past
    seen = load_versions(conn, kind, current, and_(current.c.id == record_id, current.c.tx_from <= expect))
    known_then = and_(past.c.id == record_id, past.c.tx_from <= expect, past.c.tx_to > expect)
    seen += load_versions(conn, kind, past, known_then)
    who_vi = f"{about.actor} sửa ở đợt {found} ({about.instant[:19]}Z, lý do: {about.reason})" if about else "chưa có"
    who_en = (
        f"{about.actor} changed it in changeset {found} ({about.instant[:19]}Z, because: {about.reason})"
        if about
        else "it was never put"
    )
    raise ConflictError(
        Text(
            f"Hồ sơ {record_id} không còn ở phiên bản {expect}: {who_vi}. Hãy đọc lại rồi sửa trên phiên bản {found}.",
            f"Record {record_id} is not at version {expect} any more: {who_en}. Read it again and start from {found}.",
        ),
        id=record_id,
        expected=expect,
        found=found,
        seen=tuple(v.record for v in sorted(seen, key=lambda v: v.valid_from)),
        stands=tuple(v.record for v in load_records(conn, kind, [record_id])),
        stated=stated,
        actor=about.actor if about else None,
        instant=about.instant if about else None,
        reason=about.reason if about else None,
    )
