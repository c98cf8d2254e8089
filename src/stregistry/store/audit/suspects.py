"""Naming what an audit's hashes only point at: which row was added, lost, moved or given other bounds.

Version numbers grow without a gap, and those of one changeset follow each other; no two versions of
a record hold on one day. Whatever breaks that is named by kind, id and version.
"""

import itertools
from collections.abc import Iterable, Iterator
from functools import partial
from heapq import merge
from operator import attrgetter
from typing import Final

import attrs
from sqlalchemy import Connection, func, literal, select, union

from stregistry.dates import ALWAYS, FOREVER
from stregistry.store.audit.versions import read
from stregistry.store.tables import KindTables, Tables
from stregistry.text import Text

_NAMED: Final = 5  # of the records a deleted version may have been of


@attrs.frozen
class Seen:
    """Where one stored version stands. tx_to: 0 while it is known."""

    kind: str
    row: int
    id: int
    start: int
    end: int
    tx_from: int
    tx_to: int


def _seen(conn: Connection, kind: KindTables, *order: str) -> Iterator[Seen]:
    """The versions of a kind in order of the named columns."""
    both = []
    for table in (kind.current, kind.past):
        span = [table.c.valid_from, table.c.valid_to] if kind.layout.state else [literal(ALWAYS), literal(FOREVER)]
        tx_to = table.c.tx_to if "tx_to" in table.c else literal(0)
        query = select(table.c.row, table.c.id, *span, table.c.tx_from, tx_to)
        # Where SQLite was given something else than numbers, that is a problem already.
        rows = (r for r in read(conn, query.order_by(*(table.c[n] for n in order))) if all(type(x) is int for x in r))
        both.append(itertools.starmap(partial(Seen, kind.layout.kind), rows))
    return merge(*both, key=attrgetter(*order))


def _named(v: Seen) -> tuple[str, str]:
    return f"Hồ sơ {v.id} ({v.kind}), phiên bản {v.row}", f"Record {v.id} ({v.kind}), version {v.row}"


def suspects(conn: Connection, tables: Tables) -> Iterator[Text]:
    """What is wrong with the numbers and bounds of the versions of a registry, in two more readings of them."""
    next_row = conn.execute(select(tables.head.c.next_row)).scalar_one()
    ordered = merge(*(_seen(conn, kind, "row") for kind in tables.kinds.values()), key=attrgetter("row"))
    yield from _order(conn, tables, ordered, next_row)
    for kind in tables.kinds.values():
        for _, of_one in itertools.groupby(_seen(conn, kind, "id", "row"), key=attrgetter("id")):
            yield from _overlaps(list(of_one))


def _order(conn: Connection, tables: Tables, ordered: Iterable[Seen], next_row: int) -> Iterator[Text]:
    latest, expected, before = 0, 1, 0
    last = Seen("", next_row, 0, 0, 0, 2**31, 0)  # no version: what follows the last one
    for v, following in itertools.pairwise(itertools.chain(ordered, [last])):
        vi, en = _named(v)
        if v.row < next_row:
            if v.row > expected:
                yield _deleted(conn, tables, range(expected, v.row), range(before, v.tx_from + 1))
            expected, before = v.row + 1, v.tx_from
        if v.row == following.row and following is not last:
            vi2, en2 = _named(following)
            yield Text(
                f"{vi} và {vi2} cùng một số; một trong hai bị thêm vào.",
                f"{en} and {en2} share a number; one was inserted.",
            )
        if v.row >= next_row:
            yield Text(f"{vi}: bị thêm vào, số chưa từng được cấp.", f"{en}: inserted; its number was never given.")
        elif v.tx_from < latest or latest <= following.tx_from < v.tx_from:
            yield Text(
                f"{vi}: đợt cập nhật {v.tx_from} không khớp thứ tự phiên bản.",
                f"{en}: its changeset {v.tx_from} does not fit the order of versions.",
            )
            continue
        if v.tx_to and v.tx_to < v.tx_from:
            yield Text(f"{vi}: hết ghi nhận trước khi được ghi nhận.", f"{en}: it ended before it was known.")
        latest = max(latest, v.tx_from)
    if next_row > expected:
        yield _deleted(conn, tables, range(expected, next_row), range(before, 2**31))


