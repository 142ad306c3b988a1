"""What is claimed of each stage, with solvers that stop early, improve by chance or are wrong."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
import pytest

from cases.demand import as_villages_say
from cases.towns import town
from layoutplan.core.rules import Rules, SolverSettings
from layoutplan.model.arrays import Model
from layoutplan.model.assemble import build_problem
from layoutplan.model.build import build_model
from layoutplan.solve.highs import solve_with_highs
from layoutplan.solve.lexicographic import Solved, solve_in_order
from layoutplan.solve.program import Gateway, Outcome

NOTHING_SAID = Outcome("time_limit", None, -np.inf)


@pytest.fixture(scope="module")
def model() -> Model:
    """Two small schools; the pupils of the first live nearer to the second, which has room."""
    case = town(
        [[9, 5], [9, 5]],
        pupils=[30, 30],
        seats=[90, 90],
        today=["s1", "s2"],
        rules=Rules(movement="redraw"),
    )
    problem = build_problem(case, case.travel_times, as_villages_say(case))
    return build_model(problem, ("small_schools", "pupil_minutes"))


def solved(model: Model, answers: Sequence[Outcome | None], *, gap: float = 0.0) -> Solved:
    """Return what becomes of `model` where the solver gives these answers first."""
    waiting = list(answers)

    def gateway(program, settings, seconds):
        answer = waiting.pop(0) if waiting else None
        return solve_with_highs(program, settings, seconds) if answer is None else answer

    solver: Gateway = gateway
    return solve_in_order(model, SolverSettings(gap=gap), solver, time.monotonic() + 60)


def test_proven_stages_are_optimal(model):
    result = solved(model, [])
    assert [(stage.value, stage.bound, stage.status) for stage in result.stages] == [
        (0, 0, "optimal"),
        (60 * 5 * 60_000, 60 * 5 * 60_000, "optimal"),
    ]
    assert result.is_settled


def test_what_a_later_stage_improves_by_chance_is_told(model):
    result = solved(model, [NOTHING_SAID])
    schools = result.stages[0]
    assert schools.value == schools.objective.exact(result.values) < 2
    assert schools.bound == 0


def test_a_stage_without_proof_is_not_settled(model):
    result = solved(model, [None, Outcome("time_limit", None, 100.0)])
    assert result.stages[1].status == "time_limit"
    assert result.stages[1].bound == 100 * 60_000
    assert not result.is_settled


def test_a_solver_that_denies_what_was_found_proves_nothing(model):
    denied = Outcome("infeasible", None, np.inf)
    result = solved(model, [denied, denied])
    assert [stage.bound for stage in result.stages] == [0, 0]
    assert {stage.status for stage in result.stages} == {"time_limit"}


@pytest.mark.parametrize(("gap", "status"), [(0.5, "within_gap"), (0.1, "time_limit")])
def test_the_gap_decides_what_is_proven(model, gap, status):
    outcome = Outcome("within_gap", model.start, 300.0)
    result = solved(model, [Outcome("optimal", model.start, 2.0), outcome, NOTHING_SAID], gap=gap)
    assert result.stages[1].value == 420 * 60_000
    assert result.stages[1].status == status


def test_a_bound_is_never_above_the_value_nor_weaker_than_the_solver_said(model):
    said = [Outcome("optimal", model.start, 1.05), Outcome("optimal", model.start, 420.00001)]
    result = solved(model, [*said, NOTHING_SAID], gap=0.5)
    assert [stage.bound for stage in result.stages] == [1.05, 420 * 60_000]
