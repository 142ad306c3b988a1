"""What differs between a plan and the best plan with an opposite decision."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layoutplan.core.opposite import Change
from layoutplan.model.chosen import Chosen
from layoutplan.model.columns import columns_of
from layoutplan.model.objectives import OBJECTIVES
from layoutplan.model.problem import Mask
from layoutplan.model.split import Part
from layoutplan.solve.asked import Asked
from layoutplan.solve.best import Best

_COUNTED = ("small_schools", "pupil_minutes")  # told whatever the objectives are
_MONEY = ("yearly_cost", "one_off_cost")  # told where anything costs


def changes(question: Asked, part: Part, found: Best) -> tuple[Change, ...]:
    """Return the objectives under the plan and under what was found, then what is also counted."""
    before = question.plan.within(part).values(part.problem)
    after = Chosen(found.is_option, found.is_used).values(found.problem)
    by_stage = {stage.name: stage for stage in found.stages}
    found_changes = []
    for name in _told(question):
        one = OBJECTIVES[name](part.problem, columns_of(part.problem))
        other = OBJECTIVES[name](found.problem, columns_of(found.problem))
        value = other.exact(after)
        least = by_stage[name].bound if name in by_stage else value
        found_changes.append(Change(name, one.exact(before), value, least, one.per_unit))
    return tuple(found_changes)


def moves(question: Asked, part: Part, block_school: NDArray[np.integer]) -> pd.DataFrame:
    """Return the units that go elsewhere than under the plan; a block at -1 goes nowhere else."""
    problem = part.problem
    of_plan = np.full(problem.n_blocks, -1)
    is_used = question.plan.is_used[part.pair]
    of_plan[problem.pair_block[is_used]] = problem.pair_school[is_used]
    is_moved = (block_school >= 0) & (block_school != of_plan)
    schools = np.full((question.problem.n_blocks, 2), -1)
    blocks = _blocks(question, part)[is_moved]
    schools[blocks] = part.school[np.column_stack([of_plan, block_school])[is_moved]]
    of_unit = schools[question.problem.unit_block]
    is_told = of_unit[:, 0] >= 0
    units = question.units[is_told].rename(columns={"school_id": "school_id_before"})
    return units.assign(
        school_id_plan=question.problem.school_ids[of_unit[is_told, 0]],
        school_id=question.problem.school_ids[of_unit[is_told, 1]],
    ).reset_index(drop=True)


def units_of(question: Asked, part: Part, is_block: Mask) -> pd.DataFrame:
    """Return the units of some blocks of a part."""
    blocks = _blocks(question, part)[is_block]
    is_unit = np.isin(question.problem.unit_block, blocks)
    return question.units[is_unit].reset_index(drop=True)


def _told(question: Asked) -> tuple[str, ...]:
    """Return what is told of a plan: its objectives, then what people ask for anyway."""
    problem, case = question.problem, question.case
    costs_yearly = bool((problem.options.yearly_cents > 0).any() or (problem.pair_cents > 0).any())
    costs_once = bool((problem.options.one_off_cents > 0).any())
    money = [name for name, costs in zip(_MONEY, (costs_yearly, costs_once), strict=True) if costs]
    return tuple(dict.fromkeys((*case.order, *_COUNTED, *money)))


def _blocks(question: Asked, part: Part) -> NDArray[np.int64]:
    """Return the positions of a part's blocks in the whole problem; none is without a pair."""
    return np.unique(question.problem.pair_block[part.pair]).astype(np.int64)
