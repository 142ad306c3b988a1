"""The small map on a school's card: the school, its villages, other schools and roads, as SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from layoutplan.core.plan import Plan
from layoutplan.report import palette

WIDTH, HEIGHT = 880, 760  # tenths of a millimeter on paper
_MARGIN: Final = 55
_LEAST_METERS: Final = 1500.0  # across, so that a school with one village is not all of the map
_METERS_PER_DEGREE: Final = 111_320.0
# Metres across a map from which on roads of the last ranks only darken it.
_LESS_ROADS: Final = ((60_000.0, 1), (25_000.0, 2), (12_000.0, 3))
_SCALES: Final = (200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000)
_NAME_LETTERS: Final = 14


@dataclass(frozen=True)
class Dot:
    """A village on the map: its number in the card's table, empty for none; what happens there."""

    village_id: str
    label: str
    kind: str
    """``stays``, ``comes`` or ``leaves``."""


class Locator:
    """Draws the surroundings of schools: projects once, finds roads by an index.

    Parameters
    ----------
    plan : Plan
        Its places.
    roads : geopandas.GeoDataFrame
        Lines with ``rank``, as in :class:`~layoutplan.report.layers.Layers`.
    """

    def __init__(self, plan: Plan, roads: gpd.GeoDataFrame) -> None:
        places = [plan.villages.geometry.to_numpy(), plan.schools.geometry.to_numpy()]
        lonlat = shapely.get_coordinates(np.concatenate(places))
        middle = np.deg2rad(lonlat[:, 1].mean())
        self._scale = np.array([_METERS_PER_DEGREE * np.cos(middle), _METERS_PER_DEGREE])
        meters = lonlat * self._scale
        self._village_at = dict(zip(plan.villages.index, meters, strict=False))
        self._school_at = dict(zip(plan.schools.index, meters[len(plan.villages) :], strict=True))
        self._action = plan.schools["action"].to_dict()
        self._name = plan.schools["name"].to_dict()
        self._roads = shapely.transform(roads.geometry.to_numpy(), lambda xy: xy * self._scale)
        self._rank = roads["rank"].to_numpy()
        self._tree = shapely.STRtree(self._roads)

    def svg(
        self,
        school_id: str,
        dots: Sequence[Dot],
        lines: Sequence[tuple[str, str, bool]],
        title: str,
    ) -> str:
        """Return the map of one school.

        Parameters
        ----------
        school_id : str
            In the middle of what is told.
        dots : sequence of Dot
            Its villages before and after.
        lines : sequence of (village id, school id, bool)
            Who goes where; true for the plan, false for a way of today that is given up.
        title : str
            For those who cannot see it; any text.
        """
        others = sorted({line[1] for line in lines} - {school_id})
        spots = [self._village_at[dot.village_id] for dot in dots]
        spots += [self._school_at[each] for each in (school_id, *others)]
        frame = _Frame.around(np.array(spots))
        ways = "".join(self._way(line, frame) for line in lines)
        return (
            f'<svg class="locator" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
            f'aria-label="{escape(title)}">{self._road_paths(frame)}{ways}'
            f"{''.join(self._dot(dot, frame) for dot in dots)}"
            f"{''.join(self._school(each, frame, is_main=False) for each in others)}"
            f"{self._school(school_id, frame, is_main=True)}{_scale_bar(frame)}</svg>"
        )

    def _road_paths(self, frame: _Frame) -> str:
        """Return the roads inside the frame, a path for each rank, the least important first."""
        west, south, east, north = frame.box
        near = self._tree.query(shapely.box(west, south, east, north))
        most = next((rank for meters, rank in _LESS_ROADS if frame.width > meters), 4)
        paths = []
        for rank in range(len(palette.ROADS) - 1, -1, -1):
            lines = self._roads[near[self._rank[near] == rank]]
            if rank >= most or not len(lines):
                continue
            clipped = shapely.clip_by_rect(lines, west, south, east, north)
            simple = shapely.simplify(clipped[~shapely.is_empty(clipped)], 3 / frame.zoom)
            drawn = _path(shapely.get_parts(simple), frame)
            color, width = palette.ROADS[rank]
            if drawn:
                paths.append(f'<path d="{drawn}" stroke="{color}" stroke-width="{width * 4:g}"/>')
        return f'<g class="roads">{"".join(paths)}</g>'

    def _way(self, line: tuple[str, str, bool], frame: _Frame) -> str:
        """Return a line from a village to a school."""
        village, school, is_planned = line
        (x1, y1), (x2, y2) = (
            frame.at(place[key])
            for place, key in ((self._village_at, village), (self._school_at, school))
        )
        kind = "planned" if is_planned else "given-up"
        return f'<path class="{kind}" d="M{x1} {y1}L{x2} {y2}"/>'

    def _dot(self, dot: Dot, frame: _Frame) -> str:
        """Return a village."""
        x, y = frame.at(self._village_at[dot.village_id])
        radius = 15 if dot.label else 8
        number = f'<text x="{x}" y="{y + 7}">{escape(dot.label)}</text>' if dot.label else ""
        return f'<circle class="{dot.kind}" cx="{x}" cy="{y}" r="{radius}"/>{number}'

    def _school(self, school_id: str, frame: _Frame, *, is_main: bool) -> str:
        """Return a school with its name."""
        x, y = frame.at(self._school_at[school_id])
        name = self._name[school_id] or school_id
        short = name if len(name) <= _NAME_LETTERS else name[: _NAME_LETTERS - 1] + "…"
        is_right = x > WIDTH * 0.72
        said = (
            f'<text class="{"main" if is_main else "other"}" x="{x + (-26 if is_right else 26)}" '
            f'y="{y - 14}" text-anchor="{"end" if is_right else "start"}">{escape(short)}</text>'
        )
        return symbol(self._action[school_id], x, y, 22 if is_main else 15) + said


