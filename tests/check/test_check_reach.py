"""Findings about who can reach a school at all: every id is named."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cases.findings import BANDS, INF, NOBODY, assert_readable, case_of_three, rules_of
from cases.towns import town
from layoutplan.check.reach import check_reach
from layoutplan.core.travel_times import UNREACHED_MS, TravelTimes


def test_villages_without_a_way_and_beyond_the_limit_by_band():
    case = town(
        {"walk": [[10, 20], [40, INF], [INF, 35]], "bus": [[5, 5], [5, 5], [INF, INF]]},
        pupils={"low": [5, 6, 7], "high": [1, 2, 3]},
        seats=[50, 50],
        today=["s1", "s1", "s2"],
        bands=BANDS,
    )
    assert case.travel_times is not None
    low, high = check_reach(case, case.travel_times)
    assert low.rule == "villages.reach.beyond_limit"
    assert low.ids == ("v2", "v3")
    assert low.facts["minutes_by_id"] == {"v2": 40.0, "v3": 35.0}
    assert low.facts["pupils_by_id"] == {"v2": 6, "v3": 7}
    assert low.facts["pupils"] == 13
    assert high.rule == "villages.reach.none"
    assert high.ids == ("v3",)
    assert_readable((low, high))
    assert "40.0 min" in low.message


def test_only_schools_that_teach_the_band_count():
    case = case_of_three(
        pupils={"low": [5, 6, 7], "high": [0, 0, 0]},
        bands=tuple(replace(band, mode="walk") for band in BANDS),
        teaches=["high", "low;high"],
    )
    assert case.travel_times is not None
    found = check_reach(case, case.travel_times)
    assert rules_of(found) == ["villages.reach.none", "villages.reach.beyond_limit"]
    assert [finding.ids for finding in found] == [("v2",), ("v3",)]


def test_exactly_at_the_limit_is_within_it_and_empty_villages_are_left_out():
    case = town([[30.0], [31.0], [INF]], pupils=[4, 0, 0], seats=[50])
    assert case.travel_times is not None
    assert check_reach(case, case.travel_times) == ()


def test_the_nearest_school_over_the_limit_is_known_where_it_is_given():
    case = case_of_three()
    times = TravelTimes(
        case.villages.index, case.schools.index, {"primary": NOBODY}, {"primary": "walk"}, "roads"
    )
    nearest = {"primary": np.array([600_000, 5_400_000, UNREACHED_MS])}
    none, late = check_reach(case, times, nearest)
    assert none.ids == ("v3",)
    assert late.ids == ("v2",)
    assert late.facts["minutes_by_id"] == {"v2": 90.0}


def test_a_table_without_the_mode_reaches_nobody():
    case = case_of_three()
    times = TravelTimes(case.villages.index, case.schools.index, {}, {}, "table")
    (finding,) = check_reach(case, times)
    assert finding.ids == ("v3", "v2", "v1")


def test_over_a_day_is_no_journey_but_a_fault():
    case = town([[24 * 60.0], [24 * 60.0 + 0.01], [5.0]], pupils=[4, 3, 1], seats=[50])
    assert case.travel_times is not None
    late, lost = check_reach(case, case.travel_times)
    assert late.rule == "villages.reach.beyond_limit"
    assert late.ids == ("v2", "v1")
    assert (lost.rule, lost.ids, lost.facts["pupils"]) == ("villages.reach.over_day", ("v2",), 3)
    assert_readable((late, lost))
