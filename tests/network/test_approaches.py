"""How places hang on the roads: by hand, and against a graph built another way with networkx."""

from __future__ import annotations

import itertools

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.journeys import WALKING_KMH, journeys_at, times_at
from cases.roads import GLOBE, moved, places, road_network
from cases.travel_graphs import by_networkx
from layoutplan.core.journeys import Journeys
from layoutplan.core.network import ALL_MODES, MODE_BIT, Approaches, RoadNetwork, SegmentTimes
from layoutplan.core.travel_times import UNREACHED_MS, Pairs

HOME = (105.0, 34.0)
WALK, CAR = MODE_BIT["walk"], MODE_BIT["car"]


def leaving(hung: Approaches) -> list[tuple[int, int, int]]:
    columns = (hung.village_idx, hung.village_node, hung.village_ms)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def arriving(hung: Approaches) -> list[tuple[int, int, int]]:
    columns = (hung.school_node, hung.school_idx, hung.school_ms)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def listed(pairs: Pairs) -> list[tuple[int, int, int]]:
    columns = (pairs.village_idx, pairs.school_idx, pairs.milliseconds)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def test_a_straight_road_by_hand():
    """Two kilometers at 25 km/h (144 ms a meter), and the walks to it at 4 km/h (900 ms)."""
    roads = road_network([HOME, moved(HOME, north=2000)], [(0, 1)])
    villages = places([moved(HOME, north=500, east=30), moved(HOME, north=500, east=-60)], "v")
    schools = places([moved(HOME, north=2000), moved(HOME, north=1500, east=45)], "s")
    hung = journeys_at(roads, villages, schools, mode="car", kmh=25).approaches
    assert (hung.n_villages, hung.n_schools) == (2, 2)
    assert leaving(hung) == [
        (0, 0, 72_000 + 27_000),
        (0, 1, 216_000 + 27_000),
        (1, 0, 72_000 + 54_000),
        (1, 1, 216_000 + 54_000),
    ]
    # The first school lies on the end itself, 1 ms from it.
    assert arriving(hung) == [
        (0, 0, 288_001),
        (1, 0, 1),
        (0, 1, 216_000 + 40_500),
        (1, 1, 72_000 + 40_500),
    ]
    assert listed(hung.direct) == [
        (0, 0, 27_000 + 216_000 + 1),
        (0, 1, 27_000 + 144_000 + 40_500),
        (1, 0, 54_000 + 216_000 + 1),
        (1, 1, 54_000 + 144_000 + 40_500),
    ]


def test_one_ways_are_left_and_reached_in_their_direction_only():
    roads = road_network(
        [HOME, moved(HOME, north=1000)], [(0, 1)], forward=ALL_MODES, backward=WALK
    )
    village, school = moved(HOME, north=400), moved(HOME, north=900)
    hung = journeys_at(
        roads, places([village], "v"), places([school], "s"), mode="car", kmh=36
    ).approaches
    assert leaving(hung) == [(0, 1, 60_001)]
    assert arriving(hung) == [(0, 0, 90_001)]
    assert listed(hung.direct) == [(0, 0, 50_002)]
    turned = journeys_at(
        roads, places([school], "v"), places([village], "s"), mode="car", kmh=36
    ).approaches
    assert listed(turned.direct) == []
    assert (
        len(
            leaving(
                journeys_at(
                    roads, places([village], "v"), places([school], "s"), mode="walk", kmh=4.5
                ).approaches
            )
        )
        == 2
    )


def test_a_place_at_the_end_of_a_one_way_is_at_that_point():
    roads = road_network([HOME, moved(HOME, north=1000)], [(0, 1)], forward=ALL_MODES, backward=0)
    ends = places([moved(HOME, north=1000), HOME], "p")
    hung = journeys_at(roads, ends, ends, mode="car", kmh=36).approaches
    assert (0, 1, 1) in leaving(hung)
    assert (0, 1, 1) in arriving(hung)
    assert (0, 0) not in [way[:2] for way in leaving(hung)]


def test_uphill_takes_longer_than_downhill():
    roads = road_network([HOME, moved(HOME, north=1000)], [(0, 1)])
    times = SegmentTimes(np.array([1_000_000]), np.array([600_000]))
    low, high = moved(HOME, north=100), moved(HOME, north=900)
    both = places([low, high], "p")
    hung = journeys_at(roads, both, both, mode="walk", kmh=4.5, times=times).approaches
    assert {(i, j): ms for i, j, ms in listed(hung.direct)} == {
        (0, 0): 1,  # it walks straight to itself
        (0, 1): 800_002,
        (1, 0): 480_002,
        (1, 1): 1,
    }


@pytest.mark.parametrize("north", [33.3, 111.1, 555.5, 701.3])
def test_the_parts_of_a_segment_add_up_to_the_whole(north):
    roads = road_network([HOME, moved(HOME, north=777.7)], [(0, 1)])
    home = places([moved(HOME, north=north)], "v")
    hung = journeys_at(roads, home, home, mode="car", kmh=25).approaches
    assert sum(ms - 1 for _, _, ms in leaving(hung)) == round(777.7 / 25 * 3600)


