"""Frameworks for the tests: the ASEM example of COINr as a framework document, and a small one of three indicators."""

import copy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from stregistry import Framework

CHECKOUT = Path(__file__).parents[2]
SHARED = CHECKOUT.parent / "shared"
REFERENCE = SHARED / "reference" / "coinr"

PIPELINE = {
    "impute": {"how": "mean", "by": "column", "within": "EurAsia_group"},
    "screen": {"availability": 0.9},
    "treat": {"winsorise": 5, "then": "log_ct"},
    "normalise": {"how": "min_max", "to": [0, 100]},
    "aggregate": {"how": "arithmetic"},
}


def shared(path):
    """A file of the reference material; the test is skipped where it is missing."""
    if not (SHARED / path).exists():
        pytest.skip(f"the reference material is not here: {SHARED / path}")
    return SHARED / path


def reference(name):
    """A sheet of the reference results, by unit."""
    frame = pd.read_csv(shared(Path("reference/coinr") / name), keep_default_na=False, na_values=["NA", "NaN"])
    return frame.set_index(frame.columns[0])


def both(text):
    return {"vi": str(text), "en": str(text)}


def series(id, **more):
    """An indicator that is found in a column of its own name."""
    return {
        "id": id,
        "name": both(id),
        "direction": "up",
        "measure": "series",
        "params": {"series": id},
    } | more


def asem_document(method, *, per=True, facts=None, weights=None, up=False):
    """The ASEM framework from the reference's table of indicators and groups.

    per: with the denominators. facts: further keys by indicator id. weights: instead of those of the table.
    up: every direction "up", for columns that are scores already.
    """
    meta = reference("00_input/coin_Meta_Ind.csv").reset_index()
    document = {
        "framework": {"id": "asem", "version": "1", "title": both("ASEM")},
        "evaluation": {"level": "custom"},
        "group": [],
        "indicator": [],
        "method": copy.deepcopy(method),
    }
    for row in meta.to_dict("records"):
        id = row["iCode"]
        weight = float((weights or {}).get(id, row["Weight"]))
        if row["Type"] == "Aggregate":
            group = {"id": id, "name": both(row["iName"]), "weight": weight}
            document["group"].append(group if pd.isna(row["Parent"]) else group | {"parent": row["Parent"]})
        elif row["Type"] == "Indicator":
            one = series(id, group=row["Parent"], weight=weight) | (facts or {}).get(id, {})
            one["name"] = both(row["iName"])
            one["direction"] = "up" if up or row["Direction"] == 1 else "down"
            if per and not pd.isna(row["Denominator"]):
                one["per"] = {"series": row["Denominator"]}
            document["indicator"].append(one)
    return document


def asem_framework(method, **more):
    return Framework.from_document(asem_document(method, **more), "asem.toml")


def asem_table(*columns):
    """The raw indicators by unit, with some of the other columns of the input."""
    raw = reference("00_input/coin_Data_Raw.csv")
    full = reference("00_input/asem_iData.csv").set_index("uCode")
    return raw.join(full[list(columns)]).rename_axis("unit").reset_index()


def plain_document(**tables):
    """Two groups, three indicators, min-max to 0..100."""
    return {
        "framework": {"id": "plain", "version": "1", "title": both("plain")},
        "evaluation": {"level": "custom"},
        "group": [
            {"id": "top", "name": both("top")},
            {"id": "g", "parent": "top", "name": both("g")},
            {"id": "h", "parent": "top", "name": both("h"), "weight": 3},
        ],
        "indicator": [series("a", group="g"), series("b", group="g"), series("c", group="h")],
        "method": {"normalise": {"how": "min_max", "to": [0, 100]}},
    } | tables


def framework(**tables):
    return Framework.from_document(plain_document(**tables), "plain.toml")


def table(**columns):
    """Four units with the columns given in place of the default ones."""
    rows = {"unit": list("PQRS"), "a": [1.0, 2, 3, 4], "b": [10.0, 30, 20, 50], "c": [5.0, 1, 2, 3]} | columns
    return pd.DataFrame(rows)


def close(found, expected):
    """Asserts equality within 1e-9 relative, with missing cells in the same places."""
    np.testing.assert_allclose(
        np.asarray(found, dtype=float), np.asarray(expected, dtype=float), rtol=1e-9, atol=1e-12, equal_nan=True
    )


def toml(value):
    """A value as inline TOML, for a document written to a file."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {toml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return '"' + value.replace('"', '\\"') + '"' if isinstance(value, str) else repr(value)


def write_toml(document, path):
    path.write_text("\n".join(f"{key} = {toml(value)}" for key, value in document.items()), encoding="utf-8")
    return path
