"""What was known at a changeset, as something a select can read from like a plain table."""

from sqlalchemy import FromClause, literal, select, union_all

from stregistry.store.tables import KindTables


def as_of(tables: KindTables, known: int | None) -> FromClause:
    """The versions known after changeset `known`; None means now, and reads the current table alone.

    The result has the columns of the current table. A version is known from `tx_from` up to, not
    including, `tx_to`.
    """
    current, past = tables.current, tables.past
    if known is None:
        return current
    return union_all(
        select(*current.c).where(current.c.tx_from <= literal(known)),
        select(*(past.c[c.name] for c in current.c)).where(
            past.c.tx_from <= literal(known), past.c.tx_to > literal(known)
        ),
    ).subquery(f"{tables.layout.kind}_known")