def test_a_school_in_the_village_itself_is_a_short_walk_by_any_mode():
    roads = road_network([HOME, moved(HOME, north=1000)], [(0, 1)])
    hamlet = moved(HOME, north=500, east=2000)
    villages = places([hamlet], "v")
    schools = places([moved(hamlet, north=100), moved(HOME, north=500, east=-100)], "s")
    for mode in ("walk", "bus"):
        trips = journeys_at(roads, villages, schools, mode=mode, kmh=25, max_snap_meters=3000)
        # The far school is 2100 m away, no farther than 2000 + 100 m; rounding decides.
        assert (0, 0, 90_000) in listed(trips.walks)
        assert len(trips.walks) <= 2
        assert trips.approaches.direct.milliseconds[0] == 90_000


def test_off_the_network_only_what_is_within_the_snapping_distance_is_walked_to():
    roads = road_network([HOME, moved(HOME, north=1000)], [(0, 1)])
    hamlet = moved(HOME, north=500, east=5000)
    villages = places([hamlet, HOME], "v")
    schools = places([moved(hamlet, north=400), moved(hamlet, north=600)], "s")
    trips = journeys_at(roads, villages, schools, mode="car", kmh=25)
    assert trips.village_access.segment_idx.tolist() == [-1, 0]
    assert listed(trips.approaches.direct) == [(0, 0, 360_000)]


def test_a_case_without_usable_roads_still_walks_next_door():
    roads = road_network([HOME, moved(HOME, north=1000)], [(0, 1)], forward=CAR, backward=CAR)
    villages, schools = places([HOME], "v"), places([moved(HOME, north=100)], "s")
    hung = journeys_at(roads, villages, schools, mode="walk", kmh=4.5).approaches
    assert listed(hung.direct) == [(0, 0, 90_000)]
    assert leaving(hung) == arriving(hung) == []


def independent_ms(roads: RoadNetwork, trips: Journeys) -> dict[tuple[int, int], float]:
    """Return milliseconds by village and school on a graph built segment by segment, unrounded."""
    graph = nx.MultiDiGraph()
    on_segment: dict[int, list[tuple[float, object]]] = {}
    for kind, access in (("v", trips.village_access), ("s", trips.school_access)):
        for i, segment in enumerate(access.segment_idx):
            graph.add_node((kind, i))
            if segment < 0:
                continue
            on_segment.setdefault(segment, []).append((access.along_share[i], (kind, i, "road")))
            leg = access.meters[i] / WALKING_KMH * 3600
            ends = ((kind, i), (kind, i, "road"))
            graph.add_edge(*(ends if kind == "v" else ends[::-1]), ms=leg)
    for segment in range(roads.n_segments):
        stops = [(0.0, int(roads.tail[segment])), *sorted(on_segment.get(segment, []), key=str)]
        stops.append((1.0, int(roads.head[segment])))
        stops.sort(key=lambda stop: stop[0])
        forward, backward = trips.times.forward_ms[segment], trips.times.backward_ms[segment]
        for (share, node), (next_share, next_node) in itertools.pairwise(stops):
            if share == next_share and segment in on_segment:
                graph.add_edge(node, next_node, ms=0.0)
                graph.add_edge(next_node, node, ms=0.0)
            if forward < UNREACHED_MS:
                graph.add_edge(node, next_node, ms=(next_share - share) * forward)
            if backward < UNREACHED_MS:
                graph.add_edge(next_node, node, ms=(next_share - share) * backward)
    return {
        (i, node[1]): ms
        for i in range(len(trips.village_access.meters))
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
    n = len(points)
    bits = st.lists(
        st.sampled_from([0, WALK, CAR, ALL_MODES]), min_size=len(links), max_size=len(links)
    )

    def spots(listed):
        return [(HOME[0] + x * 1e-5, HOME[1] + y * 1e-5) for x, y in listed]

    roads = road_network(
        spots(points),
        [(tail % n, head % n) for tail, head in links],
        forward=data.draw(bits),
        backward=data.draw(bits),
    )
    # Half of the places lie on a road point or at the same spot as another place.
    villages = places(spots([*homes, *points[:2], homes[0]]), "v")
    schools = places(spots([*sites, points[0], homes[0]]), "s")
    kmh = {"walk": 4.5, "car": 25.0}[mode]
    flat = times_at(roads, mode, kmh)
    # Going back takes half as long again.
    is_open = flat.backward_ms < UNREACHED_MS
    backward_ms = np.where(is_open, flat.backward_ms // 2 * 3 + 1, UNREACHED_MS)
    times = SegmentTimes(flat.forward_ms, backward_ms)
    trips = journeys_at(
        roads, villages, schools, mode=mode, kmh=kmh, max_snap_meters=300, times=times
    )
    expected = independent_ms(roads, trips)
    for i, home in enumerate(villages.geometry):
        for j, site in enumerate(schools.geometry):
            _, _, meters = GLOBE.inv(home.x, home.y, site.x, site.y)
            access = trips.village_access, trips.school_access
            is_off = access[0].segment_idx[i] < 0 or access[1].segment_idx[j] < 0
            legs = access[0].meters[i] + access[1].meters[j]
            if meters <= (300 if is_off else legs):
                straight = meters / WALKING_KMH * 3600
                expected[i, j] = min(straight, expected.get((i, j), np.inf))
    found = by_networkx(trips.graph, trips.approaches)
    assert found.keys() == expected.keys()
    for pair, ms in found.items():
        # Each leg is rounded, or lifted to 1 ms.
        assert ms == pytest.approx(expected[pair], abs=40)
