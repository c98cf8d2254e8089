"""A frozen result with its provenance: what was computed, from which records as known when, and whether it still holds.

`content` is what counts: canonical JSON (RFC 8785) under one sha256. `environment` (versions, day)
stands outside it, so the same inputs give the same content on every machine.
"""

import datetime as dt
import hashlib
import importlib.metadata
import json
import math
import platform
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs
import rfc8785

from stregistry.dates import Period, periods_of, show_day
from stregistry.errors import NotFoundError, SnapshotError, StregistryError, system_words
from stregistry.evaluate import Explanation, IndicatorTable, explain, indicators
from stregistry.framework import Framework
from stregistry.text import Text, nearest

if TYPE_CHECKING:
    from stregistry.store import Store

FORMAT: Final = "stregistry-snapshot/1"
# A second machine may round the last bits of a division differently; that is no change of figures.
_TOLERANCE: Final = 1e-9
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
        Path(path).write_bytes(rfc8785.dumps(whole) + b"\n")

    @classmethod
    def read(cls, path: str | Path) -> "Snapshot":
        """The snapshot in a file. Raises SnapshotError when it is none, or its content does not match its hash."""
        source = Path(path)
        try:
            if source.stat().st_size > _MAX_BYTES:
                raise ValueError("too large")
            whole = json.loads(source.read_bytes())
            if whole["format"] != FORMAT:
                raise ValueError(f"format {whole['format']!r}")
            found = cls(content=whole["content"], environment=whole["environment"])
            stated, computed = whole["sha256"], found.sha256
        except OSError as error:
            said = system_words(error)
            raise SnapshotError(
                Text(f"Không mở được {source}: {said.vi}.", f"{source} cannot be opened: {said.en}.")
            ) from error
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise SnapshotError(
                Text(
                    f"{source.name} không phải là bản chốt số liệu của stregistry ({error}).",
                    f"{source.name} is not a snapshot of stregistry ({error}).",
                )
            ) from error
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


# What the rest of this module takes from `content`, and the type of each.
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
    )


@attrs.frozen(kw_only=True)
class Difference:
    """Something that came out otherwise: what the snapshot says and what was computed now (None: not there).

    part: values (a cell), breakdowns (a slice of one) or left_out (records not counted, then place
    and period may be None).
    """

    part: str
    indicator: str
    place: str | None
    period: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None


@attrs.frozen(kw_only=True)
class Verification:
    """What came of recomputing a snapshot.

    outcome: identical (the same bytes), equal (values within 1e-9, relative) or differs.
    chain: whether the registry still has the changeset the snapshot names, with the same hash.
    """

    outcome: str
    chain: bool
    differences: tuple[Difference, ...]

    @property
    def ok(self) -> bool:
        """Whether the snapshot still holds."""
        return self.chain and self.outcome != "differs"


def make_snapshot(
    store: "Store",
    framework: Framework,
    periods: Any,
    *,
    places: str | None = None,
    valid: Any = None,
    known: Any = None,
) -> Snapshot:
    """The snapshot of a framework.

    periods: a period, a range or a sequence. places: a place map instead of the framework's.
    valid: the day stocks are taken on at the latest; default the last day asked for, or today when
    that is still to come (such stocks are provisional). known: as in `Store.at`.
    """
    asked = periods_of(periods, framework.evaluation.year_ends)
    if not asked:
        raise StregistryError(Text("Cần ít nhất một kỳ báo cáo.", "At least one period is needed."))
    view = store.at(known=known)
    # Not simply today: a snapshot of a year that is over is the same whenever it is made.
    last = max(p.last_day for p in asked)
    view = store.at(valid=min(last, view.valid) if valid is None else valid, known=view.known_number)
    table = indicators(view, framework, asked, places=places)
    content = _content(framework, table, view.valid, asked, (view.known_number, store.hash_at(view.known_number)))
    return Snapshot(content=content, environment=_environment())


def _content(
    framework: Framework, table: IndicatorTable, valid: int, periods: tuple[Period, ...], head: tuple[int, str]
) -> dict[str, Any]:
    return {
        "framework": {
            "id": framework.id,
            "version": framework.version,
            "sha256": framework.sha256,
            "document": framework.document,
        },
        "registry": {"changeset": head[0], "hash": head[1]},
        "valid": show_day(valid),
        "places": {"map": table.places, "level": table.level},
        "periods": [p.label for p in periods],
        "values": [attrs.asdict(cell) for cell in table.cells],
        "breakdowns": [attrs.asdict(part) for part in table.breakdowns],
        "left_out": [{**attrs.asdict(left), "candidates": list(left.candidates)} for left in table.left_out],
        "seed": None,
    }


def _environment() -> dict[str, str]:
    import pandas
    import sqlalchemy

    return {
        "stregistry": importlib.metadata.version("stregistry"),
        "python": platform.python_version(),
        "sqlalchemy": sqlalchemy.__version__,
        "pandas": pandas.__version__,
        # The day and no more: two snapshots of one day are then the same file, byte for byte.
        "made_on": dt.datetime.now(dt.UTC).date().isoformat(),
    }


