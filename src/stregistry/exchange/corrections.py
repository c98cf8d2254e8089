"""What others corrected stays corrected: a source that goes on saying what it always said does not undo it.

A file states whole records, also where only one of their fields is new. A field whose present value
somebody else set (a person by hand, another source) is taken from the file only when the file says
something else of it than its source said before that correction.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import attrs

from stregistry.store.batch import Children
from stregistry.store.changeset import Changeset
from stregistry.store.layout import Layout, Row
from stregistry.store.life import span_of
from stregistry.store.origin import Told

if TYPE_CHECKING:
    from stregistry.exchange.statements import Statements

# A field as a function of a version's row and child rows: a column, or the child rows one column stands for.
Reading = Callable[[Row, Children], Any]


def keep_corrections(tx: Changeset, statements: "Statements", existing: set[int], source_id: str) -> "Statements":
    """The statements with corrected fields put back, and cut where the record's own versions change.

    Statements with an interval of their own are left as they are: they say themselves from when they hold.
    """
    plan = statements.layout
    asked = [i for i, stated in zip(statements.ids, statements.stated, strict=True) if i in existing and not stated]
    touched = tx.told_by_others(plan.kind, asked, source_id) if asked else {}
    if not touched:
        return statements
    readings = _readings(statements)
    at: list[int] = []
    ids: list[int] = []
    rows: list[Row] = []
    children: list[Children] = []
    spans: list[tuple[int, int]] = []
    stated: list[bool] = []
    for n, record in enumerate(statements.ids):
        said = (statements.rows[n], statements.children[n])
        span = statements.spans[n] if statements.spans is not None else (0, 0)
        made = [(*said, *span)]
        if record in touched and not statements.stated[n]:
            made = _restated(plan, readings, said, span, touched[record], source_id)
        for row, below, start, end in made:
            at.append(statements.at[n])
            ids.append(record)
            rows.append(row)
            children.append(below)
            spans.append((start, end))
            stated.append(statements.stated[n])
    return attrs.evolve(
        statements,
        at=at,
        ids=ids,
        rows=rows,
        children=children,
        spans=spans if statements.spans is not None else None,
        stated=stated,
    )


def _restated(
    plan: Layout,
    readings: Sequence["_Field"],
    said: tuple[Row, Children],
    span: tuple[int, int],
    told: Sequence[Told],
    source_id: str,
) -> list[tuple[Row, Children, int, int]]:
    """What is to stand over each stretch of the record's life; one stretch where nobody cut it."""
    pieces = sorted((t for t in told if t.current), key=lambda t: t.version.valid_from)
    if not pieces:
        return [(*said, *span)]
    made = []
    for piece in pieces:
        overlapping = [t for t in told if t.version.valid_from < piece.version.valid_to]
        overlapping = [t for t in overlapping if t.version.valid_to > piece.version.valid_from]
        row, below = said
        for field in readings:
            if _is_corrected(field.read, said, overlapping, source_id):
                row, below = field.take(row, below, *piece.content)
        made.append((row, below, piece.version.valid_from, piece.version.valid_to))
    if not plan.state:
        return made
    # A corrected date can bound the life itself, so the life is told by what is to stand.
    start, end = span_of(plan.decode(made[-1][0], made[-1][1]))
    inside = [(r, b, max(s, start), min(e, end)) for r, b, s, e in made]
    inside = [one for one in inside if one[2] < one[3]] or [(*made[-1][:2], start, end)]
    inside[0] = (*inside[0][:2], start, inside[0][3])
    inside[-1] = (*inside[-1][:3], end)
    return inside


def _is_corrected(read: Reading, said: tuple[Row, Children], told: Sequence[Told], source_id: str) -> bool:
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
class _Field:
    """One thing a file can say of a record: how it is read from a version, and taken over from another."""

    read: Reading
    take: Callable[[Row, Children, Row, Children], tuple[Row, Children]]


def _readings(statements: "Statements") -> list[_Field]:
    plan = statements.layout
    found: list[_Field] = []
    for column in plan.columns:
        own = tuple(plan.at[c.name] for c in plan.columns if c.field is column.field and c.part == column.part)
        if own[0] == plan.at[column.name]:  # the last day of a date goes with its first
            found.append(_column_field(own))
    for j, child in enumerate(plan.children):
        for fixed in statements.content.said_of.get(child.name, ()):
            found.append(_child_field(j, [(child.at[k], v) for k, v in fixed.items()]))
    return found


def _column_field(positions: tuple[int, ...]) -> _Field:
    def read(row: Row, _below: Children) -> Any:
        return tuple(row[p] for p in positions)

    def take(row: Row, below: Children, old_row: Row, _old: Children) -> tuple[Row, Children]:
        values = list(row)
        for p in positions:
            values[p] = old_row[p]
        return tuple(values), below

    return _Field(read, take)


def _child_field(j: int, marks: list[tuple[int, Any]]) -> _Field:
    def mine(item: Row) -> bool:
        return all(item[at] == value for at, value in marks)

    def read(_row: Row, below: Children) -> Any:
        return frozenset(item for item in below[j] if mine(item))

    def take(row: Row, below: Children, _old_row: Row, old: Children) -> tuple[Row, Children]:
        items = (*(i for i in old[j] if mine(i)), *(i for i in below[j] if not mine(i)))
        return row, (*below[:j], items, *below[j + 1 :])

    return _Field(read, take)
