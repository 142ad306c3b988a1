"""The keys of ``case.toml``: a table of what each value must be, and its reader."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from layoutplan.core.schema import (
    BOARDING,
    MODES,
    MOVEMENTS,
    OBJECTIVES,
    OVER_LIMIT,
    TOWNSHIP_KINDS,
)
from layoutplan.errors import Finding
from layoutplan.load import case_lists as list_of
from layoutplan.load import case_values as must_be
from layoutplan.load.case_values import Key
from layoutplan.load.headers import nearest
from layoutplan.texts import LANGUAGES

CASE_TOML: Final = "case.toml"
_SHOWN: Final = 200  # characters of a value that a message repeats

Values = dict[str, Any]

_TABLE: Final = {"path": must_be.text(is_required=True), "columns": must_be.headers()}
# Blocks of a list: each [[rules.border_swaps]], each [[expansions]], each [[exceptions]].
STEP: Final[dict[str, Key]] = {
    "school_id": must_be.text(is_required=True),
    "seats": must_be.whole(is_required=True),
    "beds": must_be.whole(),
    "cost": must_be.money(),
    "yearly_cost": must_be.money(),
}
EXCEPTION: Final[dict[str, Key]] = {
    "villages": list_of.ids(),
    "band": must_be.text(),
    "max_minutes": must_be.positive(),
    "max_boarding_minutes": must_be.positive(),
    "stay": must_be.flag(),
    "schools": list_of.ids(),
    "min_enrollment": must_be.whole(),
    "authority": must_be.text(),
}
BORDER_SWAP: Final[dict[str, Key]] = {
    "townships": list_of.two_names(),
    "max_difference": must_be.whole(),
}
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
        "elevation": list_of.paths(),
        "steep_percent": must_be.percent(),
        "bend_meters": must_be.positive(),
    },
    "travel_times": _TABLE,
    "expansions": _TABLE,  # or a list of STEP
    "townships": _TABLE | {"crs": must_be.coordinate_system()},
    "rules": {
        "small_below": must_be.whole(),
        "movement": must_be.one_of(MOVEMENTS),
        "min_enrollment": must_be.whole(),
        "max_closures": must_be.whole(),
        "open_exactly": must_be.whole(1),
        "over_limit_today": must_be.one_of(OVER_LIMIT),
        "boarding": must_be.one_of(BOARDING),
        "teaching_point_bands": list_of.bands(),
        "closest_open": must_be.flag(),
        "one_per_township": list_of.kinds(TOWNSHIP_KINDS),
        "siblings_together": must_be.flag(),
        "villages_together": list_of.groups(),
        "contiguous": must_be.flag(),
        "must_merge_into": list_of.pairs(),
        "never_merge_into": list_of.pairs(),
        "border_swaps": must_be.blocks(BORDER_SWAP),
        "budget": must_be.money(),
    },
    "costs": {
        "per_pupil": must_be.money(),
        "small_floor": must_be.whole(),
        "per_boarder": must_be.money(),
        "per_pupil_minute": must_be.money(),
    },
    "objective": {"order": list_of.objectives(OBJECTIVES)},
    "solver": {
        "name": must_be.text(),
        "gap": must_be.gap(),
        "seconds": must_be.positive(),
        "threads": must_be.whole(1),
        "seed": must_be.whole(),
    },
    "report": {
        "office": must_be.line(),
        "review_no": must_be.line(),
        "footer": must_be.line(),
    },
}
# Sections of sections: the keys of each [bands.NAME], each [scenario.NAME].
LISTS: Final = {"expansions": STEP, "exceptions": EXCEPTION}
BLOCKS: Final[dict[str, dict[str, Key]]] = {
    "bands": {
        "grades": list_of.grades(),
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
        "close_classes": list_of.classes(),
        "close_roads": list_of.road_ids(),
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
        if name in written and key.keys:
            values[name], found = read_blocks(written[name], key.keys, column)
            findings += found
        elif name in written:
            value = key.read(written[name])
            if value is not None:
                values[name] = value
                continue
            said = {**key.facts, "value": shown(_culprit(written[name], key))}
            findings.append(Finding(key.rule, "error", CASE_TOML, column=column, facts=said))
        elif key.is_required and name not in misspelled:
            findings.append(Finding("case.key.missing", "error", CASE_TOML, column=column))
    return values, tuple(findings)


def read_blocks(
    written: object, keys: Mapping[str, Key], place: str
) -> tuple[tuple[Values, ...], tuple[Finding, ...]]:
    """Return the values of every block of a list, and all that is wrong with them.

    Parameters
    ----------
    written : object
        The list as toml read it.
    keys : mapping
        What a block may hold.
    place : str
        The name of the list; its first block is ``place[1]``.
    """
    if not isinstance(written, list) or not all(isinstance(block, dict) for block in written):
        facts = {"place": place, "value": shown(written)}
        return (), (Finding("case.blocks.shape", "error", CASE_TOML, column=place, facts=facts),)
    blocks: list[Values] = []
    findings: list[Finding] = []
    for number, block in enumerate(written, start=1):
        values, found = read_section(block, keys, f"{place}[{number}]")
        blocks.append(values)
        findings += found
    return tuple(blocks), tuple(findings)


def unknown_key(name: str, valid: tuple[str, ...], place: str = "") -> Finding:
    """Return the error that a key or section has no meaning, naming the nearest one that has."""
    column = f"{place}.{name}" if place else name
    facts = {"key": name, "nearest": nearest(name, valid), "valid": ", ".join(valid)}
    return Finding("case.key.unknown", "error", CASE_TOML, column=column, facts=facts)


def shown(value: object) -> str:
    """Return a value of a toml file as a message shows it."""
    as_text = json.dumps(value, ensure_ascii=False, default=str)
    return as_text if len(as_text) <= _SHOWN else f"{as_text[:_SHOWN]}…"


def _culprit(written: object, key: Key) -> object:
    """Return which thing of a list will not do; the whole value where no single one is to blame."""
    if key.each is None or not isinstance(written, list):
        return written
    return next((item for item in written if key.each(item) is None), written)
