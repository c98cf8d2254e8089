"""The counting rules. Each is a function: parameters of an indicator in, a description of what to compute out.

A rule runs nothing. To add one, write its function and give it a row in `MEASURES`; what a
framework file may say in `params` is the function's own signature.
"""

import inspect
from collections.abc import Callable
from typing import Any, Final

import attrs

from stregistry.measures.bodies import touched
from stregistry.measures.check import Check
from stregistry.measures.offer import offer
from stregistry.measures.parts import Follow, Part, Source, When
from stregistry.measures.where import read_where
from stregistry.model import KINDS
from stregistry.text import Text


@attrs.frozen(kw_only=True)
class Tally:
    """A number taken from records: `top`, or `top` divided by `bottom`.

    counted: the records the figure rests on. met: every record that meets the conditions; those
    not counted lack the field that is summed.
    Nobody to count is 0; nothing to divide by is missing.
    """

    top: Part
    bottom: Part | None = None
    counted: Part
    met: Part

    @property
    def parts(self) -> tuple[Part, ...]:
        return (self.top, *((self.bottom,) if self.bottom else ()), self.counted, self.met)

    @property
    def labelled(self) -> dict[str, Part]:
        """The parts whose records explain the figure."""
        return {"value": self.top} if self.bottom is None else {"top": self.top, "bottom": self.bottom}


@attrs.frozen(kw_only=True)
class Distinct:
    """How many different values the records have in the field `part.by`."""

    part: Part

    @property
    def parts(self) -> tuple[Part, ...]:
        return (self.part,)


@attrs.frozen(kw_only=True)
class Ratio:
    """One indicator divided by another; both ids are of the same framework."""

    top: str
    bottom: str


@attrs.frozen(kw_only=True)
class Growth:
    """How much an indicator grew over `lag` periods, as a fraction: x / x_before - 1.

    same_period: go back whole years instead, to the same part of each.
    """

    indicator: str
    lag: int
    same_period: bool


@attrs.frozen(kw_only=True)
class Series:
    """An observation of a series, on one basis (None: whichever it has)."""

    series: str
    basis: str | None


Rule = Tally | Distinct | Ratio | Growth | Series

_KIND = Text("loại hồ sơ", "kind of record")
_AMOUNTS: Final = ("vnd", "integer")
_COUNTABLE: Final = ("text", "code", "codes", "place", "ref", "flag")


def count(
    check: Check,
    *,
    of: str,
    when: str | None = None,
    on: str | None = None,
    place: str | None = None,
    where: Any = None,
    follow: str | None = None,
) -> Rule | None:
    """How many records."""
    source = _source(check, of, when, on, place, follow)
    if source is None:
        return None
    part = Part(source=source, of="count", where=_where(check, source, where))
    return Tally(top=part, counted=part, met=part)


def total(
    check: Check,
    *,
    of: str,
    field: str,
    when: str | None = None,
    on: str | None = None,
    place: str | None = None,
    where: Any = None,
    follow: str | None = None,
) -> Rule | None:
    """The sum of an amount over the records that have one."""
    source = _source(check, of, when, on, place, follow)
    amount = _field(check, of, field, _AMOUNTS)
    if source is None or amount is None:
        return None
    met = Part(source=source, of="count", where=_where(check, source, where))
    return Tally(top=attrs.evolve(met, of="sum", field=amount), counted=attrs.evolve(met, field=amount), met=met)


def mean(
    check: Check,
    *,
    of: str,
    field: str,
    when: str | None = None,
    on: str | None = None,
    place: str | None = None,
    where: Any = None,
    follow: str | None = None,
) -> Rule | None:
    """The mean of an amount over the records that have one."""
    summed = total(check, of=of, field=field, when=when, on=on, place=place, where=where, follow=follow)
    return attrs.evolve(summed, bottom=summed.counted) if isinstance(summed, Tally) else None


