"""Decisions told as tables, with reasons that say only what is known."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from cases.broken import MINUTES, TO_S2, county, merged
from cases.told import attendance_of, decide, tell
from cases.towns import town
from layoutplan.core.case import Case
from layoutplan.core.plan import Plan
from layoutplan.core.rules import Rules
from layoutplan.core.schema import ASSIGNMENTS_CSV
from layoutplan.plan.build import assignments_table, schools_table
from layoutplan.texts import LANGUAGES


def reason(plan: Plan, school_id: str) -> str:
    return str(plan.schools.loc[school_id, "reason"])


def test_assignments_are_units_with_their_schools_and_minutes() -> None:
    case = county(today=["s1", "s1", "", "s3", "s3"])
    plan = tell(case, ["s3", "s4"], {"v1": "s4", "v2": "s4", "v3": "s4"})
    assert tuple(plan.assignments.columns) == ASSIGNMENTS_CSV
    assert plan.assignments.iloc[[0, 2, 4]].to_numpy().tolist() == [
        ["v1", "high", "s4", "day", 5, 8.0, "s1", 5.0],
        ["v2", "low", "s4", "day", 8, 9.0, "s1", 6.0],
        ["v3", "low", "s4", "day", 30, 12.0, "", inf],
    ]
    assert plan.assignments["pupils"].dtype == np.int64


def test_action_and_receivers() -> None:
    _, plan = merged()
    assert plan.schools["action"].tolist() == ["merge", "keep", "keep", "close", "close"]
    assert plan.schools["into"].tolist() == ["s2", "", "", "", ""]
    assert plan.schools["enrollment_before"].tolist() == [23, 50, 107, 0, 0]
    assert plan.schools["enrollment_after"].tolist() == [0, 73, 107, 0, 0]
    case = county()
    opened = tell(case, ["s2", "s3", "s4"], {"v1": "s4", "v2": "s2"})
    assert opened.schools["action"].tolist() == ["merge", "keep", "keep", "open", "close"]


def test_receivers_stand_by_share_then_id() -> None:
    case = town(
        [[1, 5, 5, 5]] * 4,
        pupils=[3, 3, 9, 0],
        seats=[99] * 4,
        today=["s1"] * 4,
    )
    plan = tell(case, ["s2", "s3", "s4"], {"v1": "s3", "v2": "s2", "v3": "s4"})
    assert plan.schools.loc["s1", "into"] == "s4;s2;s3"


def test_order_of_the_case_is_kept_and_of_units_does_not_matter() -> None:
    case = county()
    solution = decide(case, ["s2", "s3"], TO_S2)
    attendance = attendance_of(case)
    rows = assignments_table(case, case.travel_times, attendance, solution)
    backwards = attendance.units[::-1].reset_index(drop=True)
    turned = assignments_table(
        case,
        case.travel_times,
        replace(attendance, units=backwards),
        replace(solution, school_idx=solution.school_idx[::-1].copy()),
    )
    assert_frame_equal(rows, turned)
    schools = schools_table(case, case.travel_times, attendance, solution, rows)
    assert schools.index.equals(case.schools.index)
    assert schools.crs == case.schools.crs


def test_merge_says_where_the_pupils_go_and_how_far() -> None:
    _, plan = merged()
    assert reason(plan, "s1") == (
        "Merges: its 23 pupils go to School 2 (23). "
        "Longest trip: 12.0 of at most 30 minutes (low), 12.0 of at most 40 minutes (high). "
        "Their mean trip is 5.3 minutes today and 11.3 minutes under the plan."
    )
    assert reason(plan, "s2").endswith(
        "It takes in 23 pupils from School 1 (23) and has 73 pupils under the plan."
    )


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"decision": ["", "keep", "", "", ""]}, "the table of schools says to keep it"),
        ({"kind": ["primary", "center", *["primary"] * 3]}, "it is a center school"),
        ({"rules": Rules(small_below=50)}, "with 50 pupils today it is not under 50"),
    ],
)
def test_school_that_stays_by_a_rule(changes: dict[str, object], says: str) -> None:
    assert says in reason(merged(**changes)[1], "s2")


def test_school_that_stays_because_nobody_else_is_in_reach() -> None:
    far = [[5, 12, 20, 8, 25], [6, 10, 25, 9, inf], [31, 4, 41, 50, inf], *MINUTES[3:]]
    _, plan = merged(minutes=far)
    assert reason(plan, "s2").startswith(
        "Stays: no other school is within the limit for "
        "30 pupils (low) from Village 3 (limit 30 minutes)."
    )
    near_closed = [*far[:2], [15, 4, 41, 31, 31], *MINUTES[3:]]
    _, plan = merged(minutes=near_closed)
    assert reason(plan, "s2").startswith(
        "Stays: no other school open under this plan is within the limit for 30 pupils (low)"
    )


def test_school_that_must_close_is_no_other_school() -> None:
    far = [*MINUTES[:2], [15, 4, 41, 50, inf], *MINUTES[3:]]
    _, plan = merged(minutes=far, decision=["close", "", "", "", ""])
    assert "no other school is within the limit" in reason(plan, "s2")
    assert reason(plan, "s1").startswith("The table of schools says to close it. Merges:")


def test_proof_is_claimed_only_where_there_is_one() -> None:
    case = county()
    for status, word in (("optimal", "it is proven"), ("time_limit", "is not proven")):
        plan = tell(case, ["s2", "s3"], TO_S2, status)
        assert word in reason(plan, "s2")
        assert word in reason(plan, "s4")


def test_school_without_pupils_and_new_school() -> None:
    assert reason(merged()[1], "s5") == "Closes: no pupil of the villages attends it today."
    case = county(today=["s1", "s1", "", "s3", "s3"])
    plan = tell(case, ["s3", "s4"], {"v1": "s4", "v2": "s4", "v3": "s4"})
    assert reason(plan, "s4") == (
        "Opens as a new school. It takes in 73 pupils from "
        "homes without a school today (50), School 1 (23) and has 73 pupils under the plan."
    )


def test_pupils_who_leave_a_school_that_stays_are_told() -> None:
    case = county(rules=Rules(small_below=60, movement="redraw"))
    plan = tell(case, ["s2", "s3"], {**TO_S2, ("v3", "low"): "s3"})
    assert "30 of its pupils change to School 3 (30)." in reason(plan, "s2")


def test_names_alone_where_they_are_enough() -> None:
    case = county()
    case.schools.loc[["s1", "s3"], "name"] = "梁沟小学"
    case.schools.loc["s2", "name"] = ""
    plan = tell(case, ["s3"], {"v1": "s3", "v2": "s3", "v3": "s3"})
    assert "to 梁沟小学 (s3) (23)." in reason(plan, "s1")
    assert "from s2 (50), 梁沟小学 (s1) (23)" in reason(plan, "s3") or (
        "from 梁沟小学 (s1) (23), s2 (50)" in reason(plan, "s3")
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_school_has_a_reason_in_the_language_of_the_case(language: str) -> None:
    case = replace(county(), language=language)
    for plan in (
        tell(case, ["s2", "s3"], TO_S2),
        tell(case, ["s2", "s3", "s4", "s5", "s1"]),
        tell(case, ["s3", "s4"], {"v1": "s4", "v2": "s3", "v3": "s4"}),
    ):
        for said in plan.schools["reason"]:
            assert said
            assert ("。" in said) == (language == "zh")


def test_pathless_and_overlong_trips_are_findings() -> None:
    case = county(minutes=[*MINUTES[:3], [28, 20, inf, 14, 10], MINUTES[4]])
    plan = tell(case, ["s2", "s3"], TO_S2)
    told = {finding.rule: finding for finding in plan.findings}
    assert told["plan.unreachable"].ids == ("v4",)
    assert told["plan.unreachable"].facts["pupils"] == 100
    assert told["plan.over_limit"].ids == ("v5",)
    assert "their school: 4, villages: 1" in told["plan.over_limit"].message


def test_school_over_its_seats_is_a_finding() -> None:
    case = county(seats=[30, 100, 106, 60, 20])
    (full,) = [f for f in tell(case, ["s2", "s3"], TO_S2).findings if f.rule == "plan.over_seats"]
    assert full.ids == ("s3",)


def test_plan_carries_what_it_rests_on() -> None:
    case, plan = merged()
    assert plan.rules["small_below"] == 60
    assert plan.rules["bands"]["low"]["max_minutes"] == 30.0
    assert plan.rules["objective"] == {"order": list(case.order)}
    assert plan.rules["solver"]["name"] == "highs"
    assert plan.inputs == case.inputs
    assert plan.attendance_source == "villages"


def test_case_without_pupils_is_told(tmp_path: object) -> None:
    case: Case = town([[1.0]], pupils=[0], seats=[10], today=["s1"])
    plan = tell(case, [])
    assert isinstance(plan.assignments, pd.DataFrame)
    assert plan.schools["action"].tolist() == ["close"]
