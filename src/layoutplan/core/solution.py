"""What a solver decided, before it is told as a plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layoutplan.core.plan import ObjectiveResult
from layoutplan.core.schema import Status


@dataclass(frozen=True)
class Solution:
    """Decisions on the schools and units of a case, in its own order.

    Parameters
    ----------
    status : {"optimal", "within_gap", "time_limit"}
        What is proven.
    objective : tuple of ObjectiveResult
        In lexicographic order.
    is_open : (n_schools,) bool
        Whether each school of ``case.schools`` is open under the plan.
    school_idx : (n_units,) int32
        Position in ``case.schools`` of the school of each row of ``attendance.units``.
    seconds : float
        Time the solver took.
    is_settled : bool
        Whether the choice among equally good plans was settled: then every run gives this one.
    """

    status: Status
    objective: tuple[ObjectiveResult, ...]
    is_open: NDArray[np.bool_]
    school_idx: NDArray[np.int32]
    seconds: float
    is_settled: bool = True
