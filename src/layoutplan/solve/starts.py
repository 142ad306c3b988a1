"""A plan to start from, quickly found: better than none, and often near the best.

Blocks are placed one after the other at the cheapest school with room, first those that would
lose the most by their second choice; whoever finds no room goes first in the next round. Then
:mod:`layoutplan.solve.local_search` closes, fills and shifts as long as that makes a better plan.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np

from layoutplan.model.arrays import Model, Values
from layoutplan.model.columns import columns_of
from layoutplan.model.problem import Problem
from layoutplan.solve.local_search import Judge, improved
from layoutplan.solve.places import Mask, Places, Positions, Ways, ways_of
from layoutplan.solve.sure import sure

_N_ROUNDS = 12


def start_of(problem: Problem, model: Model, deadline: float) -> Values | None:
    """Return a plan that keeps to every row of `model`, or None where none was found.

    Parameters
    ----------
    problem : Problem
        What the model is of.
    model : Model
        Its rows must hold; its objectives say what is better.
    deadline : float
        Reading of :func:`time.monotonic` at which to stop.
    """
    if not len(problem.options) or not problem.n_pairs:
        return None
    is_usable = sure(problem).is_usable
    ways = ways_of(problem, _pair_cost(problem, model), is_usable)
    judge = Judge.of(model)
    for option in _options(problem):
        places = _placed(ways, option, deadline)
        if places is not None:
            found = improved(places, judge, deadline)
            if judge.n_broken(found.values()) == 0:
                return found.values()
    return None


def _pair_cost(problem: Problem, model: Model) -> Values:
    """Return the cost of pairs under the first objective that has any, else pupil-minutes."""
    columns = columns_of(problem)
    for objective in model.objectives[:-1]:
        cost = objective.cost[columns.x]
        if cost.any():
            return cost
    return problem.pupil_ms.astype(np.float64)


def _options(problem: Problem) -> Iterator[Positions]:
    """Yield what the schools may be at first: as they are; all candidates too; all at their most.

    -1 is closed. A school that may not close is open in each.
    """
    options = problem.options
    first = np.full(problem.n_schools, -1, dtype=np.int64)
    by_school = np.unique(options.school, return_index=True)
    first[by_school[0]] = by_school[1]
    yield np.where(problem.is_candidate & problem.may_close, -1, first)
    if problem.is_candidate.any():
        yield first
    if (problem.n_options > 1).any():
        by_seats = np.lexsort((options.seats, options.school))
        largest = np.full(problem.n_schools, -1, dtype=np.int64)
        largest[options.school[by_seats]] = by_seats
        yield largest


def _placed(ways: Ways, option: Positions, deadline: float) -> Places | None:
    """Return all blocks at schools with these options, or None where not all found room."""
    problem = ways.problem
    is_allowed = Places.empty(ways, option).allowed(ways.order)
    allowed = ways.order[is_allowed & ways.is_usable[ways.order]]
    urgency = _regret(problem, ways, allowed)
    is_bound_here = np.zeros(problem.n_blocks, dtype=bool)
    is_bound_here[problem.pair_block[allowed[problem.is_bound_stay[allowed]]]] = True
    for _ in range(_N_ROUNDS):
        places = Places.empty(ways, option)
        late = _place_all(places, np.lexsort((-problem.pupils, -urgency, ~is_bound_here)))
        if not late.any():
            return places
        if time.monotonic() > deadline:
            return None
        urgency[late] = urgency.max() + 1 + problem.pupils[late]
    return None


def _regret(problem: Problem, ways: Ways, allowed: Positions) -> Values:
    """Return (b,) what each block loses at its second choice; infinitely much where there is none.

    `allowed` are the pairs that count, by block and cost.
    """
    block = problem.pair_block[allowed]
    n_pairs = np.bincount(block, minlength=problem.n_blocks)
    first = np.searchsorted(block, np.arange(problem.n_blocks))
    regret = np.full(problem.n_blocks, 10.0 * ways.cost.max(initial=1.0))
    several = np.flatnonzero(n_pairs > 1)
    cost = ways.cost[allowed]
    regret[several] = cost[first[several] + 1] - cost[first[several]]
    return regret


def _place_all(places: Places, blocks: Positions) -> Mask:
    """Place `blocks` in this order; return (b,) which found no room."""
    is_late = np.zeros(len(blocks), dtype=bool)
    for block in blocks.tolist():
        pairs = places.open_to(block)
        if len(pairs):
            places.put(int(pairs[0]))
        else:
            is_late[block] = True
    return is_late
