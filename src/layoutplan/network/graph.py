"""Roads, villages and schools as one directed graph in milliseconds."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layoutplan.core.network import MODE_BIT, Access, RoadNetwork, TravelGraph
from layoutplan.core.schema import Mode
from layoutplan.network.direct import direct_walks
from layoutplan.network.snap import is_usable, snap
from layoutplan.network.speeds import segment_kmh, walking_kmh

_MS_KM_PER_METER_HOUR = 3600.0  # a meter at 1 km/h takes 3.6 s


def build_graph(
    roads: RoadNetwork,
    mode: Mode,
    villages: gpd.GeoDataFrame,
    schools: gpd.GeoDataFrame,
    *,
    max_snap_meters: float,
) -> tuple[TravelGraph, Access, Access]:
    """Build the graph on which pupils travel by `mode` from their villages to schools.

    Nodes are the road points, then the points where places meet a segment (which is split there),
    then the villages, then the schools. Arcs are

    - the parts of every segment that `mode` may use, in the directions in which it may;
    - from each village to its point on the road and from each school's point on the road to the
      school, straight and on foot: no way leads *through* a village or a school;
    - from a village straight to a school that is nearer than the road, on foot, for every mode
      (:func:`layoutplan.network.direct.direct_walks` has the rule).

    Every arc has whole milliseconds, ``max(1, round(meters / (km/h) * 3600))``. A segment is timed
    as a whole and its parts are what lies between the rounded times of their ends, so they add up
    to it; only parts shorter than a millisecond add a little. A place on the road itself is 1 ms
    from it.

    Parameters
    ----------
    roads : RoadNetwork
        Roads as read.
    mode : {"walk", "bike", "bus", "car"}
        How pupils travel; the way from the village to the road and from the road to the school is
        on foot whatever the mode.
    villages, schools : geopandas.GeoDataFrame
        Points in EPSG:4326, indexed by id.
    max_snap_meters : float
        A place farther than this from every usable road is off the network.

    Returns
    -------
    TravelGraph, Access, Access
        The graph, and where the villages and the schools meet the roads.
    """
    places = pd.concat([villages.geometry, schools.geometry])
    access = snap(roads, mode, places, max_snap_meters)
    village_access = _part(access, slice(None, len(villages)))
    school_access = _part(access, slice(len(villages), None))

    place_point, split_segment, split_share = _points_on_roads(roads, access)
    n_road_points = roads.n_points + len(split_segment)
    place_node = np.arange(n_road_points, n_road_points + len(places))
    village_node, school_node = np.split(place_node, [len(villages)])

    on_road = access.segment_idx >= 0
    leaving, arriving = on_road.copy(), on_road.copy()
    leaving[len(villages) :] = False
    arriving[: len(villages)] = False
    walks = direct_walks(roads, villages, schools, village_access, school_access, max_snap_meters)
    arcs = (
        _road_arcs(roads, mode, split_segment, split_share),
        (place_node[leaving], place_point[leaving], _on_foot_ms(access.meters[leaving])),
        (place_point[arriving], place_node[arriving], _on_foot_ms(access.meters[arriving])),
        (
            village_node[walks.village_idx],
            school_node[walks.school_idx],
            _on_foot_ms(walks.meters),
        ),
    )
    tail, head, milliseconds = (np.concatenate(parts) for parts in zip(*arcs, strict=True))
    graph = TravelGraph(
        n_nodes=n_road_points + len(places),
        tail=tail.astype(np.int32),
        head=head.astype(np.int32),
        milliseconds=milliseconds,
        village_node=village_node.astype(np.int32),
        school_node=school_node.astype(np.int32),
    )
    return graph, village_access, school_access


def _part(access: Access, places: slice) -> Access:
    """Return the rows of `access` for some of its places."""
    return Access(
        place_ids=access.place_ids[places],
        segment_idx=access.segment_idx[places],
        along_share=access.along_share[places],
        meters=access.meters[places],
        is_island=access.is_island[places],
    )


def _points_on_roads(
    roads: RoadNetwork, access: Access
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return each place's point on the road (-1 for none), and where segments must be split.

    A place at the end of a segment gets the road point there; places at the same spot within a
    segment share one split point. Split points are numbered on from the road points, sorted by
    segment and share.
    """
    segment, share = access.segment_idx.astype(np.int64), access.along_share
    point = np.full(len(segment), -1, dtype=np.int64)
    at_tail, at_head = share == 0.0, share == 1.0
    point[at_tail] = roads.tail[segment[at_tail]]
    point[at_head] = roads.head[segment[at_head]]

    within = np.flatnonzero((share > 0.0) & (share < 1.0))
    within = within[np.lexsort((share[within], segment[within]))]
    is_new = np.ones(len(within), dtype=np.bool_)
    is_new[1:] = (np.diff(segment[within]) > 0) | (np.diff(share[within]) > 0)
    point[within] = roads.n_points + np.cumsum(is_new) - 1
    return point, segment[within][is_new], share[within][is_new]


def _road_arcs(
    roads: RoadNetwork,
    mode: Mode,
    split_segment: NDArray[np.int64],
    split_share: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return tail, head and milliseconds of the arcs along all segments that `mode` may use."""
    segment = np.flatnonzero(is_usable(roads, mode))
    ms = np.ones(roads.n_segments, dtype=np.int64)
    ms[segment] = _at_least_1_ms(
        roads.meters[segment] / segment_kmh(roads, mode)[segment] * _MS_KM_PER_METER_HOUR
    )

    # A stop is an end of a part: the tail of each segment, its split points, its head.
    n_splits, n_segments = len(split_segment), len(segment)
    stop_segment = np.concatenate([segment, split_segment, segment])
    stop_share = np.concatenate([np.zeros(n_segments), split_share, np.ones(n_segments)])
    stop_point = np.concatenate(
        [roads.tail[segment], roads.n_points + np.arange(n_splits), roads.head[segment]]
    )
    order = np.lexsort((stop_share, stop_segment))
    stop_segment, stop_point = stop_segment[order], stop_point[order]
    stop_ms = np.rint(stop_share[order] * ms[stop_segment]).astype(np.int64)

    is_part = stop_segment[1:] == stop_segment[:-1]
    start, end = stop_point[:-1][is_part], stop_point[1:][is_part]
    part_ms = np.maximum(np.diff(stop_ms)[is_part], 1)
    part_segment = stop_segment[1:][is_part]
    forward = (roads.forward[part_segment] & MODE_BIT[mode]) > 0
    backward = (roads.backward[part_segment] & MODE_BIT[mode]) > 0
    return (
        np.concatenate([start[forward], end[backward]]),
        np.concatenate([end[forward], start[backward]]),
        np.concatenate([part_ms[forward], part_ms[backward]]),
    )


def _on_foot_ms(meters: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the milliseconds of a straight walk off the roads."""
    return _at_least_1_ms(meters / walking_kmh() * _MS_KM_PER_METER_HOUR)


def _at_least_1_ms(milliseconds: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return whole milliseconds, none of them 0: a sparse graph has no arc without a weight."""
    return np.maximum(np.rint(milliseconds).astype(np.int64), 1)
