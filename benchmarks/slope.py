"""What slope does to walking times between the places of a region, as a table.

python -m benchmarks.slope --region Andorra andorra.osm.pbf places.csv N42E001.hgt.zip

Of each region: its roads, a table of places with columns ``lon`` and ``lat``, files of heights.
Everybody walks 4.5 km/h on the level, from the point of the roads that is nearest to one place to
that of another. The places lie in the valleys, so the same is done for points of the roads drawn
with a fixed seed. Beside the heights as layoutplan takes them stand those of the nearest cell of
the grid, without any smoothing.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import KDTree

from benchmarks.tables import markdown
from layoutplan.core.network import MODE_BIT, RoadNetwork, Slopes
from layoutplan.core.relief import HeightGrid
from layoutplan.load.relief import read_relief
from layoutplan.load.roads import read_roads
from layoutplan.load.sources import RoadSource
from layoutplan.network.bends import bend_radius_meters
from layoutplan.network.plane import local_plane
from layoutplan.network.slope import slopes, walking_time

WALKING_KMH = 4.5
LIMIT_MINUTES = 30.0
N_DRAWN = 500


@dataclass(frozen=True)
class Region:
    """Roads, their points at the places and those drawn, and the heights."""

    name: str
    roads: RoadNetwork
    place_point: NDArray[np.int64]
    drawn_point: NDArray[np.int64]
    relief: tuple[HeightGrid, ...]


def read_region(name: str, roads_file: Path, places_file: Path, height_files: list[Path]) -> Region:
    """Read the files of a region."""
    roads = read_roads(RoadSource(roads_file, roads_file.name))[0]
    bounds = (roads.lon.min(), roads.lat.min(), roads.lon.max(), roads.lat.max())
    relief, _, _ = read_relief([(file, file.name) for file in height_files], bounds)
    places = pd.read_csv(places_file)
    plane = local_plane(roads)
    is_walked = open_to(roads, "walk")
    ends = np.unique([roads.tail[is_walked], roads.head[is_walked]])
    tree = KDTree(plane.to_xy(roads.lon[ends], roads.lat[ends]))
    _, nearest = tree.query(plane.to_xy(places["lon"].to_numpy(), places["lat"].to_numpy()))
    drawn = np.random.default_rng(0).choice(ends, N_DRAWN, replace=False)
    return Region(name, roads, ends[nearest], drawn, relief)


def open_to(roads: RoadNetwork, mode: str) -> NDArray[np.bool_]:
    """Return the segments that `mode` may use in some direction."""
    return ((roads.forward | roads.backward) & MODE_BIT[mode]) > 0


def minutes(
    roads: RoadNetwork,
    point: NDArray[np.int64],
    forward: NDArray[np.float64],
    backward: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return minutes between points, each way, times on the level being multiplied by segment."""
    bit = MODE_BIT["walk"]
    level = roads.meters / (WALKING_KMH * 1000 / 60)
    parts = (
        (roads.tail, roads.head, level * forward, (roads.forward & bit) > 0),
        (roads.head, roads.tail, level * backward, (roads.backward & bit) > 0),
    )
    tail, head, cost = (np.concatenate([part[i][part[3]] for part in parts]) for i in range(3))
    # Of parallel roads the fastest counts, where the matrix would add them up.
    order = np.lexsort((cost, head, tail))
    tail, head, cost = tail[order], head[order], np.maximum(cost[order], 1e-9)
    is_first = np.ones(len(tail), dtype=bool)
    is_first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    shape = (roads.n_points, roads.n_points)
    graph = coo_array((cost[is_first], (tail[is_first], head[is_first])), shape=shape).tocsr()
    found = dijkstra(graph, indices=point)[:, point]
    return np.asarray(found[~np.eye(len(found), dtype=bool)])


