"""The transportation problem against a min-cost flow of networkx, and its own proof."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from layoutplan.demand.transport import NO_PAIR, cheapest_transport
from layoutplan.errors import VerificationError

Problem = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    n_units, n_schools = draw(st.integers(1, 7)), draw(st.integers(1, 5))
    costs = st.one_of(st.integers(0, 9), st.just(NO_PAIR))
    table = draw(st.lists(costs, min_size=n_units * n_schools, max_size=n_units * n_schools))
    supply = draw(st.lists(st.integers(1, 12), min_size=n_units, max_size=n_units))
    room = draw(st.lists(st.integers(0, 25), min_size=n_schools, max_size=n_schools))
    cost = np.array(table, dtype=np.int64).reshape(n_units, n_schools)
    return cost, np.array(supply, dtype=np.int64), np.array(room, dtype=np.int64)


def oracle(problem: Problem) -> tuple[int, int]:
    """Return most pupils and least cost by networkx."""
    cost, supply, room = problem
    graph = nx.DiGraph()
    graph.add_nodes_from(("home", "end"))
    for unit, pupils in enumerate(supply):
        graph.add_edge("home", f"u{unit}", capacity=int(pupils), weight=0)
        for school in np.flatnonzero(cost[unit] < NO_PAIR):
            graph.add_edge(f"u{unit}", f"s{school}", weight=int(cost[unit, school]))
    for school, places in enumerate(room):
        graph.add_edge(f"s{school}", "end", capacity=int(places), weight=0)
    flow = nx.max_flow_min_cost(graph, "home", "end")
    return sum(flow["home"].values()), nx.cost_of_flow(graph, flow)


@settings(deadline=None, max_examples=200)
@given(problems())
def test_places_the_most_pupils_at_the_least_cost(problem: Problem) -> None:
    cost, supply, room = problem
    flow = cheapest_transport(cost, supply, room)
    assert (flow >= 0).all()
    assert (flow.sum(axis=1) <= supply).all()
    assert (flow.sum(axis=0) <= room).all()
    assert not flow[cost == NO_PAIR].any()
    assert (int(flow.sum()), int((flow * np.where(flow, cost, 0)).sum())) == oracle(problem)


def test_a_seat_that_cannot_be_filled_does_not_spoil_the_rest() -> None:
    # More pupils than seats, but the seats of the second school are out of reach for the crowd:
    # filling it first from its neighbor would be wrong.
    cost = np.array([[0, NO_PAIR, NO_PAIR], [3, 1, 9], [NO_PAIR, 4, 1]])
    problem = (cost, np.array([30, 2, 3]), np.array([5, 4, 6]))
    flow = cheapest_transport(*problem)
    assert (int(flow.sum()), int((flow * np.where(flow, cost, 0)).sum())) == oracle(problem)


def test_tells_how_many_still_wait() -> None:
    waiting: list[int] = []
    cost = np.array([[1, 2], [1, 5]])
    cheapest_transport(cost, np.array([4, 4]), np.array([4, 4]), waiting.append)
    assert waiting == sorted(waiting, reverse=True)
    assert waiting[-1] == 0


def test_costs_too_large_to_add_up_are_our_fault() -> None:
    cost = np.array([[0, 1 << 60, NO_PAIR], [NO_PAIR, 0, 1 << 60]])
    with pytest.raises(VerificationError, match="too long"):
        cheapest_transport(cost, np.array([2, 2]), np.array([1, 1, 2]))
