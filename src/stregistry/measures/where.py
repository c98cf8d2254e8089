"""Reading `where`: equalities, lists, ranges and `missing` on fields of a record and of its bodies. No expressions."""

import datetime as dt
from typing import Any

from stregistry.dates import parse_days
from stregistry.errors import DomainError
from stregistry.fields import Field
from stregistry.measures.check import Check
from stregistry.measures.offer import Offer, offer
from stregistry.measures.parts import BodyTest, Test, Where
from stregistry.text import Text
from stregistry.vocab import vocabulary

_FIELD = Text("trường", "field")
_RANGED = ("date", "integer", "vnd")
# A decimal is kept as text, which the database cannot compare as a number; a sum in another
# currency cannot be compared at all.
_ONLY_MISSING = ("decimal",)


def read_where(check: Check, kind: str, value: Any) -> Where:
    """The conditions written as a table, in a fixed order; everything wrong is noted in `check`."""
    offered = offer(kind)
    bodies = (*offered.refs, *offered.roles)
    table = check.table(value, (*_testable(offered), *offered.roles))
    found: list[Test | BodyTest] = []
    for key in sorted(table):
        inner = table[key]
        at = check.at(key)
        if key in bodies and isinstance(inner, dict) and not set(inner) & {"min", "max", "missing"}:
            found.extend(_body_test(at, key, inner))
        elif key in offered.roles:
            at.refuse(
                'là vai trò của một bên: hãy ghi điều kiện về tổ chức đó, ví dụ {kind = "university"}.',
                'is a party role: write conditions on its body, such as {kind = "university"}.',
            )
        elif key in offered.fields:
            found.extend(_test(at, key, offered.fields[key], inner))
    return tuple(found)


def _testable(offered: Offer) -> list[str]:
    return [name for name, field in offered.fields.items() if field.kind != "money"]


def _body_test(check: Check, owner: str, value: dict[str, Any]) -> list[BodyTest]:
    if not value:
        check.refuse("không có điều kiện nào; hãy bỏ khóa này.", "holds no condition; leave the key out.")
        return []
    offered = offer("organisation")
    table = check.table(value, _testable(offered))
    tests = [
        t for k in sorted(table) if k in offered.fields for t in _test(check.at(k), k, offered.fields[k], table[k])
    ]
    return [BodyTest(owner=owner, tests=tuple(tests))] if tests else []


def _test(check: Check, name: str, field: Field, value: Any) -> list[Test]:
    if isinstance(value, dict):
        return _range_or_missing(check, name, field, value)
    if field.kind in _ONLY_MISSING:
        check.refuse("chỉ dùng được {missing = true} hoặc {missing = false}.", "takes only {missing = true} or false.")
        return []
    items = value if isinstance(value, list) else [value]
    if not items:
        check.refuse(
            "là danh sách rỗng nên không hồ sơ nào được đếm; hãy ghi giá trị hoặc bỏ khóa này.",
            "is an empty list, which would count nothing; give values or leave the key out.",
        )
        return []
    if field.kind == "date":
        return _dates(check, name, items)
    values = [_value(check.at(f"[{i}]") if isinstance(value, list) else check, field, v) for i, v in enumerate(items)]
    known = sorted({v for v in values if v is not None}, key=str)
    return [Test(field=name, kind=field.kind, any_of=tuple(known))] if known else []


def _value(check: Check, field: Field, value: Any) -> str | int | None:
    if field.kind == "flag":
        flag = check.flag(value)
        return None if flag is None else int(flag)
    if field.kind in ("integer", "vnd", "ref"):
        return check.whole(value)
    text = check.text(value)
    if text is not None and field.vocabulary and text not in (known := vocabulary(field.vocabulary).codes):
        check.unknown(Text(f"mã của '{field.vocabulary}'", f"code of '{field.vocabulary}'"), text, known)
        return None
    return text


def _dates(check: Check, name: str, items: list[Any]) -> list[Test]:
    if len(items) > 1:
        check.refuse(
            "một ngày không ghi thành danh sách; hãy dùng {min = …, max = …}.",
            "cannot be a list; use {min = …, max = …}.",
        )
        return []
    days = _days(check, items[0])
    return [Test(field=name, kind="date", low=days[0], high=days[1])] if days else []


def _days(check: Check, value: Any) -> tuple[int, int] | None:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value.toordinal(), value.toordinal()
    try:
        return parse_days(value if isinstance(value, str) else repr(value))
    except DomainError as error:
        check.refuse(error.message.vi, error.message.en)
        return None


def _range_or_missing(check: Check, name: str, field: Field, value: dict[str, Any]) -> list[Test]:
    if not value:
        check.refuse("không có điều kiện nào; hãy bỏ khóa này.", "holds no condition; leave the key out.")
        return []
    table = check.table(value, ("min", "max", "missing"))
    if "missing" in table:
        missing = check.at("missing").flag(table["missing"])
        if len(table) > 1:
            check.refuse("'missing' phải đứng một mình.", "'missing' must stand alone.")
        return [] if missing is None else [Test(field=name, kind=field.kind, missing=missing)]
    if field.kind not in _RANGED:
        check.refuse(
            "không so được với min, max: chỉ ngày, số nguyên và số tiền mới có khoảng.",
            "cannot be compared with min and max: only dates, whole numbers and amounts have ranges.",
        )
        return []
    bounds: dict[str, int | None] = {}
    for index, key in enumerate(("min", "max")):
        at = check.at(key)
        if key not in table:
            bounds[key] = None
        elif field.kind == "date":
            days = _days(at, table[key])
            bounds[key] = days[index] if days else None
        else:
            bounds[key] = at.whole(table[key])
    low, high = bounds["min"], bounds["max"]
    if low is not None and high is not None and low > high:
        check.refuse("min lớn hơn max nên không hồ sơ nào được đếm.", "min is above max, which would count nothing.")
        return []
    return [Test(field=name, kind=field.kind, low=low, high=high)] if (low, high) != (None, None) else []
