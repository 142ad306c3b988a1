"""How long pupils travel, and what a plan changes for those who move.

Arrays are by group of pupils: `minutes` one way and door to door, `pupils` how many they are.
Groups without a path are ``inf``; indicators that add minutes up leave them to the caller.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from layoutplan.core.schema import MS_PER_MINUTE

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def pupil_minutes(minutes: FloatArray, pupils: IntArray) -> float:
    """Return ``sum n t`` in minutes, added up in whole milliseconds so that no order matters."""
    return int((_whole_ms(minutes) * pupils).sum()) / MS_PER_MINUTE


def mean_minutes(minutes: FloatArray, pupils: IntArray) -> float:
    """Return ``sum n t / sum n`` in minutes; 0 where nobody is.

    Examples
    --------
    >>> mean_minutes(np.array([10.0, 40.0]), np.array([2, 1]))
    20.0
    """
    return pupil_minutes(minutes, pupils) / max(int(pupils.sum()), 1)


def quantile_minutes(minutes: FloatArray, pupils: IntArray, share: float) -> float:
    """Return the smallest t such that at least `share` of the pupils travel no longer than t.

    The inverse of the distribution, without interpolation: always somebody's real trip. 0 where
    nobody is.

    References
    ----------
    Definition 1 of R. J. Hyndman and Y. Fan, Sample quantiles in statistical packages, The
    American Statistician 50 (1996), https://doi.org/10.2307/2684934

    Examples
    --------
    >>> quantile_minutes(np.array([10.0, 20.0, 60.0]), np.array([8, 1, 1]), 0.9)
    20.0
    """
    is_there = pupils > 0
    if not is_there.any():
        return 0.0
    order = np.argsort(minutes[is_there], kind="stable")
    so_far = np.cumsum(pupils[is_there][order])
    # A hair less, because 0.07 * 100 is above 7 in binary numbers.
    wanted = share * so_far[-1] * (1.0 - 1e-12)
    return float(minutes[is_there][order][np.searchsorted(so_far, wanted)])


def longest_minutes(minutes: FloatArray, pupils: IntArray) -> float:
    """Return the longest trip of anybody, in minutes; 0 where nobody is."""
    return float(minutes[pupils > 0].max(initial=0.0))


def worst_village(village_ids: NDArray[np.object_], minutes: FloatArray, pupils: IntArray) -> str:
    """Return the id of the village with the longest trip, the first by id where several are.

    Empty where nobody is.
    """
    longest = (pupils > 0) & (minutes == longest_minutes(minutes, pupils))
    return str(min(village_ids[longest])) if longest.any() else ""


def within_limit_share(minutes: FloatArray, pupils: IntArray, limits: FloatArray) -> float:
    """Return the share of pupils whose trip is within the limit of their band.

    Parameters
    ----------
    minutes : (n,) float64
        ``inf`` for no path, which is not within any limit.
    pupils : (n,) int64
        Pupils.
    limits : (n,) float64
        Longest trip allowed, in minutes.
    """
    n_within = int(pupils[~_is_over(minutes, limits)].sum())
    return n_within / max(int(pupils.sum()), 1)


def pupils_over_limit(minutes: FloatArray, pupils: IntArray, limits: FloatArray) -> int:
    """Return the pupils whose trip is over the limit; those without a path are not counted."""
    return int(pupils[_is_over(minutes, limits) & np.isfinite(minutes)].sum())


def excess_pupil_minutes(minutes: FloatArray, pupils: IntArray, limits: FloatArray) -> float:
    """Return ``sum n (t - limit)`` over the pupils over the limit, in minutes.

    Those without a path are not counted.
    """
    is_over = _is_over(minutes, limits) & np.isfinite(minutes)
    over_ms = _whole_ms(minutes[is_over]) - _whole_ms(limits[is_over])
    return int((over_ms * pupils[is_over]).sum()) / MS_PER_MINUTE


def longer_by_share(
    minutes_before: FloatArray, minutes: FloatArray, pupils: IntArray, added: float = 15.0
) -> float:
    """Return the share of pupils whose trip grows by more than `added` minutes."""
    is_longer = _whole_ms(minutes) - _whole_ms(minutes_before) > added * MS_PER_MINUTE
    return int(pupils[is_longer].sum()) / max(int(pupils.sum()), 1)


def newly_over_limit_share(
    minutes_before: FloatArray, minutes: FloatArray, pupils: IntArray, limits: FloatArray
) -> float:
    """Return the share of pupils within the limit before and over it after; must be 0."""
    is_new = _is_over(minutes, limits) & ~_is_over(minutes_before, limits)
    return int(pupils[is_new].sum()) / max(int(pupils.sum()), 1)


def _is_over(minutes: FloatArray, limits: FloatArray) -> NDArray[np.bool_]:
    """Return whether trips are over their limits, compared in whole milliseconds."""
    return np.rint(minutes * MS_PER_MINUTE) > np.rint(limits * MS_PER_MINUTE)


def _whole_ms(minutes: FloatArray) -> IntArray:
    """Return minutes (finite) as whole milliseconds."""
    return np.rint(minutes * MS_PER_MINUTE).astype(np.int64)
