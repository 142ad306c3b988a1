"""Both gateways on one small program, and what they say when stopped."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from layoutplan.core.rules import SolverSettings
from layoutplan.errors import ConfigError
from layoutplan.solve.gateways import gateway_of
from layoutplan.solve.program import Program

SOLVERS = ["highs", "PULP_CBC_CMD"]


def knapsack(n: int, *, n_rows: int = 5, least: float = 0.5) -> Program:
    """Return a covering program that takes a solver some work: no linear answer is whole."""
    rng = np.random.default_rng(0)
    weights = rng.integers(100, 1000, (n_rows, n)).astype(float)
    return Program(
        cost=rng.integers(100, 1000, n).astype(float),
        lower=np.zeros(n),
        upper=np.ones(n),
        is_integer=np.ones(n, dtype=bool),
        matrix=sparse.csr_matrix(weights),
        row_lower=np.floor(weights.sum(axis=1) * least),
        row_upper=np.full(n_rows, np.inf),
        start=None,
        column_names=lambda: [f"x{place}" for place in range(n)],
    )


def solve_with(name: str, program: Program, *, gap: float = 0.0, seconds: float = 60.0):
    settings = SolverSettings(name=name, gap=gap)
    return gateway_of(settings)(program, settings, seconds)


def test_all_solvers_agree():
    outcomes = [solve_with(name, knapsack(25)) for name in SOLVERS]
    costs = [float(knapsack(25).cost @ np.rint(outcome.values)) for outcome in outcomes]
    assert [outcome.status for outcome in outcomes] == ["optimal"] * 2
    assert costs[0] == costs[1]
    assert [outcome.bound for outcome in outcomes] == pytest.approx(costs)


@pytest.mark.parametrize("name", SOLVERS)
def test_an_impossible_program_is_infeasible(name):
    assert solve_with(name, knapsack(10, least=1.5)).status == "infeasible"


@pytest.mark.parametrize("name", SOLVERS)
def test_a_run_stopped_by_time_is_never_called_optimal(name):
    program = knapsack(500, n_rows=40)  # nobody solves it in a minute
    outcome = solve_with(name, program, seconds=1.0)
    assert outcome.status in ("time_limit", "no_plan")  # a busy machine may find none in time
    value = np.inf if outcome.values is None else float(program.cost @ outcome.values)
    assert outcome.bound < value


@pytest.mark.parametrize("name", SOLVERS)
def test_a_run_stopped_at_the_gap_tells_its_bound(name):
    program = knapsack(40)
    best = float(program.cost @ solve_with("highs", program).values)
    outcome = solve_with(name, program, gap=0.2)
    assert outcome.status == "within_gap"
    assert outcome.bound <= best <= float(program.cost @ outcome.values)
    assert outcome.bound < float(program.cost @ outcome.values)


def test_an_unknown_solver_is_refused_with_the_known_ones():
    with pytest.raises(ConfigError, match="PULP_CBC_CMD"):
        gateway_of(SolverSettings(name="PULP_CBC"))
