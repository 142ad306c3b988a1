"""Road networks of any size that look like a county or a province, and places on any network.

The junctions are streets of towns, hamlets and lone farms on a plane. Roads join neighbors (a
minimum spanning tree, which has the dead ends, and some of the other edges of a Delaunay
triangulation); main roads are the shortest ways between neighboring towns, smaller ones those that
many hamlets take to town. Every road winds through points of degree 2, as surveyed roads do. The
same seed gives the same network.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyproj import Geod, Transformer
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra, minimum_spanning_tree
from scipy.spatial import Delaunay, cKDTree

from layoutplan.core.network import ALL_MODES, MODE_BIT, RoadNetwork
from layoutplan.core.schema import LONLAT

CENTER_LONLAT = (105.5, 34.5)
POINTS_PER_KM2 = 65.0  # as around Heidelberg without its cities, which counts 28 m to a segment
JUNCTION_SHARE = 0.21  # leaves 89 % of the points, some junctions among them, with two neighbors
ROADS_PER_JUNCTION = 1.18
POINTS_PER_TOWN = 12_000
JUNCTIONS_PER_HAMLET = 25
HAMLETS_FOR_A_TERTIARY = 4  # so many that go to town along a road make it one
SHARES = {"town": 0.35, "hamlet": 0.4}  # of the junctions; the others lie anywhere
ONEWAY_SHARE = 0.06  # of the roads without which everything still hangs together
ISLAND_METERS = 1_200.0
ASIDE_DEGREES = 0.0005  # about 50 m
CLASSES = ("primary", "secondary", "tertiary", "unclassified", "residential", "track")
PLANE = Transformer.from_crs(
    LONLAT,
    f"+proj=tmerc +lon_0={CENTER_LONLAT[0]} +lat_0={CENTER_LONLAT[1]} +ellps=WGS84 +units=m",
    always_xy=True,
)


@dataclass(frozen=True)
class _Roads:
    """Roads as straight lines between junctions ((j, 2) xy in meters)."""

    xy: NDArray[np.float64]
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    is_needed: NDArray[np.bool_]  # whether something would come apart without it

    @property
    def meters(self) -> NDArray[np.float64]:
        """The length of each, as the crow flies."""
        return np.asarray(np.hypot(*(self.xy[self.head] - self.xy[self.tail]).T))

    def where(self, mask: NDArray[np.bool_]) -> _Roads:
        """Return the roads where `mask` holds."""
        return _Roads(self.xy, self.tail[mask], self.head[mask], self.is_needed[mask])


def generated_network(n_points: int, seed: int = 0) -> RoadNetwork:
    """Return a road network of exactly `n_points` points, at least 2,000.

    Examples
    --------
    >>> generated_network(2_000).n_points
    2000
    """
    rng = np.random.default_rng(seed)
    side = 1_000.0 * np.sqrt(n_points / POINTS_PER_KM2)
    towns = _towns(n_points, side, rng)
    hamlets = rng.uniform(0, side, (int(n_points * JUNCTION_SHARE) // JUNCTIONS_PER_HAMLET, 2))
    xy = _junctions(int(n_points * JUNCTION_SHARE), side, towns, hamlets, rng)
    roads = _with_islands(_between(xy, rng), hamlets, max(2, n_points // 100_000))
    road_class = _classes(roads, towns, hamlets, rng)
    return _winding(roads, road_class, n_points, rng)


def _towns(n_points: int, side: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return (t, 2) the middles of towns, apart from each other, the largest first."""
    n_across = int(np.ceil(np.sqrt(max(n_points / POINTS_PER_TOWN, 5.0))))
    cell = np.stack(np.meshgrid(np.arange(n_across), np.arange(n_across)), axis=-1).reshape(-1, 2)
    towns = (cell + rng.uniform(0.2, 0.8, cell.shape)) * side / n_across
    return rng.permutation(towns)


