"""Snapshots kept in the registry: by name, with who approved them and when, never altered and never lost."""

import json
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from stregistry.errors import ConflictError, DomainError, NotFoundError, SnapshotError
from stregistry.snapshot.frozen import Snapshot
from stregistry.snapshot.verify import verify
from stregistry.store.kept import KeptRow, kept_bytes, kept_rows
from stregistry.text import Text

if TYPE_CHECKING:
    from stregistry.store import Store


@attrs.frozen(kw_only=True)
class Kept:
    """One kept snapshot.

    status: draft; approved; superseded (a later one of its name was approved, or a later draft took its place).
    known: the changeset its figures know of. kept_by, kept_on, kept_in: who kept it, the instant (UTC), the changeset;
    approved_* the same of the approval, None for a draft. why: the reason given with the approval, else with keeping.
    """

    name: str
    status: str
    framework: str
    version: str
    periods: tuple[str, ...]
    places: str
    known: int
    kept_by: str
    kept_on: str
    kept_in: int
    approved_by: str | None
    approved_on: str | None
    approved_in: int | None
    why: str
    sha256: str


def kept(store: "Store") -> tuple[Kept, ...]:
    """Every kept snapshot, in the order they were kept."""
    with store.reading() as conn:
        return _all_told(kept_rows(conn, store.tables))


def _all_told(rows: Sequence[KeptRow]) -> tuple[Kept, ...]:
    return tuple(_told(row, rows) for row in rows)


def _told(row: KeptRow, rows: Sequence[KeptRow]) -> Kept:
    about: dict[str, Any] = json.loads(row.about)
    later = [one for one in rows if one.name == row.name and one.kept.number > row.kept.number]
    status = "draft" if row.approved is None else "approved"
    if any(one.approved is not None for one in later) or (row.approved is None and later):
        status = "superseded"
    approved = row.approved
    return Kept(
        name=row.name,
        status=status,
        framework=about["framework"],
        version=about["version"],
        periods=tuple(about["periods"]),
        places=about["places"],
        known=about["known"],
        kept_by=row.kept.actor,
        kept_on=row.kept.instant,
        kept_in=row.kept.number,
        approved_by=None if approved is None else approved.actor,
        approved_on=None if approved is None else approved.instant,
        approved_in=None if approved is None else approved.number,
        why=(row.kept if approved is None else approved).reason,
        sha256=row.sha256,
    )


def find_kept(store: "Store", word: str) -> Kept | None:
    """The kept snapshot of a name (the approved one that holds, else the latest), or of a hash (8 letters will do)."""
    all_of = kept(store)
    named = [one for one in all_of if one.name == word]
    if named:
        return next((one for one in named if one.status == "approved"), named[-1])
    hashed = [one for one in all_of if len(word) >= 8 and one.sha256.startswith(word)]
    return hashed[0] if len(hashed) == 1 else None


def open_snapshot(store: "Store", word: str | Path) -> Snapshot:
    """The snapshot in a file, or the kept one of a name or hash.

    A `Path` is always a file. Raises NotFoundError when there is neither (the nearest name is named), SnapshotError
    for a file that is none or is not there and for a kept one that was altered.
    """
    if isinstance(word, Path) or Path(word).exists():
        return Snapshot.read(word)
    found = find_kept(store, str(word))
    if found is None:
        raise _neither(str(word), dict.fromkeys(one.name for one in kept(store)))
    return _read(store, found)


def _neither(word: str, names: Any) -> NotFoundError:
    sentence = Text(
        f"Không có tệp hay bản chốt số liệu đã lưu '{word}'", f"There is no file and no kept snapshot '{word}'"
    )
    if names:
        return NotFoundError.unknown(sentence, word, names, word=word)
    how = "stregistry snapshot … --out"
    return NotFoundError(
        Text(f"{sentence.vi}. Lập bản chốt bằng lệnh {how}.", f"{sentence.en}. Make one with {how}."),
        word=word,
        nearest=None,
    )


def _read(store: "Store", one: Kept) -> Snapshot:
    with store.reading() as conn:
        content = kept_bytes(conn, store.tables, one.sha256)
    try:
        whole = json.loads(zlib.decompress(content or b""))
        found = Snapshot(content=whole["content"], environment=whole["environment"])
        same = found.sha256 == one.sha256
    except (zlib.error, ValueError, KeyError, TypeError):
        same = False
    if not same:
        raise SnapshotError(
            Text(
                f"Bản chốt số liệu '{one.name}' trong sổ đăng ký đã bị sửa: nội dung không khớp mã băm {one.sha256}.",
                f"The kept snapshot '{one.name}' was altered: its content does not match its hash {one.sha256}.",
            ),
            name=one.name,
        )
    return found


