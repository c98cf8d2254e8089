"""The one call: a table and a framework in, scores out."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from stregistry.framework import Framework
from stregistry.scores.binding import bind
from stregistry.scores.measured import read_measured
from stregistry.scores.scores import Scores
from stregistry.scores.sheet import sheet_of_file, sheet_of_frame
from stregistry.scoring.pipeline import run

if TYPE_CHECKING:
    import pandas as pd


def score(frame: "pd.DataFrame | str | os.PathLike[str]", framework: Framework | str | os.PathLike[str]) -> Scores:
    """The scores of a table's units, with every stage on the way.

    frame: a data frame, or the path of a CSV or XLSX file. It has a column `unit`, one for each indicator (its id, or
    the series of `measure = "series"`), one for each series named in `per`, the columns named in `within`, and
    `period` for a panel. An empty cell or NA is not measured.
    framework: a Framework, a shipped id, or the path of a TOML file; it needs a [method] and an index tree.
    Raises RecordError with every wrong cell and column, DefinitionError for a broken framework, DomainError for what
    the method cannot take (it names indicator and unit).
    """
    chosen = framework if isinstance(framework, Framework) else Framework.load(framework)
    bound = bind(chosen)
    sheet = sheet_of_file(Path(frame)) if isinstance(frame, str | os.PathLike) else sheet_of_frame(frame)
    measured = read_measured(sheet, bound)
    return Scores(bound=bound, measured=measured, stages=run(measured.table, bound.index, bound.method))
