"""The decisions of a written plan as positions in its problem."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from layoutplan.core.attendance import Attendance
from layoutplan.core.case import Case
from layoutplan.core.options import options
from layoutplan.core.plan import Plan
from layoutplan.core.schema import CLOSED_ACTIONS, UNITS
from layoutplan.model.arrays import Values
from layoutplan.model.columns import columns_of, complete
from layoutplan.model.problem import Mask, Positions, Problem
from layoutplan.model.split import Part


class OtherPlanError(Exception):
    """A plan decides something that the problem does not know: it is a plan of another case."""


@dataclass(frozen=True)
class Chosen:
    """What is taken and used.

    Parameters
    ----------
    is_option : (o,) bool
        Options taken.
    is_used : (p,) bool
        Pairs used.
    """

    is_option: Mask
    is_used: Mask

    def within(self, part: Part) -> Chosen:
        """Return the decisions on a part of the problem."""
        return Chosen(self.is_option[part.option], self.is_used[part.pair])

    def values(self, problem: Problem) -> Values:
        """Return the decisions as values of the columns of the model of their problem."""
        columns = columns_of(problem)
        values = np.zeros(columns.n)
        values[columns.z] = self.is_option
        values[columns.x] = self.is_used
        return complete(problem, values)


def chosen(problem: Problem, case: Case, attendance: Attendance, plan: Plan) -> Chosen:
    """Return the decisions of `plan` on the problem of its case.

    Raises
    ------
    OtherPlanError
        When the plan takes an option or a pair that the problem does not have.
    """
    return Chosen(_options(problem, case, plan), _pairs(problem, attendance, plan))


def _options(problem: Problem, case: Case, plan: Plan) -> Mask:
    """Return the option that each open school of the plan has taken."""
    table = options(case).iloc[problem.options.row]
    school_ids = case.schools.index[table["school_idx"]]
    of_plan = plan.schools.reindex(school_ids)
    is_same = np.ones(len(table), dtype=bool)
    for column in ("action", "seats", "beds"):
        is_same &= table[column].to_numpy() == of_plan[column].to_numpy()
    # Of steps alike in places the first is the cheapest.
    taken = np.flatnonzero(is_same)
    first = taken[np.unique(problem.options.school[taken], return_index=True)[1]]
    is_closed = plan.schools["action"].isin(CLOSED_ACTIONS)
    if len(first) != (~is_closed).sum():
        raise OtherPlanError
    is_option: Mask = np.zeros(len(table), dtype=bool)
    is_option[first] = True
    return is_option


def _pairs(problem: Problem, attendance: Attendance, plan: Plan) -> Mask:
    """Return the pair that each block of the plan uses."""
    block_school = _block_schools(problem, attendance, plan.assignments)
    key = problem.pair_block.astype(np.int64) * problem.n_schools + problem.pair_school
    asked = np.arange(problem.n_blocks) * problem.n_schools + block_school
    is_used: Mask = np.isin(key, asked)
    if np.count_nonzero(is_used) != problem.n_blocks:
        raise OtherPlanError
    return is_used


def _block_schools(
    problem: Problem, attendance: Attendance, assignments: pd.DataFrame
) -> Positions:
    """Return for each block the position of its school under the plan."""
    *unit, _ = UNITS
    rows = assignments.rename(columns={"school_id": "to", "school_id_before": "school_id"})
    joined = attendance.units.merge(rows[[*unit, "to"]], on=unit, how="left")
    if len(joined) != len(attendance.units):
        raise OtherPlanError
    place = pd.Index(problem.school_ids).get_indexer(pd.Index(joined["to"]))
    block_school = np.full(problem.n_blocks, -1, dtype=np.int32)
    block_school[problem.unit_block] = place
    if (block_school < 0).any():
        raise OtherPlanError
    return block_school
