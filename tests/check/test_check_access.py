"""Findings about how places meet the roads: every id is named, nothing is dropped."""

from __future__ import annotations

import numpy as np
import pytest

from cases.findings import BANDS, INF, NOBODY, assert_readable, case_of_three, rules_of
from cases.towns import pairs_of, town
from layoutplan.check.access import check_access, check_direct_walks
from layoutplan.core.network import Access
from layoutplan.core.travel_times import Pairs


def access_of(prefix, meters, *, far=(), islands=(), passed=()):
    n = len(meters)
    return Access(
        place_ids=np.array([f"{prefix}{i + 1}" for i in range(n)], dtype=object),
        segment_idx=np.array([-1 if i in far else 0 for i in range(n)], dtype=np.int32),
        along_share=np.array([np.nan if i in far else 0.5 for i in range(n)]),
        meters=np.array(meters, dtype=np.float64),
        is_island=np.array([i in islands for i in range(n)]),
        passed_meters=np.array([dict(passed).get(i, np.nan) for i in range(n)]),
    )


def test_all_is_well():
    case = case_of_three()
    access = check_access(case, "walk", access_of("v", [1, 2, 3]), access_of("s", [4, 5]), NOBODY)
    assert access == ()


def test_far_places_come_with_their_distances_the_farthest_first():
    case = case_of_three()
    walked = Pairs(*(np.array(column) for column in ([2], [1], [60_000])))
    far = check_access(
        case,
        "walk",
        access_of("v", [900, 2, 1300], far=(0, 2)),
        access_of("s", [1, 700.4], far=(1,)),
        walked,
    )
    assert rules_of(far) == ["villages.access.far", "schools.access.far"]
    villages, schools = far
    assert villages.ids == ("v3", "v1")
    assert villages.facts["meters"] == {"v3": 1300, "v1": 900}
    assert villages.facts["pupils"] == 12
    assert villages.facts["n_direct"] == 1
    assert schools.ids == ("s2",)
    assert schools.facts["farthest_meters"] == "700"
    assert {finding.level for finding in far} == {"warning"}
    assert_readable(far)
    assert "500 m" in villages.message


def test_every_far_place_is_among_the_ids():
    n = 40
    case = town([[5.0]] * n, pupils=[1] * n, seats=[50])
    meters = np.linspace(600, 5000, n)
    (finding,) = check_access(
        case, "walk", access_of("v", meters, far=range(n)), access_of("s", [1]), NOBODY
    )
    assert sorted(finding.ids) == sorted(case.villages.index)


def test_islands_are_named():
    case = case_of_three()
    islands = check_access(
        case,
        "walk",
        access_of("v", [1, 2, 3], islands=(1,)),
        access_of("s", [1, 2], islands=(0,)),
        NOBODY,
    )
    assert rules_of(islands) == ["villages.access.island", "schools.access.island"]
    assert [finding.ids for finding in islands] == [("v2",), ("s1",)]
    assert islands[0].facts["pupils"] == 6
    assert_readable(islands)


def test_pupils_of_other_modes_do_not_count():
    case = case_of_three(pupils={"low": [5, 6, 7], "high": [10, 20, 30]}, bands=BANDS)
    (finding,) = check_access(
        case, "bus", access_of("v", [1, 2, 900], far=(2,)), access_of("s", [1, 2]), NOBODY
    )
    assert finding.facts["pupils"] == 30


def test_no_usable_road_is_one_error():
    nowhere = [INF] * 3
    found = check_access(
        case_of_three(),
        "bus",
        access_of("v", nowhere, far=range(3)),
        access_of("s", nowhere[:2], far=range(2)),
        NOBODY,
    )
    assert rules_of(found) == ["network.mode.none"]
    assert found[0].level == "error"
    assert_readable(found)


def test_long_walks_to_the_road_are_noted_the_longest_first():
    found = check_access(
        case_of_three(),
        "walk",
        access_of("v", [201, 10, 420]),
        access_of("s", [200, 300]),
        NOBODY,
    )
    assert rules_of(found) == ["villages.access.walk", "schools.access.walk"]
    assert [finding.ids for finding in found] == [("v3", "v1"), ("s2",)]
    assert {finding.level for finding in found} == {"note"}
    assert found[0].facts["meters"] == {"v3": 420, "v1": 201}
    assert found[0].facts["median_meters"] == "201"
    assert_readable(found)


def test_nearer_roads_that_are_closed_are_noted_where_most_is_lost_first():
    found = check_access(
        case_of_three(),
        "bus",
        access_of("v", [120, 150, 110], passed=[(0, 100.0), (1, 10.0)]),
        access_of("s", [1, 101], passed=[(1, 5.0)]),
        NOBODY,
    )
    assert rules_of(found) == ["villages.access.passed", "schools.access.passed"]
    assert found[0].ids == ("v2", "v1")
    assert found[0].facts["passed_meters"] == {"v2": 10.0, "v1": 100.0}
    assert (found[0].facts["worst_meters"], found[0].facts["worst_passed_meters"]) == ("150", "10")
    assert_readable(found)


@pytest.mark.parametrize(("ms", "is_noted"), [(60_000, True), (60_001, False)])
def test_direct_walks_are_noted_where_nothing_is_shorter(ms, is_noted):
    walks = Pairs(np.array([1], dtype=np.int32), np.array([1], dtype=np.int32), np.array([ms]))
    pairs = pairs_of([[INF, INF], [INF, 1], [INF, INF]])
    found = check_direct_walks(case_of_three(), "bus", walks, pairs)
    assert [finding.ids for finding in found] == [("v2",)] * is_noted
    if is_noted:
        assert found[0].facts["schools"] == {"v2": ("s2",)}
        assert_readable(found)
    assert check_direct_walks(case_of_three(), "walk", walks, pairs) == ()
