"""One function per objective; the formula stands in its docstring, in the symbols of the model.

Costs are whole numbers of the smallest unit, so that the value of a plan can be told exactly.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from layoutplan.core.schema import CENTS, MS_PER_MINUTE
from layoutplan.model.arrays import Objective, Values
from layoutplan.model.columns import Columns
from layoutplan.model.problem import Problem

_TIE_UNIT = 2**10  # solvers like costs that are not too large
_TIE_RANGE = 2**20  # wide enough that two ways to place the same pupils hardly ever cost the same


def small_schools(problem: Problem, columns: Columns) -> Objective:
    """``sum_j u_j``: schools open under the plan with fewer than ``small_below`` pupils."""
    return Objective("small_schools", _cost(columns, columns.u, np.ones(problem.n_schools)))


def schools_open(problem: Problem, columns: Columns) -> Objective:
    """``sum_jo z_jo``: schools open under the plan."""
    return Objective("schools_open", _cost(columns, columns.z, np.ones(len(columns.z))))


def pupil_minutes(problem: Problem, columns: Columns) -> Objective:
    """``sum_ij w_i t_ij x_ij``: one-way minutes of all pupils together."""
    cost = _cost(columns, columns.x, problem.pupil_ms)
    return Objective("pupil_minutes", cost, per_unit=MS_PER_MINUTE)


def max_minutes(problem: Problem, columns: Columns) -> Objective:
    """``longest``: minutes of the longest trip."""
    longest = np.array([columns.longest])
    cost = _cost(columns, longest, np.array([MS_PER_MINUTE]))
    return Objective("max_minutes", cost, per_unit=MS_PER_MINUTE)


def yearly_cost(problem: Problem, columns: Columns) -> Objective:
    """``sum_jo yearly_o z_jo + sum_ij c_ij x_ij + sum_j rate_j q_j``: money a year.

    Sites; teaching by pupil, boarding and transport; and what schools under the funding floor get
    for the pupils they lack.
    """
    cost = _cost(columns, columns.z, problem.options.yearly_cents)
    cost[columns.x] = problem.pair_cents
    cost[columns.q] = problem.floor_cents
    return Objective("yearly_cost", cost, per_unit=CENTS)


def one_off_cost(problem: Problem, columns: Columns) -> Objective:
    """``sum_jo cost_o z_jo``: money once, for schools that open or grow."""
    cost = _cost(columns, columns.z, problem.options.one_off_cents)
    return Objective("one_off_cost", cost, per_unit=CENTS)


def pupils_moved(problem: Problem, columns: Columns) -> Objective:
    """``sum_i w_i x_ij`` over pairs with another school than today's: pupils who change school."""
    is_move = ~problem.is_stay & (problem.today[problem.pair_block] >= 0)
    cost = _cost(columns, columns.x, problem.pupils[problem.pair_block] * is_move)
    return Objective("pupils_moved", cost)


def tie_break(problem: Problem, columns: Columns) -> Objective:
    """``sum h_ij x_ij`` over pairs with another school than today's.

    The last stage, which chooses among equally good plans with the same schools open and the
    same of them small: `h` is a number fixed by the ids alone (20 bits of their SHA-256), so
    that equal plans do not alternate between runs and machines. What stays as today costs
    nothing.
    """
    pairs = zip(problem.pair_block, problem.pair_school, ~problem.is_stay, strict=True)
    entries = [
        _number(f"{problem.block_ids[i]}>{problem.school_ids[j]}") if is_move else 0
        for i, j, is_move in pairs
    ]
    return Objective("tie_break", _cost(columns, columns.x, entries), per_unit=_TIE_UNIT)


OBJECTIVES: dict[str, Callable[[Problem, Columns], Objective]] = {
    function.__name__: function
    for function in (
        small_schools,
        schools_open,
        pupil_minutes,
        max_minutes,
        yearly_cost,
        pupils_moved,
        one_off_cost,
    )
}
"""The objectives that a case may order, by name."""


def _cost(columns: Columns, at: NDArray[np.int64], entries: ArrayLike) -> Values:
    """Return costs for all columns: `entries` at the columns `at`, else 0."""
    cost = np.zeros(columns.n)
    cost[at] = entries
    return cost


def _number(name: str) -> int:
    """Return a number in 1 … 2^20 that depends on `name` only."""
    digest = hashlib.sha256(name.encode()).digest()
    return int.from_bytes(digest[:4], "big") % _TIE_RANGE + 1
