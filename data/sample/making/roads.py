"""Roads on the cells of the terrain: ways of least effort that share what is already built."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from making.settlements import N_TOWNSHIPS, Settlements
from making.terrain import N_CELLS, N_COLUMNS, Terrain, cell_points, graph, neighbors, noise

CLASSES = (
    "primary", "secondary", "tertiary", "unclassified", "residential", "track", "path",
)  # fmt: skip
PRIMARY, SECONDARY, TERTIARY, UNCLASSIFIED, RESIDENTIAL, TRACK, PATH = range(len(CLASSES))

# Effort along a road that is there already, as a share of breaking new ground.
_REUSE = 0.25
_WALK_REUSE = 0.5


class RoadPlan:
    """Roads between neighboring cells.

    Attributes
    ----------
    edges : dict
        (cell, cell) with the smaller first -> the best class that was asked for.
    """

    def __init__(self, terrain: Terrain, rng: np.random.Generator) -> None:
        self.edges: dict[tuple[int, int], int] = {}
        tail, head, meters = neighbors()
        height = terrain.height.ravel()
        grade = np.abs(height[tail] - height[head]) / meters
        patchy = np.exp(0.45 * noise(rng, (3.0, 1.2))) * (1.0 + 3.0 * ~terrain.is_county)
        rough = meters * (patchy.ravel()[tail] + patchy.ravel()[head])
        self._drive = rough * (1.0 + (grade / 0.07) ** 2)
        self._climb = rough * (1.0 + (grade / 0.20) ** 2)
        self._is_road = np.zeros(N_CELLS, dtype=bool)

    def connect(
        self, sources: NDArray[np.int64], targets: NDArray[np.int64], classes: NDArray[np.int64]
    ) -> None:
        """Join each target to the nearest source, by a road of its class."""
        self._lay(self._ways(self._drive, _REUSE, sources), targets, classes)

    def climb(self, sources: NDArray[np.int64], targets: NDArray[np.int64]) -> None:
        """Join each target to the nearest source, by a footpath where there is no road."""
        ways = self._ways(self._climb, _WALK_REUSE, sources)
        self._lay(ways, targets, np.full(len(targets), PATH))

    def _ways(
        self, effort: NDArray[np.float64], reuse: float, sources: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Return the cell before each cell on its way from the nearest source, negative at ends."""
        tail, head, _ = neighbors()
        is_built = self._is_road[tail] & self._is_road[head]
        weight = np.where(is_built, reuse * effort, effort)
        _, before, _ = dijkstra(
            graph(weight), indices=sources, min_only=True, return_predecessors=True
        )
        return before

    def _lay(
        self, before: NDArray[np.int64], targets: NDArray[np.int64], classes: NDArray[np.int64]
    ) -> None:
        """Walk back from each target along `before`, the cell before each cell."""
        for target, road_class in zip(targets.tolist(), classes.tolist(), strict=True):
            cell = target
            while before[cell] >= 0:
                edge = (min(cell, int(before[cell])), max(cell, int(before[cell])))
                self.edges[edge] = min(self.edges.get(edge, PATH), road_class)
                self._is_road[list(edge)] |= road_class < PATH
                cell = int(before[cell])

    def cells(self) -> NDArray[np.int64]:
        """Return the cells that roads touch."""
        return np.flatnonzero(self._is_road)

    def detour(self, cells: NDArray[np.int64], reach: float) -> NDArray[np.float64]:
        """Return (n, n) meters by road over meters straight, NaN beyond `reach` meters straight."""
        points = cell_points()
        a, b = np.array([edge for edge, c in self.edges.items() if c < PATH]).T
        meters = np.hypot(*(points[a] - points[b]).T)
        roads = coo_array((meters, (a, b)), shape=(N_CELLS, N_CELLS)).tocsr()
        by_road = dijkstra(roads, directed=False, indices=cells, limit=12 * reach)[:, cells]
        east, north = points[cells].T
        straight = np.hypot(np.subtract.outer(east, east), np.subtract.outer(north, north))
        is_near = np.triu((straight > 0) & (straight <= reach))
        return np.divide(by_road, straight, out=np.full_like(straight, np.nan), where=is_near)


def plan_roads(rng: np.random.Generator, terrain: Terrain, settled: Settlements) -> RoadPlan:
    """Return main roads to all townships, roads to all villages, some loops and footpaths."""
    plan = RoadPlan(terrain, rng)
    _main_roads(plan, terrain, settled.cell[:N_TOWNSHIPS])
    villages = np.unique(settled.cell[N_TOWNSHIPS:])
    _village_roads(plan, terrain, settled)
    _shortcuts(plan, villages)
    return plan


def _main_roads(plan: RoadPlan, terrain: Terrain, seats: NDArray[np.int64]) -> None:
    """Lay the highway through the county, roads to the townships, and links between neighbors."""
    river = np.where(terrain.river_meters == 0, terrain.height, np.inf)
    west = int(np.argmin(river[:, 0])) * N_COLUMNS
    east = int(np.argmin(river[:, -1])) * N_COLUMNS + N_COLUMNS - 1
    plan.connect(seats[:1], np.array([west, east]), np.full(2, PRIMARY))
    plan.connect(seats[:1], seats[1:], np.full(len(seats) - 1, SECONDARY))
    for _ in range(4):
        detour = plan.detour(seats, reach=9_000.0)
        if not np.nanmax(detour) > 2.0:
            break
        a, b = np.unravel_index(np.nanargmax(detour), detour.shape)
        plan.connect(seats[[a]], seats[[b]], np.array([TERTIARY]))


def _village_roads(plan: RoadPlan, terrain: Terrain, settled: Settlements) -> None:
    """Lay the road of each village to the main roads: the smaller the village, the lesser."""
    is_remote = (terrain.river_meters.ravel()[settled.cell] > 500) & (settled.pupils < 25)
    classes = np.select([is_remote, settled.pupils >= 60], [TRACK, TERTIARY], default=UNCLASSIFIED)
    # Large villages first, so that the roads of the others can use theirs.
    for smallest, largest in ((60, 10_000), (22, 60), (0, 22)):
        is_turn = (settled.pupils >= smallest) & (settled.pupils < largest)
        is_turn[:N_TOWNSHIPS] = False
        plan.connect(plan.cells(), settled.cell[is_turn], classes[is_turn])


def _shortcuts(plan: RoadPlan, villages: NDArray[np.int64]) -> None:
    """Lay footpaths over the ridges, and roads for a few loops, where the way round is long."""
    for longer, reach, n_wanted, join in (
        (2.0, 3_200.0, 24, lambda a, b: plan.connect(a, b, np.array([UNCLASSIFIED]))),
        (2.2, 2_600.0, 36, plan.climb),
    ):
        detour = np.nan_to_num(plan.detour(villages, reach), posinf=99.0)
        uses = np.zeros(len(villages), dtype=int)
        for pair in np.argsort(-detour, axis=None)[: int((detour > longer).sum())]:
            a, b = np.unravel_index(pair, detour.shape)
            if uses.sum() < 2 * n_wanted and uses[a] == 0 and uses[b] == 0:
                uses[[a, b]] += 1
                join(villages[[a]], villages[[b]])
