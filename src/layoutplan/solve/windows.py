"""A good solution to start from: one group of schools near each other after the other is freed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import reverse_cuthill_mckee

from layoutplan.core.rules import SolverSettings
from layoutplan.model.arrays import Model, Values, broken_rows, matrix, row_bounds
from layoutplan.model.columns import columns_of
from layoutplan.model.difference import has_choice
from layoutplan.model.problem import Problem
from layoutplan.solve.program import Gateway, Outcome, Program

_N_FREED = 40  # schools at a time: enough to change much, few enough to be settled in seconds
_SHARE = 0.5  # of the time, for all of them together


def started(
    problem: Problem, model: Model, settings: SolverSettings, gateway: Gateway, deadline: float
) -> Model:
    """Return `model` with a better start, found by freeing some schools at a time.

    All other schools keep the fate that they have in the start. A problem with few schools is
    returned as it is: there the solver needs no help.

    Parameters
    ----------
    problem : Problem
        The whole problem.
    model : Model
        A model of it with a start; columns may have been added to those of the problem.
    settings, gateway
        As for the solve itself.
    deadline : float
        Of the whole solve, as a reading of :func:`time.monotonic`.
    """
    groups = list(_groups(problem))
    if len(groups) < 2 or model.start is None:
        return model
    ends = time.monotonic() + _SHARE * (deadline - time.monotonic())
    row_lower, row_upper = row_bounds(model.rows)
    program = Program(
        cost=model.objectives[0].cost,
        lower=model.lower,
        upper=model.upper,
        is_integer=model.is_integer,
        matrix=matrix(model.rows, model.n_columns),
        row_lower=row_lower,
        row_upper=row_upper,
        start=model.start,
        column_names=model.column_names,
    )
    values = model.start
    for n_done, freed in enumerate(groups):
        lower, upper = model.lower.copy(), model.upper.copy()
        kept = _kept(problem, freed)
        lower[kept] = upper[kept] = values[kept]
        left = max(ends - time.monotonic(), 0.0) / (len(groups) - n_done)
        part = replace(program, lower=lower, upper=upper, start=values)
        values = _better(model, values, gateway(part, settings, left))
    return replace(model, start=values)


def _kept(problem: Problem, freed: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the columns that stay as they are: of other schools, and of whoever goes to none."""
    columns = columns_of(problem)
    is_freed = np.zeros(problem.n_schools, dtype=bool)
    is_freed[freed] = True
    is_moving = np.zeros(problem.n_blocks, dtype=bool)
    is_moving[problem.pair_block[is_freed[problem.pair_school]]] = True
    return np.concatenate(
        [
            columns.z[~is_freed[problem.options.school]],
            columns.x[~is_moving[problem.pair_block]],
        ]
    )


def _better(model: Model, values: Values, outcome: Outcome) -> Values:
    """Return the solution of a part where it is one of the whole and no worse than `values`."""
    if outcome.values is None:
        return values
    found = model.complete(outcome.values)
    objective = model.objectives[0]
    is_worse = objective.exact(found) > objective.exact(values)
    return values if is_worse or broken_rows(model.rows, found) else found


def _groups(problem: Problem) -> Iterator[NDArray[np.int64]]:
    """Yield groups of schools that have a choice, near each other in that pupils can go to both."""
    block, school = problem.pair_block, problem.pair_school
    shape = (problem.n_blocks, problem.n_schools)
    reach = coo_matrix((np.ones(len(block)), (block, school)), shape=shape).tocsr()
    along = reverse_cuthill_mckee((reach.T @ reach).tocsr(), symmetric_mode=True)
    chosen = along[has_choice(problem)[along]].astype(np.int64)
    for first in range(0, len(chosen), _N_FREED):
        yield chosen[first : first + _N_FREED]
