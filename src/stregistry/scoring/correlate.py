"""How columns go together: correlations with their p-values, and whether a set of them makes one index.

x is (columns, cells). Cells in which a partner is missing are left out pair by pair.
"""

from collections.abc import Callable
from typing import Final

import attrs
import numpy as np

from stregistry.errors import DomainError
from stregistry.scoring import moments
from stregistry.scoring.faults import Floats, unknown_name
from stregistry.scoring.rank import ascending
from stregistry.text import Text


@attrs.frozen(eq=False)
class Correlations:
    """r, p: (columns of a, columns of b); NaN with fewer than 3 pairs or where one of the two does not vary.

    pairs: how many cells both had.
    """

    r: Floats
    p: Floats
    pairs: Floats


def pearson(a: Floats, b: Floats) -> tuple[float, float]:
    """r of two complete vectors, and p by Student's t with n - 2 degrees of freedom."""
    d, e = a - a.mean(), b - b.mean()
    # The largest deviation as unit: the squares of very small or very large values stay in range.
    d, e = moments.divide(d, np.abs(d).max()), moments.divide(e, np.abs(e).max())
    r = float(np.clip(moments.divide((d * e).sum(), np.sqrt((d * d).sum() * (e * e).sum())), -1.0, 1.0))
    return r, _p_by_t(r, len(a))


def spearman(a: Floats, b: Floats) -> tuple[float, float]:
    """Pearson's r of the mean ranks, and p by Student's t with n - 2 degrees of freedom."""
    ranked = np.stack([a, b])
    ranked = ascending(ranked, ranked, "average")
    return pearson(ranked[0], ranked[1])


def kendall(a: Floats, b: Floats) -> tuple[float, float]:
    """tau-b, and p by the normal approximation with the variance corrected for ties.

    After Kendall; agrees with scipy.stats.kendalltau(method="asymptotic").
    """
    from scipy.special import ndtr

    n = len(a)
    s = sum(
        float((np.sign(a[i] - a[i + 1 :]) * np.sign(b[i] - b[i + 1 :])).sum()) for i in range(n - 1)
    )  # fmt: skip
    t, u = (np.unique(x, return_counts=True)[1].astype(np.float64) for x in (a, b))
    pairs = n * (n - 1) / 2
    tied_a, tied_b = (t * (t - 1) / 2).sum(), (u * (u - 1) / 2).sum()
    tau = float(moments.divide(np.array(s), np.sqrt((pairs - tied_a) * (pairs - tied_b))))
    variance = (n * (n - 1) * (2 * n + 5) - (t * (t - 1) * (2 * t + 5)).sum() - (u * (u - 1) * (2 * u + 5)).sum()) / 18
    variance += (2 * tied_a) * (2 * tied_b) / (2 * n * (n - 1))
    variance += (t * (t - 1) * (t - 2)).sum() * (u * (u - 1) * (u - 2)).sum() / (9 * n * (n - 1) * (n - 2))
    z = float(moments.divide(np.array(abs(s)), np.sqrt(variance)))
    return tau, float("nan") if np.isnan(tau) else float(2 * ndtr(-z))


def _p_by_t(r: float, n: int) -> float:
    from scipy.special import stdtr

    if np.isnan(r):
        return r
    if abs(r) == 1.0:
        return 0.0
    return float(2 * stdtr(n - 2, -abs(r) * np.sqrt((n - 2) / (1 - r * r))))


CORRELATIONS: Final[dict[str, Callable[[Floats, Floats], tuple[float, float]]]] = {
    "pearson": pearson,
    "spearman": spearman,
    "kendall": kendall,
}


def correlations(a: Floats, b: Floats, how: str = "pearson") -> Correlations:
    """The correlation of every column of a, (columns, cells), with every column of b.

    b can be an indicator from outside the index (Handbook 2008, step 9). Raises DomainError for an unknown `how`.
    """
    if how not in CORRELATIONS:
        raise unknown_name(Text("hệ số tương quan", "correlation"), how, CORRELATIONS)
    shape = (len(a), len(b))
    r, p, pairs = np.full(shape, np.nan), np.full(shape, np.nan), np.zeros(shape)
    for i, j in np.ndindex(*shape):
        if b is a and j < i:
            r[i, j], p[i, j], pairs[i, j] = r[j, i], p[j, i], pairs[j, i]
            continue
        both = ~(np.isnan(a[i]) | np.isnan(b[j]))
        pairs[i, j] = both.sum()
        if pairs[i, j] >= 3:
            r[i, j], p[i, j] = CORRELATIONS[how](a[i, both], b[j, both])
    return Correlations(r, p, pairs)


