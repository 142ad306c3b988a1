"""The model of a problem: columns, constraints and objectives as arrays, built once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from layoutplan.model.arrays import Model
from layoutplan.model.columns import as_today, column_names, columns_of, complete
from layoutplan.model.constraints import CONSTRAINTS, longest_trip
from layoutplan.model.objectives import OBJECTIVES, tie_break
from layoutplan.model.problem import Problem


def build_model(problem: Problem, order: Sequence[str]) -> Model:
    """Return the model of `problem` with the objectives in `order` and the tie-break after them.

    Raises
    ------
    KeyError
        When `order` names an objective that there is not.
    """
    columns = columns_of(problem)
    lower = np.zeros(columns.n)
    upper = np.ones(columns.n)
    lower[columns.z[~problem.may_close]] = 1
    upper[columns.z[~problem.may_open]] = 0
    upper[columns.longest] = np.inf
    is_integer = np.ones(columns.n, dtype=bool)
    is_integer[columns.longest] = False
    constraints = [
        constraint
        for constraint in CONSTRAINTS
        if constraint is not longest_trip or "max_minutes" in order
    ]
    return Model(
        lower=lower,
        upper=upper,
        is_integer=is_integer,
        rows=tuple(constraint(problem, columns) for constraint in constraints),
        objectives=(
            *(OBJECTIVES[name](problem, columns) for name in order),
            tie_break(problem, columns),
        ),
        complete=partial(complete, problem),
        start=as_today(problem),
        of_schools=np.concatenate([columns.z, columns.u]),
        column_names=partial(column_names, problem),
    )