def _junctions(
    n: int,
    side: float,
    towns: NDArray[np.float64],
    hamlets: NDArray[np.float64],
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Return (j, 2) junctions, about `n` and none of them at the same spot."""
    n_in_towns, n_in_hamlets = int(SHARES["town"] * n), int(SHARES["hamlet"] * n)
    size = (1.0 + np.arange(len(towns))) ** -0.8  # the sizes of towns fall off so everywhere
    town = rng.choice(len(towns), n_in_towns, p=size / size.sum())
    spread = 1_800.0 * np.sqrt(size)[town, None]
    xy = np.concatenate(
        [
            towns[town] + rng.normal(0.0, spread, (n_in_towns, 2)),
            hamlets[rng.integers(len(hamlets), size=n_in_hamlets)]
            + rng.normal(0.0, 220.0, (n_in_hamlets, 2)),
            rng.uniform(0.0, side, (n - n_in_towns - n_in_hamlets, 2)),
        ]
    )
    spots = np.unique(np.rint(xy / 20.0), axis=0)  # a square of 20 m holds one junction
    return spots * 20.0 + rng.uniform(-6.0, 6.0, spots.shape)


def _between(xy: NDArray[np.float64], rng: np.random.Generator) -> _Roads:
    """Return roads between neighboring junctions: all hang together, and some ways go round."""
    tail, head = _triangulation(xy)
    meters = np.hypot(*(xy[head] - xy[tail]).T)
    tree = minimum_spanning_tree(csr_array((meters, (tail, head)), shape=(len(xy), len(xy))))
    kept = tree.tocoo()
    is_needed = np.isin(tail * len(xy) + head, kept.row.astype(np.int64) * len(xy) + kept.col)

    ends = np.concatenate([tail, head])
    usual = np.bincount(ends, np.tile(meters, 2)) / np.bincount(ends)
    score = meters / (usual[tail] + usual[head]) * rng.exponential(size=len(meters))
    score[is_needed] = 0.0
    chosen = np.argsort(score, kind="stable")[: int(ROADS_PER_JUNCTION * len(xy))]
    return _Roads(xy, tail, head, is_needed).where(np.isin(np.arange(len(tail)), chosen))


def _triangulation(xy: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the edges of the Delaunay triangulation, each once, from its lower end."""
    corners = Delaunay(xy).simplices.astype(np.int64)
    edges = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]])
    edges.sort(axis=1)
    keys = np.unique(edges[:, 0] * len(xy) + edges[:, 1])
    return keys // len(xy), keys % len(xy)


def _with_islands(roads: _Roads, hamlets: NDArray[np.float64], n_islands: int) -> _Roads:
    """Return the roads without those that lead off the surroundings of some of the hamlets."""
    meters, island = cKDTree(hamlets[:n_islands]).query(roads.xy)
    island = np.where(meters <= ISLAND_METERS, island, -1)
    return roads.where(island[roads.tail] == island[roads.head])


def _classes(
    roads: _Roads,
    towns: NDArray[np.float64],
    hamlets: NDArray[np.float64],
    rng: np.random.Generator,
) -> NDArray[np.int16]:
    """Return the position in `CLASSES` of each road."""
    near = cKDTree(roads.xy)
    town_node, hamlet_node = (np.asarray(near.query(each)[1]) for each in (towns, hamlets))
    settled = np.asarray(cKDTree(np.concatenate([towns, hamlets])).query(roads.xy)[0])
    is_street = (settled[roads.tail] < 500.0) & (roads.meters < 250.0)
    degree = np.bincount(np.concatenate([roads.tail, roads.head]), minlength=len(roads.xy))
    is_dead_end = np.minimum(degree[roads.tail], degree[roads.head]) == 1
    is_track = is_dead_end & ~is_street & (rng.random(len(is_street)) < 0.5)
    road_class = np.where(is_street, CLASSES.index("residential"), CLASSES.index("unclassified"))
    road_class[is_track] = CLASSES.index("track")

    graph = csr_array(
        (roads.meters, (roads.tail, roads.head)), shape=(len(roads.xy), len(roads.xy))
    )
    _, to_town, _ = dijkstra(
        graph, directed=False, indices=town_node, min_only=True, return_predecessors=True
    )
    n_hamlets = _times_passed(roads, to_town[None], np.zeros_like(hamlet_node), hamlet_node)
    road_class[n_hamlets >= HAMLETS_FOR_A_TERTIARY] = CLASSES.index("tertiary")

    one, other = _triangulation(towns)
    far = 2.0 * np.median(
        np.hypot(*(towns[one] - towns[other]).T)
    )  # towns farther are no neighbors
    _, toward = dijkstra(
        graph, directed=False, indices=town_node, limit=far, return_predecessors=True
    )
    is_large = other < len(towns) // 2  # the larger towns come first
    for name, is_link in (("secondary", ~is_large), ("primary", is_large)):
        n_links = _times_passed(roads, toward, one[is_link], town_node[other[is_link]])
        road_class[n_links > 0] = CLASSES.index(name)
    return road_class.astype(np.int16)


def _times_passed(
    roads: _Roads, toward: NDArray[np.int32], tree: NDArray[np.intp], node: NDArray[np.intp]
) -> NDArray[np.int64]:
    """Return how many of the ways from each `node` to the root of its `tree` take each road."""
    key = roads.tail * len(roads.xy) + roads.head
    order = np.argsort(key)
    n_passed = np.zeros(len(key), dtype=np.int64)
    while True:
        following = toward[tree, node].astype(np.int64)
        is_on = following >= 0
        if not is_on.any():
            return n_passed
        tree, node, following = tree[is_on], node[is_on], following[is_on]
        low, high = np.minimum(node, following), np.maximum(node, following)
        road = order[np.searchsorted(key, low * len(roads.xy) + high, sorter=order)]
        np.add.at(n_passed, road, 1)
        node = following


