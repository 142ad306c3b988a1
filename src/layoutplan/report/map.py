"""The map of a plan: one page that needs no network."""

from __future__ import annotations

from pathlib import Path

import folium

from layoutplan.core.plan import Plan
from layoutplan.report.layers import layers
from layoutplan.report.page import OfflineFigure, PageLayer, asset
from layoutplan.report.payload import payload, to_json

_SCRIPTS = ("data.js", "marks.js", "canvas.js", "cards.js", "page.js")


def draw_map(plan: Plan) -> folium.Map:
    """Return the map of `plan`, to which other layers of folium may be added.

    Parameters
    ----------
    plan : Plan
        The plan.

    Returns
    -------
    folium.Map
        Shows itself in a notebook. Layers that load scripts, tiles or icons from elsewhere make
        it raise a `ConfigError` when it is rendered, if they do so by a link.
    """
    all_layers = layers(plan)
    west, south, east, north = (float(edge) for edge in all_layers.outline.total_bounds)
    plan_map = folium.Map(
        location=[(south + north) / 2, (west + east) / 2],
        tiles=None,
        prefer_canvas=True,
        zoom_control=False,
        attribution_control=False,
        zoom_snap=0.25,
        zoom_delta=0.5,
    )
    OfflineFigure(title=plan.name).add_child(plan_map)
    plan_map.add_child(
        PageLayer(
            scripts=_SCRIPTS,
            styles=("map.css",),
            body=asset("page.html"),
            data_json=to_json(payload(plan, all_layers)),
            start="layoutplan.show",
        )
    )
    return plan_map


def map_html(plan: Plan) -> str:
    """Return the map of `plan` as the text of one HTML file that loads nothing."""
    html: str = draw_map(plan).get_root().render()
    return html


def write_map(plan: Plan, path: Path) -> None:
    """Write the map of `plan` to `path`. Not atomic: give a place of its own, then move it."""
    path.write_text(map_html(plan), encoding="utf-8")
