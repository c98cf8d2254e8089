"""Recomputing the chain of changesets from what the tables hold, to find anything altered, added or missing."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import attrs
from sqlalchemy import Connection, literal, select, union_all

from stregistry.dates import ALWAYS, FOREVER
from stregistry.store.erasures import erased_before, erasure_hashes
from stregistry.store.hashing import START, KindHash, chain, digests, key_line, opened_lines, seal
from stregistry.store.layout import Row
from stregistry.store.suspects import Seen, suspects, wrong_head
from stregistry.store.tables import KindTables, Tables
from stregistry.text import Text


@attrs.frozen(kw_only=True)
class AuditReport:
    """What an audit found. `ok` when `problems` is empty.

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
    """Recomputes every digest, every changeset's hash and the chain. Reads everything once, kind by kind."""
    problems: list[Text] = []
    hashes: dict[int, dict[str, KindHash]] = defaultdict(dict)
    seen: list[Seen] = []
    erased = erased_before(conn, tables)
    salts = {(i, f): s for i, f, s in conn.execute(select(tables.salt.c.id, tables.salt.c.field, tables.salt.c.salt))}
    for name, kind in tables.kinds.items():
        seen += _audit_kind(conn, kind, _Personal(salts, erased), hashes, problems)
        _add_keys(conn, tables, name, hashes)
    changesets, last = _audit_chain(conn, tables, hashes, problems)
    problems += wrong_head(conn, tables, seen)
    if problems:
        problems += suspects(seen, _keyed(conn, tables), conn.execute(select(tables.head.c.next_row)).scalar_one())
    return AuditReport(changesets=changesets, versions=len(seen), head=last, problems=tuple(problems))


def _all_versions(conn: Connection, kind: KindTables) -> Sequence[Any]:
    """(row, facts, id, from, to, tx_from, tx_to, digest, document, line, sealed, *fields), by row."""
    plan = kind.layout
    parts = []
    for table in (kind.current, kind.past):
        span = [table.c.valid_from, table.c.valid_to] if plan.state else [literal(ALWAYS), literal(FOREVER)]
        tx_to = table.c.tx_to if "tx_to" in table.c else literal(0)
        sealed = table.c.sealed if plan.personal else literal(None)
        parts.append(
            select(
                table.c.row.label("row"),
                table.c.facts,
                table.c.id,
                span[0].label("valid_from"),
                span[1].label("valid_to"),
                table.c.tx_from,
                tx_to.label("tx_to"),
                table.c.digest,
                table.c.document,
                table.c.line,
                sealed.label("seals"),
                *(table.c[n] for n in plan.names),
            )
        )
    return sorted(conn.execute(union_all(*parts)).all(), key=lambda r: r[0])


def _audit_kind(
    conn: Connection,
    kind: KindTables,
    personal: "_Personal",
    hashes: dict[int, dict[str, KindHash]],
    problems: list[Text],
) -> list[Seen]:
    plan = kind.layout
    rows = _all_versions(conn, kind)
    if not rows:
        return []
    owners = {r[1]: r[2] for r in rows}
    below = [_child_rows(conn, kind, name, owners, personal, problems) for name in kind.children]
    contents: list[Row] = []
    for r in rows:
        content = tuple(r[11:])
        if plan.personal:
            names = _Names(plan.names, plan.personal, "")
            content = _unsealed(plan.kind, (r[2], r[1]), content, r[10], names, personal, problems)
        contents.append(content)
    children = [tuple(tuple(group.get(r[1], ())) for group in below) for r in rows] if below else None
    found = digests(plan, contents, children)
    closed: dict[int, list[int]] = defaultdict(list)
    opened: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for r, digest in zip(rows, found, strict=True):
        row, facts, record, start, end, tx_from, tx_to, stored, document, line, *_ = r
        if digest != stored:
            problems.append(
                Text(
                    f"Hồ sơ {record} ({plan.kind}), phiên bản {row}: nội dung đã bị sửa ngoài hệ thống.",
                    f"Record {record} ({plan.kind}), version {row}: its content was altered outside the registry.",
                )
            )
        opened[tx_from].append((row, facts, record, start, end, stored, document, line))
        if tx_to:
            closed[tx_to].append(row)
    for number, some in opened.items():
        hashes[number].setdefault(plan.kind, KindHash()).open(opened_lines(some))
    for number, gone in closed.items():
        hashes[number].setdefault(plan.kind, KindHash()).close(sorted(gone))
    return [Seen(r[0], plan.kind, r[2], r[3], r[4], r[5], r[6]) for r in rows]


def _keyed(conn: Connection, tables: Tables) -> dict[tuple[int, str], list[int]]:
    table = tables.record_key
    found: dict[tuple[int, str], list[int]] = defaultdict(list)
    for number, kind, record in conn.execute(select(table.c.tx_from, table.c.kind, table.c.id)):
        found[number, kind].append(record)
    return found


@attrs.frozen
class _Personal:
    """The salts by record and field, and the row below which an erased field's values are lawfully missing."""

    salts: dict[tuple[int, str], bytes]
    erased: dict[tuple[int, str], int]


