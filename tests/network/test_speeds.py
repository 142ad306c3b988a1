"""Speeds: a source for every number, the planner's own, posted limits, the school bus's caps."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from importlib.resources import files

import numpy as np
import pytest

from cases.roads import road_network
from layoutplan.core.network import MODE_BIT, Slopes
from layoutplan.core.rules import Band
from layoutplan.core.speeds import RoadSpeeds, Scenario, Traveler
from layoutplan.core.travel_times import UNREACHED_MS
from layoutplan.network.speeds import (
    bus_cap_kmh,
    classes_over_cap,
    classes_without_speed,
    pace_by_grade,
    segment_kmh,
    segment_times,
    speed_sources,
    speed_table,
    traveler_of,
)

CLASSES = ["motorway", "trunk", "secondary", "track", "MDR"]
FEET_50_METERS = 50 * 0.3048
USUAL = RoadSpeeds()
WALK, BIKE, CAR, BUS = (Traveler(mode, 4.5) for mode in ("walk", "bike", "car", "bus"))


def roads_of(classes, **options):
    points = [(105.0 + 0.01 * i, 34.0) for i in range(len(classes) + 1)]
    return road_network(
        points, [(i, i + 1) for i in range(len(classes))], classes=classes, **options
    )


def slopes_of(grades, *, up=2.0, down=0.9):
    n = len(grades)
    return Slopes(np.full(n, up), np.full(n, down), np.array(grades, dtype=np.float64))


def test_every_number_names_a_source_that_is_given():
    file = tomllib.loads(files("layoutplan.network").joinpath("speeds.toml").read_text("utf-8"))
    rows = [row for table, rows in file.items() if table != "sources" for row in rows.values()]
    assert {row["source"] for row in rows} == set(speed_sources())
    assert all(row["kmh"] > 0 for row in rows)


def test_speed_by_class_and_mode():
    roads = roads_of(CLASSES)
    assert segment_kmh(roads, CAR, USUAL).tolist() == [90, 85, 55, 15, 25]
    assert segment_kmh(roads, BUS, USUAL).tolist() == [80, 60, 55, 15, 25]
    assert segment_kmh(roads, BIKE, USUAL).tolist() == [15, 15, 15, 12, 15]
    assert segment_kmh(roads, WALK, USUAL).tolist() == [4.5] * 5


def test_planner_speeds_hold_for_car_and_bus_only():
    roads = roads_of(CLASSES)
    speeds = RoadSpeeds({"MDR": 30.0, "secondary": 70.0})
    assert segment_kmh(roads, CAR, speeds).tolist() == [90, 85, 70, 15, 30]
    assert segment_kmh(roads, BUS, speeds).tolist() == [80, 60, 60, 15, 30]
    assert segment_kmh(roads, BIKE, speeds)[4] == 15
    assert segment_kmh(roads, WALK, speeds)[4] == 4.5


def test_posted_limit_slows_motors_and_speeds_up_nobody():
    roads = roads_of(CLASSES, max_kmh=[60.0, 130.0, 30.0, np.nan, 5.0])
    assert segment_kmh(roads, CAR, USUAL).tolist() == [60, 85, 30, 15, 5]
    assert segment_kmh(roads, BUS, USUAL).tolist() == [60, 60, 30, 15, 5]
    assert segment_kmh(roads, WALK, USUAL)[4] == 4.5


def test_the_ferry_carries_whoever_walks_at_its_own_speed():
    roads = roads_of(["ferry", "path"])
    assert segment_kmh(roads, Traveler("walk", 3.0), USUAL).tolist() == [5, 3]
    times = segment_times(roads, Traveler("walk", 5.0), USUAL, slopes=slopes_of([0.1, 0.1]))
    ferry, path = times.forward_ms
    assert path == pytest.approx(2 * ferry, abs=1)


def test_the_bus_is_slow_where_it_is_steep_once_the_planner_says_from_where_on():
    roads, slopes = roads_of(["trunk"] * 4), slopes_of([0.0, 0.0699, 0.07, 0.2])
    assert segment_kmh(roads, BUS, USUAL, slopes=slopes).tolist() == [60] * 4
    speeds = RoadSpeeds(steep_percent=7.0)
    assert segment_kmh(roads, BUS, speeds, slopes=slopes).tolist() == [60, 60, 20, 20]
    assert segment_kmh(roads, CAR, speeds, slopes=slopes).tolist() == [85] * 4
    assert segment_kmh(roads, BUS, speeds).tolist() == [60] * 4


def test_the_bus_is_slow_in_sharp_bends_and_no_faster_than_the_road():
    roads, bends = (
        roads_of(["trunk", "trunk", "track", "living_street"]),
        np.array([15, 30, 9, 9.0]),
    )
    speeds = RoadSpeeds(bend_meters=30.0)
    assert segment_kmh(roads, BUS, speeds, bends=bends).tolist() == [20, 60, 15, 10]
    assert segment_kmh(roads, BUS, USUAL, bends=bends).tolist() == [60, 60, 15, 10]
    assert segment_kmh(roads, BUS, speeds).tolist() == [60, 60, 15, 10]


def test_pace_by_grade_is_what_the_source_measured_between_its_two_means():
    seconds = np.linspace(13.5, 10.6, 7)  # kindergarten to grade 6, over 50 ft
    kmh = FEET_50_METERS / seconds * 3.6
    assert pace_by_grade() == {grade: np.floor(kmh[grade] * 10) / 10 for grade in (0, 1, 2)}
    assert kmh[3] > speed_table()["walk"]["any"] > max(pace_by_grade().values())


@pytest.mark.parametrize(
    ("grades", "walking_kmh", "expected"),
    [
        ((), None, 4.5),
        ((0,), None, 4.0),
        ((3, 2, 1), None, 4.2),
        ((2, 3), None, 4.3),
        ((4, 5, 6), None, 4.5),
        ((1, 2, 3), 3.6, 3.6),
        ((), 5.0, 5.0),
    ],
)
def test_the_youngest_grade_of_a_band_sets_its_pace(grades, walking_kmh, expected):
    band = Band("low", "bus", 30.0, grades=grades, walking_kmh=walking_kmh)
    assert traveler_of(band) == Traveler("bus", expected)


def test_a_scenario_slows_the_pace_once():
    band = Band("low", "walk", 30.0, walking_kmh=4.0)
    scenario = Scenario("snow", walk_share=0.75)
    traveler = traveler_of(band, scenario)
    assert traveler == Traveler("walk", 3.0)
    roads = roads_of(["path", "ferry"])
    assert segment_kmh(roads, traveler, USUAL, scenario=scenario).tolist() == [3, 5]


def test_whole_milliseconds_of_at_least_one():
    roads = replace(roads_of(["path"] * 3), meters=np.array([0.0, 1000.0, 1.0]))
    times = segment_times(roads, Traveler("walk", 4.2), USUAL)
    assert times.forward_ms.dtype == np.int64
    # 1 km at 4.2 km/h takes 857.142857 s
    assert times.forward_ms.tolist() == times.backward_ms.tolist() == [1, 857_143, 857]


def test_times_keep_to_the_directions_of_the_mode():
    roads = roads_of(
        ["primary", "primary"],
        forward=[MODE_BIT["car"], MODE_BIT["walk"]],
        backward=[0, MODE_BIT["car"]],
    )
    times = segment_times(roads, CAR, USUAL)
    assert (times.forward_ms < UNREACHED_MS).tolist() == [True, False]
    assert (times.backward_ms < UNREACHED_MS).tolist() == [False, True]


def test_slopes_slow_whoever_walks_and_nobody_else():
    roads, slopes = roads_of(["path"]), slopes_of([0.1], up=1.5, down=0.8)
    flat, hilly = (
        segment_times(roads, WALK, USUAL),
        segment_times(roads, WALK, USUAL, slopes=slopes),
    )
    assert hilly.forward_ms[0] == pytest.approx(1.5 * flat.forward_ms[0], abs=1)
    assert hilly.backward_ms[0] == pytest.approx(0.8 * flat.backward_ms[0], abs=1)
    for traveler in (BIKE, CAR, BUS):
        level = segment_times(roads, traveler, USUAL)
        assert segment_times(roads, traveler, USUAL, slopes=slopes).forward_ms == level.forward_ms


def test_who_hardly_moves_never_arrives():
    roads = roads_of(["MDR"])
    for kmh, arrives in ((0.001, True), (0.0009, False), (1e-300, False)):
        times = segment_times(roads, CAR, RoadSpeeds({"MDR": kmh}))
        assert (times.forward_ms[0] < UNREACHED_MS) == arrives


def test_classes_without_speed_are_told_unless_no_segment_has_them():
    roads = roads_of(["MDR", "primary", "NH", "VR"])
    speeds, scenario = RoadSpeeds({"NH": 40.0}), Scenario("winter", class_kmh={"VR": 10.0})
    assert classes_without_speed(roads, "bus", speeds) == ("MDR", "VR")
    assert classes_without_speed(roads, "car", speeds, scenario) == ("MDR",)
    assert classes_without_speed(roads, "walk", speeds) == ()


def test_classes_that_are_closed_to_the_mode_need_no_speed():
    roads = roads_of(["corridor", "MDR"], forward=[MODE_BIT["walk"], MODE_BIT["bus"]], backward=0)
    assert classes_without_speed(roads, "bus", USUAL) == ("MDR",)
    assert classes_without_speed(roads, "car", USUAL) == ()


def test_planner_speeds_over_the_cap_are_told():
    roads = roads_of(["NH", "SH", "motorway"])
    speeds = RoadSpeeds({"NH": 61.0, "SH": 60.0, "motorway": 80.0, "nowhere": 99.0})
    assert classes_over_cap(roads, speeds) == ("NH",)
    assert classes_over_cap(roads, speeds, Scenario("dry", class_kmh={"NH": 50.0, "SH": 70.0})) == (
        "SH",
    )
    assert bus_cap_kmh("motorway_link") == 80


def test_table_cannot_lack_the_class_that_stands_in_for_others():
    assert speed_table()["car"]["unclassified"] == 25
    assert speed_table()["walk"]["any"] == pytest.approx(4.5)
