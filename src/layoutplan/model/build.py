"""The model of a problem: columns, constraints and objectives as arrays, built once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from layoutplan.model import constraints as core
from layoutplan.model import side_constraints as side
from layoutplan.model.arrays import Model, Rows
from layoutplan.model.columns import Columns, as_today, column_names, columns_of, complete
from layoutplan.model.objectives import OBJECTIVES, tie_break
from layoutplan.model.problem import Problem

Constraint = Callable[[Problem, Columns], Rows]

CONSTRAINTS: tuple[Constraint, ...] = (
    core.everybody_has_a_school,
    core.one_option_each,
    core.only_where_taught,
    core.stays_where_open,
    core.seats,
    core.beds,
    core.least_size,
    core.small_or_large,
    core.small_only_if_open,
    core.max_closures,
    core.open_exactly,
    core.budget,
    side.closest_open,
    side.boards_beyond_reach,
    side.one_per_township,
    side.villages_together,
    side.siblings_together,
    side.contiguous,
    side.must_merge_into,
    side.never_merge_into,
    side.border_swaps,
    core.funding_floor,
    core.longest_trip,
)
"""Every constraint that a model may hold, in the order of its rows."""

FOR_OBJECTIVE: dict[Constraint, str] = {
    core.funding_floor: "yearly_cost",
    core.longest_trip: "max_minutes",
}
"""Constraints that only define what an objective counts, and that objective."""


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
    is_sure = ~problem.may_close & (problem.n_options == 1)
    lower[columns.z[is_sure[problem.options.school]]] = 1
    upper[columns.q] = upper[columns.longest] = np.inf
    is_integer = np.ones(columns.n, dtype=bool)
    is_integer[columns.q] = is_integer[columns.longest] = False
    constraints = [
        constraint for constraint in CONSTRAINTS if FOR_OBJECTIVE.get(constraint) in (None, *order)
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
