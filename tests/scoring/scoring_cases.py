"""The reference results of COINr, read, and how numbers are compared with them."""

import csv
from pathlib import Path

import attrs
import numpy as np

from stregistry.scoring.method import Method
from stregistry.scoring.pipeline import Stages, run
from stregistry.scoring.table import Index, Table
from stregistry.scoring.tree import Tree

REFERENCE = Path(__file__).parents[2].parent / "shared" / "reference" / "coinr"


def number(cell):
    """A cell of the reference as a float; NA and NaN are bare tokens there."""
    return float("nan") if cell in ("NA", "NaN", "") else float(cell)


@attrs.frozen(eq=False)
class Sheet:
    """One reference file: rows by their first column, columns by header."""

    header: list[str]
    rows: dict[str, dict[str, str]]

    def array(self, columns, rows=None):
        return np.array([[number(self.rows[row][column]) for column in columns] for row in rows or self.rows])


@attrs.frozen(eq=False)
class Asem:
    """The ASEM example of COINr: 51 units, 49 indicators, 8 pillars, 2 sub-indices."""

    def sheet(self, name):
        with (REFERENCE / name).open(encoding="utf-8", newline="") as handle:
            lines = list(csv.DictReader(handle))
        first = next(iter(lines[0]))
        return Sheet(list(lines[0]), {line[first]: line for line in lines})

    @property
    def meta(self):
        with (REFERENCE / "00_input/asem_iMeta.csv").open(encoding="utf-8", newline="") as handle:
            return {line["iCode"]: line for line in csv.DictReader(handle)}

    @property
    def ids(self):
        return self.sheet("00_input/coin_Data_Raw.csv").header[1:]

    def tree(self, weights=None):
        nodes = {name: row for name, row in self.meta.items() if row["Type"] in ("Indicator", "Aggregate")}
        parents = {name: None if row["Parent"] == "NA" else row["Parent"] for name, row in nodes.items()}
        return Tree.of(self.ids, parents, weights or {name: float(row["Weight"]) for name, row in nodes.items()})

    def index(self, weights=None, **facts):
        up = np.array([self.meta[name]["Direction"] == "1" for name in self.ids])
        return Index(tree=self.tree(weights), up=up, **facts)

    def table(self):
        """The raw data, with denominators and the grouping of the units into Europe and Asia."""
        raw = self.sheet("00_input/coin_Data_Raw.csv")
        full = {row["uCode"]: row for row in self._rows("00_input/asem_iData.csv")}
        units = tuple(raw.rows)
        per = np.ones((len(units), len(self.ids)))
        for column, name in enumerate(self.ids):
            series = self.meta[name]["Denominator"]
            if series != "NA":
                per[:, column] = [number(full[unit][series]) for unit in units]
        return Table(
            values=raw.array(self.ids),
            units=units,
            per=per,
            groups={"EurAsia": [full[unit]["EurAsia_group"] for unit in units]},
        )

    def _rows(self, name):
        with (REFERENCE / name).open(encoding="utf-8", newline="") as handle:
            return list(csv.DictReader(handle))

    METHOD = Method.of(
        {
            "impute": {"how": "mean", "by": "column", "within": "EurAsia"},
            "screen": {"availability": 0.9},
            "treat": {"winsorise": 5, "then": "log_ct"},
            "normalise": {"how": "min_max", "to": [0, 100]},
            "aggregate": {"how": "arithmetic"},
        }
    )

    def stages(self) -> Stages:
        return run(self.table(), self.index(), self.METHOD)


def close(found, expected):
    """Asserts equality within 1e-9 relative, with NaN in the same cells."""
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12, equal_nan=True)
