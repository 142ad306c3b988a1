"""Where places lie: every way of saying it, and every way of getting it wrong."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
from shapely.geometry import LineString, MultiPoint, MultiPolygon, Point, Polygon, box

from cases.case_folder import only, rules_of
from layoutplan.core.case import InputFile
from layoutplan.load.coordinates import bd09_from_wgs84, gcj02_from_wgs84
from layoutplan.load.points import frame_of, read_points
from layoutplan.load.tables import Table

LON = np.array([105.10, 105.12, 105.14, 105.16, 105.18, 105.20])
LAT = np.array([34.10, 34.11, 34.05, 34.08, 34.09, 34.12])


def table(geometry: gpd.GeoSeries | None = None, **columns: list[object]) -> Table:
    """Return a table with these columns and this geometry."""
    frame = pd.DataFrame({name: [str(cell) for cell in cells] for name, cells in columns.items()})
    n_rows = len(frame) if geometry is None else len(geometry)
    frame = frame.reindex(range(n_rows))
    positions = {name: place for place, name in enumerate(columns)}
    rows = np.arange(2, n_rows + 2)
    return Table("p.csv", frame, rows, geometry, InputFile("p.csv", "", n_rows), positions)


def points(given: Table, crs: str = "EPSG:4326"):
    """Return the points of a table, and what was found."""
    ids = pd.Series([f"p{row}" for row in given.rows], dtype="str")
    found, findings = read_points(given, ids, crs)
    rules_of(findings)
    return found, findings


def test_degrees() -> None:
    found, findings = points(table(lon=list(LON), lat=list(LAT)))
    assert found.crs == "EPSG:4326"
    np.testing.assert_array_equal(found.x, LON)
    np.testing.assert_array_equal(found.y, LAT)
    assert not findings


@pytest.mark.parametrize("crs", ["EPSG:32648", "EPSG:4543"])
def test_meters_on_a_map(crs: str) -> None:
    x, y = pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(LON, LAT)
    found, findings = points(table(x=list(x), y=list(y)), crs)
    np.testing.assert_allclose(found.x, LON, rtol=0, atol=1e-8)
    np.testing.assert_allclose(found.y, LAT, rtol=0, atol=1e-8)
    assert not findings
    _, swapped = points(table(x=list(y), y=list(x)), crs)
    assert only(swapped, "point.swapped").level == "error"


SHIFTS = [("GCJ-02", gcj02_from_wgs84), ("BD-09", bd09_from_wgs84)]


@pytest.mark.parametrize(("crs", "shift"), SHIFTS)
def test_chinese_web_maps(crs: str, shift) -> None:
    lon, lat = shift(LON, LAT)
    found, findings = points(table(lon=list(lon), lat=list(lat)), crs)
    np.testing.assert_allclose(found.x, LON, rtol=0, atol=1e-7)
    np.testing.assert_allclose(found.y, LAT, rtol=0, atol=1e-7)
    assert not findings


def test_the_pair_of_columns_goes_by_the_system() -> None:
    both = {"lon": list(LON), "lat": list(LAT), "x": [500000.0] * 6, "y": [3774000.0] * 6}
    assert points(table(**both))[0].x.tolist() == LON.tolist()
    assert points(table(**both), "EPSG:32648")[0].x.round(6).tolist() == [105.0] * 6


@pytest.mark.parametrize(
    ("columns", "crs", "rule"),
    [
        ({"x": [1], "y": [2]}, "EPSG:4326", "point.meters_geographic"),
        ({"x": [1], "y": [2]}, "GCJ-02", "point.meters_geographic"),
        ({"lon": [1], "lat": [2]}, "EPSG:32648", "point.degrees_projected"),
        ({"lon": [1]}, "EPSG:4326", "point.half"),
        ({"name": ["a"]}, "EPSG:4326", "point.missing"),
    ],
)
def test_columns_that_do_not_tell(columns: dict[str, list[object]], crs: str, rule: str) -> None:
    _, findings = points(table(**columns), crs)
    assert only(findings, rule).level == "error"


@pytest.mark.parametrize(
    ("lon", "lat", "rule"),
    [
        ("", "34", "point.empty"),
        ("105", "", "point.empty"),
        ("105.1E", "34", "cell.text"),
        ("inf", "34", "cell.text"),
        ("0", "0", "point.zero"),
        ("34.1", "105.1", "point.swapped"),
        ("205", "134", "point.nowhere"),
        ("1e300", "34", "point.nowhere"),
    ],
)
def test_one_bad_place_is_named(lon: str, lat: str, rule: str) -> None:
    found, findings = points(table(lon=[*LON, lon], lat=[*LAT, lat]))
    finding = only(findings, rule)
    assert len(findings) == 1
    assert (finding.level, finding.rows) == ("error", (8,))
    assert finding.ids in {("p8",), ()}
    assert found.iloc[:6].x.tolist() == LON.tolist()


def test_minus_infinity_in_a_geometry_is_named() -> None:
    geometry = gpd.GeoSeries([*gpd.points_from_xy(LON, LAT), Point(-np.inf, -np.inf)], crs=4326)
    _, findings = points(table(geometry))
    assert only(findings, "point.nowhere").ids == ("p8",)
    assert len(findings) == 1


def test_a_place_far_from_all_others_is_a_warning() -> None:
    _, findings = points(table(lon=[*LON, 106.5], lat=[*LAT, 34.1]))
    finding = only(findings, "point.far")
    assert (finding.level, finding.ids, finding.facts["km"]) == ("warning", ("p8",), "124")
    assert not points(table(lon=[*LON, 105.5], lat=[*LAT, 34.1]))[1]


def test_a_far_place_that_is_near_when_swapped_is_an_error() -> None:
    lon, lat = LON - 100, LAT - 25
    _, findings = points(table(lon=[*lon, 9.08], lat=[*lat, 5.15]))
    assert (findings[0].rule, findings[0].ids) == ("point.far_swapped", ("p8",))


def test_few_places_have_no_middle() -> None:
    assert not points(table(lon=[105, 110], lat=[34, 20]))[1]


def test_areas_are_taken_at_a_point_inside() -> None:
    ring = Polygon(box(0, 0, 9, 9).exterior, [box(1, 1, 8, 8).exterior])
    shapes = [ring, MultiPolygon([box(20, 20, 21, 21)]), MultiPoint([(3, 4)])]
    found, findings = points(table(gpd.GeoSeries(shapes, crs=4326)))
    assert ring.contains(found.iloc[0])
    assert (found.iloc[2].x, found.iloc[2].y) == (3.0, 4.0)
    note = only(findings, "point.area")
    assert (note.level, note.ids) == ("note", ("p2", "p3"))


def test_shapes_that_are_no_place() -> None:
    shapes = [Point(1, 2), LineString([(0, 0), (1, 1)]), None, Point()]
    _, findings = points(table(gpd.GeoSeries(shapes, crs=4326)))
    assert only(findings, "point.not_a_point").ids == ("p3",)
    assert only(findings, "point.empty").ids == ("p4", "p5")


def test_a_geometry_carries_its_own_system() -> None:
    geometry = gpd.GeoSeries(gpd.points_from_xy(LON, LAT), crs=4326)
    found, findings = points(table(geometry.to_crs(32648)), "EPSG:4490")
    np.testing.assert_allclose(found.x, LON, rtol=0, atol=1e-8)
    assert not findings
    _, findings = points(table(geometry), "GCJ-02")
    assert only(findings, "point.crs_carried").level == "warning"


def test_a_geometry_without_a_system_has_the_case_s() -> None:
    lon, lat = gcj02_from_wgs84(LON, LAT)
    found, findings = points(table(gpd.GeoSeries(gpd.points_from_xy(lon, lat))), "GCJ-02")
    np.testing.assert_allclose(found.x, LON, rtol=0, atol=1e-7)
    assert not findings


@pytest.mark.parametrize("crs", ["EPSG:4610", "EPSG:4214"])
def test_old_chinese_datums_are_a_warning(crs: str) -> None:
    _, findings = points(table(lon=list(LON), lat=list(LAT)), crs)
    assert {finding.level for finding in findings} == {"warning"}
    assert rules_of(findings) == {"point.ballpark"}


def test_places_outside_the_area_of_the_system_are_a_warning() -> None:
    _, findings = points(table(lon=[4.0], lat=[6.8]), "EPSG:4490")
    assert only(findings, "point.outside_crs").level == "warning"


@pytest.mark.parametrize("crs", ["EPSG:99999999", "nonsense", "EPSG:4978", "EPSG:5703"])
def test_systems_that_are_none(crs: str) -> None:
    with pytest.raises(ValueError, match=r"reference system|neither"):
        frame_of(crs)
