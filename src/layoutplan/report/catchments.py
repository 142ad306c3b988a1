"""Catchments: which area each school serves, from the villages that go there."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPoint, MultiPolygon, Polygon

from layoutplan.core.schema import LONLAT

_GRID_METERS = 1e-4  # all lines meet on this grid, so that neighbors share every corner exactly
_SITE_DEGREES = 1e-6  # villages closer than this (0.1 m) share one cell
_HULL_RATIO = 0.4  # of the longest to the shortest edge of the hull: no deep bays
_MARGIN_METERS = (500.0, 3000.0)  # of a drawn outline around the outermost places, least and most
_MARGIN_SHARE = 0.03  # of the extent of all places


@dataclass(frozen=True)
class Plane:
    """A flat map in meters around one point: true enough for areas the size of a county.

    Parameters
    ----------
    lon, lat : float
        The point, in degrees.
    """

    lon: float
    lat: float

    @property
    def _meters_per_degree(self) -> NDArray[np.float64]:
        """Meters per degree of longitude and of latitude."""
        return np.array([111_320.0 * np.cos(np.radians(self.lat)), 110_574.0])

    def to_meters(self, lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return (n, 2) meters east and north for (n, 2) degrees."""
        return (lonlat - [self.lon, self.lat]) * self._meters_per_degree

    def to_degrees(self, meters: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return (n, 2) degrees for (n, 2) meters east and north."""
        return meters / self._meters_per_degree + [self.lon, self.lat]


def outline_of(places: gpd.GeoSeries) -> Polygon:
    """Return an outline around places for a case that brings none: a hull with a margin.

    Parameters
    ----------
    places : geopandas.GeoSeries
        Points in EPSG:4326, at least one.
    """
    lonlat = shapely.get_coordinates(places.to_numpy())
    plane = _plane_of(lonlat)
    meters = plane.to_meters(lonlat)
    extent = np.hypot(*np.ptp(meters, axis=0))
    margin = float(np.clip(_MARGIN_SHARE * extent, *_MARGIN_METERS))
    # Out by twice the margin and back by one: the corners of the hull become round.
    hull = shapely.concave_hull(MultiPoint(meters), ratio=_HULL_RATIO)
    wide = _filled(shapely.buffer(hull, 2 * margin, quad_segs=6))
    outline = _filled(shapely.simplify(shapely.buffer(wide, -margin, quad_segs=6), margin / 50))
    return shapely.transform(outline, plane.to_degrees)


def catchments(
    villages: gpd.GeoSeries | gpd.GeoDataFrame,
    assignments: pd.DataFrame,
    outline: Polygon | MultiPolygon | None = None,
) -> gpd.GeoDataFrame:
    """Return the area of every school, by band, today and under the plan.

    Every point of the outline belongs to its nearest village, and with it to the school where
    most of the village's pupils of the band go (the smaller id where two are equal). Villages
    without pupils of the band, or who attend nowhere, go with the nearest village that has a
    school. Villages at one point count together. Of the area of a village that the outline cuts
    into pieces, those without the village go to the neighbor with the longest common edge.
    The areas of one band and time leave no gap and do not overlap; an area may have parts.

    Parameters
    ----------
    villages : geopandas.GeoSeries or geopandas.GeoDataFrame
        Points in EPSG:4326, indexed by ``village_id``.
    assignments : pandas.DataFrame
        ``village_id, band, pupils, school_id, school_id_before``; ids that are empty stand for
        nowhere.
    outline : shapely Polygon or MultiPolygon, optional
        In EPSG:4326; by default drawn around the villages. A village outside it keeps the area
        inside to which it is the nearest.

    Returns
    -------
    geopandas.GeoDataFrame
        ``school_id, band, when`` ("before" or "after"), ``color`` (a small number, the same for
        a school throughout, that differs between neighbors) and ``geometry`` (EPSG:4326), sorted
        by band, when and school.

    Notes
    -----
    The area is approximate: straight distance to villages knows neither ridges nor rivers.
    """
    points = villages.geometry
    if points.empty or assignments.empty:
        return _frame([])
    site_of_village, sites = _sites(points)
    area = outline if outline is not None else outline_of(points)
    plane = _plane_of(sites)
    faces, site_of_face = _cells(plane.to_meters(sites), shapely.transform(area, plane.to_meters))
    links = _neighbors(faces)
    site_of_face = _without_cut_off_pieces(faces, site_of_face, links, plane.to_meters(sites))
    village_idx = villages.index.get_indexer(assignments["village_id"])
    units = assignments.assign(site=site_of_village[village_idx])
    parts: list[gpd.GeoDataFrame] = []
    pairs: list[pd.DataFrame] = []
    geometry = shapely.transform(faces, plane.to_degrees)
    for band, of_band in units.groupby("band", sort=True):
        for when, column in (("after", "school_id"), ("before", "school_id_before")):
            school_of_site = _schools_of_sites(of_band, column, plane.to_meters(sites))
            if school_of_site is None:
                continue
            school = school_of_site[site_of_face]
            cells = gpd.GeoDataFrame({"school_id": school}, geometry=geometry, crs=LONLAT)
            areas = cells.dissolve("school_id", method="coverage", as_index=False)
            parts.append(areas.assign(band=band, when=when))
            pairs.append(pd.DataFrame({"a": school[links["a"]], "b": school[links["b"]]}))
    if not parts:
        return _frame([])
    merged = pd.concat(parts, ignore_index=True)
    colors = _colors(np.unique(merged["school_id"].to_numpy(dtype=object)), pd.concat(pairs))
    return _frame([merged.assign(color=merged["school_id"].map(colors))])


def _frame(parts: list[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Return the catchments in the order of the contract, also when there are none."""
    columns = ["school_id", "band", "when", "color", "geometry"]
    if not parts:
        empty: dict[str, list[object]] = {name: [] for name in columns}
        return gpd.GeoDataFrame(empty, geometry="geometry", crs=LONLAT).astype({"color": "int64"})
    frame = parts[0][columns].sort_values(["band", "when", "school_id"], ignore_index=True)
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=LONLAT)


