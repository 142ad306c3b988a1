"""Reading the scenario that is asked for, and the area that it closes."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from cases.case_folder import CASE, case_folder, only, rules_of
from layoutplan.core.case import InputFile
from layoutplan.errors import ConfigError, Finding
from layoutplan.load.case_file import CaseFile, read_case_file
from layoutplan.load.scenarios import read_scenario

SQUARE = shapely.box(105.0, 34.0, 105.1, 34.1)
BOW_TIE = shapely.Polygon([(105, 34), (105.1, 34.1), (105.1, 34), (105, 34.1)])


def case_closing(folder: Path, label: str, shapes: list[object], crs: object) -> CaseFile:
    """Return a case with a scenario that closes what is drawn in a file."""
    folder.mkdir(exist_ok=True)
    frame = gpd.GeoDataFrame({"name": "area"}, index=range(len(shapes)), geometry=shapes, crs=crs)
    if label.endswith(".parquet"):
        frame.to_parquet(folder / label)
    else:
        frame.to_file(folder / label)
    return case_naming(folder, label)


def case_naming(folder: Path, label: str) -> CaseFile:
    """Return a case with a scenario that names a file that is there."""
    scenarios = f"[scenario.flood]\ntitle = 'Flood'\nclose_area = '{label}'\n[scenario.snow]\n"
    return read_case_file(case_folder(folder, case=f"{CASE}\n{scenarios}"))


def found(file: CaseFile) -> tuple[Finding, ...]:
    """Return what was found in the area of a scenario."""
    _, _, findings = read_scenario(file, "flood")
    assert rules_of(findings) is not None
    return findings


def square_degrees(area: gpd.GeoSeries) -> list[float]:
    """Return how large polygons are, in square degrees."""
    return [float(size) for size in shapely.area(area.array)]


def test_no_scenario_is_the_usual_state(tmp_path: Path) -> None:
    file = case_closing(tmp_path, "flood.gpkg", [SQUARE], 4326)
    assert read_scenario(file, None) == (None, (), ())


def test_only_the_file_of_the_scenario_asked_for_is_read(tmp_path: Path) -> None:
    (tmp_path / "flood.gpkg").write_bytes(b"this is no GeoPackage")
    file = case_naming(tmp_path, "flood.gpkg")
    snow, inputs, findings = read_scenario(file, "snow")
    assert snow is not None
    assert (snow.name, snow.title, snow.closed_area) == ("snow", "snow", None)
    assert (inputs, findings) == ((), ())
    assert rules_of(found(file)) == {"table.unreadable"}


@pytest.mark.parametrize("label", ["flood.gpkg", "flood.geojson", "flood.shp", "flood.parquet"])
def test_polygons_of_every_kind_of_file(tmp_path: Path, label: str) -> None:
    two = shapely.MultiPolygon([SQUARE, shapely.box(106.0, 34.0, 106.1, 34.1)])
    file = case_closing(tmp_path, label, [SQUARE, two], 4326)
    flood, inputs, findings = read_scenario(file, "flood")
    assert not findings
    assert flood is not None
    assert flood.title == "Flood"
    area = flood.closed_area
    assert area is not None
    assert area.crs == "EPSG:4326"
    assert square_degrees(area) == pytest.approx([0.01, 0.01, 0.01])
    assert [(each.path, each.rows) for each in inputs] == [(label, 2)]
    assert isinstance(inputs[0], InputFile)
    assert len(inputs[0].sha256) == 64


def test_coordinates_are_turned_into_degrees(tmp_path: Path) -> None:
    on_map = gpd.GeoSeries([SQUARE], crs=4326).to_crs(32648)
    file = case_closing(tmp_path, "flood.gpkg", list(on_map), 32648)
    flood, _, findings = read_scenario(file, "flood")
    assert not findings
    assert flood is not None
    assert flood.closed_area is not None
    assert flood.closed_area.total_bounds == pytest.approx([105.0, 34.0, 105.1, 34.1], abs=1e-9)


def test_without_a_coordinate_system_degrees_are_assumed_and_meters_refused(tmp_path: Path) -> None:
    file = case_closing(tmp_path, "flood.parquet", [SQUARE], None)
    flood, _, findings = read_scenario(file, "flood")
    assert flood is not None
    assert flood.closed_area is not None
    assert [finding.level for finding in findings] == ["warning"]
    assert rules_of(findings) == {"roads.crs.assumed"}
    meters = shapely.box(500_000, 3_700_000, 501_000, 3_701_000)
    file = case_closing(tmp_path / "b", "flood.parquet", [meters], None)
    assert only(found(file), "roads.crs.missing").level == "error"


def test_what_is_no_polygon_is_left_out_row_by_row(tmp_path: Path) -> None:
    line = shapely.LineString([(105, 34), (106, 34)])
    far = shapely.box(200.0, 34.0, 200.1, 34.1)
    shapes = [line, SQUARE, None, shapely.Polygon(), far, BOW_TIE, shapely.Point(105, 34)]
    file = case_closing(tmp_path, "flood.parquet", shapes, 4326)
    flood, _, findings = read_scenario(file, "flood")
    assert {(finding.rule, finding.level, finding.rows) for finding in findings} == {
        ("scenario.area.not_a_polygon", "warning", (2, 8)),
        ("scenario.area.empty_shape", "warning", (4, 5)),
        ("scenario.area.outside", "warning", (6,)),
        ("scenario.area.repaired", "note", (7,)),
    }
    assert rules_of(findings)
    assert flood is not None
    assert flood.closed_area is not None
    assert flood.closed_area.is_valid.all()
    assert set(flood.closed_area.geom_type) == {"Polygon"}
    assert sum(square_degrees(flood.closed_area)) == pytest.approx(
        0.015
    )  # the square, and half of one


def test_nothing_that_can_be_closed_is_an_error(tmp_path: Path) -> None:
    file = case_closing(tmp_path, "flood.gpkg", [shapely.Point(105, 34)], 4326)
    assert only(found(file), "scenario.area.none").level == "error"
    flood, _, _ = read_scenario(file, "flood")
    assert flood is not None
    assert flood.closed_area is None


def test_other_files_are_refused(tmp_path: Path) -> None:
    assert rules_of(found(case_naming(tmp_path, "villages.csv"))) == {"table.suffix"}
    frame = gpd.GeoDataFrame({"name": ["a"]}, geometry=[SQUARE], crs=4326)
    case_folder(tmp_path)
    frame.drop(columns="geometry").to_parquet(tmp_path / "bare.parquet")
    assert rules_of(found(case_naming(tmp_path, "bare.parquet"))) == {"scenario.area.no_geometry"}


def test_an_unknown_scenario_names_the_nearest_and_all(tmp_path: Path) -> None:
    file = case_closing(tmp_path, "flood.gpkg", [SQUARE], 4326)
    with pytest.raises(ConfigError) as caught:
        read_scenario(file, "flod")
    finding = only(caught.value.findings, "scenario.unknown")
    assert finding.facts == {"name": "flod", "nearest": "flood", "known": "flood, snow"}
    assert "flood, snow" in str(caught.value)


def test_a_case_without_scenarios_says_so(tmp_path: Path) -> None:
    file = read_case_file(case_folder(tmp_path))
    with pytest.raises(ConfigError) as caught:
        read_scenario(file, "winter")
    assert rules_of(caught.value.findings) == {"scenario.none"}
