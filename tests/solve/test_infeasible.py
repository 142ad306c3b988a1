"""What is said when no plan can satisfy the rules: who and what contradicts itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cases.demand import as_villages_say
from cases.towns import town
from layoutplan.core.case import Case
from layoutplan.core.diagnosis import Block, NoPlanError
from layoutplan.core.rules import Band, Rules
from layoutplan.errors import Finding
from layoutplan.solve.solve import solve

FORBID = Rules(over_limit_today="forbid")
BOARDING = (Band("g4_6", "bus", 30.0, boarding=True, max_boarding_minutes=120.0),)


def blocks_of(case: Case) -> tuple[Block, ...]:
    with pytest.raises(NoPlanError) as caught:
        solve(case, case.travel_times, as_villages_say(case))
    return caught.value.diagnosis.blocks


def reasons_of(case: Case) -> dict[str, Finding]:
    return {block.finding.rule: block.finding for block in blocks_of(case)}


def test_villages_without_any_school_in_reach_are_named_by_band():
    case = town([[50, 50], [5, 50], [50, 50]], pupils=[7, 8, 2], seats=[40, 9], rules=FORBID)
    (block,) = blocks_of(case)
    assert block.finding.rule == "solve.no_school_in_reach"
    assert block.finding.ids == ("Village 1 (v1)", "Village 3 (v3)")
    assert block.finding.facts["band"] == "primary"
    assert (block.village_ids, block.pupils) == (("v1", "v3"), 9)


def test_missing_seats_are_counted_with_names_and_numbers():
    case = town([[5, 6]] * 3, pupils=[20, 20, 20], seats=[20, 25], today=[""] * 3)
    (block,) = blocks_of(case)
    assert block.finding.rule == "solve.short_of_seats"
    assert block.village_ids == ("v1", "v2", "v3")
    assert block.school_ids == ("s1", "s2")
    assert (block.pupils, block.places) == (60, 45)
    assert block.finding.message.startswith(
        "These villages have more pupils than the schools in their reach have seats: 60 pupils, "
        "45 seats, 15 short. Villages (3): "
    )
    assert "School 1 (s1), School 2 (s2)" in block.finding.message_in("zh")


def test_every_shortage_is_a_block_of_its_own():
    far = 90
    case = town(
        [[5, far, far], [5, far, far], [far, 5, far], [far, 5, far], [far, 40, 5]],
        pupils=[20, 20, 30, 5, 9],
        seats=[30, 33, 50],
        today=[""] * 5,
        rules=Rules(open_exactly=3),
    )
    first, second = blocks_of(case)
    assert (first.village_ids, first.school_ids) == (("v1", "v2"), ("s1",))
    assert (second.village_ids, second.school_ids) == (("v3", "v4"), ("s2",))
    assert [block.pupils - block.places for block in (first, second)] == [10, 2]


def test_missing_beds_are_counted_apart_from_seats():
    case = town(
        [[60, 90], [70, 95], [5, 90]],
        pupils={"g4_6": [8, 9, 4]},
        seats=[90, 90],
        beds=[10, 0],
        today=["", "", "s1"],
        bands=BOARDING,
    )
    (block,) = blocks_of(case)
    assert block.finding.rule == "solve.short_of_beds"
    assert (block.village_ids, block.school_ids) == (("v1", "v2"), ("s1",))
    assert (block.pupils, block.places) == (17, 10)


def test_pupils_without_a_school_in_reach_do_not_count_as_missing_seats():
    case = town([[90, 90], [5, 6], [6, 5]], pupils=[9, 20, 20], seats=[20, 0], today=[""] * 3)
    found = reasons_of(case)
    assert found["solve.no_school_in_reach"].facts["pupils"] == 9
    assert found["solve.short_of_seats"].facts["short"] == 20


def test_seats_beyond_any_number_of_pupils_are_no_shortage():
    case = town([[5, 6]], pupils=[7], seats=[2**40, 3], today=[""])
    assert not blocks_of(replace(case, rules=Rules(open_exactly=5)))


def test_a_group_too_large_for_every_school_is_named():
    case = town([[5, 6], [5, 6]], pupils=[30, 4], seats=[20, 25], today=["", ""])
    (block,) = blocks_of(case)
    assert block.finding.rule == "solve.group_too_large"
    assert block.finding.ids == ("Village 1 (v1)",)
    assert (block.pupils, block.places, block.school_ids) == (30, 25, ("s1", "s2"))


def test_a_school_that_moves_as_a_whole_is_named_itself():
    case = town(
        [[5, 6]] * 2,
        pupils=[20, 15],
        seats=[40, 30],
        today=["s1", "s1"],
        decision=["close", ""],
        rules=Rules(movement="whole_school"),
    )
    (block,) = blocks_of(case)
    assert block.finding.rule == "solve.group_too_large"
    assert block.finding.ids == ("School 1 (s1)",)
    assert block.pupils == 35


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
    assert small.ids == ("School 1 (s1)",)
    assert small.facts == {"least": 20, "most": 12}


def test_ids_with_any_letters_are_read_back():
    case = town([[50, 50]], pupils=[7], seats=[40, 9], today=["s1"], rules=FORBID)
    case = replace(case, villages=case.villages.rename(index={"v1": "a|b|s1"}))
    times = replace(case.travel_times, village_ids=case.villages.index)
    (block,) = blocks_of(replace(case, travel_times=times))
    assert block.village_ids == ("a|b|s1",)


def test_rules_that_exclude_each_other_only_together_name_the_schools():
    case = town(
        [[5, 6]] * 3,
        pupils=[10, 10, 10],
        seats=[20, 20],
        today=["s1", "s1", "s2"],
        rules=Rules(max_closures=0, open_exactly=1, movement="redraw"),
    )
    with pytest.raises(NoPlanError) as caught:
        solve(case, case.travel_times, as_villages_say(case))
    assert not caught.value.diagnosis.blocks
    (reason,) = caught.value.reasons
    assert reason.rule == "solve.impossible"
    assert reason.ids == ("School 1 (s1)", "School 2 (s2)")
    assert all(finding.message_in("zh") for finding in caught.value.findings)
