"""Statements about many records of one kind, in the form the store takes them."""

from collections.abc import Mapping, Sequence

import attrs

from stregistry.store.layout import Layout, Row
from stregistry.store.sweep import Piece

Children = tuple[tuple[Row, ...], ...]


@attrs.frozen(kw_only=True, eq=False)
class Batch:
    """What is stated: one row a statement, all sequences in parallel.

    ids: the record each statement is about.
    rows: values in the order of `layout.columns`, already normalised and checked.
    children: for each row its child rows, in the order of `layout.children`; None when no row has any.
    valid_from, valid_to: day numbers, half-open; None for events.
    whole: the statement tells the record's whole life, so what stood outside the interval is
    retracted; False states the interval and leaves the rest as it was.
    document, lines: the source document's number and the line of each row in it.
    digests: what `Changeset.said` gave for these very rows and children; None when it was not asked.
    standing: the current versions of every one of these records, by id; None when they have not been read.
    """

    layout: Layout
    ids: Sequence[int]
    rows: Sequence[Row]
    children: Sequence[Children] | None = None
    valid_from: Sequence[int] | None = None
    valid_to: Sequence[int] | None = None
    whole: bool = False
    document: int | None = None
    lines: Sequence[int | None] | None = None
    digests: Sequence[bytes] | None = None
    standing: Mapping[int, Sequence[Piece]] | None = None
