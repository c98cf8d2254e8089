"""What others corrected stays corrected: a source that goes on saying what it always said does not undo it.

A file states whole records, also where only one of their fields is new. A field whose present value
somebody else set (a person by hand, another source) is taken from the file only when the file says
something else of it than its source said before that correction.
"""

from collections.abc import Callable, Sequence
from typing import Any

import attrs

from stregistry.exchange.content import Content
from stregistry.store.batch import Children
from stregistry.store.layout import Row
from stregistry.store.origin import Told
from stregistry.store.read import Version

# A field as a function of a version's row and child rows: a column, or the child rows one column stands for.
Reading = Callable[[Row, Children], Any]
Stands = tuple[Row, Children]


def kept(
    fields: Sequence["SheetField"],
    said: Stands,
    stands: Stands,
    content: Stands,
    version: Version,
    told: Sequence[Told],
    source_id: str | None,
) -> Stands:
    """What is to stand over a version: `stands`, with the fields that others corrected as they are on record.

    said: what the source's file says. content: what the version holds. told: every version of the
    record ever stated, oldest first.
    """
    overlapping = [
        t for t in told if t.version.valid_from < version.valid_to and t.version.valid_to > version.valid_from
    ]
    for field in fields:
        if _is_corrected(field.read, said, overlapping, source_id):
            stands = field.take(*stands, *content)
    return stands


def _is_corrected(read: Reading, said: Stands, told: Sequence[Told], source_id: str | None) -> bool:
    """Whether the field's present value is somebody else's and the source says of it what it said before."""
    values = [read(*t.content) for t in told]
    here = next(i for i in reversed(range(len(told))) if told[i].current)
    first = here
    while first > 0 and values[first - 1] == values[here]:
        first -= 1
    if told[first].source_id == source_id:
        return False
    before = next((i for i in reversed(range(first)) if told[i].source_id == source_id), None)
    return before is not None and read(*said) == values[before]


@attrs.frozen
class SheetField:
    """One thing a file can say of a record: how it is read from a version, and taken over from another."""

    read: Reading
    take: Callable[[Row, Children, Row, Children], tuple[Row, Children]]


def fields_of_sheet(content: Content) -> list["SheetField"]:
    """Everything a sheet can say of a record: each field, and the child rows each of its columns stands for."""
    plan = content.layout
    found: list[SheetField] = []
    for column in plan.columns:
        own = tuple(plan.at[c.name] for c in plan.columns if c.field is column.field and c.part == column.part)
        if own[0] == plan.at[column.name]:  # the last day of a date goes with its first
            found.append(_column_field(own))
    for j, child in enumerate(plan.children):
        for fixed in content.said_of.get(child.name, ()):
            found.append(_child_field(j, [(child.at[k], v) for k, v in fixed.items()]))
    return found


def _column_field(positions: tuple[int, ...]) -> SheetField:
    def read(row: Row, _below: Children) -> Any:
        return tuple(row[p] for p in positions)

    def take(row: Row, below: Children, old_row: Row, _old: Children) -> tuple[Row, Children]:
        values = list(row)
        for p in positions:
            values[p] = old_row[p]
        return tuple(values), below

    return SheetField(read, take)


def _child_field(j: int, marks: list[tuple[int, Any]]) -> SheetField:
    def mine(item: Row) -> bool:
        return all(item[at] == value for at, value in marks)

    def read(_row: Row, below: Children) -> Any:
        return frozenset(item for item in below[j] if mine(item))

    def take(row: Row, below: Children, _old_row: Row, old: Children) -> tuple[Row, Children]:
        items = (*(i for i in old[j] if mine(i)), *(i for i in below[j] if not mine(i)))
        return row, (*below[:j], items, *below[j + 1 :])

    return SheetField(read, take)
