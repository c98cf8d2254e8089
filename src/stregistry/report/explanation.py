"""The explanation of one figure as a workbook that can be checked: records, denominator, what is left out, files."""

import os
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

import attrs
from sqlalchemy import select

from stregistry.errors import StregistryError, system_words
from stregistry.evaluate import Explanation
from stregistry.evaluate.left_out import left_out_records
from stregistry.evaluate.words import LEFT_OUT, part_label
from stregistry.exchange.out import safe_text, whole
from stregistry.files import whole_file
from stregistry.framework import Framework, Indicator
from stregistry.measures import Distinct, Series, Tally
from stregistry.missing import why_missing
from stregistry.model import KINDS, Observation
from stregistry.places import label as place_label
from stregistry.store.write import chunks
from stregistry.text import Text

if TYPE_CHECKING:
    from stregistry.snapshot import Snapshot
    from stregistry.store import Store
    from stregistry.store.view import View

_W: Final = {
    "figure": Text("Con số", "Figure"),
    "records": Text("Hồ sơ được tính", "Records counted"),
    "denominator": Text("Mẫu số", "Denominator"),
    "left_out": Text("Không tính", "Left out"),
    "changesets": Text("Đợt cập nhật", "Changesets"),
    "files": Text("Tệp nguồn", "Files"),
}
_RECORD: Final = (
    ("part", Text("Thành phần", "Part"), 14),
    ("id", Text("Mã số", "Id"), 9),
    ("name", Text("Tên", "Name"), 46),
    ("kind", Text("Loại hồ sơ", "Kind"), 20),
    ("date", Text("Ngày", "Date"), 12),
    ("place", Text("Mã địa bàn", "Place code"), 11),
    ("contribution", Text("Đóng góp", "Contribution"), 20),
    ("changeset", Text("Đợt cập nhật", "Changeset"), 12),
    ("document", Text("Tệp", "File"), 30),
    ("line", Text("Dòng", "Row"), 7),
)
_DENOMINATOR: Final = (
    ("series", Text("Chuỗi số liệu", "Series"), 18),
    ("place", Text("Mã địa bàn", "Place code"), 11),
    ("period", Text("Kỳ", "Period"), 10),
    ("value", Text("Số liệu", "Observation"), 20),
    ("share", Text("Phần trong mẫu số", "Part in the denominator"), 22),
    ("unit", Text("Đơn vị tính", "Unit"), 12),
    ("basis", Text("Cơ sở tính", "Basis"), 12),
    ("source", Text("Nguồn", "Source"), 46),
    ("published_on", Text("Ngày công bố", "Published on"), 14),
    ("document", Text("Tệp", "File"), 30),
    ("line", Text("Dòng", "Row"), 7),
)
_LEFT: Final = (
    ("reason", Text("Lý do", "Reason"), 44),
    *(column for column in _RECORD if column[0] in ("id", "name", "kind", "date", "place")),
    ("candidates", Text("Có thể thuộc", "May belong to"), 16),
    *(column for column in _RECORD if column[0] in ("changeset", "document", "line")),
)
_CHANGESET: Final = (
    ("number", Text("Đợt", "Number"), 8),
    ("instant", Text("Thời điểm (UTC)", "Instant (UTC)"), 28),
    ("actor", Text("Người thực hiện", "Actor"), 22),
    ("reason", Text("Lý do", "Reason"), 46),
    ("records", Text("Số hồ sơ ở đây", "Records here"), 14),
    ("hash", Text("Mã băm", "Hash"), 68),
)
_FILE: Final = (
    ("name", Text("Tên tệp", "File name"), 34),
    ("sheet", Text("Trang tính", "Sheet"), 16),
    ("source_id", Text("Nguồn dữ liệu", "Source id"), 16),
    ("changeset", Text("Đợt cập nhật", "Changeset"), 12),
    ("records", Text("Số hồ sơ ở đây", "Records here"), 14),
    ("sha256", Text("SHA-256", "SHA-256"), 68),
)
_AMOUNTS: Final = ("contribution", "value", "share")
_Columns = Sequence[tuple[str, Text, int]]
_Rows = Sequence[dict[str, Any]]


def write_explanation(
    store: "Store",
    framework: Framework,
    found: Explanation,
    path: "str | os.PathLike[str]",
    *,
    snapshot: "Snapshot | None" = None,
    lang: str = "vi",
) -> None:
    """Writes an explanation of `store.explain` or `store.explain_snapshot` as a workbook.

    Sheets: the figure and how it is worked out (as formulas over the records), the records counted, the denominator
    and its source where there is one, what is left out and why, the changesets, the files. snapshot: the one the
    figure is of; it is named beside it. Raises StregistryError when the file cannot be written.
    """
    import datetime as dt

    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    view = store.at(valid=found.valid, known=found.known)
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    try:
        with whole_file(os.fspath(path)) as beside, xlsxwriter.Workbook(str(beside), options) as book:
            # The same explanation gives the same bytes only when the workbook does not note the time.
            book.set_properties({"created": dt.datetime(2000, 1, 1)})  # noqa: DTZ001
            sheets = _Sheets(book, lang)
            sheets.figure(framework, found, snapshot)
            sheets.table("records", _RECORD, _records(found, lang))
            if rows := _denominator(view, found):
                sheets.table("denominator", _DENOMINATOR, rows)
            sheets.table("left_out", _LEFT, _left(view, framework, found, lang))
            sheets.table("changesets", _CHANGESET, _changesets(store, found))
            sheets.table("files", _FILE, _files(view, found))
    except (OSError, FileCreateError) as error:
        inner = error if isinstance(error, OSError) else error.args[0]
        said = system_words(inner) if isinstance(inner, OSError) else Text(str(inner), str(inner))
        raise StregistryError(
            Text(f"Không ghi được {path}: {said.vi}.", f"{path} cannot be written: {said.en}.")
        ) from error


