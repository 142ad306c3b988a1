"""The keys of ``case.toml``: a table of what each value must be, and its reader."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from layoutplan.core.schema import MODES, MOVEMENTS, OBJECTIVES, OVER_LIMIT
from layoutplan.errors import Finding
from layoutplan.load.coordinates import BD09, GCJ02
from layoutplan.load.headers import fold, nearest
from layoutplan.load.points import frame_of
from layoutplan.texts import LANGUAGES

CASE_TOML: Final = "case.toml"
LATER_OBJECTIVES: Final = ("yearly_cost", "one_off_cost")  # of the contract, not planned with yet

Values = dict[str, Any]

_MOST: Final = 1_000_000_000  # solvers take seeds and counts as 32-bit integers


@dataclass(frozen=True)
class Key:
    """What the value of a key must be.

    Parameters
    ----------
    read : callable
        Value as written -> value as used; None where it will not do.
    rule : str
        The finding where it will not do.
    facts : Mapping
        For the sentence of that finding.
    is_required : bool
        Whether the key must be there.
    """

    read: Callable[[Any], Any]
    rule: str
    facts: Mapping[str, object] = field(default_factory=dict)
    is_required: bool = False


def _text(*, is_required: bool = False) -> Key:
    """Return a key for a text that is not empty."""
    return Key(
        lambda value: (value.strip() or None) if isinstance(value, str) else None,
        "case.value.text",
        is_required=is_required,
    )


def _flag() -> Key:
    """Return a key for true or false."""
    return Key(lambda value: value if isinstance(value, bool) else None, "case.value.flag")


def _whole(least: int = 0) -> Key:
    """Return a key for a whole number."""

    def read(value: Any) -> int | None:
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        return value if is_whole and least <= value <= _MOST else None

    return Key(read, "case.value.whole", {"least": least})


def _number(*, above: float = -math.inf, least: float = 0.0, is_required: bool = False) -> Key:
    """Return a key for a number of at least `least` that is also greater than `above`."""

    def read(value: Any) -> float | None:
        return _finite(value, above, least)

    rule = "case.value.positive" if above == 0.0 else "case.value.number"
    return Key(read, rule, {"least": f"{least:g}"}, is_required)


def _one_of(allowed: tuple[str, ...], *, is_required: bool = False) -> Key:
    """Return a key for one of a few words."""
    facts = {"allowed": ", ".join(allowed)}
    return Key(
        lambda value: value if value in allowed else None, "case.value.one_of", facts, is_required
    )


def _finite(value: Any, above: float, least: float) -> float | None:
    """Return a number as a float where it is one within its limits."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:  # a whole number of hundreds of digits
        return None
    return number if math.isfinite(number) and number > above and number >= least else None


def _share(value: Any) -> float | None:
    """Return a share of 0 or more and less than 1."""
    number = _finite(value, -math.inf, 0.0)
    return number if number is not None and number < 1.0 else None


def _crs(value: Any) -> str | None:
    """Return the name of a coordinate reference system that is known."""
    if not isinstance(value, str):
        return None
    shifted = {fold(name): name for name in (GCJ02, BD09)}
    if fold(value) in shifted:
        return shifted[fold(value)]
    try:
        return frame_of(value).name
    except ValueError:
        return None


def _grades(value: Any) -> tuple[int, ...] | None:
    """Return a list of school grades, each once."""
    if not isinstance(value, list) or any(type(grade) is not int or grade < 0 for grade in value):
        return None
    return tuple(value) if len(set(value)) == len(value) else None


def _headers(value: Any) -> dict[str, str] | None:
    """Return a table of headers by column."""
    if not isinstance(value, dict):
        return None
    is_text = all(isinstance(header, str) and header.strip() for header in value.values())
    return value if is_text else None


def _speeds(value: Any) -> dict[str, float] | None:
    """Return a table of speeds by road class."""
    if not isinstance(value, dict):
        return None
    read = {name: _finite(speed, 0.0, 0.0) for name, speed in value.items()}
    speeds = {name: speed for name, speed in read.items() if speed is not None}
    return speeds if len(speeds) == len(read) else None


def _order(value: Any) -> tuple[str, ...] | None:
    """Return a list of words, each once; which words are objectives is asked apart."""
    if not isinstance(value, list) or not value:
        return None
    is_text = all(isinstance(name, str) for name in value)
    return tuple(value) if is_text and len(set(value)) == len(value) else None


_TABLE: Final = {
    "path": _text(is_required=True),
    "columns": Key(_headers, "case.value.columns"),
}
SECTIONS: Final[dict[str, dict[str, Key]]] = {
    "case": {
        "name": _text(),
        "crs": Key(_crs, "case.value.crs"),
        "language": _one_of(LANGUAGES),
    },
    "villages": _TABLE | {"table": _text()},
    "schools": _TABLE | {"table": _text()},
    "attendance": _TABLE,
    "roads": {
        "path": _text(is_required=True),
        "max_snap_meters": _number(above=0.0),
        "join_gaps_meters": _number(),
        "node_crossings": _flag(),
        "class_column": _text(),
        "speeds": Key(_speeds, "case.value.speeds"),
    },
    "travel_times": _TABLE,
    "bands": {},  # a section for each band, see BAND
    "rules": {
        "small_below": _whole(),
        "movement": _one_of(MOVEMENTS),
        "min_enrollment": _whole(),
        "max_closures": _whole(),
        "open_exactly": _whole(1),
        "over_limit_today": _one_of(OVER_LIMIT),
    },
    "costs": {
        "per_pupil": _number(),
        "small_floor": _whole(),
        "per_boarder": _number(),
        "per_pupil_minute": _number(),
    },
    "objective": {"order": Key(_order, "case.value.order", {"allowed": ", ".join(OBJECTIVES)})},
    "solver": {
        "name": _text(),
        "gap": Key(_share, "case.value.share"),
        "seconds": _number(above=0.0),
        "threads": _whole(1),
        "seed": _whole(),
    },
}
BAND: Final[dict[str, Key]] = {
    "grades": Key(_grades, "case.value.grades"),
    "mode": _one_of(MODES, is_required=True),
    "max_minutes": _number(above=0.0, is_required=True),
    "boarding": _flag(),
    "max_boarding_minutes": _number(above=0.0),
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
