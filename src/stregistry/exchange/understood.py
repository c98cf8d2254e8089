"""How a file was understood, column by column, with the cells that show it: what `--dry-run` puts before the user."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import attrs

from stregistry.dates import date_form
from stregistry.errors import DomainError
from stregistry.exchange.cells import Cell, is_blank
from stregistry.exchange.columns import ImportPlan
from stregistry.exchange.headers import Header, near_column, passed_over
from stregistry.exchange.mapping import FileMap
from stregistry.exchange.numbers import decide, styles_of, written
from stregistry.exchange.parse import DATE_ORDERS, shown
from stregistry.exchange.sheet import Sheet
from stregistry.text import Text, fold, tidy
from stregistry.vocab import vocabulary

# How a header was matched, or why its column was left out.
MATCHES: Final[Mapping[str, Text]] = {
    "id": Text("tên trường", "field id"),
    "label": Text("nhãn", "label"),
    "alias": Text("tên gọi khác", "alias"),
    "template": Text("tiêu đề biểu mẫu", "template header"),
    "map": Text("tệp ánh xạ", "map file"),
    "key": Text("khóa theo tệp ánh xạ", "key of the map"),
    "constant": Text("hằng số của tệp ánh xạ", "constant of the map"),
    "ignored": Text("bỏ qua theo tệp ánh xạ", "passed over by the map"),
    "serial": Text("số thứ tự, bỏ qua", "running number, passed over"),
    "remark": Text("ghi chú, không nhập", "remarks, not taken in"),
    "problem": Text("cột ghi lỗi, bỏ qua", "column of problems, passed over"),
    "unknown": Text("không nhận ra", "not understood"),
}

# The forms a cell can be read in; of a code column the forms are its codes.
FORMS: Final[Mapping[str, Text]] = {
    "excel_date": Text("ngày của Excel", "Excel date"),
    "yyyy-mm-dd": Text("năm-tháng-ngày", "year-month-day"),
    "dd/mm/yyyy": Text("ngày/tháng/năm", "day/month/year"),
    "yyyy-mm": Text("năm-tháng", "year-month"),
    "mm/yyyy": Text("tháng/năm", "month/year"),
    "yyyy": Text("năm", "year"),
    "range": Text("khoảng ngày", "range of days"),
    "number": Text("số của Excel", "Excel number"),
    "digits": Text("chữ số liền", "plain digits"),
    "vi": Text("kiểu 1.234,5", "1.234,5 style"),
    "en": Text("kiểu 1,234.5", "1,234.5 style"),
    "either": Text("đọc được cả hai kiểu số", "fits both number styles"),
    "unread": Text("không đọc được", "cannot be read"),
}

# The parts of a table that are no records, as `Understood.left` names them.
LEFT: Final[Mapping[str, Text]] = {
    "header": Text("tiêu đề in lại", "header repeated"),
    "title": Text("tên bảng tiếp theo", "name of the next table"),
    "numbering": Text("đánh số cột", "numbers of columns"),
    "section": Text("tên mục", "section headings"),
    "totals": Text("tổng cộng", "totals"),
    "note": Text("ghi chú, chữ ký", "notes and signatures"),
    "example": Text("ví dụ của biểu mẫu", "examples of the template"),
}


@attrs.frozen(kw_only=True)
class Reading:
    """One form the cells of a column are in.

    form: a key of FORMS; for a column of codes, the code the cells were read as ("unread" for none).
    cells: how many. example, row: the first of them and the row it stands in.
    """

    form: str
    cells: int
    example: str
    row: int


@attrs.frozen(kw_only=True)
class UnderstoodColumn:
    """One column of a file as the import reads it.

    cell: its header cell (`D6`), None for a table made in code. header: as written.
    field: the id of the import column, None when the column is left out; match: a key of MATCHES.
    near: for a column not understood, the nearest known name, if any.
    unit: what an amount is multiplied by and its currency, as `(10**6, "VND")`; unit_from: `header` or `title`.
    filled, empty: cells with and without a value.
    style: for numbers, `vi` or `en` when a cell shows it, else None.
    readings: for dates, numbers and codes, the forms its cells are in: unread ones, then the most frequent.
    """

    cell: str | None
    header: str
    match: str
    field: str | None = None
    label: Text | None = None
    near: str | None = None
    unit: tuple[int, str | None] | None = None
    unit_from: str | None = None
    filled: int = 0
    empty: int = 0
    style: str | None = None
    readings: tuple[Reading, ...] = ()


@attrs.frozen(kw_only=True)
class Understood:
    """One table of a file as the import reads it.

    sheet: None for CSV. header_row: None for a table made in code. first_row, last_row: of its data.
    rows: how many rows of data. left: rows that are no records, by the keys of LEFT.
    """

    sheet: str | None
    header_row: int | None
    first_row: int
    last_row: int
    rows: int
    left: Mapping[str, tuple[int, ...]] = attrs.field(factory=dict)
    columns: tuple[UnderstoodColumn, ...] = ()

    def document(self) -> dict[str, Any]:
        """The same as plain data, for JSON; keys are English in both languages."""
        made = attrs.asdict(self, recurse=False)
        made["left"] = {name: list(rows) for name, rows in self.left.items()}
        made["columns"] = [_column_document(column) for column in self.columns]
        return made


def _column_document(column: UnderstoodColumn) -> dict[str, Any]:
    made = attrs.asdict(column, recurse=False)
    made["label"] = None if column.label is None else {"vi": column.label.vi, "en": column.label.en}
    made["unit"] = None if column.unit is None else {"scale": column.unit[0], "currency": column.unit[1]}
    made["readings"] = [attrs.asdict(reading) for reading in column.readings]
    return made


def understand(
    plan: ImportPlan, sheet: Sheet, headers: Iterable[Header], file_map: FileMap | None = None
) -> Understood:
    """How a sheet is read by the headers found in it; constants of a map come last."""
    found: dict[int, list[Header]] = {}
    for header in headers:
        found.setdefault(header.position, []).append(header)
    columns = []
    for position, text in enumerate(sheet.header):
        cells = sheet.columns[position]
        empty = sum(1 for cell in cells if is_blank(cell))
        if not tidy(text) and (empty == len(cells) and position not in found):
            continue
        about: dict[str, Any] = {
            "cell": sheet.header_cell(position),
            "header": tidy(text),
            "empty": empty,
            "filled": len(cells) - empty,
        }
        if position in found:
            columns += [_known(header, cells, sheet.lines, about) for header in found[position]]
        else:
            ignored = file_map is not None and file_map.ignores(sheet.paths[position] if sheet.paths else (text,))
            match = "ignored" if ignored else passed_over(text) or "unknown"
            near = near_column(plan, text) if match == "unknown" else None
            columns.append(UnderstoodColumn(**about, match=match, near=near))
    for name, value in (file_map.constants if file_map else {}).items():
        reading = Reading(form=value, cells=len(sheet), example=value, row=sheet.lines[0])
        columns.append(
            UnderstoodColumn(
                cell=None,
                header="",
                match="constant",
                field=name,
                label=plan.by_id[name].label,
                filled=len(sheet),
                readings=(reading,),
            )
        )
    return Understood(
        sheet=sheet.sheet,
        header_row=sheet.header_row,
        first_row=sheet.lines[0],
        last_row=sheet.lines[-1],
        rows=len(sheet),
        left={name: rows for name, rows in sheet.left.items() if rows},
        columns=tuple(columns),
    )


def _known(header: Header, cells: Sequence[Cell], lines: Sequence[int], about: Mapping[str, Any]) -> UnderstoodColumn:
    column = header.column
    unit = (
        (header.scale, header.currency or ("VND" if column.cell == "vnd" else None))
        if column.cell in ("vnd", "money")
        else None
    )
    style: str | None = decide(dict.fromkeys(cells)).style if column.cell in _NUMBERS else None
    style = (header.rule.numbers if header.rule else None) or style
    return UnderstoodColumn(
        **about,
        match=header.match,
        field=column.id,
        label=column.label,
        unit=unit,
        unit_from=header.unit_from,
        style=style,
        readings=_readings(header, cells, lines),
    )


_NUMBERS: Final = frozenset({"vnd", "money", "integer", "decimal"})


def _readings(header: Header, cells: Sequence[Cell], lines: Sequence[int]) -> tuple[Reading, ...]:
    kind, name, rule = header.column.cell, header.column.field.vocabulary, header.rule
    if kind in ("date", "day"):
        read = _date_form if rule is None or rule.dates is None else _date_form_in(rule.dates)
    elif kind in _NUMBERS:
        read = _number_form
    elif kind == "code" and name is not None:
        known = vocabulary(name)

        def read(cell: Cell) -> str:
            text = shown(cell)
            return known.find((rule.values.get(fold(text)) if rule else None) or text) or "unread"

    else:
        return ()
    counts = Counter(cells)
    forms: Counter[str] = Counter()
    first: dict[str, Cell] = {}
    for cell, n in counts.items():  # in row order, so the first of a form is its first cell
        if not is_blank(cell):
            form = read(cell)
            forms[form] += n
            first.setdefault(form, cell)
    return tuple(
        Reading(form=form, cells=n, example=shown(first[form]), row=lines[cells.index(first[form])])
        for form, n in sorted(forms.items(), key=lambda item: (item[0] != "unread", -item[1]))
    )


def _date_form(cell: Cell) -> str:
    if not isinstance(cell, (str, int)):
        return "excel_date"
    try:
        return date_form(str(cell))
    except DomainError:
        return "unread"


def _date_form_in(order: str) -> Callable[[Cell], str]:
    def read(cell: Cell) -> str:
        if isinstance(cell, (str, int)) and DATE_ORDERS[order].fullmatch(str(cell).strip()):
            return order
        form = _date_form(cell)
        return "unread" if form == "dd/mm/yyyy" else form

    return read


def _number_form(cell: Cell) -> str:
    if not isinstance(cell, str):
        return "number"
    text = written(cell)
    if text.lstrip("+-").isdecimal():
        return "digits"
    styles = styles_of(text)
    return "either" if len(styles) == 2 else next(iter(styles), "unread")
