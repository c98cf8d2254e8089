"""Records as rows of an import file: what is exported here can be imported again, into this registry or another."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import attrs

from stregistry.dates import show_day
from stregistry.exchange.columns import ImportColumn, import_plan
from stregistry.fields import Field, fields_of, minor_digits
from stregistry.model import Record, record_class
from stregistry.store.layout import show_decimal

if TYPE_CHECKING:
    from stregistry.store.read import Version
    from stregistry.store.view import View

_WHOLE: Final = frozenset({"vnd", "integer"})


@attrs.define(kw_only=True)
class Again:
    """The import file of a kind as of a view.

    columns: of the file, in order; a role names its body by `organisation` and leaves the rest to the body's own file.
    rows: one a record, read page by page; the id is the registry's, so bodies are found when their file is imported
    first under the same source. left: what no column can say, as `field` to the number of records, counted as rows
    are read: names of other kinds, the issuer of an identifier, relations, the hash of a document.
    personal: personal fields too.
    """

    view: "View"
    kind: "str | type[Record]"
    personal: bool = False
    left: dict[str, int] = attrs.field(factory=dict)

    @property
    def shown(self) -> tuple[ImportColumn, ...]:
        """The columns of the import plan that are written."""
        plan = import_plan(self.kind)
        return tuple(c for c in plan.columns if not c.body and (self.personal or not c.field.personal))

    @property
    def columns(self) -> list[str]:
        return [c.id for c in self.shown]

    @property
    def types(self) -> dict[str, str]:
        """The types of the columns, for files that state them."""
        return {c.id: "int64" if c.cell in _WHOLE else "string" for c in self.shown}

    @property
    def rows(self) -> Iterator[dict[str, Any]]:
        shown = [(c, _reader(c)) for c in self.shown]
        for page in self.view.pages(self.kind):
            for version in page:
                self._count_left(version.record)
                yield {column.id: read(version) for column, read in shown}

    def _count_left(self, record: Record) -> None:
        for info in fields_of(record_class(self.kind)):
            if info.kind == "children":
                for name in {n for item in getattr(record, info.name) for n in self._unsaid(info, item)}:
                    self.left[name] = self.left.get(name, 0) + 1
                if info.name == "names":
                    seen = [_key(item) for item in record.names if _fixed(item)]  # type: ignore[attr-defined]
                    if len(set(seen)) < len(seen):
                        self.left["names"] = self.left.get("names", 0) + 1

    def _unsaid(self, info: Field, item: Any) -> Iterator[str]:
        """What of a child row has no column."""
        said = {
            "names": ("value", "lang", "kind"),
            "identifiers": ("value", "scheme"),
            "parties": ("role", "body", "name", *(("person",) if self.personal else ())),
            "evidence": ("name",),
        }.get(info.name, ())
        if info.name == "names" and not _fixed(item):
            yield info.name
            return
        for field in fields_of(type(item)):
            value = getattr(item, field.name)
            # In these cells a semicolon stands between two.
            split = field.name == "name" and info.name in ("parties", "evidence") and ";" in (value or "")
            if value not in (None, ()) and (split or field.name not in said):
                yield f"{info.name}.{field.name}"


def _key(name: Any) -> tuple[str | None, str | None]:
    # A name of no kind is read as an official one everywhere.
    return name.lang, name.kind or "official"


_NAMED: Final = {("vi", "official"), ("en", "official"), (None, "official"), (None, "short")}


def _fixed(name: Any) -> bool:
    """Whether a name has a column of its own."""
    return _key(name) in _NAMED


def _reader(column: ImportColumn) -> "Callable[[Version], Any]":
    """What a column says of a version."""
    info, fixed = column.field, column.fixed
    match column.cell:
        case "key":
            return lambda v: str(v.record.id)
        case "day":
            return lambda v: show_day(getattr(v, column.id)) or None
        case "child":
            key = (fixed["lang"], fixed["kind"])
            return lambda v: next((n.value for n in getattr(v.record, info.name) if _key(n) == key), None)
        case "identifier":
            return lambda v: next((i.value for i in getattr(v.record, info.name) if _has(i, fixed)), None)
        case "party":
            return lambda v: "; ".join(_party(p) for p in v.record.parties if _has(p, fixed)) or None  # type: ignore[attr-defined]
        case "evidence":
            return lambda v: "; ".join(e.name for e in getattr(v.record, info.name)) or None
    owner = _owner(column)
    return lambda v: _plain(column, getattr(owner(v.record), info.name, None))


def _owner(column: ImportColumn) -> Callable[[Record], Any]:
    """Where the field stands: on the record, or in a part of it."""

    def find(record: Record) -> Any:
        for info in fields_of(type(record)):
            if info == column.field:
                return record
            if info.kind == "part" and info.of is not None and column.field in fields_of(info.of):
                return getattr(record, info.name)
        return record

    return find


def _has(item: Any, fixed: Any) -> bool:
    return all(getattr(item, name) == value for name, value in fixed.items())


def _party(party: Any) -> str:
    if party.body is not None:
        return str(party.body)
    return f"person:{party.person}" if party.person else party.name or ""


def _plain(column: ImportColumn, value: Any) -> Any:
    if value is None or value == ():
        return None
    match column.cell:
        case "money":
            return _number(Decimal(value.minor).scaleb(-minor_digits(value.currency)))
        case "currency":
            return value.currency
        case "decimal":
            return _number(value)
        case "codes" | "countries":
            return ";".join(value)
        case "flag":
            return "true" if value else "false"
        case "ref":
            return str(value)
        case cell if cell in _WHOLE:
            return value
        case _:
            return value if isinstance(value, str) else str(value)


def _number(value: Decimal) -> str:
    """The number so that it reads in one way only: three digits after a mark could be thousands.

    >>> _number(Decimal("1.250")), _number(Decimal("1.125")), _number(Decimal("1500"))
    ('1.25', '1.1250', '1500')
    """
    text = show_decimal(value)
    return f"{text}0" if len(text.partition(".")[2]) == 3 else text
