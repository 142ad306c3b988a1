"""Joining lines that were drawn apart, on a plane in meters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from shapely.geometry import LineString, Point

from layoutplan.load.joining import JoinedLines, join_lines

SHARED = Path(__file__).resolve().parents[2] / "../shared"


def join(*shapes: LineString, **settings: Any) -> JoinedLines:
    lines = np.array(shapes, dtype=object)
    corners = shapely.get_coordinates(lines)
    _, point = np.unique(corners, axis=0, return_inverse=True)
    return join_lines(lines, point.ravel(), **settings)


def n_pieces(joined: JoinedLines) -> int:
    points, ends = np.unique(np.concatenate([joined.tail, joined.head]), return_inverse=True)
    tail, head = ends.reshape(2, -1)
    links = coo_array((np.ones(len(tail)), (tail, head)), shape=(len(points),) * 2)
    return int(connected_components(links, directed=False)[0])


MAIN = LineString([(0, 0), (100, 0)])


def test_an_end_is_joined_to_the_middle_of_a_line() -> None:
    side = LineString([(40, 8), (40, 50)])
    joined = join(MAIN, side, gap_meters=10)
    assert n_pieces(joined) == 1
    assert joined.gap_meters.tolist() == [8.0]
    assert joined.new_xy.tolist() == [[40.0, 0.0]]
    assert joined.line[joined.is_connector].tolist() == [1]
    assert n_pieces(join(MAIN, side, gap_meters=7.9)) == 2


def test_an_end_is_joined_to_an_end() -> None:
    joined = join(MAIN, LineString([(106, 0), (200, 0)]), gap_meters=10)
    assert n_pieces(joined) == 1
    assert joined.gap_meters.tolist() == [6.0], "once, though each end is near the other"
    assert len(joined.new_xy) == 0


def test_an_end_is_joined_to_every_line_within_the_gap() -> None:
    joined = join(
        MAIN, LineString([(50, 3), (50, 90)]), LineString([(0, 8), (45, 8)]), gap_meters=10
    )
    assert n_pieces(joined) == 1
    assert sorted(joined.gap_meters) == pytest.approx([3.0, 5.0, 50**0.5, 8.0, 8.0])


def test_lines_that_meet_already_are_not_joined_again() -> None:
    joined = join(MAIN, LineString([(100, 0), (100, 80)]), gap_meters=30)
    assert not joined.is_connector.any()


def test_an_end_just_beyond_a_junction_is_not_joined_again() -> None:
    main = LineString([(0, 0), (95, 0), (100, 0)])
    side = LineString([(95, 0), (95, 80)])
    assert not join(main, side, gap_meters=10).is_connector.any()
    overshot = join(MAIN, LineString([(50, -3), (50, 80)]), gap_meters=10, node_crossings=True)
    assert not overshot.is_connector.any()


def test_a_ring_is_not_joined_to_itself() -> None:
    ring = LineString([(0, 0), (50, 0), (50, 50), (0, 3)])
    assert not join(ring, gap_meters=10).is_connector.any()


def test_crossing_lines_get_a_common_point_only_if_asked() -> None:
    over = LineString([(50, -40), (50, 40)])
    apart = join(MAIN, over)
    assert (n_pieces(apart), apart.n_crossings, len(apart.new_xy)) == (2, 1, 0)
    together = join(MAIN, over, node_crossings=True)
    assert (n_pieces(together), together.n_crossings, len(together.tail)) == (1, 1, 4)
    assert not together.is_connector.any()


def test_a_line_that_ends_on_another_is_joined_with_the_crossings() -> None:
    side = LineString([(30, 0.004), (30, 50)])
    joined = join(MAIN, side, node_crossings=True)
    assert (n_pieces(joined), joined.n_crossings, len(joined.gap_meters)) == (1, 1, 0)
    assert n_pieces(join(MAIN, side)) == 2


def test_crossing_at_a_vertex_of_one_line_takes_that_vertex() -> None:
    bent = LineString([(0, 0), (50, 0), (100, 0)])
    joined = join(bent, LineString([(50, -40), (50, 40)]), node_crossings=True)
    assert (n_pieces(joined), joined.n_crossings) == (1, 1)
    assert len(joined.tail) == 4


def test_lines_that_run_together_for_a_while_meet_where_they_part() -> None:
    joined = join(MAIN, LineString([(20, 0), (60, 0), (60, 40)]), node_crossings=True)
    assert (n_pieces(joined), joined.n_crossings) == (1, 2)


def test_no_lines_at_all() -> None:
    joined = join_lines(np.empty(0, object), np.empty(0, np.int64), gap_meters=5)
    assert len(joined.tail) == 0


coordinates = st.integers(min_value=0, max_value=60).map(float)
corners = st.lists(st.tuples(coordinates, coordinates), min_size=2, max_size=4, unique=True)


@settings(deadline=None, max_examples=50)
@given(drawn=st.lists(corners, min_size=1, max_size=6), gap=st.sampled_from([1.0, 5.0, 20.0]))
def test_joined_pieces_are_those_of_brute_force(
    drawn: list[list[tuple[float, float]]], gap: float
) -> None:
    lines = [LineString(points) for points in drawn]
    joined = join(*lines, gap_meters=gap, node_crossings=True)
    near = np.zeros((len(lines), len(lines)))
    for one, line in enumerate(lines):
        for other, second in enumerate(lines):
            ends = [Point(line.coords[0]), Point(line.coords[-1])]
            is_near = min(end.distance(second) for end in ends) <= gap
            near[one, other] = is_near or line.intersects(second)
    assert n_pieces(joined) == connected_components(near, directed=False)[0]


@settings(deadline=None, max_examples=50)
@given(drawn=st.lists(corners, min_size=1, max_size=6))
def test_joining_changes_no_length(drawn: list[list[tuple[float, float]]]) -> None:
    lines = [LineString(points) for points in drawn]
    joined = join(*lines, gap_meters=5.0, node_crossings=True)
    given_xy = np.unique(shapely.get_coordinates(lines), axis=0)
    xy = np.concatenate([given_xy, joined.new_xy])
    meters = np.hypot(*(xy[joined.tail] - xy[joined.head]).T)
    by_line = np.bincount(joined.line, meters * ~joined.is_connector, minlength=len(lines))
    assert by_line == pytest.approx([line.length for line in lines], abs=0.05)
    assert meters[joined.is_connector] == pytest.approx(
        joined.gap_meters[: joined.is_connector.sum()], abs=0.05
    )
