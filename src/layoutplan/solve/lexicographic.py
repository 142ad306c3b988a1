"""One objective after the other: each stage keeps what the stages before have reached."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from layoutplan.core.rules import SolverSettings
from layoutplan.core.schema import Status
from layoutplan.errors import VerificationError
from layoutplan.model.arrays import Model, Objective, broken_rows, matrix, row_bounds
from layoutplan.model.limits import SLACK, kept_at
from layoutplan.model.problem import Problem
from layoutplan.solve.program import Gateway, Outcome, Program, Relaxation, Values
from layoutplan.solve.ties import chosen

Mask = NDArray[np.bool_]

_STAGE_SHARE = 0.6  # of the time left goes to a stage, so that the later ones get theirs
_N_TRIALS = 3  # numbers tried, each one more than what was proven impossible
_TRIAL_NODES = 20  # where none is found by then, there is hardly a plan with so few schools


@dataclass(frozen=True)
class Stage:
    """What became of one objective, in its smallest unit.

    Parameters
    ----------
    objective : Objective
        What was minimized.
    value : int
        Of the plan.
    bound : float
        No plan that keeps the stages before can be below it.
    gap : float
        The relative distance of value and bound that was asked for.
    """

    objective: Objective
    value: int
    bound: float
    gap: float

    @property
    def status(self) -> Status:
        """What is proven of the value, whatever the solver calls it."""
        if self.bound >= self.value:
            return "optimal"
        is_within = self.value - self.bound <= self.gap * self.value
        return "within_gap" if is_within else "time_limit"


@dataclass(frozen=True)
class Solved:
    """A solution of a model.

    Parameters
    ----------
    values : (c,) float64
        Of the columns, completed.
    stages : tuple of Stage
        Of the objectives in their order, without the tie-break.
    is_settled : bool
        Whether time stopped neither a stage nor the tie-break: then the same model always gives
        the same solution.
    """

    values: Values
    stages: tuple[Stage, ...]
    is_settled: bool


class NoSolutionError(Exception):
    """The solver has no solution.

    `is_proven` tells whether there is none at all, and `impossible` which parts have none.
    """

    def __init__(self, *, is_proven: bool, impossible: tuple[Problem, ...] = ()) -> None:
        super().__init__("there is no solution" if is_proven else "no solution was found in time")
        self.is_proven = is_proven
        self.impossible = impossible


def solve_in_order(
    model: Model,
    settings: SolverSettings,
    gateway: Gateway,
    deadline: float,
    relax: Relaxation | None = None,
) -> Solved:
    """Return the best solution of `model` in the lexicographic order of its objectives.

    Every stage adds a row that keeps the objectives before at the value reached, and starts from
    the solution that reached it. Values are worked out exactly, in whole numbers, from rounded
    decisions; a stage that loses anything of an earlier one is not taken. Where an earlier one
    was left at a gap, a later one may improve it by chance: the values are those of the solution
    that is returned. Plans that are proven the best are told apart by the tie-break, see
    :func:`layoutplan.solve.ties.chosen`.

    Parameters
    ----------
    model : Model
        With at least one objective before the tie-break.
    settings : SolverSettings
        Gap, threads and seed.
    gateway : Gateway
        The solver.
    deadline : float
        Reading of :func:`time.monotonic` at which to stop.
    relax : Relaxation, optional
        Tells of a number of schools how small it may be: with that number the next objective is
        tried at once, which proves both where it succeeds.

    Raises
    ------
    NoSolutionError
        When there is none, or none was found in time.
    VerificationError
        When a solution of the solver breaks a row once it is rounded.
    """
    objectives = model.objectives[:-1]
    values = usable(model, model.start)
    stages: list[Stage] = []
    is_beyond: Mask | None = None
    while len(stages) < len(objectives):
        seconds = (deadline - time.monotonic()) * _STAGE_SHARE
        objective = objectives[len(stages)]
        if relax is not None and _counts_schools(model, objective):
            ahead = _ahead(model, stages, values, settings, gateway, seconds, relax)
            if ahead is not None:
                values, stages, is_beyond = ahead
                continue
        outcome = gateway(_program(model, stages, objective, values), settings, seconds)
        if outcome.values is not None:
            values = _better(model, objectives[: len(stages) + 1], values, outcome.values)
        if values is None:
            raise NoSolutionError(is_proven=outcome.status == "infeasible")
        stages = [*_reached(stages, values), _stage(objective, values, outcome, settings.gap)]
        is_beyond = outcome.is_beyond
    if values is None:
        raise ValueError("the model has no objective before the tie-break")
    if any(stage.status != "optimal" for stage in stages):
        is_in_time = all(stage.status != "time_limit" for stage in stages)
        return Solved(values, tuple(stages), is_settled=is_in_time)
    if is_beyond is not None:
        model = replace(model, upper=np.where(is_beyond, model.lower, model.upper))
    choice = chosen(model, objectives, values, settings, gateway, deadline)
    settled = _better(model, model.objectives, values, choice.values)
    return Solved(settled, tuple(stages), choice.is_settled)


def _counts_schools(model: Model, objective: Objective) -> bool:
    """Return whether an objective is a number of schools."""
    counted = np.flatnonzero(objective.cost)
    return objective.per_unit == 1 and bool(np.isin(counted, model.of_schools).all())


def _ahead(
    model: Model,
    stages: Sequence[Stage],
    values: Values | None,
    settings: SolverSettings,
    gateway: Gateway,
    seconds: float,
    relax: Relaxation,
) -> tuple[Values, list[Stage], Mask | None] | None:
    """Return solution, stages and what is beyond where a number of schools is as small as it may.

    With that number as a row, the next objective is solved at once. None where that gives nothing.
    """
    objectives = model.objectives[:-1]
    objective, *later = objectives[len(stages) :]
    relaxed = relax(_program(model, stages, objective, values))
    if relaxed is None:
        return None
    least = max(math.ceil(relaxed[0] - SLACK), 0)
    for number in range(least, least + _N_TRIALS):
        hoped = Stage(objective, number, number, settings.gap)
        if values is not None and objective.exact(values) == number:
            return values, [*stages, hoped], None
        if not later:
            return None
        program = _program(model, [*stages, hoped], later[0], None)
        trial = replace(program, max_blind_nodes=_TRIAL_NODES)
        outcome = gateway(trial, settings, seconds)
        if outcome.status != "infeasible":
            break
    if outcome.values is None:
        return None
    found = _better(model, objectives, None, outcome.values)
    reached = [*_reached(stages, found), hoped]
    if outcome.status in ("optimal", "within_gap"):
        reached.append(_stage(later[0], found, outcome, settings.gap))
    return found, reached, outcome.is_beyond


def usable(model: Model, start: Values | None) -> Values | None:
    """Return a plan to start from where it keeps to every bound and row of `model`."""
    if start is None or np.any(start < model.lower) or np.any(start > model.upper):
        return None
    return None if broken_rows(model.rows, start) else start


def _program(
    model: Model, stages: Sequence[Stage], objective: Objective, start: Values | None
) -> Program:
    """Return the program of one stage: the model, and a row for every stage before it."""
    kept = [stage.objective.cost / stage.objective.per_unit for stage in stages]
    kept_upper = [kept_at(stage.objective, stage.value) for stage in stages]
    base = matrix(model.rows, model.n_columns)
    row_lower, row_upper = row_bounds(model.rows)
    return Program(
        cost=objective.cost / objective.per_unit,
        lower=model.lower,
        upper=model.upper,
        is_integer=model.is_integer,
        matrix=sparse.vstack([base, *map(sparse.csr_matrix, kept)], format="csr"),
        row_lower=np.concatenate([row_lower, np.full(len(stages), -np.inf)]),
        row_upper=np.concatenate([row_upper, kept_upper]),
        start=start,
        column_names=model.column_names,
    )


def _better(
    model: Model, objectives: Sequence[Objective], values: Values | None, near: Values
) -> Values:
    """Return the solution that `near` is near to where it is no worse than `values`, else these."""
    found = model.complete(near)
    broken = broken_rows(model.rows, found)
    if broken:
        raise VerificationError(f"a rounded solution breaks {', '.join(broken)}")
    if values is None or _worth(objectives, found) <= _worth(objectives, values):
        return found
    return values


def _worth(objectives: Sequence[Objective], values: Values) -> list[int]:
    """Return the objectives of `values`; of two such lists the lesser is the better."""
    return [objective.exact(values) for objective in objectives]


def _reached(stages: Sequence[Stage], values: Values) -> tuple[Stage, ...]:
    """Return the stages with what `values` reach in them."""
    return tuple(replace(stage, value=stage.objective.exact(values)) for stage in stages)


def _stage(objective: Objective, values: Values, outcome: Outcome, gap: float) -> Stage:
    """Return what became of `objective`.

    Its values are whole numbers of the smallest unit and none is negative, so the solver's bound
    may be rounded up and is never below 0. A solver that calls impossible what has a solution
    proves nothing.
    """
    value = objective.exact(values)
    stated = -math.inf if outcome.status == "infeasible" else outcome.bound * objective.per_unit
    least = max(stated, 0.0)
    bound = min(float(value), max(least, math.ceil(min(least, value) - SLACK)))
    return Stage(objective, value, bound, gap)
