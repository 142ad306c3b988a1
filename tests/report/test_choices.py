"""What the page is given to try other decisions: schools in reach, places, rules."""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate
from typing import Any

import numpy as np
import pytest

import layoutplan as lp
from cases.opposites import drawn_town
from cases.plans import drawn_plan
from cases.towns import town
from layoutplan.core.case import Case, Decisions, InputFile
from layoutplan.core.plan import Plan
from layoutplan.core.rules import Band, Exemption, Expansion, Rules
from layoutplan.report import choices as module
from layoutplan.report.choices import choices

BANDS = (
    Band("low", "walk", 20.0),
    Band("high", "bus", 30.0, boarding=True, max_boarding_minutes=60.0),
)
MINUTES = {
    "walk": [[5.0, 18.004, 21.0], [25.0, 4.0, 9.0]],
    "bus": [[3.0, 29.999, 50.0], [12.0, 2.0, 61.0]],
}


def two_modes(**changes: Any) -> Case:
    usual: dict[str, Any] = {
        "minutes": MINUTES,
        "pupils": {"low": [9, 8], "high": [7, 6]},
        "seats": [60, 60, 60],
        "beds": [0, 0, 10],
        "today": ["s1", "s2"],
        "bands": BANDS,
        "rules": Rules(small_below=10),
    }
    return town(**(usual | changes))


def pairs_of(told: dict[str, Any], plan: Plan, band: int) -> dict[tuple[str, str], int]:
    """Return the steps of time by village and school, as the page unfolds them."""
    flat = told["pairs"][told["bands"][band]["pairs"]]
    found, first = {}, 0
    for village, n in zip(plan.villages.index, flat["n"], strict=True):
        places = accumulate(flat["school"][first : first + n])
        for place, time in zip(places, flat["time"][first : first + n], strict=True):
            found[village, plan.schools.index[place]] = time
        first += n
    assert first == len(flat["time"])
    return found


def told_of(plan: Plan) -> dict[str, Any]:
    told = choices(plan)
    assert told is not None
    return told


def test_a_plan_without_its_trips_offers_no_choice() -> None:
    assert choices(drawn_plan()) is None


def test_schools_in_reach_are_those_within_the_limits_in_hundredths_rounded_up() -> None:
    plan = lp.optimize(two_modes())
    told = told_of(plan)
    assert told["step"] == 100
    assert [band["day"] for band in told["bands"]] == [2000, 3000]
    assert [band["boarding"] for band in told["bands"]] == [0, 6000]
    assert pairs_of(told, plan, 0) == {
        ("v1", "s1"): 500, ("v1", "s2"): 1801, ("v2", "s2"): 400, ("v2", "s3"): 900,
    }  # fmt: skip
    # With a bed within reach also those within the weekly trip.
    assert pairs_of(told, plan, 1) == {
        ("v1", "s1"): 300, ("v1", "s2"): 3000, ("v1", "s3"): 5000,
        ("v2", "s1"): 1200, ("v2", "s2"): 200,
    }  # fmt: skip


def test_bands_that_travel_alike_share_their_trips() -> None:
    bands = (Band("low", "walk", 20.0), Band("high", "walk", 25.0))
    plan = lp.optimize(two_modes(minutes={"walk": MINUTES["walk"]}, bands=bands))
    told = told_of(plan)
    assert len(told["pairs"]) == 1
    assert [band["pairs"] for band in told["bands"]] == [0, 0]
    assert ("v1", "s3") in pairs_of(told, plan, 0)


