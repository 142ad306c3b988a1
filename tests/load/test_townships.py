"""Reading the outlines of townships, and what stands at the foot of maps and reports."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from cases.case_folder import CASE, case_folder, faults, only, rules_of
from layoutplan.core.case import Case, Imprint
from layoutplan.errors import DataError, Finding
from layoutplan.load.case import load_case
from layoutplan.load.case_file import CaseFile, read_case_file
from layoutplan.load.coordinates import gcj02_from_wgs84
from layoutplan.load.townships import read_townships

NORTH = shapely.box(105.09, 34.08, 105.16, 34.14)
SOUTH = shapely.MultiPolygon([shapely.box(105.09, 34.0, 105.16, 34.07)])
BOW_TIE = shapely.Polygon([(105, 34), (105.1, 34.1), (105.1, 34), (105, 34.1)])
NAMES = ("North", "South")


def drawing(
    folder: Path,
    label: str = "townships.gpkg",
    *,
    shapes: object = (NORTH, SOUTH),
    names: object = NAMES,
    crs: object = 4326,
    column: str = "name",
    section: str = "",
    case: str = CASE,
) -> CaseFile:
    """Return a case that names a file of outlines."""
    folder.mkdir(exist_ok=True)
    frame = gpd.GeoDataFrame({column: list(names)}, geometry=list(shapes), crs=crs)
    if label.endswith(".parquet"):
        frame.to_parquet(folder / label)
    else:
        frame.to_file(folder / label)
    written = f"{case}\n[townships]\npath = '{label}'\n{section}\n"
    return read_case_file(case_folder(folder, case=written))


def drawn(file: CaseFile) -> tuple[gpd.GeoDataFrame, tuple[Finding, ...]]:
    """Return the outlines of a case and what was found, each said in both languages."""
    townships, inputs, findings = read_townships(file)
    assert rules_of(findings) is not None
    assert townships is not None
    assert [each.path for each in inputs] == [file.townships.label]
    return townships, findings


@pytest.mark.parametrize(
    "label", ["townships.gpkg", "townships.geojson", "townships.shp", "townships.parquet"]
)
def test_outlines_of_every_kind_of_file(tmp_path: Path, label: str) -> None:
    townships, findings = drawn(drawing(tmp_path, label))
    assert findings == ()
    assert list(townships.columns) == ["name", "geometry"]
    assert townships["name"].tolist() == ["North", "South"]
    assert townships.crs == "EPSG:4326"
    assert shapely.equals(townships.geometry.to_numpy(), [NORTH, SOUTH]).all()


@pytest.mark.parametrize("header", ["乡镇名称", "Township", "名称"])
def test_usual_headers_are_recognized(tmp_path: Path, header: str) -> None:
    assert drawn(drawing(tmp_path, column=header))[0]["name"].tolist() == ["North", "South"]


def test_own_headers_are_named_in_case_toml(tmp_path: Path) -> None:
    section = "columns = { name = 'label' }"
    townships, findings = drawn(drawing(tmp_path, column="label", section=section))
    assert (townships["name"].tolist(), findings) == (["North", "South"], ())


def test_a_file_without_names_is_an_error_that_names_the_column(tmp_path: Path) -> None:
    townships, _, findings = read_townships(drawing(tmp_path, column="area"))
    assert townships is None
    assert rules_of(findings) == {"header.missing"}


def test_coordinates_are_turned_into_degrees(tmp_path: Path) -> None:
    on_map = gpd.GeoSeries([NORTH, SOUTH], crs=4326).to_crs(4547)
    townships, findings = drawn(drawing(tmp_path, shapes=on_map, crs=4547))
    assert findings == ()
    assert townships.total_bounds == pytest.approx([105.09, 34.0, 105.16, 34.14], abs=1e-8)


def shifted() -> list[shapely.Geometry]:
    """Return the outlines as a Chinese web map has them."""
    return list(
        shapely.transform([NORTH, SOUTH], lambda at: np.column_stack(gcj02_from_wgs84(*at.T)))
    )


def test_outlines_of_a_chinese_web_map_are_put_in_their_place(tmp_path: Path) -> None:
    file = drawing(tmp_path, "t.geojson", shapes=shifted(), section="crs = 'GCJ-02'")
    townships, findings = drawn(file)
    assert findings == ()
    assert townships.total_bounds == pytest.approx([105.09, 34.0, 105.16, 34.14], abs=1e-8)


def test_the_system_of_the_case_counts_where_the_file_has_none(tmp_path: Path) -> None:
    case = CASE.replace("EPSG:4326", "GCJ-02")
    townships, findings = drawn(
        drawing(tmp_path, "t.parquet", shapes=shifted(), crs=None, case=case)
    )
    assert findings == ()
    assert townships.total_bounds == pytest.approx([105.09, 34.0, 105.16, 34.14], abs=1e-8)


def test_a_file_that_contradicts_the_case_is_believed_with_a_warning(tmp_path: Path) -> None:
    case = CASE.replace("EPSG:4326", "GCJ-02")
    townships, findings = drawn(drawing(tmp_path, case=case))
    assert [(each.rule, each.level) for each in findings] == [("townships.crs_carried", "warning")]
    assert townships.total_bounds == pytest.approx([105.09, 34.0, 105.16, 34.14])


def test_what_cannot_be_drawn_is_told_row_by_row(tmp_path: Path) -> None:
    line = shapely.LineString([(105, 34), (106, 34)])
    far = shapely.box(200.0, 34.0, 200.1, 34.1)
    flat = shapely.Polygon([(105, 34), (105.1, 34), (105.2, 34)])
    shapes = [line, NORTH, None, shapely.Polygon(), far, BOW_TIE, flat, SOUTH]
    names = ["a", "North", "b", "c", "d", "e", "f", " "]
    townships, findings = drawn(drawing(tmp_path, "t.parquet", shapes=shapes, names=names))
    assert {(each.rule, each.level, each.rows) for each in findings} == {
        ("townships.not_a_polygon", "warning", (2,)),
        ("townships.empty", "warning", (4, 5)),
        ("townships.nowhere", "warning", (6,)),
        ("townships.repaired", "note", (7,)),
        ("townships.flat", "warning", (8,)),
        ("townships.name.empty", "warning", (9,)),
    }
    assert townships["name"].tolist() == ["North", "e", ""]
    assert townships.geometry.is_valid.all()
    assert set(townships.geom_type) <= {"Polygon", "MultiPolygon"}


def test_heights_of_corners_are_left_out(tmp_path: Path) -> None:
    townships, _ = drawn(drawing(tmp_path, shapes=shapely.force_3d([NORTH, SOUTH], 900.0)))
    assert not townships.has_z.any()


def test_nothing_to_draw_is_an_error(tmp_path: Path) -> None:
    points = [shapely.Point(105, 34), shapely.Point(105.1, 34)]
    townships, _, findings = read_townships(drawing(tmp_path, shapes=points))
    assert townships is None
    assert only(findings, "townships.none").level == "error"
    assert rules_of(findings) == {"townships.none", "townships.not_a_polygon"}


@pytest.mark.parametrize(
    ("label", "content", "rule"),
    [
        ("t.csv", b"name\nNorth\n", "table.suffix"),
        ("t.gpkg", b"this is no GeoPackage", "table.other_kind"),
        ("t.geojson", b"", "table.empty"),
        ("t.geojson", b'{"type": "FeatureCollection", "features": [', "table.unreadable"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, label: str, content: bytes, rule: str) -> None:
    case = f"{CASE}\n[townships]\npath = '{label}'\n"
    file = read_case_file(case_folder(tmp_path, case=case, files={label: content}))
    townships, _, findings = read_townships(file)
    assert townships is None
    assert rules_of(findings) == {rule}


def test_a_table_without_geometry(tmp_path: Path) -> None:
    gpd.pd.DataFrame({"name": ["North"]}).to_parquet(tmp_path / "t.parquet")
    case = f"{CASE}\n[townships]\npath = 't.parquet'\n"
    findings = read_townships(read_case_file(case_folder(tmp_path, case=case)))[2]
    assert rules_of(findings) == {"townships.no_geometry"}


def test_the_case_holds_outlines_and_remembers_their_file(tmp_path: Path) -> None:
    drawing(tmp_path)
    case, _ = load_case(tmp_path)
    assert isinstance(case, Case)
    assert case.townships is not None
    assert case.inputs[-1].path == "townships.gpkg"
    assert case.inputs[-1].rows == 2


def test_faults_of_villages_and_outlines_are_told_together(tmp_path: Path) -> None:
    drawing(tmp_path, shapes=[shapely.Point(105, 34)] * 2)
    (tmp_path / "villages.csv").write_text("village_id,lon,lat\n1,105,34\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load_case(tmp_path)
    assert {"header.missing", "townships.none"} <= rules_of(caught.value.findings)


def test_faults_in_the_section(tmp_path: Path) -> None:
    section = "[townships]\npath = 't.gpkg'\ncrs = 'GCJ-20'\ncolumns = { nam = 'x' }\nfill = 1\n"
    assert rules_of(faults(tmp_path, f"{CASE}\n{section}")) == {
        "case.path.missing", "case.value.crs", "case.key.unknown",
    }  # fmt: skip


def test_without_the_sections_there_is_nothing_to_draw_or_print(tmp_path: Path) -> None:
    file = read_case_file(case_folder(tmp_path))
    assert read_townships(file) == (None, (), ())
    assert file.imprint == Imprint()


def test_imprint(tmp_path: Path) -> None:
    section = "[report]\noffice = ' 辉县教育局 '\nreview_no = ''\nfooter = '征求意见稿'\n"
    case, _ = load_case(case_folder(tmp_path, case=f"{CASE}\n{section}"))
    assert case.imprint == Imprint(office="辉县教育局", footer="征求意见稿")


@pytest.mark.parametrize("value", ["7", "'''two\nlines'''", f"'{'x' * 121}'", '"\\u0000"'])
def test_an_imprint_is_one_line_of_text(tmp_path: Path, value: str) -> None:
    findings = faults(tmp_path, f"{CASE}\n[report]\noffice = {value}\nofice = 'x'\n")
    assert rules_of(findings) == {"case.value.line", "case.key.unknown"}
