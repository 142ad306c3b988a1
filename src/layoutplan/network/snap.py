"""Where places meet the roads that a mode may use."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from layoutplan.core.network import MODE_BIT, Access, RoadNetwork
from layoutplan.core.schema import Mode
from layoutplan.network.plane import ellipsoid_meters, local_plane
from layoutplan.network.speeds import segment_kmh


def snap(roads: RoadNetwork, mode: Mode, places: gpd.GeoSeries, max_snap_meters: float) -> Access:
    """Find for each place the nearest point of the nearest road segment that `mode` may use.

    Nearest to the segment itself, not to its ends, and literally: a place next to a piece of road
    that hangs together with nothing is snapped to that piece and marked `is_island`. Of several
    segments at exactly the same distance the one that comes first in the network is taken.

    Parameters
    ----------
    roads : RoadNetwork
        Roads as read.
    mode : {"walk", "bike", "bus", "car"}
        A segment is usable when the mode may go along it in some direction at a speed above 0.
    places : geopandas.GeoSeries
        Points in EPSG:4326, indexed by id.
    max_snap_meters : float
        A place farther than this from every usable segment gets none; its distance is still told.

    Returns
    -------
    Access
        In the order of `places`; distances are measured on the ellipsoid, shares are rounded to
        the millimeter.

    Notes
    -----
    A segment is the straight line between its ends on a transverse Mercator map of the case; from
    the shortest line on the ellipsoid that differs by less than 2 m over 10 km.
    """
    n_places = len(places)
    access = Access(
        place_ids=places.index.to_numpy(dtype=object),
        segment_idx=np.full(n_places, -1, dtype=np.int32),
        along_share=np.full(n_places, np.nan),
        meters=np.full(n_places, np.inf),
        is_island=np.zeros(n_places, dtype=np.bool_),
    )
    usable = np.flatnonzero(is_usable(roads, mode))
    if not len(usable) or not n_places:
        return access

    plane = local_plane(roads)
    road_xy = plane.to_xy(roads.lon, roads.lat)
    start, end = road_xy[roads.tail[usable]], road_xy[roads.head[usable]]
    lon, lat = places.x.to_numpy(), places.y.to_numpy()
    place_xy = plane.to_xy(lon, lat)
    place_idx, nearest = _nearest_segment(start, end, place_xy)

    share = _to_the_millimeter(
        _share_along(start[nearest], end[nearest], place_xy[place_idx]),
        roads.meters[usable[nearest]],
    )
    foot_xy = start[nearest] + share[:, None] * (end[nearest] - start[nearest])
    access.meters[place_idx] = ellipsoid_meters(
        lon[place_idx], lat[place_idx], *plane.to_lonlat(foot_xy)
    )
    is_near = access.meters[place_idx] <= max_snap_meters
    place_idx, segment_idx = place_idx[is_near], usable[nearest[is_near]]
    access.segment_idx[place_idx] = segment_idx
    access.along_share[place_idx] = share[is_near]
    access.is_island[place_idx] = _is_off_the_mainland(roads, usable)[roads.tail[segment_idx]]
    return access


def is_usable(roads: RoadNetwork, mode: Mode) -> NDArray[np.bool_]:
    """Return (m,) bool: whether `mode` may go along the segment in some direction, and moves."""
    allowed = (roads.forward | roads.backward) & MODE_BIT[mode]
    return (allowed > 0) & (segment_kmh(roads, mode) > 0)


def _nearest_segment(
    start: NDArray[np.float64], end: NDArray[np.float64], place_xy: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return positions of places, ascending, and of the first nearest segment of each."""
    lines = np.asarray(shapely.linestrings(np.stack([start, end], axis=1)))
    tree = shapely.STRtree(lines)
    on_map = np.flatnonzero(np.isfinite(place_xy).all(axis=1))
    place, segment = tree.query_nearest(shapely.points(place_xy[on_map]), all_matches=True)
    order = np.lexsort((segment, place))
    place, first = np.unique(place[order], return_index=True)
    return on_map[place], segment[order][first]


def _share_along(
    start: NDArray[np.float64], end: NDArray[np.float64], xy: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the share of the line from start to end at which the point nearest to `xy` lies."""
    along = end - start
    square = (along**2).sum(axis=1)
    share = ((xy - start) * along).sum(axis=1) / np.where(square > 0, square, 1.0)
    return np.asarray(np.clip(share, 0.0, 1.0))


def _to_the_millimeter(
    share: NDArray[np.float64], meters: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return shares in steps of a millimeter, so that places at one spot share one point."""
    n_steps = np.maximum(np.rint(meters * 1000), 1.0)
    return np.asarray(np.rint(share * n_steps) / n_steps)


def _is_off_the_mainland(roads: RoadNetwork, usable: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Return (n,) bool: whether a road point lies outside the piece with the most points."""
    ends = (roads.tail[usable], roads.head[usable])
    shape = (roads.n_points, roads.n_points)
    links = coo_array((np.ones(len(usable)), ends), shape=shape)
    _, piece = connected_components(links, directed=False)
    is_end = np.zeros(roads.n_points, dtype=np.bool_)
    is_end[ends[0]] = is_end[ends[1]] = True
    mainland = np.bincount(piece[is_end]).argmax()
    return np.asarray(piece != mainland)
