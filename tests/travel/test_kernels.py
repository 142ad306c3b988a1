"""Steps that numba compiles: each returns what its twin in numpy returns, to the last integer."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.networks import generated_network
from cases.travel_graphs import approaches_of, by_networkx, by_pair, travel_graph
from layoutplan.core.network import Approaches, TravelGraph
from layoutplan.core.speeds import RoadSpeeds, Traveler
from layoutplan.errors import MissingDependencyError
from layoutplan.network.graph import road_graph
from layoutplan.network.speeds import segment_times
from layoutplan.travel import chains, compiled, edges, engine, rounds, tables
from layoutplan.travel import contract as contracting
from layoutplan.travel.contract import contract
from layoutplan.travel.edges import NO_WAY_MS, Arcs, Edges, edges_of
from layoutplan.travel.prepared import prepared
from layoutplan.travel.search import many_to_many, nearest_ms
from layoutplan.travel.sweep import Reckoning
from layoutplan.travel.tables import Ways

ANY_MS = st.one_of(st.integers(1, 9), st.integers(1, 2**40))
LIMITS_MS = st.one_of(st.none(), st.integers(0, 60), st.just(2**30 - 1), st.just(2**30))


@st.composite
def graphs(draw) -> TravelGraph:
    """Arcs between close numbers make long chains and rings, a few others join them."""
    n_nodes = draw(st.integers(1, 40))
    node = st.integers(0, n_nodes - 1)
    arcs = draw(st.lists(st.tuples(node, node, ANY_MS), max_size=40))
    tails = draw(st.lists(node, max_size=40, unique=True))
    way = draw(st.sampled_from(["both", "on", "back"]))
    for tail in tails:
        head = (tail + 1) % n_nodes
        arcs += [(tail, head, draw(ANY_MS))] * (way != "back")
        arcs += [(head, tail, draw(ANY_MS))] * (way != "on")
    order = draw(st.permutations(range(n_nodes)))
    return travel_graph(n_nodes, [(order[tail], order[head], ms) for tail, head, ms in arcs])


def assert_equal(one, other) -> None:
    """Compare values, tuples or lists of arrays, and their types."""
    if isinstance(one, np.ndarray):
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one, other)
    elif isinstance(one, Edges | Arcs):
        assert_equal(astuple(one), astuple(other))
    else:
        assert len(one) == len(other)
        for part, twin in zip(one, other, strict=True):
            assert_equal(part, twin)


def assert_same_hierarchy(graph: TravelGraph) -> None:
    by_engine = [contract(graph, engine=name).arrays() for name in ("numpy", "numba")]
    assert_equal(*(list(arrays.values()) for arrays in by_engine))


@settings(max_examples=100, deadline=None)
@given(graph=graphs())
def test_edges_of_a_graph(graph):
    assert_equal(compiled.edges_of(graph), edges.edges_of(graph))


@settings(max_examples=100, deadline=None)
@given(graph=graphs(), data=st.data())
def test_merging_drops_what_is_no_way(graph, data):
    n_arcs = len(graph.tail)
    ms = st.sampled_from([1, 5, NO_WAY_MS, 2 * NO_WAY_MS])
    times = [
        np.array(data.draw(st.lists(ms, min_size=n_arcs, max_size=n_arcs)), dtype=np.int64)
        for _ in range(2)
    ]
    arcs = Arcs(graph.tail.astype(np.int64), graph.head.astype(np.int64), *times)
    node = np.arange(graph.n_nodes) * 7
    assert_equal(compiled.merged(node, arcs), edges.merged(node, arcs))


@settings(max_examples=100, deadline=None)
@given(graph=graphs())
def test_steps_from_edges(graph):
    left = edges_of(graph)
    assert_equal(compiled.pruned(left), edges.pruned(left))
    assert_equal(compiled.without_chains(left), chains.without_chains(left))
    assert_equal(compiled.without_independent(left), rounds.without_independent(left))
    assert_equal(compiled.all_times(left), rounds.all_times(left))


@pytest.mark.parametrize("n_core", [0, 3, contracting.CORE_NODES])
@settings(max_examples=30, deadline=None)
@given(graph=graphs())
def test_hierarchies(n_core, graph):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(contracting, "CORE_NODES", n_core)
        assert_same_hierarchy(graph)


@st.composite
def places(draw, n_nodes: int) -> Approaches:
    def ways(n_places, n_ends):
        way = st.tuples(st.integers(0, n_places - 1), st.integers(0, n_ends - 1), ANY_MS)
        return draw(st.lists(way, max_size=2 * n_places)) if n_places else []

    # More schools than one thread takes at a time.
    n_villages, n_schools = draw(st.integers(0, 6)), draw(st.sampled_from([0, 1, 5, 70]))
    return approaches_of(n_villages, n_schools, ways(n_villages, n_nodes), ways(n_schools, n_nodes))


@pytest.mark.parametrize("n_core", [0, 3])
@settings(max_examples=40, deadline=None)
@given(graph=graphs(), limit_ms=LIMITS_MS, data=st.data())
def test_times(n_core, graph, limit_ms, data):
    approaches = data.draw(places(graph.n_nodes))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(contracting, "CORE_NODES", n_core)
        hierarchy = contract(graph, engine="numba")
    found = many_to_many(hierarchy, approaches, limit_ms=limit_ms, engine="numba")
    assert found.equals(many_to_many(hierarchy, approaches, limit_ms=limit_ms, engine="numpy"))
    assert by_pair(found) == by_networkx(graph, approaches, limit_ms)
    nearest = (nearest_ms(hierarchy, approaches, engine=name) for name in ("numpy", "numba"))
    assert_equal(*nearest)


@settings(max_examples=40, deadline=None)
@given(graph=graphs(), limit_ms=LIMITS_MS, data=st.data())
def test_descents(graph, limit_ms, data):
    approaches, hierarchy = data.draw(places(graph.n_nodes)), contract(graph)
    starts = Ways(
        approaches.n_villages,
        approaches.village_idx,
        approaches.village_node,
        approaches.village_ms,
    )
    ends = Ways(
        approaches.n_schools, approaches.school_idx, approaches.school_node, approaches.school_ms
    )
    reckoning = Reckoning.within(limit_ms)
    one, other = (
        code.plan_descent(hierarchy, starts, reckoning).times_to(ends)
        for code in (tables, compiled)
    )
    assert one.dtype == other.dtype
    np.testing.assert_array_equal(
        np.minimum(one, reckoning.longest + 1), np.minimum(other, reckoning.longest + 1)
    )


def test_a_generated_county():
    roads = generated_network(6_000)
    graph = road_graph(roads, segment_times(roads, Traveler("car", 4.5), RoadSpeeds()))
    assert_same_hierarchy(graph)
    rng = np.random.default_rng(3)
    ways = [
        np.column_stack(
            [np.arange(n), rng.integers(0, graph.n_nodes, n), rng.integers(1, 9_999, n)]
        )
        for n in (200, 100)
    ]
    approaches = approaches_of(200, 100, *ways)
    for limit_ms in (10 * 60_000, None):
        one, other = (
            many_to_many(contract(graph), approaches, limit_ms=limit_ms, engine=name)
            for name in ("numpy", "numba")
        )
        assert one.equals(other)
        assert len(one) > 0


def test_a_star_of_stars():
    """A node with very many neighbors: what is done for each of them must stay little."""
    rim = np.arange(1, 3_000)
    arcs = [(0, node, 5) for node in rim] + [(node, node % 2_999 + 1, 3 + node % 4) for node in rim]
    assert_same_hierarchy(travel_graph(3_000, arcs + [(head, tail, ms) for tail, head, ms in arcs]))


def without_numba(monkeypatch) -> None:
    monkeypatch.setattr(engine, "find_spec", lambda name: None)


def code_of(steps: engine.Steps) -> set[str]:
    return {step.__module__.rpartition(".")[2] for step in vars(steps).values()}


def test_only_large_networks_are_left_to_numba():
    assert "compiled" not in code_of(engine.steps_of(None, engine.COMPILED_NODES - 1))
    assert code_of(engine.steps_of(None, engine.COMPILED_NODES)) == {"compiled"}
    assert code_of(engine.steps_of("numba", 1)) == {"compiled"}
    assert "compiled" not in code_of(engine.steps_of("numpy", engine.COMPILED_NODES))


def test_without_numba_a_large_network_is_left_to_numpy(monkeypatch):
    without_numba(monkeypatch)
    assert "compiled" not in code_of(engine.steps_of(None, engine.COMPILED_NODES))


@pytest.mark.parametrize("verb", [contract, prepared])
def test_asking_for_numba_where_it_is_missing_says_how_to_get_it(monkeypatch, verb):
    without_numba(monkeypatch)
    with pytest.raises(MissingDependencyError, match=r"pip install \"layoutplan\[fast\]\""):
        verb(travel_graph(2, [(0, 1, 1)]), engine="numba")
