"""The graph of the roads alone."""

from __future__ import annotations

import numpy as np

from cases.journeys import times_at
from cases.roads import moved, road_network
from layoutplan.core.network import ALL_MODES, MODE_BIT, SegmentTimes, TravelGraph
from layoutplan.core.travel_times import UNREACHED_MS
from layoutplan.network.graph import road_graph

HOME = (105.0, 34.0)


def arcs(graph: TravelGraph) -> set[tuple[int, int, int, int]]:
    columns = (graph.tail, graph.head, graph.milliseconds, graph.segment_idx)
    return set(zip(*(column.tolist() for column in columns), strict=True))


def test_a_street_and_a_one_way_by_hand():
    roads = road_network(
        [HOME, moved(HOME, north=1000), moved(HOME, north=1500)],
        [(0, 1), (2, 1)],
        forward=ALL_MODES,
        backward=[ALL_MODES, MODE_BIT["walk"]],
    )
    graph = road_graph(roads, times_at(roads, "car", 25))
    assert graph.n_nodes == 3
    assert arcs(graph) == {(0, 1, 144_000, 0), (1, 0, 144_000, 0), (2, 1, 72_000, 1)}
    on_foot = road_graph(roads, times_at(roads, "walk", 4.5))
    assert (1, 2, 400_000, 1) in arcs(on_foot)


def test_uphill_and_downhill_are_different_arcs_and_closed_segments_are_none():
    roads = road_network([HOME, moved(HOME, north=100)], [(0, 1), (0, 1)])
    times = SegmentTimes(np.array([900, UNREACHED_MS]), np.array([700, UNREACHED_MS]))
    assert arcs(road_graph(roads, times)) == {(0, 1, 900, 0), (1, 0, 700, 0)}


def test_no_roads_at_all():
    roads = road_network([], [])
    graph = road_graph(roads, times_at(roads, "car", 25))
    assert (graph.n_nodes, len(graph.tail)) == (0, 0)
    assert graph.tail.dtype == graph.segment_idx.dtype == np.int32
