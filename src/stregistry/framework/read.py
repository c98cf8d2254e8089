"""Reading the tables of a framework document; whatever is wrong is noted with the path of its key."""

import re
from collections.abc import Callable, Collection
from typing import Any, Final, TypeVar

from stregistry.dates import parse_period
from stregistry.errors import DomainError, NotFoundError
from stregistry.framework.parts import Evaluation, Group, Indicator, Per, Reference
from stregistry.framework.targets import read_target
from stregistry.measures import MEASURES, Check, read_rule
from stregistry.measures.rules import read_basis, read_breakdown
from stregistry.places import LEVELS, place_map
from stregistry.text import Text

T = TypeVar("T")
_ID = re.compile(r"[A-Za-z0-9_]+")
_FRAMEWORK_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
HEAD_KEYS: Final = ("id", "version", "title", "sources")
SOURCE_KEYS: Final = ("id", "number", "issued", "title", "url")
EVALUATION_KEYS: Final = ("places", "level", "period", "year_ends")
GROUP_KEYS: Final = ("id", "parent", "weight", "aggregate", "name")
INDICATOR_KEYS: Final = (
    "id",
    "group",
    "name",
    "measured_in",
    "direction",
    "measure",
    "params",
    "scale",
    "per",
    "breakdown",
    "weight",
    "bounds",
    "goal",
    "responsible",
    "source",
    "target",
)


def rows(check: Check, value: Any, key: str) -> list[tuple[Check, dict[str, Any]]]:
    """The tables of a list with the place of each: by its id where it has one, else by its position."""
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        check.at(key).refuse(f"phải viết thành các bảng [[{key}]].", f"must be written as tables [[{key}]].")
        return []
    found = []
    for i, row in enumerate(value, 1):
        name = row.get("id")
        label = f'"{name}"' if isinstance(name, str) and name else f"[{i}]"
        found.append((Check(f"{check.path}{'.' if check.path else ''}{key} {label}", check.found), row))
    return found


def unique(pairs: list[tuple[Check, T]], id_of: Callable[[T], str]) -> tuple[T, ...]:
    """The values in order; a second one of the same id is noted and left out."""
    seen: dict[str, T] = {}
    for check, value in pairs:
        if id_of(value) in seen:
            check.at("id").refuse(f"'{id_of(value)}' đã dùng rồi.", f"'{id_of(value)}' is already taken.")
        else:
            seen[id_of(value)] = value
    return tuple(seen.values())


def read_id(check: Check, row: dict[str, Any]) -> str | None:
    """The id of a table; a missing one has been noted by its reader."""
    if "id" not in row:
        return None
    value = row["id"]
    if isinstance(value, str) and _ID.fullmatch(value):
        return value
    check.at("id").refuse(
        f"{value!r} không hợp lệ: chỉ dùng chữ không dấu, chữ số và dấu _.",
        f"{value!r} is not valid: use letters, digits and _.",
    )
    return None


def read_head(check: Check, value: Any) -> tuple[str, str, Text, tuple[Reference, ...]]:
    """Id, version, title and sources."""
    table = check.table(value, HEAD_KEYS, ("id", "version", "title"))
    name = table.get("id")
    if "id" in table and not (isinstance(name, str) and _FRAMEWORK_ID.fullmatch(name)):
        check.at("id").refuse(
            f"{name!r} không hợp lệ: chỉ dùng chữ thường không dấu, chữ số và gạch nối.",
            f"{name!r} is not valid: use lower-case letters, digits and hyphens.",
        )
    version = check.at("version").text(table["version"]) if "version" in table else None
    title = check.at("title").both(table["title"]) if "title" in table else None
    sources = [(at, read_reference(at, row)) for at, row in rows(check, table.get("sources"), "sources")]
    known = unique([(at, r) for at, r in sources if r], lambda r: r.id)
    return str(name), version or "", title or Text("?", "?"), known


def read_reference(check: Check, row: dict[str, Any]) -> Reference | None:
    """A document: its number and its date; None when anything is wrong."""
    table = check.table(row, SOURCE_KEYS, ("id", "title"))
    name = read_id(check, table)
    title = check.at("title").both(table["title"]) if "title" in table else None
    number = check.maybe(table, "number", Check.text)
    issued = check.maybe(table, "issued", Check.day)
    url = check.maybe(table, "url", Check.text)
    if number and "issued" not in table:
        check.at("issued").refuse(
            "còn thiếu: văn bản được xác định bằng số và ngày ban hành.",
            "is missing: a document is its number and its date.",
        )
    if name is None or title is None:
        return None
    return Reference(id=name, title=title, number=number, issued=issued, url=url)


