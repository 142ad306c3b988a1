"""Roads from graphs that OSMnx saved."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import networkx as nx
import osmnx
import pytest
from shapely.geometry import LineString

from layoutplan.core.network import ALL_MODES, RoadNetwork
from layoutplan.errors import DataError
from layoutplan.load.access import BIKE, BUS, CAR, WALK
from layoutplan.load.graphml import WAYS_AS_DRAWN
from layoutplan.load.osm import read_osm
from layoutplan.load.roads import read_roads
from layoutplan.load.segments import build_network
from layoutplan.load.sources import RoadSource

SHARED = Path(__file__).resolve().parents[2] / "../shared"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="no folder of real data here")

PLACES = {1: (105.0, 34.0), 2: (105.001, 34.0), 3: (105.001, 34.001)}


def graph_of(*edges: tuple[int, int, dict[str, Any]], crs: str = "epsg:4326") -> Any:
    """Return a graph whose edges are the ways 0, 1 … unless they say so themselves."""
    graph = nx.MultiDiGraph(crs=crs)
    for node, (x, y) in PLACES.items():
        graph.add_node(node, x=x, y=y)
    for number, (tail, head, tags) in enumerate(edges):
        graph.add_edge(tail, head, **{"osmid": number, "length": 1.0, **tags})
    return graph


def roads_of(tmp_path: Path, graph: Any) -> RoadNetwork:
    path = tmp_path / "roads.graphml"
    osmnx.save_graphml(graph, path)
    return read_roads(RoadSource(path=path, label=path.name))[0]


def directions(roads: RoadNetwork) -> dict[tuple[float, float, float, float], int]:
    """Return the modes by tail and head, each segment in both directions."""
    tails, heads = (
        list(zip(roads.lon[ends], roads.lat[ends], strict=True))
        for ends in (roads.tail, roads.head)
    )
    there = zip(tails, heads, roads.forward.tolist(), strict=True)
    back = zip(heads, tails, roads.backward.tolist(), strict=True)
    return {(*tail, *head): modes for tail, head, modes in (*there, *back) if modes}


def test_two_edges_of_a_street_are_one_segment(tmp_path: Path) -> None:
    street = {"highway": "residential", "oneway": False}
    graph = graph_of((1, 2, {**street, "reversed": False}), (2, 1, {**street, "reversed": True}))
    roads = roads_of(tmp_path, graph)
    assert roads.n_segments == 1
    assert (roads.forward[0], roads.backward[0]) == (ALL_MODES, ALL_MODES)


def ids(roads: RoadNetwork) -> list[str]:
    return roads.way_ids[roads.way_idx].tolist()


def test_segments_know_the_ways_of_their_edge(tmp_path: Path) -> None:
    street = {"highway": "residential", "oneway": False}
    graph = graph_of(
        (1, 2, {**street, "osmid": [30, 4, 100]}),
        (2, 1, {**street, "osmid": [100, 30, 4]}),
        (2, 3, {"highway": "track", "osmid": 7}),
    )
    assert sorted(ids(roads_of(tmp_path, graph))) == ["4;30;100", "7"]


def test_a_street_of_two_edges_with_ids_of_their_own_has_both(tmp_path: Path) -> None:
    street = {"highway": "residential", "oneway": False}
    graph = graph_of((1, 2, {**street, "osmid": 12}), (2, 1, {**street, "osmid": [5, 12]}))
    assert ids(roads_of(tmp_path, graph)) == ["5;12"]


def test_edges_without_ids_have_none(tmp_path: Path) -> None:
    graph = graph_of((1, 2, {"highway": "track"}), (2, 3, {"highway": "path", "osmid": 3}))
    del graph.edges[1, 2, 0]["osmid"]
    assert sorted(ids(roads_of(tmp_path, graph))) == ["", "3"]


def test_vehicles_follow_a_one_way_edge_and_walkers_do_not(tmp_path: Path) -> None:
    graph = graph_of((3, 1, {"highway": "residential", "oneway": True, "reversed": False}))
    assert directions(roads_of(tmp_path, graph)) == {
        (105.001, 34.001, 105.0, 34.0): ALL_MODES,
        (105.0, 34.0, 105.001, 34.001): WALK,
    }


def test_a_simplified_edge_follows_its_shape_in_both_directions(tmp_path: Path) -> None:
    shape = LineString([PLACES[1], (105.0004, 34.0003), (105.0008, 34.0001), PLACES[2]])
    street = {"highway": ["residential", "track"], "maxspeed": ["50", "30"], "oneway": False}
    graph = graph_of(
        (1, 2, {**street, "geometry": shape}), (2, 1, {**street, "geometry": shape.reverse()})
    )
    roads = roads_of(tmp_path, graph)
    assert (roads.n_points, roads.n_segments) == (4, 3)
    assert roads.class_names == ("track",)
    assert roads.max_kmh.tolist() == [30.0] * 3
    assert set(directions(roads).values()) == {ALL_MODES}


def test_a_shape_drawn_against_its_edge_is_turned(tmp_path: Path) -> None:
    bends = (105.0004, 34.0003), (105.0008, 34.0003)
    shape = LineString([PLACES[2], *reversed(bends), PLACES[1]])
    edge = {"highway": "residential", "oneway": True, "geometry": shape}
    open_to = directions(roads_of(tmp_path, graph_of((1, 2, edge))))
    along = [PLACES[1], *bends, PLACES[2]]
    assert open_to == {
        **{(*tail, *head): ALL_MODES for tail, head in pairwise(along)},
        **{(*head, *tail): WALK for tail, head in pairwise(along)},
    }


def test_a_graph_off_the_globe_is_refused(tmp_path: Path) -> None:
    graph = graph_of((1, 2, {"highway": "track", "oneway": False}))
    graph.nodes[1]["x"] = 400_000.0
    with pytest.raises(DataError, match="nowhere on the globe"):
        roads_of(tmp_path, graph)


def test_bends_of_different_streets_do_not_meet(tmp_path: Path) -> None:
    """A bridge may bend exactly above a bend of the street below."""
    bend = (105.0005, 34.0005)
    street = {"highway": "residential", "oneway": True}
    graph = graph_of(
        (1, 2, {**street, "geometry": LineString([PLACES[1], bend, PLACES[2]])}),
        (1, 3, {**street, "geometry": LineString([PLACES[1], bend, PLACES[3]])}),
    )
    assert roads_of(tmp_path, graph).n_points == 5


def test_every_part_of_an_edge_must_allow_a_mode(tmp_path: Path) -> None:
    edge = {"highway": ["residential", "path"], "access": ["private", "yes"], "oneway": True}
    graph = graph_of((1, 2, edge), (2, 3, {"highway": ["residential", "path"], "oneway": True}))
    assert set(directions(roads_of(tmp_path, graph)).values()) == {WALK | BIKE, WALK}


def test_ways_as_drawn_go_both_ways_unless_tagged(tmp_path: Path) -> None:
    graph = graph_of(
        (1, 2, {"highway": "residential", "reversed": False}),
        (2, 3, {"highway": "residential", "oneway": "-1", "oneway:bus": "no"}),
    )
    graph.graph[WAYS_AS_DRAWN] = "yes"
    assert directions(roads_of(tmp_path, graph)) == {
        (105.0, 34.0, 105.001, 34.0): ALL_MODES,
        (105.001, 34.0, 105.0, 34.0): ALL_MODES,
        (105.001, 34.0, 105.001, 34.001): ALL_MODES,
        (105.001, 34.001, 105.001, 34.0): WALK | BUS,
    }


def test_a_projected_graph_comes_back_in_degrees(tmp_path: Path) -> None:
    graph = graph_of((1, 2, {"highway": "track", "oneway": False}))
    roads = roads_of(tmp_path, osmnx.project_graph(graph))
    assert roads.lon == pytest.approx([105.0, 105.001], abs=1e-9)


@pytest.mark.parametrize(
    "content",
    [
        "no graph",
        "<graphml></graphml>",
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph edgedefault="directed">'
        '<node id="1"/><node id="2"/><edge source="1" target="2"/></graph></graphml>',
    ],
)
def test_a_file_that_is_no_road_graph_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "roads.graphml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_roads(RoadSource(path=path, label=path.name))
    assert [finding.rule for finding in caught.value.findings] == ["roads.unreadable"]


def test_a_graph_without_edges_has_no_roads(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        roads_of(tmp_path, graph_of())
    assert [finding.rule for finding in caught.value.findings] == ["roads.none"]


@pytest.mark.shared
@needs_shared
def test_the_graph_of_an_extract_is_the_network_of_the_extract(tmp_path: Path) -> None:
    extract = SHARED / "data/beatty_nevada_osm/beatty.osm"
    graph = osmnx.graph_from_xml(extract, simplify=False, retain_all=True)
    from_graph = roads_of(tmp_path, graph)
    from_extract = build_network(read_osm(extract, "beatty.osm"))
    assert from_graph.n_points == from_extract.n_points
    assert from_graph.meters.sum() == pytest.approx(from_extract.meters.sum())
    for mode in (WALK, BIKE, BUS, CAR):
        n_graph, n_extract = (
            ((roads.forward & mode) > 0).sum() + ((roads.backward & mode) > 0).sum()
            for roads in (from_graph, from_extract)
        )
        assert n_graph == n_extract