def _deleted(conn: Connection, tables: Tables, rows: range, changesets: range) -> Text:
    """Numbers nobody has: versions that were deleted, with records whose key their changeset noted."""
    shown = f"{rows[0]}" if len(rows) == 1 else f"{rows[0]}..{rows[-1]}"
    table = tables.record_key
    noted = select(table.c.kind, table.c.id, table.c.tx_from).where(
        table.c.tx_from >= changesets[0], table.c.tx_from <= changesets[-1]
    )
    lost = []
    for kind, number, tx_from in read(conn, noted.order_by(table.c.kind, table.c.id)):
        if kind in tables.kinds and not _is_there(conn, tables.kinds[kind], number, tx_from):
            lost.append(f"{kind} {number}")
        if len(lost) == _NAMED:
            break
    vi, en = (f"; có thể là của {', '.join(lost)}", f"; perhaps of {', '.join(lost)}") if lost else ("", "")
    return Text(f"Phiên bản {shown} đã bị xóa{vi}.", f"Version {shown} was deleted{en}.")


def _is_there(conn: Connection, kind: KindTables, number: int, tx_from: int) -> bool:
    tables = (kind.current, kind.past)
    found = union(*(select(t.c.row).where(t.c.id == number, t.c.tx_from == tx_from) for t in tables))
    return conn.execute(found).first() is not None


def _overlaps(versions: list[Seen]) -> Iterator[Text]:
    """Versions of one record that hold on one day and were known at once."""
    for v in versions:
        if v.start >= v.end:
            vi, en = _named(v)
            yield Text(
                f"{vi}: khoảng hiệu lực rỗng; ngày đã bị sửa.", f"{en}: its interval is empty; its bounds were changed."
            )
    lived = [v for v in versions if v.tx_to != v.tx_from]
    for one, two in itertools.combinations(lived, 2):
        if one.start < two.end and two.start < one.end and (not one.tx_to or one.tx_to > two.tx_from):
            (vi, en), (vi2, en2) = _named(one), _named(two)
            yield Text(
                f"{vi} và {vi2} cùng hiệu lực một ngày theo cùng một ghi nhận; "
                "một trong hai đã bị chuyển chỗ hoặc sửa ngày.",
                f"{en} and {en2} hold on one day and were known at once; one was moved or its bounds were changed.",
            )


def wrong_head(conn: Connection, tables: Tables) -> Iterator[Text]:
    """What the head would give out although it was given out before, and an instant that is not the last one."""
    head = conn.execute(select(tables.head)).one()
    document = conn.execute(select(func.max(tables.document.c.number))).scalar() or 0
    key = conn.execute(select(func.max(tables.record_key.c.id))).scalar() or 0
    last = tables.changeset
    instant = conn.execute(select(last.c.instant).order_by(last.c.number.desc()).limit(1)).scalar() or ""
    for name, found, least in (
        ("next_row", head.next_row, _highest(conn, tables, "row") + 1),
        ("next_id", head.next_id, _highest(conn, tables, "id") + 1),
        ("next_id", head.next_id, key + 1),
        ("next_document", head.next_document, document + 1),
    ):
        if found < least or (name in ("next_row", "next_document") and found != least):
            yield Text(
                f"Đầu chuỗi: {name} là {found}, lẽ ra {least}; số đã cấp có thể bị cấp lại, hoặc có dòng bị xóa.",
                f"The head: {name} is {found}, but should be {least}; a number may come twice, or a row was deleted.",
            )
    if head.instant != instant:
        yield Text(
            f"Đầu chuỗi ghi thời điểm {head.instant}, nhưng đợt cuối là {instant}.",
            f"The head names the instant {head.instant}, but the last changeset is of {instant}.",
        )


def _highest(conn: Connection, tables: Tables, name: str) -> int:
    every = (table for kind in tables.kinds.values() for table in (kind.current, kind.past))
    return max(conn.execute(select(func.max(table.c[name]))).scalar() or 0 for table in every)
