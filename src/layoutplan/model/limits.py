"""Rows that keep an objective at a value, for questions about plans nearly as good as the best."""

from __future__ import annotations

import numpy as np

from layoutplan.model.arrays import Objective, Rows

SLACK = 0.1  # of the smallest unit: far above the solvers' rounding, far below a real difference
_MOST_SLACK = 0.001  # of the objective's unit: a tenth of a school would make bounds worse


def kept_at(objective: Objective, value: int) -> float:
    """Return the upper bound, in the objective's unit, of a row that keeps it at `value`."""
    return value / objective.per_unit + min(SLACK / objective.per_unit, _MOST_SLACK)


def at_most(objective: Objective, value: int) -> Rows:
    """``objective <= value``, with `value` in the objective's smallest unit."""
    column = np.flatnonzero(objective.cost)
    return Rows(
        name=f"at_most_{objective.name}",
        row=np.zeros(len(column), dtype=np.int64),
        column=column,
        entry=objective.cost[column] / objective.per_unit,
        lower=np.array([-np.inf]),
        upper=np.array([kept_at(objective, value)]),
    )
