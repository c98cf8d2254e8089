"""The manifest of a publication: `datapackage.json`, a Frictionless data package and, under `stregistry`, our part."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import attrs

from stregistry.errors import StregistryError, system_words
from stregistry.publication.columns import TableColumn
from stregistry.text import Text

FORMAT: Final = "stregistry-publication/1"
MANIFEST: Final = "datapackage.json"
RECORDS: Final = "records"  # the folder of the versions and child rows
_MAX_BYTES: Final = 64 * 2**20
_MEDIA: Final = {
    ".parquet": "application/vnd.apache.parquet",
    ".md": "text/markdown",
    ".txt": "text/plain",
}


@attrs.frozen(kw_only=True)
class Licence:
    """The terms the data are published under: an SPDX id, its title and the address of its text."""

    id: str
    title: str
    address: str


LICENCES: Final = {
    one.id: one
    for one in (
        Licence(
            id="CC-BY-4.0",
            title="Creative Commons Attribution 4.0 International",
            address="https://creativecommons.org/licenses/by/4.0/",
        ),
        Licence(
            id="CC-BY-SA-4.0",
            title="Creative Commons Attribution-ShareAlike 4.0 International",
            address="https://creativecommons.org/licenses/by-sa/4.0/",
        ),
        Licence(
            id="CC0-1.0",
            title="Creative Commons Zero v1.0 Universal",
            address="https://creativecommons.org/publicdomain/zero/1.0/",
        ),
        Licence(
            id="ODC-By-1.0",
            title="Open Data Commons Attribution License v1.0",
            address="https://opendatacommons.org/licenses/by/1-0/",
        ),
        Licence(
            id="ODbL-1.0",
            title="Open Data Commons Open Database License v1.0",
            address="https://opendatacommons.org/licenses/odbl/1-0/",
        ),
    )
}


@attrs.frozen(kw_only=True)
class Resource:
    """One file of a publication.

    path: from the folder, with `/`. rows: of a table, else None. columns: of a table. key: its key columns.
    """

    name: str
    path: str
    title: Text
    bytes: int
    sha256: str
    rows: int | None = None
    columns: tuple[TableColumn, ...] = ()
    key: tuple[str, ...] = ()

    def told(self) -> dict[str, Any]:
        """The file as a resource of a data package."""
        suffix = Path(self.path).suffix
        found: dict[str, Any] = {
            "name": self.name,
            "path": self.path,
            # A tabular resource is one of delimited text; and readers that take Parquet for one read whole numbers
            # with gaps as floats.
            "type": "file",
            "profile": "data-resource",
            "title": self.title.en,
            "x-title-vi": self.title.vi,
            "format": suffix.removeprefix("."),
            "mediatype": _MEDIA[suffix],
            "encoding": "utf-8",
            "bytes": self.bytes,
            "hash": f"sha256:{self.sha256}",
        }
        if self.rows is not None:
            keyed = {"primaryKey": list(self.key)} if self.key else {}
            found |= {"x-rows": self.rows, "schema": {"fields": [c.told() for c in self.columns]} | keyed}
        return found


@attrs.frozen(kw_only=True)
class Manifest:
    """What a publication says of itself, as opened: where it comes from and which files it has.

    changeset, hash, instant: the last changeset it knows of (instant None before the first).
    valid: the day states hold on, ISO. revision: of the tables it was made from.
    left_out: by table, the columns that did not go in. why: the reason personal fields did; None where they did not.
    files: path to (bytes, sha256, rows).
    """

    changeset: int
    hash: str
    instant: str | None
    valid: str
    revision: str
    left_out: Mapping[str, tuple[str, ...]]
    why: str | None
    licence: str
    files: Mapping[str, tuple[int, str, int | None]]


def read_manifest(folder: Path) -> Manifest:
    """The manifest of the publication in a folder.

    Raises StregistryError when there is none, it is of another format, or names files outside the folder.
    """
    source = folder / MANIFEST
    try:
        if source.stat().st_size > _MAX_BYTES:
            raise ValueError("too large")
        found = json.loads(source.read_bytes())
        own = found["stregistry"]
        if own["format"] != FORMAT:
            raise ValueError(f"format {own['format']!r}")
        manifest = Manifest(
            changeset=int(own["registry"]["changeset"]),
            hash=str(own["registry"]["hash"]),
            instant=own["registry"]["instant"],
            valid=str(own["valid"]),
            revision=str(own["revision"]),
            left_out={str(t): tuple(map(str, names)) for t, names in own["left_out"].items()},
            why=own["personal"]["why"],
            licence=str(found["licenses"][0]["name"]),
            files={
                _inside(r["path"]): (int(r["bytes"]), str(r["hash"]).removeprefix("sha256:"), r.get("x-rows"))
                for r in found["resources"]
            },
        )
    except OSError as error:
        said = system_words(error)
        raise StregistryError(
            Text(
                f"{folder} không phải là một bộ dữ liệu công bố: không đọc được {MANIFEST} ({said.vi}).",
                f"{folder} is no publication: its {MANIFEST} cannot be read ({said.en}).",
            )
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise StregistryError(
            Text(
                f"{source} không phải là bản kê của bộ dữ liệu do stregistry công bố ({error}).",
                f"{source} is not the manifest of a publication of stregistry ({error}).",
            )
        ) from error
    return manifest


def _inside(path: Any) -> str:
    parts = Path(str(path)).parts
    if not parts or Path(str(path)).is_absolute() or ".." in parts:
        raise ValueError(f"path {path!r}")
    return str(path)


def package(own: Mapping[str, Any], licence: Licence, title: Text, resources: Iterable[Resource]) -> dict[str, Any]:
    """The content of `datapackage.json`. own: our part of it, `stregistry`."""
    return {
        "profile": "data-package",
        "name": "stregistry-publication",
        "title": title.en,
        "x-title-vi": title.vi,
        "description": "See README.md.",
        "licenses": [{"name": licence.id, "title": licence.title, "path": licence.address}],
        "resources": [r.told() for r in resources],
        "stregistry": dict(own),
    }


def write_manifest(
    folder: Path, own: Mapping[str, Any], licence: Licence, title: Text, resources: Iterable[Resource]
) -> None:
    """Writes `datapackage.json`; the same content gives the same bytes."""
    text = json.dumps(package(own, licence, title, resources), ensure_ascii=False, indent=1) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8", newline="\n")
