"""One objective after the other: each stage keeps what the stages before have reached."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from layoutplan.core.rules import SolverSettings
from layoutplan.core.schema import Status
from layoutplan.errors import VerificationError
from layoutplan.model.arrays import Model, Objective, broken_rows, matrix, row_bounds
from layoutplan.solve.program import Gateway, Outcome, Program, Values

_STAGE_SHARE = 0.6  # of the time left goes to a stage, so that the later ones get theirs
_TIE_NODES = 1  # where the root does not settle it, the choice would cost more than the plan
_SLACK = 0.1  # of the smallest unit: far above the solvers' rounding, far below a real difference


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
    """The solver has no solution; `is_proven` tells whether there is none at all."""

    def __init__(self, *, is_proven: bool) -> None:
        super().__init__("there is no solution" if is_proven else "no solution was found in time")
        self.is_proven = is_proven


def solve_in_order(
    model: Model, settings: SolverSettings, gateway: Gateway, deadline: float
) -> Solved:
    """Return the best solution of `model` in the lexicographic order of its objectives.

    Every stage adds a row that keeps the objectives before at the value reached, and starts from
    the solution that reached it. Values are worked out exactly, in whole numbers, from rounded
    decisions; a stage that loses anything of an earlier one is not taken. Where an earlier one
    was left at a gap, a later one may improve it by chance: the values are those of the solution
    that is returned. The tie-break may stop at its node limit, which is the same on every machine.

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

    Raises
    ------
    NoSolutionError
        When there is none, or none was found in time.
    VerificationError
        When a solution of the solver breaks a row once it is rounded.
    """
    *objectives, tie_break = model.objectives
    values = _usable_start(model)
    stages: list[Stage] = []
    for objective in objectives:
        seconds = (deadline - time.monotonic()) * _STAGE_SHARE
        outcome = gateway(_program(model, stages, objective, values), settings, seconds)
        values = _better(model, model.objectives[: len(stages) + 1], values, outcome)
        if values is None:
            raise NoSolutionError(is_proven=outcome.status == "infeasible")
        stages = [*_reached(stages, values), _stage(objective, values, outcome, settings.gap)]
    if values is None:
        raise ValueError("the model has no objective before the tie-break")
    program = _for_ties(model, stages, tie_break, values)
    outcome = gateway(program, replace(settings, gap=0.0), deadline - time.monotonic())
    found = _better(model, model.objectives, values, outcome)
    settled = values if found is None else found
    is_in_time = all(stage.status != "time_limit" for stage in stages)
    is_settled = is_in_time and outcome.status in ("optimal", "node_limit")
    return Solved(settled, _reached(stages, settled), is_settled)


def _usable_start(model: Model) -> Values | None:
    """Return the model's start where it keeps to every bound and row."""
    start = model.start
    if start is None or np.any(start < model.lower) or np.any(start > model.upper):
        return None
    return None if broken_rows(model.rows, start) else start


def _program(
    model: Model, stages: Sequence[Stage], objective: Objective, start: Values | None
) -> Program:
    """Return the program of one stage: the model, and a row for every stage before it."""
    kept = [stage.objective.cost / stage.objective.per_unit for stage in stages]
    kept_upper = [(stage.value + _SLACK) / stage.objective.per_unit for stage in stages]
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


def _for_ties(
    model: Model, stages: Sequence[Stage], tie_break: Objective, values: Values
) -> Program:
    """Return the program of the tie-break: plans as good, with the same schools open and small."""
    program = _program(model, stages, tie_break, values)
    lower, upper = program.lower.copy(), program.upper.copy()
    lower[model.of_schools] = upper[model.of_schools] = values[model.of_schools]
    return replace(program, lower=lower, upper=upper, max_nodes=_TIE_NODES)


def _better(
    model: Model, objectives: Sequence[Objective], values: Values | None, outcome: Outcome
) -> Values | None:
    """Return the outcome's solution where it is no worse than `values`, else `values`."""
    if outcome.values is None:
        return values
    found = model.complete(outcome.values)
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
    bound = min(float(value), max(least, math.ceil(min(least, value) - _SLACK)))
    return Stage(objective, value, bound, gap)
