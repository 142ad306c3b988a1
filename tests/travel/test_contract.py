"""Hierarchies: what is eliminated when, and that nothing is lost on the way."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from cases.travel_graphs import travel_graph
from layoutplan.travel import contract as contracting
from layoutplan.travel.chains import without_chains
from layoutplan.travel.contract import contract
from layoutplan.travel.edges import NO_WAY_MS, Edges, edges_of, pruned
from layoutplan.travel.hierarchy import Hierarchy, from_arrays


def all_times(edges: Edges, n_nodes: int) -> np.ndarray:
    tail = np.concatenate([edges.node[edges.low], edges.node[edges.high]])
    head = np.concatenate([edges.node[edges.high], edges.node[edges.low]])
    ms = np.concatenate([edges.up_ms, edges.down_ms])
    is_way = ms < NO_WAY_MS
    arcs = csr_array(
        (ms[is_way].astype(float), (tail[is_way], head[is_way])), shape=(n_nodes, n_nodes)
    )
    return dijkstra(arcs)


def both_ways(lines) -> list[tuple[int, int, int]]:
    return [arc for a, b, ms in lines for arc in ((a, b, ms), (b, a, ms))]


def test_of_parallel_arcs_the_fastest_stays_and_loops_go():
    edges = edges_of(travel_graph(3, [(0, 2, 7), (0, 2, 5), (2, 0, 9), (1, 1, 1)]))
    assert edges.node.tolist() == [0, 2]
    assert (edges.up_ms.tolist(), edges.down_ms.tolist()) == ([5], [9])


def test_an_edge_that_a_way_round_serves_as_well_is_dropped():
    triangle = edges_of(travel_graph(3, both_ways([(0, 1, 2), (1, 2, 3), (0, 2, 5)])))
    assert list(zip(*(pruned(triangle).low, pruned(triangle).high), strict=True)) == [
        (0, 1),
        (1, 2),
    ]
    shorter = edges_of(travel_graph(3, both_ways([(0, 1, 2), (1, 2, 3), (0, 2, 4)])))
    assert len(pruned(shorter).low) == 3


def test_one_direction_can_be_dropped_alone():
    edges = pruned(edges_of(travel_graph(3, [(0, 1, 2), (1, 2, 3), (0, 2, 5), (2, 0, 5)])))
    times = all_times(edges, 3)
    assert (times[0, 2], times[2, 0]) == (5, 5)
    assert (edges.up_ms == NO_WAY_MS).sum() == 1


@settings(max_examples=100, deadline=None)
@given(
    arcs=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(1, 4)), max_size=60)
)
def test_dropping_edges_changes_no_time(arcs):
    edges = edges_of(travel_graph(10, arcs))
    np.testing.assert_array_equal(all_times(pruned(edges), 10), all_times(edges, 10))


def test_whole_chains_go_at_once():
    # Three junctions, joined by chains of 2, 7 and 0 points, and a dead end of 3 points.
    n_nodes, lines = 4, []
    for start, stop, n_between in (
        (0, 1, 2),
        (1, 2, 7),
        (2, 0, 0),
        (0, 3, 0),
        (1, 3, 0),
        (2, 3, 0),
    ):
        line = [start, *range(n_nodes, n_nodes + n_between), stop]
        lines += [(a, b, 10) for a, b in pairwise(line)]
        n_nodes += n_between
    dead_end = [0, *range(n_nodes, n_nodes + 3)]
    lines += [(a, b, 10) for a, b in pairwise(dead_end)]
    n_nodes += 3
    edges = edges_of(travel_graph(n_nodes, both_ways(lines)))
    left, removed = without_chains(edges)
    assert left.node.tolist() == [0, 1, 2, 3]
    np.testing.assert_array_equal(all_times(left, 4), all_times(edges, n_nodes)[:4, :4])
    gone = [np.unique(part.tail) for part in removed]
    assert sorted(np.concatenate(gone).tolist()) == list(range(4, n_nodes))
    assert len(removed) == 3  # odd places, then odd multiples of 2, then the fourth of seven


def test_a_ring_without_a_junction_is_left_to_the_rounds():
    ring = edges_of(travel_graph(5, both_ways([(i, (i + 1) % 5, 1) for i in range(5)])))
    left, removed = without_chains(ring)
    assert len(left.node) == 5
    assert sum(len(part.tail) for part in removed) == 0


@pytest.mark.parametrize("n_core", [0, 4])
def test_every_arc_leads_up_and_every_node_has_a_rank(monkeypatch, n_core):
    monkeypatch.setattr(contracting, "CORE_NODES", n_core)
    rng = np.random.default_rng(1)
    arcs = np.column_stack([rng.integers(0, 40, (90, 2)), rng.integers(1, 100, 90)])
    hierarchy = contract(travel_graph(50, arcs))
    assert sorted(hierarchy.rank.tolist()) == list(range(50))
    assert hierarchy.n_core <= n_core
    assert from_arrays(hierarchy.arrays(), 50) is not None


def test_a_dense_graph_keeps_a_larger_core(monkeypatch):
    monkeypatch.setattr(contracting, "CORE_NODES", 2)
    monkeypatch.setattr(contracting, "CORE_DEGREE", 4)
    everyone = [(a, b, 1 + a + b) for a in range(8) for b in range(8) if a != b]
    assert contract(travel_graph(8, everyone)).n_core == 8


def test_the_same_graph_gets_the_same_hierarchy():
    rng = np.random.default_rng(2)
    arcs = np.column_stack([rng.integers(0, 400, (900, 2)), rng.integers(1, 100, 900)])
    one, other = (contract(travel_graph(400, arcs)).arrays() for _ in range(2))
    for name, array in one.items():
        np.testing.assert_array_equal(array, other[name])


def damage(hierarchy: Hierarchy):
    """Yield what a foreign or broken entry might hold."""
    arrays = hierarchy.arrays()
    yield {name: array for name, array in arrays.items() if name != "head"}
    yield arrays | {"rank": arrays["rank"].astype(np.int64)}
    yield arrays | {"core_ms": arrays["core_ms"].ravel()}
    yield arrays | {"core_ms": arrays["core_ms"][1:, 1:]}
    yield arrays | {"core_ms": arrays["core_ms"] - 5}
    yield arrays | {"rank": np.zeros_like(arrays["rank"])}
    yield arrays | {"rank": arrays["rank"][:-1]}
    yield arrays | {"head": arrays["head"] + np.int32(1000)}
    yield arrays | {"head": arrays["head"] - np.int32(1000)}
    yield arrays | {"up_ms": arrays["up_ms"][:-1]}
    yield arrays | {"down_ms": np.zeros_like(arrays["down_ms"])}
    yield arrays | {"up_ms": np.zeros_like(arrays["up_ms"])}
    yield arrays | {"first": arrays["first"][::-1].copy()}
    yield arrays | {"first": arrays["first"][:-1]}
    yield arrays | {"first": arrays["first"][:0]}
    yield arrays | {"level_first": arrays["level_first"][:0]}
    yield arrays | {"level_first": arrays["level_first"][[0, -1]]}
    below = np.repeat(np.arange(hierarchy.n_nodes), np.diff(arrays["first"])).astype(np.int32)
    yield arrays | {"head": below}


def test_an_entry_that_is_no_hierarchy_is_none(monkeypatch):
    monkeypatch.setattr(contracting, "CORE_NODES", 2)
    lines = [(0, 1, 2), (1, 2, 3), (2, 3, 4), (3, 0, 5), (0, 2, 6), (1, 3, 7), (3, 4, 8), (4, 5, 9)]
    hierarchy = contract(travel_graph(6, both_ways(lines)))
    assert from_arrays(hierarchy.arrays(), 6) is not None
    assert from_arrays(hierarchy.arrays(), 7) is None
    for position, arrays in enumerate(damage(hierarchy)):
        assert from_arrays(arrays, 6) is None, position
