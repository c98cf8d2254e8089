"""The reference page of a kind, generated from the field declarations: every field, in both languages."""

from collections.abc import Iterator
from typing import Final

from stregistry.exchange.columns import ImportColumn, import_plan
from stregistry.exchange.template import explain_column
from stregistry.model import Record, record_class
from stregistry.vocab import vocabulary

_MARKS: Final = {"personal": "cá nhân · personal", "internal": "nội bộ · internal"}


def reference_page(kind: "str | type[Record]") -> str:
    """The page as Markdown: what the kind is, then its import columns with labels, form, unit, marks and codes."""
    cls = record_class(kind)
    about = cls.about
    nature = (
        (
            "Trạng thái: có hiệu lực từ ngày này đến ngày khác.",
            "A state: it holds from a day to a day.",
        )
        if about.state
        else (
            f"Sự kiện: có các ngày riêng, được tính theo `{about.on}`.",
            f"An event: it carries its own dates and is counted by `{about.on}`.",
        )
    )
    lines = [f"# {about.label.en} · {about.label.vi} (`{about.kind}`)", "", (cls.__doc__ or "").strip(), ""]
    lines += [f"{nature[0]} · {nature[1]}"]
    if about.source:
        lines += ["", f"Nguồn · Source: {about.source}."]
    lines += ["", "| cột · column | tiếng Việt | English | đơn vị · unit | mã · codes |", "|---|---|---|---|---|"]
    lines += _rows(cls)
    return "\n".join(lines) + "\n"


def _rows(cls: type[Record]) -> Iterator[str]:
    for column in import_plan(cls).columns:
        form = explain_column(column)
        cells = (
            f"`{column.id}`{_marks(column)}",
            f"**{column.label.vi}**<br>{form.vi}",
            f"**{column.label.en}**<br>{form.en}",
            _unit(column),
            _codes(column),
        )
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _marks(column: ImportColumn) -> str:
    marks = ["**bắt buộc · required**"] if column.required else []
    if column.field.sensitivity in _MARKS:
        marks.append(f"*{_MARKS[column.field.sensitivity]}*")
    return "".join(f"<br>{mark}" for mark in marks)


def _unit(column: ImportColumn) -> str:
    # An amount in its own currency has the unit that the column beside it says.
    return f"`{column.id}_currency`" if column.cell == "money" else column.field.unit or ""


def _codes(column: ImportColumn) -> str:
    # The code a party, a name or an identifier goes by is the column itself, not one of its cells.
    name = column.field.vocabulary
    if name is None:
        return ""
    return f"{', '.join(f'`{code}`' for code in vocabulary(name).codes)}<br>(`{name}`)"
