"""Where places meet the roads that a mode may use."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from layoutplan.core.network import Access, RoadNetwork
from layoutplan.core.pieces import pieces
from layoutplan.network.plane import ellipsoid_meters, local_plane

_PASSED_METERS = 100.0  # whoever is nearer to a usable road need not hear of closed ones
_REACHES_METERS = (100.0, 1000.0, np.inf)  # most places are at a road, few are far from all
_MOST_CELLS_ACROSS = 1000


def snap(
    roads: RoadNetwork,
    is_usable: NDArray[np.bool_],
    places: gpd.GeoSeries,
    max_snap_meters: float,
) -> Access:
    """Find for each place the nearest point of the nearest road segment that can be used.

    Nearest to the segment itself, not to its ends, and literally: a place next to a piece of road
    that hangs together with nothing is snapped to that piece and marked `is_island`. Of several
    segments at exactly the same distance the one that comes first in the network is taken.

    Parameters
    ----------
    roads : RoadNetwork
        Roads as read.
    is_usable : (m,) bool
        Segments along which the traveler may go in some direction.
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
        passed_meters=np.full(n_places, np.nan),
    )
    usable = np.flatnonzero(is_usable)
    if not len(usable) or not n_places:
        return access

    plane = local_plane(roads)
    road_xy = plane.to_xy(roads.lon, roads.lat)
    lon, lat = places.x.to_numpy(), places.y.to_numpy()
    place_xy = plane.to_xy(lon, lat)
    on_map = np.flatnonzero(np.isfinite(place_xy).all(axis=1))
    place_idx, segment_idx = _nearest_segment(roads, road_xy, usable, place_xy, on_map)

    start, end = road_xy[roads.tail[segment_idx]], road_xy[roads.head[segment_idx]]
    share = _to_the_millimeter(
        _share_along(start, end, place_xy[place_idx]), roads.meters[segment_idx]
    )
    foot_xy = start + share[:, None] * (end - start)
    access.meters[place_idx] = ellipsoid_meters(
        lon[place_idx], lat[place_idx], *plane.to_lonlat(foot_xy)
    )
    is_near = access.meters[place_idx] <= max_snap_meters
    on_road = place_idx[is_near]
    access.segment_idx[on_road] = segment_idx[is_near]
    access.along_share[on_road] = share[is_near]
    is_off_mainland = _is_off_the_mainland(roads, usable)
    access.is_island[on_road] = is_off_mainland[roads.tail[segment_idx[is_near]]]

    far, closed = place_idx[access.meters[place_idx] > _PASSED_METERS], np.flatnonzero(~is_usable)
    if len(far) and len(closed):
        passing, passed = _nearest_segment(roads, road_xy, closed, place_xy, far)
        meters = shapely.distance(shapely.points(place_xy[passing]), _lines(roads, road_xy, passed))
        is_nearer = meters < access.meters[passing]
        access.passed_meters[passing[is_nearer]] = meters[is_nearer]
    return access


def _nearest_segment(
    roads: RoadNetwork,
    road_xy: NDArray[np.float64],
    segments: NDArray[np.intp],
    place_xy: NDArray[np.float64],
    places: NDArray[np.intp],
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return positions of places, ascending, and of the first nearest of `segments` for each.

    Most places have a road nearby, so segments are first looked for near places only; what is found
    within that reach is the nearest of all.
    """
    start, end = road_xy[roads.tail[segments]], road_xy[roads.head[segments]]
    none = np.empty(0, dtype=np.intp)
    found_place, found_segment = [none], [none]
    for reach in _REACHES_METERS:
        near = segments[_is_near(start, end, place_xy[places], reach)]
        if not len(near) or not len(places):
            continue
        tree = shapely.STRtree(_lines(roads, road_xy, near))
        (place, segment), meters = tree.query_nearest(
            shapely.points(place_xy[places]), all_matches=True, return_distance=True
        )
        order = np.lexsort((segment, place))
        place, first = np.unique(place[order], return_index=True)
        is_nearest = meters[order][first] <= reach
        found_place.append(places[place[is_nearest]])
        found_segment.append(near[segment[order][first[is_nearest]]])
        places = np.delete(places, place[is_nearest])
    place, segment = np.concatenate(found_place), np.concatenate(found_segment)
    order = np.argsort(place)
    return place[order], segment[order]


def _is_near(
    start: NDArray[np.float64],
    end: NDArray[np.float64],
    place_xy: NDArray[np.float64],
    reach: float,
) -> NDArray[np.bool_]:
    """Return (m,) bool: whether a place may lie within `reach` of a segment; all that do are among.

    Counts places in the cells of a grid, summed up from its corner, so that four sums tell how many
    are in the box around a segment.
    """
    if not np.isfinite(reach) or not len(place_xy):
        return np.ones(len(start), dtype=np.bool_)
    corner, span = place_xy.min(axis=0), np.ptp(place_xy, axis=0).max()
    cell_meters = max(reach, span / _MOST_CELLS_ACROSS)
    cell = np.floor((place_xy - corner) / cell_meters).astype(np.int64)
    n_cells = cell.max(axis=0) + 1
    sums = np.zeros(n_cells + 1, dtype=np.int64)
    np.add.at(sums, (cell[:, 0] + 1, cell[:, 1] + 1), 1)
    sums = sums.cumsum(axis=0).cumsum(axis=1)
    low = np.floor((np.minimum(start, end) - reach - corner) / cell_meters)
    high = np.floor((np.maximum(start, end) + reach - corner) / cell_meters) + 1
    west, south = np.clip(low, 0, n_cells).astype(np.int64).T
    east, north = np.clip(high, 0, n_cells).astype(np.int64).T
    inside = sums[east, north] - sums[west, north] - sums[east, south] + sums[west, south]
    return np.asarray(inside > 0)


def _lines(
    roads: RoadNetwork, road_xy: NDArray[np.float64], segments: NDArray[np.intp]
) -> NDArray[np.object_]:
    """Return some segments as lines on the map."""
    ends = np.stack([road_xy[roads.tail[segments]], road_xy[roads.head[segments]]], axis=1)
    return np.asarray(shapely.linestrings(ends))


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
    piece = pieces(*ends, roads.n_points)
    is_end = np.zeros(roads.n_points, dtype=np.bool_)
    is_end[ends[0]] = is_end[ends[1]] = True
    mainland = np.bincount(piece[is_end]).argmax()
    return np.asarray(piece != mainland)
