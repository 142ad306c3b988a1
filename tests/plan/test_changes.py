"""What is said of schools that shrink, grow, open or have boarders, in both languages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cases.broken import MINUTES, county
from cases.broken_rules import (
    AS_POINT,
    LOW,
    STEPS,
    boarding,
    grown,
    high_band_of_a_point_parted,
    opened,
    pointed,
    rules,
)
from cases.told import attendance_of, tell
from layoutplan.core.plan import Plan
from layoutplan.plan.reasons import reasons


def reason(plan: Plan, school_id: str) -> str:
    return str(plan.schools.loc[school_id, "reason"])


def test_a_teaching_point_says_who_leaves_and_why_the_others_stay() -> None:
    _, plan = pointed()
    assert plan.schools.loc["s2", ["action", "into", "beds"]].tolist() == ["downgrade", "", 0]
    assert reason(plan, "s2") == (
        "Becomes a teaching point for low: 30 pupils stay; 20 pupils of high go to School 3 (20). "
        "Longest trip: 18.0 of at most 40 minutes (high). It is proven that no plan in which it "
        "becomes anything else that the rules allow does better by the objectives of this case. "
        "It takes in 18 pupils from School 1 (18) and has 48 pupils under the plan."
    )


def test_a_teaching_point_names_those_who_have_no_other_school() -> None:
    far = [*MINUTES[:2], [31, 4, 18, 31, 31], *MINUTES[3:]]
    minutes = {"walk": [*far[:2], [31, 4, 31, 31, 31], *far[3:]], "bus": far}
    _, plan = pointed(minutes=minutes)
    assert (
        "It does not close altogether, because no other school is within the limit for "
        "30 pupils (low) from Village 3 (limit 30 minutes)."
    ) in reason(plan, "s2")


def test_a_teaching_point_of_the_young_only_loses_nobody() -> None:
    case = county(pupils={"low": [10, 8, 30, 60, 4], "high": [5, 0, 0, 40, 3]}, **rules(**LOW))
    plan = tell(case, ["s2", "s3"], AS_POINT, becomes={"s2": None})
    assert reason(plan, "s2").startswith(
        "Becomes a teaching point for low: 30 pupils stay, and none has to leave."
    )


def test_growth_says_by_what_at_what_cost_and_for_whom() -> None:
    _, plan = grown()
    assert plan.schools.loc["s2", ["action", "seats", "beds"]].tolist() == ["expand", 80, 4]
    assert (
        "It is expanded by 10 seats, 4 beds. That costs 800 once. It adds 60 a year. "
        "Without this, 3 seats would be missing under the plan. It takes in 23 pupils"
    ) in reason(plan, "s2")


def test_growth_of_a_school_over_its_seats() -> None:
    _, plan = grown(STEPS[1], seats=[30, 45, 150, 60, 20])
    assert (
        "It is expanded by 30 seats. That costs 900 once. Without this, with 50 pupils on 45 "
        "seats today, it could take in nobody."
    ) in reason(plan, "s2")


def test_opening_says_what_it_costs() -> None:
    _, plan = opened()
    assert reason(plan, "s4").startswith("Opens as a new school. That costs 1,000.50 once.")


def test_boarders_are_told_where_they_board_and_where_they_leave() -> None:
    _, plan = boarding()
    assert plan.assignments["how"].tolist().count("board") == 1
    assert plan.schools["boarders_after"].tolist() == [0, 5, 0, 0, 0]
    assert reason(plan, "s2").endswith(
        "5 pupils board there: 60.0 of at most 120 minutes once a week to board (high)."
    )
    assert "60.0 of at most 120 minutes once a week to board (high)." in reason(plan, "s1")
    assert "mean trip" not in reason(plan, "s1")


def test_who_may_board_elsewhere_has_another_school() -> None:
    """With s2's neighbors too far by day, its pupils are bound unless another school has beds."""
    minutes = {"walk": MINUTES, "bus": [*MINUTES[:2], [60, 4, 60, 60, 60], *MINUTES[3:]]}
    case = county(minutes=minutes)
    assert "no other school is within the limit" in reason(tell(case, ["s1", "s2", "s3"]), "s2")
    case = county(minutes=minutes, beds=[0, 0, 50, 0, 0])
    assert "no other school" not in reason(tell(case, ["s1", "s2", "s3"]), "s2")


@pytest.mark.parametrize("made", [pointed, grown, opened, boarding, high_band_of_a_point_parted])
def test_every_reason_is_told_in_chinese_too(made) -> None:
    case, plan = made()
    spoken = reasons(
        replace(case, language="zh"),
        case.travel_times,
        attendance_of(case),
        plan.status,
        plan.schools,
        plan.assignments,
    )
    for sentence, school in zip(spoken, plan.schools.itertuples(), strict=True):
        assert sentence.endswith("。")
        assert ("教学点" in sentence) == (school.action == "downgrade")
        assert ("扩建，新增" in sentence) == (school.action == "expand")
        assert ("寄宿" in sentence) == (made is boarding and school.Index in ("s1", "s2"))
