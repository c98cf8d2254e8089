"""A result as CSV files, numbers in full double precision."""

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stregistry.exchange.out import write_csv
from stregistry.scores.scores import STAGES, Scores

if TYPE_CHECKING:
    import pandas as pd


def write_scores(scores: Scores, folder: Path) -> list[Path]:
    """Writes one file for each stage into a folder, made where it is missing; returns them. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    return [write_frame(getattr(scores, name), folder / f"{name}.csv") for name in STAGES]


def write_frame(frame: "pd.DataFrame", path: Path) -> Path:
    """Writes a frame as CSV: every number reads back to the same double, a missing one is an empty cell."""
    columns = [str(name) for name in frame.columns]
    cells = [[_plain(value) for value in frame.iloc[:, i].astype(object)] for i in range(len(columns))]
    with path.open("w", encoding="utf-8", newline="") as file:
        write_csv([dict(zip(columns, row, strict=True)) for row in zip(*cells, strict=True)], columns, file)
    return path


def _plain(value: Any) -> Any:
    """The cell as Python's own type; None for NaN and pandas' <NA>."""
    import pandas as pd

    if value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    return value.item() if hasattr(value, "item") else value
