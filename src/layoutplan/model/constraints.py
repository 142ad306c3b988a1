"""One function per constraint; the formula stands in its docstring, in the symbols of the model.

`i` is a block with `w_i` pupils, `s(i)` its school today; `j` is a school, `o` one of its options;
`z_jo` is 1 where `j` takes `o`, and `open_j` their sum; `x_ij` is 1 where `i` goes to `j`, by day
or to board there, `u_j` is 1 where `j` is open and small. Every function takes the problem and its
columns and returns the rows of one family, none where the rule is off.
"""

from __future__ import annotations

import numpy as np

from layoutplan.core.schema import MS_PER_MINUTE
from layoutplan.model.arrays import Rows
from layoutplan.model.columns import Columns
from layoutplan.model.problem import Problem
from layoutplan.model.rows import Term, at_least, at_most, at_schools, equal, none, options_of


def everybody_has_a_school(problem: Problem, columns: Columns) -> Rows:
    """``sum_j x_ij = 1`` for every block `i`."""
    term = (problem.pair_block, columns.x, np.ones(problem.n_pairs))
    return equal("everybody_has_a_school", [term], np.ones(problem.n_blocks))


def one_option_each(problem: Problem, columns: Columns) -> Rows:
    """``sum_o z_jo <= 1`` for every school with several options, ``= 1`` if it may not close.

    A school with one option that may not close has it by the bounds of its column.
    """
    school = np.flatnonzero(problem.n_options > 1)
    row, option = options_of(problem, school)
    family = at_most(
        "one_option_each", [(row, columns.z[option], np.ones(len(option)))], np.ones(len(school))
    )
    family.lower[~problem.may_close[school]] = 1
    return family


def only_where_taught(problem: Problem, columns: Columns) -> Rows:
    """``x_ij <= sum_o z_jo`` over options that teach `i` and admit it, unless it is bound to `j`.

    No row where every option of a school that may not close does. An option admits pupils who
    attend `j` today, and others unless `j` stays over its seats with it.
    """
    pair, option = problem.allowing()
    n_allowing = np.bincount(pair, minlength=problem.n_pairs)
    is_sure = ~problem.may_close & problem.may_open
    is_always = is_sure[problem.pair_school] & (
        n_allowing == problem.n_options[problem.pair_school]
    )
    is_asked = ~problem.is_bound_stay & ~is_always
    return _only_with(problem, columns, "only_where_taught", is_asked, pair, option)


def stays_where_open(problem: Problem, columns: Columns) -> Rows:
    """``x_{i,s(i)} = sum_o z_{s(i)o}`` over options that teach `i`, for every bound block `i`.

    Nobody leaves a school that stays open for him.
    """
    pair, option = problem.allowing()
    family = _only_with(problem, columns, "stays_where_open", problem.is_bound_stay, pair, option)
    family.lower[:] = 0
    return family


def seats(problem: Problem, columns: Columns) -> Rows:
    """``sum_i w_i x_ij <= sum_o seats_o z_jo`` for every school `j`."""
    terms: list[Term] = [
        (problem.pair_school, columns.x, problem.pupils[problem.pair_block]),
        (problem.options.school, columns.z, -problem.options.seats),
    ]
    return at_most("seats", terms, np.zeros(problem.n_schools))


def beds(problem: Problem, columns: Columns) -> Rows:
    """``sum_i v_ij <= sum_o beds_o z_jo`` for every school `j` where somebody may board.

    `v_ij` are the pupils of `i` who board if `i` goes to `j`: those farther than a day's trip.
    """
    pair = np.flatnonzero(problem.boarders > 0)
    school, row = np.unique(problem.pair_school[pair], return_inverse=True)
    row_of, option = options_of(problem, school.astype(np.int64))
    terms: list[Term] = [
        (row, columns.x[pair], problem.boarders[pair]),
        (row_of, columns.z[option], -problem.options.beds[option]),
    ]
    return at_most("beds", terms, np.zeros(len(school)))


def least_size(problem: Problem, columns: Columns) -> Rows:
    """``sum_i w_i x_ij >= sum_o least_o z_jo`` for every school `j` with a least size."""
    school = np.flatnonzero(problem.most(problem.options.least) > 0)
    row_of, pair = at_schools(problem, school)
    row, option = options_of(problem, school)
    terms: list[Term] = [
        (row_of, columns.x[pair], problem.pupils[problem.pair_block[pair]]),
        (row, columns.z[option], -problem.options.least[option]),
    ]
    return at_least("least_size", terms, np.zeros(len(school)))


