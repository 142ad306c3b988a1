"""What the tags of OpenStreetMap say: who may use a road, in which direction, how fast.

Pure functions over the tags of one way, used by every reader whose roads carry such tags. The
rules follow the wiki of OpenStreetMap and, where it leaves a choice, the routing profiles of OSRM
(``car.lua``, ``bicycle.lua``, ``foot.lua`` in https://github.com/Project-OSRM/osrm-backend):

- which mode may use which class by default:
  https://wiki.openstreetmap.org/wiki/OSM_tags_for_routing/Access_restrictions
- the more special key counts before the more general one:
  https://wiki.openstreetmap.org/wiki/Key:access
- one-way roads: https://wiki.openstreetmap.org/wiki/Key:oneway
- barriers: https://wiki.openstreetmap.org/wiki/Key:barrier

Tracks are open to cars and buses unless tagged otherwise: in the country they are often the only
road to a village, and the speed of their class keeps them slow. Not read: restrictions by time or
weight, keys for one direction only (``bicycle:backward``), turn restrictions, ferries (no
timetable tells what a pupil waits) and areas that may be crossed anywhere.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from layoutplan.core.network import ALL_MODES, MODE_BIT
from layoutplan.core.schema import MODES, Mode

WALK, BIKE, BUS, CAR = (MODE_BIT[mode] for mode in ("walk", "bike", "bus", "car"))

_LINKED = ("trunk", "primary", "secondary", "tertiary")
MODES_OF_CLASS: Final[dict[str, int]] = {
    **dict.fromkeys(("motorway", "motorway_link"), BUS | CAR),
    **dict.fromkeys((*_LINKED, *(f"{name}_link" for name in _LINKED)), ALL_MODES),
    **dict.fromkeys(("unclassified", "residential", "living_street"), ALL_MODES),
    **dict.fromkeys(("service", "road", "track"), ALL_MODES),
    **dict.fromkeys(("busway", "bus_guideway"), BUS),
    **dict.fromkeys(("footway", "pedestrian", "steps", "corridor"), WALK),
    "path": WALK | BIKE,
    "cycleway": BIKE,
    "bridleway": 0,
}
"""Road classes of OpenStreetMap -> bits of the modes that may use them where no tag says more."""

NOT_ROADS: Final = frozenset(
    {
        "abandoned", "bus_stop", "construction", "crossing", "demolished", "disused", "elevator",
        "emergency_bay", "escape", "ladder", "no", "planned", "platform", "proposed", "raceway",
        "razed", "rest_area", "services", "via_ferrata",
    }
)  # fmt: skip
"""Values of ``highway`` that nobody travels on: not built, gone, or no road at all."""

_ACCESS_KEYS: Final[dict[Mode, tuple[str, ...]]] = {
    "walk": ("foot",),
    "bike": ("bicycle", "vehicle"),
    "bus": ("bus", "psv", "motor_vehicle", "vehicle"),
    "car": ("motorcar", "motor_vehicle", "vehicle"),
}
_ONEWAY_KEYS: Final[dict[Mode, tuple[str, ...]]] = {
    "walk": ("oneway:foot",),
    "bike": ("oneway:bicycle", "oneway"),
    "bus": ("oneway:bus", "oneway:psv", "oneway"),
    "car": ("oneway",),
}
_CONTRAFLOW_KEYS: Final[dict[Mode, tuple[str, ...]]] = {
    "walk": (),
    "bike": ("cycleway", "cycleway:left", "cycleway:right", "cycleway:both"),
    "bus": ("busway", "busway:left", "busway:right"),
    "car": (),
}
_SPEED_KEYS: Final = ("maxspeed", "maxspeed:forward", "maxspeed:backward")

ACCESS_KEYS: Final = tuple(
    dict.fromkeys(("access", *(key for mode in MODES for key in _ACCESS_KEYS[mode])))
)
TAG_KEYS: Final = tuple(
    dict.fromkeys(
        (
            *("highway", "area", "junction", "motorroad", "smoothness"),
            *ACCESS_KEYS,
            *(key for mode in MODES for key in (*_ONEWAY_KEYS[mode], *_CONTRAFLOW_KEYS[mode])),
            *_SPEED_KEYS,
        )
    )
)
"""The keys that :func:`road_use` looks at; all others may be left out."""

_CLOSED: Final = frozenset(
    {
        "no", "private", "agricultural", "forestry", "emergency", "military", "restricted",
        "use_sidepath", "dismount",
    }
)  # fmt: skip
_OPEN: Final = frozenset({"yes", "designated", "permissive", "official", "destination"})
_WITH_THE_LINE: Final = frozenset({"yes", "true", "1", "f"})  # f, t, b: Geofabrik's shapefiles
_AGAINST_THE_LINE: Final = frozenset({"-1", "reverse", "t"})

_MODES_STOPPED: Final[dict[str, int]] = {
    **dict.fromkeys(("bollard", "block", "chain", "debris", "jersey_barrier"), BUS | CAR),
    **dict.fromkeys(("log", "planter", "cycle_barrier", "motorcycle_barrier"), BUS | CAR),
    **dict.fromkeys(("stile", "kissing_gate", "turnstile"), BIKE | BUS | CAR),
    "full-height_turnstile": BIKE | BUS | CAR,
    "bus_trap": CAR,
}

_KMH_PER_MPH: Final = 1.609344
_SPEED: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(mph|km/h|kmh|kph)?")


@dataclass(frozen=True)
class RoadUse:
    """Who may use a road.

    Parameters
    ----------
    road_class : str
        The value of ``highway``, links as classes of their own.
    forward, backward : int
        Bits of `MODE_BIT` for the modes allowed along the line, against it.
    max_kmh : float
        Posted limit in km/h, NaN where none is known.
    """

    road_class: str
    forward: int
    backward: int
    max_kmh: float = math.nan

    @property
    def is_usable(self) -> bool:
        """Whether anybody may use the road in any direction."""
        return bool(self.forward | self.backward)


def road_use(tags: Mapping[str, str], *, unknown_class: int = 0) -> RoadUse:
    """Return who may use a way with these tags.

    Parameters
    ----------
    tags : Mapping
        Tags of the way; keys outside `TAG_KEYS` do not matter.
    unknown_class : int
        Bits of the modes that may use a class that OpenStreetMap does not know: none by default,
        as in OSRM; a planner's own line file may hold classes of her own.

    Examples
    --------
    >>> use = road_use({"highway": "residential", "oneway": "yes", "maxspeed": "30"})
    >>> use.forward == ALL_MODES, use.backward == WALK, use.max_kmh
    (True, True, 30.0)
    """
    road_class = tags.get("highway") or ""
    modes = _modes(tags, road_class, unknown_class)
    forward = backward = 0
    for mode in MODES:
        bit = modes & MODE_BIT[mode]
        with_line, against_line = _directions(tags, mode)
        forward |= bit * with_line
        backward |= bit * against_line
    return RoadUse(road_class, forward, backward, max_kmh(tags))


def barrier_stops(tags: Mapping[str, str]) -> int:
    """Return the bits of the modes that cannot pass a node with these tags.

    An access tag on the node counts before the kind of barrier; gates without one are open, as in
    the profiles of OSRM.

    Examples
    --------
    >>> barrier_stops({"barrier": "gate"}), barrier_stops({"barrier": "bollard"}) == BUS | CAR
    (0, True)
    """
    passing = ALL_MODES & ~_MODES_STOPPED.get(tags.get("barrier", ""), 0)
    return ALL_MODES & ~_after_access_tags(tags, passing)


def max_kmh(tags: Mapping[str, str]) -> float:
    """Return the posted limit in km/h, NaN where there is none in numbers.

    Of several numbers the lowest counts. Words (``none``, ``walk``, ``signals``, ``CN:urban``)
    are no numbers: there the usual speed of the class is the better guess.

    Examples
    --------
    >>> max_kmh({"maxspeed": "50"}), max_kmh({"maxspeed": "CN:urban"})
    (50.0, nan)
    """
    values = [tags.get("maxspeed")] if tags.get("maxspeed") else map(tags.get, _SPEED_KEYS[1:])
    limits = [
        float(match[1]) * (_KMH_PER_MPH if match[2] == "mph" else 1.0)
        for value in values
        for part in re.split("[;|]", value or "")
        if (match := _SPEED.fullmatch(part.strip().lower()))
    ]
    return min((limit for limit in limits if limit > 0), default=math.nan)


def _modes(tags: Mapping[str, str], road_class: str, unknown_class: int) -> int:
    """Return the bits of the modes that may use the way, whatever the direction."""
    if road_class in NOT_ROADS or tags.get("area") == "yes":
        return 0
    usual = MODES_OF_CLASS.get(road_class, unknown_class)
    if not usual and road_class not in MODES_OF_CLASS:
        return 0
    if tags.get("motorroad") == "yes":
        usual &= BUS | CAR
    modes = _after_access_tags(tags, usual)
    if road_class in ("steps", "corridor") or tags.get("smoothness") == "impassable":
        modes &= WALK
    return modes


def _after_access_tags(tags: Mapping[str, str], usual: int) -> int:
    """Return the bits `usual` with those modes taken away or added that an access tag names."""
    modes = usual
    for mode, keys in _ACCESS_KEYS.items():
        key = next((key for key in (*keys, "access") if tags.get(key)), None)
        if key is None:
            continue
        values = {value.strip() for value in tags[key].lower().split(";")}
        if values <= _CLOSED:
            modes &= ~MODE_BIT[mode]
        elif key != "access" and values & _OPEN:
            # Only a key for the mode opens a way that its class closes: access=yes on a footway
            # does not invite cars.
            modes |= MODE_BIT[mode]
    return modes


def _directions(tags: Mapping[str, str], mode: Mode) -> tuple[bool, bool]:
    """Return whether `mode` may go along the line and against it, were it allowed at all."""
    if any((tags.get(key) or "").startswith("opposite") for key in _CONTRAFLOW_KEYS[mode]):
        return True, True
    oneway = next((tags[key].lower() for key in _ONEWAY_KEYS[mode] if tags.get(key)), "")
    if not oneway and mode != "walk" and _is_oneway_by_kind(tags):
        oneway = "yes"
    if oneway == "reversible":  # the direction changes with the hour
        return False, False
    return oneway not in _AGAINST_THE_LINE, oneway not in _WITH_THE_LINE


def _is_oneway_by_kind(tags: Mapping[str, str]) -> bool:
    """Return whether the way is one-way for vehicles without saying so."""
    return tags.get("highway") in ("motorway", "motorway_link") or tags.get("junction") in (
        "roundabout",
        "circular",
    )