@attrs.frozen
class _Names:
    """Column names of a table, which of them are personal, and how a salt's field name begins."""

    names: Sequence[str]
    personal: Sequence[int]
    prefix: str


def _unsealed(
    kind: str,
    version: tuple[int, int],
    content: Row,
    sealed: str | None,
    about: _Names,
    personal: "_Personal",
    problems: list[Text],
) -> Row:
    """The content with each personal value replaced by its stored seal, after checking the value against it."""
    seals = json.loads(sealed) if sealed else {}
    record, facts = version
    values = list(content)
    for i in about.personal:
        name = about.names[i]
        field = (record, about.prefix + name)
        mark, value, salt = seals.get(name), values[i], personal.salts.get(field)
        values[i] = mark
        if value is None:
            # An erased value leaves its seal, and a row that says so; without one it was tampered with.
            lawful = mark is None or facts < personal.erased.get(field, 0)
        else:
            lawful = salt is not None and seal(salt, value) == mark
        if not lawful:
            problems.append(
                Text(
                    f"Hồ sơ {record} ({kind}): trường cá nhân '{name}' không khớp dấu niêm phong.",
                    f"Record {record} ({kind}): the personal field '{name}' does not match its seal.",
                )
            )
    return tuple(values)


def _child_rows(
    conn: Connection,
    kind: KindTables,
    name: str,
    owners: dict[int, int],
    personal: "_Personal",
    problems: list[Text],
) -> dict[int, list[Row]]:
    child, table = kind.layout.child(name), kind.children[name]
    where = [i for i, c in enumerate(child.columns) if c.personal]
    about = _Names([c.name for c in child.columns], where, f"{name}.")
    seals = [table.c.sealed] if where else []
    query = select(table.c.facts, *seals, *(table.c[c.name] for c in child.columns)).order_by(table.c.facts, table.c.n)
    found: dict[int, list[Row]] = defaultdict(list)
    for owner, *values in conn.execute(query):
        if owner not in owners:
            problems.append(
                Text(
                    f"Bảng {table.name} có dòng thừa của phiên bản {owner}.",
                    f"{table.name} has rows of an unknown version {owner}.",
                )
            )
        elif where:
            version = (owners[owner], owner)
            content = _unsealed(table.name, version, tuple(values[1:]), values[0], about, personal, problems)
            found[owner].append(content)
        else:
            found[owner].append(tuple(values))
    return found


def _add_keys(conn: Connection, tables: Tables, kind: str, hashes: dict[int, dict[str, KindHash]]) -> None:
    table = tables.record_key
    query = select(table.c.tx_from, table.c.source_id, table.c.key, table.c.id, table.c.said).where(
        table.c.kind == kind
    )
    by_number: dict[int, list[tuple[str, str, int, bytes | None]]] = defaultdict(list)
    for number, *key in conn.execute(query):
        by_number[number].append((key[0], key[1], key[2], key[3]))
    for number, keys in by_number.items():
        lines: Iterator[bytes] = (key_line(*k) for k in sorted(keys, key=lambda k: k[:2]))
        hashes[number].setdefault(kind, KindHash()).key(lines)


def _audit_chain(
    conn: Connection, tables: Tables, hashes: dict[int, dict[str, KindHash]], problems: list[Text]
) -> tuple[int, tuple[int, str]]:
    documents: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for mapping in conn.execute(select(tables.document).order_by(tables.document.c.number)).mappings():
        entry = dict(mapping)
        documents[entry.pop("changeset")].append(entry)
    erasures = erasure_hashes(conn, tables)
    previous, expected = START, 1
    for row in conn.execute(select(tables.changeset).order_by(tables.changeset.c.number)):
        if row.number != expected:
            problems.append(Text(f"Thiếu đợt cập nhật {expected}.", f"Changeset {expected} is missing."))
            expected = row.number
        header = {
            "number": row.number,
            "instant": row.instant,
            "actor": row.actor,
            "reason": row.reason,
            "opened": row.opened,
            "closed": row.closed,
            "documents": documents.pop(row.number, []),
        }
        kinds = {name: h.hexdigest() for name, h in sorted(hashes.pop(row.number, {}).items())}
        if row.number in erasures:
            kinds["erasure"] = erasures.pop(row.number)
        if chain(previous, header, kinds) != row.hash:
            problems.append(
                Text(
                    f"Đợt cập nhật {row.number}: mã băm không khớp; có nội dung bị sửa, thêm hoặc mất.",
                    f"Changeset {row.number}: its hash does not match; something was altered, added or removed.",
                )
            )
        previous = row.hash
        expected += 1
    for number in sorted({*hashes, *documents, *erasures}):
        problems.append(
            Text(
                f"Có dòng thuộc đợt cập nhật {number} không tồn tại.",
                f"There are rows of changeset {number}, which does not exist.",
            )
        )
    head = conn.execute(select(tables.head.c.number, tables.head.c.hash)).one()
    if (head.number, head.hash) != (expected - 1, previous):
        problems.append(
            Text(
                f"Đầu chuỗi ghi đợt {head.number}, nhưng đợt cuối cùng có mặt là {expected - 1}.",
                f"The head names changeset {head.number}, but the last one there is {expected - 1}.",
            )
        )
    return expected - 1, (head.number, head.hash)
