"""Naming what was done to a changeset whose hash no longer matches although the content of each version does.

As with altered contents, likely originals are tried; one under which the chain holds again is proof.
"""

import hashlib
import itertools
from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Any, Final

import attrs
from sqlalchemy import Connection, select

from stregistry.dates import ALWAYS, FOREVER, show_day
from stregistry.store.audit.versions import HEAD, read, versions
from stregistry.store.hashing import chain, kind_hash, opened_lines
from stregistry.store.tables import KindTables, Tables
from stregistry.text import Text

# How many changesets are looked at closely, and how many versions of one.
CLOSELY: Final = 20
_VERSIONS: Final = 400
_TRIED: Final = 20_000
NOTHING: Final = hashlib.sha256().digest()

_ROW, _FACTS, _ID, _FROM, _TO, _TX, _DIGEST, _DOCUMENT, _LINE, _ = range(len(HEAD))
_OPENED: Final = itemgetter(_ROW, _FACTS, _ID, _FROM, _TO, _DIGEST, _DOCUMENT, _LINE)


@attrs.frozen(kw_only=True)
class Found:
    """A changeset as its rows make it now.

    stated: what its header says; hash: the one stored. kinds: of each kind it touched, hashes of what it
    opened, closed and noted; beside: of what it erased and kept, by name. opened, closed: how many rows
    are there.
    """

    previous: str
    stated: dict[str, Any]
    hash: str
    kinds: dict[str, list[bytes]]
    beside: dict[str, str]
    opened: int
    closed: int

    @property
    def number(self) -> int:
        return int(self.stated["number"])

    def holds(self, kind: str = "", opened: bytes | None = None, closed: bytes | None = None) -> bool:
        """Whether the chain holds; with these lines of one kind instead of those there, where given."""
        kinds = self.kinds
        if kind:
            own = kinds.get(kind, [NOTHING] * 3)
            own = [own[0] if opened is None else _sha(opened), own[1] if closed is None else _sha(closed), own[2]]
            kinds = kinds | {kind: own}
        hashes = {name: kind_hash(*own) for name, own in kinds.items() if own != [NOTHING] * 3}
        return chain(self.previous, self.stated, hashes | self.beside) == self.hash


def broken(conn: Connection, tables: Tables | None, one: Found) -> Text:
    """What was done to a changeset, as exactly as it can be known; without tables it is not looked at closely."""
    vi = f"Đợt cập nhật {one.number}: mã băm không khớp; có nội dung bị sửa, thêm hoặc mất"
    en = f"Changeset {one.number}: its hash does not match; something was altered, added or removed"
    counts = [
        (one.stated["opened"], one.opened, "mở", "opened"),
        (one.stated["closed"], one.closed, "kết thúc", "ended"),
    ]
    for said, there, word_vi, word_en in counts:
        if said != there:
            vi += f"; số phiên bản đợt này {word_vi}: {said}, nay thấy {there}"
            en += f"; versions it {word_en}: {said}, now there: {there}"
    for kind in tables.kinds.values() if tables else ():
        found = next(_originals(conn, kind, one), None)
        if found is not None:
            return Text(f"{vi}: {found.vi}.", f"{en}: {found.en}.")
    return Text(f"{vi}.", f"{en}.")


