"""The feed other systems follow: every change in the order it became known, resumable at any point."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs
from sqlalchemy import Connection, select

from stregistry.errors import DomainError, NotFoundError
from stregistry.model import Record
from stregistry.store.erasures import erased_between, erased_by_changeset
from stregistry.store.history import ChangesetInfo
from stregistry.store.layout import Layout
from stregistry.store.moves import Move, differing, load_moved, moves, moves_by_changeset
from stregistry.store.tables import Tables
from stregistry.store.view import Reader
from stregistry.store.write import chunks
from stregistry.text import Text

# Versions read in one go: the changesets of a block together opened and closed about so many.
_BLOCK = 5_000
_PAGE = 500  # changes whose contents are in memory at once


@attrs.frozen(kw_only=True)
class Change:
    """One record over one interval, as one changeset changed it.

    what: "added" (nothing was known there), "revised" (something else was), "retracted" (it was not
    so) or "erased" (personal values removed for good; `before` and `after` are None).
    valid_from, valid_to: day numbers, half-open; None for events, which carry their own dates.
    fields: the fields that differ, of a revised record; the erased ones, of an erased one.
    position: its place among the changes of the changeset, from 1.
    """

    changeset: int
    position: int
    instant: str
    actor: str
    reason: str
    kind: str
    id: int
    what: str
    valid_from: int | None
    valid_to: int | None
    before: Record | None
    after: Record | None
    fields: tuple[str, ...] = ()

    @property
    def cursor(self) -> str:
        """Where to go on after this change: `changes(since=cursor)`."""
        return f"{self.changeset}.{self.position}"


def read_cursor(since: int | str, latest: int) -> tuple[int, int]:
    """The changeset and the position in it that a cursor names: 12, "12" (all of it) or "12.40".

    Raises DomainError for anything else, NotFoundError for a changeset that is not there yet.
    """
    number, dot, position = str(since).strip().partition(".")
    if not (number.isascii() and number.isdecimal() and (not dot or (position.isascii() and position.isdecimal()))):
        raise DomainError(
            Text(
                f"'{since}' không phải vị trí trong dòng thay đổi; hãy ghi số đợt cập nhật (12) hoặc 12.40.",
                f"'{since}' is no place in the feed; write a changeset number (12) or 12.40.",
            )
        )
    if int(number) > latest:
        raise NotFoundError(
            Text(
                f"Không có đợt cập nhật số {number}; đợt mới nhất là {latest}.",
                f"There is no changeset {number}; the latest is {latest}.",
            ),
            number=int(number),
        )
    return (int(number) - 1, int(position)) if dot and int(number) else (int(number), 0)


def changes(store: Reader, after: int, skip: int, until: int) -> Iterator[Change]:
    """The changes of the changesets later than `after`, up to `until`, without the first `skip` of the first one.

    Each block of changesets is read in a transaction of its own: what a changeset did never changes,
    so the reader may take all the time it wants between two changes.
    """
    first = after + 1
    while after < until:
        with store.reading() as conn:
            block = _block(conn, store.tables, after, until)
            if not block:
                return
            last = block[-1].number
            moved = {n: moves_by_changeset(conn, kind, after, last) for n, kind in store.tables.kinds.items()}
            erased = erased_by_changeset(conn, store.tables, after, last)
        for info in block:
            for position, change in enumerate(_of_changeset(store, info, moved, erased.get(info.number, {})), 1):
                if info.number != first or position > skip:
                    yield attrs.evolve(change, position=position)
        after = last


def _block(conn: Connection, tables: Tables, after: int, until: int) -> list[ChangesetInfo]:
    table = tables.changeset
    query = select(table).where(table.c.number > after, table.c.number <= until).order_by(table.c.number)
    found: list[ChangesetInfo] = []
    size = 0
    for row in conn.execute(query.limit(200)).mappings():
        found.append(ChangesetInfo(**row))
        size += row["opened"] + row["closed"]
        if size >= _BLOCK:
            break
    return found


def _of_changeset(
    store: Reader,
    info: ChangesetInfo,
    moved: Mapping[str, Mapping[int, Sequence[Move]]],
    erased: Mapping[tuple[str, int], tuple[str, ...]],
) -> Iterator[Change]:
    about: dict[str, Any] = {"changeset": info.number, "position": 0, "instant": info.instant}
    about |= {"actor": info.actor, "reason": info.reason}
    for (kind, number), fields in erased.items():
        yield Change(**about, kind=kind, id=number, **_erased(fields))
    for kind, tables in store.tables.kinds.items():
        some = moved[kind].get(info.number, ())
        for page in chunks(some, _PAGE):
            with store.reading() as conn:
                contents = load_moved(conn, tables, page)
            for move in page:
                yield Change(**about, kind=kind, id=move.id, **_told(tables.layout, move, contents))


def _erased(fields: tuple[str, ...]) -> dict[str, Any]:
    nothing = dict.fromkeys(("valid_from", "valid_to", "before", "after"))
    return {"what": "erased", "fields": fields, **nothing}


def _told(plan: Layout, move: Move, contents: Mapping[int, Record]) -> dict[str, Any]:
    before = contents[move.before.row] if move.before else None
    after = contents[move.after.row] if move.after else None
    return {
        "what": "added" if before is None else "retracted" if after is None else "revised",
        "valid_from": move.start if plan.state else None,
        "valid_to": move.end if plan.state else None,
        "before": before,
        "after": after,
        "fields": differing(plan, before, after) if before and after else (),
    }


@attrs.frozen(kw_only=True)
class Difference:
    """One record over one interval, as it was known at one time and is known at a later one.

    what: "added", "revised" (`fields` names the fields that differ), "retracted" or "erased".
    valid_from, valid_to: day numbers, half-open; None for events.
    """

    kind: str
    id: int
    what: str
    valid_from: int | None
    valid_to: int | None
    before: Record | None
    after: Record | None
    fields: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class RegistryDiff:
    """What a registry knows at a later changeset otherwise than at an earlier one, by kind, id and time."""

    known_from: int
    known_to: int
    differences: tuple[Difference, ...]

    def of(self, kind: str, what: str | None = None) -> tuple[Difference, ...]:
        """The differences of one kind; only the added, revised, retracted or erased ones when `what` says so."""
        return tuple(d for d in self.differences if d.kind == kind and what in (None, d.what))

    def counts(self) -> dict[str, dict[str, int]]:
        """For each kind that differs, how many differences of each sort there are."""
        found: dict[str, dict[str, int]] = {}
        for d in self.differences:
            found.setdefault(d.kind, {})[d.what] = found.get(d.kind, {}).get(d.what, 0) + 1
        return found


def difference(store: Reader, after: int, until: int, valid: int | None) -> RegistryDiff:
    """What is known at changeset `until` otherwise than at `after`; on one valid day only when it is given."""
    found: list[Difference] = []
    with store.reading() as conn:
        for (kind, number), fields in erased_between(conn, store.tables, after, until).items():
            found.append(Difference(kind=kind, id=number, **_erased(fields)))
        for name, tables in store.tables.kinds.items():
            some: Sequence[Move] = moves(conn, tables, after, until)
            if valid is not None and tables.layout.state:
                some = [m for m in some if m.start <= valid < m.end]
            contents = load_moved(conn, tables, some)
            found += [Difference(kind=name, id=m.id, **_told(tables.layout, m, contents)) for m in some]
    return RegistryDiff(known_from=after, known_to=until, differences=tuple(found))
