"""Reading obligations: whom a dated rule binds, when it is due, and what says that it was done."""

import datetime as dt
import re
from collections.abc import Collection
from typing import Any, Final

from stregistry.framework.parts import Obligation
from stregistry.framework.targets import read_scope
from stregistry.measures import Check
from stregistry.measures.offer import Offer, offer
from stregistry.measures.parts import Where
from stregistry.measures.where import read_where
from stregistry.model import KINDS
from stregistry.text import Text
from stregistry.vocab import vocabulary

OBLIGATION_KEYS: Final = (
    "id",
    "name",
    "of",
    "where",
    "scope",
    "owed_by",
    "due",
    "done",
    "of_year",
    "in_force",
    "until",
    "check_law",
    "responsible",
    "note",
    "source",
    "article",
)
ONCE: Final = ("days", "months", "years")
DUE_STEPS: Final = (*ONCE, "every_years")
# A report on a year is due in it or in one of the next; nobody reports on years to come but plans do.
_OF_YEAR: Final = {"low": -5, "high": 1}


def read_obligation(check: Check, row: dict[str, Any], sources: Collection[str]) -> Obligation | None:
    """An obligation, or None when anything in it is wrong."""
    before = len(check.found)
    table = check.table(row, OBLIGATION_KEYS, ("id", "name", "of", "due", "in_force"))
    name = table.get("id")
    if "id" in table and not (isinstance(name, str) and re.fullmatch(r"[A-Za-z0-9_-]+", name)):
        check.at("id").refuse(f"{name!r} không hợp lệ.", f"{name!r} is not valid: use letters, digits, - and _.")
    title = check.maybe(table, "name", Check.both)
    kind = check.maybe(table, "of", lambda at, v: at.one_of(v, KINDS, Text("loại hồ sơ", "kind of record")))
    binds: tuple[Where, ...] = ()
    due: dict[str, Any] = {}
    done: str | None = None
    form: str | None = None
    owner: tuple[str, ...] = ()
    named: str | None = None
    if kind is not None:
        offered = offer(kind)
        binds = _binds(check.at("where"), kind, table["where"]) if "where" in table else ()
        due = _due(check.at("due"), offered, table["due"]) if "due" in table else {}
        done, form = _done(check.at("done"), offered, table["done"]) if "done" in table else (None, None)
        owner, named = _owed_by(check.at("owed_by"), kind, offered, table.get("owed_by"), reports=form is not None)
        if "yearly" in due and form is None:
            check.at("done").refuse(
                'còn thiếu: nghĩa vụ hằng năm cần {submission = "…"}.',
                'is missing: a yearly duty is answered by {submission = "…"}.',
            )
    place, of_map = read_scope(check.at("scope"), table["scope"]) if "scope" in table else (None, None)
    of_year = check.maybe(table, "of_year", lambda at, v: at.whole(v, **_OF_YEAR))
    if "of_year" in table and "yearly" not in due:
        check.at("of_year").refuse("chỉ dùng với due = {yearly = …}.", "goes with due = {yearly = …} only.")
    start, end = check.maybe(table, "in_force", Check.day), check.maybe(table, "until", Check.day)
    if start and end and end <= start:
        check.at("until").refuse(f"{end} phải sau in_force = {start}.", f"{end} must be after in_force = {start}.")
    changed = check.maybe(table, "check_law", Check.day)
    responsible, note = check.maybe(table, "responsible", Check.both), check.maybe(table, "note", Check.both)
    source = check.maybe(table, "source", lambda at, v: at.one_of(v, sources, Text("nguồn", "source")))
    article = check.maybe(table, "article", Check.both)
    if len(check.found) > before or title is None or kind is None or start is None:
        return None
    return Obligation(
        id=str(name),
        name=title,
        of=kind,
        where=table.get("where", {}),
        binds=binds,
        place=place,
        map=of_map,
        owed_by=owner,
        owed_by_name=named,
        due=due,
        done=done,
        submission=form,
        of_year=of_year or 0,
        in_force=start,
        until=end,
        check_law=changed,
        responsible=responsible,
        note=note,
        source=source,
        article=article,
    )


def _binds(check: Check, kind: str, value: Any) -> tuple[Where, ...]:
    """The conditions of `where`: one table, or a list of which any binds."""
    if not isinstance(value, list):
        return (read_where(check, kind, value),)
    if not value:
        check.refuse("là danh sách rỗng; hãy bỏ khóa này.", "is an empty list; leave the key out.")
    return tuple(read_where(check.at(f"[{i}]"), kind, one) for i, one in enumerate(value))


def _owed_by(
    check: Check, kind: str, offered: Offer, value: Any, *, reports: bool
) -> tuple[tuple[str, ...], str | None]:
    """The fields or party roles that say who owes it, or the name of the one organisation that does."""
    if isinstance(value, dict):
        table = check.table(value, ("name",), ("name",))
        return (), check.at("name").text(table["name"]) if "name" in table else None
    known = (*offered.refs, *offered.roles)
    if value is not None:
        what = Text("tổ chức của hồ sơ", "body of the record")
        named = [check.one_of(one, known, what) for one in (value if isinstance(value, list) else [value])]
        return tuple(one for one in named if one), None
    own = "organisation" if "organisation" in offered.refs else offered.about.place
    if own in known:
        return (own,), None
    if reports and kind != "organisation":
        check.refuse("còn thiếu: ai nộp báo cáo.", "is missing: who hands the report in.")
    return (), None


def _due(check: Check, offered: Offer, value: Any) -> dict[str, Any]:
    table = check.table(value, ("on", "after", *DUE_STEPS, "yearly"))
    if "yearly" in table:
        if len(table) > 1:
            check.refuse("yearly phải đứng một mình.", "yearly must stand alone.")
        day = table["yearly"]
        try:
            # A leap year, so that 29 February can be said.
            dt.date.fromisoformat(f"2024-{day}")
        except ValueError:
            check.at("yearly").refuse("phải là tháng-ngày, ví dụ 12-15.", "must be month-day, such as 12-15.")
        return table
    steps = [step for step in DUE_STEPS if step in table]
    if "on" in table:
        check.at("on").one_of(table["on"], offered.dates, Text("trường ngày", "date field"))
    if "on" in table and not steps and "after" not in table:
        return table
    if "after" not in table or len(steps) != 1 or ("on" in table and "every_years" in steps):
        listed = ", ".join(DUE_STEPS)
        check.refuse(
            f'phải là {{yearly = "12-15"}}, {{on = …}} hoặc {{after = …}} với đúng một trong: {listed}.',
            f'must be {{yearly = "12-15"}}, {{on = …}} or {{after = …}} with exactly one of: {listed}.',
        )
        return table
    after = table["after"]
    fields = after if isinstance(after, list) else [after]
    if not fields:
        check.at("after").refuse("là danh sách rỗng.", "is an empty list.")
    for name in fields:
        check.at("after").one_of(name, offered.dates, Text("trường ngày", "date field"))
    check.at(steps[0]).whole(table[steps[0]], low=1)
    return table


def _done(check: Check, offered: Offer, value: Any) -> tuple[str | None, str | None]:
    if isinstance(value, dict):
        table = check.table(value, ("submission",), ("submission",))
        forms, written = vocabulary("report_form"), table.get("submission")
        form = forms.find(written) if isinstance(written, str) else None
        if form is None and "submission" in table:
            official = [term.official_code or term.code for term in forms.terms]
            check.at("submission").unknown(Text("biểu mẫu", "report form"), written, official)
        return None, form
    return check.one_of(value, offered.dates, Text("trường ngày", "date field")), None
