"""What is said when no plan can satisfy the rules."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cases.demand import as_villages_say
from cases.towns import town
from layoutplan.core.case import Case
from layoutplan.core.rules import Band, Rules
from layoutplan.errors import Finding, InfeasibleError
from layoutplan.solve.solve import solve

FORBID = Rules(over_limit_today="forbid")


def infeasible(case: Case) -> InfeasibleError:
    with pytest.raises(InfeasibleError) as caught:
        solve(case, case.travel_times, as_villages_say(case))
    return caught.value


def reasons_of(case: Case) -> dict[str, Finding]:
    return {finding.rule: finding for finding in infeasible(case).reasons}


def repair_of(case: Case) -> dict[str, Finding]:
    return {finding.rule: finding for finding in infeasible(case).repair}


def solvable(case: Case) -> bool:
    try:
        solve(case, case.travel_times, as_villages_say(case))
    except InfeasibleError:
        return False
    return True


def test_a_village_without_any_school_in_reach_is_named():
    case = town([[50], [5]], pupils=[7, 8], seats=[40], today=["s1", "s1"], rules=FORBID)
    lost = reasons_of(case)["solve.no_school_in_reach"]
    assert lost.ids == ("v1 primary s1",)
    assert lost.facts["pupils"] == 7
    assert "solve.relax.over_limit_today" in repair_of(case)


def test_the_limit_that_would_do_is_the_nearest_school_in_whole_minutes():
    case = town([[50.5, 41.2], [5, 6]], pupils=[7, 8], seats=[40, 40], today=["s1"] * 2)
    case = replace(case, rules=FORBID)
    instead = repair_of(case)["solve.relax.max_minutes"].facts["instead"]
    assert instead == "[bands.primary] max_minutes = 42"
    assert solvable(replace(case, bands=(Band("primary", "walk", 42),)))
    assert not solvable(replace(case, bands=(Band("primary", "walk", 41),)))


def test_missing_seats_are_counted():
    case = town([[5, 6], [6, 5]], pupils=[30, 30], seats=[30, 25], today=["", ""])
    assert "solve.short_of_seats" in reasons_of(case)
    case = town([[5, 6]] * 3, pupils=[20, 20, 20], seats=[20, 25], today=[""] * 3)
    short = reasons_of(case)["solve.short_of_seats"]
    assert short.ids == ("s1", "s2")
    assert short.facts == {"pupils": 60, "seats": 45, "short": 15}


def test_pupils_without_a_school_in_reach_do_not_count_as_missing_seats():
    case = town([[90, 90], [5, 6], [6, 5]], pupils=[9, 20, 20], seats=[20, 0], today=[""] * 3)
    found = reasons_of(case)
    assert found["solve.no_school_in_reach"].facts == {"pupils": 9}
    assert found["solve.short_of_seats"].facts == {"pupils": 40, "seats": 20, "short": 20}


def test_seats_beyond_any_number_of_pupils_are_no_shortage():
    case = town([[5, 6]], pupils=[7], seats=[2**40, 3], today=[""])
    found = reasons_of(replace(case, rules=Rules(open_exactly=5)))
    assert not found


def test_a_group_too_large_for_every_school_is_named():
    case = town([[5, 6], [5, 6]], pupils=[30, 4], seats=[20, 25], today=["", ""])
    large = reasons_of(case)["solve.group_too_large"]
    assert large.ids == ("v1 primary",)
    assert large.facts == {"pupils": 30, "seats": 25}


def test_a_school_that_must_stay_and_cannot_reach_the_least_size_is_named():
    case = town(
        [[5, 90], [90, 5]],
        pupils=[12, 60],
        seats=[90, 90],
        today=["s1", "s2"],
        decision=["keep", ""],
        rules=Rules(min_enrollment=20),
    )
    small = reasons_of(case)["solve.too_small"]
    assert small.ids == ("s1",)
    assert small.facts == {"least": 20, "most": 12}


@pytest.mark.parametrize(
    ("rules", "key", "instead"),
    [
        (Rules(min_enrollment=500), "min_enrollment", 64),
        (Rules(max_closures=0, min_enrollment=10), "max_closures", 1),
        (Rules(open_exactly=5), "open_exactly", 3),
    ],
)
def test_the_smallest_change_of_one_rule_is_told(rules, key, instead):
    case = town(
        [[5, 6, 7], [6, 5, 7], [7, 6, 5]],
        pupils=[30, 4, 30],
        seats=[90, 90, 90],
        today=["s1", "s2", "s3"],
        rules=rules,
    )
    told = repair_of(case)[f"solve.relax.{key}"]
    assert told.facts == {"asked": getattr(rules, key), "instead": instead}
    assert solvable(replace(case, rules=replace(rules, **{key: instead})))
    nearer = instead + (1 if getattr(rules, key) > instead else -1)
    assert not solvable(replace(case, rules=replace(rules, **{key: nearer})))


def test_the_least_change_of_movement_is_told():
    case = town(
        [[5, 6, 7]] * 2,
        pupils=[30, 30],
        seats=[70, 40, 40],
        today=["s1", "s1"],
        decision=["close", "", ""],
        rules=Rules(movement="whole_school"),
    )
    moved = repair_of(case)["solve.relax.movement"]
    assert moved.facts == {"asked": "whole_school", "instead": "by_village"}


def test_only_decisions_that_are_in_the_way_are_named():
    case = town(
        [[5, 6, 40]],
        pupils=[30],
        seats=[90, 90, 90],
        today=["s1"],
        decision=["close", "close", "close"],
    )
    error = infeasible(case)
    assert {finding.rule for finding in error.reasons} == {"solve.no_school_in_reach"}
    assert [finding.ids for finding in error.repair] == [("s2",)]


def test_rules_that_exclude_each_other_twice_name_the_schools():
    case = town(
        [[5, 6]] * 3,
        pupils=[10, 10, 10],
        seats=[20, 20],
        today=["s1", "s1", "s2"],
        rules=Rules(max_closures=0, open_exactly=1, movement="redraw"),
    )
    error = infeasible(case)
    assert [finding.rule for finding in error.reasons + error.repair] != []
    assert all(finding.message_in("zh") for finding in error.findings)
