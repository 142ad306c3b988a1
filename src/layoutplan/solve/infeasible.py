"""Why no plan can satisfy the rules, and which single change would make one possible."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from layoutplan.core.attendance import Attendance
from layoutplan.core.case import Case
from layoutplan.core.travel_times import TravelTimes
from layoutplan.errors import Finding
from layoutplan.model.build import build_model
from layoutplan.model.problem import Problem, build_problem
from layoutplan.model.split import split
from layoutplan.solve.gateways import gateway_of
from layoutplan.solve.lexicographic import NoSolutionError, solve_in_order

_SECONDS = 20.0  # for trying one change; a planner waits for the answer
_ANY_ORDER = ("schools_open",)  # any objective will do to see whether there is a plan


def reasons(
    case: Case, times: TravelTimes, attendance: Attendance, impossible: Sequence[Problem]
) -> tuple[Finding, ...]:
    """Return why the parts in `impossible` have no plan, the plainest reasons first.

    Villages without any school in reach and groups of villages with more pupils than all the
    seats in their reach are named. Then every rule that can be relaxed is relaxed alone, and
    the changes that make a plan possible are listed.
    """
    found = [
        finding
        for problem in impossible
        for finding in (*_without_school(problem), *_short_of_seats(problem))
    ]
    for rule, relax in _RELAXATIONS.items():
        relaxed = relax(case)
        if relaxed is not None and _has_plan(relaxed, times, attendance):
            found.append(Finding(f"solve.relax.{rule}", "error", "case.toml", facts=_facts(case)))
    if not found:
        schools = [name for problem in impossible for name in problem.school_ids]
        found.append(Finding("solve.impossible", "error", ids=tuple(schools)))
    return tuple(found)


def _without_school(problem: Problem) -> list[Finding]:
    """Name the blocks that no open school can take."""
    is_usable = problem.may_open[problem.pair_school]
    has_school = np.bincount(problem.pair_block[is_usable], minlength=problem.n_blocks) > 0
    lost = np.flatnonzero(~has_school)
    if not len(lost):
        return []
    names = tuple(_words(name) for name in problem.block_ids[lost])
    pupils = int(problem.pupils[lost].sum())
    return [Finding("solve.no_school_in_reach", "error", ids=names, facts={"pupils": pupils})]


def _short_of_seats(problem: Problem) -> list[Finding]:
    """Name the schools whose seats are too few for all who can go nowhere else.

    A maximum flow of pupils into seats; where it falls short, the blocks on the source's side of
    the minimum cut have more pupils than all the schools that they can reach have seats.
    """
    n_blocks, n_schools = problem.n_blocks, problem.n_schools
    source, sink = n_blocks + n_schools, n_blocks + n_schools + 1
    pair = np.flatnonzero(problem.may_open[problem.pair_school])
    school = problem.pair_school[pair] + n_blocks
    tail = np.concatenate([np.full(n_blocks, source), problem.pair_block[pair], np.unique(school)])
    head = np.concatenate([np.arange(n_blocks), school, np.full(len(np.unique(school)), sink)])
    capacity = np.concatenate(
        [
            problem.pupils,
            problem.pupils[problem.pair_block[pair]],
            problem.seats[np.unique(school) - n_blocks],
        ]
    )
    shape = (sink + 1, sink + 1)
    graph = csr_array((capacity.astype(np.int32), (tail, head)), shape=shape)
    flow = maximum_flow(graph, source, sink)
    if flow.flow_value == problem.pupils.sum():
        return []
    residual = csr_array((graph - flow.flow) > 0)
    reached = breadth_first_order(residual, source, return_predecessors=False)
    blocks = reached[reached < n_blocks]
    schools = reached[(reached >= n_blocks) & (reached < source)] - n_blocks
    if not len(schools):
        return []
    pupils, places = int(problem.pupils[blocks].sum()), int(problem.seats[schools].sum())
    facts = {
        "n_groups": len(blocks),
        "pupils": pupils,
        "seats": places,
        "short": pupils - places,
    }
    names = tuple(sorted(problem.school_ids[schools]))
    return [Finding("solve.short_of_seats", "error", ids=names, facts=facts)]


def _has_plan(case: Case, times: TravelTimes, attendance: Attendance) -> bool:
    """Return whether a plan for `case` is found in a short time."""
    settings = replace(case.solver, gap=1.0)
    deadline = time.monotonic() + _SECONDS
    try:
        for part in split(build_problem(case, times, attendance), _ANY_ORDER):
            model = build_model(part.problem, _ANY_ORDER)
            solve_in_order(model, settings, gateway_of(settings), deadline)
    except NoSolutionError:
        return False
    return True


def _without_limit_today(case: Case) -> Case | None:
    """Let pupils and schools that are over a limit today stay so."""
    if case.rules.over_limit_today == "keep":
        return None
    return replace(case, rules=replace(case.rules, over_limit_today="keep"))


def _without_least_size(case: Case) -> Case | None:
    """Drop the least size."""
    if case.rules.min_enrollment == 0:
        return None
    return replace(case, rules=replace(case.rules, min_enrollment=0))


def _without_max_closures(case: Case) -> Case | None:
    """Drop the most closures."""
    if case.rules.max_closures is None:
        return None
    return replace(case, rules=replace(case.rules, max_closures=None))


def _without_number_open(case: Case) -> Case | None:
    """Drop the number of open schools."""
    if case.rules.open_exactly is None:
        return None
    return replace(case, rules=replace(case.rules, open_exactly=None))


def _without_decisions(case: Case) -> Case | None:
    """Let every school that the table keeps or closes be decided freely."""
    is_given = case.schools["is_decision_given"] & (case.schools["decision"] != "free")
    if not is_given.any():
        return None
    decision = case.schools["decision"].where(~is_given, "free")
    return replace(case, schools=case.schools.assign(decision=decision))


def _with_redraw(case: Case) -> Case | None:
    """Let every village change school."""
    if case.rules.movement == "redraw":
        return None
    return replace(case, rules=replace(case.rules, movement="redraw"))


_RELAXATIONS: dict[str, Callable[[Case], Case | None]] = {
    "over_limit_today": _without_limit_today,
    "min_enrollment": _without_least_size,
    "max_closures": _without_max_closures,
    "open_exactly": _without_number_open,
    "decisions": _without_decisions,
    "movement": _with_redraw,
}


def _facts(case: Case) -> dict[str, object]:
    """Return the rules that the sentences on relaxing them name."""
    rules = case.rules
    return {
        "min_enrollment": rules.min_enrollment,
        "max_closures": rules.max_closures,
        "open_exactly": rules.open_exactly,
        "movement": rules.movement,
    }


def _words(block_id: str) -> str:
    """Return the name of a block as a planner reads it."""
    return " ".join(part for part in block_id.split("|") if part)
