"""Scenarios: what is slower by how much, in which order it is reckoned, and what is closed."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from cases.roads import moved, road_network
from layoutplan.core.network import Slopes
from layoutplan.core.speeds import RoadSpeeds, Scenario, Traveler
from layoutplan.core.travel_times import UNREACHED_MS
from layoutplan.network.scenario import closed_segments, share_left, touches_area
from layoutplan.network.speeds import segment_kmh, segment_times

HOME = (105.0, 34.0)
WALK, CAR, BUS = (Traveler(mode, 4.5) for mode in ("walk", "car", "bus"))
USUAL = RoadSpeeds()


def street(classes, **options):
    """Return segments of 1 km one after the other, going east."""
    points = [moved(HOME, east=1000 * i) for i in range(len(classes) + 1)]
    segments = [(i, i + 1) for i in range(len(classes))]
    return road_network(points, segments, classes=classes, **options)


def slopes_of(grades):
    level = np.ones(len(grades))
    return Slopes(level, level, np.array(grades))


def area(*polygons):
    return gpd.GeoSeries(list(polygons), crs="EPSG:4326")


def box(east_from, east_to, north=50.0):
    """Return the rectangle between so many meters east of the start of the street."""
    (west, south), (east, top) = (
        moved(HOME, east=east_from, north=-north),
        moved(HOME, east=east_to, north=north),
    )
    return shapely.box(west, south, east, top)


def test_a_worked_winter():
    # Usual bus: trunk 60 (cap), track 15, steep trunk 20 (law), tertiary 40, motorway 80 (cap).
    roads = street(["trunk", "track", "trunk", "tertiary", "motorway"])
    slopes = slopes_of([0.0, 0.0, 0.09, 0.0, 0.0])
    speeds = RoadSpeeds(steep_percent=8.0)
    usual = segment_kmh(roads, BUS, speeds, slopes=slopes)
    assert usual.tolist() == [60, 15, 20, 40, 80]
    winter = Scenario(
        "winter",
        class_kmh={"tertiary": 30.0},
        speed_share=0.8,
        class_share={"track": 0.5},
        steep_percent=8.0,
        steep_share=0.25,
        bus_max_kmh=50.0,
    )
    found = segment_kmh(roads, BUS, speeds, slopes=slopes, scenario=winter)
    # 60 x 0.8; 15 x 0.8 x 0.5; 20 x 0.8 x 0.25; 30 x 0.8; 80 x 0.8 = 64, at most 50
    assert found.tolist() == pytest.approx([48, 6, 4, 24, 50])
    car = segment_kmh(roads, CAR, speeds, slopes=slopes, scenario=winter)
    # 85 x 0.8; 15 x 0.8 x 0.5; 85 x 0.8 x 0.25; 30 x 0.8; 90 x 0.8
    assert car.tolist() == pytest.approx([68, 6, 17, 24, 72])
    walk = segment_kmh(roads, WALK, speeds, slopes=slopes, scenario=winter)
    assert walk.tolist() == pytest.approx([3.6, 1.8, 0.9, 3.6, 3.6])


def test_the_scenario_s_speeds_go_before_those_of_the_case_and_under_the_limit():
    roads = street(["MDR", "SH", "NH"], max_kmh=[np.nan, np.nan, 20.0])
    speeds = RoadSpeeds({"MDR": 30.0, "SH": 40.0, "NH": 50.0})
    winter = Scenario("winter", class_kmh={"MDR": 10.0, "NH": 25.0})
    assert segment_kmh(roads, CAR, speeds, scenario=winter).tolist() == [10, 40, 20]


def test_without_heights_nothing_is_steep():
    roads = street(["track"])
    winter = Scenario("winter", steep_percent=5.0, steep_share=0.0)
    assert share_left(roads, winter).tolist() == [1.0]
    assert share_left(roads, winter, slopes_of([0.05])).tolist() == [0.0]


def test_a_share_of_nothing_closes():
    roads = street(["track", "primary", "primary"])
    slopes = slopes_of([0.0, 0.0, 0.3])
    winter = Scenario("ice", class_share={"track": 0.0}, steep_percent=20.0, steep_share=0.0)
    times = segment_times(roads, WALK, USUAL, slopes=slopes, scenario=winter)
    assert (times.forward_ms == UNREACHED_MS).tolist() == [True, False, True]
    assert (times.backward_ms == UNREACHED_MS).tolist() == [True, False, True]


def test_closed_by_class_and_by_id():
    roads = street(["track", "primary", "primary", "primary"], ways=["7", "8", "1234567", "8"])
    flood = Scenario("flood", closed_classes=("track",), closed_ways=("8", "99"))
    assert closed_segments(roads, flood).tolist() == [True, True, False, True]
    for traveler in (WALK, CAR, BUS):
        kmh = segment_kmh(roads, traveler, USUAL, scenario=flood)
        assert (kmh == 0).tolist() == [True, True, False, True]


def test_ids_and_classes_are_compared_whole():
    roads = street(["primary", "primary_link"], ways=["10", "1"])
    assert closed_segments(roads, Scenario("x", closed_ways=("1",))).tolist() == [False, True]
    classes = Scenario("x", closed_classes=("primary",))
    assert closed_segments(roads, classes).tolist() == [True, False]


def test_an_edge_made_of_several_roads_is_closed_by_the_id_of_any():
    roads = street(["primary"] * 3, ways=["5;12", "12", "125"])
    assert closed_segments(roads, Scenario("x", closed_ways=("12",))).tolist() == [
        True,
        True,
        False,
    ]


def test_an_empty_scenario_closes_and_slows_nothing():
    roads, nothing = street(["track", "primary"]), Scenario("usual")
    assert not closed_segments(roads, nothing).any()
    usual = segment_times(roads, BUS, USUAL)
    same = segment_times(roads, BUS, USUAL, scenario=nothing)
    assert same.forward_ms.tolist() == usual.forward_ms.tolist()


@pytest.mark.parametrize(
    ("polygon", "is_closed"),
    [
        (box(200, 800), [True, False, False]),  # within the first kilometer
        (box(900, 1100), [True, True, False]),  # over a junction
        (box(-500, 5000), [True, True, True]),  # all within, no outline crossed
        (box(2000, 2500), [False, True, True]),  # the second ends on the outline
        (shapely.affinity.translate(box(200, 800), yoff=0.01), [False, False, False]),
    ],
)  # fmt: skip
def test_an_area_closes_what_it_touches(polygon, is_closed):
    roads = street(["primary"] * 3)
    assert touches_area(roads, area(polygon)).tolist() == is_closed
    flood = Scenario("flood", closed_area=area(polygon))
    assert closed_segments(roads, flood).tolist() == is_closed


def test_several_polygons_one_with_a_hole_and_none():
    roads = street(["primary"] * 3)
    ring = box(-500, 3500, north=400).difference(box(-300, 3300, north=200))
    assert not touches_area(roads, area(ring)).any()
    assert touches_area(roads, area(ring, box(100, 200), box(2100, 2200))).tolist() == [
        True,
        False,
        True,
    ]
    assert not touches_area(roads, area()).any()


@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=2, max_size=12),
    st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0.01, 0.5)),
)
def test_the_same_segments_as_one_by_one(points, circle):
    x, y, radius = circle
    polygon = shapely.Point(x, y).buffer(radius)
    roads = road_network(points, [(i, i + 1) for i in range(len(points) - 1)])
    one_by_one = [
        polygon.intersects(shapely.LineString([points[i], points[i + 1]]))
        for i in range(len(points) - 1)
    ]
    assert touches_area(roads, area(polygon)).tolist() == one_by_one
