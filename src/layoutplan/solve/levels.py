"""The second objective at every number of schools, part by part, and of all parts together.

A *level* is a bound on a number of schools (the small ones, or those open). With every level of a
part solved, the levels of all parts together follow without another solve: the best at level `n`
is the least sum over all ways to share `n` among the parts, value with value and bound with bound.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce

from layoutplan.core.rules import SolverSettings
from layoutplan.model.problem import Problem
from layoutplan.solve.best import Best, Reached, best

Worth = tuple[int, ...]  # the second objective and those after it, in their smallest units


@dataclass(frozen=True)
class Levels:
    """What is known at each level, from the least on; at lower ones there is no plan.

    Parameters
    ----------
    least : int
        The lowest level at which there may be a plan.
    worths : tuple of (tuple of int) or None
        The best plan known with at most so many; None where none is known.
    bounds : tuple of float
        No plan with at most so many has less of the second objective.
    plans : tuple of (tuple of Best)
        That plan, by parts; empty where none is known.
    """

    least: int
    worths: tuple[Worth | None, ...]
    bounds: tuple[float, ...]
    plans: tuple[tuple[Best, ...], ...]

    def bound_at(self, worth: int) -> int:
        """Return the lowest level at which the second objective may be as small as `worth`."""
        return self.least + next(place for place, bound in enumerate(self.bounds) if bound <= worth)

    def points(self) -> Iterator[int]:
        """Yield the places where one school more makes the second objective smaller."""
        before = math.inf
        for place, worth in enumerate(self.worths):
            if worth is not None and worth[0] < before:
                yield place
                before = worth[0]


def ends(problem: Problem, names: Sequence[str], settings: SolverSettings) -> tuple[Best, Best]:
    """Return the plan with the least of the first objective, and that with the least second.

    `names` are the two, and those that break ties.
    """
    first, second, *rest = names
    low = best(problem, (first, second, *rest), settings, deadline=_deadline(settings))
    high = best(problem, (second, first, *rest), settings, deadline=_deadline(settings), start=low)
    return low, high


def between(
    problem: Problem, names: Sequence[str], settings: SolverSettings, low: Best, high: Best
) -> Iterator[tuple[int, Best]]:
    """Yield each level between the ends and the plan there, upward, from the one before.

    Parameters
    ----------
    problem : Problem
        One part.
    names : sequence of str
        The number of schools, the second objective, and those that break ties.
    settings : SolverSettings
        Each level has all of their time.
    low, high
        From :func:`ends`.
    """
    first, *order = names
    start = low
    for level in range(low.stages[0].value + 1, high.stages[1].value):
        start = best(
            problem,
            order,
            settings,
            deadline=_deadline(settings),
            limits=((first, level),),
            start=start,
        )
        yield level, start


def levels_of(low: Best, high: Best, found: Sequence[tuple[int, Best]]) -> Levels:
    """Return the levels of a part from what was solved: its ends, and the levels between them."""
    least = math.ceil(low.stages[0].bound)
    at_low, at_high = low.stages[0].value, high.stages[1].value
    solved = {
        at_low: (_worth(low.stages[1:]), low.stages[1].bound, low),
        **{level: (_worth(plan.stages), plan.stages[0].bound, plan) for level, plan in found},
    }
    if at_high not in solved:
        worth = _worth((high.stages[0], *high.stages[2:]))
        solved[at_high] = (worth, high.stages[0].bound, high)
    every = range(least, max(at_low, at_high) + 1)
    worths: list[Worth | None] = []
    plans: list[tuple[Best, ...]] = []
    known: tuple[Worth | None, tuple[Best, ...]] = (None, ())
    for level in every:
        if level in solved and (known[0] is None or solved[level][0] < known[0]):
            known = (solved[level][0], (solved[level][2],))
        worths.append(known[0])
        plans.append(known[1])
    bounds = [-math.inf]  # what holds with more schools holds with fewer
    for level in reversed(every):
        bounds.append(max(bounds[-1], solved[level][1] if level in solved else -math.inf))
    return Levels(least, tuple(worths), tuple(reversed(bounds[1:])), tuple(plans))


def together(parts: Sequence[Levels]) -> Levels:
    """Return the levels of all `parts` together, by (min, +) convolution."""
    return reduce(_added, parts)


def _added(one: Levels, other: Levels) -> Levels:
    """Return the levels of two parts together."""
    n_levels = len(one.bounds) + len(other.bounds) - 1
    worths: list[Worth | None] = [None] * n_levels
    bounds = [math.inf] * n_levels
    shares: list[tuple[int, int]] = [(0, 0)] * n_levels
    for here, worth in enumerate(one.worths):
        for there, more in enumerate(other.worths):
            level = here + there
            bounds[level] = min(bounds[level], one.bounds[here] + other.bounds[there])
            if worth is None or more is None:
                continue
            total = tuple(map(int.__add__, worth, more))
            known = worths[level]
            if known is None or total < known:
                worths[level], shares[level] = total, (here, there)
    plans = (
        one.plans[here] + other.plans[there] if worth is not None else ()
        for worth, (here, there) in zip(worths, shares, strict=True)
    )
    return Levels(one.least + other.least, tuple(worths), tuple(bounds), tuple(plans))


def _worth(stages: Sequence[Reached]) -> Worth:
    """Return the values of stages."""
    return tuple(stage.value for stage in stages)


def _deadline(settings: SolverSettings) -> float:
    """Return when a solve that begins now must end."""
    return time.monotonic() + settings.seconds
