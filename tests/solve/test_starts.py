"""A quickly found plan keeps to every row, and closing, filling and shifting only improve it."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from cases.counties import county_problem
from layoutplan.model.arrays import broken_rows
from layoutplan.model.build import build_model
from layoutplan.model.columns import columns_of
from layoutplan.solve.local_search import Judge, improved
from layoutplan.solve.places import Places, ways_of
from layoutplan.solve.starts import start_of
from layoutplan.solve.sure import sure

ORDER = ("small_schools", "pupil_minutes")


def started(problem):
    model = build_model(problem, ORDER)
    return model, start_of(problem, model, math.inf)


def as_today(problem):
    """Return everybody at today's school."""
    ways = ways_of(problem, problem.pupil_ms.astype(np.float64), sure(problem).is_usable)
    places = Places.empty(ways, np.arange(len(problem.options)))
    for pair in np.flatnonzero(problem.is_stay).tolist():
        places.put(pair)
    return places


@pytest.mark.parametrize("movement", ["by_village", "redraw"])
@pytest.mark.parametrize("seed", range(6))
def test_a_start_keeps_to_every_row_and_is_better_than_today(seed, movement):
    model, start = started(county_problem(seed, movement=movement))
    small = model.objectives[0]
    assert not broken_rows(model.rows, start)
    np.testing.assert_array_equal(model.complete(start), start)
    assert small.exact(start) <= small.exact(model.start)


@pytest.mark.parametrize("seed", range(4))
def test_a_least_size_that_today_breaks_is_kept(seed):
    problem = county_problem(seed, movement="redraw", min_enrollment=30)
    model, start = started(problem)
    assert broken_rows(model.rows, model.start)
    assert start is not None
    assert not broken_rows(model.rows, start)


def test_seats_that_are_tight_are_shared_out_in_rounds():
    problem = county_problem(3, movement="redraw", side=15.0)
    columns = columns_of(problem)
    _, start = started(problem)
    largest = np.bincount(
        problem.pair_school[start[columns.x] > 0],
        weights=problem.pupils[problem.pair_block[start[columns.x] > 0]],
        minlength=problem.n_schools,
    )
    seats = np.full(problem.n_schools, math.ceil(problem.pupils.sum() * 1.04 / problem.n_schools))
    tight = replace(
        problem,
        may_close=np.zeros_like(problem.may_close),
        options=replace(problem.options, seats=seats),
    )
    assert (largest > seats).any()
    model, start = started(tight)
    assert start is not None
    assert not broken_rows(model.rows, start)


def test_without_room_for_all_there_is_no_start():
    problem = county_problem(3, movement="redraw")
    seats = np.full(problem.n_schools, problem.pupils.sum() // problem.n_schools - 1)
    _, start = started(replace(problem, options=replace(problem.options, seats=seats)))
    assert start is None


def test_the_same_problem_gives_the_same_start():
    one, other = (started(county_problem(5, movement="redraw"))[1] for _ in range(2))
    np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("seed", range(4))
def test_a_plan_improved_is_no_worse_and_the_plan_before_is_left_alone(seed):
    problem = county_problem(seed, movement="redraw")
    judge = Judge.of(build_model(problem, ORDER))
    before = as_today(problem)
    pair = before.pair.copy()
    after = improved(before, judge, math.inf)
    assert judge.worth(after) < judge.worth(before)
    np.testing.assert_array_equal(before.pair, pair)


@pytest.mark.parametrize("seed", range(4))
def test_rooms_are_counted_as_the_plan_has_them(seed):
    problem = county_problem(seed, movement="redraw")
    after = improved(as_today(problem), Judge.of(build_model(problem, ORDER)), math.inf)
    np.testing.assert_array_equal(
        after.pupils,
        np.bincount(
            problem.pair_school[after.pair], weights=problem.pupils, minlength=problem.n_schools
        ),
    )
    assert (after.option[problem.pair_school[after.pair]] >= 0).all()
