"""Plans nearly as good as the best that differ most.

Each plan is, among those within the limits, one that differs in the most schools from that one of
the plans before it that is most alike. Choosing so, one after the other, the least difference of
any two is at least half of what any choice of as many plans could have: Ravi, Rosenkrantz and
Tayi (1994), doi:10.1287/opre.42.2.299.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import get_args

import numpy as np

from layoutplan.core.progress import Progress, silent
from layoutplan.core.rules import SolverSettings
from layoutplan.core.schema import Status
from layoutplan.model.arrays import Model
from layoutplan.model.build import build_model
from layoutplan.model.columns import columns_of
from layoutplan.model.difference import has_choice, n_differing, to_differ
from layoutplan.model.limits import at_most
from layoutplan.model.problem import Problem
from layoutplan.solve.best import Best, Reached, best
from layoutplan.solve.gateways import gateway_of
from layoutplan.solve.lexicographic import Solved, solve_in_order
from layoutplan.solve.sure import tightened
from layoutplan.solve.windows import started

STATUSES = get_args(Status)  # the surest first


@dataclass(frozen=True)
class Differing:
    """A plan, and how it differs from those before it.

    Parameters
    ----------
    plan : Best
        The decisions.
    n_least : int
        Schools with another fate than in that one of the plans before it that is most alike.
    n_bound : int
        No plan within the limits differs in more.
    status : {"optimal", "within_gap", "time_limit"}
        What is proven of the difference; of the first plan, of its objectives.
    """

    plan: Best
    n_least: int
    n_bound: int
    status: Status


@dataclass(frozen=True)
class Several:
    """Plans that differ, the best first.

    Parameters
    ----------
    plans : tuple of Differing
        In the order in which they were chosen.
    is_exhausted : bool
        Whether it is proven that no other plan within the limits differs from all of them.
    """

    plans: tuple[Differing, ...]
    is_exhausted: bool


def portfolio(
    problem: Problem,
    order: Sequence[str],
    settings: SolverSettings,
    *,
    within: float,
    n_plans: int,
    progress: Progress = silent,
) -> Several:
    """Return the best plan, and after it the plans nearly as good that differ most.

    Parameters
    ----------
    problem : Problem
        What is to be decided.
    order : sequence of str
        The objectives.
    settings : SolverSettings
        Every plan has all of their time.
    within : float
        The share by which a plan may be worse than the best in each objective.
    n_plans : int
        How many plans; fewer where no other one differs, or none was found in time.
    progress : Progress
        Told of every plan.

    Raises
    ------
    NoSolutionError
        When there is no plan, or none was found in time.
    """
    progress("progress.portfolio", 0, n_plans)
    first = best(problem, order, settings, deadline=time.monotonic() + settings.seconds)
    found = [Differing(first, 0, 0, first.status)]
    model = _within(problem, order, first, within)
    while len(found) < n_plans:
        progress("progress.portfolio", len(found), n_plans)
        other = _most_differing(problem, model, settings, [each.plan for each in found])
        if not other.n_least:
            return Several(tuple(found), is_exhausted=other.n_bound == 0)
        found.append(other)
    return Several(tuple(found), is_exhausted=False)


def most_of(stage: Reached, within: float) -> int:
    """Return how large an objective may be, in its smallest unit; whole numbers are rounded down.

    Examples
    --------
    >>> most_of(Reached("small_schools", 12, 12.0, 1), 0.01)
    12
    """
    # The share is taken of a decimal fraction: 1 % of 300 is 3, not a hair less.
    return stage.value + math.floor(round(stage.value * within, 6))


def _within(problem: Problem, order: Sequence[str], first: Best, within: float) -> Model:
    """Return the model of plans nearly as good as the `first`."""
    model = tightened(problem, build_model(problem, order))
    limits = [
        at_most(objective, most_of(stage, within))
        for objective, stage in zip(model.objectives, first.stages, strict=False)
    ]
    columns = columns_of(problem)
    values = np.zeros(columns.n)
    values[columns.z], values[columns.x] = first.is_option, first.is_used
    return replace(model, rows=(*model.rows, *limits), start=model.complete(values))


def _most_differing(
    problem: Problem, model: Model, settings: SolverSettings, others: Sequence[Best]
) -> Differing:
    """Return the plan that differs most from the `others`, one of these where none does."""
    gateway = gateway_of(settings)
    deadline = time.monotonic() + settings.seconds
    taken = [other.is_option for other in others]
    aim = to_differ(model, problem, taken)
    aim = started(problem, aim, settings, gateway, deadline)
    solved = solve_in_order(aim, settings, gateway, deadline)
    (stage,) = solved.stages
    plan = _placed_best(problem, model, solved, settings)
    return Differing(
        plan=plan,
        n_least=int(n_differing(problem, plan.is_option, taken).min()),
        n_bound=int(has_choice(problem).sum()) - math.ceil(stage.bound),
        status=stage.status,
    )


def _placed_best(
    problem: Problem, model: Model, differing: Solved, settings: SolverSettings
) -> Best:
    """Return the best plan in which every school has the fate that it has in `differing`."""
    columns = columns_of(problem)
    values = differing.values[: model.n_columns]
    lower, upper = model.lower.copy(), model.upper.copy()
    lower[columns.z] = upper[columns.z] = values[columns.z]
    same = replace(model, lower=lower, upper=upper, start=values)
    deadline = time.monotonic() + settings.seconds
    solved = solve_in_order(same, settings, gateway_of(settings), deadline)
    return Best(
        problem=problem,
        is_option=solved.values[columns.z] > 0,
        is_used=solved.values[columns.x] > 0,
        stages=tuple(
            Reached(each.objective.name, each.value, each.bound, each.objective.per_unit)
            for each in solved.stages
        ),
        status=max((each.status for each in solved.stages), key=STATUSES.index),
        is_settled=differing.is_settled and solved.is_settled,
    )
