"""Straight ways: as the ellipsoid has them, and not more of them than asked for."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from pyproj import Geod

from layoutplan.demand.straight import straight_ways


def places(n_places: int, seed: int) -> gpd.GeoDataFrame:
    random = np.random.default_rng(seed)
    lon, lat = random.uniform(70.0, 140.0, n_places), random.uniform(-10.0, 85.0, n_places)
    return gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs="EPSG:4326")


@pytest.mark.parametrize("reach", [0, 300_000, 3_000_000, None])
def test_all_ways_within_reach_are_found(reach: int | None) -> None:
    villages, schools = places(40, 1), places(30, 2)
    is_village, is_school = np.arange(40) % 3 > 0, np.arange(30) % 2 > 0
    found = straight_ways(villages, schools)("primary", is_village, is_school, reach)
    start, end = villages.geometry, schools.geometry
    rows, columns = (index.ravel() for index in np.indices((40, 30)))
    meters = Geod(ellps="WGS84").inv(
        start.x.iloc[rows], start.y.iloc[rows], end.x.iloc[columns], end.y.iloc[columns]
    )[2]
    whole = np.rint(meters).astype(np.int64)
    is_asked = is_village[rows] & is_school[columns]
    if reach is not None:
        is_asked &= whole <= reach
    wanted = dict(
        zip(zip(rows[is_asked], columns[is_asked], strict=True), whole[is_asked], strict=True)
    )
    pairs = zip(found.village_idx, found.school_idx, strict=True)
    answer = dict(zip(pairs, found.milliseconds, strict=True))
    assert wanted.items() <= answer.items()
    assert all(is_village[v] and is_school[s] for v, s in answer)
    if reach is not None:
        assert max(answer.values(), default=0) <= 1.05 * reach + 10
