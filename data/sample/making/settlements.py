"""Where people live: towns in the wide valleys, villages along the brooks, hamlets above."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt
from scipy.special import ndtri

from making.terrain import CELL, Terrain, cell_points

N_TOWNSHIPS = 15
N_VILLAGES = 250
N_QUARTERS = 7  # villages of the county town, its own seat among them
LARGEST = 380  # pupils of a village or quarter
TYPICAL_PUPILS = 23  # median of a village outside the towns
SPREAD = 1.45  # of the logarithm of a village's pupils

_TOWN_SPACING = 4_300.0  # meters
_VILLAGE_SPACING = 920.0
_RIDGE_SHARE = 0.16  # of the villages: hamlets away from the brooks


@dataclass(frozen=True)
class Settlements:
    """The villages, the township seats first and the county town before all.

    Parameters
    ----------
    cell : (n,) int64
        Cell of the terrain; quarters of the county town share the cells around its seat.
    pupils : (n,) int64
        Pupils of all grades.
    is_quarter : (n,) bool
        Quarters of the county town.
    """

    cell: NDArray[np.int64]
    pupils: NDArray[np.int64]
    is_quarter: NDArray[np.bool_]

    @property
    def is_seat(self) -> NDArray[np.bool_]:
        """Whether each village is the seat of its township."""
        return np.arange(len(self.cell)) < N_TOWNSHIPS


def settle(rng: np.random.Generator, terrain: Terrain) -> Settlements:
    """Return seats, quarters of the county town, villages and hamlets with their pupils."""
    seats = _seats(rng, terrain)
    quarters = np.full(N_QUARTERS - 1, seats[0])
    villages = _villages(rng, terrain, seats, N_VILLAGES - N_TOWNSHIPS - len(quarters))
    cell = np.concatenate([seats, quarters, villages])
    is_quarter = np.isin(
        np.arange(N_VILLAGES), [0, *range(N_TOWNSHIPS, N_TOWNSHIPS + len(quarters))]
    )
    return Settlements(cell, _pupils(rng, terrain, cell, is_quarter), is_quarter)


def _seats(rng: np.random.Generator, terrain: Terrain) -> NDArray[np.int64]:
    """Return cells of the county town, in the widest valley of the middle, and of the townships."""
    points = cell_points()
    middle = np.median(points[terrain.is_county.ravel()], axis=0)
    far = np.hypot(*(points - middle).T)
    charm = np.log(terrain.drained.ravel()) + 0.6 * rng.random(len(points))
    charm[(terrain.river_meters.ravel() > 300) | ~_inside(terrain, 1_600.0)] = -np.inf
    town = int(np.argmax(charm - far / 3_200))
    order = np.argsort(-charm)
    order = order[: int(np.isfinite(charm).sum())]
    return _spaced([town], order, _TOWN_SPACING, N_TOWNSHIPS)


def _villages(
    rng: np.random.Generator, terrain: Terrain, seats: NDArray[np.int64], n_villages: int
) -> NDArray[np.int64]:
    """Return cells of villages: most near a brook, some hamlets on the gentler slopes."""
    near = np.exp(-terrain.river_meters / 210 - terrain.slope / 0.25)
    high = 0.5 * (terrain.river_meters > 560) * np.exp(-terrain.slope / 0.15)
    drawn = list(seats)
    n_high = round(_RIDGE_SHARE * n_villages)
    for charm, spacing, n_wanted in (
        (near, _VILLAGE_SPACING, n_villages - n_high),
        (high, 1.3 * _VILLAGE_SPACING, n_high),
    ):
        charm = charm.ravel() * _inside(terrain, 600.0)
        # The largest of random ** (1 / weight) draws without replacement, heavy cells first.
        key = np.log(rng.random(charm.size)) / np.maximum(charm, 1e-12)
        order = np.argsort(-key)[: int((charm > 1e-6).sum())]
        drawn = list(_spaced(drawn, order, spacing, len(drawn) + n_wanted))
    return np.array(drawn[len(seats) :])


def _spaced(
    taken: list[int], order: NDArray[np.int64], spacing: float, n_wanted: int
) -> NDArray[np.int64]:
    """Return `taken` and the first cells of `order` that keep their distance, `n_wanted` in all."""
    points = cell_points()
    chosen = list(taken)
    for cell in order:
        if len(chosen) == n_wanted:
            break
        if np.hypot(*(points[chosen] - points[cell]).T).min() >= spacing:
            chosen.append(int(cell))
    if len(chosen) < n_wanted:
        raise ValueError(f"only {len(chosen)} of {n_wanted} places fit into the county")
    return np.array(chosen)


def _inside(terrain: Terrain, meters: float) -> NDArray[np.bool_]:
    """Return the (n_cells,) cells farther than `meters` from the edge of the county."""
    return (distance_transform_edt(terrain.is_county) * CELL > meters).ravel()


def _pupils(
    rng: np.random.Generator,
    terrain: Terrain,
    cell: NDArray[np.int64],
    is_quarter: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Return pupils, log-normal over the villages, the wide valleys getting the large ones."""
    charm = (
        0.45 * np.log(terrain.drained.ravel()[cell])
        - terrain.river_meters.ravel()[cell] / 500
        + 1.1 * rng.standard_normal(len(cell))
    )
    rank = np.argsort(np.argsort(charm))
    pupils = TYPICAL_PUPILS * np.exp(SPREAD * ndtri((rank + 0.5) / len(cell)))
    is_seat = np.arange(len(cell)) < N_TOWNSHIPS
    pupils[is_seat] = rng.uniform(120, 260, is_seat.sum())
    pupils[is_quarter] = rng.uniform(230, 380, is_quarter.sum())
    return np.clip(np.rint(pupils), 2, LARGEST).astype(np.int64)
