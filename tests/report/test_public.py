"""The public edition: whatever small groups have, it is the same; nothing can be worked out."""

from __future__ import annotations

import re
from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from cases.plans import drawn_plan
from cases.publics import LEAST, Pupils, altered, crowded, plan_with
from layoutplan.core.plan import ObjectiveResult, Plan
from layoutplan.core.schema import pupils_column
from layoutplan.errors import Finding
from layoutplan.report.public import LEAST_POOLED, LEAST_SHOWN, masked, public_plan

FRAMES = ("villages", "schools", "assignments", "roads", "routes", "townships")


def assert_same_edition(plan: Plan, other: Plan) -> None:
    """Assert that the public editions of both plans are one, in every field."""
    public, public_other = public_plan(plan), public_plan(other)
    for field in fields(Plan):
        value, value_other = getattr(public, field.name), getattr(public_other, field.name)
        if isinstance(value, pd.DataFrame):
            assert_frame_equal(pd.DataFrame(value), pd.DataFrame(value_other))
        else:
            assert value == value_other, field.name


def test_masked_hides_one_to_four_and_nothing_else() -> None:
    counts = pd.DataFrame({"g1_3": [0, 1, 4, 5], "g4_6": [2, 0, 100, np.nan]})
    hidden = masked(counts)
    assert hidden.dtypes.astype(str).tolist() == ["Int64", "Int64"]
    assert hidden["g1_3"].isna().tolist() == [False, True, True, False]
    assert hidden["g4_6"].isna().tolist() == [True, False, False, True]
    assert hidden["g1_3"].dropna().tolist() == [0, 5]


def test_large_groups_stay_and_small_ones_stay_small() -> None:
    plan = crowded()
    true, public = plan.assignments["pupils"], public_plan(plan).assignments["pupils"]
    is_small = true < LEAST
    assert (public[~is_small] == true[~is_small]).all()
    assert ((public[is_small] > 0) & (public[is_small] < LEAST_SHOWN)).all()
    assert (public != true).any()


def test_all_tables_of_a_public_plan_add_up() -> None:
    public = public_plan(crowded())
    units = public.assignments
    for band in public.bands:
        of_band = units[units["band"] == band.name].groupby("village_id")["pupils"].sum()
        counted = of_band.reindex(public.villages.index, fill_value=0)
        assert (public.villages[pupils_column(band.name)] == counted).all()
    for column, of in (
        ("enrollment_before", "school_id_before"),
        ("enrollment_after", "school_id"),
    ):
        counted = units.groupby(of)["pupils"].sum()
        assert (public.schools[column] == counted.reindex(public.schools.index).fillna(0)).all()


def test_totals_stay_near_the_true_ones() -> None:
    plan = crowded(60)
    public = public_plan(plan)
    by_band = [each.assignments.groupby("band")["pupils"].sum() for each in (plan, public)]
    assert (by_band[0] - by_band[1]).abs().max() <= 2


@pytest.mark.parametrize("seed", range(5))
def test_no_edition_tells_how_the_pupils_of_a_pool_are_spread(seed: int) -> None:
    plan = crowded(seed=seed)
    pools = public_pools(plan)

    def reversed_in_pools(pupils: Pupils) -> Pupils:
        spread = pupils.copy()
        for members in pools:
            spread[members] = spread[members][::-1]
        return spread

    other = altered(plan, reversed_in_pools)
    assert (other.assignments["pupils"] != plan.assignments["pupils"]).any()
    assert_same_edition(plan, other)


@given(st.lists(st.integers(1, 4), min_size=1, max_size=2), st.lists(st.integers(1, 4), min_size=2))
@settings(max_examples=15, deadline=None)
def test_one_or_two_small_groups_may_have_anything(first: list[int], others: list[int]) -> None:
    def of(pupils: list[int]) -> Plan:
        names = [f"v{place}" for place in range(len(pupils) + 2)]
        return plan_with(
            pd.DataFrame(
                {
                    "village_id": names,
                    "band": "g1_3",
                    "school_id_before": "s2",
                    "school_id": "s1",
                    "pupils": [*pupils, 30, 40],
                }
            )
        )

    assert_same_edition(of(first), of(others[: len(first)] + [1] * (len(first) - len(others))))