def _filled(area: shapely.Geometry) -> Polygon:
    """Return a polygon without its holes."""
    return Polygon(shapely.get_coordinates(shapely.get_exterior_ring(area)))


def _points(xy: NDArray[np.float64]) -> NDArray[np.object_]:
    """Return (n,) points of (n, 2) coordinates."""
    return np.asarray(shapely.points(xy), dtype=object)


def _plane_of(lonlat: NDArray[np.float64]) -> Plane:
    """Return the plane around the middle of (n, 2) degrees."""
    lon, lat = (lonlat.min(axis=0) + lonlat.max(axis=0)) / 2
    return Plane(float(lon), float(lat))


def _sites(points: gpd.GeoSeries) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the site of every village and the (n, 2) degrees of the sites."""
    cells = np.rint(shapely.get_coordinates(points.to_numpy()) / _SITE_DEGREES).astype(np.int64)
    sites, site_of_village = np.unique(cells, axis=0, return_inverse=True)
    return site_of_village.reshape(-1).astype(np.int64), sites.astype(np.float64) * _SITE_DEGREES


def _cells(
    sites: NDArray[np.float64], outline: Polygon | MultiPolygon
) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Return the faces into which Voronoi edges cut the outline, and the site of each.

    All lines are noded together and polygonized, so faces share their corners by construction;
    clipping cell by cell does not promise that.
    """
    edges = shapely.voronoi_polygons(
        MultiPoint(sites), extend_to=outline.buffer(1.0), only_edges=True
    )
    lines = shapely.union_all(np.array([edges, outline.boundary]), grid_size=_GRID_METERS)
    faces = np.array(shapely.get_parts(shapely.polygonize(shapely.get_parts(lines))), dtype=object)
    inner = shapely.point_on_surface(faces)
    shapely.prepare(outline)
    is_inside = shapely.intersects(outline, inner)
    nearest = shapely.STRtree(_points(sites)).nearest(inner[is_inside])
    return faces[is_inside], nearest


