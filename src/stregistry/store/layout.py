"""How a record class lies in a table: its columns, its child tables, and the way there and back.

Derived from the field declarations and nothing else; the import columns, templates and schemas
read the same layout.
"""

import datetime as dt
from collections.abc import Callable, Hashable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any, Final, cast

import attrs

from stregistry.dates import PartialDate
from stregistry.fields import Field, Money, fields_of
from stregistry.model import Identifier, Name, Party, Record, record_class
from stregistry.text import fold

Row = tuple[Any, ...]


@attrs.frozen(kw_only=True)
class Column:
    """One column of a table: its SQL type, and the field (inside a part, perhaps) it comes from."""

    name: str
    type: str  # text | int | bigint | small
    field: Field
    part: str | None = None

    @property
    def personal(self) -> bool:
        return self.field.personal


_TYPES: Final = {
    "text": "text",
    "code": "text",
    "codes": "text",
    "place": "text",
    "decimal": "text",
    "integer": "bigint",
    "vnd": "bigint",
    "ref": "bigint",
    "flag": "small",
}


def _columns_of(info: Field, part: str | None = None) -> tuple[Column, ...]:
    name = info.column or info.name
    if info.kind == "date":
        # The last day it can mean stands beside the first; they are equal when the day is known.
        return (
            Column(name=name, type="int", field=info, part=part),
            Column(name=f"{name}_last", type="int", field=info, part=part),
        )
    if info.kind == "money":
        return (
            Column(name=f"{name}_minor", type="bigint", field=info, part=part),
            Column(name=f"{name}_currency", type="text", field=info, part=part),
        )
    if info.kind == "part":
        assert info.of is not None  # noqa: S101  # held by the declaration of a part
        return tuple(c for sub in fields_of(info.of) for c in _columns_of(sub, info.name))
    if info.kind == "children":
        return ()
    return (Column(name=name, type=_TYPES[info.kind], field=info, part=part),)


def _encode(info: Field, value: Any) -> Row:
    match info.kind:
        case "date":
            return (value.first.toordinal(), value.last.toordinal()) if value is not None else (None, None)
        case "money":
            return (value.minor, value.currency) if value is not None else (None, None)
        case "codes":
            return (join_codes(value),)
        case "decimal":
            return (show_decimal(value) if value is not None else None,)
        case "flag":
            return (int(value) if value is not None else None,)
        case "part":
            assert info.of is not None  # noqa: S101
            inner = fields_of(info.of)
            return tuple(x for sub in inner for x in _encode(sub, None if value is None else getattr(value, sub.name)))
        case _:
            return (value,)


def _decode(info: Field, take: Callable[[], Any]) -> Any:
    """The field's value from the next columns of a row; `take` gives them one by one."""
    if info.kind == "part":
        assert info.of is not None  # noqa: S101
        values = {sub.name: _decode(sub, take) for sub in fields_of(info.of)}
        return info.of(**values) if any(v not in (None, ()) for v in values.values()) else None
    value = take()
    match info.kind:
        case "date":
            last = take()
            if value is None:
                return None
            return PartialDate(dt.date.fromordinal(value), dt.date.fromordinal(last))
        case "money":
            currency = take()
            return Money(value, currency) if value is not None else None
        case "codes":
            return split_codes(value)
        case "decimal":
            return Decimal(value) if value is not None else None
        case "flag":
            return bool(value) if value is not None else None
        case _:
            return value


def join_codes(values: Sequence[str]) -> str | None:
    """Several codes as one text with a separator on both sides, so that LIKE '%;code;%' finds one.

    >>> join_codes(["know_how", "process"])
    ';know_how;process;'
    """
    return f";{';'.join(values)};" if values else None


def split_codes(value: str | None) -> tuple[str, ...]:
    """The codes of a joined text, in order."""
    return tuple(value.strip(";").split(";")) if value else ()


def show_decimal(value: Decimal) -> str:
    """The one way a number is written: no exponent, no trailing zeros.

    >>> show_decimal(Decimal("1.2300E3"))
    '1230'
    """
    if not value:
        return "0"  # not "-0"
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


# What stands beside a child row but is computed from it, so that reads find it by index. It is no
# part of the content and takes no part in digests: a better folding may recompute it.
Derive = Callable[[Sequence[Row], Mapping[str, int]], list[Row]]


def _derive_names(rows: Sequence[Row], at: Mapping[str, int]) -> list[Row]:
    value = at["value"]
    return [(fold(row[value]),) for row in rows]


