"""The user's own sheet back: bad cells coloured and the reason beside each row, to be mended and imported again.

A workbook comes back as it is, as far as openpyxl keeps it: values, formats, widths, merged cells and
checks stay; formulas become the values they had, since a formula without its value would be read as
empty; pictures, shapes and macros go. A CSV file comes back as a workbook of text cells, in which nothing
turns into a date or loses its zeros. Of a very large sheet only the bad rows come back.
The columns of reasons and the list of problems are ignored by an import.
"""

import datetime as dt
import io
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import attrs
import xlsxwriter

from stregistry.errors import Issue, StregistryError
from stregistry.exchange.cells import Cell, as_text
from stregistry.exchange.headers import PROBLEM_COLUMNS
from stregistry.exchange.issues import Problems
from stregistry.exchange.read_xlsx import PROBLEMS_SHEET
from stregistry.exchange.sheet import Sheet
from stregistry.files import new_file
from stregistry.text import Text

_BAD: Final = "FFC7CE"  # Excel's own "bad" colours
_REASON: Final = "FFEB9C"
_MOST_CELLS: Final = 400_000  # a workbook kept whole takes about 1 KB of memory a cell
_ROW, _WHY = PROBLEM_COLUMNS
REASON_HEADER: Final = Text(f"Lý do chưa nhập được [{_WHY}]", f"Why it was not taken in [{_WHY}]")
ROW_HEADER: Final = Text(f"Dòng trong tệp [{_ROW}]", f"Row in the file [{_ROW}]")

Tables = Sequence[tuple[Sheet, Problems]]


