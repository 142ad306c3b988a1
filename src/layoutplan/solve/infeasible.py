"""Why no plan can satisfy the rules."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from layoutplan.errors import Finding
from layoutplan.model.problem import Problem

BoolArray = NDArray[np.bool_]


def reasons(impossible: Sequence[Problem]) -> tuple[Finding, ...]:
    """Return what each of the parts in `impossible` contradicts by itself, if that is plain.

    Pupils without any school in reach, pupils who are too many for any one school, groups of
    pupils with more heads than all the schools in their reach have seats, and schools that must
    stay open but cannot reach the least size. Each is a reason of its own; where there is none,
    the rules exclude each other only together.
    """
    return tuple(
        finding
        for problem in impossible
        for finding in (
            *_without_school(problem),
            *_too_many_for_one_school(problem),
            *_short_of_seats(problem),
            *_too_small(problem),
        )
    )


def without_school(problem: Problem) -> BoolArray:
    """Return for each block whether no school that may be open can take it, whatever its seats."""
    return ~_has_pair(problem, problem.may_open[problem.pair_school])


def _without_school(problem: Problem) -> list[Finding]:
    """Name the blocks that no open school can take."""
    is_lost = without_school(problem)
    if not is_lost.any():
        return []
    facts = {"pupils": int(problem.pupils[is_lost].sum())}
    return [Finding("solve.no_school_in_reach", "error", ids=_names(problem, is_lost), facts=facts)]


def _too_many_for_one_school(problem: Problem) -> list[Finding]:
    """Name the blocks that reach schools, but none with seats for all of their pupils."""
    is_large = ~_has_pair(problem, _fits(problem)) & ~without_school(problem)
    if not is_large.any():
        return []
    first = int(np.flatnonzero(is_large)[0])
    in_reach = problem.pair_school[problem.pair_block == first]
    facts = {
        "pupils": int(problem.pupils[first]),
        "seats": int(problem.seats[in_reach[problem.may_open[in_reach]]].max()),
    }
    return [Finding("solve.group_too_large", "error", ids=_names(problem, is_large), facts=facts)]


def _short_of_seats(problem: Problem) -> list[Finding]:
    """Name the schools whose seats are too few for all who can go nowhere else.

    A maximum flow of pupils into seats; where it falls short, the blocks on the source's side of
    the minimum cut have more pupils than all the schools that they can reach have seats. Blocks
    that no single school can take are a reason of their own and left out.
    """
    n_blocks, n_schools = problem.n_blocks, problem.n_schools
    source, sink = n_blocks + n_schools, n_blocks + n_schools + 1
    pair = np.flatnonzero(_fits(problem))
    pupils = np.where(_has_pair(problem, _fits(problem)), problem.pupils, 0)
    school = problem.pair_school[pair] + n_blocks
    tail = np.concatenate([np.full(n_blocks, source), problem.pair_block[pair], np.unique(school)])
    head = np.concatenate([np.arange(n_blocks), school, np.full(len(np.unique(school)), sink)])
    capacity = np.concatenate(
        [pupils, pupils[problem.pair_block[pair]], problem.seats[np.unique(school) - n_blocks]]
    )
    # The flow counts in 32 bits; more seats than pupils do not matter.
    capacity = np.minimum(capacity, pupils.sum()).astype(np.int32)
    graph = csr_array((capacity, (tail, head)), shape=(sink + 1, sink + 1))
    flow = maximum_flow(graph, source, sink)
    if flow.flow_value == pupils.sum():
        return []
    residual = csr_array((graph - flow.flow) > 0)
    reached = breadth_first_order(residual, source, return_predecessors=False)
    n_pupils = int(pupils[reached[reached < n_blocks]].sum())
    schools = reached[(reached >= n_blocks) & (reached < source)] - n_blocks
    n_seats = int(problem.seats[schools].sum())
    facts = {"pupils": n_pupils, "seats": n_seats, "short": n_pupils - n_seats}
    names = tuple(sorted(problem.school_ids[schools]))
    return [Finding("solve.short_of_seats", "error", ids=names, facts=facts)]


def _too_small(problem: Problem) -> list[Finding]:
    """Name the schools that must stay open and have too few pupils in reach, or too few seats."""
    weights = problem.pupils[problem.pair_block]
    in_reach = np.bincount(problem.pair_school, weights=weights, minlength=problem.n_schools)
    most = np.minimum(in_reach.astype(np.int64), problem.seats)
    is_small = ~problem.may_close & (most < problem.least)
    if not is_small.any():
        return []
    facts = {"least": int(problem.least.max()), "most": int(most[is_small][0])}
    names = tuple(problem.school_ids[is_small])
    return [Finding("solve.too_small", "error", ids=names, facts=facts)]


def _fits(problem: Problem) -> BoolArray:
    """Return the pairs whose school may be open and has seats for the whole block."""
    has_seats = problem.pupils[problem.pair_block] <= problem.seats[problem.pair_school]
    is_usable: BoolArray = problem.may_open[problem.pair_school] & has_seats
    return is_usable


def _has_pair(problem: Problem, is_usable: BoolArray) -> BoolArray:
    """Return for each block whether any of its pairs is usable."""
    has_pair: BoolArray = np.bincount(problem.pair_block[is_usable], minlength=problem.n_blocks) > 0
    return has_pair


def _names(problem: Problem, is_block: BoolArray) -> tuple[str, ...]:
    """Return the names of some blocks as a planner reads them."""
    return tuple(
        " ".join(part for part in str(name).split("|") if part)
        for name in problem.block_ids[is_block]
    )
