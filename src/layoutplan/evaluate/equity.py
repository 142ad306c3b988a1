"""How evenly something is shared: coefficient of variation, Gini, Theil."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def coefficient_of_variation(resource: FloatArray, roll: IntArray) -> float:
    """Return the official coefficient of variation (差异系数) of a resource across schools.

    With roll ``P_i``, resource ``f_i`` and ``x_i = f_i / P_i``: ``mean = sum f_i / sum P_i``,
    ``S = sqrt(sum (P_i / sum P) (x_i - mean)**2)``, ``CV = S / mean``. Every school weighs as its
    roll; schools without pupils do not count. NaN where there is nothing to share.

    Parameters
    ----------
    resource : (n_schools,) float64
        Such as seats, books or square meters.
    roll : (n_schools,) int64
        Pupils.

    References
    ----------
    教督〔2017〕6号 (evaluation of high-quality balanced compulsory education by county).

    Examples
    --------
    >>> books, roll = np.array([279.0, 137, 935, 160, 402]), np.array([45, 37, 89, 76, 55])
    >>> round(coefficient_of_variation(books, roll), 4)
    0.5153
    """
    has_roll = roll > 0
    resource, roll = resource[has_roll], roll[has_roll]
    if resource.sum() == 0:
        return float("nan")
    mean = resource.sum() / roll.sum()
    deviation = np.sqrt((roll / roll.sum() * (resource / roll - mean) ** 2).sum())
    return float(deviation / mean)


def gini(values: FloatArray, pupils: IntArray) -> float:
    """Return the Gini coefficient of `values` over pupils: 0 all alike, towards 1 very uneven.

    ``G = 1 - sum n_i (L_(i-1) + L_i) / (n L)`` with `L_i` the running sum of ``n_i t_i`` in rising
    order of t: twice the area between the Lorenz curve and the diagonal. 0 where all are 0.

    Examples
    --------
    >>> gini(np.array([0.0, 1.0]), np.array([1, 1]))
    0.5
    """
    order = np.argsort(values, kind="stable")
    weights = pupils[order].astype(np.float64)
    running = np.cumsum(weights * values[order])
    if not len(running) or running[-1] == 0:
        return 0.0
    below = np.concatenate([[0.0], running[:-1]])
    return float(1.0 - (weights * (below + running)).sum() / (weights.sum() * running[-1]))


def theil(values: FloatArray, pupils: IntArray) -> float:
    """Return the Theil index of `values` (>= 0) over pupils: 0 where all are alike.

    ``T = sum (n_i / n) (t_i / mean) ln(t_i / mean)``, with ``0 ln 0 = 0``.

    References
    ----------
    H. Theil, Economics and Information Theory (North-Holland, 1967).
    """
    total = float((pupils * values).sum())
    if total == 0:
        return 0.0
    relative = values * pupils.sum() / total
    logarithm = np.log(relative, out=np.zeros_like(relative), where=relative > 0)
    return float((pupils / pupils.sum() * relative * logarithm).sum())


def theil_parts(
    values: FloatArray, pupils: IntArray, groups: NDArray[np.object_]
) -> tuple[float, float]:
    """Return the Theil index within and between `groups`, which add up to :func:`theil`.

    Between counts every pupil with the mean of the group; within is the mean of the groups' own
    indices, each weighted by the group's share of the sum of `values`.

    References
    ----------
    A. F. Shorrocks, The class of additively decomposable inequality measures, Econometrica 48
    (1980), https://doi.org/10.2307/1913126
    """
    if not len(groups):
        return 0.0, 0.0
    _, group = np.unique(groups, return_inverse=True)
    sums = np.bincount(group, weights=pupils * values)
    counts = np.bincount(group, weights=pupils)
    means = np.divide(sums, counts, out=np.zeros_like(sums), where=counts > 0)
    between = theil(means, counts.astype(np.int64))
    return theil(values, pupils) - between, between
