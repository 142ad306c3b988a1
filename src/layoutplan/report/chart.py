"""The chart of a trade-off as SVG: a dot for each point, with the axes of both objectives."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

import numpy as np

WIDTH, HEIGHT = 860, 440
_LEFT, _RIGHT, _TOP, _BOTTOM = 104, 22, 26, 62
_N_TICKS: Final = 6


@dataclass(frozen=True)
class Dot:
    """A point of the chart.

    Parameters
    ----------
    x, y : float
        Where it is.
    y_bound : float
        Down to where nothing is proven; `y` where all is.
    label : str
        What it says when it is looked at; any text.
    """

    x: float
    y: float
    y_bound: float
    label: str


@dataclass(frozen=True)
class _Axis:
    """Numbers to places along one side of the chart."""

    ticks: tuple[float, ...]
    first: float
    last: float

    def place(self, value: float) -> float:
        """Return where a number stands, in units of the drawing."""
        span = self.ticks[-1] - self.ticks[0]
        return round(self.first + (value - self.ticks[0]) / span * (self.last - self.first), 2)


def chart(dots: Sequence[Dot], x_label: str, y_label: str, title: str) -> str:
    """Return the chart as an element of SVG.

    Parameters
    ----------
    dots : sequence of Dot
        From left to right.
    x_label, y_label : str
        What stands on the axes, with units.
    title : str
        What a screen reader says of the whole.
    """
    x_axis = _Axis(ticks([dot.x for dot in dots]), _LEFT, WIDTH - _RIGHT)
    lows = [dot.y_bound if math.isfinite(dot.y_bound) else dot.y for dot in dots]
    y_axis = _Axis(ticks([*(dot.y for dot in dots), *lows]), HEIGHT - _BOTTOM, _TOP)
    return "".join(
        (
            f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="group" aria-label="{escape(title)}">',
            *_scales(x_axis, y_axis, x_label, y_label),
            f'<path class="stairs" d="{_stairs(dots, x_axis, y_axis)}"/>',
            *(
                _dot(number, dot, low, x_axis, y_axis)
                for number, (dot, low) in enumerate(zip(dots, lows, strict=True), start=1)
            ),
            "</svg>",
        )
    )


def ticks(values: Sequence[float]) -> tuple[float, ...]:
    """Return round numbers that reach from the least to the largest of `values`.

    Examples
    --------
    >>> ticks([1, 18])
    (0.0, 5.0, 10.0, 15.0, 20.0)
    """
    low, high = min(values), max(values)
    rough = max(high - low, abs(high) * 1e-9, 1e-9) / (_N_TICKS - 1) if high > low else 1.0
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * round_one for round_one in (1, 2, 5, 10) if power * round_one >= rough)
    if all(float(value).is_integer() for value in values):
        step = max(step, 1.0)
    first, last = math.floor(low / step), math.ceil(high / step)
    last = last if last > first else first + 1
    return tuple(float(np.round(step * number, 9)) for number in range(first, last + 1))


def _scales(x_axis: _Axis, y_axis: _Axis, x_label: str, y_label: str) -> list[str]:
    """Return grid, numbers and names of both axes."""
    bottom, middle = HEIGHT - _BOTTOM, (_LEFT + WIDTH - _RIGHT) / 2
    parts = []
    for tick in y_axis.ticks:
        y = y_axis.place(tick)
        parts += [
            f'<path class="grid" d="M{_LEFT} {y}H{WIDTH - _RIGHT}"/>',
            f'<text class="tick" x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{tick:,.10g}</text>',
        ]
    for tick in x_axis.ticks:
        x = x_axis.place(tick)
        parts += [
            f'<path class="grid" d="M{x} {_TOP}V{bottom}"/>',
            f'<text class="tick" x="{x}" y="{bottom + 18}" text-anchor="middle">'
            f"{tick:,.10g}</text>",
        ]
    parts += [
        f'<text class="axis" x="{middle}" y="{HEIGHT - 14}" text-anchor="middle">'
        f"{escape(x_label)}</text>",
        f'<text class="axis" transform="translate(18 {(_TOP + bottom) / 2}) rotate(-90)" '
        f'text-anchor="middle">{escape(y_label)}</text>',
    ]
    return parts


def _stairs(dots: Sequence[Dot], x_axis: _Axis, y_axis: _Axis) -> str:
    """Return the line between the dots: with less of one, no less of the other is known."""
    places = [(x_axis.place(dot.x), y_axis.place(dot.y)) for dot in dots]
    return f"M{places[0][0]} {places[0][1]}" + "".join(f"H{x}V{y}" for x, y in places[1:])


def _dot(number: int, dot: Dot, low: float, x_axis: _Axis, y_axis: _Axis) -> str:
    """Return one dot, and the line down to what is proven."""
    x, y = x_axis.place(dot.x), y_axis.place(dot.y)
    is_proven = dot.y_bound >= dot.y
    down = "" if is_proven else f'<path class="open" d="M{x} {y}V{y_axis.place(low)}"/>'
    kind = "dot" if is_proven else "dot hollow"
    label = escape(dot.label)
    tab = 0 if number == 1 else -1  # one stop for the tab key; from there by arrow keys
    return (
        f'{down}<circle class="{kind}" cx="{x}" cy="{y}" r="6" tabindex="{tab}" '
        f'role="img" data-point="{number}" aria-label="{label}"><title>{label}</title></circle>'
    )
