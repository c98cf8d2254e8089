"""From the header of a file to the columns it means: ids or labels, and the unit an amount is written in."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

import attrs

from stregistry.exchange.columns import ImportColumn, ImportPlan
from stregistry.text import Text, fold, nearest, tidy

# Written by the quarantine file and the workbook of errors beside the user's own columns (the latter in words, with
# these in square brackets), and ignored when they are imported again.
PROBLEM_COLUMNS: Final = ("problem_row", "problem")
_PROBLEM: Final = re.compile(r"(?:.*\[)?(?:problem_row|problem)\]?")

PATH_MARK: Final = " › "  # between a group and the word below it, in messages

# The running number of a printed list says nothing of a record.
SERIAL_HEADERS: Final = frozenset({"stt", "tt", "so tt", "so thu tu", "no", "serial number"})
# What a person remarks beside a row, for a kind that has no field for it.
_NOTE_HEADERS: Final = frozenset({"ghi chu", "chu thich", "note", "notes", "remark", "remarks"})


@attrs.frozen(kw_only=True)
class ColumnRule:
    """What a map file says of one column.

    where: its key in the map. field: the id of the import column it fills.
    unit: scale and currency of an amount. dates, numbers: how they are written, when the map says so.
    values: by folded cell, what is read in its place. prefix: put before every other cell, such as `mst:`.
    """

    where: str
    field: str
    unit: tuple[int, str | None] | None = None
    dates: str | None = None
    numbers: str | None = None
    values: Mapping[str, str] = attrs.field(factory=dict, eq=False)
    prefix: str = ""


@attrs.frozen(kw_only=True)
class Header:
    """One column of a file that is understood.

    position: where it stands. text: its header as written. scale: what its numbers are multiplied by.
    currency: the currency its unit names, None when it names none.
    match: what the header was known by: id, label, alias, template, map, key (a column that also fills a field of its
        own) or (a value for every row) constant.
    unit_from: where the unit of an amount is stated, `header`, `title` or `map`; None when nowhere.
    rule: what a map file says of the column.
    """

    position: int
    text: str
    column: ImportColumn
    scale: int = 1
    currency: str | None = None
    match: str = "id"
    unit_from: str | None = None
    rule: ColumnRule | None = None


_UNIT = re.compile(r"(?P<base>.*\S)\s*[(\[](?:(?:don vi(?: tinh)?|dvt|unit)\s*:)?\s*(?P<unit>[^()\[\]]+)[)\]]")
_BOTH = re.compile(r"(?P<labels>.+ / .+) \[(?P<id>[a-z][a-z0-9_]*)\]")  # as a template writes it
_SCALES: Final = {
    "nghin": 10**3,
    "ngan": 10**3,
    "thousand": 10**3,
    "trieu": 10**6,
    "tr": 10**6,
    "million": 10**6,
    "ty": 10**9,
    "ti": 10**9,
    "billion": 10**9,
}
_DONG: Final = frozenset({"dong", "d", "vnd"})


def header_key(text: str) -> str:
    """What a header is looked up by: folded letters and digits, with single spaces.

    >>> header_key(" Giá trị (đồng) "), header_key("value_vnd")
    ('gia tri dong', 'value vnd')
    """
    return " ".join(re.sub(r"[\W_]+", " ", fold(tidy(text))).split())


def parse_unit(text: str) -> tuple[int, str | None] | None:
    """The scale and currency of a unit such as `triệu đồng`, `tỷ`, `nghìn USD`; None when it is no such unit.

    >>> parse_unit("triệu đồng"), parse_unit("USD"), parse_unit("kg")
    ((1000000, 'VND'), (1, 'USD'), None)
    """
    scale, currency = 1, None
    words = fold(text).replace(".", " ").split()
    for word in words:
        if word in _SCALES and scale == 1:
            scale = _SCALES[word]
        elif word in _DONG and currency is None:
            currency = "VND"
        elif re.fullmatch("[a-z]{3}", word) and currency is None:
            currency = word.upper()
        else:
            return None
    return (scale, currency) if words else None


_SCALE_WORDS: Final = {1: "", 10**3: "nghìn ", 10**6: "triệu ", 10**9: "tỷ "}


def header_alone(header: Header) -> str:
    """The header as one line that means the same without the group and the title above it."""
    if header.rule is not None or (header.unit_from != "title" and PATH_MARK not in header.text):
        return header.text
    if header.column.cell not in ("vnd", "money") or (header.scale == 1 and header.currency is None):
        return header.column.id
    unit = _SCALE_WORDS[header.scale] + {"VND": "đồng", None: ""}.get(header.currency, header.currency or "")
    return f"{header.column.id} ({unit.strip()})"


def split_unit(text: str) -> tuple[str, str | None]:
    """A header's words and the unit of amounts in brackets after them, as written; None when it states none.

    >>> split_unit("Giá trị (triệu đồng)"), split_unit("Giá trị (kg)")
    (('Giá trị', 'triệu đồng'), ('Giá trị (kg)', None))
    """
    text = tidy(text)
    base, bracket, rest = text.rpartition("(")
    unit = rest.rstrip(") ")
    if bracket and base.strip() and rest.rstrip().endswith(")") and parse_unit(re.sub(r"^[^:]*:", "", unit)):
        return base.strip(), re.sub(r"^[^:]*:\s*", "", unit)
    return text, None


@cache
def _lookup(plan: ImportPlan) -> tuple[Mapping[str, ImportColumn], Mapping[tuple[str, str], ImportColumn]]:
    """Columns by header key; and those of amounts by cell and by header key without the unit in their label.

    An id wins over a label, and a role's own label over its body's. A label that two columns of
    one record share names neither.
    """
    named: dict[str, ImportColumn | None] = {}
    for body in (False, True):
        labels: dict[str, ImportColumn | None] = {}
        for column in plan.columns:
            if column.body is not body:
                continue
            for word in {header_key(w) for w in (column.label.vi, column.label.en, *column.aliases)}:
                labels[word] = None if labels.get(word, column) is not column else column
        named = labels | named
    named |= {header_key(c.id): c for c in plan.columns}
    amounts: dict[tuple[str, str], ImportColumn] = {}
    for column in plan.columns:
        if column.cell in ("vnd", "money"):
            for word in (column.id, column.label.vi, column.label.en, *column.aliases):
                match = _UNIT.fullmatch(fold(tidy(word)))
                amounts.setdefault((column.cell, header_key(match["base"] if match else word)), column)
    return {k: v for k, v in named.items() if v is not None}, amounts


def read_header(plan: ImportPlan, position: int, text: str) -> Header | None:
    """The column one header means, or None when it means none of this kind.

    What means nothing as it stands is tried with its abbreviations in full, and, where it gives two names
    (`Tên hợp đồng/công nghệ`), by each of them.
    """
    found = _read(plan, position, text)
    if found is None and (full := in_full(text)) != text:
        found = _read(plan, position, full)
    if found is None and "/" in text:
        each = [_read(plan, position, in_full(part)) for part in text.split("/")]
        found = each[0] if each[0] and all(h and h.column is each[0].column for h in each) else None
    return found if found is None or found.text == text else attrs.evolve(found, text=text, match="alias")


_ABBREVIATIONS: Final = {
    "hđ": "hợp đồng",
    "cgcn": "chuyển giao công nghệ",
    "cn": "công nghệ",
    "dn": "doanh nghiệp",
    "gcn": "giấy chứng nhận",
    "qđ": "quyết định",
    "đv": "đơn vị",
    "cq": "cơ quan",
}


def in_full(text: str) -> str:
    """A header with the abbreviations of office lists in full.

    >>> in_full("Giá trị HĐ"), in_full("Tên CN chuyển giao")
    ('Giá trị hợp đồng', 'Tên công nghệ chuyển giao')
    """
    return re.sub(r"\w+", lambda m: _ABBREVIATIONS.get(m[0].lower(), m[0]), tidy(text))


def _read(plan: ImportPlan, position: int, text: str) -> Header | None:
    named, amounts = _lookup(plan)
    key = header_key(text)
    if key in named:
        return Header(position=position, text=text, column=named[key], match=_match(named[key], key))
    if (titled := _BOTH.fullmatch(tidy(text))) and (column := plan.by_id.get(titled["id"])):
        return _templated(column, position, text, titled["labels"])
    if (named_party := _of_party(named, key)) is not None:
        return Header(position=position, text=text, column=named_party, match="alias")
    match = _UNIT.fullmatch(fold(tidy(text)))
    unit = parse_unit(match["unit"]) if match else None
    if match is None or unit is None:
        return None
    # "Value (triệu đồng)" is an amount in đồng, although `value` alone is in its own currency.
    order = ("vnd", "money") if unit[1] == "VND" else ("money", "vnd")
    base = header_key(match["base"])
    found = next((amounts[cell, base] for cell in order if (cell, base) in amounts), None)
    if found is None:
        return None
    return Header(
        position=position,
        text=text,
        column=found,
        scale=unit[0],
        currency=unit[1],
        match=_match(found, base),
        unit_from="header",
    )


# What an office writes before or after the word for a party, in one column for its name and one for its tax code.
NAME_WORDS: Final = ("ten don vi", "ten to chuc", "ten doanh nghiep", "ten cong ty", "ten", "name")
_CODE_WORDS: Final = ("ma so thue", "ma so doanh nghiep", "msdn", "mst", "tax code", "tax id")
CODE_ENDING: Final = "_mst"


def _of_party(named: Mapping[str, ImportColumn], key: str) -> ImportColumn | None:
    """The column of a party that a header such as `Tên bên giao` or `MST bên giao` stands for."""
    for words, coded in ((_CODE_WORDS, True), (NAME_WORDS, False)):
        for word in words:
            for rest in (key.removeprefix(f"{word} "), key.removesuffix(f" {word}")):
                column = named.get(rest.removeprefix("cua ").removeprefix("of ")) if rest != key else None
                if column is not None and column.cell in ("party", "ref"):
                    return coded_column(column) if coded else column
    return None


def coded_column(column: ImportColumn) -> ImportColumn:
    """The column of the tax codes of the bodies that another column names."""
    return attrs.evolve(
        column,
        id=f"{column.id}{CODE_ENDING}",
        label=Text(f"{column.label.vi}: mã số thuế", f"{column.label.en}: tax code"),
        cell="body_code",
        required=False,
        aliases=(),
    )


def is_tax_code(text: str) -> bool:
    """Whether a header says `MST` and no more, so that it speaks of the party in the column before it."""
    return header_key(text) in _CODE_WORDS


def _match(column: ImportColumn, key: str) -> str:
    if key == header_key(column.id):
        return "id"
    labels = {header_key(re.sub(r"\([^()]*\)", "", w)) for w in (column.label.vi, column.label.en)}
    labels |= {header_key(w) for w in (column.label.vi, column.label.en)}
    return "label" if key in labels else "alias"


def is_templated(text: str) -> bool:
    """Whether a header is one of a template's, with the id in square brackets."""
    return _BOTH.fullmatch(tidy(text)) is not None


