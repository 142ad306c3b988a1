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
    bound : int
        No plan that keeps the stages before can be below it.
    is_stopped : bool
        Whether time stopped the solver before it was done.
    """

    objective: Objective
    value: int
    bound: int
    is_stopped: bool

    @property
    def status(self) -> Status:
        """What is proven of the value."""
        if self.bound >= self.value:
            return "optimal"
        return "time_limit" if self.is_stopped else "within_gap"


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
        Whether time left the tie-break alone: then the same model always gives the same solution.
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
    decisions; a stage that loses anything of an earlier one is not taken. The tie-break may stop
    at its node limit, which is the same on every machine.

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
        values = _better(model, stages, objective, values, outcome)
        if values is None:
            raise NoSolutionError(is_proven=outcome.status == "infeasible")
        stages.append(_stage(objective, values, outcome))
    program = replace(_program(model, stages, tie_break, values), max_nodes=_TIE_NODES)
    outcome = gateway(program, replace(settings, gap=0.0), deadline - time.monotonic())
    settled = _better(model, stages, tie_break, values, outcome)
    if settled is None:
        raise VerificationError("the tie-break lost the plan that it started from")
    return Solved(settled, tuple(stages), outcome.status in ("optimal", "node_limit"))


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


def _better(
    model: Model,
    stages: Sequence[Stage],
    objective: Objective,
    values: Values | None,
    outcome: Outcome,
) -> Values | None:
    """Return the outcome's solution where it is no worse than `values`, else `values`."""
    if outcome.values is None:
        return values
    found = model.complete(outcome.values)
    broken = broken_rows(model.rows, found)
    if broken:
        raise VerificationError(f"a rounded solution breaks {', '.join(broken)}")
    loses = any(stage.objective.exact(found) > stage.value for stage in stages)
    if values is None:
        return found
    return values if loses or objective.exact(found) > objective.exact(values) else found


def _stage(objective: Objective, values: Values, outcome: Outcome) -> Stage:
    """Return what became of `objective`.

    Its values are whole numbers of the smallest unit and none is negative, so the solver's bound
    may be rounded up and is never below 0.
    """
    value = objective.exact(values)
    bound = max(outcome.bound * objective.per_unit - _SLACK, 0.0)
    return Stage(
        objective=objective,
        value=value,
        bound=value if bound >= value else math.ceil(bound),
        is_stopped=outcome.status in ("time_limit", "no_plan"),
    )
