"""Limits, the next best school and rules are told as the plan was made with them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.workbooks import table, told_plan, written
from layoutplan.core.plan import Plan
from layoutplan.core.travel_times import Pairs
from layoutplan.report.units import taught_bands, units_of
from layoutplan.texts import LANGUAGES, Language, text

EXCEPTION = {
    "villages": ["v5"], "band": "g1_3", "max_minutes": 25.0, "max_boarding_minutes": None,
    "stay": True, "schools": [], "min_enrollment": None, "authority": "No. 7",
}  # fmt: skip
RULES = {
    "small_below": 50,
    "max_closures": None,
    "closest_open": True,
    "teaching_point_bands": ["g1_3"],
    "one_per_township": ["center", "any"],
    "villages_together": [["v1", "v2"]],
    "must_merge_into": [["s2", "s1"]],
    "border_swaps": [{"townships": ["North", "South"], "max_difference": 3}],
    "bands": {"g1_3": {"mode": "walk", "max_minutes": 30.0, "boarding": False, "grades": [1, 2]}},
    "costs": {"per_pupil": 600.0},
    "expansions": [{"school_id": "s1", "seats": 40, "beds": 0, "cost": 1e6, "yearly_cost": 0.0}],
    "exceptions": [EXCEPTION],
    "objective": {"order": ["small_schools"]},
    "solver": {"name": "highs", "gap": 0.0},
    "scenario": "winter",
    "scenario_title": "Ice",
    "decisions": {"file": {"path": "d.csv", "sha256": "", "rows": 1}, "schools": {"s2": "close"}},
    "of_a_later_version": "unheard",
}


def ruled(language: Language = "en") -> Plan:
    """Return the told plan under many rules."""
    return replace(told_plan(language), rules=RULES)


def test_an_exception_is_the_limit_of_its_villages(tmp_path: Path) -> None:
    found = table(written(ruled(), tmp_path), "villages").set_index(["village_id", "band"])
    assert found.loc[("v5", "Grades 1–3"), "limit"] == 25
    assert found.loc[("v5", "Grades 1–3"), "state"] == text("workbook.word.over")
    assert found.loc[("v5", "Grades 4–6"), "limit"] == 40
    assert found.loc[("v3", "Grades 1–3"), "state"] == text("workbook.word.within")


def test_boarders_have_the_limit_of_their_week(tmp_path: Path) -> None:
    plan = told_plan()
    bands = tuple(
        replace(band, boarding=band.name == "g4_6", max_boarding_minutes=120.0)
        for band in plan.bands
    )
    boards = (plan.assignments["band"] == "g4_6") & (plan.assignments["village_id"] == "v3")
    units = plan.assignments.assign(how=np.where(boards, "board", "day"))
    found = table(written(replace(plan, bands=bands, assignments=units), tmp_path), "villages")
    assert found["limit"].tolist() == [
        120 if board else 30 if band == "g1_3" else 40
        for board, band in zip(boards, units["band"], strict=True)
    ]
    assert set(found["limit_before"]) == {30, 40}
    assert found.loc[boards.to_numpy(), "how"].tolist() == ["boards"]


def test_a_teaching_point_teaches_its_bands_alone() -> None:
    plan = ruled()
    schools = plan.schools.assign(action=["downgrade", "merge", "keep"])
    taught = taught_bands(replace(plan, schools=schools))
    assert taught["g1_3"].tolist() == [True, False, True]
    assert taught["g4_6"].tolist() == [False, False, True]


@given(
    st.lists(
        st.tuples(st.integers(0, 7), st.integers(0, 2), st.integers(0, 4)),
        max_size=24,
        unique_by=lambda trip: trip[:2],
    )
)
def test_the_next_best_school_is_the_nearest_other(trips: list[tuple[int, int, int]]) -> None:
    plan = told_plan()
    assert plan.times is not None
    rows = np.array(sorted(trips), dtype=np.int64).reshape(-1, 3)
    pairs = Pairs(rows[:, 0].astype(np.int32), rows[:, 1].astype(np.int32), rows[:, 2] * 60_000)
    times = replace(plan.times, pairs={band.name: pairs for band in plan.bands})
    schools = plan.schools.assign(action="keep")
    found = units_of(replace(plan, times=times, schools=schools))
    villages, ids = list(plan.villages.index), list(plan.schools.index)
    for unit in found.itertuples():
        others = sorted(
            (minutes, ids[school])
            for village, school, minutes in trips
            if villages[village] == unit.village_id and ids[school] != unit.school_id
        )
        best = others[0] if others else (np.inf, "")
        assert (unit.next_minutes, unit.next_school_id) == best


@pytest.mark.parametrize("language", LANGUAGES)
def test_rules_are_told_in_words(tmp_path: Path, language: Language) -> None:
    found = table(written(ruled(language), tmp_path), "rules", language).set_index("key")
    told = found["value"]
    assert told["rules.small_below"] == 50
    assert told["rules.max_closures"] == text("workbook.word.unlimited", language)
    assert told["rules.closest_open"] == text("workbook.word.yes", language)
    assert told["rules.must_merge_into"] == "School 2 → School 1"
    assert told["rules.of_a_later_version"] == "unheard"
    assert told["bands.g1_3.mode"] == text("workbook.value.walk", language)
    assert told["objective.order.1"] == text("map.objective.small_schools", language)
    assert told["scenario"] == "Ice"
    assert told["decisions.s2"] == text("workbook.decision.close", language)
    for key, wanted in {
        "exceptions.1": ("v5", "25", "No. 7"),
        "expansions.1": ("s1", "40", "1,000,000"),
        "rules.border_swaps": ("North", "South", "3"),
    }.items():
        assert all(part in told[key] for part in wanted), (key, told[key])
    assert found.loc["rules.one_per_township", "raw"] == '["center", "any"]'
