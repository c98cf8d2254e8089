"""The table of targets: how each target stands in each period, frozen."""

from typing import TYPE_CHECKING, Final

import attrs

from stregistry.errors import DomainError, NotFoundError
from stregistry.text import Text

if TYPE_CHECKING:
    import pandas as pd

STATUSES: Final = {
    "met": Text("đạt", "met"),
    "exceeded": Text("vượt", "exceeded"),
    "on_track": Text("đúng tiến độ", "on track"),
    "at_risk": Text("có nguy cơ chậm tiến độ", "at risk"),
    "off_track": Text("chưa đạt tiến độ", "off track"),
    "moving_away": Text("xa dần mục tiêu", "moving away"),
    "no_data": Text("chưa có số liệu", "no data"),
    "not_yet_due": Text("chưa đến hạn", "not yet due"),
    "not_in_force": Text("không có hiệu lực", "not in force"),
}
REASONS: Final = {
    "other_map": Text("mục tiêu đặt cho địa giới theo danh mục khác", "set for a territory of another place map"),
    "other_level": Text("địa bàn không thuộc cấp của bộ chỉ tiêu", "the place is not at the framework's level"),
    "no_national_figure": Text(
        "không cộng được thành số cả nước", "the figures of the places do not add up to a national one"
    ),
    "no_base": Text("không có số của năm gốc", "no figure for the base year"),
    "no_baseline": Text("không có số gốc để tính tiến độ", "no baseline to judge the pace by"),
    "part_of_year": Text("kỳ chưa trọn năm", "only a part of a year"),
    "not_a_rank": Text("không phải thứ hạng hợp lệ", "not a rank among those ranked"),
}


@attrs.frozen(kw_only=True)
class Standing:
    """One target in one period.

    target: its number among those of its indicator, from 1. place: None for the nation.
    status: a key of STATUSES; None for `about`. value: what is compared: the figure, its average growth in %
    a year, or its multiple of the base year. reason: why there is no value, or no pace to judge by.
    path, gap, ratio, pace, needed, pace_in: as in `Verdict`; 12 significant digits.
    """

    indicator: str
    target: int
    place: str | None
    period: str
    status: str | None
    value: float | None
    reason: str | None
    form: str
    low: float
    high: float | None
    of: str
    by: int | None
    every_year: bool
    out_of: int | None
    baseline_period: str | None
    baseline: float | None
    path: float | None
    gap: float | None
    ratio: float | None
    pace: float | None
    needed: float | None
    pace_in: str | None
    provisional: bool
    source: str | None
    verified: str | None


@attrs.frozen(kw_only=True, eq=False)
class TargetTable:
    """The targets of a framework, in its order, one row for each period asked for."""

    framework: str
    places: str
    rows: tuple[Standing, ...]

    def standing(self, indicator: str, period: str, target: int = 1) -> Standing:
        """How a target stands. Raises NotFoundError when there is no such row, DomainError when it is not in force."""
        for row in self.rows:
            if (row.indicator, row.period, row.target) == (indicator, period, target):
                if row.status == "not_in_force":
                    raise DomainError(
                        Text(
                            f"Mục tiêu {target} của '{indicator}' không có hiệu lực trong kỳ {period}.",
                            f"Target {target} of '{indicator}' is not in force in {period}.",
                        ),
                        indicator=indicator,
                        period=period,
                    )
                return row
        raise NotFoundError(
            Text(
                f"Không có mục tiêu {target} của chỉ tiêu '{indicator}' trong kỳ '{period}'.",
                f"There is no target {target} of indicator '{indicator}' in period '{period}'.",
            ),
            indicator=indicator,
        )

    def frame(self) -> "pd.DataFrame":
        """The rows as a frame, one column for each field of `Standing`; numbers that are missing are NaN."""
        import pandas as pd

        names = [field.name for field in attrs.fields(Standing)]
        frame = pd.DataFrame([[getattr(row, name) for name in names] for row in self.rows], columns=names)
        numbers = ("value", "low", "high", "baseline", "path", "gap", "ratio", "pace", "needed")
        return frame.astype(dict.fromkeys(numbers, "float64"))
