"""Outliers: winsorise a few cells, and where that is not enough transform the whole column.

A column passes when |G1| < skewness or G2 < kurtosis. The order of the two steps, and that winsorising
is dropped when it does not suffice, follow COINr (Becker et al. 2022), whose `Treat` this agrees with.
"""

from collections.abc import Sequence
from typing import Final

import attrs
import numpy as np

from stregistry.errors import DomainError
from stregistry.scoring import moments
from stregistry.scoring.faults import Bools, Floats, Ints
from stregistry.scoring.transform import TRANSFORMS, gii_factor
from stregistry.scoring.winsorise import Limits, winsorise
from stregistry.text import Text


@attrs.frozen(kw_only=True)
class Rule:
    """How one column is treated.

    winsorise: no further pass is made once this many cells have been moved; 0 goes straight to `then`.
    skewness, kurtosis: the limits a column has to stay under, either of them.
    then: a key of TREATMENTS, for a column that winsorising does not mend. power: for box_cox.
    on_winsorised: `then` is applied to the winsorised column instead of the original one.
    """

    winsorise: int = 0
    skewness: float = 2.0
    kurtosis: float = 3.5
    then: str = "none"
    power: float = 0.0
    on_winsorised: bool = False

    @property
    def winsorised_only(self) -> "Rule":
        """The rule for a column whose posts or target are in its own unit, which a logarithm would break."""
        return attrs.evolve(self, then="none", on_winsorised=True)


@attrs.frozen(eq=False)
class Treatment:
    """What was done to each row; everything but source and rules is (rows,).

    skew, kurtosis: G1 and G2 before. moved: cells moved by winsorising, even when it was then dropped.
    winsorised_skew, winsorised_kurtosis: after winsorising, NaN where it was not tried.
    skew_after, kurtosis_after: of the column as it left. passed: whether it then passes.
    function: "" untouched, "winsorise", or a key of TREATMENTS. low, high: what winsorised cells were moved to,
    -inf and inf where none were. factor: f of log_gii, NaN elsewhere.
    left: "" or why the row was left as it is: "few_measured" (under 4), "few_values" (1 or 2 distinct).
    source: (rows, cells) the rows before.
    """

    skew: Floats
    kurtosis: Floats
    moved: Ints
    winsorised_skew: Floats
    winsorised_kurtosis: Floats
    skew_after: Floats
    kurtosis_after: Floats
    passed: Bools
    function: "np.ndarray[tuple[int], np.dtype[np.str_]]"
    low: Floats
    high: Floats
    factor: Floats
    left: "np.ndarray[tuple[int], np.dtype[np.str_]]"
    rules: tuple[Rule, ...]
    source: Floats

    def apply(self, x: Floats) -> Floats:
        """Other values of the same rows put through this very treatment: its limits, its functions, its minima."""
        y = x.copy()
        transformed = (self.function != "") & (self.function != "winsorise")
        for rule in dict.fromkeys(self.rules):
            mine = np.array([other is rule or other == rule for other in self.rules])
            cut = np.flatnonzero(mine & ((self.function == "winsorise") | rule.on_winsorised))
            for part in moments.blocks(cut, x.shape[1]):
                y[part] = np.clip(x[part], self.low[part, None], self.high[part, None])
            for part in moments.blocks(np.flatnonzero(mine & transformed), x.shape[1]):
                basis = self.source[part]
                if rule.on_winsorised:
                    basis = np.clip(basis, self.low[part, None], self.high[part, None])
                y[part] = _second(rule, y[part], basis)
        return y


