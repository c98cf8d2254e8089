"""A table made in code - a pandas frame, or anything with the Arrow stream interface - as a sheet to take in."""

import datetime as dt
import hashlib
import math
from collections.abc import Sequence
from decimal import Decimal
from itertools import chain
from typing import Any

from stregistry.errors import DomainError, StregistryError
from stregistry.exchange.cells import Cell, as_text
from stregistry.exchange.issues import Problems, refused
from stregistry.exchange.sheet import MAX_COLUMNS, Sheet
from stregistry.text import Text


def read_table(table: Any, name: str, problems: Problems) -> Sheet:
    """The columns of a table as a sheet; row 1 is its first row.

    table: a pandas DataFrame (its index counts when it has a name), or an object with
    `__arrow_c_stream__` (needs pyarrow). NaN, NaT, None and NA are empty cells.
    The sheet's sha256 is over its header and cells, so the same table is known again.
    Raises DomainError for anything else, RecordError for a table without rows or with too many columns.
    """
    header, columns = _pandas(table) if _is_pandas(table) else _arrow(table)
    count = len(columns[0]) if columns else 0
    if not count:
        problems.whole("empty_file")
    if len(header) > MAX_COLUMNS:
        problems.whole("too_many_columns", found=len(header), limit=MAX_COLUMNS)
    if problems.refused:
        raise refused(problems)
    lines = range(1, count + 1)
    problems.lines = lines
    cells = [_cells(values) for values in columns]
    return Sheet(
        file=name, sheet=None, sha256=_digest(header, cells), header=header, columns=cells, lines=lines, header_row=None
    )


def _is_pandas(table: Any) -> bool:
    # By name, since pandas is imported already where such a frame exists and must not be where none does.
    return any(c.__module__.split(".")[0] == "pandas" and c.__name__ == "DataFrame" for c in type(table).__mro__)


def _pandas(frame: Any) -> tuple[tuple[str, ...], list[Sequence[Any]]]:
    if any(name is not None for name in frame.index.names):
        doubled = [name for name in frame.index.names if name in frame.columns]
        frame = frame.reset_index(drop=bool(doubled))
    header = tuple("" if name is None else str(name) for name in frame.columns)
    # By position: two columns of one name are for the header check to refuse, with its message.
    columns = [frame.iloc[:, j] for j in range(len(header))]
    return header, [c.astype(object).where(c.notna(), None).tolist() for c in columns]


def _arrow(table: Any) -> tuple[tuple[str, ...], list[Sequence[Any]]]:
    if not hasattr(table, "__arrow_c_stream__"):
        found = type(table).__name__
        raise DomainError(
            Text(
                f"Không đọc được bảng kiểu {found}; cần DataFrame của pandas hoặc bảng có giao diện Arrow "
                "(__arrow_c_stream__). Tệp thì dùng import_file.",
                f"A table of type {found} cannot be read; give a pandas DataFrame or a table with the Arrow "
                "interface (__arrow_c_stream__). For files use import_file.",
            )
        )
    try:
        import pyarrow as pa
    except ImportError as error:
        raise StregistryError(
            Text("Đọc bảng Arrow cần pyarrow: pip install pyarrow.", "Arrow tables need pyarrow: pip install pyarrow.")
        ) from error
    got = pa.RecordBatchReader.from_stream(table).read_all()
    return tuple(got.column_names), [column.to_pylist() for column in got.columns]


def _cells(values: Sequence[Any]) -> list[Cell]:
    """Values as the cells a workbook would have held; each distinct value of a plain type is turned once."""
    if {str, type(None)}.issuperset(map(type, values)):
        return ["" if v is None else v for v in values]
    return [_cell(v) for v in values]


def _cell(value: Any) -> Cell:
    if value is None or value != value:  # noqa: PLR0124  # NaN and NaT are the values that do not equal themselves
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, (list, tuple)):
        return "; ".join(as_text(_cell(v)) for v in value)
    if hasattr(value, "item"):  # a numpy scalar
        value = value.item()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return value
    if isinstance(value, (float, Decimal)):
        if not math.isfinite(value):
            return str(value)
        whole = int(value)
        # repr gives the shortest decimal that reads back as the same number.
        return whole if value == whole else Decimal(repr(value)) if isinstance(value, float) else value
    if isinstance(value, dt.datetime):
        return value.date() if value.time() == dt.time() else value.isoformat(" ")
    return value if isinstance(value, dt.date) else str(value)


def _digest(header: Sequence[str], columns: Sequence[Sequence[Cell]]) -> str:
    """SHA-256 over header and cells; lengths stand before each text, so no two tables can run together."""
    found = hashlib.sha256()
    for column in chain([header], columns):
        texts = [f"{type(c).__name__[0]}{len(t)}:{t}" for c in column for t in (str(c),)]
        found.update(f"{len(texts)};{''.join(texts)}".encode("utf-8", "surrogatepass"))
    return found.hexdigest()
