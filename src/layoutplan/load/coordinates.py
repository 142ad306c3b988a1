"""Coordinates of Chinese web maps (GCJ-02, BD-09) to and from WGS84.

China publishes neither datum. The formulas are those of the open projects that compared maps and
receivers (https://github.com/googollee/eviltransform for GCJ-02 and
https://github.com/wandergis/coordtransform for BD-09); test vectors published with them are among
our tests. The packages there are for it work point by point; these lines take whole columns.
GCJ-02 shifts a point by up to 700 m, BD-09 by up to 1,500 m.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

Degrees = NDArray[np.float64]
Shift = Callable[[Degrees, Degrees], tuple[Degrees, Degrees]]

GCJ02: Final = "GCJ-02"
BD09: Final = "BD-09"

# West, south, east, north: outside of this box web maps are not shifted.
CHINA_BOX: Final = (72.004, 0.8293, 137.8347, 55.8271)

_SEMI_MAJOR_METERS = 6_378_245.0  # Krasovsky 1940, as of Beijing 54
_ECCENTRICITY_SQUARED = 0.00669342162296594323
_BAIDU_LON, _BAIDU_LAT = 0.0065, 0.006
_BAIDU_RADIANS = np.pi * 3000.0 / 180.0
_INVERSE_STEPS = 3  # leaves at most 0.3 mm of GCJ-02 and 5 mm of BD-09


def gcj02_from_wgs84(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Return GCJ-02 longitude and latitude, in degrees, of points in WGS84.

    Points outside China are returned unchanged, as the web maps do.

    Examples
    --------
    >>> lon, lat = gcj02_from_wgs84(np.array([121.5272106]), np.array([31.1774276]))
    >>> lon.round(6).tolist(), lat.round(6).tolist()
    ([121.531542], [31.175304])
    """
    is_shifted = in_china(lon, lat)
    lon_shift, lat_shift = _gcj02_shift(lon, lat)
    return np.where(is_shifted, lon + lon_shift, lon), np.where(is_shifted, lat + lat_shift, lat)


def wgs84_from_gcj02(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Return WGS84 longitude and latitude, in degrees, of points in GCJ-02.

    Points outside China are returned unchanged.
    """
    return _invert(gcj02_from_wgs84, lon, lat)


def bd09_from_wgs84(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Return BD-09 longitude and latitude, in degrees, of points in WGS84.

    Points outside China are returned unchanged.
    """
    gcj_lon, gcj_lat = gcj02_from_wgs84(lon, lat)
    radius = np.hypot(gcj_lon, gcj_lat) + 0.00002 * np.sin(gcj_lat * _BAIDU_RADIANS)
    angle = np.arctan2(gcj_lat, gcj_lon) + 0.000003 * np.cos(gcj_lon * _BAIDU_RADIANS)
    is_shifted = in_china(lon, lat)
    return (
        np.where(is_shifted, radius * np.cos(angle) + _BAIDU_LON, lon),
        np.where(is_shifted, radius * np.sin(angle) + _BAIDU_LAT, lat),
    )


def wgs84_from_bd09(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Return WGS84 longitude and latitude, in degrees, of points in BD-09.

    Points outside China are returned unchanged.
    """
    return _invert(bd09_from_wgs84, lon, lat)


def in_china(lon: Degrees, lat: Degrees) -> NDArray[np.bool_]:
    """Return whether points lie in the box within which web maps are shifted."""
    west, south, east, north = CHINA_BOX
    return (west <= lon) & (lon <= east) & (south <= lat) & (lat <= north)


def _invert(shift: Shift, lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Return the points that `shift` moves to the given ones, by fixed-point iteration."""
    found_lon, found_lat = lon, lat
    for _ in range(_INVERSE_STEPS):
        shifted_lon, shifted_lat = shift(found_lon, found_lat)
        found_lon, found_lat = found_lon + lon - shifted_lon, found_lat + lat - shifted_lat
    return found_lon, found_lat


def _gcj02_shift(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Return how far GCJ-02 moves points, in degrees of longitude and latitude."""
    east, north = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(east))
    ripple = 20.0 * np.sin(6.0 * np.pi * east) + 20.0 * np.sin(2.0 * np.pi * east)
    east_meters = (
        300.0 + east + 2.0 * north + 0.1 * east**2 + 0.1 * east * north + 0.1 * root
        + (ripple + 20.0 * np.sin(np.pi * east) + 40.0 * np.sin(np.pi * east / 3.0)
           + 150.0 * np.sin(np.pi * east / 12.0) + 300.0 * np.sin(np.pi * east / 30.0)) * 2.0 / 3.0
    )  # fmt: skip
    north_meters = (
        -100.0 + 2.0 * east + 3.0 * north + 0.2 * north**2 + 0.1 * east * north + 0.2 * root
        + (ripple + 20.0 * np.sin(np.pi * north) + 40.0 * np.sin(np.pi * north / 3.0)
           + 160.0 * np.sin(np.pi * north / 12.0) + 320.0 * np.sin(np.pi * north / 30.0))
        * 2.0 / 3.0
    )  # fmt: skip
    latitude = np.radians(lat)
    flattening = 1.0 - _ECCENTRICITY_SQUARED * np.sin(latitude) ** 2
    parallel_radius = _SEMI_MAJOR_METERS / np.sqrt(flattening) * np.cos(latitude)
    meridian_radius = _SEMI_MAJOR_METERS * (1.0 - _ECCENTRICITY_SQUARED) / flattening**1.5
    return np.degrees(east_meters / parallel_radius), np.degrees(north_meters / meridian_radius)
