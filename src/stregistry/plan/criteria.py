"""Criteria that say whether a body may be recognised: data files, each clause with its source and article.

A clause is a test of a fact, or all, any or none of other clauses. No expressions: a test that does not fit is a new
form of `FORMS`, written in `eligibility.py`.
"""

import datetime as dt
import functools
import importlib.resources
import tomllib
from typing import Any, Final

import attrs

from stregistry.errors import DefinitionError, NotFoundError
from stregistry.framework import Reference
from stregistry.framework.framework import plain_data
from stregistry.framework.read import read_id, read_reference, rows, unique
from stregistry.measures import Check
from stregistry.measures.offer import offer
from stregistry.measures.parts import Where
from stregistry.measures.where import read_where
from stregistry.model import KINDS
from stregistry.text import Text, nearest, with_nearest
from stregistry.vocab import vocabulary

# The key that names the form of a test, and what goes with it.
FORMS: Final[dict[str, tuple[str, ...]]] = {
    "field": ("any_of",),
    "years_since": ("at_most",),
    "item": ("at_least", "at_most"),
    "share": ("years", "at_least"),
    "each": ("years", "at_least"),
    "growth": ("years", "at_least"),
    "records": ("role", "where"),
    "division_from": ("division_to",),
}
_JOINS: Final = ("all", "any", "none")


@attrs.frozen(kw_only=True)
class Clause:
    """One condition. Either test, or join (all, any, none) of the clauses `parts`.

    test: as written; where: its conditions, parsed. check_law: its text is not read in two sources, and is to be
    checked before it is relied on.
    """

    id: str
    name: Text
    source: Reference
    article: Text
    join: str | None = None
    parts: tuple[str, ...] = ()
    test: dict[str, Any] = attrs.field(factory=dict)
    where: Where = ()
    check_law: bool = False


@attrs.frozen(kw_only=True)
class Criteria:
    """One definition: a body meets it when it meets all of `parts`. until: the day it was replaced."""

    id: str
    title: Text
    in_force: dt.date
    until: dt.date | None
    parts: tuple[str, ...]
    clauses: dict[str, Clause]


@functools.cache
def criteria_ids() -> tuple[str, ...]:
    """The ids of the definitions that ship, sorted."""
    names = (entry.name for entry in _folder().iterdir())
    return tuple(sorted(n.removesuffix(".toml") for n in names if n.endswith(".toml")))


@functools.cache
def criteria(id: str) -> Criteria:
    """The definition of that id. Raises NotFoundError, which names the nearest."""
    if id not in criteria_ids():
        near = nearest(id, criteria_ids())
        raise NotFoundError(
            with_nearest(Text(f"Không có bộ tiêu chí '{id}'", f"There are no criteria '{id}'"), near, criteria_ids()),
            id=id,
            nearest=near,
        )
    return read_criteria((_folder() / f"{id}.toml").read_text(encoding="utf-8"), f"{id}.toml")


