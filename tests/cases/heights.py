"""Write files of heights, and make grids of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from layoutplan.core.relief import HeightGrid
from layoutplan.core.schema import LONLAT

Ground = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]
VOID = -32768


def height_grid(
    ground: Ground,
    *,
    west: float,
    south: float,
    east: float,
    north: float,
    step: float = 1 / 1200,
    crs: str = LONLAT,
) -> HeightGrid:
    """Return the heights of `ground` (of x and y) at the points of a grid, north first."""
    x = np.arange(west, east + step / 2, step)
    y = np.arange(north, south - step / 2, -step)
    meters = np.broadcast_to(ground(x[None, :], y[:, None]), (len(y), len(x)))
    return HeightGrid(crs, west, north, step, -step, meters.astype(np.float32))


def write_hgt(
    folder: Path, corner: tuple[int, int], ground: Ground, *, n_lines: int = 1201
) -> Path:
    """Write the tile with its southwest corner at `corner` (longitude, latitude)."""
    west, south = corner
    along = np.arange(n_lines) / (n_lines - 1)
    meters = ground(west + along[None, :], south + 1 - along[:, None])
    name = f"{'NS'[south < 0]}{abs(south):02d}{'EW'[west < 0]}{abs(west):03d}.hgt"
    (folder / name).write_bytes(
        np.broadcast_to(np.rint(meters), (n_lines, n_lines)).astype(">i2").tobytes()
    )
    return folder / name