class _Sheets:
    def __init__(self, book: Any, lang: str) -> None:
        self.book, self.lang = book, lang
        wrapped = {"text_wrap": True, "valign": "top"}
        self.head = book.add_format({"bold": True, "bg_color": "#E8EEF4", "bottom": 1, **wrapped})
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.label = book.add_format({"bold": True, "valign": "top"})
        self.text = book.add_format(wrapped)
        self.number = book.add_format({"num_format": "#,##0.######", "align": "left", "valign": "top"})
        self.amount = book.add_format({"num_format": "#,##0.######"})

    def _sheet(self, name: str) -> Any:
        sheet = self.book.add_worksheet(_W[name][self.lang])
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        return sheet

    def table(self, name: str, columns: _Columns, rows: _Rows) -> None:
        """One sheet of rows with a frozen header and a filter; an empty one says so."""
        sheet = self._sheet(name)
        sheet.repeat_rows(0)
        sheet.set_row(0, 30)
        for j, (_, label, width) in enumerate(columns):
            sheet.write_string(0, j, label[self.lang], self.head)
            sheet.set_column(j, j, width)
        for i, row in enumerate(rows, 1):
            for j, (key, _, _) in enumerate(columns):
                self._cell(
                    sheet, i, j, row.get(key), self.amount if key in ("contribution", "value", "share") else None
                )
        if rows:
            sheet.autofilter(0, 0, len(rows), len(columns) - 1)
        else:
            sheet.write_string(1, 0, Text("Không có dòng nào.", "No rows.")[self.lang])
        sheet.freeze_panes(1, 0)

    def _cell(self, sheet: Any, i: int, j: int, value: Any, form: Any) -> None:
        if isinstance(value, Fraction):
            value = int(value) if value.denominator == 1 else float(value)
        if isinstance(value, (int, float)):
            sheet.write_number(i, j, value, form)
        elif value not in (None, ""):
            sheet.write_string(i, j, safe_text(str(value)), form)

    def figure(self, framework: Framework, found: Explanation, snapshot: "Snapshot | None") -> None:
        """The figure, where it comes from, and how it follows from the records of the next sheet."""
        sheet, lang = self._sheet("figure"), self.lang
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 1, 96)
        indicator = framework.indicator(found.indicator)
        sheet.write_string(0, 0, indicator.name[lang], self.title)
        row = 2
        for label, value in _about(framework, indicator, found, snapshot, lang):
            sheet.write_string(row, 0, label[lang], self.label)
            self._cell(sheet, row, 1, whole(value), self.number if isinstance(value, (int, float)) else self.text)
            row += 1
        row += 1
        sheet.write_string(row, 0, Text("Cách tính", "How it is worked out")[lang], self.title)
        cells: dict[str, str] = {}
        for part, amount in found.total.items():
            row += 1
            n = sum(1 for r in found.records if r.part == part)
            named = part_label(part, lang)
            label = Text(f"Tổng đóng góp, {named} ({n} hồ sơ)", f"Contributions, {named} ({n})")
            sheet.write_string(row, 0, label[lang], self.label)
            name = _W["records"][lang]
            formula = f"=SUMIFS('{name}'!$G:$G,'{name}'!$A:$A,\"{named}\")"
            sheet.write_formula(row, 1, formula, self.number, float(amount))
            cells[part] = f"B{row + 1}"
        per = indicator.per
        for label, factor, key in (
            (Text("Hệ số đổi đơn vị", "Factor of the unit"), found.scale, "scale"),
            (Text("Chia cho", "Divided by"), found.denominator, "per"),
            (Text("Tính trên mỗi", "For each"), None if per is None else per.scale, "each"),
        ):
            if factor is not None and (key != "scale" or factor != 1):
                row += 1
                sheet.write_string(row, 0, label[lang], self.label)
                sheet.write_number(row, 1, factor, self.number)
                cells[key] = f"B{row + 1}"
        formula_of = _formula(indicator, cells)
        if formula_of and found.cell.value is not None:
            row += 1
            sheet.write_string(row, 0, Text("Kết quả", "Result")[lang], self.label)
            sheet.write_formula(row, 1, formula_of, self.number, found.cell.value)


