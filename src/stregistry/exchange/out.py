"""Rows into files: CSV, JSON, JSON Lines, XLSX or Parquet, by the file's ending."""

import csv
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, TextIO

from stregistry.errors import NotFoundError, StregistryError
from stregistry.text import Text

Rows = Sequence[dict[str, Any]]


def safe_text(value: Any) -> Any:
    """The value, with an apostrophe before text that a spreadsheet would run as a formula.

    >>> safe_text("=1+1"), safe_text(-5), safe_text("Cần Thơ")
    ("'=1+1", -5, 'Cần Thơ')
    """
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def whole(value: Any) -> Any:
    """A float without a fraction as the integer it is: five records, not 5.0.

    >>> whole(5.0), whole(5.5), whole("5.0")
    (5, 5.5, '5.0')
    """
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else value


def _plain(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return safe_text(whole(value))


def write_csv(rows: Rows, columns: Sequence[str], stream: TextIO) -> None:
    """Writes rows as CSV: numbers in full, true and false in small letters, nothing for None."""
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_plain(row.get(c)) for c in columns] for row in rows)


def json_text(rows: Rows, columns: Sequence[str]) -> str:
    """Rows as a JSON array of objects, null for None; no line end."""
    return json.dumps([_object(row, columns) for row in rows], ensure_ascii=False, indent=1, default=str)


def _object(row: dict[str, Any], columns: Sequence[str]) -> dict[str, Any]:
    return {c: whole(row.get(c)) for c in columns}


def _csv(rows: Rows, columns: Sequence[str], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        write_csv(rows, columns, file)


def _json(rows: Rows, columns: Sequence[str], path: Path) -> None:
    path.write_text(json_text(rows, columns) + "\n", encoding="utf-8", newline="\n")


def _jsonl(rows: Rows, columns: Sequence[str], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            file.write(json.dumps(_object(row, columns), ensure_ascii=False, default=str) + "\n")


def _xlsx(rows: Rows, columns: Sequence[str], path: Path) -> None:
    import datetime as dt

    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        # The same rows give the same bytes only when the workbook does not note the time.
        book.set_properties({"created": dt.datetime(2000, 1, 1)})  # noqa: DTZ001
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        for j, name in enumerate(columns):
            sheet.write_string(0, j, name, bold)
        for i, row in enumerate(rows, 1):
            for j, name in enumerate(columns):
                value = row.get(name)
                if isinstance(value, bool):
                    sheet.write_boolean(i, j, value)
                elif isinstance(value, (int, float)):
                    sheet.write_number(i, j, value)
                elif value is not None:
                    sheet.write_string(i, j, str(value))
        sheet.freeze_panes(1, 0)
        sheet.autofit()


def _parquet(rows: Rows, columns: Sequence[str], path: Path) -> None:
    import pandas as pd

    try:
        pd.DataFrame(list(rows), columns=list(columns)).to_parquet(path, index=False)
    except ImportError as error:
        raise StregistryError(
            Text("Ghi Parquet cần pyarrow: pip install pyarrow.", "Writing Parquet needs pyarrow: pip install pyarrow.")
        ) from error


EXPORTERS: Final[dict[str, Callable[[Rows, Sequence[str], Path], None]]] = {
    "csv": _csv,
    "json": _json,
    "jsonl": _jsonl,
    "xlsx": _xlsx,
    "parquet": _parquet,
}


def write_rows(rows: Rows, columns: Sequence[str], path: Path) -> None:
    """Writes rows to a file whose ending names the format. Raises NotFoundError for another ending."""
    ending = path.suffix.lower().removeprefix(".")
    if ending not in EXPORTERS:
        sentence = Text(f"Không ghi được định dạng '{ending}'", f"Cannot write '{ending}'")
        raise NotFoundError.unknown(sentence, ending, EXPORTERS)
    EXPORTERS[ending](rows, columns, path)
