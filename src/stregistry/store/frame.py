"""A kind as a pandas table. The only module of the store that knows pandas."""

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sqlalchemy import select

from stregistry.dates import ALWAYS, FOREVER, PartialDate
from stregistry.model import Record
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
    for name, values in _child_columns(view, plan, facts).items():
        frame[name] = pd.Series(values, dtype="str").reindex(frame.index)
    return frame


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
