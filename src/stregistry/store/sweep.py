"""The algebra of valid time: what one record's intervals become when something new is stated.

Pure functions on small tuples; the store reads the old pieces, calls `sweep`, writes the answer.
"""

import itertools
from collections.abc import Sequence

import attrs

from stregistry.errors import ConflictError
from stregistry.text import Text


@attrs.frozen
class Piece:
    """A stored version: its row, the row that first stated its content, its interval and digest."""

    row: int
    facts: int
    start: int
    end: int
    digest: bytes


@attrs.frozen
class Statement:
    """What is stated over an interval. index: which statement of the batch; digest None: it was not so."""

    index: int
    start: int
    end: int
    digest: bytes | None


@attrs.frozen
class Opened:
    """A version to write. `carried` is the stored version whose content it keeps, else None and `index` says which."""

    start: int
    end: int
    digest: bytes
    carried: Piece | None
    index: int


def sweep(
    pieces: Sequence[Piece], statements: Sequence[Statement], whole: bool = False
) -> tuple[list[Piece], list[Opened]]:
    """Which versions to close and which to open so that the statements hold.

    pieces: the record's current versions, disjoint. statements: disjoint among themselves.
    whole: what stood outside the statements goes too.
    Neighbours with the same content become one version. A version that would be opened exactly as
    it stands is left alone, so stating what is known changes nothing.
    Raises ConflictError when two statements overlap without being the same.
    """
    ordered = sorted(statements, key=lambda s: (s.start, s.end))
    for one, two in itertools.pairwise(ordered):
        if two.start < one.end and (one.start, one.end, one.digest) != (two.start, two.end, two.digest):
            raise ConflictError(
                Text(
                    "Hai khẳng định về cùng một hồ sơ chồng lấn thời gian với nội dung khác nhau.",
                    "Two statements about one record overlap in time with different content.",
                ),
                indexes=(one.index, two.index),
            )
    spans = _cut(pieces, ordered, whole)
    joined = _join(spans)
    known = {(p.start, p.end, p.digest): p for p in pieces}
    kept = {known[o.start, o.end, o.digest].row for o in joined if (o.start, o.end, o.digest) in known}
    closed = sorted((p for p in pieces if p.row not in kept), key=lambda p: p.row)
    opened = [o for o in joined if (o.start, o.end, o.digest) not in known]
    return closed, opened


def _cut(pieces: Sequence[Piece], statements: Sequence[Statement], whole: bool) -> list[Opened]:
    by_digest = {p.digest: p for p in reversed(pieces)}
    spans = [
        Opened(s.start, s.end, s.digest, by_digest.get(s.digest), s.index)
        for s in dict.fromkeys(statements)
        if s.digest is not None
    ]
    if not whole:
        for piece in pieces:
            start = piece.start
            for s in statements:
                if s.end <= start or s.start >= piece.end:
                    continue
                if s.start > start:
                    spans.append(Opened(start, s.start, piece.digest, piece, -1))
                start = max(start, s.end)
            if start < piece.end:
                spans.append(Opened(start, piece.end, piece.digest, piece, -1))
    return sorted(set(spans), key=lambda o: (o.start, o.index))


def _join(spans: list[Opened]) -> list[Opened]:
    joined: list[Opened] = []
    for span in spans:
        last = joined[-1] if joined else None
        if last and last.end >= span.start and last.digest == span.digest:
            joined[-1] = attrs.evolve(
                last,
                end=max(last.end, span.end),
                carried=last.carried or span.carried,
            )
        else:
            joined.append(span)
    return joined
