"""Sentences on schools say what was found, no more, in both languages."""

from __future__ import annotations

from dataclasses import replace

import pytest

import layoutplan as lp
from cases.towns import town
from layoutplan.core.rules import Band, Rules
from layoutplan.errors import DataError
from layoutplan.explanations import explain, with_reasons
from layoutplan.plan.explain_schools import told_number

NEAR = [[5, 25], [10, 20], [20, 8]]
FAR = [[5, 25], [10, 20], [46.2, 8]]
TODAY = ["s1", "s1", "s2"]
BAND = (Band("low", "walk", 30.0, grades=(1, 2, 3)),)


def small_town(minutes=NEAR, **changed):
    facts = {"pupils": [40, 30, 12], "seats": [99, 40], "today": TODAY, "bands": BAND} | changed
    return town(minutes, **facts)


def told(case, **options) -> str:
    return explain(case, lp.optimize(case), **options).reasons["s2"]


def test_the_certificate_names_villages_pupils_limit_and_excess():
    assert told(small_town(FAR)) == (
        "Stays: closing it is impossible, as is proven: 12 pupils (Grades 1–3) would have no other "
        "school within 30 minutes: Village 3 (pupils: 12; the nearest is School 1, 46.2 minutes, "
        "16.2 over)."
    )


def test_the_certificate_in_chinese():
    case = replace(small_town(FAR), language="zh")
    assert told(case) == (
        "保留：已证明不能撤并：12名1–3年级学生在30分钟内没有别的学校："
        "Village 3（12人；最近的是School 1，46.2分钟，超出16.2分钟）。"
    )


def test_where_no_way_is_known_none_is_told():
    assert "no way to another school is known" in told(
        small_town([[5, 25], [10, 20], [float("inf"), 8]])
    )


def test_pupils_who_move_together_are_not_said_to_be_out_of_reach():
    case = small_town(
        [[5, 25, 40], [10, 40, 9], [20, 8, 50], [40, 9, 12]],
        pupils=[60, 60, 12, 6],
        seats=[99, 40, 99],
        today=["s1", "s3", "s2", "s2"],
        rules=Rules(movement="whole_school"),
    )
    assert "not within the limit of all who move together" in told(case)


def test_seats_that_are_short_are_told():
    reason = told(small_town(seats=[75, 40]))
    assert reason.startswith("Stays: closing it is impossible, as is proven: ")
    assert reason.endswith(
        "the pupils of Grades 1–3 of Village 3 (v3), 12 in all, go to one school together, and "
        "none left in their reach has room for all of them beside the pupils bound there. "
        "Seats free: "
        "School 1 (s1): 5."
    )


def test_a_rule_in_the_way_is_told():
    reason = told(small_town(rules=Rules(never_merge_into=(("s2", "s1"),))))
    assert "only without the rule never_merge_into would there be a plan" in reason


def test_what_keeping_a_merged_school_costs():
    reason = told(small_town())
    assert reason.startswith("Merges: its 12 pupils go to School 1 (12).")
    assert reason.endswith(
        "In the best plan that keeps it the small schools rise by 1, the pupil-minutes fall by 144."
        " This is proven."
    )


def test_a_decision_of_the_table_is_told_before_its_cost():
    reason = told(small_town(decision=["", "keep"]))
    assert reason == (
        "Stays: the table of schools says so. In the best plan without it the small schools fall "
        "by 1, the pupil-minutes rise by 144. This is proven."
    )


def test_a_small_center_is_told_apart():
    assert told(small_town(kind=["primary", "center"])).startswith("Stays: it is a center school.")


def test_a_candidate_that_is_not_built():
    case = small_town(
        [[5, 25, 28], [10, 20, 28], [20, 8, 28]],
        seats=[99, 40, 50],
        kind=["primary", "primary", "candidate"],
    )
    reasons = explain(case, lp.optimize(case)).reasons
    assert "In the best plan that builds it the small schools rise by 1" in reasons["s3"]


def test_money_is_told_where_anything_costs():
    case = small_town(yearly_cost=[1000.0, 500.25])
    found = explain(case, lp.optimize(case))
    assert found.schools.loc["s2", "delta_yearly_cost"] == 500.25
    assert "the yearly cost rises by 500.25" in found.reasons["s2"]


def test_large_schools_keep_their_reason():
    case = small_town()
    plan = lp.optimize(case)
    found = explain(case, plan)
    assert list(found.schools.index) == ["s2"]
    assert found.reasons["s1"] == plan.schools.loc["s1", "reason"]
    assert with_reasons(plan, found).schools["reason"].to_dict() == dict(found.reasons)


def test_a_school_goes_by_id_or_by_its_only_name():
    case = small_town()
    plan = lp.optimize(case)
    assert list(explain(case, plan, "School 2").schools.index) == ["s2"]
    same = replace(case, schools=case.schools.assign(name="School"))
    for name, message in (("School", "schools are called"), ("s9", "no school"), ("s1", "neither")):
        with pytest.raises(DataError, match=message):
            explain(same, plan, name)


@pytest.mark.parametrize(
    ("value", "name", "words"),
    [
        (812.0, "pupil_minutes", "812"),
        (1215.06585, "pupil_minutes", "1,215.1"),
        (0.02, "pupil_minutes", "0.02"),
        (1200.5, "yearly_cost", "1,200.50"),
    ],
)
def test_numbers_are_read_aloud(value, name, words):
    assert told_number(value, name) == words
