"""What the value of a key of ``case.toml`` must be, kind by kind."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from layoutplan.load.cells import LARGEST_AMOUNT
from layoutplan.load.coordinates import BD09, GCJ02
from layoutplan.load.headers import fold
from layoutplan.load.points import frame_of

_MOST: Final = 1_000_000_000  # solvers take seeds and counts as 32-bit integers
_FASTEST_WALK_KMH: Final = 8.0  # faster is running: the number is in another unit
_LEAST_PERCENT: Final = 1.0  # less is no slope: a share was written for a percentage
_LONGEST_LINE: Final = 120  # characters that the foot of a printed page has room for


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
    each : callable, optional
        Where the value is a list: reads one thing of it, so that a finding can show the one that
        will not do.
    keys : Mapping
        Where the value is a list of blocks: what each may hold.
    """

    read: Callable[[Any], Any]
    rule: str
    facts: Mapping[str, object] = field(default_factory=dict)
    is_required: bool = False
    each: Callable[[Any], Any] | None = None
    keys: Mapping[str, Key] = field(default_factory=dict)


def text(*, is_required: bool = False) -> Key:
    """Return a key for a text that is not empty."""
    return Key(as_text, "case.value.text", is_required=is_required)


def line() -> Key:
    """Return a key for a text that fits on one line, or for none."""
    return Key(_line, "case.value.line", {"most": _LONGEST_LINE})


def flag() -> Key:
    """Return a key for true or false."""
    return Key(lambda value: value if isinstance(value, bool) else None, "case.value.flag")


def whole(least: int = 0, *, is_required: bool = False) -> Key:
    """Return a key for a whole number."""

    def read(value: Any) -> int | None:
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        return value if is_whole and least <= value <= _MOST else None

    return Key(read, "case.value.whole", {"least": least}, is_required)


def number() -> Key:
    """Return a key for a number of 0 or more."""
    return Key(_between(least=0.0), "case.value.number", {"least": 0})


def money() -> Key:
    """Return a key for an amount of money."""
    return Key(_between(least=0.0, most=LARGEST_AMOUNT), "case.value.money")


def positive(*, is_required: bool = False) -> Key:
    """Return a key for a number greater than 0."""
    return Key(_between(above=0.0), "case.value.positive", is_required=is_required)


def gap() -> Key:
    """Return a key for a share of 0 or more and less than 1."""
    return Key(_between(least=0.0, below=1.0), "case.value.share")


def walking_pace() -> Key:
    """Return a key for how fast somebody walks, in km/h."""
    facts = {"most": f"{_FASTEST_WALK_KMH:g}"}
    return Key(_between(above=0.0, most=_FASTEST_WALK_KMH), "case.value.pace", facts)


def percent() -> Key:
    """Return a key for how steep a road is, in percent."""
    return Key(_between(least=_LEAST_PERCENT, most=100.0), "case.value.percent")


def share_left() -> Key:
    """Return a key for the share of a speed that is left, something of it."""
    return Key(_between(above=0.0, most=1.0), "case.value.share_left")


def share_left_if_any() -> Key:
    """Return a key for the share of a speed that is left, 0 for none."""
    return Key(_between(least=0.0, most=1.0), "case.value.share_left_if_any")


def one_of(allowed: tuple[str, ...], *, is_required: bool = False) -> Key:
    """Return a key for one of a few words."""
    facts = {"allowed": ", ".join(allowed)}
    return Key(
        lambda value: value if value in allowed else None, "case.value.one_of", facts, is_required
    )


def coordinate_system() -> Key:
    """Return a key for a coordinate reference system that is known."""
    return Key(_crs, "case.value.crs")


def headers() -> Key:
    """Return a key for a table of headers by column."""
    return Key(_table_of(lambda value: value if as_text(value) else None), "case.value.columns")


def speeds() -> Key:
    """Return a key for a table of speeds by road class."""
    return Key(_table_of(_between(above=0.0)), "case.value.speeds")


def shares_left() -> Key:
    """Return a key for a table of shares of a speed that are left by road class."""
    return Key(_table_of(_between(least=0.0, most=1.0)), "case.value.shares_left")


def blocks(keys: Mapping[str, Key]) -> Key:
    """Return a key for a list of blocks, each ``[[…]]`` with these keys."""
    return Key(lambda value: value, "case.blocks.shape", keys=keys)


def as_text(value: Any) -> str | None:
    """Return a text without the spaces around it, unless nothing is left."""
    return (value.strip() or None) if isinstance(value, str) else None


def _line(value: Any) -> str | None:
    """Return a text without the spaces around it, unless a line cannot hold it."""
    if not isinstance(value, str):
        return None
    said = value.strip()
    return said if len(said) <= _LONGEST_LINE and (said.isprintable() or not said) else None


def _between(
    *,
    above: float = -math.inf,
    least: float = -math.inf,
    below: float = math.inf,
    most: float = math.inf,
) -> Callable[[Any], float | None]:
    """Return a reader of numbers within limits."""

    def read(value: Any) -> float | None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        try:
            number = float(value)
        except OverflowError:  # a whole number of hundreds of digits
            return None
        return number if above < number < below and least <= number <= most else None

    return read


def _table_of(read_one: Callable[[Any], Any]) -> Callable[[Any], dict[str, Any] | None]:
    """Return a reader of tables."""

    def read(value: Any) -> dict[str, Any] | None:
        if not isinstance(value, dict):
            return None
        items = {name: read_one(each) for name, each in value.items()}
        return items if None not in items.values() else None

    return read


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
