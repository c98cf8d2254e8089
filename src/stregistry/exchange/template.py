"""The import template of a kind: a CSV header, or a workbook that explains each column and offers its codes."""

import csv
import datetime as dt
import io
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from stregistry.errors import NotFoundError
from stregistry.exchange.columns import ImportColumn, import_plan
from stregistry.exchange.read_xlsx import GUIDE_SHEET
from stregistry.model import Record
from stregistry.text import Text
from stregistry.vocab import vocabulary

_ROWS: Final = 5000  # how far drop-downs and formats reach down

_FORMS: Final[dict[str, Text]] = {
    "key": Text(
        "Mã riêng của bên lập danh sách; sửa tệp rồi nhập lại theo mã này.",
        "The owner's own key; a corrected file corrects by it.",
    ),
    "date": Text("Ngày: 17/05/2024, 2024-05-17, 05/2024 hoặc 2024.", "Date: 17/05/2024, 2024-05-17, 05/2024 or 2024."),
    "day": Text("Ngày đầy đủ: 17/05/2024.", "A full date: 17/05/2024."),
    "vnd": Text(
        "Số tiền bằng đồng; đơn vị khác ghi ở tiêu đề, ví dụ (triệu đồng).",
        "Amount in đồng; another unit goes in the header, such as (triệu đồng).",
    ),
    "money": Text("Số tiền theo nguyên tệ.", "Amount in its own currency."),
    "currency": Text("Mã ISO 4217, ví dụ USD.", "ISO 4217 code, such as USD."),
    "integer": Text("Số nguyên.", "Whole number."),
    "decimal": Text("Số.", "Number."),
    "flag": Text("có hoặc không.", "yes or no."),
    "place": Text("Mã hoặc tên địa bàn, ví dụ 92 hoặc Cần Thơ.", "Code or name of the place, such as 92 or Cần Thơ."),
    "ref": Text("id, mst:… hoặc ror:… của một tổ chức đã có.", "id, mst:… or ror:… of a known body."),
    "party": Text(
        "id, mst:…, ror:… hoặc tên; nhiều bên cách nhau bằng dấu ;", "id, mst:…, ror:… or a name; several split by ;"
    ),
    "country": Text("Mã quốc gia hai chữ cái, ví dụ VN.", "Two-letter country code, such as VN."),
    "countries": Text("Mã quốc gia hai chữ cái, cách nhau bằng dấu ;", "Two-letter country codes split by ;"),
    "codes": Text("Một hay nhiều mã, cách nhau bằng dấu ;", "One or more codes split by ;"),
    "code": Text("Một mã trong danh mục.", "One code of the list."),
    "evidence": Text("Tên tệp minh chứng, cách nhau bằng dấu ;", "Names of evidence files split by ;"),
}
_TEXT: Final = Text("Chữ.", "Text.")


def template(kind: "str | type[Record]") -> str:
    """The CSV header of a kind, without line end. Raises NotFoundError for an unknown kind."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(c.id for c in import_plan(kind).columns)
    return line.getvalue()


def explain_column(column: ImportColumn) -> Text:
    """How the cells of a column are written, in one sentence."""
    return _FORMS.get(column.cell, _TEXT)


def write_template(kind: "str | type[Record]", path: Path) -> None:
    """Writes a workbook: an empty sheet to fill, and one that explains each column and its codes."""
    plan = import_plan(kind)
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        # The same version gives the same bytes.
        book.set_properties({"created": dt.datetime(2000, 1, 1)})  # noqa: DTZ001
        sheet = book.add_worksheet(plan.kind)
        notes = book.add_worksheet(GUIDE_SHEET)
        bold, needed, wrap = (
            book.add_format({"bold": True}),
            book.add_format({"bold": True, "bg_color": "#FFE699"}),
            book.add_format({"text_wrap": True, "valign": "top"}),
        )
        # Text format keeps leading zeros of codes, and dates the way they were typed.
        plain = book.add_format({"num_format": "@"})
        for j, column in enumerate(plan.columns):
            sheet.set_column(j, j, max(12, len(column.id) + 2), None if _is_number(column) else plain)
            sheet.write_string(0, j, column.id, needed if column.required else bold)
            sheet.write_comment(0, j, f"{column.label.vi} / {column.label.en}\n{explain_column(column).vi}")
            options = _options(column)
            if options:
                sheet.data_validation(1, j, _ROWS, j, {"validate": "list", "source": options, "error_type": "warning"})
        sheet.freeze_panes(1, 0)
        _write_notes(notes, plan.columns, bold, wrap)


def write_template_file(kind: "str | type[Record]", path: Path) -> None:
    """Writes the template as its file is named: .xlsx, or .csv with the header alone. Raises NotFoundError."""
    ending = path.suffix.lower()
    if ending == ".xlsx":
        write_template(kind, path)
    elif ending == ".csv":
        # With a mark, since Excel takes a CSV file without one for the computer's old encoding.
        path.write_text(template(kind) + "\n", encoding="utf-8-sig", newline="\n")
    else:
        raise NotFoundError(
            Text(
                f"Mẫu chỉ ghi được ra tệp .xlsx hoặc .csv, không phải '{path.name}'.",
                f"A template is written to an .xlsx or .csv file, not '{path.name}'.",
            )
        )


def _is_number(column: ImportColumn) -> bool:
    return column.cell in ("vnd", "money", "integer", "decimal")


def _options(column: ImportColumn) -> list[str]:
    if column.cell == "flag":
        return ["có", "không"]
    if column.cell != "code" or not column.field.vocabulary:
        return []
    codes = list(vocabulary(column.field.vocabulary).codes)
    # Excel holds at most 255 characters in a list written in place.
    return codes if len(",".join(codes)) <= 255 else []


def _write_notes(notes: Any, columns: tuple[ImportColumn, ...], bold: Any, wrap: Any) -> None:
    heads = (
        "Cột / Column",
        "Nhãn / Label",
        "Label (en)",
        "Cách ghi / How to write",
        "How (en)",
        "Bắt buộc / Required",
        "Danh mục / Codes",
    )
    for j, (head, width) in enumerate(zip(heads, (24, 32, 28, 48, 48, 12, 60), strict=True)):
        notes.set_column(j, j, width)
        notes.write_string(0, j, head, bold)
    for i, column in enumerate(columns, 1):
        form = explain_column(column)
        name = column.field.vocabulary
        terms = vocabulary(name) if name else None
        listed = "; ".join(f"{code} = {terms.label(code, 'vi')}" for code in terms.codes) if terms else ""
        required = "có / yes" if column.required else ""
        for j, text in enumerate((column.id, column.label.vi, column.label.en, form.vi, form.en, required, listed)):
            notes.write_string(i, j, text, wrap)
    notes.freeze_panes(1, 0)