def read_criteria(text: str, name: str) -> Criteria:
    """The criteria of a TOML text. Raises DefinitionError with every problem of the file."""
    try:
        document = plain_data(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise DefinitionError(
            Text(f"{name}: không đúng cú pháp TOML: {error}.", f"{name}: is not valid TOML: {error}."), file=name
        ) from None
    check = Check()
    table = check.table(document, ("rule", "source", "clause"), ("rule", "source", "clause"))
    at = check.at("rule")
    rule = at.table(
        table.get("rule", {}), ("id", "title", "in_force", "until", "all"), ("id", "title", "in_force", "all")
    )
    sources = unique(
        [(c, r) for c, row in rows(check, table.get("source"), "source") if (r := read_reference(c, row))], _id
    )
    known = {source.id: source for source in sources}
    read = [(c, _clause(c, row, known)) for c, row in rows(check, table.get("clause"), "clause")]
    clauses = {clause.id: clause for clause in unique([(c, one) for c, one in read if one], _id)}
    # One that could not be read still exists: that it is named elsewhere is no second problem.
    written = {row["id"] for _, row in rows(check, table.get("clause"), "clause") if isinstance(row.get("id"), str)}
    for place, clause in read:
        for part in clause.parts if clause else ():
            if part not in written:
                place.unknown(Text("điều kiện", "clause"), part, written)
    _no_circle(check, clauses)
    parts = _ids(at.at("all"), rule.get("all"))
    for part in parts:
        if part not in written:
            at.at("all").unknown(Text("điều kiện", "clause"), part, written)
    title, start, end = (
        at.maybe(rule, "title", Check.both),
        at.maybe(rule, "in_force", Check.day),
        at.maybe(rule, "until", Check.day),
    )
    if check.found or title is None or start is None:
        lines = {lang: "\n".join(f"  {p.line(lang)}" for p in check.found) for lang in ("vi", "en")}
        raise DefinitionError(
            Text(f"{name}: bộ tiêu chí có lỗi:\n{lines['vi']}", f"{name}: the criteria have problems:\n{lines['en']}"),
            file=name,
            problems=tuple((p.path, p.message) for p in check.found),
        )
    return Criteria(id=str(rule["id"]), title=title, in_force=start, until=end, parts=parts, clauses=clauses)


def _id(one: Reference | Clause) -> str:
    return one.id


def _clause(check: Check, row: dict[str, Any], sources: dict[str, Reference]) -> Clause | None:
    before = len(check.found)
    needed = ("id", "name", "source", "article")
    table = check.table(row, (*needed, "test", "check_law", *_JOINS), needed)
    name, title, article = (
        read_id(check, table),
        check.maybe(table, "name", Check.both),
        check.maybe(table, "article", Check.both),
    )
    source = check.maybe(table, "source", lambda at, v: at.one_of(v, sources, Text("nguồn", "source")))
    ways = [key for key in ("test", *_JOINS) if key in table]
    if len(ways) != 1:
        check.refuse("phải có đúng một trong test, all, any, none.", "must have exactly one of test, all, any, none.")
        return None
    join = ways[0] if ways[0] in _JOINS else None
    parts = _ids(check.at(ways[0]), table[ways[0]]) if join else ()
    test, where = ({}, ()) if join else _test(check.at("test"), table["test"])
    if len(check.found) > before or name is None or title is None or article is None or source is None:
        return None
    return Clause(
        id=name,
        name=title,
        source=sources[source],
        article=article,
        join=join,
        parts=parts,
        test=test,
        where=where,
        check_law=bool(check.maybe(table, "check_law", Check.flag)),
    )


def _ids(check: Check, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(one, str) for one in value):
        check.refuse("phải là danh sách mã điều kiện.", "must be a list of clause ids.")
        return ()
    return tuple(value)


def _test(check: Check, value: Any) -> tuple[dict[str, Any], Where]:
    forms = [form for form in FORMS if isinstance(value, dict) and form in value]
    if len(forms) != 1:
        listed = ", ".join(FORMS)
        check.refuse(f"phải có đúng một trong: {listed}.", f"must have exactly one of: {listed}.")
        return {}, ()
    form = forms[0]
    where: Where = ()
    table = check.table(value, (form, *FORMS[form]))
    named = table[form]
    if form == "records":
        kind = check.at(form).one_of(named, KINDS, Text("loại hồ sơ", "kind of record"))
        if kind is not None:
            check.at("role").one_of(table.get("role"), (*offer(kind).roles, *offer(kind).refs), Text("vai trò", "role"))
            where = read_where(check.at("where"), kind, table.get("where", {}))
    elif form in ("field", "years_since"):
        fields = offer("organisation").fields
        known = [n for n, f in fields.items() if f.kind == ("date" if form == "years_since" else "code")]
        check.at(form).one_of(named, known, Text("trường của tổ chức", "field of an organisation"))
    elif form != "division_from":
        items = named if isinstance(named, list) else [named]
        if (form == "share") != (len(items) == 2):
            check.at(form).refuse("cần một chỉ tiêu, với share là hai.", "takes one item, two for share.")
        for item in items:
            check.at(form).one_of(item, vocabulary("declared_item").codes, Text("chỉ tiêu kê khai", "declared item"))
    bounds = [key for key in ("at_least", "at_most", "any_of", "division_to", "where") if key in table]
    if len(bounds) != 1:
        check.refuse("phải có đúng một giới hạn.", "must have exactly one bound.")
    for key in ("at_least", "at_most"):
        check.maybe(table, key, Check.number)
    if "years" in FORMS[form]:
        check.at("years").whole(table.get("years"), low=1, high=10)
    return table, where


def _no_circle(check: Check, clauses: dict[str, Clause]) -> None:
    """Each clause is followed down; one that is met again within itself is refused."""

    def inside(id: str, above: tuple[str, ...]) -> str | None:
        if id in above:
            return id
        below = clauses[id].parts if id in clauses else ()
        return next((found for part in below if (found := inside(part, (*above, id)))), None)

    for id in clauses:
        if inside(id, ()) == id:
            check.at(f'clause "{id}"').refuse("nằm trong chính nó.", "lies within itself.")


def _folder() -> Any:
    return importlib.resources.files("stregistry") / "definitions" / "eligibility"
