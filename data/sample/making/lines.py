"""Roads as lines: smoothed, with the streets of the towns, and joined wherever they cross."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from making.roads import RESIDENTIAL, SECONDARY, RoadPlan
from making.settlements import N_TOWNSHIPS, Settlements
from making.terrain import CELL, cell_points

_ROUNDS = 8  # of smoothing: bends shorter than some four cells go
_SIMPLE_METERS = 5.0
_GRID_METERS = 0.1
_SAME_METERS = 0.5


@dataclass(frozen=True)
class Roads:
    """Lines that meet only at their ends.

    Parameters
    ----------
    lines : (n,) LineString
        Meters east and north.
    road_class : (n,) int64
        Position in `CLASSES`.
    is_oneway : (n,) bool
        Open only in the direction of the line.
    """

    lines: NDArray[np.object_]
    road_class: NDArray[np.int64]
    is_oneway: NDArray[np.bool_]


def draw_roads(
    rng: np.random.Generator, plan: RoadPlan, settled: Settlements
) -> tuple[Roads, NDArray[np.float64]]:
    """Return the roads as lines, and the (n, 2) points of them where the settlements lie."""
    tail, head = np.array(list(plan.edges)).T
    edge_class = np.array(list(plan.edges.values()))
    points = _smoothed(rng, tail, head)
    lines, road_class = _chains(points, tail, head, edge_class)
    seats = points[settled.cell[:N_TOWNSHIPS]]
    streets, is_oneway = _streets(rng, seats, lines[road_class <= SECONDARY])
    roads = Roads(
        np.concatenate([lines, streets]),
        np.concatenate([road_class, np.full(len(streets), RESIDENTIAL)]),
        np.concatenate([np.zeros(len(lines), dtype=bool), is_oneway]),
    )
    return _joined(roads), points[settled.cell]


def _smoothed(
    rng: np.random.Generator, tail: NDArray[np.int64], head: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return all cells' points, each of a road drawn towards its neighbors; dead ends stay."""
    points = cell_points()
    points = points + rng.uniform(-0.3, 0.3, points.shape) * CELL
    n = len(points)
    linked = coo_array((np.ones(len(tail)), (tail, head)), shape=(n, n)).tocsr()
    linked = linked + linked.T
    degree = linked.sum(axis=1)
    pull = np.where(degree > 1, 0.5, 0.0)[:, None]
    for _ in range(_ROUNDS):
        middle = (linked @ points) / np.maximum(degree, 1.0)[:, None]
        points = points + pull * (middle - points)
    return points


