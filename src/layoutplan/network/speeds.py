"""How fast each mode moves on each segment."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layoutplan.core.network import MODE_BIT, RoadNetwork
from layoutplan.core.schema import Mode

_ANY = "any"  # the row for every class that has none of its own
_FALLBACK = "unclassified"  # the class whose speed stands in for an unknown one


@cache
def speed_table() -> dict[str, dict[str, float]]:
    """Return the built-in speeds: ``walk``, ``bike``, ``car``, ``bus_cap`` -> class -> km/h.

    The row ``any`` holds for every class without a row of its own. The numbers and the source of
    each stand in ``speeds.toml`` beside this file.
    """
    return {
        table: {road_class: float(row["kmh"]) for road_class, row in rows.items()}
        for table, rows in _file().items()
        if table != "sources"
    }


@cache
def speed_sources() -> dict[str, str]:
    """Return where the speeds come from: key -> source, as ``speeds.toml`` cites them."""
    return dict(_file()["sources"])


def walking_kmh() -> float:
    """Return the speed on foot on a plain path, km/h: from a village to the road, for instance."""
    return speed_table()["walk"][_ANY]


def segment_kmh(roads: RoadNetwork, mode: Mode) -> NDArray[np.float64]:
    """Return the speed of `mode` on each segment, whether or not it may go there.

    On foot and by bike the speed depends on the class only. A car drives the planner's own speed
    for the class, else the built-in one, else that of an unclassified road, and never more than the
    posted limit. A bus drives as a car does, but never faster than the law lets a school bus with
    pupils in it: 80 km/h on expressways and 60 km/h on other roads (校车安全管理条例).

    Returns
    -------
    (m,) float64
        km/h, in the order of the segments.
    """
    if mode in ("walk", "bike"):
        table = speed_table()[mode]
        return _by_class(roads, {name: table.get(name, table[_ANY]) for name in roads.class_names})
    car = speed_table()["car"] | roads.class_kmh
    by_class = {name: car.get(name, car[_FALLBACK]) for name in roads.class_names}
    if mode == "bus":
        by_class = {name: min(kmh, bus_cap_kmh(name)) for name, kmh in by_class.items()}
    return np.fmin(_by_class(roads, by_class), roads.max_kmh.astype(np.float64))


def bus_cap_kmh(road_class: str) -> float:
    """Return the most that a school bus with pupils in it may drive on `road_class`, km/h."""
    caps = speed_table()["bus_cap"]
    return caps.get(road_class, caps[_ANY])


def classes_without_speed(roads: RoadNetwork, mode: Mode) -> tuple[str, ...]:
    """Return the classes of `roads` that go at the speed of an unclassified road for want of one.

    Only classes that `mode` may use somewhere; always empty for walking and cycling, which are
    about as fast on every road.
    """
    if mode in ("walk", "bike"):
        return ()
    known = speed_table()["car"] | roads.class_kmh
    is_open = ((roads.forward | roads.backward) & MODE_BIT[mode]) > 0
    used = set(np.unique(roads.road_class[is_open]).tolist())
    return tuple(
        name
        for position, name in enumerate(roads.class_names)
        if position in used and name not in known
    )


def classes_over_cap(roads: RoadNetwork) -> tuple[str, ...]:
    """Return the classes of `roads` to which the planner gave a speed over the school bus's cap."""
    return tuple(
        name
        for name, kmh in roads.class_kmh.items()
        if name in roads.class_names and kmh > bus_cap_kmh(name)
    )


def _by_class(roads: RoadNetwork, kmh: dict[str, float]) -> NDArray[np.float64]:
    """Return for each segment the value of its class."""
    return np.array([kmh[name] for name in roads.class_names], dtype=np.float64)[roads.road_class]


@cache
def _file() -> dict[str, dict[str, Any]]:
    """Read ``speeds.toml``."""
    text = files("layoutplan.network").joinpath("speeds.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
