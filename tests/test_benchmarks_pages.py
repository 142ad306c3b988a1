"""The benchmark of the map draws the same things both ways, and tells what it measured."""

from __future__ import annotations

import re

import pytest

from benchmarks.page_plans import county_plan, plain_folium
from benchmarks.pages import COUNTY, OURS, THEIRS, Shown, goals, pages_table
from cases.plans import drawn_plan

QUICK = Shown(1.5, 0.8, 20.0, 60.0, is_shown_offline=True)
SLOW = Shown(19.0, 9.0, 400.0, 900.0, is_shown_offline=False)


def test_plain_map_has_an_object_for_everything() -> None:
    plan = drawn_plan()
    html = plain_folium(plan)
    n_places = len(plan.villages) + len(plan.schools)
    assert len(re.findall(r"= L\.circleMarker\(", html)) == n_places
    assert len(re.findall(r"= L\.polyline\(", html)) == len(plan.roads) + 2


def test_table_tells_what_stays_blank() -> None:
    table = pages_table({(COUNTY, OURS): QUICK, (COUNTY, THEIRS): SLOW})
    assert "| 1.50 | 0.800 | 20 | 60 | opens |" in table
    assert "| 19.00 | 9.00 | 400 | 900 | stays blank |" in table


@pytest.mark.parametrize(("result", "is_met"), [(QUICK, True), (SLOW, False)])
def test_goals_are_those_of_our_page(result: Shown, is_met: bool) -> None:
    assert [goal.is_met for goal in goals({(COUNTY, OURS): result})] == [is_met] * 4


def test_county_is_always_the_same() -> None:
    plan = county_plan(60, 12, 1_500)
    assert plan.assignments.equals(county_plan(60, 12, 1_500).assignments)
    assert (plan.schools["action"] == "merge").any()
