"""Arrays of the engine as frames: a row for each unit and period, a column for each id."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np
from numpy.typing import NDArray

from stregistry.scoring.pipeline import Stages

if TYPE_CHECKING:
    import pandas as pd


@attrs.frozen
class Rows:
    """The rows of every frame: units in the order of the table, the periods of each one below another."""

    units: tuple[str, ...]
    periods: tuple[str, ...]

    def flat(self, values: NDArray[Any]) -> NDArray[Any]:
        """(periods or 1, units) as one column of these rows."""
        return np.asarray(values).T.reshape(-1)

    def frame(self, values: NDArray[Any], ids: Sequence[str]) -> "pd.DataFrame":
        """(ids, periods or 1, units) as a frame: unit, period (when there are any), ids."""
        import pandas as pd

        columns: dict[str, Any] = {"unit": np.repeat(np.array(self.units, dtype=object), max(len(self.periods), 1))}
        if self.periods:
            columns["period"] = np.tile(np.array(self.periods, dtype=object), len(self.units))
        columns |= {id: self.flat(column) for id, column in zip(ids, values, strict=True)}
        return pd.DataFrame(columns)


def whole_numbers(values: NDArray[Any]) -> "pd.Series[int]":
    """Ranks, and differences of ranks, as whole numbers; <NA> for NaN."""
    import pandas as pd

    return pd.Series(values).astype("Int64")


_TREATMENT: Final = (
    "function",
    "moved",
    "skew",
    "kurtosis",
    "winsorised_skew",
    "winsorised_kurtosis",
    "skew_after",
    "kurtosis_after",
    "passed",
    "left",
    "low",
    "high",
    "factor",
)


def treatment_frame(stages: Stages) -> "pd.DataFrame":
    """What was done to each indicator: indicator, [period,] and the fields of `Treatment`; no limit is NaN."""
    import pandas as pd

    done, names, periods = stages.prepared.treatment, stages.index.tree.indicators, stages.table.periods
    if done is None:
        return pd.DataFrame(columns=["indicator", *_TREATMENT])
    each = len(done.moved) // len(names)
    columns: dict[str, Any] = {"indicator": np.repeat(np.array(names, dtype=object), each)}
    if each > 1:
        columns["period"] = np.tile(np.array(periods, dtype=object), len(names))
    for field in _TREATMENT:
        values = np.asarray(getattr(done, field))
        if field in ("low", "high"):
            values = np.where(np.isinf(values), np.nan, values)
        columns[field] = values.astype(object) if values.dtype.kind == "U" else values
    return pd.DataFrame(columns)
