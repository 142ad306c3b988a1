"""Slopes: planes and ramps in closed form, holes, noise, and the trap of the nearest cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.heights import height_grid
from cases.roads import moved, road_network
from layoutplan.core.network import RoadNetwork
from layoutplan.core.relief import HeightGrid, heights_at
from layoutplan.network.slope import (
    MOST_GRADE,
    SMOOTH_METERS,
    cut,
    slopes,
    slopes_kept,
    smoothed,
    walking_time,
)

HOME = (11.55, 50.0)
LENGTH = SMOOTH_METERS / np.sqrt(24)  # of the exponential weights: the same spread as the average
METERS_PER_DEGREE = 111_229.0  # northward at 50 degrees, WGS84


def relief(
    meters: Callable[[np.ndarray], np.ndarray], *, step: float = 1 / 1200
) -> tuple[HeightGrid]:
    """Return the ground whose height depends on how many meters north of `HOME` a point lies."""

    def ground(lon, lat):
        return meters((lat - HOME[1]) * METERS_PER_DEGREE) + 0 * lon

    return (height_grid(ground, west=11.5, south=49.9, east=11.6, north=50.1, step=step),)


def northward(*meters: float) -> RoadNetwork:
    """Return a road with a point so many meters north of `HOME` each."""
    points = [moved(HOME, north=each) for each in meters]
    return road_network(points, [(i, i + 1) for i in range(len(points) - 1)])


def test_tobler_s_function():
    kmh = {0.0: 5.04, -0.05: 6.0, 0.05: 4.23, 0.1: 3.55, -0.1: 5.04, 0.3: 1.76}
    grades = np.array(list(kmh))
    assert 6 * np.exp(-3.5 * 0.05) / walking_time(grades) == pytest.approx(
        list(kmh.values()), abs=0.006
    )
    assert walking_time(np.array([0.0])).tolist() == [1.0]


@pytest.mark.parametrize("grade", [-0.12, -0.05, 0.0, 0.07, 0.25])
def test_a_ramp_has_its_own_grade_everywhere(grade):
    roads = northward(*range(-3000, 3001, 60))
    found = slopes(roads, relief(lambda y: 500 + grade * y))
    inner = slice(10, -10)  # a road that ends is drawn level there
    assert found.grade[inner] == pytest.approx(abs(grade), abs=1e-4)
    up, down = walking_time(np.array([grade, -grade]))
    assert found.walk_forward[inner] == pytest.approx(up, rel=5e-4)
    assert found.walk_backward[inner] == pytest.approx(down, rel=5e-4)


def test_without_heights_all_roads_are_level():
    for ground in ((), relief(lambda y: 500 + 0 * y), relief(lambda y: np.nan * y)):
        found = slopes(northward(0, 100, 2000), ground)
        assert found.grade == pytest.approx(0, abs=1e-9)
        assert found.walk_forward == pytest.approx(1, abs=1e-9)
        assert found.walk_backward == pytest.approx(1, abs=1e-9)


def test_long_segments_are_cut():
    roads = northward(0, 49, 1000)
    profile = cut(roads)
    assert profile.segment_idx.tolist() == [0] + [1] * 20
    assert profile.meters.max() <= 50
    assert np.bincount(profile.segment_idx, profile.meters) == pytest.approx(roads.meters)
    assert profile.tail.tolist() == [0, 1, *range(3, 22)]
    assert profile.head.tolist() == [1, *range(3, 22), 2]
    assert np.diff(profile.lat[profile.tail[1:]]) == pytest.approx(
        (roads.lat[2] - roads.lat[1]) / 20
    )


def test_a_hill_within_one_segment_is_climbed():
    over = slopes(northward(0, 2000), relief(lambda y: 0.15 * (1000 - np.abs(y - 1000))))
    assert over.grade[0] == pytest.approx(0.15, abs=1e-3)
    both = walking_time(np.array([0.15, -0.15])).mean()
    # The top and the ends are rounded off.
    assert over.walk_forward[0] == pytest.approx(both, rel=0.03)
    assert over.walk_backward[0] == pytest.approx(both, rel=0.03)


def test_uphill_is_slower_than_downhill():
    found = slopes(northward(0, 500), relief(lambda y: 0.1 * y))
    assert found.walk_forward[0] > 1.3
    assert found.walk_backward[0] < 1.01


def test_the_steepest_grade_is_that_of_stairs():
    found = slopes(northward(*range(0, 1000, 20)), relief(lambda y: np.where(y < 500, 0, 300)))
    assert found.grade.max() == MOST_GRADE
    assert found.walk_forward.max() == pytest.approx(walking_time(np.array([MOST_GRADE]))[0])


def test_a_step_is_smoothed_as_by_exponential_weights():
    at = np.arange(-400.0, 401.0, 2.0)
    profile = cut(northward(*at))
    step = np.where(at < 0, 0.0, 10.0)
    step[at == 0] = 5.0
    expected = np.where(
        at < 0, 5 * np.exp(-np.abs(at) / LENGTH), 10 - 5 * np.exp(-np.abs(at) / LENGTH)
    )
    assert smoothed(profile, step) == pytest.approx(expected, abs=0.02)


def test_the_weights_reach_as_far_as_the_plain_average():
    at = np.arange(-400.0, 401.0, 1.0)
    weights = smoothed(cut(northward(*at)), (at == 0).astype(float))
    assert weights.sum() == pytest.approx(1, abs=1e-6)
    assert np.sqrt((weights * at**2).sum()) == pytest.approx(SMOOTH_METERS / np.sqrt(12), rel=1e-3)


@given(st.lists(st.floats(0.3, 90), min_size=80, max_size=80))
@settings(max_examples=20)
def test_irregular_points_do_not_matter(gaps):
    at = np.concatenate([[0.0], np.cumsum(gaps)])
    found = slopes(northward(*(at - at.mean())), relief(lambda y: 300 + 0.1 * y))
    inside = (at[:-1] > 150) & (at[1:] < at[-1] - 150)
    assert found.grade[inside] == pytest.approx(0.1, abs=2e-3)


def test_a_hole_is_crossed_evenly():
    def holed(y):
        return np.where(np.abs(y) < 600, np.nan, 200 + 0.1 * y + np.where(y > 0, 40, 0))

    roads = northward(*range(-2000, 2001, 50))
    found = slopes(roads, relief(holed))
    in_hole = np.abs(np.arange(-1975, 2000, 50)) < 500
    assert np.ptp(found.grade[in_hole]) < 1e-6
    assert 0.1 < found.grade[in_hole][0] < 0.16
    assert found.grade.max() < 0.16


def test_a_road_into_a_hole_stays_at_the_last_height():
    roads = northward(*range(-2000, 1, 50))
    found = slopes(roads, relief(lambda y: np.where(y > -1000, np.nan, 0.1 * y)))
    assert found.grade[-15:] == pytest.approx(0, abs=1e-9)
    assert found.grade[5:12] == pytest.approx(0.1, abs=1e-3)


def test_a_part_without_heights_is_level_and_leaves_the_others_alone():
    here = northward(*range(0, 2001, 50))
    far = [moved((100.0, 30.0), north=each) for each in (0, 500, 1000)]
    n = here.n_points
    both = road_network(
        [*zip(here.lon, here.lat, strict=True), *far],
        [*zip(here.tail, here.head, strict=True), (n, n + 1), (n + 1, n + 2)],
    )
    ground = relief(lambda y: 0.1 * y)
    alone, together = slopes(here, ground), slopes(both, ground)
    assert together.walk_forward[:-2] == pytest.approx(alone.walk_forward)
    assert together.grade[-2:] == pytest.approx([0, 0], abs=1e-12)


def test_segments_of_no_length_and_doubled_segments_do_no_harm():
    points = [HOME, HOME, moved(HOME, north=300), moved(HOME, north=600)]
    roads = road_network(points, [(0, 1), (1, 2), (2, 1), (2, 3), (3, 3), (0, 0)])
    found = slopes(roads, relief(lambda y: 0.1 * y))
    for values in (found.grade, found.walk_forward, found.walk_backward):
        assert np.isfinite(values).all()
    assert found.grade[[0, 4, 5]] == pytest.approx(0, abs=0.01)
    assert found.walk_forward[1] == pytest.approx(found.walk_backward[2])


def bumpy(seed: int) -> tuple[HeightGrid, ...]:
    noise = np.random.default_rng(seed).normal(0, 30, (241, 121))
    grid = relief(lambda y: 0 * y)[0]
    return (replace(grid, meters=noise.astype(np.float32)),)


def winding(seed: int, n_points: int = 60) -> RoadNetwork:
    """Return points here and there with roads between them, some crossing each other."""
    random = np.random.default_rng(seed)
    points = [
        moved(HOME, north=north, east=east)
        for north, east in random.uniform(-900, 900, (n_points, 2))
    ]
    ends = random.integers(0, n_points, (2 * n_points, 2))
    return road_network(points, [tuple(pair) for pair in ends if pair[0] != pair[1]])


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20)
def test_turning_segments_round_swaps_the_directions(seed):
    roads, ground = winding(seed), bumpy(seed)
    found = slopes(roads, ground)
    turned = slopes(replace(roads, tail=roads.head, head=roads.tail), ground)
    assert turned.walk_forward == pytest.approx(found.walk_backward, rel=1e-6)
    assert turned.walk_backward == pytest.approx(found.walk_forward, rel=1e-6)
    assert turned.grade == pytest.approx(found.grade, abs=1e-6)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20)
def test_the_order_of_points_and_segments_changes_nothing(seed):
    roads, ground = winding(seed), bumpy(seed)
    random = np.random.default_rng(seed)
    place, order = random.permutation(roads.n_points), random.permutation(roads.n_segments)
    number = np.argsort(place)
    shuffled = road_network(
        list(zip(roads.lon[place], roads.lat[place], strict=True)),
        list(zip(number[roads.tail[order]], number[roads.head[order]], strict=True)),
    )
    expected = slopes(roads, ground).walk_forward[order]
    assert slopes(shuffled, ground).walk_forward == pytest.approx(expected, rel=1e-6)


def test_the_nearest_cell_ruins_the_function_and_this_does_not():
    """Heights of a real grid are whole meters 90 m apart; roads have a point every few meters."""
    slope = 0.12
    ground = relief(lambda y: np.rint(500 + slope * y))
    roads = northward(*range(-1500, 1501, 5))
    (grid,) = ground
    row = np.rint((roads.lat - grid.y) / grid.step_y).astype(int)
    nearest = grid.meters[row, 60].astype(float)
    naive = walking_time(np.diff(nearest) / roads.meters)
    assert naive.max() > 100
    assert naive.mean() > 10
    found = slopes(roads, ground)
    assert found.walk_forward.max() < 1.7
    assert found.walk_forward.mean() == pytest.approx(walking_time(np.array([slope]))[0], rel=0.02)


def test_slopes_are_kept_for_the_same_roads_on_the_same_ground(tmp_path, monkeypatch):
    monkeypatch.setenv("LAYOUTPLAN_CACHE", str(tmp_path))
    roads, ground = winding(7), bumpy(7)
    fresh, is_reused = slopes_kept(roads, ground)
    assert not is_reused
    kept, is_reused = slopes_kept(roads, ground)
    assert is_reused
    for name, values in vars(fresh).items():
        assert getattr(kept, name).tolist() == values.tolist()
    others = (
        (winding(8), ground),
        (roads, bumpy(8)),
        (roads, (replace(ground[0], x=11.5001),)),
        (roads, ()),
    )
    assert not any(slopes_kept(*other)[1] for other in others)


def test_heights_do_not_jump_from_tile_to_tile():
    roads = northward(*range(-300, 301, 20))
    whole = relief(lambda y: 0.1 * y)
    (grid,) = whole
    seam = int(np.rint((grid.y - HOME[1]) / -grid.step_y))
    north = replace(grid, meters=grid.meters[: seam + 1])
    south = replace(grid, meters=grid.meters[seam:], y=HOME[1])
    assert np.isfinite(heights_at((north, south), roads.lon, roads.lat)).all()
    in_tiles = slopes(roads, (north, south))
    assert in_tiles.walk_forward == pytest.approx(slopes(roads, whole).walk_forward, rel=1e-6)
