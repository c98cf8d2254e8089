"""What a file states, against what is on record: only what its source says for the first time is put."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import attrs

from stregistry.exchange.content import Content
from stregistry.exchange.corrections import keep_corrections
from stregistry.exchange.issues import Problems
from stregistry.store.batch import Batch, Children
from stregistry.store.changeset import Changeset
from stregistry.store.hashing import said
from stregistry.store.layout import Layout, Row
from stregistry.store.write import Counts
from stregistry.text import Text, fold

_NAME: Final = Text("Tên", "The name")
_PLACE: Final = Text("Địa bàn", "The place")


@attrs.frozen(kw_only=True, eq=False)
class Statements:
    """What chosen rows of a file say of one kind of record; all sequences in parallel.

    at: the row each statement comes from. spans: for states, the days it holds. stated: the file
    itself gives the interval, so the rest of the record's life stays as it was.
    """

    content: Content
    at: Sequence[int]
    ids: Sequence[int]
    rows: Sequence[Row]
    children: Sequence[Children]
    spans: Sequence[tuple[int, int]] | None
    stated: Sequence[bool]

    @property
    def layout(self) -> Layout:
        return self.content.layout

    def only(self, keep: Sequence[bool]) -> "Statements":
        """The statements marked True."""
        if all(keep):
            return self

        def cut(values: Sequence[Any]) -> list[Any]:
            return [v for v, wanted in zip(values, keep, strict=True) if wanted]

        return Statements(
            content=self.content,
            at=cut(self.at),
            ids=cut(self.ids),
            rows=cut(self.rows),
            children=cut(self.children),
            spans=None if self.spans is None else cut(self.spans),
            stated=cut(self.stated),
        )


def hashes(tx: Changeset, statements: Statements) -> list[bytes]:
    """A hash of each statement with the days it holds, for telling a repetition from a correction."""
    marks = tx.said(
        Batch(
            layout=statements.layout,
            ids=statements.ids,
            rows=statements.rows,
            children=statements.children if statements.layout.children else None,
        )
    )
    if statements.spans is None:
        return marks
    return [said(mark.hex(), *span) for mark, span in zip(marks, statements.spans, strict=True)]


def put(tx: Changeset, statements: Statements, *, existing: set[int], document: int, lines: Sequence[int]) -> Counts:
    """States them all. What the sheet has no column for stays as it is on record.

    existing: the ids that may be on record already.
    """
    statements = _filled(tx, statements, existing)
    source_id = tx.source_of(document)
    if source_id is not None:
        statements = keep_corrections(tx, statements, existing, source_id)
    counts = Counts()
    for stated in (False, True):
        some = statements.only([s is stated for s in statements.stated])
        if some.ids:
            counts += tx.put_batch(
                Batch(
                    layout=some.layout,
                    ids=some.ids,
                    rows=some.rows,
                    children=some.children if some.layout.children else None,
                    valid_from=[start for start, _ in some.spans] if some.spans is not None else None,
                    valid_to=[end for _, end in some.spans] if some.spans is not None else None,
                    whole=not stated,
                    document=document,
                    lines=[lines[i] for i in some.at],
                )
            )
    return counts


def _filled(tx: Changeset, statements: Statements, existing: set[int]) -> Statements:
    """The statements with what their sheet does not speak of taken from the record's newest version."""
    old = existing.intersection(statements.ids)
    if not old:
        return statements
    before = tx.records(statements.layout.kind, old)
    merge = _merger(statements.content)
    rows, children = list(statements.rows), list(statements.children)
    for n, record in enumerate(statements.ids):
        if record in before:
            rows[n], children[n] = merge(rows[n], children[n], *statements.layout.encode(before[record]))
    return attrs.evolve(statements, rows=rows, children=children)


def _merger(content: Content) -> Callable[[Row, Children, Row, Children], tuple[Row, Children]]:
    """A function of what is said and what is on record, to what is to stand."""
    plan = content.layout
    silent = [i for i, name in enumerate(plan.names) if name not in content.columns]
    # A column such as `mst` speaks of the identifiers of its scheme, and of no other.
    spoken = [
        [[(child.at[k], v) for k, v in fixed.items()] for fixed in content.said_of.get(child.name, ())]
        for child in plan.children
    ]

    def merge(row: Row, children: Children, old_row: Row, old_children: Children) -> tuple[Row, Children]:
        values = list(row)
        for i in silent:
            values[i] = old_row[i]
        kept = tuple(
            tuple(item for item in old if not any(all(item[at] == v for at, v in fixed) for fixed in marks))
            for old, marks in zip(old_children, spoken, strict=True)
        )
        return tuple(values), tuple(new + old for new, old in zip(children, kept, strict=True))

    return merge


def warn_differences(tx: Changeset, linked: Statements, problems: Problems) -> None:
    """Notes where the file and the record of somebody else's body disagree on name or place."""
    on_record = tx.records(linked.layout.kind, linked.ids)
    names = next(n for n, child in enumerate(linked.layout.children) if child.name == "names")
    value, place = linked.layout.children[names].at["value"], linked.layout.at["place"]
    for i, body, row, children in zip(linked.at, linked.ids, linked.rows, linked.children, strict=True):
        if body not in on_record:
            continue
        old_row, old_children = linked.layout.encode(on_record[body])
        called = [item[value] for item in old_children[names]]
        folded = set(map(fold, called))
        for item in children[names]:
            if called and fold(item[value]) not in folded:
                problems.at(i, "body_differs", value=item[value], field=_NAME, known=called[0])
        if row[place] and old_row[place] and row[place] != old_row[place]:
            problems.at(i, "body_differs", value=row[place], field=_PLACE, known=old_row[place])
