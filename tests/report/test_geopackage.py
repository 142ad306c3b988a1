"""The GeoPackage holds the plan, and styles that QGIS can use with its layers."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections import namedtuple
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

from cases.plans import drawn_plan, renamed
from layoutplan.core.plan import Plan
from layoutplan.core.schema import LONLAT
from layoutplan.report.geopackage import write_geopackage

Usage = namedtuple("Usage", "total used free")
LAYERS = {"villages", "schools", "flows", "catchments", "roads", "outline"}
NORTH = shapely.box(104.99, 34.0, 105.1, 34.05)
SOUTH = shapely.MultiPolygon([shapely.box(104.99, 33.95, 105.1, 34.0)])


def outlined(plan: Plan) -> Plan:
    """Return `plan` with the outlines of two townships."""
    townships = gpd.GeoDataFrame({"name": ["北乡", ""]}, geometry=[NORTH, SOUTH], crs=LONLAT)
    return replace(plan, townships=townships)


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("package") / "plan.gpkg"
    write_geopackage(outlined(drawn_plan("zh")), path)
    return path


def styles_in(path: Path) -> dict[str, str]:
    with closing(sqlite3.connect(path)) as database:
        return dict(
            database.execute(
                "SELECT f_table_name, styleQML FROM layer_styles WHERE useAsDefault = 1"
            )
        )


def fields_of(path: Path, layer: str) -> set[str]:
    return set(pyogrio.read_info(path, layer=layer)["fields"])


def test_all_layers_are_there(package: Path) -> None:
    assert {name for name, _ in pyogrio.list_layers(package)} >= LAYERS | {"townships"}


def test_outlines_of_townships_come_back(package: Path) -> None:
    found = gpd.read_file(package, layer="townships")
    assert found["name"].tolist() == ["北乡", ""]
    assert shapely.equals(found.geometry.to_numpy(), [NORTH, SOUTH]).all()


def test_what_is_not_known_is_no_layer(tmp_path: Path) -> None:
    write_geopackage(drawn_plan(), tmp_path / "plan.gpkg")
    there = {name for name, _ in pyogrio.list_layers(tmp_path / "plan.gpkg")}
    assert not there & {"townships", "routes"}
    assert not styles_in(tmp_path / "plan.gpkg").keys() & {"townships", "routes"}


@pytest.mark.parametrize("layer", ["villages", "schools"])
def test_tables_come_back_with_every_column_of_the_plan(package: Path, layer: str) -> None:
    written: gpd.GeoDataFrame = getattr(drawn_plan("zh"), layer)
    found = gpd.read_file(package, layer=layer).set_index(written.index.name)
    columns = [name for name in written.columns if name != "geometry"]
    pd.testing.assert_frame_equal(
        pd.DataFrame(found[columns]), pd.DataFrame(written[columns]), check_dtype=False
    )
    assert found.geometry.geom_equals_exact(written.geometry, 1e-12).all()


def test_roads_come_back(package: Path) -> None:
    found = gpd.read_file(package, layer="roads")
    assert found["road_class"].tolist() == drawn_plan().roads["road_class"].tolist()
    assert found.crs == "EPSG:4326"


def test_minutes_without_a_path_are_empty_cells(package: Path) -> None:
    with closing(sqlite3.connect(package)) as database:
        found = database.execute(
            "SELECT max_minutes_after, unreached_after FROM villages WHERE village_id = 'v8'"
        ).fetchone()
    assert found == (None, 5)


@pytest.mark.parametrize("layer", sorted(LAYERS))
def test_style_is_xml_and_names_fields_of_its_layer(package: Path, layer: str) -> None:
    root = ElementTree.fromstring(styles_in(package)[layer])  # noqa: S314 - our own text
    renderer = root.find("renderer-v2")
    assert renderer is not None
    expressions = [renderer.get("attr", "")]
    expressions += [
        option.get("value", "")
        for option in renderer.iter("Option")
        if option.get("name") == "expression"
    ]
    named = {field for text in expressions for field in re.findall(r'"(\w+)"', text)}
    named |= {style.get("fieldName", "") for style in root.iter("text-style")}
    assert named <= fields_of(package, layer)
    assert bool(named) == (layer not in {"flows", "outline"})


@pytest.mark.parametrize("layer", sorted(LAYERS))
def test_every_class_of_a_style_has_its_symbol(package: Path, layer: str) -> None:
    root = ElementTree.fromstring(styles_in(package)[layer])  # noqa: S314 - our own text
    symbols = {symbol.get("name") for symbol in root.iter("symbol")}
    used = {part.get("symbol") for part in root.iter() if part.tag in {"category", "range"}}
    assert symbols
    assert used <= symbols


def test_styles_are_registered_as_a_table_of_attributes(package: Path) -> None:
    with closing(sqlite3.connect(package)) as database:
        found = database.execute(
            "SELECT data_type FROM gpkg_contents WHERE table_name = 'layer_styles'"
        ).fetchone()
        fault = database.execute("PRAGMA integrity_check").fetchone()
    assert found == ("attributes",)
    assert fault == ("ok",)


def test_plan_without_roads_and_moves_keeps_its_layers(tmp_path: Path) -> None:
    plan = drawn_plan()
    before = plan.assignments["school_id_before"]
    still = replace(
        plan,
        assignments=plan.assignments.assign(school_id=before),
        schools=plan.schools.assign(action="keep", into=""),
        roads=plan.roads.iloc[:0],
    )
    write_geopackage(still, tmp_path / "plan.gpkg")
    assert {name for name, _ in pyogrio.list_layers(tmp_path / "plan.gpkg")} >= LAYERS
    assert {"from_id", "to_id"} <= fields_of(tmp_path / "plan.gpkg", "flows")


def test_names_cannot_break_out_of_a_table(tmp_path: Path) -> None:
    name = "x'); DROP TABLE schools; --"
    write_geopackage(replace(renamed(drawn_plan(), village=name), name=name), tmp_path / "p.gpkg")
    assert gpd.read_file(tmp_path / "p.gpkg", layer="villages")["name"].iloc[0] == name
    assert len(gpd.read_file(tmp_path / "p.gpkg", layer="schools")) == 3


def test_older_package_is_replaced(tmp_path: Path) -> None:
    write_geopackage(drawn_plan("en"), tmp_path / "plan.gpkg")
    write_geopackage(drawn_plan("zh"), tmp_path / "plan.gpkg")
    outline = gpd.read_file(tmp_path / "plan.gpkg", layer="outline")
    assert outline["name"].tolist() == ["测试县小学布局 2026"]


@pytest.mark.parametrize(("free", "fault"), [(0, OSError), (1 << 30, pyogrio.errors.FeatureError)])
def test_a_full_disk_is_told_from_other_trouble(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, fault: type[Exception]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise pyogrio.errors.FeatureError("no such table")

    monkeypatch.setattr(pyogrio, "write_dataframe", fail)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(1 << 40, 0, free))
    with pytest.raises(fault):
        write_geopackage(drawn_plan(), tmp_path / "plan.gpkg")
