"""The records behind one figure of a snapshot, as they were known when it was made."""

from typing import TYPE_CHECKING, Any

import attrs

from stregistry.dates import periods_of
from stregistry.errors import NotFoundError, SnapshotError
from stregistry.evaluate import Explanation, explain
from stregistry.snapshot.frozen import Snapshot
from stregistry.snapshot.verify import NOT_KEYS, chain_holds, same_row
from stregistry.text import Text, nearest

if TYPE_CHECKING:
    from stregistry.store import Store


def explain_snapshot(store: "Store", snapshot: Snapshot, indicator: str, place: str, period: str) -> Explanation:
    """The records behind one figure of a snapshot, as they were known when it was made.

    Raises NotFoundError for a figure the snapshot does not have, SnapshotError when the registry is
    another one or its records give another figure now.
    """
    framework = snapshot.framework
    asked = periods_of(period, framework.evaluation.year_ends)
    stated = _stated(snapshot, indicator, place, asked[0].label if len(asked) == 1 else str(period))
    if not chain_holds(store, snapshot):
        raise SnapshotError(
            Text(
                "Bản chốt số liệu không phải của sổ đăng ký này, hoặc sổ đã bị sửa; hãy chạy verify.",
                "The snapshot is not of this registry, or the registry was altered; run verify.",
            )
        )
    view = store.at(valid=snapshot.content["valid"], known=snapshot.changeset)
    found = explain(view, framework, indicator, place, asked[0], places=snapshot.content["places"]["map"])
    if not same_row(stated, attrs.asdict(found.cell), NOT_KEYS["values"]):
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
