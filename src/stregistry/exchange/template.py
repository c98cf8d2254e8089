"""The import template of a kind: a CSV header, or a workbook that explains each column and offers its codes."""

import csv
import datetime as dt
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from stregistry.errors import NotFoundError
from stregistry.exchange.columns import ImportColumn, ImportPlan, import_plan
from stregistry.exchange.locate import EXAMPLE_KEY
from stregistry.exchange.read_xlsx import CODES_SHEET, GUIDE_SHEET, TEMPLATE_PROPERTY, TEMPLATE_VERSION
from stregistry.files import whole_file
from stregistry.model import Record
from stregistry.text import Text
from stregistry.vocab import vocabulary

_ROWS: Final = 5000  # how far drop-downs and formats reach down
_HEADER: Final = 1  # below the title

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

_EXAMPLES: Final = {
    "date": "17/05/2024",
    "day": "01/07/2025",
    "vnd": "1500000000",
    "money": "12500.5",
    "currency": "USD",
    "integer": "5",
    "decimal": "1.5",
    "flag": "có",
    "place": "Cần Thơ",
    "country": "VN",
    "countries": "JP; KR",
    "party": "mst:0301471348; Viện A",
    "ref": "mst:0301471348",
}


def template(kind: "str | type[Record]") -> str:
    """The CSV header of a kind, without line end. Raises NotFoundError for an unknown kind."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(c.id for c in import_plan(kind).columns)
    return line.getvalue()


def explain_column(column: ImportColumn) -> Text:
    """How the cells of a column are written, in one sentence."""
    return _FORMS.get(column.cell, _TEXT)


def write_template(kind: "str | type[Record]", path: Path) -> None:
    """Writes a workbook: a sheet to fill, one that explains each column, and one of the codes to choose from.

    The sheet to fill has a title with the version, the header in both languages and an example that imports
    pass over; its columns have drop-downs and checks, which warn and do not forbid.
    """
    plan = import_plan(kind)
    with whole_file(path) as beside, xlsxwriter.Workbook(str(beside), {"strings_to_formulas": False}) as book:
        # The same version gives the same bytes.
        book.set_properties({"created": dt.datetime(2000, 1, 1), "title": f"stregistry {plan.kind}"})  # noqa: DTZ001
        book.set_custom_property(TEMPLATE_PROPERTY, f"{plan.kind} {TEMPLATE_VERSION}")
        sheet, notes, lists = (book.add_worksheet(name) for name in (plan.kind, GUIDE_SHEET, CODES_SHEET))
        bold, wrap = (
            book.add_format({"bold": True}),
            book.add_format({"text_wrap": True, "valign": "top"}),
        )
        sheet.write_string(0, 0, _title(plan), bold)
        options = _write_lists(lists, plan.columns, bold)
        _write_sheet(book, sheet, plan.columns, options)
        _write_notes(notes, plan.columns, bold, wrap)


def _title(plan: ImportPlan) -> str:
    label = plan.layout.cls.about.label
    return (
        f"Mẫu nhập: {label.vi}, phiên bản {TEMPLATE_VERSION} / Import template: {label.en}, version {TEMPLATE_VERSION}"
    )


def _write_sheet(book: Any, sheet: Any, columns: tuple[ImportColumn, ...], options: Mapping[str, str]) -> None:
    look = {"text_wrap": True, "valign": "top", "bold": True}
    head, needed = book.add_format(look), book.add_format(look | {"bg_color": "#FFE699"})
    # Text format keeps leading zeros of codes, and dates the way they were typed.
    plain = book.add_format({"num_format": "@"})
    example = book.add_format({"num_format": "@", "italic": True, "font_color": "#7F7F7F"})
    sheet.set_row(_HEADER, 60)
    for j, column in enumerate(columns):
        form = explain_column(column)
        sheet.set_column(j, j, 24, None if _is_number(column) else plain)
        sheet.write_string(_HEADER, j, template_header(column), needed if column.required else head)
        sheet.write_comment(_HEADER, j, f"{form.vi}\n{form.en}")
        sheet.write_string(_HEADER + 1, j, _example(column), example)
        check = _check(column, j, options)
        if check:
            sheet.data_validation(_HEADER + 2, j, _ROWS, j, check | {"error_type": "warning"})
    sheet.freeze_panes(_HEADER + 1, 1)


def template_header(column: ImportColumn) -> str:
    """The header of a column in a workbook: both labels and, in square brackets, the id it is read by."""
    return f"{column.label.vi} / {column.label.en} [{column.id}]"


def _example(column: ImportColumn) -> str:
    if column.cell == "key":
        return f"{EXAMPLE_KEY} 1"
    if column.cell in ("code", "codes") and column.field.vocabulary:
        terms = vocabulary(column.field.vocabulary)
        return terms.label(terms.codes[0], "vi")
    return _EXAMPLES.get(column.cell, "")


def _check(column: ImportColumn, j: int, options: Mapping[str, str]) -> dict[str, Any] | None:
    """What Excel warns of when a cell is typed; None for a column of free text."""
    form = explain_column(column)
    told = {"input_title": column.id[:32], "input_message": f"{form.vi}\n{form.en}"[:255]}
    if column.cell == "flag":
        return told | {"validate": "list", "source": ["có", "không"]}
    if column.cell == "code" and column.field.vocabulary:
        return told | {"validate": "list", "source": options[column.field.vocabulary]}
    if column.cell == "integer":
        return told | {"validate": "integer", "criteria": "between", "minimum": -(10**15), "maximum": 10**15}
    if _is_number(column):
        return told | {"validate": "decimal", "criteria": "between", "minimum": -(10**15), "maximum": 10**15}
    if column.cell in ("date", "day"):
        cell = xl_rowcol_to_cell(_HEADER + 2, j)
        digits = f'SUBSTITUTE(SUBSTITUTE({cell},"/",""),"-","")'
        # A year or a month is a date too, so Excel's own check of dates would be too strict.
        return told | {
            "validate": "custom",
            "value": f"=OR(ISNUMBER({cell}),AND(LEN({cell})<=10,ISNUMBER(--{digits})))",
        }
    return None


def _write_lists(sheet: Any, columns: tuple[ImportColumn, ...], bold: Any) -> dict[str, str]:
    """Writes the labels and codes of each vocabulary, and returns where its labels stand."""
    found: dict[str, str] = {}
    for name in dict.fromkeys(c.field.vocabulary for c in columns if c.cell in ("code", "codes")):
        if not name:
            continue
        terms, j = vocabulary(name), 2 * len(found)
        sheet.set_column(j, j + 1, 30)
        sheet.write_string(0, j, f"{terms.title.vi} / {terms.title.en}", bold)
        sheet.write_string(0, j + 1, name, bold)
        for i, code in enumerate(terms.codes, 1):
            sheet.write_string(i, j, terms.label(code, "vi"))
            sheet.write_string(i, j + 1, code)
        first, last = (xl_rowcol_to_cell(i, j, row_abs=True, col_abs=True) for i in (1, len(terms.codes)))
        found[name] = f"='{CODES_SHEET}'!{first}:{last}"
    return found


def write_template_file(kind: "str | type[Record]", path: Path) -> None:
    """Writes the template as its file is named: .xlsx, or .csv with the header alone. Raises NotFoundError."""
    ending = path.suffix.lower()
    if ending == ".xlsx":
        write_template(kind, path)
    elif ending == ".csv":
        # With a mark, since Excel takes a CSV file without one for the computer's old encoding.
        with whole_file(path) as beside:
            beside.write_text(template(kind) + "\n", encoding="utf-8-sig", newline="\n")
    else:
        raise NotFoundError(
            Text(
                f"Mẫu chỉ ghi được ra tệp .xlsx hoặc .csv, không phải '{path.name}'.",
                f"A template is written to an .xlsx or .csv file, not '{path.name}'.",
            )
        )


def _is_number(column: ImportColumn) -> bool:
    return column.cell in ("vnd", "money", "integer", "decimal")


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
