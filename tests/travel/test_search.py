"""The search: networkx on the same graph finds the same milliseconds, pair by pair."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.travel_graphs import approaches_of, by_networkx, by_pair, travel_graph
from layoutplan.core.network import Approaches, TravelGraph
from layoutplan.core.travel_times import UNREACHED_MS
from layoutplan.travel import contract as contracting
from layoutplan.travel import search
from layoutplan.travel.contract import contract
from layoutplan.travel.search import many_to_many, nearest_ms

SHORT_MS = st.integers(1, 9)
ANY_MS = st.one_of(SHORT_MS, st.integers(1, 2**40))


@pytest.fixture(params=[0, 1, 3, contracting.CORE_NODES], autouse=True)
def core_nodes(request, monkeypatch):
    """With a small core nearly all nodes of these small graphs are eliminated."""
    monkeypatch.setattr(contracting, "CORE_NODES", request.param)


@st.composite
def arcs_anyhow(draw) -> tuple[int, list]:
    """Any arcs: one-ways, parallel arcs, loops, parts apart."""
    n_nodes = draw(st.integers(1, 14))
    node = st.integers(0, n_nodes - 1)
    return n_nodes, draw(st.lists(st.tuples(node, node, ANY_MS), max_size=50))


@st.composite
def roads_with_points(draw) -> tuple[int, list]:
    """Roads between a few junctions, rings and dead ends too, with points along each."""
    n_nodes = n_junctions = draw(st.integers(1, 5))
    junction = st.integers(0, n_junctions - 1)
    arcs = []
    for _ in range(draw(st.integers(0, 8))):
        n_between = draw(st.integers(0, 9))
        line = [draw(junction), *range(n_nodes, n_nodes + n_between)]
        n_nodes += n_between
        if draw(st.integers(0, 3)):
            line.append(draw(junction))
        way = draw(st.sampled_from(["both", "both", "on", "back"]))
        for tail, head in pairwise(line):
            arcs += [(tail, head, draw(SHORT_MS))] * (way != "back")
            arcs += [(head, tail, draw(SHORT_MS))] * (way != "on")
    order = draw(st.permutations(range(n_nodes)))
    return n_nodes, [(order[tail], order[head], ms) for tail, head, ms in arcs]


@st.composite
def cases(draw) -> tuple[TravelGraph, Approaches]:
    n_nodes, arcs = draw(st.one_of(arcs_anyhow(), roads_with_points()))
    n_villages, n_schools = draw(st.integers(0, 6)), draw(st.integers(0, 6))

    def ways(n_places, other, ms):
        way = st.tuples(st.integers(0, n_places - 1), st.integers(0, other - 1), ms)
        return draw(st.lists(way, max_size=2 * n_places)) if n_places and other else []

    direct = {(i, j): ms for i, j, ms in ways(n_villages, n_schools, SHORT_MS)}
    return travel_graph(n_nodes, arcs), approaches_of(
        n_villages,
        n_schools,
        ways(n_villages, n_nodes, ANY_MS),
        ways(n_schools, n_nodes, ANY_MS),
        [(i, j, ms) for (i, j), ms in direct.items()],
    )


@settings(max_examples=80, deadline=None)
@given(case=cases())
def test_equals_networkx(case):
    graph, approaches = case
    assert by_pair(many_to_many(contract(graph), approaches)) == by_networkx(graph, approaches)


@settings(max_examples=30, deadline=None)
@given(
    case=cases(),
    limit_ms=st.one_of(st.integers(0, 40), st.just(2**30 - 1), st.just(2**30), st.just(2**62)),
)
def test_the_limit_itself_is_kept(case, limit_ms):
    graph, approaches = case
    within = {pair: ms for pair, ms in by_networkx(graph, approaches).items() if ms <= limit_ms}
    found = by_pair(many_to_many(contract(graph), approaches, limit_ms=limit_ms))
    assert found == within


@settings(max_examples=30, deadline=None)
@given(case=cases(), limit_ms=st.integers(0, 30), data=st.data())
def test_extra_pairs_are_found_over_the_limit(case, limit_ms, data):
    graph, approaches = case
    pair = st.tuples(
        st.integers(-1, approaches.n_villages - 1), st.integers(-1, approaches.n_schools - 1)
    )
    asked = data.draw(st.lists(pair, max_size=8))
    extra = tuple(np.array(asked, dtype=np.int32).reshape(-1, 2).T)
    pairs = many_to_many(contract(graph), approaches, limit_ms=limit_ms, extra=extra)
    expected = {
        pair: ms
        for pair, ms in by_networkx(graph, approaches).items()
        if ms <= limit_ms or pair in asked
    }
    assert by_pair(pairs) == expected


@settings(max_examples=30, deadline=None)
@given(case=cases(), data=st.data())
def test_the_nearest_is_the_least_of_all(case, data):
    graph, approaches = case
    n_schools = approaches.n_schools
    is_asked = np.array(
        data.draw(st.lists(st.booleans(), min_size=n_schools, max_size=n_schools)), dtype=bool
    )
    least = [UNREACHED_MS] * approaches.n_villages
    for (i, j), ms in by_networkx(graph, approaches).items():
        if is_asked[j]:
            least[i] = min(ms, least[i])
    assert nearest_ms(contract(graph), approaches, is_asked).tolist() == least


@settings(max_examples=20, deadline=None)
@given(case=cases(), n_cells=st.integers(1, 40))
def test_the_size_of_a_block_changes_nothing(case, n_cells):
    graph, approaches = case
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "_BLOCK_CELLS", n_cells)
        found = by_pair(many_to_many(contract(graph), approaches))
    assert found == by_networkx(graph, approaches)


def test_a_street_grid_equals_networkx():
    rng = np.random.default_rng(5)
    side = 30
    node = np.arange(side * side).reshape(side, side)
    pairs = np.concatenate(
        [
            np.stack([node[:, :-1].ravel(), node[:, 1:].ravel()], axis=1),
            np.stack([node[:-1].ravel(), node[1:].ravel()], axis=1),
        ]
    )
    pairs = np.concatenate([pairs, pairs[:, ::-1]])
    pairs = pairs[rng.random(len(pairs)) < 0.75]  # many one-ways
    arcs = np.column_stack([pairs, rng.integers(1, 50, len(pairs))])
    graph = travel_graph(side * side, arcs)
    ways = np.column_stack([np.arange(40), rng.choice(side * side, 40), rng.integers(1, 9, 40)])
    approaches = approaches_of(40, 40, ways, ways[::-1])
    found = by_pair(many_to_many(contract(graph), approaches, limit_ms=400))
    assert found == by_networkx(graph, approaches, 400)


def test_a_pupil_beyond_the_school_on_the_same_street_turns_nowhere():
    arcs = [(i, i + 1, 5) for i in range(9)] + [(i + 1, i, 7) for i in range(9)]
    graph = travel_graph(10, arcs)
    approaches = approaches_of(2, 1, [(0, 3, 1), (1, 8, 1)], [(0, 5, 2)])
    found = by_pair(many_to_many(contract(graph), approaches))
    assert found == {(0, 0): 1 + 2 * 5 + 2, (1, 0): 1 + 3 * 7 + 2}


def test_all_asked_when_no_schools_are_named():
    graph = travel_graph(2, [(0, 1, 7)])
    approaches = approaches_of(2, 2, [(0, 0, 1), (1, 1, 1)], [(0, 0, 1), (1, 1, 4)], [(0, 1, 3)])
    assert nearest_ms(contract(graph), approaches).tolist() == [2, 5]


def test_progress_is_told_to_the_end():
    told = []
    graph = travel_graph(2, [(0, 1, 7)])
    approaches = approaches_of(1, 3, [(0, 0, 1)], [(j, 1, 1) for j in range(3)])
    hierarchy = contract(graph, progress=lambda *step: told.append(step))
    many_to_many(hierarchy, approaches, progress=lambda *step: told.append(step))
    assert told[-3:] == [
        ("progress.contract", 2, 2),
        ("progress.search", 0, 3),
        ("progress.search", 3, 3),
    ]
