"""How cells of a workbook look: fonts, number formats, colors, the same as on the map."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from layoutplan.report import palette
from layoutplan.texts import Language

if TYPE_CHECKING:
    from xlsxwriter import Workbook

INK: Final = "#222222"
ACCENT: Final = palette.ACTIONS["keep"][1]
TODAY: Final = "#9a9a9a"
PLANNED: Final = ACCENT
OVER: Final = palette.MINUTES[-1]
NEAR: Final = "#dcd3ea"  # a light tint of the scale of minutes
BAR: Final = palette.MINUTES[0]
_GRAY: Final = "#7a7a7a"
_LINE: Final = "#d9d9d9"
_HEAD: Final = "#e8eef6"
_FONTS: Final[dict[Language, dict[str, object]]] = {
    "en": {"font_name": "Calibri", "font_size": 11},
    "zh": {"font_name": "微软雅黑", "font_size": 10},
}
# Of each action the shape of the map as a sign that stands fully in the basic fonts.
_SHAPES: Final = {"square": "■", "cross": "×", "triangle": "▲", "diamond": "◆", "pentagon": "⬟"}

_NUMBERS: Final = {
    "count": "#,##0",
    "change": "+#,##0;-#,##0;0",
    "added": "+#,##0.0;-#,##0.0;0",
    "minutes": "#,##0.0",
    "minutes_change": "+#,##0.0;-#,##0.0;0.0",
    "share": "0.0%",
    "share_change": "+0.0%;-0.0%;0.0%",
    "index": "0.000",
    "index_change": "+0.000;-0.000;0.000",
    "money": "#,##0.00",
    "money_change": "+#,##0.00;-#,##0.00;0.00",
    "number": "General",
    "tenth": "#,##0.0",
    "gap": "0.00%",
}
NUMERIC: Final = frozenset(_NUMBERS)

Styles = Mapping[str, Any]
"""Name of a style -> format of the workbook."""


def font_of(language: Language) -> dict[str, object]:
    """Return the font of a workbook in `language`, with which its columns are measured."""
    return _FONTS[language]


def styles(workbook: Workbook) -> Styles:
    """Return every style of a workbook, by name.

    Cells that hold text have the format of text: what looks like a formula stays a text even
    where somebody edits the cell.
    """
    cell = {"valign": "top", "bottom": 4, "bottom_color": _LINE, "font_color": INK}
    as_text = {**cell, "num_format": "@", "align": "left", "indent": 1}
    # Older versions of Excel show long texts in the format of text as "####".
    long_text = {**as_text, "num_format": "General", "quote_prefix": True}
    named: dict[str, dict[str, object]] = {
        "text": as_text,
        "prose": {**long_text, "text_wrap": True},
        "strong": {**as_text, "bold": True},
        "setting": {**cell, "align": "left", "indent": 1},
        "code": {**as_text, "font_color": _GRAY},
        "word": {**cell, "num_format": "@", "align": "right", "italic": True, "font_color": _GRAY},
        "heading": {
            "bold": True, "text_wrap": True, "valign": "vcenter", "align": "center",
            "bg_color": _HEAD, "top": 1, "top_color": ACCENT, "num_format": "@",
        },
        "key": {
            "font_color": _GRAY, "font_size": 8, "bg_color": _HEAD,
            "bottom": 1, "bottom_color": ACCENT, "num_format": "@", "shrink": True,
        },
        "title": {"bold": True, "font_size": 18, "font_color": INK, "num_format": "@"},
        "part": {
            "bold": True, "font_size": 12, "font_color": ACCENT, "num_format": "@",
            "bottom": 1, "bottom_color": ACCENT,
        },
        "proof": {
            "bold": True, "font_color": "#ffffff", "bg_color": ACCENT, "num_format": "@",
            "valign": "vcenter", "text_wrap": True, "indent": 1,
        },
        "evidence": {
            "bold": True, "border": 1, "border_color": palette.ACTIONS["merge"][1],
            "font_color": INK, "num_format": "@", "valign": "vcenter", "text_wrap": True,
            "indent": 1,
        },
        "small": {"font_color": _GRAY, "font_size": 9, "num_format": "@", "text_wrap": True,
                  "valign": "top"},
        "plain": {
            "num_format": "@", "text_wrap": True, "valign": "top", "font_color": INK,
            "align": "left", "indent": 1,
        },
        "link": {**as_text, "font_color": ACCENT, "underline": 1},
        "better": {**as_text, "font_color": palette.ACTIONS["open"][1], "bold": True},
        "worse": {**as_text, "font_color": palette.ACTIONS["merge"][1], "bold": True},
        "warning": {**as_text, "font_color": palette.ACTIONS["merge"][1], "bold": True},
        "error": {**as_text, "font_color": "#ffffff", "bg_color": OVER, "bold": True},
        **{name: {**cell, "num_format": form} for name, form in _NUMBERS.items()},
        **{f"action_{name}": {**as_text, **_of_action(name)} for name in palette.ACTIONS},
    }  # fmt: skip
    found: dict[str, Any] = {name: workbook.add_format(look) for name, look in named.items()}
    # Formats that are laid over a cell where a condition holds.
    found["is_over"] = workbook.add_format(
        {"bg_color": OVER, "font_color": "#ffffff", "bold": True}
    )
    found["is_near"] = workbook.add_format({"bg_color": NEAR})
    return found


def _of_action(action: str) -> dict[str, object]:
    """Return the look of an action: color and shape, the shape by the number format."""
    shape, color = palette.ACTIONS[action]
    return {"num_format": f'"{_SHAPES[shape]} "@', "font_color": color, "bold": True}