def distinct(
    check: Check,
    *,
    of: str,
    field: str,
    when: str | None = None,
    on: str | None = None,
    place: str | None = None,
    where: Any = None,
    follow: str | None = None,
) -> Rule | None:
    """How many different values of a field; of a field with several codes each code counts."""
    source = _source(check, of, when, on, place, follow)
    name = _field(check, of, field, _COUNTABLE)
    if source is None or name is None:
        return None
    return Distinct(part=Part(source=source, of="count", where=_where(check, source, where), by=name))


def share(
    check: Check,
    *,
    of: str,
    where: Any,
    among: Any = None,
    field: str | None = None,
    when: str | None = None,
    on: str | None = None,
    place: str | None = None,
    follow: str | None = None,
) -> Rule | None:
    """The records that meet `where` and `among`, as a fraction of those that meet `among`.

    field: take the share of the sum of that amount instead of the number of records.
    """
    source = _source(check, of, when, on, place, follow)
    amount = _field(check, of, field, _AMOUNTS) if field is not None else None
    if source is None or (field is not None and amount is None):
        return None
    all_of = _where(check, source, among, "among")
    met = Part(source=source, of="count", where=all_of)
    picked = attrs.evolve(met, where=_both(all_of, _where(check, source, where)))
    if amount is None:
        return Tally(top=picked, bottom=met, counted=met, met=met)
    return Tally(
        top=attrs.evolve(picked, of="sum", field=amount),
        bottom=attrs.evolve(met, of="sum", field=amount),
        counted=attrs.evolve(met, field=amount),
        met=met,
    )


def ratio(check: Check, *, top: str, bottom: str) -> Rule | None:
    """One indicator divided by another."""
    ids = check.at("top").text(top), check.at("bottom").text(bottom)
    return Ratio(top=ids[0], bottom=ids[1]) if ids[0] and ids[1] else None


def growth(check: Check, *, indicator: str, lag: int = 1, same_period: bool = False) -> Rule | None:
    """The growth of an indicator over `lag` periods, or over `lag` years to the same part of the year."""
    name = check.at("indicator").text(indicator)
    steps = check.at("lag").whole(lag, low=1)
    same = check.at("same_period").flag(same_period)
    return Growth(indicator=name, lag=steps, same_period=same) if name and steps and same is not None else None


def series(check: Check, *, series: str, basis: str | None = None) -> Rule | None:
    """A statistic that was observed, not counted here."""
    name = check.at("series").text(series)
    on = read_basis(check.at("basis"), basis)
    return Series(series=name, basis=on) if name and (on or basis is None) else None


MEASURES: Final[dict[str, Callable[..., Rule | None]]] = {
    "count": count,
    "sum": total,
    "mean": mean,
    "distinct": distinct,
    "share": share,
    "ratio": ratio,
    "growth": growth,
    "series": series,
}


def read_rule(check: Check, measure: str, params: Any) -> Rule | None:
    """The rule of a measure with its parameters, or None when anything is wrong (noted in `check`)."""
    function = MEASURES[measure]
    signature = list(inspect.signature(function).parameters.values())[1:]
    known = [p.name for p in signature]
    required = [p.name for p in signature if p.default is inspect.Parameter.empty]
    before = len(check.found)
    table = check.table(params, known, required)
    if len(check.found) > before:
        # Go on with what is right, so that a wrong condition is reported in the same run.
        table = {k: v for k, v in table.items() if k in known}
        if any(name not in table for name in required):
            return None
    rule = function(check, **table)
    if isinstance(rule, (Tally, Distinct)) and not any(p.source.follow is None or touched(p) for p in rule.parts):
        check.at("follow").refuse(
            "không có tác dụng: cách tính này không xét tổ chức nào ngoài bản thân hồ sơ.",
            "has no use: this measure looks at no body beside the record itself.",
        )
    return rule if len(check.found) == before else None