def read_evaluation(check: Check, value: Any) -> Evaluation:
    """Places, level, period and year end; defaults where left out."""
    table = check.table({} if value is None else value, EVALUATION_KEYS)
    plain = Evaluation()
    level = check.at("level").one_of(table.get("level", plain.level), (*LEVELS, "custom"), Text("cấp", "level"))
    kinds = ("year", "half", "quarter", "month")
    period = check.at("period").one_of(table.get("period", plain.period), kinds, Text("loại kỳ", "kind of period"))
    places = check.at("places").text(table.get("places", plain.places))
    if places and level != "custom":
        try:
            place_map(places)
        except NotFoundError as error:
            check.at("places").refuse(error.message.vi, error.message.en)
    ends = check.at("year_ends").text(table.get("year_ends", plain.year_ends))
    try:
        parse_period("2024", ends or plain.year_ends)
    except DomainError as error:
        check.at("year_ends").refuse(error.message.vi, error.message.en)
    return Evaluation(
        places=places or plain.places, level=level or plain.level, period=period or plain.period, year_ends=ends or ""
    )


def read_groups(check: Check, value: Any) -> tuple[Group, ...]:
    """The index tree: one root, parents that exist, no circles."""
    pairs = [(at, _group(at, row)) for at, row in rows(check, value, "group")]
    places = {group.id: at for at, group in pairs if group}
    groups = unique([(at, g) for at, g in pairs if g], lambda g: g.id)
    parents = {g.id: g.parent for g in groups}
    roots = [g.id for g in groups if g.parent is None]
    if groups and len(roots) != 1:
        listed = ", ".join(roots)
        check.at("group").refuse(
            f"phải có đúng một nhóm không có parent; hiện có {len(roots)}" + (f": {listed}." if roots else "."),
            f"exactly one group must have no parent; there are {len(roots)}" + (f": {listed}." if roots else "."),
        )
    for group in groups:
        if group.parent is not None and group.parent not in parents:
            places[group.id].at("parent").unknown(Text("nhóm", "group"), group.parent, parents)
    for name in circles(parents):
        places[name].at("parent").refuse(f"nhóm '{name}' nằm trong chính nó.", f"group '{name}' lies within itself.")
    return groups


def circles(parents: dict[str, str | None]) -> list[str]:
    """The ids from which following the parents comes back to themselves."""
    found = []
    for name in parents:
        up, steps = parents.get(name), 0
        while up is not None and up != name and steps <= len(parents):
            up, steps = parents.get(up), steps + 1
        if up == name:
            found.append(name)
    return found


def _group(check: Check, row: dict[str, Any]) -> Group | None:
    table = check.table(row, GROUP_KEYS, ("id", "name"))
    name = read_id(check, table)
    title = check.at("name").both(table["name"]) if "name" in table else None
    weight = check.at("weight").number(table.get("weight", 1.0), low=0)
    parent = check.maybe(table, "parent", Check.text)
    aggregate = check.maybe(table, "aggregate", _aggregator)
    if name is None or title is None or weight is None:
        return None
    return Group(id=name, name=title, parent=parent, weight=weight, aggregate=aggregate)


def _aggregator(check: Check, value: Any) -> str | None:
    # numpy is slow to import, and most frameworks override nothing.
    from stregistry.scoring.aggregate import AGGREGATORS

    return check.one_of(value, AGGREGATORS, Text("cách tổng hợp", "aggregation"))


def read_indicators(
    check: Check, value: Any, sources: Collection[str], groups: Collection[str]
) -> tuple[Indicator, ...]:
    """The indicators in order; what they refer to exists and goes round in no circle."""
    read = rows(check, value, "indicator")
    pairs = [(at, _indicator(at, row, sources, groups)) for at, row in read]
    found = unique([(at, i) for at, i in pairs if i], lambda i: i.id)
    # One that could not be read still exists: that it is named elsewhere is no second problem.
    ids = {row["id"] for _, row in read if isinstance(row.get("id"), str)}
    uses = {i.id: i.uses for i in found}
    for at, indicator in pairs:
        for used in indicator.uses if indicator else ():
            if used not in ids:
                at.unknown(Text("chỉ tiêu", "indicator"), used, ids)
        if indicator and _reaches(indicator.id, indicator.id, uses, set()):
            at.refuse(f"'{indicator.id}' được tính từ chính nó.", f"'{indicator.id}' is made from itself.")
    return found


