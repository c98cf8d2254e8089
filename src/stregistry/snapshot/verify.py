"""Whether a snapshot still holds: computed again from the registry and compared cell by cell."""

import json
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import attrs
import rfc8785

from stregistry.errors import SnapshotError
from stregistry.snapshot.frozen import Snapshot
from stregistry.snapshot.make import SEED, make_snapshot
from stregistry.text import Text

if TYPE_CHECKING:
    from stregistry.store import Store

# A second machine may round the last bits of a division differently; that is no change of figures.
_TOLERANCE: Final = 1e-9


@attrs.frozen(kw_only=True)
class Difference:
    """Something that came out otherwise: what the snapshot says and what was computed now (None: not there).

    part: values (a cell), breakdowns (a slice of one), left_out (records not counted, then place
    and period may be None), scores (of a group, whose id is `indicator`), intervals (of the index), score_notes or
    targets.
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


def verify(store: "Store", snapshot: Snapshot) -> Verification:
    """Computes a snapshot again from the registry and compares, cell by cell.

    Raises SnapshotError when the registry does not reach the changeset the snapshot was made at.
    """
    chain = chain_holds(store, snapshot)
    again = make_snapshot(
        store,
        snapshot.framework,
        snapshot.content["periods"],
        places=snapshot.content["places"]["map"],
        valid=snapshot.content["valid"],
        known=snapshot.changeset,
        seed=SEED if snapshot.content.get("seed") is None else snapshot.content["seed"],
    )
    if rfc8785.dumps(again.content) == rfc8785.dumps(snapshot.content):
        return Verification(outcome="identical", chain=chain, differences=())
    differences = tuple(_differences(snapshot, again))
    return Verification(outcome="differs" if differences else "equal", chain=chain, differences=differences)


def chain_holds(store: "Store", snapshot: Snapshot) -> bool:
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


NOT_KEYS: Final = {
    "values": ("value", "records", "missing", "provisional", "shared"),
    "breakdowns": ("value", "records"),
    "left_out": ("records",),
    "scores": ("score", "rank", "out_of", "missing", "provisional"),
    "intervals": (
        "score_median",
        "score_low",
        "score_high",
        "rank_median",
        "rank_low",
        "rank_high",
    ),
    "score_notes": (),
    "targets": (
        "status",
        "value",
        "reason",
        "baseline_period",
        "baseline",
        "path",
        "gap",
        "ratio",
        "pace",
        "needed",
        "pace_in",
        "provisional",
    ),
}


def _differences(before: Snapshot, after: Snapshot) -> Iterator[Difference]:
    for part, figures in NOT_KEYS.items():
        old, new = ({_key(row, figures): row for row in side.content.get(part, ())} for side in (before, after))
        for key in dict.fromkeys([*old, *new]):
            a, b = old.get(key), new.get(key)
            if a is None or b is None or not same_row(a, b, figures):
                row: dict[str, Any] = a or b or {}
                yield Difference(
                    part=part,
                    indicator=row.get("indicator") or row.get("group") or "",
                    place=row.get("place"),
                    period=row.get("period"),
                    before=a,
                    after=b,
                )


def _key(row: dict[str, Any], figures: tuple[str, ...]) -> str:
    """What names a row: all of it but its figures."""
    return json.dumps({k: v for k, v in row.items() if k not in figures}, sort_keys=True)


def same_row(a: dict[str, Any], b: dict[str, Any], figures: tuple[str, ...]) -> bool:
    """Whether two rows say the same: floats within 1e-9, relative, all else exactly."""
    return all(_same(a.get(name), b.get(name)) for name in figures)


def _same(one: Any, two: Any) -> bool:
    if (isinstance(one, float) and isinstance(two, (int, float))) or (isinstance(two, float) and isinstance(one, int)):
        return math.isclose(one, two, rel_tol=_TOLERANCE, abs_tol=0.0)
    return bool(one == two)
