"""What is said when no plan can satisfy the rules."""

from __future__ import annotations

import pytest

from cases.demand import as_villages_say
from cases.towns import town
from layoutplan.core.rules import Rules
from layoutplan.errors import InfeasibleError
from layoutplan.solve.solve import solve

FORBID = Rules(over_limit_today="forbid")


def reasons_of(case) -> dict[str, object]:
    with pytest.raises(InfeasibleError) as caught:
        solve(case, case.travel_times, as_villages_say(case))
    return {finding.rule: finding for finding in caught.value.reasons}


def test_a_village_without_any_school_in_reach_is_named():
    found = reasons_of(
        town([[50], [5]], pupils=[7, 8], seats=[40], today=["s1", "s1"], rules=FORBID)
    )
    lost = found["solve.no_school_in_reach"]
    assert lost.ids == ("v1 primary s1",)
    assert lost.facts["pupils"] == 7
    assert "solve.relax.over_limit_today" in found


def test_missing_seats_are_counted():
    case = town([[5, 6], [6, 5]], pupils=[30, 30], seats=[20, 25], today=["", ""])
    short = reasons_of(case)["solve.short_of_seats"]
    assert short.ids == ("s1", "s2")
    assert short.facts == {"n_groups": 2, "pupils": 60, "seats": 45, "short": 15}


@pytest.mark.parametrize(
    ("rules", "relaxed"),
    [
        (Rules(min_enrollment=500), "min_enrollment"),
        (Rules(max_closures=0, min_enrollment=10), "max_closures"),
        (Rules(open_exactly=5), "open_exactly"),
    ],
)
def test_the_rule_that_is_in_the_way_is_named(rules, relaxed):
    case = town(
        [[5, 6, 7], [6, 5, 7], [7, 6, 5]],
        pupils=[30, 4, 30],
        seats=[90, 90, 90],
        today=["s1", "s2", "s3"],
        rules=rules,
    )
    found = reasons_of(case)
    assert f"solve.relax.{relaxed}" in found
    assert str(getattr(rules, relaxed)) in found[f"solve.relax.{relaxed}"].message


def test_decisions_that_exclude_each_other_are_named():
    case = town([[5, 6]], pupils=[30], seats=[90, 90], today=["s1"], decision=["close", "close"])
    found = reasons_of(case)
    assert {"solve.no_school_in_reach", "solve.relax.decisions"} <= set(found)
