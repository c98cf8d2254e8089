"""The snapshot itself: what it holds, and its file.

`content` is what counts: canonical JSON (RFC 8785) under one sha256. `environment` (versions, day)
stands outside it, so the same inputs give the same content on every machine.
"""

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs
import rfc8785

from stregistry.errors import SnapshotError, system_words
from stregistry.evaluate import Cell
from stregistry.files import whole_file
from stregistry.framework import Framework
from stregistry.places import place_map
from stregistry.text import Text

if TYPE_CHECKING:
    from stregistry.scores import Scores

FORMAT: Final = "stregistry-snapshot/1"
_MAX_BYTES: Final = 512 * 2**20


@attrs.frozen(kw_only=True, repr=False)
class Snapshot:
    """Indicator values at two times, with what is needed to compute them again.

    content: framework (whole), registry (changeset and hash), valid day, places, periods, values.
    environment: library versions and the day it was made; no part of the hash.
    """

    content: dict[str, Any]
    environment: dict[str, str]

    @property
    def sha256(self) -> str:
        """sha256 of the canonical form of `content`."""
        return hashlib.sha256(rfc8785.dumps(self.content)).hexdigest()

    @property
    def framework(self) -> Framework:
        """The framework the values were computed by, as it was then."""
        return Framework.from_document(self.content["framework"]["document"], "snapshot")

    @property
    def changeset(self) -> int:
        """The last changeset the values know of."""
        return int(self.content["registry"]["changeset"])

    @property
    def values(self) -> list[dict[str, Any]]:
        """One entry a cell: indicator, place, period, value, records, missing, provisional."""
        found: list[dict[str, Any]] = self.content["values"]
        return found

    @property
    def scores(self) -> "Scores":
        """The scores of the values frozen here, with every stage on the way; needs no registry.

        The rounded ones of the content are `content["scores"]` and `content["intervals"]`. Raises DomainError for a
        framework without [method].
        """
        from stregistry.scored import score_cells

        names = [field.name for field in attrs.fields(Cell)]
        cells = [Cell(**{name: row[name] for name in names if name in row}) for row in self.values]
        the_map = place_map(self.content["places"]["map"])
        return score_cells(self.framework, the_map, self.content["periods"], cells)

    def __repr__(self) -> str:
        about = self.content["framework"]
        return (
            f"<Snapshot {about['id']} {about['version']}, {len(self.values)} values, "
            f"changeset {self.changeset}, sha256 {self.sha256[:12]}…>"
        )

    def write(self, path: str | Path) -> None:
        """Writes the snapshot as canonical JSON with the hash of its content."""
        whole: dict[str, Any] = {
            "format": FORMAT,
            "content": self.content,
            "sha256": self.sha256,
            "environment": self.environment,
        }
        with whole_file(path) as made:
            made.write_bytes(rfc8785.dumps(whole) + b"\n")

    @classmethod
    def read(cls, path: str | Path) -> "Snapshot":
        """The snapshot in a file. Raises SnapshotError when it is none, or its content does not match its hash."""
        source = Path(path)
        try:
            if source.stat().st_size > _MAX_BYTES:
                raise _not_one(source, Text("tệp quá lớn", "it is too large"))
            whole = json.loads(source.read_bytes())
            if whole["format"] != FORMAT:
                form = f"format {whole['format']!r}"
                raise _not_one(source, Text(form, form))
            found = cls(content=whole["content"], environment=whole["environment"])
            stated, computed = whole["sha256"], found.sha256
        except OSError as error:
            said = system_words(error)
            raise SnapshotError(
                Text(f"Không mở được {source}: {said.vi}.", f"{source} cannot be opened: {said.en}.")
            ) from error
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            why = Text("nội dung không phải JSON", "it holds no JSON")
            if isinstance(error, (KeyError, TypeError)):
                why = Text("thiếu phần phải có của bản chốt", "it lacks what every snapshot has")
            raise _not_one(source, why) from error
        if computed != stated:
            raise SnapshotError(
                Text(
                    f"{source.name} đã bị sửa: mã băm ghi trong tệp là {stated}, tính lại được {computed}.",
                    f"{source.name} was altered: it states the hash {stated}, its content has {computed}.",
                ),
                stated=stated,
                computed=computed,
            )
        if not _whole(found.content):
            # Only a file made by another program comes here: its hash is right.
            raise SnapshotError(
                Text(
                    f"{source.name} thiếu những phần mà bản chốt số liệu phải có.",
                    f"{source.name} lacks parts that a snapshot must have.",
                )
            )
        return found


# What this package takes from `content`, and the type of each.
_SHAPE: Final[dict[str, Any]] = {
    "framework": {"id": str, "version": str, "sha256": str, "document": dict},
    "registry": {"changeset": int, "hash": str},
    "valid": str,
    "places": {"map": str, "level": str},
    "periods": list,
    "values": list,
    "breakdowns": list,
    "left_out": list,
}
_STANDING: Final = frozenset({"group", "place", "period", "score", "rank", "out_of", "missing", "provisional"})
_CELL: Final = frozenset({"indicator", "place", "period", "value", "records", "missing", "provisional"})


def _whole(content: Any) -> bool:
    def has(value: Any, shape: Any) -> bool:
        if isinstance(shape, dict):
            return isinstance(value, dict) and all(key in value and has(value[key], s) for key, s in shape.items())
        return isinstance(value, shape)

    def rows(name: str, keys: frozenset[str]) -> bool:
        return all(isinstance(row, dict) and keys <= row.keys() for row in content[name])

    return (
        has(content, _SHAPE)
        and all(isinstance(p, str) for p in content["periods"])
        and rows("values", _CELL)
        and rows("breakdowns", frozenset())
        and rows("left_out", frozenset())
        # A framework without a method has no scores.
        and all(has(content.get(name, []), list) for name in ("scores", "intervals", "targets"))
        and ("scores" not in content or rows("scores", _STANDING))
        and ("intervals" not in content or rows("intervals", frozenset({"place", "period"})))
    )


def _not_one(source: Path, why: Text) -> SnapshotError:
    return SnapshotError(
        Text(
            f"{source.name} không phải là bản chốt số liệu: {why.vi}. Bản chốt là tệp .json do lệnh snapshot lập.",
            f"{source.name} is not a snapshot: {why.en}. A snapshot is the .json file the command snapshot makes.",
        )
    )
