"""A kind as a pandas table. The only module of the store that knows pandas."""

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sqlalchemy import select

from stregistry.dates import ALWAYS, FOREVER, PartialDate
from stregistry.model import JUDGEMENTS, Organisation, Record
from stregistry.store.identity.same import Same
from stregistry.store.layout import Column, Layout, layout, split_codes
from stregistry.vocab import vocabulary

if TYPE_CHECKING:
    from stregistry.store.view import View

_EPOCH = 719163  # date(1970, 1, 1).toordinal()


def record_frame(view: "View", cls: type[Record]) -> pd.DataFrame:
    """See `View.frame`."""
    plan = layout(cls)
    query = view.select(cls)
    (source,) = query.get_final_froms()
    # `facts` comes with the rows: a second query might see a later changeset.
    rows = view.execute(query.add_columns(source.c.facts))
    heads = ["id", *(["valid_from", "valid_to"] if plan.state else []), *plan.names, "facts"]
    same = view.same_bodies()
    if same is not None:
        rows = _followed(view, plan, heads, rows, same)
    raw = dict(zip(heads, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(heads, ())
    data: dict[str, Any] = {}
    if plan.state:
        data["valid_from"] = _days(raw["valid_from"])
        data["valid_to"] = _days(raw["valid_to"])
    for column in plan.columns:
        if not column.personal:
            _add_column(data, column, raw)
    frame = pd.DataFrame(data, index=pd.Index(raw["id"], name="id", dtype="int64"))
    facts = dict(zip(raw["id"], raw["facts"], strict=True))
    columns = _child_columns(view, plan, facts)
    if same is not None and plan.kind == "organisation":
        _join_children(view, same, columns)
    for name, values in columns.items():
        frame[name] = pd.Series(values, dtype="str").reindex(frame.index)
    return frame


def _followed(view: "View", plan: Layout, heads: list[str], rows: list[Any], same: Same) -> list[Any]:
    """The rows with merged bodies as one row each, and references to them led to their canonical ids."""
    if plan.kind == "organisation":
        base = {row[0]: tuple(row) for row in reversed(rows)}
        kept = [row for row in rows if row[0] not in same.canonical]
        for version in view.versions(plan.cls, list(same.members)):
            number = version.record.id or 0
            some = next(base[m] for m in (number, *same.members[number]) if m in base)
            content = plan.encode(version.record)[0]
            kept.append((number, version.valid_from, version.valid_to, *content, some[-1]))
        return sorted(kept, key=lambda row: row[0])
    refs = [heads.index(c.name) for c in plan.columns if c.field.target == "organisation"]
    if plan.kind in JUDGEMENTS or not refs:
        return rows
    return [tuple(same.of(v) if i in refs and v is not None else v for i, v in enumerate(row)) for row in rows]


def _join_children(view: "View", same: Same, columns: dict[str, dict[int, str]]) -> None:
    """The names and identifiers of merged bodies: the surviving name of each language, every identifier."""
    for version in view.versions(Organisation, list(same.members)):
        body = version.record
        assert isinstance(body, Organisation)  # noqa: S101  # of its own kind
        number, found = body.id or 0, dict[str, str]()
        for name in body.names:
            if name.kind in (None, "official"):
                found.setdefault(f"name_{name.lang}" if name.lang else "name", name.value)
        for one in body.identifiers:
            values = [i.value for i in body.identifiers if i.scheme == one.scheme]
            found[one.scheme] = "; ".join(dict.fromkeys(values))
        for column, value in found.items():
            columns.setdefault(column, {})[number] = value


def _days(values: Any) -> Any:
    """Day numbers as datetime64[s]; open ends and None are NaT."""
    numbers = [np.iinfo("int64").min if v is None or v <= ALWAYS or v >= FOREVER else v - _EPOCH for v in values]
    return np.array(numbers, dtype="int64").view("datetime64[D]").astype("datetime64[s]")


def _add_column(data: dict[str, Any], column: Column, raw: dict[str, Any]) -> None:
    values = raw[column.name]
    kind = column.field.kind
    if kind == "date":
        if not column.name.endswith("_last"):
            data[column.name] = _days(values)
            lasts = raw[f"{column.name}_last"]
            if any(a != b for a, b in zip(values, lasts, strict=True)):
                words = [_precision(a, b) for a, b in zip(values, lasts, strict=True)]
                data[f"{column.name}_precision"] = pd.Categorical(
                    words, ["day", "month", "year", "range"], ordered=True
                )
    elif kind == "code" and column.field.vocabulary:
        data[column.name] = pd.Categorical(values, vocabulary(column.field.vocabulary).codes)
    elif kind == "codes":
        data[column.name] = pd.array([";".join(split_codes(v)) or None for v in values], dtype="str")
    elif kind == "flag":
        data[column.name] = pd.array([None if v is None else bool(v) for v in values], dtype="boolean")
    elif kind == "decimal":
        data[column.name] = pd.array([None if v is None else float(v) for v in values], dtype="Float64")
    elif column.type in ("int", "bigint"):
        data[column.name] = pd.array(values, dtype="Int64")
    else:
        data[column.name] = pd.array(values, dtype="str")


def _precision(first: int | None, last: int | None) -> str | None:
    if first is None or last is None:
        return None
    return "day" if first == last else PartialDate(*map(dt.date.fromordinal, (first, last))).precision


def _child_columns(view: "View", plan: Layout, facts: dict[int, int]) -> dict[str, dict[int, str]]:
    """Columns made of child rows: names by language, identifiers by scheme, parties by role."""
    owner = defaultdict(list)
    for number, row in facts.items():
        owner[row].append(number)
    found: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for child in plan.children:
        table = view.child(plan.kind, child.name)
        if child.name == "names":
            query = select(table.c.facts, table.c.lang, table.c.kind, table.c.value)
            for row, lang, sort, value in view.execute(query.order_by(table.c.facts, table.c.n)):
                if sort in (None, "official") and row in owner:
                    for number in owner[row]:
                        found[f"name_{lang}" if lang else "name"][number].append(value)
        elif child.name == "identifiers":
            query = select(table.c.facts, table.c.scheme, table.c.value)
            for row, scheme, value in view.execute(query.order_by(table.c.facts, table.c.n)):
                for number in owner.get(row, ()):
                    found[scheme][number].append(value)
        elif child.field.roles:
            query = select(table.c.facts, table.c.role, table.c.body, table.c.name)
            rows = view.execute(query.order_by(table.c.facts, table.c.n))
            names = view.names([body for _, _, body, _ in rows if body is not None])
            for row, role, body, name in rows:
                for number in owner.get(row, ()):
                    found[role][number].append(names.get(body, f"#{body}") if body is not None else name or "")
    ordered = [c for c in ("name_vi", "name_en", "name") if c in found] + [c for c in found if not c.startswith("name")]
    return {c: {number: "; ".join(v for v in values if v) for number, values in found[c].items()} for c in ordered}
