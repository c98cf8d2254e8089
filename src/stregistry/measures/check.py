"""Collecting everything that is wrong in a definition, each problem with the path of its key."""

import datetime as dt
import math
from collections.abc import Callable, Collection, Iterable
from typing import Any, TypeVar

import attrs

from stregistry.text import Text, nearest, with_nearest

T = TypeVar("T")


@attrs.frozen
class Problem:
    """One thing wrong in a definition: the path of its key, and what was expected instead."""

    path: str
    message: Text

    def line(self, lang: str) -> str:
        """`path: message`."""
        return f"{self.path}: {self.message[lang]}" if self.path else self.message[lang]


class Check:
    """A place in a definition, and the list that every problem found at or below it goes to.

    Reading goes on after a problem, so that one run reports all of them.
    """

    def __init__(self, path: str = "", found: list[Problem] | None = None) -> None:
        self.path = path
        self.found: list[Problem] = [] if found is None else found

    def at(self, key: str) -> "Check":
        """The place of a key (or `[n]`) inside this one."""
        dot = "." if self.path and not key.startswith("[") else ""
        return Check(f"{self.path}{dot}{key}", self.found)

    def refuse(self, vi: str, en: str) -> None:
        """Notes a problem here."""
        self.found.append(Problem(self.path, Text(vi, en)))

    def unknown(self, what: Text, word: object, known: Collection[str]) -> None:
        """Notes a word that is none of those known, with the nearest or all of them."""
        sentence = Text(f"không có {what.vi} '{word}'", f"there is no {what.en} '{word}'")
        told = with_nearest(sentence, nearest(str(word), known), known)
        self.refuse(told.vi, told.en)

    def table(self, value: Any, known: Collection[str], required: Iterable[str] = ()) -> dict[str, Any]:
        """The value as a table of known keys; what is unknown or missing is noted. Not a table: empty."""
        if not isinstance(value, dict):
            self.refuse("phải là một bảng {khóa = giá trị}.", "must be a table {key = value}.")
            return {}
        for key in value:
            if key not in known:
                self.at(key).unknown(Text("khóa", "key"), key, known)
        for key in required:
            if key not in value:
                self.at(key).refuse("còn thiếu.", "is missing.")
        return value

    def one_of(self, value: Any, known: Collection[str], what: Text) -> str | None:
        """The value when it is one of the known words, else None and a problem."""
        if isinstance(value, str) and value in known:
            return value
        self.unknown(what, value, known)
        return None

    def text(self, value: Any) -> str | None:
        """The value when it is a text that is not blank, else None and a problem."""
        if isinstance(value, str) and value.strip():
            return value
        self.refuse("phải là chữ, không để trống.", "must be a text, not empty.")
        return None

    def both(self, value: Any) -> Text | None:
        """The value when it has both languages, else None and a problem."""
        table = self.table(value, ("vi", "en"), ("vi", "en"))
        words = [self.at(lang).text(table[lang]) for lang in ("vi", "en") if lang in table]
        return Text(*words) if len(words) == 2 and all(words) else None  # type: ignore[arg-type]

    def number(self, value: Any, *, low: float | None = None, high: float | None = None) -> float | None:
        """The value when it is a finite number within the bounds, else None and a problem."""
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            self.refuse("phải là số.", "must be a number.")
            return None
        if (low is not None and value < low) or (high is not None and value > high):
            span = f"{'' if low is None else low}..{'' if high is None else high}"
            self.refuse(f"phải trong khoảng {span}.", f"must lie in {span}.")
            return None
        return value

    def whole(self, value: Any, *, low: int | None = None, high: int | None = None) -> int | None:
        """The value when it is a whole number within the bounds, else None and a problem."""
        if isinstance(value, bool) or not isinstance(value, int):
            self.refuse("phải là số nguyên.", "must be a whole number.")
            return None
        return None if self.number(value, low=low, high=high) is None else value

    def flag(self, value: Any) -> bool | None:
        """The value when it is true or false, else None and a problem."""
        if isinstance(value, bool):
            return value
        self.refuse("phải là true hoặc false.", "must be true or false.")
        return None

    def day(self, value: Any) -> dt.date | None:
        """The value when it is a date (as ISO text), else None and a problem."""
        try:
            return dt.date.fromisoformat(value)
        except (TypeError, ValueError):
            self.refuse("phải là ngày, ví dụ 2024-01-11.", "must be a date such as 2024-01-11.")
            return None

    def maybe(self, table: dict[str, Any], key: str, read: "Callable[[Check, Any], T | None]") -> T | None:
        """What is read from a key that may be left out; None when it is."""
        return read(self.at(key), table[key]) if key in table else None