def _winding(
    roads: _Roads, road_class: NDArray[np.int16], n_points: int, rng: np.random.Generator
) -> RoadNetwork:
    """Return the network with the points between junctions, `n_points` in all."""
    used, ends = np.unique(np.concatenate([roads.tail, roads.head]), return_inverse=True)
    tail, head = ends.reshape(2, -1)
    xy, n_roads = roads.xy[used], len(tail)
    weight = np.cumsum(roads.meters**0.8 * rng.uniform(0.3, 1.7, n_roads))
    n_inner = np.diff(np.floor(weight / weight[-1] * (n_points - len(xy))).astype(int), prepend=0)
    first = np.cumsum(n_inner) - n_inner
    road = np.repeat(np.arange(n_roads), n_inner)
    place = np.arange(len(road)) - first[road] + 1
    share = (place / (n_inner[road] + 1))[:, None]

    along = xy[head] - xy[tail]
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)[road]
    bends = sum(
        rng.normal(0.0, sway, n_roads)[road, None] * np.sin(np.pi * n_halves * share)
        for n_halves, sway in ((1, 0.06), (2, 0.05), (5, 0.02), (9, 0.01))
    )
    inner = xy[tail][road] + share * along[road] + bends * across

    # Road after road: from the tail through the points between to the head.
    number = len(xy) + np.arange(len(road))
    from_tail = np.concatenate([tail, number])
    order = np.lexsort(
        (np.concatenate([np.zeros(n_roads), place]), np.r_[np.arange(n_roads), road])
    )
    segment_tail, segment_road = from_tail[order], np.r_[np.arange(n_roads), road][order]
    is_last = np.append(np.diff(segment_road) > 0, True)
    segment_head = np.where(is_last, head[segment_road], np.roll(segment_tail, -1))

    is_oneway = ~roads.is_needed & (rng.random(n_roads) < ONEWAY_SHARE)
    backward = np.where(is_oneway, MODE_BIT["walk"], ALL_MODES).astype(np.uint8)
    x, y = np.concatenate([xy, inner]).T
    lon, lat = PLANE.transform(x, y, direction="INVERSE")
    _, _, meters = Geod(ellps="WGS84").inv(
        lon[segment_tail], lat[segment_tail], lon[segment_head], lat[segment_head]
    )
    return RoadNetwork(
        lon=lon,
        lat=lat,
        tail=segment_tail.astype(np.int32),
        head=segment_head.astype(np.int32),
        meters=np.asarray(meters),
        road_class=road_class[segment_road],
        class_names=CLASSES,
        max_kmh=np.full(len(segment_road), np.nan, dtype=np.float32),
        forward=np.full(len(segment_road), ALL_MODES, dtype=np.uint8),
        backward=backward[segment_road],
        way_idx=segment_road.astype(np.int32),
        way_ids=np.arange(1, n_roads + 1).astype(np.str_),
    )


def drawn_places(
    roads: RoadNetwork, n_villages: int, n_schools: int, seed: int = 0
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return villages beside any road that cars may use, and schools beside streets of towns.

    Villages lie evenly along the roads, schools where segments are many; both a little off.

    Returns
    -------
    villages, schools : geopandas.GeoDataFrame
        Points in EPSG:4326, indexed by id.
    """
    rng = np.random.default_rng(seed)
    is_open = ((roads.forward & roads.backward) & MODE_BIT["car"]) > 0
    is_street = is_open & np.isin(np.array(roads.class_names), "residential")[roads.road_class]
    open_meters = np.where(is_open, roads.meters, 0.0)
    village_segment = rng.choice(roads.n_segments, n_villages, p=open_meters / open_meters.sum())
    school_segment = rng.choice(np.flatnonzero(is_street), n_schools, replace=False)
    return (
        _beside(roads, village_segment, "village", rng),
        _beside(roads, school_segment, "school", rng),
    )


def _beside(
    roads: RoadNetwork, segment: NDArray[np.intp], kind: str, rng: np.random.Generator
) -> gpd.GeoDataFrame:
    """Return a place somewhere along each of some segments, up to `ASIDE_DEGREES` off."""
    share = rng.random(len(segment))
    aside = rng.uniform(-ASIDE_DEGREES, ASIDE_DEGREES, (2, len(segment)))
    tail, head = roads.tail[segment], roads.head[segment]
    lon = roads.lon[tail] + share * (roads.lon[head] - roads.lon[tail]) + aside[0]
    lat = roads.lat[tail] + share * (roads.lat[head] - roads.lat[tail]) + aside[1]
    ids = [f"{kind[0]}{number:05d}" for number in range(1, len(segment) + 1)]
    index = pd.Index(ids, name=f"{kind}_id")
    return gpd.GeoDataFrame(index=index, geometry=gpd.points_from_xy(lon, lat), crs=LONLAT)
