"""How schools are used, and how near seats are to pupils."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def utilization(roll: IntArray, seats: IntArray) -> float:
    """Return pupils per seat over the schools given; NaN where there is no seat.

    Examples
    --------
    >>> utilization(np.array([30, 60]), np.array([40, 80]))
    0.75
    """
    n_seats = int(seats.sum())
    return int(roll.sum()) / n_seats if n_seats else float("nan")


def schools_under(roll: IntArray, pupils: int) -> int:
    """Return how many of the schools given have fewer than `pupils` pupils."""
    return int((roll < pupils).sum())


def access(
    minutes: FloatArray, pupils: IntArray, seats: IntArray, max_minutes: float
) -> FloatArray:
    """Return the seats that each village can count on per pupil (two-step floating catchment).

    First ``R_j = S_j / sum_i D_i`` over the villages within `max_minutes` of school j, then
    ``A_i = sum_j R_j`` over the schools within `max_minutes` of village i. Every trip within the
    limit counts alike, ``W(t) = 1``. A school that no pupil reaches offers nothing.

    Parameters
    ----------
    minutes : (n_villages, n_schools) float64
        One way, ``inf`` where there is no path.
    pupils : (n_villages,) int64
        Pupils who live there.
    seats : (n_schools,) int64
        Seats of each open school.
    max_minutes : float
        Limit of the trip.

    Returns
    -------
    (n_villages,) float64
        Seats per pupil.

    References
    ----------
    W. Luo and F. Wang, Measures of spatial accessibility to health care in a GIS environment,
    Environment and Planning B 30 (2003), https://doi.org/10.1068/b29120

    Examples
    --------
    >>> access(np.array([[10.0, 50.0], [20.0, 10.0]]), np.array([5, 5]), np.array([10, 10]), 30.0)
    array([1., 3.])
    """
    is_near = (minutes <= max_minutes).astype(np.float64)
    demand = is_near.T @ pupils
    seats_per_pupil = np.divide(seats, demand, out=np.zeros(len(seats)), where=demand > 0)
    return np.asarray(is_near @ seats_per_pupil, dtype=np.float64)