def test_many_pairs_are_kept_in_tenths_and_none_within_its_limit_leaves_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plan = lp.optimize(two_modes())
    exact = told_of(plan)
    monkeypatch.setattr(module, "MANY_PAIRS", 1)
    coarse = told_of(plan)
    assert coarse["step"] == 10
    for place, band in enumerate(BANDS):
        fine = pairs_of(exact, plan, place)
        for pair, steps in pairs_of(coarse, plan, place).items():
            assert steps == -(-fine[pair] // 10)
            assert (steps <= coarse["bands"][place]["day"]) == (
                fine[pair] <= band.max_minutes * 100
            )


@pytest.mark.parametrize("seed", [3, 8, 15, 24])
def test_every_trip_of_the_plan_and_of_today_is_among_them(seed: int) -> None:
    plan = lp.optimize(drawn_town(seed))
    told = told_of(plan)
    for row in plan.assignments.itertuples():
        known = pairs_of(told, plan, [band.name for band in plan.bands].index(row.band))
        for school, minutes in ((row.school_id, row.minutes),
                                (row.school_id_before, row.minutes_before)):  # fmt: skip
            if school and np.isfinite(minutes):
                assert known[row.village_id, school] == pytest.approx(minutes * 100, abs=1)
    assert told["totals"]["after"]["pupil_minutes"] == pytest.approx(plan.totals["pupil_minutes"])
    for name in ("schools_open", "pupils_moved", "boarders", "max_minutes"):
        assert told["totals"]["after"][name] == plan.totals[name]
    small = [each.value for each in plan.objective if each.name == "small_schools"]
    assert not small or told["totals"]["after"]["small_schools"] == small[0]


def test_exceptions_have_limits_of_their_own() -> None:
    longer = Exemption(("v2",), "low", max_minutes=26.5, authority="No. 1")
    stays = Exemption(("v1",), "high", stay=True, authority="No. 2")
    larger = Exemption(schools=("s2",), min_enrollment=12, authority="No. 3")
    rules = Rules(small_below=10, over_limit_today="forbid", min_enrollment=3)
    case = replace(two_modes(rules=rules), exceptions=(longer, stays, larger))
    plan = lp.optimize(case)
    told = told_of(plan)
    assert told["limits"] == {"band": [0], "village": [1], "day": [2650], "boarding": [0]}
    assert told["stays"] == {"band": [1], "village": [0]}
    assert pairs_of(told, plan, 0)["v2", "s1"] == 2500
    assert told["schools"]["least"] == [3, 12, 3]


def test_schools_say_what_they_have_when_open_and_what_holds_them() -> None:
    case = two_modes(
        kind=["center", "primary", "primary"],
        decision=["", "", "close"],
        enrollment=[16, 40, 0],
        expansions=(Expansion("s2", seats=10, beds=5),),
        teaches=["low;high", "low", "high"],
        today=["s1", "s1"],
        minutes={mode: [[*row[:1], 4.0, 4.0] for row in MINUTES[mode]] for mode in MINUTES},
    )
    schools = told_of(lp.optimize(case))["schools"]
    assert schools["is_open"] == [1, 1, 0]
    assert schools["teaches"] == [3, 1, 2]
    assert schools["may_have_beds"] == [0, 1, 1]
    assert schools["held"] == ["center", "large", "close"]


def test_a_teaching_point_teaches_its_low_bands_but_taught_all_of_them() -> None:
    plan = lp.optimize(two_modes(rules=Rules(small_below=10, teaching_point_bands=("low",))))
    actions = ["downgrade", *plan.schools["action"][1:]]
    schools = told_of(replace(plan, schools=plan.schools.assign(action=actions)))["schools"]
    assert schools["teaches"][0] == 1
    assert schools["teaches_today"][0] == 3
    assert schools["least"][0] == 0


def test_earlier_decisions_are_told_and_hold_nobody() -> None:
    plan = lp.optimize(two_modes(kind=["center", "primary", "primary"]))
    assert told_of(plan)["schools"]["held"][0] == "center"
    said = Decisions({"s1": "keep"}, InputFile("decisions.csv", "0" * 64, 1))
    entry = {"file": vars(said.source), "schools": dict(said.words)}
    told = told_of(replace(plan, rules={**plan.rules, "decisions": entry}))
    assert told["decided"] == {"school": [0], "word": ["keep"]}
    assert told["schools"]["held"][0] == ""


def test_rules_that_the_page_does_not_reckon_are_named() -> None:
    rules = Rules(
        small_below=10, siblings_together=True, budget=1.0, never_merge_into=(("s1", "s2"),)
    )
    told = told_of(lp.optimize(two_modes(rules=rules)))["rules"]
    assert told["unreckoned"] == ["siblings_together", "budget"]
    assert told["never"] == [[0, 1]]
