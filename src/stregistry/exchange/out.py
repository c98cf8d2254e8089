"""Rows into files: CSV, JSON, JSON Lines, XLSX or Parquet, by the file's ending; row by row, whole or not at all."""

import csv
import datetime as dt
import itertools
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, TextIO

import attrs

from stregistry.errors import NotFoundError, StregistryError
from stregistry.files import whole_file
from stregistry.text import Text

Row = Mapping[str, Any]
Rows = Iterable[Row]

# A spreadsheet takes a cell that begins so for a formula; the wide forms are what East Asian keyboards give.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_FIRST: Final = frozenset((*_FORMULA, "'"))
_LARGEST: Final = 2**53 - 1  # beyond it a double, which is what JSON readers and Excel keep numbers in, skips integers
_CELL: Final = 32_767  # characters Excel takes in one cell
_SHEET: Final = 1_048_575  # rows it takes below a header
_LOOKED_AT: Final = 500  # rows that say how wide a column is
_BATCH: Final = 20_000  # rows of a Parquet batch
_PIECE: Final = 2_000  # rows taken at a time when they come one by one
_TEXTS: Final = frozenset({str, type(None)})
_INTEGERS: Final = frozenset({int, type(None)})


@attrs.frozen(kw_only=True, eq=False)
class Pieces:
    """Rows that come column by column, many at a time; taken one by one each is a mapping like any row.

    pieces: each with the values of every column, in the order of `columns`.
    """

    columns: Sequence[str]
    pieces: Iterable[Sequence[Sequence[Any]]]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for piece in self.pieces:
            for values in zip(*piece, strict=True):
                yield dict(zip(self.columns, values, strict=True))


@attrs.frozen(kw_only=True)
class Sheet:
    """Rows and the columns to write of them, in order.

    types: of columns known beforehand (string, int64, double, bool); others are told by the first rows.
    """

    name: str = ""
    columns: Sequence[str]
    rows: Rows
    types: Mapping[str, str] = attrs.field(factory=dict)


def in_pieces(rows: Rows, columns: Sequence[str]) -> Iterator[list[Sequence[Any]]]:
    """The rows as columns, some thousand at a time; no piece is empty."""
    if isinstance(rows, Pieces):
        at = [rows.columns.index(c) for c in columns]
        for piece in rows.pieces:
            yield [piece[i] for i in at]
        return
    left = iter(rows)
    while some := list(itertools.islice(left, _PIECE)):
        yield [[row.get(c) for row in some] for c in columns]


def safe_text(value: Any) -> Any:
    """The value, with an apostrophe before text that a spreadsheet would run as a formula.

    Text that begins with an apostrophe and then so gets one more, so that `bare_text` gives back every value.

    >>> safe_text("=1+1"), safe_text(-5), safe_text("Cần Thơ"), safe_text("'=x")
    ("'=1+1", -5, 'Cần Thơ', "''=x")
    """
    return f"'{value}" if isinstance(value, str) and value.lstrip("'").startswith(_FORMULA) else value


def bare_text(text: str) -> str:
    """Text as it was before `safe_text`.

    >>> bare_text("'=1+1"), bare_text("'Tây Đô'"), bare_text("''=x")
    ('=1+1', "'Tây Đô'", "'=x")
    """
    return text[1:] if text[:1] == "'" and safe_text(text[1:]) == text else text


def whole(value: Any) -> Any:
    """A float without a fraction as the integer it is: five records, not 5.0.

    >>> whole(5.0), whole(5.5), whole("5.0")
    (5, 5.5, '5.0')
    """
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else value


def exact(value: Any) -> Any:
    """The value as readers that keep numbers as doubles read it rightly: an integer too large for one as text.

    >>> exact(2**53 + 1), exact(7), exact(float("nan"))
    ('9007199254740993', 7, None)
    """
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > _LARGEST:
        return str(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _plain(value: Any) -> Any:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, default=str)
    return safe_text(whole(value))


