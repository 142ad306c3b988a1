"""Which part of a grid of heights is needed."""

from __future__ import annotations

import math
from typing import Final

Bounds = tuple[float, float, float, float]
"""West, south, east and north of an area, in the coordinates at hand."""

MARGIN: Final = 2  # rows and columns beyond the area: heights lie between the points of the grid


def lines_across(first: float, step: float, n_lines: int, low: float, high: float) -> slice:
    """Return which rows (or columns) of a grid are needed for heights from `low` to `high`.

    Parameters
    ----------
    first, step : float
        Coordinate of the first row, and from one row to the next, of either sign.
    n_lines : int
        Rows in the grid.
    low, high : float
        The coordinates between which heights are wanted.

    Returns
    -------
    slice
        Empty where the grid lies elsewhere.

    Examples
    --------
    >>> lines_across(first=50.0, step=-0.1, n_lines=11, low=49.0, high=49.25)
    slice(5, 11, None)
    >>> lines_across(first=50.0, step=-0.1, n_lines=11, low=50.5, high=51.0)
    slice(0, 0, None)
    """
    ends = (low - first) / step, (high - first) / step
    if not all(map(math.isfinite, ends)):
        return slice(0, 0)
    start = max(math.floor(min(ends)) - MARGIN, 0)
    stop = min(math.ceil(max(ends)) + MARGIN + 1, n_lines)
    return slice(start, max(start, stop))
