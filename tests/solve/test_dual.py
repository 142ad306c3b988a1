"""What a bound says of every decision is no more than the truth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cases.counties import county_problem
from layoutplan.core.rules import SolverSettings
from layoutplan.model.build import build_model
from layoutplan.solve import dual
from layoutplan.solve.bins import Bins
from layoutplan.solve.dual import bound_of
from layoutplan.solve.highs import relaxed_with_highs, solve_with_highs
from layoutplan.solve.lexicographic import Stage, _program
from layoutplan.solve.split import split_of
from layoutplan.solve.sure import sure, tightened

ORDER = ("small_schools", "pupil_minutes")


def stage_of(seed: int, movement: str, n_small: int | None):
    """Return a problem, its model, and the program of its second stage (of its first for None)."""
    problem = county_problem(seed, movement=movement, n_villages=14, n_schools=6, min_enrollment=15)
    model = tightened(problem, build_model(problem, ORDER))
    if n_small is None:
        return problem, model, _program(model, [], model.objectives[0], None)
    kept = [Stage(model.objectives[0], n_small, n_small, 0.0)]
    return problem, model, _program(model, kept, model.objectives[1], None)


def least(program) -> float:
    """Return the least cost of a program, infinite where it has no solution."""
    outcome = solve_with_highs(program, SolverSettings(), 60.0)
    return np.inf if outcome.values is None else float(program.cost @ outcome.values)


@pytest.mark.parametrize("near", [0.0, 0.05])
@pytest.mark.parametrize("n_small", [None, 3])
@pytest.mark.parametrize("movement", ["by_village", "redraw"])
@pytest.mark.parametrize("seed", [0, 1])
def test_no_plan_with_a_decision_is_cheaper_than_told(monkeypatch, seed, movement, n_small, near):
    monkeypatch.setattr(dual, "_NEAR", near)
    problem, model, program = stage_of(seed, movement, n_small)
    facts = sure(problem)
    bins = Bins(replace(problem, may_close=facts.may_close), facts.is_usable)
    relaxed = relaxed_with_highs(program)
    assert relaxed is not None
    split = split_of(bins.problem, model.rows, program)
    bound = bound_of(split, bins, relaxed[1][split.is_tie], enough=np.inf)
    assert bound is not None
    assert relaxed[0] - 1e-6 <= bound.value <= least(program) + 1e-6
    # A school may be called small in the model though it is not: decisions are of z and x alone.
    n_decisions = len(problem.options) + problem.n_pairs
    columns = np.flatnonzero((program.lower < program.upper) & (bound.penalty > 0))
    columns = columns[columns < n_decisions]
    for column in np.random.default_rng(seed).permutation(columns)[:25]:
        lower = program.lower.copy()
        lower[column] = 1.0
        truth = least(replace(program, lower=lower))
        assert truth >= bound.value + min(bound.penalty[column], 1e9) - 1e-6