def _neighbors(faces: NDArray[np.object_]) -> pd.DataFrame:
    """Return pairs of faces ``a < b`` that share edges, with the common ``meters``."""
    rings, face_of_ring = shapely.get_rings(faces, return_index=True)
    xy, ring_of_point = shapely.get_coordinates(rings, return_index=True)
    is_edge = ring_of_point[:-1] == ring_of_point[1:]
    start, end = xy[:-1][is_edge], xy[1:][is_edge]
    edges = pd.DataFrame(
        {
            "low": np.minimum(start @ [1, 1j], end @ [1, 1j]),
            "high": np.maximum(start @ [1, 1j], end @ [1, 1j]),
            "face": face_of_ring[ring_of_point[:-1][is_edge]],
        }
    )
    both = edges.merge(edges, on=["low", "high"], suffixes=("_a", "_b"))
    both = both[both["face_a"] < both["face_b"]]
    meters = np.abs(both["high"] - both["low"])
    links = pd.DataFrame({"a": both["face_a"], "b": both["face_b"], "meters": meters})
    return links.groupby(["a", "b"])["meters"].sum().reset_index()


def _without_cut_off_pieces(
    faces: NDArray[np.object_],
    site_of_face: NDArray[np.int64],
    links: pd.DataFrame,
    sites: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Return the sites of the faces after cut-off pieces went to a neighbor."""
    has_site = shapely.intersects(faces, _points(sites)[site_of_face])
    is_loose = ~has_site & np.isin(site_of_face, site_of_face[has_site])
    joined = site_of_face.copy()
    both_ways = pd.concat([links, links.rename(columns={"a": "b", "b": "a"})])
    while is_loose.any():
        usable = both_ways[is_loose[both_ways["a"]] & ~is_loose[both_ways["b"]]]
        if usable.empty:
            break  # a piece on its own, such as an island of the outline
        longest = usable.sort_values(["meters", "b"]).drop_duplicates("a", keep="last")
        joined[longest["a"]] = joined[longest["b"]]
        is_loose[longest["a"]] = False
    return joined


def _schools_of_sites(
    units: pd.DataFrame, column: str, sites: NDArray[np.float64]
) -> NDArray[np.object_] | None:
    """Return the school of every site: its largest share, else that of the nearest site."""
    attending = units[units[column].fillna("") != ""]
    if attending.empty:
        return None
    shares = attending.groupby(["site", column])["pupils"].sum().reset_index()
    largest = shares.sort_values(
        ["site", "pupils", column], ascending=[True, False, True]
    ).drop_duplicates("site")
    with_school = largest["site"].to_numpy()
    nearest = shapely.STRtree(_points(sites[with_school])).nearest(_points(sites))
    schools: NDArray[np.object_] = largest[column].to_numpy(dtype=object)
    return schools[nearest]


def _colors(school_ids: NDArray[np.object_], pairs: pd.DataFrame) -> dict[str, int]:
    """Return a small number for every school that differs from those of its neighbors.

    Schools are taken off one by one, the one with the fewest neighbors left first, and numbered
    in the opposite order: six numbers are then enough for areas without parts.
    """
    neighbors: dict[str, set[str]] = {str(school): set() for school in school_ids}
    different = pairs[pairs["a"] != pairs["b"]].drop_duplicates()
    for a, b in zip(different["a"], different["b"], strict=True):
        neighbors[a].add(b)
        neighbors[b].add(a)
    left = {school: set(others) for school, others in neighbors.items()}
    order: list[str] = []
    while left:
        fewest = min(left, key=lambda school: (len(left[school]), school))
        for other in left.pop(fewest):
            left[other].discard(fewest)
        order.append(fewest)
    colors: dict[str, int] = {}
    for school in reversed(order):
        taken = {colors[other] for other in neighbors[school] if other in colors}
        colors[school] = next(color for color in range(len(taken) + 1) if color not in taken)
    return colors
