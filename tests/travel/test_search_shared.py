"""Real roads: snapping equals a map drawn around each place, the search equals networkx."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from pyproj import Transformer

from cases.travel_graphs import by_networkx
from layoutplan.core.network import Approaches, RoadNetwork, TravelGraph
from layoutplan.core.schema import LONLAT
from layoutplan.core.speeds import RoadSpeeds, Traveler
from layoutplan.core.travel_times import UNREACHED_MS, Pairs
from layoutplan.load.roads import read_roads
from layoutplan.load.sources import RoadSource
from layoutplan.network.approaches import approaches
from layoutplan.network.direct import direct_walks
from layoutplan.network.graph import road_graph
from layoutplan.network.snap import snap
from layoutplan.network.speeds import segment_times
from layoutplan.travel.contract import contract
from layoutplan.travel.search import many_to_many, nearest_ms

SHARED = Path(__file__).resolve().parents[2] / "../shared"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SHARED.is_dir(), reason="no folder `shared` beside the checkout"),
]
ROADS = {
    "liechtenstein": "data/liechtenstein_osm/liechtenstein-latest.osm.pbf",
    "andorra": "data/andorra_osm_dem/andorra.osm.pbf",
    "bayreuth": "data/bayreuth_osm_dem/north-bayreuth.osm.gz",
}
WALKING_KMH = 4.5
HOUR_MS = 60 * 60_000


class Region(NamedTuple):
    roads: RoadNetwork
    villages: gpd.GeoDataFrame
    schools: gpd.GeoDataFrame
    max_snap_meters: float


@cache
def region(name: str) -> Region:
    if name in ROADS:
        path = SHARED / ROADS[name]
        source = RoadSource(path, path.name, 500.0)
        tables = (path.parent / "derived" / "places.csv", path.parent / "derived" / "schools.csv")
    else:
        folder = SHARED / "cases" / name
        setting = tomllib.loads((folder / "case.toml").read_text("utf-8"))["roads"]
        path = folder / setting.pop("path")
        setting.pop("speeds", None)
        source = RoadSource(path, path.name, **setting)
        tables = (folder / "villages.csv", folder / "schools.csv")
    roads, *_ = read_roads(source)
    return Region(roads, *(read_points(table) for table in tables), source.max_snap_meters)


def read_points(path: Path) -> gpd.GeoDataFrame:
    table = pd.read_csv(path)
    points = gpd.points_from_xy(table["lon"], table["lat"])
    return gpd.GeoDataFrame(index=table.index.astype(str), geometry=points, crs=LONLAT)


@cache
def journeys(name: str, mode: str) -> tuple[TravelGraph, Approaches]:
    roads, villages, schools, max_snap_meters = region(name)
    times = segment_times(roads, Traveler(mode, WALKING_KMH), RoadSpeeds())
    is_usable = np.minimum(times.forward_ms, times.backward_ms) < UNREACHED_MS
    access = [
        snap(roads, is_usable, table.geometry, max_snap_meters) for table in (villages, schools)
    ]
    walks = direct_walks(
        roads,
        villages,
        schools,
        *access,
        max_snap_meters=max_snap_meters,
        walking_kmh=WALKING_KMH,
    )
    return road_graph(roads, times), approaches(roads, times, *access, walks, WALKING_KMH)


def every_nth_school(places: Approaches, n: int) -> Approaches:
    """Return the same places with the ways to every nth school alone."""
    is_kept = places.school_idx % n == 0
    return Approaches(
        places.n_villages,
        places.n_schools,
        places.village_idx,
        places.village_node,
        places.village_ms,
        places.school_idx[is_kept],
        places.school_node[is_kept],
        places.school_ms[is_kept],
        places.direct.where(places.direct.school_idx % n == 0),
    )


@pytest.mark.parametrize(
    ("name", "mode", "every", "limit_ms"),
    [
        ("liechtenstein", "car", 1, None),
        ("liechtenstein", "walk", 3, HOUR_MS // 2),
        ("andorra", "car", 1, None),
        ("andorra", "walk", 1, HOUR_MS),
        ("bayreuth", "car", 1, None),
        ("bayreuth", "walk", 1, None),
        ("ladakh", "car", 60, 3 * HOUR_MS // 4),
        ("ladakh", "walk", 20, HOUR_MS),
        ("ijebu_ode", "walk", 20, None),
    ],
)
def test_times_equal_networkx_cell_by_cell(name, mode, every, limit_ms):
    graph, places = journeys(name, mode)
    places = every_nth_school(places, every)
    hierarchy = contract(graph)
    pairs = many_to_many(hierarchy, places, limit_ms=limit_ms)
    expected = by_networkx(graph, places, limit_ms)
    village_idx, school_idx = np.array(sorted(expected), dtype=np.int32).T
    ms = np.array([expected[pair] for pair in sorted(expected)])
    assert pairs.equals(Pairs(village_idx, school_idx, ms))
    assert len(pairs) > 0

    least = np.full(places.n_villages, UNREACHED_MS)
    np.minimum.at(least, village_idx, ms)
    nearest = nearest_ms(hierarchy, places)
    if limit_ms is not None:
        nearest[nearest > limit_ms] = UNREACHED_MS
    np.testing.assert_array_equal(nearest, least)


@pytest.mark.parametrize("name", ["liechtenstein", "ijebu_ode", "ladakh"])
def test_snapping_equals_a_map_drawn_around_each_place(name):
    roads, villages, _, max_snap_meters = region(name)
    some = villages.geometry.iloc[:: max(1, len(villages) // 12)]
    times = segment_times(roads, Traveler("bus", WALKING_KMH), RoadSpeeds())
    usable = np.minimum(times.forward_ms, times.backward_ms) < UNREACHED_MS
    access = snap(roads, usable, some, max_snap_meters)
    tail, head = roads.tail[usable], roads.head[usable]
    for place, meters in zip(some, access.meters, strict=True):
        around = f"+proj=aeqd +lon_0={place.x} +lat_0={place.y} +ellps=WGS84"
        drawn = Transformer.from_crs(LONLAT, around, always_xy=True)
        xy = np.column_stack(drawn.transform(roads.lon, roads.lat))
        along = xy[head] - xy[tail]
        square = np.maximum((along**2).sum(axis=1), 1e-12)
        share = np.clip(-(xy[tail] * along).sum(axis=1) / square, 0.0, 1.0)
        nearest = np.hypot(*(xy[tail] + share[:, None] * along).T).min()
        assert meters == pytest.approx(nearest, rel=1e-4, abs=2e-3)
