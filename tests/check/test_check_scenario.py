"""Findings about scenarios: what has no effect is named, what has is counted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cases.case_folder import rules_of
from cases.road_cases import HEIGHTS, road_case
from layoutplan.check.scenario import check_scenario, check_scenario_keys
from layoutplan.core.network import MODE_BIT
from layoutplan.core.speeds import Scenario


def test_steep_needs_heights() -> None:
    icy = road_case(scenario=Scenario("ice", steep_percent=6.0, steep_share=0.5))
    (finding,) = check_scenario_keys(icy)
    assert finding.column == "scenario.ice.steep_percent"
    assert check_scenario_keys(replace(icy, relief=HEIGHTS)) == ()


def test_classes_that_no_road_has_are_named_key_by_key() -> None:
    scenario = Scenario(
        "wet",
        class_kmh={"SH": 20.0, "NH": 20.0},
        class_share={"track": 0.5},
        closed_classes=("SH", "path", ""),
    )
    found = check_scenario_keys(road_case(scenario=scenario))
    assert rules_of(found) == {"scenario.classes.unused"}
    assert [(finding.column, finding.ids) for finding in found] == [
        ("scenario.wet.speeds", ("NH",)),
        ("scenario.wet.class_shares", ("track",)),
        ("scenario.wet.close_classes", ("path",)),
    ]
    assert {finding.level for finding in found} == {"warning"}
    assert '"" / RR(TRACK) / SH' in found[0].message


def test_a_closed_road_that_is_not_there_is_an_error() -> None:
    scenario = Scenario("flood", closed_ways=("4815162", "481516", "X1"))
    (finding,) = check_scenario_keys(road_case(scenario=scenario))
    assert (finding.rule, finding.level) == ("scenario.roads.unknown", "error")
    assert (finding.column, finding.ids) == ("scenario.flood.close_roads", ("481516", "X1"))
    assert "4815162 / 4815163" in finding.message
    assert rules_of([finding])


@pytest.mark.parametrize(
    ("touched", "rules"),
    [(None, set()), ([False] * 3, {"scenario.area.nowhere"}), ([False, True, False], set())],
)
def test_an_area_that_closes_nothing_is_an_error(
    touched: list[bool] | None, rules: set[str]
) -> None:
    mask = None if touched is None else np.array(touched)
    case = road_case(scenario=Scenario("flood"))
    found = check_scenario_keys(case, is_in_closed_area=mask)
    assert rules_of(found) == rules
    assert all(finding.level == "error" for finding in found)


def test_what_a_scenario_does_is_noted_in_kilometers() -> None:
    usual, now = np.array([60.0, 15.0, 40.0]), np.array([0.0, 15.0, 20.0])
    case = road_case(scenario=Scenario("ice", "Black ice"))
    (note,) = check_scenario(case, "bus", usual, now)
    assert (note.rule, note.level) == ("scenario.effect", "note")
    assert note.message == (
        "In the scenario Black ice, of the 10.0 km of roads that the mode bus usually uses, "
        "3.0 km (30.0 %) are closed and 6.0 km (60.0 %) are slower."
    )
    assert rules_of([note])


def test_roads_of_other_modes_do_not_count() -> None:
    usual, now = np.array([60.0, 15.0, 40.0]), np.array([0.0, 0.0, 40.0])
    case = road_case(scenario=Scenario("ice"))
    assert case.roads is not None
    only_walked = np.array([MODE_BIT["walk"], MODE_BIT["bus"], MODE_BIT["bus"]], dtype=np.uint8)
    roads = replace(case.roads, forward=only_walked, backward=only_walked)
    (note,) = check_scenario(replace(case, roads=roads), "bus", usual, now)
    facts = note.facts
    assert (facts["kilometers"], facts["closed_kilometers"], facts["slowed_kilometers"]) == (
        "7.0",
        "1.0",
        "0.0",
    )
    assert check_scenario(replace(case, roads=roads), "bike", usual, now) == ()


def test_without_a_scenario_there_is_nothing_to_tell() -> None:
    kmh = np.full(3, 10.0)
    assert check_scenario_keys(road_case()) == ()
    assert check_scenario(road_case(), "bus", kmh, kmh) == ()
    assert check_scenario(road_case(scenario=Scenario("x"), roads=None), "bus", kmh, kmh) == ()
