"""Small road networks drawn at random, and all routes on them."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
from hypothesis import strategies as st

from cases.journeys import journeys_at
from cases.roads import moved, places, road_network
from layoutplan.core.journeys import Journeys
from layoutplan.core.network import ALL_MODES, RoadNetwork
from layoutplan.core.route import Route
from layoutplan.travel.route import find_route

ORIGIN = (105.0, 34.0)


@st.composite
def networks(draw) -> tuple[RoadNetwork, Journeys, gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Draw roads near a coarse grid: one-ways, parallels, islands, places at one spot."""
    spot = st.tuples(st.integers(0, 4), st.integers(0, 4))
    spots = draw(st.lists(spot, min_size=2, max_size=12))
    points = [
        moved(ORIGIN, north=400.0 * y + 7 * i, east=400.0 * x + 3 * i * i)
        for i, (x, y) in enumerate(spots)
    ]
    end = st.integers(0, len(points) - 1)
    segments = draw(st.lists(st.tuples(end, end), min_size=1, max_size=24))
    direction = st.lists(
        st.sampled_from([0, ALL_MODES]), min_size=len(segments), max_size=len(segments)
    )
    roads = road_network(
        points,
        segments,
        forward=draw(direction),
        backward=draw(direction),
        ways=[str(tail) for tail, _ in segments],
    )
    fine = st.tuples(st.integers(-2, 18), st.integers(-2, 18))
    door = st.lists(fine, min_size=1, max_size=5)
    doors = [
        [moved(ORIGIN, north=100.0 * y, east=100.0 * x) for x, y in draw(door)] for _ in range(2)
    ]
    villages, schools = places(doors[0], "v"), places(doors[1], "s")
    kmh = np.array(
        draw(
            st.lists(
                st.sampled_from([4.0, 30.0]), min_size=len(roads.tail), max_size=len(roads.tail)
            )
        )
    )
    journeys = journeys_at(roads, villages, schools, kmh=kmh, max_snap_meters=250.0)
    return roads, journeys, villages, schools


def routes_of(
    roads: RoadNetwork, journeys: Journeys, villages: gpd.GeoDataFrame, schools: gpd.GeoDataFrame
) -> dict[tuple[int, int], Route]:
    return {
        (i, j): route
        for i in range(len(villages))
        for j in range(len(schools))
        if (route := find_route(roads, journeys, villages, schools, i, j, "primary"))
    }
