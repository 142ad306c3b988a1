"""Why a case has no plan, and the smallest repairs that make one possible, each proven by one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from layoutplan.core.attendance import Attendance
from layoutplan.core.case import Case
from layoutplan.core.diagnosis import Diagnosis, Remedy, Repair
from layoutplan.core.progress import Progress, silent
from layoutplan.core.repairs import apply_repairs, place_name
from layoutplan.core.travel_times import TravelTimes
from layoutplan.errors import Finding
from layoutplan.model.assemble import build_problem
from layoutplan.model.problem import Problem
from layoutplan.solve.best import best
from layoutplan.solve.elastic import FREED, order_freeing
from layoutplan.solve.infeasible import blocks, villages_of
from layoutplan.solve.lexicographic import NoSolutionError
from layoutplan.solve.relaxed import relaxed
from layoutplan.solve.remedies import least_broken, remedy
from layoutplan.solve.remedy_words import remedy_findings
from layoutplan.solve.rule_trials import single_rules

_SECONDS = 60.0  # for all remedies together; a planner waits for the answer
_TRIAL_SECONDS = 20.0  # for one proof or trial
_ANY_ORDER = ("pupils_moved",)  # any objective will do to see whether there is a plan

Found = Remedy | Finding


def diagnose(
    case: Case,
    times: TravelTimes,
    attendance: Attendance,
    impossible: Sequence[Problem],
    *,
    longer: Callable[[], TravelTimes] | None = None,
    progress: Progress = silent,
) -> Diagnosis:
    """Return why the parts in `impossible` have no plan, and what would make one possible.

    Every remedy is applied to the case, and a plan is found with it. The first spares limits most
    and places least; others give way first in something else, or change a single rule.

    Parameters
    ----------
    impossible : sequence of Problem
        The parts of the problem for which it is proven that there is no plan.
    longer : callable, optional
        Returns travel times with trips over the limits too; without it those in `times` are all.
    progress : Progress
        Told that repairs are sought.
    """
    contradictions = blocks(case, impossible)
    reasons = tuple(block.finding for block in contradictions)
    if not reasons:
        schools = [place_name(case, str(name)) for each in impossible for name in each.school_ids]
        reasons = (Finding("solve.impossible", "error", ids=tuple(schools)),)
    progress("progress.repair", 0, 0)
    deadline = time.monotonic() + _SECONDS
    known = times if longer is None else longer()
    found = tuple(_search(case, known, attendance, impossible, deadline))
    remedies = tuple(each for each in found if isinstance(each, Remedy))
    said = tuple(each for each in found if isinstance(each, Finding))
    return Diagnosis(
        blocks=contradictions,
        remedies=remedies,
        reasons=reasons,
        repair=(*remedy_findings(case, remedies), *said),
    )


def _search(
    case: Case,
    times: TravelTimes,
    attendance: Attendance,
    impossible: Sequence[Problem],
    deadline: float,
) -> Iterator[Found]:
    """Yield remedies for which a plan was found, and what is to be said of the search."""

    def works(changed: Case) -> bool:
        return _has_plan(changed, times, attendance, deadline)

    told: set[tuple[Repair, ...]] = set()
    for found in _by_elastic(case, times, attendance, impossible, deadline):
        if isinstance(found, Finding):
            yield found
            return
        if found.repairs not in told and works(apply_repairs(case, found.repairs)):
            told.add(found.repairs)
            yield found
    for repair in single_rules(case, works):
        if (repair,) not in told:
            told.add((repair,))
            yield Remedy((repair,))
    if time.monotonic() > deadline:
        yield Finding("repair.time", "note", facts={"seconds": _SECONDS})
    elif not told:
        yield Finding("repair.none", "note")


def _by_elastic(
    case: Case,
    times: TravelTimes,
    attendance: Attendance,
    impossible: Sequence[Problem],
    deadline: float,
) -> Iterator[Found]:
    """Yield what is broken least, giving way in one thing after the other, as repairs."""
    loose = relaxed(case, times, attendance, impossible)
    parts = loose.parts(impossible)
    may_differ = frozenset(FREED[:1])
    for nth, kind in enumerate(FREED):
        if kind not in may_differ:
            continue
        order = order_freeing(kind)
        broken = [least_broken(case, part, prices, order, deadline) for part, prices in parts]
        helpless = {
            place_name(case, village_id)
            for each in broken
            for village_id in villages_of(case, each.problem)[each.is_unserved]
        }
        if helpless:
            yield Finding("repair.helpless", "note", ids=tuple(sorted(helpless)))
            return
        yield remedy(loose, attendance.units, broken)
        if nth == 0:
            may_differ = frozenset().union(*(each.kinds for each in broken if not each.is_plain))


def _has_plan(case: Case, times: TravelTimes, attendance: Attendance, deadline: float) -> bool:
    """Return whether a plan for `case` is found in the time of one trial."""
    now = time.monotonic()
    if now > deadline:
        return False
    try:
        best(
            build_problem(case, times, attendance),
            _ANY_ORDER,
            replace(case.solver, gap=1.0),
            deadline=min(deadline, now + _TRIAL_SECONDS),
        )
    except NoSolutionError:
        return False
    return True
