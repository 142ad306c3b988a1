"""Roads as lines to draw: few, simple, and ranked by how much they matter."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from layoutplan.core.lines import simplified
from layoutplan.core.network import RoadNetwork
from layoutplan.core.schema import LONLAT

SIMPLIFY_METERS: Final = 15.0  # under a pixel until one is near enough to see single houses
RANKS: Final = ("main", "district", "local", "track")  # widest first

# Classes of OpenStreetMap, of Chinese road administration and of Indian rural road surveys.
_RANK_OF_CLASS: Final = {
    **dict.fromkeys(("motorway", "trunk", "primary", "NH", "SH", "高速", "国道", "省道"), 0),
    **dict.fromkeys(("secondary", "tertiary", "MDR", "ODR", "县道"), 1),
    **dict.fromkeys(("track", "path", "footway", "steps", "bridleway", "cycleway", "小路"), 3),
}
_OTHER_RANK: Final = 2


def road_rank(road_class: str) -> int:
    """Return how much a road of this class matters on a map, as a position in `RANKS`.

    Examples
    --------
    >>> road_rank("primary_link"), road_rank("residential")
    (0, 2)
    """
    return _RANK_OF_CLASS.get(road_class.removesuffix("_link"), _OTHER_RANK)


def road_lines(roads: RoadNetwork | None) -> gpd.GeoDataFrame:
    """Return lines to draw `roads` with: segments joined by class and simplified.

    Segments are joined where exactly two of one class meet; of the lines only detail under
    15 m is left out.

    Returns
    -------
    geopandas.GeoDataFrame
        ``road_class`` and ``geometry`` (lines, EPSG:4326), sorted by class; empty where there
        are no roads.
    """
    if roads is None:
        return gpd.GeoDataFrame({"road_class": []}, geometry=[], crs=LONLAT)
    lines: list[NDArray[np.object_]] = []
    classes: list[NDArray[np.object_]] = []
    lonlat = np.column_stack([roads.lon, roads.lat])
    for position, name in sorted(enumerate(roads.class_names), key=lambda item: item[1]):
        ends = lonlat[_segments(roads, roads.road_class == position)]
        merged = shapely.line_merge(shapely.multilinestrings(np.asarray(shapely.linestrings(ends))))
        simple = simplified(shapely.get_parts(merged), SIMPLIFY_METERS)
        lines.append(simple)
        classes.append(np.full(len(simple), name, dtype=object))
    return gpd.GeoDataFrame({"road_class": _joined(classes)}, geometry=_joined(lines), crs=LONLAT)


def _segments(roads: RoadNetwork, is_wanted: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the (k, 2) ends of the wanted segments, each once and none of no length."""
    ends = np.column_stack([roads.tail[is_wanted], roads.head[is_wanted]]).astype(np.int64)
    is_line = ends[:, 0] != ends[:, 1]
    once: NDArray[np.int64] = np.unique(np.sort(ends[is_line], axis=1), axis=0)
    return once


def _joined(parts: Iterable[NDArray[np.object_]]) -> NDArray[np.object_]:
    """Return one array of all `parts`, also of none."""
    return np.concatenate([np.empty(0, dtype=object), *parts])
