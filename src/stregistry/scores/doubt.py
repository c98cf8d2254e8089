"""How sure the ranks are, and which assumption they hang on, as frames."""

from typing import TYPE_CHECKING, Any, Final

import attrs

from stregistry.errors import DomainError
from stregistry.scores.extra import scipy_at_hand
from stregistry.scores.frames import whole_numbers
from stregistry.scoring.experiment import Experiment
from stregistry.scoring.sensitivity import Sensitivity, confounded, sensitivity
from stregistry.scoring.uncertainty import Uncertainty, uncertainty
from stregistry.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from stregistry.scores.scores import Scores

DRAWS: Final = 1000
MOST: Final = 2**16  # points that are taken unasked
_INDICES: Final = ("first", "first_low", "first_high", "total", "total_low", "total_high")


@attrs.frozen(eq=False, kw_only=True)
class RankUncertainty:
    """The spread of the index over the draws.

    frame: unit, [period,] score and rank of the method itself, then median, 5 % and 95 % quantile of both.
    p_rank: unit, then for each rank (columns 1, 2, …) the share of draws in which the unit has it.
    seed: the same seed gives the same bits. draws: how many; failed: how many of them gave no score.
    result: the engine's own outcome, with every draw.
    """

    frame: "pd.DataFrame"
    p_rank: "pd.DataFrame"
    seed: int
    draws: int
    failed: int
    result: Uncertainty


@attrs.frozen(eq=False, kw_only=True)
class RankSensitivity:
    """Variance-based indices of every open assumption.

    frame: output, unit, [period,] assumption, then first-order and total index with their 5 % and 95 % bounds. output:
    "shift" (mean absolute rank shift over all units; unit is empty), "score" or "rank" of one unit. NaN where the
    output does not vary.
    seed: the same seed gives the same bits. n: n·(assumptions + 2) runs were made.
    result: the engine's own outcome.
    """

    frame: "pd.DataFrame"
    seed: int
    n: int
    result: Sensitivity


def uncertainty_of(scores: "Scores", draws: int | None, seed: int, period: str | None) -> RankUncertainty:
    """The spread of scores and ranks."""
    import pandas as pd

    experiment = _experiment(scores, period)
    draws = _draws(scores, draws)
    found = uncertainty(experiment, draws, seed=seed)
    at = experiment.period
    columns: dict[str, Any] = {"unit": scores.units} | _period_column(scores, at)
    columns["score"] = scores.stages.scores[-1, at]
    columns["rank"] = whole_numbers(scores.stages.ranks[-1, at])
    for name, spread in (("score", found.score), ("rank", found.rank)):
        columns |= {f"{name}_median": spread.median, f"{name}_low": spread.low, f"{name}_high": spread.high}
    p_rank = pd.DataFrame(found.p_rank, columns=[str(rank + 1) for rank in range(len(scores.units))])
    p_rank.insert(0, "unit", scores.units)
    return RankUncertainty(
        frame=pd.DataFrame(columns),
        p_rank=p_rank,
        seed=seed,
        draws=draws,
        failed=int(found.failed.sum()),
        result=found,
    )


def sensitivity_of(scores: "Scores", n: int | None, seed: int, period: str | None) -> RankSensitivity:
    """The indices of every assumption, for the rank shift and for each unit."""
    import pandas as pd

    experiment = _experiment(scores, period)
    if n is None:
        n = max(2, 1 << (_draws(scores, None) - 1).bit_length())
        while n < MOST and confounded(experiment, n, seed):
            n *= 2
    found = sensitivity(experiment, n, seed=seed)
    parts = []
    for output, units, indices in (
        ("shift", ("",), found.shift),
        ("score", scores.units, found.score),
        ("rank", scores.units, found.rank),
    ):
        for column, unit in enumerate(units):
            keys: dict[str, Any] = {"output": output, "unit": unit} | _period_column(scores, experiment.period)
            keys["assumption"] = found.factors
            parts.append(pd.DataFrame(keys | {name: getattr(indices, name)[:, column] for name in _INDICES}))
    return RankSensitivity(frame=pd.concat(parts, ignore_index=True), seed=seed, n=n, result=found)


def _experiment(scores: "Scores", period: str | None) -> Experiment:
    scipy_at_hand()
    if not scores.bound.factors:
        raise DomainError(
            Text(
                f"Bộ chỉ tiêu '{scores.framework.id}' chưa nêu giả định nào để thay đổi. Thêm [uncertainty], ví dụ "
                "weights = {noise = 0.25}.",
                f"Framework '{scores.framework.id}' leaves no assumption open. Add a table [uncertainty], for example "
                "weights = {noise = 0.25}.",
            ),
            framework=scores.framework.id,
        )
    stages = scores.stages
    return Experiment(
        table=stages.table,
        index=stages.index,
        method=stages.method,
        factors=scores.bound.factors,  # type: ignore[arg-type]  # mypy reads attrs' converter=tuple as generic
        period=scores.at(period),
    )


def _draws(scores: "Scores", draws: int | None) -> int:
    if draws is None:
        return int((scores.framework.uncertainty or {}).get("draws", DRAWS))
    if draws < 1:
        raise DomainError(
            Text(f"Số lượt tính phải từ 1 trở lên, không phải {draws}.", f"At least 1 draw, not {draws}.")
        )
    return draws


def _period_column(scores: "Scores", at: int) -> dict[str, str]:
    return {"period": scores.periods[at]} if scores.periods else {}
