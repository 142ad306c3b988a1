"""Findings about speeds: whatever has no effect is named."""

from __future__ import annotations

from dataclasses import replace

from cases.case_folder import rules_of
from cases.road_cases import HEIGHTS, road_case
from layoutplan.check.network import check_speed_keys, check_speeds
from layoutplan.core.speeds import RoadSpeeds


def test_classes_without_a_speed_and_over_the_cap() -> None:
    case = road_case()
    unknown, capped = check_speeds(
        case, "bus", unknown_classes=["", "RR(TRACK)"], capped_classes=["SH"]
    )
    assert rules_of([unknown, capped]) == {"network.speed.unknown", "network.speed.capped"}
    assert unknown.ids == ('""', "RR(TRACK)")
    assert (unknown.facts["kilometers"], unknown.facts["percent"]) == ("4.0", "40.0")
    assert (unknown.level, capped.level) == ("warning", "note")
    (again,) = check_speeds(case, "car", unknown_classes=["SH"], capped_classes=["SH"])
    assert again.rule == "network.speed.unknown"


def test_nobody_who_walks_and_no_case_without_roads_is_told() -> None:
    assert check_speeds(road_case(), "walk", unknown_classes=["SH"]) == ()
    assert check_speeds(replace(road_case(), roads=None), "bus", unknown_classes=["SH"]) == ()
    assert check_speed_keys(replace(road_case(), roads=None)) == ()


def test_a_speed_of_no_road_is_told_where_anybody_drives() -> None:
    speeds = RoadSpeeds({"RR(T)": 15.0, "SH": 40.0})
    (unused,) = check_speed_keys(road_case(speeds=speeds))
    assert (unused.rule, unused.level) == ("network.speed.unused", "warning")
    assert (unused.table, unused.column) == ("case.toml", "roads.speeds")
    assert unused.ids == ("RR(T)",)
    assert '"" / RR(TRACK)' in unused.message
    assert check_speed_keys(road_case("walk", speeds=speeds)) == ()


def test_steep_needs_heights() -> None:
    steep = road_case(speeds=RoadSpeeds(steep_percent=8.0))
    (finding,) = check_speed_keys(steep)
    assert (finding.rule, finding.column) == ("network.steep.no_heights", "roads.steep_percent")
    assert check_speed_keys(replace(steep, relief=HEIGHTS)) == ()
