"""The problems of one file: how they are noted, counted, and told."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

import attrs

from stregistry.errors import Issue, RecordError
from stregistry.exchange.catalogue import CATALOGUE
from stregistry.text import Text

KEPT: Final = 1000  # problems described one by one; the rest are counted


def near_text(near: str | None) -> Text | str:
    """The advice that names the nearest known word, or nothing."""
    return Text(f"Có phải '{near}'?", f"Did you mean '{near}'?") if near else ""


@attrs.frozen
class Found:
    """One problem as it was met: its code, its row as an index (None: the whole file), and the parts of its message."""

    code: str
    row: int | None
    column: str | None
    value: str | None
    parts: dict[str, Any]

    @property
    def level(self) -> str:
        return CATALOGUE[self.code].level

    def texts(self) -> tuple[Text, Text | None]:
        """The message and the advice, filled in."""
        template = CATALOGUE[self.code]
        parts = {"value": self.value} | self.parts
        return _fill(template.message, parts), _fill(template.advice, parts) if template.advice else None


def _fill(text: Text, parts: dict[str, Any]) -> Any:
    filled = [
        text[lang].format(**{k: v[lang] if isinstance(v, Text) else v for k, v in parts.items()})
        for lang in ("vi", "en")
    ]
    return Text(*filled) if all(filled) else None


class Problems:
    """The problems of one file, or of one table of it, collected as they are met.

    Rows are given by index; `lines` (set by the reader) says which row of the file that is.
    """

    def __init__(self, file: str, whole: "Problems | None" = None) -> None:
        self.file = file
        self.sheet: str | None = None
        self.lines: Sequence[int] = ()
        self.found: list[Found] = []
        self.bad: set[int] = set()
        self.tables: list[Problems] = []
        self._whole = whole
        self._refused = False

    def table(self, sheet: str | None, lines: Sequence[int]) -> "Problems":
        """A collector for one table of the file; what it meets is told with the rest of the file."""
        made = Problems(self.file, self)
        made.sheet, made.lines = sheet, lines
        self.tables.append(made)
        return made

    @property
    def refused(self) -> bool:
        """Whether anything refuses the file whatever its rows are."""
        return any(part._refused for part in self._parts())

    def _parts(self) -> "list[Problems]":
        """Every collector of the file, this one's own file first."""
        whole = self._whole or self
        return [whole, *whole.tables]

    def whole(self, code: str, *, column: str | None = None, value: str | None = None, **parts: Any) -> None:
        """Notes a problem of the file or of a column. An error here refuses the file whatever its rows are."""
        self.found.append(Found(code, None, column, value, parts))
        self._refused |= CATALOGUE[code].level == "error"

    def at(self, row: int, code: str, /, *, column: str | None = None, value: str | None = None, **parts: Any) -> None:
        """Notes a problem of one row."""
        self.found.append(Found(code, row, column, value, parts))
        if CATALOGUE[code].level == "error":
            self.bad.add(row)

    def row_number(self, row: int) -> int:
        """The row as the file's own program counts it."""
        return self.lines[row]

    def issues(self) -> tuple[Issue, ...]:
        """Every problem of the file as an issue, whichever table was asked.

        Errors first, each level by table and in order of rows; past KEPT they are counted.
        """
        every = [(n, part, f) for n, part in enumerate(self._parts()) for f in part.found]
        ordered = sorted(every, key=lambda e: (e[2].level != "error", e[0], -1 if e[2].row is None else e[2].row))
        kept = [part._issue(f) for _, part, f in ordered[:KEPT]]
        for level, code in (("error", "more_problems"), ("warning", "more_warnings")):
            rest = Counter(f.code for *_, f in ordered[KEPT:] if f.level == level)
            if rest:
                codes = ", ".join(f"{name}: {n}" for name, n in rest.most_common())
                kept.append(self._issue(Found(code, None, None, None, {"count": rest.total(), "codes": codes})))
        return tuple(kept)

    def absorb(self, trial: "Problems", *, warnings: bool) -> None:
        """Takes over what a trial run found; its warnings only when that run stands."""
        self.found += [f for f in trial.found if warnings or f.level == "error"]
        self.bad |= trial.bad

    def trial(self) -> "Problems":
        """An empty collector for the same file, for a run that may have to be repeated."""
        fresh = Problems(self.file)
        fresh.sheet, fresh.lines = self.sheet, self.lines
        return fresh

    def of_rows(self) -> Iterator[tuple[int, Found]]:
        """The errors of single rows with the row's index, in the order they were met."""
        return ((f.row, f) for f in self.found if f.row is not None and f.level == "error")

    def _issue(self, found: Found) -> Issue:
        message, advice = found.texts()
        return Issue(
            code=found.code,
            level=found.level,
            message=message,
            suggestion=advice,
            file=self.file,
            sheet=self.sheet,
            row=None if found.row is None else self.lines[found.row],
            column=found.column,
            value=found.value,
        )


def refused(problems: Problems) -> RecordError:
    """The error that carries every problem found so far."""
    return RecordError(
        Text(
            f"Tệp {problems.file} không được nhập; chưa ghi gì vào sổ đăng ký.",
            f"The file {problems.file} was not taken in; nothing was written.",
        ),
        problems.issues(),
        file=problems.file,
    )
