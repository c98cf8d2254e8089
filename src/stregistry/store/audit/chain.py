"""Walking the chain: what each changeset opened, closed and noted, hashed again and compared."""

import hashlib
import itertools
from collections.abc import Iterable, Iterator
from heapq import merge
from operator import itemgetter
from typing import Any, Final

import attrs
from sqlalchemy import Connection, select

from stregistry.store.audit.broken import CLOSELY, NOTHING, Found, as_bytes, broken, lines_of
from stregistry.store.audit.problems import Problems
from stregistry.store.audit.suspects import suspects, wrong_head
from stregistry.store.audit.versions import Contents, read, read_in_chunks, versions
from stregistry.store.erasures import erased_before, erasure_hash
from stregistry.store.hashing import START, key_line
from stregistry.store.kept import kept_hashes
from stregistry.store.tables import KindTables, Tables
from stregistry.text import Text

# What a changeset is made of; each stream below yields (changeset, part, kind, what), by changeset.
HEADER, DOCUMENT, ERASURE, KEPT, OPENED, CLOSED, KEYS = range(7)
_BESIDE: Final = {ERASURE: "erasure", KEPT: "kept"}  # as their hashes are named beside those of the kinds
Part = tuple[int, int, str, Any]


@attrs.frozen(kw_only=True)
class AuditReport:
    """What an audit found. `ok` when `problems` is empty.

    versions: of records, known now or before.
    head: number and hash of the last changeset. A tail cut off together with its head row shows
    only against a head hash kept elsewhere: every snapshot carries one.
    """

    changesets: int
    versions: int
    head: tuple[int, str]
    problems: tuple[Text, ...]

    @property
    def ok(self) -> bool:
        return not self.problems


def audit(conn: Connection, tables: Tables) -> AuditReport:
    """Recomputes every digest, every changeset's hash and the chain; names what was altered, added or removed."""
    problems = Problems()
    erased = erased_before(conn, tables)
    streams = [_headers(conn, tables), _documents(conn, tables), _erasures(conn, tables), _kept(conn, tables)]
    streams.append(_keys(conn, tables))
    for kind in tables.kinds.values():
        streams += [_opened(conn, kind, Contents(conn, tables, kind, erased, problems), problems), _closed(conn, kind)]
    walk = _Walk(problems)
    numbered = (_numbered(stream, problems) for stream in streams)
    for number, parts in itertools.groupby(merge(*numbered, key=itemgetter(0)), key=itemgetter(0)):
        walk.step(number, list(parts))
    for i, one in enumerate(walk.broken):
        problems.add(broken(conn, tables if i < CLOSELY else None, one))
    head = conn.execute(select(tables.head.c.number, tables.head.c.hash)).one()
    if (head.number, head.hash) != (walk.last, walk.hash):
        problems.add(
            Text(
                f"Đầu chuỗi ghi đợt {head.number}, nhưng đợt cuối cùng có mặt là {walk.last}.",
                f"The head names changeset {head.number}, but the last one there is {walk.last}.",
            )
        )
    for problem in wrong_head(conn, tables):
        problems.add(problem)
    if problems:
        for problem in suspects(conn, tables):
            problems.add(problem)
    return AuditReport(
        changesets=walk.last,
        versions=walk.versions,
        head=(head.number, head.hash),
        problems=problems.told(),
    )


class _Walk:
    """Goes from changeset to changeset and compares hashes.

    last, hash: the changeset passed last; versions: so far; broken: changesets whose hash does not match.
    """

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self.last, self.hash, self.versions = 0, START, 0
        self.broken: list[Found] = []

    def step(self, number: int, parts: list[Part]) -> None:
        """Takes all parts of one changeset."""
        header = next((what for _, part, _, what in parts if part == HEADER), None)
        self.versions += _rows(parts, OPENED)
        if header is None:
            self._problems.add(
                Text(
                    f"Có dòng thuộc đợt cập nhật {number} không tồn tại.",
                    f"There are rows of changeset {number}, which does not exist.",
                )
            )
            return
        if number > self.last + 1:
            lost = f"{self.last + 1}" if number == self.last + 2 else f"{self.last + 1}..{number - 1}"
            self._problems.add(Text(f"Thiếu đợt cập nhật {lost}.", f"Changeset {lost} is missing."))
        found = _found(self.hash, header, parts)
        if not found.holds():
            self.broken.append(found)
        self.last, self.hash = number, header.hash


def _found(previous: str, header: Any, parts: list[Part]) -> Found:
    """A changeset as its rows make it now."""
    stated = {
        "number": header.number,
        "instant": header.instant,
        "actor": header.actor,
        "reason": header.reason,
        "opened": header.opened,
        "closed": header.closed,
        "documents": [what for _, part, _, what in parts if part == DOCUMENT],
    }
    kinds: dict[str, list[bytes]] = {}
    for _, part, kind, what in parts:
        if part in (OPENED, CLOSED, KEYS):
            kinds.setdefault(kind, [NOTHING] * 3)[part - OPENED] = what[0]
    return Found(
        previous=previous,
        stated=stated,
        hash=header.hash,
        kinds=kinds,
        beside={_BESIDE[part]: what for _, part, _, what in parts if part in _BESIDE},
        opened=_rows(parts, OPENED),
        closed=_rows(parts, CLOSED),
    )


