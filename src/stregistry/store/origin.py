"""Who stated each version of a record: a source through its documents, or somebody by hand."""

from collections import defaultdict
from collections.abc import Sequence

import attrs
from sqlalchemy import Connection, or_, select

from stregistry.store.batch import Children
from stregistry.store.layout import Row
from stregistry.store.read import Version, load_versions
from stregistry.store.tables import Tables
from stregistry.store.write import chunks


@attrs.frozen(kw_only=True)
class Told:
    """A version ever stated, with its content as rows. source_id: None when a person or program stated it."""

    version: Version
    content: tuple[Row, Children]
    source_id: str | None
    current: bool


def told_by_others(
    conn: Connection, tables: Tables, kind: str, ids: Sequence[int], source_id: str
) -> dict[int, list[Told]]:
    """Every version of those of the records that anybody but this source ever stated, by id, oldest first."""
    which, documents = tables.kinds[kind], tables.document
    own = select(documents.c.number).where(documents.c.source_id == source_id)
    touched: set[int] = set()
    for some in chunks(sorted(set(ids))):
        for table in (which.current, which.past):
            foreign = or_(table.c.document.is_(None), table.c.document.not_in(own))
            touched.update(conn.execute(select(table.c.id).where(table.c.id.in_(some), foreign)).scalars())
    if not touched:
        return {}
    sources = {row.number: row.source_id for row in conn.execute(select(documents.c.number, documents.c.source_id))}
    found: dict[int, list[Told]] = defaultdict(list)
    for some in chunks(sorted(touched)):
        for table in (which.current, which.past):
            for version in load_versions(conn, which, table, table.c.id.in_(some)):
                found[version.record.id or 0].append(
                    Told(
                        version=version,
                        content=which.layout.encode(version.record),
                        source_id=sources.get(version.document) if version.document is not None else None,
                        current=table is which.current,
                    )
                )
    return {number: sorted(told, key=lambda t: t.version.row) for number, told in found.items()}
