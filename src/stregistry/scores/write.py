"""A result as CSV files, numbers in full double precision."""

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stregistry.exchange.out import write_csv
from stregistry.files import whole_file
from stregistry.scores.scores import STAGES, Scores

if TYPE_CHECKING:
    import pandas as pd

    from stregistry.scores.doubt import RankSensitivity, RankUncertainty


def write_scores(
    scores: Scores,
    folder: Path,
    uncertainty: "RankUncertainty | None" = None,
    sensitivity: "RankSensitivity | None" = None,
) -> list[Path]:
    """Writes one file for each stage into a folder, made where it is missing; returns them. Raises OSError.

    An `uncertainty.csv` or `sensitivity.csv` of an earlier run that is not written again is removed: beside other
    scores it would say something that is no longer so.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = [write_frame(getattr(scores, name), folder / f"{name}.csv") for name in STAGES]
    for name, found in (("uncertainty", uncertainty), ("sensitivity", sensitivity)):
        path = folder / f"{name}.csv"
        if found is None:
            path.unlink(missing_ok=True)
        else:
            files.append(write_frame(found.frame, path))
    return files


def write_frame(frame: "pd.DataFrame", path: Path) -> Path:
    """Writes a frame as CSV: every number reads back to the same double, a missing one is an empty cell."""
    columns = [str(name) for name in frame.columns]
    cells = [[_plain(value) for value in frame.iloc[:, i].astype(object)] for i in range(len(columns))]
    with whole_file(path) as beside, beside.open("w", encoding="utf-8", newline="") as file:
        write_csv([dict(zip(columns, row, strict=True)) for row in zip(*cells, strict=True)], columns, file)
    return path


def _plain(value: Any) -> Any:
    """The cell as Python's own type; None for NaN and pandas' <NA>."""
    import pandas as pd

    if value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    return value.item() if hasattr(value, "item") else value
