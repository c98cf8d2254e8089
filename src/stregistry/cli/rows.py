"""Records and histories as rows to print. Labels come from the model."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import attrs

from stregistry.cli.lineagerows import lineage_rows
from stregistry.dates import PartialDate, day, show_day
from stregistry.exchange.listed import cells_of
from stregistry.fields import Field, Money, fields_of
from stregistry.model import Organisation, Record
from stregistry.places import label as place_label
from stregistry.store.history import HistoryEntry
from stregistry.text import Text
from stregistry.vocab import vocabulary

if TYPE_CHECKING:
    from stregistry.store import Store, View
    from stregistry.store.audit import AuditReport
    from stregistry.store.search import Found

Written = Callable[[PartialDate, str], str]

FIELD_HEADERS = {
    "field": Text("Trường", "Field"),
    "value": Text("Giá trị", "Value"),
    "from": Text("Từ hồ sơ", "From record"),
}
# In a narrow terminal the last go first: who, why, what and from where must stay.
HISTORY_HEADERS = {
    "changeset": Text("Đợt cập nhật", "Changeset"),
    "instant": Text("Thời điểm ghi nhận (UTC)", "Known from (UTC)"),
    "actor": Text("Người ghi", "Actor"),
    "reason": Text("Lý do", "Reason"),
    "changed": Text("Nội dung thay đổi", "Changed"),
    "file": Text("Tệp", "File"),
    "row": Text("Dòng", "Row"),
    "valid_from": Text("Hiệu lực từ", "Valid from"),
    "valid_to": Text("Hiệu lực đến trước", "Valid to"),
    "until": Text("Hết ghi nhận từ đợt", "Known until changeset"),
    "sheet": Text("Trang", "Sheet"),
    "sha256": Text("SHA-256 của tệp", "SHA-256 of the file"),
}

FOUND_HEADERS = {
    "id": Text("Mã số", "Id"),
    "name": Text("Tên", "Name"),
    "found_by": Text("Tìm thấy theo", "Found by"),
    "value": Text("Giá trị trùng khớp", "Matched"),
}
_FOUND_BY = {"name": Text("Tên", "Name"), "certificate": Text("Số giấy chứng nhận", "Certificate number")}

AUDIT_HEADERS = {
    "ok": Text("Toàn vẹn", "Intact"),
    "changesets": Text("Số đợt cập nhật", "Changesets"),
    "versions": Text("Số phiên bản", "Versions"),
    "changeset": Text("Đợt mới nhất", "Latest changeset"),
    "hash": Text("Mã băm", "Hash"),
    "problems": Text("Số vấn đề", "Problems"),
}


def found_rows(found: "Sequence[Found]") -> list[dict[str, Any]]:
    """What a search found, one row a body, in its order."""
    return [{"id": f.id, "name": f.name, "found_by": f.by, "value": f.value} for f in found]


def found_by(code: str, lang: str) -> str:
    """The label of what a body was found by: its name, a certificate, or the scheme of an identifier."""
    return _FOUND_BY[code][lang] if code in _FOUND_BY else vocabulary("identifier_scheme").label(code, lang)


def audit_rows(report: "AuditReport") -> list[dict[str, Any]]:
    """The result of an audit as one row."""
    number, digest = report.head
    return [
        {
            "ok": report.ok,
            "changesets": report.changesets,
            "versions": report.versions,
            "changeset": number,
            "hash": digest,
            "problems": len(report.problems),
        }
    ]


def record_document(record: Record) -> dict[str, Any]:
    """A record as JSON, in the form of its schema; personal fields are left out."""

    def plain(owner: Any) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for info in fields_of(type(owner)):
            value = getattr(owner, info.name)
            if value in (None, ()) or info.personal:
                continue
            if info.kind == "children":
                found[info.name] = [plain(item) for item in value]
            elif info.kind == "part":
                found[info.name] = plain(value)
            elif isinstance(value, Money):
                found[info.name] = attrs.asdict(value)
            elif isinstance(value, tuple):
                found[info.name] = list(value)
            else:
                found[info.name] = value if isinstance(value, (bool, int, str)) else str(value)
        return found

    return {"id": record.id, "kind": record.about.kind, **{"fields": plain(record)}}


def field_rows(view: "View", record: Record, lang: str, written: Written) -> list[dict[str, Any]]:
    """One row a field that has a value, codes with their labels. written: how a date is."""
    bodies = [p.body for p in getattr(record, "parties", ()) if p.body]
    bodies += [v for f in fields_of(type(record)) if f.kind == "ref" and (v := getattr(record, f.name))]
    names = view.names(bodies)
    origins = view.origins(record.id) if isinstance(record, Organisation) and record.id else {}
    rows: list[dict[str, Any]] = [
        {"field": Text("Loại hồ sơ", "Kind")[lang], "value": record.about.label[lang]},
        {"field": Text("Mã số", "Id")[lang], "value": str(record.id)},
    ]

    def add(owner: Any) -> None:
        for info in fields_of(type(owner)):
            value = getattr(owner, info.name)
            if value in (None, ()) or info.personal:
                continue
            if info.kind == "part":
                add(value)
            elif info.kind == "children":
                whence = origins.get(info.name, (None,) * len(value))
                rows.extend(
                    {"field": info.label[lang], "value": _child(item, names, lang, written), "from": number}
                    for item, number in zip(value, whence, strict=True)
                )
            else:
                told = _told(info, value, names, lang, written)
                rows.append({"field": info.label[lang], "value": told, "from": origins.get(info.name, (None,))[0]})

    add(record)
    if record.about.kind == "organisation" and record.id is not None:
        rows.extend(lineage_rows(view.lineage(record.id), lang, written))
    return rows


def _told(info: Field, value: Any, names: dict[int, str], lang: str, written: Written) -> str:
    match info.kind:
        case "code" if info.vocabulary:
            return f"{vocabulary(info.vocabulary).label(value, lang)} ({value})"
        case "codes" if info.vocabulary:
            return "; ".join(f"{vocabulary(info.vocabulary).label(v, lang)} ({v})" for v in value)
        case "codes":
            return "; ".join(value)
        case "place":
            return f"{place_label(value, lang)} ({value})"
        case "ref":
            return f"{names.get(value, '')} (#{value})"
        case "flag":
            return {True: Text("có", "yes"), False: Text("không", "no")}[value][lang]
        case "date":
            return written(value, lang)
        case "vnd":
            return f"{value:,}".replace(",", "." if lang == "vi" else ",")
        case _:
            return str(value)


def _child(item: Any, names: dict[int, str], lang: str, written: Written) -> str:
    parts = []
    for info in fields_of(type(item)):
        value = getattr(item, info.name)
        if value not in (None, ()) and not info.personal:
            parts.append(_told(info, value, names, lang, written))
    return " · ".join(parts)


def history_rows(
    entries: tuple[HistoryEntry, ...],
    store: "Store",
    valid: str | None,
    known: str | None,
    changed: Callable[[Record | None, Record | None], str],
) -> list[dict[str, Any]]:
    """Versions as rows, each with what it changed against the version before it.

    valid, known: keep only versions that hold on that day, and those stated up to that changeset.
    """
    limit = store.at(known=known).known_number
    rows, before = [], None
    for entry in entries:
        if entry.known_from.number > limit:
            continue
        if valid is not None and not entry.valid_from <= day(valid) < entry.valid_to:
            continue
        until = entry.known_to.number if entry.known_to and entry.known_to.number <= limit else None
        rows.append(
            {
                "changeset": entry.known_from.number,
                "instant": entry.known_from.instant[:19] + "Z",
                "until": until,
                "actor": entry.known_from.actor,
                "reason": entry.known_from.reason,
                "valid_from": show_day(entry.valid_from) or None,
                "valid_to": show_day(entry.valid_to) or None,
                "changed": changed(before, entry.record),
                "file": entry.document,
                "sheet": entry.sheet,
                "row": entry.line,
                "sha256": entry.sha256,
            }
        )
        before = entry.record
    return rows


def changed_text(before: Record | None, after: Record | None) -> str:
    """The fields that differ between two versions, as `field: old → new`; nothing when one of them is missing."""
    if before is None or after is None:
        return ""
    old, new = cells_of(before), cells_of(after)
    return "; ".join(
        f"{name}: {old.get(name) or '—'} → {new.get(name) or '—'}"
        for name in dict.fromkeys([*old, *new])
        if old.get(name) != new.get(name)
    )
