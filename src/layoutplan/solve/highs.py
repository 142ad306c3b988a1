"""The gateway to HiGHS, through its own Python package highspy."""

from __future__ import annotations

import os

import highspy
import numpy as np

from layoutplan.core.rules import SolverSettings
from layoutplan.errors import Finding, LayoutPlanError
from layoutplan.solve.program import Outcome, OutcomeStatus, Program, Values

# Status words of HiGHS that leave the question open: a limit was hit, with or without a solution.
_STOPPED = {
    highspy.HighsModelStatus.kTimeLimit,
    highspy.HighsModelStatus.kIterationLimit,
    highspy.HighsModelStatus.kSolutionLimit,
    highspy.HighsModelStatus.kInterrupt,
    highspy.HighsModelStatus.kMemoryLimit,
}
_NONE = {
    highspy.HighsModelStatus.kInfeasible,
    highspy.HighsModelStatus.kUnboundedOrInfeasible,  # costs are bounded below, so: infeasible
}


def solve_with_highs(program: Program, settings: SolverSettings, seconds: float) -> Outcome:
    """Return what HiGHS says of `program` within `seconds`.

    Raises
    ------
    LayoutPlanError
        When HiGHS reports a failure of its own.
    """
    highs: highspy.Highs = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy is untyped
    options: dict[str, bool | int | float] = {
        "output_flag": False,
        "threads": min(settings.threads, os.cpu_count() or 1),  # too many would end the process
        "random_seed": settings.seed,
        "mip_rel_gap": settings.gap,
        "time_limit": max(seconds, 0.0),
    }
    if program.max_nodes is not None:
        options["mip_max_nodes"] = program.max_nodes
    if not program.looks:
        options["mip_heuristic_effort"] = 0.0
    for option, value in options.items():
        highs.setOptionValue(option, value)
    highs.passModel(_lp(program))
    if program.start is not None:
        start = highspy.HighsSolution()
        start.col_value = program.start
        highs.setSolution(start)
    if program.max_blind_nodes is not None:
        _stop_without_solution(highs, program.max_blind_nodes)
    highs.run()
    if highs.getModelStatus() == highspy.HighsModelStatus.kNotset:
        # HiGHS keeps the threads of the process's first solve, and refuses another number.
        highs.resetGlobalScheduler(True)
        highs.run()
    return _outcome(highs, settings)


def relaxed_with_highs(program: Program) -> tuple[float, Values] | None:
    """Return the least cost and the duals of the rows if any part of a whole may be taken.

    None where HiGHS does not settle it, mostly because there is no solution.
    """
    highs: highspy.Highs = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy is untyped
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("solve_relaxation", True)
    highs.passModel(_lp(program))
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return highs.getInfo().objective_function_value, np.array(highs.getSolution().row_dual)


def _lp(program: Program) -> highspy.HighsLp:
    """Return the program as HiGHS takes it."""
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = program.matrix.shape
    lp.col_cost_ = program.cost
    lp.col_lower_ = program.lower
    lp.col_upper_ = program.upper
    lp.row_lower_ = program.row_lower
    lp.row_upper_ = program.row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = program.matrix.indptr
    lp.a_matrix_.index_ = program.matrix.indices
    lp.a_matrix_.value_ = program.matrix.data
    kinds = highspy.HighsVarType
    lp.integrality_ = [
        kinds.kInteger if whole else kinds.kContinuous for whole in program.is_integer
    ]
    return lp


def _stop_without_solution(highs: highspy.Highs, max_nodes: int) -> None:
    """Have HiGHS stop after so many nodes if it has found nothing by then."""

    def look(event: highspy.HighsCallbackEvent) -> None:
        found = event.data_out
        has_solution = found.mip_primal_bound < highspy.kHighsInf
        if event.data_in is not None and found.mip_node_count >= max_nodes:
            event.data_in.user_interrupt = not has_solution

    highs.cbMipInterrupt.subscribe(look)


def _outcome(highs: highspy.Highs, settings: SolverSettings) -> Outcome:
    """Read status, bound and solution from HiGHS itself."""
    status = highs.getModelStatus()
    info = highs.getInfo()
    if status in _NONE:
        return Outcome("infeasible", None, np.inf)
    has_solution = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    values = np.array(highs.getSolution().col_value) if has_solution else None
    if status == highspy.HighsModelStatus.kOptimal and values is not None:
        is_exact = settings.gap == 0 or info.mip_gap == 0
        status_word: OutcomeStatus = "optimal" if is_exact else "within_gap"
        return Outcome(status_word, values, info.mip_dual_bound, n_nodes=info.mip_node_count)
    if status in _STOPPED and values is None:
        return Outcome("no_plan", None, info.mip_dual_bound)
    if status in _STOPPED:
        is_by_nodes = status == highspy.HighsModelStatus.kSolutionLimit
        stopped: OutcomeStatus = "node_limit" if is_by_nodes else "time_limit"
        return Outcome(stopped, values, info.mip_dual_bound, n_nodes=info.mip_node_count)
    facts = {"status": highs.modelStatusToString(status)}
    stopped_short = Finding(
        "solver.highs_failed", "error", "case.toml", column="solver", facts=facts
    )
    raise LayoutPlanError(findings=[stopped_short])
