"""Heights of a mountain county: a river tree drawn first, then the slopes above it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt, gaussian_filter, map_coordinates
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra

CELL = 100.0  # meters
N_ROWS, N_COLUMNS = 280, 320
N_CELLS = N_ROWS * N_COLUMNS
RIVER_CELLS = 90  # a brook is drawn where at least so many cells drain: 0.9 square kilometers


@dataclass(frozen=True)
class Terrain:
    """Cells of `CELL` meters, row 0 in the south, column 0 in the west, all (rows, columns).

    Parameters
    ----------
    height : float64
        Meters above sea level.
    river_meters : float64
        Distance to the nearest brook or river.
    drained : float64
        Cells that drain through the nearest brook or river: how large its valley is.
    is_county : bool
        Inside the county.
    """

    height: NDArray[np.float64]
    river_meters: NDArray[np.float64]
    drained: NDArray[np.float64]
    is_county: NDArray[np.bool_]

    @property
    def slope(self) -> NDArray[np.float64]:
        """Rise over run at each cell."""
        south_north, west_east = np.gradient(self.height, CELL)
        return np.hypot(south_north, west_east)


def make_terrain(rng: np.random.Generator) -> Terrain:
    """Return valleys, ridges and the outline of the county."""
    rough = noise(rng, (24.0, 10.0, 4.0, 1.5))
    downstream, meters = _rivers(np.exp(2.2 * rough))
    drained = _drained(downstream, meters)
    is_river = drained >= RIVER_CELLS
    distance, nearest = distance_transform_edt(~is_river, return_indices=True)
    river_meters = distance * CELL
    size = drained[tuple(nearest)]
    floor = 780.0 + 0.011 * meters[tuple(nearest)]
    flat = np.clip(60.0 * np.log10(size / RIVER_CELLS) ** 2, 0.0, 450.0)
    above = np.maximum(river_meters - flat, 0.0)
    steep = 0.42 + 0.16 * noise(rng, (16.0,))
    height = gaussian_filter(floor + steep * above**0.97 + 12.0 * noise(rng, (2.0,)), 1.5)
    return Terrain(height, river_meters, size, _outline(rng))


def at(field: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return `field` at (n, 2) points (east, north in meters), interpolated."""
    return map_coordinates(field, points[:, ::-1].T / CELL, order=1, mode="nearest")


@cache
def cell_points() -> NDArray[np.float64]:
    """Return the (n_cells, 2) centers: meters east and north of the south-western cell."""
    row, column = np.divmod(np.arange(N_CELLS), N_COLUMNS)
    return np.column_stack([column, row]) * CELL


@cache
def neighbors() -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return the eight neighbors of every cell: from, to, meters."""
    idx = np.arange(N_CELLS).reshape(N_ROWS, N_COLUMNS)
    pairs = [
        (idx[:, :-1], idx[:, 1:], 1.0),
        (idx[:-1], idx[1:], 1.0),
        (idx[:-1, :-1], idx[1:, 1:], np.sqrt(2.0)),
        (idx[:-1, 1:], idx[1:, :-1], np.sqrt(2.0)),
    ]
    tail = np.concatenate([end.ravel() for a, b, _ in pairs for end in (a, b)])
    head = np.concatenate([end.ravel() for a, b, _ in pairs for end in (b, a)])
    meters = np.concatenate([np.full(2 * a.size, CELL * length) for a, _, length in pairs])
    return tail, head, meters


def graph(weight: NDArray[np.float64]) -> csr_array:
    """Return the graph of `neighbors` with a weight for each."""
    tail, head, _ = neighbors()
    return coo_array((weight, (tail, head)), shape=(N_CELLS, N_CELLS)).tocsr()


def noise(rng: np.random.Generator, widths: tuple[float, ...]) -> NDArray[np.float64]:
    """Return smooth noise with unit spread: a sum of layers, the wide ones higher."""
    layers = [gaussian_filter(rng.random((N_ROWS, N_COLUMNS)) - 0.5, width) for width in widths]
    total = sum(
        layer / layer.std() * width**0.8 for layer, width in zip(layers, widths, strict=True)
    )
    return np.asarray((total - np.mean(total)) / np.std(total))


def _rivers(effort: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the cell that each cell drains to, and the meters of water to the mouth."""
    tail, head, meters = neighbors()
    mouth = int(0.3 * N_ROWS) * N_COLUMNS + N_COLUMNS - 1
    weight = meters * (effort.ravel()[tail] + effort.ravel()[head])
    cost, downstream = dijkstra(graph(weight), indices=mouth, return_predecessors=True)
    x, y = cell_points().T
    water = np.zeros(N_CELLS)
    for cell in np.argsort(cost)[1:]:
        below = downstream[cell]
        water[cell] = water[below] + np.hypot(x[cell] - x[below], y[cell] - y[below])
    downstream[mouth] = mouth
    order = np.argsort(cost)[::-1]
    return np.stack([order, downstream[order]]), water.reshape(N_ROWS, N_COLUMNS)


def _drained(flow: NDArray[np.int64], meters: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how many cells drain through each cell; `flow` goes from the sources down."""
    drained = np.ones(meters.size)
    for cell, below in flow[:, :-1].T:
        drained[below] += drained[cell]
    return drained.reshape(meters.shape)


def _outline(rng: np.random.Generator) -> NDArray[np.bool_]:
    """Return a county that is neither a circle nor a rectangle."""
    x, y = cell_points().T.reshape(2, N_ROWS, N_COLUMNS)
    east = 2 * x / x.max() - 1
    north = 2 * y / y.max() - 1
    return np.hypot(east, north) + 0.07 * noise(rng, (26.0,)) < 0.86
