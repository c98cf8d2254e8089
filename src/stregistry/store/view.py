"""The registry as it was true on a day and known at a changeset. Every read goes through one."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar, overload

import attrs
from sqlalchemy import FromClause, Select, Table, and_, select, true

from stregistry.dates import show_day
from stregistry.errors import NotFoundError
from stregistry.model import Organisation, Record, record_class
from stregistry.store.asof import as_of
from stregistry.store.identity.merged import followed, merge
from stregistry.store.identity.same import Same, same_bodies
from stregistry.store.layout import layout
from stregistry.store.pieces import Piece, Wanted, led
from stregistry.store.read import Version, kind_ever, load_versions
from stregistry.store.tables import Tables
from stregistry.store.write import chunks
from stregistry.text import Text

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    import pandas as pd
    from sqlalchemy import Connection

    from stregistry.store.lineage import Step

R = TypeVar("R", bound=Record)

_NO_ID_ABOVE: Final = 2**63 - 1


class Reader(Protocol):
    """What a view needs of the store: its tables, and a read transaction."""

    @property
    def tables(self) -> Tables: ...

    def reading(self) -> "AbstractContextManager[Connection]": ...


class View:
    """Reads at one pair of times. Made by `Store.at`.

    valid: the day states are read on (events have known-time only).
    known: None for all that is known now, else the last changeset that counts.
    known_number: that changeset's number, also when `known` is None.
    """

    def __init__(self, store: Reader, *, valid: int, known: int | None, known_number: int) -> None:
        self._store = store
        self.valid = valid
        self.known = known
        self.known_number = known_number
        self._rows: dict[str, FromClause] = {}

    def __repr__(self) -> str:
        return f"<View valid {show_day(self.valid)}, known at changeset {self.known_number}>"

    @property
    def tables(self) -> Tables:
        return self._store.tables

    def reading(self) -> "AbstractContextManager[Connection]":
        """A read transaction of the store."""
        return self._store.reading()

    def rows(self, kind: str) -> FromClause:
        """The versions of a kind as known, with the columns of its table; not yet cut to a valid day."""
        if kind not in self._rows:  # one that reads two tables takes milliseconds to put together
            self._rows[kind] = as_of(self.tables.kinds[kind], self.known)
        return self._rows[kind]

    def child(self, kind: str, name: str) -> Table:
        """A child table of a kind; it joins on `facts`."""
        return self.tables.kinds[kind].children[name]

    def execute(self, query: Any) -> list[Any]:
        """All rows of a select, read in one short transaction."""
        with self._store.reading() as conn:
            return list(conn.execute(query).all())

    def execute_all(self, queries: Sequence[Any]) -> list[list[Any]]:
        """The rows of several selects, read in one transaction so that they see one state."""
        with self._store.reading() as conn:
            return [list(conn.execute(q).all()) for q in queries]

    def holding(self, source: FromClause) -> Any:
        """The condition that a state holds on the view's day; always true for events."""
        if "valid_from" not in source.c:
            return true()
        return and_(source.c.valid_from <= self.valid, source.c.valid_to > self.valid)

    def select(self, kind: "str | type[Record]") -> Select[Any]:
        """The select behind `frame`: id, interval and fields of the records that hold on the view's day."""
        name = record_class(kind).about.kind
        source = self.rows(name)
        span = [source.c.valid_from, source.c.valid_to] if layout(name).state else []
        return (
            select(source.c.id, *span, *(source.c[n] for n in layout(name).names))
            .where(self.holding(source))
            .order_by(source.c.id)
        )

    def versions(self, kind: "str | type[Record]", ids: Sequence[int] | None = None) -> list[Version]:
        """The records of a kind that hold on the view's day, with row, changeset, document and line."""
        with self._store.reading() as conn:
            return self._versions(conn, record_class(kind).about.kind, ids)

    def _versions(self, conn: "Connection", name: str, ids: Sequence[int] | None) -> list[Version]:
        same = same_bodies(conn, self.tables, self.known)
        if same is None:
            return self._load(conn, name, ids)
        if name != "organisation":
            return [attrs.evolve(v, record=followed(v.record, same)) for v in self._load(conn, name, ids)]
        wanted = None if ids is None else sorted(same.spread(ids))
        return [m.version for m in merge(conn, self.tables, self.known, same, self._load(conn, name, wanted))]

    def pages(self, kind: "str | type[Record]", size: int = 2000) -> Iterator[list[Version]]:
        """What `versions` gives, by id and page by page, so that a kind larger than memory can be read.

        size: ids looked at for a page; a page may hold fewer records. Each page is a read of its own: of a view
        that moves on (`known` None), a later page may know more than the first.
        """
        name = record_class(kind).about.kind
        source, same = self.rows(name), self.same_bodies() if name == "organisation" else None
        # By all versions and not only those of the day: the canonical id of a body may hold on another.
        query, last = select(source.c.id).distinct().order_by(source.c.id).limit(size), 0
        while ids := [number for (number,) in self.execute(query.where(source.c.id > last))]:
            last = ids[-1]
            wanted = ids if same is None else [i for i in ids if same.of(i) == i]
            if found := self.versions(kind, wanted):
                yield found

    def pieces(
        self,
        kind: "str | type[Record]",
        names: Sequence[str],
        children: Mapping[str, Sequence[str]],
        size: int = 10_000,
    ) -> Iterator[Piece]:
        """The records of a kind that hold on the view's day, by id and piece by piece, as columns and not as records.

        What `versions` gives in the form the database has it: `names` of the versions' columns and, for each child
        list, of its columns. Each piece is a read of its own, as each of `pages` is.
        """
        same, after, more = self.same_bodies(), 0, True
        wanted = Wanted(plan=layout(kind), names=names, children=children, size=size)
        while more:
            with self._store.reading() as conn:
                piece, after, more = self.piece(conn, wanted, same, after)
            if piece.columns["id"]:
                yield piece

    def piece(self, conn: "Connection", wanted: Wanted, same: Same | None, after: int) -> tuple[Piece, int, bool]:
        """The next piece on a connection, the id after which the one behind it begins, and whether there may be one."""
        piece, more = wanted.read(conn, self, after)
        last = piece.columns["id"][-1] if more else _NO_ID_ABOVE
        if same is not None:
            of_bodies = wanted.plan.kind == "organisation"
            here = sorted(i for i in same.members if after < i <= last) if of_bodies else []
            loaded = self._load(conn, "organisation", sorted(same.spread(here))) if here else []
            merged = merge(conn, self.tables, self.known, same, loaded)
            piece = led(wanted, piece, same, [m.version for m in merged])
        return piece, last, more

    def _load(self, conn: "Connection", name: str, ids: Sequence[int] | None) -> list[Version]:
        """The records as they were put that hold on the view's day."""
        source = self.rows(name)
        tables, holding = self.tables.kinds[name], self.holding(source)
        if ids is None:
            return load_versions(conn, tables, source, holding)
        some = chunks(sorted(set(ids)))
        return [v for few in some for v in load_versions(conn, tables, source, and_(holding, source.c.id.in_(few)))]

    def same_bodies(self) -> Same | None:
        """The organisations decided to be the same, as known; None when there are none."""
        with self._store.reading() as conn:
            return same_bodies(conn, self.tables, self.known)

    def origins(self, record_id: int) -> dict[str, tuple[int, ...]]:
        """For a merged body, the record each field's value came from (for a list, each item's); else empty."""
        with self._store.reading() as conn:
            same = same_bodies(conn, self.tables, self.known)
            if same is None or record_id not in same.canonical:
                return {}
            versions = self._load(conn, "organisation", sorted(same.spread([record_id])))
            found = merge(conn, self.tables, self.known, same, versions)
        return dict(found[0].origins) if found else {}

    def records(self, kind: type[R]) -> list[R]:
        """The records of a class that hold on the view's day, by id."""
        return [v.record for v in self.versions(kind)]  # type: ignore[misc]  # versions() keeps no type of its class

    def kind_of(self, record_id: int) -> str:
        """The kind of a record, known at the view's changeset or before. Raises NotFoundError."""
        with self._store.reading() as conn:
            return kind_ever(conn, self.tables, record_id, self.known)

    @overload
    def get(self, record_id: int) -> Record: ...
    @overload
    def get(self, record_id: int, cls: type[R]) -> R: ...
    def get(self, record_id: int, cls: type[Record] | None = None) -> Record:
        """The record as it holds on the view's day; `cls` says of which class it is taken to be.

        Raises NotFoundError when it does not hold then, or is of another class.
        """
        kind = self.kind_of(record_id)
        if cls is not None and cls is not record_class(kind):
            raise NotFoundError(
                Text(
                    f"Hồ sơ {record_id} thuộc loại '{kind}', không phải '{cls.about.kind}'.",
                    f"Record {record_id} is of kind '{kind}', not '{cls.about.kind}'.",
                ),
                id=record_id,
            )
        found = self.versions(kind, [record_id])
        if not found:
            raise NotFoundError(
                Text(
                    f"Hồ sơ {record_id} không có hiệu lực ngày {show_day(self.valid)} theo những gì đã ghi nhận.",
                    f"Record {record_id} does not hold on {show_day(self.valid)} as known.",
                ),
                id=record_id,
            )
        return found[0].record

    def names(self, ids: Sequence[int]) -> dict[int, str]:
        """A name for each organisation, as known: the Vietnamese official one first; any day when none holds today.

        A record merged into a body goes by the body's name.
        """
        with self._store.reading() as conn:
            return self.names_in(conn, ids)

    def names_in(self, conn: "Connection", ids: Sequence[int]) -> dict[int, str]:
        """What `names` gives, within a read transaction."""
        source = self.rows("organisation")
        child = self.child("organisation", "names")
        query = select(source.c.id, self.holding(source), child.c.value, child.c.lang, child.c.kind).join(
            child, child.c.facts == source.c.facts
        )
        ranked: dict[int, tuple[Any, str]] = {}
        for some in chunks(sorted(set(ids))):
            for number, holds, value, lang, sort in conn.execute(query.where(source.c.id.in_(some))):
                rank = (not holds, lang != "vi", sort not in (None, "official"), value)
                if number not in ranked or rank < ranked[number][0]:
                    ranked[number] = (rank, value)
        found = {number: value for number, (_, value) in ranked.items()}
        same = same_bodies(conn, self.tables, self.known)
        if same is not None and (merged := [number for number in set(ids) if number in same.canonical]):
            bodies = {v.record.id: v.record for v in self._versions(conn, "organisation", merged)}
            for number in merged:
                body = bodies.get(same.of(number))
                if isinstance(body, Organisation) and body.name:
                    found[number] = body.name
        return found

    def lineage(self, body: int) -> "tuple[Step, ...]":
        """The events of succession that lead to a body and on from it, by date; see `store.lineage`."""
        from stregistry.store.lineage import lineage

        return lineage(self, body)

    def search(self, text: str, limit: int = 20) -> list[tuple[int, str]]:
        """Organisations by name or number, the likeliest first: (id, name found by), or the body's name.

        See `store.search`, which also tells by what each was found.
        """
        from stregistry.store.search import search

        return [(f.id, f.value if f.by == "name" else f.name) for f in search(self, text, limit)]

    def frame(self, kind: "str | type[Record]") -> "pd.DataFrame":
        """The records of a kind that hold on the view's day, one row each, indexed by id.

        Dates are datetime64 (the first day they can mean, with a column `…_precision` where any is
        not known to the day), whole numbers and money are nullable integers, flags nullable
        booleans. Names come as name_vi, name_en, identifiers by scheme, parties as one column of
        names for each role (several joined by "; "). Fields that are personal are left out.
        """
        from stregistry.store.frame import record_frame

        return record_frame(self, record_class(kind))


def end_of_day(day: dt.date) -> dt.datetime:
    """The instant a day ends in Vietnam (UTC+7, no summer time), as UTC."""
    if day == dt.date.max:  # there is no next midnight
        return dt.datetime.max.replace(tzinfo=dt.UTC)
    midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), dt.timezone(dt.timedelta(hours=7)))
    return midnight.astimezone(dt.UTC)
