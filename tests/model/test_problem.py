"""Which pairs, seats and blocks a case gives."""

from __future__ import annotations

from dataclasses import is_dataclass, replace

import numpy as np
import pandas as pd
import pytest

from cases.demand import as_villages_say
from cases.towns import town
from layoutplan.core.attendance import Attendance
from layoutplan.core.rules import Band, Rules
from layoutplan.model.assemble import build_problem
from layoutplan.model.problem import Problem
from layoutplan.model.split import split

INF = float("inf")


def problem_of(case) -> Problem:
    return build_problem(case, case.travel_times, as_villages_say(case))


def told(value: object) -> object:
    """Return a value of the house, arrays and all, as something that can be compared."""
    if is_dataclass(value):
        return {name: told(entry) for name, entry in vars(value).items()}
    return value.tolist() if isinstance(value, np.ndarray) else value


def pairs_of(problem: Problem) -> set[tuple[str, str]]:
    return {
        (problem.block_ids[i], problem.school_ids[j])
        for i, j in zip(problem.pair_block, problem.pair_school, strict=True)
    }


def test_a_pair_over_the_limit_is_left_out_but_the_limit_itself_is_in():
    case = town([[30.0, 30.001]], pupils=[5], seats=[9, 9], today=["s1"])
    assert pairs_of(problem_of(case)) == {("v1|primary|s1", "s1")}


def test_over_the_limit_today_may_stay_only_where_the_rules_keep_it():
    kept = town([[50, 10]], pupils=[5], seats=[9, 9], today=["s1"])
    forbidden = town(
        [[50, 10]], pupils=[5], seats=[9, 9], today=["s1"], rules=Rules(over_limit_today="forbid")
    )
    assert ("v1|primary|s1", "s1") in pairs_of(problem_of(kept))
    assert pairs_of(problem_of(forbidden)) == {("v1|primary|s1", "s2")}
    assert not problem_of(forbidden).is_bound.any()


def test_a_stay_without_a_path_costs_nothing():
    problem = problem_of(town([[INF, 10]], pupils=[5], seats=[9, 9], today=["s1"]))
    assert problem.pupil_ms[problem.is_stay].tolist() == [0]
    assert problem.pupil_ms[~problem.is_stay].tolist() == [5 * 10 * 60_000]


def test_a_school_over_its_seats_keeps_its_pupils_and_receives_none():
    case = town([[5, 9], [9, 5]], pupils=[30, 8], seats=[20, 40], today=["s1", "s2"])
    problem = problem_of(case)
    assert ("v2|primary|s2", "s1") not in pairs_of(problem)
    assert problem.seats.tolist() == [30, 40]


def test_forbid_keeps_the_seats_and_lets_an_overfull_school_send_pupils_away():
    case = town(
        [[5, 9], [9, 5]],
        pupils=[30, 8],
        seats=[20, 40],
        today=["s1", "s2"],
        rules=Rules(over_limit_today="forbid"),
    )
    problem = problem_of(case)
    assert problem.seats.tolist() == [20, 40]
    assert dict(zip(problem.block_ids, problem.is_bound, strict=True)) == {
        "v1|primary|s1": False,
        "v2|primary|s2": True,
    }


def test_a_band_that_today_s_school_does_not_teach_has_to_move():
    bands = (Band("low", "walk", 30), Band("high", "walk", 30))
    case = town(
        [[5, 9]],
        pupils={"low": [4], "high": [3]},
        seats=[20, 40],
        today=["s1"],
        bands=bands,
        teaches=["low", "low;high"],
    )
    problem = problem_of(case)
    assert pairs_of(problem) == {
        ("v1|low|s1", "s1"),
        ("v1|low|s1", "s2"),
        ("v1|high|s1", "s2"),
    }
    assert problem.is_bound.tolist() == [False, True]


