"""Radii of bends: circles in closed form, however they are drawn, and what is no bend."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.roads import moved, road_network
from layoutplan.core.network import MODE_BIT, RoadNetwork
from layoutplan.network.bends import FAR_METERS, bend_radius_meters

HOME = (105.0, 34.0)


def line(xy: np.ndarray, **settings: int) -> RoadNetwork:
    """Return the road through points so many meters east and north of `HOME`."""
    points = [moved(HOME, east=x, north=y) for x, y in xy]
    return road_network(points, [(i, i + 1) for i in range(len(points) - 1)], **settings)


def arc(radius: float, turn: float, spacing: float, *, straight: float = 60.0) -> np.ndarray:
    """Return a straight road, a left turn by `turn` radians and a straight road."""
    n_before, n_arc = max(round(straight / spacing), 1), max(round(radius * turn / spacing), 1)
    before = np.column_stack([np.linspace(-straight, 0, n_before + 1)[:-1], np.zeros(n_before)])
    angles = np.linspace(0, turn, n_arc + 1)
    bend = radius * np.column_stack([np.sin(angles), 1 - np.cos(angles)])
    on = np.linspace(0, straight, n_before + 1)[1:, None] * [np.cos(turn), np.sin(turn)]
    return np.concatenate([before, bend, bend[-1] + on])


def inside(xy: np.ndarray, margin: float) -> np.ndarray:
    """Return the segments more than `margin` meters along the road away from its ends."""
    meters = np.hypot(*np.diff(xy, axis=0).T)
    middle = np.cumsum(meters) - meters / 2
    return (middle > margin) & (middle < meters.sum() - margin)


@pytest.mark.parametrize("radius", [20.0, 45.0, 120.0])
@pytest.mark.parametrize("spacing", [0.5, 3.0, 10.0, 19.0])
def test_a_circle_has_its_own_radius_however_it_is_drawn(radius, spacing):
    n = max(round(1.5 * radius / spacing), 3)
    angles = np.linspace(0, 2.5, n + 1)
    xy = radius * np.column_stack([np.sin(angles), 1 - np.cos(angles)])
    is_inside = inside(xy, FAR_METERS)
    found = bend_radius_meters(line(xy))[is_inside]
    assert len(found)
    assert found == pytest.approx(radius, rel=0.01 if spacing < 5 else 0.35)


def test_a_straight_road_has_no_bend():
    assert bend_radius_meters(line(np.array([[0, 0], [7, 7], [8, 8], [90, 90]]))).min() > 1e4
    assert np.isinf(bend_radius_meters(line(np.array([[0, 0], [500, 0]])))).all()


@given(st.integers(0, 2**32 - 1), st.sampled_from([4.0, 15.0]))
@settings(max_examples=30)
def test_careless_drawing_is_no_sharp_bend(seed, spacing):
    along = np.arange(0, 300, spacing)
    aside = np.random.default_rng(seed).uniform(-1, 1, len(along))
    xy = np.column_stack([along, aside])
    found = bend_radius_meters(line(xy))
    assert found.min() > 40
    assert found[inside(xy, 2 * FAR_METERS)].min() > 60


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=30)
def test_a_sharp_bend_is_seen_through_careless_drawing(seed):
    xy = arc(15.0, np.pi, 4.0)
    xy = xy + np.random.default_rng(seed).uniform(-1, 1, xy.shape)
    found = bend_radius_meters(line(xy))
    assert 9 < found.min() < 22
    assert (found > 40)[[0, 1, 2, -3, -2, -1]].all()


def test_a_hairpin_is_never_less_than_half_a_turn_over_thirty_meters():
    found = bend_radius_meters(line(arc(4.0, np.pi, 1.0)))
    assert found.min() == pytest.approx(30 / np.pi, rel=0.02)


def test_a_long_straight_segment_is_straight_though_it_ends_at_a_corner():
    found = bend_radius_meters(line(np.array([[-500, 0], [0, 0], [8, 8], [8, 300]])))
    assert np.isinf(found[[0, 2]]).all()
    assert found[1] == pytest.approx(30 / (np.pi / 2), rel=0.05)


def test_a_junction_is_no_bend():
    corner = np.array([[-30, 0], [-10, 0], [0, 0], [0, 10], [0, 30]])
    alone = line(corner)
    assert bend_radius_meters(alone)[1] < 30
    points = [*zip(alone.lon, alone.lat, strict=True), moved(HOME, east=30)]
    segments = [*zip(alone.tail, alone.head, strict=True), (2, 5)]
    assert np.isinf(bend_radius_meters(road_network(points, segments))).all()
    # A footpath makes no junction for a bus, and bends of its own do not matter to one.
    walk = MODE_BIT["walk"]
    modes = [255, 255, 255, 255, walk]
    with_path = road_network(points, segments, forward=modes, backward=modes)
    assert bend_radius_meters(with_path)[:4] == pytest.approx(bend_radius_meters(alone))
    only_path = line(corner, forward=walk, backward=walk)
    assert np.isinf(bend_radius_meters(only_path)).all()


def test_doubled_roads_and_segments_of_no_length_are_no_bends():
    ends = [moved(HOME, east=east) for east in (0, 30, 39)]
    doubled = road_network(ends, [(0, 1), (1, 2), (2, 1)])
    assert bend_radius_meters(doubled).min() > 1e4
    points = [HOME, moved(HOME, east=12), moved(HOME, east=12), moved(HOME, east=24)]
    found = bend_radius_meters(road_network(points, [(0, 1), (1, 2), (2, 3), (3, 3)]))
    assert found[[0, 2]].min() > 1e4


def test_a_ring_of_one_road_ends_the_walk():
    angles = np.linspace(0, 2 * np.pi, 9)[:-1]
    points = [moved(HOME, east=2 * np.cos(a), north=2 * np.sin(a)) for a in angles]
    ring = road_network(points, [(i, (i + 1) % 8) for i in range(8)])
    assert np.isfinite(bend_radius_meters(ring)).all()


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=30)
def test_turning_and_reordering_segments_changes_nothing(seed):
    random = np.random.default_rng(seed)
    xy = np.cumsum(random.normal(8, 6, (40, 2)), axis=0)
    roads = line(xy)
    order = random.permutation(roads.n_segments)
    is_turned = random.random(roads.n_segments) < 0.5
    tail, head = (
        np.where(is_turned, roads.head, roads.tail)[order],
        np.where(is_turned, roads.tail, roads.head)[order],
    )
    other = replace(roads, tail=tail, head=head, meters=roads.meters[order])
    expected = bend_radius_meters(roads)[order]
    assert bend_radius_meters(other) == pytest.approx(expected, rel=1e-6)
