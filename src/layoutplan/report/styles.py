"""How the layers of a plan look in QGIS."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final
from xml.etree.ElementTree import SubElement

from layoutplan.core.plan import Plan
from layoutplan.core.rules import Band
from layoutplan.core.schema import ACTIONS
from layoutplan.report import palette, qml
from layoutplan.report.roads import RANKS
from layoutplan.texts import Language, text

_NO_WAY: Final = 9999  # stands for "no way to school" in the expression that classes the villages


def styles(plan: Plan) -> dict[str, str]:
    """Return the style of every layer of `plan` that has one: layer -> QML."""
    language = plan.language
    of_routes = {} if plan.routes is None else {"routes": _routes(language)}
    of_townships = {} if plan.townships is None else {"townships": _townships()}
    return {
        "villages": _villages(plan.bands, language),
        "schools": _schools(language),
        "flows": qml.style(qml.single(qml.arrow())),
        "catchments": _catchments(plan.bands[0]),
        "roads": _roads(language),
        **of_routes,
        **of_townships,
        "outline": qml.style(qml.single(qml.fill("#ffffff", 0, outline="#777777", width=0.4))),
    }


def _villages(bands: Sequence[Band], language: Language) -> str:
    """Return villages by their longest trip under the plan, as large as their pupils are many."""
    breaks = palette.minute_breaks(bands)
    colors = palette.minute_colors(len(breaks) + 1)
    edges = [0.0, *breaks, _NO_WAY - 1.0]
    labels = [
        text("map.label.class_within", language, minutes=f"{breaks[0]:g}"),
        *(
            text("map.label.class_between", language, **{"from": f"{low:g}", "minutes": f"{up:g}"})
            for low, up in pairwise(breaks)
        ),
        text("map.label.class_over", language, minutes=f"{breaks[-1]:g}"),
    ]
    size = {"size": 'scale_linear(sqrt("pupils"), 0, 20, 1.6, 5)'}
    attribute = (
        f'CASE WHEN "unreached_after" > 0 THEN {_NO_WAY} ELSE coalesce("max_minutes_after", -1) END'
    )
    renderer = qml.renderer("graduatedSymbol", attr=attribute, graduatedMethod="GraduatedColor")
    ranges = SubElement(renderer, "ranges")
    rows = [
        (-1.0, -0.5, text("map.label.nobody", language), palette.NOBODY),
        *zip(edges[:-1], edges[1:], labels, colors, strict=True),
        (_NO_WAY - 0.5, _NO_WAY + 1.0, text("map.label.unreached", language), palette.UNREACHED),
    ]
    for position, (lower, upper, label, _) in enumerate(rows):
        SubElement(
            ranges,
            "range",
            render="true",
            symbol=str(position),
            lower=f"{lower:.6f}",
            upper=f"{upper:.6f}",
            label=label,
        )
    qml.add_symbols(renderer, [qml.marker("circle", color, 2.4, size) for *_, color in rows])
    return qml.style(renderer)


def _schools(language: Language) -> str:
    """Return schools by what becomes of them, in shape and color, with their names."""
    categories = [
        (action, text(f"map.action.{action}", language), qml.marker(*palette.ACTIONS[action], 3.4))
        for action in ACTIONS
    ]
    return qml.style(qml.categorized('"action"', categories, "string"), label_field="name")


def _catchments(band: Band) -> str:
    """Return the areas of the first band under the plan, neighbors in different colors."""
    n_colors = len(palette.AREAS)
    quoted = band.name.replace("'", "''")
    shown = f'if("when" = \'after\' AND "band" = \'{quoted}\', "color" % {n_colors}, NULL)'
    categories = [
        (str(position), "", qml.fill(color, 170, outline="#7a7a7a", width=0.2))
        for position, color in enumerate(palette.AREAS)
    ]
    return qml.style(qml.categorized(shown, categories, "long"))


def _townships() -> str:
    """Return outlines of townships with their names, and what lies below them in sight."""
    outline = qml.fill("#ffffff", 0, outline=palette.TOWNSHIP, width=0.35, dashes="dash dot")
    return qml.style(qml.single(outline), label_field="name")


def _roads(language: Language) -> str:
    """Return roads by rank, the wide ones last and so on top."""
    categories = [
        (str(rank), text(f"map.road.{name}", language), qml.line(*palette.ROADS[rank]))
        for rank, name in reversed(list(enumerate(RANKS)))
    ]
    return qml.style(qml.categorized('"rank"', categories, "long"))


def _routes(language: Language) -> str:
    """Return the ways to school: solid under the plan, dashed those of today only."""
    (after, width), (before, _) = palette.ROUTES["after"], palette.ROUTES["before"]
    categories = [
        ("before", text("map.label.way_before", language), qml.line(before, width, "dash")),
        ("after", text("map.label.way_after", language), qml.line(after, width)),
        ("both", text("map.label.way_both", language), qml.line(after, width)),
    ]
    return qml.style(qml.categorized('"when"', categories, "string"))
