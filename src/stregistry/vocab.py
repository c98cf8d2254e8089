"""Code lists: what a code means in both languages, since when, and which document says so.

Each list is one file `definitions/vocabularies/<id>.toml`, read when it is first asked for.
A code may have several rows, one after another in time, when a new law takes over a list.
"""

import datetime as dt
import functools
import itertools
import re
import tomllib
from importlib import resources
from typing import Any, Final, NoReturn

import attrs

from stregistry.dates import ALWAYS, FOREVER, show_day
from stregistry.dates import day as day_number
from stregistry.errors import DefinitionError, NotFoundError
from stregistry.text import LANGS, Text, fold, nearest, tidy

# law: read in a legal text; standard: from a published standard; ours: chosen by this project.
ORIGINS: Final = ("law", "standard", "ours")

_FOLDER = resources.files("stregistry") / "definitions" / "vocabularies"
_HEAD_KEYS = ("id", "title", "term")
_TERM_KEYS = ("code", "label", "official_code", "from", "until", "document", "issued", "article", "origin")
_CODE = re.compile(r"[a-z0-9][a-z0-9_.-]*")

Day = dt.date | str | int


@attrs.frozen(kw_only=True)
class Term:
    """One row of a vocabulary: a code, and what it means from one day to another.

    official_code: the letter or number the document itself uses, where it has one.
    start, end: day numbers, half-open; ALWAYS and FOREVER where the file gives no date. A row
        without a start serves older records too, described in the words of its document.
    document, issued, article: number and date of the document, and the article without the
        word for it ("9.1"); None where not known. Never None: the document of `law` and `standard`.
    """

    code: str
    label: Text
    origin: str
    official_code: str | None = None
    start: int = ALWAYS
    end: int = FOREVER
    document: str | None = None
    issued: dt.date | None = None
    article: str | None = None

    def in_force(self, day: Day) -> bool:
        """Whether this row holds on that day."""
        return self.start <= day_number(day) < self.end


@attrs.frozen
class Vocabulary:
    """A code list, its rows in file order."""

    id: str
    title: Text
    terms: tuple[Term, ...]

    @functools.cached_property
    def codes(self) -> tuple[str, ...]:
        """Every code once, in file order, in force or not."""
        return tuple(dict.fromkeys(term.code for term in self.terms))

    @functools.cached_property
    def _by_word(self) -> dict[str, list[Term]]:
        """The rows that each folded code, official code and label names."""
        found: dict[str, list[Term]] = {}
        for term in self.terms:
            for word in dict.fromkeys(map(fold, _words(term))):
                found.setdefault(word, []).append(term)
        return found

    def term(self, code: str, day: Day | None = None) -> Term:
        """The row of a code that holds on a day; without a day its newest row.

        Raises NotFoundError: no such code (the nearest is named), or none on that day.
        """
        rows = [term for term in self.terms if term.code == code]
        if not rows:
            raise self._unknown(code)
        if day is None:
            return max(rows, key=lambda term: term.start)
        for term in rows:
            if term.in_force(day):
                return term
        raise self._not_in_force(rows, day_number(day))

    def label(self, code: str, lang: str, day: Day | None = None) -> str:
        """The label of a code in "vi" or "en"; the row is chosen as in `term`."""
        return self.term(code, day).label[lang]

    def in_force(self, code: str, day: Day) -> bool:
        """Whether the code may be used on that day; False for a code that does not exist."""
        return any(term.code == code and term.in_force(day) for term in self.terms)

    def find(self, text: str, day: Day | None = None) -> str | None:
        """The code that a cell means, or None: the code itself, its official code, or a label
        in either language, in any case, with or without diacritics.

        day: only rows in force on it count.

        >>> vocabulary("deal_direction").find("TRONG NUOC")
        'domestic'
        """
        for term in self._by_word.get(fold(text), ()):
            if day is None or term.in_force(day):
                return term.code
        return None

    def suggest(self, text: str, day: Day | None = None) -> str | None:
        """The code whose name is nearest to a cell that `find` does not know, or None."""
        words = [w for w, rows in self._by_word.items() if day is None or any(t.in_force(day) for t in rows)]
        near = nearest(text, words)
        return self._by_word[near][0].code if near else None

    def _unknown(self, code: str) -> NotFoundError:
        sentence = Text(f"Danh mục '{self.id}' không có mã '{code}'", f"Vocabulary '{self.id}' has no code '{code}'")
        near = self.suggest(code)
        return NotFoundError.unknown(sentence, code, self.codes, vocabulary=self.id, code=code, nearest=near)

    def _not_in_force(self, rows: list[Term], day: int) -> NotFoundError:
        code = rows[0].code
        spans = "; ".join(f"[{show_day(term.start) or '…'}, {show_day(term.end) or '…'})" for term in rows)
        return NotFoundError(
            Text(
                f"Mã '{code}' của danh mục '{self.id}' không áp dụng vào ngày {show_day(day)}; "
                f"mã này áp dụng trong: {spans}. Hãy chọn mã khác hoặc kiểm tra lại ngày.",
                f"The code '{code}' of vocabulary '{self.id}' is not in force on {show_day(day)}; "
                f"it is in: {spans}. Choose another code, or check the date.",
            ),
            vocabulary=self.id,
            code=code,
            day=day,
        )


