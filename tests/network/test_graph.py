"""The graph: milliseconds worked out by hand, and an independent graph built with networkx."""

from __future__ import annotations

import itertools

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.roads import GLOBE, moved, places, road_network
from layoutplan.core.network import ALL_MODES, MODE_BIT, Access, RoadNetwork, TravelGraph
from layoutplan.network.graph import build_graph
from layoutplan.network.speeds import segment_kmh, walking_kmh

HOME = (105.0, 34.0)
WALK, CAR = MODE_BIT["walk"], MODE_BIT["car"]


def arcs(graph: TravelGraph) -> set[tuple[int, int, int]]:
    return set(
        zip(graph.tail.tolist(), graph.head.tolist(), graph.milliseconds.tolist(), strict=True)
    )


def test_a_straight_road_by_hand():
    """Two kilometers of residential street: 25 km/h by car, 4.5 km/h (800 ms a meter) on foot."""
    roads = road_network([HOME, moved(HOME, north=2000)], [(0, 1)])
    villages = places([moved(HOME, north=500, east=30), moved(HOME, north=500, east=-60)], "v")
    schools = places([moved(HOME, north=2000), moved(HOME, north=1500, east=45)], "s")
    graph, village_access, school_access = build_graph(
        roads, "walk", villages, schools, max_snap_meters=500
    )
    # Points 0 and 1, split points 2 (at 500 m) and 3 (at 1500 m), villages 4, 5, schools 6, 7.
    assert graph.n_nodes == 8
    assert graph.village_node.tolist() == [4, 5]
    assert graph.school_node.tolist() == [6, 7]
    on_road = {(0, 2, 400_000), (2, 3, 800_000), (3, 1, 400_000)}
    legs = {(4, 2, 24_000), (5, 2, 48_000), (1, 6, 1), (3, 7, 36_000)}
    assert arcs(graph) == on_road | {(head, tail, ms) for tail, head, ms in on_road} | legs
    assert village_access.place_ids.tolist() == ["v1", "v2"]
    assert school_access.place_ids.tolist() == ["s1", "s2"]
    assert school_access.along_share[0] == 1.0

    by_car, _, _ = build_graph(roads, "car", villages, schools, max_snap_meters=500)
    on_road = {(0, 2, 72_000), (2, 3, 144_000), (3, 1, 72_000)}
    assert arcs(by_car) == on_road | {(head, tail, ms) for tail, head, ms in on_road} | legs


def test_one_ways_are_split_in_their_direction_only():
    roads = road_network(
        [HOME, moved(HOME, north=1000)], [(0, 1)], forward=ALL_MODES, backward=WALK
    )
    villages = places([moved(HOME, north=400)], "v")
    schools = places([moved(HOME, north=900)], "s")
    graph, _, _ = build_graph(roads, "car", villages, schools, max_snap_meters=500)
    assert {(tail, head) for tail, head, _ in arcs(graph)} == {
        (0, 2),
        (2, 3),
        (3, 1),
        (4, 2),
        (3, 5),
    }
    graph, _, _ = build_graph(roads, "walk", villages, schools, max_snap_meters=500)
    assert {(3, 2), (2, 0), (1, 3)} < {(tail, head) for tail, head, _ in arcs(graph)}


def test_parts_add_up_to_the_whole_segment():
    roads = road_network([HOME, moved(HOME, north=777.7)], [(0, 1)])
    villages = places([moved(HOME, north=north) for north in (33.3, 111.1, 555.5, 701.3)], "v")
    schools = places([moved(HOME, north=north) for north in (1.234, 432.1)], "s")
    graph, _, _ = build_graph(roads, "car", villages, schools, max_snap_meters=500)
    is_north = (graph.tail < 8) & (graph.head < 8) & (graph.head != 0)
    is_north &= (graph.tail != 1) & ((graph.head == 1) | (graph.head > graph.tail))
    assert is_north.sum() == 7
    assert graph.milliseconds[is_north].sum() == round(777.7 / 25 * 3600)


def test_no_arc_takes_less_than_a_millisecond():
    roads = road_network([HOME, HOME, moved(HOME, north=0.0005)], [(0, 1), (1, 2)])
    villages, schools = places([HOME, moved(HOME, north=0.0002)], "v"), places([HOME], "s")
    graph, _, _ = build_graph(roads, "walk", villages, schools, max_snap_meters=500)
    assert graph.milliseconds.min() == 1


def test_villages_and_schools_are_no_way_through():
    roads = road_network([HOME, moved(HOME, north=1000)], [(0, 1)])
    villages, schools = places([moved(HOME, north=10)], "v"), places([moved(HOME, north=90)], "s")
    graph, _, _ = build_graph(roads, "walk", villages, schools, max_snap_meters=500)
    assert not np.isin(graph.head, graph.village_node).any()
    assert not np.isin(graph.tail, graph.school_node).any()


def direct_arcs(graph: TravelGraph) -> set[tuple[int, int, int]]:
    """Return village position, school position and milliseconds of the arcs straight across."""
    n_villages = len(graph.village_node)
    first = graph.village_node[0]
    return {
        (tail - first, head - first - n_villages, ms)
        for tail, head, ms in arcs(graph)
        if tail >= first and head >= first
    }


def test_a_school_in_the_village_itself_is_a_short_walk_by_any_mode():
    roads = road_network([HOME, moved(HOME, north=1000)], [(0, 1)])
    hamlet = moved(HOME, north=500, east=2000)
    villages = places([hamlet], "v")
    schools = places([moved(hamlet, north=100), moved(HOME, north=500, east=-100)], "s")
    for mode in ("walk", "bus"):
        graph, _, _ = build_graph(roads, mode, villages, schools, max_snap_meters=3000)
        # The far school is 2100 m away, no farther than 2000 + 100 m; rounding decides.
        assert (0, 0, 80_000) in direct_arcs(graph)
        assert len(direct_arcs(graph)) <= 2


