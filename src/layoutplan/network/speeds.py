"""How fast each kind of traveler moves on each segment, and how long that takes."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layoutplan.core.network import MODE_BIT, RoadNetwork, SegmentTimes, Slopes
from layoutplan.core.rules import Band
from layoutplan.core.schema import Mode
from layoutplan.core.speeds import MS_KM_PER_METER_HOUR, RoadSpeeds, Scenario, Traveler
from layoutplan.core.travel_times import UNREACHED_MS
from layoutplan.network.scenario import by_class, closed_segments, is_steep, share_left

_ANY = "any"  # the row for every class that has none of its own
_FALLBACK = "unclassified"  # the class whose speed stands in for an unknown one
_CLASS_TABLES = ("walk", "bike", "car", "bus_cap")
_STANDSTILL_KMH = 0.001  # a meter an hour: nobody who is slower arrives


@cache
def speed_table() -> dict[str, dict[str, float]]:
    """Return the built-in speeds: ``walk``, ``bike``, ``car``, ``bus_cap`` -> class -> km/h.

    The row ``any`` holds for every class without a row of its own. The numbers and the source of
    each stand in ``speeds.toml`` beside this file.
    """
    return {table: _kmh(table) for table in _CLASS_TABLES}


@cache
def speed_sources() -> dict[str, str]:
    """Return where the speeds come from: key -> source, as ``speeds.toml`` cites them."""
    return dict(_file()["sources"])


@cache
def pace_by_grade() -> dict[int, float]:
    """Return how fast the youngest walk on level ground: school grade -> km/h.

    Grade 0 is the year before grade 1. Grades that are not listed walk as
    ``speed_table()["walk"]["any"]`` says.
    """
    return {int(grade): kmh for grade, kmh in _kmh("walk_by_grade").items()}


def traveler_of(band: Band, scenario: Scenario | None = None) -> Traveler:
    """Return as what the pupils of a band travel: their mode, and their pace on level ground.

    The pace is the band's own where it has one, else that of its youngest grade, for whom all
    others wait; a scenario leaves its `walk_share` of it.

    Examples
    --------
    >>> traveler_of(Band("g1_3", "walk", 30.0, grades=(1, 2, 3))).walking_kmh
    4.2
    """
    kmh = band.walking_kmh
    if kmh is None:
        usual = speed_table()["walk"][_ANY]
        kmh = pace_by_grade().get(min(band.grades), usual) if band.grades else usual
    return Traveler(band.mode, kmh * (scenario.walk_share if scenario else 1.0))


def segment_kmh(
    roads: RoadNetwork,
    traveler: Traveler,
    speeds: RoadSpeeds,
    *,
    slopes: Slopes | None = None,
    bends: NDArray[np.float64] | None = None,
    scenario: Scenario | None = None,
) -> NDArray[np.float64]:
    """Return the speed of a traveler on each segment as if it were level, whoever may go there.

    In this order:

    1. The speed of the class. On foot it is the traveler's pace, by bike the built-in speed. A car
       drives what the scenario says for the class, else the planner, else the built-in table, else
       what holds for an unclassified road; and never more than the posted limit.
    2. A bus drives as a car does, but never faster than the law lets a school bus with pupils in
       it: 80 km/h on expressways, 60 km/h on other roads; and 20 km/h where the road is steep or
       bends sharply, once the planner has said from where on it is (校车安全管理条例).
    3. Of this speed a scenario leaves a share: `speed_share` times `class_share` times, where it
       is steep, `steep_share`. The `walk_share` is in the traveler's pace already.
    4. A bus drives no faster than the scenario's `bus_max_kmh`.
    5. What the scenario closes has speed 0.

    Parameters
    ----------
    roads : RoadNetwork
        Roads as read.
    traveler : Traveler
        From :func:`traveler_of`, with the same scenario.
    speeds : RoadSpeeds
        What the planner says of speeds.
    slopes : Slopes, optional
        Without them no road is steep.
    bends : (m,) float64, optional
        Radius in meters of the sharpest bend of each segment; without it no road bends.
    scenario : Scenario, optional
        None for the usual state of the roads.

    Returns
    -------
    (m,) float64
        km/h, in the order of the segments.
    """
    kmh = _class_kmh(roads, traveler, speeds, scenario)
    if traveler.mode == "bus":
        kmh = np.minimum(kmh, _bus_caps(roads, speeds, slopes, bends))
    if scenario is None:
        return kmh
    kmh = kmh * share_left(roads, scenario, slopes)
    if traveler.mode == "bus" and scenario.bus_max_kmh is not None:
        kmh = np.minimum(kmh, scenario.bus_max_kmh)
    return np.where(closed_segments(roads, scenario), 0.0, kmh)


def segment_times(
    roads: RoadNetwork,
    traveler: Traveler,
    speeds: RoadSpeeds,
    *,
    slopes: Slopes | None = None,
    bends: NDArray[np.float64] | None = None,
    scenario: Scenario | None = None,
) -> SegmentTimes:
    """Return how long a traveler takes along each segment, in both directions.

    Whole milliseconds, ``max(1, round(meters / (km/h) * 3600))``; `UNREACHED_MS` where the mode is
    not allowed in that direction, or the scenario closes the road. On foot, `slopes` make the way
    longer uphill than downhill, except on the water; in other modes only their grade counts, as
    :func:`segment_kmh` says, where the parameters stand too.
    """
    kmh = segment_kmh(roads, traveler, speeds, slopes=slopes, bends=bends, scenario=scenario)
    is_moving = kmh >= _STANDSTILL_KMH
    level_ms = np.full(roads.n_segments, np.inf)
    level_ms[is_moving] = roads.meters[is_moving] / kmh[is_moving] * MS_KM_PER_METER_HOUR
    forward_ms, backward_ms = level_ms, level_ms
    if traveler.mode == "walk" and slopes is not None:
        is_walked = by_class(roads, dict.fromkeys(_own_rows("walk"), 0.0), default=1.0) > 0
        forward_ms = np.where(is_walked, slopes.walk_forward, 1.0) * level_ms
        backward_ms = np.where(is_walked, slopes.walk_backward, 1.0) * level_ms
    bit = MODE_BIT[traveler.mode]
    return SegmentTimes(
        forward_ms=_whole_ms(forward_ms, (roads.forward & bit) > 0),
        backward_ms=_whole_ms(backward_ms, (roads.backward & bit) > 0),
    )


def bus_cap_kmh(road_class: str) -> float:
    """Return the most that a school bus with pupils in it may drive on `road_class`, km/h."""
    caps = speed_table()["bus_cap"]
    return caps.get(road_class, caps[_ANY])


def classes_without_speed(
    roads: RoadNetwork, mode: Mode, speeds: RoadSpeeds, scenario: Scenario | None = None
) -> tuple[str, ...]:
    """Return the classes of `roads` that go at the speed of an unclassified road for want of one.

    Only classes that `mode` may use somewhere; always empty for walking and cycling, which are
    about as fast on every road.
    """
    if mode in ("walk", "bike"):
        return ()
    known = speed_table()["car"].keys() | _given_kmh(speeds, scenario).keys()
    is_open = ((roads.forward | roads.backward) & MODE_BIT[mode]) > 0
    used = set(np.unique(roads.road_class[is_open]).tolist())
    return tuple(
        name
        for position, name in enumerate(roads.class_names)
        if position in used and name not in known
    )


def classes_over_cap(
    roads: RoadNetwork, speeds: RoadSpeeds, scenario: Scenario | None = None
) -> tuple[str, ...]:
    """Return the classes of `roads` to which the planner gave a speed over the school bus's cap."""
    return tuple(
        name
        for name, kmh in _given_kmh(speeds, scenario).items()
        if name in roads.class_names and kmh > bus_cap_kmh(name)
    )


