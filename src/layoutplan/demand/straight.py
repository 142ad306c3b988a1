"""Straight distances between places, as far as they are asked for."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

from layoutplan.core.travel_times import Pairs
from layoutplan.demand.farther import Farther
from layoutplan.demand.market import Mask

_ELLIPSOID = Geod(ellps="WGS84")
_SPHERE_METERS = 6_371_000.0
# Chords of the sphere are shorter than ways on the ellipsoid or, by its flattening, less than
# 1 % longer.
_MARGIN = 1.01


def straight_ways(villages: gpd.GeoDataFrame, schools: gpd.GeoDataFrame) -> Farther:
    """Return the search for straight ways between villages and schools, in whole meters.

    The meters stand in the place of the milliseconds.

    Parameters
    ----------
    villages, schools : geopandas.GeoDataFrame
        Points in EPSG:4326, in the order of the positions that will be asked for.
    """
    # Loaded here: few cases have pupils from whom no way leads to a school with room.
    from scipy.spatial import KDTree

    def search(band: str, is_village: Mask, is_school: Mask, reach: int | None) -> Pairs:
        asking, asked = np.flatnonzero(is_village), np.flatnonzero(is_school)
        from_points, to_points = _on_sphere(villages.iloc[asking]), _on_sphere(schools.iloc[asked])
        chord = 3.0 * _SPHERE_METERS if reach is None else (reach + 1) * _MARGIN
        near = KDTree(from_points).sparse_distance_matrix(
            KDTree(to_points), chord, output_type="ndarray"
        )
        village_idx, school_idx = asking[near["i"]], asked[near["j"]]
        order = np.lexsort((school_idx, village_idx))
        village_idx, school_idx = village_idx[order], school_idx[order]
        start, end = villages.geometry.iloc[village_idx], schools.geometry.iloc[school_idx]
        meters = _ELLIPSOID.inv(start.x, start.y, end.x, end.y)[2]
        return Pairs(
            village_idx.astype(np.int32),
            school_idx.astype(np.int32),
            np.rint(meters).astype(np.int64),
        )

    return search


def _on_sphere(places: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Return the places as points in space, (n, 3) meters from the middle of the Earth."""
    lon, lat = np.radians(places.geometry.x), np.radians(places.geometry.y)
    unit = np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    return _SPHERE_METERS * unit
