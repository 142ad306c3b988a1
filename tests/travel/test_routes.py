"""Ways of many pairs at once: the same as one by one, and shared from where they meet."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.drawn_networks import ORIGIN, networks, routes_of
from cases.journeys import journeys_at
from cases.roads import moved, places, road_network
from cases.towns import town
from layoutplan.core.rules import Band
from layoutplan.travel.routes import find_routes, plan_routes


@settings(max_examples=60, deadline=None)
@given(drawn=networks(), is_limited=st.booleans())
def test_many_at_once_are_the_same_ways(drawn, is_limited):
    roads, journeys, villages, schools = drawn
    single = routes_of(*drawn)
    village_idx, school_idx = np.indices((len(villages), len(schools))).reshape(2, -1)
    limits = [
        single[pair].milliseconds if pair in single else 0.0
        for pair in zip(village_idx.tolist(), school_idx.tolist(), strict=True)
    ]
    lines = find_routes(
        roads,
        journeys,
        villages,
        schools,
        village_idx,
        school_idx,
        limit_ms=np.array(limits, dtype=float) if is_limited else None,
    )
    for i, j, line in zip(village_idx.tolist(), school_idx.tolist(), lines, strict=True):
        assert (line is None) == ((i, j) not in single)
        if line is not None:
            assert shapely.hausdorff_distance(line, single[i, j].line) < 13 / 90_000
    for j in range(len(schools)):
        assert_tails_are_shared([line for line in lines[school_idx == j] if line is not None])


def assert_tails_are_shared(lines: list[shapely.LineString]) -> None:
    """Two ways to one school that meet at a point between their doors never part again."""
    rest_at: dict[tuple[float, float], bytes] = {}
    for line in lines:
        points = np.array(line.coords)
        inner = points[1:-1]
        for at, point in enumerate(inner):
            rest = inner[at:][_is_new(inner[at:])]
            known = rest_at.setdefault(tuple(point.tolist()), rest.tobytes())
            assert known == rest.tobytes()


def _is_new(points: np.ndarray) -> np.ndarray:
    return np.concatenate([[True], (np.diff(points, axis=0) != 0).any(axis=1)])


def test_ways_along_a_winding_road_share_it_from_where_they_meet():
    random = np.random.default_rng(2)
    winding = [
        moved(ORIGIN, east=20.0 * i, north=float(north))
        for i, north in enumerate(random.normal(0.0, 9.0, 200))
    ]
    sides = [moved(winding[i], north=300.0) for i in range(5, 195, 10)]
    lanes = [(5 + 10 * i, 200 + i) for i in range(len(sides))]
    roads = road_network([*winding, *sides], [*((i, i + 1) for i in range(199)), *lanes])
    villages, schools = places(sides, "v"), places([moved(winding[0], north=40.0)], "s")
    journeys = journeys_at(roads, villages, schools)
    village_idx = np.arange(len(sides))
    lines = find_routes(roads, journeys, villages, schools, village_idx, village_idx * 0)
    assert_tails_are_shared(list(lines))
    turns = [tuple(np.array(winding[5 + 10 * i]).round(9)) for i in range(len(sides))]
    for i, line in enumerate(lines):
        points = [tuple(point) for point in np.array(line.coords).round(9)]
        assert all(turn in points for turn in turns[:i])  # where the others come in
        assert len(points) < 0.8 * (5 + 10 * i) + 5


def test_routes_of_a_plan_are_those_of_its_trips_each_once():
    bands = (Band("low", "walk", 60.0), Band("high", "bus", 60.0))
    street = [moved(ORIGIN, east=500.0 * i) for i in range(4)]
    roads = road_network(street, [(0, 1), (1, 2), (2, 3)])
    case = town([[1.0] * 2] * 2, pupils=[4, 4], seats=[9, 9], bands=bands)
    case = replace(
        case,
        roads=roads,
        villages=case.villages.set_geometry(places(street[:2], "v").geometry.array),
        schools=case.schools.set_geometry(places(street[2:], "s").geometry.array),
    )
    journeys = tuple(
        journeys_at(roads, case.villages, case.schools, mode=band.mode, kmh=kmh, bands=(band,))
        for band, kmh in zip(bands, (4.0, 20.0), strict=True)
    )
    trips = [
        ("v2", "low", "s2", 15.0, "s1", 7.5),
        ("v1", "low", "s1", 15.0, "s1", 15.0),
        ("v1", "low", "s1", 15.0, "", np.inf),  # others of the village, who attend nowhere
        ("v1", "high", "s2", np.inf, "s1", 3.0),  # no path is known to the first
    ]
    columns = ["village_id", "band", "school_id", "minutes", "school_id_before", "minutes_before"]
    assignments = pd.DataFrame(trips, columns=columns)
    assignments[["minutes", "minutes_before"]] += 0.01  # the steps to and from the road
    told = []
    routes = plan_routes(case, journeys, assignments, progress=lambda *step: told.append(step))
    assert routes[["village_id", "band", "school_id"]].to_numpy().tolist() == [
        ["v1", "high", "s1"], ["v1", "low", "s1"], ["v2", "low", "s1"], ["v2", "low", "s2"],
    ]  # fmt: skip
    assert routes.index.tolist() == [0, 1, 2, 3]
    assert routes.crs == "EPSG:4326"
    metric = routes.to_crs(routes.estimate_utm_crs()).length
    assert metric.to_numpy() == pytest.approx([1000.0, 1000.0, 500.0, 1000.0], rel=1e-3)
    assert {key for key, *_ in told} == {"progress.routes"}
