"""The layers of a plan hold the numbers of its tables."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely

from cases.plans import drawn_plan
from cases.roads import road_network
from layoutplan.core.network import RoadNetwork
from layoutplan.core.plan import Plan
from layoutplan.report.layers import layers, road_lines
from layoutplan.report.roads import road_rank


def network(lonlat: list[tuple[float, float]], segments: list[tuple[int, int, str]]) -> RoadNetwork:
    ends = [(tail, head) for tail, head, _ in segments]
    return road_network(lonlat, ends, classes=[name for *_, name in segments])


def test_villages_have_trips_and_schools_before_and_after() -> None:
    villages = layers(drawn_plan()).villages
    v5 = villages.loc["v5"]
    assert (v5["pupils"], v5["pupils_moved"]) == (10, 10)
    assert (v5["minutes_before"], v5["minutes_after"]) == (12.0, 28.0)
    assert (v5["school_before_g1_3"], v5["school_after_g4_6"]) == ("s2", "s1")
    assert villages.loc["v4", "school_after_g4_6"] == ""
    assert villages.loc["v1", "pupils_moved"] == 0


def test_village_mean_is_weighted_by_pupils() -> None:
    plan = drawn_plan()
    is_low = plan.assignments["band"] == "g1_3"
    minutes = plan.assignments["minutes"].where(~is_low, 10.0)
    v3 = layers(replace(plan, assignments=plan.assignments.assign(minutes=minutes))).villages.loc[
        "v3"
    ]
    assert v3["minutes_after"] == pytest.approx((6 * 10.0 + 5 * 22.5) / 11)
    assert v3["max_minutes_after"] == 22.5


def test_pupils_without_a_path_are_counted_and_leave_no_minutes() -> None:
    villages = layers(drawn_plan()).villages
    assert villages.loc["v8", "unreached_after"] == 5
    assert np.isnan(villages.loc["v8", "minutes_after"])
    assert villages["unreached_after"].sum() == 5


def test_schools_add_up_to_their_enrollment() -> None:
    schools = layers(drawn_plan()).schools
    for when in ("before", "after"):
        by_band = schools[[f"pupils_{when}_g1_3", f"pupils_{when}_g4_6"]].sum(axis=1)
        assert by_band.tolist() == schools[f"enrollment_{when}"].tolist()
    assert schools["villages_after"].tolist() == [4, 0, 4]
    assert schools.loc["s1", "max_minutes_after"] == 28.0


def test_flows_lead_from_the_merged_school_to_its_receivers() -> None:
    flows = layers(drawn_plan()).flows
    columns = ["from_id", "to_id", "action", "pupils", "pupils_g1_3", "pupils_g4_6"]
    assert flows[columns].to_numpy().tolist() == [
        ["s2", "s1", "merge", 21, 9, 12],
        ["s2", "s3", "merge", 4, 4, 0],
    ]
    assert flows.geometry.iloc[0].coords[0] == (105.036, 34.003)
    assert flows.geometry.iloc[0].coords[-1] == (105.003, 34.002)


def test_plan_that_moves_nobody_has_empty_layers_of_the_same_columns() -> None:
    moved = layers(drawn_plan()).flows
    found = layers(nobody_moves()).flows
    assert found.empty
    assert list(found.columns) == list(moved.columns)


def nobody_moves() -> Plan:
    plan = drawn_plan()
    before = plan.assignments["school_id_before"]
    return replace(
        plan,
        assignments=plan.assignments.assign(school_id=before),
        schools=plan.schools.assign(action="keep", into=""),
        roads=plan.roads.iloc[:0],
    )


def test_layers_leave_the_plan_as_it_is() -> None:
    plan = drawn_plan()
    columns = list(plan.villages.columns), list(plan.schools.columns), list(plan.roads.columns)
    layers(plan)
    assert columns == (
        list(plan.villages.columns),
        list(plan.schools.columns),
        list(plan.roads.columns),
    )


def test_roads_of_one_class_are_joined_and_straightened() -> None:
    # Four points in a row, the second a meter off the line; a side road of another class.
    found = road_lines(
        network(
            [(105.0, 34.0), (105.001, 34.00001), (105.002, 34.0), (105.003, 34.0), (105.001, 34.1)],
            [(0, 1, "county"), (2, 1, "county"), (2, 3, "county"), (1, 4, "lane"), (4, 1, "lane")],
        )
    )
    assert found["road_class"].tolist() == ["county", "lane"]
    ends = sorted(shapely.get_coordinates(found.geometry.iloc[0]).round(6).tolist())
    assert ends == [[105.0, 34.0], [105.003, 34.0]]


def test_roads_keep_bends_that_show_and_their_length() -> None:
    random = np.random.default_rng(3)
    n = 60
    lonlat = [(105 + i / 500, 34 + float(y)) for i, y in enumerate(random.normal(0, 0.002, n))]
    found = road_lines(network(lonlat, [(i, i + 1, "lane") for i in range(n - 1)]))
    assert len(found) == 1
    assert found.geometry.iloc[0].length == pytest.approx(
        shapely.LineString(lonlat).length, rel=0.01
    )


def test_network_without_roads_gives_no_lines() -> None:
    found = road_lines(network([], []))
    assert found.empty
    assert list(found.columns) == ["road_class", "geometry"]


@pytest.mark.parametrize(
    ("road_class", "rank"), [("trunk_link", 0), ("MDR", 1), ("县道", 1), ("unheard of", 2)]
)
def test_rank_of_road_classes(road_class: str, rank: int) -> None:
    assert road_rank(road_class) == rank
