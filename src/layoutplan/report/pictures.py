"""Pictures of a plan for documents and notebooks: its map, its minutes, its seats, a trade-off.

Every picture is a figure of matplotlib: a notebook shows it, ``picture.savefig("name.pdf")`` or
``.png`` saves it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from layoutplan.core.plan import Plan
from layoutplan.core.rules import Band
from layoutplan.core.shown import HIDDEN
from layoutplan.errors import ConfigError, Finding
from layoutplan.report.chart import ticks
from layoutplan.report.fonts import drawable, families_for
from layoutplan.report.pictures_canvas import (
    AFTER,
    BEFORE,
    GRAY,
    LIMIT,
    WIDTH,
    Picture,
    label_texts,
    lettering,
    numbered,
    pdf,
    plain_axes,
    png,
    sheet,
)
from layoutplan.report.pictures_counts import shown_counts
from layoutplan.report.pictures_map import detail_map, map_names, overview_map
from layoutplan.report.pictures_seats import CLASSES, schools_by_use
from layoutplan.texts import Language, text

__all__ = [
    "Picture",
    "detail_map",
    "front_picture",
    "minutes_picture",
    "overview_map",
    "pdf",
    "picture_findings",
    "png",
    "seats_picture",
]

_STEPS = (1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 60.0)  # minutes
_LIMIT_LINE: Any = {"color": LIMIT, "linewidth": 1.1, "linestyle": (0, (4, 2))}
_APART = 0.62  # inches between rows of axes, for what stands between them
_CLASSES = 8  # up to the limit


def picture_findings(plan: Plan) -> tuple[Finding, ...]:
    """Return why the pictures of `plan` cannot be drawn here, as warnings; nothing where they can.

    A document is written without its pictures then, and says so.
    """
    try:
        families_for([*label_texts(plan.language), *map_names(plan)])
    except ConfigError as error:
        return tuple(Finding(each.rule, "warning") for each in error.findings)
    return ()


def minutes_picture(plan: Plan) -> Picture:
    """Return how many day pupils of each band travel how long, today and under `plan`.

    Raises
    ------
    ConfigError
        When no installed font has the Chinese letters that it needs.
    """
    language = plan.language
    n_rows = math.ceil(len(plan.bands) / 2)
    n_columns = min(len(plan.bands), 2)
    titles = [
        text(
            "map.band.limit",
            language,
            band=band.label(language),
            mode=text(f"map.mode.{band.mode}", language),
            minutes=f"{band.max_minutes:g}",
        )
        for band in plan.bands
    ]
    labels = _labels(language, "minutes", "pupils", "today", "plan", "limit")
    with lettering(language, titles) as families:
        picture = sheet(WIDTH, 0.3 + 2.1 * n_rows)
        grid = picture.subplots(n_rows, n_columns, squeeze=False)
        for axes, band, title in zip(grid.flat, plan.bands, titles, strict=False):
            _minutes_of(axes, plan, band, families)
            axes.set_title(drawable(title, families), fontsize=8.5, loc="left")
            axes.set_xlabel(labels["minutes"])
        for axes in grid[:, 0]:
            axes.set_ylabel(labels["pupils"])
        for axes in list(grid.flat)[len(plan.bands) :]:
            axes.set_visible(False)
        looks = [
            Patch(color=BEFORE, label=labels["today"]),
            Patch(color=AFTER, label=labels["plan"]),
            Line2D([], [], **_LIMIT_LINE, label=labels["limit"]),
        ]
        picture.legend(handles=looks, loc="upper right", ncols=3, frameon=False, borderpad=0)
        _set_margins(picture, top=0.46, bottom=0.38, n_rows=n_rows)
    return picture


def seats_picture(plan: Plan) -> Picture:
    """Return how many schools use how much of their seats, today and under `plan`.

    Raises
    ------
    ConfigError
        When no installed font has the Chinese letters that it needs.
    """
    language = plan.language
    counts = schools_by_use(plan)
    labels = _labels(language, "use", "schools", "today", "plan")
    classes = [text(f"picture.use.{name}", language) for name in CLASSES]
    with lettering(language) as families:
        picture = sheet(WIDTH, 2.5)
        axes = picture.subplots()
        places = np.arange(len(classes), dtype=np.float64)
        for shift, when, color in ((-0.2, "before", BEFORE), (0.2, "after", AFTER)):
            bars = axes.bar(places + shift, counts[when], width=0.38, color=color)
            axes.bar_label(bars, [f"{n:,}" for n in counts[when]], padding=1.5, fontsize=7)
        axes.set_xticks(places, classes)
        numbered(axes, "y", ticks([0.0, float(counts.to_numpy().max(initial=1))]), families)
        axes.set_xlabel(labels["use"])
        axes.set_ylabel(labels["schools"])
        axes.margins(y=0.12)
        plain_axes(axes)
        looks = [
            Patch(color=color, label=labels[name])
            for color, name in ((BEFORE, "today"), (AFTER, "plan"))
        ]
        picture.legend(handles=looks, loc="upper right", ncols=2, frameon=False, borderpad=0)
        _set_margins(picture, top=0.3, bottom=0.38)
    return picture


def front_picture(front: pd.DataFrame, language: Language) -> Picture:
    """Return the points of a trade-off as a chart.

    Parameters
    ----------
    front : pandas.DataFrame
        The table ``points`` of a :class:`~layoutplan.core.tradeoffs.Front`, or ``front.csv`` as
        it is read: an objective and its ``_bound`` beside it, twice.
    language : {"en", "zh"}
        Of the labels.

    Raises
    ------
    ConfigError
        When no installed font has the Chinese letters that it needs.
    """
    first, second = front_objectives(front)
    x, y, bound = (front[name].to_numpy(np.float64) for name in (first, second, f"{second}_bound"))
    low = np.where(np.isfinite(bound), np.minimum(bound, y), y)
    numbers = front.get("point", front.index)
    labels = [text(f"tradeoff.axis.{name}", language) for name in (first, second)]
    named = _labels(language, "point", "open_point")
    with lettering(language) as families:
        picture = sheet(WIDTH, 3.0)
        axes = picture.subplots()
        axes.step(x, y, where="post", color=GRAY, linewidth=0.8, zorder=1)
        axes.vlines(x, low, y, color=LIMIT, linewidth=1.0, zorder=2)
        for is_proven, face in ((True, AFTER), (False, "white")):
            chosen = (low >= y) == is_proven
            name = named["point" if is_proven else "open_point"]
            if chosen.any():
                axes.scatter(
                    x[chosen], y[chosen], s=26, c=face, edgecolors=AFTER, zorder=3, label=name
                )
        for number, across, up in zip(numbers, x, y, strict=True):
            axes.annotate(f"{number}", (across, up), (4, 4), textcoords="offset points", fontsize=7)
        numbered(axes, "x", ticks(x.tolist()), families)
        numbered(axes, "y", ticks([*y.tolist(), *low.tolist()]), families)
        axes.set_xlabel(labels[0])
        axes.set_ylabel(labels[1])
        plain_axes(axes)
        axes.legend(loc="upper right", frameon=False)
        _set_margins(picture, top=0.1, bottom=0.38, left=0.85)
    return picture


def front_objectives(front: pd.DataFrame) -> tuple[str, str]:
    """Return the two objectives of a trade-off, the one that rises first.

    Raises
    ------
    ValueError
        When it is no such table.
    """
    found = [str(name) for name in front.columns if f"{name}_bound" in front.columns]
    if len(found) != 2 or front.empty:
        raise ValueError("a trade-off holds two objectives, each with a column `_bound` beside it")
    return found[0], found[1]


def _minutes_of(axes: Axes, plan: Plan, band: Band, families: Sequence[str]) -> None:
    """Draw the day pupils of one band by classes of minutes, and its limit."""
    rows = plan.assignments[plan.assignments["band"] == band.name]
    attending = rows[rows["school_id_before"] != ""]
    by_day = rows[rows["how"] == "day"]
    ends = ((attending, "minutes_before"), (by_day, "minutes"))
    step = next((step for step in _STEPS if band.max_minutes / step <= _CLASSES), _STEPS[-1])
    longest = max(
        float(part[column].to_numpy()[np.isfinite(part[column])].max(initial=0.0))
        for part, column in ends
    )
    n_classes = math.ceil(max(band.max_minutes, min(longest, 1.5 * band.max_minutes)) / step)
    is_open = longest > n_classes * step  # the last class holds all longer trips
    edges = np.arange(n_classes + is_open + 1) * step
    colors, shifts = (BEFORE, AFTER), (0.28, 0.72)
    tallest = 0.0
    for (part, column), color, shift in zip(ends, colors, shifts, strict=True):
        known = part[np.isfinite(part[column])]
        # A trip of exactly ten minutes is "up to ten": classes are open on the left.
        places = np.clip(np.ceil(known[column] / step).astype(int) - 1, 0, len(edges) - 2)
        counts = np.bincount(places, weights=known["pupils"], minlength=len(edges) - 1)
        told = shown_counts(pd.Series(counts), is_public=plan.is_public)
        heights = np.where(told == HIDDEN, 0.0, counts)
        tallest = max(tallest, heights.max(initial=0.0))
        bars = axes.bar(edges[:-1] + shift * step, heights, width=0.42 * step, color=color)
        axes.bar_label(bars, told.where(counts > 0, ""), padding=1.5, fontsize=5.5, rotation=90)
    axes.axvline(band.max_minutes, **_LIMIT_LINE)
    numbered(axes, "y", ticks([0.0, max(tallest, 1.0)]), families)
    names = [f"{edge:g}" for edge in edges[: n_classes + 1]]
    every = math.ceil(n_classes / 9)
    axes.set_xticks(edges[: n_classes + 1 : every], names[::every])
    if is_open:
        over = text("picture.label.over", plan.language, minutes=names[-1])
        axes.text(edges[-1] - step / 2, -0.02, over, transform=axes.get_xaxis_transform(),
                  ha="left", va="top", fontsize=6.5)  # fmt: skip
    axes.margins(y=0.26)
    plain_axes(axes)


def _labels(language: Language, *names: str) -> dict[str, str]:
    """Return the labels of a picture by name."""
    return {name: text(f"picture.label.{name}", language) for name in names}


def _set_margins(
    picture: Picture, *, top: float, bottom: float, left: float = 0.7, n_rows: int = 1
) -> None:
    """Leave so many inches around the axes, and between rows of them."""
    width, height = picture.get_size_inches()
    row = (height - top - bottom - (n_rows - 1) * _APART) / n_rows
    picture.subplots_adjust(
        left=left / width,
        right=1 - 0.08 / width,
        bottom=bottom / height,
        top=1 - top / height,
        hspace=_APART / row,
        wspace=0.25,
    )
