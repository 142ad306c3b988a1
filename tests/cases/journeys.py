"""Travel on small networks: every segment at a speed given by hand."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from layoutplan.core.journeys import Journeys
from layoutplan.core.network import MODE_BIT, RoadNetwork, SegmentTimes
from layoutplan.core.rules import Band
from layoutplan.core.schema import Mode
from layoutplan.core.speeds import Traveler
from layoutplan.core.travel_times import UNREACHED_MS
from layoutplan.network.approaches import approaches
from layoutplan.network.direct import direct_walks
from layoutplan.network.graph import road_graph
from layoutplan.network.snap import snap

WALKING_KMH = 4.0


def times_at(roads: RoadNetwork, mode: Mode, kmh: float | np.ndarray) -> SegmentTimes:
    """Return the times of `mode` along all segments, in the directions that are allowed."""
    whole_ms = np.maximum(np.rint(roads.meters / kmh * 3600.0), 1).astype(np.int64)
    is_open = [(bits & MODE_BIT[mode]) > 0 for bits in (roads.forward, roads.backward)]
    return SegmentTimes(*(np.where(is_allowed, whole_ms, UNREACHED_MS) for is_allowed in is_open))


def journeys_at(
    roads: RoadNetwork,
    villages: gpd.GeoDataFrame,
    schools: gpd.GeoDataFrame,
    *,
    mode: Mode = "walk",
    kmh: float | np.ndarray = WALKING_KMH,
    max_snap_meters: float = 500.0,
    bands: tuple[Band, ...] | None = None,
    times: SegmentTimes | None = None,
) -> Journeys:
    """Return how travelers use `roads` at `kmh` (alike or one by one), or in the `times` given."""
    times = times or times_at(roads, mode, kmh)
    is_usable = np.minimum(times.forward_ms, times.backward_ms) < UNREACHED_MS
    places = pd.concat([villages.geometry, schools.geometry])
    access = snap(roads, is_usable, places, max_snap_meters)
    village_access, school_access = access.split(len(villages))
    walks = direct_walks(
        roads,
        villages,
        schools,
        village_access,
        school_access,
        max_snap_meters=max_snap_meters,
        walking_kmh=WALKING_KMH,
    )
    return Journeys(
        traveler=Traveler(mode, WALKING_KMH),
        bands=bands or (Band("primary", mode, 60.0),),
        times=times,
        graph=road_graph(roads, times),
        approaches=approaches(roads, times, village_access, school_access, walks, WALKING_KMH),
        village_access=village_access,
        school_access=school_access,
        walks=walks,
    )