def _formula(indicator: Indicator, cells: dict[str, str]) -> str | None:
    """How the figure follows from the sums above; None where it is made of other indicators."""
    if not isinstance(indicator.rule, Tally | Distinct | Series):
        return None
    if "bottom" in cells or "top" in cells:
        if "bottom" not in cells:
            return None
        formula = f"={cells.get('top', '0')}/{cells['bottom']}"
    else:
        formula = f"={cells.get('value', '0')}"
    formula += f"*{cells['scale']}" if "scale" in cells else ""
    return formula + (f"/({cells['per']}/{cells['each']})" if "per" in cells else "")


def _about(
    framework: Framework, indicator: Indicator, found: Explanation, snapshot: "Snapshot | None", lang: str
) -> Iterable[tuple[Text, Any]]:
    cell = found.cell
    missing = None if cell.value is not None else why_missing(cell.missing)[lang]
    yes = Text("có: kỳ báo cáo chưa kết thúc", "yes: the period is not over")[lang]
    sources = {source.id: source for source in framework.sources}
    source = sources.get(indicator.source or "")
    yield Text("Giá trị", "Value"), cell.value if missing is None else missing
    yield Text("Đơn vị tính", "Unit"), indicator.measured_in[lang] if indicator.measured_in else ""
    yield Text("Địa bàn", "Place"), f"{place_label(found.place, lang)} ({found.place})"
    yield Text("Kỳ báo cáo", "Period"), found.period
    yield Text("Số sơ bộ", "Provisional"), yes if cell.provisional else Text("không", "no")[lang]
    yield Text("Số hồ sơ", "Records"), cell.records
    if cell.shared:
        shared = Text("mỗi địa bàn đếm một lần, giá trị chia đều", "each counts once, amounts are divided equally")
        label = Text("Hồ sơ có các bên ở nhiều địa bàn", "Records with parties in several places")
        yield label, f"{cell.shared}: {shared[lang]}"
    yield Text("Mã chỉ tiêu", "Indicator id"), indicator.id
    yield Text("Bộ chỉ tiêu", "Framework"), f"{framework.title[lang]} ({framework.id} {framework.version})"
    if source is not None:
        number = f"{source.number}, {source.issued.isoformat()}: " if source.number and source.issued else ""
        yield Text("Căn cứ của chỉ tiêu", "Source of the indicator"), number + source.title[lang]
    if indicator.responsible is not None:
        yield Text("Cơ quan chủ trì", "Responsible body"), indicator.responsible[lang]
    yield Text("Danh mục đơn vị hành chính", "Place map"), found.places
    yield Text("Theo thực tế có hiệu lực ngày", "As true on"), found.valid
    yield Text("Theo những gì đã ghi nhận đến đợt", "As known at changeset"), found.known
    if snapshot is not None:
        yield Text("Bản chốt số liệu (SHA-256)", "Snapshot (SHA-256)"), snapshot.sha256


def _kind(kind: str, lang: str) -> str:
    return KINDS[kind].about.label[lang]


def _records(found: Explanation, lang: str) -> list[dict[str, Any]]:
    return [
        attrs.asdict(record) | {"part": part_label(record.part, lang), "kind": _kind(record.kind, lang)}
        for record in found.records
    ]


def _denominator(view: "View", found: Explanation) -> list[dict[str, Any]]:
    """The observations the figure is divided by, with what their publisher says."""
    below = [r for r in found.records if r.kind == "observation" and r.part.split(".")[0] == "denominator"]
    stated = {v.record.id: v.record for v in view.versions("observation", [r.id for r in below])} if below else {}
    rows = []
    for record in below:
        one = stated.get(record.id)
        about: dict[str, Any] = attrs.asdict(record) | {"series": record.name, "period": record.date}
        if isinstance(one, Observation):
            about |= {"unit": one.unit, "basis": one.basis, "source": one.source, "published_on": one.published_on}
            about["value"] = None if one.value is None else float(one.value)
        rows.append(about | {"share": None if record.part.endswith("weight") else record.contribution})
    return rows


def _left(view: "View", framework: Framework, found: Explanation, lang: str) -> list[dict[str, Any]]:
    return [
        attrs.asdict(one)
        | {
            "reason": LEFT_OUT.get(one.reason, Text(one.reason, one.reason))[lang],
            "kind": _kind(one.kind, lang),
            "candidates": ", ".join(one.candidates),
        }
        for one in left_out_records(view, framework, found)
    ]


def _changesets(store: "Store", found: Explanation) -> list[dict[str, Any]]:
    here = [record.changeset for record in found.records]
    known = {info.number: info for info in store.changesets()}
    return [attrs.asdict(known[n]) | {"records": here.count(n)} for n in sorted(set(here))]


def _files(view: "View", found: Explanation) -> list[dict[str, Any]]:
    here = [(record.changeset, record.document) for record in found.records if record.document]
    table = view.tables.document
    rows = []
    for some in chunks(sorted({changeset for changeset, _ in here})):
        for one in view.execute(select(table).where(table.c.changeset.in_(some)).order_by(table.c.number)):
            key = (one.changeset, f"{one.name} [{one.sheet}]" if one.sheet else one.name)
            if key in here:
                rows.append({**one._mapping, "records": here.count(key)})
    return rows