def _originals(conn: Connection, kind: KindTables, one: Found) -> Iterator[Text]:
    """What was done to versions of one kind; each is proved by the chain."""
    name = kind.layout.kind
    opened = list(itertools.islice((r for some in versions(conn, kind, tx_from=one.number) for r in some), _VERSIONS))
    closing = select(kind.past.c.row).where(kind.past.c.tx_to == one.number).order_by(kind.past.c.row)
    closed = list(itertools.islice((r.row for r in read(conn, closing)), _VERSIONS))
    if len(opened) == _VERSIONS or len(closed) == _VERSIONS:
        return
    for r in opened:
        if one.holds(name, opened=lines_of([o for o in opened if o is not r])):
            vi, en = _named(kind, r)
            yield Text(f"{vi} bị thêm vào", f"{en} was inserted")
    for row in closed:
        if one.holds(name, closed=_closed([c for c in closed if c != row])):
            yield Text(
                f"phiên bản {row} ({name}) không hết hiệu lực ghi nhận ở đợt này",
                f"version {row} ({name}) was not ended by it",
            )
    yield from _moved(conn, kind, one, closed)
    yield from _bounds(conn, kind, one, opened)
    for a, b in itertools.combinations(opened, 2):
        if a[_DIGEST] != b[_DIGEST]:
            turned = {a[_ROW]: b[_DIGEST], b[_ROW]: a[_DIGEST]}
            rows = [(*r[:_DIGEST], turned.get(r[_ROW], r[_DIGEST]), *r[_DIGEST + 1 :]) for r in opened]
            if one.holds(name, opened=lines_of(rows)):
                (vi, en), (vi2, en2) = _named(kind, a), _named(kind, b)
                yield Text(f"{vi} và {vi2} bị đổi nội dung cho nhau", f"{en} and {en2} had their contents exchanged")


def _moved(conn: Connection, kind: KindTables, one: Found, closed: Sequence[int]) -> Iterator[Text]:
    """A version this changeset ended that stands elsewhere now."""
    for table in (kind.current, kind.past):
        query = select(table.c.row, table.c.id).where(table.c.tx_from <= one.number).order_by(table.c.row)
        for row, number in itertools.islice(read(conn, query), _TRIED):
            if row not in closed and one.holds(kind.layout.kind, closed=_closed(sorted([*closed, row]))):
                vi = f"hồ sơ {number} ({kind.layout.kind}), phiên bản {row} hết ghi nhận ở đợt này nhưng bị chuyển chỗ"
                en = f"record {number} ({kind.layout.kind}), version {row} was ended by it and has been moved"
                yield Text(vi, en)


def _bounds(conn: Connection, kind: KindTables, one: Found, opened: Sequence[Any]) -> Iterator[Text]:
    if not kind.layout.state:
        return
    for i, r in enumerate(opened):
        others = [o for some in versions(conn, kind, only=r[_ID]) for o in some]
        found = {ALWAYS, FOREVER, *(o[_FROM] for o in others), *(o[_TO] for o in others)}
        days = {d for d in found if type(d) is int}
        for start, end in itertools.product(sorted(days), repeat=2):
            was = (*r[:_FROM], start, end, *r[_TO + 1 :])
            if start < end and one.holds(kind.layout.kind, opened=lines_of([*opened[:i], was, *opened[i + 1 :]])):
                vi, en = _named(kind, r)
                days_were = f"{show_day(start)}..{show_day(end)}"
                yield Text(f"{vi} bị sửa ngày; vốn là {days_were}", f"{en} had its bounds changed, from {days_were}")


def lines_of(rows: Sequence[Any]) -> bytes:
    """Opened versions, as `versions` reads them, as they enter the hash of their changeset."""
    if set(map(type, map(itemgetter(_DIGEST), rows))) == {bytes}:
        return b"".join(opened_lines(map(_OPENED, rows)))
    return b"".join(opened_lines((*r[: _TO + 1], as_bytes(r[_DIGEST]), r[_DOCUMENT], r[_LINE]) for r in rows))


def as_bytes(found: Any) -> Any:
    """A digest as it is; of anything else SQLite was given in its place, some bytes that are no digest."""
    return found if found is None or isinstance(found, bytes) else repr(found).encode()


def _closed(rows: Sequence[int]) -> bytes:
    return "".join(f"{row}\n" for row in rows).encode()


def _sha(text: bytes) -> bytes:
    return hashlib.sha256(text).digest()


def _named(kind: KindTables, r: Any) -> tuple[str, str]:
    name = kind.layout.kind
    return f"hồ sơ {r[_ID]} ({name}), phiên bản {r[_ROW]}", f"record {r[_ID]} ({name}), version {r[_ROW]}"
