"""From when to when a record holds: by its own dates, by what is stated, and after its dates were changed."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import attrs

from stregistry.dates import ALWAYS, FOREVER, PartialDate, day, show_day
from stregistry.errors import DomainError, NotFoundError
from stregistry.model import About, Certificate, Record
from stregistry.text import Text

DayLike = dt.date | str | int
T = TypeVar("T")


def span_of(record: Record) -> tuple[int, int]:
    """The days a state holds when nothing else is said: from its start field to its earliest end field.

    An unknown start is ALWAYS, an unknown end FOREVER; the end day itself is outside. Where only a
    month or year is known its first day counts; for an end in the month or year of the start, its last.
    """
    certificate = getattr(record, "certificate", None)

    def value(name: str) -> PartialDate | None:
        owner = certificate if isinstance(certificate, Certificate) and hasattr(certificate, name) else record
        found = getattr(owner, name, None)
        return found if isinstance(found, PartialDate) else None

    start_name, end_names = record.about.span
    start = value(start_name)
    first = start.first.toordinal() if start else ALWAYS
    dates = [(v.first.toordinal(), v.last.toordinal()) for v in map(value, end_names) if v]
    ends = [low if low > first else high for low, high in dates]
    return first, min(ends) if ends else FOREVER


def own_interval(record: Record, valid_from: DayLike | None, valid_to: DayLike | None) -> tuple[int, int]:
    """The days a record is stated for: those given, and where one is not given its own.

    Raises DomainError for an empty interval, or an interval given for an event.
    """
    if not record.about.state:
        return bounds(record.about, valid_from, valid_to)
    own_start, own_end = span_of(record)
    if valid_from is None and valid_to is None:
        start, end = own_start, own_end
    else:
        start = own_start if valid_from is None else day(valid_from)
        end = (own_end if own_end > start else FOREVER) if valid_to is None else day(valid_to)
    if start >= end:
        raise empty_interval(start, end)
    return start, end


def bounds(about: About, valid_from: DayLike | None, valid_to: DayLike | None) -> tuple[int, int]:
    """The days given, open where none is given. Raises DomainError for an interval given for an event."""
    if not about.state and not (valid_from is None and valid_to is None):
        raise DomainError(
            Text(
                f"'{about.kind}' là sự kiện, tự mang ngày của mình; không ghi valid_from hay valid_to.",
                f"'{about.kind}' is an event and carries its own dates; it takes no valid_from or valid_to.",
            )
        )
    return ALWAYS if valid_from is None else day(valid_from), FOREVER if valid_to is None else day(valid_to)


def empty_interval(start: int, end: int) -> DomainError:
    """The error for an interval that ends before it starts."""
    return DomainError(
        Text(
            f"Khoảng thời gian rỗng: từ {show_day(start)} đến trước {show_day(end)}; ngày đầu phải trước ngày cuối.",
            f"The interval from {show_day(start)} to before {show_day(end)} is empty; it must start before it ends.",
        )
    )


def amended(record: Record, changes: Mapping[str, Any]) -> Record:
    """The record with some fields changed; fields of a certificate go by their own name.

    Raises NotFoundError for a field it does not have, with the nearest.
    """
    own = {a.name for a in attrs.fields(type(record))} - {"id", "certificate"}
    inner = {a.name for a in attrs.fields(Certificate)} if hasattr(record, "certificate") else set()
    unknown = [name for name in changes if name not in own and name not in inner]
    if unknown:
        kind, name = record.about.kind, unknown[0]
        sentence = Text(f"'{kind}' không có trường '{name}'", f"'{kind}' has no field '{name}'")
        raise NotFoundError.unknown(sentence, name, sorted(own | inner))
    direct = {name: value for name, value in changes.items() if name in own}
    below = {name: value for name, value in changes.items() if name not in own}
    if below:
        direct["certificate"] = attrs.evolve(getattr(record, "certificate", None) or Certificate(), **below)
    return attrs.evolve(record, **direct)


def bounds_life(cls: type[Record], changes: Mapping[str, Any]) -> bool:
    """Whether a changed date is one that bounds the life of such a record."""
    start, ends = cls.about.span
    return bool({start, *ends} & set(changes))


def fit_life(versions: list[tuple[Record, int, int]], changes: Mapping[str, Any]) -> list[tuple[Record, int, int]]:
    """The versions cut or stretched at the ends that the changed dates bound."""
    newest = versions[-1][0]
    start, end = span_of(newest)
    if newest.about.span[0] not in changes:
        start = versions[0][1]
    if not set(newest.about.span[1]) & set(changes):
        end = versions[-1][2]
    if start >= end:
        raise empty_interval(start, end)
    return stretched(versions, start, end)


def stretched(versions: Sequence[tuple[T, int, int]], start: int, end: int) -> list[tuple[T, int, int]]:
    """Versions in order of time, cut or stretched at both ends so that they hold from `start` to `end`."""
    inside = [(v, s, e) for v, s, e in versions if s < end and e > start] or [(versions[-1][0], start, end)]
    inside[0] = (inside[0][0], start, inside[0][2])
    inside[-1] = (inside[-1][0], inside[-1][1], end)
    return inside
