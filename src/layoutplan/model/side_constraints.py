"""Constraints between single villages, schools and townships, one function each.

Symbols and form as in :mod:`layoutplan.model.constraints`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from layoutplan.model.arrays import Rows
from layoutplan.model.columns import Columns
from layoutplan.model.problem import Problem
from layoutplan.model.rows import Term, at_least, at_most, equal, none


def closest_open(problem: Problem, columns: Columns) -> Rows:
    """``sum_k x_ik + sum_o z_jo <= 1`` for every block `i` and school `j` within a day's trip.

    Over schools `k` farther than `j`, other than today's, and options `o` of `j` that teach `i`
    and admit it: nobody who moves passes an open school that may receive him. Of a block the mean
    time counts. A bound block passes no school before today's has closed.
    """
    if not problem.is_closest_open:
        return none("closest_open")
    one, other = _two_of_a_block(problem)
    is_pathless = problem.is_stay & (problem.pupil_ms == 0)
    is_passing = (
        (problem.pupil_ms[other] > problem.pupil_ms[one])
        & (problem.boarders[one] == 0)
        & ~problem.is_stay[other]
        & ~(problem.is_bound_stay | is_pathless | _is_barred(problem))[one]
    )
    return _at_most_one("closest_open", problem, columns, one[is_passing], other[is_passing])


def boards_beyond_reach(problem: Problem, columns: Columns) -> Rows:
    """``sum_k x_ik + sum_o z_jo <= 1`` for every block `i` and school `j` within a day's trip.

    Over schools `k` where `i` would board, and options `o` of `j` that teach `i` and admit it:
    nobody who moves boards past an open school that he could go to by day.
    """
    if problem.boards_anywhere:
        return none("boards_beyond_reach")
    one, other = _two_of_a_block(problem)
    is_kept = (
        (problem.boarders[one] == 0)
        & (problem.boarders[other] > 0)
        & ~(problem.is_stay | _is_barred(problem))[one]
        & ~problem.is_stay[other]
    )
    return _at_most_one("boards_beyond_reach", problem, columns, one[is_kept], other[is_kept])


def one_per_township(problem: Problem, columns: Columns) -> Rows:
    """``sum z_jo >= 1`` over the options of a township that are of a kind, for each asked."""
    entries = problem.side.township
    term = (entries.row, columns.z[entries.member], np.ones(len(entries.member)))
    return at_least("one_per_township", [term], np.ones(entries.n_rows))


def villages_together(problem: Problem, columns: Columns) -> Rows:
    """``x_ij = x_kj`` for every school `j` and two blocks `i`, `k` of villages kept together."""
    return _same_school("villages_together", problem, columns, problem.side.villages)


def siblings_together(problem: Problem, columns: Columns) -> Rows:
    """``x_ij = x_kj`` for every school `j` and two blocks `i`, `k` of bands of one village."""
    return _same_school("siblings_together", problem, columns, problem.side.siblings)


def contiguous(problem: Problem, columns: Columns) -> Rows:
    """``x_ij <= sum_k x_kj`` over the neighbors `k` of `i` that are nearer to `j`.

    For everybody who moves and has such neighbors: going from neighbor to nearer neighbor one
    comes to the school through its own catchment [1]_.

    References
    ----------
    .. [1] A. A. Zoltners, P. Sinha, "Sales Territory Alignment: A Review and Model", Management
       Science 29 (1983), https://doi.org/10.1287/mnsc.29.11.1237
    """
    side = problem.side
    terms: list[Term] = [
        (
            np.arange(len(side.contiguous_pair)),
            columns.x[side.contiguous_pair],
            np.ones(len(side.contiguous_pair)),
        ),
        (
            side.contiguous.row,
            columns.x[side.contiguous.member],
            -np.ones(len(side.contiguous.member)),
        ),
    ]
    return at_most("contiguous", terms, np.zeros(len(side.contiguous_pair)))


def must_merge_into(problem: Problem, columns: Columns) -> Rows:
    """``x_ij <= 0`` where `i` leaves its school for another than those it must merge into."""
    return _barred("must_merge_into", columns, problem.side.must)


def never_merge_into(problem: Problem, columns: Columns) -> Rows:
    """``x_ij <= 0`` where the school of `i` must never merge into `j`."""
    return _barred("never_merge_into", columns, problem.side.never)


def border_swaps(problem: Problem, columns: Columns) -> Rows:
    """``-d <= sum w_i x_ij - sum w_k x_kl <= d`` over moves across a border one way and back."""
    side = problem.side
    family = at_most(
        "border_swaps",
        [(side.swap.row, columns.x[side.swap.member], side.swap_pupils)],
        side.swap_most.astype(np.float64),
    )
    family.lower[:] = -side.swap_most
    return family


def _same_school(name: str, problem: Problem, columns: Columns, blocks: NDArray[np.int32]) -> Rows:
    """Return that both blocks of each pair go to the same school, whichever either can take."""
    n_schools = problem.n_schools
    first = np.searchsorted(problem.pair_block, np.arange(problem.n_blocks + 1))
    keys, pairs, signs = [], [], []
    for group, members in enumerate(blocks):
        for block, sign in zip(members, (1.0, -1.0), strict=True):
            own = np.arange(first[block], first[block + 1])
            pairs.append(own)
            keys.append(group * n_schools + problem.pair_school[own])
            signs.append(np.full(len(own), sign))
    if not keys:
        return none(name)
    rows, row = np.unique(np.concatenate(keys), return_inverse=True)
    term = (row, columns.x[np.concatenate(pairs)], np.concatenate(signs))
    return equal(name, [term], np.zeros(len(rows)))


def _barred(name: str, columns: Columns, pair: NDArray[np.int32]) -> Rows:
    """Return that none of these pairs is used."""
    term = (np.arange(len(pair)), columns.x[pair], np.ones(len(pair)))
    return at_most(name, [term], np.zeros(len(pair)))


def _at_most_one(
    name: str,
    problem: Problem,
    columns: Columns,
    one: NDArray[np.int64],
    other: NDArray[np.int64],
) -> Rows:
    """Return for each pair in `one`: its school is not open for it, or no pair in `other` used."""
    asked, row = np.unique(one, return_inverse=True)
    place = np.full(problem.n_pairs, -1)
    place[asked] = np.arange(len(asked))
    pair, option = problem.allowing()
    is_asked = place[pair] >= 0
    terms: list[Term] = [
        (row, columns.x[other], np.ones(len(other))),
        (place[pair[is_asked]], columns.z[option[is_asked]], np.ones(np.count_nonzero(is_asked))),
    ]
    return at_most(name, terms, np.ones(len(asked)))


def _is_barred(problem: Problem) -> NDArray[np.bool_]:
    """Return (p,) whether a school must or must never be merged into makes a pair impossible."""
    is_barred = np.zeros(problem.n_pairs, dtype=bool)
    is_barred[problem.side.must] = is_barred[problem.side.never] = True
    return is_barred


def _two_of_a_block(problem: Problem) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return every pair with every pair of the same block."""
    block = problem.pair_block.astype(np.int64)
    count = np.bincount(block, minlength=problem.n_blocks)
    first = np.cumsum(count) - count
    one = np.repeat(np.arange(problem.n_pairs), count[block])
    offset = np.arange(len(one)) - np.repeat(np.cumsum(count[block]) - count[block], count[block])
    return one, first[block[one]] + offset
