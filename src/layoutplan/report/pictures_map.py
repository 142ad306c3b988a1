"""The overview map of a plan on paper."""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import NDArray
from shapely.geometry import Polygon

from layoutplan.core.plan import Plan
from layoutplan.report.catchments import Plane, outline_of
from layoutplan.report.layers import flows_of, schools_of, villages_of
from layoutplan.report.pictures_canvas import GRAY, INK, WIDTH, Picture, lettering, sheet
from layoutplan.report.pictures_legend import legend_inches, legend_on
from layoutplan.report.pictures_places import (
    Drawn,
    flows_on,
    ground_on,
    numbers_on,
    scale_bar_on,
    schools_on,
    villages_on,
)
from layoutplan.texts import text

Paper = Literal["a4", "a3"]
Box = NDArray[np.float64]

_TALLEST: Final = 6.6  # inches: map, heading and caption fit on one page of A4
_MARGIN: Final = 0.02  # of the extent, around the outermost places
MANY: Final = 20  # schools: fewer can be told apart anywhere
_MOST: Final = 0.7  # of the schools stand in the crowded part ...
_SMALL_PART: Final = 0.2  # ... where that is less than this share of the map ...
_AROUND: Final = 1.2  # ... and drawn with this much around it


def overview_map(plan: Plan, *, paper: Paper = "a4") -> Picture:
    """Return the map of a plan: villages by minutes, schools by what becomes of them, roads.

    Merged schools bear the numbers that they have in the document's table of merged schools, in
    the order of the plan. Where most schools stand close together, a frame shows what
    :func:`detail_map` shows larger, and the numbers in it stand there only.

    Parameters
    ----------
    plan : Plan
        The plan.
    paper : {"a4", "a3"}
        As wide as the text on a page of A4, for a document; or a whole sheet of A3.

    Raises
    ------
    ConfigError
        When no installed font has the Chinese letters that it needs.
    """
    outline = outline_of(pd.concat([plan.villages.geometry, plan.schools.geometry]))
    plane, whole = _whole(outline)
    part = _crowded(plan, plane, whole)
    return _map(plan, outline, plane, whole, framed=part, paper=paper)


def detail_map(plan: Plan, *, paper: Paper = "a4") -> Picture | None:
    """Return the part of the map where most schools stand, larger; None where none is crowded.

    Parameters and errors are those of :func:`overview_map`.
    """
    outline = outline_of(pd.concat([plan.villages.geometry, plan.schools.geometry]))
    plane, whole = _whole(outline)
    part = _crowded(plan, plane, whole)
    if part is None:
        return None
    return _map(plan, outline, plane, part, framed=None, paper=paper)


def crowded_part(schools: Box, whole: Box) -> Box | None:
    """Return the box around most schools, where that is a small part of the whole.

    Parameters
    ----------
    schools : (n, 2) float64
        Places in meters.
    whole : (2, 2) float64
        Lower left and upper right of the map.

    Returns
    -------
    (2, 2) float64 or None
        Lower left and upper right.
    """
    middle = np.median(schools, axis=0)
    half = np.quantile(np.abs(schools - middle), _MOST, axis=0) * _AROUND
    extent = whole[1] - whole[0]
    if len(schools) < MANY or 4 * half.prod() > _SMALL_PART * extent.prod() or not half.all():
        return None
    box: Box = np.array([middle - half, middle + half])
    return box


def _map(
    plan: Plan,
    outline: Polygon,
    plane: Plane,
    box: Box,
    *,
    framed: Box | None,
    paper: Paper,
) -> Picture:
    """Return the map of what lies in a box."""
    points = 7.0 if paper == "a4" else 11.0
    with lettering(plan.language, map_names(plan), points=points) as families:
        scale = 1.0 if paper == "a4" else 1.6
        drawn = Drawn(
            plan=plan,
            villages=villages_of(plan),
            schools=schools_of(plan),
            flows=flows_of(plan),
            outline=outline,
            plane=plane,
            scale=scale,
            families=families,
        )
        picture, axes = _page(drawn, box, paper)
        ground_on(axes, drawn)
        villages_on(axes, drawn)
        flows_on(axes, drawn)
        schools_on(axes, drawn)
        numbers_on(axes, drawn, but_in=framed)
        scale_bar_on(axes, drawn)
        if framed is not None:
            size = framed[1] - framed[0]
            frame = Rectangle(tuple(framed[0]), *size, fill=False, edgecolor=INK, zorder=10)
            axes.add_patch(frame)
        legend_on(picture, drawn)
        picture.text(
            0.995, 0.004, drawn.said(footer(plan)),
            ha="right", va="bottom", color=GRAY, fontsize=5.5 * scale,
        )  # fmt: skip
    return picture


def footer(plan: Plan) -> str:
    """Return what stands at the foot of a map: its office, its kind, its review number."""
    language, imprint = plan.language, plan.imprint
    kind = text("public.edition" if plan.is_public else "map.footer.internal", language)
    number = imprint.review_no
    parts = (
        imprint.office,
        imprint.footer or kind,
        text("map.footer.review", language, review_no=number) if number else "",
        text("map.footer.no_base_map", language),
    )
    return " · ".join(part for part in parts if part)


def map_names(plan: Plan) -> list[str]:
    """Return all names that may stand on the map, to look for their letters."""
    outlined = [] if plan.townships is None else plan.townships["name"].astype(str).tolist()
    townships = plan.villages["township"].astype(str).unique().tolist()
    return [plan.name, footer(plan), *townships, *outlined]


def _whole(outline: Polygon) -> tuple[Plane, Box]:
    """Return a plane for what lies in an outline, and the box around it in its meters."""
    west, south, east, north = outline.bounds
    plane = Plane((west + east) / 2, (south + north) / 2)
    box: Box = plane.to_meters(np.array([[west, south], [east, north]])) * (1 + 2 * _MARGIN)
    return plane, box


def _crowded(plan: Plan, plane: Plane, whole: Box) -> Box | None:
    """Return the crowded part of the map of a plan, if any."""
    lonlat = shapely.get_coordinates(plan.schools.geometry.to_numpy())
    return crowded_part(plane.to_meters(lonlat), whole)


def _page(drawn: Drawn, box: Box, paper: Paper) -> tuple[Picture, Axes]:
    """Return a page that fits a box, and the axes of its map."""
    extent = box[1] - box[0]
    legend = legend_inches(drawn)
    top = 0.0
    if paper == "a4":
        width = WIDTH
        height = min(width * extent[1] / extent[0], _TALLEST) + legend
    else:
        width, height = (16.54, 11.69) if extent[0] >= extent[1] else (11.69, 16.54)
        top = 0.6
    picture = sheet(width, height)
    share = legend / height
    axes = picture.add_axes((0.005, share, 0.99, 1 - share - top / height - 0.005))
    inches = axes.get_position().size * np.array([width, height])
    half = inches * (extent / inches).max() / 2  # meters, so that nothing is cut off
    middle = box.mean(axis=0)
    axes.set_xlim(middle[0] - half[0], middle[0] + half[0])
    axes.set_ylim(middle[1] - half[1], middle[1] + half[1])
    axes.set_xticks([])
    axes.set_yticks([])
    if top:
        title = drawn.said(drawn.plan.name)
        picture.text(0.5, 1 - top / height / 2, title, ha="center", va="center", fontsize=20)
    return picture, axes