def test_a_closed_school_receives_nobody_but_its_pupils_still_move_together():
    case = town(
        [[5, 9, 12], [5, 9, 31]],
        pupils=[4, 5],
        seats=[20, 40, 40],
        today=["s1", "s1"],
        decision=["close", "keep", "keep"],
        rules=Rules(movement="whole_school"),
    )
    problem = problem_of(case)
    assert problem.block_ids.tolist() == ["|primary|s1"]
    assert problem.pupils.tolist() == [9]
    assert pairs_of(problem) == {("|primary|s1", "s1"), ("|primary|s1", "s2")}
    assert problem.longest_ms[~problem.is_stay].tolist() == [9 * 60_000]
    assert not problem.may_open[0]


def test_redraw_binds_nobody():
    case = town([[5, 9]], pupils=[4], seats=[9, 9], today=["s1"], rules=Rules(movement="redraw"))
    assert not problem_of(case).is_bound.any()


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 0, 1]])
def test_the_order_of_the_tables_does_not_matter(order):
    minutes = np.array([[5, 9, 12], [7, 3, 8], [9, 9, 2]])
    case = town(minutes, pupils=[4, 5, 6], seats=[20, 30, 40], today=["s1", "s2", "s3"])
    moved = town(
        minutes[:, order],
        pupils=[4, 5, 6],
        seats=np.array([20, 30, 40])[order],
        today=[f"s{order.index(j) + 1}" for j in range(3)],
    )
    schools = moved.schools.rename(index={f"s{k + 1}": f"s{j + 1}" for k, j in enumerate(order)})
    units = as_villages_say(case)
    times = moved.travel_times
    renamed = replace(times, school_ids=schools.index)
    one = build_problem(case, case.travel_times, units)
    other = build_problem(moved.__class__(**{**vars(moved), "schools": schools}), renamed, units)
    assert told(one) == told(other)


def test_pupils_who_attend_nowhere_are_placed_freely():
    case = town([[5, 9]], pupils=[4], seats=[9, 9])
    units = pd.DataFrame(
        {"village_id": ["v1"], "band": ["primary"], "school_id": [""], "pupils": [4]}
    )
    problem = build_problem(case, case.travel_times, Attendance(units, "villages"))
    assert problem.today.tolist() == [-1]
    assert pairs_of(problem) == {("v1|primary|", "s1"), ("v1|primary|", "s2")}


def test_ids_that_hold_the_sign_between_them_are_told_apart():
    case = town([[5, 9], [9, 5]], pupils=[4, 5], seats=[20, 20], today=["s1", "s2"])
    units = pd.DataFrame(
        {
            "village_id": ["v1", "v1|low"],
            "band": ["low|low", "low"],
            "school_id": ["s1", "s1"],
            "pupils": [4, 5],
        }
    )
    bands = (Band("low|low", "walk", 30), Band("low", "walk", 30))
    villages = case.villages.rename(index={"v2": "v1|low"})
    odd = replace(
        case, bands=bands, villages=villages, schools=case.schools.assign(bands="low|low;low")
    )
    pairs = dict.fromkeys(("low|low", "low"), case.travel_times.pairs["primary"])
    times = replace(case.travel_times, pairs=pairs)
    problem = build_problem(odd, times, Attendance(units, "villages"))
    assert problem.pupils.tolist() == [4, 5]


def test_split_finds_the_parts_and_loses_nothing():
    case = town(
        [[5, 9, INF, INF], [9, 5, INF, INF], [INF, INF, 5, 9], [INF, INF, INF, INF]],
        pupils=[4, 5, 6, 7],
        seats=[20] * 4,
        today=["s1", "s2", "s3", "s4"],
    )
    problem = problem_of(case)
    parts = split(problem, ["small_schools"])
    assert [part.problem.school_ids.tolist() for part in parts] == [["s3", "s4"], ["s1", "s2"]]
    assert sorted(np.concatenate([part.pair for part in parts])) == list(range(problem.n_pairs))
    assert len(split(problem, ["small_schools", "max_minutes"])) == 1
