"""The way behind a travel time, leg by leg."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from layoutplan.core.journeys import Journeys
from layoutplan.core.network import Access, RoadNetwork
from layoutplan.core.route import Route
from layoutplan.core.schema import LONLAT
from layoutplan.core.speeds import MS_KM_PER_METER_HOUR, on_foot_ms
from layoutplan.core.travel_times import UNREACHED_MS
from layoutplan.travel.ways import Steps, WaysTo, at_road, steps_of, ways_to

_Leg = dict[str, object]


@dataclass(frozen=True)
class _End:
    """A village or school: the place, its point on the road, and the walk between the two."""

    lonlat: NDArray[np.float64]
    at_road: NDArray[np.float64]
    segment_idx: int
    share: float
    meters: float
    foot_ms: int


@dataclass(frozen=True)
class _Stretches:
    """A way along roads, piece by piece, from the village's point on the road to the school's.

    ``lonlat`` (k + 1, 2) are the points between the pieces; ``segment_idx``, ``meters`` and
    ``milliseconds`` (k,) say of each of which segment it is the whole or a part, and how long.
    """

    lonlat: NDArray[np.float64]
    segment_idx: NDArray[np.int64]
    meters: NDArray[np.float64]
    milliseconds: NDArray[np.int64]


def find_route(
    roads: RoadNetwork,
    journeys: Journeys,
    villages: gpd.GeoDataFrame,
    schools: gpd.GeoDataFrame,
    village_idx: int,
    school_idx: int,
    band: str,
) -> Route | None:
    """Return the fastest way from a village to a school, None where there is no way.

    It is found by Dijkstra's algorithm on the roads as they are, without the shortcuts by which
    travel times are worked out: so the one proves the other. Of equally fast ways one straight on
    foot comes first, then one along a single segment, then as :func:`ways_to` says.

    Parameters
    ----------
    roads : RoadNetwork
        Roads as read.
    journeys : Journeys
        The roads as the band's pupils use them, with villages and schools on them.
    villages, schools : geopandas.GeoDataFrame
        Points in EPSG:4326, indexed by id, in the order of `journeys`.
    village_idx, school_idx : int
        Positions of the two.
    band : str
        Whose way it is; only written into the route.
    """
    pace = journeys.traveler.walking_kmh
    start = _end(roads, villages, journeys.village_access, village_idx, pace)
    end = _end(roads, schools, journeys.school_access, school_idx, pace)
    pair = (np.array([village_idx], dtype=np.int32), np.array([school_idx], dtype=np.int32))
    walk_ms = int(journeys.walks.lookup(*pair)[0])
    direct_ms = int(journeys.approaches.direct.lookup(*pair)[0])
    steps = steps_of(journeys)
    ways = ways_to(steps, school_idx)
    road_ms = ways.milliseconds[steps.n_points + village_idx]
    if direct_ms == UNREACHED_MS and np.isinf(road_ms):
        return None
    milliseconds = direct_ms if direct_ms <= road_ms else int(road_ms)
    if walk_ms == milliseconds:
        lonlat = np.array([start.lonlat, end.lonlat])
        legs = [_on_foot("direct", lonlat, walk_ms * pace / MS_KM_PER_METER_HOUR, walk_ms, pace)]
    else:
        stretches = (
            _along_one_segment(roads, start, end, direct_ms)
            if direct_ms == milliseconds
            else _through_points(roads, steps, ways, start, end, village_idx, school_idx)
        )
        to_road, from_road = [start.lonlat, start.at_road], [end.at_road, end.lonlat]
        legs = [
            _on_foot("access", np.array(to_road), start.meters, start.foot_ms, pace),
            *_road_legs(roads, journeys, stretches),
            _on_foot("egress", np.array(from_road), end.meters, end.foot_ms, pace),
        ]
        lonlat = np.vstack([start.lonlat, stretches.lonlat, end.lonlat])
    return Route(
        village_id=str(villages.index[village_idx]),
        school_id=str(schools.index[school_idx]),
        band=band,
        mode=journeys.traveler.mode,
        milliseconds=milliseconds,
        legs=gpd.GeoDataFrame(legs, geometry="geometry", crs=LONLAT),
        line=_line(lonlat),
    )


def _end(
    roads: RoadNetwork,
    places: gpd.GeoDataFrame,
    access: Access,
    place_idx: int,
    walking_kmh: float,
) -> _End:
    """Return one village or school as it meets the roads; off them it has no way to them."""
    is_on_road = access.segment_idx[place_idx] >= 0
    meters = access.meters[place_idx] if is_on_road else 0.0
    return _End(
        lonlat=shapely.get_coordinates(places.geometry.iloc[place_idx])[0],
        at_road=at_road(roads, access)[place_idx],
        segment_idx=int(access.segment_idx[place_idx]),
        share=float(access.along_share[place_idx]),
        meters=float(meters),
        foot_ms=int(on_foot_ms(np.array([meters]), walking_kmh)[0]),
    )


def _along_one_segment(roads: RoadNetwork, start: _End, end: _End, direct_ms: int) -> _Stretches:
    """Return the way between two places at the same segment."""
    return _Stretches(
        lonlat=np.array([start.at_road, end.at_road]),
        segment_idx=np.array([start.segment_idx]),
        meters=np.array([abs(end.share - start.share) * roads.meters[start.segment_idx]]),
        milliseconds=np.array([direct_ms - start.foot_ms - end.foot_ms]),
    )


def _through_points(
    roads: RoadNetwork,
    steps: Steps,
    ways: WaysTo,
    start: _End,
    end: _End,
    village_idx: int,
    school_idx: int,
) -> _Stretches:
    """Return the way from point to point of the roads."""
    taken = []
    node, goal = steps.n_points + village_idx, steps.school_node(school_idx)
    while node != goal:
        taken.append(int(ways.next_step[node]))
        node = int(steps.head[taken[-1]])
    points = steps.head[taken[:-1]]
    segments = steps.segment_idx[taken]
    segments[[0, -1]] = start.segment_idx, end.segment_idx
    meters = roads.meters[segments]
    meters[0] *= _share_to(roads, start, points[0])
    meters[-1] *= _share_to(roads, end, points[-1])
    milliseconds = steps.milliseconds[taken]
    milliseconds[0] -= start.foot_ms
    milliseconds[-1] -= end.foot_ms
    on_roads = np.column_stack([roads.lon[points], roads.lat[points]])
    lonlat = np.vstack([start.at_road, on_roads, end.at_road])
    is_there = (meters > 0) | (milliseconds > 0)  # not where a place lies at the end of a segment
    return _Stretches(
        lonlat=lonlat[np.concatenate([[True], is_there])],
        segment_idx=segments[is_there],
        meters=meters[is_there],
        milliseconds=milliseconds[is_there],
    )


def _share_to(roads: RoadNetwork, place: _End, point: int) -> float:
    """Return the share of its segment between a place and one end of it."""
    return place.share if roads.tail[place.segment_idx] == point else 1.0 - place.share


def _road_legs(roads: RoadNetwork, journeys: Journeys, stretches: _Stretches) -> list[_Leg]:
    """Return a leg for all neighboring stretches of one way and class."""
    segments = stretches.segment_idx
    way, road_class = roads.way_idx[segments], roads.road_class[segments]
    is_new = np.ones(len(segments), dtype=np.bool_)
    is_new[1:] = (np.diff(way) != 0) | (np.diff(road_class) != 0)
    begins = np.flatnonzero(is_new)
    legs = []
    for begin, end in zip(begins, [*begins[1:], len(segments)], strict=True):
        meters = float(stretches.meters[begin:end].sum())
        milliseconds = int(stretches.milliseconds[begin:end].sum())
        legs.append(
            {
                "leg": "road",
                "mode": journeys.traveler.mode,
                "road_class": roads.class_names[road_class[begin]],
                "way_id": str(roads.way_ids[way[begin]]),
                "meters": meters,
                "milliseconds": milliseconds,
                "kmh": meters / milliseconds * MS_KM_PER_METER_HOUR if milliseconds else np.nan,
                "geometry": shapely.LineString(stretches.lonlat[begin : end + 1]),
            }
        )
    return legs


def _on_foot(
    leg: str, lonlat: NDArray[np.float64], meters: float, milliseconds: int, kmh: float
) -> _Leg:
    """Return a leg that is walked straight."""
    return {
        "leg": leg,
        "mode": "walk",
        "road_class": "",
        "way_id": "",
        "meters": meters,
        "milliseconds": milliseconds,
        "kmh": kmh,
        "geometry": shapely.LineString(lonlat),
    }


def _line(lonlat: NDArray[np.float64]) -> shapely.LineString:
    """Return a line through points, none of them twice in a row."""
    is_new = np.ones(len(lonlat), dtype=np.bool_)
    is_new[1:] = (np.diff(lonlat, axis=0) != 0).any(axis=1)
    is_new[-1] |= is_new.sum() < 2  # two places at one spot are a line nevertheless
    return shapely.LineString(lonlat[is_new])
