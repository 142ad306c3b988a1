"""The properties that every optimum has, and what is said of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cases.demand import as_villages_say
from cases.towns import town
from layoutplan.core.case import Case
from layoutplan.core.rules import Band, SolverSettings
from layoutplan.errors import DataError, InfeasibleError
from layoutplan.solve.program import Outcome
from layoutplan.solve.solve import solve

INF = float("inf")


@pytest.fixture(scope="module")
def county() -> Case:
    """Forty villages and twelve schools on a plane, with a real trade-off."""
    rng = np.random.default_rng(7)
    village, school = rng.uniform(0, 40, (40, 2)), rng.uniform(0, 40, (12, 2))
    minutes = np.round(np.hypot(*(village[:, None] - school).transpose(2, 0, 1)), 2)
    pupils = rng.integers(1, 25, 40)
    nearest = minutes.argmin(axis=1)
    attending = np.bincount(nearest, weights=pupils, minlength=12)
    return town(
        minutes,
        pupils=pupils.tolist(),
        seats=np.maximum(attending * 1.5, 30).astype(int).tolist(),
        today=[f"s{j + 1}" for j in nearest],
        bands=(Band("primary", "walk", 15),),
    )


def test_cbc_finds_the_same_plan(county):
    attendance = as_villages_say(county)
    highs = solve(county, county.travel_times, attendance)
    with_cbc = replace(county, solver=SolverSettings(name="PULP_CBC_CMD", seconds=60))
    cbc = solve(with_cbc, county.travel_times, attendance)
    assert highs.status == cbc.status == "optimal"
    assert [result.value for result in highs.objective] == [
        result.value for result in cbc.objective
    ]
    np.testing.assert_array_equal(highs.school_idx, cbc.school_idx)
    np.testing.assert_array_equal(highs.action, cbc.action)


def test_cbc_needs_no_plan_to_start_from():
    case = town(
        [[5, 9], [9, 5]],
        pupils=[4, 6],
        seats=[20, 20],
        solver=SolverSettings(name="PULP_CBC_CMD", seconds=60),
    )
    solution = solve(case, case.travel_times, as_villages_say(case))
    assert solution.status == "optimal"
    assert values(solution) == [1, 4 * 9 + 6 * 5]


def test_what_is_proven_impossible_is_told_even_where_time_runs_out(monkeypatch):
    case = town([[5, INF], [INF, 5], [INF, 6]], pupils=[30, 4, 5], seats=[20, 20])
    attendance = as_villages_say(case)

    def gateway(program, settings, seconds):
        is_first = len(program.lower) < 7
        return Outcome("infeasible" if is_first else "no_plan", None, -np.inf)

    monkeypatch.setattr("layoutplan.solve.parts.gateway_of", lambda settings: gateway)
    with pytest.raises(InfeasibleError) as caught:
        solve(case, case.travel_times, attendance)
    assert caught.value.reasons[0].ids == ("Village 1 (v1)",)


def test_every_run_gives_the_same_plan_whatever_the_seed(county):
    attendance = as_villages_say(county)
    plans = [
        solve(
            replace(county, solver=SolverSettings(seed=seed, seconds=60)),
            county.travel_times,
            attendance,
        )
        for seed in (0, 1, 2)
    ]
    assert all(plan.is_settled for plan in plans)
    for plan in plans[1:]:
        np.testing.assert_array_equal(plan.school_idx, plans[0].school_idx)


def test_one_more_seat_never_makes_it_worse(county):
    attendance = as_villages_say(county)
    before = solve(county, county.travel_times, attendance)
    for school in county.schools.index[:4]:
        seats = county.schools["seats"].copy()
        seats[school] += 1
        more = replace(county, schools=county.schools.assign(seats=seats))
        after = solve(more, county.travel_times, attendance)
        assert values(after) <= values(before)


def test_freer_movement_never_makes_it_worse(county):
    attendance = as_villages_say(county)
    by_movement = [
        values(
            solve(
                replace(county, rules=replace(county.rules, movement=movement)),
                county.travel_times,
                attendance,
            )
        )
        for movement in ("redraw", "by_village", "whole_school")
    ]
    assert by_movement == sorted(by_movement)


def test_travel_times_of_other_schools_are_refused(county):
    fewer = replace(county, schools=county.schools.iloc[1:])
    with pytest.raises(DataError, match="other villages or schools"):
        solve(fewer, county.travel_times, as_villages_say(county))


def test_a_plan_stopped_by_time_says_so(county):
    hurried = replace(county, solver=SolverSettings(seconds=0.0))
    solution = solve(hurried, county.travel_times, as_villages_say(county))
    assert solution.status == "time_limit"
    assert all(0 < result.gap <= 1 for result in solution.objective)
    assert not solution.is_settled


def test_a_gap_that_was_asked_for_is_told(county):
    attendance = as_villages_say(county)
    best = solve(county, county.travel_times, attendance)
    rough = solve(
        replace(county, solver=SolverSettings(gap=0.5, seconds=60)), county.travel_times, attendance
    )
    assert rough.status in ("within_gap", "optimal")
    for result in rough.objective:
        assert result.bound <= result.value
        assert result.gap <= 0.5
    assert rough.objective[0].bound <= best.objective[0].value <= rough.objective[0].value


def values(solution) -> list[float]:
    return [result.value for result in solution.objective]
