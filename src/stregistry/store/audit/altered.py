"""Naming what was changed in a version whose content has another digest than the one it was stored with.

A digest tells that something differs, not what. So likely originals are tried - a field or the child
rows as in another version of the record, or in another altered version - and one whose digest is the
stored one is proof: that is what was changed, and what stood there.
"""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any, Final

import attrs

from stregistry.store.hashing import digests
from stregistry.store.layout import ChildLayout, Column, Layout, Row
from stregistry.text import Text
from stregistry.vocab import vocabulary

# How many altered versions of a kind are looked at closely.
CLOSELY: Final = 100
_TRIED: Final = 5000  # ways a column of the child rows may have been, at most


@attrs.frozen(kw_only=True)
class Content:
    """A version as it enters its digest: fields, and child rows in the order of the layout's children."""

    row: int
    id: int
    fields: Row
    children: tuple[tuple[Row, ...], ...]
    stored: bytes


def altered(plan: Layout, one: Content, others: Sequence[Content]) -> Text:
    """What was changed in a version, as exactly as it can be known.

    others: the versions it may have been mixed up with.
    """
    vi, en = f"Hồ sơ {one.id} ({plan.kind}), phiên bản {one.row}", f"Record {one.id} ({plan.kind}), version {one.row}"
    said = f"{vi}: nội dung đã bị sửa ngoài hệ thống", f"{en}: its content was altered outside the registry"
    for found, tried in _originals(plan, one, others):
        children = [tried.children] if plan.children else None
        if digests(plan, [tried.fields], children) == [one.stored]:
            return Text(f"{said[0]}: {found.vi}.", f"{said[1]}: {found.en}.")
    return Text(f"{said[0]}.", f"{said[1]}.")


def _originals(plan: Layout, one: Content, others: Sequence[Content]) -> Iterator[tuple[Text, Content]]:
    """What may have been done, with the version as it then was before."""
    yield from _children_as_they_were(plan, one, others)
    for i, column in enumerate(plan.columns):
        for value in _values(column, [o.fields[i] for o in others]):
            if value != one.fields[i]:
                yield _field(column, value), attrs.evolve(one, fields=_put(one.fields, i, value))
    for other in others:
        whose = Text(
            f"các trường là của phiên bản {other.row}", f"its fields were exchanged, those of version {other.row}"
        )
        yield whose, attrs.evolve(one, fields=other.fields)
        whole = Text(f"bị đổi chỗ với phiên bản {other.row}", f"it was exchanged with version {other.row}")
        yield whole, attrs.evolve(one, fields=other.fields, children=other.children)


def _field(column: Column, value: Any) -> Text:
    if column.personal:  # what stands here is only its seal
        return Text(f"trường '{column.name}'", f"the field '{column.name}'")
    if value is None:
        return Text(f"trường '{column.name}' vốn trống", f"the field '{column.name}', which was empty")
    return Text(f"trường '{column.name}' vốn là {value!r}", f"the field '{column.name}', which was {value!r}")


def _values(column: Column, seen: Sequence[Any]) -> list[Any]:
    """What a column may have held: nothing, what it holds elsewhere, any code of its vocabulary."""
    codes = vocabulary(column.field.vocabulary).codes if column.field.vocabulary else ()
    return list(dict.fromkeys([None, *seen, *codes]))


def _put(row: tuple[Any, ...], i: int, value: Any) -> tuple[Any, ...]:
    return (*row[:i], value, *row[i + 1 :])


def _children_as_they_were(plan: Layout, one: Content, others: Sequence[Content]) -> Iterator[tuple[Text, Content]]:
    for i, child in enumerate(plan.children):
        for what, rows in _groups(child, one.children[i], [o.children[i] for o in others]):
            yield what, attrs.evolve(one, children=_put(one.children, i, rows))


def _groups(
    child: ChildLayout, group: tuple[Row, ...], others: Sequence[tuple[Row, ...]]
) -> Iterator[tuple[Text, tuple[Row, ...]]]:
    """What the child rows may have been."""
    for n in range(len(group)):
        yield Text(f"một dòng {child.name} được thêm", f"a row of {child.name} was added"), group[:n] + group[n + 1 :]
    for n in range(len(group) - 1):
        turned = Text(f"thứ tự các dòng {child.name}", f"the order of its {child.name}")
        yield turned, (*group[:n], group[n + 1], group[n], *group[n + 2 :])
    changed = Text(f"các dòng {child.name}", f"its {child.name}")
    yield from ((changed, other) for other in others)
    for c, column in enumerate(child.columns):
        values = _values(column, [row[c] for row in itertools.chain(group, *others)])
        if len(values) ** len(group) <= _TRIED:
            vi, en = f"cột '{column.name}' của các dòng {child.name}", f"'{column.name}' of its {child.name}"
            for column_was in itertools.product(values, repeat=len(group)):
                yield Text(vi, en), tuple(_put(row, c, value) for row, value in zip(group, column_was, strict=True))