def _reaches(start: str, goal: str, uses: dict[str, tuple[str, ...]], seen: set[str]) -> bool:
    for used in uses.get(start, ()):
        if used == goal:
            return True
        if used not in seen:
            seen.add(used)
            if _reaches(used, goal, uses, seen):
                return True
    return False


def _indicator(
    check: Check, row: dict[str, Any], sources: Collection[str], groups: Collection[str]
) -> Indicator | None:
    table = check.table(row, INDICATOR_KEYS, ("id", "name", "direction", "measure", "params"))
    name = read_id(check, table)
    title = check.at("name").both(table["name"]) if "name" in table else None
    unit = check.maybe(table, "measured_in", Check.both)
    ways = ("up", "down", "none")
    direction = check.maybe(table, "direction", lambda at, v: at.one_of(v, ways, Text("chiều", "direction")))
    measure = check.maybe(table, "measure", lambda at, v: at.one_of(v, MEASURES, Text("cách tính", "measure")))
    rule = read_rule(check.at("params"), measure, table["params"]) if measure and "params" in table else None
    breakdown: tuple[str, ...] = ()
    if rule is not None and "breakdown" in table:
        breakdown = read_breakdown(check.at("breakdown"), rule, table["breakdown"])
    group = table.get("group")
    if group is not None and group not in groups:
        check.at("group").unknown(Text("nhóm", "group"), group, groups)
    scale = check.at("scale").number(table.get("scale", 1))
    if scale == 0:
        check.at("scale").refuse("không được bằng 0.", "must not be 0.")
    weight = check.at("weight").number(table.get("weight", 1.0), low=0)
    bounds = check.maybe(table, "bounds", _bounds)
    goal = check.maybe(table, "goal", Check.number)
    per = check.maybe(table, "per", _per)
    responsible = check.maybe(table, "responsible", Check.both)
    source = check.maybe(table, "source", lambda at, v: at.one_of(v, sources, Text("nguồn", "source")))
    targets = [read_target(at, r, sources) for at, r in rows(check, table.get("target"), "target")]
    if name is None or title is None or direction is None or measure is None or rule is None:
        return None
    return Indicator(
        id=name,
        name=title,
        measure=measure,
        rule=rule,
        direction=direction,  # type: ignore[arg-type]  # one of the three words
        measured_in=unit,
        group=group,
        scale=scale or 1,
        per=per,
        breakdown=breakdown,
        weight=1.0 if weight is None else weight,
        bounds=bounds,
        goal=goal,
        responsible=responsible,
        source=source,
        targets=tuple(t for t in targets if t),
    )


def _bounds(check: Check, value: Any) -> tuple[float, float] | None:
    table = check.table(value, ("low", "high"), ("low", "high"))
    if len(table) != 2:
        return None
    low, high = check.at("low").number(table.get("low")), check.at("high").number(table.get("high"))
    if low is None or high is None:
        return None
    if low >= high:
        check.refuse(f"low ({low}) phải nhỏ hơn high ({high}).", f"low ({low}) must be below high ({high}).")
        return None
    return low, high


def _per(check: Check, value: Any) -> Per | None:
    table = check.table(value, ("series", "basis", "indicator", "scale"))
    if ("series" in table) == ("indicator" in table):
        check.refuse("phải có đúng một trong series, indicator.", "must have exactly one of series, indicator.")
        return None
    if "indicator" in table and "basis" in table:
        check.at("basis").refuse("chỉ dùng với series.", "goes with a series only.")
    series = check.maybe(table, "series", Check.text)
    indicator = check.maybe(table, "indicator", Check.text)
    basis = read_basis(check.at("basis"), table.get("basis"))
    scale = check.at("scale").number(table.get("scale", 1))
    if scale is not None and scale <= 0:
        check.at("scale").refuse("phải lớn hơn 0.", "must be above 0.")
        return None
    if scale is None or not (series or indicator):
        return None
    return Per(series=series, basis=basis, indicator=indicator, scale=scale)