def test_off_the_network_only_what_is_within_the_snapping_distance_is_walked_to():
    roads = road_network([HOME, moved(HOME, north=1000)], [(0, 1)])
    hamlet = moved(HOME, north=500, east=5000)
    villages = places([hamlet, HOME], "v")
    schools = places([moved(hamlet, north=400), moved(hamlet, north=600)], "s")
    graph, village_access, _ = build_graph(roads, "car", villages, schools, max_snap_meters=500)
    assert village_access.segment_idx.tolist() == [-1, 0]
    assert direct_arcs(graph) == {(0, 0, 320_000)}


def test_a_case_without_usable_roads_still_walks_next_door():
    roads = road_network([HOME, moved(HOME, north=1000)], [(0, 1)], forward=CAR, backward=CAR)
    villages, schools = places([HOME], "v"), places([moved(HOME, north=100)], "s")
    graph, _, _ = build_graph(roads, "walk", villages, schools, max_snap_meters=500)
    assert direct_arcs(graph) == {(0, 0, 80_000)}
    assert len(graph.tail) == 1


def independent_times(
    roads: RoadNetwork, mode: str, village_access: Access, school_access: Access
) -> dict[tuple[int, int], float]:
    """Return milliseconds by village and school on a graph built segment by segment, unrounded."""
    bit, speed = MODE_BIT[mode], segment_kmh(roads, mode)
    graph = nx.MultiDiGraph()
    on_segment: dict[int, list[tuple[float, object]]] = {}
    for kind, access in (("v", village_access), ("s", school_access)):
        for i, segment in enumerate(access.segment_idx):
            graph.add_node((kind, i))
            if segment < 0:
                continue
            on_segment.setdefault(segment, []).append((access.along_share[i], (kind, i, "road")))
            leg = access.meters[i] / walking_kmh() * 3600
            ends = ((kind, i), (kind, i, "road"))
            graph.add_edge(*(ends if kind == "v" else ends[::-1]), ms=leg)
    for segment in range(roads.n_segments):
        total = roads.meters[segment] / speed[segment] * 3600 if speed[segment] > 0 else np.inf
        stops = [(0.0, int(roads.tail[segment])), *sorted(on_segment.get(segment, []), key=str)]
        stops.append((1.0, int(roads.head[segment])))
        stops.sort(key=lambda stop: stop[0])
        for (share, node), (next_share, next_node) in itertools.pairwise(stops):
            if share == next_share and segment in on_segment:
                graph.add_edge(node, next_node, ms=0.0)
                graph.add_edge(next_node, node, ms=0.0)
            if roads.forward[segment] & bit:
                graph.add_edge(node, next_node, ms=(next_share - share) * total)
            if roads.backward[segment] & bit:
                graph.add_edge(next_node, node, ms=(next_share - share) * total)
    return {
        (i, node[1]): ms
        for i in range(len(village_access.meters))
        for node, ms in nx.single_source_dijkstra_path_length(graph, ("v", i), weight="ms").items()
        if isinstance(node, tuple) and node[0] == "s" and len(node) == 2
    }


offsets = st.tuples(st.integers(-900, 900), st.integers(-900, 900))


@settings(max_examples=60, deadline=None)
@given(
    points=st.lists(offsets, min_size=2, max_size=10, unique=True),
    links=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=16),
    homes=st.lists(offsets, min_size=1, max_size=6),
    sites=st.lists(offsets, min_size=1, max_size=6),
    mode=st.sampled_from(["walk", "car"]),
    data=st.data(),
)
def test_every_path_is_as_long_as_on_a_graph_built_another_way(
    points, links, homes, sites, mode, data
):
    def spots(where):
        return [(HOME[0] + x * 1e-5, HOME[1] + y * 1e-5) for x, y in where]

    n = len(points)
    bits = st.lists(st.sampled_from([0, WALK, CAR, 15]), min_size=len(links), max_size=len(links))
    roads = road_network(
        spots(points),
        [(tail % n, head % n) for tail, head in links],
        forward=data.draw(bits),
        backward=data.draw(bits),
    )
    # Half of the places lie on a road point or at the same spot as another place.
    villages = places(spots([*homes, *points[:2], homes[0]]), "v")
    schools = places(spots([*sites, points[0], homes[0]]), "s")
    graph, village_access, school_access = build_graph(
        roads, mode, villages, schools, max_snap_meters=300
    )
    expected = independent_times(roads, mode, village_access, school_access)
    for i, home in enumerate(villages.geometry):
        for j, site in enumerate(schools.geometry):
            _, _, meters = GLOBE.inv(home.x, home.y, site.x, site.y)
            is_off = village_access.segment_idx[i] < 0 or school_access.segment_idx[j] < 0
            legs = village_access.meters[i] + school_access.meters[j]
            if meters <= (300 if is_off else legs):
                straight = meters / walking_kmh() * 3600
                expected[i, j] = min(straight, expected.get((i, j), np.inf))

    found = nx.MultiDiGraph()
    found.add_nodes_from(range(graph.n_nodes))
    found.add_weighted_edges_from(
        zip(graph.tail.tolist(), graph.head.tolist(), graph.milliseconds.tolist(), strict=True)
    )
    for i, node in enumerate(graph.village_node.tolist()):
        reached = nx.single_source_dijkstra_path_length(found, node)
        for j, school in enumerate(graph.school_node.tolist()):
            assert (school in reached) == ((i, j) in expected)
            if school in reached:
                # Each arc is rounded, or lifted to 1 ms.
                assert reached[school] == pytest.approx(expected[i, j], abs=40)
