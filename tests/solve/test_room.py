"""Who finds no room once a school closes: only what is true, and by the smallest group."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import layoutplan as lp
from cases.demand import as_villages_say
from cases.opposites import drawn_town, values
from cases.towns import town
from layoutplan.core.rules import Band
from layoutplan.model.assemble import build_problem
from layoutplan.solve.asked import asked_about
from layoutplan.solve.opposite import opposites
from layoutplan.solve.room import unclear_room, without_room

INF = float("inf")
LOW = Band("low", "walk", 30.0, grades=(1, 2, 3))
HIGH = Band("high", "bus", 60.0, grades=(4, 5, 6))


def problem_of(case):
    return build_problem(case, case.travel_times, as_villages_say(case))


def reason_of(case, school_id):
    plan = lp.optimize(case)
    asked = list(case.schools.index[asked_about(case)])
    attendance = as_villages_say(case)
    found = opposites(case, case.travel_times, attendance, plan, asked, seconds=30.0)
    (reason,) = next(each for each in found if each.school_id == school_id).reasons
    return reason


def test_the_band_that_does_not_fit_is_told_without_the_other():
    """Pupils of the high band could go anywhere; those of the low one only to s1 and s2."""
    case = town(
        {"walk": [[5, INF, INF, INF], [INF, 5, INF, INF], [9, 7, 4, INF], [INF, INF, INF, 5]],
         "bus": [[5, 9, 9, 9]] * 4},
        pupils={"low": [62, 17, 19, 60], "high": [0, 0, 16, 0]},
        seats=[75, 35, 50, 200],
        today=["s1", "s2", "s3", "s4"],
        bands=(LOW, HIGH),
        decision=["keep", "keep", "free", "keep"],
    )  # fmt: skip
    reason = reason_of(case, "s3")
    assert reason.rule == "explain.no_room.seats"
    assert reason.message == (
        "the pupils of Grades 1–3 of Village 3 (v3), 19 in all, go to one school together, and "
        "none left in their reach has room for all of them beside the pupils bound there. "
        "Seats free: "
        "School 2 (s2): 18, School 1 (s1): 13."
    )
    said = reason_of(replace(case, language="zh"), "s3").message_in("zh")
    assert "Village 3 (v3)的1–3年级学生共19人" in said
    assert "剩余学位：School 2 (s2)18个、School 1 (s1)13个" in said


def test_blocks_that_fit_only_in_pieces_are_told_together():
    """Three tens into two rooms of fifteen: places for all, but only for one of them in each."""
    case = town(
        [[5, 9, 9], [9, 5, 9], [9, 9, 5], [9, 9, 5], [9, 9, 5], [9, 9, 5]],
        pupils=[60, 60, 10, 10, 10, 0],
        seats=[75, 75, 40],
        today=["s1", "s2", "s3", "s3", "s3", "s3"],
    )
    reason = reason_of(case, "s3")
    assert reason.rule == "explain.no_room.together.seats"
    assert [each[:9] for each in reason.ids] == ["Village 3", "Village 4", "Village 5"]
    assert reason.facts["schools"] == "School 1 (s1): 15, School 2 (s2): 15"


def test_nobody_is_named_who_has_nothing_to_do_with_it():
    """v5 has room of its own at s2; v3 and v4 share what is left at s1."""
    case = town(
        [[5, INF, 9], [INF, 5, 9], [9, INF, 5], [9, INF, 5], [INF, 9, 5]],
        pupils=[60, 60, 10, 10, 10],
        seats=[75, 75, 40],
        today=["s1", "s2", "s3", "s3", "s3"],
    )
    reason = reason_of(case, "s3")
    assert [each[:9] for each in reason.ids] == ["Village 3", "Village 4"]
    assert reason.facts["schools"] == "School 1 (s1): 15"


def test_where_beds_are_short_it_speaks_of_beds():
    boarders = replace(LOW, boarding=True, max_boarding_minutes=90.0)
    case = town(
        [[5, 60], [60, 5]],
        pupils=[40, 12],
        seats=[99, 40],
        beds=[7, 0],
        today=["s1", "s2"],
        bands=(boarders,),
    )
    reason = reason_of(case, "s2")
    assert reason.rule == "explain.no_room.beds"
    assert "Beds free: School 1 (s1): 7." in reason.message
    assert "eats" not in reason.message


def test_the_unclear_case_names_who_moves_and_the_tightest_group():
    case = town([[5, 9], [9, 5]], pupils=[60, 10], seats=[75, 40], today=["s1", ""])
    (reason,) = unclear_room(case, problem_of(case))
    assert reason.ids == ("Village 2 (v2), primary: 10",)
    assert "School 1 (s1): 15 and 0" in reason.message


def test_where_there_is_room_nothing_is_said():
    case = town([[5, 9], [9, 5]], pupils=[60, 10], seats=[75, 40], today=["s1", ""])
    assert without_room(case, problem_of(case)) == ()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32), share=st.floats(0.3, 1.0), movement=st.booleans())
def test_where_no_room_is_said_there_is_no_plan(seed, share, movement):
    case = drawn_town(seed)
    seats = (case.schools["seats"] * share).astype(int)
    rules = replace(case.rules, movement="whole_school") if movement else case.rules
    case = replace(case, schools=case.schools.assign(seats=seats), rules=rules)
    attendance = as_villages_say(case)
    if without_room(case, problem_of(case)):
        assert values(case, attendance) is None
