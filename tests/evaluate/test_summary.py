"""Totals and the table of indicators, on the plan that is drawn by hand."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from cases.plans import BANDS, drawn_plan
from cases.towns import town
from layoutplan.core.case import Case
from layoutplan.core.plan import Plan
from layoutplan.core.rules import Rules
from layoutplan.evaluate.summary import evaluate
from layoutplan.evaluate.totals import totals


def totals_of(plan: Plan, **rules: int) -> dict[str, object]:
    return totals(case_of(plan, **rules), plan.schools, plan.assignments)


def case_of(plan: Plan, **rules: int) -> Case:
    case = town(
        np.full((8, 3), 10.0).tolist(),
        pupils={band.name: [1] * 8 for band in BANDS},
        seats=[120, 60, 90],
        bands=BANDS,
        rules=Rules(**rules),
    )
    townships = ["A", "A", "B", "B", "B", "C", "C", "C"]
    return replace(case, villages=plan.villages.assign(township=townships))


def test_totals_by_hand() -> None:
    found = totals_of(drawn_plan())
    bands = found.pop("bands")
    # Pupil-minutes without v8, whom no path joins to its school: 176 + 253 + 247.5 + 76 + 280 +
    # 198 + 280 over 144 pupils.
    assert found == {
        "villages": 8,
        "pupils": 149,
        "pupils_moved": 25,
        "pupils_placed": 0,
        "boarders": 0,
        "pupil_minutes": 1510.5,
        "max_minutes": 28.0,
        "mean_minutes": pytest.approx(1510.5 / 144),
        "unreachable": 5,
        "over_limit_today": 0,
        "schools_before": 3,
        "schools_open": 2,
        "schools_merged": 1,
        "schools_downgraded": 0,
        "schools_expanded": 0,
        "schools_opened": 0,
        "small_schools_before": 1,
        "small_schools": 0,
    }
    assert isinstance(bands, dict)
    assert list(bands) == ["g1_3", "g4_6"]
    for name in ("pupils", "pupils_moved", "pupil_minutes", "unreachable"):
        assert sum(of_band[name] for of_band in bands.values()) == found[name]
    assert bands["g4_6"]["villages"] == 7


def test_totals_are_plain_numbers() -> None:
    found = totals_of(drawn_plan())
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_small_schools_follow_the_rule_of_the_case() -> None:
    found = totals_of(drawn_plan(), small_below=80)
    assert (found["small_schools_before"], found["small_schools"]) == (3, 1)


def test_over_the_limit_counts_those_who_stay_and_placed_those_who_had_no_school() -> None:
    plan = drawn_plan()
    rows = plan.assignments.copy()
    rows.loc[rows["village_id"] == "v7", ["minutes", "minutes_before"]] = 35.0
    is_first = rows["village_id"] == "v1"
    rows.loc[is_first, ["school_id_before", "minutes_before"]] = ["", np.inf]
    found = totals_of(replace(plan, assignments=rows))
    assert found["over_limit_today"] == 9  # g1_3 only: the limit of g4_6 is 40 minutes
    assert found["pupils_placed"] == 44
    assert found["pupils_moved"] == 25


def test_candidates_that_stay_unbuilt_are_not_schools_of_today() -> None:
    plan = drawn_plan()
    schools = plan.schools.assign(
        kind=["primary", "candidate", "primary"], action=["keep", "close", "keep"]
    )
    found = totals_of(replace(plan, schools=schools))
    assert (found["schools_before"], found["schools_open"], found["schools_merged"]) == (2, 2, 0)


def test_totals_without_anybody() -> None:
    plan = drawn_plan()
    found = totals_of(replace(plan, assignments=plan.assignments.iloc[:0]))
    assert (found["pupils"], found["mean_minutes"], found["max_minutes"]) == (0, 0.0, 0.0)


def test_indicators_before_and_after() -> None:
    plan = drawn_plan()
    table = evaluate(case_of(plan), plan)
    assert table.index.names == ["indicator", "band"]
    assert table.index.is_unique
    assert list(table.columns) == [
        "before", "after", "change", "unit", "better", "village_before", "village_after",
    ]  # fmt: skip
    after = table["after"]
    found = totals_of(plan)
    for name in ("pupils", "pupil_minutes", "mean_minutes", "max_minutes", "unreachable",
                 "pupils_moved", "schools_open", "small_schools"):  # fmt: skip
        assert after[name, "all"] == found[name], name
    assert table.loc[("schools_open", "all"), "change"] == -1
    assert table.loc[("max_minutes", "all"), "before"] == 14.0
    assert after["moved_newly_over_limit_share", "all"] == 0.0
    # v3 moves 15.5 minutes farther, v4 15.5 and v5 16: all 25 pupils.
    assert after["moved_over_15_more_minutes_share", "all"] == 1.0
    assert after["moved_max_added_minutes", "all"] == 16.0
    assert after["moved_mean_added_minutes", "all"] == pytest.approx((15 * 15.5 + 10 * 16) / 25)
    assert after["within_limit_share", "all"] == pytest.approx(144 / 149)
    assert after["utilization", "all"] == pytest.approx(149 / 210)
    parts = after["theil_within_townships", "all"] + after["theil_between_townships", "all"]
    assert parts == pytest.approx(after["theil", "all"])
    assert set(table["better"]) == {"lower", "higher", ""}


def test_indicators_stand_by_band_after_all() -> None:
    plan = drawn_plan()
    table = evaluate(case_of(plan), plan)
    assert table.loc["mean_minutes"].index.tolist() == ["all", "g1_3", "g4_6"]
    assert table.loc["schools_open"].index.tolist() == ["all"]
    of_bands = table.loc["pupil_minutes", "after"]
    assert of_bands["all"] == of_bands["g1_3"] + of_bands["g4_6"]


def test_who_attended_nowhere_has_no_minutes_before() -> None:
    plan = drawn_plan()
    rows = plan.assignments.copy()
    is_first = rows["village_id"] == "v1"
    rows.loc[is_first, ["school_id_before", "minutes_before"]] = ["", np.inf]
    table = evaluate(case_of(plan), replace(plan, assignments=rows))
    assert table.loc[("pupils", "all"), ["before", "after"]].tolist() == [105, 149]
    assert table.loc[("unreachable", "all"), "before"] == 5


def test_a_plan_that_moves_nobody_says_nothing_of_the_moved() -> None:
    plan = drawn_plan()
    rows = plan.assignments.assign(school_id=plan.assignments["school_id_before"])
    rows["minutes"] = rows["minutes_before"]
    table = evaluate(case_of(plan), replace(plan, assignments=rows))
    assert table.loc[("pupils_moved", "all"), "after"] == 0
    assert pd.isna(table.loc[("moved_mean_added_minutes", "all"), "after"])
    assert (table.loc["mean_minutes", "change"] == 0.0).all()
