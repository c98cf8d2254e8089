"""Changes as rows to print; personal fields are left out."""

from typing import TYPE_CHECKING, Any

from stregistry.cli.rows import HISTORY_HEADERS, changed_text, record_document
from stregistry.dates import show_day
from stregistry.text import Text

if TYPE_CHECKING:
    from stregistry.store.feed import Change

CHANGE_HEADERS = {
    "cursor": Text("Vị trí", "Cursor"),
    "changeset": HISTORY_HEADERS["changeset"],
    "instant": HISTORY_HEADERS["instant"],
    "actor": HISTORY_HEADERS["actor"],
    "reason": HISTORY_HEADERS["reason"],
    "kind": Text("Loại hồ sơ", "Kind"),
    "id": Text("Mã số", "Id"),
    "what": Text("Thay đổi", "What"),
    "valid_from": HISTORY_HEADERS["valid_from"],
    "valid_to": HISTORY_HEADERS["valid_to"],
    "fields": Text("Trường", "Fields"),
    "changed": HISTORY_HEADERS["changed"],
}
# The order of a table for reading, whose last columns may find no room: what happened to what comes first.
FOR_READING = {
    name: CHANGE_HEADERS[name]
    for name in (
        *("cursor", "what", "kind", "id", "changed", "actor", "reason", "instant"),
        *("valid_from", "valid_to", "fields", "changeset"),
    )
}
# Only where a cell can hold a whole record: JSON.
WHOLE_RECORDS = {"before": Text("Trước", "Before"), "after": Text("Sau", "After")}


def change_row(change: "Change", *, nested: bool) -> dict[str, Any]:
    """A change as one row. nested: the record before and after it as JSON; else only what differs, as text."""
    row = {
        "cursor": change.cursor,
        "changeset": change.changeset,
        "instant": change.instant[:19] + "Z",
        "actor": change.actor,
        "reason": change.reason,
        "kind": change.kind,
        "id": change.id,
        "what": change.what,
        "valid_from": show_day(change.valid_from) or None if change.valid_from is not None else None,
        "valid_to": show_day(change.valid_to) or None if change.valid_to is not None else None,
        "fields": ";".join(change.fields) or None,
        "changed": changed_text(change.before, change.after) or None,
    }
    if nested:
        row["before"] = record_document(change.before)["fields"] if change.before else None
        row["after"] = record_document(change.after)["fields"] if change.after else None
    return row
