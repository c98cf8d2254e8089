"""The records of a kind as cells, a row for each: what `list` shows and writes, made column by column."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import attrs

from stregistry.dates import PartialDate, show_day
from stregistry.exchange.out import Pieces
from stregistry.fields import Field, fields_of, show_money
from stregistry.model import Record, record_class
from stregistry.store.flat import PERSONAL_SCHEMES
from stregistry.store.layout import layout, split_codes
from stregistry.store.pieces import Piece
from stregistry.text import Text
from stregistry.vocab import vocabulary

if TYPE_CHECKING:
    from stregistry.store.view import View

Names = Mapping[int, str]
Cells = Sequence[Any]

_INDIVIDUAL: Final = "(cá nhân)"
_NAMES_KEPT: Final = 50_000  # of bodies, from one piece to the next
_TYPES: Final = {"integer": "int64", "vnd": "int64", "ref": "int64", "flag": "bool"}


@attrs.frozen(kw_only=True)
class ListedColumn:
    """One column: its type in a file that states it, and how its cells are made of what is stored."""

    id: str
    label: Text
    type: str = "string"
    cells: Callable[[Piece, Names], Cells]


@attrs.frozen(kw_only=True)
class Listed:
    """The records of a kind that hold on a view's day, as rows.

    personal: fields that are personal too; otherwise they are not even read. size: records read at a time, about.
    """

    view: "View"
    kind: "str | type[Record]"
    personal: bool = False
    size: int = 10_000

    @property
    def columns(self) -> tuple[ListedColumn, ...]:
        return listed_columns(record_class(self.kind), personal=self.personal)

    @property
    def headers(self) -> dict[str, Text]:
        return {c.id: c.label for c in self.columns}

    @property
    def types(self) -> dict[str, str]:
        return {c.id: c.type for c in self.columns}

    @property
    def rows(self) -> Pieces:
        return Pieces(columns=tuple(self.headers), pieces=self._pieces())

    def _pieces(self) -> Iterator[list[Cells]]:
        columns, names = self.columns, dict[int, str]()
        wanted = wanted_of(record_class(self.kind), personal=self.personal)
        for piece in self.view.pieces(self.kind, *wanted, size=self.size):
            lacking = _bodies(piece) - names.keys()
            if len(names) > _NAMES_KEPT:
                names.clear()
                lacking = _bodies(piece)
            names.update(self.view.names(sorted(lacking)))
            yield [column.cells(piece, names) for column in columns]


def cells_of(record: Record) -> dict[str, Any]:
    """The row of one record, without the names of bodies; personal fields are left out."""
    plan = layout(type(record))
    own, below = plan.encode(record)
    # Its child rows hang on 0, as those in the database do on `facts`.
    columns = dict(zip(("id", "facts", *plan.names), ((v,) for v in (record.id, 0, *own)), strict=True))
    children = {}
    for child, rows in zip(plan.children, below, strict=True):
        heads = ("facts", *child.at)
        values = zip(*((0, *row) for row in rows), strict=True) if rows else [()] * len(heads)
        children[child.name] = dict(zip(heads, values, strict=True))
    piece = Piece(columns=columns, children=children)
    shown = [c for c in listed_columns(type(record)) if c.id not in ("valid_from", "valid_to")]
    return {c.id: c.cells(piece, {})[0] for c in shown}


def wanted_of(cls: type[Record], *, personal: bool) -> tuple[list[str], dict[str, list[str]]]:
    """What to read for the columns of a kind: of the versions, and of each child list."""
    plan = layout(cls)
    span = ["valid_from", "valid_to"] if plan.state else []
    children = {}
    for child in plan.children:
        heads = {"names": ["lang", "kind", "value"], "identifiers": ["scheme", "value"]}.get(child.name, [])
        if child.field.roles:
            heads = ["role", "body", "name", "person"]
        if heads:
            children[child.name] = ["facts", *heads]
    return ["id", *span, "facts", *(c.name for c in plan.columns if personal or not c.personal)], children


def listed_columns(cls: type[Record], *, personal: bool = False) -> tuple[ListedColumn, ...]:
    """The columns of a kind, always the same ones whatever the records hold."""
    found = [ListedColumn(id="id", label=Text("Mã số", "Id"), type="int64", cells=lambda p, _: p.columns["id"])]
    if cls.about.state:
        for name, label in (
            ("valid_from", Text("Hiệu lực từ", "Valid from")),
            ("valid_to", Text("Hiệu lực đến trước", "Valid to")),
        ):
            found.append(ListedColumn(id=name, label=label, cells=_days(name)))
    infos = fields_of(cls)
    if any(info.name == "names" for info in infos):
        found.append(ListedColumn(id="name", label=Text("Tên", "Name"), cells=_name_cells))
    if any(info.name == "identifiers" for info in infos):
        label = Text("Mã định danh", "Identifiers")
        found.append(ListedColumn(id="identifiers", label=label, cells=_identifier_cells(personal)))
    for info in infos:
        if info.roles:
            roles = vocabulary("party_role")
            found += [
                ListedColumn(id=role, label=roles.term(role).label, cells=_party_cells(info.name, role, personal))
                for role in info.roles
            ]
        elif info.kind == "part" and info.of is not None:
            found += [_column(inner) for inner in fields_of(info.of) if personal or not inner.personal]
        elif info.kind != "children" and (personal or not info.personal):
            found.append(_column(info))
            if info.kind == "ref" and info.name == "organisation":
                label = Text("Tên tổ chức", "Organisation name")
                found.append(ListedColumn(id="organisation_name", label=label, cells=_body_names))
    return tuple(found)


def _bodies(piece: Piece) -> set[int]:
    """The bodies whose names the cells of a piece need."""
    found = set(piece.columns.get("organisation", ()))
    for rows in piece.children.values():
        found.update(rows.get("body", ()))
    return found - {None, 0}


# ---- cells of one column -------------------------------------------------------------------


def _column(info: Field) -> ListedColumn:
    name = info.column or info.name
    cells: Callable[[Piece, Names], Cells]
    match info.kind:
        case "date":
            cells = _of_two(name, f"{name}_last", _date)
        case "money":
            cells = _of_two(f"{name}_minor", f"{name}_currency", show_money)
        case "codes":
            cells = _of_one(name, lambda v: ";".join(split_codes(v)))
        case "decimal":
            cells = _of_one(name, lambda v: None if v is None else str(Decimal(v)))
        case "flag":
            cells = _of_one(name, lambda v: None if v is None else bool(v))
        case _:
            return ListedColumn(
                id=name, label=info.label, type=_TYPES.get(info.kind, "string"), cells=lambda p, _: p.columns[name]
            )
    return ListedColumn(id=name, label=info.label, type=_TYPES.get(info.kind, "string"), cells=cells)


def _of_one(name: str, say: Callable[[Any], Any]) -> Callable[[Piece, Names], Cells]:
    """Cells of a column in which the same few values come again and again."""

    def cells(piece: Piece, _: Names) -> Cells:
        values = piece.columns[name]
        said = {v: say(v) for v in set(values)}
        return [said[v] for v in values]

    return cells


def _of_two(one: str, two: str, say: Callable[[Any, Any], str]) -> Callable[[Piece, Names], Cells]:
    """Cells made of two columns; nothing where the first has nothing."""

    def cells(piece: Piece, _: Names) -> Cells:
        pairs = zip(piece.columns[one], piece.columns[two], strict=True)
        return [None if a is None else say(a, b) for a, b in pairs]

    return cells


def _days(name: str) -> Callable[[Piece, Names], Cells]:
    return _of_one(name, lambda v: show_day(v) or None)


@lru_cache(maxsize=2**15)
def _date(first: int, last: int) -> str:
    return show_day(first) if first == last else str(PartialDate(dt.date.fromordinal(first), dt.date.fromordinal(last)))


def _body_names(piece: Piece, names: Names) -> Cells:
    return [names.get(body) for body in piece.columns["organisation"]]


def _name_cells(piece: Piece, _: Names) -> Cells:
    """The official Vietnamese name, else any name, else an empty text, as `Organisation.name` has it."""
    rows = piece.children["names"]
    best: dict[int, tuple[tuple[bool, bool], str]] = {}
    for facts, lang, kind, value in zip(rows["facts"], rows["lang"], rows["kind"], rows["value"], strict=True):
        rank = (lang != "vi", kind not in (None, "official"))
        if facts not in best or rank < best[facts][0]:
            best[facts] = (rank, value)
    return [best[facts][1] if facts in best else "" for facts in piece.columns["facts"]]


def _identifier_cells(personal: bool) -> Callable[[Piece, Names], Cells]:
    def cells(piece: Piece, _: Names) -> Cells:
        rows, said = piece.children["identifiers"], defaultdict[int, list[str]](list)
        for facts, scheme, value in zip(rows["facts"], rows["scheme"], rows["value"], strict=True):
            if personal or scheme not in PERSONAL_SCHEMES:
                said[facts].append(f"{scheme}:{value}")
        return ["; ".join(said.get(facts, ())) for facts in piece.columns["facts"]]

    return cells


def _party_cells(child: str, wanted: str, personal: bool) -> Callable[[Piece, Names], Cells]:
    """The parties of one role, several joined by "; "."""

    def cells(piece: Piece, names: Names) -> Cells:
        rows, said = piece.children[child], dict[int, str]()
        parties = zip(rows["facts"], rows["role"], rows["body"], rows["name"], rows["person"], strict=True)
        for facts, role, body, name, person in parties:
            if role != wanted:
                continue
            if body is not None:
                text = names.get(body) or f"#{body}"
            elif person:
                text = person if personal else _INDIVIDUAL
            else:
                text = name or ""
            said[facts] = f"{said[facts]}; {text}" if facts in said else text
        return [said.get(facts, "") for facts in piece.columns["facts"]]

    return cells
