"""Weights of the children of one group.

y is (children, cells), the children's scores on one scale on which more is better; given is (children,), the
weights of the framework. Each function returns the children's weights, (children,), which need not sum to 1;
`bod` alone returns (children, cells), each cell's own weights.
"""

from collections.abc import Callable, Sequence
from typing import Final, Literal

import numpy as np

from stregistry.errors import DomainError
from stregistry.scoring import moments
from stregistry.scoring.faults import Floats, not_positive
from stregistry.text import Text


def given(y: Floats, given: Floats, names: Sequence[str]) -> Floats:
    """The weights as the framework gives them."""
    return given


def equal(y: Floats, given: Floats, names: Sequence[str]) -> Floats:
    """1 for every child."""
    return np.ones(len(y))


def pca(y: Floats, given: Floats, names: Sequence[str], negative: Literal["keep", "zero"] = "keep") -> Floats:
    """The loadings of the children on their first principal component, of unit length, their sum positive.

    Taken from z-scores (n - 1) of the cells in which every child is measured; negative "zero" sets loadings below 0
    to 0. Raises DomainError when fewer than 3 cells are complete or a child does not vary.
    """
    if len(y) == 1:
        return np.ones(1)
    complete = _complete(y, names)
    z = (complete - moments.mean(complete)) / moments.spread(complete, ddof=1)
    _, vectors = np.linalg.eigh(np.einsum("ik,jk->ij", z, z))
    loading = vectors[:, -1]
    loading = loading * (1.0 if loading.sum() >= 0 else -1.0)
    return np.maximum(loading, 0.0) if negative == "zero" else loading


def _complete(y: Floats, names: Sequence[str]) -> Floats:
    complete = y[:, ~np.isnan(y).any(axis=0)]
    if complete.shape[1] < 3:
        raise DomainError(
            Text(
                f"Chỉ {complete.shape[1]} đơn vị có đủ {', '.join(names)}; cần ít nhất 3 để tính trọng số pca.",
                f"Only {complete.shape[1]} units have all of {', '.join(names)}; pca weights need at least 3.",
            ),
            children=tuple(names),
        )
    flat = (moments.highest(complete) == moments.lowest(complete))[:, 0]
    if flat.any():
        name = names[int(np.flatnonzero(flat)[0])]
        raise DomainError(
            Text(
                f"{name!r} có cùng một giá trị ở mọi đơn vị nên không có trọng số pca. Bỏ nó hoặc dùng weights given.",
                f"{name!r} is the same for every unit, so it has no pca weight. Leave it out or use given weights.",
            ),
            child=name,
        )
    return complete


def entropy(y: Floats, given: Floats, names: Sequence[str]) -> Floats:
    """1 - E with E = -Σ p·ln p / ln n and p = y / Σy over the n measured cells: what differs more, counts more.

    Raises DomainError for a negative score. After Hwang and Yoon 1981.
    """
    if len(y) == 1:
        return np.ones(1)
    if (y < 0).any():
        child, cell = (int(i) for i in np.argwhere(y < 0)[0])
        raise DomainError(
            Text(
                f"Trọng số entropy cần điểm từ 0 trở lên, nhưng {names[child]!r} có điểm {y[child, cell]:g}.",
                f"Entropy weights need scores of 0 or more, but {names[child]!r} has {y[child, cell]:g}.",
            ),
            child=names[child],
        )
    filled = np.where(np.isnan(y), 0.0, y)
    p = moments.divide(filled, filled.sum(axis=1, keepdims=True))
    n = moments.count(y)[:, 0]
    spread = -(p * np.log(np.where(p > 0, p, 1.0))).sum(axis=1)
    weight = np.where((n > 1) & ~np.isnan(spread), 1.0 - spread / np.log(np.maximum(n, 2)), 0.0)
    # Equal scores give E = 1 only up to rounding, and a weight of 1e-16 beside others like it would decide.
    return np.where(weight < 1e-12, 0.0, weight)


