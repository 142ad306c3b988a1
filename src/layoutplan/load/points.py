"""Where places lie: geometry, lon and lat, or x and y -> points in WGS84, and what is doubtful."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from layoutplan.core.schema import LONLAT
from layoutplan.errors import Finding, Level
from layoutplan.load import coordinates
from layoutplan.load.cells import numbers
from layoutplan.load.tables import Table

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

_METERS_PER_DEGREE = 111_320.0  # of a great circle; good enough to tell near from far
_FAR_MULTIPLE = 5.0  # of the median distance from the middle: beyond it a place stands alone
_FAR_METERS = 50_000.0  # ... but never nearer than this, however dense the rest
_N_FOR_FAR = 5  # fewer places than this have no middle
_LARGEST = 1e9  # meters or degrees: beyond it a coordinate is a mark for "unknown"
_AREA_MARGIN = 3.0  # degrees: counties reach into the next zone of a projection
_BALLPARK_DATUMS = ("xian1980", "beijing1954", "newbeijing")


@dataclass(frozen=True)
class Frame:
    """A system of coordinates, and how to leave it.

    Parameters
    ----------
    name : str
        As written in ``case.toml`` or in the file.
    to_wgs84 : callable
        (x, y) -> (lon, lat) in degrees, WGS84; ``inf`` where there is no such point.
    area : tuple of float
        West, south, east, north in degrees: where it is meant to be used.
    is_projected : bool
        In meters rather than degrees.
    is_ballpark : bool
        Whether the step to WGS84 is only good to some tens of meters.
    """

    name: str
    to_wgs84: Callable[[Floats, Floats], tuple[Floats, Floats]]
    area: tuple[float, float, float, float]
    is_projected: bool = False
    is_ballpark: bool = False


def frame_of(crs: str | pyproj.CRS) -> Frame:
    """Return the system of coordinates called `crs`: GCJ-02, BD-09 or whatever pyproj knows.

    Raises
    ------
    ValueError
        When it is unknown, or neither geographic nor projected.
    """
    if crs == coordinates.GCJ02:
        return Frame(coordinates.GCJ02, coordinates.wgs84_from_gcj02, coordinates.CHINA_BOX)
    if crs == coordinates.BD09:
        return Frame(coordinates.BD09, coordinates.wgs84_from_bd09, coordinates.CHINA_BOX)
    try:
        known = pyproj.CRS.from_user_input(crs)
    except pyproj.exceptions.CRSError as fault:
        raise ValueError(f"unknown coordinate reference system {crs!r}") from fault
    if not (known.is_geographic or known.is_projected):
        raise ValueError(f"{crs!r} is neither in degrees nor in meters on a map")
    transformer = pyproj.Transformer.from_crs(known, LONLAT, always_xy=True)
    area = known.area_of_use
    geodetic = known.geodetic_crs
    datum = "".join(filter(str.isalnum, geodetic.name.casefold())) if geodetic else ""
    return Frame(
        name=known.name if isinstance(crs, pyproj.CRS) else crs,
        to_wgs84=transformer.transform,
        area=area.bounds if area else (-180.0, -90.0, 180.0, 90.0),
        is_projected=known.is_projected,
        is_ballpark=any(name in datum for name in _BALLPARK_DATUMS),
    )


def read_points(
    table: Table, ids: pd.Series[str], crs: str
) -> tuple[gpd.GeoSeries, tuple[Finding, ...]]:
    """Return the point of every row of `table` in WGS84, and what is wrong or doubtful.

    Parameters
    ----------
    table : Table
        With a geometry, or columns ``lon`` and ``lat``, or ``x`` and ``y``.
    ids : pandas.Series
        Of the places, for findings.
    crs : str
        Of columns, and of a geometry that carries none: ``"GCJ-02"``, ``"BD-09"`` or what pyproj
        knows.
    """
    place = _Places(table, ids)
    frame = frame_of(crs)
    if table.geometry is not None:
        carried = table.geometry.crs
        x, y, findings = _from_geometry(place, table.geometry)
        if carried is not None:
            if frame.name in (coordinates.GCJ02, coordinates.BD09):
                facts = {"carried": carried.name, "crs": crs}
                findings += (Finding("point.crs_carried", "warning", table.label, facts=facts),)
            frame = frame_of(carried)
    else:
        names = _column_pair(table, frame)
        if isinstance(names, Finding):
            return _no_points(len(ids)), (names,)
        x, y, findings = _from_columns(place, table, names)
    lon, lat, doubts = _to_wgs84(place, frame, x, y)
    points = gpd.GeoSeries(gpd.points_from_xy(lon, lat), index=ids.index, crs=LONLAT)
    return points, findings + doubts


@dataclass(frozen=True)
class _Places:
    """Places of a table, as findings name them."""

    table: Table
    ids: pd.Series[str]

    def finding(
        self, rule: str, is_found: Mask, level: Level = "error", **facts: object
    ) -> tuple[Finding, ...]:
        """Return a finding for the places where `is_found`, or none."""
        if not is_found.any():
            return ()
        rows = tuple(self.table.rows[is_found].tolist())
        ids = tuple(self.ids[is_found])
        return (Finding(rule, level, self.table.label, rows=rows, ids=ids, facts=facts),)


def _column_pair(table: Table, frame: Frame) -> tuple[str, str] | Finding:
    """Return which two columns hold the coordinates, by the system they should be in."""
    headers = ", ".join(table.headers[:20])
    pairs = [pair for pair in (("lon", "lat"), ("x", "y")) if pair[0] in table and pair[1] in table]
    if not pairs:
        half = next((name for name in ("lon", "lat", "x", "y") if name in table), "")
        facts = {"headers": headers, "there": half}
        rule = "point.half" if half else "point.missing"
        return Finding(rule, "error", table.label, facts=facts)
    fitting = ("x", "y") if frame.is_projected else ("lon", "lat")
    if fitting not in pairs:
        rule = "point.degrees_projected" if frame.is_projected else "point.meters_geographic"
        return Finding(rule, "error", table.label, facts={"crs": frame.name})
    return fitting


def _from_columns(
    place: _Places, table: Table, names: tuple[str, str]
) -> tuple[Floats, Floats, tuple[Finding, ...]]:
    """Return the numbers of two columns of coordinates."""
    (x, x_findings), (y, y_findings) = (numbers(table.column(name)) for name in names)
    is_text = np.zeros(len(x), dtype=bool)
    for finding in (*x_findings, *y_findings):
        is_text |= np.isin(table.rows, finding.rows)
    is_empty = (np.isnan(x) | np.isnan(y)) & ~is_text
    return x, y, x_findings + y_findings + place.finding("point.empty", is_empty)


def _from_geometry(
    place: _Places, geometry: gpd.GeoSeries
) -> tuple[Floats, Floats, tuple[Finding, ...]]:
    """Return the coordinates of points, and of areas at a point inside them."""
    shapes = geometry.to_numpy()
    is_empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    kinds = shapely.get_type_id(shapes)
    is_point = kinds == shapely.GeometryType.POINT
    is_point |= (kinds == shapely.GeometryType.MULTIPOINT) & (
        shapely.get_num_geometries(shapes) == 1
    )
    is_area = np.isin(kinds, (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON))
    is_point &= ~is_empty
    is_area &= ~is_empty
    is_other = ~is_empty & ~is_point & ~is_area
    points = np.full(len(shapes), None, dtype=object)
    is_multi = is_point & (kinds == shapely.GeometryType.MULTIPOINT)
    points[is_point] = shapes[is_point]
    points[is_multi] = shapely.get_geometry(shapes[is_multi], 0)
    points[is_area] = shapely.point_on_surface(shapely.make_valid(shapes[is_area]))
    findings = (
        *place.finding("point.empty", is_empty),
        *place.finding("point.not_a_point", is_other),
        *place.finding("point.area", is_area, "note"),
    )
    return shapely.get_x(points), shapely.get_y(points), findings


def _to_wgs84(
    place: _Places, frame: Frame, x: Floats, y: Floats
) -> tuple[Floats, Floats, tuple[Finding, ...]]:
    """Return longitude and latitude, and the places that cannot be where they say."""
    is_given = ~np.isnan(x) & ~np.isnan(y)
    is_zero = (x == 0) & (y == 0)
    is_number = (np.abs(x) < _LARGEST) & (np.abs(y) < _LARGEST)
    x, y = np.where(is_number, x, np.nan), np.where(is_number, y, np.nan)
    lon, lat = frame.to_wgs84(x, y)
    turned_lon, turned_lat = frame.to_wgs84(y, x)
    is_inside = _is_inside(lon, lat, frame.area)
    is_swapped = is_given & ~is_inside & _is_inside(turned_lon, turned_lat, frame.area)
    is_on_earth = _is_inside(lon, lat, (-180.0, -90.0, 180.0, 90.0))
    is_good = is_given & is_on_earth & ~is_zero & ~is_swapped
    lon, lat = np.where(is_good, lon, np.nan), np.where(is_good, lat, np.nan)
    findings = (
        *place.finding("point.zero", is_zero),
        *place.finding("point.swapped", is_swapped & ~is_zero),
        *place.finding("point.nowhere", is_given & ~is_on_earth & ~is_zero & ~is_swapped),
        *place.finding("point.outside_crs", is_good & ~is_inside, "warning", crs=frame.name),
        *_far(place, lon, lat, is_good),
    )
    if frame.is_ballpark:
        facts = {"crs": frame.name}
        findings += (Finding("point.ballpark", "warning", place.table.label, facts=facts),)
    return lon, lat, findings


def _is_inside(lon: Floats, lat: Floats, area: tuple[float, float, float, float]) -> Mask:
    """Return whether points lie in an area or close to it; never for points that are not."""
    west, south, east, north = area
    margin = 0.0 if east - west >= 360.0 else _AREA_MARGIN
    is_in_lon = (west - margin <= lon) & (lon <= east + margin)
    if west > east:  # across the date line
        is_in_lon = (west - margin <= lon) | (lon <= east + margin)
    is_in_lat = (max(south - margin, -90.0) <= lat) & (lat <= min(north + margin, 90.0))
    return is_in_lon & is_in_lat


def _far(place: _Places, lon: Floats, lat: Floats, is_good: Mask) -> tuple[Finding, ...]:
    """Return a warning for places far away from all the others."""
    if is_good.sum() < _N_FOR_FAR:
        return ()
    middle_lon, middle_lat = np.median(lon[is_good]), np.median(lat[is_good])
    meters = np.hypot((lon - middle_lon) * np.cos(np.radians(middle_lat)), lat - middle_lat)
    meters *= _METERS_PER_DEGREE
    usual = np.median(meters[is_good])
    is_far = is_good & (meters > max(_FAR_MULTIPLE * usual, _FAR_METERS))
    turned = np.hypot((lat - middle_lon) * np.cos(np.radians(middle_lat)), lon - middle_lat)
    is_turned = is_far & (turned * _METERS_PER_DEGREE <= _FAR_MULTIPLE * max(usual, 1.0))
    km = f"{meters[is_far].max(initial=0.0) / 1000:.0f}"
    return (
        *place.finding("point.far_swapped", is_turned),
        *place.finding("point.far", is_far & ~is_turned, "warning", km=km),
    )


def _no_points(n: int) -> gpd.GeoSeries:
    """Return a column without any point."""
    return gpd.GeoSeries([None] * n, crs=LONLAT)
