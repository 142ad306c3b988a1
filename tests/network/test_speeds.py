"""Speeds: a source for every number, the planner's own, posted limits, the school bus's caps."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import numpy as np
import pytest

from cases.roads import road_network
from layoutplan.core.network import MODE_BIT
from layoutplan.network.speeds import (
    bus_cap_kmh,
    classes_over_cap,
    classes_without_speed,
    segment_kmh,
    speed_sources,
    speed_table,
    walking_kmh,
)

CLASSES = ["motorway", "trunk", "secondary", "track", "MDR"]


def roads_of(classes, **options):
    points = [(105.0 + 0.01 * i, 34.0) for i in range(len(classes) + 1)]
    return road_network(
        points, [(i, i + 1) for i in range(len(classes))], classes=classes, **options
    )


def test_every_number_names_a_source_that_is_given():
    file = tomllib.loads(files("layoutplan.network").joinpath("speeds.toml").read_text("utf-8"))
    rows = [row for table, rows in file.items() if table != "sources" for row in rows.values()]
    assert {row["source"] for row in rows} == set(speed_sources())
    assert all(row["kmh"] > 0 for row in rows)


def test_speed_by_class_and_mode():
    roads = roads_of(CLASSES)
    assert segment_kmh(roads, "car").tolist() == [90, 85, 55, 15, 25]
    assert segment_kmh(roads, "bus").tolist() == [80, 60, 55, 15, 25]
    assert segment_kmh(roads, "bike").tolist() == [15, 15, 15, 12, 15]
    assert segment_kmh(roads, "walk").tolist() == [walking_kmh()] * 5


def test_planner_speeds_hold_for_car_and_bus_only():
    roads = roads_of(CLASSES, class_kmh={"MDR": 30.0, "secondary": 70.0})
    assert segment_kmh(roads, "car").tolist() == [90, 85, 70, 15, 30]
    assert segment_kmh(roads, "bus").tolist() == [80, 60, 60, 15, 30]
    assert segment_kmh(roads, "bike")[4] == 15
    assert segment_kmh(roads, "walk")[4] == walking_kmh()


def test_posted_limit_slows_motors_and_speeds_up_nobody():
    roads = roads_of(CLASSES, max_kmh=[60.0, 130.0, 30.0, np.nan, 5.0])
    assert segment_kmh(roads, "car").tolist() == [60, 85, 30, 15, 5]
    assert segment_kmh(roads, "bus").tolist() == [60, 60, 30, 15, 5]
    assert segment_kmh(roads, "walk")[4] == walking_kmh()


def test_classes_without_speed_are_told_unless_no_segment_has_them():
    roads = roads_of(["MDR", "primary", "NH"], class_kmh={"NH": 40.0})
    assert classes_without_speed(roads, "bus") == ("MDR",)
    assert classes_without_speed(roads, "car") == ("MDR",)
    assert classes_without_speed(roads, "walk") == ()


def test_classes_that_are_closed_to_the_mode_need_no_speed():
    roads = roads_of(["corridor", "MDR"], forward=[MODE_BIT["walk"], MODE_BIT["bus"]], backward=0)
    assert classes_without_speed(roads, "bus") == ("MDR",)
    assert classes_without_speed(roads, "car") == ()


def test_planner_speeds_over_the_cap_are_told():
    roads = roads_of(["NH", "SH", "motorway"], class_kmh={"NH": 61.0, "SH": 60.0, "motorway": 80.0})
    assert classes_over_cap(roads) == ("NH",)
    assert bus_cap_kmh("motorway_link") == 80


def test_table_cannot_lack_the_class_that_stands_in_for_others():
    assert speed_table()["car"]["unclassified"] == 25
    assert walking_kmh() == pytest.approx(4.5)
