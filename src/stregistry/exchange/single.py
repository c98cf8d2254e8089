"""One record changed by hand: `FIELD=VALUE` read by the same rules as a cell of a file."""

from collections.abc import Sequence
from typing import Any

import attrs

from stregistry.errors import Issue, NotFoundError, RecordError
from stregistry.exchange.columns import import_plan
from stregistry.exchange.content import Content, parse_sheet
from stregistry.exchange.headers import Header, read_header
from stregistry.exchange.issues import Problems
from stregistry.exchange.known import Directory
from stregistry.exchange.mentions import resolve_mentions
from stregistry.exchange.sheet import Sheet
from stregistry.fields import fields_of
from stregistry.model import Record
from stregistry.store.changeset import Changeset
from stregistry.store.layout import layout
from stregistry.text import Text


def read_changes(
    tx: Changeset, kind: str, record_id: int, pairs: Sequence[tuple[str, str]], source_id: str = "default"
) -> tuple[dict[str, Any], tuple[Issue, ...]]:
    """The changes as `Changeset.amend` takes them, and the warnings. An empty value clears the field.

    Raises NotFoundError for an unknown record or field, RecordError for a value that cannot be read.
    """
    plan = import_plan(kind)
    record = tx.records(kind, [record_id]).get(record_id)
    if record is None:
        raise NotFoundError(
            Text(
                f"Không có hồ sơ '{kind}' số {record_id}.", f"There is no record of kind '{kind}' with id {record_id}."
            ),
            id=record_id,
        )
    headers = [_header(kind, position, name) for position, (name, _) in enumerate(pairs)]
    problems = Problems("set")
    problems.lines = (1,)
    sheet = Sheet(
        file="set",
        sheet=None,
        sha256="",
        header=tuple(name for name, _ in pairs),
        columns=[(value,) for _, value in pairs],
        lines=(1,),
    )
    parsed = parse_sheet(sheet, plan, headers, problems)
    content = resolve_mentions(parsed.record, [0], Directory(tx=tx, source_id=source_id), problems)
    # There is no file and no row to point to, only the field.
    found = tuple(attrs.evolve(issue, file=None, row=None) for issue in problems.issues())
    wrong = [issue for issue in found if issue.level == "error"]
    if wrong:
        message = Text("Giá trị không hợp lệ; chưa sửa gì.", "A value is not valid; nothing was changed.")
        raise RecordError(message, wrong)
    changed = _changed(record, content)
    return {header.column.field.name: _value(changed, header) for header in headers}, found


def _header(kind: str, position: int, name: str) -> Header:
    plan = import_plan(kind)
    header = read_header(plan, position, name)
    if header is None or header.column.body or header.column.target is None:
        own = [c.id for c in plan.columns if not c.body and c.target is not None]
        sentence = Text(f"'{kind}' không có trường '{name}'", f"'{kind}' has no field '{name}'")
        raise NotFoundError.unknown(sentence, name, own, field=name)
    return header


def _changed(record: Record, content: Content) -> Record:
    """The record with the given columns replaced; names, identifiers and parties not spoken of stay."""
    plan = layout(type(record))
    row, below = plan.encode(record)
    values, children = list(row), list(below)
    for column, (value,) in content.columns.items():
        values[plan.at[column]] = value
    for j, child in enumerate(plan.children):
        spoken = [[(child.at[k], v) for k, v in fixed.items()] for fixed in content.said_of.get(child.name, ())]
        if not spoken:
            continue
        kept = (item for item in children[j] if not any(all(item[at] == v for at, v in marks) for marks in spoken))
        added = (item for slot in content.slots.get(child.name, ()) for item in slot[0])
        children[j] = (*added, *kept)
    return plan.decode(tuple(values), children, record.id)


def _value(changed: Record, header: Header) -> Any:
    """The value of the header's field, which may stand in a part (the certificate)."""
    field = header.column.field
    for info in fields_of(type(changed)):
        if info.kind == "part" and info.of is not None and field in fields_of(info.of):
            return getattr(getattr(changed, info.name), field.name, None)
    return getattr(changed, field.name)
