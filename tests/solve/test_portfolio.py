"""Good plans that differ, against every plan that a small town could have."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.demand import as_villages_say
from cases.enumerated import open_towns
from cases.plain_town import Way, Ways
from cases.towns import town
from layoutplan.core.rules import Rules
from layoutplan.model.assemble import build_problem
from layoutplan.solve.best import Reached
from layoutplan.solve.decided import solution_of
from layoutplan.solve.portfolio import Differing, most_of, portfolio

ORDERS = [
    ("small_schools", "pupil_minutes"),
    ("schools_open", "pupils_moved"),
    ("yearly_cost", "pupil_minutes", "small_schools"),
]
WITHIN = 0.25


def fate(way: Way | None) -> tuple[object, ...]:
    return ("",) if way is None else (way.action, way.seats, way.beds)


def n_differing(one: list[Any], other: list[Any]) -> int:
    return sum(here != there for here, there in zip(one, other, strict=True))


def fates_of(case: Any, each: Differing) -> list[Any]:
    solution = solution_of(case, each.plan, 0.0)
    rows = zip(solution.action, solution.seats, solution.beds, strict=True)
    return [("",) if action == "" else (action, seats, beds) for action, seats, beds in rows]


def plain_fates(case: Any, ways: Ways) -> list[Any]:
    return [fate(ways[name]) for name in case.schools.index]


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(given_town=st.sampled_from(ORDERS).flatmap(open_towns))
def test_each_plan_is_good_and_differs_most_from_those_before(given_town: Any) -> None:
    case, attendance, plans = given_town
    problem = build_problem(case, case.travel_times, attendance)
    several = portfolio(problem, case.order, case.solver, within=WITHIN, n_plans=4)
    is_exhausted, found = several.is_exhausted, several.plans
    valued = [
        ([round(each[name], 6) for name in case.order], plain_fates(case, ways))
        for ways, each in plans
    ]
    best = min(worth for worth, _ in valued)
    good = [
        (worth, fates)
        for worth, fates in valued
        if all(here <= there * (1 + WITHIN) + 1e-4 for here, there in zip(worth, best, strict=True))
    ]
    chosen = [fates_of(case, found[0])]
    for each in found[1:]:
        farthest = max(min(n_differing(fates, other) for other in chosen) for _, fates in good)
        own = fates_of(case, each)
        assert each.n_least == each.n_bound == farthest > 0
        assert min(n_differing(own, other) for other in chosen) == farthest
        same = min(worth for worth, fates in good if fates == own)
        assert [stage.value / stage.per_unit for stage in each.plan.stages] == pytest.approx(same)
        chosen.append(own)
    assert is_exhausted == (len(found) < 4)
    if is_exhausted:
        assert all(fates in chosen for _, fates in good)


def test_the_best_plan_comes_first_and_no_plan_twice() -> None:
    case = town(
        [[5, 6, 7], [6, 5, 7], [7, 6, 5]],
        pupils=[10, 10, 10],
        seats=[60, 60, 60],
        today=["s1", "s2", "s3"],
        rules=Rules(small_below=20),
    )
    problem = build_problem(case, case.travel_times, as_villages_say(case))
    found = portfolio(problem, case.order, case.solver, within=0.5, n_plans=9).plans
    taken = [tuple(np.flatnonzero(each.plan.is_option)) for each in found]
    assert len(set(taken)) == len(taken) < 9
    assert found[0].n_least == 0
    assert [each.plan.stages[0].value for each in found] == [0] * len(found)


def test_the_same_portfolio_every_time() -> None:
    case = town(
        [[5, 6, 7, 9], [6, 5, 7, 8], [7, 6, 5, 9], [9, 8, 7, 5]],
        pupils=[10, 11, 12, 13],
        seats=[60] * 4,
        today=["s1", "s2", "s3", "s4"],
        rules=Rules(small_below=20),
    )
    problem = build_problem(case, case.travel_times, as_villages_say(case))
    first, second = (
        portfolio(problem, case.order, case.solver, within=0.5, n_plans=5).plans for _ in range(2)
    )
    for one, other in zip(first, second, strict=True):
        assert (one.plan.is_option == other.plan.is_option).all()
        assert (one.plan.is_used == other.plan.is_used).all()


@pytest.mark.parametrize(
    ("value", "within", "most"), [(12, 0.01, 12), (300, 0.01, 303), (0, 0.5, 0), (99, 0.0, 99)]
)
def test_whole_numbers_are_not_rounded_up(value: int, within: float, most: int) -> None:
    assert most_of(Reached("small_schools", value, float(value), 1), within) == most


def test_groups_freed_one_after_the_other_lead_to_no_other_difference(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = town(
        [[5, 6, 7, 9], [6, 5, 7, 8], [7, 6, 5, 9], [9, 8, 7, 5]],
        pupils=[10, 11, 12, 13],
        seats=[60] * 4,
        today=["s1", "s2", "s3", "s4"],
        rules=Rules(small_below=20),
    )
    problem = build_problem(case, case.travel_times, as_villages_say(case))
    ask = {"within": 0.5, "n_plans": 4}
    at_once = portfolio(problem, case.order, case.solver, **ask).plans
    monkeypatch.setattr("layoutplan.solve.windows._N_FREED", 1)
    in_groups = portfolio(problem, case.order, case.solver, **ask).plans
    assert [each.n_least for each in in_groups] == [each.n_least for each in at_once]
