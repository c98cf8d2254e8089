"""What an import understood of a file and what it did, as rows and sentences to print."""

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

import click

from stregistry.cli.base import lang_of, say
from stregistry.cli.output import count, emit, print_table
from stregistry.cli.table import show
from stregistry.text import Text

if TYPE_CHECKING:
    from stregistry.errors import Issue
    from stregistry.exchange.importer import ImportReport
    from stregistry.exchange.understood import Reading, Understood, UnderstoodColumn

UNDERSTOOD_HEADERS: Final = {
    "sheet": Text("Trang", "Sheet"),
    "cell": Text("Ô tiêu đề", "Header cell"),
    "header": Text("Tiêu đề trong tệp", "Header in the file"),
    "field": Text("Trường", "Field"),
    "label": Text("Nhãn", "Label"),
    "readings": Text("Cách đọc các ô", "How cells were read"),
    "unit": Text("Đơn vị", "Unit"),
    "match": Text("Nhận ra nhờ", "Known by"),
    "filled": Text("Có giá trị", "Filled"),
    "empty": Text("Trống", "Empty"),
}
_NOT_IN_TABLES: Final = ("sheet", "label")
_LISTED: Final = 5  # forms of a column shown in a table; CSV and JSON have all


def print_understood(tables: "Sequence[Understood]", issues: "Sequence[Issue]", *, form: str, out: str | None) -> None:
    """Prints how a file was understood: a table for each of its tables, CSV rows, or JSON with every detail.

    issues: those of the file; the JSON has each with the table it is of, those of the whole file with the first.
    """
    lang = lang_of()
    if form == "json" and not out:
        made = [table.document() | {"issues": []} for table in tables]
        for issue in issues:
            made[_table_of(issue, tables)]["issues"].append(_issue_document(issue))
        click.echo(json.dumps(made, ensure_ascii=False, indent=1))
        return
    if form == "csv" or out:
        rows = [row for table in tables for row in understood_rows(table, lang)]
        emit(rows, UNDERSTOOD_HEADERS, form=form, out=out)
        return
    headers = {name: label for name, label in UNDERSTOOD_HEADERS.items() if name not in _NOT_IN_TABLES}
    for table in tables:
        click.echo(table_line(table)[lang])
        print_table([line for row in understood_rows(table, lang) for line in _lines(row)], headers, wrap=True)
        click.echo("")


def _table_of(issue: "Issue", tables: "Sequence[Understood]") -> int:
    """The position of the table an issue is of; several tables may stand in one sheet."""
    within = [n for n, table in enumerate(tables) if table.sheet == issue.sheet]
    row = issue.row
    rows = [n for n in within if row is not None and tables[n].first_row <= row <= tables[n].last_row]
    return (rows or within or [0])[0]


def _issue_document(issue: "Issue") -> dict[str, Any]:
    texts = {"message": issue.message, "suggestion": issue.suggestion}
    plain = {name: getattr(issue, name) for name in ("code", "level", "row", "column", "value")}
    return plain | {name: text and {"vi": text.vi, "en": text.en} for name, text in texts.items()}


def table_line(table: "Understood") -> Text:
    """Where a table stands and which of its rows were left out, in a sentence."""
    from stregistry.exchange.understood import LEFT

    where = str(table.first_row) if table.rows == 1 else f"{table.first_row}–{table.last_row}"
    vi = f"{table.rows} dòng dữ liệu (dòng {where})"
    en = f"{count(table.rows, 'row')} of data ({'row' if table.rows == 1 else 'rows'} {where})"
    if table.header_row is not None:
        vi, en = f"tiêu đề ở dòng {table.header_row}; {vi}", f"header in row {table.header_row}; {en}"
    if table.sheet is not None:
        vi, en = f"trang '{table.sheet}': {vi}", f"sheet '{table.sheet}': {en}"
    for what, rows in table.left.items():
        listed = ", ".join(map(str, rows))
        vi, en = f"{vi}; bỏ qua dòng {LEFT[what].vi}: {listed}", f"{en}; passed over, {LEFT[what].en}: {listed}"
    return Text(f"{vi[0].upper()}{vi[1:]}.", f"{en[0].upper()}{en[1:]}.")


