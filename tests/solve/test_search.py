"""Branch and price ends with the plan that a solver of integer programs proves to be the best."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from cases.counties import county_problem
from layoutplan.core.rules import SolverSettings
from layoutplan.model.build import build_model
from layoutplan.solve import core, nodes, search
from layoutplan.solve.bins import Bins
from layoutplan.solve.core import on_core
from layoutplan.solve.dual import bound_of
from layoutplan.solve.highs import relaxed_with_highs, solve_with_highs
from layoutplan.solve.lexicographic import Stage, _program, solve_in_order
from layoutplan.solve.search import searched
from layoutplan.solve.split import split_of
from layoutplan.solve.sure import sure, tightened

ORDER = ("small_schools", "pupil_minutes")
NO_DEADLINE = float("inf")


def stage_of(seed: int, movement: str, share: float = 1.0):
    """Return a split second stage with its knapsacks, prices, worst start and best cost.

    Schools have `share` of their seats, and at least those for who is there today.
    """
    problem = county_problem(seed, movement=movement, n_villages=24, n_schools=8, min_enrollment=15)
    options = problem.options
    today = np.bincount(problem.today, weights=problem.pupils, minlength=problem.n_schools)
    seats = np.maximum(today[options.school], np.ceil(share * options.seats)).astype(np.int64)
    problem = replace(problem, options=replace(options, seats=seats))
    model = tightened(problem, build_model(problem, ORDER))
    first = solve_with_highs(_program(model, [], model.objectives[0], None), SolverSettings(), 60.0)
    n_small = round(float(model.objectives[0].cost @ first.values))
    kept = [Stage(model.objectives[0], n_small, n_small, 0.0)]
    program = _program(model, kept, model.objectives[1], None)
    best = solve_with_highs(program, SolverSettings(), 60.0)
    worst = solve_with_highs(replace(program, cost=-program.cost), SolverSettings(), 60.0)
    facts = sure(problem)
    bins = Bins(replace(problem, may_close=facts.may_close), facts.is_usable)
    relaxed = relaxed_with_highs(program)
    assert relaxed is not None
    split = split_of(bins.problem, model.rows, program)
    return split, bins, relaxed[1][split.is_tie], worst.values, float(program.cost @ best.values)


@pytest.mark.parametrize("smaller", [0.0, 0.8, 1.0])
@pytest.mark.parametrize("movement", ["by_village", "redraw"])
@pytest.mark.parametrize("seed", range(6))
def test_the_search_finds_the_best_plan(monkeypatch, seed, movement, smaller):
    monkeypatch.setattr(nodes, "_SMALLER", smaller)
    split, bins, price, start, best = stage_of(seed, movement)
    found, least = searched(split, bins, price, start, gap=0.0, deadline=NO_DEADLINE)
    assert least == pytest.approx(best, rel=1e-8)
    assert float(split.program.cost @ found) == pytest.approx(best, rel=1e-8)
    assert nodes.is_solution(split.program, found)


@pytest.mark.parametrize("share", [0.8, 0.9, 3.0])
@pytest.mark.parametrize("seed", range(3))
def test_seats_that_are_tight_and_seats_that_are_not(seed, share):
    split, bins, price, start, best = stage_of(seed, "redraw", share)
    found, least = searched(split, bins, price, start, gap=0.0, deadline=NO_DEADLINE)
    assert least == pytest.approx(best, rel=1e-8)
    assert float(split.program.cost @ found) == pytest.approx(best, rel=1e-8)


@pytest.mark.parametrize("seed", range(3))
def test_a_gap_is_kept(seed):
    split, bins, price, start, best = stage_of(seed, "redraw")
    found, least = searched(split, bins, price, start, gap=0.02, deadline=NO_DEADLINE)
    cost = float(split.program.cost @ found)
    assert best - 1e-6 <= cost <= best / (1 - 0.02) + 1e-6
    assert least <= best
    assert least == pytest.approx(cost * (1 - 0.02), rel=1e-8)


def test_a_search_that_takes_too_long_tells_how_far_it_came(monkeypatch):
    split, bins, price, start, best = stage_of(0, "redraw")
    found, least = searched(split, bins, price, start, gap=0.0, deadline=time.monotonic() - 1)
    assert found is start
    assert least == -np.inf
    bounds = []
    for n_nodes in (1, 2, 4):
        monkeypatch.setattr(search, "_MOST_NODES", n_nodes)
        found, least = searched(split, bins, price, start, gap=0.0, deadline=NO_DEADLINE)
        assert least <= best + 1e-6 <= float(split.program.cost @ found) + 2e-6
        bounds.append(least)
    assert bounds == sorted(bounds)
    assert np.isfinite(bounds[0])


@pytest.mark.parametrize("seed", [1, 5, 6, 7])
def test_a_hard_stage_is_settled_by_the_search(monkeypatch, seed):
    searches = []

    def counted(*args, **settings):
        searches.append(searched(*args, **settings))
        return searches[-1]

    monkeypatch.setattr(core, "searched", counted)
    monkeypatch.setattr(core, "_LEAST_PAIRS", 0)
    monkeypatch.setattr(core, "_FIRST_MARGIN", 1e-5)
    monkeypatch.setattr(core, "_MANY_NODES", 0)
    problem = county_problem(seed, movement="redraw", n_villages=60, min_enrollment=15)
    model = build_model(problem, ORDER)
    whole = solve_in_order(
        model, SolverSettings(), solve_with_highs, time.monotonic() + 60, relaxed_with_highs
    )
    model = tightened(problem, model)
    solver = on_core(problem, model.rows, solve_with_highs, relaxed_with_highs)
    found = solve_in_order(
        model, SolverSettings(), solver, time.monotonic() + 60, relaxed_with_highs
    )
    assert searches
    assert [(stage.value, stage.bound) for stage in found.stages] == [
        (stage.value, stage.bound) for stage in whole.stages
    ]
    np.testing.assert_array_equal(found.values, whole.values)


def test_bounds_of_sides_never_exceed_the_truth():
    split, bins, price, _, best = stage_of(2, "redraw")
    bound = bound_of(split, bins, price, enough=np.inf)
    root = nodes.root_of(split, bins, bound.price)
    rng = np.random.default_rng(0)
    free = np.flatnonzero(split.program.lower < split.program.upper)
    free = free[free < len(split.problem.options) + split.problem.n_pairs]
    for column in rng.permutation(free)[:30]:
        for is_in in (True, False):
            program = split.program
            lower, upper = program.lower.copy(), program.upper.copy()
            lower[column] = upper[column] = float(is_in)
            outcome = solve_with_highs(
                replace(program, lower=lower, upper=upper), SolverSettings(), 60.0
            )
            truth = np.inf
            if outcome.values is not None:
                truth = float(program.cost @ outcome.values)
            side = nodes.side_of(root, int(column), is_in=is_in, enough=2 * best)
            assert truth >= (2 * best if side is None else side.value) - 1e-6
