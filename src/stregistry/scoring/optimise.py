"""Weights under which each group counts for the index as much as it is meant to."""

from collections.abc import Callable, Mapping, Sequence

import attrs
import numpy as np

from stregistry.errors import DomainError
from stregistry.scoring.faults import Floats
from stregistry.scoring.tree import Tree
from stregistry.text import Text


@attrs.frozen(eq=False)
class Optimised:
    """weights: (nodes,) with those of the level replaced. miss: the largest |share of correlation - target|."""

    weights: Floats
    miss: float


def optimised(
    tree: Tree,
    weights: Floats,
    scores: Callable[[Floats], Floats],
    level: int = 2,
    target: Sequence[float] | Mapping[str, float] | None = None,
) -> Optimised:
    """The weights of the nodes of a level, w >= 0 with Σw = 1, that minimise Σ(r_c / Σr - target_c)².

    r_c is the Pearson correlation of node c with the index over the units that have both. scores: from (nodes,)
    weights to (nodes, cells) scores. target: the shares wanted, in node order or by id, rescaled to sum 1; None for
    equal ones. A target can be out of reach: `miss` says how far the answer stays away from it.
    After Becker, Saisana, Paruolo and Vandecasteele 2017.
    """
    from scipy.optimize import least_squares

    nodes = np.flatnonzero(tree.level == level)
    if not len(nodes) or level > tree.height:
        raise DomainError(
            Text(
                f"weights.level = {level}: cây chỉ có các tầng 1 tới {tree.height} bên dưới chỉ số.",
                f"weights.level = {level}: below the index the tree has only the levels 1 to {tree.height}.",
            ),
            level=level,
        )
    wanted = _shares(target, [tree.ids[node] for node in nodes])

    def with_level(w: Floats) -> Floats:
        new = weights.copy()
        new[nodes] = w / w.sum()
        return new

    def miss(w: Floats) -> Floats:
        values = scores(with_level(w))
        r = np.array([_pearson(values[node], values[tree.top]) for node in nodes])
        share: Floats = r / r.sum()
        return share - wanted

    start = np.full(len(nodes), 1.0 / len(nodes))
    # The lower bound keeps every sum of weights above 0; 1e-9 is nothing beside the others.
    found = least_squares(miss, start, bounds=(1e-9, 1.0), xtol=1e-12, ftol=1e-12, gtol=1e-12)
    return Optimised(with_level(found.x), float(np.abs(miss(found.x)).max()))


def _shares(target: Sequence[float] | Mapping[str, float] | None, ids: Sequence[str]) -> Floats:
    if target is None:
        return np.full(len(ids), 1.0 / len(ids))
    if isinstance(target, Mapping):
        if set(target) != set(ids):
            raise _wrong_target(ids)
        target = [target[name] for name in ids]
    shares = np.array(target, dtype=np.float64)
    if len(shares) != len(ids) or not shares.sum() > 0 or (shares < 0).any():
        raise _wrong_target(ids)
    scaled: Floats = shares / shares.sum()
    return scaled


def _wrong_target(ids: Sequence[str]) -> DomainError:
    listed = ", ".join(ids)
    return DomainError(
        Text(
            f"weights.target cần một số từ 0 trở lên cho mỗi thành phần: {listed}.",
            f"weights.target needs one number of 0 or more for each of: {listed}.",
        ),
        ids=tuple(ids),
    )


def _pearson(a: Floats, b: Floats) -> float:
    both = ~(np.isnan(a) | np.isnan(b))
    if both.sum() < 3:
        raise DomainError(
            Text(
                "Trọng số optimised cần ít nhất 3 đơn vị có điểm ở cả nhóm và chỉ số.",
                "Optimised weights need at least 3 units with a score in both the group and the index.",
            )
        )
    d, e = a[both] - a[both].mean(), b[both] - b[both].mean()
    size = np.sqrt((d * d).sum() * (e * e).sum())
    return float((d * e).sum() / size) if size > 0 else 0.0