def small_or_large(problem: Problem, columns: Columns) -> Rows:
    """``sum_i min(w_i, m_j) x_ij >= m_j (open_j - u_j)`` over blocks `i` not always bound to `j`.

    `m_j` is what `j` lacks to be large: ``small_below`` less the pupils who stay whatever option
    it takes. A school that lacks nothing has no row. Cutting `w_i` to `m_j` changes no whole
    solution and tightens the fractional ones.
    """
    missing = problem.small_below - problem.bound_pupils
    school = np.flatnonzero((missing > 0) & problem.may_open)
    row_of, pair = at_schools(problem, school)
    is_free = ~(problem.is_stay & problem.is_always_bound[problem.pair_block])[pair]
    row_of, pair = row_of[is_free], pair[is_free]
    pupils = problem.pupils[problem.pair_block[pair]]
    row, option = options_of(problem, school)
    terms: list[Term] = [
        (row_of, columns.x[pair], np.minimum(pupils, missing[problem.pair_school[pair]])),
        (row, columns.z[option], -missing[problem.options.school[option]]),
        (np.arange(len(school)), columns.u[school], missing[school]),
    ]
    return at_least("small_or_large", terms, np.zeros(len(school)))


def small_only_if_open(problem: Problem, columns: Columns) -> Rows:
    """``u_j <= open_j`` for every school `j` that may close."""
    school = np.flatnonzero(problem.may_close)
    row, option = options_of(problem, school)
    terms: list[Term] = [
        (np.arange(len(school)), columns.u[school], np.ones(len(school))),
        (row, columns.z[option], -np.ones(len(option))),
    ]
    return at_most("small_only_if_open", terms, np.zeros(len(school)))


def funding_floor(problem: Problem, columns: Columns) -> Rows:
    """``q_j >= floor open_j - sum_i w_i x_ij`` for every school `j` that is funded by pupil.

    Whoever has fewer pupils than the floor is funded as if it had them: `q_j` are those it lacks.
    """
    school = np.flatnonzero((problem.floor_cents > 0) & problem.may_open)
    if not problem.floor:
        return none("funding_floor")
    row_of, pair = at_schools(problem, school)
    row, option = options_of(problem, school)
    terms: list[Term] = [
        (np.arange(len(school)), columns.q[school], np.ones(len(school))),
        (row_of, columns.x[pair], problem.pupils[problem.pair_block[pair]]),
        (row, columns.z[option], np.full(len(option), -problem.floor)),
    ]
    return at_least("funding_floor", terms, np.zeros(len(school)))


def max_closures(problem: Problem, columns: Columns) -> Rows:
    """``sum_j (1 - open_j) <= max_closures`` over the existing schools `j`."""
    if problem.max_closures is None:
        return none("max_closures")
    existing = np.flatnonzero(~problem.is_candidate)
    _, option = options_of(problem, existing)
    least = np.array([len(existing) - problem.max_closures])
    term = (np.zeros(len(option)), columns.z[option], np.ones(len(option)))
    return at_least("max_closures", [term], least)


def open_exactly(problem: Problem, columns: Columns) -> Rows:
    """``sum_j open_j = open_exactly`` over all schools `j`."""
    if problem.open_exactly is None:
        return none("open_exactly")
    term = (np.zeros(len(columns.z)), columns.z, np.ones(len(columns.z)))
    return equal("open_exactly", [term], np.array([problem.open_exactly]))


def budget(problem: Problem, columns: Columns) -> Rows:
    """``sum_jo cost_o z_jo <= budget``: what opening and growing costs once, in the currency."""
    costly = np.flatnonzero(problem.options.one_off_cents > 0)
    if problem.budget_cents is None or not len(costly):
        return none("budget")
    cents = problem.options.one_off_cents[costly]
    # In thousands: solvers like coefficients that are not too large.
    term = (np.zeros(len(costly)), columns.z[costly], cents / _BUDGET_UNIT)
    return at_most("budget", [term], np.array([problem.budget_cents / _BUDGET_UNIT]))


def longest_trip(problem: Problem, columns: Columns) -> Rows:
    """``longest >= t_ij x_ij`` for every pair, `t_ij` the minutes of its longest trip."""
    row = np.arange(problem.n_pairs)
    terms: list[Term] = [
        (row, np.full(problem.n_pairs, columns.longest), np.ones(problem.n_pairs)),
        (row, columns.x, -problem.longest_ms / MS_PER_MINUTE),
    ]
    return at_least("longest_trip", terms, np.zeros(problem.n_pairs))


_BUDGET_UNIT = 100_000  # hundredths in a thousand


def _only_with(
    problem: Problem,
    columns: Columns,
    name: str,
    is_asked: np.ndarray[tuple[int], np.dtype[np.bool_]],
    pair: np.ndarray[tuple[int], np.dtype[np.int64]],
    option: np.ndarray[tuple[int], np.dtype[np.int64]],
) -> Rows:
    """Return ``x_p <= sum z_o`` for the pairs asked, over the options that allow each."""
    asked = np.flatnonzero(is_asked)
    place = np.full(problem.n_pairs, -1)
    place[asked] = np.arange(len(asked))
    is_here = is_asked[pair]
    terms: list[Term] = [
        (np.arange(len(asked)), columns.x[asked], np.ones(len(asked))),
        (place[pair[is_here]], columns.z[option[is_here]], -np.ones(np.count_nonzero(is_here))),
    ]
    return at_most(name, terms, np.zeros(len(asked)))
