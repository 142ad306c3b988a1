"""Which single change of the rules would make a plan possible: each is tried by solving."""

from __future__ import annotations

import math
import time
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np

from layoutplan.core.attendance import Attendance
from layoutplan.core.case import Case
from layoutplan.core.rules import Rules
from layoutplan.core.schema import MS_PER_MINUTE, Movement
from layoutplan.core.travel_times import TravelTimes
from layoutplan.errors import Finding
from layoutplan.model.build import build_model
from layoutplan.model.problem import build_problem
from layoutplan.model.split import split
from layoutplan.solve.gateways import gateway_of
from layoutplan.solve.infeasible import without_school
from layoutplan.solve.lexicographic import NoSolutionError, solve_in_order

_SECONDS = 60.0  # for all trials together; a planner waits for the answer
_TRIAL_SECONDS = 20.0  # for one of them
_ANY_ORDER = ("schools_open",)  # any objective will do to see whether there is a plan
_ANY_MINUTES = 1e6  # longer than any trip
_FREER: dict[Movement, tuple[Movement, ...]] = {
    "whole_school": ("by_village", "redraw"),
    "by_village": ("redraw",),
    "redraw": (),
}

Works = Callable[[Case], bool]


def repairs(case: Case, times: TravelTimes, attendance: Attendance) -> tuple[Finding, ...]:
    """Return the changes of one rule that make a plan possible, as small as could be found.

    For every change that is told a plan was found. Whether a smaller one would do was tried too,
    as far as time allowed. Where several rules are in the way at once, no single change helps.
    """
    deadline = time.monotonic() + _SECONDS

    def works(changed: Case) -> bool:
        return _has_plan(changed, times, attendance, deadline)

    found = (
        _longer_limits(case, times, attendance, works),
        _over_limit_today(case, works),
        _lower_least_size(case, works),
        _more_closures(case, works),
        _another_number_open(case, works),
        _freer_movement(case, works),
        _fewer_decisions(case, works),
    )
    return tuple(finding for finding in found if finding is not None)


def _longer_limits(
    case: Case, times: TravelTimes, attendance: Attendance, works: Works
) -> Finding | None:
    """Raise the limits, in whole minutes, until every village reaches a school.

    Only trips that are in `times` are known: those within the largest limit of the mode, and
    today's.
    """
    problem = build_problem(case, times, attendance)
    is_lost = without_school(problem)[problem.unit_block]
    if not is_lost.any():
        return None
    limitless = tuple(replace(band, max_minutes=_ANY_MINUTES) for band in case.bands)
    unbound = _with(replace(case, bands=limitless), replace(case.rules, movement="redraw"))
    wide = build_problem(unbound, times, attendance)
    is_usable = wide.may_open[wide.pair_school]
    nearest = np.full(wide.n_blocks, np.inf)
    np.minimum.at(nearest, wide.pair_block[is_usable], wide.longest_ms[is_usable] / MS_PER_MINUTE)
    needed = np.where(is_lost, nearest[wide.unit_block], 0.0)
    if np.isinf(needed).any():
        return None
    by_band = attendance.units.assign(needed=needed).groupby("band")["needed"].max()
    bands = tuple(
        replace(band, max_minutes=max(band.max_minutes, math.ceil(by_band.get(band.name, 0.0))))
        for band in case.bands
    )
    if not works(replace(case, bands=bands)):
        return None
    changed = [
        f"[bands.{band.name}] max_minutes = {band.max_minutes:g}"
        for band, before in zip(bands, case.bands, strict=True)
        if band != before
    ]
    return _relax("solve.relax.max_minutes", instead=", ".join(changed))


def _over_limit_today(case: Case, works: Works) -> Finding | None:
    """Let pupils and schools that are over a limit today stay so."""
    if case.rules.over_limit_today == "keep":
        return None
    if not works(_with(case, replace(case.rules, over_limit_today="keep"))):
        return None
    return _relax("solve.relax.over_limit_today")


def _lower_least_size(case: Case, works: Works) -> Finding | None:
    """Find the largest least size that works."""
    asked = case.rules.min_enrollment
    least = _first(
        range(asked - 1, -1, -1),
        lambda number: works(_with(case, replace(case.rules, min_enrollment=number))),
    )
    return None if least is None else _relax("solve.relax.min_enrollment", asked, least)


def _more_closures(case: Case, works: Works) -> Finding | None:
    """Find the smallest number of closures that works."""
    asked = case.rules.max_closures
    if asked is None:
        return None
    most = _first(
        range(asked + 1, int((case.schools["kind"] != "candidate").sum()) + 1),
        lambda number: works(_with(case, replace(case.rules, max_closures=number))),
    )
    return None if most is None else _relax("solve.relax.max_closures", asked, most)


def _another_number_open(case: Case, works: Works) -> Finding | None:
    """Find the nearest number of open schools that works."""
    asked = case.rules.open_exactly
    if asked is None or not works(_with(case, replace(case.rules, open_exactly=None))):
        return None
    for number in sorted(range(len(case.schools) + 1), key=lambda each: abs(each - asked)):
        if works(_with(case, replace(case.rules, open_exactly=number))):
            return _relax("solve.relax.open_exactly", asked, number)
    return None


def _freer_movement(case: Case, works: Works) -> Finding | None:
    """Find the least change of movement that works."""
    for movement in _FREER[case.rules.movement]:
        if works(_with(case, replace(case.rules, movement=movement))):
            return _relax("solve.relax.movement", case.rules.movement, movement)
    return None


def _fewer_decisions(case: Case, works: Works) -> Finding | None:
    """Find decisions of the table none of which may stand, once the others are free.

    All of them are set free; then each is taken back where a plan remains.
    """
    schools = case.schools
    is_fixed = schools["is_decision_given"] & (schools["decision"] != "free")

    def without(school_ids: Iterable[str]) -> Case:
        is_free = schools.index.isin(list(school_ids))
        return replace(
            case, schools=schools.assign(decision=schools["decision"].mask(is_free, "free"))
        )

    freed = list(schools.index[is_fixed])
    if not freed or not works(without(freed)):
        return None
    for school_id in list(freed):
        others = [each for each in freed if each != school_id]
        if works(without(others)):
            freed = others
    return Finding("solve.relax.decisions", "error", table="schools", ids=tuple(sorted(freed)))


def _first(numbers: Sequence[int], works: Callable[[int], bool]) -> int | None:
    """Return the first number that works where all after it do; None where none does."""
    if not numbers or not works(numbers[-1]):
        return None
    return numbers[bisect_left(numbers, True, hi=len(numbers) - 1, key=works)]


def _with(case: Case, rules: Rules) -> Case:
    """Return the case under other rules."""
    return replace(case, rules=rules)


def _relax(rule: str, asked: object = "", instead: object = "") -> Finding:
    """Return the finding that a plan exists with something else instead of what was asked."""
    return Finding(rule, "error", "case.toml", facts={"asked": asked, "instead": instead})


def _has_plan(case: Case, times: TravelTimes, attendance: Attendance, deadline: float) -> bool:
    """Return whether a plan for `case` is found in the time of one trial."""
    now = time.monotonic()
    if now > deadline:
        return False
    settings = replace(case.solver, gap=1.0)
    gateway = gateway_of(settings)
    try:
        for part in split(build_problem(case, times, attendance), _ANY_ORDER):
            model = build_model(part.problem, _ANY_ORDER)
            solve_in_order(model, settings, gateway, min(deadline, now + _TRIAL_SECONDS))
    except NoSolutionError:
        return False
    return True
