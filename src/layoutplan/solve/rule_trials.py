"""Changes of a single rule that might do, each tried by solving with it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from layoutplan.core.case import Case
from layoutplan.core.diagnosis import Repair
from layoutplan.core.schema import Movement

_FREER: Final[dict[Movement, tuple[Movement, ...]]] = {
    "whole_school": ("by_village", "redraw"),
    "by_village": ("redraw",),
    "redraw": (),
}

Works = Callable[[Case], bool]


def single_rules(case: Case, works: Works) -> Iterator[Repair]:
    """Yield changes of one rule for the whole case, each of which makes a plan possible by itself.

    Those that the elastic model cannot weigh: what breaks a limit today may stay, freer movement,
    boarding, and a smaller least size for all schools.

    Parameters
    ----------
    works : callable
        Tells whether a case has a plan.
    """
    rules = case.rules
    if rules.over_limit_today == "forbid" and works(_with(case, "over_limit_today", "keep")):
        yield _rule(case, "over_limit_today", "keep")
    if rules.boarding == "beyond_reach" and works(_with(case, "boarding", "anywhere")):
        yield _rule(case, "boarding", "anywhere")
    for movement in _FREER[rules.movement]:
        if works(_with(case, "movement", movement)):
            yield _rule(case, "movement", movement)
            break
    least = _first(
        range(rules.min_enrollment - 1, -1, -1),
        lambda number: works(_with(case, "min_enrollment", number)),
    )
    if least is not None:
        yield _rule(case, "min_enrollment", least)


def _first(numbers: Sequence[int], works: Callable[[int], bool]) -> int | None:
    """Return the first number that works where all after it do; None where none does."""
    if not numbers or not works(numbers[-1]):
        return None
    return numbers[bisect_left(numbers, True, hi=len(numbers) - 1, key=works)]


def _with(case: Case, name: str, value: object) -> Case:
    """Return the case with one rule changed."""
    changed: dict[str, Any] = {name: value}
    return replace(case, rules=replace(case.rules, **changed))


def _rule(case: Case, name: str, after: object) -> Repair:
    """Return the change of a rule."""
    before = getattr(case.rules, name)
    amount = abs(after - before) if isinstance(after, int) else 1.0
    return Repair("rule", name=name, before=before, after=after, amount=float(amount))
