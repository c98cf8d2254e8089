"""The versions of one kind, read in the order they were made, with their child rows beside them."""

import itertools
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from heapq import merge
from operator import itemgetter
from typing import Any, Final

import attrs
from sqlalchemy import Connection, Select, literal, select

from stregistry.dates import ALWAYS, FOREVER
from stregistry.store.audit.altered import CLOSELY, Content, altered
from stregistry.store.audit.problems import Problems
from stregistry.store.hashing import digests, seal
from stregistry.store.layout import Row
from stregistry.store.tables import KindTables, Tables
from stregistry.store.write import chunks
from stregistry.text import Text

# Rows taken from the database at a time.
CHUNK: Final = 2000

# What stands in a version's row before its fields.
HEAD: Final = ("row", "facts", "id", "valid_from", "valid_to", "tx_from", "digest", "document", "line", "sealed")
_FIELDS: Final = len(HEAD)


def read_in_chunks(conn: Connection, query: Select[Any]) -> Iterator[Sequence[Any]]:
    """The rows of a select, some at a time, neither held back by the driver nor by us."""
    return conn.execute(query.execution_options(yield_per=CHUNK)).partitions()


def read(conn: Connection, query: Select[Any]) -> Iterator[Any]:
    """The rows of a select one by one."""
    return itertools.chain.from_iterable(read_in_chunks(conn, query))


def batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    source = iter(rows)
    while some := list(itertools.islice(source, CHUNK)):
        yield some


def versions(
    conn: Connection, kind: KindTables, *, only: int | None = None, tx_from: int | None = None
) -> Iterator[list[Any]]:
    """All versions known now or before, by row, some at a time: what HEAD names, then the fields.

    only: of this record. tx_from: opened by this changeset.
    """
    plan = kind.layout
    both = []
    for table in (kind.current, kind.past):
        span = [table.c.valid_from, table.c.valid_to] if plan.state else [literal(ALWAYS), literal(FOREVER)]
        sealed = table.c.sealed if plan.personal else literal(None)
        query = select(
            table.c.row,
            table.c.facts,
            table.c.id,
            *span,
            table.c.tx_from,
            table.c.digest,
            table.c.document,
            table.c.line,
            sealed,
            *(table.c[n] for n in plan.names),
        )
        if only is not None:
            query = query.where(table.c.id == only)
        if tx_from is not None:
            query = query.where(table.c.tx_from == tx_from)
        both.append(read(conn, query.order_by(table.c.row)))
    return batches(merge(*both, key=itemgetter(0)))


class Contents:
    """Checks the digests of one kind's versions against their contents, chunk after chunk."""

    def __init__(
        self, conn: Connection, tables: Tables, kind: KindTables, erased: dict[tuple[int, str], int], problems: Problems
    ) -> None:
        self._conn, self._tables, self._kind, self._problems = conn, tables, kind, problems
        self._erased = erased
        self._altered: list[Content] = []
        self._below = [_Below(conn, kind, name, problems) for name in kind.children]

    def check(self, rows: Sequence[Any]) -> None:
        """Notes versions whose stored digest is not that of their content; tells personal values without their seal."""
        contents, children = self._load(rows, [below.take(rows) for below in self._below])
        found = digests(self._kind.layout, contents, children)
        for i, (r, digest) in enumerate(zip(rows, found, strict=True)):
            if digest != r[6]:
                self._note(r, contents[i], children[i] if children else ())

    def _load(
        self, rows: Sequence[Any], groups: list[dict[int, list[Row]]]
    ) -> tuple[list[Row], list[tuple[tuple[Row, ...], ...]] | None]:
        contents: list[Row] = [r[_FIELDS:] for r in rows]
        if self._kind.layout.has_personal:
            contents, groups = self._unsealed(rows, contents, groups)
        nothing: list[Row] = []
        return contents, [tuple(tuple(g.get(r[1], nothing)) for g in groups) for r in rows] if groups else None

    def _note(self, r: Any, fields: Row, children: tuple[tuple[Row, ...], ...]) -> None:
        content = Content(row=r[0], id=r[2], fields=tuple(fields), children=children, stored=r[6])
        if len(self._altered) < CLOSELY:
            self._altered.append(content)
        else:
            self._problems.add(altered(self._kind.layout, content, []))

    def finish(self) -> None:
        """Tells child rows that are left over when all versions were read, and what was altered in which version."""
        for below in self._below:
            below.finish()
        for one in self._altered:
            others = [*self._other_versions(one), *(o for o in self._altered if o.row != one.row)]
            self._problems.add(altered(self._kind.layout, one, others))

    def _other_versions(self, one: Content) -> list[Content]:
        rows = [r for some in versions(self._conn, self._kind, only=one.id) for r in some if r[0] != one.row]
        if not rows:
            return []
        contents, children = self._load(rows, [below.of({r[1] for r in rows}) for below in self._below])
        return [
            Content(row=r[0], id=r[2], fields=tuple(c), children=children[i] if children else (), stored=r[6])
            for i, (r, c) in enumerate(zip(rows, contents, strict=True))
        ]

    def _unsealed(
        self, rows: Sequence[Any], contents: list[Row], groups: list[dict[int, list[Row]]]
    ) -> tuple[list[Row], list[dict[int, list[Row]]]]:
        """Contents and child rows with each personal value replaced by its stored seal, checked against it."""
        plan = self._kind.layout
        check = _Seals(plan.kind, self._salts(rows, contents, groups), self._erased, self._problems)
        if plan.personal:
            names = plan.names
            contents = [
                check.unsealed((r[2], r[0], r[1]), r[9], content, names, plan.personal, "")
                for r, content in zip(rows, contents, strict=True)
            ]
        owners = {r[1]: r[2] for r in rows}
        opened = []
        for below, group in zip(self._below, groups, strict=True):
            if not below.personal:
                opened.append(group)
                continue
            opened.append(
                {
                    facts: [
                        check.unsealed(
                            (owners.get(facts, 0), facts, facts),
                            item[0],
                            item[1:],
                            below.names,
                            below.personal,
                            below.prefix,
                        )
                        for item in items
                    ]
                    for facts, items in group.items()
                }
            )
        return contents, opened

    def _salts(
        self, rows: Sequence[Any], contents: list[Row], groups: list[dict[int, list[Row]]]
    ) -> dict[tuple[int, str], bytes]:
        wanted = {
            r[2]
            for r, c in zip(rows, contents, strict=True)
            if any(c[i] is not None for i in self._kind.layout.personal)
        }
        for below, group in zip(self._below, groups, strict=True):
            if below.personal:
                personal = [i + 1 for i in below.personal]
                owners = {r[1]: r[2] for r in rows}
                wanted |= {
                    owners[facts]
                    for facts, items in group.items()
                    if facts in owners and any(item[i] is not None for item in items for i in personal)
                }
        table = self._tables.salt
        query = select(table.c.id, table.c.field, table.c.salt)
        found: dict[tuple[int, str], bytes] = {}
        for some in chunks(sorted(wanted)):
            found |= {(i, f): s for i, f, s in self._conn.execute(query.where(table.c.id.in_(some)))}
        return found


