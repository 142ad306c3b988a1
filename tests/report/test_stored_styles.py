"""The styles in plan.gpkg are read back: every layer has one, with the colors of the map."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import geopandas as gpd
import pyogrio
import pytest
import shapely
from shapely.geometry import LineString

from cases.plans import BANDS, drawn_plan
from layoutplan.core.plan import Plan
from layoutplan.core.schema import ACTIONS, LONLAT
from layoutplan.report import palette
from layoutplan.report.geopackage import write_geopackage
from layoutplan.texts import LANGUAGES, Language, text

BREAKS = palette.minute_breaks(BANDS)
COLORS = palette.minute_colors(len(BREAKS) + 1)


def whole_plan(language: Language) -> Plan:
    """Return a plan with every layer that a plan can have."""
    ways = {"village_id": ["v1", "v3"], "band": ["g1_3", "g1_3"], "school_id": ["s1", "s2"]}
    lines = [LineString([(105.0, 34.0), (105.003, 34.002)])] * 2
    areas = [shapely.box(104.99, 33.95, 105.1, 34.05)]
    return replace(
        drawn_plan(language),
        routes=gpd.GeoDataFrame(ways, geometry=lines, crs=LONLAT),
        townships=gpd.GeoDataFrame({"name": ["North"]}, geometry=areas, crs=LONLAT),
    )


@pytest.fixture(scope="module", params=LANGUAGES)
def stored(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Language, Path, dict[str, Element]]:
    """Return the language of a plan, its GeoPackage, and the styles in it by layer."""
    path = tmp_path_factory.mktemp("styles") / "plan.gpkg"
    write_geopackage(whole_plan(request.param), path)
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute(
            "SELECT f_table_name, f_geometry_column, useAsDefault, styleQML FROM layer_styles"
        ).fetchall()
        columns = dict(
            database.execute("SELECT table_name, column_name FROM gpkg_geometry_columns")
        )
    assert len({layer for layer, *_ in rows}) == len(rows)
    assert all(is_default and column == columns[layer] for layer, column, is_default, _ in rows)
    return request.param, path, {layer: fromstring(qml) for layer, *_, qml in rows}  # noqa: S314 - ours


def color_of(symbol: Element, name: str = "color") -> str:
    """Return a color of a symbol as the map writes it."""
    (option,) = [each for each in symbol.iter("Option") if each.get("name") == name]
    red, green, blue, _ = (int(part) for part in option.get("value", "").split(","))
    return f"#{red:02x}{green:02x}{blue:02x}"


def symbols_of(style: Element) -> dict[str, Element]:
    """Return the symbols of a style by their number."""
    return {each.get("name", ""): each for each in style.iter("symbol")}


def classes_of(style: Element, tag: str, color: str = "color") -> dict[str, tuple[str, str]]:
    """Return label and color of every class of a style by its value, or its upper end."""
    symbols = symbols_of(style)
    return {
        each.get("value") or each.get("upper", ""): (
            each.get("label", ""),
            color_of(symbols[each.get("symbol", "")], color),
        )
        for each in style.iter(tag)
    }


def test_every_layer_has_a_style_that_qgis_can_read(stored) -> None:
    _, path, styles = stored
    layers = {name for name, kind in pyogrio.list_layers(path) if kind is not None}
    assert set(styles) == layers
    for style in styles.values():
        assert style.tag == "qgis"
        renderer = style.find("renderer-v2")
        assert renderer is not None
        assert renderer.get("type") in {"singleSymbol", "categorizedSymbol", "graduatedSymbol"}


@pytest.mark.parametrize(
    ("kind", "layers"),
    [
        ("marker", {"villages", "schools"}),
        ("line", {"flows", "roads", "routes"}),
        ("fill", {"catchments", "townships", "outline"}),
    ],
)
def test_symbols_are_of_the_kind_of_the_geometry(stored, kind: str, layers: set[str]) -> None:
    _, _, styles = stored
    kinds = {each.get("type") for name in layers for each in styles[name].iter("symbol")}
    assert kinds == {kind}


def test_schools_are_classed_by_action_as_on_the_map(stored) -> None:
    language, _, styles = stored
    expected = {
        action: (text(f"map.action.{action}", language), palette.ACTIONS[action][1])
        for action in ACTIONS
    }
    assert classes_of(styles["schools"], "category") == expected
    shapes = {
        option.get("value")
        for option in styles["schools"].iter("Option")
        if option.get("name") == "name" and option.get("type") == "QString"
    }
    assert {"square", "cross2", "triangle", "diamond", "pentagon"} <= shapes


def test_villages_are_classed_by_minutes_as_on_the_map(stored) -> None:
    language, _, styles = stored
    classes = classes_of(styles["villages"], "range")
    assert [float(upper) for upper in classes][1:-2] == list(BREAKS)
    assert [color for _, color in classes.values()] == [
        palette.NOBODY, *COLORS, palette.UNREACHED,
    ]  # fmt: skip
    labels = [label for label, _ in classes.values()]
    assert labels[1] == text("map.label.class_within", language, minutes=f"{BREAKS[0]:g}")
    assert labels[-1] == text("map.label.unreached", language)


def test_classes_of_minutes_leave_no_gap(stored) -> None:
    _, _, styles = stored
    ends = [
        (float(each.get("lower", "nan")), float(each.get("upper", "nan")))
        for each in styles["villages"].iter("range")
    ]
    within = ends[1:-1]
    assert within[0][0] == 0.0
    assert all(left[1] == right[0] for left, right in pairwise(within))


def test_areas_roads_and_ways_have_the_colors_of_the_map(stored) -> None:
    _, _, styles = stored
    areas = classes_of(styles["catchments"], "category")
    assert [color for _, color in areas.values()] == list(palette.AREAS)
    roads = classes_of(styles["roads"], "category", "line_color")
    assert {int(rank): color for rank, (_, color) in roads.items()} == {
        rank: color for rank, (color, _) in enumerate(palette.ROADS)
    }
    ways = classes_of(styles["routes"], "category", "line_color")
    after, before = (palette.ROUTES[when][0] for when in ("after", "before"))
    assert {when: color for when, (_, color) in ways.items()} == {
        "before": before, "after": after, "both": after,
    }  # fmt: skip


def test_townships_are_outlines_with_names(stored) -> None:
    _, _, styles = stored
    (symbol,) = symbols_of(styles["townships"]).values()
    assert color_of(symbol, "outline_color") == palette.TOWNSHIP
    (fill,) = [each for each in symbol.iter("Option") if each.get("name") == "color"]
    assert fill.get("value", "").endswith(",0")
    (label,) = styles["townships"].iter("text-style")
    assert label.get("fieldName") == "name"
