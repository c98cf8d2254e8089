"""The versions of one kind, read in the order they were made, with their child rows beside them."""

import itertools
import json
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

# The child rows of one version, of one child table after another.
Children = tuple[Sequence[Row], ...]

# Rows taken from the database at a time.
CHUNK: Final = 2000

# What stands in a version's row before its fields.
HEAD: Final = ("row", "facts", "id", "valid_from", "valid_to", "tx_from", "digest", "document", "line", "sealed")
_FIELDS: Final = len(HEAD)


def read_in_chunks(conn: Connection, query: Select[Any]) -> Iterator[Sequence[Any]]:
    """The rows of a select, some at a time, neither held back by the driver nor by us."""
    # SQLite holds nothing back of itself; SQLAlchemy's buffer would hand each row over once more.
    held = {} if conn.dialect.name == "sqlite" else {"yield_per": CHUNK}
    return conn.execute(query.execution_options(**held)).partitions(CHUNK)


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

    def _load(self, rows: Sequence[Any], groups: list[dict[int, list[Row]]]) -> tuple[list[Row], list[Children] | None]:
        contents: list[Row] = [r[_FIELDS:] for r in rows]
        if self._kind.layout.has_personal:
            self._unseal(rows, contents, groups)
        nothing: list[Row] = []
        facts = [r[1] for r in rows]
        return contents, list(
            zip(*([g.get(f, nothing) for f in facts] for g in groups), strict=True)
        ) if groups else None

    def _note(self, r: Any, fields: Row, children: Children) -> None:
        content = Content(row=r[0], id=r[2], fields=tuple(fields), children=_settled(children), stored=r[6])
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
            Content(row=r[0], id=r[2], fields=tuple(c), children=_settled(children[i] if children else ()), stored=r[6])
            for i, (r, c) in enumerate(zip(rows, contents, strict=True))
        ]

    def _unseal(self, rows: Sequence[Any], contents: list[Row], groups: list[dict[int, list[Row]]]) -> None:
        """Puts its stored seal in place of each personal value, in contents and child rows, and checks the value."""
        plan, owners = self._kind.layout, {r[1]: r[2] for r in rows}
        own = [
            i
            for i, (r, content) in enumerate(zip(rows, contents, strict=True))
            if r[9] is not None or any(content[p] is not None for p in plan.personal)
        ]
        below = [(b, g, [m for m in b.marked if m[0] in owners]) for b, g in zip(self._below, groups, strict=True)]
        wanted = {rows[i][2] for i in own} | {owners[facts] for _, _, marked in below for facts, _, _ in marked}
        check = _Seals(plan.kind, self._salts(wanted), self._erased, self._problems)
        for i in own:
            r = rows[i]
            contents[i] = check.unsealed((r[2], r[0], r[1]), r[9], contents[i], plan.names, plan.personal, "")
        for b, group, marked in below:
            for facts, i, sealed in marked:
                version = (owners[facts], facts, facts)
                group[facts][i] = check.unsealed(version, sealed, group[facts][i], b.names, b.personal, b.prefix)

    def _salts(self, ids: Collection[int]) -> dict[tuple[int, str], bytes]:
        table = self._tables.salt
        query = select(table.c.id, table.c.field, table.c.salt)
        found: dict[tuple[int, str], bytes] = {}
        for some in chunks(sorted(ids)):
            found |= {(i, f): s for i, f, s in self._conn.execute(query.where(table.c.id.in_(some)))}
        return found


def _settled(children: Children) -> tuple[tuple[Row, ...], ...]:
    return tuple(map(tuple, children))


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
        # (facts, place among them, seals) of the rows last read that hold a personal value or its seal.
        self.marked: list[tuple[int, int, str | None]] = []
        self._about = itemgetter(-1, *(p + 2 for p in self.personal))
        self._nothing = (None,) * (1 + len(self.personal))
        table = self._table
        sealed = [table.c.sealed] if self.personal else []
        self._query = select(table.c.facts, table.c.n, *(table.c[n] for n in self.names), *sealed)
        rows = read(conn, self._query.order_by(table.c.facts, table.c.n))
        self._groups = itertools.groupby(rows, key=itemgetter(0))
        self._next = next(self._groups, None)

    def take(self, rows: Sequence[Any]) -> dict[int, list[Row]]:
        """The child rows of the given versions, by `facts`."""
        own = {r[0] for r in rows if r[1] == r[0]}
        last, self.marked = rows[-1][0], []
        found: dict[int, list[Row]] = {}
        while self._next is not None and self._next[0] <= last:
            facts, items = self._next
            if facts in own:
                rows_of = list(items)
                if rows_of[-1][1] != len(rows_of) - 1:
                    self._missing(facts, {r[1] for r in rows_of})
                found[facts] = self._contents(facts, rows_of)
            else:
                self._orphan(facts)
            self._next = next(self._groups, None)
        # Remainders of a split share the child rows of the version that first stated them.
        return found | self._elsewhere({r[1] for r in rows if r[1] != r[0]} - found.keys())

    def of(self, facts: Collection[int]) -> dict[int, list[Row]]:
        """The child rows of the versions that first stated these contents."""
        self.marked = []
        return self._elsewhere(facts)

    def _elsewhere(self, facts: Collection[int]) -> dict[int, list[Row]]:
        found: dict[int, list[Row]] = {}
        for some in chunks(sorted(facts)):
            query = self._query.where(self._table.c.facts.in_(some)).order_by(self._table.c.facts, self._table.c.n)
            for owner, rows in itertools.groupby(self._conn.execute(query), key=itemgetter(0)):
                found[owner] = self._contents(owner, list(rows))
        return found

    def _contents(self, facts: int, rows: list[Any]) -> list[Row]:
        if not self.personal:
            return [r[2:] for r in rows]
        nothing = self._nothing
        for i, about in enumerate(map(self._about, rows)):
            if about != nothing:
                self.marked.append((facts, i, rows[i][-1]))
        return [r[2:-1] for r in rows]

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
