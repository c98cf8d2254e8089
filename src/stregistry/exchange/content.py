"""A sheet as what it says about records: typed columns for each record and, in a role file, for its body."""

import itertools
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import attrs

from stregistry.dates import parse_period
from stregistry.errors import DomainError, StregistryError
from stregistry.exchange import amounts, childrows, parse
from stregistry.exchange.cells import as_text, is_blank
from stregistry.exchange.childrows import Rows
from stregistry.exchange.columns import KEY_COLUMN, ImportPlan
from stregistry.exchange.headers import CODE_ENDING, Header
from stregistry.exchange.issues import Problems
from stregistry.exchange.parse import Values
from stregistry.exchange.sheet import Sheet
from stregistry.model import Observation
from stregistry.places import place_map
from stregistry.store.layout import Layout, Row


@attrs.frozen(kw_only=True, eq=False)
class Mentions:
    """A column that names bodies, not yet looked up. many: several, split by `;` (parties)."""

    header: Header
    texts: Values
    many: bool


@attrs.frozen(kw_only=True, eq=False)
class Content:
    """What a sheet says of one kind of record; a column it does not have says nothing.

    columns: by table column. slots: for each child list, one sequence of child rows for each column.
    mentions: columns that name bodies. said_of: for each child list, what each of its columns stands for.
    """

    layout: Layout
    columns: dict[str, Values] = attrs.field(factory=dict)
    slots: dict[str, list[list[Rows]]] = attrs.field(factory=dict)
    mentions: list[Mentions] = attrs.field(factory=list)
    said_of: dict[str, list[Mapping[str, Any]]] = attrs.field(factory=dict)

    def rows(self, n: int) -> list[Row]:
        """The rows in table order; None where the sheet has no such column."""
        absent: Values = [None] * n
        return list(zip(*(self.columns.get(name, absent) for name in self.layout.names), strict=True))

    def children(self, n: int) -> list[tuple[Rows, ...]]:
        """For each row its child rows, by child list."""
        return list(
            zip(*(childrows.concat(self.slots.get(child.name, ()), n) for child in self.layout.children), strict=True)
        )


@attrs.frozen(kw_only=True, eq=False)
class Parsed:
    """A whole sheet, typed.

    keys: the owner's ids; key_header: the header they stand below, None when the sheet has no such column.
    key_like: the header of a column of numbers (of contracts, certificates) that differ in every row, if any.
    identifiers: normalised, by scheme (of the body in a role file).
    """

    plan: ImportPlan
    n: int
    record: Content
    body: Content | None
    keys: Values
    key_header: str | None
    key_like: str | None
    valid_from: Values
    valid_to: Values
    identifiers: dict[str, Values]

    @property
    def named(self) -> Content:
        """The content that holds names and identifiers: the body's in a role file, else the record's own."""
        return self.body or self.record


# Read before the rest: places are looked up on the record's day.
_DATES_FIRST: Final = ("day", "date")


def parse_sheet(sheet: Sheet, plan: ImportPlan, headers: Iterable[Header], problems: Problems) -> Parsed:
    """The sheet as typed columns; every bad cell goes to `problems`, with its row."""
    return _SheetParser(sheet, plan, tuple(headers), problems).run()