@dataclass(frozen=True)
class _Frame:
    """What part of the ground a map shows: its south-west corner in meters, units in a meter."""

    west: float
    south: float
    zoom: float

    @classmethod
    def around(cls, meters: NDArray[np.float64]) -> _Frame:
        """Return the frame that holds all points."""
        low, high = meters.min(axis=0), meters.max(axis=0)
        room = np.array([WIDTH - 2 * _MARGIN, HEIGHT - 2 * _MARGIN])
        zoom = float((room / np.maximum(high - low, _LEAST_METERS)).min())
        west, south = (low + high) / 2 - np.array([WIDTH, HEIGHT]) / 2 / zoom
        return cls(float(west), float(south), zoom)

    @property
    def width(self) -> float:
        """Meters across."""
        return WIDTH / self.zoom

    @property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east and north in meters."""
        return self.west, self.south, self.west + self.width, self.south + HEIGHT / self.zoom

    def at(self, meters: NDArray[np.float64]) -> tuple[int, int]:
        """Return where a point is on the map."""
        x, y = meters
        return round((x - self.west) * self.zoom), round(HEIGHT - (y - self.south) * self.zoom)


def symbol(action: str, x: float, y: float, radius: float) -> str:
    """Return the mark of a school as SVG: shape and color of its action, as on the map."""
    shape, color = palette.ACTIONS[action]
    if shape == "cross":
        arm = round(radius * 0.85)
        drawn = f"M{x - arm} {y - arm}L{x + arm} {y + arm}M{x + arm} {y - arm}L{x - arm} {y + arm}"
        width = round(radius * 0.5)
        return (
            f'<path class="halo" d="{drawn}" stroke-width="{width + 8}"/>'
            f'<path class="cross" d="{drawn}" stroke="{color}" stroke-width="{width}"/>'
        )
    sides = _OUTLINES[shape]
    points = " ".join(f"{round(x + dx * radius)},{round(y + dy * radius)}" for dx, dy in sides)
    return f'<polygon class="mark" points="{points}" fill="{color}"/>'


_OUTLINES: Final[Mapping[str, tuple[tuple[float, float], ...]]] = {
    "square": ((-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85)),
    "triangle": ((0, -1), (0.95, 0.75), (-0.95, 0.75)),
    "diamond": ((0, -1.1), (1.1, 0), (0, 1.1), (-1.1, 0)),
    "pentagon": ((0, -1), (0.95, -0.31), (0.59, 0.81), (-0.59, 0.81), (-0.95, -0.31)),
}


def _path(lines: NDArray[np.object_], frame: _Frame) -> str:
    """Return lines as the steps of one path."""
    xy, line_of_point = shapely.get_coordinates(lines, return_index=True)
    if not len(xy):
        return ""
    places = np.empty(xy.shape, dtype=np.int64)
    places[:, 0] = np.rint((xy[:, 0] - frame.west) * frame.zoom)
    places[:, 1] = np.rint(HEIGHT - (xy[:, 1] - frame.south) * frame.zoom)
    is_first = np.diff(line_of_point, prepend=-1) != 0
    steps = np.where(is_first[:, None], places, np.diff(places, axis=0, prepend=0))
    is_drawn = is_first | (steps != 0).any(axis=1)
    words = [
        f"{'M' if first else 'l'}{x} {y}"
        for first, (x, y) in zip(is_first[is_drawn], steps[is_drawn].tolist(), strict=True)
    ]
    return "".join(words)


def _scale_bar(frame: _Frame) -> str:
    """Return a bar of a round length, about a quarter of the map long at the most."""
    fitting = [meters for meters in _SCALES if meters * frame.zoom <= WIDTH * 0.28]
    meters = fitting[-1] if fitting else _SCALES[0]
    said = f"{meters} m" if meters < 1000 else f"{meters // 1000} km"
    length = round(meters * frame.zoom)
    return (
        f'<path class="scale" d="M24 {HEIGHT - 34}v12h{length}v-12"/>'
        f'<text class="scale-words" x="{34 + length}" y="{HEIGHT - 20}">{said}</text>'
    )
