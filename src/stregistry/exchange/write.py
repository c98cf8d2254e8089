"""Putting settled rows: each is compared with what its source said before, and only news are stated."""

from collections.abc import Iterable, Sequence
from typing import Final

import attrs

from stregistry.exchange import known
from stregistry.exchange.bodies import Bodies
from stregistry.exchange.content import Content, Parsed
from stregistry.exchange.erased import without_erased
from stregistry.exchange.issues import Problems
from stregistry.exchange.known import Known
from stregistry.exchange.parse import Values
from stregistry.exchange.statements import Statements, digested, put, warn_differences
from stregistry.model import Organisation
from stregistry.store.changeset import Changeset
from stregistry.store.hashing import said
from stregistry.store.write import Counts

BODY: Final = Organisation.about.kind

Spans = Sequence[tuple[int, int]] | None


@attrs.frozen(kw_only=True)
class Taken:
    """What was stated: rows without repeats, and the records (and, of a role file, the bodies) they made or changed."""

    rows: int
    own: Counts
    bodies: Counts


@attrs.frozen(kw_only=True, eq=False)
class Settled:
    """Rows in good standing, with everything they mention looked up."""

    rows: Sequence[int]
    record: Content
    body: Content | None
    bodies: Bodies | None
    known_bodies: Known


