"""Which of two statements ROR made of a body is the older: releases may be taken in in any order.

A record of schema version 2 says on which day it was last changed. One of version 1 does not; it is as old as the
release it stands in, whose name says its day (v1.45-2024-04-11-ror-data.json), and it never stands above a record of
version 2, which says the same and more.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

import attrs

from stregistry.dates import day
from stregistry.exchange.issues import Problems
from stregistry.exchange.ror.records import RorRecord
from stregistry.model import Organisation
from stregistry.store.changeset import Changeset

_RELEASE: Final = re.compile(r"v\d+(?:\.\d+)*-(\d{4}-\d{2}-\d{2})-ror-data")
_TOLD: Final = 3


@attrs.frozen
class Age:
    """The day a record was last changed, and the day of the release it stood in; None where it is not known."""

    modified: str | None
    released: str | None

    def before(self, other: "Age") -> bool:
        """Whether this statement is the older one; where nothing tells, it is not."""
        if self.modified and other.modified:
            return day(self.modified) < day(other.modified)
        if self.modified or other.modified:
            return self.modified is None
        return bool(self.released and other.released and self.released < other.released)


def released_on(file: str) -> str | None:
    """The day in the name of a ROR release, None for any other file.

    >>> released_on("v1.45-2024-04-11-ror-data.json"), released_on("vietnam.json")
    ('2024-04-11', None)
    """
    found = _RELEASE.search(file)
    return found[1] if found else None


def without_older(
    tx: Changeset, found: Iterable[RorRecord], ids: Mapping[str, int], file: str, problems: Problems
) -> list[RorRecord]:
    """The records that are not older than what is on record of their body; a warning counts and names the others.

    ids: the bodies on record that earlier files of this source stated, by ROR id.
    """
    known = _on_record(tx, ids)
    released = released_on(file)
    kept: list[RorRecord] = []
    older: list[tuple[RorRecord, Age]] = []
    for record in found:
        stands = known.get(record.ror)
        if stands is not None and Age(record.modified, released).before(stands):
            older.append((record, stands))
        else:
            kept.append(record)
    for code, some in (
        ("ror_older", [one for one in older if one[0].modified or not one[1].modified]),
        ("ror_undated", [one for one in older if not one[0].modified and one[1].modified]),
    ):
        if some:
            told = [f"{r.ror} ({r.modified or released or '?'} < {a.modified or a.released})" for r, a in some[:_TOLD]]
            problems.whole(code, count=len(some), told=", ".join(told) + (", …" if len(some) > _TOLD else ""))
    return kept


def _on_record(tx: Changeset, ids: Mapping[str, int]) -> dict[str, Age]:
    versions = {number: some[-1] for number, some in tx.versions(Organisation.about.kind, ids.values()).items()}
    names = tx.document_names({v.document for v in versions.values() if v.document is not None})
    ages: dict[str, Age] = {}
    for ror, number in ids.items():
        if number not in versions:
            continue
        version = versions[number]
        assert isinstance(version.record, Organisation)  # noqa: S101
        changed = [i.modified_on for i in version.record.identifiers if i.scheme == "ror" and i.modified_on]
        ages[ror] = Age(str(changed[0]) if changed else None, released_on(names.get(version.document or 0, "")))
    return ages