def _class_kmh(
    roads: RoadNetwork, traveler: Traveler, speeds: RoadSpeeds, scenario: Scenario | None
) -> NDArray[np.float64]:
    """Return the speed of the class of each segment, and no more than its posted limit."""
    if traveler.mode == "walk":
        return by_class(roads, _own_rows("walk"), default=traveler.walking_kmh)
    if traveler.mode == "bike":
        return by_class(roads, _own_rows("bike"), default=speed_table()["bike"][_ANY])
    car = speed_table()["car"] | _given_kmh(speeds, scenario)
    kmh = by_class(roads, car, default=car[_FALLBACK])
    return np.fmin(kmh, roads.max_kmh.astype(np.float64))


def _bus_caps(
    roads: RoadNetwork,
    speeds: RoadSpeeds,
    slopes: Slopes | None,
    bends: NDArray[np.float64] | None,
) -> NDArray[np.float64]:
    """Return the most that a school bus with pupils in it may drive on each segment, km/h."""
    caps = by_class(roads, _own_rows("bus_cap"), default=speed_table()["bus_cap"][_ANY])
    at_danger = _kmh("bus_cap_at_danger")
    caps[is_steep(roads, slopes, speeds.steep_percent)] = at_danger["steep"]
    if bends is not None and speeds.bend_meters is not None:
        caps[bends < speeds.bend_meters] = at_danger["bend"]
    return caps


def _given_kmh(speeds: RoadSpeeds, scenario: Scenario | None) -> dict[str, float]:
    """Return the speeds that the planner gives by class, the scenario's over the others."""
    return {**speeds.class_kmh, **(scenario.class_kmh if scenario else {})}


def _own_rows(table: str) -> dict[str, float]:
    """Return the rows of a table of classes but the one for all others."""
    return {name: kmh for name, kmh in speed_table()[table].items() if name != _ANY}


def _whole_ms(
    milliseconds: NDArray[np.float64], is_allowed: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Return whole milliseconds, at least 1; `UNREACHED_MS` for who may not go or never arrives."""
    whole = np.full(len(milliseconds), UNREACHED_MS, dtype=np.int64)
    is_open = is_allowed & np.isfinite(milliseconds)
    whole[is_open] = np.maximum(np.rint(milliseconds[is_open]), 1.0).astype(np.int64)
    return whole


def _kmh(table: str) -> dict[str, float]:
    """Return the rows of a table without their sources."""
    return {name: float(row["kmh"]) for name, row in _file()[table].items()}


@cache
def _file() -> dict[str, dict[str, Any]]:
    """Read ``speeds.toml``."""
    text = files("layoutplan.network").joinpath("speeds.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
