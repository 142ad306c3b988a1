"""One function per constraint; the formula stands in its docstring, in the symbols of the model.

`i` is a block with `w_i` pupils, `s(i)` its school today; `j` is a school; `z_j` is 1 where `j` is
open, `x_ij` is 1 where `i` goes to `j`, `u_j` is 1 where `j` is open and small. Every function
takes the problem and its columns and returns the rows of one family, none where the rule is off.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from layoutplan.core.schema import MS_PER_MINUTE
from layoutplan.model.arrays import Rows
from layoutplan.model.columns import Columns
from layoutplan.model.problem import Problem


def everybody_has_a_school(problem: Problem, columns: Columns) -> Rows:
    """``sum_j x_ij = 1`` for every block `i`."""
    ones = np.ones(problem.n_blocks)
    return _rows(
        "everybody_has_a_school",
        [(problem.pair_block, columns.x, np.ones(problem.n_pairs))],
        lower=ones,
        upper=ones,
    )


def only_at_open_schools(problem: Problem, columns: Columns) -> Rows:
    """``x_ij <= z_j`` for every pair that is not a bound stay and whose school may close."""
    pair = np.flatnonzero(
        problem.may_close[problem.pair_school]
        & ~(problem.is_stay & problem.is_bound[problem.pair_block])
    )
    row = np.arange(len(pair))
    return _rows(
        "only_at_open_schools",
        [
            (row, columns.x[pair], np.ones(len(pair))),
            (row, columns.z[problem.pair_school[pair]], -np.ones(len(pair))),
        ],
        lower=np.full(len(pair), -np.inf),
        upper=np.zeros(len(pair)),
    )


def stays_where_open(problem: Problem, columns: Columns) -> Rows:
    """``x_{i,s(i)} = z_{s(i)}`` for every bound block `i`: nobody leaves a school that stays."""
    pair = np.flatnonzero(problem.is_stay & problem.is_bound[problem.pair_block])
    row = np.arange(len(pair))
    return _rows(
        "stays_where_open",
        [
            (row, columns.x[pair], np.ones(len(pair))),
            (row, columns.z[problem.pair_school[pair]], -np.ones(len(pair))),
        ],
        lower=np.zeros(len(pair)),
        upper=np.zeros(len(pair)),
    )


def seats(problem: Problem, columns: Columns) -> Rows:
    """``sum_i w_i x_ij <= seats_j z_j`` for every school `j`."""
    return _rows(
        "seats",
        [
            (problem.pair_school, columns.x, problem.pupils[problem.pair_block]),
            (np.arange(problem.n_schools), columns.z, -problem.seats),
        ],
        lower=np.full(problem.n_schools, -np.inf),
        upper=np.zeros(problem.n_schools),
    )


def least_size(problem: Problem, columns: Columns) -> Rows:
    """``sum_i w_i x_ij >= least_j z_j`` for every school `j` with a least size."""
    school = np.flatnonzero(problem.least > 0)
    row_of, pair = _at(problem, school)
    return _rows(
        "least_size",
        [
            (row_of, columns.x[pair], problem.pupils[problem.pair_block[pair]]),
            (np.arange(len(school)), columns.z[school], -problem.least[school]),
        ],
        lower=np.zeros(len(school)),
        upper=np.full(len(school), np.inf),
    )


def small_or_large(problem: Problem, columns: Columns) -> Rows:
    """``sum_i min(w_i, m_j) x_ij >= m_j (z_j - u_j)`` over blocks `i` not bound to `j`.

    `m_j` is what `j` lacks to be large: ``small_below`` less the pupils bound to it. A school that
    lacks nothing has no row. Cutting `w_i` to `m_j` changes no whole solution and tightens the
    fractional ones.
    """
    missing = problem.small_below - problem.bound_pupils
    school = np.flatnonzero(missing > 0)
    row_of, pair = _at(problem, school)
    is_free = ~(problem.is_stay & problem.is_bound[problem.pair_block])[pair]
    row_of, pair = row_of[is_free], pair[is_free]
    pupils = problem.pupils[problem.pair_block[pair]]
    row = np.arange(len(school))
    return _rows(
        "small_or_large",
        [
            (row_of, columns.x[pair], np.minimum(pupils, missing[problem.pair_school[pair]])),
            (row, columns.z[school], -missing[school]),
            (row, columns.u[school], missing[school]),
        ],
        lower=np.zeros(len(school)),
        upper=np.full(len(school), np.inf),
    )


def small_only_if_open(problem: Problem, columns: Columns) -> Rows:
    """``u_j <= z_j`` for every school `j` that may close."""
    school = np.flatnonzero(problem.may_close)
    row = np.arange(len(school))
    return _rows(
        "small_only_if_open",
        [
            (row, columns.u[school], np.ones(len(school))),
            (row, columns.z[school], -np.ones(len(school))),
        ],
        lower=np.full(len(school), -np.inf),
        upper=np.zeros(len(school)),
    )


def max_closures(problem: Problem, columns: Columns) -> Rows:
    """``sum_j (1 - z_j) <= max_closures`` over the existing schools `j`."""
    school = np.flatnonzero(~problem.is_candidate)
    if problem.max_closures is None:
        return _none("max_closures")
    return _rows(
        "max_closures",
        [(np.zeros(len(school)), columns.z[school], np.ones(len(school)))],
        lower=np.array([float(len(school) - problem.max_closures)]),
        upper=np.array([np.inf]),
    )


def open_exactly(problem: Problem, columns: Columns) -> Rows:
    """``sum_j z_j = open_exactly`` over all schools `j`."""
    if problem.open_exactly is None:
        return _none("open_exactly")
    number = np.array([float(problem.open_exactly)])
    return _rows(
        "open_exactly",
        [(np.zeros(problem.n_schools), columns.z, np.ones(problem.n_schools))],
        lower=number,
        upper=number,
    )


def longest_trip(problem: Problem, columns: Columns) -> Rows:
    """``longest >= t_ij x_ij`` for every pair, `t_ij` the minutes of its longest trip."""
    row = np.arange(problem.n_pairs)
    return _rows(
        "longest_trip",
        [
            (row, np.full(problem.n_pairs, columns.longest), np.ones(problem.n_pairs)),
            (row, columns.x, -problem.longest_ms / MS_PER_MINUTE),
        ],
        lower=np.zeros(problem.n_pairs),
        upper=np.full(problem.n_pairs, np.inf),
    )


CONSTRAINTS: tuple[Callable[[Problem, Columns], Rows], ...] = (
    everybody_has_a_school,
    only_at_open_schools,
    stays_where_open,
    seats,
    least_size,
    small_or_large,
    small_only_if_open,
    max_closures,
    open_exactly,
    longest_trip,
)
"""Every constraint that a model may hold, in the order of its rows."""


def _at(problem: Problem, school: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the pairs at the given schools and, for each, its school's place among them."""
    place = np.full(problem.n_schools, -1)
    place[school] = np.arange(len(school))
    pair = np.flatnonzero(place[problem.pair_school] >= 0)
    return place[problem.pair_school[pair]], pair


def _rows(
    name: str,
    terms: list[tuple[ArrayLike, ArrayLike, ArrayLike]],
    *,
    lower: NDArray[np.float64],
    upper: NDArray[np.float64],
) -> Rows:
    """Return a family from its terms, each with rows, columns and coefficients."""
    row, column, entry = (
        np.concatenate([np.asarray(term[part]) for term in terms]) for part in range(3)
    )
    return Rows(
        name=name,
        row=row.astype(np.int64),
        column=column.astype(np.int64),
        entry=entry.astype(np.float64),
        lower=lower,
        upper=upper,
    )


def _none(name: str) -> Rows:
    """Return a family without rows: its rule is off."""
    return _rows(name, [((), (), ())], lower=np.empty(0), upper=np.empty(0))
