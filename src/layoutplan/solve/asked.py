"""What is asked of every school: the problem in which it may do the opposite of what is planned."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd

from layoutplan.core.attendance import Attendance
from layoutplan.core.case import Case
from layoutplan.core.options import may_become_teaching_point, options
from layoutplan.core.plan import Plan
from layoutplan.core.schema import CLOSED_ACTIONS
from layoutplan.core.travel_times import TravelTimes
from layoutplan.errors import DataError, Finding
from layoutplan.model.assemble import build_problem
from layoutplan.model.chosen import Chosen, OtherPlanError, chosen
from layoutplan.model.forced import Decisions, decided
from layoutplan.model.problem import Mask, Problem
from layoutplan.model.split import Part, split
from layoutplan.solve.parts import Known


def asked_about(case: Case) -> Mask:
    """Return (s,) which schools of a case are screened: small today, or freely decided."""
    is_small = case.schools["enrollment"] < case.rules.small_below
    is_asked: Mask = (is_small | (case.schools["decision"] == "free")).to_numpy(dtype=bool)
    return is_asked


@dataclass(frozen=True)
class Asked:
    """What the questions about single schools have in common.

    In `problem` every screened school is free; `is_kept` and `is_closed` say what the table
    decides of them. Most parts of the problem are the same for many schools: what is `known` of
    them is not asked again.
    """

    case: Case
    units: pd.DataFrame
    problem: Problem
    plan: Chosen
    is_open: Mask
    is_kept: Mask
    is_closed: Mask
    may_stay_so: Mask
    known: Known = field(default_factory=dict)

    @cached_property
    def as_decided(self) -> tuple[Part, ...]:
        """The parts of the problem with all decisions of the table."""
        return self.parts(np.zeros(self.problem.n_schools, dtype=bool))

    def parts(self, is_free: Mask) -> tuple[Part, ...]:
        """Return the parts of the problem with the decisions of the table on all but some schools.

        Options, pairs and schools are given by their positions in the whole problem.
        """
        decisions = Decisions(
            is_kept=self.is_kept & ~is_free,
            is_closed=self.is_closed & ~is_free,
            is_allowed=np.ones(len(self.problem.options), dtype=bool),
        )
        base = decided(self.problem, decisions)
        return tuple(
            replace(part, option=base.option[part.option], pair=base.pair[part.pair])
            for part in split(base.problem, self.case.order)
        )

    def part_of(self, school: int) -> Part:
        """Return what a school can have to do with, once it is free."""
        is_free = np.zeros(self.problem.n_schools, dtype=bool)
        is_free[school] = self.is_kept[school] or self.is_closed[school]
        parts = self.parts(is_free) if is_free.any() else self.as_decided
        return next(part for part in parts if school in part.school)


def asked(case: Case, times: TravelTimes, attendance: Attendance, plan: Plan) -> Asked:
    """Return the problem in which the screened schools are free, and the plan in it.

    Raises
    ------
    DataError
        When `plan` is not one of `case`.
    """
    is_screened = asked_about(case)
    freed = _decide(case, "free", is_screened)
    problem = build_problem(freed, times, attendance)
    by_id = case.schools.index.get_indexer(problem.school_ids)
    decision = case.schools["decision"].where(is_screened, "free").to_numpy()[by_id]
    try:
        of_plan = chosen(problem, freed, attendance, plan)
    except OtherPlanError as fault:
        raise DataError(findings=[Finding("explain.other_plan", "error")]) from fault
    # A large school that the table keeps has no option to become a teaching point.
    kept = _decide(case, "keep", is_screened)
    may_shrink = may_become_teaching_point(kept).to_numpy()
    table = options(freed).iloc[problem.options.row]
    is_downgrade = (table["action"] == "downgrade").to_numpy()
    actions = plan.schools["action"].reindex(problem.school_ids)
    return Asked(
        # Processes that share the work need none of the roads.
        case=replace(case, roads=None, relief=(), travel_times=None),
        units=attendance.units,
        problem=problem,
        plan=of_plan,
        is_open=(~actions.isin(CLOSED_ACTIONS)).to_numpy(dtype=bool),
        is_kept=decision == "keep",
        is_closed=decision == "close",
        may_stay_so=~is_downgrade | may_shrink[table["school_idx"]],
    )


def _decide(case: Case, decision: str, is_decided: Mask) -> Case:
    """Return the case with a decision written in its table for some schools."""
    schools = case.schools.assign(
        decision=case.schools["decision"].mask(is_decided, decision),
        is_decision_given=case.schools["is_decision_given"] | is_decided,
    )
    return replace(case, schools=schools)
