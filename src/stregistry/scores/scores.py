"""What scoring a table gives: a frame for every stage, and the questions one asks of a result."""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np

from stregistry.framework import Framework
from stregistry.scores.binding import Bound
from stregistry.scores.branches import contributions_of
from stregistry.scores.frames import Rows, treatment_frame, whole_numbers
from stregistry.scores.measured import Measured
from stregistry.scores.show import html_of, text_of
from stregistry.scoring.faults import Floats, Note, unknown_name
from stregistry.scoring.pipeline import Stages
from stregistry.scoring.variants import missing_reasons, profile
from stregistry.scoring.whatif import WhatIf
from stregistry.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from stregistry.scores.doubt import RankSensitivity, RankUncertainty
    from stregistry.scores.plot import Plots
    from stregistry.scores.variants import Comparison

# The files of `write`, each the property of the same name.
STAGES: Final = ("denominated", "imputed", "screened", "treated", "treatment", "normalised", "scores", "ranks")


@attrs.frozen(eq=False, kw_only=True, repr=False)
class Scores:
    """The scores of a table's units under one framework.

    Frames have the columns unit, period (when the table had it), then ids; one row for each unit and period, units in
    the order of the table; NaN is not measured. Methods that look at one period take the last one unless told.
    stages: the same as arrays, for the functions of `stregistry.scoring`.
    """

    bound: Bound
    measured: Measured
    stages: Stages

    @property
    def framework(self) -> Framework:
        """The framework the scores rest on; they compare only within one version of it."""
        return self.bound.framework

    @property
    def units(self) -> tuple[str, ...]:
        """The units, in the order of the table."""
        return self.stages.table.units

    @property
    def periods(self) -> tuple[str, ...]:
        """The periods in order of time; () when the table has no such column."""
        return self.measured.periods

    @property
    def notes(self) -> tuple[Note, ...]:
        """What the computation did or could not do, and its reader has to know."""
        return (*self.measured.notes, *self.bound.notes, *self.stages.notes)

    @property
    def denominated(self) -> "pd.DataFrame":
        """Every indicator after scale and per, also those that are shown and not scored (direction "none")."""
        ids = [i.id for i in self.framework.indicators]
        return self._rows.frame(np.moveaxis(self.measured.figures, -1, 0), ids)

    @property
    def imputed(self) -> "pd.DataFrame":
        """The scored indicators with missing cells filled as the method says."""
        return self._indicators(self.stages.prepared.imputed)

    @property
    def screened(self) -> "pd.DataFrame":
        """The same without the units that were screened out (in that period)."""
        frame = self._indicators(self.stages.prepared.screened)
        return frame[self._rows.flat(self.stages.prepared.included)].reset_index(drop=True)

    @property
    def treated(self) -> "pd.DataFrame":
        """After outliers were treated; a unit that was screened out is NaN from here on."""
        return self._indicators(self.stages.prepared.treated)

    @property
    def treatment(self) -> "pd.DataFrame":
        """What was done to each indicator, a row each (in each period, when not pooled); no rows without the step.

        indicator, [period,] function ("" is none), moved (cells winsorised), skew and kurtosis before, after
        winsorising and in the end, passed, left (why it was left as it is), low, high (where cells were cut), factor.
        """
        return treatment_frame(self.stages)

    @property
    def normalised(self) -> "pd.DataFrame":
        """The scored indicators on one scale, more is better."""
        return self._indicators(self.stages.prepared.normalised)

    @property
    def scores(self) -> "pd.DataFrame":
        """The score of every group, the index among them, in the order of the framework."""
        return self._rows.frame(self.stages.scores[self._nodes], self.bound.groups)

    @property
    def ranks(self) -> "pd.DataFrame":
        """The rank in every group, 1 the highest, ties share the best; whole numbers, <NA> without a score."""
        frame = self._rows.frame(self.stages.ranks[self._nodes], self.bound.groups)
        return frame.astype(dict.fromkeys(self.bound.groups, "Int64"))

    @property
    def missing(self) -> "pd.DataFrame":
        """Why there is no score, "" where there is one: screened_out, availability, no_members."""
        return self._rows.frame(missing_reasons(self.stages)[self._nodes], self.bound.groups)

    def summary(self, unit: str, period: str | None = None, lang: str = "vi") -> "pd.DataFrame":
        """How a unit stands in every group: id, name, level, score, rank, out_of (units with a score)."""
        import pandas as pd

        at, unit_at = self.at(period), self.unit_at(unit)
        scores, ranks = self.stages.scores[self._nodes, at], self.stages.ranks[self._nodes, at]
        names = {group.id: group.name[lang] for group in self.framework.groups}
        return pd.DataFrame(
            {
                "id": self.bound.groups,
                "name": [names[id] for id in self.bound.groups],
                "level": self.stages.index.tree.level[self._nodes],
                "score": scores[:, unit_at],
                "rank": whole_numbers(ranks[:, unit_at]),
                "out_of": (~np.isnan(scores)).sum(axis=1),
            }
        )

    def strengths(self, unit: str, top: int = 5, period: str | None = None, lang: str = "vi") -> "pd.DataFrame":
        """The indicators in which a unit ranks best among the measured units, best first: id, name, rank, value."""
        return self._standing("strengths", unit, top, period, lang)

    def weaknesses(self, unit: str, top: int = 5, period: str | None = None, lang: str = "vi") -> "pd.DataFrame":
        """The indicators in which a unit ranks worst among the measured units, worst last: id, name, rank, value."""
        return self._standing("weaknesses", unit, top, period, lang)

    def contributions(self, unit: str, period: str | None = None, lang: str = "vi") -> "pd.DataFrame":
        """What each group and indicator adds to the index score of a unit, depth first.

        id, name, parent, depth (0 the index), weight (share among the measured members of the group), score, points.
        The points of a group's members add up to the group's; NaN below an aggregation that does not split (median,
        copeland, mpi, ampi).
        """
        return contributions_of(self, unit, period, lang)

    def compare(self, other: "Scores", period: str | None = None, other_period: str | None = None) -> "Comparison":
        """What changes from these index scores to the other ones, for the units that either has. Needs scipy."""
        from stregistry.scores.variants import compare_scores

        return compare_scores(self, other, period, other_period)

    def leave_one_out(self, level: int = 1, period: str | None = None) -> "pd.DataFrame":
        """The index without each indicator (level 1) or each group of a level: left_out, unit, score, rank and changes.

        The one left out has weight 0 and still counts for availability.
        """
        from stregistry.scores.variants import leave_one_out

        return leave_one_out(self, level, period)

    def correlations(self, level: int = 1, how: str = "pearson", period: str | None = None) -> "pd.DataFrame":
        """How the indicators (level 1) or the groups of a level go together: a, b, r, p, pairs. Needs scipy.

        how: pearson, spearman or kendall; normalised values, pairs of measured cells; NaN with fewer than 3 pairs.
        """
        from stregistry.scores.variants import correlations_of

        return correlations_of(self, level, how, period)

    def attribute(
        self, before: "Scores", period: str | None = None, before_period: str | None = None
    ) -> "pd.DataFrame":
        """Which indicators made the index move since `before`: unit, id, part, points; points add up to the change.

        part: "value" for a changed indicator, "weight" for a changed share among its siblings. Raises DomainError
        when the two differ in tree, units or aggregation.
        """
        from stregistry.scores.variants import attribution_of

        return attribution_of(self, before, period, before_period)

    def what_if(
        self,
        unit: str,
        change: str | Mapping[str, float],
        *,
        score: float | None = None,
        rank: int | None = None,
        group: str | None = None,
        period: str | None = None,
    ) -> WhatIf | None:
        """The least change with which a unit reaches a score or a rank in the index or a group; None if there is none.

        change: one indicator, free to move a range beyond the observed values; or for each of several the value it
        may go to at most. The answer is confirmed by a full run.
        """
        from stregistry.scores.variants import what_if

        return what_if(self, unit, change, score, rank, group, period)

    def gains(self, unit: str, period: str | None = None) -> "pd.DataFrame":
        """What a small improvement of each indicator would add to the unit's index score: id, per_unit, per_range.

        per_unit: points for one unit of measure; per_range: for a step as long as the observed range.
        """
        from stregistry.scores.variants import gains_of

        return gains_of(self, unit, period)

    def uncertainty(self, draws: int | None = None, *, seed: int, period: str | None = None) -> "RankUncertainty":
        """How scores and ranks of the index spread under the alternatives of [uncertainty]. Needs scipy.

        draws: default the framework's, else 1000. Raises DomainError without [uncertainty], and when more than 5 % of
        the draws fail.
        """
        from stregistry.scores.doubt import uncertainty_of

        return uncertainty_of(self, draws, seed, period)

    def sensitivity(self, n: int | None = None, *, seed: int, period: str | None = None) -> "RankSensitivity":
        """Which of the open assumptions scores and ranks depend on. Needs scipy.

        n: a power of 2, default the first one not below the draws that tells the assumptions apart; n·(assumptions + 2)
        runs. Raises as `uncertainty`, and DomainError for an n too small.
        """
        from stregistry.scores.doubt import sensitivity_of

        return sensitivity_of(self, n, seed, period)

    @property
    def plot(self) -> "Plots":
        """Pictures of this result, for a notebook or a file. Needs altair (extra `plots`)."""
        from stregistry.scores.plot import Plots

        return Plots(self)

    def name_of(self, id: str) -> Text:
        """The name of an indicator or a group. Raises DomainError for an unknown one, with the nearest."""
        names = {one.id: one.name for one in self.framework.groups}
        names |= {one.id: one.name for one in self.framework.indicators}
        if id not in names:
            raise unknown_name(Text("chỉ tiêu hay nhóm", "indicator or group"), id, tuple(names))
        return names[id]

    def unit_name(self, unit: str) -> Text:
        """What to call a unit: the name of a place code, else the unit as the table has it."""
        return self.measured.names.get(unit) or Text(unit, unit)

    def at(self, period: str | None) -> int:
        """The position of a period in the stages, the last one for None. Raises DomainError with the nearest."""
        if period is None:
            return -1
        if period not in self.periods:
            raise unknown_name(Text("kỳ", "period"), period, self.periods)
        return self.periods.index(period)

    def unit_at(self, unit: str) -> int:
        """The position of a unit. Raises DomainError with the nearest."""
        if unit not in self.units:
            raise unknown_name(Text("đơn vị", "unit"), unit, self.units)
        return self.units.index(unit)

    @cached_property
    def _rows(self) -> Rows:
        return Rows(self.units, self.periods)

    @cached_property
    def _nodes(self) -> list[int]:
        return [self.stages.index.tree.place[name] for name in self.bound.groups]

    def _indicators(self, values: Floats) -> "pd.DataFrame":
        return self._rows.frame(values, self.stages.index.tree.indicators)

    def _standing(self, side: str, unit: str, top: int, period: str | None, lang: str) -> "pd.DataFrame":
        import pandas as pd

        found = getattr(profile(self.stages, unit, top=top, period=self.at(period)), side)
        rows: list[dict[str, Any]] = [
            {
                "id": one.indicator,
                "name": self.framework.indicator(one.indicator).name[lang],
                "rank": one.rank,
                "value": one.value,
            }
            for one in found
        ]
        return pd.DataFrame(rows, columns=["id", "name", "rank", "value"])

    def __repr__(self) -> str:
        return text_of(self)

    def _repr_html_(self) -> str:
        return html_of(self)
