"""Plans to draw, and the map that plain folium makes of them: an object for every thing."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import folium
import numpy as np

import layoutplan as lp
from benchmarks.cases import write_case
from layoutplan.core.rules import Rules, SolverSettings
from layoutplan.report import palette
from layoutplan.report.layers import Layers, layers

ROOT = Path(__file__).resolve().parents[1]
REAL = {
    "sample": ROOT / "data" / "sample",
    "Ijebu-Ode": ROOT.parent / "shared" / "cases" / "ijebu_ode",
    "Ladakh": ROOT.parent / "shared" / "cases" / "ladakh",
}
N_VILLAGES, N_SCHOOLS, N_ROAD_POINTS = 5_000, 500, 80_000  # 20,000 pieces between junctions
SMALL_BELOW = 60
SEATS_PER_PUPIL = 1.6


def county_plan(
    n_villages: int = N_VILLAGES, n_schools: int = N_SCHOOLS, n_road_points: int = N_ROAD_POINTS
) -> lp.Plan:
    """Return the plan of a generated county, always the same: its small schools may merge."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_case(folder, n_road_points, n_villages=n_villages, n_schools=n_schools, minutes=20)
        case = lp.read_case(folder)
    pupils = np.random.default_rng(0).geometric(0.1, n_villages)
    villages = case.villages.assign(pupils_all=pupils)
    enrollment = villages.groupby("school_id")["pupils_all"].sum()
    enrollment = enrollment.reindex(case.schools.index, fill_value=0)
    schools = case.schools.assign(
        enrollment=enrollment,
        seats=(SEATS_PER_PUPIL * enrollment).astype("int64") + 20,
        decision=np.where(enrollment < SMALL_BELOW, "free", "keep"),
    )
    rules = Rules(small_below=SMALL_BELOW, movement="by_village")
    solver = SolverSettings(gap=0.01, seconds=120.0)
    return lp.optimize(
        replace(case, villages=villages, schools=schools, rules=rules, solver=solver)
    )


def plain_folium(plan: lp.Plan) -> str:
    """Return the map that folium's own classes make of `plan`, with a popup for each place."""
    drawn = layers(plan)
    west, south, east, north = drawn.outline.total_bounds
    plain = folium.Map(tiles=None)
    plain.fit_bounds([[south, west], [north, east]])
    _add_lines(plain, drawn)
    for village_id, village in drawn.villages.iterrows():
        folium.CircleMarker(
            [village.geometry.y, village.geometry.x],
            radius=4,
            color="#333333",
            weight=1,
            fill=True,
            fill_opacity=1.0,
            fill_color=_color(plan, village["max_minutes_after"]),
            popup=f"{village_id}: {village['pupils']} pupils, {village['minutes_after']:.1f} min",
        ).add_to(plain)
    for school_id, school in drawn.schools.iterrows():
        folium.CircleMarker(
            [school.geometry.y, school.geometry.x],
            radius=6,
            color=palette.ACTIONS[school["action"]][1],
            fill=True,
            popup=f"{school_id}: {school['action']}, {school['enrollment_after']} pupils",
        ).add_to(plain)
    html: str = plain.get_root().render()
    return html


def _add_lines(plain: folium.Map, drawn: Layers) -> None:
    """Add roads, the areas of today and the plan, and who sends pupils to whom."""
    for area in drawn.catchments.itertuples():
        color = palette.AREAS[area.color % len(palette.AREAS)]
        folium.GeoJson(
            area.geometry.__geo_interface__,
            style_function=lambda _, color=color: {"fillColor": color, "weight": 1},
        ).add_to(plain)
    for road in drawn.roads.explode(index_parts=False).itertuples():
        color, width = palette.ROADS[road.rank]
        points = [(lat, lon) for lon, lat in road.geometry.coords]
        folium.PolyLine(points, color=color, weight=width).add_to(plain)
    for flow in drawn.flows.itertuples():
        points = [(lat, lon) for lon, lat in flow.geometry.coords]
        folium.PolyLine(points, color="#d55e00", weight=2, popup=f"{flow.pupils}").add_to(plain)


def _color(plan: lp.Plan, minutes: float) -> str:
    """Return the color of a village by its longest trip."""
    breaks = palette.minute_breaks(plan.bands)
    if not np.isfinite(minutes):
        return palette.UNREACHED
    return palette.minute_colors(len(breaks) + 1)[int(np.searchsorted(breaks, minutes))]
