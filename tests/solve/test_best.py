"""Solving part by part: limits, starts and processes."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from cases.counties import county_problem
from layoutplan.core.rules import SolverSettings
from layoutplan.solve import parts
from layoutplan.solve.best import best
from layoutplan.solve.lexicographic import NoSolutionError

ORDER = ("small_schools", "pupil_minutes")


def found(problem, order=ORDER, *, settings=None, **more):
    return best(
        problem, order, settings or SolverSettings(), deadline=time.monotonic() + 60, **more
    )


@pytest.fixture(scope="module")
def problem():
    return county_problem(7, side=60.0)


def test_a_limit_is_kept_and_the_bound_holds_under_it(problem):
    free = found(problem, ("pupil_minutes",))
    small = found(problem).stages[0].value
    limited = found(problem, ("pupil_minutes",), limits=[("small_schools", small)])
    assert limited.stages[0].value == found(problem).stages[1].value > free.stages[0].value
    assert limited.status == "optimal"


def test_a_limit_that_nobody_can_keep_is_proven_so(problem):
    small = found(problem).stages[0].value
    with pytest.raises(NoSolutionError) as caught:
        found(problem, ("pupil_minutes",), limits=[("small_schools", small - 1)])
    assert caught.value.is_proven
    assert len(caught.value.impossible) == 1


def test_a_start_is_kept_where_time_is_up(problem):
    first = found(problem)
    again = best(problem, ORDER, SolverSettings(), deadline=time.monotonic(), start=first)
    assert [stage.value for stage in again.stages] == [stage.value for stage in first.stages]
    np.testing.assert_array_equal(again.is_used, first.is_used)


def test_processes_change_nothing(problem, monkeypatch):
    monkeypatch.setattr(parts, "_WORTH_PROCESSES", 0)
    told = []
    alone = found(problem)
    together = found(
        problem, settings=SolverSettings(threads=2), progress=lambda *each: told.append(each)
    )
    np.testing.assert_array_equal(together.is_used, alone.is_used)
    np.testing.assert_array_equal(together.is_option, alone.is_option)
    assert together.stages == alone.stages
    assert told[-1][1] == told[-1][2] > 1


def test_every_part_without_a_solution_is_named(problem):
    none = replace(problem.options, seats=np.zeros_like(problem.options.seats))
    with pytest.raises(NoSolutionError) as caught:
        found(replace(problem, options=none))
    assert caught.value.is_proven
    assert len(caught.value.impossible) > 1
