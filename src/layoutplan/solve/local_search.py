"""Making a plan better step by step: schools close, small ones are filled, blocks are shifted."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from layoutplan.model.arrays import Model, Objective, Values, matrix, row_bounds
from layoutplan.solve.places import Places

_N_PASSES = 6
_TOLERANCE = 1e-6

Worth = tuple[int, ...]


@dataclass(frozen=True)
class Judge:
    """Tells which of two plans is the better: fewer broken rows first, then the objectives.

    Parameters
    ----------
    rows : (r, c) sparse
        Of the model.
    lower, upper : (r,) float64
        Bounds of the rows.
    floor, ceiling : (c,) float64
        Bounds of the columns.
    objectives : tuple of Objective
        Without the tie-break.
    """

    rows: sparse.csr_matrix
    lower: Values
    upper: Values
    floor: Values
    ceiling: Values
    objectives: tuple[Objective, ...]

    @classmethod
    def of(cls, model: Model) -> Judge:
        """Return the judge of plans of `model`."""
        lower, upper = row_bounds(model.rows)
        return cls(
            rows=matrix(model.rows, model.n_columns),
            lower=lower,
            upper=upper,
            floor=model.lower,
            ceiling=model.upper,
            objectives=model.objectives[:-1],
        )

    def n_broken(self, values: Values) -> int:
        """Return how many rows and bounds `values` break."""
        activity = self.rows @ values
        is_out = (activity < self.lower - _TOLERANCE) | (activity > self.upper + _TOLERANCE)
        is_beyond = (values < self.floor) | (values > self.ceiling)
        return int(np.count_nonzero(is_out) + np.count_nonzero(is_beyond))

    def worth(self, places: Places) -> Worth:
        """Return what is compared, the lesser the better."""
        values = places.values()
        return (self.n_broken(values), *(each.exact(values) for each in self.objectives))


def improved(places: Places, judge: Judge, deadline: float) -> Places:
    """Return a plan no worse than `places`, after some passes or when nothing helps any more."""
    worth = judge.worth(places)
    for _ in range(_N_PASSES):
        before = worth
        for step in (_with_closed, _with_filled, _with_shifted):
            places, worth = step(places, worth, judge, deadline)
        if worth == before or time.monotonic() > deadline:
            break
    return places


def _with_closed(
    places: Places, worth: Worth, judge: Judge, deadline: float
) -> tuple[Places, Worth]:
    """Close one school after the other, the smallest first, where that makes a better plan."""
    problem = places.ways.problem
    school = np.flatnonzero(problem.may_close & (places.option >= 0))
    for each in school[np.argsort(places.pupils[school], kind="stable")].tolist():
        if time.monotonic() > deadline:
            break
        trial = _closed(places, each)
        if trial is not None:
            reached = judge.worth(trial)
            if reached < worth:
                places, worth = trial, reached
    return places, worth


def _closed(places: Places, school: int) -> Places | None:
    """Return the plan with a school closed and its pupils elsewhere, None without room."""
    trial = places.copy()
    blocks = trial.blocks_at(school).tolist()
    trial.option[school] = -1
    for block in blocks:
        trial.put(int(trial.pair[block]), -1)
    for block in blocks:
        pairs = trial.open_to(block)
        if not len(pairs):
            return None
        trial.put(int(pairs[0]))
    return trial


def _with_filled(
    places: Places, worth: Worth, judge: Judge, deadline: float
) -> tuple[Places, Worth]:
    """Bring pupils to small schools, the largest first, where that makes a better plan.

    So many that they are no longer small, or at least not below their least size.
    """
    problem = places.ways.problem
    least = np.where(places.option >= 0, problem.options.least[places.option], 0)
    is_small = (places.option >= 0) & (places.pupils < np.maximum(problem.small_below, least))
    school = np.flatnonzero(is_small)
    for each in school[np.argsort(-places.pupils[school], kind="stable")].tolist():
        if time.monotonic() > deadline:
            break
        for goal in (problem.small_below, int(least[each])):
            trial = _filled(places, each, goal) if places.pupils[each] < goal else None
            if trial is not None:
                reached = judge.worth(trial)
                if reached < worth:
                    places, worth = trial, reached
    return places, worth


def _filled(places: Places, school: int, goal: int) -> Places | None:
    """Return the plan with a school brought to `goal` pupils by blocks that others can spare."""
    problem, ways = places.ways.problem, places.ways
    pairs = np.flatnonzero((problem.pair_school == school) & ways.is_usable)
    now = places.pair[problem.pair_block[pairs]]
    pairs, now = pairs[now >= 0], now[now >= 0]
    more = (ways.cost[pairs] - ways.cost[now]) / problem.pupils[problem.pair_block[pairs]]
    trial = places.copy()
    is_urgent = goal <= problem.options.least[places.option[school]]
    for pair in pairs[np.argsort(more, kind="stable")].tolist():
        if trial.pupils[school] >= goal:
            return trial
        may_leave = _may_leave(trial, pair, is_urgent=is_urgent)
        if may_leave and pair in trial.open_to(int(problem.pair_block[pair])):
            trial.move(pair)
    return trial if trial.pupils[school] >= goal else None


def _may_leave(places: Places, pair: int, *, is_urgent: bool = False) -> bool:
    """Return whether a block can leave its school for that of `pair` without harm to it.

    Where it `is_urgent`, the school may become small, but not too small for its least size.
    """
    problem = places.ways.problem
    block, target = problem.pair_block[pair], problem.pair_school[pair]
    source = problem.pair_school[places.pair[block]]
    left = places.pupils[source] - problem.pupils[block]
    least = problem.options.least[places.option[source]]
    is_enough = left >= least or places.pupils[source] < least
    stays_large = left >= problem.small_below or places.pupils[source] < problem.small_below
    return bool(source != target and is_enough and (stays_large or is_urgent))


def _with_shifted(
    places: Places, worth: Worth, judge: Judge, deadline: float
) -> tuple[Places, Worth]:
    """Shift blocks to cheaper schools, and keep that where it makes a better plan."""
    trial, ways = places.copy(), places.ways
    cheapest = ways.cost[ways.order[ways.first[:-1]]]
    for block in np.flatnonzero(ways.cost[trial.pair] > cheapest).tolist():
        now = int(trial.pair[block])
        for pair in trial.open_to(block).tolist():
            if ways.cost[pair] >= ways.cost[now]:
                break
            if _may_leave(trial, pair):
                trial.move(pair)
                break
    if time.monotonic() > deadline:
        return places, worth
    reached = judge.worth(trial)
    return (trial, reached) if reached < worth else (places, worth)
