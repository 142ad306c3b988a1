"""The ways of many pupils at once, as lines to draw."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from layoutplan.core.case import Case
from layoutplan.core.journeys import Journeys
from layoutplan.core.lines import simplified
from layoutplan.core.network import RoadNetwork
from layoutplan.core.progress import Progress, silent
from layoutplan.core.schema import LONLAT, MS_PER_MINUTE
from layoutplan.core.travel_times import UNREACHED_MS
from layoutplan.travel.ways import Steps, WaysTo, at_road, steps_of, ways_to

_SIMPLIFY_METERS: Final = 12.0  # under a pixel until one is near enough to see single houses
_KEYS: Final = ["village_id", "band", "school_id"]


def plan_routes(
    case: Case,
    journeys: tuple[Journeys, ...],
    assignments: pd.DataFrame,
    *,
    progress: Progress = silent,
) -> gpd.GeoDataFrame:
    """Return the ways to the planned and to today's schools of a plan.

    Parameters
    ----------
    case : Case
        With roads.
    journeys : tuple of Journeys
        One for each kind of traveler of the case.
    assignments : pandas.DataFrame
        The rows of ``assignments.csv``; minutes are ``inf`` where there is no way.
    progress : Progress
        Told how many schools are done, for each kind of traveler.

    Returns
    -------
    geopandas.GeoDataFrame
        ``village_id``, ``band``, ``school_id`` and ``geometry`` (lines from door to door,
        EPSG:4326, see :func:`find_routes`), each pair once, sorted, with a fresh index.
    """
    if case.roads is None:
        raise ValueError("the case has no roads")
    columns = [*_KEYS, "minutes"]
    today = assignments[["village_id", "band", "school_id_before", "minutes_before"]]
    trips = pd.concat([assignments[columns], today.set_axis(columns, axis=1)])
    trips = trips[np.isfinite(trips["minutes"])].drop_duplicates(_KEYS)
    trips = trips.sort_values(_KEYS, ignore_index=True)
    lines = np.full(len(trips), None, dtype=object)
    for each in journeys:
        is_of = trips["band"].isin([band.name for band in each.bands]).to_numpy()
        lines[is_of] = find_routes(
            case.roads,
            each,
            case.villages,
            case.schools,
            case.villages.index.get_indexer(pd.Index(trips.loc[is_of, "village_id"])),
            case.schools.index.get_indexer(pd.Index(trips.loc[is_of, "school_id"])),
            limit_ms=np.rint(trips.loc[is_of, "minutes"].to_numpy() * MS_PER_MINUTE),
            progress=progress,
        )
    routes = gpd.GeoDataFrame(trips[_KEYS], geometry=lines, crs=LONLAT)
    return routes[routes.geometry.notna()].reset_index(drop=True)


def find_routes(
    roads: RoadNetwork,
    journeys: Journeys,
    villages: gpd.GeoDataFrame,
    schools: gpd.GeoDataFrame,
    village_idx: NDArray[np.integer],
    school_idx: NDArray[np.integer],
    *,
    limit_ms: NDArray[np.floating] | None = None,
    progress: Progress = silent,
) -> NDArray[np.object_]:
    """Return the fastest ways of many pairs as lines from door to door, with fewer points.

    The ways to one school form a tree. Its stretches between forks are simplified each for itself
    and the forks stay, so two ways that join have all points from there on in common, exactly.

    Parameters
    ----------
    roads : RoadNetwork
        Roads as read.
    journeys : Journeys
        The roads as pupils of one kind use them, with villages and schools on them.
    villages, schools : geopandas.GeoDataFrame
        Points in EPSG:4326, in the order of `journeys`.
    village_idx, school_idx : (q,) int
        Positions of the pairs.
    limit_ms : (q,) float64, optional
        The time of each pair where it is known: nothing farther is searched.
    progress : Progress
        Told how many schools are done.

    Returns
    -------
    (q,) object
        Lines (EPSG:4326), the same ways that :func:`~layoutplan.travel.route.find_route` finds;
        None where there is no way within the limit.
    """
    lines = np.full(len(village_idx), None, dtype=object)
    if not len(lines):
        return lines
    limits = np.full(len(lines), np.inf) if limit_ms is None else limit_ms
    asked = village_idx.astype(np.int32), school_idx.astype(np.int32)
    direct_ms = journeys.approaches.direct.lookup(*asked)
    is_walked = (journeys.walks.lookup(*asked) == direct_ms) & (direct_ms < UNREACHED_MS)
    steps = steps_of(journeys)
    lonlat = np.vstack(
        [
            np.column_stack([roads.lon, roads.lat]),
            at_road(roads, journeys.village_access),
            at_road(roads, journeys.school_access),
        ]
    )
    from_door = shapely.get_coordinates(villages.geometry.to_numpy())
    to_door = shapely.get_coordinates(schools.geometry.to_numpy())
    in_order = np.argsort(school_idx, kind="stable")
    by_school = np.split(in_order, np.flatnonzero(np.diff(school_idx[in_order])) + 1)
    for n_done, pairs in enumerate(by_school):
        progress("progress.routes", n_done, len(by_school))
        school = int(school_idx[pairs[0]])
        ways = ways_to(steps, school, float(limits[pairs].max()))
        goal = steps.school_node(school)
        starts = steps.n_points + village_idx[pairs].astype(np.int64)
        is_by_road = ways.milliseconds[starts] < direct_ms[pairs]
        of_tree = _tree_lines(steps, ways, lonlat, starts[is_by_road].tolist(), goal)
        for pair, start, is_found in zip(pairs, starts.tolist(), is_by_road, strict=True):
            if is_found:
                on_roads = of_tree[start]
            elif direct_ms[pair] < UNREACHED_MS:
                on_roads = lonlat[[] if is_walked[pair] else [start, goal]]
            else:
                continue
            doors = from_door[village_idx[pair]], to_door[school]
            lines[pair] = shapely.LineString(np.vstack([doors[0], on_roads, doors[1]]))
    progress("progress.routes", len(by_school), len(by_school))
    return lines


def _tree_lines(
    steps: Steps, ways: WaysTo, lonlat: NDArray[np.float64], starts: list[int], goal: int
) -> dict[int, NDArray[np.float64]]:
    """Return the points of the ways from `starts` to `goal`, both ends among them.

    They are looked up by start; `lonlat` (n, 2) are the places of all nodes.
    """

    def after(node: int) -> int:
        """Return the node to go to next."""
        return int(steps.head[ways.next_step[node]])

    seen = {goal}
    forks = dict.fromkeys([goal, *starts])
    for start in starts:
        node = start
        while node not in seen:
            seen.add(node)
            node = after(node)
        forks[node] = None

    chains = []
    for fork in forks:
        chain = [fork]
        while chain[-1] != goal and (len(chain) == 1 or chain[-1] not in forks):
            chain.append(after(chain[-1]))
        if len(chain) > 1:
            chains.append(chain)
    nearest_first = sorted(chains, key=lambda chain: float(ways.milliseconds[chain[0]]))
    points = {goal: lonlat[[goal]]}
    whole = [shapely.LineString(lonlat[chain]) for chain in nearest_first]
    drawn = simplified(np.array(whole, dtype=object), _SIMPLIFY_METERS)
    for chain, line in zip(nearest_first, drawn, strict=True):
        points[chain[0]] = np.vstack([shapely.get_coordinates(line)[:-1], points[chain[-1]]])
    return points
