"""What a list in ``case.toml`` must hold, kind by kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from layoutplan.load.case_values import Key, as_text


def grades() -> Key:
    """Return a key for a list of school grades."""
    return _list_of(_grade, "case.value.grades")


def classes() -> Key:
    """Return a key for a list of road classes."""
    return _list_of(_word, "case.value.classes")


def road_ids() -> Key:
    """Return a key for a list of ids of roads."""
    return _list_of(_road_id, "case.value.road_ids")


def paths() -> Key:
    """Return a key for one path, or a list of paths."""
    listed = _list_of(as_text, "case.value.paths", least=1)

    def read(value: Any) -> Any:
        return listed.read(value if isinstance(value, list) else [value])

    return Key(read, listed.rule)


def objectives(known: tuple[str, ...]) -> Key:
    """Return a key for a list of words; which of them are objectives is asked apart."""
    return _list_of(_word, "case.value.order", least=1, allowed=", ".join(known))


def bands() -> Key:
    """Return a key for a list of words; which of them are bands is asked apart."""
    return _list_of(_word, "case.value.bands")


def kinds(known: tuple[str, ...]) -> Key:
    """Return a key for a list of words; which of them are kinds of school is asked apart."""
    return _list_of(_word, "case.value.kinds", allowed=", ".join(known))


def ids() -> Key:
    """Return a key for a list of one id or more."""
    return _list_of(as_text, "case.value.ids", least=1)


def pairs() -> Key:
    """Return a key for a list of pairs of ids."""
    return _list_of(_pair, "case.value.pairs")


def groups() -> Key:
    """Return a key for a list of groups of ids, each of two or more."""
    return _list_of(_group, "case.value.groups")


def two_names() -> Key:
    """Return a key for two different names."""
    return Key(_pair, "case.value.two_names", is_required=True)


def _list_of(read_one: Callable[[Any], Any], rule: str, *, least: int = 0, **facts: object) -> Key:
    """Return a key for a list of at least so many things, each once."""

    def read(value: Any) -> tuple[Any, ...] | None:
        if not isinstance(value, list) or len(value) < least:
            return None
        items = tuple(map(read_one, value))
        return items if None not in items and len(set(items)) == len(items) else None

    return Key(read, rule, facts, each=read_one)


def _word(value: Any) -> str | None:
    """Return a text as it is written, which may be empty."""
    return value if isinstance(value, str) else None


def _grade(value: Any) -> int | None:
    """Return a school grade."""
    return value if type(value) is int and value >= 0 else None


def _road_id(value: Any) -> str | None:
    """Return the id of a road as text."""
    return str(value) if type(value) is int else as_text(value)


def _group(value: Any) -> tuple[str, ...] | None:
    """Return two or more different ids."""
    if not isinstance(value, list) or len(value) < 2:
        return None
    ids = [as_text(each) for each in value]
    known = tuple(each for each in ids if each is not None)
    return known if len(set(known)) == len(value) else None


def _pair(value: Any) -> tuple[str, ...] | None:
    """Return two different ids."""
    pair = _group(value)
    return pair if pair is not None and len(pair) == 2 else None
