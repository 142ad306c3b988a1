"""What all pictures share: a sheet that belongs to nobody else, fonts, and how it is saved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any, Final

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from layoutplan.report.fonts import drawable, families_for
from layoutplan.texts import Language, catalog

WIDTH: Final = 6.3  # inches: the width of text on A4 with margins of 2.5 cm
DPI: Final = 200  # sharp in print, light in the file
INK: Final = "#222222"
GRAY: Final = "#6b6b6b"
BEFORE: Final = "#a9a9a9"
AFTER: Final = "#0b4ea2"
LIMIT: Final = "#d55e00"

# Beginnings of the keys of what pictures say.
_OF_PICTURES: Final = (
    "picture.", "tradeoff.axis.", "band.", "map.action.", "map.band.", "map.mode.", "map.road.",
    "map.footer.", "public.edition", "map.label.class_", "map.label.unreached", "map.label.nobody",
)  # fmt: skip


class Picture(Figure):
    """A figure of matplotlib that shows itself in a notebook, whether or not pyplot is loaded."""

    def _repr_png_(self) -> bytes:
        """Return what a notebook shows."""
        return png(self)


@contextmanager
def lettering(
    language: Language, names: Iterable[str] = (), *, points: float = 8.0
) -> Iterator[tuple[str, ...]]:
    """Set the fonts that labels in `language` and `names` need while a picture is made.

    Gives the families, to be asked whether they can draw what a table says.

    The settings of matplotlib are as before afterwards, so that other pictures of a notebook do
    not change. Dollar signs are letters, not formulas.

    Raises
    ------
    ConfigError
        When no installed font has the Chinese letters.
    """
    families = families_for([*label_texts(language), *names])
    settings: Any = {
        "font.family": list(families),
        "font.size": points,
        "text.parse_math": False,
        "text.color": INK,
        "axes.edgecolor": GRAY,
        "axes.labelcolor": INK,
        "axes.linewidth": 0.6,
        "axes.unicode_minus": False,
        "xtick.color": INK,
        "ytick.color": INK,
        "hatch.linewidth": 0.5,
        "path.simplify": True,
    }
    with rc_context(settings):
        yield families


def label_texts(language: Language) -> list[str]:
    """Return all that pictures may say by themselves."""
    return [said[language] for key, said in catalog().items() if key.startswith(_OF_PICTURES)]


def sheet(width: float, height: float) -> Picture:
    """Return an empty picture of a size in inches, known to no window and no pyplot."""
    picture = Picture(figsize=(width, height), dpi=DPI, facecolor="white")
    FigureCanvasAgg(picture)
    return picture


def png(picture: Figure) -> bytes:
    """Return a picture as PNG; the same picture gives the same bytes."""
    return _saved(picture, "png", {"Software": None})


def pdf(picture: Figure) -> bytes:
    """Return a picture as PDF of lines and letters; the same picture gives the same bytes."""
    return _saved(picture, "pdf", {"CreationDate": None})


def plain_axes(axes: Axes) -> None:
    """Leave of the frame of `axes` the left and the lower side, with faint lines across."""
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.grid(visible=True, axis="y", color="#e4e4e4", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(length=2.5, width=0.6)


def numbered(axes: Axes, which: str, ticks: Iterable[float], families: Iterable[str]) -> None:
    """Write the numbers `ticks` along an axis (``"x"`` or ``"y"``), thousands apart."""
    places = list(ticks)
    labels = [drawable(f"{tick:,.10g}", tuple(families)) for tick in places]
    (axes.set_xticks if which == "x" else axes.set_yticks)(places, labels)


def _saved(picture: Figure, kind: str, metadata: dict[str, Any]) -> bytes:
    """Return the bytes of a saved picture."""
    buffer = BytesIO()
    picture.savefig(buffer, format=kind, dpi=DPI, metadata=metadata)
    return buffer.getvalue()