def read_basis(check: Check, value: Any) -> str | None:
    """A code of the vocabulary statistic_basis, or None (and a problem when it was something else)."""
    from stregistry.vocab import vocabulary

    if value is None:
        return None
    return check.one_of(value, vocabulary("statistic_basis").codes, Text("cơ sở số liệu", "basis"))


def read_breakdown(check: Check, rule: Rule, value: Any) -> tuple[str, ...]:
    """The fields a figure is also shown by, each a field of the counted kind."""
    if not isinstance(value, list) or not value:
        check.refuse("phải là danh sách trường, không rỗng.", "must be a list of fields, not empty.")
        return ()
    if not isinstance(rule, Tally):
        check.refuse(
            "chỉ dùng được với cách tính đếm hồ sơ: count, sum, mean, share.",
            "works only for measures that count records: count, sum, mean, share.",
        )
        return ()
    kind = rule.top.source.kind
    names = [_field(check.at(f"[{i}]"), kind, v, _COUNTABLE, key=None) for i, v in enumerate(value)]
    return tuple(dict.fromkeys(n for n in names if n))


def _source(check: Check, of: Any, when: Any, on: Any, place: Any, follow: Any) -> Source | None:
    kind = check.at("of").one_of(of, KINDS, _KIND)
    if kind is None:
        return None
    offered = offer(kind)
    about = offered.about
    sort: str | None = "stock" if about.state else "flow"
    if when is not None:
        sort = check.at("when").one_of(when, ("flow", "stock"), Text("cách tính", "way to count"))
    day: str | None = about.on
    if on is not None:
        day = check.at("on").one_of(on, offered.dates, Text("trường ngày", "date field"))
        if day and about.state and sort == "stock" and day != about.on:
            check.at("on").refuse(
                'không dùng với when = "stock": số hiện có tính theo thời gian hiệu lực của hồ sơ.',
                'has no use with when = "stock": a stock goes by the days the record holds.',
            )
    where = about.place
    if place is not None:
        where = (
            check.at("place").one_of(place, offered.places, Text("cách xác định địa bàn", "way to tell the place"))
            or ""
        )
    if not sort or not day or not where:
        return None
    when_: When = "stock" if sort == "stock" else "flow"
    own = about.on if when_ == "stock" and about.state else day
    heirs: Follow | None = None
    if follow is not None:
        heirs = "predecessors"
        if (
            check.at("follow").one_of(follow, ("predecessors",), Text("cách tính các tổ chức", "way to count bodies"))
            is None
        ):
            return None
    return Source(kind=kind, when=when_, on=own, place=where, follow=heirs)


def _where(check: Check, source: Source, value: Any, key: str = "where") -> Any:
    if value is None:
        return ()
    at = check.at(key)
    if value == {}:
        at.refuse("không có điều kiện nào; hãy bỏ khóa này.", "holds no condition; leave the key out.")
        return ()
    tests = read_where(at, source.kind, value)
    offered = offer(source.kind)
    for test in tests:
        owner = getattr(test, "owner", None)
        if offered.about.state and owner in offered.refs and owner != source.place:
            at.at(owner).refuse(f'chỉ dùng được khi place = "{owner}".', f'can be used only with place = "{owner}".')
    return tests


def _both(first: Any, second: Any) -> Any:
    return (*first, *(test for test in second if test not in first))


def _field(check: Check, of: Any, name: Any, kinds: tuple[str, ...], key: str | None = "field") -> str | None:
    if of not in KINDS:
        return None
    at = check.at(key) if key else check
    fields = offer(of).fields
    suited = [n for n, f in fields.items() if f.kind in kinds]
    if isinstance(name, str) and name in fields and name not in suited:
        listed = ", ".join(suited)
        at.refuse(
            f"'{name}' thuộc loại {fields[name].kind}, không dùng được ở đây; dùng được: {listed}.",
            f"'{name}' is a {fields[name].kind} field and does not serve here; these do: {listed}.",
        )
        return None
    return at.one_of(name, suited, Text("trường", "field"))