@attrs.frozen
class _Lines:
    """Where csv writes its lines, to end with a line feed alone; told otherwise, csv quotes a carriage return too."""

    stream: TextIO

    def write(self, line: str) -> int:
        return self.stream.write(f"{line[:-2]}\n")


def write_csv(rows: Rows, columns: Sequence[str], stream: TextIO) -> int:
    """Writes rows as CSV: numbers in full, true and false in small letters, nothing for None; returns how many."""
    writer = csv.writer(_Lines(stream), lineterminator="\r\n")
    writer.writerow([safe_text(c) for c in columns])
    count = 0
    for piece in in_pieces(rows, columns):
        writer.writerows(zip(*map(_csv_cells, piece), strict=True))
        count += len(piece[0])
    return count


def _csv_cells(values: Sequence[Any]) -> Sequence[Any]:
    """The cells of a column; of texts nothing changes but those that begin like a formula."""
    sorts = set(map(type, values))
    if sorts <= _INTEGERS or (sorts <= _TEXTS and not _may_be_formulas(values)):
        return values
    return [_plain(v) for v in values]


def _may_be_formulas(texts: Sequence[str | None]) -> bool:
    return not _FIRST.isdisjoint({text[:1] for text in texts if text})


def write_json(rows: Rows, columns: Sequence[str], stream: TextIO) -> int:
    """Writes rows as a JSON array of objects, null for None, one object after another; returns how many."""
    count = 0
    for count, row in enumerate(rows, 1):
        text = json.dumps(_object(row, columns), ensure_ascii=False, indent=1, default=str)
        stream.write("[\n" if count == 1 else ",\n")
        stream.write("\n".join(f" {line}" for line in text.split("\n")))
    stream.write("\n]\n" if count else "[]\n")
    return count


def _object(row: Row, columns: Sequence[str]) -> dict[str, Any]:
    return {c: exact(whole(row.get(c))) for c in columns}


def _csv(sheet: Sheet, path: Path) -> int:
    with path.open("w", encoding="utf-8", newline="") as file:
        return write_csv(sheet.rows, sheet.columns, file)


def _json(sheet: Sheet, path: Path) -> int:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        return write_json(sheet.rows, sheet.columns, file)


def _jsonl(sheet: Sheet, path: Path) -> int:
    keys = [_json_text(c).replace("%", "%%") for c in sheet.columns]
    line, count = "{" + ", ".join(f"{key}: %s" for key in keys) + "}\n", 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for piece in in_pieces(sheet.rows, sheet.columns):
            file.writelines(map(line.__mod__, zip(*map(_json_cells, piece), strict=True)))
            count += len(piece[0])
    return count


_json_text: Final = json.JSONEncoder(ensure_ascii=False, default=str).encode


def _json_cells(values: Sequence[Any]) -> list[str]:
    """Each value of a column as JSON, the same ones said once."""
    if _TEXTS.issuperset(map(type, values)):
        said = {v: _json_text(v) for v in set(values)}
        return [said[v] for v in values]
    return [_json_text(exact(whole(v))) for v in values]


# ---- XLSX ----------------------------------------------------------------------------------


def _xlsx(sheet: Sheet, path: Path) -> int:
    return _book([sheet], path)[0]


def _book(sheets: Sequence[Sheet], path: Path) -> list[int]:
    import xlsxwriter

    # Row by row to the disk: a workbook kept in memory takes a gigabyte for a million rows.
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    counts = []
    with xlsxwriter.Workbook(str(path), options) as book:
        # The same rows give the same bytes only when the workbook does not note the time.
        book.set_properties({"created": dt.datetime(2000, 1, 1)})  # noqa: DTZ001
        form = {
            "head": book.add_format({"bold": True}),
            # What begins like a formula stays text even when somebody edits the cell.
            "text": book.add_format({"quote_prefix": True}),
        }
        counts = [_worksheet(book, form, sheet) for sheet in sheets]
    return counts


