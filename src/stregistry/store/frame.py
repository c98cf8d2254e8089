"""A kind as a pandas table. The only module of the store that knows pandas."""

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sqlalchemy import select

from stregistry.dates import ALWAYS, FOREVER
from stregistry.model import Record
from stregistry.store.flat import (
    PRECISIONS,
    FlatColumn,
    MergedBodies,
    child_values,
    flat_columns,
    followed,
    merged_bodies,
    precision,
)
from stregistry.store.identity.same import Same
from stregistry.store.layout import Layout, layout, split_codes
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
    rows: list[Any] = view.execute(query.add_columns(source.c.facts))
    heads = ["id", *(["valid_from", "valid_to"] if plan.state else []), *plan.names, "facts"]
    same, bodies = view.same_bodies(), MergedBodies({}, {})
    if same is not None:
        if plan.kind == "organisation":
            bodies = merged_bodies(view, same)
        rows = followed(plan, heads, rows, same, bodies.rows)
    raw = dict(zip(heads, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(heads, ())
    columns = flat_columns(cls, left_out=[c.name for c in plan.columns if c.personal])
    data: dict[str, Any] = {}
    for column in columns:
        if column.sort == "precision":
            words = _precisions(raw[column.of], raw[f"{column.of}_last"])
            if words is not None:
                data[column.name] = words
        elif column.sort not in ("id", "child"):
            data[column.name] = _typed(column, raw[column.of])
    frame = pd.DataFrame(data, index=pd.Index(raw["id"], name="id", dtype="int64"))
    children = _children(view, plan, dict(zip(raw["id"], raw["facts"], strict=True)), same)
    for column in columns:
        if column.sort == "child":
            values = children.get(column.name, {}) | dict(bodies.columns.get(column.name, {}))
            frame[column.name] = pd.Series(values, dtype="str").reindex(frame.index)
    return frame


def _days(values: Any) -> Any:
    """Day numbers as datetime64[s]; open ends and None are NaT."""
    numbers = [np.iinfo("int64").min if v is None or v <= ALWAYS or v >= FOREVER else v - _EPOCH for v in values]
    return np.array(numbers, dtype="int64").view("datetime64[D]").astype("datetime64[s]")


def _typed(column: FlatColumn, values: Any) -> Any:
    match column.sort:
        case "day" | "date":
            return _days(values)
        case "code":
            assert column.field is not None  # noqa: S101  # what makes it a code
            assert column.field.vocabulary  # noqa: S101
            # In the order of the vocabulary, so that stages and statuses sort as they follow each other.
            return pd.Categorical(values, vocabulary(column.field.vocabulary).codes, ordered=True)
        case "codes":
            return pd.array([";".join(split_codes(v)) or None for v in values], dtype="str")
        case "flag":
            return pd.array([None if v is None else bool(v) for v in values], dtype="boolean")
        case "decimal":
            return pd.array([None if v is None else float(v) for v in values], dtype="Float64")
        case "integer":
            return pd.array(values, dtype="Int64")
        case _:
            return pd.array(values, dtype="str")


def _precisions(firsts: Any, lasts: Any) -> Any:
    """How exactly each date is known; None when all are known to the day."""
    if all(a == b for a, b in zip(firsts, lasts, strict=True)):
        return None
    words = [precision(a, b) for a, b in zip(firsts, lasts, strict=True)]
    return pd.Categorical(words, PRECISIONS, ordered=True)


def _children(view: "View", plan: Layout, facts: dict[int, int], same: Same | None) -> dict[str, dict[int, str]]:
    """The columns made of child rows, by record id."""
    owners: dict[int, list[int]] = defaultdict(list)
    for number, row in facts.items():
        owners[row].append(number)
    below: dict[str, dict[str, Sequence[Any]]] = {}
    for child in plan.children:
        if child.name in ("names", "identifiers") or child.field.roles:
            table = view.child(plan.kind, child.name)
            heads = ["facts", *(c.name for c in child.columns)]
            rows = view.execute(select(*(table.c[n] for n in heads)).order_by(table.c.facts, table.c.n))
            values: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) if rows else [()] * len(heads)
            below[child.name] = dict(zip(heads, values, strict=True))
    bodies: set[int] = set()
    for child in plan.children:
        if child.field.roles:
            parties = below[child.name]
            pairs = zip(parties["facts"], parties["body"], strict=True)
            bodies |= {body for row, body in pairs if body is not None and row in owners}
    return child_values(plan, below, owners, view.names(sorted(bodies)), same)
