"""The map of a plan: one page that needs no network."""

from __future__ import annotations

from pathlib import Path

import folium
from branca.element import Element, Figure

from layoutplan.core.plan import Plan
from layoutplan.report.layers import layers
from layoutplan.report.page import OfflineFigure, Verbatim, asset, script, style
from layoutplan.report.payload import payload, to_json

_SCRIPTS = ("data.js", "marks.js", "canvas.js", "cards.js", "page.js")


class PlanLayer(Element):
    """The plan as one element of a folium map: its data, its drawing and the panels around it.

    Parameters
    ----------
    payload_json : str
        From :func:`layoutplan.report.payload.to_json`.
    """

    def __init__(self, payload_json: str) -> None:
        super().__init__()
        self._name = "PlanLayer"
        self._payload_json = payload_json

    def render(self, **_: object) -> str:
        """Add the parts to the page around the map; nothing is left for the place of the element.

        Raises
        ------
        TypeError
            When it is not part of a map.
        """
        figure, plan_map = self.get_root(), self._parent
        if not isinstance(figure, Figure) or plan_map is None:
            raise TypeError("a PlanLayer must be added to a map before it is rendered")
        for name in _SCRIPTS:
            figure.header.add_child(script(asset(name)), name=name)
        figure.header.add_child(style(asset("map.css")), name="map.css")
        figure.html.add_child(Verbatim(asset("page.html")), name="page.html")
        data = f'<script type="application/json" id="lp-data">{self._payload_json}</script>'
        figure.html.add_child(Verbatim(data), name="payload")
        start = f"layoutplan.show({plan_map.get_name()});"
        figure.script.add_child(Verbatim(start), name="start")
        return ""


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
    plan_map.add_child(PlanLayer(to_json(payload(plan, all_layers))))
    return plan_map


def map_html(plan: Plan) -> str:
    """Return the map of `plan` as the text of one HTML file that loads nothing."""
    html: str = draw_map(plan).get_root().render()
    return html


def write_map(plan: Plan, path: Path) -> None:
    """Write the map of `plan` to `path`. Not atomic: give a place of its own, then move it."""
    path.write_text(map_html(plan), encoding="utf-8")
