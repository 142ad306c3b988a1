"""Roads from files of lines, and how the lines are joined."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from shapely.geometry import LineString, MultiLineString, Point

from cases.road_files import EAST, METER, ROAD, WEST
from cases.road_files import read_lines as read
from layoutplan.core.network import ALL_MODES, RoadNetwork
from layoutplan.errors import DataError, Finding
from layoutplan.load.access import BIKE, WALK
from layoutplan.load.roads import read_roads
from layoutplan.load.sources import RoadSource

SHARED = Path(__file__).resolve().parents[2] / "../shared"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="no folder of real data here")


def rules(findings: Sequence[Finding]) -> list[str]:
    return [finding.rule for finding in findings]


def share_in_one_piece(roads: RoadNetwork) -> float:
    links = coo_array(
        (np.ones(roads.n_segments), (roads.tail, roads.head)), shape=(roads.n_points,) * 2
    )
    return float(np.bincount(connected_components(links, directed=False)[1]).max() / roads.n_points)


def test_lines_that_share_a_point_meet_there(tmp_path: Path) -> None:
    side = LineString([EAST, (105.001, 34.001)])
    roads, findings = read(tmp_path, [ROAD, side], {"highway": ["track", "primary"]})
    assert not findings
    assert roads.n_points == 3
    assert roads.meters == pytest.approx([92.4, 110.9], abs=0.1)
    assert [roads.class_names[k] for k in roads.road_class] == ["track", "primary"]


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".shp", ".parquet"])
def test_every_kind_of_file_in_any_reference_system(tmp_path: Path, suffix: str) -> None:
    frame = gpd.GeoDataFrame({"highway": ["track"]}, geometry=[ROAD], crs="EPSG:4326")
    frame = frame if suffix == ".geojson" else frame.to_crs("EPSG:4545")  # CGCS2000, meters
    path = tmp_path / f"roads{suffix}"
    frame.to_parquet(path) if suffix == ".parquet" else frame.to_file(path)
    roads, file, findings, _ = read_roads(RoadSource(path=path, label=path.name))
    assert not findings
    assert file.rows == 1
    assert roads.lon == pytest.approx([105.0, 105.001], abs=1e-8)
    assert roads.lat == pytest.approx([34.0, 34.0], abs=1e-8)


def test_several_lines_in_one_feature_and_heights_are_fine(tmp_path: Path) -> None:
    shape = MultiLineString(
        [[(*WEST, 900.0), (*EAST, 950.0)], [(105.2, 34.2, 1), (105.3, 34.2, 2)]]
    )
    roads, findings = read(tmp_path, [shape], {"highway": ["track"]})
    assert roads.n_segments == 2
    assert rules(findings) == ["roads.pieces"]


def test_a_feature_that_is_no_line_is_named_and_left_out(tmp_path: Path) -> None:
    shapes = [ROAD, None, LineString(), Point(*WEST), ROAD.buffer(METER), LineString([WEST, WEST])]
    path = tmp_path / "roads.parquet"
    frame = gpd.GeoDataFrame({"highway": ["track"] * 6}, geometry=shapes, crs="EPSG:4326")
    frame.to_parquet(path)
    roads, file, findings, _ = read_roads(RoadSource(path=path, label=path.name))
    assert roads.n_segments == 1
    assert file.rows == 6
    assert [(finding.rule, finding.level, finding.rows) for finding in findings] == [
        ("roads.lines.empty_shape", "warning", (3, 4, 7)),
        ("roads.lines.not_a_line", "warning", (5, 6)),
    ]


def test_a_line_off_the_globe_is_named_and_left_out(tmp_path: Path) -> None:
    stray = LineString([(400.0, 34.0), (401.0, 34.0)])
    roads, findings = read(tmp_path, [ROAD, stray], {"highway": ["track"] * 2})
    assert roads.n_segments == 1
    assert [(finding.rule, finding.rows) for finding in findings] == [("roads.lines.outside", (3,))]


def test_without_a_reference_system_degrees_are_assumed(tmp_path: Path) -> None:
    path = tmp_path / "roads.shp"
    gpd.GeoDataFrame({"highway": ["track"]}, geometry=[ROAD], crs="EPSG:4326").to_file(path)
    path.with_suffix(".prj").unlink()
    _, _, findings, _ = read_roads(RoadSource(path=path, label=path.name))
    assert rules(findings) == ["roads.crs.assumed"]


def test_without_a_reference_system_meters_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "roads.shp"
    frame = gpd.GeoDataFrame({"highway": ["track"]}, geometry=[ROAD], crs="EPSG:4326")
    frame.to_crs("EPSG:4545").to_file(path)
    path.with_suffix(".prj").unlink()
    with pytest.raises(DataError, match=r"\.prj"):
        read_roads(RoadSource(path=path, label=path.name))


def test_tags_of_openstreetmap_count_where_the_class_is_highway(tmp_path: Path) -> None:
    tags = {
        "highway": ["residential", "footway", "service"],
        "oneway": ["yes", None, None],
        "maxspeed": ["30", None, None],
        "access": [None, None, "private"],
    }
    shapes = [shapely.affinity.translate(ROAD, yoff=90 * METER * k) for k in range(3)]
    roads, findings = read(tmp_path, shapes, tags)
    assert roads.forward.tolist() == [ALL_MODES, WALK]
    assert roads.backward.tolist() == [WALK, WALK]
    assert roads.max_kmh[0] == 30
    assert np.isnan(roads.max_kmh[1])
    assert rules(findings) == ["roads.pieces.gap", "roads.closed"]


def test_shapefiles_of_geofabrik_are_understood(tmp_path: Path) -> None:
    tags = {"fclass": ["track_grade3"], "oneway": ["T"], "maxspeed": [0]}
    roads, findings = read(tmp_path, [ROAD], tags, class_column="fclass")
    assert not findings
    assert roads.class_names == ("track",)
    assert (roads.forward[0], roads.backward[0]) == (WALK, ALL_MODES)
    assert np.isnan(roads.max_kmh[0])


def test_classes_of_a_survey_are_open_to_all_and_need_speeds(tmp_path: Path) -> None:
    columns = {"kind": ["MDR", "BR", None], "oneway": ["yes", "yes", "yes"]}
    roads, findings = read(tmp_path, [ROAD] * 3, columns, class_column="kind")
    assert roads.forward.tolist() == roads.backward.tolist() == [ALL_MODES] * 3
    assert roads.class_names == ("BR", "MDR", "road")
    assert rules(findings) == ["roads.class.empty"]
    assert findings[0].rows == (4,)


def test_without_a_class_column_all_lines_are_one_class(tmp_path: Path) -> None:
    roads, findings = read(tmp_path, [ROAD])
    assert roads.class_names == ("road",)
    assert rules(findings) == ["roads.class_column.default"]


def test_a_class_column_that_is_not_there_is_an_error_that_names_the_nearest(
    tmp_path: Path,
) -> None:
    with pytest.raises(DataError) as caught:
        read(tmp_path, [ROAD], {"RoadCatego": ["MDR"]}, class_column="road_catego")
    (finding,) = caught.value.findings
    assert (finding.rule, finding.column) == ("roads.class_column.missing", "road_catego")
    assert "RoadCatego" in finding.message


def test_a_column_of_road_names_is_no_class_column(tmp_path: Path) -> None:
    names = [f"road {number}" for number in range(1001)]
    with pytest.raises(DataError) as caught:
        read(tmp_path, [ROAD] * 1001, {"name": names}, class_column="name")
    (finding,) = caught.value.findings
    assert (finding.rule, finding.facts) == ("roads.class_column.many", {"n_classes": 1001})


@pytest.mark.parametrize(
    ("shapes", "columns"),
    [
        ([Point(*WEST)], {"highway": ["track"]}),
        ([ROAD], {"highway": ["construction"]}),
    ],
)
def test_a_file_without_any_usable_line_is_an_error(
    tmp_path: Path, shapes: list[Any], columns: dict[str, Any]
) -> None:
    with pytest.raises(DataError) as caught:
        read(tmp_path, shapes, columns)
    assert caught.value.findings[-1].rule == "roads.lines.none"
    assert {finding.level for finding in caught.value.findings} == {"error"}


def test_a_table_without_shapes_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "roads.parquet"
    pd.DataFrame({"highway": ["track"]}).to_parquet(path)
    with pytest.raises(DataError, match="without geometry"):
        read_roads(RoadSource(path=path, label=path.name))


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".shp", ".parquet"])
def test_a_damaged_file_is_an_error(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"roads{suffix}"
    path.write_bytes(b"{this is none of them")
    with pytest.raises(DataError, match="roads"):
        read_roads(RoadSource(path=path, label=path.name))


# Joining, on a plane in meters.


def test_joined_lines_in_a_file(tmp_path: Path) -> None:
    side = LineString([(105.0005, 34.0 + 8 * METER), (105.0005, 34.001)])
    tags = {"highway": ["residential", "path"], "oneway": ["yes", "yes"]}
    roads, findings = read(tmp_path, [ROAD, side], tags, join_gaps_meters=10)
    assert share_in_one_piece(roads) == 1.0
    (finding,) = findings
    assert (finding.rule, finding.level) == ("roads.gaps.joined", "note")
    assert (finding.facts["n_gaps"], finding.facts["largest"]) == (1, "8.0")
    (point,) = finding.facts["points"]
    assert point == pytest.approx(side.coords[0], abs=1e-5)
    is_connector = roads.meters < 10
    assert roads.forward[is_connector].tolist() == [WALK | BIKE]
    assert roads.backward[is_connector].tolist() == [WALK | BIKE]


def test_crossings_in_a_file(tmp_path: Path) -> None:
    over = LineString([(105.0005, 33.999), (105.0005, 34.001)])
    classes = {"highway": ["track"] * 2}
    roads, findings = read(tmp_path, [ROAD, over], classes, node_crossings=True)
    assert share_in_one_piece(roads) == 1.0
    assert rules(findings) == ["roads.crossings.joined"]
    _, findings = read(tmp_path, [ROAD, over], classes)
    assert rules(findings) == ["roads.crossings.loose", "roads.pieces.crossings"]
    assert findings[1].facts == {"n_pieces": 2, "percent": "50.0", "gap": "0"}


def test_roads_in_pieces_are_told_with_the_gap_that_would_do(tmp_path: Path) -> None:
    side = LineString([(105.0005, 34.0 + 12 * METER), (105.0005, 34.001)])
    _, findings = read(tmp_path, [ROAD, side], {"highway": ["track"] * 2}, join_gaps_meters=3)
    assert rules(findings) == ["roads.pieces.gap"]
    assert findings[0].facts == {"n_pieces": 2, "percent": "50.0", "gap": "15"}


@pytest.mark.shared
@needs_shared
@pytest.mark.parametrize("name", ["ladakh", "ijebu_ode"])
def test_the_settings_of_the_real_cases_hold_their_roads_together(name: str) -> None:
    folder = SHARED / "cases" / name
    settings = tomllib.loads((folder / "case.toml").read_text(encoding="utf-8"))["roads"]
    path = settings.pop("path")
    settings.pop("speeds", None)
    roads, _, findings, _ = read_roads(RoadSource(path=folder / path, label=path, **settings))
    assert share_in_one_piece(roads) >= 0.99
    assert "roads.gaps.joined" in rules(findings)
    assert not {"roads.pieces", "roads.pieces.gap"} & set(rules(findings))


def test_pieces_too_far_apart_are_told_without_a_gap(tmp_path: Path) -> None:
    far = shapely.affinity.translate(ROAD, yoff=1)
    _, findings = read(tmp_path, [ROAD, far], {"highway": ["track"] * 2})
    assert rules(findings) == ["roads.pieces"]


@pytest.mark.shared
@needs_shared
def test_ladakh_as_drawn_is_told_to_fall_apart() -> None:
    path = SHARED / "cases/ladakh/roads.gpkg"
    source = RoadSource(path=path, label="roads.gpkg", class_column="RoadCatego")
    _, _, findings, _ = read_roads(source)
    told = {finding.rule: finding for finding in findings}
    assert told["roads.pieces.gap"].facts == {"n_pieces": 917, "percent": "4.6", "gap": "30"}
