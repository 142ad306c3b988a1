"""What holds in every plan that keeps to seats, beds and bound blocks, found before solving."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from layoutplan.model.arrays import Model, Rows
from layoutplan.model.columns import columns_of
from layoutplan.model.problem import Problem
from layoutplan.model.rows import Term, equal, options_of
from layoutplan.model.split import Part

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Sure:
    """Facts that follow from seats, beds and bound blocks alone.

    Parameters
    ----------
    is_usable : (p,) bool
        Pairs that a plan may use.
    may_close : (s,) bool
        Schools that a plan may close.
    is_never_large : (s,) bool
        Schools that are small whenever they are open.
    """

    is_usable: Mask
    may_close: Mask
    is_never_large: Mask


def sure(problem: Problem) -> Sure:
    """Return what holds in every plan.

    A block fits only where seats and beds are left for it beside those bound there. A school one
    of whose bound blocks fits nowhere else stays open, and all who are bound to it stay: that
    again leaves fewer pairs, and so on.
    """
    pupils = problem.pupils[problem.pair_block]
    is_staying = problem.is_stay & problem.is_always_bound[problem.pair_block]
    is_bound_stay = problem.is_bound_stay
    left = problem.seats - problem.bound_pupils
    is_usable = problem.is_usable & (problem.boarders <= problem.beds[problem.pair_school])
    is_usable &= is_bound_stay | (pupils <= left[problem.pair_school])
    is_usable[problem.side.must] = is_usable[problem.side.never] = False
    may_close = problem.may_close.copy()
    n_before = -1
    while n_before != np.count_nonzero(is_usable):
        n_before = int(np.count_nonzero(is_usable))
        has_other = np.zeros(problem.n_blocks, dtype=bool)
        has_other[problem.pair_block[is_usable & ~is_bound_stay]] = True
        may_close[problem.today[problem.is_bound & ~has_other]] = False
        stays = problem.is_always_bound
        stays[stays] = ~may_close[problem.today[stays]]
        is_usable &= is_staying | ~stays[problem.pair_block]
    may_come = is_usable & ~is_staying
    reach = np.bincount(
        problem.pair_school[may_come], weights=pupils[may_come], minlength=problem.n_schools
    )
    most = problem.bound_pupils + np.minimum(left, reach)
    return Sure(is_usable, may_close, most < problem.small_below)


def reduced(problem: Problem) -> Part:
    """Return `problem` without what no plan can hold: pairs, and closing what must stay open.

    It has the same plans; often it falls into more parts. Of pupils who must not pass a school,
    or not board beside one, all pairs are left: a rule may ask for one that has no room for them.
    """
    facts = sure(problem)
    is_passing = facts.is_usable & ~problem.is_stay & problem.is_closest_open
    is_passing |= facts.is_usable & (problem.boarders > 0) & (not problem.boards_anywhere)
    is_asked = np.zeros(problem.n_blocks, dtype=bool)
    is_asked[problem.pair_block[is_passing]] = True
    is_left = facts.is_usable | is_asked[problem.pair_block]
    pair = np.flatnonzero(is_left)
    place = np.where(is_left, np.cumsum(is_left) - 1, -1).astype(np.int32)
    left = replace(
        problem,
        may_close=facts.may_close,
        pair_block=problem.pair_block[pair],
        pair_school=problem.pair_school[pair],
        boarders=problem.boarders[pair],
        pupil_ms=problem.pupil_ms[pair],
        longest_ms=problem.longest_ms[pair],
        pair_cents=problem.pair_cents[pair],
        side=problem.side.within(
            np.arange(len(problem.options), dtype=np.int32),
            np.arange(problem.n_blocks, dtype=np.int32),
            place,
        ),
    )
    return Part(left, np.arange(problem.n_schools), np.arange(len(problem.options)), pair)


def tightened(problem: Problem, model: Model) -> Model:
    """Return the `model` of `problem` with what is sure as bounds and rows."""
    facts = sure(problem)
    columns = columns_of(problem)
    lower, upper = model.lower.copy(), model.upper.copy()
    upper[columns.x[~facts.is_usable]] = 0
    is_open = ~facts.may_close & (problem.n_options == 1)
    lower[columns.z[is_open[problem.options.school]]] = 1
    return replace(
        model, lower=lower, upper=upper, rows=(*model.rows, _never_large(problem, facts))
    )


def _never_large(problem: Problem, facts: Sure) -> Rows:
    """Return ``u_j = open_j`` for every school `j` that is small whenever it is open."""
    columns = columns_of(problem)
    school = np.flatnonzero(facts.is_never_large & problem.may_open)
    row, option = options_of(problem, school)
    terms: list[Term] = [
        (np.arange(len(school)), columns.u[school], np.ones(len(school))),
        (row, columns.z[option], -np.ones(len(option))),
    ]
    return equal("never_large", terms, np.zeros(len(school)))
