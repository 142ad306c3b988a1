"""What would make a plan possible: the smallest changes, each proven by solving with it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cases.remedies import diagnosis_of, remedies_of, solvable
from cases.towns import town
from layoutplan.core.diagnosis import Remedy, Repair
from layoutplan.core.repairs import apply_repairs
from layoutplan.core.rules import Band, BorderSwap, Expansion, Rules

FORBID = Rules(over_limit_today="forbid")
BOARDING = (Band("g4_6", "bus", 30.0, boarding=True, max_boarding_minutes=120.0),)
TWO_BANDS = (Band("low", "walk", 30.0), Band("high", "bus", 40.0))


def told(remedy: Remedy) -> list[tuple[object, ...]]:
    """Return the changes of a remedy in short: what, where, from and to."""
    return [
        (each.what, each.village_id or each.school_id or each.name, each.before, each.after)
        for each in remedy.repairs
    ]


def test_the_limit_that_would_do_is_that_of_the_nearest_school_in_whole_minutes():
    case = town([[50.5, 41.2], [5, 6]], pupils=[7, 8], seats=[40, 40], today=["s1"] * 2)
    case = replace(case, rules=FORBID)
    first = remedies_of(case)[0]
    assert told(first) == [("limit", "v1", 30.0, 42)]
    assert first.repairs[0].amount == 12
    assert first.repairs[0].school_id == "s2"
    assert first.is_smallest


def test_what_breaks_a_limit_today_may_be_kept_instead():
    case = town([[50, 90], [5, 6]], pupils=[7, 8], seats=[40, 40], today=["s1"] * 2, rules=FORBID)
    assert [("rule", "over_limit_today", "forbid", "keep")] in map(told, remedies_of(case))


def test_seats_or_longer_trips_are_two_remedies():
    case = town([[5, 36], [6, 33]], pupils=[10, 12], seats=[15, 40], today=["", ""])
    seats, trips = remedies_of(case)
    assert told(seats) == [("seats", "s1", 15, 22)]
    assert told(trips) == [("limit", "v2", 30.0, 33)]
    assert solvable(apply_repairs(case, seats.repairs))
    fewer = [replace(each, after=21) for each in seats.repairs]
    assert not solvable(apply_repairs(case, fewer))


def test_a_longer_limit_that_would_bind_to_todays_school_is_not_told_for_another():
    # At 40 minutes today's school is within the limit too, and open: they would have to stay.
    case = town(
        [[35, 40], [5, 50]],
        pupils=[10, 60],
        seats=[60, 90],
        today=["s1", "s1"],
        rules=FORBID,
        decision=["keep", "keep"],
    )
    first = remedies_of(case)[0]
    assert ("limit", "v2", 30.0, 50) not in told(first)


def test_a_school_over_its_seats_gets_them_for_all_before_it_receives():
    case = town([[5], [6]], pupils=[30, 4], seats=[20], today=["s1", ""])
    assert told(remedies_of(case)[0]) == [("seats", "s1", 20, 34)]


def test_beds_are_added_where_boarders_lack_them():
    case = town(
        [[60, 90], [70, 95]],
        pupils={"g4_6": [8, 9]},
        seats=[90, 90],
        beds=[10, 0],
        today=["", ""],
        bands=BOARDING,
    )
    assert told(remedies_of(case)[0]) == [("beds", "s1", 10, 17)]


def test_the_weekly_trip_may_be_longer():
    case = town([[130]], pupils={"g4_6": [8]}, seats=[9], beds=[9], today=[""], bands=BOARDING)
    assert told(remedies_of(case)[0]) == [("boarding_limit", "v1", 120.0, 130)]


def test_a_school_decided_to_close_is_kept_where_nothing_less_will_do():
    case = town([[5, 90]], pupils=[30], seats=[90, 90], today=["s1"], decision=["close", ""])
    remedies = remedies_of(case)
    assert [("decision", "s1", "close", "free")] in map(told, remedies)
    assert told(remedies[0]) == [("decision", "s1", "close", "free")]


def test_a_school_is_kept_as_a_teaching_point():
    case = town(
        {"walk": [[5, 90]], "bus": [[5, 20]]},
        pupils={"low": [12], "high": [9]},
        seats=[40, 40],
        today=["s1"],
        decision=["close", ""],
        bands=TWO_BANDS,
        rules=Rules(teaching_point_bands=("low",), min_enrollment=20),
        kind=["primary", "center"],
        enrollment=[21, 60],
    )
    (first, *_) = remedies_of(case)[0].repairs
    assert (first.what, first.school_id, first.name) == ("decision", "s1", "downgrade")


def test_a_least_size_is_lowered_at_the_school_that_lacks_pupils():
    case = town(
        [[5, 90], [90, 5]],
        pupils=[12, 60],
        seats=[90, 90],
        today=["s1", "s2"],
        decision=["keep", ""],
        rules=Rules(min_enrollment=20),
    )
    remedies = remedies_of(case)
    assert [("least_size", "s1", 20, 12)] in map(told, remedies)
    assert [("rule", "min_enrollment", 20, 12)] in map(told, remedies)


@pytest.mark.parametrize(
    ("rules", "key", "instead"),
    [
        (Rules(min_enrollment=500), "min_enrollment", 64),
        (Rules(max_closures=0, min_enrollment=10), "max_closures", 1),
        (Rules(open_exactly=5), "open_exactly", 3),
    ],
)
def test_the_nearest_number_of_a_rule_is_told(rules, key, instead):
    case = town(
        [[5, 6, 7], [6, 5, 7], [7, 6, 5]],
        pupils=[30, 4, 30],
        seats=[90, 90, 90],
        today=["s1", "s2", "s3"],
        rules=rules,
    )
    change = ("rule", key, getattr(rules, key), instead)
    assert [change] in map(told, remedies_of(case))
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
    assert [("rule", "movement", "whole_school", "by_village")] in map(told, remedies_of(case))


def test_a_budget_is_raised_to_what_is_needed():
    case = town(
        [[5, 6]],
        pupils=[40],
        seats=[20, 20],
        today=[""],
        expansions=[Expansion("s1", 20, cost=900.0), Expansion("s2", 25, cost=700.0)],
        rules=Rules(budget=500.0),
    )
    assert [("rule", "budget", 500.0, 700.0)] in map(told, remedies_of(case))


@pytest.mark.parametrize(
    ("rules", "name", "after"),
    [
        (Rules(never_merge_into=(("s1", "s2"), ("s1", "s3"))), "never_merge_into", (("s1", "s3"),)),
        (Rules(must_merge_into=(("s1", "s3"), ("s2", "s3"))), "must_merge_into", (("s2", "s3"),)),
        (
            Rules(border_swaps=(BorderSwap(("A", "B")),)),
            "border_swaps",
            (BorderSwap(("A", "B"), 9),),
        ),
    ],
)
def test_a_side_rule_in_the_way_is_taken_out_alone(rules, name, after):
    case = town(
        [[5, 6, 90], [40, 5, 90]],
        pupils=[9, 9],
        seats=[40, 40, 40],
        today=["s1", "s2"],
        decision=["close", "keep", "keep"],
        townships=(["A", "B"], ["A", "B", "B"]),
        rules=rules,
    )
    assert [(name, after)] in [
        [(each.name, each.after) for each in remedy.repairs] for remedy in remedies_of(case)
    ]


def test_only_decisions_that_are_in_the_way_are_named():
    case = town(
        [[5, 6, 40]],
        pupils=[30],
        seats=[90, 90, 90],
        today=["s1"],
        decision=["close", "close", "close"],
    )
    first = remedies_of(case)[0]
    assert len(first.repairs) == 1
    assert first.repairs[0].school_id in ("s1", "s2")


def test_parts_that_have_a_plan_are_left_alone():
    case = town(
        [[5, 90, 90, 90], [90, 45, 90, 90], [90, 90, 29, 34]],
        pupils=[7, 8, 9],
        seats=[40, 40, 40, 40],
        today=["s1", "s2", "s3"],
        rules=FORBID,
    )
    assert {each.village_id for each in remedies_of(case)[0].repairs} == {"v2"}


def test_pupils_whom_no_way_leads_to_a_school_are_said_to_be_beyond_help():
    nowhere = float("inf")
    case = town([[nowhere], [5]], pupils=[7, 8], seats=[40], today=["", "s1"])
    found = diagnosis_of(case)
    assert not found.remedies
    assert [(finding.rule, finding.ids) for finding in found.repair] == [
        ("repair.helpless", ("Village 1 (v1)",))
    ]


def test_pupils_without_a_known_way_may_stay_where_they_are():
    nowhere = float("inf")
    case = town([[nowhere], [5]], pupils=[7, 8], seats=[40], today=["s1", "s1"], rules=FORBID)
    assert told(remedies_of(case)[0]) == [("stay", "v1", 30.0, "")]


def test_repairs_are_the_same_on_every_run():
    case = town([[5, 36], [6, 33]], pupils=[10, 12], seats=[15, 40], today=["", ""])
    assert diagnosis_of(case) == diagnosis_of(case)


def test_a_remedy_counts_its_changes():
    case = town([[5, 36], [6, 33]], pupils=[10, 12], seats=[15, 40], today=["", ""])
    assert isinstance(remedies_of(case)[0].repairs[0], Repair)
    said = [finding.message for finding in diagnosis_of(case).repair]
    assert said == [
        "Way 1: add seats (in all: 7, schools: 1): School 1 (s1) +7.",
        "Way 2: allow pupils of primary longer trips by day, by 3 minutes "
        "(villages: 1, pupils: 12): Village 2 (v2) +3 min.",
    ]


def test_bands_are_told_by_their_grades():
    band = Band("g1_3", "walk", 30.0, grades=(1, 2, 3))
    case = town([[5, 36]], pupils=[10], seats=[15, 40], today=[""], bands=(band,))
    case = replace(case, schools=case.schools.assign(decision=["close", "free"]))
    found = diagnosis_of(case)
    assert "teaches Grades 1–3 and" in found.reasons[0].message
    assert "以下1个村庄的10名1–3年级学生" in found.reasons[0].message_in("zh")
    said = [each.message for each in found.repair if each.rule == "repair.limit"]
    assert said
    assert all("pupils of Grades 1–3 longer trips" in each for each in said)