def understood_rows(table: "Understood", lang: str) -> list[dict[str, Any]]:
    """The columns of a table as rows, in the words of a language."""
    return [_row(table, column, lang) for column in table.columns]


def _lines(row: dict[str, Any]) -> list[dict[str, Any]]:
    """A row with one form a line, so that a table has room for them."""
    first, *rest = row["readings"].split("; ")
    more = [f"… +{len(rest) - _LISTED + 1}"] if len(rest) >= _LISTED else []
    return [row | {"readings": first}, *({"readings": text} for text in rest[: _LISTED - 1] + more)]


def _row(table: "Understood", column: "UnderstoodColumn", lang: str) -> dict[str, Any]:
    from stregistry.exchange.understood import MATCHES

    match = MATCHES[column.match][lang]
    if column.near:
        match += {"vi": f"; có phải '{column.near}'?", "en": f"; did you mean '{column.near}'?"}[lang]
    return {
        "sheet": table.sheet,
        "cell": column.cell,
        "header": column.header,
        "field": column.field,
        "label": column.label[lang] if column.label else None,
        "match": match,
        "unit": _unit(column, lang),
        "readings": _readings(column.readings, lang),
        "filled": column.filled,
        "empty": column.empty,
    }


_UNIT_FROM: Final = {
    "header": Text("tiêu đề cột", "header"),
    "title": Text("tên bảng", "title"),
    "map": Text("tệp ánh xạ", "map file"),
}


def _unit(column: "UnderstoodColumn", lang: str) -> str | None:
    if column.unit is None:
        return None
    scale, currency = column.unit
    name = currency or {"vi": "nguyên tệ", "en": "own currency"}[lang]
    text = name if scale == 1 else f"× {show(scale, lang)} {name}"
    return f"{text} ({_UNIT_FROM[column.unit_from][lang]})" if column.unit_from else text


def _readings(readings: "Iterable[Reading]", lang: str) -> str:
    """The forms of a column's cells, each with how many there are and the first one, as `'05/2024' (row 7)`."""
    from stregistry.exchange.understood import FORMS

    row = {"vi": "dòng", "en": "row"}[lang]
    told = []
    for one in readings:
        form = FORMS[one.form][lang] if one.form in FORMS else one.form
        # The semicolon parts the forms.
        told.append(f"{form} × {show(one.cells, lang)}, '{one.example.replace(';', ',')}' ({row} {one.row})")
    return "; ".join(told)


_ALONE: Final = 3  # warnings of one sort in one column that are still printed one by one
_NAMED: Final = 5  # of more, those named after the first
_PRINTED: Final = 50  # lines
_ROWS: Final = 20  # numbers of rows in a sentence


def print_issues(issues: "Sequence[Issue]", *, each: bool = False) -> None:
    """Says what was found in a file: each error, and a line for each sort of warning in a column; `each`: every one.

    An error of a cell has to be mended where it is, so every one is told; one of rows without a column is not theirs.
    """
    lang = lang_of()
    sorts: dict[Any, list[Issue]] = {}
    for issue in issues:
        sorts.setdefault(_sort(issue), []).append(issue)
    groups: list[list[Issue]] = []
    for issue in issues:
        alike = sorts[_sort(issue)]
        of_a_cell = issue.level == "error" and issue.column is not None
        if each or of_a_cell or issue.row is None or len(alike) <= _ALONE:
            groups.append([issue])
        elif issue is alike[0]:
            groups.append(alike)
    shown = groups if each else groups[:_PRINTED]
    for first, *others in shown:
        word = {"error": Text("Lỗi", "Error"), "warning": Text("Cảnh báo", "Warning")}[first.level]
        say(f"{word[lang]}: {first.line(lang)}{_others(first, others)[lang] if others else ''}")
    if len(groups) > len(shown):
        more = sum(map(len, groups[len(shown) :]))
        say(Text(f"… và {more} vấn đề khác.", f"… and {more} more."))
    if len(shown) < len(issues):
        say(Text("Thêm --details để xem từng chỗ.", "Add --details to see each one."))


def _sort(issue: "Issue") -> tuple[str | None, ...]:
    return issue.level, issue.code, issue.sheet, issue.column


