"""What a scenario does to each segment: how much of its speed is left, and what is closed."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from layoutplan.core.network import RoadNetwork, Slopes
from layoutplan.core.speeds import Scenario


def share_left(
    roads: RoadNetwork, scenario: Scenario, slopes: Slopes | None = None
) -> NDArray[np.float64]:
    """Return the share of the usual speed that a scenario leaves on each segment.

    `speed_share` times the `class_share` of its class times, where it is steep, `steep_share`.

    Parameters
    ----------
    roads : RoadNetwork
        Roads as read.
    scenario : Scenario
        What holds.
    slopes : Slopes, optional
        Without them no segment is steep.

    Returns
    -------
    (m,) float64
        From 0 to 1, in the order of the segments.
    """
    share = scenario.speed_share * by_class(roads, scenario.class_share, default=1.0)
    return (
        np.where(is_steep(roads, slopes, scenario.steep_percent), scenario.steep_share, 1) * share
    )


def closed_segments(roads: RoadNetwork, scenario: Scenario) -> NDArray[np.bool_]:
    """Return (m,) bool: whether a scenario closes the segment, by class, by id or by area."""
    is_class = np.isin(roads.class_names, np.array(scenario.closed_classes, dtype=np.str_))
    is_way = np.zeros(len(roads.way_ids), dtype=np.bool_)
    if scenario.closed_ways:
        ways = roads.ways_by_id()
        for way_id in scenario.closed_ways:
            is_way[ways.get(way_id, [])] = True
    is_closed = is_class[roads.road_class] | is_way[roads.way_idx]
    if scenario.closed_area is not None:
        is_closed |= touches_area(roads, scenario.closed_area)
    return np.asarray(is_closed)


def touches_area(roads: RoadNetwork, area: gpd.GeoSeries) -> NDArray[np.bool_]:
    """Return (m,) bool: whether the segment lies in one of some polygons, or touches one.

    A segment is the straight line between its ends in degrees, and so is a side of a polygon.

    Parameters
    ----------
    roads : RoadNetwork
        Roads as read.
    area : geopandas.GeoSeries
        Polygons, EPSG:4326.
    """
    touches = np.zeros(roads.n_segments, dtype=np.bool_)
    if not len(area):
        return touches
    west, south, east, north = area.total_bounds
    lon, lat = roads.lon[[roads.tail, roads.head]], roads.lat[[roads.tail, roads.head]]
    near = np.flatnonzero(
        (lon.max(axis=0) >= west)
        & (lon.min(axis=0) <= east)
        & (lat.max(axis=0) >= south)
        & (lat.min(axis=0) <= north)
    )
    ends = np.stack([lon[:, near], lat[:, near]], axis=-1).swapaxes(0, 1)
    tree = shapely.STRtree(np.asarray(shapely.linestrings(ends)))
    _, touching = tree.query(area.array, predicate="intersects")
    touches[near[touching]] = True
    return touches


def is_steep(
    roads: RoadNetwork, slopes: Slopes | None, steep_percent: float | None
) -> NDArray[np.bool_]:
    """Return (m,) bool: whether the segment rises or falls at least so many percent somewhere."""
    if slopes is None or steep_percent is None:
        return np.zeros(roads.n_segments, dtype=np.bool_)
    return np.asarray(slopes.grade >= steep_percent / 100)


def by_class(
    roads: RoadNetwork, values: Mapping[str, float], *, default: float
) -> NDArray[np.float64]:
    """Return (m,) float64: the value of each segment's class, `default` where it has none."""
    of_class = [values.get(name, default) for name in roads.class_names]
    return np.array(of_class, dtype=np.float64)[roads.road_class]
