"""A case -> the best decisions, part by part."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from layoutplan.core.attendance import Attendance
from layoutplan.core.case import Case
from layoutplan.core.plan import ObjectiveResult
from layoutplan.core.progress import Progress, silent
from layoutplan.core.rules import SolverSettings
from layoutplan.core.schema import Status
from layoutplan.core.solution import Solution
from layoutplan.core.travel_times import TravelTimes
from layoutplan.errors import DataError, Finding, InfeasibleError, NoPlanInTimeError
from layoutplan.model.build import build_model
from layoutplan.model.columns import columns_of
from layoutplan.model.problem import Problem, build_problem
from layoutplan.model.split import Part, split
from layoutplan.solve.gateways import gateway_of
from layoutplan.solve.infeasible import reasons
from layoutplan.solve.lexicographic import NoSolutionError, Solved, Stage, solve_in_order
from layoutplan.solve.repair import repairs

_LEAST_SECONDS = 10.0  # for a part however small, so that a slow machine does not cut it short


def solve(
    case: Case, times: TravelTimes, attendance: Attendance, *, progress: Progress = silent
) -> Solution:
    """Return the best decisions on the schools of `case` and on its demand units.

    Raises
    ------
    DataError
        When `times` are those of other villages or schools.
    InfeasibleError
        When no plan can satisfy the rules; its reasons say which and where.
    NoPlanInTimeError
        When none was found in the time allowed.
    """
    _see_that_they_fit(case, times)
    began = time.monotonic()
    deadline = began + case.solver.seconds
    gateway = gateway_of(case.solver)
    problem = build_problem(case, times, attendance)
    parts = split(problem, case.order)
    solved: list[Solved] = []
    impossible: list[Problem] = []
    for n_done, part in enumerate(parts):
        progress("progress.solve", n_done, len(parts))
        model = build_model(part.problem, case.order)
        own_deadline = _deadline(parts[n_done:], deadline)
        try:
            solved.append(solve_in_order(model, case.solver, gateway, own_deadline))
        except NoSolutionError as fault:
            if not fault.is_proven and not impossible:
                raise NoPlanInTimeError(findings=[_no_plan_in_time(case.solver)]) from fault
            if not fault.is_proven:
                break
            impossible.append(part.problem)
    if impossible:
        raise _infeasible(case, times, attendance, impossible)
    progress("progress.solve", len(parts), len(parts))
    return _solution(case, problem, parts, solved, time.monotonic() - began)


def _see_that_they_fit(case: Case, times: TravelTimes) -> None:
    """Raise where `times` are not those of the villages and schools of `case`, in its order."""
    is_right = times.village_ids.equals(case.villages.index) and times.school_ids.equals(
        case.schools.index
    )
    if not is_right:
        raise DataError(findings=[Finding("solve.other_times", "error")])


def _deadline(parts: Sequence[Part], deadline: float) -> float:
    """Return when the first of `parts` must be done: time is shared by the square of their size."""
    now = time.monotonic()
    left = max(deadline - now, 0.0)
    weights = np.array([float(part.problem.n_pairs) ** 2 for part in parts])
    share = weights[0] / weights.sum() if weights.sum() else 1.0
    return now + min(left, max(left * share, _LEAST_SECONDS))


def _solution(
    case: Case,
    problem: Problem,
    parts: Sequence[Part],
    solved: Sequence[Solved],
    seconds: float,
) -> Solution:
    """Return the decisions of all parts in the order of the case."""
    is_open = np.zeros(problem.n_schools, dtype=bool)
    is_used = np.zeros(problem.n_pairs, dtype=bool)
    for part, result in zip(parts, solved, strict=True):
        columns = columns_of(part.problem)
        is_open[part.school] = result.values[columns.z] > 0
        is_used[part.pair] = result.values[columns.x] > 0
    block_school = np.full(problem.n_blocks, -1, dtype=np.int32)
    block_school[problem.pair_block[is_used]] = problem.pair_school[is_used]
    place = case.schools.index.get_indexer(problem.school_ids).astype(np.int32)
    in_case_order = np.zeros(problem.n_schools, dtype=bool)
    in_case_order[place] = is_open
    by_stage = list(zip(*(result.stages for result in solved), strict=True))
    return Solution(
        status=_worst([stage.status for stages in by_stage for stage in stages]),
        objective=tuple(_total(stages) for stages in by_stage),
        is_open=in_case_order,
        school_idx=place[block_school[problem.unit_block]],
        seconds=seconds,
        is_settled=all(result.is_settled for result in solved),
    )


def _total(stages: Sequence[Stage]) -> ObjectiveResult:
    """Return one objective over all parts: values and bounds add up.

    Where an objective before it is not proven, the sum of bounds holds for plans that keep what
    this one reaches there in every part.
    """
    value = sum(stage.value for stage in stages)
    bound = sum(stage.bound for stage in stages)
    objective = stages[0].objective
    return ObjectiveResult(
        name=objective.name,
        value=value / objective.per_unit,
        bound=bound / objective.per_unit,
        gap=(value - bound) / value if value > bound else 0.0,
    )


def _worst(statuses: Sequence[Status]) -> Status:
    """Return what is proven of the whole when this is proven of its parts."""
    order: tuple[Status, ...] = ("optimal", "within_gap", "time_limit")
    return max(statuses, key=order.index, default="optimal")


def _infeasible(
    case: Case, times: TravelTimes, attendance: Attendance, impossible: Sequence[Problem]
) -> InfeasibleError:
    """Return why the parts in `impossible` have no plan, and what would help."""
    why = reasons(impossible)
    cures = repairs(case, times, attendance)
    if not why and not cures:
        schools = [str(name) for problem in impossible for name in problem.school_ids]
        why = (Finding("solve.impossible", "error", ids=tuple(schools)),)
    return InfeasibleError(why, cures)


def _no_plan_in_time(settings: SolverSettings) -> Finding:
    """Return the finding that time ran out before any plan was found."""
    facts = {"seconds": settings.seconds, "solver": settings.name}
    return Finding(
        "solve.no_plan_in_time", "error", "case.toml", column="solver.seconds", facts=facts
    )