def cronbach_alpha(x: Floats) -> float:
    """Cronbach's alpha, k²·c̄ / ΣC, on pairwise complete covariances (n - 1); NaN for a single column.

    c̄ is the mean of the covariances between different columns. After Cronbach 1951.
    """
    k = len(x)
    if k < 2:
        return float("nan")
    c = np.array([[_covariance(x[i], x[j]) for j in range(k)] for i in range(k)])
    between = (c.sum() - np.trace(c)) / (k * (k - 1))
    return float(moments.divide(np.array(k**2 * between), c.sum()))


def _covariance(a: Floats, b: Floats) -> float:
    both = ~(np.isnan(a) | np.isnan(b))
    if both.sum() < 2:
        return float("nan")
    d, e = a[both] - a[both].mean(), b[both] - b[both].mean()
    return float((d * e).sum() / (both.sum() - 1))


@attrs.frozen(eq=False)
class Components:
    """loadings: (columns, components) of unit length, each with a positive sum; explained: shares of the variance."""

    loadings: Floats
    explained: Floats


def components(x: Floats) -> Components:
    """Principal components of the z-scores of the complete cells, the one that explains most first.

    Raises DomainError with fewer than 3 complete cells or a column that does not vary.
    """
    values, vectors = np.linalg.eigh(_correlation_matrix(x)[0])
    order = np.argsort(-values, kind="stable")
    loadings = vectors[:, order]
    loadings = loadings * np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)
    return Components(loadings, np.maximum(values[order], 0.0) / len(x))


@attrs.frozen(eq=False)
class Adequacy:
    """Kaiser-Meyer-Olkin measure: overall, and by column, (columns,). Above 0.6 is usually called acceptable."""

    overall: float
    by_column: Floats


def kmo(x: Floats) -> Adequacy:
    """How much of the correlation is shared: Σr² / (Σr² + Σ partial r²), over different columns.

    Raises DomainError when a column is a linear combination of the others. After Kaiser 1974.
    """
    r, _ = _correlation_matrix(x)
    if np.linalg.matrix_rank(r) < len(r):
        raise _dependent()
    inverse = np.linalg.inv(r)
    partial = -inverse / np.sqrt(np.outer(np.diag(inverse), np.diag(inverse)))
    off = 1.0 - np.eye(len(r))
    r2, q2 = (r * off) ** 2, (partial * off) ** 2
    by_column = moments.divide(r2.sum(axis=0), r2.sum(axis=0) + q2.sum(axis=0))
    return Adequacy(float(moments.divide(r2.sum(), r2.sum() + q2.sum())), by_column)


@attrs.frozen
class Sphericity:
    """Bartlett's test that no columns correlate: chi square, degrees of freedom, p."""

    chi_square: float
    degrees: int
    p: float


def bartlett(x: Floats) -> Sphericity:
    """-(n - 1 - (2k + 5)/6)·ln|R| over the n complete cells. After Bartlett 1951.

    Raises DomainError when a column is a linear combination of the others.
    """
    from scipy.special import chdtrc

    r, n = _correlation_matrix(x)
    k = len(r)
    sign, logdet = np.linalg.slogdet(r)
    if sign <= 0 or np.linalg.matrix_rank(r) < k:
        raise _dependent()
    chi = -(n - 1 - (2 * k + 5) / 6) * float(logdet)
    degrees = k * (k - 1) // 2
    return Sphericity(chi, degrees, float(chdtrc(degrees, max(chi, 0.0))))


def _correlation_matrix(x: Floats) -> tuple[Floats, int]:
    complete = x[:, ~np.isnan(x).any(axis=0)]
    n = complete.shape[1]
    flat = (moments.highest(complete) == moments.lowest(complete)).any() if n else True
    if n < 3 or flat:
        raise DomainError(
            Text(
                f"Cần ít nhất 3 đơn vị đủ số liệu (có {n}) và mỗi cột phải có giá trị khác nhau.",
                f"At least 3 complete units are needed (there are {n}), and every column has to vary.",
            ),
            complete=n,
        )
    z = (complete - moments.mean(complete)) / moments.spread(complete, ddof=1)
    return np.einsum("ik,jk->ij", z, z) / (n - 1), n


def _dependent() -> DomainError:
    return DomainError(
        Text(
            "Có cột là tổ hợp tuyến tính của các cột khác (hoặc nhiều cột hơn đơn vị). Bỏ bớt cột.",
            "A column is a linear combination of the others (or there are more columns than units). Leave some out.",
        )
    )
