"""The files of the case: tables for a spreadsheet, roads as OpenStreetMap knows them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import osmium
import pandas as pd
import shapely
from numpy.typing import NDArray

from making.lines import Roads
from making.roads import CLASSES
from making.terrain import CELL, N_COLUMNS, N_ROWS

_LON, _LAT = 105.6, 33.9  # of the middle of the county
_METERS_PER_DEGREE = 110_920.0  # of latitude, at 33.9 degrees north on WGS84
_DAY = "2026-01-01T00:00:00Z"


def write_table(frame: pd.DataFrame, path: Path) -> None:
    """Write a table whose columns ``east, north`` become ``lon, lat``, so that Excel opens it."""
    lonlat = _degrees(frame[["east", "north"]].to_numpy()).round(6)
    place = list(frame.columns).index("east")
    table = frame.drop(columns=["east", "north"])
    table.insert(place, "lon", lonlat[:, 0])
    table.insert(place + 1, "lat", lonlat[:, 1])
    table.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")


def write_roads(roads: Roads, path: Path) -> None:
    """Write roads as an ``.osm.pbf`` file in which lines that meet share a node."""
    xy, line = shapely.get_coordinates(roads.lines, return_index=True)
    grid, node = np.unique(np.rint(10 * xy).astype(np.int64), axis=0, return_inverse=True)
    lonlat = _degrees(grid / 10.0).round(7)
    header = osmium.io.Header()
    header.set("generator", "make_sample.py")
    # Not compressed: the bytes then do not depend on the version of a compression library.
    file = osmium.io.File(str(path), "pbf,pbf_compression=none")
    with osmium.SimpleWriter(file, header=header, overwrite=True) as writer:
        for number, (lon, lat) in enumerate(lonlat.tolist(), start=1):
            writer.add_node(osmium.osm.mutable.Node(id=number, location=(lon, lat), tags={}))
        nodes = np.split(node.ravel() + 1, np.flatnonzero(np.diff(line)) + 1)
        for number, refs in enumerate(nodes):
            tags = {"highway": CLASSES[roads.road_class[number]]}
            if roads.is_oneway[number]:
                tags["oneway"] = "yes"
            way = osmium.osm.mutable.Way(id=number + 1, nodes=refs.tolist(), tags=tags)
            writer.add_way(way)


def _degrees(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return longitude and latitude of (n, 2) points in meters east and north."""
    middle = np.array([N_COLUMNS, N_ROWS]) * CELL / 2
    degrees = (points - middle) / _METERS_PER_DEGREE
    degrees[:, 0] /= np.cos(np.radians(_LAT))
    return degrees + np.array([_LON, _LAT])
