"""The transportation problem against networkx and an LP solver, and its own proof."""

from __future__ import annotations

from collections.abc import Callable

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_array, vstack

from layoutplan.demand import transport
from layoutplan.demand.transport import Choices, cheapest_transport
from layoutplan.demand.tree import Tree
from layoutplan.errors import VerificationError

NO_PAIR = 1 << 62
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


def transported(problem: Problem, tell: Callable[[int], None] = int) -> NDArray[np.int64]:
    """Return the pupils of each unit at each school as a table."""
    cost, supply, room = problem
    unit_idx, school_idx = np.nonzero(cost < NO_PAIR)
    choices = Choices(unit_idx, school_idx, cost[unit_idx, school_idx])
    flow = np.zeros_like(cost)
    unit_idx, school_idx, pupils = cheapest_transport(choices, supply, room, tell=tell)
    flow[unit_idx, school_idx] = pupils
    return flow


@settings(deadline=None, max_examples=200)
@given(problems())
def test_places_the_most_pupils_at_the_least_cost(problem: Problem) -> None:
    cost, supply, room = problem
    flow = transported(problem)
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
    flow = transported(problem)
    assert (int(flow.sum()), int((flow * np.where(flow, cost, 0)).sum())) == oracle(problem)


def test_tells_how_many_still_wait() -> None:
    waiting: list[int] = []
    cost = np.array([[1, 2], [1, 5]])
    transported((cost, np.array([4, 4]), np.array([4, 4])), waiting.append)
    assert waiting == sorted(waiting, reverse=True)
    assert waiting[-1] == 0


def test_costs_too_large_to_add_up_are_our_fault() -> None:
    cost = np.array([[0, 1 << 60, NO_PAIR], [NO_PAIR, 0, 1 << 60]])
    with pytest.raises(VerificationError, match="too long"):
        transported((cost, np.array([2, 2]), np.array([1, 1, 2])))


def test_the_order_of_choices_does_not_matter() -> None:
    random = np.random.default_rng(3)
    unit_idx, school_idx = np.divmod(np.arange(600), 20)
    choices = Choices(unit_idx, school_idx, random.integers(0, 10_000, 600))
    supply, room = random.integers(1, 30, 30), random.integers(0, 40, 20)
    straight = cheapest_transport(choices, supply, room)
    order = random.permutation(600)
    mixed = Choices(unit_idx[order], school_idx[order], choices.cost[order])
    for one, other in zip(straight, cheapest_transport(mixed, supply, room), strict=True):
        assert one.tolist() == other.tolist()


@pytest.mark.parametrize("share", [0.8, 1.0, 1.3])
def test_the_least_cost_of_a_district_is_that_of_a_linear_program(share: float) -> None:
    random = np.random.default_rng(11)
    n_units, n_schools, n_each = 300, 60, 12
    school_idx = np.concatenate(
        [random.choice(n_schools, n_each, replace=False) for _ in range(n_units)]
    )
    choices = Choices(
        np.repeat(np.arange(n_units), n_each), school_idx, random.integers(0, 3_600_000, 3600)
    )
    supply = random.integers(1, 60, n_units)
    roll = random.lognormal(0.0, 0.7, n_schools)
    room = np.floor(roll / roll.sum() * supply.sum() * share).astype(np.int64)
    units, schools, pupils = cheapest_transport(choices, supply, room)
    cost = dict(
        zip(zip(choices.unit_idx, choices.school_idx, strict=True), choices.cost, strict=True)
    )
    total = sum(cost[u, s] * p for u, s, p in zip(units, schools, pupils, strict=True))
    columns = np.arange(len(choices))
    ones = np.ones(len(choices))
    rows = [
        coo_array((ones, (choices.unit_idx, columns)), shape=(n_units, len(choices))),
        coo_array((ones, (choices.school_idx, columns)), shape=(n_schools, len(choices))),
    ]
    minutes = choices.cost / 60_000.0
    least = linprog(minutes - 100_000.0, A_ub=vstack(rows), b_ub=np.concatenate([supply, room]))
    assert pupils.sum() == round(least.x.sum())
    assert total / 60_000.0 == pytest.approx(minutes @ least.x, abs=0.01)


def test_a_result_that_is_not_the_best_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "_improve", lambda tree, choices, tell: None)
    with pytest.raises(VerificationError, match="optimum"):
        transported((np.array([[1]]), np.array([2]), np.array([2])))


def test_pupils_who_are_lost_are_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    improve = transport._improve

    def losing(tree: Tree, choices: Choices, tell: Callable[[], None]) -> None:
        improve(tree, choices, tell)
        tree.pupils[tree.root + 1] -= 1

    monkeypatch.setattr(transport, "_improve", losing)
    with pytest.raises(VerificationError, match="lost"):
        transported((np.array([[1]]), np.array([2]), np.array([2])))
