"""A kind as a pandas table. The only module of the store that knows pandas."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from stregistry.dates import ALWAYS, FOREVER
from stregistry.model import Record
from stregistry.store.flat import (
    PRECISIONS,
    FlatColumn,
    child_values,
    flat_columns,
    merged_bodies,
    precision,
)
from stregistry.store.identity.same import same_bodies
from stregistry.store.layout import Layout, layout, split_codes
from stregistry.store.pieces import Piece, Wanted
from stregistry.vocab import vocabulary

if TYPE_CHECKING:
    from stregistry.store.view import View

_PIECE: Final = 20_000  # records read at a time
_EPOCH = 719163  # date(1970, 1, 1).toordinal()


def record_frame(view: "View", cls: type[Record]) -> pd.DataFrame:
    """See `View.frame`."""
    plan = layout(cls)
    columns = flat_columns(cls, left_out=[c.name for c in plan.columns if c.personal])
    span = ["valid_from", "valid_to"] if plan.state else []
    stored = [c.name for c in plan.columns if not c.personal]
    wanted = Wanted(plan=plan, names=["id", *span, "facts", *stored], children=_children(plan), size=_PIECE)
    frames, names, after, more = [], dict[int, str](), 0, True
    # In one transaction: a later piece is not to know more than the first.
    with view.reading() as conn:
        same = same_bodies(conn, view.tables, view.known)
        while more:
            piece, after, more = view.piece(conn, wanted, same, after)
            lacking = {body for rows in piece.children.values() for body in rows.get("body", ()) if body is not None}
            names |= view.names_in(conn, sorted(lacking - names.keys()))
            frames.append(_frame(plan, columns, piece, names))
    frame = pd.concat(frames) if len(frames) > 1 else frames[0]
    if same is not None and plan.kind == "organisation":
        for name, values in merged_bodies(view, same).columns.items():
            frame[name] = frame[name].where(~frame.index.isin(list(values)), pd.Series(values, dtype="str"))
    exact = [c.name for c in columns if c.sort == "precision" and frame[c.name].isin(["day", None]).all()]
    return frame.drop(columns=exact)


def _children(plan: Layout) -> dict[str, list[str]]:
    """The child lists that columns are made of, with what is needed of each."""
    heads = {"names": ["lang", "kind", "value"], "identifiers": ["scheme", "value"]}
    heads |= {child.name: ["role", "body", "name"] for child in plan.children if child.field.roles}
    return {child.name: ["facts", *heads[child.name]] for child in plan.children if child.name in heads}


def _frame(plan: Layout, columns: Sequence[FlatColumn], piece: Piece, names: Mapping[int, str]) -> pd.DataFrame:
    """A piece as a table, with the precision of every date."""
    raw, data = piece.columns, dict[str, Any]()
    owners = {facts: (number,) for facts, number in zip(raw["facts"], raw["id"], strict=True)}
    children = child_values(plan, piece.children, owners, names, None)
    for column in columns:
        if column.sort == "precision":
            data[column.name] = _precisions(raw[column.of], raw[f"{column.of}_last"])
        elif column.sort == "child":
            values = children.get(column.name, {})
            data[column.name] = pd.array([values.get(number) for number in raw["id"]], dtype="str")
        elif column.sort != "id":
            data[column.name] = _typed(column, raw[column.of])
    return pd.DataFrame(data, index=pd.Index(raw["id"], name="id", dtype="int64"))


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
    """How exactly each date is known."""
    pairs = zip(firsts, lasts, strict=True)
    words = [None if a is None else "day" if a == b else precision(a, b) for a, b in pairs]
    return pd.Categorical(words, PRECISIONS, ordered=True)
