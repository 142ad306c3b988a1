"""Heights of the ground, as grids."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer

from layoutplan.core.schema import LONLAT

_ON_EDGE: Final = 1e-6  # cells: a point on the edge of a tile may compute to just beside it


@dataclass(frozen=True)
class HeightGrid:
    """Heights at the points of a regular grid, rows along y and columns along x.

    Parameters
    ----------
    crs : str
        Coordinate reference system of the grid, as pyproj knows it.
    x, y : float
        The point of the first row and column: the center of a raster's first cell.
    step_x, step_y : float
        From one column, and from one row, to the next; `step_y` is negative where rows go south.
    meters : (r, c) float32
        Heights; NaN where none is known.
    """

    crs: str
    x: float
    y: float
    step_x: float
    step_y: float
    meters: NDArray[np.float32]


def heights_at(
    relief: Iterable[HeightGrid], lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the heights at points, bilinear between the four points of the grid around each.

    The nearest point of the grid alone would make the ground a staircase: level for a cell, then
    a cliff. Where one of the four is not known, the height is not known. Where grids overlap, the
    first that knows a height has it.

    Parameters
    ----------
    relief : iterable of HeightGrid
        Heights of the ground.
    lon, lat : (p,) float64
        Points in degrees, WGS84.

    Returns
    -------
    (p,) float64
        Meters, NaN where none is known.

    Examples
    --------
    >>> eastward = np.array([[0, 100], [0, 100]], dtype=np.float32)
    >>> grid = HeightGrid("EPSG:4326", x=1.0, y=42.0, step_x=1.0, step_y=1.0, meters=eastward)
    >>> heights_at([grid], np.array([1.25, 3.0]), np.array([42.5, 42.5]))
    array([25., nan])
    """
    meters = np.full(len(lon), np.nan)
    for grid in relief:
        open_idx = np.flatnonzero(np.isnan(meters))
        to_grid = Transformer.from_crs(LONLAT, grid.crs, always_xy=True)
        x, y = to_grid.transform(lon[open_idx], lat[open_idx])
        row, column = (y - grid.y) / grid.step_y, (x - grid.x) / grid.step_x
        meters[open_idx] = _bilinear(grid.meters, row, column)
    return meters


def _bilinear(
    meters: NDArray[np.float32], row: NDArray[np.float64], column: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the heights at fractional rows and columns, NaN beyond the outermost."""
    last_row, last_column = np.array(meters.shape) - 1
    is_inside = (
        (row >= -_ON_EDGE)
        & (row <= last_row + _ON_EDGE)
        & (column >= -_ON_EDGE)
        & (column <= last_column + _ON_EDGE)
    )
    row, column = row[is_inside], column[is_inside]
    top = np.clip(np.floor(row).astype(np.int64), 0, max(last_row - 1, 0))
    left = np.clip(np.floor(column).astype(np.int64), 0, max(last_column - 1, 0))
    bottom, right = np.minimum(top + 1, last_row), np.minimum(left + 1, last_column)
    down, across = np.clip(row - top, 0.0, 1.0), np.clip(column - left, 0.0, 1.0)
    height = np.zeros(len(row))
    for at_row, at_column, share in (
        (top, left, (1 - down) * (1 - across)),
        (top, right, (1 - down) * across),
        (bottom, left, down * (1 - across)),
        (bottom, right, down * across),
    ):
        # A point of the grid without a share may be a void: it does not matter.
        height += np.where(share > 0, share * meters[at_row, at_column], 0.0)
    heights = np.full(len(is_inside), np.nan)
    heights[is_inside] = height
    return heights
