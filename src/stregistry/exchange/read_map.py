"""Reading a map file: its TOML, checked against a kind, with every fault at its line.

The keys it may have are shown in `mapping`.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from stregistry.errors import DefinitionError, system_words
from stregistry.exchange.columns import ImportColumn, ImportPlan
from stregistry.exchange.headers import ColumnRule, header_key, near_column, parse_unit
from stregistry.exchange.mapping import FileMap
from stregistry.exchange.parse import DATE_ORDERS
from stregistry.text import Text, fold, nearest, tidy, with_nearest
from stregistry.vocab import vocabulary

_KEYS: Final = (
    *("kind", "sheet", "header_row", "first_row", "last_row", "dates", "numbers", "ignore", "key"),
    *("columns", "letters", "constants"),
)
_RULE_KEYS: Final = ("field", "unit", "numbers", "dates", "values", "prefix")
_AMOUNTS: Final = ("vnd", "money")
_NUMBERS: Final = (*_AMOUNTS, "integer", "decimal")
_DAYS: Final = ("date", "day")

Where = tuple[str, ...]  # the path of a key in the file


def read_map(path: "Path | str", plan: ImportPlan) -> FileMap:
    """A map file, checked against a kind. Raises DefinitionError with every fault, each with its line."""
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        words = system_words(error)
        raise DefinitionError(
            Text(f"Không mở được tệp ánh xạ {path}: {words.vi}.", f"The map file {path} cannot be opened: {words.en}."),
            file=path.name,
        ) from error
    except UnicodeDecodeError as error:
        raise DefinitionError(
            Text(f"{path.name}: phải lưu bằng UTF-8.", f"{path.name}: must be saved as UTF-8."), file=path.name
        ) from error
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = int(m[1]) if (m := re.search(r"line (\d+)", str(error))) else text.count("\n") + 1
        raise DefinitionError(
            Text(
                f"{path.name}, dòng {line}: không đúng cú pháp TOML ({error}).",
                f"{path.name}, line {line}: not valid TOML ({error}).",
            ),
            file=path.name,
            line=line,
        ) from error
    return _Reader(path.name, text, data, plan).run()


def lines_of(text: str) -> dict[Where, int]:
    """The line of every key and table of a TOML text, by its path; keys within braces have that of the brace.

    >>> lines_of('a = 1\\n[b]\\n"c d" = 2')
    {('a',): 1, ('b',): 2, ('b', 'c d'): 3}
    """
    found: dict[Where, int] = {}
    table: Where = ()
    for number, line in enumerate(map(str.strip, text.splitlines()), 1):
        if line.startswith("["):
            if (keys := _keys_of(line)) is not None:
                table = keys
                found.setdefault(table, number)
            continue
        for match in re.finditer("=", line):
            if (keys := _keys_of(f"{line[: match.start()]}= 0")) is not None:
                found.setdefault((*table, *keys), number)
                break
    return found


def _keys_of(line: str) -> Where | None:
    try:
        inner: Any = tomllib.loads(line)
    except tomllib.TOMLDecodeError:
        return None
    keys: list[str] = []
    while isinstance(inner, dict) and len(inner) == 1:
        ((key, inner),) = inner.items()
        keys.append(key)
    return tuple(keys) or None


class _Reader:
    def __init__(self, name: str, text: str, data: dict[str, Any], plan: ImportPlan) -> None:
        self.name, self.data, self.plan = name, data, plan
        self.lines = lines_of(text)
        self.faults: list[tuple[int, Where, Text]] = []

    def run(self) -> FileMap:
        data = self.data
        self._known_keys((), data, _KEYS)
        self._kind()
        dates, numbers = self._choice(("dates",), DATE_ORDERS), self._choice(("numbers",), ("vi", "en"))
        headers: dict[str, ColumnRule] = {}
        written: dict[str, str] = {}
        for text, rule in self._rules("columns", dates, numbers):
            key = header_key(text)
            if key in headers:
                self._fault(
                    ("columns", text), f"Cột '{text}' được nêu hai lần.", f"The column '{text}' is named twice."
                )
            headers[key], written[key] = rule, tidy(text)
        letters = {at: rule for text, rule in self._rules("letters", dates, numbers) if (at := self._letter(text)) >= 0}
        made = FileMap(
            name=self.name,
            sheet=self._text("sheet"),
            header_rows=self._header_rows(),
            first_row=self._row("first_row"),
            last_row=self._row("last_row"),
            headers=headers,
            letters=letters,
            written=written,
            ignored=frozenset(header_key(text) for text in self._ignored()),
            constants=self._constants(),
            key=self._text("key"),
        )
        self._doubled([*headers.values(), *letters.values()], made.constants)
        if made.header_rows == () and not letters:
            self._fault(
                ("header_row",),
                "Không có dòng tiêu đề thì phải nêu cột trong [letters].",
                "Without a header the columns must be named in [letters].",
            )
        if self.faults:
            raise self._error()
        return made

    def _error(self) -> DefinitionError:
        self.faults.sort(key=lambda fault: fault[0])
        vi = "\n".join(f"{self.name}, dòng {line}: {text.vi}" for line, _, text in self.faults)
        en = "\n".join(f"{self.name}, line {line}: {text.en}" for line, _, text in self.faults)
        line, where, _ = self.faults[0]
        return DefinitionError(Text(vi, en), file=self.name, line=line, key=".".join(where), faults=tuple(self.faults))

    def _fault(self, where: Where, vi: str, en: str) -> None:
        line = next((self.lines[where[:n]] for n in range(len(where), 0, -1) if where[:n] in self.lines), 1)
        self.faults.append((line, where, Text(vi, en)))

    def _known_keys(self, where: Where, found: Mapping[str, Any], known: tuple[str, ...]) -> None:
        for key in found:
            if key not in known:
                sentence = Text(f"Không có khóa '{key}'", f"There is no key '{key}'")
                told = with_nearest(sentence, nearest(key, known), known)
                self._fault((*where, key), told.vi, told.en)

    def _kind(self) -> None:
        kind = self._text("kind")
        if kind is not None and kind != self.plan.kind:
            self._fault(
                ("kind",),
                f"Tệp ánh xạ dùng cho loại '{kind}', không phải '{self.plan.kind}'.",
                f"The map is for the kind '{kind}', not '{self.plan.kind}'.",
            )

    def _text(self, key: str) -> str | None:
        value = self.data.get(key)
        if value is not None and not (isinstance(value, str) and value.strip()):
            self._fault((key,), f"'{key}' phải là chữ.", f"'{key}' must be text.")
            return None
        return value

    def _row(self, key: str) -> int | None:
        value = self.data.get(key)
        if value is None:
            return None
        if not _is_row(value):
            self._fault((key,), f"'{key}' phải là số dòng từ 1.", f"'{key}' must be the number of a row, from 1.")
            return None
        return int(value) - 1

    def _header_rows(self) -> tuple[int, ...] | None:
        value = self.data.get("header_row")
        if value is None:
            return None
        if value == 0 and value is not False:
            return ()
        rows = value if isinstance(value, list) else [value]
        if not rows or not all(map(_is_row, rows)) or rows != list(range(rows[0], rows[0] + len(rows))):
            self._fault(
                ("header_row",),
                "'header_row' phải là số dòng từ 1, danh sách các dòng liền nhau như [4, 5], hoặc 0 khi không có.",
                "'header_row' must be a row from 1, a list of rows below each other such as [4, 5], or 0 for none.",
            )
            return None
        return tuple(row - 1 for row in rows)

    def _choice(self, where: Where, known: Any, value: Any = None) -> str | None:
        value = self.data.get(where[0]) if len(where) == 1 else value
        if value is None or (isinstance(value, str) and value in known):
            return value
        listed = ", ".join(known)
        self._fault(where, f"'{value}' không thuộc {listed}.", f"'{value}' is none of {listed}.")
        return None

    def _rules(self, section: str, dates: str | None, numbers: str | None) -> Iterator[tuple[str, ColumnRule]]:
        for text, said in self._section(section).items():
            where = (section, text)
            rule = {"field": said} if isinstance(said, str) else said
            if not isinstance(rule, dict):
                self._fault(where, "Phải là tên trường hoặc { field = … }.", "Must be a field or { field = … }.")
                continue
            self._known_keys(where, rule, _RULE_KEYS)
            column = self._column(where, rule.get("field"))
            if column is not None:
                yield text, self._rule(where, rule, column, dates, numbers)

    def _rule(
        self, where: Where, rule: Mapping[str, Any], column: ImportColumn, dates: str | None, numbers: str | None
    ) -> ColumnRule:
        for key, cells in (("unit", _AMOUNTS), ("numbers", _NUMBERS), ("dates", _DAYS)):
            if key in rule and column.cell not in cells:
                self._fault(
                    (*where, key), f"Trường '{column.id}' không có '{key}'.", f"The field '{column.id}' has no '{key}'."
                )
        own_dates = self._choice((*where, "dates"), DATE_ORDERS, rule.get("dates"))
        own_numbers = self._choice((*where, "numbers"), ("vi", "en"), rule.get("numbers"))
        prefix = rule.get("prefix", "")
        if not isinstance(prefix, str):
            self._fault((*where, "prefix"), "'prefix' phải là chữ.", "'prefix' must be text.")
            prefix = ""
        return ColumnRule(
            where=".".join(where),
            field=column.id,
            unit=self._unit((*where, "unit"), rule.get("unit"), column),
            dates=(own_dates or dates) if column.cell in _DAYS else None,
            numbers=(own_numbers or numbers) if column.cell in _NUMBERS else None,
            values=self._values((*where, "values"), rule.get("values", {}), column),
            prefix=prefix,
        )

    def _unit(self, where: Where, unit: Any, column: ImportColumn) -> tuple[int, str | None] | None:
        if unit is None:
            return None
        got = parse_unit(unit) if isinstance(unit, str) else None
        if got is None:
            self._fault(
                where,
                f"Không hiểu đơn vị '{unit}'; ví dụ: triệu đồng, tỷ đồng, nghìn USD.",
                f"The unit '{unit}' is not understood; for example: triệu đồng, tỷ đồng, nghìn USD.",
            )
        elif column.cell == "vnd" and got[1] not in (None, "VND"):
            self._fault(where, f"Trường '{column.id}' tính bằng đồng.", f"The field '{column.id}' is in đồng.")
        return got

    def _values(self, where: Where, values: Any, column: ImportColumn) -> dict[str, str]:
        if not isinstance(values, dict) or not all(isinstance(v, str) for v in values.values()):
            self._fault(
                where, '\'values\' phải là { "chữ trong tệp" = "mã" }.', '\'values\' must be { "cell" = "code" }.'
            )
            return {}
        for text, value in values.items():
            self._code((*where, text), value, column)
        return {fold(tidy(text)): value for text, value in values.items()}

    def _code(self, where: Where, value: str, column: ImportColumn) -> None:
        name = column.field.vocabulary
        if column.cell not in ("code", "codes") or name is None:
            return
        terms = vocabulary(name)
        for word in value.split(";"):
            if word.strip() and terms.find(word.strip()) is None:
                near = terms.suggest(word)
                self._fault(
                    where,
                    f"'{word.strip()}' không có trong danh mục '{terms.title.vi}': {', '.join(terms.codes)}."
                    + (f" Có phải '{near}'?" if near else ""),
                    f"'{word.strip()}' is not in the code list '{terms.title.en}': {', '.join(terms.codes)}."
                    + (f" Did you mean '{near}'?" if near else ""),
                )

    def _column(self, where: Where, field: Any) -> ImportColumn | None:
        column = self.plan.by_id.get(field) if isinstance(field, str) else None
        if column is None:
            near = near_column(self.plan, field) if isinstance(field, str) else None
            self._fault(
                where,
                f"Loại '{self.plan.kind}' không có trường '{field}'." + (f" Có phải '{near}'?" if near else ""),
                f"The kind '{self.plan.kind}' has no field '{field}'." + (f" Did you mean '{near}'?" if near else ""),
            )
        return column

    def _letter(self, text: str) -> int:
        if not re.fullmatch("[A-Za-z]{1,3}", text):
            self._fault(
                ("letters", text), f"'{text}' không phải tên cột như C, AB.", f"'{text}' is no column such as C or AB."
            )
            return -1
        number = 0
        for letter in text.upper():
            number = number * 26 + ord(letter) - 64
        return number - 1

    def _section(self, key: str) -> dict[str, Any]:
        value = self.data.get(key, {})
        if not isinstance(value, dict):
            self._fault((key,), f"[{key}] phải là một bảng.", f"[{key}] must be a table.")
            return {}
        return value

    def _ignored(self) -> list[str]:
        value = self.data.get("ignore", [])
        if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
            self._fault(("ignore",), "'ignore' phải là danh sách tiêu đề.", "'ignore' must be a list of headers.")
            return []
        return value

    def _constants(self) -> dict[str, str]:
        found = {}
        for field, value in self._section("constants").items():
            where = ("constants", field)
            column = self._column(where, field)
            if column is None:
                continue
            if column.cell == "key":
                self._fault(where, "Mã hồ sơ không thể là hằng số.", "A record id cannot be a constant.")
            if isinstance(value, bool) or not isinstance(value, (str, int)):
                self._fault(where, "Giá trị phải là chữ hoặc số nguyên.", "The value must be text or a whole number.")
                continue
            self._code(where, str(value), column)
            found[field] = str(value)
        return found

    def _doubled(self, rules: list[ColumnRule], constants: Mapping[str, str]) -> None:
        met: dict[str, str] = {field: f"constants.{field}" for field in constants}
        for rule in rules:
            if rule.field in met:
                self._fault(
                    tuple(rule.where.split(".", 1)),
                    f"Trường '{rule.field}' đã có ở {met[rule.field]}.",
                    f"The field '{rule.field}' is given already by {met[rule.field]}.",
                )
            met.setdefault(rule.field, rule.where)


def _is_row(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1
