"""The columns of a publication's tables: their Arrow types, and how they are told in `datapackage.json`.

A publication has two sorts of tables: one flat table of each kind, for analysis, and under `records/`
the versions and child rows as the registry keeps them, from which figures are computed again.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

import attrs

from stregistry.fields import Field
from stregistry.model import Record
from stregistry.store.flat import PRECISIONS, FlatColumn, flat_columns
from stregistry.store.layout import ChildLayout, Layout
from stregistry.text import Text
from stregistry.vocab import vocabulary

if TYPE_CHECKING:
    import pyarrow as pa


@attrs.frozen(kw_only=True)
class TableColumn:
    """One column of a table: its name, type (string, int64, date32, bool or double) and what it says.

    flat: of a flat table, how it is made; None for a column of `records/`.
    """

    name: str
    type: str
    label: Text
    required: bool = False
    codes: tuple[str, ...] = ()
    flat: FlatColumn | None = None

    def told(self) -> dict[str, Any]:
        """The column as a field of a Table Schema."""
        kind = {"string": "string", "int64": "integer", "date32": "date", "bool": "boolean", "double": "number"}
        found: dict[str, Any] = {"name": self.name, "type": kind[self.type], "title": self.label.en}
        found["x-title-vi"] = self.label.vi
        limits: dict[str, Any] = ({"required": True} if self.required else {}) | (
            {"enum": list(self.codes)} if self.codes else {}
        )
        return found | ({"constraints": limits} if limits else {})


_FLAT: Final = {
    "id": "int64",
    "day": "date32",
    "date": "date32",
    "flag": "bool",
    "decimal": "double",
    "integer": "int64",
}
_META: Final = {
    "row": Text("Số phiên bản", "Row of the version"),
    "facts": Text("Phiên bản mang nội dung", "Row that first stated the content"),
    "id": Text("Mã số", "Id"),
    "valid_from": Text("Hiệu lực từ (số thứ tự ngày)", "Valid from (day number)"),
    "valid_to": Text("Hiệu lực đến trước (số thứ tự ngày)", "Valid to (day number)"),
    "tx_from": Text("Đợt cập nhật ghi nhận", "Changeset that stated it"),
    "document": Text("Tài liệu", "Document"),
    "line": Text("Dòng trong tài liệu", "Row in the document"),
    "n": Text("Thứ tự", "Position"),
}


def flat_table(cls: type[Record], left_out: Iterable[str]) -> tuple[TableColumn, ...]:
    """The columns of the flat table of a kind."""
    found = []
    for column in flat_columns(cls, left_out=left_out):
        codes: tuple[str, ...] = ()
        if column.sort == "precision":
            codes = PRECISIONS
        elif column.sort == "code" and column.field is not None and column.field.vocabulary:
            codes = tuple(dict.fromkeys(vocabulary(column.field.vocabulary).codes))
        found.append(
            TableColumn(
                name=column.name,
                type=_FLAT.get(column.sort, "string"),
                label=column.label,
                required=column.sort == "id",
                codes=codes,
                flat=column,
            )
        )
    return tuple(found)


def version_table(plan: Layout, left_out: Iterable[str]) -> tuple[TableColumn, ...]:
    """The columns of a kind's versions, as the registry keeps them."""
    without = set(left_out)
    span = ("valid_from", "valid_to") if plan.state else ()
    meta = [
        TableColumn(name=n, type="int64", label=_META[n], required=n not in ("document", "line"))
        for n in ("row", "facts", "id", *span, "tx_from", "document", "line")
    ]
    own = [_kept(c.name, c.type, c.field) for c in plan.columns if c.name not in without]
    return (*meta, *own)


def child_table(child: ChildLayout, left_out: Iterable[str]) -> tuple[TableColumn, ...]:
    """The columns of a child table, those computed from it included."""
    without = set(left_out)
    keys = [TableColumn(name=n, type="int64", label=_META[n], required=True) for n in ("facts", "n")]
    own = [_kept(c.name, c.type, c.field) for c in child.columns if c.name not in without]
    derived = [TableColumn(name=n, type=_stored(t), label=Text(n, n)) for n, t in child.derived]
    return (*keys, *own, *derived)


def document_table() -> tuple[TableColumn, ...]:
    """The columns of the table of files that records came from."""
    return (
        TableColumn(name="number", type="int64", label=Text("Số", "Number"), required=True),
        TableColumn(name="changeset", type="int64", label=Text("Đợt cập nhật", "Changeset")),
        TableColumn(name="name", type="string", label=Text("Tên tệp", "File name")),
        TableColumn(name="sheet", type="string", label=Text("Trang", "Sheet")),
        TableColumn(name="sha256", type="string", label=Text("Mã băm SHA-256", "SHA-256")),
        TableColumn(name="kind", type="string", label=Text("Loại hồ sơ", "Kind")),
        TableColumn(name="source_id", type="string", label=Text("Nguồn của mã", "Whose keys")),
    )


def _stored(sql: str) -> str:
    return "string" if sql == "text" else "int64"


def _kept(name: str, sql: str, info: Field) -> TableColumn:
    return TableColumn(name=name, type=_stored(sql), label=info.label)


def arrow_schema(columns: Iterable[TableColumn]) -> "pa.Schema":
    """The columns as an Arrow schema."""
    import pyarrow as pa

    types = {
        "string": pa.string(),
        "int64": pa.int64(),
        "date32": pa.date32(),
        "bool": pa.bool_(),
        "double": pa.float64(),
    }
    return pa.schema([pa.field(c.name, types[c.type], nullable=not c.required) for c in columns])
