"""One route, as GeoJSON and as a table to read."""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely

from layoutplan.core.case import Case
from layoutplan.core.route import Route
from layoutplan.core.schema import MS_PER_MINUTE
from layoutplan.texts import Language, text

_COLUMNS: Final = ("leg", "road_class", "way_id", "meters", "kmh", "minutes")
_NUMBERS: Final = ("meters", "kmh", "minutes")  # to the right
_LONLAT_DECIMALS: Final = 7  # a centimeter


def route_geojson(route: Route) -> dict[str, object]:
    """Return a route as a GeoJSON FeatureCollection (RFC 7946): a feature for each leg.

    The members of the whole trip (``village_id``, ``school_id``, ``band``, ``mode``, ``minutes``)
    stand beside the features; each feature has those of its leg as properties.
    """
    legs = route.legs
    features = [
        {
            "type": "Feature",
            "properties": {
                "village_id": route.village_id,
                "school_id": route.school_id,
                "band": route.band,
                "leg": leg.leg,
                "mode": leg.mode,
                "road_class": leg.road_class,
                "way_id": leg.way_id,
                "meters": round(leg.meters, 1),
                "kmh": round(leg.kmh, 2) if np.isfinite(leg.kmh) else None,
                "milliseconds": int(leg.milliseconds),
                "minutes": leg.milliseconds / MS_PER_MINUTE,
            },
            "geometry": {
                "type": "LineString",
                "coordinates": shapely.get_coordinates(leg.geometry)
                .round(_LONLAT_DECIMALS)
                .tolist(),
            },
        }
        for leg in legs.itertuples()
    ]
    return {
        "type": "FeatureCollection",
        "village_id": route.village_id,
        "school_id": route.school_id,
        "band": route.band,
        "mode": route.mode,
        "minutes": route.minutes,
        "meters": round(float(legs["meters"].sum()), 1),
        "features": features,
    }


def route_lines(case: Case, route: Route, language: Language) -> tuple[str, ...]:
    """Return a route in words: from where to where, then its legs as a table with their sum."""
    title = text(
        "cli.route.title",
        language,
        village=case.villages["name"][route.village_id] or route.village_id,
        school=case.schools["name"][route.school_id] or route.school_id,
        band=case.band(route.band).label(language),
        mode=text(f"map.mode.{route.mode}", language),
        minutes=f"{route.minutes:.2f}",
    )
    return title, *_table(route, language)


def _table(route: Route, language: Language) -> tuple[str, ...]:
    """Return the legs as the lines of a table, with their sum."""
    rows = [tuple(text(f"cli.route.column.{column}", language) for column in _COLUMNS)]
    rows += [
        (
            text(f"cli.route.leg.{leg.leg}", language),
            leg.road_class,
            leg.way_id,
            f"{leg.meters:,.0f}",
            f"{leg.kmh:.1f}" if np.isfinite(leg.kmh) else "",
            f"{leg.milliseconds / MS_PER_MINUTE:.2f}",
        )
        for leg in route.legs.itertuples()
    ]
    together = text("cli.route.sum", language)
    meters = f"{route.legs['meters'].sum():,.0f}"
    rows.append((together, "", "", meters, "", f"{route.minutes:.2f}"))
    widths = [max(map(_width, cells)) for cells in zip(*rows, strict=True)]
    return tuple("  ".join(map(_padded, row, widths, _COLUMNS)).rstrip() for row in rows)


def _width(cell: str) -> int:
    """Return how many columns of a terminal a cell takes."""
    from rich.cells import cell_len  # only where there is a table to print

    return cell_len(cell)


def _padded(cell: str, width: int, column: str) -> str:
    """Return a cell with spaces, of which a Chinese character takes two."""
    spaces = " " * (width - _width(cell))
    return spaces + cell if column in _NUMBERS else cell + spaces