def nearest_cell(region: Region) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the times on foot by the heights of the nearest cells, as multiples of the level."""
    roads, (grid, *_) = region.roads, region.relief
    row = np.rint((roads.lat - grid.y) / grid.step_y).astype(int)
    column = np.rint((roads.lon - grid.x) / grid.step_x).astype(int)
    heights = grid.meters[row, column].astype(np.float64)
    rise = np.nan_to_num(heights[roads.head] - heights[roads.tail])
    grade = rise / np.maximum(roads.meters, 0.01)
    with np.errstate(over="ignore"):
        return walking_time(grade), walking_time(-grade)


def column_of(region: Region) -> list[str]:
    """Return what there is to say of a region, in the order of `ROWS`."""
    roads = region.roads
    found = slopes(roads, region.relief)
    walked, driven = open_to(roads, "walk"), open_to(roads, "bus")
    steep = [share(roads, driven, found.grade >= percent / 100) for percent in (7, 9, 12)]
    radius = bend_radius_meters(roads)
    bends = [share(roads, driven, radius < meters) for meters in (20, 45)]
    return [
        f"{roads.meters[walked].sum() / 1000:,.0f} km",
        f"{mean_grade(roads, walked, found.grade):.1f} %",
        f"{len(region.place_point)}",
        *walks(region, region.place_point, found),
        f"{len(region.drawn_point)}",
        *walks(region, region.drawn_point, found),
        *(f"{100 * each:.1f} %" for each in (*steep, *bends)),
    ]


def walks(region: Region, point: NDArray[np.int64], found: Slopes) -> list[str]:
    """Return what slope does to the walks between some points, in the order of `WALKS`."""
    level_times = np.ones(region.roads.n_segments)
    level = minutes(region.roads, point, level_times, level_times)
    sloping = minutes(region.roads, point, found.walk_forward, found.walk_backward)
    trap = minutes(region.roads, point, *nearest_cell(region))
    is_near = (level > 0) & (level <= LIMIT_MINUTES)
    times, trap_times = sloping[is_near] / level[is_near], trap[is_near] / level[is_near]
    return [
        f"{int(is_near.sum()):,}",
        f"{int((is_near & (sloping <= LIMIT_MINUTES)).sum()):,}",
        f"{100 * lost(is_near, sloping):.1f} %",
        f"{np.median(times):.2f} ×",
        f"{np.quantile(times, 0.95):.2f} ×",
        f"{100 * lost(is_near, trap):.1f} %",
        f"{np.median(trap_times):,.2f} ×",
    ]


WALKS = (
    f"pairs within {LIMIT_MINUTES:g} min, all level",
    "of these with slope",
    "lost to slope",
    "time with slope, median",
    "time with slope, one in twenty more than",
    "lost by nearest-cell heights (the trap)",
    "time by nearest-cell heights, median",
)
ROWS = (
    "ways on foot",
    "mean grade of these ways",
    "**villages and hamlets**",
    *WALKS,
    "**points drawn on the ways**",
    *WALKS,
    "**roads for buses** rising 7 % or more",
    "rising 9 % or more",
    "rising 12 % or more",
    "in bends under 20 m",
    "in bends under 45 m",
)


def share(roads: RoadNetwork, among: NDArray[np.bool_], wanted: NDArray[np.bool_]) -> float:
    """Return the share of the length of some segments that is wanted."""
    return float(roads.meters[among & wanted].sum() / roads.meters[among].sum())


def mean_grade(roads: RoadNetwork, among: NDArray[np.bool_], grade: NDArray[np.float64]) -> float:
    """Return the mean grade of some segments in percent, by length."""
    return float(100 * np.average(grade[among], weights=roads.meters[among]))


def lost(is_near: NDArray[np.bool_], other: NDArray[np.float64]) -> float:
    """Return the share of pairs within the limit on the level that are beyond it otherwise."""
    return float((other[is_near] > LIMIT_MINUTES).mean())


def main() -> None:
    """Print the table of the regions named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--region",
        action="append",
        nargs="+",
        required=True,
        metavar=("NAME", "FILE"),
        help="a name, the roads, the places, and one or more files of heights",
    )
    columns = []
    names = []
    for name, roads, places, *heights in parser.parse_args().region:
        region = read_region(name, Path(roads), Path(places), [Path(file) for file in heights])
        names.append(name)
        columns.append(column_of(region))
    print(markdown(["", *names], [list(row) for row in zip(ROWS, *columns, strict=True)]))


if __name__ == "__main__":
    main()
