"""One changeset: everything stated in it is committed together, under the lock of the head, or not at all."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, and_, delete, select

from stregistry.dates import show_day
from stregistry.errors import ConflictError, NotFoundError
from stregistry.model import Record
from stregistry.store.batch import Batch
from stregistry.store.erasing import erase_values, refuse_kept
from stregistry.store.erasures import erased_of, erasure_hash
from stregistry.store.expect import refuse_unexpected
from stregistry.store.hashing import digests
from stregistry.store.head import Document, Head
from stregistry.store.identity.named import NamedBody, bodies_named
from stregistry.store.kept import KeptRow, Line, kept_hash, kept_rows
from stregistry.store.layout import Layout, layout
from stregistry.store.life import DayLike, amended, bounds, bounds_life, empty_interval, fit_life, own_interval
from stregistry.store.origin import Told, told_by_others
from stregistry.store.read import Version, find_kind, kind_ever, kinds_of, load_records, load_standing, no_record
from stregistry.store.references import refuse_referenced
from stregistry.store.rows import insert_rows
from stregistry.store.sweep import Opened, Piece, Statement, sweep
from stregistry.store.tables import KindTables, Tables
from stregistry.store.words import storable
from stregistry.store.write import Counts, KindWriter, chunks, read_pieces, seal_batch
from stregistry.text import Text

_KEY = Text("Khóa của hồ sơ", "The key of a record")
_SOURCE = Text("Tên nguồn dữ liệu", "The name of a source")
_DOCUMENT = Text("Tên tài liệu, trang hoặc nguồn", "The name of a document, sheet or source")


class Changeset:
    """Statements to be committed as one. Made by `Store.changeset`; lives inside its `with` block."""

    def __init__(self, conn: Connection, tables: Tables, *, actor: str, reason: str, now: dt.datetime) -> None:
        self._conn, self._tables = conn, tables
        self.actor = storable(actor, Text("Người thực hiện", "The actor"))
        self.reason = storable(reason, Text("Lý do", "The reason"))
        self._head = Head.lock(conn, tables, now)
        self._numbers = self._head.numbers
        self.instant = self._head.instant
        self._writers: dict[str, KindWriter] = {}
        self._keys: dict[str, dict[tuple[str, str], tuple[int, bytes | None]]] = {}
        self._documents: list[Document] = []
        self._erased: list[tuple[str, int, str, int]] = []
        self._kept: list[Line] = []
        self.counts = Counts()
        self.committed = False

    @property
    def number(self) -> int:
        """The number this changeset has if it is committed."""
        return self._numbers.tx

    # ---- statements ------------------------------------------------------------------------

    def put(
        self,
        record: Record,
        *,
        valid_from: DayLike | None = None,
        valid_to: DayLike | None = None,
        source_id: str = "default",
        key: str | None = None,
        expect: int | None = None,
    ) -> int:
        """States a record and returns its id.

        A state holds from `valid_from` up to, not including, `valid_to`; the rest of its life stays
        as it was. Without either it holds over its own dates (`About.span`), and that is its whole
        life. A record without an id is the one that (source_id, key) names, else a new one.
        expect: the version the statement rests on (`Store.version`; 0: not there yet). When somebody
        changed the record since, ConflictError carries both sides; without it the statement is made,
        and the other one stands in history.
        Raises DomainError for an empty interval, or an interval given for an event; NotFoundError for
        an id never given; ConflictError for an id of another kind, or a key that names another record.
        """
        if expect is not None:
            number = record.id
            if number is None and key is not None:
                number = self.keys(type(record).about.kind, source_id, [key]).get(key, (None, None))[0]
            self._refuse_unexpected(type(record).about.kind, number, expect, record)
        return self.put_many(
            [record], valid_from=valid_from, valid_to=valid_to, source_id=source_id, keys=None if key is None else [key]
        )[0]

    def put_many(
        self,
        records: Sequence[Record],
        *,
        valid_from: DayLike | None = None,
        valid_to: DayLike | None = None,
        source_id: str = "default",
        keys: Sequence[str] | None = None,
    ) -> list[int]:
        """States many records of one kind, as `put` does for one, and returns their ids in order."""
        if not records:
            return []
        plan = layout(type(records[0]))
        ids = self._ids_for(plan.kind, records, source_id, keys)
        spans = [own_interval(r, valid_from, valid_to) for r in records]
        stated = [(number, r, *span) for number, r, span in zip(ids, records, spans, strict=True)]
        self._put_records(plan, stated, whole=valid_from is None and valid_to is None)
        return ids

    def _put_records(
        self,
        plan: Layout,
        stated: Sequence[tuple[int, Record, int, int]],
        *,
        whole: bool,
        standing: Mapping[int, Sequence[Piece]] | None = None,
    ) -> Counts:
        """States records, each (id, record, from, to); `whole` and `standing` as in `Batch`."""
        encoded = [plan.encode(r) for _, r, _, _ in stated]
        return self.put_batch(
            Batch(
                layout=plan,
                ids=[number for number, *_ in stated],
                rows=[row for row, _ in encoded],
                children=[below for _, below in encoded] if plan.children else None,
                valid_from=[start for _, _, start, _ in stated] if plan.state else None,
                valid_to=[end for *_, end in stated] if plan.state else None,
                whole=whole,
                standing=standing,
            )
        )

    def _ids_for(self, kind: str, records: Sequence[Record], source_id: str, keys: Sequence[str] | None) -> list[int]:
        self._refuse_strangers(kind, [r.id for r in records if r.id is not None])
        if keys is None:
            fresh = iter(self.new_ids(sum(r.id is None for r in records)))
            return [r.id if r.id is not None else next(fresh) for r in records]
        known = self.keys(kind, source_id, keys)
        ids, added = [], []
        for record, key in zip(records, keys, strict=True):
            if key in known:
                number = known[key][0]
                if record.id not in (None, number):
                    raise ConflictError(
                        Text(
                            f"Khóa '{key}' của nguồn '{source_id}' là hồ sơ {number}, không phải {record.id}.",
                            f"The key '{key}' of source '{source_id}' names record {number}, not {record.id}.",
                        )
                    )
            else:
                number = record.id if record.id is not None else self.new_ids(1)[0]
                added.append((key, number, None))
                known[key] = (number, None)
            ids.append(number)
        self.record_keys(kind, source_id, added)
        return ids

    def _refuse_unexpected(self, kind: str, number: int | None, expect: int, stated: Record | None) -> None:
        # An id that was never given is refused further on, in the words for that.
        refuse_unexpected(self._conn, self._tables, kind, number or 0, expect, stated, self.number)

    def _refuse_strangers(self, kind: str, ids: Sequence[int]) -> None:
        """An id made up outside would meet a given one some day; one of another kind would name two records."""
        for number in ids:
            if not 0 < number < self._numbers.next_id:
                raise no_record(number)
        for number, other in kinds_of(self._conn, self._tables, kind, ids).items():
            raise ConflictError(
                Text(
                    f"Hồ sơ {number} thuộc loại '{other}', không phải '{kind}'.",
                    f"Record {number} is of kind '{other}', not '{kind}'.",
                )
            )

    def put_batch(self, batch: Batch) -> Counts:
        """States many records at once (`Batch`); returns what changed.

        The ids must come from `new_ids` or name records of this kind; this is not checked here.
        """
        if batch.valid_from is not None and batch.valid_to is not None:
            for start, end in zip(batch.valid_from, batch.valid_to, strict=True):
                if start >= end:
                    raise empty_interval(start, end)
        kind = batch.layout.kind
        counts = self._writer(kind).write(batch)
        self.counts += counts
        return counts

    def retract(
        self,
        record: "int | Record",
        *,
        valid_from: DayLike | None = None,
        valid_to: DayLike | None = None,
        keep_references: bool = False,
        expect: int | None = None,
    ) -> bool:
        """Says that a record was not so: altogether, or over an interval (states only).

        Its history stays. Returns False when nothing was known there. Raises NotFoundError for an
        unknown id; ConflictError when nothing would be left of a record that others name (a body with
        roles or deals), unless `keep_references` says that they are to stay; and as `put` for `expect`.
        """
        number = record if isinstance(record, int) else record.id
        kind_name = find_kind(self._conn, self._tables, number)
        kind = self._tables.kinds[kind_name]
        assert number is not None  # noqa: S101  # find_kind refuses None
        start, end = bounds(kind.layout.cls.about, valid_from, valid_to)
        if start >= end:
            raise empty_interval(start, end)
        if expect is not None:
            self._refuse_unexpected(kind_name, number, expect, None)
        return bool(self._retract(kind, [number], (start, end), keep_references))

    def retract_many(
        self,
        kind: str,
        ids: Sequence[int],
        *,
        valid_from: DayLike | None = None,
        valid_to: DayLike | None = None,
        keep_references: bool = False,
    ) -> int:
        """Says of many records of one kind that they were not so, as `retract` of one; of how many it changed anything.

        Records of the same kind that name each other may go together.
        """
        tables = self._tables.kinds[layout(kind).kind]
        start, end = bounds(tables.layout.cls.about, valid_from, valid_to)
        if start >= end:
            raise empty_interval(start, end)
        return self._retract(tables, list(dict.fromkeys(ids)), (start, end), keep_references)

    def _retract(self, kind: KindTables, ids: Sequence[int], span: tuple[int, int], keep_references: bool) -> int:
        known = read_pieces(self._conn, kind, ids)
        closed: list[int] = []
        opened: list[tuple[int, Opened]] = []
        changed, gone = 0, []
        for number in ids:
            if number not in known:
                raise no_record(number)
            shut, made = sweep(known[number], [Statement(-1, *span, None)])
            closed += [p.row for p in shut]
            opened += [(number, version) for version in made]
            changed += bool(shut)
            if len(shut) == len(known[number]) and not made:
                gone.append(number)
        if not keep_references:
            for number in gone:
                refuse_referenced(self._conn, self._tables, kind.layout.kind, number, beside=gone)
        if closed:
            writer = self._writer(kind.layout.kind)
            writer.close(sorted(closed))
            writer.carry(opened)
            self.counts += Counts(changed=changed, opened=len(opened), closed=len(closed))
        return changed

    def amend(
        self,
        record_id: int,
        changes: Mapping[str, Any],
        *,
        valid_from: DayLike | None = None,
        valid_to: DayLike | None = None,
        expect: int | None = None,
    ) -> bool:
        """Changes some fields of a record over an interval (all of its life without one) and leaves
        every other field of every version as it was.

        changes: field name to value; fields of a certificate go by their own name. When a date that
        bounds the record's life changes, the life follows. Returns False when nothing changed.
        expect: as for `put`.
        """
        kind_name = find_kind(self._conn, self._tables, record_id)
        if expect is not None:
            self._refuse_unexpected(kind_name, record_id, expect, None)
        versions, pieces = load_standing(self._conn, self._tables.kinds[kind_name], record_id)
        plan = layout(kind_name)
        start, end = bounds(plan.cls.about, valid_from, valid_to)
        touched = [(v, max(v.valid_from, start), min(v.valid_to, end)) for v in versions]
        touched = [(v, s, e) for v, s, e in touched if s < e]
        if not touched:
            raise NotFoundError(
                Text(
                    f"Hồ sơ {record_id} không có hiệu lực trong khoảng {show_day(start)}..{show_day(end)}.",
                    f"Record {record_id} does not hold within {show_day(start)}..{show_day(end)}.",
                )
            )
        changed = [(amended(v.record, changes), s, e) for v, s, e in touched]
        whole = plan.state and valid_from is None and valid_to is None and bounds_life(plan.cls, changes)
        if whole:
            changed = fit_life(changed, changes)
        stated = [(record_id, *one) for one in changed]
        counts = self._put_records(plan, stated, whole=whole, standing={record_id: pieces})
        return bool(counts.opened or counts.closed)

    def decide(self, one: int, two: int, verdict: str, *, by: str, why: str) -> int:
        """States whether two organisations are the "same" body, "different" or "unsure"; returns the decision's id.

        Deciding again replaces what was decided of the pair; records are never rewritten.
        Raises ConflictError with the chain of decisions that a verdict contradicts, NotFoundError for
        an unknown record, DomainError for one that is no organisation.
        """
        from stregistry.store.identity.decide import decide

        return decide(
            self._conn, self._tables, self.put, pair=(one, two), verdict=verdict, by=by, why=why, on=self._today()
        )

    def pin(self, body: int, field: str, *, by: str, why: str) -> int:
        """States that a merged body takes the value of `field` from this one of its records; the last pin counts.

        Raises NotFoundError for an unknown record or field, DomainError for a record that is no organisation.
        """
        from stregistry.store.identity.decide import pin

        return pin(self._conn, self._tables, self.put, body=body, field=field, by=by, why=why, on=self._today())

    def _today(self) -> dt.date:
        """The changeset's day in Vietnam."""
        return (dt.datetime.fromisoformat(self.instant.replace("Z", "+00:00")) + dt.timedelta(hours=7)).date()

    def erase(self, record_id: int, fields: Sequence[str]) -> tuple[str, ...]:
        """Removes personal values from every version of a record for good; see `Store.erase`.

        Returns the fields that held anything.
        """
        kind = self._tables.kinds[kind_ever(self._conn, self._tables, record_id)]
        refuse_kept(kind.layout, fields)
        gone = erase_values(self._conn, self._tables, kind, record_id, fields)
        fresh = [(kind.layout.kind, record_id, name, self._numbers.next_row) for name in gone]
        # Erased, stated anew and erased again in one changeset: the later row covers both.
        again = {(number, name) for _, number, name, _ in fresh}
        self._erased = [e for e in self._erased if (e[1], e[2]) not in again] + fresh
        table = self._tables.erasure
        for few in chunks(gone):
            same = and_(table.c.changeset == self.number, table.c.id == record_id, table.c.field.in_(few))
            self._conn.execute(delete(table).where(same))
        insert_rows(self._conn, table, [(self.number, number, name, sort, row) for sort, number, name, row in fresh])
        return tuple(gone)

    def erased(self, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
        """The fields ever erased of each of the given records; the others are left out."""
        return erased_of(self._conn, self._tables, ids)

    def kept_rows(self) -> list[KeptRow]:
        """Every kept snapshot. Under the lock of the head: nobody keeps or approves one before this is committed."""
        return kept_rows(self._conn, self._tables)

    def keep(self, sha256: str, name: str, about: str, content: bytes) -> None:
        """Keeps a snapshot's bytes for good under the hash of its content; see `Registry.keep`.

        about: what it is of, as JSON. What is kept already must not be kept again.
        """
        row = (sha256, self.number, name, about, content)
        insert_rows(self._conn, self._tables.kept, [row])
        self._kept.append(("kept", sha256, name, about))

    def approve(self, sha256: str) -> None:
        """Approves a kept snapshot in the name of this changeset's actor; see `Registry.approve`."""
        insert_rows(self._conn, self._tables.approval, [(sha256, self.number)])
        self._kept.append(("approved", sha256, "", ""))

    # ---- what an importer needs ------------------------------------------------------------

    def new_ids(self, n: int) -> range:
        """Fresh ids. They are opaque: never read meaning into them."""
        return self._numbers.ids(n)

    def keys(self, kind: str, source_id: str, only: Iterable[str] | None = None) -> dict[str, tuple[int, bytes | None]]:
        """A source's own keys: key to (id, hash of what the source last said of it).

        only: just these keys; None reads all of the source in one query.
        """
        storable(source_id, _SOURCE)
        table = self._tables.record_key
        query = (
            select(table.c.key, table.c.id, table.c.said)
            .where(table.c.kind == kind, table.c.source_id == source_id)
            .order_by(table.c.tx_from)
        )
        if only is None:
            return {key: (number, said) for key, number, said in self._conn.execute(query)}
        found: dict[str, tuple[int, bytes | None]] = {}
        only = [storable(key, _KEY) for key in only]
        for some in chunks(list(dict.fromkeys(only))):
            found |= {
                key: (number, said) for key, number, said in self._conn.execute(query.where(table.c.key.in_(some)))
            }
        return found

    def keys_of_records(self, kind: str, source_id: str, ids: Iterable[int]) -> dict[int, str]:
        """The key under which a source names each record, its last one; records it has no key for are left out."""
        table, found = self._tables.record_key, dict[int, str]()
        of_source = select(table.c.id, table.c.key).where(table.c.kind == kind, table.c.source_id == source_id)
        for some in chunks(sorted(set(ids))):
            query = of_source.where(table.c.id.in_(some)).order_by(table.c.tx_from, table.c.key)
            found |= {row.id: row.key for row in self._conn.execute(query)}
        named = self.keys(kind, source_id, found.values())
        return {number: key for number, key in found.items() if named[key][0] == number}

    def record_keys(self, kind: str, source_id: str, keys: Sequence[tuple[str, int, bytes | None]]) -> None:
        """Remembers which id a source's key names and what the source said; later calls supersede earlier ones."""
        for word, what in ((source_id, _SOURCE), *((key, _KEY) for key, _, _ in keys)):
            storable(word, what)
        table, last = self._tables.record_key, {key: (number, said) for key, number, said in keys}
        noted = self._keys.setdefault(kind, {}) if last else {}
        for some in chunks([key for key in last if (source_id, key) in noted]):
            self._conn.execute(
                delete(table).where(
                    table.c.kind == kind,
                    table.c.source_id == source_id,
                    table.c.tx_from == self.number,
                    table.c.key.in_(some),
                )
            )
        insert_rows(self._conn, table, [(kind, source_id, key, self.number, *what) for key, what in last.items()])
        noted.update({(source_id, key): what for key, what in last.items()})

    def find_identifiers(self, scheme: str, values: Iterable[str]) -> dict[str, int]:
        """The organisation that holds each normalised identifier now; values nobody holds are left out."""
        kind = self._tables.kinds["organisation"]
        child = kind.children["identifiers"]
        found: dict[str, int] = {}
        for some in chunks(list(dict.fromkeys(values))):
            query = (
                select(child.c.normalised, kind.current.c.id)
                .join(kind.current, kind.current.c.facts == child.c.facts)
                .where(child.c.normalised.in_(some), child.c.scheme == scheme)
                .order_by(kind.current.c.row)
            )
            for value, number in self._conn.execute(query):
                found.setdefault(value, number)
        return found

    def bodies_named(self, names: Iterable[str]) -> dict[str, list[NamedBody]]:
        """The organisations that bear each name now; a name that nobody bears is left out."""
        return bodies_named(self._conn, self._tables, names)

    def versions(self, kind: str, ids: Iterable[int]) -> dict[int, list[Version]]:
        """The current versions of each given record, in order of time; ids unknown to the kind are left out."""
        found: dict[int, list[Version]] = {}
        for version in load_records(self._conn, self._tables.kinds[kind], sorted(set(ids))):
            found.setdefault(version.record.id or 0, []).append(version)
        return found

    def records(self, kind: str, ids: Iterable[int]) -> dict[int, Record]:
        """The newest version of each given record as it stands now; ids unknown to the kind are left out."""
        return {number: versions[-1].record for number, versions in self.versions(kind, ids).items()}

    def said(self, batch: Batch) -> list[bytes]:
        """A hash of each statement, for telling a repetition from a correction; nothing is stated.

        It is the digest the statement would be written with: personal values enter it salted.
        """
        rows, children = seal_batch(self._conn, self._tables, batch)
        return digests(batch.layout, rows, children)

    def told_by_others(self, kind: str, ids: Sequence[int], source_id: str) -> dict[int, list[Told]]:
        """Every version of those of the records that anybody but this source ever stated, by id, oldest first."""
        return told_by_others(self._conn, self._tables, kind, ids, source_id)

    def document_names(self, numbers: Iterable[int]) -> dict[int, str]:
        """The name of each document that an earlier changeset noted."""
        table, found = self._tables.document, dict[int, str]()
        for some in chunks(sorted(set(numbers))):
            query = select(table.c.number, table.c.name).where(table.c.number.in_(some))
            found |= {row.number: row.name for row in self._conn.execute(query)}
        return found

    def source_of(self, document: int) -> str | None:
        """Whose document it is, of those noted in this changeset."""
        return next((d.source_id for d in self._documents if d.number == document), None)

    def document(
        self,
        *,
        name: str,
        sha256: str,
        sheet: str | None = None,
        kind: str | None = None,
        source_id: str | None = None,
    ) -> int:
        """Notes a source document and returns its number, for the rows that come from it."""
        for word in (name, sheet, source_id):
            if word is not None:
                storable(word, _DOCUMENT)
        number = self._numbers.next_document
        self._numbers.next_document += 1
        self._documents.append(
            Document(number=number, name=name, sheet=sheet, sha256=sha256, kind=kind, source_id=source_id)
        )
        return number

    # ---- the end ---------------------------------------------------------------------------

    def _writer(self, kind: str) -> KindWriter:
        if kind not in self._writers:
            self._writers[kind] = KindWriter(self._conn, self._tables, kind, self._numbers)
        return self._writers[kind]

    def seal(self) -> bool:
        """Writes the changeset's own row and moves the head. False when there is nothing to commit."""
        if not (self.counts.opened or self.counts.closed or self._keys or self._erased or self._kept):
            return False
        for kind in self._keys:
            self._writer(kind)
        hashes = {
            name: writer.finish([(*key, *what) for key, what in self._keys.get(name, {}).items()])
            for name, writer in sorted(self._writers.items())
        }
        kinds = {name: own for name, own in hashes.items() if own is not None}
        if self._erased:
            kinds["erasure"] = erasure_hash(self._erased)
        if self._kept:
            kinds["kept"] = kept_hash(self._kept)
        self._head.move(
            actor=self.actor, reason=self.reason, counts=self.counts, documents=self._documents, kinds=kinds
        )
        return True