def verify(store: "Store", snapshot: Snapshot) -> Verification:
    """Computes a snapshot again from the registry and compares, cell by cell.

    Raises SnapshotError when the registry does not reach the changeset the snapshot was made at.
    """
    chain = _chain_holds(store, snapshot)
    again = make_snapshot(
        store,
        snapshot.framework,
        snapshot.content["periods"],
        places=snapshot.content["places"]["map"],
        valid=snapshot.content["valid"],
        known=snapshot.changeset,
    )
    if rfc8785.dumps(again.content) == rfc8785.dumps(snapshot.content):
        return Verification(outcome="identical", chain=chain, differences=())
    differences = tuple(_differences(snapshot, again))
    return Verification(outcome="differs" if differences else "equal", chain=chain, differences=differences)


def _chain_holds(store: "Store", snapshot: Snapshot) -> bool:
    """Whether the registry has the snapshot's changeset with its hash. Raises SnapshotError when it ends before."""
    latest, _ = store.head()
    if not 0 <= snapshot.changeset <= latest:
        raise SnapshotError(
            Text(
                f"Bản chốt dựa trên đợt cập nhật {snapshot.changeset}, nhưng sổ đăng ký chỉ có đến đợt {latest}: "
                "đây là sổ khác, hoặc phần cuối đã bị cắt.",
                f"The snapshot rests on changeset {snapshot.changeset}, but the registry ends at {latest}: "
                "it is another registry, or its tail was cut off.",
            ),
            changeset=snapshot.changeset,
            latest=latest,
        )
    return bool(store.hash_at(snapshot.changeset) == snapshot.content["registry"]["hash"])


_NOT_KEYS: Final = {
    "values": ("value", "records", "missing", "provisional", "shared"),
    "breakdowns": ("value", "records"),
    "left_out": ("records",),
}


def _differences(before: Snapshot, after: Snapshot) -> Iterator[Difference]:
    for part, figures in _NOT_KEYS.items():
        old, new = ({_key(row, figures): row for row in side.content[part]} for side in (before, after))
        for key in dict.fromkeys([*old, *new]):
            a, b = old.get(key), new.get(key)
            if a is None or b is None or not _same(a, b, figures):
                row: dict[str, Any] = a or b or {}
                yield Difference(
                    part=part,
                    indicator=row.get("indicator", ""),
                    place=row.get("place"),
                    period=row.get("period"),
                    before=a,
                    after=b,
                )


def _key(row: dict[str, Any], figures: tuple[str, ...]) -> str:
    """What names a row: all of it but its figures."""
    return json.dumps({k: v for k, v in row.items() if k not in figures}, sort_keys=True)


def _same(a: dict[str, Any], b: dict[str, Any], figures: tuple[str, ...]) -> bool:
    if any(a.get(k) != b.get(k) for k in figures if k != "value"):
        return False
    one, two = a.get("value"), b.get("value")
    if isinstance(one, (int, float)) and isinstance(two, (int, float)):
        return math.isclose(one, two, rel_tol=_TOLERANCE, abs_tol=0.0)
    return bool(one == two)


def explain_snapshot(store: "Store", snapshot: Snapshot, indicator: str, place: str, period: str) -> Explanation:
    """The records behind one figure of a snapshot, as they were known when it was made.

    Raises NotFoundError for a figure the snapshot does not have, SnapshotError when the registry is
    another one or its records give another figure now.
    """
    framework = snapshot.framework
    asked = periods_of(period, framework.evaluation.year_ends)
    stated = _stated(snapshot, indicator, place, asked[0].label if len(asked) == 1 else str(period))
    if not _chain_holds(store, snapshot):
        raise SnapshotError(
            Text(
                "Bản chốt số liệu không phải của sổ đăng ký này, hoặc sổ đã bị sửa; hãy chạy verify.",
                "The snapshot is not of this registry, or the registry was altered; run verify.",
            )
        )
    view = store.at(valid=snapshot.content["valid"], known=snapshot.changeset)
    found = explain(view, framework, indicator, place, asked[0], places=snapshot.content["places"]["map"])
    if not _same(stated, attrs.asdict(found.cell), _NOT_KEYS["values"]):
        raise SnapshotError(
            Text(
                f"Bản chốt ghi {stated['value']}, nhưng hồ sơ hiện cho {found.cell.value}: "
                "sổ đăng ký đã bị sửa; hãy chạy audit.",
                f"The snapshot says {stated['value']}, but the records now give {found.cell.value}: "
                "the registry was altered; run audit.",
            ),
            stated=stated["value"],
            computed=found.cell.value,
        )
    return found


def _stated(snapshot: Snapshot, indicator: str, place: str, period: str) -> dict[str, Any]:
    wanted = {"indicator": indicator, "place": place, "period": period}
    for cell in snapshot.values:
        if all(cell[k] == v for k, v in wanted.items()):
            return cell
    words = {
        "indicator": Text("chỉ tiêu", "indicator"),
        "place": Text("địa bàn", "place"),
        "period": Text("kỳ", "period"),
    }
    for name, word in words.items():
        known = list(dict.fromkeys(cell[name] for cell in snapshot.values))
        if wanted[name] not in known:
            near = nearest(wanted[name], known) or ", ".join(known[:12])
            raise NotFoundError(
                Text(
                    f"Bản chốt số liệu không có {word.vi} '{wanted[name]}'; gần nhất: {near}.",
                    f"The snapshot has no {word.en} '{wanted[name]}'; the nearest: {near}.",
                )
            )
    raise NotFoundError(Text("Bản chốt số liệu không có ô này.", "The snapshot has no such cell."))
