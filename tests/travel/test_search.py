"""The search: networkx on the same graph finds the same milliseconds, pair by pair."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layoutplan.core.network import TravelGraph
from layoutplan.core.travel_times import Pairs
from layoutplan.travel import search
from layoutplan.travel.search import many_to_many, nearest_school


def travel_graph(n_nodes, arcs, villages, schools) -> TravelGraph:
    tail, head, ms = np.array(arcs, dtype=np.int64).reshape(-1, 3).T
    return TravelGraph(
        n_nodes=n_nodes,
        tail=tail.astype(np.int32),
        head=head.astype(np.int32),
        milliseconds=ms,
        village_node=np.array(villages, dtype=np.int32),
        school_node=np.array(schools, dtype=np.int32),
    )


def by_pair(pairs: Pairs) -> dict[tuple[int, int], int]:
    keys = list(zip(pairs.village_idx.tolist(), pairs.school_idx.tolist(), strict=True))
    assert keys == sorted(set(keys))
    return dict(zip(keys, pairs.milliseconds.tolist(), strict=True))


def by_networkx(graph: TravelGraph) -> dict[tuple[int, int], int]:
    other = nx.MultiDiGraph()
    other.add_nodes_from(range(graph.n_nodes))
    other.add_weighted_edges_from(
        zip(graph.tail.tolist(), graph.head.tolist(), graph.milliseconds.tolist(), strict=True)
    )
    found = {}
    for i, village in enumerate(graph.village_node.tolist()):
        reached = nx.single_source_dijkstra_path_length(other, village)
        for j, school in enumerate(graph.school_node.tolist()):
            if school in reached:
                found[i, j] = reached[school]
    return found


@st.composite
def graphs(draw) -> TravelGraph:
    n_nodes = draw(st.integers(1, 12))
    node = st.integers(0, n_nodes - 1)
    ms = st.one_of(st.integers(1, 9), st.integers(1, 2**40))
    arcs = draw(st.lists(st.tuples(node, node, ms), max_size=40))
    villages = draw(st.lists(node, max_size=6))
    schools = draw(st.lists(node, max_size=6))
    return travel_graph(n_nodes, arcs, villages, schools)


@settings(max_examples=200, deadline=None)
@given(graph=graphs())
def test_equals_networkx(graph):
    assert by_pair(many_to_many(graph)) == by_networkx(graph)


@settings(max_examples=100, deadline=None)
@given(graph=graphs(), limit=st.integers(0, 30))
def test_the_limit_itself_is_kept(graph, limit):
    within = {pair: ms for pair, ms in by_networkx(graph).items() if ms <= limit}
    assert by_pair(many_to_many(graph, limit_ms=limit)) == within


@settings(max_examples=100, deadline=None)
@given(graph=graphs(), limit=st.integers(0, 30), data=st.data())
def test_extra_pairs_are_found_over_the_limit(graph, limit, data):
    n_villages, n_schools = len(graph.village_node), len(graph.school_node)
    pair = st.tuples(st.integers(-1, n_villages - 1), st.integers(-1, n_schools - 1))
    asked = data.draw(st.lists(pair, max_size=8))
    village_idx, school_idx = np.array(asked, dtype=np.int32).reshape(-1, 2).T
    pairs = many_to_many(graph, limit_ms=limit, extra=(village_idx, school_idx))
    expected = {pair: ms for pair, ms in by_networkx(graph).items() if ms <= limit or pair in asked}
    assert by_pair(pairs) == expected


@settings(max_examples=100, deadline=None)
@given(graph=graphs(), data=st.data())
def test_nearest_school_is_the_least_of_all(graph, data):
    n_schools = len(graph.school_node)
    is_asked = np.array(data.draw(st.lists(st.booleans(), min_size=n_schools, max_size=n_schools)))
    nearest = by_pair(nearest_school(graph, is_asked.astype(bool)))
    times = {(i, j): ms for (i, j), ms in by_networkx(graph).items() if is_asked[j]}
    best: dict[int, int] = {}
    for (i, _), ms in times.items():
        best[i] = min(ms, best.get(i, ms))
    assert {i: ms for (i, _), ms in nearest.items()} == best
    assert all(times[pair] == ms for pair, ms in nearest.items())


@settings(max_examples=50, deadline=None)
@given(graph=graphs(), n_cells=st.integers(1, 40))
def test_the_size_of_a_block_changes_nothing(graph, n_cells):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "_BLOCK_CELLS", n_cells)
        assert by_pair(many_to_many(graph)) == by_networkx(graph)


def test_parallel_arcs_are_not_added_up():
    graph = travel_graph(2, [(0, 1, 7), (0, 1, 5), (0, 1, 9)], [0], [1])
    assert many_to_many(graph).milliseconds.tolist() == [5]


def test_minutes_are_from_the_village_to_the_school():
    graph = travel_graph(2, [(0, 1, 7)], [0, 1], [0, 1])
    assert by_pair(many_to_many(graph)) == {(0, 0): 0, (0, 1): 7, (1, 1): 0}


def test_progress_is_told_to_the_end():
    told = []
    graph = travel_graph(2, [(0, 1, 7)], [0], [1, 1, 1])
    many_to_many(graph, progress=lambda *step: told.append(step))
    assert told[0] == ("progress.search", 0, 3)
    assert told[-1] == ("progress.search", 3, 3)
