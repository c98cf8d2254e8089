"""ROR records, of schema version 2 or 1, as organisations: an array, one object, or one object a line."""

import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any, Final

import attrs

from stregistry import codes
from stregistry.dates import PartialDate
from stregistry.errors import StregistryError
from stregistry.exchange.issues import Problems, refused
from stregistry.exchange.ror.places import SettledPlace, settle_ror_place
from stregistry.exchange.ror.version1 import as_version_2, is_version_1
from stregistry.model import Identifier, Name, Organisation, Relation
from stregistry.text import Text, tidy
from stregistry.vocab import vocabulary

# ROR marks one name as the label of each language; other types say what else a name is.
_NAME_KINDS: Final = {"label": "official", "alias": "alias", "acronym": "acronym"}
_STATUS: Final = {"active": "active", "inactive": "dissolved", "withdrawn": None}


@attrs.frozen
class RorRecord:
    """One record as read: its index in the file, its ROR id, and the body, whose relations have no bodies yet.

    modified: the day ROR last changed the record, as written; None when it does not say.
    """

    index: int
    ror: str
    body: Organisation
    modified: str | None = None


def ror_records(data: bytes, problems: Problems) -> list[Any]:
    """The records of a file; None for a line that is no JSON, which is a problem of that line.

    `problems.lines` then says where each stands: its line, or its number in the array.
    """
    if data.startswith(b"PK\x03\x04"):
        problems.whole("ror_zip", inside=_inside(data))
        raise refused(problems)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problems.whole("bad_json", reason=str(error))
        raise refused(problems) from None
    try:
        whole = json.loads(text)
    except ValueError as error:
        if text.lstrip()[:1] == "[":
            problems.whole("bad_json", reason=str(error))
            raise refused(problems) from None
    else:
        # The answer of ROR's own service has its records under `items`.
        some = whole["items"] if isinstance(whole, dict) and isinstance(whole.get("items"), list) else whole
        records = some if isinstance(some, list) else [some]
        problems.lines = range(1, len(records) + 1)
        return records
    records, lines = [], []
    bad: list[tuple[int, str]] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            records.append(json.loads(line))
        except ValueError as error:
            records.append(None)
            bad.append((len(records) - 1, str(error)))
        lines.append(number)
    problems.lines = lines
    for index, reason in bad:
        problems.at(index, "bad_json", reason=reason)
    return records


def _inside(data: bytes) -> str:
    """The JSON files of an archive, those of schema version 2 first."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [name for name in archive.namelist() if name.endswith(".json")]
    except zipfile.BadZipFile:
        names = []
    return ", ".join(sorted(names, key=lambda name: ("v2" not in name, name))[:5]) or "?"


def read_ror(index: int, record: Any, problems: Problems) -> RorRecord | None:
    """One record as an organisation, or None (and a problem) when it does not follow the schema.

    Where city and subdivision do not agree, a warning says how the place was settled.
    """
    if record is None:  # it was no JSON, and that was said
        return None
    try:
        record = as_version_2(record) if is_version_1(record) else record
        ror = codes.check("ror", record["id"])
        if ror.verdict != "valid":
            raise ValueError(f"id = {record['id']!r}")
        settled = _place(record["locations"])
        modified = _modified(record)
        country = next((at["geonames_details"].get("country_code") for at in record["locations"]), None)
        body = Organisation(
            names=tuple(_names(record["names"])),
            identifiers=tuple(_identifiers(record, modified)),
            status=_STATUS[record["status"]],
            place=settled.code if settled else None,
            country=country,
            ror_types=tuple(record["types"]),
            founded_on=PartialDate.parse(str(record["established"])) if record.get("established") else None,
            website=next((link["value"] for link in record.get("links", []) if link["type"] == "website"), None),
            relations=tuple(_relations(record.get("relationships", []))),
        )
    except (KeyError, TypeError, AttributeError, ValueError, StregistryError) as error:
        problems.at(index, "bad_ror", reason=_reason(error))
        return None
    if settled is not None and settled.status in ("contradiction", "subdivision_only", "unknown"):
        problems.at(index, "ror_contradiction", value=record["id"], ror=record["id"], reason=settled.explanation)
    if record["status"] == "withdrawn":
        followed = [r.name or r.identifier or "" for r in body.relations if r.kind == "successor"]
        problems.at(index, "ror_withdrawn", value=record["id"], ror=record["id"], instead=_instead(followed))
    return RorRecord(index, ror.normalised, body, str(modified) if modified else None)


def ror_of(record: Any) -> str | None:
    """The ROR id of a record as it was read, also of one that is refused for other reasons; None where it has none."""
    given = record.get("id") if isinstance(record, dict) else None
    checked = codes.check("ror", given) if isinstance(given, str) else None
    return checked.normalised if checked is not None and checked.verdict == "valid" else None


def _modified(record: dict[str, Any]) -> PartialDate | None:
    day = record.get("admin", {}).get("last_modified", {}).get("date")
    return PartialDate.parse(day) if day else None


def _instead(names: Sequence[str]) -> Text | str:
    listed = ", ".join(names)
    return Text(f" ROR nêu thay vào đó: {listed}.", f" ROR names instead: {listed}.") if names else ""


def _place(locations: Sequence[dict[str, Any]]) -> SettledPlace | None:
    """The province of the first location; None outside Việt Nam, whose provinces are the only ones known here."""
    first = locations[0]["geonames_details"] if locations else {}
    if first.get("country_code") != "VN":
        return None
    return settle_ror_place(
        first.get("name"), first.get("country_subdivision_name"), first.get("country_subdivision_code")
    )


def _reason(error: Exception) -> Text:
    if isinstance(error, KeyError):
        return Text(f"thiếu hoặc lạ: {error}", f"missing or unknown: {error}")
    if isinstance(error, StregistryError):
        return Text(*(" ".join(error.in_lang(lang).split()).rstrip(".") for lang in ("vi", "en")))
    return Text(str(error), str(error))


def _names(names: Sequence[dict[str, Any]]) -> Iterator[Name]:
    for name in names:
        kind = next((_NAME_KINDS[t] for t in name["types"] if t in _NAME_KINDS), None)
        yield Name(value=tidy(name["value"]), lang=name.get("lang"), kind=kind)


def _identifiers(record: dict[str, Any], modified: PartialDate | None) -> Iterator[Identifier]:
    # A withdrawn record's id ceased to be one when the record was last changed.
    until = modified if record["status"] == "withdrawn" else None
    yield Identifier(scheme="ror", value=record["id"], until=until, modified_on=modified)
    known = vocabulary("identifier_scheme").codes
    for other in record.get("external_ids", []):
        scheme = other["type"] if other["type"] in known else "other"
        for value in other["all"]:
            yield Identifier(scheme=scheme, value=value)


def _relations(relations: Sequence[dict[str, Any]]) -> Iterator[Relation]:
    for relation in relations:
        other = codes.check("ror", relation["id"]).normalised
        yield Relation(kind=relation["type"], identifier=other, name=relation.get("label"))
