"""Solving on the core finds what solving as a whole finds, and its bounds hold."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from cases.counties import county_problem
from layoutplan.core.rules import SolverSettings
from layoutplan.model.build import build_model
from layoutplan.solve import core
from layoutplan.solve.core import on_core
from layoutplan.solve.highs import relaxed_with_highs, solve_with_highs
from layoutplan.solve.lexicographic import solve_in_order
from layoutplan.solve.sure import sure, tightened

ORDER = ("small_schools", "pupil_minutes")


def solved(problem, settings=None, *, is_on_core: bool):
    """Return the solution of a problem with or without the core, and how large programs were."""
    sizes = []

    def gateway(program, settings, seconds):
        if program.looks:
            sizes.append(np.count_nonzero(program.upper > program.lower))
        return solve_with_highs(program, settings, seconds)

    model = build_model(problem, ORDER)
    solver, relax = gateway, None
    if is_on_core:
        model, relax = tightened(problem, model), relaxed_with_highs
        solver = on_core(problem, model.rows, gateway, relax)
    found = solve_in_order(
        model, settings or SolverSettings(), solver, time.monotonic() + 60, relax
    )
    return found, sizes


@pytest.fixture(autouse=True)
def _cores_of_small_problems(monkeypatch):
    monkeypatch.setattr(core, "_LEAST_PAIRS", 0)


@pytest.mark.parametrize("movement", ["by_village", "redraw"])
@pytest.mark.parametrize("seed", range(4))
def test_the_core_holds_the_optimum(movement, seed):
    problem = county_problem(seed, movement=movement)
    whole, sizes = solved(problem, is_on_core=False)
    on, core_sizes = solved(problem, is_on_core=True)
    assert [(stage.value, stage.status) for stage in on.stages] == [
        (stage.value, "optimal") for stage in whole.stages
    ]
    np.testing.assert_array_equal(on.values, whole.values)
    assert sum(core_sizes) < sum(sizes)


@pytest.mark.parametrize("seed", range(3))
def test_a_gap_is_proven_by_a_bound_that_holds(seed):
    problem = county_problem(seed, movement="redraw", n_villages=80, n_schools=16)
    best, _ = solved(problem, is_on_core=False)
    rough, _ = solved(problem, SolverSettings(gap=0.01), is_on_core=True)
    for stage, truth in zip(rough.stages, best.stages, strict=True):
        assert stage.status in ("optimal", "within_gap")
        assert stage.bound <= truth.value <= stage.value


def test_a_contradiction_is_told_on_the_core_too():
    problem = county_problem(1)
    nobody = replace(problem.options, seats=np.zeros_like(problem.options.seats))
    program = []

    def gateway(asked, settings, seconds):
        program.append(asked)
        return solve_with_highs(asked, settings, seconds)

    crowded = replace(problem, options=nobody)
    model = tightened(crowded, build_model(crowded, ORDER))
    solver = on_core(crowded, model.rows, gateway, relaxed_with_highs)
    with pytest.raises(Exception, match="no solution") as caught:
        solve_in_order(model, SolverSettings(), solver, time.monotonic() + 60, relaxed_with_highs)
    assert caught.value.is_proven
    assert program


@pytest.mark.parametrize("movement", ["by_village", "whole_school", "redraw"])
@pytest.mark.parametrize("seed", range(3))
def test_what_is_sure_holds_in_the_optimum(movement, seed):
    problem = county_problem(seed, movement=movement)
    found, _ = solved(problem, is_on_core=False)
    model = build_model(problem, ORDER)
    narrowed = tightened(problem, model)
    assert (found.values >= narrowed.lower).all()
    assert (found.values <= narrowed.upper).all()
    assert (sure(problem).may_close <= problem.may_close).all()
