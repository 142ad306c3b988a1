"""Colors of plan and map: told apart also by the color-blind, and on a projector."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from layoutplan.core.rules import Band

# Light to dark in blue and purple: after "BuPu" of ColorBrewer (https://colorbrewer2.org), with
# steps between and a last one for what is over every limit.
MINUTES: Final = ("#b3cde3", "#9ab1d4", "#8c96c6", "#8856a7", "#84348f", "#810f7c", "#2d0018")
UNREACHED: Final = "#ffffff"
NOBODY: Final = "#bdbdbd"

# Of the palette by Okabe and Ito (https://jfly.uni-koeln.de/color/), each with its own shape.
ACTIONS: Final = {
    "keep": ("square", "#0b4ea2"),
    "merge": ("cross", "#d55e00"),
    "close": ("cross", "#6b6b6b"),
    "downgrade": ("triangle", "#0b4ea2"),
    "open": ("diamond", "#00785a"),
    "expand": ("pentagon", "#0b4ea2"),
}
AREAS: Final = (
    "#d7e8f4", "#f6e6c6", "#cfe8dc", "#f4f1d0", "#e6dcef", "#f7dcd9", "#dfe7cf", "#d5e9ea",
)  # fmt: skip
ROADS: Final = (("#8a5a2b", 2.6), ("#8f8f8f", 1.8), ("#b9b9b9", 1.1), ("#cfcfcf", 0.8))
TOWNSHIP: Final = "#6d4c41"
ROUTES: Final = {"after": ("#0b4ea2", 3.2), "before": ("#3d3d3d", 3.2)}


def minute_breaks(bands: Sequence[Band]) -> tuple[float, ...]:
    """Return the upper ends of the classes of minutes: thirds of the least limit, every limit.

    Examples
    --------
    >>> minute_breaks([Band("g1_3", "walk", 30.0), Band("g4_6", "bus", 40.0)])
    (10.0, 20.0, 30.0, 40.0)
    """
    limits = sorted({band.max_minutes for band in bands})
    thirds = [round(limits[0] * part / 3, 1) for part in (1, 2)]
    return (*thirds, *limits)


def minute_colors(n_classes: int) -> tuple[str, ...]:
    """Return the colors of `n_classes` classes of minutes, the last of them over every limit."""
    n_within = max(n_classes - 1, 1)
    steps = [round(step * 5 / max(n_within - 1, 1)) for step in range(n_within)]
    return (*(MINUTES[step] for step in steps), MINUTES[-1])
