"""Schools that are nearer to a village than any road."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from layoutplan.core.network import Access, RoadNetwork
from layoutplan.core.speeds import on_foot_ms
from layoutplan.core.travel_times import Pairs
from layoutplan.network.plane import ellipsoid_meters, local_plane

_SLACK = 1.01  # the flat map is off by less than this, so nothing near is missed on it


def direct_walks(
    roads: RoadNetwork,
    villages: gpd.GeoDataFrame,
    schools: gpd.GeoDataFrame,
    village_access: Access,
    school_access: Access,
    *,
    max_snap_meters: float,
    walking_kmh: float,
) -> Pairs:
    """Find the schools that pupils reach on foot straight from their village.

    A school in the village itself, two kilometers from the nearest surveyed road, is a short walk
    and not four kilometers there and back. So a pair is walked straight when the village and the
    school are no farther apart than their two ways to the road together; and, where one of them is
    off the network, when they are no farther apart than `max_snap_meters`.

    Parameters
    ----------
    roads : RoadNetwork
        Only its extent is used.
    villages, schools : geopandas.GeoDataFrame
        Points in EPSG:4326.
    village_access, school_access : Access
        Where they meet the roads, from :func:`layoutplan.network.snap.snap`.
    max_snap_meters : float
        As for snapping.
    walking_kmh : float
        Pace in km/h.
    """
    village_leg, school_leg = _leg_meters(village_access), _leg_meters(school_access)
    reach = np.where(
        np.isfinite(village_leg),
        np.maximum(village_leg + _longest(school_leg), max_snap_meters),
        max_snap_meters,
    )
    village_idx, school_idx = _within(roads, villages.geometry, schools.geometry, reach * _SLACK)
    from_village, to_school = villages.geometry.iloc[village_idx], schools.geometry.iloc[school_idx]
    meters = ellipsoid_meters(
        from_village.x.to_numpy(),
        from_village.y.to_numpy(),
        to_school.x.to_numpy(),
        to_school.y.to_numpy(),
    )
    legs = village_leg[village_idx] + school_leg[school_idx]
    is_walked = meters <= np.where(np.isfinite(legs), legs, max_snap_meters)
    return Pairs(
        village_idx[is_walked].astype(np.int32),
        school_idx[is_walked].astype(np.int32),
        on_foot_ms(meters[is_walked], walking_kmh),
    )


def _leg_meters(access: Access) -> NDArray[np.float64]:
    """Return the way to the road in meters, ``inf`` for a place off the network."""
    return np.where(access.segment_idx >= 0, access.meters, np.inf)


def _longest(legs: NDArray[np.float64]) -> float:
    """Return the longest of the ways to the road that there are."""
    return float(legs[np.isfinite(legs)].max(initial=0.0))


def _within(
    roads: RoadNetwork,
    villages: gpd.GeoSeries,
    schools: gpd.GeoSeries,
    reach: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return positions of villages and of the schools within `reach` meters of each on the map."""
    plane = local_plane(roads)
    village_xy = plane.to_xy(villages.x.to_numpy(), villages.y.to_numpy())
    school_xy = plane.to_xy(schools.x.to_numpy(), schools.y.to_numpy())
    villages_on_map = np.flatnonzero(np.isfinite(village_xy).all(axis=1))
    schools_on_map = np.flatnonzero(np.isfinite(school_xy).all(axis=1))
    tree = shapely.STRtree(np.asarray(shapely.points(school_xy[schools_on_map])))
    village, school = tree.query(
        shapely.points(village_xy[villages_on_map]),
        predicate="dwithin",
        distance=reach[villages_on_map],
    )
    village_idx, school_idx = villages_on_map[village], schools_on_map[school]
    order = np.lexsort((school_idx, village_idx))
    return village_idx[order], school_idx[order]
