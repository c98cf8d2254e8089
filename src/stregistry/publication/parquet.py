"""Parquet files written piece by piece, and the flat columns of a kind from those the registry keeps."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from stregistry.dates import ALWAYS, FOREVER
from stregistry.publication.columns import TableColumn, arrow_schema
from stregistry.store.flat import precision
from stregistry.store.layout import split_codes

_EPOCH: Final = 719163  # date(1970, 1, 1).toordinal()
_ROW_GROUP: Final = 122_880  # what DuckDB scans as one piece of work


class ParquetFile:
    """One Parquet file being written; the same rows give the same bytes."""

    def __init__(self, path: Path, columns: Sequence[TableColumn]) -> None:
        self.schema = arrow_schema(columns)
        self.rows = 0
        self._waiting: list[Any] = []
        self._held = 0
        self._writer = pq.ParquetWriter(path, self.schema, compression="zstd", version="2.6")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None) -> None:
        if kind is None:
            self._flush()
        self._writer.close()

    def add(self, arrays: Sequence[Any]) -> None:
        """More rows, one array for each column."""
        batch = pa.Table.from_arrays(list(arrays), schema=self.schema)
        self._waiting.append(batch)
        self._held += batch.num_rows
        self.rows += batch.num_rows
        if self._held >= _ROW_GROUP:
            whole = pa.concat_tables(self._waiting)
            full = self._held - self._held % _ROW_GROUP
            self._writer.write_table(whole.slice(0, full), row_group_size=_ROW_GROUP)
            self._waiting, self._held = [whole.slice(full)], self._held - full

    def _flush(self) -> None:
        if self._held:
            self._writer.write_table(pa.concat_tables(self._waiting), row_group_size=_ROW_GROUP)


def arrays_of(columns: Sequence[TableColumn], values: Sequence[Sequence[Any]]) -> list[Any]:
    """Columns of Python values as Arrow arrays."""
    schema = arrow_schema(columns)
    return [pa.array(some, field.type) for some, field in zip(values, schema, strict=True)]


def holding(table: Any, valid: int) -> Any:
    """The rows whose state holds on a day."""
    return table.filter(pc.and_(pc.less_equal(table["valid_from"], valid), pc.greater(table["valid_to"], valid)))


def flat_arrays(columns: Sequence[TableColumn], table: Any, children: Mapping[str, Mapping[int, str]]) -> list[Any]:
    """The columns of a flat table from those of the versions, in the same row order.

    children: the columns made of child rows, by record id.
    """
    ids = table["id"].to_pylist()
    return [_flat(column, table, children, ids) for column in columns]


def _flat(column: TableColumn, table: Any, children: Mapping[str, Mapping[int, str]], ids: Sequence[int]) -> Any:
    assert column.flat is not None  # noqa: S101  # of a flat table
    name = column.flat.of
    match column.flat.sort:
        case "child":
            found = children.get(column.name, {})
            return pa.array([found.get(number) for number in ids], pa.string())
        case "day":
            days = table[name]
            bounded = pc.and_(pc.greater(days, ALWAYS), pc.less(days, FOREVER))
            return _date(pc.if_else(bounded, days, None))
        case "date":
            return _date(table[name])
        case "precision":
            return _precision(table[name], table[f"{name}_last"])
        case "codes":
            memo = {v: ";".join(split_codes(v)) or None for v in pc.unique(table[name]).to_pylist()}
            return pa.array([memo[v] for v in table[name].to_pylist()], pa.string())
        case "flag":
            return _one(table[name].cast(pa.bool_()))
        case "decimal":
            return _one(table[name].cast(pa.float64()))
        case _:
            return _one(table[name])


def _one(values: Any) -> Any:
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values


def _date(days: Any) -> Any:
    return _one(pc.subtract(days, _EPOCH).cast(pa.int32()).cast(pa.date32()))


def _precision(first: Any, last: Any) -> Any:
    known = pc.is_valid(first)
    if pc.all(pc.equal(first, last)).as_py() is not False:
        return _one(pc.if_else(known, pa.scalar("day"), pa.scalar(None, pa.string())))
    memo: dict[tuple[int | None, int | None], str | None] = {}
    found = []
    for pair in zip(first.to_pylist(), last.to_pylist(), strict=True):
        if pair not in memo:
            memo[pair] = precision(*pair)
        found.append(memo[pair])
    return pa.array(found, pa.string())
