"""The language a review is told in: its words, numbers, days and citations."""

import datetime as dt
from collections import Counter
from functools import cached_property

from stregistry.framework import Reference
from stregistry.places import label as place_label
from stregistry.review.gather import Review
from stregistry.review.numbers import day, number
from stregistry.review.words import COLUMNS, OFFICE
from stregistry.text import Text


class Telling:
    """A review and the language it is told in."""

    def __init__(self, review: Review, lang: str) -> None:
        self.review, self.lang = review, lang

    def say(self, vi: str, en: str) -> str:
        """The words of the language."""
        return vi if self.lang == "vi" else en

    def head(self, name: str) -> str:
        """The head of a column."""
        return COLUMNS[name][self.lang]

    def number(self, value: float | None) -> str:
        """A number; empty for None."""
        return number(value, self.lang)

    def figure(self, value: object) -> str:
        """A number, or a dash where there is none."""
        return self.number(float(value)) if isinstance(value, (int, float)) else "-"

    def date(self, value: dt.date | None) -> str:
        """A day; empty for None."""
        return day(value, self.lang)

    def span(self, first: dt.date | None, last: dt.date | None) -> str:
        """The day something is due, or both ends of the range."""
        if first is None or last is None:
            return ""
        return self.date(last) if first == last else f"{self.date(first)} - {self.date(last)}"

    @property
    def national(self) -> bool:
        """Whether the review is of the nation and not of a province."""
        return self.review.framework.evaluation.level == "country"

    def office(self, what: str, place: str = "") -> str:
        """What stands in the masthead and below the text: superior, office, seat, copy, signer."""
        return OFFICE[self.national][what][self.lang].format(place)

    @cached_property
    def place(self) -> str:
        """The place as it stands within a sentence."""
        if self.national:
            return self.say("cả nước", "Viet Nam")
        name = place_label(self.review.place, self.lang)
        return name[0].lower() + name[1:] if self.lang == "vi" else name

    @cached_property
    def when(self) -> str:
        """The period in words, as it stands within a sentence."""
        article = "the " if self.lang == "en" and self.review.period.kind not in ("year", "month") else ""
        return article + self.review.period.words[self.lang]

    @property
    def title(self) -> str:
        """What sort of report it is, and of which period."""
        if self.review.period.kind == "year":
            return self.say(f"Tổng kết tình hình thực hiện {self.when}", f"Review of {self.when}")
        return self.say(f"Sơ kết tình hình thực hiện {self.when}", f"Interim review of {self.when}")

    @property
    def subject(self) -> str:
        """What is reviewed: the title of the framework."""
        return self.review.framework.title[self.lang]

    def named(self, indicator: str) -> str:
        """The name of an indicator."""
        return self.review.framework.indicator(indicator).name[self.lang]

    def source(self, name: str | None) -> Reference | None:
        """The document of that id."""
        return next((s for s in self.review.framework.sources if s.id == name), None)

    def cited(self, source: Reference | None, article: Text | None = None) -> str:
        """Number, day of issue and article; of a document without a number its place in the list of the annex."""
        if source is None:
            return ""
        told = source.number or self.say("văn bản", "document") + f" [{self.documents.index(source) + 1}]"
        if source.issued:
            told += self.say(f" ngày {self.date(source.issued)}", f" of {self.date(source.issued)}")
        return told + (f", {article[self.lang]}" if article else "")

    @cached_property
    def documents(self) -> tuple[Reference, ...]:
        """The documents the framework rests on, in the order of the annex."""
        return self.review.framework.sources


def late(status: Counter[str]) -> int:
    """How many are late, or may be."""
    return status["late"] + status["may_be_late"]


def done(status: Counter[str]) -> int:
    """How many are done, in time or not."""
    return status["done"] + status["done_late"] + status["may_be_done_late"]
