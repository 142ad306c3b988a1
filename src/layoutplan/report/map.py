"""The map of a plan: one page that needs no network."""

from __future__ import annotations

from html import escape
from pathlib import Path

import folium

from layoutplan.core.plan import Plan
from layoutplan.report.layers import layers
from layoutplan.report.page import OfflineFigure, PageLayer, asset
from layoutplan.report.payload import payload, to_json
from layoutplan.report.public import public_plan
from layoutplan.report.tiles import Tiles
from layoutplan.texts import Language, text

SCRIPTS = (
    "data.js", "data_plans.js", "data_search.js",
    "marks.js", "canvas_paths.js", "canvas_names.js", "canvas_paint.js", "canvas.js",
    "cards.js", "cards_school.js", "cards_village.js",
    "page.js", "page_panel.js", "page_legend.js", "page_search.js", "page_swipe.js",
    "page_keys.js", "page_print.js",
    "edit_reckon.js", "edit_tally.js", "edit_file.js", "edit_panel.js", "edit.js",
)  # fmt: skip
_STYLES = ("map.css", "map_cards.css", "map_page.css", "map_print.css", "cards.css", "edit.css")


def draw_map(
    plan: Plan,
    *,
    is_public: bool = False,
    tiles: str | None = None,
    is_compressed: bool = True,
) -> folium.Map:
    """Return the map of `plan`, to which other layers of folium may be added.

    Parameters
    ----------
    plan : Plan
        The plan.
    is_public : bool
        Whether counts under five are hidden, for people outside of the office.
    tiles : str, optional
        Address of the squares of a map to lie below, with ``{z}``, ``{x}`` and ``{y}``. The page
        then asks that host, and no other, for images; without a network its place stays empty.
    is_compressed : bool
        Whether the data are packed, which needs a browser of 2023 or later.

    Returns
    -------
    folium.Map
        Shows itself in a notebook. Layers that load scripts, tiles or icons from elsewhere make
        it raise a `ConfigError` when it is rendered, if they do so by a link.

    Raises
    ------
    ConfigError
        When `tiles` is no address of tiles.
    """
    base = None if tiles is None else Tiles(tiles)
    if is_public:
        plan = public_plan(plan)
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
    figure = OfflineFigure(title=plan.name, image_host="" if base is None else base.host)
    figure.add_child(plan_map)
    plan_map.add_child(
        PageLayer(
            scripts=SCRIPTS,
            styles=_STYLES,
            body=asset("page.html") + _when_it_fails(plan.language),
            data_json=to_json(payload(plan, all_layers, tiles=base)),
            start="layoutplan.show",
            is_packed=is_compressed,
        )
    )
    return plan_map


def map_html(
    plan: Plan,
    *,
    is_public: bool = False,
    tiles: str | None = None,
    is_compressed: bool = True,
) -> str:
    """Return the map of `plan` as the text of one HTML file; see :func:`draw_map`.

    The file loads nothing, except images where `tiles` are given.
    """
    drawn = draw_map(plan, is_public=is_public, tiles=tiles, is_compressed=is_compressed)
    html: str = drawn.get_root().render()
    return html


def write_map(plan: Plan, path: Path, *, is_public: bool = False) -> None:
    """Write the map of `plan` to `path`. Not atomic: give a place of its own, then move it."""
    path.write_text(map_html(plan, is_public=is_public), encoding="utf-8")


def _when_it_fails(language: Language) -> str:
    """Return what stands in the page where a browser cannot draw it."""
    old, plain = (escape(text(f"map.failed.{why}", language)) for why in ("old", "scripts"))
    return (
        f'<section class="lp-failed" id="lp-failed" role="alert" hidden><p>{old}</p></section>'
        f'<noscript><section class="lp-failed"><p>{plain}</p></section></noscript>'
    )
