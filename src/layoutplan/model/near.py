"""The surroundings of a school: what may change there while all else stays as planned."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from layoutplan.model.chosen import Chosen
from layoutplan.model.forced import Decisions, decided
from layoutplan.model.problem import Mask, Problem
from layoutplan.model.split import Part

_N_NEAREST = 3  # schools for each block that must find another: the best choice is seldom farther


def surroundings(problem: Problem, plan: Chosen, school: int) -> Part:
    """Return `problem` with all as planned but what lies around one school.

    Free are the school itself, the schools to which its pupils go under the plan, and the nearest
    of those to which pupils may go who cannot stay as planned; and all pupils who attend one of
    them today or under the plan.

    Parameters
    ----------
    plan : Chosen
        Decisions on `problem`; a block whose pair it no longer has uses none.
    school : int
        Position of the school.
    """
    planned = np.full(problem.n_blocks, -1, dtype=np.int64)
    planned[problem.pair_block[plan.is_used]] = problem.pair_school[plan.is_used]
    is_around = _around(problem, planned, school)
    is_free = (planned < 0) | is_around[planned] | (is_around[problem.today] & (problem.today >= 0))
    is_open = np.zeros(problem.n_schools, dtype=bool)
    is_open[problem.options.school[plan.is_option]] = True
    decisions = Decisions(
        is_kept=is_open & ~is_around,
        is_closed=~is_open & ~is_around,
        is_allowed=plan.is_option | is_around[problem.options.school],
    )
    return decided(problem, decisions, plan.is_used | is_free[problem.pair_block])


def _around(problem: Problem, planned: NDArray[np.int64], school: int) -> Mask:
    """Return (s,) which schools lie around one."""
    is_around = np.zeros(problem.n_schools, dtype=bool)
    is_around[school] = True
    receivers = planned[problem.today == school]
    is_around[receivers[receivers >= 0]] = True
    pair = np.flatnonzero(problem.is_usable & (planned < 0)[problem.pair_block])
    pair = pair[np.lexsort((problem.pupil_ms[pair], problem.pair_block[pair]))]
    block = problem.pair_block[pair]
    rank = np.arange(len(pair)) - np.searchsorted(block, block)
    is_around[problem.pair_school[pair[rank < _N_NEAREST]]] = True
    return is_around
