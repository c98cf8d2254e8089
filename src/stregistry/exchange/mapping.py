"""A map file: how to read a sheet whose headers, dates or words fit nothing, said once in TOML.

    kind = "deal"                 # refuses to be used for another kind
    sheet = "Danh sách"           # default: every visible sheet with a table of the kind
    header_row = 5                # as Excel counts; [4, 5] for a header of two rows, 0 for none; default: found
    first_row = 7                 # default: the row below the header
    last_row = 120                # default: to the end
    dates = "mm/dd/yyyy"          # a key of DATE_ORDERS, for every column of dates
    numbers = "vi"                # vi (1.234,5) or en (1,234.5), for every column of numbers; default: decided
    ignore = ["Ghi chú"]          # headers of columns to leave out
    key = "Số hợp đồng"           # the column, by header or field, that also tells the records apart; default: id

    [columns]                     # header as the sheet has it (`Giá trị › USD` for two rows) = field
    "Tên CN" = "title"
    "Trị giá" = { field = "value_vnd", unit = "triệu đồng", numbers = "en" }
    "Luồng" = { field = "direction", values = { "XK" = "outbound", "NK" = "inbound" } }
    "MST bên giao" = { field = "transferor", prefix = "mst:" }

    [letters]                     # column as Excel names it = field, where there is no header or it is of no use
    C = "signed_on"

    [constants]                   # the same value for every row
    channel = "direct"

Columns the map does not name are read by their headers, as without it.
"""

from collections.abc import Iterable, Mapping

import attrs

from stregistry.exchange.cells import Cell, as_text
from stregistry.exchange.columns import KEY_COLUMN, ImportPlan
from stregistry.exchange.headers import PATH_MARK, ColumnRule, Header, header_key
from stregistry.exchange.issues import Problems, near_text
from stregistry.exchange.sheet import Sheet, column_letters
from stregistry.text import fold, nearest


@attrs.frozen(kw_only=True)
class FileMap:
    """A map file, checked against a kind; rows and columns are counted from 0.

    headers: rules by the folded header; letters: by column. written: each header of the map as it stands in it.
    header_rows: None when the header is to be found, empty when there is none.
    """

    name: str
    sheet: str | None = None
    header_rows: tuple[int, ...] | None = None
    first_row: int | None = None
    last_row: int | None = None
    headers: Mapping[str, ColumnRule] = attrs.field(factory=dict)
    letters: Mapping[int, ColumnRule] = attrs.field(factory=dict)
    written: Mapping[str, str] = attrs.field(factory=dict)
    ignored: frozenset[str] = frozenset()
    constants: Mapping[str, str] = attrs.field(factory=dict)
    key: str | None = None

    def key_header(self, found: Iterable[Header], plan: ImportPlan, problems: Problems) -> Header | None:
        """The column that also tells the records apart, read as their key; None when the map names none.

        A name that no column has, or a table with a column of keys beside it, is a problem.
        """
        if self.key is None:
            return None
        own = {KEY_COLUMN: None} | {name: h for h in found for name in (header_key(h.text), h.column.id)}
        if (header := own[KEY_COLUMN]) is not None:
            problems.whole("map_key_beside", column=header.text, map=self.name, named=self.key, header=header.text)
            return None
        header = own.get(self.key) or own.get(header_key(self.key))
        if header is None:
            near = near_text(nearest(self.key, [h.text for h in own.values() if h is not None]))
            problems.whole("map_unused", column=self.key, named=self.key, map=self.name, near=near)
            return None
        return Header(position=header.position, text=header.text, column=plan.by_id[KEY_COLUMN], match="key")

    def header(self, plan: ImportPlan, position: int, path: tuple[str, ...]) -> Header | None:
        """What the map says of a column, by its letter or the words of its header; None when nothing."""
        rule = self.letters.get(position)
        for text in (" ".join(path), path[-1]) if path else ():
            rule = rule or self.headers.get(header_key(text))
        if rule is None:
            return None
        scale, currency = rule.unit or (1, None)
        return Header(
            position=position,
            text=PATH_MARK.join(path) or column_letters(position),
            column=plan.by_id[rule.field],
            scale=scale,
            currency=currency,
            match="map",
            unit_from="map" if rule.unit else None,
            rule=rule,
        )

    def ignores(self, path: tuple[str, ...]) -> bool:
        """Whether a column is left out on purpose."""
        return bool(path) and bool({header_key(" ".join(path)), header_key(path[-1])} & self.ignored)

    def tell_unused(self, sheets: list[tuple[Sheet, tuple[Header, ...]]], problems: Problems) -> None:
        """Notes every column of the map that no table has."""
        used = {h.rule for _, headers in sheets for h in headers if h.rule is not None}
        known = [text for sheet, _ in sheets for text in sheet.header if text]
        for key, rule in self.headers.items():
            if rule not in used:
                text = self.written[key]
                problems.whole(
                    "map_unused", column=text, named=text, map=self.name, near=near_text(nearest(text, known))
                )
        for position, rule in self.letters.items():
            if rule not in used:
                letters = column_letters(position)
                problems.whole("map_unused", column=letters, named=letters, map=self.name, near="")


def mapped(
    sheet: Sheet, headers: tuple[Header, ...], file_map: FileMap, plan: ImportPlan
) -> tuple[Sheet, tuple[Header, ...]]:
    """The sheet with its words translated and the constants of the map as columns of their own, for reading."""
    columns, texts, found = list(sheet.columns), list(sheet.header), list(headers)
    for header in headers:
        if header.rule is not None and (header.rule.values or header.rule.prefix):
            memo: dict[Cell, Cell] = {}
            for cell in set(columns[header.position]):
                memo[cell] = _translated(cell, header.rule)
            columns[header.position] = [memo[cell] for cell in columns[header.position]]
    for name, value in file_map.constants.items():
        texts.append(name)
        found.append(Header(position=len(columns), text=name, column=plan.by_id[name], match="constant"))
        columns.append([value] * len(sheet))
    return attrs.evolve(sheet, columns=columns, header=tuple(texts)), tuple(found)


def _translated(cell: Cell, rule: ColumnRule) -> Cell:
    text = as_text(cell)
    if not text:
        return cell
    if (value := rule.values.get(fold(text))) is not None:
        return value
    return f"{rule.prefix}{text}" if rule.prefix else cell