def _rows(parts: list[Part], wanted: int) -> int:
    return sum(what[1] for _, part, _, what in parts if part == wanted)


def _numbered(parts: Iterable[Part], problems: Problems) -> Iterator[Part]:
    """The parts whose changeset is a number: SQLite keeps what it is given, text too."""
    for part in parts:
        if type(part[0]) is int:
            yield part
        else:
            problems.add(_no_number(part[0]))


def _no_number(found: Any) -> Text:
    return Text(
        f"Có dòng thuộc đợt cập nhật {found!r}, không phải là số.",
        f"There are rows of changeset {found!r}, which is no number.",
    )


def _headers(conn: Connection, tables: Tables) -> Iterator[Part]:
    for row in read(conn, select(tables.changeset).order_by(tables.changeset.c.number)):
        yield row.number, HEADER, "", row


def _documents(conn: Connection, tables: Tables) -> Iterator[Part]:
    table = tables.document
    for row in read(conn, select(table).order_by(table.c.changeset, table.c.number)):
        entry = dict(row._mapping)
        yield entry.pop("changeset"), DOCUMENT, "", entry


def _erasures(conn: Connection, tables: Tables) -> Iterator[Part]:
    table = tables.erasure
    query = select(table.c.changeset, table.c.kind, table.c.id, table.c.field, table.c.before_row)
    for number, rows in itertools.groupby(read(conn, query.order_by(table.c.changeset)), key=itemgetter(0)):
        yield number, ERASURE, "", erasure_hash((r.kind, r.id, r.field, r.before_row) for r in rows)


def _kept(conn: Connection, tables: Tables) -> Iterator[Part]:
    for number, what in sorted(kept_hashes(conn, tables).items()):
        yield number, KEPT, "", what


def _keys(conn: Connection, tables: Tables) -> Iterator[Part]:
    table = tables.record_key
    # In the order of code points, as the hash was made, whatever the database's own order of words.
    plain = "C" if conn.dialect.name == "postgresql" else "BINARY"
    order = [table.c.tx_from, *(table.c[n].collate(plain) for n in ("kind", "source_id", "key"))]
    query = select(table.c.tx_from, table.c.kind, table.c.source_id, table.c.key, table.c.id, table.c.said)
    for (number, kind), *what in _hashed(
        (of, b"".join([key_line(source, key, i, as_bytes(said)) for _, _, source, key, i, said in some]), len(some))
        for chunk in read_in_chunks(conn, query.order_by(*order))
        for of, some in _runs(chunk, itemgetter(0, 1))
    ):
        yield number, KEYS, kind, tuple(what)


def _closed(conn: Connection, kind: KindTables) -> Iterator[Part]:
    past = kind.past
    query = select(past.c.tx_to, past.c.row).order_by(past.c.tx_to, past.c.row)
    for number, *what in _hashed(
        (number, "".join(f"{row}\n" for _, row in some).encode(), len(some))
        for chunk in read_in_chunks(conn, query)
        for number, some in _runs(chunk, itemgetter(0))
    ):
        yield number, CLOSED, kind.layout.kind, tuple(what)


def _opened(conn: Connection, kind: KindTables, contents: Contents, problems: Problems) -> Iterator[Part]:
    def runs() -> Iterator[tuple[int, bytes, int]]:
        latest = 0
        for chunk in versions(conn, kind):
            contents.check(chunk)
            for number, some in _runs(_in_order(chunk, latest, kind.layout.kind, problems), itemgetter(5)):
                yield number, lines_of(some), len(some)
                latest = number
        contents.finish()

    for number, *what in _hashed(runs()):
        yield number, OPENED, kind.layout.kind, tuple(what)


def _in_order(chunk: list[Any], latest: int, kind: str, problems: Problems) -> list[Any]:
    """The versions whose changeset fits between their neighbours'; the others are told and left out."""
    numbers = [r[5] for r in chunk]
    if set(map(type, numbers)) != {int}:
        for number in numbers:
            if type(number) is not int:
                problems.add(_no_number(number))
        chunk = [r for r in chunk if type(r[5]) is int]
    elif latest <= numbers[0] and numbers == sorted(numbers):
        return chunk
    kept = []
    for i, r in enumerate(chunk):
        following = chunk[i + 1][5] if i + 1 < len(chunk) else r[5]
        if r[5] < latest or latest <= following < r[5]:
            problems.add(
                Text(
                    f"Hồ sơ {r[2]} ({kind}), phiên bản {r[0]}: đợt cập nhật {r[5]} không khớp thứ tự phiên bản.",
                    f"Record {r[2]} ({kind}), version {r[0]}: its changeset {r[5]} does not fit the order of versions.",
                )
            )
        else:
            kept.append(r)
            latest = r[5]
    return kept


def _runs(chunk: Iterable[Any], key: Any) -> Iterator[tuple[Any, list[Any]]]:
    return ((value, list(some)) for value, some in itertools.groupby(chunk, key=key))


def _hashed(runs: Iterable[tuple[Any, bytes, int]]) -> Iterator[tuple[Any, bytes, int]]:
    """Runs (of what, bytes, how many rows) that follow each other and are of one thing, as one hash and number."""
    for of, some in itertools.groupby(runs, key=itemgetter(0)):
        found, rows = hashlib.sha256(), 0
        for _, text, n in some:
            found.update(text)
            rows += n
        yield of, found.digest(), rows
