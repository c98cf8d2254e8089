"""The manifest beside a file with personal fields: what the file is, and why they were handed out."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from stregistry.dates import show_day
from stregistry.fields import fields_of
from stregistry.files import file_sha256, whole_file
from stregistry.model import record_class

if TYPE_CHECKING:
    from stregistry.store.view import View


def note_reason(path: str | Path, kind: str, why: str, view: "View", hash: str) -> Path:
    """Writes `FILE.manifest.json` beside a file of a kind's records and returns its path.

    It holds the file's name and sha256, the two times it was read at, the personal fields in it and the reason. Where
    it cannot be written the file goes too: personal fields do not stay anywhere without their reason.
    """
    file = Path(path)
    beside = file.with_name(f"{file.name}.manifest.json")
    told = {
        "file": file.name,
        "sha256": file_sha256(file),
        "kind": kind,
        "valid": show_day(view.valid),
        "registry": {"changeset": view.known_number, "hash": hash},
        "personal": {"fields": personal_fields(kind), "why": why},
    }
    try:
        with whole_file(beside) as made:
            made.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
    except BaseException:
        file.unlink(missing_ok=True)
        raise
    return beside


def personal_fields(kind: str) -> list[str]:
    """The personal fields of a kind; those of its child rows as `parties.person`."""
    infos = fields_of(record_class(kind))
    own = [info.name for info in infos if info.personal]
    return own + [
        f"{i.name}.{f.name}" for i in infos if i.kind == "children" and i.of for f in fields_of(i.of) if f.personal
    ]
