"""The table as it was given, from a file or a data frame, and what is found wrong in it."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from stregistry.errors import Issue, RecordError
from stregistry.exchange.issues import Problems
from stregistry.exchange.read import read_file
from stregistry.scoring.faults import Note
from stregistry.text import Text, tidy

if TYPE_CHECKING:
    import pandas as pd


@attrs.frozen(eq=False, kw_only=True)
class Sheet:
    """Cells by column, nothing read yet; None where a data frame has NaN.

    lines: the number of each row: in a file as a spreadsheet counts (the header is row 1), in a frame from 1.
    notes: what the reader of the file warns of, such as another encoding.
    """

    file: str | None
    header: tuple[str, ...]
    columns: Sequence[Sequence[Any]]
    lines: Sequence[int]
    notes: tuple[Note, ...] = ()


class Faults:
    """What is wrong with a table, collected as it is met."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.found: list[Issue] = []

    def note(self, code: str, vi: str, en: str, *, row: int | None = None, column: str | None = None) -> None:
        """Notes an error; row is the index of the row."""
        line = None if row is None else self.sheet.lines[row]
        self.found.append(Issue(code=code, message=Text(vi, en), file=self.sheet.file, row=line, column=column))

    def refuse(self) -> None:
        """Raises RecordError with everything found, in the order of rows; nothing when there is nothing."""
        if self.found:
            raise _refused(self.sheet.file, sorted(self.found, key=lambda issue: issue.row or 0))


def _refused(file: str | None, issues: Sequence[Issue]) -> RecordError:
    n, name = len(issues), file or ""
    return RecordError(
        Text(
            f"Không tính điểm được: bảng số liệu {name} có {n} lỗi.".replace("  ", " "),
            f"Cannot score: the table {name} has {n} {'problem' if n == 1 else 'problems'}.".replace("  ", " "),
        ),
        issues,
        file=file,
    )


def sheet_of_file(path: Path) -> Sheet:
    """The table of a CSV or XLSX file. Raises RecordError when it cannot be read, has no rows or ragged ones."""
    problems = Problems(path.name)
    try:
        read = read_file(path, problems)
    except RecordError as error:
        raise _refused(path.name, [issue for issue in error.issues if issue.level == "error"]) from error
    found = problems.issues()
    ragged = [issue for issue in found if issue.level == "error"]
    if ragged:
        raise _refused(path.name, ragged)
    notes = tuple(Note(code=issue.code, message=issue.message) for issue in found)
    header = tuple(map(tidy, read.header))
    return Sheet(file=path.name, header=header, columns=read.columns, lines=read.lines, notes=notes)


def sheet_of_frame(frame: "pd.DataFrame") -> Sheet:
    """The table of a data frame; index levels named unit or period count as columns."""
    levels = [name for name in ("unit", "period") if name in frame.index.names and name not in frame.columns]
    if levels:
        frame = frame.reset_index(level=levels)
    positions = range(frame.shape[1])
    cells = [frame.iloc[:, i].astype(object).where(frame.iloc[:, i].notna(), None).tolist() for i in positions]
    header = tuple(tidy(str(name)) for name in frame.columns)
    return Sheet(file=None, header=header, columns=cells, lines=range(1, len(frame) + 1))
