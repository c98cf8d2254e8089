"""Stored values as a table for people tells them: the words of a code, a date as the language writes it.

Files and JSON keep codes and ISO dates; `emit` asks these functions for a table only.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from stregistry.cli.table import show
from stregistry.dates import PartialDate, show_date
from stregistry.evaluate.words import part_label
from stregistry.exchange.listed import cells_of, listed_columns
from stregistry.fields import Field, fields_of
from stregistry.model import Record, record_class
from stregistry.places import label as place_label
from stregistry.text import Text
from stregistry.vocab import vocabulary

if TYPE_CHECKING:
    from stregistry.store.feed import Change

# How the cells of some columns read, by the id of the column; no other column is in it.
Told = Mapping[str, Callable[[Any, str], Any]]

_WHAT: Final = {
    "added": Text("thêm", "added"),
    "revised": Text("sửa", "revised"),
    "retracted": Text("rút", "retracted"),
    "erased": Text("xóa vĩnh viễn", "erased"),
}
_MEMBERS: Final = {"group": Text("nhóm chỉ tiêu", "group"), "indicator": Text("chỉ tiêu", "indicator")}


def date(value: str, lang: str) -> str:
    """An ISO date, month or year as the language writes it."""
    return show_date(PartialDate.parse(value), lang)


def kind(code: str, lang: str) -> str:
    """What a row of an explanation is: a kind of record, or a member of an index."""
    return _MEMBERS[code][lang] if code in _MEMBERS else record_class(code).about.label[lang]


def instant(value: str, lang: str) -> str:
    """An ISO instant, kept in UTC: its day as the language writes it, and the minute."""
    at = dt.datetime.fromisoformat(value)
    return f"{show_date(at.date(), lang)} {at:%H:%M}"


RECORDS: Final[Told] = {"date": date, "part": part_label, "kind": kind}
SPAN: Final[Told] = {"valid_from": date, "valid_to": date}
HISTORY: Final[Told] = {"instant": instant, "sha256": lambda digest, _: f"{digest[:12]}…", **SPAN}


def columns_told(cls: type[Record]) -> Told:
    """How the columns of `list` read for a kind."""
    return {**SPAN, **dict(_of_fields(cls))}


def _of_fields(cls: type) -> Iterator[tuple[str, Callable[[Any, str], Any]]]:
    for info in fields_of(cls):
        if info.kind == "part" and info.of is not None:
            yield from _of_fields(info.of)
        elif (told := _of_field(info)) is not None:
            yield info.column or info.name, told


def _of_field(info: Field) -> Callable[[Any, str], Any] | None:
    match info.kind:
        case "code" if words := info.vocabulary and vocabulary(info.vocabulary):
            return words.label
        case "codes" if words := info.vocabulary and vocabulary(info.vocabulary):
            return lambda value, lang: "; ".join(words.label(code, lang) for code in value.split(";"))
        case "date":
            return date
        case "place":
            return lambda value, lang: f"{place_label(value, lang)} ({value})"
        case _:
            return None


def changed(before: Record | None, after: Record | None, lang: str) -> str:
    """The fields that differ between two versions, as `label: old → new`; nothing when one of them is missing."""
    if before is None or after is None:
        return ""
    told, old, new = columns_told(type(after)), cells_of(before), cells_of(after)

    def said(name: str, value: Any) -> str:
        if value in (None, ""):
            return "—"
        return str(told[name](value, lang)) if name in told else show(value, lang)

    return "; ".join(
        f"{column.label[lang]}: {said(column.id, old.get(column.id))} → {said(column.id, new.get(column.id))}"
        for column in listed_columns(type(after))
        if old.get(column.id) != new.get(column.id)
    )


def change(one: "Change", lang: str) -> dict[str, Any]:
    """What a change says in words, beside the cells that read as they are."""
    return {
        "kind": kind(one.kind, lang),
        "what": _WHAT[one.what][lang],
        "changed": changed(one.before, one.after, lang) or None,
        "fields": "; ".join(_label(record_class(one.kind), name, lang) for name in one.fields) or None,
    }


def _label(cls: type, name: str, lang: str) -> str:
    """The label of a field by the name it has in files; `parties.person` is one of a child."""
    first, _, rest = name.partition(".")
    for info in fields_of(cls):
        if first in (info.name, info.column):
            return _label(info.of, rest, lang) if rest and info.of is not None else info.label[lang]
        if info.kind == "part" and info.of is not None and (within := _label(info.of, name, lang)) != name:
            return within
    return name
