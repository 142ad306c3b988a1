"""How fast pupils travel: who they are, what the planner says of the roads, and of the season."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from layoutplan.core.schema import Mode

MS_KM_PER_METER_HOUR = 3600.0  # a meter at 1 km/h takes 3.6 s


@dataclass(frozen=True)
class Traveler:
    """A kind of traveler: all bands of this mode and pace have the same travel times.

    Parameters
    ----------
    mode : {"walk", "bike", "bus", "car"}
        How they travel on the roads.
    walking_kmh : float
        Pace on level ground, in km/h: on the roads where the mode is walking, and in every mode
        from the village to the road and from the road to the school.
    """

    mode: Mode
    walking_kmh: float


@dataclass(frozen=True)
class RoadSpeeds:
    """What ``[roads]`` says of speeds.

    Parameters
    ----------
    class_kmh : Mapping
        km/h by road class for bus and car, over the built-in table.
    steep_percent : float, optional
        A school bus drives 20 km/h at most where a road rises or falls at least so many percent;
        nowhere where it is not given or no heights are known.
    bend_meters : float, optional
        A school bus drives 20 km/h at most through bends of a smaller radius than this.
    """

    class_kmh: Mapping[str, float] = field(default_factory=dict)
    steep_percent: float | None = None
    bend_meters: float | None = None


@dataclass(frozen=True)
class Scenario:
    """A season or an event that makes roads slower or closes them.

    Shares multiply: of a steep track `speed_share` times its `class_share` times `steep_share` is
    left. The whole order is that of :func:`layoutplan.network.speeds.segment_kmh`.

    Parameters
    ----------
    name : str
        As in ``[scenario.NAME]``.
    title : str
        Shown on maps and reports; the name where none is given.
    class_kmh : Mapping
        km/h by road class for bus and car, over those of the case.
    speed_share : float
        Share of the usual speed that is left, on all roads and for every mode.
    walk_share : float
        Share of the usual walking pace that is left, ways to and from the road included.
    class_share : Mapping
        Share of the usual speed that is left by road class, for every mode.
    steep_percent : float, optional
        Where a road rises or falls at least so many percent, `steep_share` holds as well.
    steep_share : float
        Share of the usual speed that is left on steep stretches, for every mode; 0 closes them.
    bus_max_kmh : float, optional
        A school bus drives no faster than this anywhere, such as 20 km/h on ice.
    closed_classes, closed_ways : tuple of str
        Road classes, and ids of roads (see `RoadNetwork.way_ids`), that nobody may use.
    closed_area : geopandas.GeoSeries, optional
        Polygons (EPSG:4326); segments that touch one are closed.
    """

    name: str
    title: str = ""
    class_kmh: Mapping[str, float] = field(default_factory=dict)
    speed_share: float = 1.0
    walk_share: float = 1.0
    class_share: Mapping[str, float] = field(default_factory=dict)
    steep_percent: float | None = None
    steep_share: float = 1.0
    bus_max_kmh: float | None = None
    closed_classes: tuple[str, ...] = ()
    closed_ways: tuple[str, ...] = ()
    closed_area: gpd.GeoSeries | None = None


def on_foot_ms(meters: NDArray[np.float64], walking_kmh: float) -> NDArray[np.int64]:
    """Return whole milliseconds of straight walks off the roads, at least 1."""
    milliseconds = np.rint(meters / walking_kmh * MS_KM_PER_METER_HOUR).astype(np.int64)
    return np.maximum(milliseconds, 1)
