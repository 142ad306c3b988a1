"""The decisions on a problem, told in the order of its case."""

from __future__ import annotations

import numpy as np

from layoutplan.core.case import Case
from layoutplan.core.options import options
from layoutplan.core.plan import ObjectiveResult
from layoutplan.core.solution import Solution
from layoutplan.solve.best import Best, Reached


def solution_of(case: Case, found: Best, seconds: float) -> Solution:
    """Return the decisions in the order of the case; `seconds` is the time that they took."""
    problem = found.problem
    place = case.schools.index.get_indexer(problem.school_ids).astype(np.int32)
    taken = options(case).iloc[problem.options.row[found.is_option]]
    action = np.full(len(case.schools), "", dtype=object)
    action[taken["school_idx"]] = taken["action"]
    seats, beds = (case.schools[name].to_numpy(dtype=np.int64).copy() for name in ("seats", "beds"))
    seats[taken["school_idx"]] = taken["seats"]
    beds[taken["school_idx"]] = taken["beds"]
    return Solution(
        status=found.status,
        objective=tuple(result_of(stage) for stage in found.stages),
        action=action,
        seats=seats,
        beds=beds,
        school_idx=place[found.block_school[problem.unit_block]],
        seconds=seconds,
        is_settled=found.is_settled,
    )


def result_of(stage: Reached) -> ObjectiveResult:
    """Return one objective in the unit that its name says."""
    return ObjectiveResult(
        name=stage.name,
        value=stage.value / stage.per_unit,
        bound=stage.bound / stage.per_unit,
        gap=(stage.value - stage.bound) / stage.value if stage.value > stage.bound else 0.0,
    )
