"""The best plan in which one school does the opposite, for each school that is asked about."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from multiprocessing import get_context

import numpy as np

from layoutplan.core.attendance import Attendance
from layoutplan.core.case import Case
from layoutplan.core.opposite import Opposite, OppositeStatus
from layoutplan.core.plan import Plan
from layoutplan.core.progress import Progress, silent
from layoutplan.core.schema import Status
from layoutplan.core.travel_times import TravelTimes
from layoutplan.errors import Finding
from layoutplan.model.forced import (
    LIFTED,
    breaks_township_rule,
    forced_closed,
    forced_open,
    rules_in_force,
    with_seats_for_all,
)
from layoutplan.model.near import surroundings
from layoutplan.model.problem import Problem
from layoutplan.model.split import Part, split
from layoutplan.solve.asked import Asked, asked
from layoutplan.solve.best import Best, best
from layoutplan.solve.difference import changes, moves, units_of
from layoutplan.solve.infeasible import reasons, without_school
from layoutplan.solve.lexicographic import NoSolutionError
from layoutplan.solve.room import unclear_room, without_room

_CHUNKS = 8  # for each process: few enough to hand over, enough to end at about the same time
_START_SHARE = 0.3  # of a school's time goes to the plans nearest to the plan
_ANY_ORDER = ("schools_open",)  # any objective will do to see whether there is a plan
_STATUS: dict[Status, OppositeStatus] = {
    "optimal": "proven",
    "within_gap": "within_gap",
    "time_limit": "time_limit",
}


def opposites(
    case: Case,
    times: TravelTimes,
    attendance: Attendance,
    plan: Plan,
    school_ids: Sequence[str],
    *,
    seconds: float,
    progress: Progress = silent,
) -> tuple[Opposite, ...]:
    """Return for each of `school_ids` the best plan in which it does the opposite.

    A school that is open closes, one that is closed stays open; the table's decisions on all
    others stand. The best plan is that of :func:`layoutplan.optimize` for the case with this
    decision in its table. Only the part of the case that the school can have to do with is
    solved.

    Parameters
    ----------
    plan : Plan
        Of this case.
    school_ids : sequence of str
        Schools that are screened, as :func:`~layoutplan.solve.asked.asked_about` says.
    seconds : float
        Time for each.
    progress : Progress
        Told of every school. With ``solver.threads`` above 1 so many processes share the work.

    Raises
    ------
    DataError
        When `plan` is not one of `case`.
    """
    question = asked(case, times, attendance, plan)
    _learn(question, school_ids)
    n_processes = min(case.solver.threads, len(school_ids))
    found: dict[str, Opposite] = {}
    progress("progress.explain", 0, len(school_ids))
    if n_processes > 1:
        answers = _side_by_side(question, school_ids, seconds, n_processes)
    else:
        answers = _in_turn(question, school_ids, seconds)
    for each in answers:
        found[each.school_id] = each
        progress("progress.explain", len(found), len(school_ids))
    return tuple(found[school_id] for school_id in school_ids)


def _learn(question: Asked, school_ids: Sequence[str]) -> None:
    """Solve the parts that the schools lie in as the table decides them.

    The opposite of a decision changes one of the smaller parts that these fall into; all others
    are known from here on.
    """
    school = np.searchsorted(question.problem.school_ids, np.asarray(school_ids, dtype=object))
    deadline = time.monotonic() + question.case.solver.seconds
    for part in question.as_decided:
        if not np.isin(part.school, school).any():
            continue
        try:
            best(
                part.problem,
                question.case.order,
                question.case.solver,
                deadline=deadline,
                known=question.known,
            )
        except NoSolutionError:
            continue  # without an answer in time there is nothing to know


def _in_turn(question: Asked, school_ids: Sequence[str], seconds: float) -> Iterator[Opposite]:
    """Yield the opposites one after the other."""
    for school_id in school_ids:
        yield _opposite(question, school_id, time.monotonic() + seconds)


def _side_by_side(
    question: Asked, school_ids: Sequence[str], seconds: float, n_processes: int
) -> Iterator[Opposite]:
    """Yield the opposites as they are found, in any order, by processes that are spawned.

    Forked ones hang once HiGHS has run. Where none can be started, the work is done here.
    """
    alone = replace(question.case.solver, threads=1)
    one = replace(question, case=replace(question.case, solver=alone))
    chunks = [list(school_ids[k :: n_processes * _CHUNKS]) for k in range(n_processes * _CHUNKS)]
    left = list(chunks)
    try:
        with ProcessPoolExecutor(n_processes, mp_context=get_context("spawn")) as pool:
            places = {pool.submit(_chunk, one, chunk, seconds): chunk for chunk in chunks}
            for future in as_completed(places):
                yield from future.result()
                left.remove(places[future])
    except BrokenProcessPool:
        for chunk in left:
            yield from _in_turn(one, chunk, seconds)


def _chunk(question: Asked, school_ids: Sequence[str], seconds: float) -> list[Opposite]:
    """Return the opposites of some schools, for a process of its own."""
    return list(_in_turn(question, school_ids, seconds))


def _opposite(question: Asked, school_id: str, deadline: float) -> Opposite:
    """Return the best plan in which a school does the opposite, or why there is none."""
    school = int(np.searchsorted(question.problem.school_ids, school_id))
    part = question.part_of(school)
    here = int(np.searchsorted(part.school, school))
    if question.is_open[school]:
        forced = forced_closed(part.problem, here)
    else:
        forced = forced_open(part.problem, here, question.may_stay_so[part.option])
    nothing = Opposite(
        school_id=school_id,
        decision="close" if question.is_open[school] else "keep",
        status="impossible",
        changes=(),
        moves=moves(question, part, np.full(part.problem.n_blocks, -1)),
        alone=question.units.iloc[:0],
    )
    is_alone = without_school(forced.problem)
    if is_alone.any():
        return replace(nothing, alone=units_of(question, part, is_alone))
    if question.is_open[school] and breaks_township_rule(part.problem, here):
        return replace(nothing, rules=("one_per_township",))
    start = _start(question, part, forced, here, deadline)
    try:
        found = best(
            forced.problem,
            question.case.order,
            question.case.solver,
            deadline=deadline,
            start=start,
            known=question.known,
        )
    except NoSolutionError as fault:
        if not fault.is_proven:
            return replace(nothing, status="unknown")
        why = without_room(question.case, forced.problem)
        why = why or reasons(question.case, fault.impossible)
        why = why or _places_are_short(question, forced.problem, deadline)
        rules = () if why else _rules_in_the_way(question, forced.problem, deadline)
        return replace(nothing, reasons=why, rules=rules)
    return replace(
        nothing,
        status=_STATUS[found.status],
        changes=changes(question, part, found),
        moves=moves(question, part, found.block_school),
    )


def _start(question: Asked, part: Part, forced: Part, here: int, deadline: float) -> Best | None:
    """Return the best plan with the opposite that differs from the plan around the school only."""
    problem, order = forced.problem, question.case.order
    planned = question.plan.within(part).within(forced)
    around = surroundings(problem, planned, here)
    near = next(each for each in split(around.problem, order) if here in each.school)
    option, pair = around.option[near.option], around.pair[near.pair]
    now = time.monotonic()
    try:
        found = best(
            near.problem,
            order,
            question.case.solver,
            deadline=now + (deadline - now) * _START_SHARE,
        )
    except NoSolutionError:
        return None
    is_option, is_used = planned.is_option.copy(), planned.is_used.copy()
    is_option[np.isin(problem.options.school, near.school)] = False
    is_used[np.isin(problem.pair_block, problem.pair_block[pair])] = False
    is_option[option], is_used[pair] = found.is_option, found.is_used
    return Best(problem, is_option, is_used, (), "time_limit", is_settled=False)


def _places_are_short(question: Asked, problem: Problem, deadline: float) -> tuple[Finding, ...]:
    """Return that seats or beds are the cause, where with enough of them there is a plan."""
    settings = replace(question.case.solver, gap=1.0)
    try:
        best(with_seats_for_all(problem), _ANY_ORDER, settings, deadline=deadline)
    except NoSolutionError:
        return ()
    return unclear_room(question.case, problem)


def _rules_in_the_way(question: Asked, problem: Problem, deadline: float) -> tuple[str, ...]:
    """Return the rules without any one of which there would be a plan, as far as time allows."""
    settings = replace(question.case.solver, gap=1.0)
    found = []
    for rule in rules_in_force(problem):
        try:
            best(LIFTED[rule](problem), _ANY_ORDER, settings, deadline=deadline)
        except NoSolutionError:
            continue
        found.append(rule)
    return tuple(found)
