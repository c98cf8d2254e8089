"""The tables: for each kind a current table and a history table beside it, and those that keep the chain.

`row` is the key of a version and grows with the changeset. `facts` is the row that first stated
the content: child rows hang on it, and a remainder of a split interval shares it. Days and
changeset numbers are integers and never NULL.
"""

from collections.abc import Iterable
from typing import Any, Final

import attrs
from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
)
from sqlalchemy.types import TypeEngine

from stregistry.model import JUDGEMENTS, KINDS, Record
from stregistry.store.layout import Layout, layout

# SQLite's rowid is only an alias of the key when the type reads INTEGER.
_BIG: Final = BigInteger().with_variant(Integer(), "sqlite")

_SQL: Final[dict[str, TypeEngine[Any]]] = {
    "text": Text(),
    "int": Integer(),
    "bigint": _BIG,
    "small": SmallInteger(),
}


@attrs.frozen(kw_only=True, eq=False)
class KindTables:
    """The tables of one kind. `past` has the columns of `current` and `tx_to`."""

    layout: Layout
    current: Table
    past: Table
    children: dict[str, Table]


@attrs.frozen(kw_only=True, eq=False)
class Tables:
    """Every table of a registry, in one schema (None: the connection's own)."""

    metadata: MetaData
    kinds: dict[str, KindTables]
    head: Table
    changeset: Table
    document: Table
    record_key: Table
    salt: Table
    erasure: Table
    kept: Table
    approval: Table


def _version_columns(plan: Layout) -> list[Column[Any]]:
    valid = [Column("valid_from", Integer, nullable=False), Column("valid_to", Integer, nullable=False)]
    sealed: list[Column[Any]] = [Column("sealed", Text)] if plan.personal else []
    return [
        Column("row", _BIG, primary_key=True, autoincrement=False),
        Column("facts", _BIG, nullable=False),
        Column("id", _BIG, nullable=False),
        *(valid if plan.state else []),
        Column("tx_from", Integer, nullable=False),
        Column("document", Integer),
        Column("line", Integer),
        Column("digest", LargeBinary(32), nullable=False),
        *sealed,
        *(Column(c.name, _SQL[c.type]) for c in plan.columns),
    ]


def _kind_tables(metadata: MetaData, plan: Layout) -> KindTables:
    kind = plan.kind
    current = Table(kind, metadata, *_version_columns(plan))
    past = Table(f"{kind}_past", metadata, *_version_columns(plan), Column("tx_to", Integer, nullable=False))
    unique = [current.c.id, current.c.valid_from] if plan.state else [current.c.id]
    Index(f"uq_{kind}_id", *unique, unique=True)
    Index(f"ix_{kind}_past_id", past.c.id)
    Index(f"ix_{kind}_past_tx_to", past.c.tx_to)
    if "organisation" in current.c:
        Index(f"ix_{kind}_organisation", current.c.organisation)
    children = {}
    for child in plan.children:
        sealed: list[Column[Any]] = [Column("sealed", Text)] if any(c.personal for c in child.columns) else []
        table = Table(
            child.table,
            metadata,
            Column("facts", _BIG, primary_key=True, autoincrement=False),
            Column("n", Integer, primary_key=True, autoincrement=False),
            *sealed,
            *(Column(c.name, _SQL[c.type]) for c in child.columns),
            *(Column(name, _SQL[sort]) for name, sort in child.derived),
        )
        for name in ("body", "folded", "normalised"):
            if name in table.c:
                Index(f"ix_{child.table}_{name}", table.c[name])
        children[child.name] = table
    return KindTables(layout=plan, current=current, past=past, children=children)


def build_tables(
    schema: str | None = None, classes: Iterable[type[Record]] = (*KINDS.values(), *JUDGEMENTS.values())
) -> Tables:
    """The tables of a registry for the given record classes."""
    metadata = MetaData(schema=schema)
    kinds = {cls.about.kind: _kind_tables(metadata, layout(cls)) for cls in classes}
    return Tables(
        metadata=metadata,
        kinds=kinds,
        # One row. Changing it is the first statement of every changeset, which makes it the lock.
        head=Table(
            "head",
            metadata,
            Column("only", Integer, primary_key=True, autoincrement=False),
            Column("number", Integer, nullable=False),
            Column("next_row", _BIG, nullable=False),
            Column("next_id", _BIG, nullable=False),
            Column("next_document", Integer, nullable=False),
            Column("hash", Text, nullable=False),
            Column("instant", Text, nullable=False),
        ),
        changeset=Table(
            "changeset",
            metadata,
            Column("number", Integer, primary_key=True, autoincrement=False),
            Column("instant", Text, nullable=False),
            Column("actor", Text, nullable=False),
            Column("reason", Text, nullable=False),
            Column("opened", Integer, nullable=False),
            Column("closed", Integer, nullable=False),
            Column("hash", Text, nullable=False),
        ),
        document=Table(
            "document",
            metadata,
            Column("number", Integer, primary_key=True, autoincrement=False),
            Column("changeset", Integer, nullable=False),
            Column("name", Text, nullable=False),
            Column("sheet", Text),
            Column("sha256", Text, nullable=False),
            Column("kind", Text),
            Column("source_id", Text),
            # Named here: of itself SQLAlchemy would put the schema into the name.
            Index("ix_document_changeset", "changeset"),
            Index("ix_document_sha256", "sha256"),
        ),
        # Append-only: the owner's key of a record, and a hash of what that source last said of it.
        record_key=Table(
            "record_key",
            metadata,
            Column("kind", Text, primary_key=True),
            Column("source_id", Text, primary_key=True),
            Column("key", Text, primary_key=True),
            Column("tx_from", Integer, primary_key=True, autoincrement=False),
            Column("id", _BIG, nullable=False),
            Column("said", LargeBinary(32)),
            Index("ix_record_key_id", "id"),
        ),
        # Deleting a salt makes a sealed value unknowable while every digest stays what it was.
        salt=Table(
            "salt",
            metadata,
            Column("id", _BIG, primary_key=True, autoincrement=False),
            Column("field", Text, primary_key=True),
            Column("salt", LargeBinary(16), nullable=False),
        ),
        # Append-only: the personal fields of a record erased by a changeset, in the versions whose
        # content was first stated in a row below `before_row`.
        erasure=Table(
            "erasure",
            metadata,
            Column("changeset", Integer, primary_key=True, autoincrement=False),
            Column("id", _BIG, primary_key=True, autoincrement=False),
            Column("field", Text, primary_key=True),
            Column("kind", Text, nullable=False),
            Column("before_row", _BIG, nullable=False),
        ),
        # Append-only: snapshots, compressed, under the hash of their content; and who stands for them.
        kept=Table(
            "kept",
            metadata,
            Column("sha256", Text, primary_key=True),
            Column("changeset", Integer, nullable=False),
            Column("name", Text, nullable=False),
            Column("about", Text, nullable=False),
            Column("content", LargeBinary, nullable=False),
        ),
        approval=Table(
            "approval",
            metadata,
            Column("sha256", Text, primary_key=True),
            Column("changeset", Integer, nullable=False),
        ),
    )
