"""The trade-off of two objectives: plans of which none is better in both (ε-constraint method).

Haimes, Lasdon and Wismer (1971), doi:10.1109/TSMC.1971.4308298: one objective is minimized while
the other keeps a bound, which rises from its least value on; what is minimized is then kept, and
the bounded one minimized in its turn, so that no point is listed that another is as good as.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from layoutplan.core.progress import Progress, silent
from layoutplan.core.rules import SolverSettings
from layoutplan.core.schema import Status
from layoutplan.model.problem import Problem
from layoutplan.model.split import Part, split
from layoutplan.solve.best import Best, Reached, best
from layoutplan.solve.levels import Levels, between, ends, levels_of, together

COUNTS = ("small_schools", "schools_open")  # whole numbers of schools: every one can be looked at


def front(
    problem: Problem,
    names: Sequence[str],
    settings: SolverSettings,
    *,
    n_points: int | None,
    progress: Progress = silent,
) -> tuple[Best, ...]:
    """Return the points of the trade-off of the first two objectives in `names`.

    Parameters
    ----------
    problem : Problem
        What is to be decided.
    names : sequence of str
        Two objectives, and those that break ties, the first the most important.
    settings : SolverSettings
        Every single solve has all of their time.
    n_points : int, optional
        How many bounds to look at. Where it is not given, one of the two must be a number of
        schools: every number is looked at then.
    progress : Progress
        Told of every solve.

    Returns
    -------
    tuple of Best
        The first objective rises, the second falls. The stages are in the order of `names`: the
        bound of each of the two holds for plans that have no more of the other.

    Raises
    ------
    NoSolutionError
        When there is none, or none was found in time.
    """
    first, second, *rest = names
    bounded = next((name for name in (first, second) if name in COUNTS), first)
    free = second if bounded == first else first
    inner = (bounded, free, *rest)
    if n_points is None:
        points = _of_levels(problem, inner, settings, progress)
    else:
        points = _at_bounds(problem, inner, settings, n_points, progress)
    ordered = [_in_order(point, names) for point in points]
    return _not_dominated(ordered)


def _of_levels(
    problem: Problem, names: Sequence[str], settings: SolverSettings, progress: Progress
) -> list[Best]:
    """Return the point of every number of schools, from the levels of independent parts."""
    parts = split(problem, names)
    both: list[tuple[Best, Best]] = []
    for part in parts:
        progress("progress.front", len(both), 0)
        both.append(ends(part.problem, names, settings))
    n_between = [max(high.stages[1].value - low.stages[0].value - 1, 0) for low, high in both]
    n_done, found = 0, []
    for part, (low, high) in zip(parts, both, strict=True):
        of_part = []
        for solved in between(part.problem, names, settings, low, high):
            of_part.append(solved)
            n_done += 1
            progress("progress.front", n_done, sum(n_between))
        found.append(levels_of(low, high, of_part))
    levels = together(found)
    units = [stage.per_unit for stage in both[0][0].stages]
    return [
        _point(problem, parts, levels, place, names, units, settings) for place in levels.points()
    ]


def _point(
    problem: Problem,
    parts: Sequence[Part],
    levels: Levels,
    place: int,
    names: Sequence[str],
    units: Sequence[int],
    settings: SolverSettings,
) -> Best:
    """Return a point of all parts together."""
    first, second, *rest = names
    plans = levels.plans[place]
    worth = levels.worths[place] or ()
    by_name = [{stage.name: stage for stage in plan.stages} for plan in plans]
    level = levels.least + place
    bounds = [
        levels.bound_at(worth[0]),
        levels.bounds[place],
        *(sum(stages[name].bound for stages in by_name) for name in rest),
    ]
    stages = tuple(
        Reached(name, value, min(bound, value), unit)
        for name, value, bound, unit in zip(
            (first, second, *rest), (level, *worth), bounds, units, strict=True
        )
    )
    is_option = np.zeros(len(problem.options), dtype=bool)
    is_used = np.zeros(problem.n_pairs, dtype=bool)
    for part, plan in zip(parts, plans, strict=True):
        is_option[part.option], is_used[part.pair] = plan.is_option, plan.is_used
    return Best(
        problem=problem,
        is_option=is_option,
        is_used=is_used,
        stages=stages,
        status=_status(stages, settings),
        is_settled=all(plan.is_settled for plan in plans),
    )


def _at_bounds(
    problem: Problem,
    names: Sequence[str],
    settings: SolverSettings,
    n_points: int,
    progress: Progress,
) -> list[Best]:
    """Return the points at bounds on the first objective evenly apart, upward."""
    first, second, *rest = names

    def solve(order: Sequence[str], start: Best | None, *limits: tuple[str, int]) -> Best:
        deadline = time.monotonic() + settings.seconds
        return best(problem, order, settings, deadline=deadline, limits=limits, start=start)

    progress("progress.front", 0, n_points)
    low = solve(names, None)
    high = solve((second, first, *rest), low)
    least, most = low.stages[0].value, high.stages[1].value
    points = [low]
    for place in range(1, n_points - 1):
        progress("progress.front", place, n_points)
        bound = least + (most - least) * place // (n_points - 1)
        points.append(solve((second, first, *rest), points[-1], (first, bound)))
    return [_checked(point, names, settings) for point in (*points, high)]


def _checked(point: Best, names: Sequence[str], settings: SolverSettings) -> Best:
    """Return a point with its stages in the order of `names`, and what is proven of it."""
    ordered = _in_order(point, names)
    return replace(ordered, status=_status(ordered.stages, settings))


def _in_order(point: Best, names: Sequence[str]) -> Best:
    """Return a point with its stages in the order of `names`."""
    by_name = {stage.name: stage for stage in point.stages}
    return replace(point, stages=tuple(by_name[name] for name in names))


def _not_dominated(points: Iterable[Best]) -> tuple[Best, ...]:
    """Return those points than which none is as good in both objectives, the first one rising."""
    kept: list[Best] = []
    for point in sorted(points, key=lambda each: [stage.value for stage in each.stages]):
        if not kept or point.stages[1].value < kept[-1].stages[1].value:
            kept.append(point)
    return tuple(kept)


def _status(stages: Sequence[Reached], settings: SolverSettings) -> Status:
    """Return what is proven of a point: the least that is proven of its objectives."""
    gaps = [stage.value - stage.bound for stage in stages]
    if max(gaps) <= 0:
        return "optimal"
    is_within = all(
        gap <= settings.gap * stage.value for gap, stage in zip(gaps, stages, strict=True)
    )
    return "within_gap" if is_within else "time_limit"
