"""What a measure is made of: sources, parts and conditions, all hashable, so that equal ones are computed once."""

from typing import Literal

import attrs

When = Literal["flow", "stock"]
Follow = Literal["predecessors"]


@attrs.frozen(kw_only=True, cache_hash=True)
class Source:
    """Which records are looked at, when and where each is counted. Parts with one source share one scan.

    kind: a kind of record.
    when: flow (dated inside the period) or stock (holding on the last day of the period).
    on: the date field that a flow goes by, and that the stock of an event starts with.
    place: the record's own place field, a field that refers to a body, or a party role.
    follow: predecessors: a body that another has taken the place of is counted as that one.
    """

    kind: str
    when: When
    on: str
    place: str
    follow: Follow | None = None


@attrs.frozen(kw_only=True, cache_hash=True)
class Test:
    """One condition on one field: `any_of` values, or a range, or being missing.

    kind: the kind of the field (code, codes, date, vnd, …), which decides how it is compared.
    any_of: the field is one of these (a codes field: holds one of these).
    low, high: inclusive bounds; None is no bound. Dates are day numbers everywhere.
    missing: True: the field must be empty; False: it must not.
    """

    field: str
    kind: str
    any_of: tuple[str | int, ...] = ()
    low: int | None = None
    high: int | None = None
    missing: bool | None = None


@attrs.frozen(kw_only=True, cache_hash=True)
class BodyTest:
    """Conditions on a body of the record: one that a field refers to, or some party of a role.

    All tests must hold of one and the same body, as it was on the day the record is counted.
    """

    owner: str
    tests: tuple[Test, ...]


Where = tuple[Test | BodyTest, ...]


@attrs.frozen(kw_only=True, cache_hash=True)
class Part:
    """A number to be taken from a source for each unit and period.

    of: count (records, or with `field` the records that have it) or sum (of `field`).
    by: a field; then the number is taken for each of its values apart.
    """

    source: Source
    of: Literal["count", "sum"]
    field: str | None = None
    where: Where = ()
    by: str | None = None
