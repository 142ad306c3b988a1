"""The ways to school of the plan drawn by hand, along its roads."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import LineString

from cases.plans import ROADS, SCHOOLS, VILLAGES, drawn_plan
from layoutplan.core.plan import Plan
from layoutplan.core.schema import LONLAT
from layoutplan.texts import Language

# Where pupils of a village meet the main road, which all use to their school.
MAIN_ROAD = ROADS["primary"]


def routed_plan(language: Language = "en") -> Plan:
    """Return the plan drawn by hand with a way for each of its trips that has a path."""
    plan = drawn_plan(language)
    columns = ["village_id", "band", "school_id"]
    trips = pd.concat(
        [
            plan.assignments[[*columns, "minutes"]],
            plan.assignments[["village_id", "band", "school_id_before", "minutes_before"]].set_axis(
                [*columns, "minutes"], axis=1
            ),
        ]
    )
    trips = trips[np.isfinite(trips["minutes"])].drop_duplicates(columns).sort_values(columns)
    lines = [
        way(int(village[1:]) - 1, int(school[1:]) - 1)
        for village, school in zip(trips["village_id"], trips["school_id"], strict=True)
    ]
    return replace(
        plan,
        routes=gpd.GeoDataFrame(trips[columns].reset_index(drop=True), geometry=lines, crs=LONLAT),
    )


def way(village: int, school: int) -> LineString:
    """Return a way by the points of the main road between the two."""
    start, end = VILLAGES[village][:2], SCHOOLS[school]
    west, east = sorted((start[0], end[0]))
    between = [point for point in MAIN_ROAD if west < point[0] < east]
    return LineString([start, *(between if start[0] < end[0] else between[::-1]), end])
