"""Ways to school as the page keeps them: where two ways join, the rest is stored once."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely import GeometryType

from layoutplan.core.plan import Plan
from layoutplan.core.schema import LONLAT

KEYS = ("village_id", "band", "school_id")


@dataclass(frozen=True)
class SharedLines:
    """Lines as trees: each has points of its own, up to one that another line has as well.

    Parameters
    ----------
    points : list of (k, 2) int64
        A line's own points, in whole steps; the last is the one where it joins another line, or
        its end.
    into, at : list of int
        The line that it joins, always one before it, and where among that line's own points; -1
        for none.
    """

    points: list[NDArray[np.int64]]
    into: list[int]
    at: list[int]


def drawn_routes(plan: Plan) -> gpd.GeoDataFrame:
    """Return the ways of `plan` with ``when`` they are used: ``before``, ``after``, ``both``.

    Returns
    -------
    geopandas.GeoDataFrame
        The columns of ``plan.routes`` and ``when``; without rows where the plan has no routes.
    """
    routes = plan.routes
    if routes is None:
        empty = {column: pd.Series(dtype="str") for column in (*KEYS, "when")}
        return gpd.GeoDataFrame(empty, geometry=[], crs=LONLAT)
    asked = pd.MultiIndex.from_frame(pd.DataFrame(routes[list(KEYS)]))
    units = plan.assignments
    after = asked.isin(pd.MultiIndex.from_frame(units[list(KEYS)]))
    before = asked.isin(pd.MultiIndex.from_frame(units[["village_id", "band", "school_id_before"]]))
    when = np.select([after & before, after], ["both", "after"], default="before")
    return routes.assign(when=pd.array(when, dtype="str"))


def route_idx(routes: gpd.GeoDataFrame, units: pd.DataFrame, school: str) -> list[int]:
    """Return for each of `units` the row of `routes` to its school in column `school`, or -1."""
    keys = zip(*(routes[column] for column in KEYS), strict=True)
    row_of = {key: row for row, key in enumerate(keys)}
    asked = zip(units["village_id"], units["band"], units[school], strict=True)
    return [row_of.get(key, -1) for key in asked]


def shared_lines(
    lines: NDArray[np.object_], step_degrees: float, origin: NDArray[np.int64]
) -> tuple[SharedLines, NDArray[np.int64]]:
    """Return `lines` in whole steps from `origin`, with what they share stored once.

    Parameters
    ----------
    lines : (n,) object
        Lines in degrees; anything else is left out.
    step_degrees : float
        Length of a step.
    origin : (2,) int64
        Steps east and north to count from.

    Returns
    -------
    SharedLines
        Equal lines are one.
    (n,) int64
        Which of them each of `lines` is; -1 for what is no line.
    """
    shared = SharedLines([], [], [])
    line_of = np.full(len(lines), -1, dtype=np.int64)
    point_before: dict[tuple[int, int, int], int] = {}  # next point, x, y -> number of the point
    home: list[tuple[int, int]] = []  # of each point: the line that owns it, and where on it
    is_line = shapely.get_type_id(lines) == GeometryType.LINESTRING
    for position in np.flatnonzero(is_line & ~shapely.is_empty(lines)).tolist():
        lonlat = shapely.get_coordinates(lines[position])
        points = np.round(lonlat / step_degrees).astype(np.int64) - origin
        points = points[np.append(True, (np.diff(points, axis=0) != 0).any(axis=1))]
        spots = [(x, y) for x, y in points.tolist()]
        n_own, met = len(spots), -1
        while n_own and (known := point_before.get((met, *spots[n_own - 1]))) is not None:
            n_own, met = n_own - 1, known
        into, at = home[met] if met >= 0 else (-1, -1)
        if n_own == 0 and at == 0:
            line_of[position] = into
            continue
        line_of[position] = len(shared.points)
        for own in range(n_own - 1, -1, -1):
            point_before[met, *spots[own]] = len(home)
            met = len(home)
            home.append((len(shared.points), own))
        shared.points.append(points[: n_own + 1])
        shared.into.append(into)
        shared.at.append(at)
    return shared, line_of