def keep(store: "Store", snapshot: Snapshot, *, name: str | None = None, by: str, why: str | None = None) -> Kept:
    """Keeps a snapshot as a draft; keeping the same again changes nothing.

    name: default the framework's id and the periods; a later draft of a name takes the place of the one before, which
    stays readable by its hash. Raises DomainError for an empty name, SnapshotError for one of another registry.
    """
    return _keep(store, snapshot, name=name, by=by, why=why, approve=False)


def approve(
    store: "Store", snapshot: "Snapshot | str | Path", *, by: str, why: str | None = None, name: str | None = None
) -> Kept:
    """Approves a snapshot, which from then on stands under its name; one not kept yet is kept first.

    by: the person who stands for it. It is verified before. Raises SnapshotError when it does not verify,
    ConflictError when it is approved already or a later one of its name was kept, DomainError without a name of a
    person.
    """
    found = snapshot if isinstance(snapshot, Snapshot) else open_snapshot(store, snapshot)
    if not by.strip():
        raise DomainError(Text("Phải ghi tên người phê duyệt.", "The name of the person who approves is needed."))
    return _keep(store, found, name=name, by=by, why=why, approve=True)


def _keep(store: "Store", snapshot: Snapshot, *, name: str | None, by: str, why: str | None, approve: bool) -> Kept:
    from stregistry.snapshot.explain import refuse_other_registry

    refuse_other_registry(store, snapshot)
    there = _same(snapshot, kept(store))
    word = there.name if there is not None else (name or _name(snapshot)).strip()
    if not word:
        raise DomainError(Text("Tên bản chốt số liệu không được để trống.", "A snapshot needs a name."))
    if there is not None and not approve:
        return there
    if approve:
        _refuse_approval(there)
        _refuse_unverified(store, snapshot)
    verb = "phê duyệt" if approve else "lưu"
    with store.changeset(actor=by, reason=why or f"{verb} bản chốt số liệu {word}") as tx:
        # Somebody else may have kept or approved it since; from here on nobody can.
        there = _same(snapshot, _all_told(tx.kept_rows()))
        if approve:
            _refuse_approval(there)
        if there is None:
            tx.keep(snapshot.sha256, word, _about(snapshot), zlib.compress(_bytes(snapshot), 9))
        if approve:
            tx.approve(snapshot.sha256)
    return next(one for one in kept(store) if one.sha256 == snapshot.sha256)


def _same(snapshot: Snapshot, some: Sequence[Kept]) -> Kept | None:
    return next((one for one in some if one.sha256 == snapshot.sha256), None)


def _refuse_approval(there: Kept | None) -> None:
    if there is not None and there.approved_by is not None:
        raise ConflictError(
            Text(
                f"Bản chốt '{there.name}' đã được {there.approved_by} phê duyệt lúc {there.approved_on}.",
                f"The snapshot '{there.name}' was approved by {there.approved_by} at {there.approved_on}.",
            ),
            name=there.name,
        )
    if there is not None and there.status == "superseded":
        raise ConflictError(
            Text(
                f"Sau bản '{there.name}' này đã có bản khác cùng tên được lưu; hãy phê duyệt bản mới hơn.",
                f"A later snapshot was kept under the name '{there.name}'; approve that one.",
            ),
            name=there.name,
        )


def _refuse_unverified(store: "Store", snapshot: Snapshot) -> None:
    found = verify(store, snapshot)
    if not found.ok:
        n = len(found.differences)
        raise SnapshotError(
            Text(
                f"Bản chốt không kiểm chứng được (khác ở {n} chỗ) nên không phê duyệt; hãy chạy verify.",
                f"The snapshot does not verify (it differs in {n} places), so it is not approved; run verify.",
            ),
            differences=found.differences,
        )


def _name(snapshot: Snapshot) -> str:
    """The framework's id and the periods: a range by its ends."""
    labels = snapshot.content["periods"]
    about = str(snapshot.content["framework"]["id"])
    return f"{about}-{labels[0]}" if len(labels) == 1 else f"{about}-{labels[0]}-{labels[-1]}"


def _about(snapshot: Snapshot) -> str:
    content = snapshot.content
    about = {
        "framework": content["framework"]["id"],
        "version": content["framework"]["version"],
        "periods": content["periods"],
        "places": content["places"]["map"],
        "known": snapshot.changeset,
    }
    return json.dumps(about, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _bytes(snapshot: Snapshot) -> bytes:
    import rfc8785

    return rfc8785.dumps({"content": snapshot.content, "environment": snapshot.environment})
