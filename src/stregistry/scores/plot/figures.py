"""What the pictures show of a result: figures by id, who has a score, what stands below a title."""

from typing import TYPE_CHECKING

import attrs
import numpy as np

from stregistry.errors import DomainError
from stregistry.scoring.faults import Floats
from stregistry.text import Text

if TYPE_CHECKING:
    from stregistry.scores.scores import Scores


@attrs.frozen(eq=False)
class Column:
    """An indicator or a group over all periods.

    values: (periods or 1, units), an indicator in its own unit. up: whether more is better, None for neither.
    """

    id: str
    name: Text
    unit: Text | None
    values: Floats
    up: bool | None

    def title(self, lang: str) -> str:
        """The name with the unit of measure."""
        return f"{self.name[lang]} ({self.unit[lang]})" if self.unit else self.name[lang]


def column(scores: "Scores", id: str | None) -> Column:
    """The figures of an indicator, or the scores of a group (the index for None)."""
    chosen = scores.stages.index.tree.ids[-1] if id is None else id
    name = scores.name_of(chosen)
    found = {one.id: n for n, one in enumerate(scores.framework.indicators)}
    if chosen in found:
        one = scores.framework.indicators[found[chosen]]
        up = None if one.direction == "none" else one.direction == "up"
        return Column(chosen, name, one.measured_in, scores.measured.figures[..., found[chosen]], up)
    if chosen not in scores.bound.groups:
        raise DomainError(
            Text(
                f"Nhóm '{chosen}' không có chỉ tiêu nào được tính điểm.",
                f"Group '{chosen}' has no indicator that is scored.",
            ),
            group=chosen,
        )
    return Column(
        chosen, name, Text("điểm", "score"), scores.stages.scores[scores.stages.index.tree.place[chosen]], True
    )


def period_of(scores: "Scores", period: str | None) -> str | None:
    """The label of the period a picture is of; None for a table without periods."""
    at = scores.at(period)
    return scores.periods[at] if scores.periods else None


def headed(scores: "Scores", period: str | None, lang: str, *more: str) -> list[str]:
    """The lines below a title: which framework and version, which period, and more."""
    framework = scores.framework
    label = period_of(scores, period)
    version = Text("phiên bản", "version")[lang]
    when = f"; {Text('kỳ', 'period')[lang]} {label}" if label else ""
    return [f"{framework.title[lang]}, {version} {framework.version}{when}.", *more]


def refuse_none(values: Floats, what: Text) -> None:
    """Raises DomainError when nothing is known of it."""
    if np.isnan(values).all():
        raise DomainError(
            Text(f"Không đơn vị nào có số liệu: {what.vi}.", f"No unit has a figure: {what.en}."),
        )