def vocabulary_ids() -> tuple[str, ...]:
    """The ids of all vocabularies that ship with the package, sorted."""
    return tuple(
        sorted(entry.name.removesuffix(".toml") for entry in _FOLDER.iterdir() if entry.name.endswith(".toml"))
    )


@functools.cache
def vocabulary(id: str) -> Vocabulary:
    """The vocabulary of that id, read from its file the first time.

    Raises DefinitionError: no such vocabulary (the nearest is named), or its file is wrong.
    """
    known = vocabulary_ids()
    if id not in known:
        sentence = Text(f"Không có danh mục '{id}'", f"There is no vocabulary '{id}'")
        raise DefinitionError.unknown(sentence, id, known, vocabulary=id)
    file = f"{id}.toml"
    return parse_vocabulary((_FOLDER / file).read_text(encoding="utf-8"), file)


def parse_vocabulary(text: str, file: str) -> Vocabulary:
    """The vocabulary written in a TOML text, checked.

    file: its name, `<id>.toml`, for the messages. Raises DefinitionError naming file and key.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        _refuse(file, "TOML", f"không đọc được: {error}", f"cannot be read: {error}")
    _known_keys(file, "", data, _HEAD_KEYS)
    id = _string(file, "id", data.get("id"))
    if id != file.removesuffix(".toml"):
        _refuse(file, "id", f"là '{id}' nhưng phải trùng tên tệp", f"is '{id}' but must be the name of the file")
    title = _text(file, "title", data.get("title"))
    rows = data.get("term")
    if not isinstance(rows, list) or not rows:
        _refuse(file, "term", "phải có ít nhất một mục [[term]]", "needs at least one row [[term]]")
    made = Vocabulary(id, title, tuple(_term(file, f"term[{i}]", row) for i, row in enumerate(rows, 1)))
    _no_overlap(file, made)
    _one_meaning(file, made)
    return made


def _term(file: str, key: str, row: Any) -> Term:
    """One row; `key` counts rows from 1 and takes the code as soon as it is known."""
    if not isinstance(row, dict):
        _refuse(file, key, "phải viết là một mục [[term]]", "must be written as a table [[term]]")
    code = _string(file, f"{key}.code", row.get("code"))
    if not _CODE.fullmatch(code):
        _refuse(file, f"{key}.code", f"'{code}' phải là chữ thường không dấu", f"'{code}' must be lower-case ASCII")
    key = f"{key} ({code})"
    _known_keys(file, key, row, _TERM_KEYS)
    origin = _string(file, f"{key}.origin", row.get("origin"))
    if origin not in ORIGINS:
        allowed = ", ".join(ORIGINS)
        _refuse(file, f"{key}.origin", f"'{origin}' phải là một trong: {allowed}", f"'{origin}' is none of: {allowed}")
    start, end = _date(file, f"{key}.from", row.get("from")), _date(file, f"{key}.until", row.get("until"))
    if start and end and end <= start:
        _refuse(file, f"{key}.until", f"{end} phải sau from = {start}", f"{end} must be after from = {start}")
    document = _maybe(file, f"{key}.document", row.get("document"))
    if origin != "ours" and document is None:
        _refuse(
            file,
            f"{key}.document",
            f"còn thiếu: origin = '{origin}' phải nêu số văn bản",
            f"is missing: origin = '{origin}' must name its document",
        )
    return Term(
        code=code,
        label=_text(file, f"{key}.label", row.get("label")),
        origin=origin,
        official_code=_maybe(file, f"{key}.official_code", row.get("official_code")),
        start=start.toordinal() if start else ALWAYS,
        end=end.toordinal() if end else FOREVER,
        document=document,
        issued=_date(file, f"{key}.issued", row.get("issued")),
        article=_maybe(file, f"{key}.article", row.get("article")),
    )


def _words(term: Term) -> list[str]:
    """Everything a cell may hold to mean this row."""
    return [term.code, *([term.official_code] if term.official_code else []), term.label.vi, term.label.en]


def _no_overlap(file: str, made: Vocabulary) -> None:
    """Two rows of one code on one day would leave its meaning to chance."""
    for code in made.codes:
        rows = sorted((term for term in made.terms if term.code == code), key=lambda term: term.start)
        for before, after in itertools.pairwise(rows):
            if after.start < before.end:
                _refuse(
                    file,
                    f"term ({code}).from",
                    f"hai dòng của mã '{code}' trùng thời gian từ {show_day(after.start) or 'đầu'}",
                    f"two rows of the code '{code}' overlap from {show_day(after.start) or 'the beginning'}",
                )


def _one_meaning(file: str, made: Vocabulary) -> None:
    """A word that names two codes could not be found again by `find`."""
    for word, rows in made._by_word.items():
        codes = sorted({term.code for term in rows})
        if len(codes) > 1:
            both = " và ".join(codes), " and ".join(codes)
            _refuse(file, f"term ({codes[1]})", f"'{word}' chỉ cả {both[0]}", f"'{word}' names both {both[1]}")


def _known_keys(file: str, key: str, table: dict[str, Any], known: tuple[str, ...]) -> None:
    for name in table:
        if name not in known:
            where = f"{key}.{name}" if key else name
            sentence = Text(f"{file}: {where} không phải là khóa được dùng", f"{file}: {where} is not a known key")
            raise DefinitionError.unknown(sentence, name, known, file=file, key=where)


def _text(file: str, key: str, value: Any) -> Text:
    if not isinstance(value, dict):
        _refuse(file, key, 'phải là {vi = "…", en = "…"}', 'must be {vi = "…", en = "…"}')
    _known_keys(file, key, value, LANGS)
    return Text(*(_string(file, f"{key}.{lang}", value.get(lang)) for lang in LANGS))


def _string(file: str, key: str, value: Any) -> str:
    if not isinstance(value, str) or not value or value != tidy(value):
        _refuse(
            file,
            key,
            "phải là chuỗi không rỗng, không thừa dấu cách",
            "must be a text, not empty, without spare spaces",
        )
    return value


def _maybe(file: str, key: str, value: Any) -> str | None:
    return None if value is None else _string(file, key, value)


def _date(file: str, key: str, value: Any) -> dt.date | None:
    # A TOML date with a time is a datetime, which Python counts as a date too.
    if value is not None and (not isinstance(value, dt.date) or isinstance(value, dt.datetime)):
        _refuse(
            file,
            key,
            "phải là ngày, ví dụ 2025-10-01, không đặt trong ngoặc kép",
            "must be a date such as 2025-10-01, unquoted",
        )
    return value


def _refuse(file: str, key: str, vi: str, en: str) -> NoReturn:
    raise DefinitionError(Text(f"{file}: {key} {vi}.", f"{file}: {key} {en}."), file=file, key=key)
