"""Styles of QGIS as it stores them beside layers: XML, called QML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

_QGIS_VERSION: Final = "3.28.0"  # the oldest whose way of writing styles this is
_EXPRESSION: Final = "3"  # what QGIS calls a property that is computed by an expression
_MARKER: Final = {"cross": "cross2"}  # QGIS' own names, where they differ

# Kind of symbol, class of its layer, options, and options that are computed by expressions.
Symbol = tuple[str, str, Mapping[str, object], Mapping[str, str]]


def style(renderer: Element, label_field: str = "") -> str:
    """Return the whole style around a renderer."""
    root = Element(
        "qgis",
        version=_QGIS_VERSION,
        styleCategories="Symbology|Labeling",
        labelsEnabled=str(int(bool(label_field))),
    )
    root.append(renderer)
    if label_field:
        settings = SubElement(SubElement(root, "labeling", type="simple"), "settings")
        words = SubElement(
            settings,
            "text-style",
            fieldName=label_field,
            isExpression="0",
            fontSize="8",
            fontSizeUnit="Point",
            textColor="34,34,34,255",
        )
        SubElement(
            words,
            "text-buffer",
            bufferDraw="1",
            bufferSize="0.8",
            bufferSizeUnits="MM",
            bufferColor="255,255,255,220",
        )
        SubElement(settings, "placement", placement="6", dist="1", distUnits="MM")
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + tostring(
        root, encoding="unicode"
    )


def renderer(kind: str, **attributes: str) -> Element:
    """Return an empty renderer."""
    return Element(
        "renderer-v2",
        {"type": kind, "enableorderby": "0", "forceraster": "0", "symbollevels": "0", **attributes},
    )


def single(symbol: Symbol) -> Element:
    """Return a renderer that draws everything alike."""
    drawn = renderer("singleSymbol")
    add_symbols(drawn, [symbol])
    return drawn


def categorized(
    attribute: str, categories: Sequence[tuple[str, str, Symbol]], value_type: str
) -> Element:
    """Return a renderer by value: ``(value, label, symbol)`` of each."""
    drawn = renderer("categorizedSymbol", attr=attribute)
    table = SubElement(drawn, "categories")
    for position, (value, label, _) in enumerate(categories):
        SubElement(
            table,
            "category",
            render="true",
            symbol=str(position),
            value=value,
            type=value_type,
            label=label,
        )
    add_symbols(drawn, [symbol for *_, symbol in categories])
    return drawn


def add_symbols(renderer: Element, symbols: Sequence[Symbol]) -> None:
    """Add numbered symbols to a renderer."""
    table = SubElement(renderer, "symbols")
    for position, (kind, layer_class, options, expressions) in enumerate(symbols):
        symbol = SubElement(
            table,
            "symbol",
            {"name": str(position), "type": kind, "alpha": "1", "clip_to_extent": "1"},
        )
        layer = SubElement(
            symbol, "layer", {"class": layer_class, "enabled": "1", "locked": "0", "pass": "0"}
        )
        table_of_options = SubElement(layer, "Option", type="Map")
        for name, value in options.items():
            SubElement(table_of_options, "Option", name=name, type="QString", value=str(value))
        if expressions:
            layer.append(_data_defined(expressions))


def _data_defined(expressions: Mapping[str, str]) -> Element:
    """Return the properties of a symbol that come from expressions."""
    root = Element("data_defined_properties")
    table = SubElement(root, "Option", type="Map")
    SubElement(table, "Option", name="name", type="QString", value="")
    properties = SubElement(table, "Option", name="properties", type="Map")
    for name, expression in expressions.items():
        one = SubElement(properties, "Option", name=name, type="Map")
        SubElement(one, "Option", name="active", type="bool", value="true")
        SubElement(one, "Option", name="expression", type="QString", value=expression)
        SubElement(one, "Option", name="type", type="int", value=_EXPRESSION)
    SubElement(table, "Option", name="type", type="QString", value="collection")
    return root


def marker(
    shape: str, color: str, millimeters: float, expressions: Mapping[str, str] | None = None
) -> Symbol:
    """Return a point symbol; a cross is drawn by its outline only."""
    is_cross = shape == "cross"
    options = {
        "name": _MARKER.get(shape, shape),
        "color": rgba(color),
        "outline_color": rgba(color if is_cross else "#333333"),
        "outline_style": "solid",
        "outline_width": 0.9 if is_cross else 0.2,
        "outline_width_unit": "MM",
        "size": millimeters,
        "size_unit": "MM",
    }
    return "marker", "SimpleMarker", options, expressions or {}


def line(color: str, pixels: float, dashes: str = "solid") -> Symbol:
    """Return a line symbol; `dashes` is a style of QGIS such as ``"dash"``."""
    options = {
        "line_color": rgba(color),
        "line_style": dashes,
        "line_width": round(pixels / 4, 2),
        "line_width_unit": "MM",
        "capstyle": "round",
        "joinstyle": "round",
    }
    return "line", "SimpleLine", options, {}


def fill(color: str, alpha: int, outline: str, width: float, dashes: str = "solid") -> Symbol:
    """Return an area symbol; `alpha` 0 leaves only its outline, 255 hides what is below."""
    options = {
        "color": rgba(color, alpha),
        "style": "solid",
        "outline_color": rgba(outline),
        "outline_style": dashes,
        "outline_width": width,
        "outline_width_unit": "MM",
    }
    return "fill", "SimpleFill", options, {}


def arrow() -> Symbol:
    """Return an arrow along a line, in the color of merged schools."""
    options = {
        "arrow_type": 0,
        "head_type": 0,
        "is_curved": 0,
        "is_repeated": 0,
        "arrow_start_width": 0.5,
        "arrow_start_width_unit": "MM",
        "arrow_width": 0.5,
        "arrow_width_unit": "MM",
        "head_length": 2.4,
        "head_length_unit": "MM",
        "head_thickness": 1.4,
        "head_thickness_unit": "MM",
    }
    return "line", "ArrowLine", options, {}


def rgba(color: str, alpha: int = 255) -> str:
    """Return ``#rrggbb`` in the form of QGIS: ``r,g,b,alpha``."""
    red, green, blue = (int(color[start : start + 2], 16) for start in (1, 3, 5))
    return f"{red},{green},{blue},{alpha}"