def _chains(
    points: NDArray[np.float64],
    tail: NDArray[np.int64],
    head: NDArray[np.int64],
    edge_class: NDArray[np.int64],
) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Return lines from junction to junction, rounded, and their classes."""
    ends, classes = np.concatenate([tail, head]), np.concatenate([edge_class, edge_class])
    lowest, highest = np.full(len(points), 99), np.full(len(points), -1)
    np.minimum.at(lowest, ends, classes)
    np.maximum.at(highest, ends, classes)
    is_junction = (np.bincount(ends, minlength=len(points)) != 2) | (lowest != highest)
    # At a junction every edge gets an end of its own, so that the pieces left are the chains.
    own = np.where(is_junction[ends], len(points) + np.arange(len(ends)), ends)
    size = len(points) + len(ends)
    own_tail, own_head = np.split(own, 2)
    linked = coo_array((np.ones(len(tail)), (own_tail, own_head)), shape=(size, size))
    chain = connected_components(linked, directed=False)[1][own_tail]
    order = np.argsort(chain, kind="stable")
    edges = shapely.linestrings(points[np.column_stack([tail, head])])
    pieces = np.split(order, np.flatnonzero(np.diff(chain[order])) + 1)
    lines = [_rounded(shapely.line_merge(shapely.multilinestrings(edges[p]))) for p in pieces]
    return np.array(lines), edge_class[[piece[0] for piece in pieces]]


def _rounded(line: shapely.LineString) -> shapely.LineString:
    """Return `line` with its corners cut twice (Chaikin) and needless points left out."""
    xy = shapely.get_coordinates(line)
    for _ in range(2):
        cut = np.concatenate(
            [0.75 * xy[:-1] + 0.25 * xy[1:], 0.25 * xy[:-1] + 0.75 * xy[1:]], axis=1
        )
        xy = np.concatenate([xy[:1], cut.reshape(-1, 2)[1:-1], xy[-1:]])
    return shapely.simplify(shapely.linestrings(xy), _SIMPLE_METERS)


def _streets(
    rng: np.random.Generator, seats: NDArray[np.float64], main_roads: NDArray[np.object_]
) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
    """Return the streets of the towns, laid along their main road, and which are one-way."""
    tree = shapely.STRtree(main_roads)
    blocks: list[NDArray[np.float64]] = []
    one_way: list[bool] = []
    for town, seat in enumerate(seats):
        road = main_roads[tree.nearest(shapely.Point(seat))]
        here = shapely.line_locate_point(road, shapely.Point(seat))
        ahead, back = shapely.get_coordinates(
            shapely.line_interpolate_point(road, np.array([here + 150, max(here - 150, 0)]))
        )
        east, north = (ahead - back) / np.hypot(*(ahead - back))
        turn = np.array([[east, -north], [north, east]])
        reach, depth = (6, 3) if town == 0 else (int(rng.integers(2, 4)), 1)
        corner = {
            (i, j): seat
            + turn @ (np.array([i * 115.0, (j + 0.5) * 95.0]) + rng.uniform(-22, 22, 2))
            for i in range(-reach, reach + 1)
            for j in range(-depth - 1, depth + 1)
            if (i / (reach + 0.5)) ** 2 + ((j + 0.5) / (depth + 0.8)) ** 2 <= 1
        }
        for i, j in corner:
            for other in ((i + 1, j), (i, j + 1)):
                is_along = other[1] == j
                if other in corner and (is_along or rng.random() < 0.75):
                    ends = [corner[i, j], corner[other]]
                    is_one_way = town == 0 and is_along and j in (-2, 1)
                    blocks.append(np.array(ends[::-1] if is_one_way and j > 0 else ends))
                    one_way.append(is_one_way)
    return shapely.linestrings(np.array(blocks)), np.array(one_way)


def _joined(roads: Roads) -> Roads:
    """Return the roads cut wherever they meet or cross, without bits that hang in the air."""
    cut = shapely.get_parts(shapely.unary_union(roads.lines, grid_size=_GRID_METERS))
    middle = shapely.line_interpolate_point(cut, 0.5, normalized=True)
    # Two lines may run together for a few meters: the piece is then of the better class.
    near = shapely.STRtree(roads.lines).query(middle, predicate="dwithin", distance=_SAME_METERS)
    near = near[:, np.argsort(roads.road_class[near[1]], kind="stable")[::-1]]
    origin = np.zeros(len(cut), dtype=np.int64)
    origin[near[0]] = near[1]
    is_against = np.einsum("ij,ij->i", _direction(cut), _direction(roads.lines[origin])) < 0
    cut = np.where(is_against, shapely.reverse(cut), cut)
    ends = np.concatenate([shapely.get_coordinates(shapely.get_point(cut, k)) for k in (0, -1)])
    _, node = np.unique(np.rint(ends / _GRID_METERS).astype(np.int64), axis=0, return_inverse=True)
    tail, head = np.split(node.ravel(), 2)
    linked = coo_array((np.ones(len(tail)), (tail, head)), shape=(node.max() + 1,) * 2)
    piece = connected_components(linked, directed=False)[1][tail]
    is_kept = piece == np.argmax(np.bincount(piece))
    return Roads(cut[is_kept], roads.road_class[origin][is_kept], roads.is_oneway[origin][is_kept])


def _direction(lines: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return (n, 2) vectors from start to end."""
    first, last = (shapely.get_coordinates(shapely.get_point(lines, k)) for k in (0, -1))
    return np.asarray(last - first)
