"""The data of the map's page: one compact value that all its layers share.

Tables are columns (lists of the same length), places are positions in them, coordinates are
whole steps of about a meter from an origin, and lines are the differences of their points. The
page reads it with ``assets/data.js``.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, Final

from layoutplan.core.facts import facts, goals, status_text
from layoutplan.core.plan import Plan
from layoutplan.core.rules import Band
from layoutplan.core.schema import ACTIONS
from layoutplan.report import palette, payload_lines, payload_tables
from layoutplan.report.choices import choices
from layoutplan.report.imprint import footer, imprint_findings
from layoutplan.report.layers import Layers
from layoutplan.report.notes import notes
from layoutplan.report.opposites import opposites
from layoutplan.report.payload_lines import STEP_DEGREES
from layoutplan.report.roads import RANKS
from layoutplan.report.routes import shared_lines
from layoutplan.report.tiles import Tiles
from layoutplan.texts import Language, catalog, text

_SHOWN_BY_PAGE: Final = ("map.label.", "map.action.", "map.kind.", "map.road.")

Columns = dict[str, Any]


def payload(plan: Plan, layers: Layers, *, tiles: Tiles | None = None) -> Columns:
    """Return all that the page shows of `plan`, as values that JSON knows.

    Parameters
    ----------
    plan, layers
        The plan and what there is to draw of it. Of a public plan counts under five are None, and
        nothing is in it that a hand edit would need.
    tiles : Tiles, optional
        A map to lie below.
    """
    origin = payload_lines.origin_of(layers)
    shared, route_of_row = shared_lines(layers.routes.geometry.to_numpy(), STEP_DEGREES, origin)
    return {
        "language": plan.language,
        "name": plan.name,
        "is_public": plan.is_public,
        "texts": {
            key.removeprefix("map."): templates[plan.language]
            for key, templates in catalog().items()
            if key.startswith(_SHOWN_BY_PAGE)
        },
        "about": _about(plan, tiles),
        "tiles": None if tiles is None else {"url": tiles.url},
        "style": _style(plan),
        "origin": origin.tolist(),
        "step": STEP_DEGREES,
        "bands": [_band(band, plan.language) for band in plan.bands],
        "villages": payload_tables.villages(plan, layers, origin),
        "schools": payload_tables.schools(plan, layers, origin),
        "units": payload_tables.units(plan, layers, route_of_row),
        "flows": payload_tables.flows(plan, layers),
        "choices": None if plan.is_public else choices(plan),
        "opposites": None if plan.is_public else opposites(plan),
        "areas": payload_lines.areas(plan, layers, origin),
        "townships": payload_lines.townships(plan.townships, origin),
        "roads": payload_lines.roads(layers.roads, origin),
        "routes": payload_lines.routes(shared),
        "outline": payload_lines.rings(layers.outline.geometry.iloc[0], origin),
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


def _about(plan: Plan, tiles: Tiles | None) -> Columns:
    """Return what is said of the plan as a whole."""
    warnings = imprint_findings(plan, is_public=plan.is_public)
    return {
        "status": plan.status,
        "status_text": status_text(plan),
        "facts": facts(plan),
        "goals": [asdict(goal) for goal in goals(plan)],
        "notes": [*notes(plan), *(finding.message_in(plan.language) for finding in warnings)],
        "footer": footer(plan, tiles),
    }


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
        "township": palette.TOWNSHIP,
        "routes": {when: list(style) for when, style in palette.ROUTES.items()},
        "roads": [[name, *style] for name, style in zip(RANKS, palette.ROADS, strict=True)],
    }
