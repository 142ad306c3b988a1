"""Ways to school: stored once where they join, and whole again on the page, in QGIS, in Python."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given
from hypothesis import strategies as st

from cases.drawn_routes import routed_plan
from cases.plans import drawn_plan
from layoutplan.core.plan import Plan
from layoutplan.plan.store import read_plan, write_plan
from layoutplan.report.geopackage import write_geopackage
from layoutplan.report.layers import layers
from layoutplan.report.payload import payload
from layoutplan.report.routes import SharedLines, drawn_routes, shared_lines
from layoutplan.report.styles import styles

ORIGIN = np.array([0, 0])


def whole(shared: SharedLines, number: int) -> list[tuple[int, int]]:
    """Return all points of a line, as the page puts them together."""
    points, first = [], 0
    while number >= 0:
        points += [tuple(point) for point in shared.points[number][first:].tolist()]
        number, first = shared.into[number], shared.at[number] + 1
    return points


spot = st.tuples(st.integers(0, 2), st.integers(0, 2))


@given(st.lists(st.lists(spot, min_size=2, max_size=8), max_size=12))
def test_every_line_is_whole_again(drawn: list[list[tuple[int, int]]]) -> None:
    lines = np.array([shapely.LineString(points) for points in drawn], dtype=object)
    shared, line_of = shared_lines(lines, 1.0, ORIGIN)
    for points, number in zip(drawn, line_of.tolist(), strict=True):
        moves = [at for at, point in enumerate(points) if at == 0 or point != points[at - 1]]
        assert whole(shared, number) == [points[at] for at in moves]
    assert all(into < number for number, into in enumerate(shared.into))


@given(st.lists(st.lists(spot, min_size=2, max_size=8), max_size=12))
def test_nothing_shared_is_stored_twice(drawn: list[list[tuple[int, int]]]) -> None:
    lines = np.array([shapely.LineString(points) for points in drawn], dtype=object)
    shared, _ = shared_lines(lines, 1.0, ORIGIN)
    ends = set()
    for number in range(len(shared.points)):
        points = whole(shared, number)
        ends |= {tuple(points[at:]) for at in range(len(points))}
    n_joints = sum(into >= 0 for into in shared.into)
    assert sum(len(own) for own in shared.points) - n_joints == len(ends)


def test_ways_that_join_share_the_rest() -> None:
    lines = [[(0, 0), (2, 0), (5, 0)], [(1, 3), (2, 0), (5, 0)], [(1, 3), (2, 0), (5, 0)]]
    shared, line_of = shared_lines(
        np.array([shapely.LineString(line) for line in lines], dtype=object), 1.0, ORIGIN
    )
    assert line_of.tolist() == [0, 1, 1]
    assert [own.tolist() for own in shared.points] == [[[0, 0], [2, 0], [5, 0]], [[1, 3], [2, 0]]]
    assert (shared.into, shared.at) == ([-1, 0], [-1, 1])


def test_what_is_no_line_is_left_out() -> None:
    odd = np.array(
        [None, shapely.Point(1, 1), shapely.LineString(), shapely.LineString([(0, 0), (1, 1)])]
    )
    shared, line_of = shared_lines(odd, 1.0, ORIGIN)
    assert line_of.tolist() == [-1, -1, -1, 0]
    assert len(shared.points) == 1


def test_routes_say_when_they_are_used() -> None:
    routes = drawn_routes(routed_plan()).set_index(["village_id", "band", "school_id"])["when"]
    assert routes["v1", "g1_3", "s1"] == "both"
    assert routes["v3", "g1_3", "s1"] == "after"
    assert routes["v3", "g1_3", "s2"] == "before"
    assert "v8" not in routes.index.get_level_values("village_id")


def test_payload_names_the_way_of_every_trip() -> None:
    plan = routed_plan()
    data = json.loads(json.dumps(payload(plan, layers(plan))))
    units, routes = data["units"], data["routes"]
    both = zip(
        units["route_before"], units["route_after"], units["before"], units["after"], strict=True
    )
    for before, after, school_before, school_after in both:
        assert (before == after) == (school_before == school_after)
    assert {-1} == set(units["route_after"][-2:])  # v8 has no path
    assert len(routes["points"]) == len(routes["into"]) == len(routes["at"])
    assert max(units["route_before"] + units["route_after"]) == len(routes["points"]) - 1


def test_bands_on_the_same_way_share_it() -> None:
    plan = routed_plan()
    units = payload(plan, layers(plan))["units"]
    assert units["route_after"][0] == units["route_after"][1]


def written(plan: Plan, folder: Path) -> Plan:
    write_plan(plan, folder, {"plan.gpkg": partial(write_geopackage, plan)})
    return read_plan(folder)


def test_routes_come_back(tmp_path: Path) -> None:
    plan = routed_plan()
    again = written(plan, tmp_path)
    assert plan.routes is not None
    assert again.routes is not None
    assert_geodataframe_equal(again.routes, plan.routes, check_dtype=False)
    assert payload(again, layers(again)) == payload(plan, layers(plan))
    assert not again.findings


@pytest.mark.parametrize("n_routes", [0, None])
def test_no_ways_and_unknown_ways_are_told_apart(tmp_path: Path, n_routes: int | None) -> None:
    plan = routed_plan()
    assert plan.routes is not None
    few = replace(plan, routes=None if n_routes is None else plan.routes.iloc[:0])
    again = written(few, tmp_path)
    assert (again.routes is None) == (n_routes is None)
    assert ("routes" in pyogrio.list_layers(tmp_path / "plan.gpkg")[:, 0]) == (n_routes == 0)
    assert set(payload(again, layers(again))["units"]["route_after"]) == {-1}


def test_layer_for_qgis_is_styled_by_when(tmp_path: Path) -> None:
    write_geopackage(routed_plan("zh"), tmp_path / "plan.gpkg")
    layer = gpd.read_file(tmp_path / "plan.gpkg", layer="routes")
    assert set(layer["when"]) == {"before", "after", "both"}
    assert layer.crs == "EPSG:4326"
    assert "routes" in styles(routed_plan())
    assert "routes" not in styles(drawn_plan())
    assert 'value="dash"' in styles(routed_plan())["routes"]
