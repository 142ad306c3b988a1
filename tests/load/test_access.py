"""Who may use a way, by its tags."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layoutplan.core.network import ALL_MODES
from layoutplan.load.access import (
    BIKE,
    BUS,
    CAR,
    MODES_OF_CLASS,
    TAG_KEYS,
    WALK,
    barrier_stops,
    max_kmh,
    road_use,
)

NOBODY = 0


@pytest.mark.parametrize(
    ("tags", "modes"),
    [
        ({"highway": "residential"}, ALL_MODES),
        ({"highway": "tertiary_link"}, ALL_MODES),
        ({"highway": "track"}, ALL_MODES),
        ({"highway": "trunk"}, ALL_MODES),
        ({"highway": "trunk", "motorroad": "yes"}, BUS | CAR),
        ({"highway": "trunk", "motorroad": "yes", "bicycle": "yes"}, BIKE | BUS | CAR),
        ({"highway": "footway"}, WALK),
        ({"highway": "footway", "bicycle": "designated"}, WALK | BIKE),
        ({"highway": "footway", "access": "yes"}, WALK),
        ({"highway": "path"}, WALK | BIKE),
        ({"highway": "path", "motor_vehicle": "yes"}, ALL_MODES),
        ({"highway": "cycleway"}, BIKE),
        ({"highway": "cycleway", "foot": "yes"}, WALK | BIKE),
        ({"highway": "pedestrian", "psv": "yes"}, WALK | BUS),
        ({"highway": "steps", "bicycle": "yes"}, WALK),
        ({"highway": "busway"}, BUS),
        ({"highway": "bridleway"}, NOBODY),
        ({"highway": "construction"}, NOBODY),
        ({"highway": "proposed", "foot": "yes"}, NOBODY),
        ({"highway": "platform"}, NOBODY),
        ({"highway": "unheard_of", "foot": "yes"}, NOBODY),
        ({"highway": "pedestrian", "area": "yes"}, NOBODY),
        ({"name": "no road at all"}, NOBODY),
        ({"highway": "service", "access": "private"}, NOBODY),
        ({"highway": "service", "access": "destination"}, ALL_MODES),
        ({"highway": "service", "access": "permissive"}, ALL_MODES),
        ({"highway": "service", "access": "no", "foot": "yes"}, WALK),
        ({"highway": "service", "access": "no", "bus": "designated"}, BUS),
        ({"highway": "track", "motor_vehicle": "agricultural;forestry"}, WALK | BIKE),
        ({"highway": "track", "motor_vehicle": "agricultural;yes"}, ALL_MODES),
        ({"highway": "track", "vehicle": "no"}, WALK),
        ({"highway": "track", "vehicle": "no", "bicycle": "yes"}, WALK | BIKE),
        ({"highway": "track", "motorcar": "no"}, WALK | BIKE | BUS),
        ({"highway": "primary", "bicycle": "use_sidepath", "foot": "no"}, BUS | CAR),
        ({"highway": "track", "smoothness": "impassable"}, WALK),
    ],
)
def test_modes_follow_class_and_access_tags(tags: dict[str, str], modes: int) -> None:
    use = road_use(tags)
    assert (use.forward, use.backward) == (modes, modes)


def test_motorway_is_for_motors_and_one_way() -> None:
    use = road_use({"highway": "motorway"})
    assert (use.forward, use.backward) == (BUS | CAR, NOBODY)


@pytest.mark.parametrize(
    ("tags", "forward", "backward"),
    [
        ({"oneway": "yes"}, ALL_MODES, WALK),
        ({"oneway": "1"}, ALL_MODES, WALK),
        ({"oneway": "True"}, ALL_MODES, WALK),
        ({"oneway": "F"}, ALL_MODES, WALK),
        ({"oneway": "no"}, ALL_MODES, ALL_MODES),
        ({"oneway": "B"}, ALL_MODES, ALL_MODES),
        ({"oneway": "alternating"}, ALL_MODES, ALL_MODES),
        ({"oneway": "-1"}, WALK, ALL_MODES),
        ({"oneway": "T"}, WALK, ALL_MODES),
        ({"oneway": "reversible"}, WALK, WALK),
        ({"junction": "roundabout"}, ALL_MODES, WALK),
        ({"junction": "circular", "oneway": "no"}, ALL_MODES, ALL_MODES),
        ({"oneway": "yes", "oneway:bicycle": "no"}, ALL_MODES, WALK | BIKE),
        ({"oneway:bicycle": "yes"}, ALL_MODES, ALL_MODES & ~BIKE),
        ({"oneway": "yes", "cycleway": "opposite_lane"}, ALL_MODES, WALK | BIKE),
        ({"oneway": "yes", "oneway:bus": "no"}, ALL_MODES, WALK | BUS),
        ({"oneway": "yes", "oneway:psv": "no"}, ALL_MODES, WALK | BUS),
        ({"oneway": "yes", "busway:left": "opposite_lane"}, ALL_MODES, WALK | BUS),
        ({"oneway": "yes", "oneway:foot": "yes"}, ALL_MODES, NOBODY),
    ],
)
def test_directions(tags: dict[str, str], forward: int, backward: int) -> None:
    use = road_use({"highway": "residential", **tags})
    assert (use.forward, use.backward) == (forward, backward)


@pytest.mark.parametrize(
    ("tags", "kmh"),
    [
        ({"maxspeed": "50"}, 50.0),
        ({"maxspeed": "50 km/h"}, 50.0),
        ({"maxspeed": "30 mph"}, 48.28032),
        ({"maxspeed": "30mph"}, 48.28032),
        ({"maxspeed": "80;60"}, 60.0),
        ({"maxspeed": "60|80|80"}, 60.0),
        ({"maxspeed:forward": "70", "maxspeed:backward": "50"}, 50.0),
        ({"maxspeed": "60", "maxspeed:forward": "30"}, 60.0),
    ],
)
def test_posted_limits(tags: dict[str, str], kmh: float) -> None:
    assert max_kmh(tags) == pytest.approx(kmh)


@pytest.mark.parametrize(
    "words", ["none", "walk", "signals", "CN:urban", "DE:rural", "0", "-5", ""]
)
def test_words_are_no_limits(words: str) -> None:
    assert math.isnan(max_kmh({"maxspeed": words}))


@pytest.mark.parametrize(
    ("tags", "stopped"),
    [
        ({"barrier": "gate"}, NOBODY),
        ({"barrier": "gate", "access": "private"}, ALL_MODES),
        ({"barrier": "gate", "access": "private", "foot": "yes"}, ALL_MODES & ~WALK),
        ({"barrier": "lift_gate", "motor_vehicle": "no"}, BUS | CAR),
        ({"barrier": "bollard"}, BUS | CAR),
        ({"barrier": "bollard", "bus": "yes"}, CAR),
        ({"barrier": "stile"}, BIKE | BUS | CAR),
        ({"barrier": "bus_trap"}, CAR),
        ({"barrier": "toll_booth"}, NOBODY),
    ],
)
def test_barriers(tags: dict[str, str], stopped: int) -> None:
    assert barrier_stops(tags) == stopped


def test_a_planners_own_class_is_open_where_asked_for() -> None:
    use = road_use({"highway": "MDR", "oneway": "yes"}, unknown_class=ALL_MODES)
    assert (use.road_class, use.forward, use.backward) == ("MDR", ALL_MODES, WALK)
    assert not road_use({"highway": "MDR"}).is_usable


VALUES = st.sampled_from(
    ["yes", "no", "private", "destination", "-1", "reversible", "opposite", "roundabout", "1", "50"]
)


@given(
    highway=st.sampled_from(sorted(MODES_OF_CLASS)),
    tags=st.dictionaries(st.sampled_from(sorted(set(TAG_KEYS) - {"highway"})), VALUES),
)
def test_turning_a_way_round_swaps_its_directions(highway: str, tags: dict[str, str]) -> None:
    """A line drawn the other way with oneway turned round means the same road."""
    turned_value = {"yes": "-1", "1": "-1", "-1": "yes"}
    plain = {key: value for key, value in tags.items() if key != "junction"}
    plain.setdefault("oneway", "no")  # a motorway is one-way along its line without saying so
    turned = {
        key: turned_value.get(value, value) if key.startswith("oneway") else value
        for key, value in plain.items()
    }
    use = road_use({"highway": highway, **plain})
    back = road_use({"highway": highway, **turned})
    assert (use.forward, use.backward) == (back.backward, back.forward)


@given(tags=st.dictionaries(st.sampled_from(TAG_KEYS), VALUES))
def test_saying_no_to_a_mode_never_opens_anything(tags: dict[str, str]) -> None:
    use = road_use({"highway": "residential", **tags})
    closed = road_use({"highway": "residential", **tags, "motorcar": "no"})
    assert closed.forward | use.forward == use.forward
    assert not (closed.forward | closed.backward) & CAR
