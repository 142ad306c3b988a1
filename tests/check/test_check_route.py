"""A trip that is asked for: the nearest names for one that is unknown, and why there is no way."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest

from cases.journeys import journeys_at
from cases.roads import moved, places, road_network
from cases.towns import town
from layoutplan.check.route import check_band, find_place, why_no_way
from layoutplan.core.case import Case
from layoutplan.core.network import ALL_MODES, RoadNetwork
from layoutplan.travel.route import find_route

ORIGIN = (105.0, 34.0)
TOWN = town([[10.0]], pupils=[5], seats=[9])


def named(**name_of: str) -> pd.DataFrame:
    return pd.DataFrame({"name": name_of})


def test_place_is_found_by_id_before_any_name() -> None:
    villages = named(v1="v2", v2="Oak", v3="Elm")
    assert find_place(villages, "v2", "village") == (1, ())
    assert find_place(villages, "Elm", "village") == (2, ())


@pytest.mark.parametrize("kind", ["village", "school"])
def test_unknown_place_names_the_nearest(kind: str) -> None:
    idx, (finding,) = find_place(named(v1="Oak", v2="Elm", v3="Willow"), "Willov", kind)
    assert idx == -1
    assert finding.rule == f"route.{kind}.unknown"
    assert str(finding.facts["nearest"]).startswith("v3 (Willow)")
    assert "v3 (Willow)" in finding.message_in("zh")


@pytest.mark.parametrize("kind", ["village", "school"])
def test_name_of_two_places_asks_for_an_id(kind: str) -> None:
    idx, (finding,) = find_place(named(v1="Oak", v2="Oak"), "Oak", kind)
    assert idx == -1
    assert (finding.rule, finding.ids) == (f"route.{kind}.ambiguous", ("v1", "v2"))
    assert "v1" in finding.message


def test_empty_names_are_no_names() -> None:
    _, (finding,) = find_place(named(v1="", v2=""), "v9", "village")
    assert finding.rule == "route.village.unknown"


def test_unknown_band_names_them_all() -> None:
    assert check_band(TOWN, "primary") == ()
    (finding,) = check_band(TOWN, "g4_6")
    assert "primary" in finding.message


def street(*, is_one_way: bool = False) -> RoadNetwork:
    """Return a street of 2 km, and another that is not joined to it, 3 km north."""
    west, east = ORIGIN, moved(ORIGIN, east=2000.0)
    others = [moved(point, north=3000.0) for point in (west, east)]
    return road_network(
        [west, moved(ORIGIN, east=1000.0), east, *others],
        [(0, 1), (1, 2), (3, 4)],
        backward=0 if is_one_way else ALL_MODES,
    )


def reasons(roads: RoadNetwork, village: gpd.GeoDataFrame, school: gpd.GeoDataFrame) -> list[str]:
    """Return the rules that say why there is no way."""
    case: Case = replace(
        TOWN,
        roads=roads,
        villages=TOWN.villages.set_geometry(village.geometry.array),
        schools=TOWN.schools.set_geometry(school.geometry.array),
    )
    journeys = journeys_at(roads, case.villages, case.schools, mode="bus", max_snap_meters=500.0)
    assert find_route(roads, journeys, case.villages, case.schools, 0, 0, "primary") is None
    findings = why_no_way(case, journeys, 0, 0)
    for finding in findings:
        assert finding.level == "error"
        assert "v1 (Village 1)" in finding.message
        assert "Village 1" in finding.message_in("zh")
    return [finding.rule for finding in findings]


def at(*, east: float, north: float) -> gpd.GeoDataFrame:
    return places([moved(ORIGIN, east=east, north=north)], "p")


def test_places_off_the_roads_are_both_named() -> None:
    far = at(east=0.0, north=1400.0)
    near = at(east=1500.0, north=20.0)
    assert reasons(street(), far, near) == ["route.no_way.village_off"]
    assert reasons(street(), near, far) == ["route.no_way.school_off"]
    assert reasons(street(), far, at(east=2000.0, north=1500.0)) == [
        "route.no_way.village_off",
        "route.no_way.school_off",
    ]


def test_pieces_of_road_that_are_not_joined() -> None:
    near, other = at(east=1500.0, north=20.0), at(east=100.0, north=3010.0)
    assert reasons(street(), other, near) == ["route.no_way.village_island"]
    assert reasons(street(), near, other) == ["route.no_way.school_island"]


def test_one_way_roads() -> None:
    west, east = at(east=100.0, north=20.0), at(east=1900.0, north=20.0)
    assert reasons(street(is_one_way=True), east, west) == ["route.no_way.one_way"]


def test_mode_that_may_use_no_road() -> None:
    roads = replace(street(), forward=street().forward * 0, backward=street().backward * 0)
    village, school = at(east=0.0, north=20.0), at(east=1900.0, north=20.0)
    case = replace(TOWN, roads=roads)
    journeys = journeys_at(roads, village, school, mode="bus")
    (finding,) = why_no_way(case, journeys, 0, 0)
    assert finding.rule == "network.mode.none"
