"""The keys of ``case.toml``: a table of what each value must be, and its reader."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from layoutplan.core.schema import MODES, MOVEMENTS, OBJECTIVES, OVER_LIMIT
from layoutplan.errors import Finding
from layoutplan.load import case_values as must_be
from layoutplan.load.case_values import Key
from layoutplan.load.headers import nearest
from layoutplan.texts import LANGUAGES

CASE_TOML: Final = "case.toml"
LATER_OBJECTIVES: Final = ("yearly_cost", "one_off_cost")  # of the contract, not planned with yet

Values = dict[str, Any]

_TABLE: Final = {"path": must_be.text(is_required=True), "columns": must_be.headers()}
SECTIONS: Final[dict[str, dict[str, Key]]] = {
    "case": {
        "name": must_be.text(),
        "crs": must_be.coordinate_system(),
        "language": must_be.one_of(LANGUAGES),
    },
    "villages": _TABLE | {"table": must_be.text()},
    "schools": _TABLE | {"table": must_be.text()},
    "attendance": _TABLE,
    "roads": {
        "path": must_be.text(is_required=True),
        "max_snap_meters": must_be.positive(),
        "join_gaps_meters": must_be.number(),
        "node_crossings": must_be.flag(),
        "class_column": must_be.text(),
        "id_column": must_be.text(),
        "speeds": must_be.speeds(),
        "elevation": must_be.paths(),
        "steep_percent": must_be.percent(),
        "bend_meters": must_be.positive(),
    },
    "travel_times": _TABLE,
    "rules": {
        "small_below": must_be.whole(),
        "movement": must_be.one_of(MOVEMENTS),
        "min_enrollment": must_be.whole(),
        "max_closures": must_be.whole(),
        "open_exactly": must_be.whole(1),
        "over_limit_today": must_be.one_of(OVER_LIMIT),
    },
    "costs": {
        "per_pupil": must_be.number(),
        "small_floor": must_be.whole(),
        "per_boarder": must_be.number(),
        "per_pupil_minute": must_be.number(),
    },
    "objective": {"order": must_be.objectives(OBJECTIVES)},
    "solver": {
        "name": must_be.text(),
        "gap": must_be.gap(),
        "seconds": must_be.positive(),
        "threads": must_be.whole(1),
        "seed": must_be.whole(),
    },
}
# Sections of sections: the keys of each [bands.NAME], each [scenario.NAME].
BLOCKS: Final[dict[str, dict[str, Key]]] = {
    "bands": {
        "grades": must_be.grades(),
        "mode": must_be.one_of(MODES, is_required=True),
        "max_minutes": must_be.positive(is_required=True),
        "boarding": must_be.flag(),
        "max_boarding_minutes": must_be.positive(),
        "walking_kmh": must_be.walking_pace(),
    },
    "scenario": {
        "title": must_be.text(),
        "speeds": must_be.speeds(),
        "speed_share": must_be.share_left(),
        "walk_share": must_be.share_left(),
        "class_shares": must_be.shares_left(),
        "steep_percent": must_be.percent(),
        "steep_share": must_be.share_left_if_any(),
        "bus_max_kmh": must_be.positive(),
        "close_classes": must_be.classes(),
        "close_roads": must_be.road_ids(),
        "close_area": must_be.text(),
    },
}
REQUIRED_SECTIONS: Final = ("villages", "schools", "bands")


def read_section(
    written: object, keys: Mapping[str, Key], place: str
) -> tuple[Values, tuple[Finding, ...]]:
    """Return the values of a section that will do, and a finding for everything that will not.

    Parameters
    ----------
    written : object
        The section as toml read it.
    keys : mapping
        What it may hold.
    place : str
        Its name, such as ``"bands.g1_3"``.
    """
    if not isinstance(written, dict):
        facts = {"place": place, "value": shown(written)}
        return {}, (Finding("case.section.shape", "error", CASE_TOML, column=place, facts=facts),)
    findings = [unknown_key(name, tuple(keys), place) for name in written if name not in keys]
    # A required key that is only misspelled is one fault, not two.
    misspelled = {finding.facts["nearest"] for finding in findings}
    values: Values = {}
    for name, key in keys.items():
        column = f"{place}.{name}"
        if name in written:
            value = key.read(written[name])
            if value is not None:
                values[name] = value
                continue
            said = {**key.facts, "value": shown(written[name])}
            findings.append(Finding(key.rule, "error", CASE_TOML, column=column, facts=said))
        elif key.is_required and name not in misspelled:
            findings.append(Finding("case.key.missing", "error", CASE_TOML, column=column))
    return values, tuple(findings)


def unknown_key(name: str, valid: tuple[str, ...], place: str = "") -> Finding:
    """Return the error that a key or section has no meaning, naming the nearest one that has."""
    column = f"{place}.{name}" if place else name
    facts = {"key": name, "nearest": nearest(name, valid), "valid": ", ".join(valid)}
    return Finding("case.key.unknown", "error", CASE_TOML, column=column, facts=facts)


def shown(value: object) -> str:
    """Return a value of a toml file as a message shows it."""
    return json.dumps(value, ensure_ascii=False, default=str)
