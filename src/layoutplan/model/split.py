"""Splitting a problem into parts that have nothing to do with each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from layoutplan.model.problem import Problem


@dataclass(frozen=True)
class Part:
    """An independent part of a problem.

    Parameters
    ----------
    problem : Problem
        The part as a problem of its own.
    school, pair : int64 arrays
        Positions of its schools and pairs in the whole problem.
    """

    problem: Problem
    school: NDArray[np.int64]
    pair: NDArray[np.int64]


def split(problem: Problem, order: Sequence[str]) -> tuple[Part, ...]:
    """Return the independent parts of `problem`, those with the fewest pairs first.

    Schools are connected by blocks that can go to both (today's school included, which closes or
    stays for them). Every objective is a sum over the parts, so the best plan of each is the best
    plan of all, except for the longest trip and the rules on the number of schools: with them
    the problem is one part.
    """
    n_schools, n_blocks = problem.n_schools, problem.n_blocks
    is_coupled = (
        "max_minutes" in order
        or problem.max_closures is not None
        or problem.open_exactly is not None
    )
    if is_coupled:
        return (Part(problem, np.arange(n_schools), np.arange(problem.n_pairs)),)
    attends = np.flatnonzero(problem.today >= 0)
    block = np.concatenate([problem.pair_block, attends]) + n_schools
    school = np.concatenate([problem.pair_school, problem.today[attends]])
    n_nodes = n_schools + n_blocks
    links = coo_matrix((np.ones(len(block)), (block, school)), shape=(n_nodes, n_nodes))
    n_parts, label = connected_components(links, directed=False)
    pairs_by_part = _positions_by_label(label[problem.pair_school], n_parts)
    schools_by_part = _positions_by_label(label[:n_schools], n_parts)
    blocks_by_part = _positions_by_label(label[n_schools:], n_parts)
    by_size = np.argsort([len(pair) for pair in pairs_by_part], kind="stable")
    return tuple(
        _part(problem, schools_by_part[place], blocks_by_part[place], pairs_by_part[place])
        for place in by_size
    )


def _positions_by_label(label: NDArray[np.int32], n_labels: int) -> list[NDArray[np.int64]]:
    """Return for each label the positions that bear it, in ascending order."""
    order = np.argsort(label, kind="stable")
    return np.split(order, np.cumsum(np.bincount(label, minlength=n_labels))[:-1])


def _part(
    problem: Problem,
    school: NDArray[np.int64],
    block: NDArray[np.int64],
    pair: NDArray[np.int64],
) -> Part:
    """Return the problem of some schools and blocks with the pairs between them."""
    school_place = np.full(problem.n_schools + 1, -1, dtype=np.int32)  # the last: nowhere today
    school_place[school] = np.arange(len(school))
    block_place = np.full(problem.n_blocks, -1, dtype=np.int32)
    block_place[block] = np.arange(len(block))
    part = replace(
        problem,
        school_ids=problem.school_ids[school],
        seats=problem.seats[school],
        least=problem.least[school],
        may_open=problem.may_open[school],
        may_close=problem.may_close[school],
        is_candidate=problem.is_candidate[school],
        block_ids=problem.block_ids[block],
        pupils=problem.pupils[block],
        today=school_place[problem.today[block]],
        is_bound=problem.is_bound[block],
        pair_block=block_place[problem.pair_block[pair]],
        pair_school=school_place[problem.pair_school[pair]],
        pupil_ms=problem.pupil_ms[pair],
        longest_ms=problem.longest_ms[pair],
        unit_block=np.empty(0, dtype=np.int32),
    )
    return Part(part, school, pair)
