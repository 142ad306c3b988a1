"""What a case leaves open: the trade-off of two objectives, and good plans that differ.

Composes basis and the rooms model, solve, plan, evaluate and report for the commands.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from layoutplan.basis import Basis, basis_of
from layoutplan.core.case import Case
from layoutplan.core.progress import Progress, silent
from layoutplan.core.schema import OBJECTIVES, Status
from layoutplan.core.solution import Solution
from layoutplan.core.tradeoffs import Front, Portfolio
from layoutplan.core.travel_times import TravelTimes
from layoutplan.errors import ConfigError, Finding, LayoutPlanError, NoPlanInTimeError
from layoutplan.journeys import longer_times

if TYPE_CHECKING:
    from layoutplan.solve.lexicographic import NoSolutionError

_NAMES = ", ".join(OBJECTIVES)
N_BOUNDS = 11  # ends and nine between: enough to see the shape of a trade-off
_SIZES = (
    "schools_open", "schools_merged", "small_schools", "pupils_moved", "mean_minutes",
    "max_minutes",
)  # fmt: skip


def front(
    case: Case,
    times: TravelTimes | None = None,
    *,
    objectives: Sequence[str] | None = None,
    n_points: int | None = None,
    progress: Progress = silent,
) -> Front:
    """Return the trade-off of two objectives: plans of which none is better in both.

    Parameters
    ----------
    case : Case
        The case. Its later objectives choose among plans that are equal in both.
    times : TravelTimes, optional
        From :func:`travel_times`, which is called where they are not given.
    objectives : two of str, optional
        Names of objectives; the first two of the case's order where they are not given.
    n_points : int, optional
        Look at so many bounds evenly apart. Where it is not given and one of the two is a number
        of schools, every number is looked at, so that no point is left out; else 11 bounds are.
    progress : Progress
        Told of long steps.

    Raises
    ------
    ConfigError
        When there are no such two objectives.
    InfeasibleError
        When no plan can satisfy the rules.
    NoPlanInTimeError
        When the solver found none in the time allowed.

    Examples
    --------
    >>> import layoutplan as lp
    >>> from layoutplan.examples.copy import EXAMPLE
    >>> front(lp.read_case(EXAMPLE)).points["small_schools"].tolist()
    [0.0, 1.0, 2.0]
    """
    from layoutplan.model.assemble import build_problem
    from layoutplan.solve.decided import solution_of
    from layoutplan.solve.front import COUNTS
    from layoutplan.solve.front import front as solve_front
    from layoutplan.solve.lexicographic import NoSolutionError

    first, second = _two(case, objectives)
    if n_points is not None and n_points < 2:
        raise _wrong("front.points", points=n_points)
    is_whole = n_points is None and bool({first, second} & set(COUNTS))
    names = (first, second, *(name for name in case.order if name not in (first, second)))
    case = replace(case, order=names)
    began = time.monotonic()
    basis = basis_of(case, times, progress=progress)
    problem = build_problem(case, basis.times, basis.attendance)
    try:
        found = solve_front(
            problem,
            names,
            case.solver,
            n_points=None if is_whole else n_points or N_BOUNDS,
            progress=progress,
        )
    except NoSolutionError as fault:
        raise _no_plan(case, basis, fault, progress) from fault
    seconds = time.monotonic() - began
    solutions = tuple(solution_of(case, each, seconds) for each in found)
    return Front(
        name=case.name,
        language=case.language,
        objectives=(first, second),
        points=_points(case, basis, solutions),
        solutions=tuple(_of_all_plans(case, solutions)),
        is_whole=is_whole,
    )


def portfolio(
    case: Case,
    times: TravelTimes | None = None,
    *,
    within: float = 0.01,
    n_plans: int = 10,
    progress: Progress = silent,
) -> Portfolio:
    """Return the best plan and those nearly as good that differ most, school by school.

    A plan is nearly as good when none of the case's objectives is worse than in the best plan by
    more than the share `within` of it. Numbers are whole: with fewer than 100 small schools, 1 %
    allows not one more.

    Parameters
    ----------
    case : Case
        The case.
    times : TravelTimes, optional
        From :func:`travel_times`, which is called where they are not given.
    within : float
        A share, 0 or more: 0.01 is 1 %.
    n_plans : int
        How many plans, the best included; fewer where no other one differs, or none was found in
        the time of `solver.seconds`, which each plan has.
    progress : Progress
        Told of long steps.

    Raises
    ------
    ConfigError
        When `within` is negative or no number, or `n_plans` less than 2.
    InfeasibleError
        When no plan can satisfy the rules.
    NoPlanInTimeError
        When the solver found none in the time allowed.

    Examples
    --------
    >>> import layoutplan as lp
    >>> from layoutplan.examples.copy import EXAMPLE
    >>> portfolio(lp.read_case(EXAMPLE), within=0.1, n_plans=3).schools["n_closed"].tolist()
    [1, 0]
    """
    from layoutplan.evaluate import differences
    from layoutplan.model.assemble import build_problem
    from layoutplan.solve.decided import solution_of
    from layoutplan.solve.lexicographic import NoSolutionError
    from layoutplan.solve.portfolio import portfolio as solve_portfolio

    if not 0 <= within < np.inf:
        raise _wrong("portfolio.within", within=within)
    if n_plans < 2:
        raise _wrong("portfolio.plans", plans=n_plans)
    began = time.monotonic()
    basis = basis_of(case, times, progress=progress)
    problem = build_problem(case, basis.times, basis.attendance)
    try:
        found = solve_portfolio(
            problem, case.order, case.solver, within=within, n_plans=n_plans, progress=progress
        )
    except NoSolutionError as fault:
        raise _no_plan(case, basis, fault, progress) from fault
    seconds = time.monotonic() - began
    solutions = tuple(solution_of(case, each.plan, seconds) for each in found.plans)
    plans = pd.DataFrame(
        {
            **differences.over_best(solutions),
            "n_differing": [differences.n_differing(each, solutions[0]) for each in solutions],
            "least_differing": [each.n_least for each in found.plans],
            "most_differing_bound": [each.n_bound for each in found.plans],
            "status": [each.status for each in found.plans],
        },
        index=pd.RangeIndex(1, len(solutions) + 1, name="plan"),
    )
    actions = differences.fates(case, solutions)
    return Portfolio(
        name=case.name,
        language=case.language,
        within=within,
        order=case.order,
        plans=plans,
        schools=differences.closing_shares(case, actions),
        fates=actions,
        solutions=solutions,
        is_exhausted=found.is_exhausted,
    )


def _two(case: Case, objectives: Sequence[str] | None) -> tuple[str, str]:
    """Return the two objectives asked for, or raise with what is wrong with them."""
    names = tuple(case.order[:2] if objectives is None else objectives)
    findings = [
        Finding("front.objectives.unknown", "error", facts={"name": name, "names": _NAMES})
        for name in names
        if name not in OBJECTIVES
    ]
    if len(names) != 2 or len(set(names)) != 2:
        findings.append(Finding("front.objectives.two", "error", facts={"names": _NAMES}))
    if findings:
        raise ConfigError(findings=findings)
    return names[0], names[1]


def _wrong(rule: str, **facts: object) -> ConfigError:
    """Return the error for an argument that cannot be used."""
    return ConfigError(findings=[Finding(rule, "error", facts=facts)])


def _no_plan(
    case: Case, basis: Basis, fault: NoSolutionError, progress: Progress
) -> LayoutPlanError:
    """Return why there is no plan at all, or that none was found in time."""
    from layoutplan.solve.solve import solve

    times, attendance = basis.times, basis.attendance
    if fault.is_proven:
        longer = partial(longer_times, case, times, basis.journeys, progress=progress)
        try:
            solve(case, times, attendance, longer=longer, progress=progress)
        except LayoutPlanError as why:
            return why
    facts = {"seconds": case.solver.seconds, "solver": case.solver.name}
    late = Finding(
        "solve.no_plan_in_time", "error", "case.toml", column="solver.seconds", facts=facts
    )
    return NoPlanInTimeError(findings=[late])


def _points(case: Case, basis: Basis, solutions: Sequence[Solution]) -> pd.DataFrame:
    """Return the table of a trade-off."""
    rows = []
    for solution in solutions:
        sizes = _sizes(case, basis, solution)
        results = {
            name: value
            for result in solution.objective
            for name, value in (
                (result.name, result.value),
                (f"{result.name}_bound", result.bound),
                (f"{result.name}_gap", result.gap),
            )
        }
        rows.append({**results, "status": solution.status, **sizes, **results})
    return pd.DataFrame(rows, index=pd.RangeIndex(1, len(rows) + 1, name="point"))


def _sizes(case: Case, basis: Basis, solution: Solution) -> dict[str, object]:
    """Return the sizes of the plan that a solution means."""
    from layoutplan.evaluate.totals import totals
    from layoutplan.plan import build

    rows = build.assignments_table(case, basis.times, basis.attendance, solution)
    schools = build.schools_table(case, basis.times, basis.attendance, solution, rows)
    sums = totals(case, schools, rows)
    return {name: sums[name] for name in _SIZES}


def _of_all_plans(case: Case, solutions: Sequence[Solution]) -> Iterator[Solution]:
    """Yield the solutions with the bound on the first objective that holds for every plan.

    As a plan, a point keeps no rule that bounds the first objective: it is as far from the best
    as it is.
    """
    least = solutions[0].objective[0].bound
    for solution in solutions:
        first, *others = solution.objective
        gap = (first.value - least) / first.value if first.value > least else 0.0
        results = (replace(first, bound=min(least, first.value), gap=gap), *others)
        worst = max(result.gap for result in results)
        is_within: Status = "within_gap" if worst <= case.solver.gap else "time_limit"
        yield replace(solution, objective=results, status="optimal" if not worst else is_within)
