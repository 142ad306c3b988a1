"""What the roads of a file of lines are called."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import LineString, MultiLineString, Point

from cases.road_files import EAST, METER, ROAD, WEST
from cases.road_files import read_lines as read
from layoutplan.errors import DataError
from layoutplan.load.roads import read_roads
from layoutplan.load.sources import RoadSource


def test_lines_go_by_their_row_unless_a_column_names_them(tmp_path: Path) -> None:
    side = LineString([EAST, (105.001, 34.001)])
    far = LineString([(105.001, 34.001), (105.002, 34.001)])
    columns = {"highway": ["track", "no", "track"], "ref": ["X 1 ", "X2", "X 1"], "no": [7, 8, 9]}
    shapes = [MultiLineString([ROAD, side]), Point(*WEST), far]
    names = {}
    for column in (None, "ref", "no"):
        roads, _ = read(tmp_path, shapes, columns, id_column=column)
        names[column] = roads.way_ids[roads.way_idx].tolist()
    assert names == {None: ["2", "2", "4"], "ref": ["X 1"] * 3, "no": ["7", "7", "9"]}


def test_a_line_without_an_id_is_told(tmp_path: Path) -> None:
    columns = {"highway": ["track"] * 3, "ref": ["A", None, " "]}
    roads, findings = read(tmp_path, [ROAD] * 3, columns, id_column="ref")
    assert roads.way_ids[roads.way_idx].tolist() == ["A", "", ""]
    assert [(finding.rule, finding.level, finding.rows) for finding in findings] == [
        ("roads.id.empty", "note", (3, 4))
    ]


def test_a_connector_has_the_id_of_the_line_it_belongs_to(tmp_path: Path) -> None:
    side = LineString([(105.0005, 34.0 + 8 * METER), (105.0005, 34.001)])
    columns = {"highway": ["residential"] * 2, "ref": ["main", "side"]}
    roads, _ = read(tmp_path, [ROAD, side], columns, id_column="ref", join_gaps_meters=10)
    assert roads.way_ids[roads.way_idx[roads.meters < 10]].tolist() == ["side"]


@pytest.mark.parametrize("key", ["class_column", "id_column"])
def test_a_column_that_is_not_there_in_a_file_without_columns_is_told(
    tmp_path: Path, key: str
) -> None:
    path = tmp_path / "roads.parquet"
    gpd.GeoDataFrame(geometry=[ROAD], crs="EPSG:4326").to_parquet(path)
    with pytest.raises(DataError) as caught:
        read_roads(RoadSource(path=path, label=path.name, **{key: "kind"}))
    assert caught.value.findings[-1].rule == f"roads.{key}.none"


def test_an_id_column_that_is_not_there_is_an_error_that_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="road_id") as caught:
        read(tmp_path, [ROAD], {"road_id": ["a"]}, id_column="RoadID")
    assert caught.value.findings[-1].rule == "roads.id_column.missing"