def _worksheet(book: Any, form: Mapping[str, Any], sheet: Sheet) -> int:
    page = book.add_worksheet(sheet.name or None)
    page.freeze_panes(1, 0)
    pieces = in_pieces(sheet.rows, sheet.columns)
    first: list[list[Sequence[Any]]] = []
    while sum(len(piece[0]) for piece in first) < _LOOKED_AT and (piece := next(pieces, None)):
        first.append(piece)
    for j, name in enumerate(sheet.columns):
        looked_at = itertools.islice(itertools.chain(*(piece[j] for piece in first)), _LOOKED_AT)
        widths = (len(str(v or "")) for v in looked_at)
        page.set_column(j, j, min(max(len(name), 4, *widths) + 2, 60))
        page.write_string(0, j, name, form["head"])
    count = 0
    for piece in itertools.chain(first, pieces):
        if count + len(piece[0]) > _SHEET:
            raise StregistryError(
                Text(
                    f"Excel chỉ chứa được {_SHEET:,} dòng dữ liệu trong một trang; hãy ghi ra CSV hoặc Parquet.",
                    f"Excel takes {_SHEET:,} rows of data on a sheet; write CSV or Parquet.",
                )
            )
        # Row by row, as the library needs them; how a column is written is found out once for all rows of a piece.
        write = [_writer(page, form, name, values) for name, values in zip(sheet.columns, piece, strict=True)]
        for row in zip(*piece, strict=True):
            count += 1
            for j, value in enumerate(row):
                if value is not None:
                    write[j](count, j, value)
    return count


def _writer(page: Any, form: Mapping[str, Any], name: str, values: Sequence[Any]) -> Callable[[int, int, Any], Any]:
    """What writes the cells of a column: the library itself for plain texts and numbers."""
    sorts = set(map(type, values)) - {type(None)}
    if sorts == {str} and not _may_be_formulas(values) and max(len(v) for v in values if v is not None) <= _CELL:
        return page.write_string  # type: ignore[no-any-return]
    if sorts == {int} and all(v is None or -_LARGEST <= v <= _LARGEST for v in values):
        return page.write_number  # type: ignore[no-any-return]
    return lambda i, j, value: _cell(page, form, i, j, name, value)


def _cell(page: Any, form: Mapping[str, Any], i: int, j: int, name: str, given: Any) -> None:
    value = exact(given)
    if value is None:
        return
    if isinstance(value, bool):
        page.write_boolean(i, j, value)
    elif isinstance(value, (int, float)):
        page.write_number(i, j, value)
    else:
        text = json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, (dict, list)) else str(value)
        if len(text) > _CELL:
            raise StregistryError(
                Text(
                    f"Dòng {i + 1}, cột {name}: nội dung dài {len(text)} ký tự, Excel chỉ chứa được {_CELL} "
                    "trong một ô; hãy ghi ra CSV, JSON hoặc Parquet.",
                    f"Row {i + 1}, column {name}: {len(text)} characters, and Excel takes {_CELL} in a cell; write "
                    "CSV, JSON or Parquet.",
                )
            )
        page.write_string(i, j, text, form["text"] if safe_text(text) != text else None)


# ---- Parquet -------------------------------------------------------------------------------


def _parquet(sheet: Sheet, path: Path) -> int:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise StregistryError(
            Text(
                "Ghi Parquet cần pyarrow: pip install 'stregistry[parquet]'.",
                "Writing Parquet needs pyarrow: pip install 'stregistry[parquet]'.",
            )
        ) from error
    batches, count = _batches(sheet), 0
    first = next(batches, [()] * len(sheet.columns))
    types = {c: sheet.types.get(c) or _kind(values) for c, values in zip(sheet.columns, first, strict=True)}
    arrow = {"string": pa.string(), "int64": pa.int64(), "double": pa.float64(), "bool": pa.bool_()}
    schema = pa.schema([pa.field(c, arrow[types[c]]) for c in sheet.columns])
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in itertools.chain([first], batches):
            count += len(batch[0])
            columns = [_all_as(types[c], values) for c, values in zip(sheet.columns, batch, strict=True)]
            arrays = [pa.array(values, field.type) for values, field in zip(columns, schema, strict=True)]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
    return count