@attrs.frozen
class _Seals:
    """Replaces personal values by their seals. erased: the row below which a field's values are lawfully missing."""

    kind: str
    salts: dict[tuple[int, str], bytes]
    erased: dict[tuple[int, str], int]
    problems: Problems

    def unsealed(
        self,
        version: tuple[int, int, int],
        sealed: str | None,
        content: Row,
        names: Sequence[str],
        personal: Sequence[int],
        prefix: str,
    ) -> Row:
        """version: id, row and facts."""
        if sealed is None and not any(content[i] is not None for i in personal):
            return content
        record, row, facts = version
        seals = json.loads(sealed) if sealed else {}
        values = list(content)
        for i in personal:
            name = names[i]
            field = (record, prefix + name)
            mark, value, salt = seals.get(name), values[i], self.salts.get(field)
            values[i] = mark
            if value is None:
                # An erased value leaves its seal, and a row that says so; without one it was tampered with.
                lawful = mark is None or facts < self.erased.get(field, 0)
            else:
                lawful = salt is not None and seal(salt, value) == mark
            if not lawful:
                self.problems.add(
                    Text(
                        f"Hồ sơ {record} ({self.kind}), phiên bản {row}: trường cá nhân '{field[1]}' không khớp dấu "
                        "niêm phong.",
                        f"Record {record} ({self.kind}), version {row}: the personal field '{field[1]}' does not match "
                        "its seal.",
                    )
                )
        return tuple(values)


class _Below:
    """The child rows of one table, read in step with the versions they hang on."""

    def __init__(self, conn: Connection, kind: KindTables, name: str, problems: Problems) -> None:
        child, self._table = kind.layout.child(name), kind.children[name]
        self._conn, self._problems = conn, problems
        self.names = [c.name for c in child.columns]
        self.personal = [i for i, c in enumerate(child.columns) if c.personal]
        self.prefix = f"{name}."
        table = self._table
        sealed = [table.c.sealed] if self.personal else []
        self._query = select(table.c.facts, table.c.n, *sealed, *(table.c[n] for n in self.names))
        rows = read(conn, self._query.order_by(table.c.facts, table.c.n))
        self._groups = itertools.groupby(rows, key=itemgetter(0))
        self._next = next(self._groups, None)

    def take(self, rows: Sequence[Any]) -> dict[int, list[Row]]:
        """The child rows of the given versions, by `facts`; where personal, the seals stand before the columns."""
        own = {r[0] for r in rows if r[1] == r[0]}
        last = rows[-1][0]
        found: dict[int, list[Row]] = {}
        while self._next is not None and self._next[0] <= last:
            facts, items = self._next
            if facts in own:
                rows_of = list(items)
                if rows_of[-1][1] != len(rows_of) - 1:
                    self._missing(facts, {r[1] for r in rows_of})
                found[facts] = [r[2:] for r in rows_of]
            else:
                self._orphan(facts)
            self._next = next(self._groups, None)
        # Remainders of a split share the child rows of the version that first stated them.
        return found | self.of({r[1] for r in rows if r[1] != r[0]} - found.keys())

    def of(self, facts: Collection[int]) -> dict[int, list[Row]]:
        """The child rows of the versions that first stated these contents."""
        found: dict[int, list[Row]] = defaultdict(list)
        for some in chunks(sorted(facts)):
            query = self._query.where(self._table.c.facts.in_(some)).order_by(self._table.c.facts, self._table.c.n)
            for r in self._conn.execute(query):
                found[r[0]].append(r[2:])
        return found

    def finish(self) -> None:
        while self._next is not None:
            self._orphan(self._next[0])
            self._next = next(self._groups, None)

    def _missing(self, facts: int, there: set[int]) -> None:
        gone = ", ".join(str(n) for n in range(max(there)) if n not in there)
        self._problems.add(
            Text(
                f"Bảng {self._table.name}, phiên bản {facts}: thiếu dòng {gone}.",
                f"{self._table.name}, version {facts}: row {gone} is missing.",
            )
        )

    def _orphan(self, facts: int) -> None:
        self._problems.add(
            Text(
                f"Bảng {self._table.name} có dòng thừa của phiên bản {facts}.",
                f"{self._table.name} has rows of an unknown version {facts}.",
            )
        )
