"""A kind as one flat table for analysis: which columns it has, and those made of child rows.

Frames and publications share these columns: what `view.frame(Deal)` gives is what `deal.parquet` holds.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal

import attrs

from stregistry.dates import PartialDate
from stregistry.fields import Field
from stregistry.model import JUDGEMENTS, Organisation, Record
from stregistry.store.identity.same import Same
from stregistry.store.layout import Column, Layout, Row, layout
from stregistry.text import Text
from stregistry.vocab import vocabulary

if TYPE_CHECKING:
    from stregistry.store.view import View

Sort = Literal["id", "day", "date", "precision", "code", "codes", "flag", "decimal", "integer", "text", "child"]

# A person's own number stands among the identifiers, which are public; it is left out like a personal field.
PERSONAL_SCHEMES: Final = frozenset({"personal_number"})

PRECISIONS: Final = ("day", "month", "year", "range")
_NAMES: Final = {
    "name_vi": Text("Tên tiếng Việt", "Vietnamese name"),
    "name_en": Text("Tên tiếng Anh", "English name"),
    "name": Text("Tên", "Name"),
}


@attrs.frozen(kw_only=True)
class FlatColumn:
    """One column of a flat table.

    sort: how its values are to be read; a date is the first day it can mean, its precision the next column.
    of: the table column it is made from; of a child column, the child list.
    """

    name: str
    sort: Sort
    label: Text
    of: str
    field: Field | None = None


def flat_columns(cls: type[Record], *, left_out: Iterable[str] = ()) -> tuple[FlatColumn, ...]:
    """The columns of a kind, always the same ones whatever the records hold.

    left_out: names of table columns that do not go in.
    """
    plan, without = layout(cls), set(left_out)
    found = [FlatColumn(name="id", sort="id", label=Text("Mã số", "Id"), of="id")]
    if plan.state:
        found += [
            FlatColumn(name="valid_from", sort="day", label=Text("Hiệu lực từ", "Valid from"), of="valid_from"),
            FlatColumn(name="valid_to", sort="day", label=Text("Hiệu lực đến trước", "Valid to"), of="valid_to"),
        ]
    for column in plan.columns:
        if column.name not in without:
            found += _columns(column)
    return (*found, *_child_columns(plan))


def _columns(column: Column) -> list[FlatColumn]:
    name, info = column.name, column.field
    if info.kind == "date":
        if name.endswith("_last"):
            return []
        first = FlatColumn(name=name, sort="date", label=info.label, of=name, field=info)
        word = Text(f"{info.label.vi}: biết đến", f"{info.label.en}: known to the")
        return [first, FlatColumn(name=f"{name}_precision", sort="precision", label=word, of=name, field=info)]
    label = info.label
    if info.kind == "money":
        minor = name.endswith("_minor")
        unit = Text("đơn vị nhỏ nhất", "minor units") if minor else Text("loại tiền", "currency")
        label = Text(f"{label.vi} ({unit.vi})", f"{label.en} ({unit.en})")
    return [FlatColumn(name=name, sort=_sort(column), label=label, of=name, field=info)]


def _sort(column: Column) -> Sort:
    match column.field.kind:
        case "code" if column.field.vocabulary:
            return "code"
        case "codes":
            return "codes"
        case "flag":
            return "flag"
        case "decimal":
            return "decimal"
        case _:
            return "integer" if column.type in ("int", "bigint", "small") else "text"


def _child_columns(plan: Layout) -> list[FlatColumn]:
    found = []
    for child in plan.children:
        if child.name == "names":
            labels = _NAMES
        elif child.name == "identifiers":
            schemes = vocabulary("identifier_scheme")
            labels = {code: schemes.term(code).label for code in schemes.codes if code not in PERSONAL_SCHEMES}
        elif child.field.roles:
            roles = vocabulary("party_role")
            labels = {}
            for role in child.field.roles:
                label = roles.term(role).label
                labels[role] = label
                labels[f"{role}_ids"] = Text(f"{label.vi} (mã số)", f"{label.en} (ids)")
        else:
            continue
        found += [FlatColumn(name=n, sort="child", label=label, of=child.name) for n, label in labels.items()]
    return found


def precision(first: int | None, last: int | None) -> str | None:
    """How exactly a date is known: day, month, year, or a range of days; None without a date."""
    if first is None or last is None:
        return None
    return "day" if first == last else PartialDate(*map(dt.date.fromordinal, (first, last))).precision


def child_values(
    plan: Layout,
    below: Mapping[str, Mapping[str, Sequence[Any]]],
    owners: Mapping[int, Sequence[int]],
    names: Mapping[int, str],
    same: Same | None,
) -> dict[str, dict[int, str]]:
    """The columns made of child rows, each as record id to text; several are joined by "; ".

    below: for each child list its columns by name, `facts` among them, its rows in their order. owners: which records
    each `facts` belongs to. names: of bodies, by id. same: the merged ones, whose parties go by the canonical id.
    """
    made: dict[str, dict[int, str]] = defaultdict(dict)
    for child in plan.children:
        rows = below.get(child.name)
        if rows is None:
            continue
        if child.name == "names":
            for facts, lang, kind, value in _zipped(rows, "lang", "kind", "value"):
                if kind in (None, "official"):
                    _join(made[f"name_{lang}" if lang else "name"], owners.get(facts, ()), value)
        elif child.name == "identifiers":
            for facts, scheme, value in _zipped(rows, "scheme", "value"):
                if scheme not in PERSONAL_SCHEMES:
                    _join(made[scheme], owners.get(facts, ()), value)
        elif child.field.roles:
            canonical = {} if same is None else same.canonical
            columns = {role: (made[role], made[f"{role}_ids"]) for role in child.field.roles}
            for facts, role, body, name in _zipped(rows, "role", "body", "name"):
                if role not in columns:
                    continue
                texts, ids = columns[role]
                if body is not None:
                    _join(texts, owners.get(facts, ()), names.get(body) or f"#{body}")
                    _join(ids, owners.get(facts, ()), str(canonical.get(body, body)))
                elif name:
                    _join(texts, owners.get(facts, ()), name)
    return dict(made)


def _zipped(rows: Mapping[str, Sequence[Any]], *names: str) -> Iterable[tuple[Any, ...]]:
    return zip(rows["facts"], *(rows[name] for name in names), strict=True)


def _join(column: dict[int, str], numbers: Sequence[int], text: str) -> None:
    for number in numbers:
        column[number] = f"{column[number]}; {text}" if number in column else text


@attrs.frozen(eq=False)
class MergedBodies:
    """The bodies of several records as they are read: each one row under its canonical id.

    rows: by canonical id (id, valid_from, valid_to, *fields, facts) of each that holds on the view's day.
    columns: its names and identifiers, for those flat columns that are made of child rows.
    """

    rows: Mapping[int, Row]
    columns: Mapping[str, Mapping[int, str]]


def merged_bodies(view: "View", same: Same) -> MergedBodies:
    """The merged bodies of a view: the surviving name of each language, every identifier."""
    plan = layout(Organisation)
    found: dict[int, Row] = {}
    columns: dict[str, dict[int, str]] = defaultdict(dict)
    for version in view.versions(Organisation, list(same.members)):
        body = version.record
        assert isinstance(body, Organisation)  # noqa: S101  # of its own kind
        number = body.id or 0
        # No row has the number 0: what it has of child rows stands in `columns`.
        found[number] = (number, version.valid_from, version.valid_to, *plan.encode(body)[0], 0)
        for name in body.names:
            if name.kind in (None, "official"):
                columns[f"name_{name.lang}" if name.lang else "name"].setdefault(number, name.value)
        for one in body.identifiers:
            if one.scheme not in PERSONAL_SCHEMES:
                values = [i.value for i in body.identifiers if i.scheme == one.scheme]
                columns[one.scheme][number] = "; ".join(dict.fromkeys(values))
    return MergedBodies(found, columns)


def followed(
    plan: Layout, heads: Sequence[str], rows: Sequence[Row], same: Same, bodies: Mapping[int, Row]
) -> list[Row]:
    """Rows with each merged body as one of `bodies`, and every reference to one led to its canonical id.

    heads: what stands where in a row, `id` first. bodies: those that belong among these rows.
    """
    if plan.kind == "organisation":
        kept = [row for row in rows if row[0] not in same.canonical]
        rows = sorted((*kept, *bodies.values()), key=lambda row: int(row[0]))
    refs = [heads.index(c.name) for c in plan.columns if c.field.target == "organisation" and c.name in heads]
    if plan.kind in JUDGEMENTS or not refs:
        return list(rows)
    return [tuple(same.of(v) if i in refs and v is not None else v for i, v in enumerate(row)) for row in rows]
