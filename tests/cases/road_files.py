"""Roads in files of lines, for tests."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
from shapely.geometry import LineString, Point

from layoutplan.core.network import RoadNetwork
from layoutplan.errors import Finding
from layoutplan.load.roads import read_roads
from layoutplan.load.sources import RoadSource

METER = 1 / 111_000  # of latitude, in degrees, about
WEST, EAST = (105.0, 34.0), (105.001, 34.0)
ROAD = LineString([WEST, EAST])
OVER = LineString([(105.0005, 33.999), (105.0005, 34.001)])
NEAR = LineString([(105.0002, 34.0 + 8 * METER), (105.0002, 34.0005)])
FAR = LineString([(105.2, 34.2), (105.3, 34.2)])


def read_lines(
    tmp_path: Path, shapes: Sequence[Any], columns: dict[str, Any] | None = None, **settings: Any
) -> tuple[RoadNetwork, tuple[Finding, ...]]:
    """Write lines into a file, and return the roads in it and what was found."""
    path = tmp_path / "roads.gpkg"
    crs = settings.pop("crs", "EPSG:4326")
    gpd.GeoDataFrame(columns or {"id": range(len(shapes))}, geometry=list(shapes), crs=crs).to_file(
        path
    )
    roads, _, findings, _ = read_roads(RoadSource(path=path, label=path.name, **settings))
    return roads, findings


def much_to_say(tmp_path: Path) -> RoadSource:
    """Write and return roads about which there is much to say."""
    shapes = [ROAD, OVER, NEAR, FAR, None, Point(*WEST), ROAD]
    columns = {
        "highway": ["residential", "track", "path", None, "track", "track", "construction"],
        "oneway": ["yes", *[None] * 6],
        "maxspeed": ["30", *[None] * 6],
        "ref": ["一", "b", "b", None, "d", "e", "f"],
    }
    path = tmp_path / "roads.shp"
    frame = gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326")
    frame[frame.geom_type != "Point"].to_file(path, encoding="utf-8")
    return RoadSource(path, path.name, join_gaps_meters=10, id_column="ref")
