"""The trade-off of two objectives against every plan that a small town could have."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.demand import as_villages_say
from cases.enumerated import open_towns
from cases.towns import town
from layoutplan.core.rules import Rules
from layoutplan.model.assemble import build_problem
from layoutplan.solve.best import Best, best
from layoutplan.solve.front import front
from layoutplan.solve.lexicographic import NoSolutionError

COUNTED = [
    ("small_schools", "pupil_minutes", "pupils_moved"),
    ("pupil_minutes", "small_schools"),
    ("schools_open", "yearly_cost", "pupil_minutes"),
    ("schools_open", "small_schools"),
    ("small_schools", "max_minutes", "pupil_minutes"),
]
UNCOUNTED = [("pupils_moved", "pupil_minutes"), ("yearly_cost", "pupil_minutes", "small_schools")]
QUICK = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def worths(points: tuple[Best, ...]) -> list[list[float]]:
    return [[stage.value / stage.per_unit for stage in point.stages] for point in points]


def not_dominated(worth_of_plans: list[list[float]]) -> list[list[float]]:
    """Return the values of the plans that no plan beats, of equal ones the best in what follows."""
    kept: list[list[float]] = []
    for worth in sorted([round(each, 6) for each in worth] for worth in worth_of_plans):
        if not kept or worth[1] < kept[-1][1]:
            kept.append(worth)
    return kept


@QUICK
@given(given_town=st.sampled_from(COUNTED).flatmap(open_towns))
def test_no_point_is_left_out_and_none_is_beaten(given_town: Any) -> None:
    case, attendance, plans = given_town
    expected = not_dominated([[each[name] for name in case.order] for _, each in plans])
    problem = build_problem(case, case.travel_times, attendance)
    points = front(problem, case.order, case.solver, n_points=None)
    assert worths(points) == [pytest.approx(worth) for worth in expected]
    assert all(point.status == "optimal" for point in points)
    assert all(stage.bound == stage.value for point in points for stage in point.stages[:2])


@QUICK
@given(given_town=st.sampled_from([*UNCOUNTED, COUNTED[0]]).flatmap(open_towns))
def test_points_at_bounds_are_points_of_the_whole(given_town: Any) -> None:
    case, attendance, plans = given_town
    expected = not_dominated([[each[name] for name in case.order] for _, each in plans])
    problem = build_problem(case, case.travel_times, attendance)
    points = worths(front(problem, case.order, case.solver, n_points=4))
    assert points[0] == pytest.approx(expected[0])
    assert points[-1] == pytest.approx(expected[-1])
    least, most = expected[0][0], expected[-1][0]
    for bound in (least + (most - least) * place / 3 for place in range(4)):
        within = max(worth for worth in expected if worth[0] <= bound + 1e-4)
        assert any(point == pytest.approx(within) for point in points)


def two_parts() -> Any:
    """Return two towns far apart: in each the small school may merge, at another price."""
    far = float("inf")
    return town(
        [[5, 25, far, far], [25, 6, far, far], [far, far, 5, 20], [far, far, 29, 4]],
        pupils=[20, 30, 10, 40],
        seats=[60, 60, 60, 60],
        today=["s1", "s2", "s3", "s4"],
        decision=["free"] * 4,
        rules=Rules(small_below=40),
    )


def test_parts_are_solved_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    case = two_parts()
    sizes = []

    def watched(problem: Any, *args: Any, **kwargs: Any) -> Best:
        sizes.append(problem.n_schools)
        return best(problem, *args, **kwargs)

    monkeypatch.setattr("layoutplan.solve.levels.best", watched)
    problem = build_problem(case, case.travel_times, as_villages_say(case))
    points = front(problem, case.order, case.solver, n_points=None)
    assert sizes
    assert max(sizes) == 2
    assert worths(points) == [[0, 1040], [1, 890], [2, 640], [3, 490]]


def test_what_is_not_proven_is_not_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    case = two_parts()

    def unsure(problem: Any, *args: Any, **kwargs: Any) -> Best:
        """Return the best with bounds that lie 7 under what is reached."""
        found = best(problem, *args, **kwargs)
        stages = tuple(
            replace(each, bound=max(0.0, each.bound - 7)) if each.name == "pupil_minutes" else each
            for each in found.stages
        )
        return replace(found, stages=stages, status="time_limit")

    monkeypatch.setattr("layoutplan.solve.levels.best", unsure)
    problem = build_problem(case, case.travel_times, as_villages_say(case))
    points = front(problem, case.order, case.solver, n_points=None)
    gaps = [point.stages[1].value - point.stages[1].bound for point in points]
    assert max(gaps) == 14  # the gaps of both parts together
    assert all(point.status == "time_limit" for point in points)


def test_a_town_without_a_plan_says_so() -> None:
    case = town([[50.0]], pupils=[10], seats=[20], today=[""])
    problem = build_problem(case, case.travel_times, as_villages_say(case))
    with pytest.raises(NoSolutionError) as caught:
        front(problem, case.order, case.solver, n_points=None)
    assert caught.value.is_proven


def test_every_solve_has_all_of_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    case = two_parts()
    left = []

    def watched(*args: Any, deadline: float, **kwargs: Any) -> Best:
        left.append(deadline - time.monotonic())
        return best(*args, deadline=deadline, **kwargs)

    monkeypatch.setattr("layoutplan.solve.levels.best", watched)
    problem = build_problem(case, case.travel_times, as_villages_say(case))
    front(problem, case.order, case.solver, n_points=None)
    assert min(left) > 0.9 * case.solver.seconds
