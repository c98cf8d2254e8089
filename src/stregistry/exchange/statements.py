"""What a file states, against what is on record: only what its source says for the first time is put."""

import itertools
from collections.abc import Callable, Sequence
from typing import Any, Final

import attrs

from stregistry.dates import ALWAYS, FOREVER
from stregistry.exchange import corrections
from stregistry.exchange.content import Content
from stregistry.exchange.issues import Problems
from stregistry.store.batch import Batch, Children
from stregistry.store.changeset import Changeset
from stregistry.store.hashing import said
from stregistry.store.layout import Layout, Row
from stregistry.store.life import span_of, stretched
from stregistry.store.write import Counts
from stregistry.text import Text, fold

_NAME: Final = Text("Tên", "The name")
_PLACE: Final = Text("Địa bàn", "The place")


@attrs.frozen(kw_only=True, eq=False)
class Statements:
    """What chosen rows of a file say of one kind of record; all sequences in parallel.

    at: the row each statement comes from. spans: for states, the days it holds. stated: the file
    itself gives the interval, so the rest of the record's life stays as it was.
    digests: of each row with its child rows, None before `digested`.
    """

    content: Content
    at: Sequence[int]
    ids: Sequence[int]
    rows: Sequence[Row]
    children: Sequence[Children]
    spans: Sequence[tuple[int, int]] | None
    stated: Sequence[bool]
    digests: Sequence[bytes] | None = None

    @property
    def layout(self) -> Layout:
        return self.content.layout

    def spread(self, made: Sequence[tuple[int, Row, Children, int, int]]) -> "Statements":
        """Statements made from these, each (position of its origin, row, child rows, from, to)."""
        return Statements(
            content=self.content,
            at=[self.at[n] for n, *_ in made],
            ids=[self.ids[n] for n, *_ in made],
            rows=[row for _, row, *_ in made],
            children=[below for _, _, below, *_ in made],
            spans=None if self.spans is None else [(start, end) for *_, start, end in made],
            stated=[self.stated[n] for n, *_ in made],
        )

    def only(self, keep: Sequence[bool]) -> "Statements":
        """The statements marked True."""
        if all(keep):
            return self

        def cut(values: Sequence[Any]) -> list[Any]:
            return list(itertools.compress(values, keep))

        return Statements(
            content=self.content,
            at=cut(self.at),
            ids=cut(self.ids),
            rows=cut(self.rows),
            children=cut(self.children),
            spans=None if self.spans is None else cut(self.spans),
            stated=cut(self.stated),
            digests=None if self.digests is None else cut(self.digests),
        )

    @property
    def hashes(self) -> Sequence[bytes]:
        """A hash of each statement with the days it holds, for telling a repetition from a correction."""
        assert self.digests is not None  # noqa: S101  # asked for after `digested`
        if self.spans is None:
            return self.digests
        return [said(mark.hex(), *span) for mark, span in zip(self.digests, self.spans, strict=True)]


def digested(tx: Changeset, statements: Statements) -> Statements:
    """The statements with the digest of each: it tells a repetition, and what is new is written with it."""
    batch = Batch(
        layout=statements.layout,
        ids=statements.ids,
        rows=statements.rows,
        children=statements.children if statements.layout.children else None,
    )
    return attrs.evolve(statements, digests=tx.said(batch))


def put(tx: Changeset, statements: Statements, *, existing: set[int], document: int, lines: Sequence[int]) -> Counts:
    """States them all. What the sheet has no column for stays as it is on record.

    existing: the ids that may be on record already.
    """
    statements = _against_record(tx, statements, existing, tx.source_of(document))
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
                    digests=some.digests,
                )
            )
    return counts


def _against_record(tx: Changeset, statements: Statements, existing: set[int], source_id: str | None) -> Statements:
    """The statements with what their sheet does not speak of taken from the record, version by version.

    A statement without an interval of its own speaks of the record's whole life: it becomes one for
    each version, so that a body that moved is not put back by a file that only tells its name.
    """
    old = existing.intersection(statements.ids)
    if not old:
        return statements
    plan = statements.layout
    before = tx.versions(plan.kind, old)
    asked = [i for i, stated in zip(statements.ids, statements.stated, strict=True) if i in before and not stated]
    told = tx.told_by_others(plan.kind, asked, source_id) if source_id is not None and asked else {}
    merge, fields = _merger(statements.content), corrections.fields_of_sheet(statements.content)
    made: list[tuple[int, Row, Children, int, int]] = []
    for n, record in enumerate(statements.ids):
        said = (statements.rows[n], statements.children[n])
        span = statements.spans[n] if statements.spans is not None else (ALWAYS, FOREVER)
        if record not in before:
            made.append((n, *said, *span))
        elif statements.stated[n]:
            made.append((n, *merge(*said, *plan.encode(before[record][-1].record)), *span))
        else:
            life = []
            for version in before[record]:
                content = plan.encode(version.record)
                stands = merge(*said, *content)
                if record in told:
                    stands = corrections.kept(fields, said, stands, content, version, told[record], source_id)
                life.append((stands, version.valid_from, version.valid_to))
            made.extend((n, *stands, start, end) for stands, start, end in _lived(statements.content, life, span))
    return statements.spread(made)


def _lived(
    content: Content, life: Sequence[tuple[tuple[Row, Children], int, int]], span: tuple[int, int]
) -> Sequence[tuple[tuple[Row, Children], int, int]]:
    """The versions over the life that their dates now tell, at the ends the sheet speaks of."""
    plan = content.layout
    start_name, end_names = plan.cls.about.span
    starts, ends = start_name in content.columns, any(name in content.columns for name in end_names)
    if not plan.state or not (starts or ends):
        return life
    own = span_of(plan.decode(*life[-1][0]))
    start, end = own[0] if starts else life[0][1], own[1] if ends else life[-1][2]
    return stretched(life, *((start, end) if start < end else span))


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