def _batches(sheet: Sheet) -> Iterator[list[list[Any]]]:
    """The rows as columns, always as many at a time: a group of rows in the file is not to hang on how they came."""
    held: list[list[Any]] = [[] for _ in sheet.columns]
    for piece in in_pieces(sheet.rows, sheet.columns):
        for column, values in zip(held, piece, strict=True):
            column.extend(values)
        while len(held[0]) >= _BATCH:
            yield [column[:_BATCH] for column in held]
            held = [column[_BATCH:] for column in held]
    if held[0]:
        yield held


_OF_TYPE: Final = {"string": str, "int64": int, "bool": bool}


def _all_as(kind: str, values: Sequence[Any]) -> Sequence[Any]:
    if {_OF_TYPE.get(kind), type(None)}.issuperset(map(type, values)):
        return values
    return [_as(kind, v) for v in values]


def _kind(values: Iterable[Any]) -> str:
    """The type of a column by its first values: text unless all of them are of one other sort."""
    sorts = {type(v) for v in values if v is not None}
    if sorts == {bool}:
        return "bool"
    if sorts == {int}:
        return "int64"
    return "double" if sorts and sorts <= {int, float} else "string"


def _as(kind: str, value: Any) -> Any:
    if value is None:
        return None
    if kind == "string":
        return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, (dict, list)) else str(value)
    if kind == "double":
        return float(value)
    if kind == "int64" and isinstance(value, (float, Decimal)) and value != int(value):
        raise StregistryError(
            Text(
                f"Một cột toàn số nguyên ở các dòng đầu lại có {value}; hãy ghi ra CSV.",
                f"A column of whole numbers in its first rows also has {value}; write CSV.",
            )
        )
    return int(value) if kind == "int64" else value


EXPORTERS: Final[dict[str, Callable[[Sheet, Path], int]]] = {
    "csv": _csv,
    "json": _json,
    "jsonl": _jsonl,
    "xlsx": _xlsx,
    "parquet": _parquet,
}


def ending_of(path: Path) -> str:
    """The format a file's ending names. Raises NotFoundError for another ending."""
    ending = path.suffix.lower().removeprefix(".")
    if ending not in EXPORTERS:
        sentence = Text(f"Không ghi được định dạng '{ending}'", f"Cannot write '{ending}'")
        raise NotFoundError.unknown(sentence, ending, EXPORTERS)
    return ending


def write_sheet(sheet: Sheet, path: Path, *, mark: bool = False) -> int:
    """Writes rows to a file whose ending names the format; returns how many. See `whole_file`.

    Rows are taken one by one, so a file may be larger than memory (not an XLSX of more than 1 048 575 rows).
    mark: CSV begins with a byte order mark, by which Excel knows that it is UTF-8.
    Raises NotFoundError for another ending, StregistryError for what a format cannot hold.
    """
    ending = ending_of(path)
    with whole_file(path) as beside:
        if mark and ending == "csv":
            with beside.open("w", encoding="utf-8-sig", newline="") as file:
                return write_csv(sheet.rows, sheet.columns, file)
        return EXPORTERS[ending](sheet, beside)


def write_rows(rows: Rows, columns: Sequence[str], path: Path, *, mark: bool = False) -> int:
    """Writes rows to a file; see `write_sheet`."""
    return write_sheet(Sheet(columns=columns, rows=rows), path, mark=mark)


def write_book(sheets: Sequence[Sheet], path: Path) -> list[int]:
    """Writes several sheets to one workbook; returns the rows of each. See `write_sheet`."""
    with whole_file(path) as beside:
        return _book(sheets, beside)
