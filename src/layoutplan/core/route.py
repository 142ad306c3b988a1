"""The way behind a number: a line, and what each part of it takes."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import shapely

from layoutplan.core.schema import MS_PER_MINUTE, Mode


@dataclass(frozen=True)
class Route:
    """The fastest way of one band's pupils from a village to a school.

    Parameters
    ----------
    village_id, school_id, band : str
        Whose way it is.
    mode : {"walk", "bike", "bus", "car"}
        How the band travels on the roads.
    milliseconds : int
        The whole trip, door to door; the sum of its legs, and the number in the travel times.
    legs : geopandas.GeoDataFrame
        One row for each stretch, in the order of travel: ``leg`` (``"access"`` from the village to
        the road, ``"road"``, ``"egress"`` from the road to the school, ``"direct"`` straight from
        door to door), ``mode``, ``road_class`` and ``way_id`` (empty off the roads), ``meters``,
        ``milliseconds``, ``kmh``, and ``geometry`` (lines, EPSG:4326). Neighboring segments of one
        way and class are one row.
    line : shapely.LineString
        The whole way, EPSG:4326.
    """

    village_id: str
    school_id: str
    band: str
    mode: Mode
    milliseconds: int
    legs: gpd.GeoDataFrame
    line: shapely.LineString

    @property
    def minutes(self) -> float:
        """The whole trip in minutes."""
        return self.milliseconds / MS_PER_MINUTE
