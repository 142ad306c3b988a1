"""What no plan can hold is left out before a problem is split, and nothing else."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from cases.counties import county_problem
from cases.demand import as_villages_say
from cases.towns import town
from layoutplan.core.rules import Band, Rules, SolverSettings
from layoutplan.model.assemble import build_problem
from layoutplan.model.split import split, whole
from layoutplan.solve import best as module
from layoutplan.solve import parts
from layoutplan.solve.best import best
from layoutplan.solve.lexicographic import NoSolutionError
from layoutplan.solve.sure import reduced

ORDER = ("small_schools", "pupil_minutes")


def found(problem):
    return best(problem, ORDER, SolverSettings(), deadline=time.monotonic() + 60)


@pytest.mark.parametrize("movement", ["by_village", "redraw"])
@pytest.mark.parametrize("seed", range(4))
def test_the_parts_of_what_is_left_give_the_plan_of_the_whole(monkeypatch, seed, movement):
    problem = county_problem(seed, movement=movement, side=60.0)
    in_parts = found(problem)
    monkeypatch.setattr(module, "_parts", lambda problem, _: (whole(problem),))
    at_once = found(problem)
    assert [stage.value for stage in in_parts.stages] == [stage.value for stage in at_once.stages]
    np.testing.assert_array_equal(in_parts.is_option, at_once.is_option)
    np.testing.assert_array_equal(in_parts.is_used, at_once.is_used)


def test_what_is_left_falls_into_more_parts():
    problem = county_problem(5, side=60.0)
    left = reduced(problem)
    assert left.problem.n_pairs < problem.n_pairs
    assert len(split(left.problem, ORDER)) > len(split(problem, ORDER))
    np.testing.assert_array_equal(left.problem.pair_school, problem.pair_school[left.pair])


def beside_a_full_school(**rules):
    """Return a village with a full school by day, and one with beds and one by day beyond it."""
    case = town(
        [[1, 40, 15], [1, 40, 15], [12, 40, 15]],
        pupils=[20, 20, 12],
        seats=[40, 90, 90],
        today=["s1", "s1", ""],
        bands=(Band("all", "walk", 20, boarding=True, max_boarding_minutes=60),),
        rules=Rules(movement="by_village", **rules),
    )
    schools = case.schools.assign(beds=[0, 30, 0], decision=["keep", "keep", "keep"])
    case = replace(case, schools=schools)
    return build_problem(case, case.travel_times, as_villages_say(case))


def test_a_full_school_still_keeps_pupils_from_going_farther():
    problem = beside_a_full_school(closest_open=True)
    with pytest.raises(NoSolutionError) as caught:
        found(problem)
    assert caught.value.is_proven
    assert sum(part.n_pairs for part in caught.value.impossible) == problem.n_pairs


def test_without_such_a_rule_they_go_farther():
    assert found(beside_a_full_school()).block_school[-1] == 2


def test_a_part_that_time_leaves_no_search_for_has_its_start(monkeypatch):
    problem = county_problem(4, movement="redraw", min_enrollment=30)
    monkeypatch.setattr(parts, "_START_SHARE", 1.0)
    out_of_time = replace(SolverSettings(), seconds=1)
    plan = best(problem, ORDER, out_of_time, deadline=time.monotonic() + 0.4)
    assert plan.stages[0].value >= found(problem).stages[0].value


def test_parts_that_are_known_are_not_solved_again(monkeypatch):
    problem = county_problem(5, side=60.0)
    asked = []
    solve = parts.solved_job
    monkeypatch.setattr(parts, "solved_job", lambda job: asked.append(job) or solve(job))
    known = {}

    def answer(question):
        asked.clear()
        settings, deadline = SolverSettings(), time.monotonic() + 60
        result = best(question, ORDER, settings, deadline=deadline, known=known)
        return result, len(asked)

    first, n_parts = answer(problem)
    again, n_again = answer(problem)
    assert n_parts > 1
    assert n_again == 0
    np.testing.assert_array_equal(first.is_used, again.is_used)
    seats = problem.options.seats.copy()
    seats[-1] += 1
    other, n_other = answer(replace(problem, options=replace(problem.options, seats=seats)))
    assert 0 < n_other < n_parts
    assert other.stages[0].value <= first.stages[0].value


def test_what_time_stopped_is_not_known(monkeypatch):
    problem = county_problem(5, side=60.0)
    solve = parts.solved_job
    monkeypatch.setattr(parts, "solved_job", lambda job: replace(solve(job), is_settled=False))
    known = {}
    best(problem, ORDER, SolverSettings(), deadline=time.monotonic() + 60, known=known)
    assert known == {}
