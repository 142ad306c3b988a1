"""Findings about roads and reach: every id is named, nothing is dropped."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cases.roads import moved, road_network
from cases.towns import pairs_of, town
from layoutplan.check.network import (
    check_access,
    check_direct_walks,
    check_reach,
    check_speeds,
)
from layoutplan.core.network import Access, TravelGraph
from layoutplan.core.rules import Band
from layoutplan.core.travel_times import Pairs, TravelTimes
from layoutplan.texts import LANGUAGES, catalog

INF = float("inf")
HOME = (105.0, 34.0)
NOBODY = pairs_of([[INF, INF], [INF, INF], [INF, INF]])
BANDS = (
    Band(name="low", mode="walk", max_minutes=30.0),
    Band(name="high", mode="bus", max_minutes=40.0),
)


def case_of_three(**options):
    return town(
        [[10, 20], [40, INF], [INF, 50]],
        **{"pupils": [5, 6, 7], "seats": [50, 50], "today": ["s1", "s1", "s2"]} | options,
    )


def access_of(prefix, meters, *, far=(), islands=()):
    n = len(meters)
    return Access(
        place_ids=np.array([f"{prefix}{i + 1}" for i in range(n)], dtype=object),
        segment_idx=np.array([-1 if i in far else 0 for i in range(n)], dtype=np.int32),
        along_share=np.array([np.nan if i in far else 0.5 for i in range(n)]),
        meters=np.array(meters, dtype=np.float64),
        is_island=np.array([i in islands for i in range(n)]),
    )


def rules_of(findings):
    return [finding.rule for finding in findings]


def assert_readable(findings):
    for finding in findings:
        for language in LANGUAGES:
            assert "{" not in finding.message_in(language)


def test_both_languages_have_the_same_braces():
    for key, sentence in catalog().items():
        if key.split(".")[0] in ("villages", "schools", "network"):
            braces = [
                sorted(part.split("}")[0] for part in text.split("{")[1:])
                for text in sentence.values()
            ]
            assert braces[0] == braces[1], key


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
    times = TravelTimes(case.villages.index, case.schools.index, {"walk": NOBODY}, "roads")
    nearest = {"primary": pairs_of([[10, INF], [INF, 90], [INF, INF]])}
    none, late = check_reach(case, times, nearest)
    assert none.ids == ("v3",)
    assert late.ids == ("v2",)
    assert late.facts["minutes_by_id"] == {"v2": 90.0}


def test_a_table_without_the_mode_reaches_nobody():
    case = case_of_three()
    times = TravelTimes(case.villages.index, case.schools.index, {}, "table")
    (finding,) = check_reach(case, times)
    assert finding.ids == ("v3", "v2", "v1")


def test_speeds():
    points = [HOME, moved(HOME, north=3000), moved(HOME, north=4000)]
    roads = road_network(
        points, [(0, 1), (1, 2)], classes=["", "RR(TRACK)"], class_kmh={"RR(T)": 15.0}
    )
    case = replace(case_of_three(), roads=roads)
    unknown, unused = check_speeds(case, "bus", unknown_classes=["", "RR(TRACK)"])
    assert unknown.ids == ('""', "RR(TRACK)")
    assert unknown.facts["kilometers"] == "4.0"
    assert unknown.facts["percent"] == "100.0"
    assert unused.ids == ("RR(T)",)
    assert (unused.table, unused.column) == ("case.toml", "roads.speeds")
    assert "RR(TRACK)" in unused.message
    (_, capped, _) = check_speeds(
        case, "bus", unknown_classes=["RR(TRACK)"], capped_classes=["RR(TRACK)"]
    )
    assert capped.rule == "network.speed.capped"
    assert_readable((unknown, unused, capped))
    assert check_speeds(case, "walk", unknown_classes=["x"]) == ()
    assert check_speeds(case_of_three(), "bus") == ()


@pytest.mark.parametrize(("ms", "is_noted"), [(60_000, True), (60_001, False)])
def test_direct_walks_are_noted_where_nothing_is_shorter(ms, is_noted):
    case = case_of_three()
    graph = TravelGraph(
        n_nodes=5,
        tail=np.array([1, 1], dtype=np.int32),
        head=np.array([4, 0], dtype=np.int32),
        milliseconds=np.array([ms, 5]),
        village_node=np.array([0, 1, 2], dtype=np.int32),
        school_node=np.array([3, 4], dtype=np.int32),
    )
    pairs = pairs_of([[INF, INF], [INF, 1], [INF, INF]])
    found = check_direct_walks(case, "bus", graph, pairs)
    assert [finding.ids for finding in found] == [("v2",)] * is_noted
    if is_noted:
        assert found[0].facts["schools"] == {"v2": ("s2",)}
        assert_readable(found)
    assert check_direct_walks(case, "walk", graph, pairs) == ()
