"""A case with repairs applied to it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from layoutplan.core.case import Case
from layoutplan.core.diagnosis import Repair
from layoutplan.core.rules import BorderSwap, Exemption, Expansion, Rules

_LIMITS = {"limit": "max_minutes", "boarding_limit": "max_boarding_minutes"}


def apply_repairs(case: Case, repairs: Iterable[Repair]) -> Case:
    """Return `case` as it is once `repairs` are made.

    Limits and least sizes become exceptions, seats and beds a step of growth that costs nothing,
    decisions are left open, and rules are changed.

    Parameters
    ----------
    case : Case
        For which they were worked out.
    repairs : iterable of Repair
        Of one remedy.
    """
    every = tuple(repairs)
    return replace(
        case,
        exceptions=(*case.exceptions, *exemptions(every)),
        expansions=(*case.expansions, *expansions(every)),
        rules=_changed_rules(case.rules, every),
        schools=_with_decisions(case, every),
    )


def exemptions(repairs: Sequence[Repair]) -> tuple[Exemption, ...]:
    """Return the exceptions among `repairs`; villages with the same one share it."""
    villages: dict[tuple[str, str, object], list[str]] = {}
    for each in repairs:
        if each.what in ("limit", "boarding_limit", "stay"):
            villages.setdefault((each.what, each.band, each.after), []).append(each.village_id)
    of_villages = (
        Exemption(villages=tuple(sorted(ids)), band=band, **_allowed(what, after))
        for (what, band, after), ids in sorted(villages.items(), key=_order)
    )
    of_schools = (
        Exemption(schools=(each.school_id,), min_enrollment=_whole(each.after))
        for each in repairs
        if each.what == "least_size"
    )
    return (*of_villages, *of_schools)


def expansions(repairs: Sequence[Repair]) -> tuple[Expansion, ...]:
    """Return the steps of growth among `repairs`, one for each school."""
    added: dict[str, dict[str, int]] = {}
    for each in repairs:
        if each.what in ("seats", "beds"):
            more = _whole(each.after) - _whole(each.before)
            added.setdefault(each.school_id, {"seats": 0, "beds": 0})[each.what] = more
    return tuple(Expansion(school_id, **more) for school_id, more in sorted(added.items()))


def _order(exception: tuple[tuple[str, str, object], list[str]]) -> tuple[str, str, float]:
    """Return where an exception stands among the others: by kind, band and minutes."""
    (what, band, after), _ = exception
    return what, band, float(str(after or 0))


def _allowed(what: str, after: object) -> dict[str, Any]:
    """Return what an exception allows."""
    if what == "stay":
        return {"stay": True}
    return {_LIMITS[what]: float(str(after))}


def _changed_rules(rules: Rules, repairs: Sequence[Repair]) -> Rules:
    """Return the rules with those of them changed that `repairs` name."""
    changed: dict[str, Any] = {each.name: each.after for each in repairs if each.what == "rule"}
    return replace(rules, **changed)


def _with_decisions(case: Case, repairs: Sequence[Repair]) -> object:
    """Return the schools with the decisions that `repairs` leave open."""
    free = [each.school_id for each in repairs if each.what == "decision"]
    schools = case.schools
    if not free:
        return schools
    decision = schools["decision"].mask(schools.index.isin(free), "free")
    return schools.assign(decision=decision)


def _whole(number: object) -> int:
    """Return a number of places or pupils."""
    return int(str(number))


def rule_in_words(value: object) -> str:
    """Return a value of a rule as ``case.toml`` writes it.

    Examples
    --------
    >>> rule_in_words((("s1", "s2"),))
    '[["s1", "s2"]]'
    """
    if isinstance(value, BorderSwap):
        swap = {"townships": list(value.townships), "max_difference": value.max_difference}
        return (
            "{ "
            + ", ".join(f"{k} = {json.dumps(v, ensure_ascii=False)}" for k, v in swap.items())
            + " }"
        )
    if isinstance(value, tuple):
        return "[" + ", ".join(rule_in_words(each) for each in value) + "]"
    if isinstance(value, float) and value.is_integer():
        return f"{value:.0f}"
    return json.dumps(value, ensure_ascii=False)


def place_name(case: Case, place_id: str) -> str:
    """Return name and id of a village or school as a planner reads them."""
    places = case.villages if place_id in case.villages.index else case.schools
    name = places["name"].get(place_id, "")
    return f"{name} ({place_id})" if name and place_id else place_id
