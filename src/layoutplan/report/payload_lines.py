"""Lines and areas of the map's page: whole steps from an origin, as differences of their points."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from layoutplan.core.plan import Plan
from layoutplan.report import palette
from layoutplan.report.layers import Layers
from layoutplan.report.roads import RANKS
from layoutplan.report.routes import SharedLines

STEP_DEGREES: Final = 1e-5
_TOWNSHIP_DEGREES: Final = 2e-4  # detail of township outlines under about 20 m is left out

Columns = dict[str, Any]


def origin_of(layers: Layers) -> NDArray[np.int64]:
    """Return the steps east and north that places are counted from."""
    origin: NDArray[np.int64] = steps_of(layers.outline.total_bounds[None, :2])[0]
    return origin


def steps_of(lonlat: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return degrees as whole steps of about a meter."""
    return np.round(lonlat / STEP_DEGREES).astype(np.int64)


def places(points: gpd.GeoSeries, origin: NDArray[np.int64]) -> Columns:
    """Return where points are."""
    steps = steps_of(shapely.get_coordinates(points.to_numpy())) - origin
    return {"x": steps[:, 0].tolist(), "y": steps[:, 1].tolist()}


def areas(plan: Plan, layers: Layers, origin: NDArray[np.int64]) -> Columns:
    """Return the catchments; an area that stays the same is stored once for all of them."""
    frame = layers.catchments
    shape_of: dict[bytes, int] = {}
    shapes: list[object] = []
    shape_idx: list[int] = []
    for key, geometry in zip(shapely.to_wkb(frame.geometry), frame.geometry, strict=True):
        if key not in shape_of:
            shape_of[key] = len(shapes)
            shapes.append(rings(geometry, origin))
        shape_idx.append(shape_of[key])
    return {
        "school": positions(layers.schools.index, frame["school_id"]),
        "band": positions(pd.Index([band.name for band in plan.bands]), frame["band"]),
        "when": frame["when"].tolist(),
        "color": (frame["color"] % len(palette.AREAS)).tolist(),
        "shape": shape_idx,
        "shapes": shapes,
    }


def roads(frame: gpd.GeoDataFrame, origin: NDArray[np.int64]) -> list[list[object]]:
    """Return the lines of every rank."""
    lines: list[list[object]] = [[] for _ in RANKS]
    parts = frame[["rank", "geometry"]].explode(ignore_index=True)
    for rank, line in zip(parts["rank"], deltas(parts.geometry.to_numpy(), origin), strict=True):
        lines[rank].append(line)
    return lines


def routes(shared: SharedLines) -> Columns:
    """Return the ways to school: points of their own, the route each joins, and at which point."""
    return {
        "points": [np.diff(own, axis=0, prepend=0).ravel().tolist() for own in shared.points],
        "into": shared.into,
        "at": shared.at,
    }


def townships(frame: gpd.GeoDataFrame | None, origin: NDArray[np.int64]) -> list[Columns]:
    """Return the outlines of townships, each with a place for its name."""
    if frame is None or frame.empty:
        return []
    shapes = shapely.coverage_simplify(frame.geometry.to_numpy(), _TOWNSHIP_DEGREES)
    middle = steps_of(shapely.get_coordinates(shapely.point_on_surface(shapes))) - origin
    return [
        {"name": str(name), "rings": rings(shape, origin), "x": int(x), "y": int(y)}
        for name, shape, (x, y) in zip(frame["name"], shapes, middle.tolist(), strict=True)
    ]


def rings(geometry: shapely.Geometry, origin: NDArray[np.int64]) -> list[list[int]]:
    """Return all rings of an area, of all its parts."""
    return deltas(shapely.get_rings(shapely.get_parts(geometry)), origin)


def deltas(lines: NDArray[np.object_], origin: NDArray[np.int64]) -> list[list[int]]:
    """Return each line as its first point and the differences that follow: x, y, dx, dy, …."""
    xy, line_of_point = shapely.get_coordinates(lines, return_index=True)
    steps = steps_of(xy) - origin
    is_first = np.diff(line_of_point, prepend=-1) != 0
    before = np.where(is_first[:, None], 0, np.roll(steps, 1, axis=0))
    flat = (steps - before).ravel().tolist()
    starts = 2 * np.flatnonzero(is_first)
    return [flat[start:end] for start, end in pairwise([*starts, len(flat)])]


def positions(index: pd.Index, ids: pd.Series) -> list[int]:
    """Return positions of ids, -1 for none."""
    return [int(position) for position in index.get_indexer(pd.Index(list(ids)))]