class _SheetParser:
    def __init__(self, sheet: Sheet, plan: ImportPlan, headers: tuple[Header, ...], problems: Problems) -> None:
        self.sheet, self.plan, self.headers, self.problems = sheet, plan, headers, problems
        self.by_id = {h.column.id: h for h in headers}
        self.record = Content(layout=plan.layout)
        self.body = Content(layout=plan.body) if plan.body else None
        self.identifiers: dict[str, Values] = {}
        self.single: dict[str, Values] = {}  # the key and the valid interval

    def run(self) -> Parsed:
        for header in sorted(self.headers, key=lambda h: h.column.cell not in _DATES_FIRST):
            self._read(header)
        self._required()
        self._tell_bare_keys()
        self._tell_periods()
        blank: Values = [None] * len(self.sheet)
        return Parsed(
            plan=self.plan,
            n=len(self.sheet),
            record=self.record,
            body=self.body,
            keys=self.single.get(KEY_COLUMN, blank),
            key_header=self.by_id[KEY_COLUMN].text if KEY_COLUMN in self.by_id else None,
            key_like=next((h.text for h in self.headers if self._tells_apart(h)), None),
            valid_from=self.single.get("valid_from", blank),
            valid_to=self.single.get("valid_to", blank),
            identifiers=self.identifiers,
        )

    def _read(self, header: Header) -> None:
        column, problems = header.column, self.problems
        cells = self.sheet.columns[header.position]
        content = self.body if column.body and self.body else self.record
        target = column.target or ""
        match column.cell:
            case "key":
                self.single[column.id] = parse.read_texts(cells)
            case "day":
                self.single[column.id] = parse.read_days(cells, header, problems)
            case "date":
                first, last = parse.read_dates(cells, header, problems)
                content.columns[target], content.columns[f"{target}_last"] = first, last
            case "money":
                other = self.by_id.get(f"{column.id}_currency")
                currency = (self.sheet.columns[other.position], other) if other else None
                amount, names = amounts.read_money(cells, header, currency, problems)
                content.columns[target], content.columns[f"{column.id}_currency"] = amount, names
            case "currency":
                pass  # read with its amount
            case "place":
                content.columns[target] = parse.read_places(cells, self._days(), header, problems)
            case "ref":
                texts = self._with_codes(header, parse.read_texts(cells))
                content.mentions.append(Mentions(header=header, texts=texts, many=False))
            case "party":
                texts = self._with_codes(header, parse.read_texts(cells))
                content.mentions.append(Mentions(header=header, texts=texts, many=True))
                content.said_of.setdefault(target, []).append(column.fixed)
            case "body_code":
                if column.id.removesuffix(CODE_ENDING) not in self.by_id:  # else read with the names
                    texts = self._with_codes(header, [None] * len(cells))
                    content.mentions.append(Mentions(header=header, texts=texts, many=bool(column.fixed)))
                    if column.fixed:
                        content.said_of.setdefault(target, []).append(column.fixed)
            case "child" | "identifier" | "evidence":
                content.slots.setdefault(target, []).append(self._child(header, content))
                content.said_of.setdefault(target, []).append(column.fixed)
            case cell:
                content.columns[target] = _PLAIN[cell](cells, header, problems)

    def _with_codes(self, header: Header, names: Values) -> Values:
        """The names of bodies, each with the tax code that stands in a column of its own, as `Tên [mst:…]`."""
        coded = self.by_id.get(header.column.id.removesuffix(CODE_ENDING) + CODE_ENDING)
        if coded is None:
            return names
        codes = parse.read_texts(self.sheet.columns[coded.position])
        childrows.tell_suspects("mst", [parse.pieces(code) if code else () for code in codes], coded, self.problems)
        found: Values = []
        for i, (name, code) in enumerate(zip(names, codes, strict=True)):
            called, numbers = parse.pieces(name or ""), parse.pieces(code or "")
            if called and numbers and len(called) != len(numbers):
                self.problems.at(
                    i, "names_and_codes", column=coded.text, value=code, names=len(called), codes=len(numbers)
                )
                numbers = ()
            pairs = itertools.zip_longest(called, numbers)
            found.append("; ".join(parse.named_code(said, "mst", number) for said, number in pairs) or None)
        return found

    def _child(self, header: Header, content: Content) -> list[Rows]:
        cells, child = self.sheet.columns[header.position], content.layout.child(header.column.target or "")
        if header.column.cell == "identifier":
            rows, found = childrows.read_identifiers(cells, child, header, self.problems)
            self.identifiers[header.column.fixed["scheme"]] = found
            return rows
        if header.column.cell == "evidence":
            return childrows.read_evidence(cells, child, header, self.problems)
        return childrows.read_child(cells, child, header)

    def _days(self) -> Values | None:
        """The record's own day in each row: the start of a stated interval, else the date its kind goes by.

        A statistic's own day is the last of its period, or the day of the map it names.
        """
        if self.plan.kind == Observation.about.kind:
            return self._period_days()
        stated, dated = self.single.get("valid_from"), self.record.columns.get(self.plan.layout.cls.about.on)
        if stated is None or dated is None:
            return stated or dated
        return [s if s is not None else d for s, d in zip(stated, dated, strict=True)]

    def _period_days(self) -> Values:
        periods, maps = (
            parse.read_texts(self.sheet.columns[self.by_id[name].position])
            if name in self.by_id
            else [None] * len(self.sheet)
            for name in ("period", "map")
        )
        memo: dict[tuple[str | None, str | None], int | None] = {}
        for pair in set(zip(periods, maps, strict=True)):
            try:
                memo[pair] = place_map(pair[1]).day if pair[1] else parse_period(pair[0] or "").last_day
            except StregistryError:
                memo[pair] = None  # a period of another form: the newest map
        return [memo[pair] for pair in zip(periods, maps, strict=True)]

    def _tells_apart(self, header: Header) -> bool:
        if not header.column.id.endswith("_number"):
            return False
        cells = self.sheet.columns[header.position]
        return not any(map(is_blank, cells)) and len(set(cells)) == len(cells)

    def _required(self) -> None:
        for header in self.headers:
            if not header.column.required:
                continue
            for i, cell in enumerate(self.sheet.columns[header.position]):
                if is_blank(cell):
                    label, name = header.column.label, header.column.id
                    self.problems.at(i, "required", column=header.text, label=label, id=name)

    def _tell_bare_keys(self) -> None:
        """Notes the rows that say nothing beside their key; what a map gives to every row is not their own."""
        key = self.by_id.get(KEY_COLUMN)
        if key is None:
            return
        keys = self.sheet.columns[key.position]
        bare = [i for i, cell in enumerate(keys) if not is_blank(cell)]
        for header in self.headers:
            if header.position != key.position and header.match != "constant":
                cells = self.sheet.columns[header.position]
                bare = [i for i in bare if is_blank(cells[i])]
        for i in bare:
            self.problems.at(i, "only_key", column=key.text, value=as_text(keys[i]))

    def _tell_periods(self) -> None:
        """Notes the rows whose period nobody can read: they count in none."""
        header = self.by_id.get("period")
        if header is None:
            return
        cells = self.sheet.columns[header.position]
        unread = {cell for cell in set(cells) if not is_blank(cell) and not _is_period(as_text(cell))}
        for i, cell in enumerate(cells):
            if cell in unread:
                self.problems.at(i, "unread_period", column=header.text, value=as_text(cell))


def _is_period(text: str) -> bool:
    try:
        parse_period(text)
    except DomainError:
        return False
    return True


def _text(cells: Any, _header: Header, _problems: Problems) -> Values:
    return parse.read_texts(cells)


def _code(cells: Any, header: Header, problems: Problems) -> Values:
    if header.column.field.vocabulary is None:
        return parse.read_texts(cells)
    return parse.read_codes(cells, header, problems, several=False)


def _codes(cells: Any, header: Header, problems: Problems) -> Values:
    return parse.read_codes(cells, header, problems, several=True)


def _country(cells: Any, header: Header, problems: Problems) -> Values:
    return parse.read_countries(cells, header, problems, several=False)


def _countries(cells: Any, header: Header, problems: Problems) -> Values:
    return parse.read_countries(cells, header, problems, several=True)


# The cells that fill one table column and need nothing beside themselves.
_PLAIN: Final[dict[str, Callable[[Any, Header, Problems], Values]]] = {
    "text": _text,
    "code": _code,
    "codes": _codes,
    "country": _country,
    "countries": _countries,
    "integer": amounts.read_integers,
    "vnd": amounts.read_integers,
    "decimal": amounts.read_decimals,
    "flag": parse.read_flags,
}
