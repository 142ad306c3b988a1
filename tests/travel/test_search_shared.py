"""Real roads: snapping equals a map drawn around each place, the search equals networkx."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from pyproj import Transformer

from layoutplan.core.network import RoadNetwork, TravelGraph
from layoutplan.core.schema import LONLAT
from layoutplan.load.roads import read_roads
from layoutplan.load.sources import RoadSource
from layoutplan.network.graph import build_graph
from layoutplan.network.snap import is_usable, snap
from layoutplan.travel.search import many_to_many

SHARED = Path(__file__).resolve().parents[2] / "../shared"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SHARED.is_dir(), reason="no folder `shared` beside the checkout"),
]


class Region(NamedTuple):
    roads: RoadNetwork
    villages: gpd.GeoDataFrame
    schools: gpd.GeoDataFrame
    max_snap_meters: float


@cache
def region(name: str) -> Region:
    if name == "liechtenstein":
        folder = SHARED / "data" / "liechtenstein_osm"
        source = RoadSource(folder / "liechtenstein-latest.osm.pbf", "roads", 500.0)
        tables = (folder / "derived" / "places.csv", folder / "derived" / "schools.csv")
    else:
        folder = SHARED / "cases" / name
        setting = tomllib.loads((folder / "case.toml").read_text("utf-8"))["roads"]
        path = folder / setting.pop("path")
        source = RoadSource(path, path.name, **setting)
        tables = (folder / "villages.csv", folder / "schools.csv")
    roads, _, _ = read_roads(source)
    return Region(roads, *(read_points(table) for table in tables), source.max_snap_meters)


def read_points(path: Path) -> gpd.GeoDataFrame:
    table = pd.read_csv(path)
    points = gpd.points_from_xy(table["lon"], table["lat"])
    return gpd.GeoDataFrame(index=table.index.astype(str), geometry=points, crs=LONLAT)


def reversed_arcs(graph: TravelGraph) -> nx.DiGraph:
    arcs = pd.DataFrame({"tail": graph.tail, "head": graph.head, "ms": graph.milliseconds})
    fastest = arcs.groupby(["head", "tail"], as_index=False)["ms"].min()
    return nx.from_pandas_edgelist(fastest, "head", "tail", "ms", create_using=nx.DiGraph)


@pytest.mark.parametrize(
    ("name", "mode", "every", "limit_ms"),
    [
        ("liechtenstein", "car", 2, None),
        ("liechtenstein", "walk", 5, None),
        ("ijebu_ode", "walk", 10, None),
        ("ladakh", "bus", 120, 45 * 60_000),
    ],
)
def test_times_equal_networkx_cell_by_cell(name, mode, every, limit_ms):
    roads, villages, schools, max_snap_meters = region(name)
    graph, _, _ = build_graph(roads, mode, villages, schools, max_snap_meters=max_snap_meters)
    pairs = many_to_many(graph, limit_ms=limit_ms)
    assert len(pairs) > 0
    found = np.full((len(villages), len(schools)), -1, dtype=np.int64)
    found[pairs.village_idx, pairs.school_idx] = pairs.milliseconds
    other = reversed_arcs(graph)
    for j in range(0, len(schools), every):
        node = int(graph.school_node[j])
        reached = (
            nx.single_source_dijkstra_path_length(other, node, cutoff=limit_ms, weight="ms")
            if node in other
            else {}
        )
        assert found[:, j].tolist() == [reached.get(i, -1) for i in graph.village_node.tolist()]


@pytest.mark.parametrize("name", ["liechtenstein", "ijebu_ode", "ladakh"])
def test_snapping_equals_a_map_drawn_around_each_place(name):
    roads, villages, _, max_snap_meters = region(name)
    some = villages.geometry.iloc[:: max(1, len(villages) // 12)]
    access = snap(roads, "bus", some, max_snap_meters)
    usable = is_usable(roads, "bus")
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
