"""Rules of ``case.toml`` that must change, read off what is broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from layoutplan.core.case import Case
from layoutplan.core.diagnosis import Repair
from layoutplan.core.rules import BorderSwap
from layoutplan.core.schema import CENTS
from layoutplan.model.arrays import Values
from layoutplan.model.problem import Problem
from layoutplan.solve.broken import Broken
from layoutplan.solve.infeasible import villages_of

_DROPPED: Final[dict[str, object]] = {
    "closest_open": False,
    "one_per_township": (),
    "villages_together": (),
    "siblings_together": False,
    "contiguous": False,
}


def rule_repairs(case: Case, broken: Sequence[Broken]) -> tuple[Repair, ...]:
    """Return how the rules must change, one repair for each.

    Rules with a number get the nearest that will do; of pairs of schools those in the way are
    taken out; other rules are dropped.
    """
    changed: dict[str, object] = {}
    amount: dict[str, float] = {}
    for part, name, needed in _broken_rules(broken):
        before = changed.get(name, getattr(case.rules, name))
        changed[name] = _CHANGES.get(name, _drop)(case, part, name, before, needed)
        amount[name] = amount.get(name, 0.0) + float(needed.max())
    return tuple(
        Repair(
            "rule",
            name=name,
            before=getattr(case.rules, name),
            after=changed[name],
            amount=_amount(getattr(case.rules, name), changed[name]),
        )
        for name in changed
    )


def _broken_rules(broken: Sequence[Broken]) -> Iterator[tuple[Broken, str, Values]]:
    """Yield every rule that is broken in a part, with how much each of its rows is."""
    for part in broken:
        for slack in part.slacks:
            needed = part.needed(slack)
            if slack.kind in ("rules", "numbers", "budget") and needed.any():
                yield part, slack.rows.name, needed


def _drop(_: Case, __: Broken, name: str, ___: object, ____: Values) -> object:
    """Return the rule switched off."""
    return _DROPPED[name]


def _more_closures(_: Case, __: Broken, ___: str, before: object, needed: Values) -> object:
    """Return the number of closures that is needed."""
    return int(str(before)) + round(float(needed.sum()))


def _as_many_open(_: Case, part: Broken, ___: str, ____: object, _____: Values) -> object:
    """Return the number of schools that are open."""
    return int(part.is_open.sum())


def _larger_budget(_: Case, part: Broken, ___: str, ____: object, _____: Values) -> object:
    """Return what the plan costs once."""
    return part.one_off_cents / CENTS


def _fewer_musts(
    case: Case, part: Broken, _: str, before: object, needed: Values
) -> tuple[tuple[str, str], ...]:
    """Return the pairs without those of schools that must be left for another."""
    pair = part.problem.side.must[needed > 0]
    leaving = set(part.problem.school_ids[part.problem.today[part.problem.pair_block[pair]]])
    return tuple(each for each in _pairs(before) if each[0] not in leaving)


def _fewer_nevers(
    case: Case, part: Broken, _: str, before: object, needed: Values
) -> tuple[tuple[str, str], ...]:
    """Return the pairs without those that are in the way."""
    problem = part.problem
    pair = problem.side.never[needed > 0]
    from_ids = problem.school_ids[problem.today[problem.pair_block[pair]]]
    into_ids = problem.school_ids[problem.pair_school[pair]]
    in_the_way = set(zip(from_ids, into_ids, strict=True))
    return tuple(each for each in _pairs(before) if each not in in_the_way)


def _wider_swaps(
    case: Case, part: Broken, _: str, before: object, needed: Values
) -> tuple[BorderSwap, ...]:
    """Return the borders with the differences that are needed."""
    swaps = list(before) if isinstance(before, tuple) else []
    for row in np.flatnonzero(needed > 0):
        townships = _townships_of(case, part.problem, int(row))
        for place, swap in enumerate(swaps):
            if set(swap.townships) == townships:
                more = swap.max_difference + round(float(needed[row]))
                swaps[place] = replace(swap, max_difference=more)
    return tuple(swaps)


_CHANGES: Final[dict[str, Callable[[Case, Broken, str, object, Values], object]]] = {
    "max_closures": _more_closures,
    "open_exactly": _as_many_open,
    "budget": _larger_budget,
    "must_merge_into": _fewer_musts,
    "never_merge_into": _fewer_nevers,
    "border_swaps": _wider_swaps,
}


def _townships_of(case: Case, problem: Problem, row: int) -> set[str]:
    """Return the two townships that a row of the swaps is about."""
    swap = problem.side.swap
    pair = swap.member[swap.row == row][0]
    village_id = villages_of(case, problem)[problem.pair_block[pair]]
    school_id = problem.school_ids[problem.pair_school[pair]]
    there = case.schools["township"][school_id]
    if village_id:
        return {case.villages["township"][village_id], there}
    return {
        each
        for swap in case.rules.border_swaps
        for each in swap.townships
        if there in swap.townships
    }


def _pairs(rule: object) -> tuple[tuple[str, str], ...]:
    """Return a rule that is made of pairs of schools."""
    return rule if isinstance(rule, tuple) else ()


def _amount(before: object, after: object) -> float:
    """Return by how much a number changes, or a list grows shorter; 1 for what is switched off."""
    if isinstance(before, bool) or not isinstance(after, int | float | tuple):
        return 1.0
    if isinstance(before, tuple) and isinstance(after, tuple):
        return float(max(len(before) - len(after), 1))
    return abs(float(str(after)) - float(str(before)))
