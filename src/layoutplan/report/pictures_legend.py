"""What colors, shapes and lines of the overview map mean."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from matplotlib.lines import Line2D

from layoutplan.report.palette import (
    ACTIONS,
    NOBODY,
    ROADS,
    UNREACHED,
    minute_breaks,
    minute_colors,
)
from layoutplan.report.pictures_canvas import INK, Picture
from layoutplan.report.pictures_places import MERGED, OUTLINE, ROAD_SHARE, Drawn, marker
from layoutplan.report.roads import RANKS
from layoutplan.texts import Language, text


def legend_on(picture: Picture, drawn: Drawn) -> None:
    """Write what colors, shapes and lines mean, in three blocks below the map."""
    top = (legend_inches(drawn) - 0.03) / picture.get_figheight()
    for left, (name, handles) in zip((0.0, 0.37, 0.66), _blocks(drawn).items(), strict=True):
        picture.legend(
            handles=handles,
            title=text(f"picture.legend.{name}", drawn.plan.language),
            loc="upper left",
            bbox_to_anchor=(left, top),
            frameon=False,
            alignment="left",
            labelspacing=0.3,
            borderaxespad=0,
            handlelength=1.6,
        )


def legend_inches(drawn: Drawn) -> float:
    """Return the height that the legend and the foot of the map need."""
    n_lines = max(len(handles) for handles in _blocks(drawn).values())
    return (0.4 + 0.131 * n_lines) * drawn.scale


def _blocks(drawn: Drawn) -> dict[str, list[Line2D]]:
    """Return what the legend shows, by the name of its block."""
    return {
        "villages": _minute_handles(drawn),
        "schools": _school_handles(drawn),
        "lines": _line_handles(drawn),
    }


def _minute_handles(drawn: Drawn) -> list[Line2D]:
    """Return a dot for each class of minutes that there is."""
    language = drawn.plan.language
    breaks = minute_breaks(drawn.plan.bands)
    names = class_names(breaks, language)
    colors = [(color, "white") for color in minute_colors(len(breaks) + 1)]
    villages = drawn.villages
    if (villages["unreached_after"] > 0).any():
        names.append(text("map.label.unreached", language))
        colors.append((UNREACHED, INK))
    if villages["max_minutes_after"].isna().any():
        names.append(text("map.label.nobody", language))
        colors.append((NOBODY, "white"))
    return [
        Line2D([], [], linestyle="", marker="o", markersize=5 * drawn.scale, markerfacecolor=color,
               markeredgecolor=edge, markeredgewidth=0.4, label=name)
        for name, (color, edge) in zip(names, colors, strict=True)
    ]  # fmt: skip


def class_names(breaks: Sequence[float], language: Language) -> list[str]:
    """Return the classes of minutes in words, the last over every limit."""
    first, last = f"{breaks[0]:g}", f"{breaks[-1]:g}"
    between = [
        text("map.label.class_between", language, **{"from": f"{low:g}", "minutes": f"{high:g}"})
        for low, high in pairwise(breaks)
    ]
    return [
        text("map.label.class_within", language, minutes=first),
        *between,
        text("map.label.class_over", language, minutes=last),
    ]


def _school_handles(drawn: Drawn) -> list[Line2D]:
    """Return a symbol for each action that there is."""
    there = set(drawn.plan.schools["action"])
    handles = []
    for action, (shape, color) in ACTIONS.items():
        if action in there:
            look = marker(shape, color, drawn.scale)
            handles.append(
                Line2D([], [], linestyle="", marker=look["marker"], color=color,
                       markersize=float(np.sqrt(look["s"])), markeredgewidth=look["linewidths"],
                       label=text(f"map.action.{action}", drawn.plan.language))
            )  # fmt: skip
    return handles


def _line_handles(drawn: Drawn) -> list[Line2D]:
    """Return a line for each kind of line that there is."""
    language = drawn.plan.language
    handles = []
    if (drawn.flows["action"] == "merge").any():
        name = text("picture.legend.flow", language)
        handles.append(Line2D([], [], color=MERGED, linewidth=0.9 * drawn.scale, label=name))
    for rank in sorted(set(drawn.ranks.tolist())):
        color, width = ROADS[rank]
        name = text(f"map.road.{RANKS[rank]}", language)
        thin = width * ROAD_SHARE * drawn.scale
        handles.append(Line2D([], [], color=color, linewidth=thin, label=name))
    name = "outline" if drawn.plan.townships is None else "townships"
    label = text(f"picture.legend.{name}", language)
    thin = 0.6 * drawn.scale
    return [*handles, Line2D([], [], color=OUTLINE, linestyle="--", linewidth=thin, label=label)]