def treat(x: Floats, rules: Sequence[Rule], names: Sequence[str]) -> tuple[Floats, Treatment]:
    """The treated rows of (rows, cells), and what was done to each.

    rules, names: one for each row; names are for messages. Raises DomainError for log_gii on a row whose
    maximum is 0 or less.
    """
    rows = len(x)
    limits = Limits(
        np.array([rule.winsorise for rule in rules], dtype=np.intp),
        np.array([rule.skewness for rule in rules]),
        np.array([rule.kurtosis for rule in rules]),
    )
    skew, kurtosis = moments.skew_kurtosis(x)
    left = _left_alone(x)
    passed = limits.passes(skew, kurtosis)
    failing = np.flatnonzero(~passed & (left == ""))
    moved, low, high = np.zeros(rows, dtype=np.intp), np.full(rows, -np.inf), np.full(rows, np.inf)
    skew_then, kurtosis_then = np.full(rows, np.nan), np.full(rows, np.nan)
    skew_after, kurtosis_after = skew.copy(), kurtosis.copy()
    function = np.full(rows, "", dtype="<U12")
    factor = np.full(rows, np.nan)
    tried = failing[limits.cells[failing] > 0]
    cut = winsorise(x[tried], skew[tried], limits.take(tried))
    moved[tried], low[tried], high[tried] = cut.moved, cut.low, cut.high
    skew_then[tried], kurtosis_then[tried] = cut.skew, cut.kurtosis
    skew_after[tried], kurtosis_after[tried] = cut.skew, cut.kurtosis
    passed[tried] = limits.passes(skew_after, kurtosis_after)[tried]
    keeps = np.array([rule.on_winsorised or rule.then == "none" for rule in rules], dtype=np.bool_)
    function[tried[(moved[tried] > 0) & (passed[tried] | keeps[tried])]] = "winsorise"
    for i in failing[~passed[failing]]:
        rule = rules[i]
        if rule.then != "none":
            function[i] = rule.then
        elif not rule.on_winsorised:
            function[i], skew_after[i], kurtosis_after[i] = "", skew[i], kurtosis[i]
    done = Treatment(
        skew, kurtosis, moved, skew_then, kurtosis_then, skew_after, kurtosis_after, passed, function, low, high,
        factor, left, tuple(rules), x,
    )  # fmt: skip
    second = np.flatnonzero((function != "") & (function != "winsorise"))
    gii = second[function[second] == "log_gii"]
    if len(gii):
        _refuse_log_gii(x[gii], [names[i] for i in gii])
        factor[gii] = gii_factor(x[gii])[:, 0]
    y = done.apply(x)
    if len(second):
        skew_after[second], kurtosis_after[second] = moments.skew_kurtosis(y[second])
        passed[second] = limits.passes(skew_after, kurtosis_after)[second]
    return y, done


def _left_alone(x: Floats) -> "np.ndarray[tuple[int], np.dtype[np.str_]]":
    """(rows,) why a row is not judged: fewer than 4 measured cells, or at most 2 distinct values."""
    left = np.full(len(x), "", dtype="<U12")
    low, high = moments.lowest(x), moments.highest(x)
    measured = moments.count(x)[:, 0]
    # A third value is nearly always among the first cells: only rows without one there are looked at whole.
    two = ~_between(x[:, :64], low, high)
    two[two] = ~_between(x[two], low[two], high[two])
    left[(measured > 0) & two] = "few_values"
    left[measured < 4] = "few_measured"
    return left


def _between(x: Floats, low: Floats, high: Floats) -> Bools:
    """(rows,) whether some cell lies strictly between the ends of its row."""
    return np.asarray(((x > low) & (x < high)).any(axis=1))


def _second(rule: Rule, x: Floats, basis: Floats) -> Floats:
    if rule.then == "box_cox":
        return TRANSFORMS["box_cox"](x, basis, power=rule.power)
    return TRANSFORMS[rule.then](x, basis)


def _refuse_log_gii(x: Floats, names: Sequence[str]) -> None:
    bad = np.flatnonzero(moments.highest(x)[:, 0] <= 0)
    if len(bad):
        name = names[bad[0]]
        raise DomainError(
            Text(
                f"log_gii không dùng được cho chỉ tiêu {name!r}: giá trị lớn nhất không lớn hơn 0. Chọn log_ct.",
                f"log_gii cannot be used on indicator {name!r}: its largest value is not above 0. Choose log_ct.",
            ),
            indicator=name,
        )


# The names [method.treat] may use for `then`; what each does stands in transform.py.
TREATMENTS: Final = TRANSFORMS
