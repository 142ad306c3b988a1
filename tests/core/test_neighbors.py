"""Which villages are neighbors."""

from __future__ import annotations

import geopandas as gpd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from shapely.geometry import Point

from layoutplan.core.neighbors import neighbors
from layoutplan.core.schema import LONLAT


def among(*points: tuple[float, float]) -> set[tuple[int, int]]:
    return {(a, b) for a, b in neighbors(gpd.GeoSeries(map(Point, points), crs=LONLAT)) if a < b}


def test_four_corners_and_their_middle():
    found = among((0, 0), (1, 0), (0, 1), (1, 1), (0.5, 0.5))
    assert found == {(0, 1), (0, 2), (0, 4), (1, 3), (1, 4), (2, 3), (2, 4), (3, 4)}


@pytest.mark.parametrize("n", [0, 1, 2])
def test_few_places(n):
    assert among(*[(105.0 + k, 34.0) for k in range(n)]) == ({(0, 1)} if n == 2 else set())


def test_places_on_a_line_are_neighbors_of_the_next_only():
    assert among((0, 0), (2, 2), (1, 1)) == {(0, 2), (1, 2)}


def test_places_on_one_spot_are_neighbors():
    assert (0, 2) in among((0, 0), (1, 0), (0, 0), (1, 1))


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=12))
def test_everybody_is_reached_from_neighbor_to_neighbor(cells):
    points = [(105 + 0.01 * x, 34 + 0.01 * y) for x, y in cells]
    pairs = neighbors(gpd.GeoSeries(map(Point, points), crs=LONLAT))
    assert {(a, b) for a, b in pairs} == {(b, a) for a, b in pairs}
    links = coo_matrix(([1] * len(pairs), tuple(pairs.T)), shape=(len(cells), len(cells)))
    assert connected_components(links, directed=False)[0] == 1