@pytest.mark.parametrize(("all_have", "instead"), [(1, 2), (4, 3)])
def test_a_sum_that_tells_all_of_a_pool_is_moved(all_have: int, instead: int) -> None:
    def of(last: int) -> Plan:
        return plan_with(
            pd.DataFrame(
                {
                    "village_id": ["v1", "v2", "v3", "v4"],
                    "band": "g1_3",
                    "school_id_before": "s1",
                    "school_id": "s1",
                    "pupils": [all_have, all_have, last, 30],
                }
            )
        )

    assert_same_edition(of(all_have), of(instead))


def test_differences_of_what_is_shown_do_not_give_a_small_number() -> None:
    # A school of one large village and one small: the total less the large one is not the small.
    def shown(small: int) -> tuple[int, int]:
        plan = plan_with(
            pd.DataFrame(
                {
                    "village_id": ["v1", "v2"],
                    "band": "g1_3",
                    "school_id_before": "s1",
                    "school_id": "s1",
                    "pupils": [20, small],
                }
            )
        )
        public = public_plan(plan)
        return int(public.schools["enrollment_after"].iloc[0]), int(public.objective[1].value)

    assert len({shown(small) for small in (1, 2, 3, 4)}) == 1


def test_nothing_is_left_that_tells_more() -> None:
    plan = replace(
        crowded(),
        opposites=pd.DataFrame({"sentence": ["4 pupils"]}, index=["s2"]),
        indicators=pd.DataFrame({"before": [3]}),
        case_folder="/home/office/case",
    )
    plan = replace(plan, villages=plan.villages.assign(left_behind=3, disabled=1))
    public = public_plan(plan)
    assert public.is_public
    assert public.findings == ()
    assert public.opposites is None
    assert public.indicators is None
    assert public.totals == {}
    assert public.case_folder == ""
    assert {each.sha256 for each in public.inputs} == {""}
    assert set(public.villages) == {
        "name", "township", "school_id", "geometry", "pupils_g1_3", "pupils_g4_6",
    }  # fmt: skip
    assert public_plan(public) is public


@pytest.mark.parametrize("language", ["en", "zh"])
def test_reasons_name_schools_and_minutes_but_count_nobody(language: str) -> None:
    plan = drawn_plan("zh" if language == "zh" else "en")
    public = public_plan(plan)
    for reason in public.schools["reason"]:
        told = reason.replace("School 1", "").replace("School 2", "").replace("School 3", "")
        for band in plan.bands:
            told = told.replace(band.label(plan.language), "")
        assert set(re.findall(r"[\d.]*\d", told)) <= {"28.0", "22.5", "50"}, reason
    assert "School 1" in public.schools.loc["s2", "reason"]


def test_the_ground_of_a_school_that_must_stay_is_kept_without_its_numbers() -> None:
    plan = drawn_plan()
    said = "Stays: no other school is within the limit for 3 pupils (Grades 1–3) from Village 5."
    schools = plan.schools.assign(decision="free", reason=said)
    public = public_plan(replace(plan, schools=schools))
    reason = public.schools.loc["s1", "reason"]
    assert reason.startswith("Stays: for some of its pupils no other school is within the limit.")
    assert "3 pupils" not in reason


def test_the_point_of_a_trade_off_keeps_its_proof_but_not_its_bound() -> None:
    facts = {"point": 1, "n_points": 9, "first": "a", "second": "b", "most": "1234.5"}
    finding = Finding("front.is_point", "note", facts=facts)
    public = public_plan(replace(crowded(), findings=(finding,)))
    assert "1234.5" not in public.findings[0].message


def test_sums_over_pupils_that_cannot_be_worked_out_anew_are_rounded() -> None:
    result = ObjectiveResult("yearly_cost", 1234567.89, 1234567.89, 0.0)
    public = public_plan(replace(crowded(), objective=(result,)))
    assert public.objective[0].value == 1_200_000
    assert public.objective[0].bound == 1_200_000
    assert public.objective[0].gap == 0


def public_pools(plan: Plan) -> list[list[int]]:
    """Return the pools of small groups that share schools and band, by place among the small."""
    small = plan.assignments[plan.assignments["pupils"] < LEAST].reset_index(drop=True)
    keys = ["school_id_before", "school_id", "band"]
    return [list(of) for of in small.groupby(keys).groups.values() if len(of) >= LEAST_POOLED]
