"""What stands on the overview map: ground, roads, villages, schools, moves, numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray
from shapely.geometry import Polygon

from layoutplan.core.plan import Plan
from layoutplan.report.catchments import Plane
from layoutplan.report.document_schools import merged_ids
from layoutplan.report.fonts import drawable
from layoutplan.report.palette import (
    ACTIONS,
    NOBODY,
    ROADS,
    UNREACHED,
    minute_breaks,
    minute_colors,
)
from layoutplan.report.pictures_canvas import INK
from layoutplan.report.roads import road_rank

ROAD_SHARE: Final = 0.45  # of the width of roads on the screen
OUTLINE: Final = "#7a7a7a"
MERGED: Final = ACTIONS["merge"][1]
_MARKERS: Final = {
    "square": "s", "cross": "x", "triangle": "^", "diamond": "D", "pentagon": "p",
}  # fmt: skip
_MOST_NAMES: Final = 40  # townships: more names would hide the map
_MOST_NUMBERS: Final = 150  # as long as the table of merged schools
_HALO: Final = [withStroke(linewidth=1.6, foreground="white")]


@dataclass(frozen=True)
class Drawn:
    """What a map is drawn from: layers in meters on a plane.

    Parameters
    ----------
    plan, villages, schools, flows
        The plan and its layers, see :class:`~layoutplan.report.layers.Layers`.
    outline : shapely.Polygon
        Around all places.
    plane : Plane
        To which degrees are flattened.
    scale : float
        Of symbols; 1 on A4.
    families : tuple of str
        Fonts.
    """

    plan: Plan
    villages: gpd.GeoDataFrame
    schools: gpd.GeoDataFrame
    flows: gpd.GeoDataFrame
    outline: Polygon
    plane: Plane
    scale: float
    families: Sequence[str]

    def points(self, places: gpd.GeoDataFrame) -> NDArray[np.float64]:
        """Return (n, 2) meters of points."""
        return self.plane.to_meters(shapely.get_coordinates(places.geometry.to_numpy()))

    @property
    def ranks(self) -> NDArray[np.int64]:
        """How much each road matters, 0 most."""
        ranks = [road_rank(road_class) for road_class in self.plan.roads["road_class"]]
        return np.array(ranks, dtype=np.int64)

    def said(self, words: str) -> str:
        """Return words that the fonts can draw."""
        return drawable(words, self.families)


class _Room:
    """Where on the paper words may still stand, `points` apart from each other."""

    def __init__(self, axes: Axes, points: float) -> None:
        left, right = axes.get_xlim()
        inches = axes.bbox.width / axes.figure.dpi
        self._apart = points / 72 / inches * (right - left)
        self._taken = np.empty((0, 2))

    def take(self, x: float, y: float) -> bool:
        """Return whether there is room at a place, and take it where there is."""
        if (np.hypot(*(self._taken - [x, y]).T) < self._apart).any():
            return False
        self._taken = np.vstack([self._taken, [x, y]])
        return True


def ground_on(axes: Axes, drawn: Drawn) -> None:
    """Draw outline, townships and roads."""
    townships = drawn.plan.townships
    areas = np.array([drawn.outline]) if townships is None else townships.geometry.to_numpy()
    rings = shapely.get_parts(shapely.boundary(areas))
    axes.add_collection(
        LineCollection(
            _paths(rings, drawn.plane), colors=OUTLINE, linewidths=0.6 * drawn.scale,
            linestyles="--", zorder=1,
        )
    )  # fmt: skip
    parts, of_road = shapely.get_parts(drawn.plan.roads.geometry.to_numpy(), return_index=True)
    ranks = drawn.ranks[of_road]
    order = np.argsort(-ranks, kind="stable")
    parts, ranks = parts[order], ranks[order]
    colors = np.array([color for color, _ in ROADS])[ranks]
    widths = np.array([width for _, width in ROADS])[ranks] * ROAD_SHARE * drawn.scale
    axes.add_collection(
        LineCollection(
            _paths(parts, drawn.plane), colors=colors.tolist(), linewidths=widths.tolist(),
            zorder=2, rasterized=True,
        )
    )  # fmt: skip
    _township_names(axes, drawn)


def _township_names(axes: Axes, drawn: Drawn) -> None:
    """Write the names of townships, where they are few enough to be read."""
    places = _township_places(drawn)
    if len(places) > _MOST_NAMES:
        return
    room = _Room(axes, 22.0 * drawn.scale)
    for name, (x, y) in places.items():
        if not room.take(x, y):
            continue
        axes.annotate(
            drawn.said(name), (x, y), (0, 5 * drawn.scale), textcoords="offset points",
            ha="center", va="bottom", fontsize=6.5 * drawn.scale, color="#444444", zorder=8,
            path_effects=_HALO, style="normal",
        )  # fmt: skip


def _township_places(drawn: Drawn) -> dict[str, NDArray[np.float64]]:
    """Return where the name of each township stands: at its central school or in its middle."""
    townships = drawn.plan.townships
    if townships is not None:
        inside = drawn.points(townships.set_geometry(townships.representative_point()))
        return dict(zip(townships["name"].astype(str), inside, strict=True))
    schools, villages = drawn.plan.schools, drawn.plan.villages
    places: dict[str, NDArray[np.float64]] = {}
    for name, of_township in villages.groupby("township"):
        if not name:
            continue
        centers = schools[(schools["township"] == name) & (schools["kind"] == "center")]
        near = drawn.points(centers if len(centers) else of_township)
        places[str(name)] = near[0] if len(centers) else np.median(near, axis=0)
    return places


def villages_on(axes: Axes, drawn: Drawn) -> None:
    """Draw the villages by minutes, the larger the more pupils."""
    villages = drawn.villages
    breaks = minute_breaks(drawn.plan.bands)
    palette = np.array(minute_colors(len(breaks) + 1))
    minutes = villages["max_minutes_after"].to_numpy(np.float64)
    is_known = np.isfinite(minutes)
    classes = np.searchsorted(np.asarray(breaks) + 1e-9, np.where(is_known, minutes, 0.0))
    is_stranded = villages["unreached_after"].to_numpy() > 0
    colors = np.where(is_known, palette[classes], NOBODY)
    colors = np.where(is_stranded, UNREACHED, colors)
    pupils = villages["pupils"].to_numpy(np.float64)
    sizes = 3.0 + 34.0 * pupils / max(pupils.max(initial=1.0), 1.0)
    points = drawn.points(villages)
    order = np.argsort(-pupils, kind="stable")
    axes.scatter(
        points[order, 0], points[order, 1],
        s=sizes[order] * drawn.scale**2, c=colors[order].tolist(),
        edgecolors=np.where(is_stranded, INK, "white")[order].tolist(),
        linewidths=0.35 * drawn.scale, zorder=4,
    )  # fmt: skip


def flows_on(axes: Axes, drawn: Drawn) -> None:
    """Draw arrows from merged schools to those that take their pupils in."""
    flows = drawn.flows
    flows = flows[flows["action"] == "merge"]
    if flows.empty:
        return
    ends = drawn.plane.to_meters(shapely.get_coordinates(flows.geometry.to_numpy()))
    start, way = ends[::2], ends[1::2] - ends[::2]
    axes.quiver(
        *start.T, *way.T, angles="xy", scale_units="xy", scale=1, color=MERGED,
        units="inches", width=0.009 * drawn.scale, headwidth=5, headlength=6, headaxislength=5.5,
        minlength=0, zorder=5,
    )  # fmt: skip


def schools_on(axes: Axes, drawn: Drawn) -> None:
    """Draw the schools by what becomes of them."""
    schools = drawn.schools
    is_unbuilt = (schools["kind"] == "candidate") & (schools["action"] != "open")
    points = drawn.points(schools)
    for action, (shape, color) in ACTIONS.items():
        chosen = ((schools["action"] == action) & ~is_unbuilt).to_numpy()
        if chosen.any():
            axes.scatter(
                points[chosen, 0], points[chosen, 1], zorder=6, **marker(shape, color, drawn.scale)
            )


def numbers_on(axes: Axes, drawn: Drawn, *, but_in: NDArray[np.float64] | None = None) -> None:
    """Write beside merged schools their numbers in the table, but not in the box `but_in`.

    Where several stand on one spot of the paper the first has its number.
    """
    ids = merged_ids(drawn.plan)
    if len(ids) > _MOST_NUMBERS:
        return
    flows = drawn.flows
    room = _Room(axes, 8.0 * drawn.scale)
    points = pd.DataFrame(drawn.points(drawn.plan.schools), index=drawn.plan.schools.index)
    for number, school_id in enumerate(ids, start=1):
        here = points.loc[school_id].to_numpy()
        if but_in is not None and ((but_in[0] < here) & (here < but_in[1])).all():
            continue
        if not room.take(*here):
            continue
        away = (
            here - points.loc[flows.loc[flows["from_id"] == school_id, "to_id"]].mean().to_numpy()
        )
        length = np.hypot(*away)
        aside = away / length if np.isfinite(length) and length else np.array([0.7, 0.7])
        axes.annotate(
            f"{number}", tuple(here), tuple(aside * 5.5 * drawn.scale),
            textcoords="offset points", ha="center", va="center", color=MERGED,
            fontsize=5.5 * drawn.scale, fontweight="normal", path_effects=_HALO, zorder=9,
        )  # fmt: skip


def scale_bar_on(axes: Axes, drawn: Drawn) -> None:
    """Draw a bar of round kilometers, a fifth of the map at the most, and where north is."""
    left, right = axes.get_xlim()
    bottom, top = axes.get_ylim()
    most = (right - left) / 5
    power = 10.0 ** np.floor(np.log10(most))
    meters = next(power * part for part in (5, 2, 1) if power * part <= most)
    x, y = left + 0.03 * (right - left), bottom + 0.03 * (top - bottom)
    axes.plot([x, x + meters], [y, y], color=INK, linewidth=1.6 * drawn.scale, zorder=9,
              solid_capstyle="butt")  # fmt: skip
    axes.annotate(
        f"{meters / 1000:g} km", (x + meters / 2, y), (0, 3), textcoords="offset points",
        ha="center", path_effects=_HALO, zorder=9,
    )  # fmt: skip
    axes.annotate(
        "N", (0.97, 0.965), (0.97, 0.915), xycoords="axes fraction", textcoords="axes fraction",
        ha="center", va="top", zorder=9, path_effects=_HALO,
        arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 1.0 * drawn.scale},
    )  # fmt: skip


def marker(shape: str, color: str, scale: float) -> dict[str, Any]:
    """Return the look of a school's symbol."""
    is_cross = shape == "cross"
    edge = {} if is_cross else {"edgecolors": "white"}
    size = 13.0 if is_cross else 11.0
    width = (1.2 if is_cross else 0.35) * scale
    return {
        "marker": _MARKERS[shape],
        "c": color,
        "s": size * scale**2,
        "linewidths": width,
        **edge,
    }


def _paths(lines: NDArray[np.object_], plane: Plane) -> list[NDArray[np.float64]]:
    """Return lines as arrays of meters."""
    if not len(lines):
        return []
    lonlat, of_line = shapely.get_coordinates(lines, return_index=True)
    return np.split(plane.to_meters(lonlat), np.flatnonzero(np.diff(of_line)) + 1)
