"""Villages and school sites beside the roads, and how far they are from each other on foot."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from making.lines import Roads
from making.names import QUARTERS, TOWNSHIPS, village_names
from making.roads import PATH
from making.settlements import N_TOWNSHIPS, Settlements

_STEP_METERS = 50.0  # between the points of the walking graph
_COUNTY_CODE = "096201"  # no province of China has a code that begins with 0


class Walks:
    """Walking along the roads, from any point to any other."""

    def __init__(self, roads: Roads) -> None:
        xy, line = shapely.get_coordinates(
            shapely.segmentize(roads.lines, _STEP_METERS), return_index=True
        )
        grid, node = np.unique(np.rint(10 * xy).astype(np.int64), axis=0, return_inverse=True)
        self.points = grid / 10.0
        follows = np.flatnonzero(line[:-1] == line[1:])
        tail, head = node.ravel()[follows], node.ravel()[follows + 1]
        meters = np.hypot(*(self.points[tail] - self.points[head]).T)
        shape = (len(grid), len(grid))
        self._graph = coo_array((meters, (tail, head)), shape=shape).tocsr()
        self._tree = cKDTree(self.points)
        is_driven = np.zeros(len(grid), dtype=bool)
        is_driven[node.ravel()[roads.road_class[line] < PATH]] = True
        self._driven = self.points[is_driven]

    def meters(
        self, origins: NDArray[np.float64], goals: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return (n_origins, n_goals) meters on foot, the ways to and from the road included."""
        from_road, start = self._tree.query(origins)
        to_road, end = self._tree.query(goals)
        along = dijkstra(self._graph, directed=False, indices=end)[:, start].T
        return along + from_road[:, None] + to_road[None, :]

    def beside(
        self, rng: np.random.Generator, centers: NDArray[np.float64], reach: tuple[float, float]
    ) -> NDArray[np.float64]:
        """Return a site for each center, beside a road and about `reach` meters away."""
        sites = []
        for center in centers:
            away = np.hypot(*(self._driven - center).T)
            fit = np.flatnonzero((away >= reach[0]) & (away <= reach[1]))
            angle = rng.uniform(0, 2 * np.pi)
            aside = rng.uniform(20, 45) * np.array([np.cos(angle), np.sin(angle)])
            sites.append(self._driven[rng.choice(fit)] + aside)
        return np.array(sites)


def place_villages(
    rng: np.random.Generator, settled: Settlements, on_road: NDArray[np.float64], walks: Walks
) -> pd.DataFrame:
    """Return the villages: names, townships, codes, positions in meters and pupils by band."""
    centers = on_road.copy()
    quarters = np.flatnonzero(settled.is_quarter)[1:]
    turn = np.linspace(0, 2 * np.pi, len(quarters), endpoint=False)[:, None]
    centers[quarters] += 380.0 * np.hstack([np.cos(turn), np.sin(turn)])
    xy = walks.beside(rng, centers, (0.0, 150.0))
    seats = xy[:N_TOWNSHIPS]
    township = np.argmin(walks.meters(xy, seats), axis=1)
    township[settled.is_quarter] = 0
    township[:N_TOWNSHIPS] = np.arange(N_TOWNSHIPS)
    names = [name + "村" for name in village_names(rng, len(xy))]
    names[:N_TOWNSHIPS] = [name[:2] + "村" for name in TOWNSHIPS]
    for quarter, name in zip(np.flatnonzero(settled.is_quarter), QUARTERS, strict=True):
        names[quarter] = name + "社区"
    younger = np.rint(settled.pupils * rng.uniform(0.42, 0.56, len(xy))).astype(np.int64)
    number = pd.Series(township).groupby(township).cumcount()
    villages = pd.DataFrame(
        {
            "village_id": [
                f"{_COUNTY_CODE}{100 + place:03}{200 + nth:03}"
                for place, nth in zip(township, number, strict=True)
            ],
            "name": names,
            "township": [TOWNSHIPS[place] for place in township],
            "east": xy[:, 0],
            "north": xy[:, 1],
            "pupils_g1_3": younger,
            "pupils_g4_6": settled.pupils - younger,
            "is_seat": settled.is_seat,
            "is_quarter": settled.is_quarter,
        }
    )
    return villages