def _others(first: "Issue", others: "Sequence[Issue]") -> Text:
    """How many more there are like the first, and which the next ones are: their rows, and values where they differ."""
    named = [
        f"{issue.row} '{issue.value}'" if issue.value not in (None, first.value) else f"{issue.row}"
        for issue in others[:_NAMED]
    ]
    tail = ", …" if len(others) > _NAMED else ""
    return Text(
        f" Còn {show(len(others), 'vi')} chỗ như vậy: dòng {', '.join(named)}{tail}.",
        f" {show(len(others), 'en')} more like it: rows {', '.join(named)}{tail}.",
    )


def _refused_before(report: "ImportReport") -> Text:
    """What became of the rows that were refused when the file was taken in, and where to mend them."""
    since, missing = report.refused - len(report.not_on_record), report.not_on_record
    vi = f"Khi đó {report.refused} dòng có lỗi nên bị loại."
    en = f"{count(report.refused, 'row')} of it had errors and stayed out."
    if since:
        vi += f" {since} dòng nay đã có hồ sơ cùng mã trong sổ."
        en += f" On record under the same key now: {since}."
    if missing:
        vi += f" Chưa có trong sổ: dòng {', '.join(map(str, missing[:_ROWS]))}{', …' if len(missing) > _ROWS else ''}."
        en += (
            f" Still not on record: rows {', '.join(map(str, missing[:_ROWS]))}{', …' if len(missing) > _ROWS else ''}."
        )
        if not report.workbook_of_errors:
            vi += " Sửa các bản ghi đó trong tệp dòng bị loại (.quarantine.jsonl) rồi nhập tệp ấy."
            en += " Mend them in the quarantine file (.quarantine.jsonl) and import that."
        elif report.errors is None:
            vi += " Sửa các dòng đó trong tệp dòng bị loại (.quarantine.csv) rồi nhập tệp ấy"
            vi += ", hoặc nhập lại với --errors TỆP.xlsx để nhận bảng của bạn kèm lý do."
            en += " Mend them in the quarantine file (.quarantine.csv) and import that"
            en += ", or import again with --errors FILE.xlsx to get your own sheet back with the reasons."
    return Text(vi, en)


def import_summary(report: "ImportReport", *, dry_run: bool = False) -> Text:
    """What an import did, on one line."""
    if report.already is not None:
        vi = f"{report.file}: đã nhập tệp giống hệt ở đợt cập nhật {report.already}; không có gì thay đổi."
        en = f"{report.file}: the identical file was taken in by changeset {report.already}; nothing changed."
        if report.refused:
            told = _refused_before(report)
            vi, en = f"{vi} {told.vi}", f"{en} {told.en}"
        return Text(vi, en)
    vi = f"{report.file}: {report.rows} dòng, {report.new} hồ sơ mới, {report.changed} thay đổi"
    en = f"{report.file}: {count(report.rows, 'row')}, {report.new} new, {report.changed} changed"
    vi, en = f"{vi}, {report.unchanged} giữ nguyên", f"{en}, {report.unchanged} unchanged"
    if report.bodies_new or report.bodies_changed:
        vi += f"; tổ chức: {report.bodies_new} mới, {report.bodies_changed} thay đổi"
        en += f"; bodies: {report.bodies_new} new, {report.bodies_changed} changed"
    if report.successions_new or report.successions_changed or report.successions_retracted:
        new, changed, gone = report.successions_new, report.successions_changed, report.successions_retracted
        vi += f"; kế thừa: {new} mới, {changed} thay đổi, {gone} rút"
        en += f"; successions: {new} new, {changed} changed, {gone} retracted"
    if report.older:
        vi += f"; {report.older} bản ghi cũ hơn bị bỏ qua"
        en += f"; {count(report.older, 'older record')} left out"
    if report.refused:
        vi += f"; {report.refused} dòng bị loại"
        en += f"; {count(report.refused, 'row')} refused"
    if report.quarantine is not None:
        vi += f", xem {report.quarantine}"
        en += f", see {report.quarantine}"
    if dry_run:
        return Text(f"{vi}. Chỉ kiểm tra, chưa ghi.", f"{en}. Checked only; nothing was written.")
    if report.changeset is None:
        return Text(f"{vi}. Không có gì thay đổi.", f"{en}. Nothing changed.")
    return Text(f"{vi}. Đợt cập nhật {report.changeset}.", f"{en}. Changeset {report.changeset}.")
