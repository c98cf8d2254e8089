"""The records behind one figure of a snapshot, as they were known when it was made."""

from typing import TYPE_CHECKING, Any

import attrs

from stregistry.dates import periods_of
from stregistry.errors import DomainError, NotFoundError, SnapshotError
from stregistry.evaluate import Explanation, explain
from stregistry.evaluate.figures import MIXED_BASIS
from stregistry.evaluate.indicators import evaluated
from stregistry.scored import ScoreExplanation, explain_score
from stregistry.snapshot.frozen import Snapshot
from stregistry.snapshot.verify import NOT_KEYS, chain_holds, same_row
from stregistry.text import Text

if TYPE_CHECKING:
    from stregistry.store import Store


def explain_snapshot(
    store: "Store", snapshot: Snapshot, indicator: str, place: str, period: str | None = None
) -> Explanation:
    """The records behind one figure of a snapshot, as they were known when it was made.

    period: may be left out when the snapshot has only one. Raises NotFoundError for a figure the snapshot does not
    have, SnapshotError when the registry is another one or its records give another figure now.
    """
    framework = snapshot.framework
    period = _period(snapshot, period)
    asked = periods_of(period, framework.evaluation.year_ends)
    stated = _stated(snapshot, indicator, place, asked[0].label if len(asked) == 1 else str(period))
    refuse_other_registry(store, snapshot)
    view = store.at(valid=snapshot.content["valid"], known=snapshot.changeset)
    places = snapshot.content["places"]["map"]
    found = explain(view, framework, indicator, place, asked[0], places=places)
    if stated["missing"] == MIXED_BASIS and found.cell.missing is None:
        # On one basis in this period and another in the next: seen over all of the snapshot's periods.
        periods = periods_of(snapshot.content["periods"], framework.evaluation.year_ends)
        table, _ = evaluated(view, framework, periods, [framework.indicator(indicator)], places)
        found = attrs.evolve(found, cell=table.cell(indicator, place, asked[0]))
    if not same_row(stated, attrs.asdict(found.cell), NOT_KEYS["values"]):
        raise other_figure(stated["value"], found.cell.value)
    return found


def explain_snapshot_score(
    store: "Store", snapshot: Snapshot, group: str, place: str, period: str | None = None
) -> ScoreExplanation:
    """The tree below one score of a snapshot, and the records behind each indicator of it as they were known then.

    Raises DomainError for a group, place or period without scores in the snapshot, SnapshotError when the registry is
    another one, when the scores do not follow from the frozen values, or when the records give other values now.
    """
    scores = snapshot.scores
    refuse_other_registry(store, snapshot)
    asked = periods_of(_period(snapshot, period), snapshot.framework.evaluation.year_ends)[0].label
    view = store.at(valid=snapshot.content["valid"], known=snapshot.changeset)
    found = explain_score(
        view, snapshot.framework, scores, group, place, asked, places=snapshot.content["places"]["map"]
    )
    wanted = {"group": group, "place": place, "period": asked}
    stated = next(row for row in snapshot.content["scores"] if all(row[k] == v for k, v in wanted.items()))
    now = {"score": found.top.score, "rank": found.top.rank}
    if not same_row(stated, now, ("score", "rank")):
        raise other_figure(stated["score"], found.top.score)
    for figure in found.figures:
        cell = _stated(snapshot, figure.indicator, place, asked)
        if not same_row(cell, attrs.asdict(figure.cell), NOT_KEYS["values"]):
            raise other_figure(cell["value"], figure.cell.value)
    return found


def _period(snapshot: Snapshot, period: str | None) -> str:
    known = snapshot.content["periods"]
    if period is None and len(known) != 1:
        listed = ", ".join(known)
        raise DomainError(
            Text(
                f"Bản chốt số liệu có nhiều kỳ ({listed}); hãy nêu kỳ.",
                f"The snapshot has several periods ({listed}); name one.",
            )
        )
    return str(known[0]) if period is None else period


def refuse_other_registry(store: "Store", snapshot: Snapshot) -> None:
    if not chain_holds(store, snapshot):
        raise SnapshotError(
            Text(
                "Bản chốt số liệu không phải của sổ đăng ký này, hoặc sổ đã bị sửa; hãy chạy verify.",
                "The snapshot is not of this registry, or the registry was altered; run verify.",
            )
        )


def other_figure(stated: float | None, computed: float | None) -> SnapshotError:
    return SnapshotError(
        Text(
            f"Bản chốt ghi {stated}, nhưng hồ sơ hiện cho {computed}: sổ đăng ký đã bị sửa; hãy chạy audit.",
            f"The snapshot says {stated}, but the records now give {computed}: the registry was altered; run audit.",
        ),
        stated=stated,
        computed=computed,
    )


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
            asked = wanted[name]
            sentence = Text(
                f"Bản chốt số liệu không có {word.vi} '{asked}'", f"The snapshot has no {word.en} '{asked}'"
            )
            raise NotFoundError.unknown(sentence, asked, known)
    raise NotFoundError(Text("Bản chốt số liệu không có ô này.", "The snapshot has no such cell."))