@attrs.define(kw_only=True, eq=False)
class Writer:
    """Compares settled rows with what their source said before, and puts what is new."""

    tx: Changeset
    parsed: Parsed
    source_id: str
    problems: Problems
    keys: Values
    settled: Settled
    document: int

    def write(self, own_spans: Spans, body_spans: Spans) -> Taken:
        """Puts the records and, of a role file, their bodies.

        own_spans, body_spans: the days each row's state holds, by row index; None for events.
        """
        rows, kind = self.settled.rows, self.parsed.plan.kind
        if self.settled.bodies is not None and self.settled.body is None:
            return Taken(rows=len(rows), own=self._organisations(own_spans), bodies=Counts())
        before = known.keys_of(self.tx, kind, self.source_id, [self.keys[i] for i in rows])
        own = digested(self.tx, self._statements(self.settled.record, own_spans, self._own_ids(before)))
        bodies = Counts()
        if self.settled.body is None:
            marks = self._by_key(own.hashes)
            news = self._news(marks, before)
        else:
            body = self._statements(self.settled.body, body_spans, self._body_ids(), stated=False)
            body = digested(self.tx, self._without_personal_of_others(body))
            body_marks = body.hashes
            marks = self._by_key([said(a.hex(), b.hex()) for a, b in zip(own.hashes, body_marks, strict=True)])
            news = self._news(marks, before)
            bodies = self._bodies(body, body_marks, news)
        counts = self._put(own.only(news), {number for number, _ in before.values()})
        self.tx.record_keys(
            kind,
            self.source_id,
            [(self.keys[i], n, m) for i, n, m, new in zip(rows, own.ids, marks, news, strict=True) if new],
        )
        return Taken(rows=len(rows), own=counts + self._repeated(news), bodies=bodies)

    @property
    def _told(self) -> Bodies:
        """The bodies of an organisation or role file; other kinds never ask."""
        assert self.settled.bodies is not None  # noqa: S101
        return self.settled.bodies

    def _by_key(self, marks: Sequence[bytes]) -> Sequence[bytes]:
        """One hash a key: rows of one key, which tell different times of one record, are one thing said."""
        rows = self.settled.rows
        if len({self.keys[i] for i in rows}) == len(rows):
            return marks
        together: dict[str, list[bytes]] = {}
        for i, mark in zip(rows, marks, strict=True):
            together.setdefault(self.keys[i], []).append(mark)
        joined = {key: some[0] if len(some) == 1 else said(*(m.hex() for m in some)) for key, some in together.items()}
        return [joined[self.keys[i]] for i in rows]

    def _news(self, marks: Sequence[bytes], before: Known) -> list[bool]:
        """Whether each row says something its source did not say last time."""
        unsaid = (0, None)
        return [before.get(self.keys[i], unsaid)[1] != m for i, m in zip(self.settled.rows, marks, strict=True)]

    def _repeated(self, news: Sequence[bool]) -> Counts:
        told = {self.keys[i] for i, new in zip(self.settled.rows, news, strict=True) if not new}
        return Counts(unchanged=len(told))

    def _organisations(self, spans: Spans) -> Counts:
        """Puts the bodies of an organisation file; somebody else's are only linked to the source's key."""
        rows, standing, before = self.settled.rows, self._told.standing, self.settled.known_bodies
        own = self._without_personal_of_others(self._statements(self.settled.record, spans, self._body_ids()))
        own = digested(self.tx, own)
        marks = self._by_key(own.hashes)
        ours = [standing[i] != "linked" for i in rows]
        news = [new and mine for new, mine in zip(self._news(marks, before), ours, strict=True)]
        self._warn_nameless(own)
        warn_differences(self.tx, own.only([not mine for mine in ours]), self.problems)
        counts = self._put(own.only(news), self._old_bodies())
        keys = [(self.keys[i], n, m) for i, n, m, new in zip(rows, own.ids, marks, news, strict=True) if new]
        links = [(self.keys[i], n, None) for i, n in zip(rows, own.ids, strict=True) if self._is_new_link(i)]
        self.tx.record_keys(BODY, self.source_id, [*keys, *links])
        return counts + self._repeated(news)

    def _bodies(self, body: Statements, marks: Sequence[bytes], news: Sequence[bool]) -> Counts:
        """Puts the bodies of a role file where the row says something new, each body once."""
        rows, standing, first = self.settled.rows, self._told.standing, self._told.first
        before = self.settled.known_bodies
        ours = [standing[first[n]] != "linked" for n in body.ids]
        wanted = [
            new and mine and first[n] == i and before.get(self.keys[i], (0, None))[1] != m
            for i, n, m, new, mine in zip(rows, body.ids, marks, news, ours, strict=True)
        ]
        self._warn_nameless(body)
        self._warn_second_rows(body)
        warn_differences(self.tx, body.only([not mine for mine in ours]), self.problems)
        counts = self._put(body.only(wanted), self._old_bodies())
        # The source's own organisation file has the last word on what it said of a body; here the
        # hash only marks whose the body is.
        keys = [
            (self.keys[i], n, m if mine else None)
            for i, n, m, mine in zip(rows, body.ids, marks, ours, strict=True)
            if self.keys[i] not in before
        ]
        self.tx.record_keys(BODY, self.source_id, keys)
        return counts

    def _statements(self, content: Content, spans: Spans, ids: Sequence[int], *, stated: bool = True) -> Statements:
        n, rows, parsed = self.parsed.n, self.settled.rows, self.parsed
        made, children = content.rows(n), content.children(n)
        given = [parsed.valid_from[i] is not None or parsed.valid_to[i] is not None for i in rows]
        made = made if len(rows) == n else [made[i] for i in rows]
        children = children if len(rows) == n else [children[i] for i in rows]
        made, children = without_erased(self.tx, content.layout, rows, ids, made, children, self.problems)
        return Statements(
            content=content,
            at=rows,
            ids=ids,
            rows=made,
            children=children,
            spans=None if spans is None else [spans[i] for i in rows],
            stated=given if stated else [False] * len(rows),
        )

    def _put(self, statements: Statements, existing: Iterable[int]) -> Counts:
        return put(self.tx, statements, existing=set(existing), document=self.document, lines=self.problems.lines)

    def _own_ids(self, before: Known) -> list[int]:
        wanted = [self.keys[i] for i in self.settled.rows]
        fresh = [key for key in dict.fromkeys(wanted) if key not in before]
        ids = dict(zip(fresh, self.tx.new_ids(len(fresh)), strict=True))
        return [before[key][0] if key in before else ids[key] for key in wanted]

    def _body_ids(self) -> list[int]:
        return [self._told.ids[i] for i in self.settled.rows]

    def _old_bodies(self) -> set[int]:
        return {self._told.ids[i] for i, how in self._told.standing.items() if how == "own"}

    def _is_new_link(self, i: int) -> bool:
        return self._told.standing[i] == "linked" and self.keys[i] not in self.settled.known_bodies

    def _without_personal_of_others(self, body: Statements) -> Statements:
        """Personal values of somebody else's body are not ours to keep, not even as a hash."""
        standing, personal = self._told.standing, set(body.layout.personal)
        rows = [
            tuple(None if at in personal else v for at, v in enumerate(row)) if standing[i] == "linked" else row
            for i, row in zip(body.at, body.rows, strict=True)
        ]
        return attrs.evolve(body, rows=rows)

    def _warn_nameless(self, body: Statements) -> None:
        names = next(n for n, child in enumerate(body.layout.children) if child.name == "names")
        for i, children in zip(body.at, body.children, strict=True):
            if self._told.standing[i] == "new" and not children[names]:
                self.problems.at(i, "no_name")

    def _warn_second_rows(self, body: Statements) -> None:
        """Notes the rows that say something else of a body than the row that states it."""
        first = self._told.first
        if len(first) == len(body.at):
            return
        said_at = {i: (row, children) for i, row, children in zip(body.at, body.rows, body.children, strict=True)}
        for i, number in zip(body.at, body.ids, strict=True):
            if first[number] == i:
                continue
            (row, children), (here, below) = said_at[first[number]], said_at[i]
            differs = any(v is not None and v != w for v, w in zip(here, row, strict=True))
            differs |= any(item not in old for new, old in zip(below, children, strict=True) for item in new)
            if differs:
                self.problems.at(i, "body_differs_here", first=self.problems.row_number(first[number]))
