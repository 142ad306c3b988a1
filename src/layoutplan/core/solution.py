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
    action : (n_schools,) object
        What each school of ``case.schools`` becomes: ``keep``, ``open``, ``downgrade``,
        ``expand``, or empty where it is closed.
    seats, beds : (n_schools,) int64
        Places under the plan; of a closed school as today.
    school_idx : (n_units,) int32
        Position in ``case.schools`` of the school of each row of ``attendance.units``.
    seconds : float
        Time the solver took.
    is_settled : bool
        Whether the choice among equally good plans was settled: then every run gives this one.
    """

    status: Status
    objective: tuple[ObjectiveResult, ...]
    action: NDArray[np.object_]
    seats: NDArray[np.int64]
    beds: NDArray[np.int64]
    school_idx: NDArray[np.int32]
    seconds: float
    is_settled: bool = True
