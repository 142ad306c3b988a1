"""GCJ-02 and BD-09: published vectors, round trips, and nothing outside China."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layoutplan.load.coordinates import (
    bd09_from_wgs84,
    gcj02_from_wgs84,
    in_china,
    wgs84_from_bd09,
    wgs84_from_gcj02,
)

# lat, lon in WGS84 and in GCJ-02, as published with github.com/googollee/eviltransform.
PUBLISHED_GCJ02 = np.array(
    [
        (31.1774276, 121.5272106, 31.17530398364597, 121.531541859215),
        (22.543847, 113.912316, 22.540796131694766, 113.9171764808363),
        (39.911954, 116.377817, 39.91334545536069, 116.38404722455657),
    ]
)
# GCJ-02 116.404, 39.915 in BD-09, as published with github.com/wandergis/coordtransform.
PUBLISHED_BD09 = (116.41036949371029, 39.92133699351021)

# Well inside China: at the edge of the box a shifted point may leave it.
LON = st.floats(min_value=75.0, max_value=134.0)
LAT = st.floats(min_value=4.0, max_value=53.0)


def test_gcj02_is_the_published_one() -> None:
    lon, lat = gcj02_from_wgs84(PUBLISHED_GCJ02[:, 1], PUBLISHED_GCJ02[:, 0])
    np.testing.assert_allclose(lon, PUBLISHED_GCJ02[:, 3], rtol=0, atol=1e-12)
    np.testing.assert_allclose(lat, PUBLISHED_GCJ02[:, 2], rtol=0, atol=1e-12)


def test_bd09_is_the_published_one() -> None:
    wgs = wgs84_from_gcj02(np.array([116.404]), np.array([39.915]))
    lon, lat = bd09_from_wgs84(*wgs)
    np.testing.assert_allclose((lon[0], lat[0]), PUBLISHED_BD09, rtol=0, atol=1e-8)


@settings(deadline=None)
@given(lon=LON, lat=LAT)
def test_there_and_back_is_the_same_point(lon: float, lat: float) -> None:
    here = np.array([lon]), np.array([lat])
    for there, back in ((gcj02_from_wgs84, wgs84_from_gcj02), (bd09_from_wgs84, wgs84_from_bd09)):
        moved = there(*here)
        assert np.hypot(moved[0] - lon, moved[1] - lat)[0] > 1e-5
        np.testing.assert_allclose(np.array(back(*moved)), np.array(here), rtol=0, atol=1e-7)


@pytest.mark.parametrize(
    "change", [gcj02_from_wgs84, wgs84_from_gcj02, bd09_from_wgs84, wgs84_from_bd09]
)
def test_outside_china_nothing_moves(change) -> None:
    lon, lat = np.array([3.9, -118.0, 151.2]), np.array([6.8, 36.9, -33.9])
    assert not in_china(lon, lat).any()
    np.testing.assert_array_equal(change(lon, lat), (lon, lat))
