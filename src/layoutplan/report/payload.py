"""The data of the map's page: one compact value that all its layers share.

Tables are columns (lists of the same length), places are positions in them, coordinates are
whole steps of about a meter from an origin, and lines are the differences of their points. The
page reads it with ``assets/data.js``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from itertools import pairwise
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from layoutplan.core.plan import Plan
from layoutplan.core.rules import Band
from layoutplan.core.schema import ACTIONS, pupils_column
from layoutplan.report import palette
from layoutplan.report.facts import facts, goals, notes, status_text
from layoutplan.report.layers import Layers
from layoutplan.report.roads import RANKS
from layoutplan.report.routes import SharedLines, route_idx, shared_lines
from layoutplan.texts import Language, catalog, text

STEP_DEGREES: Final = 1e-5
_SHOWN_BY_PAGE: Final = ("map.label.", "map.action.", "map.kind.", "map.road.")
_SCHOOL_TEXTS: Final = ("name", "township", "action", "kind", "reason")
_SCHOOL_COUNTS: Final = (
    "enrollment_before", "enrollment_after", "seats", "beds", "boarders_after",
    "villages_before", "villages_after", "unreached_before", "unreached_after",
)  # fmt: skip
_SCHOOL_MINUTES: Final = (
    "minutes_before", "minutes_after", "max_minutes_before", "max_minutes_after",
)  # fmt: skip

Columns = dict[str, object]


def payload(plan: Plan, layers: Layers) -> dict[str, object]:
    """Return all that the page shows of `plan`, as values that JSON knows."""
    bounds = layers.outline.total_bounds
    origin = np.round(bounds[:2] / STEP_DEGREES).astype(np.int64)
    shared, route_of_row = shared_lines(layers.routes.geometry.to_numpy(), STEP_DEGREES, origin)
    return {
        "language": plan.language,
        "name": plan.name,
        "texts": {
            key.removeprefix("map."): templates[plan.language]
            for key, templates in catalog().items()
            if key.startswith(_SHOWN_BY_PAGE)
        },
        "about": {
            "status": plan.status,
            "status_text": status_text(plan),
            "facts": facts(plan),
            "goals": [asdict(goal) for goal in goals(plan)],
            "notes": notes(plan),
            "footer": text("map.footer", plan.language),
        },
        "style": _style(plan),
        "origin": origin.tolist(),
        "step": STEP_DEGREES,
        "bands": [_band(band, plan.language) for band in plan.bands],
        "villages": _villages(plan, layers, origin),
        "schools": _schools(plan, layers, origin),
        "units": {**_units(plan, layers), **_ways(plan, layers, route_of_row)},
        "flows": _flows(plan, layers),
        "areas": _areas(plan, layers, origin),
        "roads": _roads(layers.roads, origin),
        "routes": _routes(shared),
        "outline": _rings(layers.outline.geometry.iloc[0], origin),
    }


def to_json(value: object) -> str:
    """Return `value` as JSON that may stand inside a script element of a page.

    Notes
    -----
    ``<`` is written as an escape, so that no text can end the element or open a comment; so are
    the two line ends that JSON allows in texts and older script engines do not.
    """
    plain = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        plain = plain.replace(character, f"\\u{ord(character):04x}")
    return plain


def _band(band: Band, language: Language) -> Columns:
    """Return a band with its limits, in numbers and in words."""
    label = band.label(language)
    mode = text(f"map.mode.{band.mode}", language)
    limit = f"{band.max_minutes:g}"
    rule = text("map.band.limit", language, band=label, mode=mode, minutes=limit)
    if band.boarding_limit_ms:
        weekly = f"{band.max_boarding_minutes:g}"
        rule = text("map.band.boarding", language, rule=rule, minutes=weekly)
    return {
        "name": band.name,
        "label": label,
        "limit": band.max_minutes,
        "boarding_limit": band.max_boarding_minutes if band.boarding else None,
        "rule": rule,
    }


def _style(plan: Plan) -> Columns:
    """Return colors and classes, the same as in the styles for QGIS."""
    breaks = palette.minute_breaks(plan.bands)
    return {
        "breaks": list(breaks),
        "minutes": list(palette.minute_colors(len(breaks) + 1)),
        "unreached": palette.UNREACHED,
        "nobody": palette.NOBODY,
        "actions": {action: list(palette.ACTIONS[action]) for action in ACTIONS},
        "areas": list(palette.AREAS),
        "routes": {when: list(style) for when, style in palette.ROUTES.items()},
        "roads": [[name, *style] for name, style in zip(RANKS, palette.ROADS, strict=True)],
    }


def _villages(plan: Plan, layers: Layers, origin: NDArray[np.int64]) -> Columns:
    """Return the villages."""
    frame = layers.villages
    return {
        "id": frame.index.tolist(),
        "name": _texts(frame["name"]),
        "township": _texts(frame["township"]),
        **_places(frame, origin),
        "pupils": [frame[pupils_column(band.name)].tolist() for band in plan.bands],
    }


def _schools(plan: Plan, layers: Layers, origin: NDArray[np.int64]) -> Columns:
    """Return the schools with all that their cards show."""
    frame = layers.schools
    return {
        "id": frame.index.tolist(),
        **_places(frame, origin),
        **{name: _texts(frame[name]) for name in _SCHOOL_TEXTS},
        **{name: frame[name].astype("int64").tolist() for name in _SCHOOL_COUNTS},
        **{name: _minutes(frame[name]) for name in _SCHOOL_MINUTES},
        **{
            f"pupils_{when}": [frame[f"pupils_{when}_{band.name}"].tolist() for band in plan.bands]
            for when in ("before", "after")
        },
    }


def _units(plan: Plan, layers: Layers) -> Columns:
    """Return the assignments by position: -1 for no school, null for no path."""
    units = plan.assignments
    return {
        "village": _idx(layers.villages.index, units["village_id"]),
        "band": _idx(pd.Index([band.name for band in plan.bands]), units["band"]),
        "before": _idx(layers.schools.index, units["school_id_before"]),
        "after": _idx(layers.schools.index, units["school_id"]),
        "pupils": units["pupils"].tolist(),
        "minutes_before": _minutes(units["minutes_before"]),
        "minutes_after": _minutes(units["minutes"]),
        "boards": units["how"].eq("board").astype("int64").tolist(),
    }


def _ways(plan: Plan, layers: Layers, route_of_row: NDArray[np.int64]) -> Columns:
    """Return the routes of the assignments, -1 where none is known."""
    of_row = np.append(route_of_row, -1)
    return {
        f"route_{when}": of_row[route_idx(layers.routes, plan.assignments, school)].tolist()
        for when, school in (("before", "school_id_before"), ("after", "school_id"))
    }


def _routes(shared: SharedLines) -> Columns:
    """Return the ways to school: points of their own, the route each joins, and at which point."""
    return {
        "points": [np.diff(own, axis=0, prepend=0).ravel().tolist() for own in shared.points],
        "into": shared.into,
        "at": shared.at,
    }


def _flows(plan: Plan, layers: Layers) -> Columns:
    """Return who sends pupils to whom."""
    flows = layers.flows
    return {
        "from": _idx(layers.schools.index, flows["from_id"]),
        "to": _idx(layers.schools.index, flows["to_id"]),
        "pupils": [flows[pupils_column(band.name)].tolist() for band in plan.bands],
    }


def _areas(plan: Plan, layers: Layers, origin: NDArray[np.int64]) -> Columns:
    """Return the catchments; an area that stays the same is stored once for all of them."""
    frame = layers.catchments
    shape_of: dict[bytes, int] = {}
    shapes: list[object] = []
    shape_idx: list[int] = []
    for key, geometry in zip(shapely.to_wkb(frame.geometry), frame.geometry, strict=True):
        if key not in shape_of:
            shape_of[key] = len(shapes)
            shapes.append(_rings(geometry, origin))
        shape_idx.append(shape_of[key])
    return {
        "school": _idx(layers.schools.index, frame["school_id"]),
        "band": _idx(pd.Index([band.name for band in plan.bands]), frame["band"]),
        "when": frame["when"].tolist(),
        "color": (frame["color"] % len(palette.AREAS)).tolist(),
        "shape": shape_idx,
        "shapes": shapes,
    }


def _roads(roads: gpd.GeoDataFrame, origin: NDArray[np.int64]) -> list[list[object]]:
    """Return the lines of every rank."""
    lines: list[list[object]] = [[] for _ in RANKS]
    parts = roads[["rank", "geometry"]].explode(ignore_index=True)
    for rank, line in zip(parts["rank"], _deltas(parts.geometry.to_numpy(), origin), strict=True):
        lines[rank].append(line)
    return lines


def _rings(geometry: shapely.Geometry, origin: NDArray[np.int64]) -> list[list[int]]:
    """Return all rings of an area, of all its parts."""
    return _deltas(shapely.get_rings(shapely.get_parts(geometry)), origin)


def _deltas(lines: NDArray[np.object_], origin: NDArray[np.int64]) -> list[list[int]]:
    """Return each line as its first point and the differences that follow: x, y, dx, dy, …."""
    xy, line_of_point = shapely.get_coordinates(lines, return_index=True)
    steps = np.round(xy / STEP_DEGREES).astype(np.int64) - origin
    is_first = np.diff(line_of_point, prepend=-1) != 0
    before = np.where(is_first[:, None], 0, np.roll(steps, 1, axis=0))
    flat = (steps - before).ravel().tolist()
    starts = 2 * np.flatnonzero(is_first)
    return [flat[start:end] for start, end in pairwise([*starts, len(flat)])]


def _places(frame: gpd.GeoDataFrame, origin: NDArray[np.int64]) -> Columns:
    """Return where points are."""
    lonlat = shapely.get_coordinates(frame.geometry.to_numpy())
    steps = np.round(lonlat / STEP_DEGREES).astype(np.int64) - origin
    return {"x": steps[:, 0].tolist(), "y": steps[:, 1].tolist()}


def _idx(index: pd.Index, ids: Iterable[str]) -> list[int]:
    """Return positions of ids, -1 for none."""
    return [int(position) for position in index.get_indexer(pd.Index(list(ids)))]


def _texts(column: pd.Series) -> list[str]:
    """Return texts, empty where there is none."""
    return [str(value) for value in column.fillna("")]


def _minutes(column: pd.Series) -> list[float | None]:
    """Return minutes with one decimal, None where there is no path."""
    return [round(value, 1) if np.isfinite(value) else None for value in column.astype("float64")]
