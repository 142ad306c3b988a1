"""The gateway to every solver that PuLP knows."""

from __future__ import annotations

import re
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
import pulp

from layoutplan.core.rules import SolverSettings
from layoutplan.errors import ConfigError, Finding, LayoutPlanError, MissingDependencyError
from layoutplan.solve.program import Outcome, OutcomeStatus, Program

# What CBC writes in its log at the end of a run (Cbc 2.10). Where presolving or the linear
# relaxation alone gave the answer there is no result, only a line on the optimum.
_CBC_RESULT = re.compile(r"^Result - (.+)$", re.M)
_CBC_STATUS: dict[str, OutcomeStatus] = {
    "Optimal solution found": "optimal",
    "Optimal solution found (within gap tolerance)": "within_gap",
    "Stopped on node limit": "node_limit",
}
_CBC_AT_ONCE = re.compile(r"^Optimal - objective value", re.M)
_CBC_BOUND = re.compile(r"^Lower bound:\s+(\S+)", re.M)
_HAS_SOLUTION = (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible)


def require(settings: SolverSettings) -> None:
    """See that PuLP knows the solver ``settings.name`` and finds it on this machine.

    Raises
    ------
    ConfigError
        When PuLP knows no such solver.
    MissingDependencyError
        When the solver is not installed.
    """
    if settings.name not in pulp.listSolvers():
        names = ", ".join(["highs", *pulp.listSolvers(onlyAvailable=True)])
        facts = {"name": settings.name, "names": names}
        unknown = Finding("solver.unknown", "error", "case.toml", column="solver.name", facts=facts)
        raise ConfigError(findings=[unknown])
    if not _get_solver(settings.name, msg=False).available():
        facts = {"name": settings.name}
        missing = Finding("solver.missing", "error", "case.toml", column="solver.name", facts=facts)
        raise MissingDependencyError(findings=[missing])


def solve_with_pulp(program: Program, settings: SolverSettings, seconds: float) -> Outcome:
    """Return what the PuLP solver ``settings.name`` says of `program` within `seconds`.

    PuLP's own status words call a run that time has stopped "Optimal". So proof and bound are
    read where the solver wrote them: in the log of CBC. Another solver counts as having proven
    its plan only when PuLP says so and time was left; its bound is not known otherwise.

    Raises
    ------
    LayoutPlanError
        When the solver fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        log_path = Path(folder) / "solver.log"
        solver = _solver(program, settings, seconds, log_path)
        problem, columns = to_pulp(program)
        began = time.monotonic()
        try:
            problem.solve(solver)
        except pulp.PulpSolverError as fault:
            facts = {"name": settings.name, "reason": str(fault)}
            raise LayoutPlanError(
                findings=[Finding("solver.failed", "error", facts=facts)]
            ) from fault
        is_in_time = time.monotonic() - began < seconds
        log = log_path.read_text(errors="replace") if log_path.exists() else ""
    if problem.status == pulp.LpStatusInfeasible:
        return Outcome("infeasible", None, np.inf)
    if problem.sol_status not in _HAS_SOLUTION:
        return Outcome("no_plan", None, -np.inf)
    # PuLP hides columns without a row or cost from the solver: any value will do for them.
    values = np.array(
        [column.lowBound if column.varValue is None else column.varValue for column in columns],
        dtype=np.float64,
    )
    value = float(program.cost @ values)
    status, bound = (
        _said_by_cbc(log, value, is_in_time=is_in_time)
        if settings.name == "PULP_CBC_CMD"
        else _said_by_pulp(problem, value, settings, is_in_time=is_in_time)
    )
    return Outcome(status, values, bound)


def to_pulp(program: Program) -> tuple[pulp.LpProblem, list[pulp.LpVariable]]:
    """Return the program as PuLP's problem, and its variables in the order of the columns."""
    problem = pulp.LpProblem("layoutplan", pulp.LpMinimize)
    columns = [
        problem.add_variable(
            name,
            lowBound=lower,
            upBound=None if np.isinf(upper) else upper,
            cat=pulp.LpInteger if whole else pulp.LpContinuous,
        )
        for name, lower, upper, whole in zip(
            program.column_names(), program.lower, program.upper, program.is_integer, strict=True
        )
    ]
    problem += pulp.LpAffineExpression(
        (columns[place], program.cost[place]) for place in np.flatnonzero(program.cost)
    )
    matrix = program.matrix
    for row, (lower, upper) in enumerate(zip(program.row_lower, program.row_upper, strict=True)):
        entries = slice(matrix.indptr[row], matrix.indptr[row + 1])
        left = pulp.LpAffineExpression(
            (columns[place], entry)
            for place, entry in zip(matrix.indices[entries], matrix.data[entries], strict=True)
        )
        if lower == upper:
            problem += left == lower
            continue
        if np.isfinite(lower):
            problem += left >= lower
        if np.isfinite(upper):
            problem += left <= upper
    if program.start is not None:
        for column, value in zip(columns, program.start, strict=True):
            column.setInitialValue(value)
    return problem, columns


def _solver(
    program: Program, settings: SolverSettings, seconds: float, log_path: Path
) -> pulp.LpSolver:
    """Return PuLP's solver with the settings that it understands."""
    options: dict[str, object] = {
        "msg": False,
        "timeLimit": max(seconds, 1.0),
        "gapRel": settings.gap,
    }
    if settings.name == "PULP_CBC_CMD":
        options |= {
            "logPath": str(log_path),
            "threads": settings.threads,
            "warmStart": program.start is not None,
            "options": [f"randomCbcSeed {settings.seed}"],
            "maxNodes": program.max_nodes,
        }
    return _get_solver(settings.name, **options)


def _get_solver(name: str, **options: object) -> pulp.LpSolver:
    """Return PuLP's solver; its name is the planner's choice, whatever PuLP 4 will call it."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "PULP_CBC_CMD is deprecated", DeprecationWarning)
        return pulp.getSolver(name, **options)


def _said_by_cbc(log: str, value: float, *, is_in_time: bool) -> tuple[OutcomeStatus, float]:
    """Return status and bound as CBC wrote them in its log."""
    results = _CBC_RESULT.findall(log)
    status = _CBC_STATUS.get(results[-1].strip(), "time_limit") if results else "time_limit"
    if not results and is_in_time and _CBC_AT_ONCE.search(log):
        status = "optimal"
    stated = _CBC_BOUND.search(log)
    bound = float(stated[1]) if stated else -np.inf
    return status, value if status == "optimal" else bound


def _said_by_pulp(
    problem: pulp.LpProblem, value: float, settings: SolverSettings, *, is_in_time: bool
) -> tuple[OutcomeStatus, float]:
    """Return status and bound as far as PuLP's words can be trusted."""
    if problem.sol_status != pulp.LpSolutionOptimal or not is_in_time:
        return "time_limit", -np.inf
    if settings.gap > 0:
        return "within_gap", value - settings.gap * abs(value)
    return "optimal", value