@attrs.frozen
class ErrorBook:
    """Where the user's sheet goes back to, and in which language the reasons are.

    source: the file that is imported.
    """

    path: Path
    source: Path
    lang: str = "vi"

    def check(self) -> None:
        """Raises StregistryError when the workbook could not be written, before anything is read."""
        vi = en = ""
        if self.path.suffix.lower() != ".xlsx":
            vi, en = "phải có đuôi .xlsx", "must end in .xlsx"
        elif self.path.exists():
            vi = "đã có, và có thể ai đó đang sửa; hãy đặt tên khác hoặc xóa tệp cũ"
            en = "is already there and somebody may be mending it; name another or delete it"
        elif not self.path.absolute().parent.is_dir():
            vi, en = "nằm trong thư mục không có", "is in a folder that does not exist"
        if vi:
            raise StregistryError(
                Text(f"Tệp báo lỗi {self.path} {vi}.", f"The file of errors {self.path} {en}."), file=str(self.path)
            )

    def write(self, tables: Tables, issues: Sequence[Issue]) -> None:
        """Writes the workbook. tables: of the file, with their problems; issues: what the list of problems holds."""
        book = self.source.suffix.lower() in (".xlsx", ".xlsm")
        if sum(len(sheet) * len(sheet.header) for sheet, _ in tables) > _MOST_CELLS:
            self._made(tables, issues, whole=False)
        elif book:
            try:
                made = self._own(tables, issues)
            except Exception:  # openpyxl fails in many ways on files that calamine reads
                self._made(tables, issues, whole=True)
            else:
                # A file that is there already was not there at the check; nobody's work is overwritten.
                with new_file(self.path) as beside:
                    beside.write_bytes(made)
        else:
            self._made(tables, issues, whole=True)

    # ---- the user's own workbook -----------------------------------------------------------

    def _own(self, tables: Tables, issues: Sequence[Issue]) -> bytes:
        import openpyxl
        from openpyxl.comments import Comment
        from openpyxl.styles import Alignment, Font, PatternFill
        from openpyxl.utils import get_column_letter

        book = openpyxl.load_workbook(io.BytesIO(self.source.read_bytes()), data_only=True)
        bad, reason = (PatternFill("solid", start_color=c, end_color=c) for c in (_BAD, _REASON))
        wrap, bold = Alignment(wrap_text=True, vertical="top"), Font(bold=True)
        # One column of reasons a sheet, beside everything that stands in it.
        at = {sheet.sheet: book[sheet.sheet].max_column + 1 for sheet, _ in tables}
        for sheet, problems in tables:
            own = book[sheet.sheet]
            column = _forget(own, sheet) or at[sheet.sheet]
            if sheet.header_row is not None:
                _text(own.cell(sheet.header_row, column), REASON_HEADER[self.lang]).font = bold
            own.column_dimensions[get_column_letter(column)].width = 70
            for i, position in bad_cells(sheet, problems):
                _shown_cell(own, sheet.lines[i], _place(sheet, position) + 1).fill = bad
            for i, why in reasons(problems, self.lang).items():
                cell = _text(own.cell(sheet.lines[i], column), why)
                cell.fill, cell.alignment = reason, wrap
                row = own.row_dimensions[sheet.lines[i]]
                row.height = max(row.height or 15, 15 * sum(len(line) // 75 + 1 for line in why.split("\n")))
            for position, why in bad_headers(sheet, problems, self.lang):
                cell = _shown_cell(own, sheet.header_row or 1, _place(sheet, position) + 1)
                cell.fill, cell.comment = bad, Comment(why, "stregistry", width=400, height=120)
        if PROBLEMS_SHEET in book.sheetnames:
            del book[PROBLEMS_SHEET]
        listed = book.create_sheet(PROBLEMS_SHEET)
        for i, row in enumerate(self._list(issues), 1):
            for j, value in enumerate(row, 1):
                cell = listed.cell(i, j)
                _text(cell, value) if isinstance(value, str) else setattr(cell, "value", value)
                cell.alignment = wrap
                if i == 1:
                    cell.font = bold
        for j, width in enumerate(_LIST_WIDTHS, 1):
            listed.column_dimensions[get_column_letter(j)].width = width
        listed.freeze_panes = "A2"
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()

    # ---- a workbook made of the rows read --------------------------------------------------

    def _made(self, tables: Tables, issues: Sequence[Issue], *, whole: bool) -> None:
        stream = io.BytesIO()
        with xlsxwriter.Workbook(stream, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
            formats = {
                "plain": book.add_format({"num_format": "@"}),
                "bad": book.add_format({"num_format": "@", "bg_color": f"#{_BAD}"}),
                "day": book.add_format({"num_format": "dd/mm/yyyy"}),
                "bad_day": book.add_format({"num_format": "dd/mm/yyyy", "bg_color": f"#{_BAD}"}),
                "reason": book.add_format({"bg_color": f"#{_REASON}", "text_wrap": True, "valign": "top"}),
                "head": book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
                "bad_head": book.add_format({"bold": True, "text_wrap": True, "bg_color": f"#{_BAD}"}),
            }
            for name, group in _by_sheet(tables, self.source.stem).items():
                self._made_sheet(book.add_worksheet(name), group, formats, whole)
            listed = book.add_worksheet(PROBLEMS_SHEET)
            for i, row in enumerate(self._list(issues)):
                for j, value in enumerate(row):
                    if value is not None:
                        style = formats["head"] if i == 0 else None
                        (listed.write_string if isinstance(value, str) else listed.write_number)(i, j, value, style)
            for j, width in enumerate(_LIST_WIDTHS):
                listed.set_column(j, j, width)
            listed.freeze_panes(1, 0)
        with new_file(self.path) as beside:
            beside.write_bytes(stream.getvalue())

    def _made_sheet(self, out: Any, tables: Tables, formats: dict[str, Any], whole: bool) -> None:
        """Writes the tables of one sheet where they stood; or, one below the other, only their bad rows."""
        width = max(_width(sheet) for sheet, _ in tables)
        out.set_column(0, width - 1, 22, formats["plain"])
        out.set_column(width, width + 1, 14 if not whole else 70)
        out.set_column(width + 1, width + 1, 70)
        free = 0
        for sheet, problems in tables:
            kept = range(len(sheet)) if whole else sorted(problems.bad)
            depth = max(map(len, sheet.paths)) if sheet.paths else 1
            top = (sheet.header_row or 1) - depth if whole else free + (1 if sheet.unit else 0)
            if sheet.unit:
                out.write_string(sheet.unit[1] - 1 if whole else free, 0, sheet.unit[2])
            faulty = dict(bad_headers(sheet, problems, self.lang))
            skipped = {j for j, text in enumerate(sheet.header) if _is_problem(text)}
            for j, text in enumerate(sheet.header):
                if j in skipped:
                    continue
                # The top row for a path that is short: a blank below ends it, a blank above would join the group.
                for k, word in enumerate(sheet.paths[j] if sheet.paths else (text,)):
                    out.write_string(top + k, _place(sheet, j), word, formats["bad_head" if j in faulty else "head"])
                if j in faulty:
                    out.write_comment(top, _place(sheet, j), faulty[j])
            at_reason = width if whole else width + 1
            out.write_string(top + depth - 1, at_reason, REASON_HEADER[self.lang], formats["head"])
            if not whole:
                out.write_string(top + depth - 1, width, ROW_HEADER[self.lang], formats["head"])
            bad, why = set(bad_cells(sheet, problems)), reasons(problems, self.lang)
            for n, i in enumerate(kept):
                row = sheet.lines[i] - 1 if whole else top + depth + n
                for j, column in enumerate(sheet.columns[: len(sheet.header)]):
                    if j not in skipped:
                        _write_cell(out, row, _place(sheet, j), column[i], formats, (i, j) in bad)
                for k, more in enumerate(sheet.extra.get(i, ())):
                    out.write_string(row, len(sheet.header) + k, more, formats["bad"])
                if i in why:
                    out.write_string(row, at_reason, why[i], formats["reason"])
                if not whole:
                    out.write_number(row, width, sheet.lines[i])
            free = top + depth + len(kept) + 1

    def _list(self, issues: Sequence[Issue]) -> Iterator[tuple[Any, ...]]:
        yield tuple(label[self.lang] for label in _LIST_HEADS)
        for issue in issues:
            level = {"error": Text("lỗi", "error"), "warning": Text("cảnh báo", "warning")}[issue.level]
            advice = issue.suggestion[self.lang] if issue.suggestion else ""
            yield (
                *(level[self.lang], issue.sheet or "", issue.row, issue.column or "", issue.value or ""),
                *(issue.message[self.lang], advice),
            )


_LIST_HEADS: Final = (
    Text("Mức", "Level"),
    Text("Trang", "Sheet"),
    Text("Dòng", "Row"),
    Text("Cột", "Column"),
    Text("Giá trị", "Value"),
    Text("Vấn đề", "Problem"),
    Text("Cách sửa", "What to do"),
)
_LIST_WIDTHS: Final = (10, 18, 8, 26, 26, 70, 50)


def reasons(problems: Problems, lang: str) -> dict[int, str]:
    """For each bad row, all that is wrong with it, one thing a line."""
    found: dict[int, list[str]] = {}
    for row, one in problems.of_rows():
        message, advice = one.texts()
        where = f"{one.column}: " if one.column else ""
        found.setdefault(row, []).append(where + message[lang] + (f" {advice[lang]}" if advice else ""))
    return {row: "\n".join(dict.fromkeys(lines))[:_LONGEST] for row, lines in sorted(found.items())}


_LONGEST: Final = 32_000  # Excel's cells hold 32,767 characters


def bad_cells(sheet: Sheet, problems: Problems) -> Iterator[tuple[int, int]]:
    """Row index and column position of each cell with an error."""
    positions = {text: j for j, text in reversed(list(enumerate(sheet.header)))}
    for row, one in problems.of_rows():
        if one.column in positions:
            yield row, positions[one.column]


def bad_headers(sheet: Sheet, problems: Problems, lang: str) -> Iterator[tuple[int, str]]:
    """Position of each header with an error of its own, such as an unknown column, and what is wrong."""
    positions = {text: j for j, text in reversed(list(enumerate(sheet.header)))}
    for one in problems.found:
        if one.row is None and one.level == "error" and one.column in positions:
            message, advice = one.texts()
            yield positions[one.column], message[lang] + (f" {advice[lang]}" if advice else "")


def _is_problem(text: str) -> bool:
    from stregistry.exchange.headers import passed_over

    return passed_over(text) == "problem"


def _forget(own: Any, sheet: Sheet) -> int | None:
    """Takes back what an earlier report wrote beside a table, and returns the column of its reasons; None at first."""
    from openpyxl.styles import PatternFill

    head = own[sheet.header_row] if sheet.header_row is not None else ()
    column: int | None = next((c.column for c in head if isinstance(c.value, str) and _is_problem(c.value)), None)
    if column is None:
        return None
    for row in (sheet.header_row, *sheet.lines):
        for cell in own[row]:
            if (cell.fill.start_color.rgb or "")[-6:] in (_BAD, _REASON):
                cell.fill = PatternFill()
        if row != sheet.header_row:
            own.cell(row, column).value = None
    return column


def _place(sheet: Sheet, position: int) -> int:
    return position if sheet.at is None else sheet.at[position]


def _width(sheet: Sheet) -> int:
    extra = max((len(cells) for cells in sheet.extra.values()), default=0)
    return max((_place(sheet, j) for j in range(len(sheet.header))), default=0) + 1 + extra


def _by_sheet(tables: Tables, stem: str) -> dict[str, list[tuple[Sheet, Problems]]]:
    found: dict[str, list[tuple[Sheet, Problems]]] = {}
    for sheet, problems in tables:
        # A name that Excel takes: at most 31 characters, without []:*?/\ and quotation marks at its ends.
        name = re.sub(r"[\[\]:*?/\\]", " ", sheet.sheet or stem).strip("' ")[:31] or "Sheet1"
        found.setdefault(name, []).append((sheet, problems))
    return found


def _shown_cell(own: Any, row: int, column: int) -> Any:
    """The cell that is seen at a place: of merged cells the first, the others take no colour and no comment."""
    cell = own.cell(row, column)
    for area in own.merged_cells.ranges:
        if cell.coordinate in area:
            return own.cell(area.min_row, area.min_col)
    return cell


def _text(cell: Any, text: str) -> Any:
    """Puts text into a cell of openpyxl, which would make a formula of one that begins with `=`."""
    cell.value = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "\ufffd", text)
    cell.data_type = "s"
    return cell


def _write_cell(out: Any, row: int, column: int, cell: Cell, formats: dict[str, Any], bad: bool) -> None:
    if cell == "":
        if bad:
            out.write_blank(row, column, None, formats["bad"])
    elif isinstance(cell, dt.date):
        out.write_datetime(row, column, dt.datetime.combine(cell, dt.time()), formats["bad_day" if bad else "day"])
    elif isinstance(cell, (int, Decimal)) and Decimal(repr(float(cell))) == cell:
        out.write_number(row, column, float(cell), formats["bad"] if bad else None)
    else:
        out.write_string(
            row, column, cell if isinstance(cell, str) else as_text(cell), formats["bad" if bad else "plain"]
        )
