"""A case -> the best decisions, part by part."""

from __future__ import annotations

import time
from collections.abc import Callable

from layoutplan.core.attendance import Attendance
from layoutplan.core.case import Case
from layoutplan.core.diagnosis import NoPlanError
from layoutplan.core.progress import Progress, silent
from layoutplan.core.rules import SolverSettings
from layoutplan.core.solution import Solution
from layoutplan.core.travel_times import TravelTimes
from layoutplan.errors import DataError, Finding, NoPlanInTimeError
from layoutplan.model.assemble import build_problem
from layoutplan.solve.best import best
from layoutplan.solve.decided import solution_of
from layoutplan.solve.lexicographic import NoSolutionError
from layoutplan.solve.repair import diagnose


def solve(
    case: Case,
    times: TravelTimes,
    attendance: Attendance,
    *,
    longer: Callable[[], TravelTimes] | None = None,
    progress: Progress = silent,
) -> Solution:
    """Return the best decisions on the schools of `case` and on its demand units.

    Parameters
    ----------
    longer : callable, optional
        Returns travel times with trips over the limits too: asked for where no plan exists, to
        find out what would help.

    Raises
    ------
    DataError
        When `times` are those of other villages or schools.
    NoPlanError
        When no plan can satisfy the rules; it says which and where, and what would do.
    NoPlanInTimeError
        When none was found in the time allowed.
    """
    _see_that_they_fit(case, times)
    began = time.monotonic()
    problem = build_problem(case, times, attendance)
    try:
        found = best(
            problem,
            case.order,
            case.solver,
            deadline=began + case.solver.seconds,
            progress=progress,
        )
    except NoSolutionError as fault:
        if fault.is_proven:
            why = diagnose(
                case, times, attendance, fault.impossible, longer=longer, progress=progress
            )
            raise NoPlanError(why) from fault
        raise NoPlanInTimeError(findings=[_no_plan_in_time(case.solver)]) from fault
    return solution_of(case, found, time.monotonic() - began)


def _see_that_they_fit(case: Case, times: TravelTimes) -> None:
    """Raise where `times` are not those of the villages and schools of `case`, in its order."""
    is_right = times.village_ids.equals(case.villages.index) and times.school_ids.equals(
        case.schools.index
    )
    if not is_right:
        raise DataError(findings=[Finding("solve.other_times", "error")])


def _no_plan_in_time(settings: SolverSettings) -> Finding:
    """Return the finding that time ran out before any plan was found."""
    facts = {"seconds": settings.seconds, "solver": settings.name}
    return Finding(
        "solve.no_plan_in_time", "error", "case.toml", column="solver.seconds", facts=facts
    )