def critic(y: Floats, given: Floats, names: Sequence[str]) -> Floats:
    """σ_j·Σ_k(1 - r_jk) on min-max columns: what varies and goes its own way counts more.

    Correlations are pairwise complete; a child that does not vary has weight 0.
    After Diakoulaki, Mavrotas and Papayannakis 1995 (the CRITIC method).
    """
    if len(y) == 1:
        return np.ones(1)
    low = moments.lowest(y)
    placed = moments.divide(y - low, moments.highest(y) - low)
    sigma = np.nan_to_num(moments.spread(placed, ddof=1)[:, 0])
    conflict = np.zeros(len(y))
    for j in range(len(y)):
        for k in range(len(y)):
            r = 1.0 if j == k else _pearson(placed[j], placed[k])
            conflict[j] += 0.0 if np.isnan(r) else 1.0 - r
    return sigma * conflict


def _pearson(a: Floats, b: Floats) -> float:
    both = ~(np.isnan(a) | np.isnan(b))
    if both.sum() < 2:
        return float("nan")
    d, e = a[both] - a[both].mean(), b[both] - b[both].mean()
    return float(moments.divide((d * e).sum(), np.sqrt((d * d).sum() * (e * e).sum())))


def bod(y: Floats, given: Floats, names: Sequence[str], low: float = 0.0, high: float = 1.0) -> Floats:
    """(children, cells) the weights under which each unit does best, its score being Σ w·y (benefit of the doubt).

    No unit may exceed 1 under anybody's weights; each child's share w·y / Σ w·y of the unit's own score lies in
    low..high. A missing child takes no part for its unit, and units that lack a child of the one judged are not among
    its peers. Raises DomainError for y <= 0 and for bounds that cannot be met.
    After Cherchye, Moesen, Rogge and Van Puyenbroeck 2007.
    """
    if (y <= 0).any():
        child, cell = (int(i) for i in np.argwhere(y <= 0)[0])
        raise not_positive("bod", names[child], str(cell), float(y[child, cell]), Text("lớn hơn 0", "above 0"))
    weights = np.zeros(y.shape)
    for cell in range(y.shape[1]):
        has = ~np.isnan(y[:, cell])
        if not has.any():
            continue
        k = int(has.sum())
        if not (k * low <= 1 <= k * high) or low < 0:
            raise DomainError(
                Text(
                    f"Với {k} thành phần, tỷ phần từ {low:g} tới {high:g} không thể cộng thành 1. Nới low hoặc high.",
                    f"With {k} children, shares from {low:g} to {high:g} cannot sum to 1. Widen low or high.",
                ),
                low=low,
                high=high,
                children=k,
            )
        part = y[has]
        weights[has, cell] = _best_weights(part[:, ~np.isnan(part).any(axis=0)], y[has, cell], low, high)
    return weights


def _best_weights(peers: Floats, own: Floats, low: float, high: float) -> Floats:
    from scipy.optimize import linprog

    # In v = w·own, the unit's own contributions, all numbers are near 1, whatever the scale of the scores.
    ratio = (peers / own[:, None]).T
    limits, bounds = [ratio], [np.ones(len(ratio))]
    identity, ones = np.eye(len(own)), np.ones((len(own), len(own)))
    if high < 1:
        limits.append(identity - high * ones)
        bounds.append(np.zeros(len(own)))
    if low > 0:
        limits.append(low * ones - identity)
        bounds.append(np.zeros(len(own)))
    found = linprog(-np.ones(len(own)), A_ub=np.vstack(limits), b_ub=np.concatenate(bounds), method="highs")
    if not found.success:
        raise DomainError(
            Text(f"Không tìm được trọng số bod: {found.message}", f"No bod weights were found: {found.message}")
        )
    best: Floats = found.x / own
    return best


WEIGHTINGS: Final[dict[str, Callable[..., Floats]]] = {
    "given": given,
    "equal": equal,
    "pca": pca,
    "entropy": entropy,
    "critic": critic,
    "bod": bod,
}