def _derive_identifiers(rows: Sequence[Row], at: Mapping[str, int]) -> list[Row]:
    from stregistry import codes  # python-stdnum imports slowly

    scheme, value = at["scheme"], at["value"]
    checked = [codes.check(row[scheme], row[value]) for row in rows]
    return [(c.normalised, c.verdict) for c in checked]


def _derive_parties(rows: Sequence[Row], at: Mapping[str, int]) -> list[Row]:
    # peers: how many parties share the role. A measure by place scans the records with one such
    # party and folds the few others apart, so that nobody is counted twice.
    if len(rows) == 1:
        return [(1,)]
    role = at["role"]
    roles = [row[role] for row in rows]
    return [(roles.count(r),) for r in roles]


_DERIVED: Final[dict[type, tuple[tuple[tuple[str, str], ...], Derive]]] = {
    Name: ((("folded", "text"),), _derive_names),
    Identifier: ((("normalised", "text"), ("verdict", "text")), _derive_identifiers),
    Party: ((("peers", "int"),), _derive_parties),
}


@attrs.frozen(kw_only=True, eq=False)
class ChildLayout:
    """One child table: its content columns, and the columns computed from them."""

    name: str
    table: str
    cls: type
    field: Field
    columns: tuple[Column, ...]
    derived: tuple[tuple[str, str], ...]
    at: Mapping[str, int]
    _derive: Derive | None

    def derive(self, rows: Sequence[Row]) -> list[Row]:
        """The computed columns of the child rows of one record, one tuple a row."""
        return self._derive(rows, self.at) if self._derive else [()] * len(rows)

    def encode(self, items: Sequence[Any]) -> tuple[Row, ...]:
        """The child rows of one record."""
        infos = fields_of(self.cls)
        return tuple(tuple(x for f in infos for x in _encode(f, getattr(item, f.name))) for item in items)

    def decode(self, row: Row) -> Any:
        """A child row as an instance of its class."""
        source = iter(row)
        return self.cls(**{f.name: _decode(f, lambda: next(source)) for f in fields_of(self.cls)})


@attrs.frozen(kw_only=True, eq=False)
class Layout:
    """A record class as tables: `columns` in order, `children` by name.

    at: position of each column in a row.
    personal: positions of personal columns.
    """

    kind: str
    cls: type[Record]
    columns: tuple[Column, ...]
    children: tuple[ChildLayout, ...]
    at: Mapping[str, int]
    personal: tuple[int, ...]

    @property
    def state(self) -> bool:
        return self.cls.about.state

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.columns)

    @property
    def has_personal(self) -> bool:
        return bool(self.personal) or any(c.personal for child in self.children for c in child.columns)

    def child(self, name: str) -> ChildLayout:
        return next(c for c in self.children if c.name == name)

    def column(self, name: str) -> Column:
        return self.columns[self.at[name]]

    def encode(self, record: Record) -> tuple[Row, tuple[tuple[Row, ...], ...]]:
        """The record as a row and, in the order of `children`, its child rows."""
        row = tuple(x for f in fields_of(self.cls) if f.kind != "children" for x in _encode(f, getattr(record, f.name)))
        return row, tuple(child.encode(getattr(record, child.name)) for child in self.children)

    def decode(self, row: Row, children: Sequence[Sequence[Row]], record_id: int | None = None) -> Record:
        """A row and its child rows as a record; the inverse of `encode`."""
        source = iter(row)
        values = {f.name: _decode(f, lambda: next(source)) for f in fields_of(self.cls) if f.kind != "children"}
        for child, rows in zip(self.children, children, strict=True):
            values[child.name] = tuple(child.decode(r) for r in rows)
        return self.cls(id=record_id, **values)


def layout(kind: "str | type[Record]") -> Layout:
    """The layout of a kind or record class."""
    return _layout(cast(Hashable, record_class(kind)))


@cache
def _layout(cls: Any) -> Layout:
    columns = tuple(c for f in fields_of(cls) for c in _columns_of(f))
    children = []
    for info in fields_of(cls):
        if info.kind == "children":
            assert info.of is not None  # noqa: S101
            own = tuple(c for f in fields_of(info.of) for c in _columns_of(f))
            derived, derive = _DERIVED.get(info.of, ((), None))
            children.append(
                ChildLayout(
                    name=info.name,
                    table=f"{cls.about.kind}_{info.name}",
                    cls=info.of,
                    field=info,
                    columns=own,
                    derived=derived,
                    at={c.name: i for i, c in enumerate(own)},
                    derive=derive,
                )
            )
    return Layout(
        kind=cls.about.kind,
        cls=cls,
        columns=columns,
        children=tuple(children),
        at={c.name: i for i, c in enumerate(columns)},
        personal=tuple(i for i, c in enumerate(columns) if c.personal),
    )
