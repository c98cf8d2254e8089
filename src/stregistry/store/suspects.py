"""Naming what an audit's hashes only point at: which row was added, lost, moved or given other bounds.

Version numbers grow without a gap, and those of one changeset follow each other; no two versions of
a record hold on one day. Whatever breaks that is named by kind, id and version.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import attrs
from sqlalchemy import Connection, func, select

from stregistry.store.tables import Tables
from stregistry.text import Text


@attrs.frozen
class Seen:
    """Where one stored version stands. tx_to: 0 while it is known."""

    row: int
    kind: str
    id: int
    start: int
    end: int
    tx_from: int
    tx_to: int


def _named(v: Seen) -> tuple[str, str]:
    return f"Hồ sơ {v.id} ({v.kind}), phiên bản {v.row}", f"Record {v.id} ({v.kind}), version {v.row}"


def suspects(versions: Sequence[Seen], keys: Mapping[tuple[int, str], Sequence[int]], next_row: int) -> Iterator[Text]:
    """What is wrong with the numbers and bounds of all versions of a registry.

    keys: the ids a source's key was noted for, by changeset and kind. next_row: from the head.
    """
    ordered = sorted(versions, key=lambda v: v.row)
    yield from _order(ordered, next_row)
    yield from _gaps(ordered, keys, next_row)
    yield from _overlaps(versions)


def _order(ordered: Sequence[Seen], next_row: int) -> Iterator[Text]:
    latest = 0
    for one, two in itertools.pairwise(ordered):
        if one.row == two.row:
            (vi, en), (vi2, en2) = _named(one), _named(two)
            yield Text(
                f"{vi} và {vi2} cùng một số; một trong hai bị thêm vào.",
                f"{en} and {en2} share a number; one was inserted.",
            )
    for i, v in enumerate(ordered):
        vi, en = _named(v)
        following = ordered[i + 1].tx_from if i + 1 < len(ordered) else v.tx_from
        if v.row >= next_row:
            yield Text(f"{vi}: bị thêm vào, số chưa từng được cấp.", f"{en}: inserted; its number was never given.")
        elif latest <= following < v.tx_from or v.tx_from < latest:
            yield Text(
                f"{vi}: đợt cập nhật {v.tx_from} không khớp thứ tự phiên bản.",
                f"{en}: its changeset {v.tx_from} does not fit the order of versions.",
            )
            continue
        if v.tx_to and v.tx_to < v.tx_from:
            yield Text(f"{vi}: hết ghi nhận trước khi được ghi nhận.", f"{en}: it ended before it was known.")
        latest = max(latest, v.tx_from)


def _gaps(ordered: Sequence[Seen], keys: Mapping[tuple[int, str], Sequence[int]], next_row: int) -> Iterator[Text]:
    """Numbers nobody has: versions that were deleted, with the records their changeset noted a key of."""
    present = {(v.tx_from, v.kind, v.id) for v in ordered}
    expected, before = 1, 0
    for row, tx in [*((v.row, v.tx_from) for v in ordered if v.row < next_row), (next_row, 0)]:
        if row > expected:
            rows = f"{expected}" if row == expected + 1 else f"{expected}..{row - 1}"
            within = range(before, (tx or 2**31) + 1)
            lost = [
                f"{kind} {number}"
                for (number_of, kind), ids in sorted(keys.items())
                if number_of in within
                for number in ids
                if (number_of, kind, number) not in present
            ]
            vi, en = (
                (f"; có thể là của {', '.join(lost[:5])}", f"; perhaps of {', '.join(lost[:5])}") if lost else ("", "")
            )
            yield Text(f"Phiên bản {rows} đã bị xóa{vi}.", f"Version {rows} was deleted{en}.")
        expected, before = max(expected, row + 1), tx


def _overlaps(versions: Sequence[Seen]) -> Iterator[Text]:
    of: dict[tuple[str, int], list[Seen]] = defaultdict(list)
    for v in versions:
        if v.tx_to != v.tx_from:
            of[v.kind, v.id].append(v)
        if v.start >= v.end:
            vi, en = _named(v)
            yield Text(
                f"{vi}: khoảng hiệu lực rỗng; ngày đã bị sửa.", f"{en}: its interval is empty; its bounds were changed."
            )
    for group in of.values():
        for one, two in itertools.combinations(sorted(group, key=lambda v: v.row), 2):
            if one.start < two.end and two.start < one.end and (not one.tx_to or one.tx_to > two.tx_from):
                (vi, en), (vi2, en2) = _named(one), _named(two)
                yield Text(
                    f"{vi} và {vi2} cùng hiệu lực một ngày theo cùng một ghi nhận; "
                    "một trong hai đã bị chuyển chỗ hoặc sửa ngày.",
                    f"{en} and {en2} hold on one day and were known at once; one was moved or its bounds were changed.",
                )


def wrong_head(conn: Connection, tables: Tables, versions: Sequence[Seen]) -> Iterator[Text]:
    """What the head would give out although it was given out before, and an instant that is not the last one."""
    head = conn.execute(select(tables.head)).one()
    document = conn.execute(select(func.max(tables.document.c.number))).scalar() or 0
    key = conn.execute(select(func.max(tables.record_key.c.id))).scalar() or 0
    last = tables.changeset
    instant = conn.execute(select(last.c.instant).order_by(last.c.number.desc()).limit(1)).scalar() or ""
    for name, found, least in (
        ("next_row", head.next_row, max((v.row for v in versions), default=0) + 1),
        ("next_id", head.next_id, max((v.id for v in versions), default=0) + 1),
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
