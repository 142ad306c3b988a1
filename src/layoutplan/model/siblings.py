"""Bands of a village that could share a school, and so have to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from layoutplan.model.problem import Mask, Problem


def with_siblings(problem: Problem, is_pair: Mask) -> Problem:
    """Return `problem` with those of its kin tied who could share a school.

    Two blocks could share a school that could have both. Blocks that are linked so, one through
    the other, go to one school where one could have them all; else no rule ties them.

    Parameters
    ----------
    is_pair : (p,) bool
        Pairs within the limits, with schools that no decision closes; stays at these do no harm.
    """
    kin = problem.side.kin
    if not len(kin):
        return problem
    n_blocks = problem.n_blocks
    could = np.flatnonzero(_could_have(problem, is_pair))
    reach = csr_array(
        (np.ones(len(could)), (problem.pair_block[could], problem.pair_school[could])),
        shape=(n_blocks, problem.n_schools),
    )
    shared = reach[kin[:, 0]] * reach[kin[:, 1]]
    linked = kin[np.diff(shared.indptr) > 0]
    links = csr_array((np.ones(len(linked)), tuple(linked.T)), shape=(n_blocks, n_blocks))
    n_groups, group = connected_components(links, directed=False)
    members = csr_array(
        (np.ones(n_blocks), (group, np.arange(n_blocks))), shape=(n_groups, n_blocks)
    )
    n_most = (members @ reach).max(axis=1).toarray().ravel()
    has_common = n_most == np.bincount(group, minlength=n_groups)
    tied = linked[has_common[group[linked[:, 0]]]]
    return replace(problem, side=replace(problem.side, siblings=tied))


def _could_have(problem: Problem, is_pair: Mask) -> Mask:
    """Return (p,) at which pairs the school could have the block, judged before any plan.

    Boarding counts only for those whom no school but today's could have by day, unless they may
    board anywhere.
    """
    could = is_pair & problem.may_open[problem.pair_school]
    if problem.boards_anywhere:
        return could
    boards = (problem.boarders > 0) & ~problem.is_stay
    has_day_school = np.zeros(problem.n_blocks, dtype=bool)
    has_day_school[problem.pair_block[could & ~boards & ~problem.is_stay]] = True
    could &= ~(boards & has_day_school[problem.pair_block])
    return could
