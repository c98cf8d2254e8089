"""The hash rule: what a version's digest covers, and how changesets are chained. It can never change.

A digest is the sha256 of the RFC 8785 form of `[kind, fields, children]`: the fields that have a
value, as stored (integers and text), by column name. Integers are written in full, also those above
2**53 that RFC 8785 leaves out. A field without a value takes no part, so a field added to a class
later leaves every older digest as it was. Personal values enter as sha256(salt, value): erasing the
value and its salt keeps the digest.
"""

import hashlib
import json
import secrets
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from operator import itemgetter
from typing import Any, Final

import msgspec

from stregistry.store.batch import Children
from stregistry.store.layout import ChildLayout, Layout, Row

START: Final = "0" * 64

_encode = msgspec.json.Encoder().encode


def seal(salt: bytes, value: str) -> str:
    """What stands for a personal value in a digest."""
    return hashlib.sha256(salt + value.encode()).hexdigest()


@cache
def _struct(names: tuple[str, ...]) -> tuple[Callable[..., msgspec.Struct], Callable[[Row], Any]]:
    """A constructor over values sorted by column name, and the function that sorts them."""
    order = sorted(range(len(names)), key=names.__getitem__)
    made = msgspec.defstruct(
        "Content", [(names[i], Any, None) for i in order], omit_defaults=True, gc=False, frozen=True
    )
    return made, itemgetter(*order) if len(order) > 1 else lambda row: (row[order[0]],)


@cache
def _child_struct(child: ChildLayout) -> tuple[Callable[..., msgspec.Struct], Callable[[Row], Any]]:
    return _struct(tuple(c.name for c in child.columns))


def digests(plan: Layout, rows: Sequence[Row], children: Sequence[Sequence[Sequence[Row]]] | None) -> list[bytes]:
    """The digest of each row with its children. Personal values must already be sealed."""
    make, arrange = _struct(plan.names)
    sha256, kind = hashlib.sha256, plan.kind
    if children is None or not plan.children:
        return [sha256(_encode((kind, make(*arrange(row))))).digest() for row in rows]
    makers = sorted((child.name, i, *_child_struct(child)) for i, child in enumerate(plan.children))
    found = []
    for row, groups in zip(rows, children, strict=True):
        below = {
            name: [make_child(*arrange_child(item)) for item in groups[i]]
            for name, i, make_child, arrange_child in makers
            if groups[i]
        }
        content = (kind, make(*arrange(row)), below) if below else (kind, make(*arrange(row)))
        found.append(sha256(_encode(content)).digest())
    return found


def said(*parts: Any) -> bytes:
    """A hash of what a source said of one record, for telling a repetition from a correction."""
    return hashlib.sha256(_encode(parts)).digest()


Sealed = tuple[str | None, ...]


class Sealer:
    """Replaces personal values by their seals.

    salts: known salts by (id, field); `fresh` collects the ones that had to be made.
    """

    def __init__(self, plan: Layout, salts: dict[tuple[int, str], bytes]) -> None:
        self.plan = plan
        self.salts = salts
        self.fresh: list[tuple[int, str, bytes]] = []
        self._children = [
            (child.name, [i for i, c in enumerate(child.columns) if c.personal], child) for child in plan.children
        ]

    def _salt(self, record: int, field: str) -> bytes:
        salt = self.salts.get((record, field))
        if salt is None:
            salt = secrets.token_bytes(16)
            self.salts[record, field] = salt
            self.fresh.append((record, field, salt))
        return salt

    def _seal_row(self, record: int, row: Row, where: Sequence[int], names: Sequence[str], prefix: str) -> Row:
        values = list(row)
        for i in where:
            if values[i] is not None:
                values[i] = seal(self._salt(record, prefix + names[i]), values[i])
        return tuple(values)

    def row(self, record: int, row: Row) -> Row:
        """The row with each personal value replaced by its seal."""
        return self._seal_row(record, row, self.plan.personal, self.plan.names, "")

    def children(self, record: int, groups: Children) -> Children:
        """The child rows with each personal value replaced by its seal."""
        sealed = []
        for (name, where, child), items in zip(self._children, groups, strict=True):
            if not where or not items:
                sealed.append(items)
                continue
            names = [c.name for c in child.columns]
            sealed.append(tuple(self._seal_row(record, item, where, names, f"{name}.") for item in items))
        return tuple(sealed)


def sealed_text(names: Sequence[str], where: Sequence[int], row: Row) -> str | None:
    """The seals of one sealed row as stored beside it: a JSON object, or None without any."""
    seals = {names[i]: row[i] for i in where if row[i] is not None}
    return json.dumps(seals, sort_keys=True) if seals else None


def opened_lines(versions: Iterable[tuple[int, int, int, int, int, bytes, int | None, int | None]]) -> list[bytes]:
    """Opened versions as they enter the hash of their changeset.

    Each is (row, facts, id, valid_from, valid_to, digest, document, line); an event's interval is
    written as ALWAYS and FOREVER.
    """
    return [
        f"{row} {facts} {record} {start} {end} {digest.hex()} {document or 0} {line or 0}\n".encode()
        for row, facts, record, start, end, digest, document, line in versions
    ]


def key_line(source_id: str, key: str, record: int, said_hash: bytes | None) -> bytes:
    """One owner's key as it enters the hash of its changeset."""
    return _encode((source_id, key, record, said_hash.hex() if said_hash else None)) + b"\n"


class KindHash:
    """The running hash of one kind within one changeset: versions opened, then closed, then keys."""

    def __init__(self) -> None:
        self.opened = hashlib.sha256()
        self.closed = hashlib.sha256()
        self.keys = hashlib.sha256()

    def open(self, lines: Iterable[bytes]) -> None:
        """Takes opened versions, in row order."""
        self.opened.update(b"".join(lines))

    def close(self, rows: Iterable[int]) -> None:
        """Takes the numbers of closed rows, ascending."""
        self.closed.update("".join(f"{row}\n" for row in rows).encode())

    def key(self, lines: Iterable[bytes]) -> None:
        """Takes new keys, in order of source and key."""
        self.keys.update(b"".join(lines))

    def hexdigest(self) -> str:
        return kind_hash(self.opened.digest(), self.closed.digest(), self.keys.digest())


def kind_hash(opened: bytes, closed: bytes, keys: bytes) -> str:
    """The hash of one kind within one changeset, from those of its opened versions, closed rows and keys."""
    return hashlib.sha256(opened + closed + keys).hexdigest()


def chain(previous: str, header: dict[str, Any], kinds: dict[str, str]) -> str:
    """The hash of a changeset: over the one before, its header (number, instant, actor, reason,
    counts, documents) and the hash of each kind it touched."""
    body = json.dumps([previous, header, kinds], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(body.encode()).hexdigest()
