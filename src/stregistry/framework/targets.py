"""Reading targets: their forms, dates, scope and sources."""

from collections.abc import Collection
from typing import Any, Final

from stregistry.dates import parse_periods
from stregistry.errors import DomainError, NotFoundError
from stregistry.framework.parts import Target
from stregistry.measures import Check
from stregistry.places import place_map
from stregistry.text import Text

FORMS: Final = ("at_least", "above", "at_most", "below", "range", "within", "about", "maintain_above")
_PAIRS: Final = ("range", "within")
TARGET_KEYS: Final = (
    "from",
    "until",
    *FORMS,
    "of",
    "over",
    "base",
    "by",
    "every_year",
    "scope",
    "baseline",
    "out_of",
    "source",
    "article",
    "verified",
)
_YEARS: Final = {"low": 1900, "high": 2999}


def _year(check: Check, value: Any) -> int | None:
    return check.whole(value, **_YEARS)


def read_target(check: Check, row: dict[str, Any], sources: Collection[str]) -> Target | None:
    """A target of an indicator, or None when anything in it is wrong."""
    before = len(check.found)
    table = check.table(row, TARGET_KEYS, ("from",))
    start, end = check.maybe(table, "from", Check.day), check.maybe(table, "until", Check.day)
    if start and end and end <= start:
        check.at("until").refuse(f"{end} phải sau from = {start}.", f"{end} must be after from = {start}.")
    forms = [form for form in FORMS if form in table]
    if len(forms) != 1:
        listed = ", ".join(FORMS)
        check.refuse(f"phải có đúng một trong: {listed}.", f"must have exactly one of: {listed}.")
    values = _values(check.at(forms[0]), forms[0], table[forms[0]]) if len(forms) == 1 else ()
    kinds = ("value", "growth", "multiple")
    of = check.at("of").one_of(table.get("of", "value"), kinds, Text("đại lượng", "quantity"))
    over, base = check.maybe(table, "over", _span), check.maybe(table, "base", _year)
    for key, needed in (("over", "growth"), ("base", "multiple")):
        if (key in table) != (of == needed):
            check.at(key).refuse(
                f'đi cùng of = "{needed}" và chỉ với nó.', f'goes with of = "{needed}" and only with it.'
            )
    by = check.maybe(table, "by", _year)
    yearly = check.at("every_year").flag(table.get("every_year", False))
    if ("by" in table) == bool(yearly):
        check.refuse("phải có đúng một trong by, every_year = true.", "must have exactly one of by, every_year = true.")
    place, of_map = read_scope(check.at("scope"), table["scope"]) if "scope" in table else (None, None)
    baseline = check.maybe(table, "baseline", _baseline)
    out_of = check.maybe(table, "out_of", lambda at, v: at.whole(v, low=1))
    source = check.maybe(table, "source", lambda at, v: at.one_of(v, sources, Text("nguồn", "source")))
    article = check.maybe(table, "article", Check.both)
    sure = ("original", "quoted", "secondary")
    verified = check.maybe(table, "verified", lambda at, v: at.one_of(v, sure, Text("mức kiểm chứng", "verification")))
    if len(check.found) > before or start is None or of is None:
        return None
    return Target(
        start=start,
        end=end,
        form=forms[0],
        values=values,
        of=of,  # type: ignore[arg-type]  # one of the words above
        over=over,
        base=base,
        by=by,
        every_year=bool(yearly),
        place=place,
        map=of_map,
        baseline=baseline,
        out_of=out_of,
        source=source,
        article=article,
        verified=verified,  # type: ignore[arg-type]  # one of the words above
    )


def _values(check: Check, form: str, value: Any) -> tuple[float, ...]:
    if form not in _PAIRS:
        number = check.number(value)
        return () if number is None else (number,)
    if not isinstance(value, list) or len(value) != 2:
        check.refuse("phải là hai số [thấp, cao].", "must be two numbers [low, high].")
        return ()
    pair = [check.at(f"[{i}]").number(v) for i, v in enumerate(value)]
    low, high = pair
    if low is None or high is None:
        return ()
    if low >= high:
        check.refuse(f"{low} phải nhỏ hơn {high}.", f"{low} must be below {high}.")
    return low, high


def _span(check: Check, value: Any) -> tuple[int, int] | None:
    if not isinstance(value, list) or len(value) != 2:
        check.refuse("phải là hai năm [đầu, cuối].", "must be two years [first, last].")
        return None
    first, last = (_year(check.at(f"[{i}]"), v) for i, v in enumerate(value))
    if first is None or last is None:
        return None
    if first >= last:
        check.refuse("năm đầu phải trước năm cuối.", "the first year must be before the last.")
    return first, last


def read_scope(check: Check, value: Any) -> tuple[str | None, str | None]:
    """Place code and map; both None for the nation."""
    if value == "national":
        return None, None
    if isinstance(value, str):
        check.refuse('phải là "national" hoặc {place = …, map = …}.', 'must be "national" or {place = …, map = …}.')
        return None, None
    table = check.table(value, ("place", "map"), ("place", "map"))
    if len(table) != 2:
        return None, None
    code, name = check.at("place").text(table.get("place")), check.at("map").text(table.get("map"))
    if code is None or name is None:
        return None, None
    try:
        the_map = place_map(name)
        the_map.in_force(code, the_map.day, the_map.day)
    except NotFoundError as error:
        check.refuse(error.message.vi, error.message.en)
    return code, name


def _baseline(check: Check, value: Any) -> tuple[str, float] | None:
    table = check.table(value, ("period", "value"), ("period", "value"))
    if len(table) != 2:
        return None
    number = check.at("value").number(table.get("value"))
    try:
        written = str(table.get("period"))
        parse_periods(written)
        period = written
    except DomainError as error:
        check.at("period").refuse(error.message.vi, error.message.en)
        return None
    return None if number is None else (period, number)
