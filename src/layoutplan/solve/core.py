"""Solving a stage on its core: the decisions that the best plans can hold.

A bound tells by how much every decision exceeds it. Plans with a decision that exceeds it by more
than some margin are left out, which is told: they cost at least the bound and the margin. What is
left is small; where its best plan is not good enough to leave the others out, the margin is set
to what that plan costs above the bound, and the second round settles it.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from layoutplan.core.rules import SolverSettings
from layoutplan.model.arrays import Rows
from layoutplan.model.columns import columns_of
from layoutplan.model.problem import Problem
from layoutplan.solve.bins import Bins
from layoutplan.solve.dual import Bound, bound_of
from layoutplan.solve.program import Gateway, Outcome, Program, Relaxation
from layoutplan.solve.search import searched
from layoutplan.solve.split import Split, split_of
from layoutplan.solve.sure import sure

_MOST_STATES = 20_000_000  # more would take gigabytes: pupils by the hundred thousand
_LEAST_PAIRS = 1_600  # a solver needs less time for fewer than the bound does
_FIRST_MARGIN = 0.001  # of the bound, where a smaller gap is asked for
_MANY_NODES = 30  # of the first round: then the second is not for a solver of linear programs
_WIDER = 8.0  # times the margin where the core holds no plan
_HALF = 0.5
_NOTHING = 1e-6
_ROUNDING = 1e-8  # of the bound: far above that of the sums, far below what a margin decides


def on_core(
    problem: Problem, families: Sequence[Rows], gateway: Gateway, relax: Relaxation
) -> Gateway:
    """Return a gateway that solves stages of the model of `problem` on their cores.

    Parameters
    ----------
    problem : Problem
        What the programs are about.
    families : sequence of Rows
        Their first rows.
    gateway : Gateway
        The solver.
    relax : Relaxation
        Solves linear relaxations.
    """
    if problem.n_pairs < _LEAST_PAIRS or _n_states(problem) > _MOST_STATES:
        return gateway
    facts = sure(problem)
    bins = Bins(replace(problem, may_close=facts.may_close), facts.is_usable)
    return partial(_solved, bins, families, gateway, relax)


def _solved(
    bins: Bins,
    families: Sequence[Rows],
    gateway: Gateway,
    relax: Relaxation,
    program: Program,
    settings: SolverSettings,
    seconds: float,
) -> Outcome:
    """Return the outcome of `program`."""
    deadline = time.monotonic() + seconds
    has_core = program.looks and program.cost[columns_of(bins.problem).x].any()
    if not has_core:
        return gateway(program, settings, seconds)
    program = _within_kept(bins, families, program, relax)
    relaxed = relax(program)
    if relaxed is None:
        return gateway(program, settings, deadline - time.monotonic())
    most = np.inf if program.start is None else float(program.cost @ program.start)
    enough = most if np.isinf(most) else most - settings.gap * abs(most)
    split = split_of(bins.problem, families, program)
    bound = bound_of(split, bins, relaxed[1][split.is_tie], enough=enough, gap=settings.gap)
    if bound is None:
        return gateway(program, settings, deadline - time.monotonic())
    if program.start is not None and bound.value >= enough:
        return Outcome("within_gap", program.start, bound.value, _beyond(bound, most))
    margin = max(settings.gap, _FIRST_MARGIN) * abs(bound.value)
    n_nodes = 0
    while True:
        margin = min(margin, enough - bound.value + _ROUNDING * abs(bound.value))
        core = _core(program, bound, margin)
        outcome = None
        if n_nodes >= _MANY_NODES:
            outcome = _proven(split, bins, bound, core, settings, deadline)
        if outcome is None:
            outcome = gateway(core, settings, deadline - time.monotonic())
        n_nodes = outcome.n_nodes
        is_cut = bool((core.upper < program.upper)[np.isfinite(bound.penalty)].any())
        if outcome.status == "infeasible" and is_cut:
            margin *= _WIDER
            continue
        if outcome.values is None:
            return (
                outcome if outcome.status == "infeasible" else replace(outcome, bound=bound.value)
            )
        value = float(program.cost @ outcome.values)
        enough = value - settings.gap * abs(value)
        least = min(outcome.bound, bound.value + margin) if is_cut else outcome.bound
        least = max(least, bound.value)
        is_stopped = outcome.status in ("time_limit", "node_limit")
        if is_stopped or least >= enough - _ROUNDING * abs(value):
            return replace(outcome, bound=least, is_beyond=_beyond(bound, value))
        program = replace(program, start=outcome.values)
        margin = np.inf


def _proven(
    split: Split,
    bins: Bins,
    bound: Bound,
    core: Program,
    settings: SolverSettings,
    deadline: float,
) -> Outcome | None:
    """Return the outcome of a search of the core of a split, None where it needs too many nodes."""
    start = core.start
    if start is None:
        return None
    whole = replace(split, program=core)
    found, least = searched(whole, bins, bound.price, start, gap=settings.gap, deadline=deadline)
    value = float(core.cost @ found)
    enough = value - settings.gap * abs(value)
    if least >= enough - _ROUNDING * abs(value):
        return Outcome("optimal" if settings.gap == 0 else "within_gap", found, enough)
    if time.monotonic() > deadline:
        return Outcome("time_limit", found, max(least, bound.value))
    return None


def _within_kept(
    bins: Bins, families: Sequence[Rows], program: Program, relax: Relaxation
) -> Program:
    """Return the program without what the objectives that are kept leave no room for."""
    n_rows = sum(family.n_rows for family in families)
    for row in range(n_rows, program.matrix.shape[0]):
        most = program.row_upper[row]
        kept = replace(program, cost=program.matrix[row].toarray().ravel())
        relaxed = relax(kept)
        if relaxed is None or relaxed[0] <= _NOTHING:
            continue  # what is as small as can be tells of no decision
        split = split_of(bins.problem, families, kept)
        bound = bound_of(split, bins, relaxed[1][split.is_tie], enough=np.inf)
        if bound is None:
            continue
        is_out = bound.penalty > most - bound.value + _ROUNDING * abs(most)
        if program.start is not None:
            is_out &= program.start < _HALF
        program = replace(program, upper=np.where(is_out, program.lower, program.upper))
    return program


def _core(program: Program, bound: Bound, margin: float) -> Program:
    """Return the program without what exceeds the bound by more than `margin`, its start kept."""
    is_out = bound.penalty > margin
    if program.start is not None:
        is_out &= program.start < _HALF
    return replace(program, upper=np.where(is_out, program.lower, program.upper))


def _beyond(bound: Bound, value: float) -> NDArray[np.bool_]:
    """Return the columns that no solution as good as `value` holds."""
    return bound.penalty > value - bound.value + _ROUNDING * abs(value)


def _n_states(problem: Problem) -> int:
    """Return about how many states the knapsacks of all pairs have together."""
    seats = np.zeros(problem.n_schools, dtype=np.int64)
    np.maximum.at(seats, problem.options.school, problem.options.seats)
    in_reach = np.bincount(
        problem.pair_school,
        weights=problem.pupils[problem.pair_block],
        minlength=problem.n_schools,
    )
    return int(np.minimum(seats, in_reach)[problem.pair_school].sum())
