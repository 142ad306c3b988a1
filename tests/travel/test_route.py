"""Routes: the sum of their legs is the travel time, and their line leads from door to door."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings

from cases.drawn_networks import ORIGIN, networks, routes_of
from cases.journeys import WALKING_KMH, journeys_at
from cases.roads import moved, places, road_network
from layoutplan.core.journeys import Journeys
from layoutplan.core.network import ALL_MODES, RoadNetwork
from layoutplan.core.route import Route
from layoutplan.travel.route import find_route


def by_networkx(journeys: Journeys) -> dict[tuple[int, int], int]:
    """Return the milliseconds of every pair that has a way."""
    graph, hung = journeys.graph, journeys.approaches
    steps = nx.MultiDiGraph()
    steps.add_weighted_edges_from(zip(graph.tail, graph.head, graph.milliseconds, strict=True))
    for village, node, ms in zip(hung.village_idx, hung.village_node, hung.village_ms, strict=True):
        steps.add_edge(("village", village), node, weight=ms)
    for school, node, ms in zip(hung.school_idx, hung.school_node, hung.school_ms, strict=True):
        steps.add_edge(node, ("school", school), weight=ms)
    found = {
        (int(village), int(school)): int(ms)
        for village, school, ms in zip(
            hung.direct.village_idx, hung.direct.school_idx, hung.direct.milliseconds, strict=True
        )
    }
    for village in set(hung.village_idx.tolist()):
        reached = nx.single_source_dijkstra_path_length(steps, ("village", village))
        for node, ms in reached.items():
            if isinstance(node, tuple) and node[0] == "school":
                pair = (village, int(node[1]))
                found[pair] = min(int(ms), found.get(pair, int(ms)))
    return found


@settings(max_examples=80, deadline=None)
@given(drawn=networks())
def test_legs_add_up_to_what_networkx_finds(drawn):
    _, journeys, villages, schools = drawn
    expected = by_networkx(journeys)
    found = routes_of(*drawn)
    assert {pair: route.milliseconds for pair, route in found.items()} == expected
    for (i, j), route in found.items():
        assert route.legs["milliseconds"].sum() == route.milliseconds
        assert (route.legs["milliseconds"] >= 0).all()
        assert leads_on(route)
        ends = np.array(route.line.coords)[[0, -1]]
        doors = [villages.geometry.iloc[i].coords[0], schools.geometry.iloc[j].coords[0]]
        assert ends.tolist() == [list(door) for door in doors]


def leads_on(route: Route) -> bool:
    """Return whether each leg begins where the one before ends, and all together are the line."""
    legs = [np.array(leg.coords) for leg in route.legs.geometry]
    met = all(np.array_equal(a[-1], b[0]) for a, b in pairwise(legs))
    whole = np.vstack(legs)
    length = np.hypot(*np.diff(whole, axis=0).T).sum()
    return met and length == pytest.approx(route.line.length, abs=1e-12)


# A street with a side road: village 100 m off the street, school at the end of the side road.


def street() -> tuple[RoadNetwork, gpd.GeoDataFrame, gpd.GeoDataFrame]:
    a, b, c = (moved(ORIGIN, east=east) for east in (0.0, 1000.0, 2000.0))
    end = moved(c, north=600.0)
    roads = road_network(
        [a, b, c, end],
        [(0, 1), (2, 1), (2, 3)],
        classes=["primary", "primary", "track"],
        ways=["w7", "w7", "w9"],
    )
    village = moved(ORIGIN, east=250.0, north=100.0)
    school = moved(c, north=450.0, east=-30.0)
    return roads, places([village], "v"), places([school], "s")


def test_route_is_told_by_way_and_class():
    roads, villages, schools = street()
    kmh = np.array([30.0, 30.0, 10.0])
    journeys = journeys_at(roads, villages, schools, mode="car", kmh=kmh)
    route = find_route(roads, journeys, villages, schools, 0, 0, "g1_3")
    assert route is not None
    legs = route.legs
    assert legs["leg"].tolist() == ["access", "road", "road", "egress"]
    assert legs["mode"].tolist() == ["walk", "car", "car", "walk"]
    assert legs["way_id"].tolist() == ["", "w7", "w9", ""]
    assert legs["road_class"].tolist() == ["", "primary", "track", ""]
    assert legs["meters"].to_numpy() == pytest.approx([100.0, 1750.0, 450.0, 30.0], abs=0.2)
    assert legs["kmh"].to_numpy() == pytest.approx([WALKING_KMH, 30.0, 10.0, WALKING_KMH], rel=1e-3)
    minutes = 0.1 / 4 * 60 + 1.75 / 30 * 60 + 0.45 / 10 * 60 + 0.03 / 4 * 60
    assert route.minutes == pytest.approx(minutes, abs=0.02)
    assert (route.village_id, route.school_id, route.band, route.mode) == (
        "v1",
        "s1",
        "g1_3",
        "car",
    )
    assert len(legs.geometry.iloc[1].coords) == 3  # the rest of one segment, and the next


def test_way_along_one_segment_passes_no_junction():
    roads, villages, _ = street()
    schools = places([moved(ORIGIN, east=750.0, north=-300.0)], "s")
    journeys = journeys_at(roads, villages, schools)
    route = find_route(roads, journeys, villages, schools, 0, 0, "primary")
    assert route is not None
    assert route.legs["leg"].tolist() == ["access", "road", "egress"]
    assert route.legs["meters"].to_numpy() == pytest.approx([100.0, 500.0, 300.0], abs=0.5)


def test_school_in_the_village_is_walked_to_straight():
    roads, villages, _ = street()
    schools = places([moved(ORIGIN, east=280.0, north=100.0)], "s")
    journeys = journeys_at(roads, villages, schools)
    route = find_route(roads, journeys, villages, schools, 0, 0, "primary")
    assert route is not None
    assert route.legs["leg"].tolist() == ["direct"]
    assert route.legs["meters"].to_numpy() == pytest.approx([30.0], abs=0.1)
    assert route.legs["mode"].tolist() == ["walk"]


def test_place_off_the_roads_is_walked_to_or_not_reached():
    roads, _, _ = street()
    villages = places([moved(ORIGIN, east=2000.0, north=1300.0), moved(ORIGIN, north=9000.0)], "v")
    near = places([moved(ORIGIN, east=2000.0, north=1500.0)], "s")
    journeys = journeys_at(roads, villages, near)
    walked = find_route(roads, journeys, villages, near, 0, 0, "primary")
    assert walked is not None
    assert walked.legs["leg"].tolist() == ["direct"]
    assert find_route(roads, journeys, villages, near, 1, 0, "primary") is None


def test_one_way_is_gone_in_its_direction():
    a, b = ORIGIN, moved(ORIGIN, east=1000.0)
    around = moved(ORIGIN, east=500.0, north=800.0)
    roads = road_network(
        [a, b, around],
        [(0, 1), (1, 2), (2, 0)],
        forward=ALL_MODES,
        backward=0,
        ways=["x", "y", "z"],
    )
    villages, schools = places([moved(ORIGIN, east=300.0)], "v"), places([ORIGIN], "s")
    journeys = replace(journeys_at(roads, villages, schools, max_snap_meters=100.0), bands=())
    route = find_route(roads, journeys, villages, schools, 0, 0, "primary")
    assert route is not None
    assert route.legs["way_id"].tolist() == ["", "x", "y", "z", ""]


def test_equally_fast_ways_do_not_depend_on_the_order_of_the_roads():
    square = [
        ORIGIN,
        moved(ORIGIN, east=500.0),
        moved(ORIGIN, north=500.0),
        moved(ORIGIN, east=500.0, north=500.0),
    ]
    segments = [(0, 1), (0, 2), (1, 3), (2, 3)]
    villages, schools = places([square[0]], "v"), places([square[3]], "s")
    lines = set()
    for order in ([0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]):
        roads = road_network(square, [segments[k] for k in order])
        roads = replace(roads, meters=np.full(4, 500.0))
        journeys = journeys_at(roads, villages, schools, max_snap_meters=100.0)
        route = find_route(roads, journeys, villages, schools, 0, 0, "primary")
        assert route is not None
        lines.add(route.line.wkt)
    assert len(lines) == 1


def test_faster_of_two_roads_between_the_same_points_is_taken():
    ends = [ORIGIN, moved(ORIGIN, east=900.0)]
    villages, schools = places([ends[0]], "v"), places([ends[1]], "s")
    for kmh in ([4.0, 30.0], [30.0, 4.0]):
        roads = road_network(ends, [(0, 1), (0, 1)], ways=["lane", "bypass"])
        journeys = journeys_at(roads, villages, schools, kmh=np.array(kmh), max_snap_meters=100.0)
        route = find_route(roads, journeys, villages, schools, 0, 0, "primary")
        assert route is not None
        assert route.legs["way_id"].tolist()[1] == ("lane" if kmh[0] == 30.0 else "bypass")
        assert route.legs["kmh"].to_numpy()[1] == pytest.approx(30.0, rel=1e-3)
