"""Snapping: equal to the distance to every segment, one by one."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.roads import GLOBE, moved, places, road_network
from layoutplan.core.network import MODE_BIT, RoadNetwork
from layoutplan.core.schema import Mode
from layoutplan.network.plane import local_plane
from layoutplan.network.snap import snap

HOME = (105.0, 34.0)
WALK, CAR = MODE_BIT["walk"], MODE_BIT["car"]


def open_to(roads: RoadNetwork, mode: Mode) -> np.ndarray:
    return ((roads.forward | roads.backward) & MODE_BIT[mode]) > 0


def test_nearest_point_lies_within_the_segment():
    roads = road_network([HOME, moved(HOME, north=1000)], [(0, 1)])
    access = snap(
        roads, open_to(roads, "walk"), places([moved(HOME, north=250, east=40)], "v").geometry, 500
    )
    assert access.place_ids.tolist() == ["v1"]
    assert access.segment_idx.tolist() == [0]
    assert access.along_share[0] == pytest.approx(0.25, abs=1e-6)
    assert access.meters[0] == pytest.approx(40, abs=1e-4)


def test_segments_that_the_mode_may_not_use_are_passed_over():
    near, far = moved(HOME, east=10), moved(HOME, east=300)
    roads = road_network(
        [near, moved(near, north=100), far, moved(far, north=100)],
        [(0, 1), (2, 3)],
        forward=[WALK, 0],
        backward=[0, CAR],
    )
    place = places([HOME], "v").geometry
    assert snap(roads, open_to(roads, "walk"), place, 500).segment_idx.tolist() == [0]
    access = snap(roads, open_to(roads, "car"), place, 500)
    assert access.segment_idx.tolist() == [1]
    assert access.meters[0] == pytest.approx(300, abs=1e-3)
    # The nearer road is told, because the longer walk counts.
    assert access.passed_meters[0] == pytest.approx(10, abs=1e-3)
    assert np.isnan(snap(roads, open_to(roads, "walk"), place, 500).passed_meters).all()


def test_closed_roads_are_not_told_of_where_a_usable_one_is_near():
    near, far = moved(HOME, east=10), moved(HOME, east=90)
    roads = road_network(
        [near, moved(near, north=100), far, moved(far, north=100)],
        [(0, 1), (2, 3)],
        forward=[WALK, CAR],
        backward=0,
    )
    access = snap(roads, open_to(roads, "car"), places([HOME], "v").geometry, 500)
    assert access.meters[0] == pytest.approx(90, abs=1e-3)
    assert np.isnan(access.passed_meters).all()


def test_access_is_split_between_villages_and_schools():
    roads = road_network([HOME, moved(HOME, north=1000)], [(0, 1)])
    where = places([HOME, moved(HOME, north=100), moved(HOME, north=200)], "p").geometry
    first, others = snap(roads, open_to(roads, "walk"), where, 500).split(1)
    assert first.place_ids.tolist() == ["p1"]
    assert others.place_ids.tolist() == ["p2", "p3"]
    assert others.along_share.tolist() == pytest.approx([0.1, 0.2])


def test_too_far_is_told_with_its_distance_and_the_limit_itself_is_near():
    roads = road_network([HOME, moved(HOME, north=1000)], [(0, 1)])
    place = places([moved(HOME, north=500, east=600)], "v").geometry
    access = snap(roads, open_to(roads, "walk"), place, 500)
    assert access.segment_idx.tolist() == [-1]
    assert np.isnan(access.along_share).all()
    assert access.meters[0] == pytest.approx(600, abs=1e-3)
    assert snap(
        roads, open_to(roads, "walk"), place, float(access.meters[0])
    ).segment_idx.tolist() == [0]


@pytest.mark.parametrize("swapped", [(34.0, 105.0 - 90.0), (-75.0, -34.0), (15.0, 89.9)])
def test_a_place_in_another_part_of_the_world_is_far(swapped):
    roads = road_network([HOME, moved(HOME, north=1000)], [(0, 1)])
    access = snap(roads, open_to(roads, "walk"), places([swapped, HOME], "v").geometry, 500)
    assert access.segment_idx.tolist() == [-1, 0]
    assert access.meters[0] > 1e6
    assert access.meters[1] == 0


@pytest.mark.parametrize("east", [50, 150, 999, 1001, 5000, 200_000])
def test_the_nearest_is_found_however_far_it_is(east):
    lane = moved(HOME, east=east)
    roads = road_network(
        [lane, moved(lane, north=9000), moved(lane, east=9), moved(lane, east=9, north=9)],
        [(2, 3), (0, 1)],
    )
    others = [moved(lane, north=4000, east=-30 * k) for k in range(3)]
    where = places([HOME, *others], "v").geometry
    access = snap(roads, open_to(roads, "walk"), where, 1e6)
    assert access.segment_idx.tolist() == [1, 1, 1, 1]
    assert access.meters[0] == pytest.approx(east, rel=1e-3)
    assert access.meters[3] == pytest.approx(60, rel=1e-3)


def test_places_that_no_map_can_show_have_no_road():
    roads = road_network([HOME, moved(HOME, north=1000)], [(0, 1)])
    access = snap(roads, open_to(roads, "walk"), places([(-165.0, 0.0)], "v").geometry, 500)
    assert access.segment_idx.tolist() == [-1]


def test_no_usable_road_at_all():
    roads = road_network([HOME, moved(HOME, north=10)], [(0, 1)], forward=WALK, backward=WALK)
    access = snap(roads, open_to(roads, "bus"), places([HOME], "v").geometry, 500)
    assert np.isinf(access.meters).all()
    assert access.segment_idx.tolist() == [-1]


def test_no_places_and_no_roads():
    empty = road_network([], [])
    assert len(snap(empty, open_to(empty, "walk"), places([], "v").geometry, 500).meters) == 0
    assert snap(
        empty, open_to(empty, "walk"), places([HOME], "v").geometry, 500
    ).segment_idx.tolist() == [-1]


def test_a_small_piece_is_an_island_even_where_the_main_road_is_near():
    lane = moved(HOME, east=5)
    main = moved(HOME, east=-20)
    roads = road_network(
        [lane, moved(lane, north=50), main, moved(main, north=50), moved(main, north=90)],
        [(0, 1), (2, 3), (3, 4)],
    )
    access = snap(
        roads, open_to(roads, "walk"), places([HOME, moved(main, north=70)], "v").geometry, 500
    )
    assert access.segment_idx.tolist() == [0, 2]
    assert access.is_island.tolist() == [True, False]


def test_one_ways_and_parallel_segments_still_hang_together():
    roads = road_network(
        [HOME, moved(HOME, north=50), moved(HOME, north=99)],
        [(0, 1)] * 256 + [(2, 1)],
        backward=0,
    )
    access = snap(roads, open_to(roads, "walk"), places([moved(HOME, north=80)], "v").geometry, 500)
    assert not access.is_island.any()


def test_ties_go_to_the_first_segment():
    points = [HOME, moved(HOME, north=100), moved(HOME, north=100, east=100)]
    segments = [(1, 2), (1, 0), (0, 1)]
    roads = road_network(points, segments)
    where = places([points[1], HOME], "v").geometry
    access = snap(roads, open_to(roads, "walk"), where, 500)
    assert access.segment_idx.tolist() == [0, 1]
    assert access.along_share.tolist() == [0.0, 1.0]


def test_distances_are_true_two_degrees_off_the_center():
    west, east = (75.5, 34.0), (79.5, 34.0)
    roads = road_network(
        [west, moved(west, north=500), east, moved(east, north=500)], [(0, 1), (2, 3)]
    )
    access = snap(
        roads,
        open_to(roads, "walk"),
        places([moved(east, north=100, east=2000)], "v").geometry,
        3000,
    )
    assert access.meters[0] == pytest.approx(2000, rel=1e-6)


offsets = st.tuples(st.integers(-900, 900), st.integers(-900, 900))


@settings(max_examples=60, deadline=None)
@given(
    points=st.lists(offsets, min_size=2, max_size=12),
    links=st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), min_size=1, max_size=20),
    spots=st.lists(offsets, min_size=1, max_size=12),
    data=st.data(),
)
def test_equals_the_distance_to_every_segment(points, links, spots, data):
    n = len(points)
    segments = [(tail % n, head % n) for tail, head in links]
    bits = st.lists(st.sampled_from([0, WALK, CAR]), min_size=len(links), max_size=len(links))
    roads = road_network(
        [(HOME[0] + x * 1e-5, HOME[1] + y * 1e-5) for x, y in points],
        segments,
        forward=data.draw(bits),
        backward=data.draw(bits),
    )
    where = places([(HOME[0] + x * 1e-5, HOME[1] + y * 1e-5) for x, y in spots], "v").geometry
    access = snap(roads, open_to(roads, "walk"), where, 400)

    plane = local_plane(roads)
    road_xy = plane.to_xy(roads.lon, roads.lat)
    spot_xy = plane.to_xy(where.x.to_numpy(), where.y.to_numpy())
    for i, spot in enumerate(spot_xy):
        distances = [
            shapely.Point(spot).distance(shapely.LineString(road_xy[[tail, head]]))
            if is_walkable
            else np.inf
            for (tail, head), is_walkable in zip(segments, open_to(roads, "walk"), strict=True)
        ]
        nearest = int(np.argmin(distances))
        if np.isinf(distances[nearest]):
            assert np.isinf(access.meters[i])
            continue
        assert access.meters[i] == pytest.approx(distances[nearest], abs=1e-3)
        if distances[nearest] > 400.001:
            assert access.segment_idx[i] == -1
        if access.segment_idx[i] >= 0:
            assert access.segment_idx[i] == nearest
            start, end = road_xy[list(segments[nearest])]
            foot = start + access.along_share[i] * (end - start)
            lon, lat = plane.to_lonlat(foot[None, :])
            _, _, meters = GLOBE.inv(where.x.iloc[i], where.y.iloc[i], lon[0], lat[0])
            assert meters == pytest.approx(access.meters[i], abs=1e-6)
