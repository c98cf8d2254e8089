"""Pictures of a result, as altair charts: a notebook shows them, `.save("rank.svg")` or `.png` writes them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import attrs

from stregistry.scores.extra import altair_at_hand

if TYPE_CHECKING:
    import altair as alt

    from stregistry.scores.doubt import RankUncertainty
    from stregistry.scores.scores import Scores

__all__ = ["Plots"]


@attrs.frozen(eq=False)
class Plots:
    """The pictures of `Scores.plot`.

    lang: the language of a picture, vi or en. period: default the last one. Files need vl-convert, of the same extra.
    Raises StregistryError without altair, DomainError for an unknown unit, indicator, group or period (the nearest is
    named) and where there is nothing to show.
    """

    scores: "Scores" = attrs.field(repr=False)

    def __attrs_post_init__(self) -> None:
        altair_at_hand()

    def rank(
        self, *, group: str | None = None, top: int = 40, own: str | None = None, period: str | None = None,
        lang: str = "vi",
    ) -> "alt.LayerChart":  # fmt: skip
        """The units by their score in the index or a group, the best first. own: a unit to set apart."""
        from stregistry.scores.plot.order import rank

        return rank(self.scores, group, top, own, period, lang)

    def uncertainty(
        self, spread: "RankUncertainty | None" = None, *, seed: int = 1, top: int = 40, own: str | None = None,
        period: str | None = None, lang: str = "vi",
    ) -> "alt.LayerChart":  # fmt: skip
        """The rank of each unit, its median and its 5-95% interval under the alternatives of [uncertainty].

        spread: an outcome of `Scores.uncertainty`, for the same period; without it one is made with the seed, which
        the picture names.
        """
        from stregistry.scores.plot.order import uncertainty

        spread = spread or self.scores.uncertainty(seed=seed, period=period)
        return uncertainty(self.scores, spread, top, own, period, lang)

    def contributions(self, unit: str, *, period: str | None = None, lang: str = "vi") -> "alt.LayerChart":
        """The points each indicator adds to the index score of a unit.

        Raises DomainError for a unit without a score, and where an aggregation does not split into points.
        """
        from stregistry.scores.plot.inside import contributions

        return contributions(self.scores, unit, period, lang)

    def tree(self, unit: str | None = None, *, period: str | None = None, lang: str = "vi") -> "alt.HConcatChart":
        """The index tree, from the index to the indicators, and what each indicator weighs in the index.

        unit: shows its scores in the tree, and its weights where they are its own (`bod`).
        """
        from stregistry.scores.plot.tree import tree

        return tree(self.scores, unit, period, lang)

    def profile(self, unit: str, *, period: str | None = None, lang: str = "vi") -> "alt.LayerChart":
        """Where a unit stands in each indicator, between the lowest and the highest of all units.

        The dot is on the common scale, more is better; its figure, in the indicator's own unit, stands at the side.
        """
        from stregistry.scores.plot.inside import profile

        return profile(self.scores, unit, period, lang)

    def scatter(
        self, a: str, b: str, *, own: str | None = None, period: str | None = None, lang: str = "vi"
    ) -> "alt.LayerChart":
        """Two indicators or groups against each other, a dot for each unit that has both.

        Indicators in their own unit, groups as scores.
        """
        from stregistry.scores.plot.across import scatter

        return scatter(self.scores, a, b, own, period, lang)

    def trend(self, id: str, units: Sequence[str] | None = None, *, lang: str = "vi") -> "alt.LayerChart":
        """An indicator or a group over the periods, a line for each unit; a gap stays a gap.

        units: those set apart and named; default the five best of the last period. Raises DomainError for scores of
        fewer than two periods.
        """
        from stregistry.scores.plot.across import trend

        return trend(self.scores, id, units, lang)

    def tiles(
        self, id: str | None = None, *, own: str | None = None, period: str | None = None, lang: str = "vi"
    ) -> "alt.LayerChart":
        """An indicator or a group (default the index) on the 34 provinces, each roughly where it lies.

        Units are codes or names of provinces. Raises DomainError for units that are none.
        """
        from stregistry.scores.plot.tiles import tiles

        return tiles(self.scores, id, own, period, lang)
