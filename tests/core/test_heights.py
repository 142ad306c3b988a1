"""Heights between the points of a grid."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from cases.heights import height_grid
from layoutplan.core.relief import heights_at
from layoutplan.core.schema import LONLAT

SLOPES = st.floats(-1000, 1000)


@given(SLOPES, SLOPES, st.integers(0, 2**32 - 1))
def test_a_plane_is_met_exactly(eastward, northward, seed):
    def plane(lon, lat):
        return 500 + eastward * (lon - 11) + northward * (lat - 49)

    grid = height_grid(plane, west=11.0, south=49.0, east=11.1, north=49.1, step=0.01)
    lon, lat = np.random.default_rng(seed).uniform([[11.0], [49.0]], [[11.1], [49.1]], (2, 50))
    assert heights_at([grid], lon, lat) == pytest.approx(plane(lon, lat), abs=1e-3)


def test_a_plane_on_a_map_in_meters_is_met_exactly():
    utm = "EPSG:32631"
    grid = height_grid(
        lambda x, y: (x - 370_000) * 0.1 + (y - 4_700_000) * 0.02,
        west=370_000,
        south=4_700_000,
        east=375_000,
        north=4_705_000,
        step=30,
        crs=utm,
    )
    x, y = np.random.default_rng(1).uniform(1, 4_900, (2, 50))
    lon, lat = Transformer.from_crs(utm, LONLAT, always_xy=True).transform(
        370_000 + x, 4_700_000 + y
    )
    assert heights_at([grid], lon, lat) == pytest.approx(0.1 * x + 0.02 * y, abs=1e-3)


def test_rows_may_run_north():
    grid = height_grid(
        lambda lon, lat: 100 * lat + 0 * lon, west=0, south=0, east=2, north=3, step=1
    )
    turned = replace(grid, y=0.0, step_y=1.0, meters=grid.meters[::-1])
    lon, lat = np.array([0.3, 2.0]), np.array([0.25, 3.0])
    assert heights_at([turned], lon, lat).tolist() == heights_at([grid], lon, lat).tolist()
    assert heights_at([grid], lon, lat).tolist() == [25, 300]


def test_heights_are_known_on_the_edge_and_unknown_beyond():
    grid = height_grid(lambda lon, lat: lon + lat, west=0, south=0, east=2, north=2, step=1)
    lon, lat = np.array([0, 2, 2.001, -0.001, 1]), np.array([0, 2, 1, 1, 2.001])
    known = heights_at([grid], lon, lat)
    assert known[:2].tolist() == [0, 4]
    assert np.isnan(known[2:]).all()


def test_a_void_is_not_averaged_and_costs_only_the_cells_that_it_touches():
    grid = height_grid(lambda lon, lat: lon + lat, west=0, south=0, east=3, north=3, step=1)
    meters = grid.meters.copy()
    meters[1, 1] = np.nan  # at (1, 2)
    lon, lat = np.array([0.5, 1.5, 2.0, 2.5, 1.0]), np.array([2.5, 1.5, 2.0, 0.5, 2.0])
    known = heights_at([replace(grid, meters=meters)], lon, lat)
    assert np.isnan(known).tolist() == [True, True, False, False, True]
    assert known[[2, 3]].tolist() == [4, 3]


def test_the_first_grid_that_knows_a_height_has_it():
    low = height_grid(lambda lon, lat: 0 * (lon + lat), west=0, south=0, east=1, north=1, step=1)
    high = height_grid(
        lambda lon, lat: 9 + 0 * (lon + lat), west=0, south=0, east=2, north=1, step=1
    )
    lon, lat = np.array([0.5, 1.5, 5.0]), np.array([0.5, 0.5, 0.5])
    assert heights_at([low, high], lon, lat)[:2].tolist() == [0, 9]
    assert np.isnan(heights_at([low, high], lon, lat)[2])


def test_a_single_row_has_heights_on_its_line():
    grid = height_grid(
        lambda lon, lat: 10 * lon + 0 * lat, west=0, south=1, east=2, north=1, step=1
    )
    assert heights_at([grid], np.array([1.5]), np.array([1.0])).tolist() == [15]
