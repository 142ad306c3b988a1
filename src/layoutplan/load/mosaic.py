"""Tiles of one grid, put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from layoutplan.core.relief import HeightGrid

_ALIKE: Final = 1e-6  # relative difference of steps: less than a cell over any tile there is
_IN_LINE: Final = 0.01  # cells by which the lines of two tiles may miss each other


def joined(grids: Sequence[HeightGrid]) -> tuple[HeightGrid, ...]:
    """Return `grids` with those that continue each other's rows and columns made one.

    Between two tiles whose outermost points are neighbors, heights can only be found from both.
    Where tiles overlap, the first that knows a height has it; empty tiles are left out.
    """
    families: list[list[HeightGrid]] = []
    for grid in grids:
        if not grid.meters.size:
            continue
        family = next((each for each in families if _is_in_line(each[0], grid)), None)
        if family is None:
            families.append([grid])
        else:
            family.append(grid)
    return tuple(map(_union, families))


def _is_in_line(grid: HeightGrid, other: HeightGrid) -> bool:
    """Return whether the points of two grids are points of one larger grid."""
    if grid.crs != other.crs:
        return False
    steps, other_steps = (grid.step_x, grid.step_y), (other.step_x, other.step_y)
    if not np.allclose(steps, other_steps, rtol=_ALIKE, atol=0.0):
        return False
    offset = np.array([(other.x - grid.x) / grid.step_x, (other.y - grid.y) / grid.step_y])
    return bool(np.abs(offset - np.rint(offset)).max() <= _IN_LINE)


def _union(grids: Sequence[HeightGrid]) -> HeightGrid:
    """Return one grid that holds all `grids`, which are in line."""
    if len(grids) == 1:
        return grids[0]
    origin = grids[0]
    places = np.rint(
        [
            [(grid.y - origin.y) / origin.step_y, (grid.x - origin.x) / origin.step_x]
            for grid in grids
        ]
    ).astype(np.int64)
    first = places.min(axis=0)
    shapes = np.array([grid.meters.shape for grid in grids])
    meters = np.full((places + shapes).max(axis=0) - first, np.nan, dtype=np.float32)
    for (row, column), (n_rows, n_columns), grid in zip(places - first, shapes, grids, strict=True):
        part = meters[row : row + n_rows, column : column + n_columns]
        np.copyto(part, grid.meters, where=np.isnan(part))
    return replace(
        origin,
        x=origin.x + float(first[1]) * origin.step_x,
        y=origin.y + float(first[0]) * origin.step_y,
        meters=meters,
    )
