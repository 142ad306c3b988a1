"""The page of a trade-off: its chart and its table."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from html import escape
from typing import Any

from layoutplan.core.tradeoffs import Front
from layoutplan.report.chart import Dot, chart
from layoutplan.report.small_page import paragraph, rounded, row, small_page, table
from layoutplan.texts import Language, text

_SIZES = (
    "schools_open", "schools_merged", "small_schools", "pupils_moved", "mean_minutes",
    "max_minutes",
)  # fmt: skip
_WORDS = (3,)  # the place of what is proven

Point = Mapping[Hashable, Any]


def front_html(trade_off: Front) -> str:
    """Return the page as the text of one HTML file that loads nothing."""
    language = trade_off.language
    first, second = trade_off.objectives
    points = trade_off.points.reset_index().to_dict("records")
    labels = [text(f"tradeoff.axis.{name}", language) for name in (first, second)]
    title = text(
        "tradeoff.front.chart", language, first=labels[0], second=labels[1], n_points=len(points)
    )
    dots = [
        Dot(
            x=float(point[first]),
            y=float(point[second]),
            y_bound=float(point[f"{second}_bound"]),
            label=_label(trade_off, point),
        )
        for point in points
    ]
    body = [
        paragraph(text(f"tradeoff.front.about.{_how(trade_off)}", language)),
        f"<figure>{chart(dots, labels[0], labels[1], title)}",
        f"<figcaption>{escape(text('tradeoff.front.hint', language))}</figcaption></figure>",
        '<p class="said" id="said" aria-live="polite"></p>',
        _table(trade_off, points, labels),
    ]
    return small_page(text("tradeoff.front.title", language, name=trade_off.name), body, language)


def _how(trade_off: Front) -> str:
    """Return which sentence tells whether points are left out."""
    return "whole" if trade_off.is_whole else "some"


def _table(trade_off: Front, points: Sequence[Point], labels: Sequence[str]) -> str:
    """Return the table of the points."""
    language = trade_off.language
    sizes = [name for name in _SIZES if name not in trade_off.objectives]
    header = [
        text("tradeoff.column.point", language),
        *labels,
        text("tradeoff.column.proof", language),
        *(text(f"tradeoff.column.{name}", language) for name in sizes),
    ]
    rows = [
        row(
            [
                str(point["point"]),
                *(rounded(point[name]) for name in trade_off.objectives),
                f'<span class="{point["status"]}">{escape(_proof(trade_off, point))}</span>',
                *(rounded(point[name]) for name in sizes),
            ],
            attributes=f'data-point="{point["point"]}"',
            words=_WORDS,
        )
        for point in points
    ]
    return table(header, rows, words=_WORDS)


def _label(trade_off: Front, point: Point) -> str:
    """Return a point in words."""
    language = trade_off.language
    values = [
        f"{text(f'tradeoff.axis.{name}', language)}: {rounded(point[name])}"
        for name in trade_off.objectives
    ]
    head = f"{text('tradeoff.column.point', language)} {point['point']}"
    return text("list.separator", language).join([head, *values, _proof(trade_off, point)])


def _proof(trade_off: Front, point: Point) -> str:
    """Return what is proven of a point."""
    language: Language = trade_off.language
    first, second = trade_off.objectives
    if point["status"] == "optimal":
        return text("tradeoff.proof.optimal", language)
    said = []
    if point[f"{second}_gap"]:
        bound = rounded(point[f"{second}_bound"])
        said.append(text("tradeoff.proof.gap", language, bound=bound))
    if point[f"{first}_gap"]:
        bound = rounded(point[f"{first}_bound"])
        said.append(text("tradeoff.proof.first", language, bound=bound))
    return "; ".join(said) or text("tradeoff.proof.optimal", language)
