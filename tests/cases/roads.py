"""Build small road networks and places by hand."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import Geod

from layoutplan.core.network import ALL_MODES, RoadNetwork
from layoutplan.core.schema import LONLAT

GLOBE = Geod(ellps="WGS84")
LonLat = tuple[float, float]


def road_network(
    points: Sequence[LonLat],
    segments: Sequence[tuple[int, int]],
    *,
    classes: Sequence[str] | str = "residential",
    max_kmh: Sequence[float] | float = np.nan,
    forward: Sequence[int] | int = ALL_MODES,
    backward: Sequence[int] | int = ALL_MODES,
    ways: Sequence[str] | None = None,
) -> RoadNetwork:
    """Return the network of straight `segments` (pairs of positions) between `points`.

    Each segment is a way of its own, "1", "2" …, unless `ways` names the way of each.
    """
    lon, lat = np.array(points, dtype=np.float64).reshape(-1, 2).T
    tail, head = np.array(segments, dtype=np.int32).reshape(-1, 2).T
    n_segments = len(tail)
    names = [classes] * n_segments if isinstance(classes, str) else list(classes)
    class_names = tuple(dict.fromkeys(names))
    way_idx, way_ids = pd.factorize(np.array(ways or np.arange(1, n_segments + 1), dtype=np.str_))
    _, _, meters = GLOBE.inv(lon[tail], lat[tail], lon[head], lat[head])
    return RoadNetwork(
        lon=lon,
        lat=lat,
        tail=tail,
        head=head,
        meters=np.asarray(meters, dtype=np.float64),
        road_class=np.array([class_names.index(name) for name in names], dtype=np.int16),
        class_names=class_names,
        max_kmh=np.broadcast_to(np.float32(max_kmh), n_segments),
        forward=np.broadcast_to(np.uint8(forward), n_segments),
        backward=np.broadcast_to(np.uint8(backward), n_segments),
        way_idx=way_idx.astype(np.int32),
        way_ids=way_ids.astype(np.str_),
    )


def places(points: Sequence[LonLat], prefix: str) -> gpd.GeoDataFrame:
    """Return points indexed by id: `prefix` and a number from 1 on."""
    lon, lat = np.array(points, dtype=np.float64).reshape(-1, 2).T
    index = pd.Index([f"{prefix}{i + 1}" for i in range(len(points))])
    return gpd.GeoDataFrame(index=index, geometry=gpd.points_from_xy(lon, lat), crs=LONLAT)


def moved(start: LonLat, *, north: float = 0.0, east: float = 0.0) -> LonLat:
    """Return the point so many meters north, then east, of `start`."""
    lon, lat, _ = GLOBE.fwd(*start, 0.0, north)
    lon, lat, _ = GLOBE.fwd(lon, lat, 90.0, east)
    return lon, lat