def _templated(column: ImportColumn, position: int, text: str, labels: str) -> Header | None:
    """A template's header; an amount whose unit was changed in one of its labels is in that unit.

    None when the labels name two other units: which of them holds cannot be known.
    """
    found = Header(position=position, text=text, column=column, match="template")
    if column.cell not in ("vnd", "money"):
        return found
    named = (parse_unit(part) for part in re.findall(r"\(([^()]+)\)", fold(labels)))
    changed = {unit for unit in named if unit is not None} - {(1, "VND")}
    if not changed:
        return found
    if len(changed) > 1:
        return None
    ((scale, currency),) = changed
    return attrs.evolve(found, scale=scale, currency=currency, unit_from="header")


def passed_over(text: str) -> str | None:
    """Why a column that means no field is no fault: `problem` (written by us), `serial`, `remark`; None for others."""
    if _PROBLEM.fullmatch(tidy(text)):
        return "problem"
    key = header_key(text)
    return "serial" if key in SERIAL_HEADERS else "remark" if key in _NOTE_HEADERS else None


def near_column(plan: ImportPlan, text: str) -> str | None:
    """The id or label of the kind that is nearest to a header; None when none is near."""
    ids: Iterable[str] = plan.by_id
    labels = [label for c in plan.columns for label in (c.label.vi, c.label.en)]
    return nearest(text, ids) or nearest(text, labels)
