"""Teaching points, growth, boarding and money in the planning problem."""

from __future__ import annotations

import numpy as np

from cases.demand import as_villages_say
from cases.towns import town
from layoutplan.core.rules import Band, Costs, Expansion, Rules
from layoutplan.model.assemble import build_problem
from layoutplan.model.problem import Problem

BANDS = (
    Band("low", "walk", 30.0),
    Band("high", "bus", 40.0, boarding=True, max_boarding_minutes=90.0),
)
MINUTE = 60_000


def posed(*args: object, **changes: object) -> Problem:
    case = town(*args, **changes)
    return build_problem(case, case.travel_times, as_villages_say(case))


def pair(problem: Problem, block: str, school: str) -> int | None:
    """Return the position of a pair, None where there is none."""
    is_it = (problem.block_ids[problem.pair_block] == block) & (
        problem.school_ids[problem.pair_school] == school
    )
    return int(np.flatnonzero(is_it)[0]) if is_it.any() else None


def test_pupils_board_beyond_a_days_trip_where_there_are_beds():
    far = {"walk": [[5, 20, 80]], "bus": [[10, 60, 80]]}
    given = {"pupils": {"low": [3], "high": [4]}, "seats": [9, 90, 90], "today": ["s1"]}
    problem = posed(far, bands=BANDS, beds=[5, 0, 5], **given)
    assert pair(problem, "v1|high|s1", "s2") is None, "no beds"
    assert problem.boarders[pair(problem, "v1|high|s1", "s3")] == 4
    assert problem.boarders[pair(problem, "v1|high|s1", "s1")] == 0, "near enough to go by day"
    assert pair(problem, "v1|low|s1", "s3") is None, "this band does not board"


def test_nobody_boards_beyond_the_weekly_limit():
    problem = posed(
        [[10, 90, 91]],
        pupils={"low": [0], "high": [4]},
        seats=[9, 9, 9],
        today=["s1"],
        bands=BANDS,
        beds=[0, 5, 5],
    )
    assert pair(problem, "v1|high|s1", "s2") is not None
    assert pair(problem, "v1|high|s1", "s3") is None


def test_who_may_stay_over_the_limit_does_so_by_day():
    far_today = {"pupils": {"low": [0], "high": [4]}, "seats": [9], "today": ["s1"]}
    kept = posed([[60]], bands=BANDS, beds=[5], **far_today)
    cured = posed(
        [[60]], bands=BANDS, beds=[5], rules=Rules(over_limit_today="forbid"), **far_today
    )
    assert kept.boarders.tolist() == [0]
    assert cured.boarders.tolist() == [4]


def test_high_bands_may_not_go_to_a_teaching_point_and_low_ones_may():
    problem = posed(
        [[5, 9], [9, 5]],
        pupils={"low": [3, 3], "high": [4, 4]},
        seats=[20, 20],
        today=["s1", "s2"],
        bands=BANDS,
        rules=Rules(teaching_point_bands=("low",)),
    )
    allowed = set(zip(*problem.allowing(), strict=True))
    point = 1  # the second option of s1
    assert (pair(problem, "v2|low|s2", "s1"), point) in allowed
    assert (pair(problem, "v2|high|s2", "s1"), point) not in allowed
    assert problem.is_always_bound[problem.band == 0].all()
    assert not problem.is_always_bound[problem.band == 1].any()


def test_an_overfull_school_admits_newcomers_only_once_it_has_grown_enough():
    problem = posed(
        [[5, 9], [9, 5]],
        pupils=[30, 8],
        seats=[20, 40],
        today=["s1", "s2"],
        expansions=[Expansion("s1", seats=5), Expansion("s1", seats=15)],
    )
    assert problem.options.seats.tolist() == [30, 30, 35, 40]
    assert problem.options.admits.tolist() == [False, False, True, True]
    newcomers = pair(problem, "v2|primary|s2", "s1")
    pairs, options = problem.allowing()
    assert options[pairs == newcomers].tolist() == [2]


def test_money_of_a_pair_is_teaching_boarding_and_transport():
    problem = posed(
        {"bus": [[10, 60]]},
        pupils={"high": [4]},
        seats=[9, 9],
        today=["s1"],
        bands=BANDS[1:],
        beds=[0, 5],
        cost_per_pupil=[700.0, np.nan],
        costs=Costs(per_pupil=650.0, per_boarder=200.0, per_pupil_minute=1.5),
    )
    at_home = problem.pair_cents[pair(problem, "v1|high|s1", "s1")]
    boarding = problem.pair_cents[pair(problem, "v1|high|s1", "s2")]
    assert at_home == 100 * 4 * (700 + 1.5 * 10)
    assert boarding == 100 * 4 * (650 + 200 + 1.5 * 60 / 5)
    assert problem.floor_cents.tolist() == [70_000, 65_000]
