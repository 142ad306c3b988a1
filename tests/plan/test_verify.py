"""A whole plan passes; for every rule there is a plan that breaks this one and no other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.broken import MINUTES, TO_S2, Broken, county, merged, rules
from cases.broken_rules import EVERY_BREAK
from cases.told import attendance_of, refreshed, tell
from cases.towns import town
from layoutplan.core.case import Case
from layoutplan.core.plan import Plan
from layoutplan.errors import Finding
from layoutplan.evaluate.totals import totals
from layoutplan.plan.verify import CHECKS, verify

ALL_BREAKS = [
    pytest.param(rule, make, id=f"{rule.removeprefix('verify.')}-{number}")
    for rule, makers in EVERY_BREAK.items()
    for number, make in enumerate(makers)
]


def found(case: Case, plan: Plan) -> tuple[Finding, ...]:
    assert case.travel_times is not None
    return verify(case, case.travel_times, attendance_of(case), plan)


def test_whole_plan_passes() -> None:
    assert found(*merged()) == ()


def test_totals_as_the_pipeline_writes_them_pass() -> None:
    case, plan = merged()
    written = totals(case, plan.schools, plan.assignments)
    assert found(case, replace(plan, totals=written)) == ()


@pytest.mark.parametrize(("rule", "make"), ALL_BREAKS)
def test_broken_plan_is_found_by_this_rule_alone(rule: str, make: Callable[[], Broken]) -> None:
    findings = found(*make())
    assert [finding.rule for finding in findings] == [rule]
    assert findings[0].level == "error"
    for language in ("en", "zh"):
        assert "{" not in findings[0].message_in(language)


def test_no_check_is_without_a_break() -> None:
    rules_of_checks = [
        constant
        for check in CHECKS
        for constant in check.__code__.co_consts
        if isinstance(constant, str) and constant.startswith("verify.")
    ]
    assert sorted(rules_of_checks) == sorted(EVERY_BREAK)


def test_finding_names_places_and_numbers() -> None:
    (seats,) = found(*merged(seats=[30, 72, 150, 60, 20]))
    assert seats.ids == ("s2",)
    assert "School 2 (s2) has 73 pupils for 72 seats (today 50)" in seats.message
    (far,) = found(*merged(minutes=[[5, 30.5, 20, 8, 25], [6, 31, 25, 9, inf], *MINUTES[2:]]))
    assert far.ids == ("v1", "v2")
    assert far.rows == (3, 4)
    assert "10 of low from Village 1 (v1) to School 2 (s2): 30.5 of at most 30 minutes" in (
        far.message
    )


@pytest.mark.parametrize("movement", ["by_village", "whole_school", "redraw"])
def test_each_movement_passes_where_it_may(movement: str) -> None:
    assert found(*merged(**rules(movement=movement))) == ()


def test_redraw_lets_pupils_leave_an_open_school() -> None:
    case = county(**rules(movement="redraw"))
    assert found(case, tell(case, ["s2", "s3"], {**TO_S2, ("v3", "low"): "s3"})) == ()


def test_whole_school_binds_each_band_for_itself() -> None:
    case = county(**rules(movement="whole_school"))
    by_band = {("v1", "low"): "s2", ("v2", "low"): "s2", ("v1", "high"): "s3"}
    assert found(case, tell(case, ["s2", "s3"], by_band)) == ()


def test_pupils_over_the_limit_may_be_released() -> None:
    """v5 is over the limit at s3; where that is forbidden it may leave though s3 stays open."""
    minutes = [*MINUTES[:4], [50, 12, 35, 60, 70]]
    case = county(minutes=minutes, **rules(over_limit_today="forbid"))
    assert found(case, tell(case, ["s2", "s3"], {**TO_S2, ("v5", "low"): "s2"})) == ()
    also_high = found(case, tell(case, ["s2", "s3"], {**TO_S2, "v5": "s2"}))
    assert [finding.rule for finding in also_high] == ["verify.movement.left"]


def test_school_over_its_seats_may_be_relieved_where_it_must() -> None:
    minutes = [*MINUTES[:4], [50, 12, 25, 60, 70]]
    seats = [30, 100, 106, 60, 20]
    forbid = county(minutes=minutes, seats=seats, **rules(over_limit_today="forbid"))
    relieved = {**TO_S2, "v5": "s2"}
    assert found(forbid, tell(forbid, ["s2", "s3"], relieved)) == ()
    keep = county(minutes=minutes, seats=seats)
    left = found(keep, tell(keep, ["s2", "s3"], relieved))
    assert [finding.rule for finding in left] == ["verify.movement.left"]
    assert found(keep, tell(keep, ["s2", "s3"], TO_S2)) == ()


def test_pupils_whose_band_is_not_taught_today_may_go_elsewhere() -> None:
    case = county(teaches=["low;high", "low", *["low;high"] * 3])
    to_others = {("v1", "low"): "s2", ("v2", "low"): "s2", ("v1", "high"): "s3"}
    plan = tell(case, ["s2", "s3"], {**to_others, ("v3", "high"): "s3"})
    assert found(case, plan) == ()


def test_first_school_for_those_without_one() -> None:
    case = county(today=["s1", "s1", "", "s3", "s3"])
    plan = tell(case, ["s3", "s4"], {"v1": "s4", "v2": "s4", "v3": "s4"})
    closing_s2 = [finding.rule for finding in found(case, plan)]
    assert closing_s2 == ["verify.schools.seats"]
    roomy = county(today=["s1", "s1", "", "s3", "s3"], seats=[30, 100, 150, 80, 20])
    plan = tell(roomy, ["s3", "s4"], {"v1": "s4", "v2": "s4", "v3": "s4"})
    assert found(roomy, plan) == ()
    assert plan.totals["pupils_moved"] == 23


def test_boarders_pass_within_beds_and_their_own_limit() -> None:
    case, plan = merged(minutes=[*MINUTES[:2], [15, 4, 18, 12, 9], *MINUTES[3:]])
    case.schools.loc["s2", "beds"] = plan.schools.loc["s2", "beds"] = 20
    rows = plan.assignments.copy()
    rows.loc[(rows["village_id"] == "v3") & (rows["band"] == "high"), "how"] = "board"
    assert found(case, refreshed(case, plan, rows)) == ()


def test_unproven_plan_says_so() -> None:
    case, plan = merged()
    last = replace(plan.objective[-1], bound=20.0, gap=(23 - 20) / 23)
    plan = replace(plan, objective=(*plan.objective[:-1], last), status="time_limit")
    assert found(case, plan) == ()


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_staying_as_today_always_passes(data: st.DataObject) -> None:
    n_villages = data.draw(st.integers(1, 6))
    n_schools = data.draw(st.integers(1, 4))
    minutes = st.one_of(st.integers(0, 60), st.just(inf))
    table = [[data.draw(minutes) for _ in range(n_schools)] for _ in range(n_villages)]
    today = [f"s{data.draw(st.integers(1, n_schools))}" for _ in range(n_villages)]
    case = town(
        np.array(table, dtype=float).tolist(),
        pupils=[data.draw(st.integers(0, 60)) for _ in range(n_villages)],
        seats=[data.draw(st.integers(0, 80)) for _ in range(n_schools)],
        today=today,
    )
    assert found(case, tell(case, case.schools.index)) == ()
